//! The format specification of a hole: `{:>8.3}` and its like.
//!
//! The macros parse and check it at compile time and leave it in a compact form in the callsite's text (see
//! [`crate::callsite::info`]); here that form is read once per callsite. [`super::render`] applies it to values.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compact_form_is_read() {
        let spec = Spec {
            fill: '.',
            align: Some(Align::Center),
            plus: true,
            minus: false,
            alternate: false,
            zero: true,
            width: Count::Argument(12),
            precision: Count::Fixed(3),
            form: Form::UpperExp,
        };
        assert_eq!(Spec::parse(".^9$12.3.E"), Some(spec));
        for text in ["", " ", " -", " -0", " -0_", " -0_._", " -0_._.x", " =0_._.d", " -g_._.d", " -0x._.d", " -0_.$.d"]
        {
            assert_eq!(Spec::parse(text), None, "{text:?}");
        }
    }
}
