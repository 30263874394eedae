//! Which records go on, beyond their level.
//!
//! A [`Filter`] belongs to a logger or to a handler. It is asked about single records only if it has to be: what its
//! [`interest`](Filter::interest) in a statement says is decided when the configuration changes, and costs nothing per
//! record. Filters are asked on the thread that their handler runs on: the worker's, or that of the caller for handlers
//! that are `sync`; so they are shared, and count with atomics.

pub(crate) mod gates;

use crate::callsite::Callsite;
use crate::record::Record;
use crate::value::Value;
use std::borrow::Cow;
use std::boxed::Box;

/// Decides which records go on.
///
/// A function of a record is a filter:
///
/// ```
/// use rlog_runtime::{Console, Record};
///
/// let console = Console::stderr().filter(|record: &Record<'_>| record.field("tenant").is_some());
/// ```
pub trait Filter: Send + Sync + 'static {
    /// Whether the record goes on. Called for records of statements in which the interest is [`Interest::Sometimes`].
    fn decide(&self, record: &Record<'_>) -> Verdict;

    /// What can be said of all records of a statement at once. Asked again after each change of the configuration.
    fn interest(&self, callsite: &Callsite) -> Interest {
        let _ = callsite;
        Interest::Sometimes
    }

    /// What it is called in [`stats`](fn@crate::stats): a few words, such as `at most 10/s`.
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
