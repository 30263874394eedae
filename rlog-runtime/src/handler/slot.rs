//! A handler in service: with its level, filters, formatter, breaker and statistics, and kept from harming anybody else.

use super::breaker::{Change, Circuit};
use super::controls::{Controls, Settings, contained_formatter};
use super::defaults::Defaults;
use super::{Handler, HandlerBuilder, HandlerError, OpenError, OpenErrors, Opened, Role};
use crate::contained::Contained;
use crate::filter::Interest;
use crate::filter::gates;
use crate::record::Record;
use crate::rewrite::Rewriter;
use crate::time::Clock;
use crate::trouble::{self, Trouble};
use crate::worker::notices;
use core::sync::atomic::Ordering;
use core::time::Duration;
use std::boxed::Box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

/// One handler in service. Handlers that hand records on, such as those that fan out, hold slots of their own.
pub(crate) struct Slot {
    handler: Contained<Box<dyn Handler>>,
    controls: Arc<Controls>,
    /// As they were when `changes` was read.
    settings: Settings,
    changes: u32,
    /// What the gates say of each statement, by its number; nothing if there are no gates.
    interests: Vec<Option<Interest>>,
    circuit: Circuit,
    /// Replaces what must not be shown, or is too much; `None` if there is no such thing.
    rewriter: Option<Box<Rewriter>>,
    clock: Clock,
    line: Vec<u8>,
    /// Counted since the last batch, so that the shared counters are written once a batch.
    records: u64,
    bytes: u64,
    skipped: u64,
    /// A call has failed since the last batch.
    has_failed: bool,
    /// A record was lost since the last flush.
    is_incomplete: bool,
    last_call: Call,
    /// Another handler hands it records, maybe later and on another thread: nobody else sees the length of its lines.
    is_delegate: bool,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The handler has taken it, or has failed and tries again by itself.
    Taken,
    /// It was not for this handler.
    Filtered,
    /// The handler failed and has lost it, or is being left alone.
    Failed,
}

/// What came of a call, for handlers that hand records on and have to know what is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// The handler is being left alone.
    NotMade,
    /// It has succeeded.
    Done,
    /// The handler has told what it has lost: the latest records, as most write in order.
    Failed { lost: u64 },
    /// Nobody knows what became of the records that the handler had.
    Panicked,
}

/// How a breaker counts a failure.
type CountFailure = fn(&mut Circuit, Duration) -> Option<Change>;

/// A line that was longer than this gives its memory back.
const KEPT_LINE: usize = 64 << 10;

impl Slot {
    /// Opens a handler with its settings. Its controls come with those of the handlers that it hands records to; errors name
    /// the handler.
    pub(crate) fn open(builder: HandlerBuilder) -> Result<(Self, Vec<Arc<Controls>>), OpenErrors> {
        Self::open_as(None, builder)
    }

    /// Opens a handler that the one called `parent` hands records to.
    pub(super) fn open_below(parent: &str, builder: HandlerBuilder) -> Result<(Self, Vec<Arc<Controls>>), OpenErrors> {
        Self::open_as(Some(parent), builder)
    }

    fn open_as(parent: Option<&str>, builder: HandlerBuilder) -> Result<(Self, Vec<Arc<Controls>>), OpenErrors> {
        let HandlerBuilder {
            name,
            level,
            filters,
            formatter,
            breaker,
            redaction,
            limits,
            sync: _,
            role,
            checks: _,
            open,
        } = builder;
        let name = match parent {
            None | Some("") => name,
            Some(parent) => format!("{parent} > {name}"),
        };
        if role != Role::Writes && formatter.is_some() {
            return Err(
                OpenError::new(&name, "a formatter is set where none is used", role.place_of_formatters()).into()
            );
        }
        let defaults = Defaults::current();
        let (has_own_redaction, has_own_limits) = (redaction.is_some(), limits.is_some());
        let own = Defaults { redaction: redaction.or(defaults.redaction), limits: limits.unwrap_or(defaults.limits) };
        // Those that it hands records to get the same, unless they say otherwise.
        let Opened { handler, formatter: usual, delegates, file, rules } = match own.clone().during(|| open(&name)) {
            Ok(opened) => opened,
            Err(OpenErrors(mut errors)) => {
                // Others have named themselves, to tell their own errors from those of their delegates.
                for error in errors.iter_mut().filter(|_| role == Role::Writes) {
                    error.message = format!("handler `{name}`: {}", error.message);
                }
                return Err(OpenErrors(errors));
            }
        };
        let settings = Settings {
            gates: gates::Gate::all(filters),
            formatter: contained_formatter(&name, formatter.unwrap_or(usual).into()),
            breaker,
            breakers: 0,
            redaction: own.redaction,
            limits: own.limits,
            has_own_redaction,
            has_own_limits,
        };
        let controls = Controls::new(name, level, settings);
        controls.counts_file(file);
        controls.counts_rules(rules);
        if role != Role::Writes {
            controls.hands_on_to(role, &delegates);
        }
        let mut all = Vec::with_capacity(1 + delegates.len());
        all.push(Arc::clone(&controls));
        all.extend(delegates);
        let slot = Self::new(handler, controls);
        Ok((Self { is_delegate: parent.is_some(), ..slot }, all))
    }

    pub(crate) fn new(handler: Box<dyn Handler>, controls: Arc<Controls>) -> Self {
        let changes = controls.changes();
        let (settings, shown) = (controls.settings(), controls.shown());
        Self {
            handler: Contained::new(handler, format!("handler `{}`", controls.name)),
            circuit: Circuit::new(settings.breaker),
            rewriter: Rewriter::new(shown.redaction.as_ref(), shown.limits),
            controls,
            settings,
            changes,
            interests: Vec::new(),
            clock: Clock::system(),
            line: Vec::with_capacity(512),
            records: 0,
            bytes: 0,
            skipped: 0,
            has_failed: false,
            is_incomplete: false,
            last_call: Call::NotMade,
            is_delegate: false,
        }
    }

    #[cfg(test)]
    pub(crate) fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    pub(crate) fn controls(&self) -> &Arc<Controls> {
        &self.controls
    }

    /// Whether its breaker is open.
    pub(crate) fn is_left_alone(&self) -> bool {
        !self.circuit.is_closed()
    }

    /// What came of the latest call: of that for a record, if its outcome was [`Outcome::Failed`], or of the last
    /// `end_of_batch`, `flush` or `close`.
    pub(crate) fn last_call(&self) -> Call {
        self.last_call
    }

    /// Hands the record over if the level and the filters let it through.
    #[inline]
    pub(crate) fn offer(&mut self, record: &Record<'_>) -> Outcome {
        if record.level() < self.controls.level() {
            return Outcome::Filtered;
        }
        if self.controls.changes() != self.changes {
            self.take_changes();
        }
        if self.settings.gates.is_empty() { self.emit(record) } else { self.pass(record) }
    }

    fn pass(&mut self, record: &Record<'_>) -> Outcome {
        let number = record.info.number as usize;
        let interest = match self.interests.get(number) {
            Some(Some(interest)) => *interest,
            _ => self.ask(number, record),
        };
        match interest {
            Interest::Never => Outcome::Filtered,
            Interest::Always => self.emit(record),
            Interest::Sometimes => {
                let mut notes = None;
                if !gates::admit(&*self.settings.gates, record, &mut notes) {
                    return Outcome::Filtered;
                }
                match &notes {
                    None => self.emit(record),
                    Some(notes) => self.emit(&Record { notes: notes.all(), ..*record }),
                }
            }
        }
    }

    #[cold]
    fn ask(&mut self, number: usize, record: &Record<'_>) -> Interest {
        if self.interests.len() <= number {
            self.interests.resize(number + 1, None);
        }
        let interest = gates::interest(&*self.settings.gates, record.callsite);
        self.interests[number] = Some(interest);
        interest
    }

    #[cold]
    fn take_changes(&mut self) {
        self.changes = self.controls.changes();
        let settings = self.controls.settings();
        if settings.breakers != self.settings.breakers {
            self.circuit = Circuit::new(settings.breaker);
            self.controls.is_open.store(false, Ordering::Relaxed);
        }
        let shown = self.controls.shown();
        self.rewriter = Rewriter::new(shown.redaction.as_ref(), shown.limits);
        self.settings = settings;
        self.interests.clear();
    }

    /// Formats the record and hands it over.
    #[inline]
    fn emit(&mut self, record: &Record<'_>) -> Outcome {
        if !self.circuit.is_closed() && !self.circuit.allows(self.clock.now()) {
            self.skipped += 1;
            self.is_incomplete = true;
            self.last_call = Call::NotMade;
            return Outcome::Failed;
        }
        self.line.clear();
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let (formatter, handler, line) = (&**self.settings.formatter, &mut *self.handler, &mut self.line);
            match &mut self.rewriter {
                None => {
                    formatter.format(record, line);
                    handler.emit(record, line)
                }
                Some(rewriter) => rewriter.deliver(record, formatter, line, |record, line| handler.emit(record, line)),
            }
        }));
        let outcome = match outcome {
            Ok(Ok(())) => {
                self.records += 1;
                self.bytes += self.line.len() as u64;
                self.circuit.took_record();
                Outcome::Taken
            }
            Ok(Err(error)) => {
                self.records += 1;
                self.bytes += self.line.len() as u64;
                self.failed(&error, Circuit::refused_record);
                if error.lost() == 0 { Outcome::Taken } else { Outcome::Failed }
            }
            Err(_) => {
                self.panicked(1, Circuit::refused_record);
                Outcome::Failed
            }
        };
        if self.is_delegate && outcome == Outcome::Taken && !self.line.is_empty() {
            record.info.counts.count_late(self.line_length());
        }
        if self.line.capacity() > KEPT_LINE {
            self.line = Vec::with_capacity(512);
            if let Some(rewriter) = &mut self.rewriter {
                rewriter.shrink();
            }
        }
        outcome
    }

    /// How long the line of the last record was, in bytes. Nothing if its lines are those of its delegates, which count them.
    #[inline]
    pub(crate) fn line_length(&self) -> u64 {
        self.line.len() as u64
    }

    pub(crate) fn end_of_batch(&mut self) {
        self.last_call = Call::NotMade;
        if self.circuit.is_trying() {
            self.call(|handler| handler.end_of_batch());
            if !self.has_failed
                && let Some(change) = self.circuit.succeeded()
            {
                self.changed(change);
            }
        }
        self.has_failed = false;
        self.publish();
    }

    pub(crate) fn flush(&mut self) {
        self.call(|handler| handler.end_of_batch().and_then(|()| handler.flush()));
        self.has_failed = false;
        self.publish();
    }

    /// Flushes it. Whether all that it was given since the last time is written: not if the flush has failed now, nor if a record
    /// was lost before, in whatever call. Each loss is told once.
    pub(crate) fn try_flush(&mut self) -> bool {
        self.flush();
        let is_complete = !core::mem::take(&mut self.is_incomplete);
        self.last_call == Call::Done && is_complete
    }

    /// The last call. Whether it has written all that it was given, as for [`try_flush`](Self::try_flush).
    pub(crate) fn close(&mut self) -> bool {
        self.call(|handler| handler.close());
        // Here, where one that does not return is noticed, and not by whoever happens to let go of it.
        self.handler = Contained::new(Box::new(Gone), String::new());
        self.publish();
        self.last_call == Call::Done && !self.is_incomplete
    }

    fn call(&mut self, call: impl FnOnce(&mut dyn Handler) -> Result<(), HandlerError>) {
        match catch_unwind(AssertUnwindSafe(|| call(&mut **self.handler))) {
            Ok(Ok(())) => self.last_call = Call::Done,
            Ok(Err(error)) if error.is_told => self.last_call = Call::Failed { lost: 0 },
            Ok(Err(error)) => self.failed(&error, Circuit::failed_batch),
            Err(_) => self.panicked(0, Circuit::failed_batch),
        }
    }

    fn publish(&mut self) {
        let counters = &self.controls.counters;
        if self.records > 0 {
            counters.records.fetch_add(core::mem::take(&mut self.records), Ordering::Relaxed);
            counters.bytes.fetch_add(core::mem::take(&mut self.bytes), Ordering::Relaxed);
        }
        if self.skipped > 0 {
            counters.skipped.fetch_add(core::mem::take(&mut self.skipped), Ordering::Relaxed);
        }
    }

    #[cold]
    fn failed(&mut self, error: &HandlerError, count: CountFailure) {
        self.last_call = Call::Failed { lost: error.lost() };
        self.is_incomplete |= error.lost() > 0;
        let counters = &self.controls.counters;
        counters.lost.fetch_add(error.lost(), Ordering::Relaxed);
        let message = format_args!("handler `{}`: {error}", self.controls.name);
        trouble::report_at(&self.controls.desk, Trouble::Handler, message);
        self.count_failure(count);
    }

    #[cold]
    fn panicked(&mut self, lost: u64, count: CountFailure) {
        self.last_call = Call::Panicked;
        self.is_incomplete = true;
        self.controls.counters.panicked.fetch_add(lost, Ordering::Relaxed);
        let message = format_args!("handler `{}` panicked", self.controls.name);
        trouble::report_at(&self.controls.desk, Trouble::Panic, message);
        self.count_failure(count);
    }

    fn count_failure(&mut self, count: CountFailure) {
        self.has_failed = true;
        self.controls.counters.failures.fetch_add(1, Ordering::Relaxed);
        if let Some(change) = count(&mut self.circuit, self.clock.now()) {
            self.changed(change);
        }
    }

    /// Tells of a change of the breaker's state, in a record of its own.
    #[cold]
    fn changed(&mut self, change: Change) {
        self.controls.is_open.store(change == Change::Opened, Ordering::Relaxed);
        notices::breaker(&self.controls.name, change == Change::Opened);
    }
}

/// What is left of a handler that is closed.
struct Gone;

impl Handler for Gone {
    fn emit(&mut self, _: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
        Err(HandlerError::new(std::io::Error::other("it is closed"), 1))
    }
}

impl core::fmt::Debug for Slot {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Slot").field("controls", &self.controls).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::tests::record;
    use super::super::testing::{Script, stats_of};
    use super::*;
    use crate::callsite::Callsite;
    use crate::format::Logfmt;
    use crate::handler::{Breaker, Failover, FanOut, IntoHandler, Memory, Routing};
    use crate::level::Level;
    use crate::record::Encoded;
    use crate::redact::{Redaction, Replacement, Rule};
    use crate::rewrite::Limits;
    use crate::value::{Kind, Value};
    use std::string::String;

    fn open(builder: impl IntoHandler) -> (Slot, Vec<Arc<Controls>>) {
        Slot::open(builder.into_handler()).expect("nothing has to be opened")
    }

    fn log(slot: &mut Slot) {
        slot.offer(&record(Level::INFO));
        slot.end_of_batch();
    }

    #[test]
    fn a_flush_tells_once_of_each_record_that_was_lost_since_the_one_before() {
        let script = Script::default();
        let (mut slot, _) = open(script.handler().breaker(Breaker::never()));
        log(&mut slot);
        assert!(slot.try_flush());
        script.lose_at_the_end_of_the_batch(1);
        log(&mut slot);
        log(&mut slot);
        assert!(!slot.try_flush(), "one was lost at the end of a batch");
        assert!(slot.try_flush());
        script.lose_at_the_end_of_the_batch(0);
        assert!(!slot.try_flush(), "the flush itself has failed");
        script.panic_at_the_end_of_the_batch();
        assert!(!slot.try_flush(), "or panicked");
        script.fail();
        log(&mut slot);
        script.work();
        log(&mut slot);
        assert!(!slot.try_flush(), "one was refused");
        assert!(slot.try_flush());
    }

    #[test]
    fn a_flush_of_a_handler_that_is_left_alone_is_not_complete_if_it_has_missed_a_record() {
        let script = Script::failing();
        let clock = Clock::manual();
        let breaker = Breaker::new().failures(1).pause(Duration::from_secs(1), Duration::from_secs(1));
        let mut slot = open(script.handler().breaker(breaker)).0.with_clock(clock.clone());
        log(&mut slot);
        assert!(!slot.try_flush());
        script.work();
        assert!(slot.try_flush(), "there was nothing to write");
        log(&mut slot);
        assert!(!slot.try_flush(), "it was not asked to write it");
        clock.advance(Duration::from_secs(2));
        log(&mut slot);
        assert!(slot.try_flush());
    }

    #[test]
    fn a_handler_that_hands_records_on_passes_on_what_was_not_written_without_counting_it_again() {
        let [first, second] = [(); 2].map(|()| Script::default());
        let handler = |script: &Script| script.handler().breaker(Breaker::never());
        let fan_out = FanOut::new().to(handler(&first)).to(handler(&second));
        let routing = Routing::new().at_least(Level::INFO, handler(&first)).otherwise(handler(&second));
        for (mut slot, controls) in
            [open(fan_out), open(routing), open(FanOut::new().to(FanOut::new().to(handler(&first))))]
        {
            log(&mut slot);
            assert!(slot.try_flush());
            first.lose_at_the_end_of_the_batch(1);
            log(&mut slot);
            assert!(!slot.try_flush(), "{controls:?}");
            assert!(slot.try_flush());
            assert!(stats_of(&controls[0]).failures <= stats_of(&controls[1]).failures);
        }
    }

    #[test]
    fn what_another_handler_has_taken_over_is_written() {
        let [first, second] = [(); 2].map(|()| Script::default());
        let (mut slot, _) = open(Failover::new(first.handler()).or(second.handler()));
        first.lose_at_the_end_of_the_batch(1);
        log(&mut slot);
        assert!(slot.try_flush());
        assert_eq!(second.taken(), [Level::INFO]);
        second.fail();
        first.fail();
        log(&mut slot);
        assert!(!slot.try_flush());
        // One that has failed and tries again by itself: nobody has written it.
        let (mut slot, _) = open(Failover::new(HandlerBuilder::new(Keeping)).or(second.handler()));
        second.work();
        log(&mut slot);
        assert!(!slot.try_flush());
        assert_eq!(second.taken(), [Level::INFO]);
    }

    /// A handler that cannot write yet.
    struct Keeping;

    impl Handler for Keeping {
        fn emit(&mut self, _: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
            Ok(())
        }

        fn flush(&mut self) -> Result<(), HandlerError> {
            Err(HandlerError::new(std::io::Error::other("it is not connected"), 0))
        }
    }
    /// Offers a record with the user `ada` and a text of twelve letters to a handler of a logger that hides users and cuts texts
    /// behind the tenth letter.
    fn log_user(slot: &mut Slot) {
        static SITE: Callsite = Callsite::new(Level::INFO, 2, line!(), "k4:userk4:text.app\u{1f}f");
        let texts = ["ada", "abcdefghijkl"];
        let sized = texts.map(|text| [&(text.len() as u32).to_ne_bytes()[..], text.as_bytes()].concat());
        slot.offer(&Record {
            callsite: &SITE,
            info: SITE.info(),
            values: &texts.map(|text| Some(Value::Str(text))),
            encoded: Encoded::new(&[Kind::Str, Kind::Str], &sized.concat()),
            ..record(Level::INFO)
        });
        slot.end_of_batch();
    }

    fn open_in_a_careful_logger(builder: impl IntoHandler) -> (Slot, Vec<Arc<Controls>>) {
        let redaction = Redaction::new().rule(Rule::key("user"));
        let careful = Defaults { redaction: Some(redaction), limits: Limits::new().text(10) };
        careful.during(|| open(builder))
    }

    /// What the handler has been given since the last time, from the user on.
    fn users(script: &Script) -> Vec<String> {
        let from_user = |line: String| line[line.find("user=").expect("a user")..].trim_end().into();
        script.take_lines().into_iter().map(from_user).collect()
    }

    const HIDDEN: &str = "user=[REDACTED] text=abcdefghij[TRUNCATED:2]";
    const ALL: &str = "user=ada text=abcdefghijkl";

    #[test]
    fn what_a_delegate_shows_stands_in_the_place_of_what_the_logger_shows() {
        let [usual, open, hashed] = [(); 3].map(|()| Script::default());
        let handler = |script: &Script| script.handler().formatter(Logfmt::new());
        let all = |script: &Script| handler(script).redact(Redaction::new()).limits(Limits::new());
        let hash = |script: &Script| {
            handler(script).redact(Redaction::new().rule(Rule::key("user").replacement(Replacement::Hash)))
        };
        let several = FanOut::new().to(handler(&usual)).to(FanOut::new().to(all(&open)).to(hash(&hashed)));
        let routes = Routing::new()
            .all_matches(true)
            .at_least(Level::DEBUG, handler(&usual))
            .at_least(Level::INFO, all(&open))
            .at_least(Level::INFO, hash(&hashed));
        let several = several.redact(Redaction::new().rule(Rule::key("user")));
        for (handler, others) in
            [(several, true), (routes.into_handler(), true), (FanOut::new().to(all(&open)).into_handler(), false)]
        {
            let (mut slot, _) = open_in_a_careful_logger(handler);
            log_user(&mut slot);
            assert_eq!(users(&open), [ALL]);
            if others {
                assert_eq!(users(&usual), [HIDDEN]);
                let hashed = users(&hashed).remove(0);
                let (user, text) = hashed.split_once(' ').expect("two fields");
                assert!(user.len() == "user=".len() + 16 && !user.contains("ada"), "{user}");
                assert_eq!(text, "text=abcdefghij[TRUNCATED:2]");
            }
        }
    }

    #[test]
    fn copies_that_are_kept_have_what_may_be_shown_by_those_that_they_are_kept_for() {
        let [first, second] = [(); 2].map(|()| Script::default());
        let handler = |script: &Script| script.handler().formatter(Logfmt::new());
        let all = |script: &Script| handler(script).redact(Redaction::new()).limits(Limits::new());
        // Both show everything: so do the copies.
        let (mut slot, _) = open_in_a_careful_logger(Failover::new(all(&first)).or(all(&second)));
        log_user(&mut slot);
        assert_eq!(users(&first), [ALL]);
        // One does not, so the copies for it must not, and they are what the other one gets.
        let (mut slot, _) = open_in_a_careful_logger(Failover::new(all(&first)).or(handler(&second)));
        log_user(&mut slot);
        let cut_nowhere = "user=[REDACTED] text=abcdefghijkl";
        assert_eq!(users(&first), [cut_nowhere]);
        #[cfg(feature = "async")]
        {
            let (mut slot, _) = open_in_a_careful_logger(crate::handler::Async::new(all(&first)));
            log_user(&mut slot);
            slot.flush();
            assert_eq!(users(&first), [ALL]);
            let both = FanOut::new().to(all(&first)).to(handler(&second));
            let (mut slot, _) = open_in_a_careful_logger(crate::handler::Async::new(both));
            log_user(&mut slot);
            slot.flush();
            assert_eq!((users(&first), users(&second)), ([cut_nowhere.into()].into(), [HIDDEN.into()].into()));
        }
        // What a memory keeps the program may read, so that is the memory's own to say.
        let memory = Memory::new(10).delegate(all(&first));
        let kept = memory.handle();
        let (mut slot, _) = open_in_a_careful_logger(memory);
        log_user(&mut slot);
        let user = |record: &Record<'_>| format!("{:?}", record.field("user"));
        assert_eq!(kept.records()[0].with(user), "Some([REDACTED])");
    }

    #[test]
    fn what_is_set_later_holds_for_those_behind_that_have_nothing_of_their_own() {
        let [usual, own] = [(); 2].map(|()| Script::default());
        let handler = |script: &Script| script.handler().formatter(Logfmt::new());
        let inner = FanOut::new().to(handler(&usual)).to(handler(&own).redact(Redaction::new()));
        let (mut slot, controls) = open_in_a_careful_logger(FanOut::new().to(inner));
        let mut log = || {
            log_user(&mut slot);
            (users(&usual).remove(0), users(&own).remove(0))
        };
        let cut = "text=abcdefghij[TRUNCATED:2]";
        assert_eq!(log(), (format!("user=[REDACTED] {cut}"), format!("user=ada {cut}")));
        controls[0].set_redaction(&Redaction::new().rule(Rule::key("text")));
        controls[1].set_limits(Limits::new());
        assert_eq!(log(), ("user=ada text=[REDACTED]".into(), ALL.into()));
        controls[0].set_limits(Limits::new().text(1));
        assert_eq!(log(), ("user=ada text=[REDACTED]".into(), ALL.into()), "the inner one has limits of its own");
        controls[3].set_redaction(&Redaction::new().rule(Rule::key("user")));
        assert_eq!(log().1, "user=[REDACTED] text=abcdefghijkl");
    }
}
