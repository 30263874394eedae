//! What a record is expected to be.

use super::compare::{order, same};
use super::pattern::Pattern;
use super::records::Captured;
use super::report::{shown, similarity};
use crate::level::Level;
use crate::logger::names::covers;
use crate::record::Record;
use crate::value::decode::Reader;
use crate::value::{Described, Kind, Loggable, Value, Wire};
use core::cmp::Ordering;
use core::fmt;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec;
use std::vec::Vec;

/// What a record is expected to be: a list of criteria, all of which have to be met. What is not said does not matter.
///
/// `expected!` and the assertions of the facade write it as a statement is written; this is the same by methods.
///
/// ```
/// # #[macro_use] mod rlog { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/testing/example.rs")); }
/// use rlog_runtime::Level;
/// use rlog_runtime::testing::{Compare, Expected, capture};
///
/// let capture = capture();
/// warn!("disk is nearly full", free = 3);
/// let expected = Expected::new()
///     .at_least(Level::WARN)
///     .message_like("disk * full")
///     .field_compared("free", Compare::Less, 10);
/// assert!(expected.matches(&capture.records()[0]));
/// assert_eq!(expected.to_string(), r#">= WARN, message ~ "disk * full", free < 10"#);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Expected {
    criteria: Vec<Criterion>,
}

/// How the value of a field is to be compared with another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// `=`
    Is,
    /// `!=`; the field has to be there.
    IsNot,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// One thing that a record has to be.
#[derive(Clone, Debug)]
pub(super) enum Criterion {
    Level(Level),
    AtLeast(Level),
    Target(String),
    Name(String),
    Template(String),
    Field(String, Check),
    Matching(String, Test),
}

/// What the value of a field has to be.
#[derive(Clone, Debug)]
pub(super) enum Check {
    Compared(Compare, Sample),
    Like(Pattern),
    Shown(String),
    Present,
    Absent,
}

/// A value as a statement would have copied it.
#[derive(Clone)]
pub(super) struct Sample(Vec<u8>);

/// A test of the user's own.
#[derive(Clone)]
pub(super) struct Test(Arc<dyn Fn(&Record<'_>) -> bool + Send + Sync>);

impl Expected {
    /// Any record.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Of this level.
    #[must_use]
    pub fn level(self, level: Level) -> Self {
        self.and(Criterion::Level(level))
    }

    /// Of this level, or more severe.
    #[must_use]
    pub fn at_least(self, level: Level) -> Self {
        self.and(Criterion::AtLeast(level))
    }

    /// Of this target, or of one below it: `app` is met by `app::db`, too.
    #[must_use]
    pub fn target(self, target: impl Into<String>) -> Self {
        self.and(Criterion::Target(target.into()))
    }

    /// Of an event with this name, which the statement gives by `name:`.
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Self {
        self.and(Criterion::Name(name.into()))
    }

    /// Of a statement with this [template](crate::Callsite::template), such as `{user} paid {amount}`, or with this message as it
    /// stands in the source: `{user} paid {amount:.2}`.
    #[must_use]
    pub fn template(self, template: impl Into<String>) -> Self {
        self.and(Criterion::Template(template.into()))
    }

    /// With exactly this message.
    #[must_use]
    pub fn message(self, message: &str) -> Self {
        self.field("message", message)
    }

    /// With a message in which this text is. `*` in it stands for any text and `\*` for a star; nothing else is special.
    #[must_use]
    pub fn message_like(self, pattern: &str) -> Self {
        self.field_like("message", pattern)
    }

    /// With this field.
    ///
    /// Values are compared by what they are worth: numbers whatever their width, text whether it was a string or made by
    /// `Display`, lists, maps and structs by what is in them. An error is the same as its own text, and as that text with
    /// those of its sources behind it, with `: ` between them. `None` is a field that is not there.
    ///
    /// A key with dots is looked for as it is, and then inside of values: `user.id` is the `id` of a struct or a map `user`,
    /// `list.0` the first of a list.
    #[must_use]
    pub fn field(self, key: &str, value: impl Loggable) -> Self {
        self.field_compared(key, Compare::Is, value)
    }

    /// With a field that compares so with a value.
    #[must_use]
    pub fn field_compared(self, key: &str, compare: Compare, value: impl Loggable) -> Self {
        self.and_field(key, Check::Compared(compare, Sample::new(&value)))
    }

    /// With a field in whose text this text is; see [`Expected::message_like`].
    #[must_use]
    pub fn field_like(self, key: &str, pattern: &str) -> Self {
        self.and_field(key, Check::Like(Pattern::new(pattern)))
    }

    /// With a field that is shown as this text: by `Display`, or by `Debug` with quotes around strings. It is what a
    /// statement makes of `key = %value` and `key = ?value`, whatever the type of the value.
    #[must_use]
    pub fn field_shown(self, key: &str, text: impl Into<String>) -> Self {
        self.and_field(key, Check::Shown(text.into()))
    }

    /// With a field of this key, whatever its value.
    #[must_use]
    pub fn has_field(self, key: &str) -> Self {
        self.and_field(key, Check::Present)
    }

    /// Without a field of this key.
    #[must_use]
    pub fn lacks_field(self, key: &str) -> Self {
        self.and_field(key, Check::Absent)
    }

    /// Of which the function says so. `what` is shown when there is none: a few words, such as `at night`.
    #[must_use]
    pub fn matching(self, what: impl Into<String>, test: impl Fn(&Record<'_>) -> bool + Send + Sync + 'static) -> Self {
        self.and(Criterion::Matching(what.into(), Test(Arc::new(test))))
    }

    /// Whether a record is as expected.
    #[must_use]
    pub fn matches(&self, record: &Captured) -> bool {
        record.with(|record| self.criteria.iter().all(|criterion| criterion.check(record).is_ok()))
    }

    pub(super) fn criteria(&self) -> &[Criterion] {
        &self.criteria
    }

    /// The same, with this in front.
    pub(super) fn with_first(mut self, first: Option<Criterion>) -> Self {
        self.criteria.splice(0..0, first);
        self
    }

    fn and(mut self, criterion: Criterion) -> Self {
        self.criteria.push(criterion);
        self
    }

    fn and_field(self, key: &str, check: Check) -> Self {
        // As a statement writes a keyword.
        let key = key.strip_prefix("r#").unwrap_or(key);
        self.and(Criterion::Field(key.into(), check))
    }
}

impl Criterion {
    /// `Err` holds what the record has instead.
    pub(super) fn check(&self, record: &Record<'_>) -> Result<(), String> {
        let callsite = record.callsite();
        match self {
            Self::Level(level) => met(record.level() == *level, || record.level().to_string()),
            Self::AtLeast(level) => met(record.level() >= *level, || record.level().to_string()),
            Self::Target(target) => met(covers(target, record.target()), || format!("target: {:?}", record.target())),
            Self::Name(name) => met(callsite.name() == Some(name), || match callsite.name() {
                Some(name) => format!("name: {name:?}"),
                None => "no name".into(),
            }),
            Self::Template(template) => {
                met(callsite.has_template(template), || format!("template: {:?}", callsite.template()))
            }
            Self::Field(key, check) => with_field(record, key, |value| check.check(key, value, record)),
            Self::Matching(what, test) => met((test.0)(record), || format!("not {what}")),
        }
    }

    /// How near a record comes: 100 if it is met, 0 if it has nothing to do with it.
    pub(super) fn nearness(&self, record: &Record<'_>) -> u32 {
        if self.check(record).is_ok() {
            return 100;
        }
        match self {
            Self::Template(template) => similarity(template, record.callsite().template()) * 9 / 10,
            Self::Field(key, check) => with_field(record, key, |value| match (check, value) {
                (Check::Like(pattern), Some(value)) => similarity(pattern.as_str(), &value.to_string()) * 9 / 10,
                (Check::Shown(text), Some(value)) => similarity(text, &value.to_string()) * 9 / 10,
                (Check::Compared(_, sample), Some(value)) => {
                    20 + similarity(&sample.value().to_string(), &value.to_string()) * 7 / 10
                }
                _ => 0,
            }),
            _ => 0,
        }
    }
}

fn met(is_met: bool, found: impl FnOnce() -> String) -> Result<(), String> {
    if is_met { Ok(()) } else { Err(found()) }
}

impl Check {
    fn check(&self, key: &str, value: Option<&Value<'_>>, record: &Record<'_>) -> Result<(), String> {
        let is_met = match (self, value) {
            (Self::Absent, value) => value.is_none(),
            (Self::Present, value) => value.is_some(),
            (Self::Like(pattern), Some(value)) => pattern.is_in(&value.to_string()),
            (Self::Compared(compare, sample), Some(value)) => compare.holds(value, &sample.value()),
            (Self::Shown(text), Some(value)) => value.to_string() == *text || format!("{value:?}") == *text,
            (Self::Compared(compare, sample), None) => *compare == Compare::Is && matches!(sample.value(), Value::Null),
            (Self::Like(_) | Self::Shown(_), None) => false,
        };
        met(is_met, || match value {
            Some(value) => format!("{key} = {}", shown(value)),
            None if key == "message" => "no message".into(),
            None => {
                let fields = record.fields().filter(|(_, value)| !matches!(value, Value::Null));
                let keys: Vec<_> = fields.map(|(key, _)| key.escape_debug().to_string()).collect();
                match keys.as_slice() {
                    [] => format!("no field `{key}`; there are no fields"),
                    keys => format!("no field `{key}`; there are: {}", keys.join(", ")),
                }
            }
        })
    }
}

impl Compare {
    fn holds(self, value: &Value<'_>, other: &Value<'_>) -> bool {
        match self {
            Self::Is => same(value, other),
            Self::IsNot => !same(value, other),
            Self::Less => order(value, other).is_some_and(Ordering::is_lt),
            Self::AtMost => order(value, other).is_some_and(Ordering::is_le),
            Self::Greater => order(value, other).is_some_and(Ordering::is_gt),
            Self::AtLeast => order(value, other).is_some_and(Ordering::is_ge),
        }
    }

    fn symbol(self) -> &'static str {
        match self {
            Self::Is => "=",
            Self::IsNot => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }
}

/// Looks at the field of this key; `message` is the message. A field that is `None` is none.
fn with_field<R>(record: &Record<'_>, key: &str, look: impl FnOnce(Option<&Value<'_>>) -> R) -> R {
    if key == "message" && !record.message().is_absent() {
        let message = record.message().to_string();
        return look(Some(&Value::Str(&message)));
    }
    let found = find(record.fields(), key).filter(|value| !matches!(value, Value::Null));
    look(found.as_ref())
}

/// The value under this key, or that which it leads to inside of another one.
fn find<'a, K: AsRef<str>>(fields: impl Iterator<Item = (K, Value<'a>)> + Clone, key: &str) -> Option<Value<'a>> {
    fields.clone().find(|(name, _)| name.as_ref() == key).map(|(_, value)| value).or_else(|| {
        fields.clone().find_map(|(name, value)| inside(value, key.strip_prefix(name.as_ref())?.strip_prefix('.')?))
    })
}

fn inside<'a>(value: Value<'a>, key: &str) -> Option<Value<'a>> {
    match value {
        Value::Struct(fields) => find(fields, key),
        Value::Variant(variant) => find(variant.fields(), key),
        Value::Map(pairs) => find(pairs.map(|(key, value)| (key.to_string(), value)), key),
        Value::Sequence(elements) => find(elements.enumerate().map(|(index, value)| (index.to_string(), value)), key),
        _ => None,
    }
}

impl Sample {
    fn new<T: Loggable + ?Sized>(value: &T) -> Self {
        let wire = Described::encode(value);
        let mut bytes = vec![0; wire.size()];
        // SAFETY: there are `size` bytes.
        unsafe { wire.put(bytes.as_mut_ptr()) };
        Self(bytes)
    }

    fn value(&self) -> Value<'_> {
        // SAFETY: `new` let a `Described` write these bytes; copies of them hold the same pointer to its kind.
        unsafe { Reader::new(&self.0).argument(&Kind::Described) }.unwrap_or(Value::Null)
    }
}

/// As the assertions write it, with commas between the criteria.
impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.criteria.is_empty() {
            return f.write_str("any record");
        }
        for (index, criterion) in self.criteria.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{criterion}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Level(level) => write!(f, "{level}"),
            Self::AtLeast(level) => write!(f, ">= {level}"),
            Self::Target(target) => write!(f, "target: {target:?}"),
            Self::Name(name) => write!(f, "name: {name:?}"),
            Self::Template(template) => write!(f, "template: {template:?}"),
            Self::Field(key, Check::Compared(compare, sample)) => {
                write!(f, "{key} {} {}", compare.symbol(), shown(&sample.value()))
            }
            Self::Field(key, Check::Like(pattern)) => write!(f, "{key} ~ {:?}", pattern.as_str()),
            Self::Field(key, Check::Shown(text)) => write!(f, "{key} = {text:?}"),
            Self::Field(key, Check::Present) => write!(f, "{key} = _"),
            Self::Field(key, Check::Absent) => write!(f, "!{key}"),
            Self::Matching(what, _) => f.write_str(what),
        }
    }
}

impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.value(), f)
    }
}

impl fmt::Debug for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Test")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callsite::Callsite;
    use crate::emit::{emit1, emit2};
    use crate::testing::{Records, capture};
    use std::thread;

    /// What two statements log.
    fn logged() -> Records {
        static PAID: Callsite =
            Callsite::new(Level::INFO, 2, 7, "n4:paidmp5:paid h0;k6:amountk5:lines.app::shop\u{1f}a.rs");
        static PLAIN: Callsite = Callsite::new(Level::WARN, 1, 8, "k1:n.app\u{1f}a.rs");
        let capture = capture();
        for callsite in [&PAID, &PLAIN] {
            assert!(callsite.is_enabled());
        }
        let lines = vec!["a", "b"];
        emit2(&PAID, 12.5, Described::encode(&lines));
        emit1(&PLAIN, None::<u64>);
        capture.take()
    }

    fn matching(expected: &Expected) -> Vec<Level> {
        logged().matching(expected).iter().map(Captured::level).collect()
    }

    #[test]
    fn a_criterion_that_is_kept_and_sent_still_holds() {
        let expected = Expected::new().field("lines", vec!["a".to_string(), "b".to_string()]).field("amount", 12.5_f32);
        let copy = expected.clone();
        drop(expected);
        let found = thread::spawn(move || (matching(&copy), copy.to_string())).join().expect("no panic");
        assert_eq!(found, (vec![Level::INFO], r#"lines = ["a", "b"], amount = 12.5"#.to_string()));
    }

    #[test]
    fn all_criteria_have_to_be_met() {
        let all = Expected::new().name("paid").target("app").message("paid 12.5").template("paid {amount}");
        assert_eq!(matching(&all), [Level::INFO]);
        assert_eq!(matching(&all.clone().at_least(Level::WARN)), []);
        assert_eq!(matching(&all.lacks_field("amount")), []);
        assert_eq!(matching(&Expected::new()), [Level::INFO, Level::WARN]);
    }

    #[test]
    fn a_field_that_is_none_is_not_there() {
        assert_eq!(matching(&Expected::new().lacks_field("n").at_least(Level::WARN)), [Level::WARN]);
        assert_eq!(matching(&Expected::new().field("n", None::<u8>)), [Level::INFO, Level::WARN]);
        assert_eq!(matching(&Expected::new().has_field("n")), []);
    }

    #[test]
    fn a_record_without_a_message_has_none_to_compare() {
        assert_eq!(matching(&Expected::new().message_like("")), [Level::INFO]);
        assert_eq!(matching(&Expected::new().lacks_field("message")), [Level::WARN]);
    }

    #[test]
    fn a_key_with_dots_leads_into_a_value() {
        assert_eq!(matching(&Expected::new().field("lines.1", "b")), [Level::INFO]);
        assert_eq!(matching(&Expected::new().has_field("lines.2")), []);
        assert_eq!(matching(&Expected::new().has_field("lines.")), []);
        assert_eq!(matching(&Expected::new().has_field("line")), []);
    }

    #[test]
    fn nearness_is_more_for_what_has_more_to_do_with_it() {
        let records = logged();
        let near = |expected: Expected| {
            let nearness = |record: &Captured| record.with(|record| expected.criteria()[0].nearness(record));
            (nearness(&records[0]), nearness(&records[1]))
        };
        assert_eq!(near(Expected::new().level(Level::INFO)), (100, 0));
        let (other_value, no_field) = near(Expected::new().field("amount", 12.6));
        assert!(other_value > 20 && no_field == 0);
        let (misspelt, none) = near(Expected::new().message_like("piad 12.5"));
        assert!(misspelt > 50 && misspelt < 100 && none == 0);
    }
}
