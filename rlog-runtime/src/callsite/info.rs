//! What a callsite's text says.
//!
//! The macros write all constant text of a statement as one string, since each string of its own would cost a pointer, a
//! length and a relocation. The form is a sequence of items, a `.`, then the module path, U+001F and the file:
//!
//! | item | meaning |
//! | --- | --- |
//! | `t<n>:<text>` | the target, if it is not the module path; `<n>` is the length in bytes |
//! | `n<n>:<text>` | the event's name |
//! | `m` | there is a message |
//! | `p<n>:<text>` | a literal piece of the message |
//! | `h<a>;` | a hole that shows argument `a` plainly |
//! | `h<a>,<spec>;` | a hole that shows argument `a` by a [`Spec`] |
//! | `h<a>,<spec>,<b>;` | the same, unless argument `b` holds the text already |
//! | `k<n>:<text>` | the next argument is a field with this key |
//! | `d<n>:<text>` | behind a `k`: the kind of the field and, after a space, its unit |
//! | `s` | the next argument is a value whose fields are fields of the record |
//! | `a` | the next argument is no field |

use super::Callsite;
use crate::emit::Layout;
use crate::level::Level;
use crate::logger::routes;
use crate::value::render::{Escape, is_clean};
use crate::value::spec::Spec;
use crate::value::{Kind, SplatField, Value};
use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};
use std::borrow::Cow;
use std::boxed::Box;
use std::string::String;
use std::sync::OnceLock;
use std::vec::Vec;

/// The parts of a callsite's text, and what the worker counts and caches per callsite.
#[derive(Debug)]
pub(crate) struct Info {
    /// Its place among all that were split so far: small, for tables that are looked up per record.
    pub(crate) number: u32,
    pub(crate) target: &'static str,
    pub(crate) name: Option<&'static str>,
    pub(crate) module: &'static str,
    pub(crate) file: &'static str,
    /// Whether there is a message at all: one may also be empty.
    pub(crate) has_message: bool,
    pub(crate) pieces: Box<[Piece]>,
    /// For each argument, the key under which it is a field.
    pub(crate) keys: Box<[Option<&'static str>]>,
    /// For each argument, what the schema or the syntax says of it.
    pub(crate) described: Box<[Option<&'static str>]>,
    /// The arguments that the message shows, as bits.
    pub(crate) shown: u128,
    /// The arguments whose fields are fields of the record, as bits.
    pub(crate) splats: u128,
    /// What the arguments of the first record were.
    learned: OnceLock<Box<[Learned]>>,
    /// What has become of its records.
    pub(crate) counts: Counts,
    /// The handlers that want it, as a bit mask, below the generation of the configuration that says so.
    pub(crate) route: AtomicU64,
    /// Constant text as the JSON formatter writes it.
    pub(crate) json: OnceLock<JsonText>,
    template: OnceLock<String>,
    /// What [`Callsite::at`] has made so far.
    variants: AtomicPtr<Variant>,
}

/// What a record tells of one argument.
#[derive(Debug)]
enum Learned {
    /// The kind of its values, if it had one.
    Kind(Option<Cow<'static, str>>),
    /// The fields of its type, which are fields of the record.
    Fields(Vec<SplatField>),
}

/// What has become of the records of one statement.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Records that came to the worker first; only it writes.
    taken: AtomicU64,
    /// Bytes of lines that the worker's handlers were given; only it writes.
    bytes: AtomicU64,
    /// Nanoseconds that formatting took, estimated; only the worker writes.
    nanoseconds: AtomicU64,
    /// Records that came to handlers on the caller's thread first, or to the filters of loggers there.
    direct: AtomicU64,
    /// Bytes of lines that other threads than the worker gave to handlers, or that handlers behind others were given.
    late_bytes: AtomicU64,
    /// Records that the filters of loggers have stopped.
    pub(crate) stopped: AtomicU64,
    /// Records that no handler has seen.
    pub(crate) dropped: AtomicU64,
}

impl Counts {
    /// For the worker.
    #[inline]
    pub(crate) fn count_taken(&self) {
        self.taken.store(self.taken.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    /// For the worker.
    #[inline]
    pub(crate) fn count_bytes(&self, bytes: u64) {
        self.bytes.store(self.bytes.load(Ordering::Relaxed) + bytes, Ordering::Relaxed);
    }

    /// For the worker.
    pub(crate) fn count_time(&self, nanoseconds: u64) {
        self.nanoseconds.store(self.nanoseconds.load(Ordering::Relaxed) + nanoseconds, Ordering::Relaxed);
    }

    /// For others than the worker.
    pub(crate) fn count_late(&self, bytes: u64) {
        self.late_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// For the caller's thread. The worker does not count the record again, if it goes to its handlers, too.
    pub(crate) fn count_direct(&self) {
        self.direct.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn records(&self) -> u64 {
        self.taken.load(Ordering::Relaxed) + self.direct.load(Ordering::Relaxed)
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed) + self.late_bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn nanoseconds(&self) -> u64 {
        self.nanoseconds.load(Ordering::Relaxed)
    }
}

static NUMBERS: AtomicU32 = AtomicU32::new(0);

/// A statement with a level and a target that were decided when it ran. Leaked, since callsites live forever.
#[derive(Debug)]
struct Variant {
    callsite: Callsite,
    target: &'static str,
    next: *mut Self,
    /// How many there are from here on.
    count: usize,
}

/// The constant text of a callsite as JSON needs it: escaped, with what stands around it.
#[derive(Debug)]
pub(crate) struct JsonText {
    /// What stands behind the time: level, logger, and the message up to its first hole.
    pub(crate) head: Box<str>,
    /// The literal pieces of the message, escaped; holes are empty.
    pub(crate) pieces: Box<[Box<str>]>,
    /// For each argument, `,"key":`, with the key escaped and made different from the keys before it.
    pub(crate) keys: Box<[Box<str>]>,
    /// The identity of the events.
    pub(crate) event_id: Box<str>,
    /// All keys that are taken, for those that only a record knows.
    pub(crate) used: Vec<String>,
}

/// A part of a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Piece {
    Literal(Literal),
    Hole(Hole),
}

/// Text that is the same in every record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Literal {
    pub(crate) text: &'static str,
    /// There is nothing in it that a text output would have to escape.
    pub(crate) is_clean: bool,
}

/// A place in a message where a value is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Hole {
    pub(crate) argument: usize,
    pub(crate) spec: Option<Spec>,
    /// The argument that holds the text, if the caller had to format it.
    pub(crate) text: Option<usize>,
}

impl Info {
    pub(super) fn parse(text: &'static str, arguments: usize) -> Self {
        let mut items = Items { rest: text };
        let (mut target, mut name) = (None, None);
        let mut has_message = false;
        let mut pieces = Vec::new();
        let mut keys = Vec::with_capacity(arguments);
        let mut described = Vec::new();
        let mut splats = 0;
        for item in items.by_ref() {
            match item {
                Item::Target(text) => target = target.or(Some(text)),
                Item::Name(text) => name = Some(text),
                Item::Message => has_message = true,
                Item::Piece(piece) => pieces.push(piece),
                Item::Key(key) => keys.push(key),
                Item::Described(text) => {
                    described.resize(keys.len(), None);
                    if let Some(last) = described.last_mut() {
                        *last = Some(text);
                    }
                }
                Item::Splat => {
                    splats |= 1 << keys.len().min(127);
                    keys.push(None);
                }
            }
        }
        keys.resize(arguments, None);
        let shown = pieces.iter().fold(0, |shown, piece| match piece {
            Piece::Hole(hole) => shown | 1 << hole.argument.min(127),
            Piece::Literal(_) => shown,
        });
        let (module, file) = items.rest.split_once('\u{1f}').unwrap_or((items.rest, ""));
        Self {
            number: NUMBERS.fetch_add(1, Ordering::Relaxed),
            target: target.unwrap_or(module),
            name,
            module,
            file,
            has_message,
            pieces: pieces.into(),
            keys: keys.into(),
            described: described.into(),
            shown,
            splats,
            learned: OnceLock::new(),
            counts: Counts::default(),
            route: AtomicU64::new(0),
            json: OnceLock::new(),
            template: OnceLock::new(),
            variants: AtomicPtr::new(core::ptr::null_mut()),
        }
    }

    pub(super) fn template(&self) -> &str {
        self.template.get_or_init(|| {
            let mut template = String::new();
            for piece in &self.pieces {
                match piece {
                    Piece::Literal(literal) => template.push_str(literal.text),
                    Piece::Hole(hole) => {
                        template.push('{');
                        template.push_str(self.keys.get(hole.argument).copied().flatten().unwrap_or(""));
                        template.push('}');
                    }
                }
            }
            template
        })
    }

    /// The message as the source has it, without format specs: the template, but with braces doubled that are no holes.
    #[cfg(feature = "testing")]
    pub(super) fn written(&self) -> String {
        let mut written = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) => {
                    written.push_str(&literal.text.replace('{', "{{").replace('}', "}}"));
                }
                Piece::Hole(hole) => {
                    let key = self.keys.get(hole.argument).copied().flatten().unwrap_or("");
                    written.extend(["{", key, "}"]);
                }
            }
        }
        written
    }

    /// The callsite of `base` at `level` and `target`, made at the first request and never freed.
    pub(super) fn variant(&self, base: &'static Callsite, level: Level, target: &str) -> &'static Callsite {
        let first = self.variants.load(Ordering::Acquire);
        match find(first, core::ptr::null_mut(), level, target) {
            Some(found) => found,
            None => self.add_variant(base, level, target, first),
        }
    }

    #[cold]
    fn add_variant(
        &self,
        base: &'static Callsite,
        level: Level,
        target: &str,
        first: *mut Variant,
    ) -> &'static Callsite {
        // SAFETY: null, or a variant that was leaked.
        let count = unsafe { first.as_ref() }.map_or(0, |first| first.count);
        if count >= MAX_VARIANTS && !target.is_empty() {
            let place = format_args!("{}:{}", self.file, base.line);
            crate::trouble::report(
                crate::trouble::Trouble::Configuration,
                format_args!(
                    "{place} has had {MAX_VARIANTS} different targets; others are logged under the nearest logger above \
                     them for which something is set"
                ),
            );
            return self.stand_in(base, level, target, first);
        }
        self.make_variant(base, level, target, first)
    }

    /// A variant for which the same is set as for this target, when there are too many to add one for each.
    fn stand_in(&self, base: &'static Callsite, level: Level, target: &str, first: *mut Variant) -> &'static Callsite {
        let known = |target: &str| find(first, core::ptr::null_mut(), level, target);
        // SAFETY: null, or a variant that was leaked.
        let has_room = unsafe { first.as_ref() }.is_none_or(|first| first.count < 2 * MAX_VARIANTS);
        let routes = routes::current();
        for name in routes.configured_above(target) {
            if let Some(found) = known(name) {
                return found;
            }
            if has_room {
                return self.make_variant(base, level, name, first);
            }
        }
        // Its own target says more, but may have more set for it.
        let name = if routes.configured_above(self.target).is_empty() { "" } else { ROOT };
        known(name).unwrap_or_else(|| self.make_variant(base, level, name, first))
    }

    fn make_variant(
        &self,
        base: &'static Callsite,
        level: Level,
        target: &str,
        mut first: *mut Variant,
    ) -> &'static Callsite {
        let own_text = (!target.is_empty())
            .then(|| Box::into_raw(format!("t{}:{target}{}", target.len(), base.text).into_boxed_str()));
        let (text, target): (&'static str, &'static str) = match own_text {
            None => (base.text, ""),
            // SAFETY: it lives as long as the variant, which is never freed once somebody else has seen it.
            Some(text) => unsafe { (&*text, target_of(&*text)) },
        };
        let callsite = Callsite::new(level, base.arguments, base.line, text);
        // SAFETY: null, or a variant that was leaked.
        let count = unsafe { first.as_ref() }.map_or(0, |first| first.count);
        let made = Box::into_raw(Box::new(Variant { callsite, target, next: first, count: count + 1 }));
        loop {
            match self.variants.compare_exchange(first, made, Ordering::AcqRel, Ordering::Acquire) {
                // SAFETY: published just now and never freed.
                Ok(_) => return unsafe { &(*made).callsite },
                Err(newer) => {
                    // Another thread may have added the same one.
                    if let Some(found) = find(newer, first, level, target) {
                        // SAFETY: nobody has seen `made`, which alone refers to the text of its own.
                        unsafe {
                            drop(Box::from_raw(made));
                            own_text.map(|text| Box::from_raw(text));
                        }
                        return found;
                    }
                    first = newer;
                    // SAFETY: nobody has seen `made`; `newer` was published with `Release` and is never freed.
                    unsafe {
                        (*made).next = newer;
                        (*made).count = (*newer).count + 1;
                    }
                }
            }
        }
    }

    /// Remembers what the arguments of a record are, if it is the first.
    #[inline]
    pub(crate) fn learn(&self, layout: &'static Layout, values: &[Option<Value<'_>>]) {
        if self.learned.get().is_none() {
            self.learn_first(layout, values);
        }
    }

    #[cold]
    fn learn_first(&self, layout: &'static Layout, values: &[Option<Value<'_>>]) {
        let mut kinds = Vec::new();
        flatten(layout.kinds, &mut kinds);
        let learned = kinds.iter().zip(values).enumerate().map(|(argument, (kind, value))| match kind {
            _ if self.is_splat(argument) => {
                Learned::Fields(value.as_ref().map(Value::splat_fields).unwrap_or_default())
            }
            // The record says what is in it.
            Kind::Described => Learned::Kind(value.as_ref().and_then(Value::kind_text)),
            kind => Learned::Kind(Some(Cow::Borrowed(kind.name()))),
        });
        let _ = self.learned.set(learned.collect());
    }

    /// What the argument's values are, if a record has been taken.
    pub(super) fn learned(&self, argument: usize) -> Option<&str> {
        match self.learned.get()?.get(argument)? {
            Learned::Kind(kind) => kind.as_deref(),
            Learned::Fields(_) => None,
        }
    }

    /// The fields of a value whose fields are those of the record, if a record has been taken.
    pub(super) fn splat_fields(&self, argument: usize) -> &[SplatField] {
        match self.learned.get().and_then(|learned| learned.get(argument)) {
            Some(Learned::Fields(fields)) => fields,
            Some(Learned::Kind(_)) | None => &[],
        }
    }

    fn is_splat(&self, argument: usize) -> bool {
        (self.splats >> argument.min(127)) & 1 == 1
    }
}

/// The kinds of arguments, without the groups that statements of many arguments have.
fn flatten(kinds: &'static [Kind], out: &mut Vec<&'static Kind>) {
    for kind in kinds {
        match kind {
            Kind::Group(kinds) => flatten(kinds, out),
            kind => out.push(kind),
        }
    }
}

/// A target without a name, of which no directive but those for all targets speaks.
const ROOT: &str = "::";

/// The most targets that one statement is listed with, but for as many more that stand in for others. Callsites are never freed,
/// so there must be an end to them.
const MAX_VARIANTS: usize = if cfg!(miri) { 16 } else { 256 };

/// The variant of this level and target, from `first` up to `end`.
fn find(first: *mut Variant, end: *mut Variant, level: Level, target: &str) -> Option<&'static Callsite> {
    let mut next = first;
    while next != end {
        // SAFETY: not null, as lists end with null or with `end`; variants are published with `Release` and never freed.
        let variant: &'static Variant = unsafe { &*next };
        if variant.callsite.level == level && variant.target == target {
            return Some(&variant.callsite);
        }
        next = variant.next;
    }
    None
}

/// The target that a text names, without splitting all of it: plans are decided for callsites that never run.
pub(super) fn target_of(text: &'static str) -> &'static str {
    let mut items = Items { rest: text };
    for item in items.by_ref() {
        if let Item::Target(target) = item {
            return target;
        }
    }
    items.rest.split_once('\u{1f}').map_or(items.rest, |(module, _)| module)
}

enum Item {
    Target(&'static str),
    Name(&'static str),
    Described(&'static str),
    Splat,
    Message,
    Piece(Piece),
    Key(Option<&'static str>),
}

/// The items up to the `.`; afterwards `rest` is what follows it.
struct Items {
    rest: &'static str,
}

impl Iterator for Items {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        let tag = *self.rest.as_bytes().first()?;
        // All tags are ASCII.
        self.rest = self.rest.get(1..)?;
        match tag {
            b't' => Some(Item::Target(self.sized()?)),
            b'n' => Some(Item::Name(self.sized()?)),
            b'd' => Some(Item::Described(self.sized()?)),
            b's' => Some(Item::Splat),
            b'm' => Some(Item::Message),
            b'p' => {
                let text = self.sized()?;
                Some(Item::Piece(Piece::Literal(Literal { text, is_clean: is_clean(text, Escape::Text) })))
            }
            b'h' => self.hole().map(|hole| Item::Piece(Piece::Hole(hole))),
            b'k' => Some(Item::Key(Some(self.sized()?))),
            b'a' => Some(Item::Key(None)),
            _ => None,
        }
    }
}

impl Items {
    fn sized(&mut self) -> Option<&'static str> {
        let (length, rest) = self.rest.split_once(':')?;
        let (text, rest) = rest.split_at_checked(length.parse().ok()?)?;
        self.rest = rest;
        Some(text)
    }

    fn hole(&mut self) -> Option<Hole> {
        let digits = self.rest.find(|c: char| !c.is_ascii_digit())?;
        let argument = self.rest[..digits].parse().ok()?;
        self.rest = &self.rest[digits..];
        if let Some(rest) = self.rest.strip_prefix(';') {
            self.rest = rest;
            return Some(Hole { argument, spec: None, text: None });
        }
        let inner = self.rest.strip_prefix(',')?;
        // The fill may be any character, `;` and `,` included, so the search starts behind it.
        let fill = inner.chars().next()?.len_utf8();
        let end = fill + inner[fill..].find(';')?;
        let (spec, text) = match inner[fill..end].split_once(',') {
            Some((spec, text)) => (&inner[..fill + spec.len()], text.parse().ok()),
            None => (&inner[..end], None),
        };
        self.rest = &inner[end + 1..];
        // A plain one is only there to go with `text`.
        Some(Hole { argument, spec: Spec::parse(spec).filter(|spec| *spec != Spec::PLAIN), text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::spec::{Align, Count, Form};

    #[test]
    fn a_text_is_split_into_its_parts() {
        let info = Info::parse("t3:appmp5:paid h0;p7: of {}\u{1f}h1,;>8$2._.d,3;k4:useraaa.a::b\u{1f}src/b.rs", 4);
        assert_eq!((info.target, info.module, info.file), ("app", "a::b", "src/b.rs"));
        assert!(info.has_message);
        assert_eq!(&*info.keys, [Some("user"), None, None, None]);
        assert_eq!(info.pieces.len(), 4);
        let literal = Literal { text: " of {}\u{1f}", is_clean: false };
        assert_eq!(info.pieces[2], Piece::Literal(literal));
        let Piece::Hole(Hole { argument: 1, spec: Some(spec), text: Some(3) }) = info.pieces[3] else {
            panic!("{:?}", info.pieces[3]);
        };
        assert_eq!((spec.fill, spec.align, spec.zero, spec.width), (';', Some(Align::Right), true, Count::Argument(2)));
        assert_eq!((spec.precision, spec.form), (Count::None, Form::Display));
        assert_eq!(info.template(), "paid {user} of {}\u{1f}{}");
    }

    #[test]
    fn an_event_without_a_message_has_none() {
        let info = Info::parse("k1:a.m\u{1f}f", 1);
        assert!(!info.has_message);
        assert_eq!((info.template(), info.target), ("", "m"));
    }

    #[test]
    fn targets_that_are_decided_at_run_time_have_callsites_up_to_a_limit() {
        static SITE: Callsite = Callsite::new(Level::INFO, 0, 7, "mp2:hi.app\u{1f}f").with_target_at_run_time();
        let at = |target: &str| SITE.at(Level::INFO, target);
        let first = at("tenant::0");
        assert_eq!((first.target(), first.template(), first.line()), ("tenant::0", "hi", 7));
        assert!(core::ptr::eq(first, at("tenant::0")));
        assert!(!core::ptr::eq(first, SITE.at(Level::WARN, "tenant::0")));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    (0..MAX_VARIANTS * 3 / 2)
                        .map(|tenant| at(&format!("tenant::{tenant}")))
                        .filter(|site| site.line() == 7)
                        .count()
                });
            }
        });
        assert_eq!(at("another").target(), "app");
        assert!(core::ptr::eq(first, at("tenant::0")));
    }
}
