//! The message's format string: the grammar of [`std::fmt`], parsed once, here, so that nothing parses it at run time.

/// A part of a message.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    /// Text that is shown as it is; `{{` and `}}` are single braces already.
    Literal(String),
    /// A value to be shown.
    Hole(Hole),
}

/// `{value:spec}`
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Hole {
    pub(crate) value: Position,
    pub(crate) spec: Spec,
}

/// Which argument.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Position {
    /// `{}`, already counted.
    Next(usize),
    /// `{0}`
    Index(usize),
    /// `{name}`
    Name(String),
}

/// What follows the colon.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Spec {
    pub(crate) fill: Option<char>,
    pub(crate) align: Option<Align>,
    pub(crate) plus: bool,
    pub(crate) minus: bool,
    pub(crate) alternate: bool,
    pub(crate) zero: bool,
    pub(crate) width: Option<Count>,
    pub(crate) precision: Option<Count>,
    pub(crate) form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Align {
    Left,
    Center,
    Right,
}

/// A width or a precision.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Count {
    /// `8`
    Fixed(u16),
    /// `name$`, `0$` or `.*`
    Argument(Position),
}

/// The trait of [`std::fmt`] that shows the value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Form {
    #[default]
    Display,
    Debug,
    LowerExp,
    UpperExp,
    /// A form whose text depends on the exact type, so that it cannot be made from a copy of the value: `x`, `X`, `o`,
    /// `b`, `p`, `x?`, `X?`.
    Exact(&'static str),
}

impl Form {
    /// How it is written at the end of a specification.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Display => "",
            Self::Debug => "?",
            Self::LowerExp => "e",
            Self::UpperExp => "E",
            Self::Exact(suffix) => suffix,
        }
    }
}

impl Spec {
    /// Whether there is nothing but, perhaps, the form.
    pub(crate) fn is_plain(&self) -> bool {
        *self == Self { form: self.form, ..Self::default() }
    }
}

/// Splits a message. An error says what is wrong and what to write instead.
pub(crate) fn parse(text: &str) -> Result<Vec<Piece>, String> {
    Parser { rest: text, next: 0, problem: None }.pieces()
}

struct Parser<'a> {
    rest: &'a str,
    /// The index that the next `{}` or `.*` stands for.
    next: usize,
    /// A number in the hole at hand that is none.
    problem: Option<String>,
}

impl<'a> Parser<'a> {
    fn pieces(mut self) -> Result<Vec<Piece>, String> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        while let Some(brace) = self.rest.find(['{', '}']) {
            let (before, rest) = self.rest.split_at(brace);
            literal.push_str(before);
            self.rest = &rest[1..];
            let doubled = rest.as_bytes().get(1) == rest.as_bytes().first();
            if doubled {
                literal.push_str(&rest[..1]);
                self.rest = &rest[2..];
            } else if rest.starts_with('}') {
                return Err("`}` without a `{` before it in the message; write `}}` to show a brace".to_owned());
            } else {
                if !literal.is_empty() {
                    pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                }
                pieces.push(Piece::Hole(self.hole(rest)?));
            }
        }
        literal.push_str(self.rest);
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        Ok(pieces)
    }

    /// A hole, up to and with its `}`. `from` starts with the `{`, for error messages.
    fn hole(&mut self, from: &'a str) -> Result<Hole, String> {
        let Some(end) = from.find('}') else {
            return Err(format!("`{from}` has no `}}`; close the hole, or write `{{{{` to show a brace"));
        };
        let shown = &from[..=end];
        let value = self.position();
        self.skip_spaces();
        let mut spec = Spec::default();
        if self.eat(':') {
            spec = self.spec();
        }
        self.skip_spaces();
        if let Some(problem) = self.problem.take() {
            return Err(format!("{problem} in `{shown}`"));
        }
        if self.rest.starts_with('}') {
            self.rest = &self.rest[1..];
            // The number of a `{}` is taken after that of a `.*` in it.
            let value = value.unwrap_or_else(|| Position::Next(self.count_up()));
            return Ok(Hole { value, spec });
        }
        Err(self.unreadable(shown))
    }

    fn unreadable(&self, shown: &str) -> String {
        let inner = shown.trim_matches(['{', '}']);
        if matches!(inner, "?" | "#?" | "x?" | "X?") {
            return format!("`{shown}` is not a hole: a `:` stands before the format; write `{{:{inner}}}`");
        }
        match inner.split_once(':') {
            None | Some(("", _)) if !inner.contains(':') => format!(
                "`{shown}` is not a hole: only a name or a number can stand in it; write `{{}}` and give \
                 `{inner}` after the message"
            ),
            Some((name, _)) if name.contains(|c: char| !c.is_alphanumeric() && c != '_') => format!(
                "`{shown}` is not a hole: only a name or a number can stand before the `:`; give `{name}` after the message"
            ),
            _ => {
                let at = self.rest.chars().next().unwrap_or('}');
                format!(
                    "unknown format `{at}` in `{shown}`; after the `:` come fill and alignment (`*>`), sign, `#`, `0`, width, \
                     `.precision` and one of `?`, `x`, `X`, `o`, `b`, `e`, `E`, `p`"
                )
            }
        }
    }

    fn position(&mut self) -> Option<Position> {
        match self.number() {
            Some(index) => Some(Position::Index(usize::from(index))),
            None => self.name().map(|name| Position::Name(name.to_owned())),
        }
    }

    fn spec(&mut self) -> Spec {
        let mut spec = Spec::default();
        let mut ahead = self.rest.chars();
        // Any fill, `}` included, as std has it.
        if let (Some(fill), Some(align)) = (ahead.next(), ahead.next().and_then(Align::from_char)) {
            (spec.fill, spec.align) = (Some(fill), Some(align));
            self.rest = ahead.as_str();
        } else if let Some(align) = self.rest.chars().next().and_then(Align::from_char) {
            spec.align = Some(align);
            self.rest = &self.rest[1..];
        }
        spec.plus = self.eat('+');
        spec.minus = !spec.plus && self.eat('-');
        spec.alternate = self.eat('#');
        // In `0$` the zero is the number of an argument.
        spec.zero = !self.rest.starts_with("0$") && self.eat('0');
        spec.width = self.count();
        if self.eat('.') {
            spec.precision =
                if self.eat('*') { Some(Count::Argument(Position::Next(self.count_up()))) } else { self.count() };
        }
        for (text, form) in FORMS {
            if let Some(rest) = self.rest.strip_prefix(text) {
                // `{:exact}` is no `e`; the caller reports what follows.
                if rest.trim_start().starts_with('}') {
                    (self.rest, spec.form) = (rest, form);
                }
                break;
            }
        }
        spec
    }

    /// A number, or a name or number with a `$` behind it.
    fn count(&mut self) -> Option<Count> {
        let before = self.rest;
        if let Some(number) = self.number() {
            return Some(if self.eat('$') {
                Count::Argument(Position::Index(usize::from(number)))
            } else {
                Count::Fixed(number)
            });
        }
        if let Some(name) = self.name()
            && self.eat('$')
        {
            return Some(Count::Argument(Position::Name(name.to_owned())));
        }
        self.rest = before;
        None
    }

    fn number(&mut self) -> Option<u16> {
        let digits = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        if digits == 0 {
            return None;
        }
        let (number, rest) = self.rest.split_at(digits);
        self.rest = rest;
        number.parse().ok().or_else(|| {
            let problem = format!("the number {number} is too large: at most {} can stand", u16::MAX);
            self.problem.get_or_insert(problem);
            Some(0)
        })
    }

    fn name(&mut self) -> Option<&'a str> {
        let start = self.rest.chars().next()?;
        if start != '_' && !start.is_alphabetic() {
            return None;
        }
        let end = self.rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(name)
    }

    fn count_up(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }

    fn eat(&mut self, expected: char) -> bool {
        let rest = self.rest.strip_prefix(expected);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn skip_spaces(&mut self) {
        self.rest = self.rest.trim_start();
    }
}

impl Align {
    fn from_char(char: char) -> Option<Self> {
        match char {
            '<' => Some(Self::Left),
            '^' => Some(Self::Center),
            '>' => Some(Self::Right),
            _ => None,
        }
    }
}

/// Longer ones first.
const FORMS: [(&str, Form); 10] = [
    ("x?", Form::Exact("x?")),
    ("X?", Form::Exact("X?")),
    ("?", Form::Debug),
    ("x", Form::Exact("x")),
    ("X", Form::Exact("X")),
    ("o", Form::Exact("o")),
    ("b", Form::Exact("b")),
    ("p", Form::Exact("p")),
    ("e", Form::LowerExp),
    ("E", Form::UpperExp),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn hole(text: &str) -> Hole {
        match parse(text).map(|pieces| pieces.into_iter().next()) {
            Ok(Some(Piece::Hole(hole))) => hole,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn text_and_holes_alternate_and_doubled_braces_are_text() {
        let plain = |value| Piece::Hole(Hole { value, spec: Spec::default() });
        let literal = |text: &str| Piece::Literal(text.to_owned());
        for (text, pieces) in [
            ("", vec![]),
            ("a", vec![literal("a")]),
            ("{{}}", vec![literal("{}")]),
            ("a{{{b}}}c", vec![literal("a{"), plain(Position::Name("b".into())), literal("}c")]),
            ("{}{1}{}", vec![plain(Position::Next(0)), plain(Position::Index(1)), plain(Position::Next(1))]),
            ("ä{ö }ü", vec![literal("ä"), plain(Position::Name("ö".into())), literal("ü")]),
        ] {
            assert_eq!(parse(text), Ok(pieces), "{text}");
        }
    }

    #[test]
    fn every_part_of_a_specification_is_read() {
        let spec = Spec::default();
        let name = |name: &str| Some(Count::Argument(Position::Name(name.to_owned())));
        for (text, expected) in [
            ("{:}", spec.clone()),
            ("{:?}", Spec { form: Form::Debug, ..spec.clone() }),
            ("{:#?}", Spec { alternate: true, form: Form::Debug, ..spec.clone() }),
            (
                "{:08.3}",
                Spec { zero: true, width: Some(Count::Fixed(8)), precision: Some(Count::Fixed(3)), ..spec.clone() },
            ),
            (
                "{:*^+#9x?}",
                Spec {
                    fill: Some('*'),
                    align: Some(Align::Center),
                    plus: true,
                    alternate: true,
                    width: Some(Count::Fixed(9)),
                    form: Form::Exact("x?"),
                    ..spec.clone()
                },
            ),
            (
                "{:>>5}",
                Spec { fill: Some('>'), align: Some(Align::Right), width: Some(Count::Fixed(5)), ..spec.clone() },
            ),
            ("{:0$}", Spec { width: Some(Count::Argument(Position::Index(0))), ..spec.clone() }),
            ("{:00$}", Spec { zero: true, width: Some(Count::Argument(Position::Index(0))), ..spec.clone() }),
            ("{:w$.p$e}", Spec { width: name("w"), precision: name("p"), form: Form::LowerExp, ..spec.clone() }),
            ("{:e$}", Spec { width: name("e"), ..spec.clone() }),
            ("{:-}", Spec { minus: true, ..spec }),
        ] {
            assert_eq!(hole(text).spec, expected, "{text}");
        }
    }

    #[test]
    fn a_star_takes_the_argument_before_the_value() {
        let hole = hole("{:.*}");
        assert_eq!(hole.value, Position::Next(1));
        assert_eq!(hole.spec.precision, Some(Count::Argument(Position::Next(0))));
    }

    #[test]
    fn mistakes_are_named() {
        for (text, part) in [
            ("a } b", "write `}}`"),
            ("a { b", "has no `}`"),
            ("{user.name}", "give `user.name` after the message"),
            ("{user.name:?}", "give `user.name` after the message"),
            ("{a b}", "is not a hole"),
            ("{:y}", "unknown format `y`"),
            ("{:exact}", "unknown format"),
            ("{99999999}", "at most 65535 can stand in `{99999999}`"),
            ("{:70000}", "too large"),
            ("{:.70000$}", "too large"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
