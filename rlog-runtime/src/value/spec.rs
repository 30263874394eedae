//! The format specification of a hole: `{:>8.3}` and its like.
//!
//! The macros parse and check it at compile time and leave it in a compact form in the callsite's text (see
//! [`crate::callsite`]); here that form is read once per callsite, and applied to values on the worker.

use super::decode::Value;
use super::render::{Escape, write_text, write_value};
use core::fmt::{self, Write as _};
use std::string::String;
use std::vec::Vec;

/// How a hole shows its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spec {
    pub(crate) fill: char,
    /// `None` is the type's own side: left for text, right for numbers.
    pub(crate) align: Option<Align>,
    pub(crate) plus: bool,
    pub(crate) minus: bool,
    pub(crate) alternate: bool,
    pub(crate) zero: bool,
    pub(crate) width: Count,
    pub(crate) precision: Count,
    pub(crate) form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Center,
    Right,
}

/// A width or a precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    None,
    Fixed(usize),
    /// The value of this argument of the statement.
    Argument(usize),
}

/// Which trait of `core::fmt` shows the value. The others (`x`, `o`, `b`, `p`) depend on the exact type and are formatted
/// by the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Display,
    Debug,
    LowerExp,
    UpperExp,
}

impl Spec {
    /// What `{}` means.
    pub(crate) const PLAIN: Self = Self {
        fill: ' ',
        align: None,
        plus: false,
        minus: false,
        alternate: false,
        zero: false,
        width: Count::None,
        precision: Count::None,
        form: Form::Display,
    };

    /// Reads the compact form: fill, align, flags, width, precision, type. `None` when it is not of that form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut chars = text.chars();
        let fill = chars.next()?;
        let align = match chars.next()? {
            '<' => Some(Align::Left),
            '^' => Some(Align::Center),
            '>' => Some(Align::Right),
            '-' => None,
            _ => return None,
        };
        let flags = chars.next()?.to_digit(16)?;
        let mut parts = chars.as_str().split('.');
        let (width, precision) = (Count::parse(parts.next()?)?, Count::parse(parts.next()?)?);
        let form = match parts.next()? {
            "d" => Form::Display,
            "?" => Form::Debug,
            "e" => Form::LowerExp,
            "E" => Form::UpperExp,
            _ => return None,
        };
        Some(Self {
            fill,
            align,
            plus: flags & 1 != 0,
            minus: flags & 2 != 0,
            alternate: flags & 4 != 0,
            zero: flags & 8 != 0,
            width,
            precision,
            form,
        })
    }
}

impl Count {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "_" => Some(Self::None),
            text => match text.strip_prefix('$') {
                Some(index) => index.parse().ok().map(Self::Argument),
                // Not more than std takes; see `MAX_COUNT`.
                None => text.parse::<u16>().ok().map(|count| Self::Fixed(count.into())),
            },
        }
    }
}

/// Appends `value` as a specification says. Only values whose `Display` and `Debug` can be done here get this far;
/// others bring their text along. `argument` looks up a width or a precision.
pub(crate) fn write<'v>(
    out: &mut Vec<u8>,
    value: &Value<'_>,
    spec: &Spec,
    argument: impl Fn(usize) -> Option<&'v Value<'v>>,
    escape: Escape,
) {
    let count = |count| match count {
        Count::None => None,
        Count::Fixed(count) => Some(count),
        Count::Argument(index) => match argument(index) {
            Some(Value::U64(count)) => Some((*count).min(MAX_COUNT) as usize),
            _ => None,
        },
    };
    let (width, precision) = (count(spec.width).unwrap_or(0), count(spec.precision));
    let mut text = String::new();
    // A number fills itself with zeros, behind its sign.
    let zeros = if spec.zero { width } else { 0 };
    let is_number = match *value {
        Value::I64(number) => write_number(&mut text, &number, spec, zeros, precision),
        Value::U64(number) => write_number(&mut text, &number, spec, zeros, precision),
        Value::I128(number) => write_number(&mut text, &number, spec, zeros, precision),
        Value::U128(number) => write_number(&mut text, &number, spec, zeros, precision),
        Value::F32(number) => write_number(&mut text, &number, spec, zeros, precision),
        Value::F64(number) => write_number(&mut text, &number, spec, zeros, precision),
        // The `Debug` of text is quoted, and knows neither width nor precision.
        Value::Str(shown) if spec.form == Form::Debug => {
            let _ = write!(text, "{shown:?}");
            return write_text(out, &text, escape);
        }
        Value::Char(shown) if spec.form == Form::Debug => {
            let _ = write!(text, "{shown:?}");
            return write_text(out, &text, escape);
        }
        Value::Str(shown) => cut(&mut text, shown, precision),
        Value::Char(shown) => cut(&mut text, shown.encode_utf8(&mut [0; 4]), precision),
        Value::Bool(shown) => cut(&mut text, if shown { "true" } else { "false" }, precision),
        ref other => return write_value(out, other, escape),
    };
    let padding = width.saturating_sub(text.chars().count());
    let before = match spec.align.unwrap_or(if is_number { Align::Right } else { Align::Left }) {
        Align::Left => 0,
        Align::Center => padding / 2,
        Align::Right => padding,
    };
    let fill = if spec.zero && is_number { ' ' } else { spec.fill };
    let mut fill_bytes = [0; 4];
    let fill = &*fill.encode_utf8(&mut fill_bytes);
    (0..before).for_each(|_| write_text(out, fill, escape));
    write_text(out, &text, escape);
    (before..padding).for_each(|_| write_text(out, fill, escape));
}

/// The largest width or precision that std takes.
const MAX_COUNT: u64 = u16::MAX as u64;

fn cut(text: &mut String, shown: &str, precision: Option<usize>) -> bool {
    text.extend(shown.chars().take(precision.unwrap_or(usize::MAX)));
    false
}

fn write_number<N>(text: &mut String, number: &N, spec: &Spec, zeros: usize, precision: Option<usize>) -> bool
where
    N: fmt::Display + fmt::Debug + fmt::LowerExp + fmt::UpperExp,
{
    macro_rules! forms {
        ($($form:ident $type:literal),*) => {
            match (spec.form, spec.plus, precision) {
                $(
                    (Form::$form, false, None) => write!(text, concat!("{:0w$", $type, "}"), number, w = zeros),
                    (Form::$form, true, None) => write!(text, concat!("{:+0w$", $type, "}"), number, w = zeros),
                    (Form::$form, false, Some(p)) => write!(text, concat!("{:0w$.p$", $type, "}"), number, w = zeros, p = p),
                    (Form::$form, true, Some(p)) => write!(text, concat!("{:+0w$.p$", $type, "}"), number, w = zeros, p = p),
                )*
            }
        };
    }
    let _ = forms!(Display "", Debug "?", LowerExp "e", UpperExp "E");
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(value: Value<'_>, spec: Spec) -> String {
        let mut out = Vec::new();
        write(&mut out, &value, &spec, |_| None, Escape::None);
        String::from_utf8(out).expect("text")
    }

    /// The same through std, whose fill and alignment cannot be chosen at run time.
    macro_rules! std_shown {
        ($value:expr, $spec:expr, $width:expr, $precision:expr) => {{
            macro_rules! with {
                ($flags:literal) => {
                    match ($spec.form, $precision) {
                        (Form::Display, None) => format!(concat!("{:", $flags, "w$}"), $value, w = $width),
                        (Form::Display, Some(p)) => format!(concat!("{:", $flags, "w$.p$}"), $value, w = $width, p = p),
                        (_, None) => format!(concat!("{:", $flags, "w$?}"), $value, w = $width),
                        (_, Some(p)) => format!(concat!("{:", $flags, "w$.p$?}"), $value, w = $width, p = p),
                    }
                };
            }
            match ($spec.align, $spec.plus, $spec.zero) {
                (None, false, false) => with!(""),
                (None, true, false) => with!("+"),
                (None, false, true) => with!("0"),
                (None, true, true) => with!("+0"),
                (Some(Align::Left), false, _) => with!("*<"),
                (Some(Align::Left), true, _) => with!("*<+"),
                (Some(Align::Center), false, _) => with!("*^"),
                (Some(Align::Center), true, _) => with!("*^+"),
                (Some(Align::Right), false, _) => with!("*>"),
                (Some(Align::Right), true, _) => with!("*>+"),
            }
        }};
    }

    proptest! {
        #[test]
        fn every_specification_shows_what_std_shows(
            align in proptest::option::of(prop_oneof![Just(Align::Left), Just(Align::Center), Just(Align::Right)]),
            (plus, zero, debug) in any::<(bool, bool, bool)>(),
            width in 0_usize..14,
            precision in proptest::option::of(0_usize..8),
            (integer, float, text, c, boolean) in (any::<i64>(), any::<f64>(), "\\PC{0,9}", any::<char>(), any::<bool>()),
        ) {
            let spec = Spec {
                fill: if align.is_some() { '*' } else { ' ' },
                align,
                plus,
                minus: false,
                alternate: false,
                zero: zero && align.is_none(),
                width: Count::Fixed(width),
                precision: precision.map_or(Count::None, Count::Fixed),
                form: if debug { Form::Debug } else { Form::Display },
            };
            prop_assert_eq!(shown(Value::I64(integer % 1000), spec), std_shown!(integer % 1000, spec, width, precision));
            prop_assert_eq!(shown(Value::F64(float), spec), std_shown!(float, spec, width, precision));
            prop_assert_eq!(shown(Value::F64(integer as f64 / 1e3), spec), std_shown!(integer as f64 / 1e3, spec, width, precision));
            prop_assert_eq!(shown(Value::Bool(boolean), spec), std_shown!(boolean, spec, width, precision));
            prop_assert_eq!(shown(Value::Str(&text), spec), std_shown!(&*text, spec, width, precision));
            prop_assert_eq!(shown(Value::Char(c), spec), std_shown!(c, spec, width, precision));
        }
    }

    #[test]
    fn exponents_are_written_as_std_writes_them() {
        let spec = |text| Spec::parse(text).expect("a specification");
        assert_eq!(shown(Value::F64(1234.5), spec(" -0_._.e")), format!("{:e}", 1234.5));
        assert_eq!(shown(Value::U64(1234), spec(" -0_.1.E")), format!("{:.1E}", 1234_u64));
        assert_eq!(shown(Value::I64(7), spec("·^19._.d")), format!("{:·^+9}", 7));
    }
}
