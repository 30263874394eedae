//! Reading templates. Done once, when the formatter is made.

use crate::format::error::{FormatError, suggestion};
use crate::format::time::TimeFormat;
use crate::value::spec::Align;
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    Literal(Box<str>),
    Slot(Slot),
}

/// A placeholder.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Slot {
    pub(super) what: What,
    pub(super) spec: Option<Spec>,
    /// How many spaces stand before it, which are left out if it shows nothing.
    pub(super) blank: usize,
}

/// What a placeholder shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    /// In a format of its own, or in that of the template.
    Timestamp(Option<Box<TimeFormat>>),
    Level,
    Severity,
    Logger,
    Message,
    /// Those that neither the message nor the template shows, or all.
    Fields {
        all: bool,
    },
    Field(Box<str>),
    File,
    Line,
    Module,
    Thread,
    ThreadId,
    Sequence,
    EventId,
    Name,
    Template,
    Pid,
    Host,
}

/// Width, alignment and the most characters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spec {
    pub(super) fill: char,
    pub(super) align: Option<Align>,
    pub(super) width: usize,
    /// Numbers are filled with zeros.
    pub(super) zeros: bool,
    pub(super) most: Option<Most>,
}

/// The most characters, of those at the start or at the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Most {
    First(usize),
    Last(usize),
}

/// All names, the usual one of each placeholder first.
const NAMES: [(&str, What); 22] = [
    ("timestamp", What::Timestamp(None)),
    ("time", What::Timestamp(None)),
    ("level", What::Level),
    ("severity", What::Severity),
    ("logger", What::Logger),
    ("target", What::Logger),
    ("message", What::Message),
    ("fields", What::Fields { all: false }),
    ("all_fields", What::Fields { all: true }),
    ("file", What::File),
    ("line", What::Line),
    ("module", What::Module),
    ("thread", What::Thread),
    ("thread_id", What::ThreadId),
    ("sequence", What::Sequence),
    ("event_id", What::EventId),
    ("name", What::Name),
    ("event", What::Name),
    ("template", What::Template),
    ("pid", What::Pid),
    ("host", What::Host),
    ("hostname", What::Host),
];

/// Splits a template into its parts.
pub(super) fn pieces(template: &str) -> Result<Vec<Piece>, FormatError> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut at = 0;
    while let Some(c) = template[at..].chars().next() {
        let rest = &template[at..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            literal.push(c);
            at += 2;
        } else if c == '}' {
            return Err(FormatError::at(
                at,
                format!("`}}` at byte {at} closes nothing; write `}}}}` for the character"),
            ));
        } else if c == '{' {
            let end = end_of(rest).ok_or_else(|| {
                FormatError::at(at, format!("`{{` at byte {at} is not closed; write `{{{{` for the character"))
            })?;
            let (what, spec) = placeholder(&rest[1..end], at + 1)?;
            let blank = literal.len() - literal.trim_end_matches(' ').len();
            if !literal.is_empty() {
                pieces.push(Piece::Literal(core::mem::take(&mut literal).into()));
            }
            pieces.push(Piece::Slot(Slot { what, spec, blank }));
            at += end + 1;
        } else {
            literal.push(c);
            at += c.len_utf8();
        }
    }
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal.into()));
    }
    Ok(pieces)
}

/// Where the placeholder at the start of the text ends. A key between quotes may hold braces.
fn end_of(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b'}' && !quoted
    })
}

/// Reads what stands between braces, from `start` in the template on.
fn placeholder(text: &str, start: usize) -> Result<(What, Option<Spec>), FormatError> {
    let (name, rest) = match text.split_once(':') {
        Some((name, rest)) => (name, Some((rest, start + name.len() + 1))),
        None => (text, None),
    };
    if name == "field" {
        let (what, rest) = field(rest, start)?;
        return Ok((what, rest.map(|(text, at)| spec(text, at)).transpose()?));
    }
    let Some((_, what)) = NAMES.iter().find(|(known, _)| *known == name) else {
        return Err(unknown(name, start));
    };
    match (what, rest) {
        (what, None) => Ok((what.clone(), None)),
        // What looks like a width is one, and the rest is a format of the time.
        (What::Timestamp(_), Some((text, at))) if spec(text, at).is_err() => {
            let format: TimeFormat = text.parse().map_err(|error: FormatError| {
                let position = at + error.position().unwrap_or(0);
                FormatError::at(position, format!("{error} (in the template at byte {position})"))
            })?;
            Ok((What::Timestamp(Some(Box::new(format))), None))
        }
        (what, Some((text, at))) => Ok((what.clone(), Some(spec(text, at)?))),
    }
}

/// A part of a template and its place.
type Placed<'a> = (&'a str, usize);

/// The key of `{field:key}` and what stands behind it.
fn field(rest: Option<Placed<'_>>, start: usize) -> Result<(What, Option<Placed<'_>>), FormatError> {
    let missing = || {
        FormatError::at(start, format!("placeholder `field` at byte {start} names no field; expected `{{field:key}}`"))
    };
    let (text, at) = rest.ok_or_else(missing)?;
    let (key, behind, length) = match text.strip_prefix('"').and_then(|text| text.split_once('"')) {
        Some((key, behind)) => (key, behind, key.len() + 2),
        None => {
            let end = text.find(':').unwrap_or(text.len());
            (&text[..end], &text[end..], end)
        }
    };
    if key.is_empty() {
        return Err(missing());
    }
    let behind = match behind.strip_prefix(':') {
        Some(spec) => Some((spec, at + length + 1)),
        None if behind.is_empty() => None,
        None => {
            let at = at + length;
            return Err(FormatError::at(at, format!("expected `:` or `}}` behind the quoted key, at byte {at}")));
        }
    };
    Ok((What::Field(key.into()), behind))
}

fn unknown(name: &str, position: usize) -> FormatError {
    let names = NAMES.iter().map(|(name, _)| *name).chain(["field"]);
    let suggestion = suggestion(name, names.clone());
    let suggestion = if suggestion.is_empty() { ";" } else { suggestion.as_str() };
    let names: Vec<String> = names.map(|name| if name == "field" { "field:key".into() } else { name.into() }).collect();
    FormatError::at(
        position,
        format!(
            "unknown placeholder `{}` at byte {position}{suggestion} expected one of {}",
            name.escape_debug(),
            names.join(", ")
        ),
    )
}

/// `[[fill]align][0][width][.most]`
fn spec(text: &str, at: usize) -> Result<Spec, FormatError> {
    let wrong = || {
        FormatError::at(
            at,
            format!(
                "cannot read `{}` at byte {at}; expected a fill and an alignment, a width and the most characters, such as \
                 `8`, `>12`, `*^20`, `.30` or `<10.10`",
                text.escape_debug()
            ),
        )
    };
    let align_of = |c| match c {
        '<' => Some(Align::Left),
        '^' => Some(Align::Center),
        '>' => Some(Align::Right),
        _ => None,
    };
    let mut chars = text.chars();
    let (first, second) = (chars.next(), chars.clone().next());
    let (fill, align, rest) = match (first, second.and_then(align_of)) {
        (Some(fill), Some(align)) if !fill.is_control() => (fill, Some(align), &chars.as_str()[1..]),
        _ => match first.and_then(align_of) {
            Some(align) => (' ', Some(align), chars.as_str()),
            None => (' ', None, text),
        },
    };
    let number = |text: &str| {
        let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { text.parse().map_err(|_| wrong()) } else { Err(wrong()) }
    };
    let (width, most) = match rest.split_once('.') {
        Some((width, most)) => (width, Some(most)),
        None => (rest, None),
    };
    let most = match most {
        None => None,
        Some(most) => Some(match most.strip_prefix('-') {
            Some(most) => Most::Last(number(most)?),
            None => Most::First(number(most)?),
        }),
    };
    if width.is_empty() && most.is_none() {
        return Err(wrong());
    }
    let zeros = width.len() > 1 && width.starts_with('0');
    let width = if width.is_empty() { 0 } else { number(width)? };
    Ok(Spec { fill, align, width, zeros, most })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slot(what: What, spec: Option<Spec>, blank: usize) -> Piece {
        Piece::Slot(Slot { what, spec, blank })
    }

    #[test]
    fn a_template_is_split_into_literals_and_placeholders() {
        let spec = |fill, align, width, most| Some(Spec { fill, align, width, zeros: false, most });
        let pieces = pieces("[{level:8}]  {field:user:*^9.-4} {{{field:\"a:}\"}}} {time:%H:%M} {time:>30}");
        assert_eq!(
            pieces.expect("a template"),
            [
                Piece::Literal("[".into()),
                slot(What::Level, spec(' ', None, 8, None), 0),
                Piece::Literal("]  ".into()),
                slot(What::Field("user".into()), spec('*', Some(Align::Center), 9, Some(Most::Last(4))), 2),
                Piece::Literal(" {".into()),
                slot(What::Field("a:}".into()), None, 0),
                Piece::Literal("} ".into()),
                slot(What::Timestamp(Some(Box::new("%H:%M".parse().expect("a pattern")))), None, 1),
                Piece::Literal(" ".into()),
                slot(What::Timestamp(None), spec(' ', Some(Align::Right), 30, None), 1),
            ]
        );
    }

    #[test]
    fn mistakes_are_refused_with_their_place_and_a_way_out() {
        for (text, position, part) in [
            ("{lvel}", 1, "unknown placeholder `lvel` at byte 1; did you mean `level`? expected one of timestamp, "),
            ("a {}", 3, "unknown placeholder `` at byte 3; expected one of"),
            ("a { level}", 3, "did you mean `level`?"),
            ("a {level", 2, "`{` at byte 2 is not closed; write `{{`"),
            ("ä} {level}", 2, "`}` at byte 2 closes nothing; write `}}`"),
            ("{field}", 1, "names no field; expected `{field:key}`"),
            ("{field:}", 1, "names no field"),
            ("{field:\"a\"b}", 10, "expected `:` or `}`"),
            ("{level:}", 7, "cannot read ``"),
            ("{level:8x}", 7, "cannot read `8x` at byte 7"),
            ("{field:a:b}", 9, "cannot read `b`"),
            ("{level:99999}", 7, "cannot read"),
            ("{level:.}", 7, "cannot read `.`"),
            ("{level:\n<8}", 7, "cannot read"),
            ("x{timestamp:%H:%Q}", 15, "unknown `%Q`"),
            ("{timestamp:rfc}", 11, "unknown time format `rfc`"),
        ] {
            let error = pieces(text).expect_err(text);
            assert_eq!(error.position(), Some(position), "{text}: {error}");
            assert!(std::string::ToString::to_string(&error).contains(part), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(\\{|\\}|:|\\.|<|level|field|time|%H|\"|[0-9]|\\PC){0,12}") {
            if let Err(error) = pieces(&text) {
                prop_assert!(error.position().is_some_and(|position| position <= text.len()));
            }
        }
    }
}
