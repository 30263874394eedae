//! Values by a format specification, as `core::fmt` would show them, on the worker and long after the statement.

use super::escape::{Escape, Plain, write_text};
use super::number::{write_f32, write_f64, write_fixed, write_i64, write_i128, write_u64, write_u128};
use super::write_value;
use crate::value::decode::Value;
use crate::value::spec::{Align, Count, Form, Spec};
use core::fmt::{self, Write as _};
use std::string::String;
use std::vec::Vec;

/// Appends `value` as a specification says. Only values whose `Display` and `Debug` can be done here get this far;
/// others bring their text along. `argument` looks up a width or a precision.
pub(super) fn write<'v, 'a: 'v>(
    out: &mut Vec<u8>,
    value: &Value<'_>,
    spec: &Spec,
    argument: impl Fn(usize) -> Option<&'v Value<'a>>,
    escape: Escape,
) {
    let count = |count| match count {
        Count::None => None,
        Count::Fixed(count) => Some(count.min(MAX_COUNT)),
        Count::Argument(index) => match argument(index) {
            Some(&Value::U64(count)) => Some(usize::try_from(count).unwrap_or(MAX_COUNT).min(MAX_COUNT)),
            _ => None,
        },
    };
    let (width, precision) = (count(spec.width).unwrap_or(0), count(spec.precision));
    let start = out.len();
    match *value {
        Value::I64(number) => write_number(out, &number, number >= 0, spec, precision, |out| write_i64(out, number)),
        Value::U64(number) => write_number(out, &number, true, spec, precision, |out| write_u64(out, number)),
        Value::I128(number) => write_number(out, &number, number >= 0, spec, precision, |out| write_i128(out, number)),
        Value::U128(number) => write_number(out, &number, true, spec, precision, |out| write_u128(out, number)),
        Value::F32(number) => {
            write_number(out, &number, takes_plus(number.into()), spec, precision, |out| match precision {
                Some(precision) => write_fixed(out, number.into(), precision),
                None => write_f32(out, number),
            });
        }
        Value::F64(number) => write_number(out, &number, takes_plus(number), spec, precision, |out| match precision {
            Some(precision) => write_fixed(out, number, precision),
            None => write_f64(out, number),
        }),
        Value::Str(shown) if spec.form == Form::Debug => return write_quoted(out, &shown, escape),
        Value::Char(shown) if spec.form == Form::Debug => return write_quoted(out, &shown, escape),
        Value::Str(shown) => return write_padded(out, shown, spec, width, precision, escape),
        Value::Char(shown) => {
            return write_padded(out, shown.encode_utf8(&mut [0; 4]), spec, width, precision, escape);
        }
        Value::Bool(shown) => {
            return write_padded(out, if shown { "true" } else { "false" }, spec, width, precision, escape);
        }
        ref other => return write_value(out, other, escape),
    }
    pad_number(out, start, spec, width, escape);
}

/// The largest width or precision that std takes.
const MAX_COUNT: usize = u16::MAX as usize;

fn takes_plus(number: f64) -> bool {
    number.is_sign_positive() && !number.is_nan()
}

/// Appends a number, not padded yet. `display` does so for the form that nearly all numbers have.
fn write_number<N: fmt::Display + fmt::Debug + fmt::LowerExp + fmt::UpperExp>(
    out: &mut Vec<u8>,
    number: &N,
    takes_plus: bool,
    spec: &Spec,
    precision: Option<usize>,
    display: impl FnOnce(&mut Vec<u8>),
) {
    if spec.plus && takes_plus {
        out.push(b'+');
    }
    let _ = match (spec.form, precision) {
        (Form::Display, _) => return display(out),
        (Form::Debug, None) => write!(Plain(out), "{number:?}"),
        (Form::Debug, Some(precision)) => write!(Plain(out), "{number:.precision$?}"),
        (Form::LowerExp, None) => write!(Plain(out), "{number:e}"),
        (Form::LowerExp, Some(precision)) => write!(Plain(out), "{number:.precision$e}"),
        (Form::UpperExp, None) => write!(Plain(out), "{number:E}"),
        (Form::UpperExp, Some(precision)) => write!(Plain(out), "{number:.precision$E}"),
    };
}

/// Widens the number that was written from `start` on: with zeros behind its sign, or with the fill around it. The
/// padding is appended and then rotated to where it belongs.
fn pad_number(out: &mut Vec<u8>, start: usize, spec: &Spec, width: usize, escape: Escape) {
    let end = out.len();
    let padding = width.saturating_sub(end - start);
    if padding == 0 {
        return;
    }
    if spec.zero {
        let sign = usize::from(matches!(out.get(start), Some(b'+' | b'-')));
        out.resize(end + padding, b'0');
        return out[start + sign..].rotate_right(padding);
    }
    (0..padding).for_each(|_| write_text(out, spec.fill.encode_utf8(&mut [0; 4]), escape));
    let bytes_of_a_fill = (out.len() - end) / padding;
    let before = before(spec.align.unwrap_or(Align::Right), padding) * bytes_of_a_fill;
    out[start..end + before].rotate_right(before);
}

/// How much of the padding stands before what is padded.
fn before(align: Align, padding: usize) -> usize {
    match align {
        Align::Left => 0,
        Align::Center => padding / 2,
        Align::Right => padding,
    }
}

/// The `Debug` of text, which knows neither width nor precision.
fn write_quoted(out: &mut Vec<u8>, shown: &dyn fmt::Debug, escape: Escape) {
    let mut text = String::new();
    let _ = write!(text, "{shown:?}");
    write_text(out, &text, escape);
}

fn write_padded(out: &mut Vec<u8>, shown: &str, spec: &Spec, width: usize, precision: Option<usize>, escape: Escape) {
    let shown = match precision.and_then(|precision| shown.char_indices().nth(precision)) {
        Some((end, _)) => &shown[..end],
        None => shown,
    };
    // Escapes do not count: the width is that of the text as it was.
    let padding = if width == 0 { 0 } else { width.saturating_sub(shown.chars().count()) };
    let before = before(spec.align.unwrap_or(Align::Left), padding);
    let mut fill = [0; 4];
    let fill = &*spec.fill.encode_utf8(&mut fill);
    (0..before).for_each(|_| write_text(out, fill, escape));
    write_text(out, shown, escape);
    (before..padding).for_each(|_| write_text(out, fill, escape));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(value: Value<'_>, spec: Spec, arguments: &[Value<'_>]) -> String {
        let mut out = b"before".to_vec();
        write(&mut out, &value, &spec, |index| arguments.get(index), Escape::None);
        String::from_utf8(out).expect("text").split_off(6)
    }

    /// The same through std, whose fill, alignment and flags cannot be chosen at run time.
    macro_rules! std_shown {
        ($spec:expr, $($rest:tt)*) => {
            match ($spec.align, $spec.plus, $spec.zero) {
                (None, false, false) => std_form!("", $spec, $($rest)*),
                (None, true, false) => std_form!("+", $spec, $($rest)*),
                (None, false, true) => std_form!("0", $spec, $($rest)*),
                (None, true, true) => std_form!("+0", $spec, $($rest)*),
                (Some(Align::Left), false, false) => std_form!("é<", $spec, $($rest)*),
                (Some(Align::Left), true, false) => std_form!("é<+", $spec, $($rest)*),
                (Some(Align::Left), false, true) => std_form!("é<0", $spec, $($rest)*),
                (Some(Align::Left), true, true) => std_form!("é<+0", $spec, $($rest)*),
                (Some(Align::Center), false, false) => std_form!("é^", $spec, $($rest)*),
                (Some(Align::Center), true, false) => std_form!("é^+", $spec, $($rest)*),
                (Some(Align::Center), false, true) => std_form!("é^0", $spec, $($rest)*),
                (Some(Align::Center), true, true) => std_form!("é^+0", $spec, $($rest)*),
                (Some(Align::Right), false, false) => std_form!("é>", $spec, $($rest)*),
                (Some(Align::Right), true, false) => std_form!("é>+", $spec, $($rest)*),
                (Some(Align::Right), false, true) => std_form!("é>0", $spec, $($rest)*),
                (Some(Align::Right), true, true) => std_form!("é>+0", $spec, $($rest)*),
            }
        };
    }

    macro_rules! std_form {
        ($flags:literal, $spec:expr, number $value:expr, $width:expr, $precision:expr) => {
            match $spec.form {
                Form::LowerExp => std_counts!($flags, "e", $value, $width, $precision),
                Form::UpperExp => std_counts!($flags, "E", $value, $width, $precision),
                _ => std_form!($flags, $spec, text $value, $width, $precision),
            }
        };
        ($flags:literal, $spec:expr, text $value:expr, $width:expr, $precision:expr) => {
            match $spec.form {
                Form::Debug if $spec.alternate => std_counts!($flags, "#?", $value, $width, $precision),
                Form::Debug => std_counts!($flags, "?", $value, $width, $precision),
                _ => std_counts!($flags, "", $value, $width, $precision),
            }
        };
    }

    macro_rules! std_counts {
        ($flags:literal, "#?", $value:expr, $width:expr, $precision:expr) => {
            // With `+` and `0` in between, `#` has one place only; it changes nothing for the types here.
            std_counts!($flags, "?", $value, $width, $precision)
        };
        ($flags:literal, $form:literal, $value:expr, $width:expr, $precision:expr) => {
            match $precision {
                None => format!(concat!("{:", $flags, "w$", $form, "}"), $value, w = $width),
                Some(p) => format!(concat!("{:", $flags, "w$.p$", $form, "}"), $value, w = $width, p = p),
            }
        };
    }

    fn specs() -> impl Strategy<Value = (Spec, usize, Option<usize>)> {
        let align = prop_oneof![Just(Align::Left), Just(Align::Center), Just(Align::Right)];
        let form = prop_oneof![Just(Form::Display), Just(Form::Debug), Just(Form::LowerExp), Just(Form::UpperExp)];
        let flags = any::<(bool, bool, bool, bool)>();
        (proptest::option::of(align), flags, form, 0_usize..24, proptest::option::of(0_usize..8)).prop_map(
            |(align, (plus, zero, alternate, by_argument), form, width, precision)| {
                let count = |index, count| if by_argument { Count::Argument(index) } else { Count::Fixed(count) };
                let spec = Spec {
                    fill: if align.is_some() { 'é' } else { ' ' },
                    align,
                    plus,
                    minus: false,
                    alternate: alternate && form == Form::Debug,
                    zero,
                    width: count(0, width),
                    precision: precision.map_or(Count::None, |precision| count(1, precision)),
                    form,
                };
                (spec, width, precision)
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn every_specification_shows_what_std_shows(
            (spec, width, precision) in specs(),
            (integer, shift, places) in (any::<i128>(), 0..128, 0..20),
            (float, text, c, boolean) in (any::<f64>(), "\\PC{0,9}", any::<char>(), any::<bool>()),
        ) {
            let arguments = [Value::U64(width as u64), Value::U64(precision.unwrap_or(0) as u64)];
            macro_rules! same {
                ($what:ident $value:expr, $variant:ident) => {
                    let value = $value;
                    let expected = std_shown!(spec, $what value, width, precision);
                    prop_assert_eq!(shown(Value::$variant(value), spec, &arguments), expected, "{:?}", spec);
                };
            }
            let integer = integer >> shift;
            same!(number integer, I128);
            same!(number integer.unsigned_abs(), U128);
            same!(number integer as i64, I64);
            same!(number integer as u64, U64);
            same!(number integer as i64 as f64 / 10_f64.powi(places), F64);
            same!(number float, F64);
            same!(number [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -f64::NAN, 0.0, -0.0][shift as usize % 6], F64);
            same!(number float as f32, F32);
            same!(number (integer as i16) as f32 / 8.0, F32);
            same!(text boolean, Bool);
            same!(text c, Char);
            same!(text &*text, Str);
        }
    }

    #[test]
    fn what_fills_is_escaped_and_counts_once() {
        let spec = Spec::parse("\"^0_._.d").expect("a specification");
        let spec = Spec { width: Count::Fixed(6), ..spec };
        for (value, expected) in
            [(Value::I64(-7), "\\\"\\\"-7\\\"\\\""), (Value::Str("\n\n\n"), "\\\"\\n\\n\\n\\\"\\\"")]
        {
            let mut out = Vec::new();
            write(&mut out, &value, &spec, |_| None, Escape::Json);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }

    #[test]
    fn absurd_and_missing_widths_do_no_harm() {
        let spec = Spec::parse(" -0$0.$1.d").expect("a specification");
        assert_eq!(shown(Value::I64(7), spec, &[Value::U64(u64::MAX)]).len(), MAX_COUNT);
        assert_eq!(shown(Value::F64(7.0), spec, &[Value::Null, Value::U64(u64::MAX)]).len(), MAX_COUNT + 2);
        assert_eq!(shown(Value::Str("seven"), spec, &[]), "seven");
    }

    #[test]
    fn values_that_brought_their_text_are_left_alone() {
        let spec = Spec::parse(" >0_.1.d").expect("a specification");
        assert_eq!(shown(Value::Text("127.0.0.1"), Spec { width: Count::Fixed(20), ..spec }, &[]), "127.0.0.1");
    }
}
