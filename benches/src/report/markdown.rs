//! Tables as Markdown: one per part, and the summary over all of them.

use std::fmt::Write as _;

use super::stats::{median, whole};
use super::{Detail, Figure, Row, Table};
use crate::peers;

impl Table {
    /// The part's own table: a row per subject, all its figures.
    pub(crate) fn to_markdown(&self) -> String {
        let mut out = format!("### {}\n\n| |", self.heading);
        let mut rule = String::from("| --- |");
        for figure in &self.figures {
            for heading in self.headings(figure) {
                let _ = write!(out, " {heading} |");
                rule.push_str(" --: |");
            }
        }
        let _ = writeln!(out, "\n{rule}");
        for row in &self.rows {
            let _ = write!(out, "| {} |", row.label);
            for cell in self.figures.iter().flat_map(|figure| self.cells(row, figure)) {
                let _ = write!(out, " {cell} |");
            }
            out.push('\n');
        }
        let _ = writeln!(out, "\n{} Rounds: {}.", self.note, self.rounds());
        out
    }

    fn headings(&self, figure: &Figure) -> Vec<String> {
        let mut headings = vec![figure.heading.to_owned()];
        if figure.detail == Detail::Full {
            if self.rounds() > 1 {
                headings.push("min–max".to_owned());
            }
            headings.push(format!("× {}", peers::REFERENCE));
        }
        headings
    }

    /// As many cells as there are [`headings`](Self::headings).
    fn cells(&self, row: &Row, figure: &Figure) -> Vec<String> {
        let values = row.values(figure.key);
        let number = |value: f64| whole(value, figure.decimals);
        let least = values.iter().copied().reduce(f64::min);
        let most = values.iter().copied().reduce(f64::max);
        let mut cells = vec![median(values).map(number)];
        if figure.detail == Detail::Full {
            if self.rounds() > 1 {
                cells.push(least.zip(most).map(|(least, most)| format!("{}–{}", number(least), number(most))));
            }
            cells.push(self.ratio(row, figure.key).map(ratio_text));
        }
        cells.into_iter().map(|cell| cell.unwrap_or_else(|| "–".to_owned())).collect()
    }

    fn rounds(&self) -> usize {
        self.rows.iter().map(|row| row.rounds.len()).max().unwrap_or(0)
    }
}

/// One table over all parts: a row per main figure, a column per peer, `median (× reference)` in each cell.
pub(crate) fn summary(tables: &[Table]) -> String {
    let mut out = String::from("| |");
    for peer in peers::NAMES {
        let _ = write!(out, " {peer} |");
    }
    let _ = writeln!(out, "\n| --- |{}", " --: |".repeat(peers::NAMES.len()));
    for table in tables {
        for figure in table.figures.iter().filter(|figure| figure.detail != Detail::Median) {
            let _ = write!(out, "| {}: {} |", table.heading, figure.heading);
            for peer in peers::NAMES {
                let _ = write!(out, " {} |", table.summary_cell(peer, figure));
            }
            out.push('\n');
        }
    }
    out
}

impl Table {
    fn summary_cell(&self, peer: &str, figure: &Figure) -> String {
        let Some(row) = self.rows.iter().find(|row| row.peer == Some(peer)) else { return "–".into() };
        let Some(middle) = median(row.values(figure.key)) else { return "–".into() };
        let middle = whole(middle, figure.decimals);
        match self.ratio(row, figure.key) {
            _ if peer == peers::REFERENCE => middle,
            Some(ratio) if figure.detail == Detail::Full => format!("{middle} ({})", ratio_text(ratio)),
            _ => middle,
        }
    }
}

/// Three digits are enough for a ratio, and two are too few for 0.057.
fn ratio_text(ratio: f64) -> String {
    let decimals = match ratio.abs() {
        r if r >= 9.95 => 1,
        r if r >= 0.0995 => 2,
        _ => 3,
    };
    format!("×{}", whole(ratio, decimals))
}
