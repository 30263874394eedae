//! How much of a record is shown.

/// How much of a record a handler gets to see. What is beyond is replaced by a mark that says how much was cut.
///
/// | limit | what stands instead of the rest |
/// | --- | --- |
/// | [`text`](Self::text) | `[TRUNCATED:n]` behind the text, which lost `n` bytes |
/// | [`bytes`](Self::bytes) | `[BYTES:n]` for `n` bytes |
/// | [`elements`](Self::elements) | `[n more]` as the last element, or under the key `…` |
/// | [`depth`](Self::depth) | `[DEPTH]` for a value |
/// | [`fields`](Self::fields) | a field `fields_omitted` with their number |
/// | [`line`](Self::line) | all of them, as far as needed |
///
/// Rules of a [`Redaction`](crate::Redaction) act before, on the whole text, so that no half of a secret is left at a cut.
///
/// ```
/// use rlog_runtime::{Console, Json, Limits};
///
/// let console = Console::stdout().formatter(Json::new()).limits(Limits::container().text(4096));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "limits do nothing before a handler has them"]
pub struct Limits {
    pub(super) text: usize,
    pub(super) bytes: usize,
    pub(super) elements: usize,
    pub(super) depth: usize,
    pub(super) fields: usize,
    pub(super) line: usize,
}

impl Limits {
    /// No limits.
    pub const fn new() -> Self {
        let none = usize::MAX;
        Self { text: none, bytes: none, elements: none, depth: none, fields: none, line: none }
    }

    /// For programs in containers: lines of at most 16 KiB with their end, since Docker and the runtimes of Kubernetes split
    /// longer ones, and what is split is no JSON any more.
    pub const fn container() -> Self {
        Self::new().line(16 << 10)
    }

    /// How many bytes of a text are shown, or less, so that no character is cut in two. The mark comes on top.
    pub const fn text(mut self, bytes: usize) -> Self {
        self.text = bytes;
        self
    }

    /// Up to how many bytes a value of bytes is shown.
    pub const fn bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }

    /// How many elements are shown of a list, pairs of a map, fields of a struct.
    pub const fn elements(mut self, elements: usize) -> Self {
        self.elements = elements;
        self
    }

    /// How many structs, maps and lists deep a value is shown: with 1, a struct, and in it no other. At 0 none is.
    /// A `..value` is no level: its fields are those of the record.
    pub const fn depth(mut self, levels: usize) -> Self {
        self.depth = levels;
        self
    }

    /// How many fields of a record are shown, those of a `..value` among them. Those that its message shows are shown in any
    /// case.
    pub const fn fields(mut self, fields: usize) -> Self {
        self.fields = fields;
        self
    }

    /// How many bytes a line may have, with its end. A line that is longer is formatted again with ever lower limits until it
    /// fits, so that it stays what the formatter makes, such as JSON. At the very end a line that says where the record is from
    /// stands for it, as plain [`Json`](crate::Json) or [`Text`](crate::Text) if what the formatter adds by itself is too long:
    /// a large [attribute](crate::Json::attribute), say. At least 512.
    pub const fn line(mut self, bytes: usize) -> Self {
        self.line = if bytes < SHORTEST_LINE { SHORTEST_LINE } else { bytes };
        self
    }

    /// Whether each value can be shown as it is.
    pub(super) fn leaves_values(&self) -> bool {
        *self == Self { line: self.line, ..Self::new() }
    }

    /// Whether there are none.
    pub(crate) fn is_none(&self) -> bool {
        *self == Self::new()
    }

    /// Both: the lower one of each.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            text: self.text.min(other.text),
            bytes: self.bytes.min(other.bytes),
            elements: self.elements.min(other.elements),
            depth: self.depth.min(other.depth),
            fields: self.fields.min(other.fields),
            line: self.line.min(other.line),
        }
    }

    /// A number for them, which is 0 for those that leave values as they are.
    pub(super) fn number(&self) -> u64 {
        if self.leaves_values() {
            return 0;
        }
        [self.text, self.bytes, self.elements, self.depth, self.fields]
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, limit| {
                (hash ^ *limit as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
            })
            | 1
    }
}

/// Below this not even the line that stands for a record would fit.
const SHORTEST_LINE: usize = 512;

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}
