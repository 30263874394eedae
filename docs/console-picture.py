#!/usr/bin/env python3
"""Draws docs/console.svg, the picture in the README, from what the web shop example prints with colour forced.

    python3 docs/console-picture.py

Takes the first stretch of consecutive lines that fits and shows an order, a warning and an error with its causes. Needs
nothing but Python 3 and cargo.
"""

import os
import re
import subprocess
import sys
from html import escape
from pathlib import Path

COLUMNS, ROWS = 100, 18
CHARACTER, LINE, FONT, MARGIN = 8.4, 19, 14, 16
BACKGROUND, FOREGROUND = "#1b1f27", "#d6dae2"
COLORS = {"31": "#f2777a", "32": "#8fc98b", "33": "#f0c674", "34": "#82aaff", "35": "#d699e6", "36": "#6ec8c8"}
# What the stretch must show.
WANTED = ["order placed", "order paid", " WARN", "caused by:"]

STYLE = re.compile(r"\x1b\[([0-9;]*)m")


def output(root):
    """What the program writes to a terminal: stdout and stderr in their order."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("RLOG", "RUST_LOG", "NO_COLOR"))}
    environment["CLICOLOR_FORCE"] = "1"
    command = ["cargo", "run", "--quiet", "--release", "--example", "webshop"]
    done = subprocess.run(command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True)
    return done.stdout.decode().splitlines()


def rows(line):
    """The line as a terminal of `COLUMNS` shows it: rows of (column, text, style)."""
    column, style, found, position = 0, "", [[]], 0
    for match in [*STYLE.finditer(line), None]:
        text = line[position : match.start() if match else len(line)]
        while text:
            if column == COLUMNS:
                column = 0
                found.append([])
            piece, text = text[: COLUMNS - column], text[COLUMNS - column :]
            found[-1].append((column, piece, style))
            column += len(piece)
        if match:
            style, position = match.group(1), match.end()
    return found


def records(lines):
    """Lines that belong together: what is indented stands below a record."""
    found = []
    for line in lines:
        if STYLE.sub("", line).startswith(" ") and found:
            found[-1].append(line)
        elif line.startswith("\x1b[2m"):
            found.append([line])
    return [[row for line in record for row in rows(line)] for record in found]


def stretch(found):
    """The first consecutive records that show what is wanted, as many as fit."""
    for start in range(len(found)):
        shown, end = [], start
        while end < len(found) and len(shown) + len(found[end]) <= ROWS:
            shown += found[end]
            end += 1
        text = "\n".join("".join(piece for _, piece, _ in row) for row in shown)
        if all(wanted in text for wanted in WANTED):
            return shown
    sys.exit("no stretch of the output shows all of: " + ", ".join(WANTED))


def drawn(row, number):
    """The pieces of one row, each at its own place, so that columns hold with whatever font there is."""
    for column, text, style in row:
        left = len(text) - len(text.lstrip(" "))
        text = text.strip(" ")
        if not text:
            continue
        codes = style.split(";")
        look = "".join(f' fill="{COLORS[code]}"' for code in codes if code in COLORS)
        look += ' font-weight="bold"' if "1" in codes else ""
        look += ' opacity="0.55"' if "2" in codes else ""
        x, y = MARGIN + (column + left) * CHARACTER, MARGIN + FONT + number * LINE
        width = len(text) * CHARACTER
        yield f'<text x="{x:.1f}" y="{y}" textLength="{width:.1f}"{look}>{escape(text)}</text>'


def main():
    root = Path(__file__).resolve().parent.parent
    shown = stretch(records(output(root)))
    width, height = round(2 * MARGIN + COLUMNS * CHARACTER), 2 * MARGIN + len(shown) * LINE
    picture = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
        f'<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="{FONT}"'
        f' fill="{FOREGROUND}" xml:space="preserve">',
        *(piece for number, row in enumerate(shown) for piece in drawn(row, number)),
        "</g>",
        "</svg>",
    ]
    (root / "docs/console.svg").write_text("\n".join(picture) + "\n")


main()
