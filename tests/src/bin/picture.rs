//! Draws what a terminal would show as an SVG: the picture in the README.
//!
//! ```text
//! CLICOLOR_FORCE=1 cargo run --release --example webshop 2>&1 | cargo run -p system-tests --bin picture > docs/console.svg
//! ```
//!
//! It takes the first lines, and those around the first error that has causes.

#![allow(clippy::print_stdout, reason = "its output is the picture")]

use std::io::{self, Read};

const FIRST: usize = 6;
const BEFORE: usize = 4;
const AFTER: usize = 5;
const COLUMNS: usize = 118;
const LINE_HEIGHT: usize = 19;
const CHAR_WIDTH: f32 = 7.83;
const MARGIN: usize = 14;

fn main() -> io::Result<()> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let lines: Vec<&str> = text.lines().collect();
    let error = lines.iter().position(|line| line.contains("caused by:")).unwrap_or(FIRST + BEFORE);
    let around = error.saturating_sub(BEFORE).max(FIRST)..(error + AFTER).min(lines.len());
    let shown: Vec<&str> = lines.iter().take(FIRST).chain(&lines[around]).copied().collect();

    let width = (COLUMNS as f32 * CHAR_WIDTH) as usize + 2 * MARGIN;
    let height = shown.len() * LINE_HEIGHT + 2 * MARGIN;
    println!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1b1e24\"/>\n\
         <g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" \
         font-size=\"13\" fill=\"#d5d9e0\" xml:space=\"preserve\">"
    );
    for (index, line) in shown.iter().enumerate() {
        let y = MARGIN + 13 + index * LINE_HEIGHT;
        println!("<text x=\"{MARGIN}\" y=\"{y}\">{}</text>", spans(line));
    }
    println!("</g>\n</svg>");
    Ok(())
}

/// A line with its escape sequences turned into spans, cut at the edge.
fn spans(line: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for (index, part) in line.split("\u{1b}[").enumerate() {
        let (style, text) = if index == 0 { ("0", part) } else { part.split_once('m').unwrap_or(("0", part)) };
        let left = COLUMNS.saturating_sub(column);
        let length = text.chars().count();
        let mut shown: String = text.chars().take(left).collect();
        if length > left && left > 0 {
            shown.pop();
            shown.push('…');
        }
        column += length;
        if !shown.is_empty() {
            let escaped = shown.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            out.push_str(&format!("<tspan {}>{escaped}</tspan>", attributes(style)));
        }
    }
    out
}

/// What the escape sequences of `Pretty` look like.
fn attributes(style: &str) -> &'static str {
    match style {
        "1" => "font-weight=\"bold\"",
        "2" => "fill=\"#7d8590\"",
        "1;35" => "fill=\"#d2a8ff\" font-weight=\"bold\"",
        "1;31" => "fill=\"#ff7b72\" font-weight=\"bold\"",
        "33" => "fill=\"#e3b341\"",
        "36" => "fill=\"#76e3ea\"",
        "32" => "fill=\"#7ee787\"",
        "34" => "fill=\"#79c0ff\"",
        _ => "",
    }
}
