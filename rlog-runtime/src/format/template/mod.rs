//! Lines of text as the user has laid them out.

mod parse;

use super::error::FormatError;
use super::json::event_id;
use super::style::ColorDepth;
use super::text::{Text, each_field, write_field};
use super::theme::{Inks, Theme, styled};
use super::time::TimeFormat;
use super::{Formatter, process};
use crate::filter::path;
use crate::record::Record;
use crate::value::Value;
use crate::value::copy::append;
use crate::value::render::{Escape, write_text, write_u64, write_value};
use crate::value::spec::Align;
use core::fmt;
use core::str::FromStr;
use parse::{Most, Piece, Slot, Spec, What};
use std::boxed::Box;
use std::vec::Vec;

/// Lines of text by a template, which [`Text::template`] reads:
///
/// ```
/// use rlog_runtime::{Console, Text};
///
/// let template = Text::template("[{timestamp:rfc3339:ms}] {level:8} {logger:.-30} - {message} {fields}")?;
/// let handler = Console::stderr().formatter(template);
/// # Ok::<(), rlog_runtime::FormatError>(())
/// ```
///
/// | placeholder | shown |
/// | --- | --- |
/// | `{timestamp}`, `{time}` | the time, by [`time`](Template::time); behind `:` any [`TimeFormat`], such as `{time:%H:%M:%S}`, in the zone of that |
/// | `{level}`, `{severity}` | the level's name, its number |
/// | `{logger}`, `{target}` | the target |
/// | `{message}` | the message |
/// | `{fields}` | `key=value` of each field that neither the message nor a placeholder of its own shows |
/// | `{all_fields}` | the same of all fields |
/// | `{field:key}` | the value of one field, or of what is in one, by a path such as `user.id`; `{field:"a:b"}` if the key has `:` or `}` |
/// | `{file}`, `{line}`, `{module}` | where the statement stands |
/// | `{thread}`, `{thread_id}` | the thread's name, or its number if it has none; its number |
/// | `{sequence}` | the [number of the record](Record::sequence) |
/// | `{name}`, `{event}` | the [name](crate::Callsite::name) that the statement gives its events |
/// | `{event_id}`, `{template}` | the [identity](crate::Callsite::event_id) of its events, the message with its holes |
/// | `{pid}`, `{host}`, `{hostname}` | the process's number, the machine's name |
///
/// Behind `:` stands how wide it is, as in `format!`: a fill and `<`, `^` or `>`, a width, and behind a point the most
/// characters, of which `.-30` takes those at the end. Numbers stand on the right and text on the left if nothing is said. A
/// width that begins with `0` fills a number with zeros behind its sign, wherever it would stand.
///
/// What stands between placeholders is written as it is, `{{` as `{`. Spaces before a placeholder that has nothing to show are
/// left out. Control characters in messages and values are escaped; a value in `{fields}` is quoted where [`Text`] would quote
/// it.
#[derive(Clone)]
pub struct Template {
    source: Box<str>,
    pieces: Box<[Piece]>,
    /// The keys that have a placeholder of their own.
    own: Box<[Box<str>]>,
    time: TimeFormat,
    theme: Theme,
    color: bool,
    depth: ColorDepth,
    inks: Inks,
}

impl Text {
    /// A formatter for lines that are laid out by a template; see [`Template`].
    ///
    /// # Errors
    /// If the template cannot be read: with the place of the mistake, and for an unknown placeholder the nearest name and a
    /// list of all.
    pub fn template(template: &str) -> Result<Template, FormatError> {
        template.parse()
    }
}

impl FromStr for Template {
    type Err = FormatError;

    fn from_str(template: &str) -> Result<Self, FormatError> {
        let pieces = parse::pieces(template)?;
        let own = pieces.iter().filter_map(|piece| match piece {
            Piece::Slot(Slot { what: What::Field(key), .. }) => Some(key.clone()),
            _ => None,
        });
        let theme = Theme::new();
        Ok(Self {
            source: template.into(),
            own: own.collect(),
            pieces: pieces.into(),
            time: TimeFormat::rfc3339(),
            inks: Inks::new(&theme, None),
            theme,
            color: false,
            depth: ColorDepth::TrueColor,
        })
    }
}

impl Template {
    /// How `{timestamp}` is written if nothing stands behind it, and in which zone the time is in any case.
    /// [`TimeFormat::rfc3339`] in UTC if not set.
    ///
    /// ```
    /// use rlog_runtime::{Text, TimeFormat, Zone};
    ///
    /// // Both `%H:%M` and the offset are those of the zone.
    /// let template = Text::template("{time:%H:%M %:z} {message}")?;
    /// let template = template.time(TimeFormat::rfc3339().zone(Zone::offset_minutes(300)));
    /// # Ok::<(), rlog_runtime::FormatError>(())
    /// ```
    #[must_use]
    pub fn time(mut self, time: TimeFormat) -> Self {
        for piece in &mut self.pieces {
            if let Piece::Slot(Slot { what: What::Timestamp(Some(format)), .. }) = piece {
                format.take_zone(&time);
            }
        }
        self.time = time;
        self
    }

    /// Whether to colour. Not if not set.
    #[must_use]
    pub fn color(mut self, color: bool) -> Self {
        self.color = color;
        self.mix()
    }

    /// How many colours the terminal has; all of those that the theme names if not set.
    #[must_use]
    pub fn color_depth(mut self, depth: ColorDepth) -> Self {
        self.depth = depth;
        self.mix()
    }

    /// The looks of the placeholders, where there is colour. [`Theme::new`] if not set.
    #[must_use]
    pub fn theme(mut self, theme: Theme) -> Self {
        self.theme = theme;
        self.mix()
    }

    fn mix(mut self) -> Self {
        self.inks = Inks::new(&self.theme, self.color.then_some(self.depth));
        self
    }

    /// Writes what a placeholder shows, with its looks but without its width. Nothing, not even a style, if there is nothing
    /// to show.
    fn write_slot(&self, out: &mut Vec<u8>, slot: &Slot, record: &Record<'_>) {
        let inks = &self.inks;
        let spec = slot.spec.as_ref();
        let text = |out: &mut Vec<u8>, ink: &str, text: &str| {
            shown(out, ink, spec, Align::Left, |out| write_text(out, text, Escape::Text));
        };
        let number = |out: &mut Vec<u8>, ink: &str, number: u64| {
            shown(out, ink, spec, Align::Right, |out| write_u64(out, number));
        };
        match &slot.what {
            What::Timestamp(format) => {
                let format = format.as_deref().unwrap_or(&self.time);
                shown(out, &inks.time, spec, Align::Left, |out| format.write(out, record.timestamp()));
            }
            What::Level => {
                let level = record.level();
                inks.write_level(out, level, |out| {
                    shown(out, "", spec, Align::Left, |out| match level.name() {
                        Some(name) => append(out, name.as_bytes()),
                        None => write_u64(out, level.severity().into()),
                    });
                });
            }
            What::Severity => number(out, "", record.level().severity().into()),
            What::Logger => text(out, &inks.target, record.info.target),
            What::Message if record.message().is_absent() => shown(out, "", spec, Align::Left, |_| {}),
            What::Message => {
                let ink = inks.message(record.level());
                shown(out, ink, spec, Align::Left, |out| record.message().write(out, Escape::Text));
            }
            What::Fields { all } => shown(out, "", spec, Align::Left, |out| self.write_fields(out, record, *all)),
            What::Field(key) => {
                let write = |out: &mut Vec<u8>, value: &Value<'_>| {
                    let side = match value {
                        Value::I64(_) | Value::U64(_) | Value::I128(_) | Value::U128(_) => Align::Right,
                        Value::F32(_) | Value::F64(_) => Align::Right,
                        _ => Align::Left,
                    };
                    shown(out, &inks.value, spec, side, |out| write_value(out, value, Escape::Text));
                };
                if path::look(record, key, |value| write(out, value)).is_none() {
                    shown(out, &inks.value, spec, Align::Left, |_| {});
                }
            }
            What::File => text(out, &inks.target, record.info.file),
            What::Line => number(out, &inks.target, record.callsite.line().into()),
            What::Module => text(out, &inks.target, record.info.module),
            What::Thread => match record.thread().name {
                Some(name) => text(out, &inks.thread, name),
                None => number(out, &inks.thread, record.thread().id),
            },
            What::ThreadId => number(out, &inks.thread, record.thread().id),
            What::Sequence => number(out, "", record.sequence()),
            What::EventId => text(out, "", event_id(record)),
            What::Name => text(out, "", record.info.name.unwrap_or_default()),
            What::Template => text(out, "", record.callsite.template()),
            What::Pid => number(out, "", process::pid()),
            What::Host => text(out, "", process::host()),
        }
    }

    fn write_fields(&self, out: &mut Vec<u8>, record: &Record<'_>, all: bool) {
        let mut is_first = true;
        each_field(record, all, |key, value| {
            if !all && self.own.iter().any(|own| **own == *key) {
                return;
            }
            if !is_first {
                out.push(b' ');
            }
            is_first = false;
            styled(out, &self.inks.key, |out| {
                write_text(out, key, Escape::Text);
                out.push(b'=');
            });
            styled(out, &self.inks.value, |out| write_field(out, value));
        });
    }
}

impl Formatter for Template {
    fn format(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) => append(out, literal.as_bytes()),
                Piece::Slot(slot) => {
                    let start = out.len();
                    self.write_slot(out, slot, record);
                    if out.len() == start {
                        out.truncate(start - slot.blank);
                    }
                }
            }
        }
        out.push(b'\n');
    }
}

/// Writes something in a style and as wide as it is to be. Nothing at all if there is nothing to write.
#[inline]
fn shown(out: &mut Vec<u8>, ink: &str, spec: Option<&Spec>, side: Align, write: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    append(out, ink.as_bytes());
    let inner = out.len();
    write(out);
    if let Some(spec) = spec {
        fit(out, inner, spec, side);
    }
    if out.len() == inner {
        out.truncate(start);
    } else if !ink.is_empty() {
        out.extend_from_slice(b"\x1b[0m");
    }
}

/// Cuts or widens what was written from `start` on. Escapes count as the characters that they are written with; of what is
/// cut, escape sequences of styles are kept, as they take no room.
fn fit(out: &mut Vec<u8>, start: usize, spec: &Spec, side: Align) {
    let count = width(&out[start..]);
    match spec.most {
        Some(Most::First(most)) if most < count => keep(out, start, |place| place < most),
        Some(Most::Last(most)) if most < count => keep(out, start, |place| place >= count - most),
        _ => {}
    }
    let padding = spec.width.saturating_sub(width(&out[start..]));
    if padding == 0 {
        return;
    }
    let end = out.len();
    // As in `format!`, a number that is none is not filled with zeros.
    let sign = usize::from(matches!(out.get(start), Some(b'-' | b'+')));
    if spec.zeros && side == Align::Right && out.get(start + sign).is_some_and(u8::is_ascii_digit) {
        out.resize(end + padding, b'0');
        out[start + sign..].rotate_right(padding);
        return;
    }
    let before = match spec.align.unwrap_or(side) {
        Align::Left => 0,
        Align::Center => padding / 2,
        Align::Right => padding,
    };
    let mut fill = [0; 4];
    let fill = spec.fill.encode_utf8(&mut fill).as_bytes();
    (0..padding).for_each(|_| out.extend_from_slice(fill));
    let before = before * fill.len();
    out[start..end + before].rotate_right(before);
}

/// How many characters text has, without escape sequences. Only styles have an escape character, as those in values are
/// escaped.
fn width(text: &[u8]) -> usize {
    let mut in_sequence = false;
    let is_counted = |byte: &&u8| {
        in_sequence |= **byte == b'\x1b';
        let is_counted = !in_sequence && **byte & 0xc0 != 0x80;
        in_sequence &= **byte != b'm';
        is_counted
    };
    text.iter().filter(is_counted).count()
}

/// Keeps the characters at some places, and all escape sequences.
fn keep(out: &mut Vec<u8>, start: usize, is_kept: impl Fn(usize) -> bool) {
    let (mut to, mut place, mut in_sequence) = (start, 0_usize, false);
    for from in start..out.len() {
        let byte = out[from];
        in_sequence |= byte == b'\x1b';
        if !in_sequence && byte & 0xc0 != 0x80 {
            place += 1;
        }
        if in_sequence || is_kept(place.saturating_sub(1)) {
            out[to] = byte;
            to += 1;
        }
        in_sequence &= byte != b'm';
    }
    out.truncate(to);
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Template").field(&self.source).finish()
    }
}

/// As it is read.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::Note;
    use crate::format::sample::{Sample, formatted};
    use crate::level::Level;
    use crate::value::render::tests::{Order, Payment, failed, logged};
    use proptest::prelude::*;
    use std::string::String;

    fn template(text: &str) -> Template {
        text.parse().unwrap_or_else(|error| panic!("{error}"))
    }

    fn paid() -> Sample<'static> {
        Sample::new(Level::INFO, "n3:paymp5:paid h0;k4:userk5:orderk4:note.app::orders\u{1f}src/orders.rs").values([
            Value::Str("ada"),
            Value::U64(17),
            Value::Str("on its way"),
        ])
    }

    #[test]
    fn the_template_of_the_guide_is_one_line() {
        let sample = paid();
        assert_eq!(
            formatted(&template("[{timestamp}] {level:8} {logger} - {message} {fields}"), &sample),
            "[2023-11-14T22:13:20.000000042Z] INFO     app::orders - paid ada order=17 note=\"on its way\"\n"
        );
        assert_eq!(
            formatted(&template("{time:unix:ms} {field:order:>6}|{field:user:.2}|{field:none}| {all_fields}"), &sample),
            "1700000000000     17|ad|| user=ada order=17 note=\"on its way\"\n"
        );
        assert_eq!(formatted(&template("{field:order} {fields}"), &sample), "17 note=\"on its way\"\n");
    }

    #[test]
    fn every_placeholder_shows_its_part() {
        let sample = paid();
        for (text, expected) in [
            ("{timestamp:%H:%M:%S%.3f}", "22:13:20.000"),
            ("{level} {severity}", "INFO 20"),
            ("{target} {module}", "app::orders app::orders"),
            ("{file}:{line}", "src/orders.rs:7"),
            ("{thread} {thread_id} {sequence}", "worker-7 7 1"),
            ("{name} {event} {template}", "pay pay paid {user}"),
            ("{event_id}", &std::string::ToString::to_string(&sample.record().callsite.event_id())),
            ("{pid}", &format!("{}", std::process::id())),
            ("{host}", process::host()),
            ("{{{level}}}", "{INFO}"),
            ("", ""),
        ] {
            assert_eq!(formatted(&template(text), &sample), format!("{expected}\n"), "{text}");
        }
    }

    #[test]
    fn a_placeholder_with_a_format_of_its_own_is_in_the_zone_of_the_template() {
        let plus_five = TimeFormat::rfc3339().digits(0).zone(crate::format::Zone::offset_minutes(300));
        let shown = "{time:%H:%M %:z} {time:time:s} {timestamp} {time:unix}";
        assert_eq!(
            formatted(&template(shown).time(plus_five.clone()), &paid()),
            "03:13 +05:00 03:13:20 2023-11-15T03:13:20+05:00 1700000000\n"
        );
        let utc = template(shown).time(plus_five).time(TimeFormat::unix_seconds());
        assert_eq!(formatted(&utc, &paid()), "22:13 +00:00 22:13:20 1700000000 1700000000\n");
    }

    #[test]
    fn widths_are_those_of_characters() {
        let sample = Sample::new(Level::new(35), "mp6:größk3:key.m\u{1f}f").values([Value::Str("zwölf")]);
        for (text, expected) in [
            ("[{level:4}] [{level:>4}] [{level:*^6}]", "[35  ] [  35] [**35**]"),
            ("[{field:key:7}] [{field:key:é>7}] [{field:key:^8}]", "[zwölf  ] [éézwölf] [ zwölf  ]"),
            ("[{field:key:.3}] [{field:key:.-3}] [{field:key:5.2}]", "[zwö] [ölf] [zw   ]"),
            ("[{line:4}] [{line:<4}]", "[   7] [7   ]"),
            ("[{line:05}] [{line:*<05}] [{line:01}] [{level:06}]", "[00007] [00007] [7] [35    ]"),
            ("[{field:none:3}]", "[   ]"),
            ("[{logger:.0}]", "[]"),
        ] {
            assert_eq!(formatted(&template(text), &sample), format!("{expected}\n"), "{text}");
        }
    }

    #[test]
    fn zeros_stand_behind_the_sign_of_a_number_and_in_nothing_else() {
        let sample = Sample::new(Level::INFO, "k1:ak1:bk1:ck1:d.app\u{1f}f").values([
            Value::I64(-7),
            Value::F64(1.5),
            Value::F64(f64::NAN),
            Value::Str("7"),
        ]);
        let text = "{field:a:05} {field:b:05} [{field:c:05}] [{field:d:05}]";
        assert_eq!(formatted(&template(text), &sample), "-0007 001.5 [  NaN] [7    ]\n");
    }

    #[test]
    fn a_path_leads_into_a_field() {
        let order = Order { id: 5, note: None, state: Payment::Open };
        let sample = Sample::new(Level::INFO, "k1:uk3:n.x.app\u{1f}f").values([logged(order), Value::U64(6)]);
        let text = "{field:u.id} {field:n.x} [{field:u.note:3}] [{field:u.none:3}]";
        assert_eq!(formatted(&template(text), &sample), "5 6 [   ] [   ]\n");
    }

    #[test]
    fn spaces_before_nothing_are_left_out() {
        let bare = Sample::new(Level::WARN, ".app\u{1f}f");
        assert_eq!(formatted(&template("{level} {message} {fields} {name} - {logger}"), &bare), "WARN - app\n");
        let hi = Sample::new(Level::WARN, "mp2:hi.app\u{1f}f");
        assert_eq!(formatted(&template("{level} {message} {fields}"), &hi), "WARN hi\n");
    }

    #[test]
    fn notes_and_errors_are_fields_and_nothing_forges_a_line() {
        let sample = Sample::new(Level::ERROR, "mh0;k1:ak3:err.app\u{1f}f")
            .values([Value::Str("x\nWARN forged\u{1b}[2J"), failed(&["outer", "inner\n"])]);
        let notes = [Note { key: "suppressed", value: Value::U64(3) }];
        let record = Record { notes: &notes, ..sample.record() };
        let mut out = Vec::new();
        template("{message} {fields}").format(&record, &mut out);
        assert_eq!(String::from_utf8_lossy(&out), "x\\nWARN forged\\u{1b}[2J err=\"outer: inner\\n\" suppressed=3\n");
    }

    #[test]
    fn colours_stand_around_what_is_shown_and_take_no_room() {
        let sample = Sample::new(Level::ERROR, "mp6:failedk5:order.app\u{1f}f").values([Value::U64(17)]);
        let colored = template("{time:time:s} {level:8}|{logger:>5} {message} {fields:12} {name}").color(true);
        assert_eq!(
            formatted(&colored, &sample),
            "\x1b[2m22:13:20\x1b[0m \x1b[1;31mERROR   \x1b[0m|\x1b[2m  app\x1b[0m \x1b[1mfailed\x1b[0m \
             \x1b[2morder=\x1b[0m17    \n"
        );
        let cut = template("{fields:.3}|").color(true);
        assert_eq!(formatted(&cut, &sample), "\x1b[2mord\x1b[0m|\n");
        assert_eq!(formatted(&colored.color(false), &sample), "22:13:20 ERROR   |  app failed order=17    \n");
    }

    proptest! {
        #[test]
        fn whatever_is_logged_is_one_line(
            texts in proptest::collection::vec(any::<String>(), 3),
            (width, most) in (0_usize..30, 0_usize..30),
            color in any::<bool>(),
        ) {
            let sample = Sample::new(Level::INFO, "mh0;k1:ak1:bk1:c.app\u{1f}f")
                .values(texts.iter().map(|text| Value::Str(text)));
            let text = format!("{{message:^{width}.{most}}} {{field:b:{width}.-{most}}} {{all_fields:.{most}}}");
            let line = formatted(&template(&text).color(color), &sample);
            let is_one_line = !line.trim_end_matches('\n').contains(|c: char| c.is_control() && c != '\x1b');
            prop_assert!(is_one_line, "{:?}", line);
            let styles = line.matches('\x1b').count();
            prop_assert!(styles.is_multiple_of(2) && (color || styles == 0), "{:?}", line);
        }
    }
}
