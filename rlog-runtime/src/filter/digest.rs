//! Values as bytes for a hash, so that keys need not be kept in clear.

use crate::record::Record;
use crate::value::{Struct, Value};
use core::fmt::{self, Write};
use core::hash::Hasher;

/// Stands behind each part of what has several: no text holds this byte.
const END: u8 = 0xff;

/// Feeds a value to a hash: texts as they are, all else by the text that it shows. So a number is the same whatever its type,
/// and an identifier whether it was logged as a string or by its `Display`. Never allocates.
pub(super) fn value(hasher: &mut impl Hasher, value: &Value<'_>) {
    // Writing to a hash does not fail.
    let _ = feed(&mut Feed(hasher), value);
}

/// Feeds the arguments of a record, but for the fields that `leaves_out` names.
pub(super) fn arguments(hasher: &mut impl Hasher, record: &Record<'_>, leaves_out: impl Fn(&str) -> bool) {
    for (key, argument) in record.info.keys.iter().zip(record.values) {
        if let Some(argument) = argument
            && !key.is_some_and(&leaves_out)
        {
            value(hasher, argument);
        }
        hasher.write(&[END]);
    }
}

struct Feed<'h, H>(&'h mut H);

impl<H: Hasher> Write for Feed<'_, H> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

fn feed<H: Hasher>(out: &mut Feed<'_, H>, value: &Value<'_>) -> fmt::Result {
    match *value {
        Value::Null => {}
        Value::Bool(value) => write!(out, "{value}")?,
        Value::Char(c) => out.write_char(c)?,
        Value::I64(number) => write!(out, "{number}")?,
        Value::U64(number) => write!(out, "{number}")?,
        Value::I128(number) | Value::Time(number) => write!(out, "{number}")?,
        Value::U128(number) => write!(out, "{number}")?,
        Value::F32(number) => write!(out, "{number}")?,
        Value::F64(number) => write!(out, "{number}")?,
        Value::Str(text) | Value::Text(text) => out.write_str(text)?,
        Value::Bytes(bytes) => out.0.write(bytes),
        Value::Duration(duration) => write!(out, "{duration:?}")?,
        Value::Error(errors) => {
            for text in errors {
                out.write_str(&text)?;
                out.0.write(&[END]);
            }
        }
        Value::Sequence(elements) => {
            for element in elements {
                part(out, &element)?;
            }
        }
        Value::Map(pairs) => {
            for (key, value) in pairs {
                part(out, &key)?;
                part(out, &value)?;
            }
        }
        Value::Struct(fields) => struct_fields(out, fields)?,
        Value::Variant(variant) => {
            out.write_str(variant.name())?;
            out.0.write(&[END]);
            struct_fields(out, variant.fields())?;
        }
    }
    Ok(())
}

fn struct_fields<H: Hasher>(out: &mut Feed<'_, H>, fields: Struct<'_>) -> fmt::Result {
    for (_, value) in fields {
        part(out, &value)?;
    }
    Ok(())
}

fn part<H: Hasher>(out: &mut Feed<'_, H>, value: &Value<'_>) -> fmt::Result {
    feed(out, value)?;
    out.0.write(&[END]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::made::Made;
    use super::*;
    use crate::level::Level;
    use crate::value::render::tests::{Order, Payment, failed, logged};
    use std::string::{String, ToString as _};
    use std::vec::Vec;

    /// Keeps what it is fed.
    struct Kept(Vec<u8>);

    impl Hasher for Kept {
        fn write(&mut self, bytes: &[u8]) {
            self.0.extend_from_slice(bytes);
        }

        fn finish(&self) -> u64 {
            0
        }
    }

    /// What is fed, with `|` where a part ends.
    fn fed(feed: impl FnOnce(&mut Kept)) -> String {
        let mut kept = Kept(Vec::new());
        feed(&mut kept);
        kept.0.iter().map(|&byte| if byte == END { '|' } else { char::from(byte) }).collect()
    }

    #[test]
    fn a_value_is_its_text() {
        for (fed_value, expected) in [
            (Value::Str("ada"), "ada"),
            (Value::Text("ada"), "ada"),
            (Value::I64(-7), "-7"),
            (Value::U64(7), "7"),
            (Value::I128(7), "7"),
            (Value::F64(0.5), "0.5"),
            (Value::Char('x'), "x"),
            (Value::Bool(true), "true"),
            (Value::Null, ""),
            (Value::Bytes(b"ab"), "ab"),
            (failed(&["a", "b"]), "a|b|"),
            (logged(Vec::from(["a", "bc"])), "a|bc|"),
            (logged(Order { id: 1, note: Some("x"), state: Payment::Open }), "1|x|Open||"),
        ] {
            assert_eq!(fed(|kept| value(kept, &fed_value)), expected, "{fed_value:?}");
        }
        assert_eq!(fed(|kept| value(kept, &Value::U128(u128::MAX))), u128::MAX.to_string());
    }

    #[test]
    fn arguments_are_set_apart_and_some_are_left_out() {
        let made = |a, b| Made::new(Level::INFO, "k1:ak1:b.m\u{1f}f").values([Value::Str(a), Value::Str(b)]);
        let all = |a, b| fed(|kept| arguments(kept, &made(a, b).record(), |_| false));
        assert_ne!(all("ab", "c"), all("a", "bc"));
        assert_eq!(fed(|kept| arguments(kept, &made("x", "y").record(), |key| key == "a")), "|y|");
    }
}
