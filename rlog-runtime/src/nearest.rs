//! The name that a misspelt one means.

use core::cmp::Reverse;

/// The candidate that `text` is nearest to, without regard to case, if it is near enough to be meant: at most a third of
/// its letters, and at least one, may be missing, different, too many or swapped. Of several, the first.
pub(crate) fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 64;
    if text.len() > LONGEST {
        return None;
    }
    let text = text.to_ascii_lowercase();
    let near = candidates.into_iter().filter(|candidate| candidate.len() <= LONGEST).filter_map(|candidate| {
        let distance = distance(&text, &candidate.to_ascii_lowercase());
        (distance <= candidate.len().max(3).div_ceil(3)).then_some((Reverse(distance), candidate))
    });
    // `max_by_key` would give the last of several.
    near.reduce(|best, other| if other.0 > best.0 { other } else { best }).map(|(_, candidate)| candidate)
}

/// How many letters to insert, remove, replace or swap with their neighbour (optimal string alignment).
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = match (i, j) {
                (i, 0) => i,
                (0, j) => j,
                (i, j) => {
                    let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let mut least = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        least = least.min(rows[i - 2][j - 2] + 1);
                    }
                    least
                }
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_means_the_nearest_and_a_strange_one_nothing() {
        let names = ["trace", "debug", "info", "notice", "warn", "warning", "error", "critical", "off"];
        for (text, expected) in [
            ("inf", Some("info")),
            ("INOF", Some("info")),
            ("wran", Some("warn")),
            ("warnings", Some("warning")),
            ("eror", Some("error")),
            ("critcal", Some("critical")),
            ("notcie", Some("notice")),
            ("of", Some("off")),
            ("verbose", None),
            ("5x", None),
            ("infoinfoinfoinfoinfo", None),
        ] {
            assert_eq!(nearest(text, names), expected, "{text}");
        }
    }

    #[test]
    fn of_equally_near_names_the_first_is_meant() {
        assert_eq!(nearest("fila", ["file", "fill"]), Some("file"));
    }
}
