//! From the samples of single runs to Markdown: what is measured ([`Figure`]), by whom ([`Row`]), and how it prints.

pub(crate) mod machine;
mod markdown;
mod stats;

use std::collections::BTreeMap;

pub(crate) use markdown::summary;
pub(crate) use stats::percentile;

/// What one run of one subject yielded, by the `key` of its figures.
pub(crate) type Samples = BTreeMap<String, f64>;

/// One column.
#[derive(Clone, Copy)]
pub(crate) struct Figure {
    pub(crate) key: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) decimals: usize,
    /// How much of it is shown beside the median.
    pub(crate) detail: Detail,
}

/// What is shown of a figure.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// The median of all rounds; not in the summary.
    Median,
    /// The value, also in the summary: something counted, where a ratio says nothing.
    Fact,
    /// The median, min–max and the ratio to the reference; also in the summary.
    Full,
}

/// One subject: a peer, or a generated crate.
pub(crate) struct Row {
    pub(crate) label: String,
    /// The column of the summary it belongs to; `None` keeps it out of there.
    pub(crate) peer: Option<&'static str>,
    /// One entry a round; `None` where the run failed or the subject cannot do it.
    pub(crate) rounds: Vec<Option<Samples>>,
}

/// All rows of one part.
pub(crate) struct Table {
    pub(crate) heading: String,
    /// What the figures include, printed below the table.
    pub(crate) note: &'static str,
    pub(crate) figures: Vec<Figure>,
    pub(crate) rows: Vec<Row>,
}

impl Figure {
    pub(crate) const fn full(key: &'static str, heading: &'static str, decimals: usize) -> Self {
        Self { key, heading, decimals, detail: Detail::Full }
    }

    pub(crate) const fn fact(key: &'static str, heading: &'static str) -> Self {
        Self { key, heading, decimals: 0, detail: Detail::Fact }
    }

    pub(crate) const fn median(key: &'static str, heading: &'static str, decimals: usize) -> Self {
        Self { key, heading, decimals, detail: Detail::Median }
    }
}

impl Row {
    pub(crate) fn new(label: impl Into<String>, peer: Option<&'static str>) -> Self {
        Self { label: label.into(), peer, rounds: Vec::new() }
    }

    /// The values of one figure in the rounds that succeeded.
    fn values(&self, key: &str) -> Vec<f64> {
        self.rounds.iter().flatten().filter_map(|samples| samples.get(key).copied()).collect()
    }

    fn value(&self, round: usize, key: &str) -> Option<f64> {
        self.rounds.get(round)?.as_ref()?.get(key).copied()
    }
}
