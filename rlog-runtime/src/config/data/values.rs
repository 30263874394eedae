//! The plain values that settings can have.
//!
//! A value from an environment variable is all text, so there `"5"` is a number, and elsewhere it is not.

use super::document::{Item, Node, Place};
use super::setting::{Reader, Setting, text};
use crate::level::{Level, NAMES};
use crate::nearest::nearest;
use crate::units::{Size, UnitError, parse_duration, show_duration};
use std::boxed::Box;
use std::path::PathBuf;
use std::string::{String, ToString};
use std::time::Duration;
use std::vec::Vec;

impl Setting for bool {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        match &node.item {
            Item::Bool(value) => Some(*value),
            Item::Text(text) if node.is_loose() => match text.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "on" => Some(true),
                "false" | "0" | "no" | "off" => Some(false),
                _ => {
                    reader.expected("`true` or `false`", node);
                    None
                }
            },
            _ => {
                reader.expected("`true` or `false`", node);
                None
            }
        }
    }

    fn write(&self) -> Item {
        Item::Bool(*self)
    }
}

/// Integers within the range of their type.
macro_rules! integers {
    ($($type:ty),*) => {
        $(impl Setting for $type {
            fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
                let integer = match &node.item {
                    Item::Integer(value) => Some(*value),
                    Item::Text(text) if node.is_loose() => text.trim().parse().ok(),
                    _ => None,
                };
                let Some(integer) = integer else {
                    reader.expected("an integer", node);
                    return None;
                };
                let value = Self::try_from(integer).ok();
                if value.is_none() {
                    let most = i64::try_from(Self::MAX).unwrap_or(i64::MAX);
                    reader.wrong(std::format!("expected an integer from {} to {most}, got `{integer}`", Self::MIN));
                }
                value
            }

            fn write(&self) -> Item {
                Item::Integer(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        })*
    };
}
integers!(u32, u64, usize, i64);

impl Setting for f64 {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let number = match &node.item {
            Item::Float(value) => Some(*value),
            Item::Integer(value) => Some(*value as Self),
            Item::Text(text) if node.is_loose() => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| number.is_finite());
        if number.is_none() {
            reader.expected("a number", node);
        }
        number
    }

    fn write(&self) -> Item {
        Item::Float(*self)
    }
}

impl Setting for String {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        text(node, "a text in quotes", reader).map(Self::from)
    }

    fn write(&self) -> Item {
        Item::Text(self.clone())
    }
}

impl Setting for PathBuf {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let path = text(node, "a path in quotes", reader)?;
        if path.is_empty() || path.contains('\0') {
            reader.wrong("a path cannot be empty or hold a zero byte");
            return None;
        }
        Some(Self::from(path))
    }

    fn write(&self) -> Item {
        Item::Text(self.to_string_lossy().into_owned())
    }
}

impl Setting for Level {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let text = match &node.item {
            Item::Text(text) => text.trim().to_string(),
            Item::Integer(severity) => severity.to_string(),
            _ => {
                reader.expected("a level, such as `\"info\"`", node);
                return None;
            }
        };
        let level = text.parse().ok();
        if level.is_none() {
            let instead = match nearest(&text, NAMES.iter().map(|&(name, _)| name)) {
                Some(meant) => std::format!("did you mean `{meant}`?"),
                None => "write `trace`, `debug`, `info`, `notice`, `warn`, `error`, `critical`, `off` or a number from 0 to \
                         255"
                    .to_string(),
            };
            let message = std::format!("unknown level {}; {instead}", reader.quote(&text));
            reader.wrong(message);
        }
        level
    }

    fn write(&self) -> Item {
        match self.name() {
            Some("SILENT") => Item::Text("off".into()),
            Some(name) => Item::Text(name.to_lowercase()),
            None => Item::Integer(self.severity().into()),
        }
    }
}

impl Setting for Duration {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let text = text(node, "a time with its unit, such as `\"10 s\"`", reader)?;
        parse_duration(text).map_err(|error| reader.wrong(error.to_string())).ok()
    }

    fn write(&self) -> Item {
        Item::Text(show_duration(*self))
    }
}

impl Setting for Size {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        const EXPECTED: &str = "a size, such as `\"100 MB\"` or a number of bytes";
        if let Item::Integer(bytes) = node.item {
            let size = u64::try_from(bytes).ok().map(Self::new);
            if size.is_none() {
                reader.wrong(std::format!("expected {EXPECTED}, got `{bytes}`"));
            }
            return size;
        }
        text(node, EXPECTED, reader)?.parse().map_err(|error: UnitError| reader.wrong(error.to_string())).ok()
    }

    fn write(&self) -> Item {
        Item::Text(self.to_string())
    }
}

impl<T: Setting> Setting for Box<T> {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        T::read(node, reader).map(Self::new)
    }

    fn write(&self) -> Item {
        T::write(self)
    }
}

impl<T: Setting> Setting for Vec<T> {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let Item::List(list) = &node.item else {
            reader.expected("a list", node);
            return None;
        };
        let items = list.iter().enumerate();
        Some(
            items
                .filter_map(|(index, node)| reader.below(&index.to_string(), |reader| T::read(node, reader)))
                .collect(),
        )
    }

    fn write(&self) -> Item {
        Item::List(self.iter().map(|value| Node::new(value.write(), Place::Code)).collect())
    }
}
