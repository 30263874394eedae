//! Filters as data.

use super::apply::Making;
use super::custom::FILTERS;
use super::declare::{kinds, settings};
use super::document::{Item, Node, Table};
use super::setting::{Reader, Setting, kind};
use crate::filter::{self, Deduplicate, Field, Filter, Operand, RateLimit, Sample, Targets, Threshold};
use crate::level::Level;
use crate::units::show_duration;
use core::time::Duration;
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

kinds! {
    /// Which records go on: a table with the `kind` and its settings. A text alone is the rate of a `rate_limit`: `"100/s"`.
    pub enum FilterConfig, "filter", FILTERS, {
        /// Levels of a range: a [`Threshold`].
        "level" => Level(LevelFilterConfig),
        /// Names and what is below them: [`Targets`].
        "targets" => Targets(TargetsConfig),
        /// Records that have a field, or whose field passes tests: a [`Field`].
        "field" => Field(FieldConfig),
        /// So many records in a time: a [`RateLimit`].
        "rate_limit" => RateLimit(RateLimitConfig),
        /// A share of the records: a [`Sample`].
        "sample" => Sample(SampleConfig),
        /// No repetitions: [`Deduplicate`].
        "deduplicate" => Deduplicate(DeduplicateConfig),
        /// What any of several filters lets through: [`filter::any`].
        "any" => Any(AnyConfig),
        /// What all of several filters let through: [`filter::all`].
        "all" => All(AllConfig),
        /// What a filter does not let through: [`filter::not`].
        "not" => Not(NotConfig),
    }
}

settings! {
    /// A [`Threshold`]: `kind = "level"`.
    #[derive(Default)]
    pub struct LevelFilterConfig, "a table" {
        /// See [`Threshold::at_least`].
        opt at_least: Level,
        /// See [`Threshold::at_most`].
        opt at_most: Level,
    }
}

settings! {
    /// [`Targets`]: `kind = "targets"`.
    #[derive(Default)]
    pub struct TargetsConfig, "a table" {
        /// What these cover is let through; everything, if it is not set.
        list only: String,
        /// What these cover is not; see [`Targets::except`].
        list except: String,
        /// What these cover is, though a shorter name is not; see [`Targets::but`].
        list but: String,
    }
}

settings! {
    /// A [`Field`]: `kind = "field"`.
    pub struct FieldConfig, "a table" {
        /// Its key, or the path into a structured value; see [`Field::new`].
        req path: String,
        /// See [`Field::equals`].
        opt equals: FieldValue,
        /// See [`Field::one_of`].
        list one_of: FieldValue,
        /// See [`Field::at_least`].
        opt at_least: FieldValue,
        /// See [`Field::above`].
        opt above: FieldValue,
        /// See [`Field::at_most`].
        opt at_most: FieldValue,
        /// See [`Field::below`].
        opt below: FieldValue,
        /// See [`Field::contains`].
        opt contains: FieldValue,
        /// See [`Field::starts_with`].
        opt starts_with: String,
        /// See [`Field::ends_with`].
        opt ends_with: String,
        /// See [`Field::in_any_statement`].
        opt in_any_statement: bool,
    }
}

settings! {
    /// A [`RateLimit`]: `kind = "rate_limit"`.
    pub struct RateLimitConfig, "a table" {
        /// Such as `100/s burst 500 by tenant`; see how a [`RateLimit`] is read from text.
        req rate: String,
        /// See [`RateLimit::always`].
        opt always: Level,
        /// See [`RateLimit::max_keys`].
        opt max_keys: usize,
    }
}

settings! {
    /// A [`Sample`]: `kind = "sample"`.
    #[derive(Default)]
    pub struct SampleConfig, "a table" {
        /// From 0 to 1; see [`Sample::rate`].
        opt rate: f64,
        /// Rates by level; see [`Sample::level`].
        map levels(level): f64,
        /// See [`Sample::always`].
        opt always: Level,
        /// See [`Sample::sticky`].
        opt sticky: String,
        /// See [`Sample::seed`].
        opt seed: u64,
    }
}

settings! {
    /// [`Deduplicate`]: `kind = "deduplicate"`.
    pub struct DeduplicateConfig, "a table" {
        /// See [`Deduplicate::within`].
        req within: Duration,
        /// Whether only repetitions in a row count; see [`Deduplicate::consecutive`].
        opt consecutive: bool,
        /// See [`Deduplicate::ignore`].
        list ignore: String,
        /// See [`Deduplicate::max_entries`].
        opt max_entries: usize,
    }
}

settings! {
    /// [`filter::any`]: `kind = "any"`.
    #[derive(Default)]
    pub struct AnyConfig, "a table" {
        /// The filters.
        list filters: FilterConfig,
    }
}

settings! {
    /// [`filter::all`]: `kind = "all"`.
    #[derive(Default)]
    pub struct AllConfig, "a table" {
        /// The filters.
        list filters: FilterConfig,
    }
}

settings! {
    /// [`filter::not`]: `kind = "not"`.
    pub struct NotConfig, "a table" {
        /// The filter.
        req filter: Box<FilterConfig>,
    }
}

impl FieldConfig {
    /// Records that have this field.
    #[must_use]
    pub fn new(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            equals: None,
            one_of: Vec::new(),
            at_least: None,
            above: None,
            at_most: None,
            below: None,
            contains: None,
            starts_with: None,
            ends_with: None,
            in_any_statement: None,
        }
    }
}

impl RateLimitConfig {
    /// This rate, such as `100/s`.
    #[must_use]
    pub fn new(rate: impl Into<String>) -> Self {
        Self { rate: rate.into(), always: None, max_keys: None }
    }
}

impl DeduplicateConfig {
    /// Repetitions within this time.
    #[must_use]
    pub fn new(within: Duration) -> Self {
        Self { within, consecutive: None, ignore: Vec::new(), max_entries: None }
    }
}

impl NotConfig {
    /// What this filter does not let through.
    #[must_use]
    pub fn new(filter: impl Into<FilterConfig>) -> Self {
        Self { filter: Box::new(filter.into()) }
    }
}

/// What a field is compared with: an [`Operand`]. In a file a length of time is a table, `{ duration = "500 ms" }`, since a
/// text is compared with texts.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FieldValue {
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A number.
    Float(f64),
    /// A text.
    Text(String),
    /// A length of time.
    Duration(Duration),
}

macro_rules! field_values {
    ($($type:ty => $variant:ident),*) => {
        $(impl From<$type> for FieldValue {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        })*
    };
}
field_values!(bool => Bool, i64 => Integer, i32 => Integer, f64 => Float, String => Text, &str => Text, Duration => Duration);

impl Setting for FieldValue {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        Some(match &node.item {
            Item::Bool(value) => Self::Bool(*value),
            Item::Integer(value) => Self::Integer(*value),
            Item::Float(value) => Self::Float(*value),
            Item::Text(text) => Self::Text(text.clone()),
            Item::Table(_) => {
                let duration = reader.table(node, "a table", |fields| fields.required("duration"));
                Self::Duration(duration?)
            }
            _ => {
                reader.expected("a text, a number, a boolean or `{ duration = \"500 ms\" }`", node);
                return None;
            }
        })
    }

    fn write(&self) -> Item {
        match self {
            Self::Bool(value) => Item::Bool(*value),
            Self::Integer(value) => Item::Integer(*value),
            Self::Float(value) => Item::Float(*value),
            Self::Text(text) => Item::Text(text.clone()),
            Self::Duration(duration) => {
                let mut table = Table::default();
                table.put("duration", Item::Text(show_duration(*duration)));
                Item::Table(table)
            }
        }
    }
}

impl FieldValue {
    fn operand(&self) -> Operand {
        match self {
            Self::Bool(value) => (*value).into(),
            Self::Integer(value) => (*value).into(),
            Self::Float(value) => (*value).into(),
            Self::Text(text) => text.as_str().into(),
            Self::Duration(duration) => (*duration).into(),
        }
    }
}

impl Setting for FilterConfig {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        if matches!(node.item, Item::Text(_)) {
            let node = &reader.alone(node, "rate");
            return RateLimitConfig::read(node, reader).map(Self::RateLimit);
        }
        reader.table(node, "a filter, which is a table with its `kind`", |fields| {
            let kind = kind(fields, "rate_limit").map(String::from);
            Self::read_kind(&kind?, fields)
        })
    }

    fn write(&self) -> Item {
        let mut table = Table::default();
        self.write_kind(&mut table);
        Item::Table(table)
    }
}

impl FilterConfig {
    /// The filter. What is wrong is told to `making`, and nothing comes then.
    pub(super) fn make(&self, making: &mut Making<'_>) -> Option<Box<dyn Filter>> {
        Some(match self {
            Self::Level(LevelFilterConfig { at_least: Some(least), at_most: Some(most) }) => {
                if least > most {
                    making.reader.wrong("no level is at least `at_least` and at most `at_most`; swap the two");
                    return None;
                }
                Box::new(Threshold::range(*least..=*most))
            }
            Self::Level(LevelFilterConfig { at_least: Some(least), at_most: None }) => {
                Box::new(Threshold::at_least(*least))
            }
            Self::Level(LevelFilterConfig { at_least: None, at_most: Some(most) }) => {
                Box::new(Threshold::at_most(*most))
            }
            Self::Level(LevelFilterConfig { at_least: None, at_most: None }) => {
                making.reader.wrong("set `at_least` or `at_most`");
                return None;
            }
            Self::Targets(TargetsConfig { only, except, but }) => {
                if only.is_empty() && except.is_empty() {
                    making.reader.wrong("set `only` or `except`");
                    return None;
                }
                let targets = match only.is_empty() {
                    true => Targets::except_for(except),
                    false => Targets::only(only).except(except),
                };
                Box::new(targets.but(but))
            }
            Self::Field(field) => Box::new(field.make()),
            Self::RateLimit(RateLimitConfig { rate, always, max_keys }) => {
                let mut limit = making.parse::<RateLimit>("rate", rate)?;
                if let Some(level) = always {
                    limit = limit.always(*level);
                }
                if let Some(keys) = max_keys {
                    limit = limit.max_keys(*keys);
                }
                Box::new(limit)
            }
            Self::Sample(sample) => Box::new(sample.make(making)),
            Self::Deduplicate(DeduplicateConfig { within, consecutive, ignore, max_entries }) => {
                let mut deduplicate = Deduplicate::within(*within).ignore(ignore);
                if *consecutive == Some(true) {
                    deduplicate = deduplicate.consecutive();
                }
                if let Some(entries) = max_entries {
                    deduplicate = deduplicate.max_entries(*entries);
                }
                Box::new(deduplicate)
            }
            Self::Any(AnyConfig { filters }) => Box::new(filter::any(making.filters(filters))),
            Self::All(AllConfig { filters }) => Box::new(filter::all(making.filters(filters))),
            Self::Not(NotConfig { filter }) => {
                Box::new(filter::not(making.below("filter", |making| filter.make(making))?))
            }
            Self::Custom(custom) => return making.custom(&FILTERS, custom),
        })
    }
}

impl FieldConfig {
    fn make(&self) -> Field {
        let mut field = Field::new(&self.path);
        for (value, test) in [
            (&self.equals, Field::equals as fn(Field, Operand) -> Field),
            (&self.at_least, Field::at_least),
            (&self.above, Field::above),
            (&self.at_most, Field::at_most),
            (&self.below, Field::below),
            (&self.contains, Field::contains),
        ] {
            if let Some(value) = value {
                field = test(field, value.operand());
            }
        }
        if !self.one_of.is_empty() {
            field = field.one_of(self.one_of.iter().map(FieldValue::operand));
        }
        if let Some(start) = &self.starts_with {
            field = field.starts_with(start);
        }
        if let Some(end) = &self.ends_with {
            field = field.ends_with(end);
        }
        if self.in_any_statement == Some(true) {
            field = field.in_any_statement();
        }
        field
    }
}

impl SampleConfig {
    fn make(&self, making: &mut Making<'_>) -> Sample {
        let mut sample = Sample::new();
        if let Some(rate) = self.rate {
            sample = sample.rate(making.below("rate", |making| share(rate, making)));
        }
        for (level, rate) in &self.levels {
            let (level, rate) = making
                .below("levels", |making| making.below(level, |making| (making.level(level), share(*rate, making))));
            if let Some(level) = level {
                sample = sample.level(level, rate);
            }
        }
        if let Some(level) = self.always {
            sample = sample.always(level);
        }
        if let Some(key) = &self.sticky {
            sample = sample.sticky(key);
        }
        if let Some(seed) = self.seed {
            sample = sample.seed(seed);
        }
        sample
    }
}

/// A rate; all, if it is none, which is told.
fn share(rate: f64, making: &mut Making<'_>) -> f64 {
    if (0.0..=1.0).contains(&rate) {
        return rate;
    }
    making.reader.wrong(std::format!("expected a rate from 0 to 1, got `{rate}`"));
    1.0
}
