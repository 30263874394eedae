//! Who may read and write a file, as data.

use crate::config::data::document::{Item, Node};
use crate::config::data::setting::{Reader, Setting};
use core::fmt;

/// A mode of files: in code `0o640`, in a file the text `"0640"`, which is octal.
///
/// A number is refused in files: TOML and JSON read 640 as decimal, which is another mode.
///
/// ```
/// use rlog_runtime::config::FileMode;
///
/// assert_eq!(FileMode::from(0o640).to_string(), "0640");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FileMode(u32);

impl FileMode {
    /// As the system has it.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }
}

impl From<u32> for FileMode {
    fn from(bits: u32) -> Self {
        Self(bits)
    }
}

/// As it is read.
impl fmt::Display for FileMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04o}", self.0)
    }
}

impl fmt::Debug for FileMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#05o}", self.0)
    }
}

impl Setting for FileMode {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        const EXPECTED: &str = "an octal mode in quotes, such as `\"0640\"`";
        let Item::Text(text) = &node.item else {
            match &node.item {
                Item::Integer(number) => reader
                    .wrong(std::format!("expected {EXPECTED}, got the number `{number}`, which would not be octal")),
                _ => reader.expected(EXPECTED, node),
            }
            return None;
        };
        let digits = text.trim();
        let digits = digits.strip_prefix("0o").unwrap_or(digits);
        let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        let bits = u32::from_str_radix(digits, 8).ok().filter(|_| is_plain);
        if bits.is_none() {
            reader.expected(EXPECTED, node);
        }
        bits.map(Self)
    }

    fn write(&self) -> Item {
        Item::Text(std::format!("{self}"))
    }
}
