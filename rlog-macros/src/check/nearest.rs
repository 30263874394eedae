//! "Did you mean": the known name that a misspelt one is nearest to.
//!
//! The runtime has the same for levels in directives; the two crates cannot share it.

/// The candidate that `word` is most likely a misspelling of, if one is near enough to be worth naming.
///
/// Up to a third of the letters may be wrong. Letters that differ only by case, and the separators between words, do not
/// count, so that `userId` finds `user_id`.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = letters(word);
    if plain.len() > LONGEST {
        return None;
    }
    let most = plain.len().max(3) / 3;
    candidates
        .into_iter()
        .filter(|candidate| *candidate != word && candidate.len() <= LONGEST + most)
        .map(|candidate| (distance(&plain, &letters(candidate)), candidate))
        .filter(|&(distance, _)| distance <= most)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// The most letters of a word that is compared: the cost grows with their square.
const LONGEST: usize = 64;

fn letters(word: &str) -> Vec<char> {
    word.chars().filter(|c| !matches!(c, '_' | '-' | '.' | ':' | ' ')).flat_map(char::to_lowercase).collect()
}

/// How many letters to insert, remove, replace or swap with their neighbour (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
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
    fn misspelt_words_find_what_was_meant_and_others_find_nothing() {
        let known = ["user", "amount", "user_id", "elapsed", "http.status", "id"];
        for (word, expected) in [
            ("usr", Some("user")),
            ("uesr", Some("user")),
            ("User", Some("user")),
            ("amuont", Some("amount")),
            ("userId", Some("user_id")),
            ("user.id", Some("user_id")),
            ("usre_id", Some("user_id")),
            ("elapsed_ms", Some("elapsed")),
            ("http_status", Some("http.status")),
            ("di", Some("id")),
            ("customer", None),
            ("x", None),
            ("", None),
            ("status", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
    }

    #[test]
    fn the_nearest_of_several_wins_and_the_first_of_equals() {
        assert_eq!(nearest("amounts", ["account", "amount", "amounted"]), Some("amount"));
        assert_eq!(nearest("cat", ["bat", "car"]), Some("bat"));
    }

    #[test]
    fn a_word_is_not_its_own_correction() {
        assert_eq!(nearest("user", ["user"]), None);
    }

    #[test]
    fn very_long_words_are_not_compared() {
        let long = "a".repeat(100_000);
        assert_eq!(nearest(&long, ["a"]), None);
        assert_eq!(nearest("a", [long.as_str()]), None);
    }
}
