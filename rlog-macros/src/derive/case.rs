//! `rename_all`: the ways to write a name.

/// How names are written, by the names that serde has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    pub(super) const NAMES: [(&str, Self); 8] = [
        ("lowercase", Self::Lower),
        ("UPPERCASE", Self::Upper),
        ("PascalCase", Self::Pascal),
        ("camelCase", Self::Camel),
        ("snake_case", Self::Snake),
        ("SCREAMING_SNAKE_CASE", Self::ScreamingSnake),
        ("kebab-case", Self::Kebab),
        ("SCREAMING-KEBAB-CASE", Self::ScreamingKebab),
    ];

    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|&(_, case)| case)
    }

    /// Writes the name of a field (`snake_case`) or of a variant (`PascalCase`).
    pub(super) fn apply(self, name: &str) -> String {
        let words = words(name);
        let joined = |separator: &str| words.join(separator);
        match self {
            Self::Lower => name.to_lowercase(),
            Self::Upper => name.to_uppercase(),
            Self::Pascal => words.iter().map(|word| capitalized(word)).collect(),
            Self::Camel => {
                let rest = words.iter().skip(1).map(|word| capitalized(word));
                words.iter().take(1).cloned().chain(rest).collect()
            }
            Self::Snake => joined("_"),
            Self::ScreamingSnake => joined("_").to_uppercase(),
            Self::Kebab => joined("-"),
            Self::ScreamingKebab => joined("-").to_uppercase(),
        }
    }
}

/// The words of a name, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for part in name.split('_').filter(|part| !part.is_empty()) {
        let mut begins = true;
        for letter in part.chars() {
            if letter.is_uppercase() || begins {
                words.push(String::new());
            }
            begins = false;
            if let Some(word) = words.last_mut() {
                word.extend(letter.to_lowercase());
            }
        }
    }
    words
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_serde_writes_them() {
        for (case, field, variant) in [
            ("lowercase", "user_id", "verytasty"),
            ("UPPERCASE", "USER_ID", "VERYTASTY"),
            ("PascalCase", "UserId", "VeryTasty"),
            ("camelCase", "userId", "veryTasty"),
            ("snake_case", "user_id", "very_tasty"),
            ("SCREAMING_SNAKE_CASE", "USER_ID", "VERY_TASTY"),
            ("kebab-case", "user-id", "very-tasty"),
            ("SCREAMING-KEBAB-CASE", "USER-ID", "VERY-TASTY"),
        ] {
            let case = Case::parse(case).expect(case);
            assert_eq!((case.apply("user_id").as_str(), case.apply("VeryTasty").as_str()), (field, variant));
        }
        assert_eq!(Case::parse("Snake"), None);
    }
}
