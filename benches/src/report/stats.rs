//! Medians, percentiles and ratios.

use super::{Row, Table};
use crate::peers::REFERENCE;

/// The middle value, or the mean of the two in the middle.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        n if n % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}

/// Nearest rank in sorted values: the smallest one that at least `percent` of all values do not exceed.
///
/// # Panics
///
/// When `sorted` is empty.
pub(crate) fn percentile(sorted: &[f64], percent: f64) -> f64 {
    // Half a millionth off, so that 99.9 % of 1000 is rank 999 whatever the binary fraction says.
    let rank = (sorted.len() as f64 * percent / 100.0 - 0.5e-6).ceil().max(1.0) as usize;
    sorted[rank - 1]
}

/// `value` with thousands separators and this many decimals.
pub(crate) fn whole(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (digits, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut out = String::new();
    if value < 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        out.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out + fraction
}

impl Table {
    /// The median over all rounds of `row / reference`, both taken in the same round.
    pub(super) fn ratio(&self, row: &Row, key: &str) -> Option<f64> {
        let reference = self.rows.iter().find(|row| row.peer == Some(REFERENCE))?;
        let ratios = (0..row.rounds.len())
            .filter_map(|round| Some(row.value(round, key)? / reference.value(round, key)?))
            .filter(|ratio| ratio.is_finite());
        median(ratios.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Figure, Samples};
    use super::*;

    #[test]
    fn median_of_an_even_number_is_the_mean_of_the_middle_two() {
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![]), None);
    }

    #[test]
    fn percentiles_are_nearest_ranks() {
        let sorted: Vec<f64> = (1..=1000).map(f64::from).collect();
        assert_eq!(percentile(&sorted, 50.0), 500.0);
        assert_eq!(percentile(&sorted, 99.9), 999.0);
        assert_eq!(percentile(&sorted, 100.0), 1000.0);
        assert_eq!(percentile(&sorted[..1], 99.9), 1.0);
    }

    #[test]
    fn thousands_are_separated_and_nothing_prints_as_minus_zero() {
        assert_eq!(whole(1_234_567.0, 0), "1,234,567");
        assert_eq!(whole(-1_234.56, 1), "-1,234.6");
        assert_eq!(whole(-0.001, 2), "0.00");
        assert_eq!(whole(999.0, 0), "999");
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        let row = |peer, values: &[Option<f64>]| {
            let mut row = Row::new(peer, Some(peer));
            row.rounds =
                values.iter().map(|value| value.map(|value| Samples::from([("k".to_owned(), value)]))).collect();
            row
        };
        let table = Table {
            heading: String::new(),
            note: "",
            figures: vec![Figure::full("k", "k", 0)],
            rows: vec![
                row(REFERENCE, &[Some(10.0), Some(100.0), Some(10.0)]),
                row("slog", &[Some(5.0), Some(50.0), None]),
            ],
        };
        assert_eq!(table.ratio(&table.rows[1], "k"), Some(0.5));
    }
}
