//! JSON (RFC 8259) as a tree.
//!
//! A reader of our own, because others do not say where a value was. Two more things are refused: the same key twice, and
//! numbers that do not fit.

use super::{DEEPEST, Item, Node, Place, SyntaxError, Table};
use std::string::{String, ToString};
use std::vec::Vec;

/// Reads a text. The first mistake ends it: what is behind cannot be told from a consequence of it.
pub(in crate::config::data) fn read_json(text: &str) -> Result<Node, Vec<SyntaxError>> {
    let mut reader = Reader { text, position: 0 };
    // Editors of some systems begin files with it.
    if text.starts_with('\u{feff}') {
        reader.position = '\u{feff}'.len_utf8();
    }
    reader.document().map_err(|error| Vec::from([error]))
}

struct Reader<'a> {
    text: &'a str,
    /// In bytes, always at the beginning of a character.
    position: usize,
}

type Result<T, E = SyntaxError> = core::result::Result<T, E>;

impl Reader<'_> {
    fn document(&mut self) -> Result<Node> {
        let node = self.value(0)?;
        self.space();
        match self.peek() {
            None => Ok(node),
            Some(_) => Err(self.error("something follows the end of the document; remove it")),
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node> {
        self.space();
        let position = self.position;
        if depth > DEEPEST {
            return Err(self.error(&std::format!("nested more than {DEEPEST} levels deep")));
        }
        let item = match self.peek() {
            Some(b'{') => Item::Table(self.table(depth)?),
            Some(b'[') => Item::List(self.list(depth)?),
            Some(b'"') => Item::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Item::Bool(true))?,
            Some(b'f') => self.word("false", Item::Bool(false))?,
            Some(b'n') => self.word("null", Item::Null)?,
            Some(b'\'') => return Err(self.error("texts are in double quotes")),
            Some(b'/' | b'#') => return Err(self.error("expected a value; JSON has no comments, use TOML for those")),
            Some(_) => return Err(self.error("expected a value")),
            None => return Err(self.error("expected a value, but the text ends here")),
        };
        Ok(Node::new(item, Place::Text(position)))
    }

    fn table(&mut self, depth: usize) -> Result<Table> {
        let mut table = Table::default();
        self.position += 1;
        self.space();
        if self.eat(b'}') {
            return Ok(table);
        }
        loop {
            self.space();
            let place = self.position;
            match self.peek() {
                Some(b'"') => {}
                Some(b'}') => return Err(self.error("a key must follow the comma; remove the comma")),
                Some(_) => return Err(self.error("expected a key in double quotes")),
                None => return Err(self.error("expected a key, but the text ends here")),
            }
            let key = self.string()?;
            if table.get(&key).is_some() {
                return Err(SyntaxError { position: place, message: "this key is here twice; remove one".into() });
            }
            self.space();
            if !self.eat(b':') {
                return Err(self.error("expected `:` behind the key"));
            }
            let value = self.value(depth + 1)?;
            table.insert(&key, Place::Text(place), value);
            if self.ends(b'}')? {
                return Ok(table);
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Node>> {
        let mut list = Vec::new();
        self.position += 1;
        self.space();
        if self.eat(b']') {
            return Ok(list);
        }
        loop {
            self.space();
            if self.peek() == Some(b']') {
                return Err(self.error("a value must follow the comma; remove the comma"));
            }
            list.push(self.value(depth + 1)?);
            if self.ends(b']')? {
                return Ok(list);
            }
        }
    }

    /// Behind an element: whether it was the last one.
    fn ends(&mut self, end: u8) -> Result<bool> {
        self.space();
        if self.eat(end) {
            return Ok(true);
        }
        if self.eat(b',') {
            return Ok(false);
        }
        Err(self.error(&std::format!("expected `,` or `{}`", end as char)))
    }

    fn string(&mut self) -> Result<String> {
        let start = self.position;
        self.position += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.position..];
            let plain = rest.find(|c: char| c == '"' || c == '\\' || c < ' ').unwrap_or(rest.len());
            text.push_str(&rest[..plain]);
            self.position += plain;
            match self.peek() {
                Some(b'"') => {
                    self.position += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => return Err(self.error("control characters in texts are written as escapes, such as `\\n`")),
                None => return Err(SyntaxError { position: start, message: "this text has no closing quote".into() }),
            }
        }
    }

    fn escape(&mut self) -> Result<char> {
        let start = self.position;
        let unknown = || SyntaxError { position: start, message: "unknown escape".into() };
        self.position += 1;
        let c = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            _ => return Err(unknown()),
        };
        self.position += 1;
        Ok(c)
    }

    /// `uXXXX`, and a second one if the first is half of a pair.
    fn unicode(&mut self, start: usize) -> Result<char> {
        let wrong =
            || SyntaxError { position: start, message: "`\\u` and four hexadecimal digits of a character".into() };
        let first = self.unit().ok_or_else(wrong)?;
        let code = if (0xD800..0xDC00).contains(&first) {
            let low = if self.eat(b'\\') { self.unit() } else { None };
            let low = low.filter(|low| (0xDC00..0xE000).contains(low)).ok_or_else(wrong)?;
            0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00)
        } else {
            first
        };
        char::from_u32(code).ok_or_else(wrong)
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.position + 1..self.position + 5)?;
        if self.peek() != Some(b'u') || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.position += 5;
        u32::from_str_radix(digits, 16).ok()
    }

    fn number(&mut self) -> Result<Item> {
        let start = self.position;
        let rest = &self.text[start..];
        let length = rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')).unwrap_or(rest.len());
        let number = &rest[..length];
        let error = |message: &str| SyntaxError { position: start, message: message.to_string() };
        if !is_number(number) {
            return Err(error("not a number as JSON has them"));
        }
        self.position += length;
        if number.contains(['.', 'e', 'E']) {
            let value = number.parse().ok().filter(|value: &f64| value.is_finite());
            return value.map(Item::Float).ok_or_else(|| error("this number is too large"));
        }
        number.parse().map(Item::Integer).map_err(|_| error("an integer that is too large; 64 bits are the most"))
    }

    fn word(&mut self, word: &str, item: Item) -> Result<Item> {
        let rest = &self.text[self.position..];
        if rest.starts_with(word) && !rest[word.len()..].starts_with(|c: char| c.is_ascii_alphanumeric()) {
            self.position += word.len();
            return Ok(item);
        }
        Err(self.error("expected a value"))
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.position += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.position += usize::from(is_there);
        is_there
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn error(&self, message: &str) -> SyntaxError {
        SyntaxError { position: self.position, message: message.to_string() }
    }
}

/// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(digits)
}

#[cfg(test)]
mod tests {
    use super::super::line_and_column;
    use super::*;
    use proptest::prelude::*;

    fn problem(text: &str) -> String {
        let errors = read_json(text).map(|_| ()).expect_err(text);
        let (line, column) = line_and_column(text, errors[0].position);
        std::format!("{line}:{column}: {}", errors[0].message)
    }

    /// The same by a reader that everybody trusts.
    fn same(ours: &Item, theirs: &serde_json::Value) -> bool {
        match (ours, theirs) {
            (Item::Null, serde_json::Value::Null) => true,
            (Item::Bool(ours), serde_json::Value::Bool(theirs)) => ours == theirs,
            // Theirs has `-0` as a float; a setting that wants an integer may be zero, however it is written.
            (Item::Integer(0), serde_json::Value::Number(theirs)) => theirs.as_f64() == Some(0.0),
            (Item::Integer(ours), serde_json::Value::Number(theirs)) => theirs.as_i64() == Some(*ours),
            (Item::Float(ours), serde_json::Value::Number(theirs)) => theirs.as_f64() == Some(*ours),
            (Item::Text(ours), serde_json::Value::String(theirs)) => ours == theirs,
            (Item::List(ours), serde_json::Value::Array(theirs)) => {
                ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| same(&ours.item, theirs))
            }
            (Item::Table(ours), serde_json::Value::Object(theirs)) => {
                ours.entries().len() == theirs.len()
                    && ours
                        .entries()
                        .iter()
                        .all(|entry| theirs.get(&entry.key).is_some_and(|v| same(&entry.value.item, v)))
            }
            _ => false,
        }
    }

    #[test]
    fn every_kind_of_value_is_read_with_its_place() {
        let text = "\u{feff}{ \"a\": [1, -2.5e1, true, null],\n  \"\\u00e9\\ud83d\\ude00\\n\": {\"b\": \"x\\\"y\"} }";
        let root = read_json(text).expect("it is good");
        let plain = text.trim_start_matches('\u{feff}');
        assert!(same(&root.item, &serde_json::from_str(plain).expect("it is good")));
        let place = |path: &[&str], key| {
            let path: Vec<_> = path.iter().map(|step| step.to_string()).collect();
            match root.place_of(&path, key) {
                Place::Text(position) => line_and_column(text, position),
                place => panic!("{place:?}"),
            }
        };
        assert_eq!(place(&["a", "1"], false), (1, 13));
        assert_eq!(place(&["é😀\n", "b"], true), (2, 28));
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        for (text, expected) in [
            ("", "1:1: expected a value, but the text ends here"),
            ("{", "1:2: expected a key, but the text ends here"),
            ("{a: 1}", "1:2: expected a key in double quotes"),
            ("{\"a\" 1}", "1:6: expected `:` behind the key"),
            ("{\"a\": 1,}", "1:9: a key must follow the comma; remove the comma"),
            ("{\"a\": 1\n\"b\": 2}", "2:1: expected `,` or `}`"),
            ("[1, 2,]", "1:7: a value must follow the comma; remove the comma"),
            ("[1 2]", "1:4: expected `,` or `]`"),
            ("{\"a\": 1, \"a\": 2}", "1:10: this key is here twice; remove one"),
            ("{\"a\": 'x'}", "1:7: texts are in double quotes"),
            ("// x\n{}", "1:1: expected a value; JSON has no comments, use TOML for those"),
            ("{} x", "1:4: something follows the end of the document; remove it"),
            ("[tru]", "1:2: expected a value"),
            ("[truely]", "1:2: expected a value"),
            ("[\"hunter2]", "1:2: this text has no closing quote"),
            ("[\"a\nb\"]", "1:4: control characters in texts are written as escapes, such as `\\n`"),
            ("[\"\\x\"]", "1:3: unknown escape"),
            ("[\"\\ud83d\"]", "1:3: `\\u` and four hexadecimal digits of a character"),
            ("[\"\\u+123\"]", "1:3: `\\u` and four hexadecimal digits of a character"),
            ("[01]", "1:2: not a number as JSON has them"),
            ("[1.]", "1:2: not a number as JSON has them"),
            ("[1e999]", "1:2: this number is too large"),
            ("[99999999999999999999]", "1:2: an integer that is too large; 64 bits are the most"),
        ] {
            assert_eq!(problem(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_nested_too_deep_is_refused() {
        let deep = |depth: usize| std::format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read_json(&deep(DEEPEST)).is_ok());
        assert!(problem(&deep(DEEPEST + 1)).ends_with("levels deep"));
        assert!(read_json(&"[".repeat(1_000_000)).is_err());
        assert!(read_json(&"{\"a\":".repeat(1_000_000)).is_err());
    }

    proptest! {
        #[test]
        fn what_serde_json_reads_is_read_the_same(text in "\\PC{0,30}|[\\[\\]{}:,\"a\\\\u0-9eE+. tnl-]{0,30}|[0-9.eE+-]{1,8}") {
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            match (read_json(&text), theirs) {
                (Ok(ours), Ok(theirs)) => prop_assert!(same(&ours.item, &theirs), "{ours:?} {theirs:?}"),
                (Err(_), Err(_)) => {}
                (Ok(_), Err(error)) => prop_assert!(false, "only ours reads it: {error}"),
                (Err(errors), Ok(_)) => {
                    let message = &errors[0].message;
                    prop_assert!(message.contains("twice") || message.contains("too large"), "{message}");
                }
            }
        }
    }
}
