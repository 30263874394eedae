//! Which records go on, beyond their level.
//!
//! A [`Filter`] belongs to a logger or to a handler. It is asked about single records only if it has to be: what its
//! [`interest`](Filter::interest) in a statement says is decided when the configuration changes, and costs nothing per
//! record. Filters are asked on the thread that their handler runs on: the worker's, or that of the caller for handlers
//! that are `sync`; so they are shared, and count with atomics or under a lock that is held for some nanoseconds.
//!
//! | filter | lets through | decided |
//! | --- | --- | --- |
//! | [`Threshold`] | levels of a range | per statement |
//! | [`Targets`] | names and what is below them | per statement |
//! | [`per_statement`] | what a function says of a statement | per statement |
//! | [`Field`] | records that have a field, or whose field passes a test | per record, if the statement has the field |
//! | `Fn(&Record) -> bool` | what the function says | per record |
//! | [`RateLimit`] | so many records in a time, with bursts | per record |
//! | [`Sample`] | a share of the records, or of the requests | per record, if the rate is not 0 or 1 |
//! | [`Deduplicate`] | records that are no repetition | per record |
//! | [`all`], [`any`], [`not`] | what other filters say together | per record, if they have to be asked |
//!
//! None allocates in the steady state, and what each has stopped is in [`stats`](fn@crate::stats), under its
//! [`name`](Filter::name).
//!
//! Several filters of one handler are asked in the order of the configuration until one says no. One that counts, such as
//! [`RateLimit`], has then counted what a later one stops; so put those that do not count first.

mod bucket;
mod combine;
mod deduplicate;
mod digest;
mod field;
pub(crate) mod gates;
#[cfg(test)]
mod made;
mod operand;
pub(crate) mod path;
mod per_statement;
mod rate_limit;
mod rate_text;
mod recent;
mod sample;
mod targets;
mod threshold;

pub use combine::{All, Any, IntoFilters, Not, all, any, not};
pub use deduplicate::Deduplicate;
pub use field::Field;
pub use operand::Operand;
pub use per_statement::{PerStatement, per_statement};
pub use rate_limit::RateLimit;
pub use rate_text::ParseRateError;
pub use sample::Sample;
pub use targets::Targets;
pub use threshold::Threshold;

use crate::callsite::Callsite;
use crate::record::Record;
use crate::value::Value;
use std::borrow::Cow;
use std::boxed::Box;
use std::sync::Arc;

/// Decides which records go on.
///
/// A function of a record is a filter:
///
/// ```
/// use rlog_runtime::{Console, Record};
///
/// let console = Console::stderr().filter(|record: &Record<'_>| record.field("tenant").is_some());
/// ```
///
/// One that can say something of a statement at once is a type of its own:
///
/// ```
/// use rlog_runtime::{Callsite, Filter, Interest, Level, Record, Verdict};
///
/// /// Lets through what is about money, and all that is severe.
/// struct Money;
///
/// impl Filter for Money {
///     fn interest(&self, callsite: &Callsite) -> Interest {
///         match callsite.level() >= Level::ERROR {
///             true => Interest::Always,
///             false if callsite.keys().any(|key| key == "amount") => Interest::Sometimes,
///             false => Interest::Never,
///         }
///     }
///
///     fn decide(&self, record: &Record<'_>) -> Verdict {
///         (record.level() >= Level::ERROR || record.field("amount").is_some()).into()
///     }
/// }
/// ```
///
/// To share one between handlers, so that it counts the records of all, put it into an [`Arc`].
pub trait Filter: Send + Sync + 'static {
    /// Whether the record goes on. Called for records of statements in which the interest is [`Interest::Sometimes`], and also
    /// where it is not, if that of another filter beside it is; the answers must agree.
    ///
    /// One that panics is reported, and the record passes. What it logs itself is lost.
    fn decide(&self, record: &Record<'_>) -> Verdict;

    /// What can be said of all records of a statement at once. Asked again after each change of the configuration.
    fn interest(&self, callsite: &Callsite) -> Interest {
        let _ = callsite;
        Interest::Sometimes
    }

    /// What it is called in [`stats`](fn@crate::stats): a few words, such as `at most 10/s`. Asked once, when it comes into service.
    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed("filter")
    }
}

/// What a filter says about one record.
#[derive(Clone, Copy, Debug)]
pub enum Verdict {
    /// It goes on.
    Accept,
    /// It goes on, with a field more.
    AcceptWith(Note),
    /// It goes no further.
    Reject,
}

/// What a filter says about all records of one statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interest {
    /// All go on.
    Always,
    /// None does.
    Never,
    /// It depends on the record.
    Sometimes,
}

/// A field that a filter adds to a record: how many like it were suppressed, at which rate it was sampled.
///
/// Later filters see it. Rates under the key `sample_rate` multiply and counts under `suppressed` and `repeated` add up if
/// several filters leave them; of other notes with the same key, the last one holds. At most eight stay. A note with the key of
/// a field of the statement stands beside it.
#[derive(Clone, Copy, Debug)]
pub struct Note {
    /// The field's key.
    pub key: &'static str,
    /// Its value.
    pub value: Value<'static>,
}

impl From<bool> for Verdict {
    fn from(accepts: bool) -> Self {
        if accepts { Self::Accept } else { Self::Reject }
    }
}

impl From<bool> for Interest {
    fn from(accepts: bool) -> Self {
        if accepts { Self::Always } else { Self::Never }
    }
}

impl<F: Fn(&Record<'_>) -> bool + Send + Sync + 'static> Filter for F {
    fn decide(&self, record: &Record<'_>) -> Verdict {
        self(record).into()
    }
}

impl Filter for Box<dyn Filter> {
    fn decide(&self, record: &Record<'_>) -> Verdict {
        (**self).decide(record)
    }

    fn interest(&self, callsite: &Callsite) -> Interest {
        (**self).interest(callsite)
    }

    fn name(&self) -> Cow<'static, str> {
        (**self).name()
    }
}

impl<F: Filter + ?Sized> Filter for Arc<F> {
    fn decide(&self, record: &Record<'_>) -> Verdict {
        (**self).decide(record)
    }

    fn interest(&self, callsite: &Callsite) -> Interest {
        (**self).interest(callsite)
    }

    fn name(&self) -> Cow<'static, str> {
        (**self).name()
    }
}

/// The keys of the notes that filters of this module leave.
const SUPPRESSED: &str = "suppressed";
const REPEATED: &str = "repeated";
const REPEATED_BEFORE: &str = "repeated_before";
const SAMPLE_RATE: &str = "sample_rate";
