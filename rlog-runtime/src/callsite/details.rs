//! What a callsite says of itself.

use super::info::{self, Info};
use super::{Callsite, flag};
use crate::level::Level;
use crate::value::SplatField;
use core::fmt;
use core::sync::atomic::Ordering;
use std::boxed::Box;
#[cfg(feature = "testing")]
use std::string::String;
use std::vec::Vec;

impl Callsite {
    /// How severe its events are. Zero if [that is decided at run time](Callsite::has_dynamic_level).
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// Whether the level is decided when the statement runs. Such a statement is listed once as such, and once more for
    /// each level that it has been run with.
    #[must_use]
    pub fn has_dynamic_level(&self) -> bool {
        self.flags & flag::LEVEL_AT_RUN_TIME != 0
    }

    /// Whether the target is decided when the statement runs. Such a statement is listed once as such, with the module path
    /// for its target, and once more for each target that it has been run with.
    #[must_use]
    pub fn has_dynamic_target(&self) -> bool {
        self.flags & flag::TARGET_AT_RUN_TIME != 0
    }

    /// Whether it is no statement, but asks whether one would be logged.
    pub(super) fn is_question(&self) -> bool {
        self.flags & flag::QUESTION != 0
    }

    /// Whether nothing is logged by this very callsite, but by those that [`Callsite::at`] makes.
    pub(crate) fn is_base(&self) -> bool {
        self.flags & (flag::LEVEL_AT_RUN_TIME | flag::TARGET_AT_RUN_TIME) != 0
    }

    /// The event's name, if the statement gives one with `name:`.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        self.info().name
    }

    /// The identity of its events: the same in each build and run in which level, target and template are the same.
    #[must_use]
    pub fn event_id(&self) -> EventId {
        let template = self.template();
        if self.info().has_message {
            return EventId::of(self.level, self.target(), template);
        }
        let keys: Vec<&str> = self.keys().collect();
        EventId::of(self.level, self.target(), &keys.join(","))
    }

    /// Its fields, with what is known of their values: by the schema or the syntax, or else from the first record that the
    /// worker has taken. That one also tells which fields `..value` has, unless it is a map, whose keys are known to records only.
    pub fn fields(&self) -> impl Iterator<Item = FieldInfo> + use<> {
        let info = self.info();
        info.keys.iter().enumerate().flat_map(move |(argument, key)| {
            let described = info.described.get(argument).copied().flatten();
            let (kind, unit) = match described.map(|text| text.split_once(' ').unwrap_or((text, ""))) {
                Some((kind, unit)) => {
                    (Some(kind).filter(|&kind| kind != "any"), Some(unit).filter(|unit| !unit.is_empty()))
                }
                None => (None, None),
            };
            let kind = kind.or_else(|| info.learned(argument));
            let of_splat = info.splat_fields(argument).iter().map(|SplatField { key, kind, unit }| {
                let unit = Some(*unit).filter(|unit| !unit.is_empty());
                FieldInfo { key, kind: Some(&**kind).filter(|kind| !kind.is_empty()), unit }
            });
            key.map(|key| FieldInfo { key, kind, unit }).into_iter().chain(of_splat)
        })
    }

    /// The name that levels and routes are chosen by: the module path, or what `target:` says.
    #[must_use]
    pub fn target(&self) -> &'static str {
        info::target_of(self.text)
    }

    /// The path of the module in which it stands.
    #[must_use]
    pub fn module_path(&self) -> &'static str {
        self.info().module
    }

    /// The source file, as the compiler was given it.
    #[must_use]
    pub fn file(&self) -> &'static str {
        self.info().file
    }

    /// The line in [`Callsite::file`], from 1.
    #[must_use]
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The message with its holes, such as `{user} paid {amount}`; empty for an event without a message. Events of one
    /// kind share it, whatever their values.
    #[must_use]
    pub fn template(&self) -> &'static str {
        self.info().template()
    }

    /// Whether this text is its [template](Callsite::template), or its message as it stands in the source: with format specs, and
    /// with braces that are doubled.
    #[cfg(feature = "testing")]
    pub(crate) fn has_template(&self, text: &str) -> bool {
        let info = self.info();
        info.has_message && (self.template() == text || written(text).is_some_and(|text| text == info.written()))
    }

    /// The keys of its fields, in the order of the statement.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.info().keys.iter().copied().flatten()
    }

    /// How many arguments its records carry: fields, and what only the message shows.
    pub(crate) fn arguments(&self) -> usize {
        usize::from(self.arguments)
    }

    /// The text of the statement, split. The first call allocates.
    #[inline]
    pub(crate) fn info(&self) -> &'static Info {
        let info = self.info.load(Ordering::Acquire);
        // SAFETY: `info` is null or was leaked by `split_text`, which published it with `Release`.
        match unsafe { info.as_ref() } {
            Some(info) => info,
            None => self.split_text(),
        }
    }

    /// The same, if somebody has asked before. It does not allocate.
    pub(crate) fn known_info(&self) -> Option<&'static Info> {
        // SAFETY: as in `info`.
        unsafe { self.info.load(Ordering::Acquire).as_ref() }
    }

    #[cold]
    fn split_text(&self) -> &'static Info {
        let made = Box::into_raw(Box::new(Info::parse(self.text, self.arguments())));
        let expected = core::ptr::null_mut();
        match self.info.compare_exchange(expected, made, Ordering::AcqRel, Ordering::Acquire) {
            // SAFETY: published just now, and never freed.
            Ok(_) => unsafe { &*made },
            Err(first) => {
                // SAFETY: another thread was first, so nobody else has seen `made`; `first` was published with `Release` and
                // is never freed.
                unsafe {
                    drop(Box::from_raw(made));
                    &*first
                }
            }
        }
    }

    #[inline(always)]
    pub(crate) fn plan(&self) -> u8 {
        self.plan.load(Ordering::Relaxed)
    }
}

/// A message from the source, without what says how values are formatted: of `{{{amount:.2}}}` that is `{{{amount}}}`. `None` if no
/// statement could have it.
#[cfg(feature = "testing")]
fn written(message: &str) -> Option<String> {
    let mut rest = message;
    let mut written = String::new();
    while let Some(at) = rest.find(['{', '}']) {
        written.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        let behind = &rest[at + 1..];
        rest = if behind.starts_with(brace) {
            written.push_str(&rest[at..at + 2]);
            &behind[1..]
        } else {
            let (hole, behind) = behind.split_once('}').filter(|_| brace == "{")?;
            let name = hole.split_once(':').map_or(hole, |(name, _)| name).trim();
            let name = name.strip_prefix("r#").unwrap_or(name);
            // An argument that only the message shows has no name, but perhaps a number.
            let name = if name.bytes().all(|byte| byte.is_ascii_digit()) { "" } else { name };
            written.extend(["{", name, "}"]);
            behind
        };
    }
    written.push_str(rest);
    Some(written)
}

/// What is known of one field of a statement before it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldInfo {
    /// Its key.
    pub key: &'static str,
    /// What its values are: `string`, `integer`, `float`, `number`, `boolean`, `duration`, `time`, `error`, `structured`,
    /// `text`, `bytes`; for structs and enums their fields, such as `{id: integer, took: integer ms}`. `None` if that is not
    /// known: no schema says it, and no record has been taken.
    pub kind: Option<&'static str>,
    /// Their unit, if the schema says one.
    pub unit: Option<&'static str>,
}

/// The identity of the events of one statement: a hash of level, target and template.
///
/// It stays the same while those do, whatever becomes of file, line and values, so that alerts and dashboards can be
/// built on it. Its `Display` is 16 hexadecimal digits.
///
/// ```
/// use rlog_runtime::{EventId, Level};
///
/// const PAID: EventId = EventId::of(Level::INFO, "shop::orders", "{user} paid {amount}");
/// assert_eq!(PAID.to_string().len(), 16);
/// assert_ne!(PAID, EventId::of(Level::WARN, "shop::orders", "{user} paid {amount}"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(u64);

impl EventId {
    /// The identity of events with this level, target and [template](Callsite::template). For an event without a message,
    /// its keys, separated by commas, stand for the template.
    ///
    /// 64-bit FNV-1a (RFC 9923) over the level's number, the target, a byte 0xFF, and the template.
    #[must_use]
    pub const fn of(level: Level, target: &str, template: &str) -> Self {
        let hash = hashed(OFFSET, &[level.severity()]);
        let hash = hashed(hash, target.as_bytes());
        let hash = hashed(hash, &[0xff]);
        Self(hashed(hash, template.as_bytes()))
    }

    /// The identity with this number.
    #[must_use]
    pub const fn from_u64(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn as_u64(self) -> u64 {
        self.0
    }
}

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

const fn hashed(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut index = 0;
    while index < bytes.len() {
        hash = (hash ^ bytes[index] as u64).wrapping_mul(PRIME);
        index += 1;
    }
    hash
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventId({self})")
    }
}

impl fmt::Debug for Callsite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callsite")
            .field("level", &self.level)
            .field("target", &self.target())
            .field("file", &format_args!("{}:{}", self.file(), self.line))
            .field("template", &self.template())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString as _;

    #[test]
    fn the_hash_is_fnv_1a() {
        // The vectors of RFC 9923 for "" and "foobar".
        assert_eq!(hashed(OFFSET, b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hashed(OFFSET, b"foobar"), 0x8594_4171_f739_67e8);
        assert_eq!(EventId(0xab).to_string(), "00000000000000ab");
    }

    #[test]
    fn an_identity_depends_on_level_target_and_template_alone() {
        static HERE: Callsite = Callsite::new(Level::INFO, 1, 7, "mp5:paid h0;k4:usera.shop\u{1f}a.rs");
        static MOVED: Callsite = Callsite::new(Level::INFO, 1, 70, "t4:shopmp5:paid h0;k4:usera.other\u{1f}b.rs");
        assert_eq!(HERE.event_id(), MOVED.event_id());
        assert_eq!(HERE.event_id(), EventId::of(Level::INFO, "shop", "paid {user}"));
        static FIELDS: Callsite = Callsite::new(Level::INFO, 2, 7, "k4:userk4:paid.shop\u{1f}a.rs");
        assert_eq!(FIELDS.event_id(), EventId::of(Level::INFO, "shop", "user,paid"));
    }

    #[test]
    fn kinds_and_units_come_from_the_text() {
        static TEXT: Callsite = Callsite::new(Level::INFO, 3, 7, "n3:payk2:msd11:duration msk1:ad3:anyk1:b.m\u{1f}f");
        let field = |key, kind, unit| FieldInfo { key, kind, unit };
        let fields: Vec<FieldInfo> = TEXT.fields().collect();
        assert_eq!(fields, [field("ms", Some("duration"), Some("ms")), field("a", None, None), field("b", None, None)]);
        assert_eq!(TEXT.name(), Some("pay"));
    }

    #[cfg(feature = "testing")]
    #[test]
    fn a_template_is_also_the_message_as_it_stands_in_the_source() {
        static PAID: Callsite = Callsite::new(Level::INFO, 2, 7, "mp6:paid {h0;p2:} h1;k6:amounta.shop\u{1f}a.rs");
        assert_eq!(PAID.template(), "paid {{amount}} {}");
        for text in [
            "paid {{amount}} {}",
            "paid {{{amount}}} {}",
            "paid {{{amount:.2}}} {}",
            "paid {{{ amount : >8.prec$ }}} {0:?}",
            "paid {{{r#amount}}} {1}",
        ] {
            assert!(PAID.has_template(text), "{text}");
        }
        for text in
            ["paid {amount} {}", "paid {{{amount}} {}", "paid {{{price}}} {}", "paid {{{amount}}} {x}", "paid", ""]
        {
            assert!(!PAID.has_template(text), "{text}");
        }
        static BRACES: Callsite = Callsite::new(Level::INFO, 0, 7, "mp5:no {}a.shop\u{1f}a.rs");
        static HOLE: Callsite = Callsite::new(Level::INFO, 1, 7, "mp3:no h0;a.shop\u{1f}a.rs");
        assert!(BRACES.has_template("no {{}}") && !HOLE.has_template("no {{}}"));
        assert!(HOLE.has_template("no {}") && HOLE.has_template("no {:?}") && !BRACES.has_template("no {:?}"));
        static FIELDS: Callsite = Callsite::new(Level::INFO, 1, 7, "k4:usera.shop\u{1f}a.rs");
        assert!(!FIELDS.has_template(""), "there is no message");
    }
}
