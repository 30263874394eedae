//! Values as text.
//!
//! What users typed may hold anything, so every text output escapes it: a line end in a value must not start a new line,
//! and an escape sequence must not reach a terminal.

mod escape;
mod number;
mod spec;

pub(crate) use escape::{Escape, is_clean, write_bare, write_text};
pub(crate) use number::{
    eight_digits, write_f32, write_f64, write_i64, write_i128, write_json_f32, write_json_f64, write_u64, write_u128,
};

use super::copy::append;
use super::decode::{Struct, Value};
use super::kind::Style;
use crate::callsite::info::Hole;
use crate::timestamp::Timestamp;
use core::fmt::{self, Write as _};
use escape::{Escaped, Plain};
use std::string::String;
use std::vec::Vec;

/// Appends a value as `{}` shows it, on one line.
#[inline]
pub(crate) fn write_value(out: &mut Vec<u8>, value: &Value<'_>, escape: Escape) {
    match *value {
        Value::I64(number) => write_i64(out, number),
        Value::U64(number) => write_u64(out, number),
        Value::F64(number) => write_f64(out, number),
        Value::Str(text) | Value::Text(text) => write_text(out, text, escape),
        _ => write_other(out, value, escape),
    }
}

fn write_other(out: &mut Vec<u8>, value: &Value<'_>, escape: Escape) {
    match *value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(value) => append(out, if value { b"true" } else { b"false" }),
        Value::Char(c) => write_text(out, c.encode_utf8(&mut [0; 4]), escape),
        Value::I64(number) => write_i64(out, number),
        Value::U64(number) => write_u64(out, number),
        Value::I128(number) => write_i128(out, number),
        Value::U128(number) => write_u128(out, number),
        Value::F32(number) => write_f32(out, number),
        Value::F64(number) => write_f64(out, number),
        Value::Str(text) | Value::Text(text) => write_text(out, text, escape),
        Value::Bytes(bytes) => {
            let _ = write!(Escaped(out, escape), "{}", bytes.escape_ascii());
        }
        Value::Error(errors) => {
            for (index, error) in errors.enumerate() {
                if index > 0 {
                    out.extend_from_slice(b": ");
                }
                write_text(out, &error, escape);
            }
        }
        Value::Duration(duration) => {
            let _ = write!(Plain(out), "{duration:?}");
        }
        Value::Time(nanoseconds) => match i64::try_from(nanoseconds) {
            Ok(nanoseconds) => Timestamp::from_nanoseconds(nanoseconds).write_rfc3339(out),
            Err(_) => write_i128(out, nanoseconds),
        },
        Value::Sequence(elements) => {
            out.push(b'[');
            for (index, element) in elements.enumerate() {
                separate(out, index);
                write_nested(out, &element, escape);
            }
            out.push(b']');
        }
        Value::Map(pairs) => {
            out.push(b'{');
            for (index, (key, value)) in pairs.enumerate() {
                separate(out, index);
                write_nested(out, &key, escape);
                out.extend_from_slice(b": ");
                write_nested(out, &value, escape);
            }
            out.push(b'}');
        }
        Value::Struct(fields) => write_fields(out, fields.name(), fields, escape),
        Value::Variant(variant) => write_fields(out, variant.name(), variant.fields(), escape),
    }
}

/// `Order {id: 1}`, `(1, 2)`, `Some(1)` or `Unit`.
fn write_fields(out: &mut Vec<u8>, name: &str, fields: Struct<'_>, escape: Escape) {
    write_text(out, name, escape);
    let (open, close): (&[u8], u8) = match fields.style() {
        Style::Unit => return,
        Style::Named if name.is_empty() => (b"{", b'}'),
        Style::Named => (b" {", b'}'),
        Style::Newtype | Style::Tuple => (b"(", b')'),
    };
    let named = fields.style() == Style::Named;
    append(out, open);
    if named && fields.has_flattened() {
        let mut index = 0;
        fields.each_flattened("", &mut |key, value| {
            separate(out, index);
            index += 1;
            write_text(out, key, escape);
            out.extend_from_slice(b": ");
            write_nested(out, value, escape);
        });
        return out.push(close);
    }
    for (index, (key, value)) in fields.enumerate() {
        separate(out, index);
        if named {
            write_text(out, key, escape);
            out.extend_from_slice(b": ");
        }
        write_nested(out, &value, escape);
    }
    out.push(close);
}

/// Appends a value that is inside of another one, where strings have quotes.
fn write_nested(out: &mut Vec<u8>, value: &Value<'_>, escape: Escape) {
    match *value {
        Value::Str(text) => {
            let _ = write!(Escaped(out, escape), "{text:?}");
        }
        _ => write_other(out, value, escape),
    }
}

fn separate(out: &mut Vec<u8>, index: usize) {
    if index > 0 {
        out.extend_from_slice(b", ");
    }
}

/// Appends what a hole of a message shows. Nothing, if the value is missing.
#[inline]
pub(crate) fn write_hole(out: &mut Vec<u8>, hole: &Hole, values: &[Option<Value<'_>>], escape: Escape) {
    let value = |index: usize| values.get(index).and_then(Option::as_ref);
    if let Some(text) = hole.text.and_then(value) {
        return write_value(out, text, escape);
    }
    match (value(hole.argument), &hole.spec) {
        // As `{}` shows an error: without its sources.
        (Some(Value::Error(errors)), None) => {
            for text in (*errors).take(1) {
                write_text(out, &text, escape);
            }
        }
        (Some(shown), None) => write_value(out, shown, escape),
        (Some(shown), Some(spec)) => spec::write(out, shown, spec, value, escape),
        (None, _) => {}
    }
}

/// As `{}` shows it in a message, on one line, nothing escaped. Numbers and text obey width, precision and flags as they
/// do by themselves; other values are text to them.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(shown) => fmt::Display::fmt(shown, f),
            Self::Char(shown) => fmt::Display::fmt(shown, f),
            Self::I64(shown) => fmt::Display::fmt(shown, f),
            Self::U64(shown) => fmt::Display::fmt(shown, f),
            Self::I128(shown) => fmt::Display::fmt(shown, f),
            Self::U128(shown) => fmt::Display::fmt(shown, f),
            Self::F32(shown) => fmt::Display::fmt(shown, f),
            Self::F64(shown) => fmt::Display::fmt(shown, f),
            Self::Str(shown) | Self::Text(shown) => f.pad(shown),
            _ => f.pad(&self.text()),
        }
    }
}

/// The same with quotes around strings, on one line also as `{:#?}`.
impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Char(shown) => fmt::Debug::fmt(shown, f),
            Self::F32(shown) => fmt::Debug::fmt(shown, f),
            Self::F64(shown) => fmt::Debug::fmt(shown, f),
            Self::Str(shown) => fmt::Debug::fmt(shown, f),
            _ => fmt::Display::fmt(self, f),
        }
    }
}

impl Value<'_> {
    fn text(&self) -> String {
        let mut text = Vec::new();
        write_value(&mut text, self, Escape::None);
        String::from_utf8_lossy(&text).into_owned()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::value::encode::{Encoder, Loggable};
    use crate::value::kind::{EnumShape, FieldShape, Kind, KindOf, Shape, Tagging, kind_of};
    use crate::value::wire::Wire;
    use crate::value::{Described, Probe, probes::*};
    use core::time::Duration;
    use std::borrow::ToOwned as _;
    use std::boxed::Box;
    use std::collections::BTreeMap;
    use std::string::ToString;
    use std::vec;

    /// The value as a statement would have copied it. Its bytes are leaked.
    pub(crate) fn logged<T: Loggable>(value: T) -> Value<'static> {
        sent(Described::encode(&value))
    }

    /// The value of a wire. Its bytes are leaked.
    pub(crate) fn sent<W: Wire>(wire: W) -> Value<'static> {
        let mut bytes = vec![0; wire.size()];
        // SAFETY: there are `size` bytes.
        unsafe { wire.put(bytes.as_mut_ptr()) };
        // SAFETY: this wire wrote them.
        unsafe { super::super::decode::Reader::new(bytes.leak()).argument(const { &W::KIND }) }.expect("a value")
    }

    /// An error and its sources.
    pub(crate) fn failed(texts: &[&str]) -> Value<'static> {
        #[derive(Debug)]
        struct Failed(String, Option<Box<Self>>);
        impl fmt::Display for Failed {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl core::error::Error for Failed {
            fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
                self.1.as_deref().map(|source| source as _)
            }
        }
        let chain = texts.iter().rev().fold(None, |source, &text| Some(Box::new(Failed(text.to_owned(), source))));
        let error = *chain.expect("a text");
        let wire = (&&Probe(&error)).rlog_value();
        let mut bytes = vec![0; wire.size()];
        // SAFETY: there are `size` bytes.
        unsafe { wire.put(bytes.as_mut_ptr()) };
        super::super::decode::Reader::new(bytes.leak()).value(&Kind::Error).expect("a value")
    }

    /// An error with a backtrace.
    pub(crate) fn traced(text: &'static str) -> Value<'static> {
        #[derive(Debug)]
        struct Traced(&'static str);
        impl fmt::Display for Traced {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0)
            }
        }
        impl core::error::Error for Traced {}
        impl Loggable for Traced {
            const KIND: Kind = Kind::Error;
            fn encode(&self, encoder: &mut Encoder) {
                encoder.error(self, Some(&std::backtrace::Backtrace::force_capture()));
            }
        }
        logged(Traced(text))
    }

    /// `enum Payment { Open, Paid { cents: u64, by: &'static str }, Failed(i32, Vec<f64>) }`
    pub(crate) enum Payment {
        Open,
        Paid { cents: u64, by: &'static str },
        Failed(i32, Vec<f64>),
    }

    const fn field(key: &'static str, kind: KindOf) -> FieldShape {
        FieldShape::new(key, kind)
    }

    impl Loggable for Payment {
        const KIND: Kind = Kind::Enum(&EnumShape {
            name: "Payment",
            tagging: Tagging::External,
            variants: &[
                Shape { name: "Open", style: Style::Unit, fields: &[] },
                Shape {
                    name: "Paid",
                    style: Style::Named,
                    fields: &[field("cents", kind_of::<u64>()), field("by", kind_of::<&str>())],
                },
                Shape {
                    name: "Failed",
                    style: Style::Tuple,
                    fields: &[field("0", kind_of::<i32>()), field("1", kind_of::<Vec<f64>>())],
                },
            ],
        });

        fn encode(&self, encoder: &mut Encoder) {
            match self {
                Self::Open => encoder.variant(0),
                Self::Paid { cents, by } => {
                    encoder.variant(1);
                    cents.encode(encoder);
                    by.encode(encoder);
                }
                Self::Failed(code, after) => {
                    encoder.variant(2);
                    code.encode(encoder);
                    after.encode(encoder);
                }
            }
        }
    }

    /// `struct Order { id: u64, note: Option<&'static str>, state: Payment }`
    pub(crate) struct Order {
        pub(crate) id: u64,
        pub(crate) note: Option<&'static str>,
        pub(crate) state: Payment,
    }

    impl Loggable for Order {
        const KIND: Kind = Kind::Struct(&Shape {
            name: "Order",
            style: Style::Named,
            fields: &[
                field("id", kind_of::<u64>()),
                field("note", kind_of::<Option<&str>>()),
                field("state", kind_of::<Payment>()),
            ],
        });

        fn encode(&self, encoder: &mut Encoder) {
            self.id.encode(encoder);
            self.note.encode(encoder);
            self.state.encode(encoder);
        }
    }

    /// A list of lists, as deep as it was made.
    pub(crate) struct Nested(pub(crate) u32);

    impl Loggable for Nested {
        const KIND: Kind = Kind::Sequence(kind_of::<Self>());

        fn encode(&self, encoder: &mut Encoder) {
            encoder.sequence(self.0.checked_sub(1).map(Nested).into_iter());
        }
    }

    #[test]
    fn structured_values_are_shown_on_one_line() {
        let by = "a \"b\"\n";
        for (value, expected) in [
            (logged(vec![1_u8, 2]), "[1, 2]"),
            (logged(("x", 'y', 1.0, true)), "(\"x\", y, 1, true)"),
            (logged(BTreeMap::from([("k", Some(1)), ("l", None)])), "{\"k\": 1, \"l\": null}"),
            (logged(Payment::Open), "Open"),
            (logged(Payment::Failed(-1, vec![0.5])), "Failed(-1, [0.5])"),
            (
                logged(Order { id: 17, note: None, state: Payment::Paid { cents: 5, by } }),
                "Order {id: 17, note: null, state: Paid {cents: 5, by: \"a \\\"b\\\"\\n\"}}",
            ),
            (logged(Duration::from_millis(1500)), "1.5s"),
            (Value::Time(-1), "1969-12-31T23:59:59.999999999Z"),
            (Value::Time(i128::MAX), "170141183460469231731687303715884105727"),
            (Value::Bytes(b"a\0\xff\""), "a\\x00\\xff\\\""),
            (failed(&["outer", "middle", "inner"]), "outer: middle: inner"),
            (logged(std::net::Ipv4Addr::LOCALHOST), "127.0.0.1"),
        ] {
            assert_eq!(value.to_string(), expected);
            assert_eq!(format!("{value:>60}"), format!("{expected:>60}"));
            assert_eq!(format!("{value:?}"), expected);
        }
    }

    #[test]
    fn debug_shows_what_is_text_and_what_is_a_float() {
        assert_eq!(format!("{:?} {:?} {:?}", Value::Str("a\n"), Value::Char('"'), Value::F64(1.0)), r#""a\n" '"' 1.0"#);
        assert_eq!(format!("{:?} {:?}", Value::Text("a b"), Value::Null), "a b null");
    }

    #[test]
    fn display_obeys_width_and_precision() {
        assert_eq!(format!("[{:8.2}] [{:<+5}] [{:>4.1}]", Value::F64(2.0 / 3.0), Value::I64(7), Value::Str("ab")), {
            format!("[{:8.2}] [{:<+5}] [{:>4.1}]", 2.0 / 3.0, 7, "ab")
        });
    }

    #[test]
    fn what_is_inside_of_values_is_escaped_too() {
        let mut out = Vec::new();
        let by = "\u{1b}[2J\u{202e}";
        write_value(&mut out, &logged(vec![Payment::Paid { cents: 1, by }]), Escape::Text);
        write_value(&mut out, &failed(&["a\nb"]), Escape::Text);
        write_value(&mut out, &Value::Char('\u{7f}'), Escape::Text);
        assert_eq!(String::from_utf8_lossy(&out), "[Paid {cents: 1, by: \"\\u{1b}[2J\\u{202e}\"}]a\\nb\\u{7f}");
    }

    #[test]
    fn deep_values_are_cut_off_before_the_stack_ends() {
        assert_eq!(logged(Nested(3)).to_string(), "[[[[]]]]");
        let deep = logged(Nested(1_000)).to_string();
        assert!(deep.len() < 200 && deep.starts_with("[[") && deep.ends_with("]]"), "{deep}");
    }
}
