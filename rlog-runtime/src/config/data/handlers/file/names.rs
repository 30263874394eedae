//! What rotated files are called, as data.

use crate::config::data::document::{Item, Node};
use crate::config::data::setting::{Reader, Setting, text};
use crate::handler::Names;
use std::string::String;

/// [`Names`]: `"numbered"`, `"dated"`, or a pattern with placeholders, such as `"old/{stem}-{date}.{number}{ext}"`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NamesConfig {
    /// [`Names::numbered`]
    Numbered,
    /// [`Names::dated`]
    Dated,
    /// [`Names::pattern`]. One without a placeholder is refused.
    Pattern(String),
}

const NUMBERED: &str = "numbered";
const DATED: &str = "dated";

impl NamesConfig {
    /// Names by a pattern; see [`Names::pattern`].
    #[must_use]
    pub fn pattern(pattern: impl Into<String>) -> Self {
        Self::Pattern(pattern.into())
    }

    pub(super) fn make(&self) -> Names {
        match self {
            Self::Numbered => Names::numbered(),
            Self::Dated => Names::dated(),
            Self::Pattern(pattern) => Names::pattern(pattern),
        }
    }
}

impl Setting for NamesConfig {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let text = text(node, "`\"numbered\"`, `\"dated\"` or a pattern in quotes", reader)?;
        if text.eq_ignore_ascii_case(NUMBERED) {
            Some(Self::Numbered)
        } else if text.eq_ignore_ascii_case(DATED) {
            Some(Self::Dated)
        } else if text.contains(['{', '}']) {
            Some(Self::pattern(text))
        } else {
            reader.unknown("names", text, [NUMBERED, DATED, "{stem}-{date}.{number}{ext}"]);
            None
        }
    }

    fn write(&self) -> Item {
        Item::Text(match self {
            Self::Numbered => NUMBERED.into(),
            Self::Dated => DATED.into(),
            Self::Pattern(pattern) => pattern.clone(),
        })
    }
}
