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

    /// Writes the name of a field, which is in `snake_case`: as serde does, underscores and all.
    pub(super) fn of_field(self, name: &str) -> String {
        match self {
            Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Pascal => name.split('_').map(|word| with_first(word, |c| c.to_ascii_uppercase())).collect(),
            Self::Camel => with_first(&Self::Pascal.of_field(name), |c| c.to_ascii_lowercase()),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// Writes the name of a variant, which is in `PascalCase`.
    pub(super) fn of_variant(self, name: &str) -> String {
        match self {
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Pascal => name.to_owned(),
            Self::Camel => with_first(name, |c| c.to_ascii_lowercase()),
            Self::Snake => snake(name),
            Self::ScreamingSnake => snake(name).to_ascii_uppercase(),
            Self::Kebab => snake(name).replace('_', "-"),
            Self::ScreamingKebab => snake(name).to_ascii_uppercase().replace('_', "-"),
        }
    }
}

fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (index, letter) in name.char_indices() {
        if index > 0 && letter.is_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

fn with_first(word: &str, change: impl FnOnce(char) -> char) -> String {
    let mut letters = word.chars();
    letters.next().map(change).into_iter().chain(letters).collect()
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
            assert_eq!((case.of_field("user_id").as_str(), case.of_variant("VeryTasty").as_str()), (field, variant));
        }
        assert_eq!(Case::parse("Snake"), None);
        assert_eq!(Case::Kebab.of_field("_x"), "-x");
        assert_eq!(Case::Kebab.of_field("a__b"), "a--b");
        assert_eq!(Case::Camel.of_field("_a__b_2"), "aB2");
    }
}
