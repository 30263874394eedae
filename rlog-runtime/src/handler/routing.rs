//! Each record to the handlers that rules choose for it.

use super::delegates::{self, Tally};
use super::null::Unformatted;
use super::slot::Slot;
use super::{
    Handler, HandlerBuilder, HandlerError, IntoHandler, OpenError, OpenErrors, Opened, Role, handler_settings,
};
use crate::callsite::Callsite;
use crate::filter::gates::{self, Gate};
use crate::filter::{Filter, Interest, Verdict};
use crate::level::Level;
use crate::logger::names::covers;
use crate::record::Record;
use std::borrow::Cow;
use std::boxed::Box;
use std::fmt;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

/// Gives each record to the handler of the first rule that it meets, or to those of all.
///
/// ```
/// use rlog_runtime::{File, Level, Record, Routing};
///
/// let routing = Routing::new()
///     .target("audit", File::new("audit.log").name("audit"))
///     .at_least(Level::ERROR, File::new("errors.log").name("errors"))
///     .when(|record: &Record<'_>| record.field("tenant").is_some(), File::new("tenants.log").name("tenants"))
///     .otherwise(File::new("app.log").name("app"));
/// ```
///
/// A rule is a [`Filter`]: those for levels and targets, one of your own, or a function of a record. What a rule can say of a
/// statement by [`Filter::interest`] is asked for each statement, not for each record; a record then costs one look into a table, and only
/// rules that depend on the record are asked again. A rule that panics is met. How many records each of those was asked about in
/// vain is in [`HandlerStats::rules`](crate::HandlerStats::rules).
///
/// Each handler has its own level, filters, formatter, breaker and statistics, under names such as `routing > errors`. A
/// record that meets a rule and that the rule's handler does not want, or cannot take, goes to no other one because of that. A
/// record that meets no rule goes to the handler of [`otherwise`](Routing::otherwise), or nowhere.
///
/// # Blocking
/// On the thread of the handler that it is.
#[derive(Debug, Default)]
#[must_use]
pub struct Routing {
    rules: Vec<Rule>,
    handlers: Vec<HandlerBuilder>,
    otherwise: Option<HandlerBuilder>,
    all: bool,
}

/// A condition, and where records go that meet it.
struct Rule {
    filter: Box<dyn Filter>,
    to: To,
}

#[derive(Debug)]
enum To {
    /// The handler at this place.
    Place(usize),
    /// The handler of this name.
    Named(String),
}

impl Routing {
    /// Without rules yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Records that the filter lets through go to this handler. Rules are tried in the order of the calls.
    pub fn when(mut self, filter: impl Filter, handler: impl IntoHandler) -> Self {
        self.rules.push(Rule { filter: Box::new(filter), to: To::Place(self.handlers.len()) });
        self.handlers.push(handler.into_handler());
        self
    }

    /// Records that the filter lets through go to a handler that another rule has, or that of
    /// [`otherwise`](Routing::otherwise), by its name.
    ///
    /// ```
    /// # use rlog_runtime::{Level, Null, Record, Routing};
    /// let routing = Routing::new()
    ///     .target("audit", Null::new().name("kept"))
    ///     .target("metrics", Null::new().name("metrics"))
    ///     .when_to(|record: &Record<'_>| record.field("keep").is_some(), "kept");
    /// ```
    pub fn when_to(mut self, filter: impl Filter, name: impl Into<String>) -> Self {
        self.rules.push(Rule { filter: Box::new(filter), to: To::Named(name.into()) });
        self
    }

    /// Records at or above the level go to this handler.
    pub fn at_least(self, level: Level, handler: impl IntoHandler) -> Self {
        self.when(AtLeast(level), handler)
    }

    /// Records of this target, and of those below it, go to this handler: `app` stands for `app::db` and `app.db` too, not for
    /// `apple`. Names of loggers are targets.
    pub fn target(self, target: impl Into<String>, handler: impl IntoHandler) -> Self {
        self.when(Below(target.into()), handler)
    }

    /// Records that meet no rule go to this handler.
    pub fn otherwise(mut self, handler: impl IntoHandler) -> Self {
        self.otherwise = Some(handler.into_handler());
        self
    }

    /// Whether a record goes to the handlers of all rules that it meets, and not only to that of the first. To none of
    /// them twice.
    pub fn all_matches(mut self, all: bool) -> Self {
        self.all = all;
        self
    }

    fn open(mut self, name: &str) -> Result<Opened, OpenErrors> {
        if self.handlers.is_empty() {
            return Err(OpenError::new(name, "it has no rules", "add some with `when`, `at_least` or `target`").into());
        }
        let otherwise = self.otherwise.take().map(|handler| {
            self.handlers.push(handler);
            self.handlers.len() - 1
        });
        let names: Vec<_> = self.handlers.iter().map(|handler| handler.name.clone()).collect();
        let (mut gates, mut places, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        for rule in self.rules {
            gates.push(Gate::new(rule.filter));
            match rule.to {
                To::Place(place) => places.push(place),
                To::Named(wanted) => match names.iter().position(|name| *name == wanted) {
                    Some(place) => places.push(place),
                    None => {
                        let known = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                        let message = format_args!("a rule names the handler `{wanted}`, which it has not got");
                        errors.push(OpenError::new(name, message, format!("its handlers are {known}")));
                    }
                },
            }
        }
        let (slots, delegates) = match delegates::open(name, self.handlers) {
            Ok(opened) if errors.is_empty() => opened,
            Ok(_) => return Err(OpenErrors(errors)),
            Err(OpenErrors(theirs)) => {
                errors.extend(theirs);
                return Err(OpenErrors(errors));
            }
        };
        let gates: Arc<[Gate]> = gates.into();
        let rules = Arc::new(Rules { gates: Arc::clone(&gates), places, otherwise, all: self.all });
        for (place, slot) in slots.iter().enumerate() {
            let rules = Arc::clone(&rules);
            slot.controls().is_reached_by(move |callsite| rules.reach(callsite, place));
        }
        let handler = Box::new(OpenRouting { slots, rules, plans: Vec::new(), given: Vec::new() });
        Ok(Opened { handler, formatter: Box::new(Unformatted), delegates, file: None, rules: Some(gates) })
    }
}

handler_settings!(Routing, records);

impl IntoHandler for Routing {
    fn into_handler(mut self) -> HandlerBuilder {
        let checks = delegates::checks(self.handlers.iter_mut().chain(&mut self.otherwise));
        HandlerBuilder::of_records("routing", Role::HandsOn, |name| self.open(name)).checks(checks)
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule").field("filter", &self.filter.name()).field("to", &self.to).finish()
    }
}

/// The rule of [`Routing::at_least`].
struct AtLeast(Level);

impl Filter for AtLeast {
    fn decide(&self, record: &Record<'_>) -> Verdict {
        (record.level() >= self.0).into()
    }

    fn interest(&self, callsite: &Callsite) -> Interest {
        if callsite.level() >= self.0 { Interest::Always } else { Interest::Never }
    }

    fn name(&self) -> Cow<'static, str> {
        Cow::Owned(format!("at least {}", self.0))
    }
}

/// The rule of [`Routing::target`].
struct Below(String);

impl Filter for Below {
    fn decide(&self, record: &Record<'_>) -> Verdict {
        covers(&self.0, record.target()).into()
    }

    fn interest(&self, callsite: &Callsite) -> Interest {
        if covers(&self.0, callsite.target()) { Interest::Always } else { Interest::Never }
    }

    fn name(&self) -> Cow<'static, str> {
        Cow::Owned(self.0.to_string())
    }
}

/// The handler in service.
#[derive(Debug)]
struct OpenRouting {
    slots: Vec<Slot>,
    rules: Arc<Rules>,
    /// By the number of the statement; `None` if it has had no record yet.
    plans: Vec<Option<Plan>>,
    /// Which handlers have been given the record at hand, if it may meet several rules.
    given: Vec<usize>,
}

/// The rules.
#[derive(Debug)]
struct Rules {
    gates: Arc<[Gate]>,
    /// The handler of each gate.
    places: Vec<usize>,
    otherwise: Option<usize>,
    all: bool,
}

/// What has to be done for the records of a statement.
#[derive(Debug, PartialEq, Eq)]
enum Plan {
    /// They go to this handler, whatever is in them. Or nowhere.
    Settled(Option<usize>),
    /// The steps of those rules that may be met, in order.
    Steps(Box<[Step]>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    /// The handler.
    to: usize,
    /// The gate that has to be asked. None if the statement decides.
    ask: Option<usize>,
}

impl Rules {
    /// The steps of those rules that records of the statement may meet.
    fn steps(&self, callsite: &Callsite) -> Vec<Step> {
        let mut steps = Vec::new();
        for (index, (gate, &to)) in self.gates.iter().zip(&self.places).enumerate() {
            match gate.interest(callsite) {
                Interest::Never => {}
                Interest::Sometimes => steps.push(Step { to, ask: Some(index) }),
                Interest::Always => {
                    steps.push(Step { to, ask: None });
                    if !self.all {
                        break;
                    }
                }
            }
        }
        steps
    }

    fn plan(&self, callsite: &Callsite) -> Plan {
        let steps = self.steps(callsite);
        match steps.as_slice() {
            [] => Plan::Settled(self.otherwise),
            [Step { to, ask: None }] => Plan::Settled(Some(*to)),
            _ => Plan::Steps(steps.into()),
        }
    }

    /// Whether a record of the statement may go to the handler at this place.
    fn reach(&self, callsite: &Callsite, place: usize) -> bool {
        let steps = self.steps(callsite);
        let is_met = steps.iter().any(|step| step.ask.is_none());
        steps.iter().any(|step| step.to == place) || !is_met && self.otherwise == Some(place)
    }
}

impl OpenRouting {
    #[cold]
    fn make_plan(&mut self, number: usize, callsite: &Callsite) {
        if self.plans.len() <= number {
            self.plans.resize_with(number + 1, || None);
        }
        self.plans[number] = Some(self.rules.plan(callsite));
    }
}

impl Handler for OpenRouting {
    #[inline]
    fn emit(&mut self, record: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
        let number = record.info.number as usize;
        if !matches!(self.plans.get(number), Some(Some(_))) {
            self.make_plan(number, record.callsite);
        }
        let Self { slots, rules, plans, given } = self;
        let mut tally = Tally::default();
        match plans.get(number) {
            Some(Some(Plan::Settled(Some(to)))) => tally.add(slots[*to].offer(record), &slots[*to]),
            Some(Some(Plan::Steps(steps))) => {
                given.clear();
                for step in steps {
                    if given.contains(&step.to) {
                        continue;
                    }
                    let slot = &mut slots[step.to];
                    let outcome = match step.ask {
                        None => Some(slot.offer(record)),
                        Some(gate) => gates::pass([&rules.gates[gate]], record, |record| slot.offer(record)),
                    };
                    if let Some(outcome) = outcome {
                        tally.add(outcome, slot);
                        given.push(step.to);
                        if !rules.all {
                            break;
                        }
                    }
                }
                if given.is_empty()
                    && let Some(to) = rules.otherwise
                {
                    tally.add(slots[to].offer(record), &slots[to]);
                }
            }
            // It goes nowhere.
            _ => {}
        }
        tally.of_some()
    }

    fn end_of_batch(&mut self) -> Result<(), HandlerError> {
        delegates::call_each(&mut self.slots, Slot::end_of_batch)
    }

    fn flush(&mut self) -> Result<(), HandlerError> {
        let mut are_complete = true;
        delegates::call_each(&mut self.slots, |slot| are_complete &= slot.try_flush())?;
        delegates::complete(are_complete)
    }

    fn close(&mut self) -> Result<(), HandlerError> {
        let mut are_complete = true;
        delegates::call_each(&mut self.slots, |slot| are_complete &= slot.close())?;
        delegates::complete(are_complete)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Script, names, stats_of};
    use super::*;
    use crate::handler::controls::Controls;
    use crate::handler::lines::tests::record;
    use crate::record::{Encoded, ThreadInfo};
    use crate::timestamp::Timestamp;
    use core::sync::atomic::{AtomicUsize, Ordering};

    /// A record of a statement with this target.
    fn of(target: &str, level: Level) -> Record<'static> {
        let text: &'static str = Box::leak(format!("t{}:{target}m.app\u{1f}f", target.len()).into_boxed_str());
        let callsite = Box::leak(Box::new(Callsite::new(level, 0, 1, text)));
        Record {
            callsite,
            info: callsite.info(),
            timestamp: Timestamp::from_nanoseconds(0),
            sequence: 1,
            thread: ThreadInfo { id: 1, name: None },
            values: &[],
            notes: &[],
            encoded: Encoded::new(&[], &[]),
        }
    }

    fn open(routing: Routing) -> (Slot, Vec<Arc<Controls>>) {
        Slot::open(routing.into_handler()).expect("nothing has to be opened")
    }

    #[test]
    fn a_record_goes_to_the_handler_of_the_first_rule_that_it_meets() {
        let [audit, errors, rest] = [(); 3].map(|()| Script::default());
        let (mut slot, controls) = open(
            Routing::new()
                .target("app.audit", audit.handler().name("audit"))
                .at_least(Level::ERROR, errors.handler().name("errors"))
                .otherwise(rest.handler().name("rest")),
        );
        for (target, level) in [
            ("app::audit::login", Level::ERROR),
            ("app", Level::ERROR),
            ("app::auditor", Level::INFO),
            ("app::audit", Level::INFO),
        ] {
            slot.offer(&of(target, level));
        }
        slot.close();
        assert_eq!(audit.taken(), [Level::ERROR, Level::INFO]);
        assert_eq!((errors.taken(), rest.taken()), (vec![Level::ERROR], vec![Level::INFO]));
        assert_eq!(names(&controls), ["routing", "routing > audit", "routing > errors", "routing > rest"]);
        assert!([audit, errors, rest].iter().all(|script| script.ends().1 == 1));
    }

    #[test]
    fn with_all_matches_a_record_goes_to_every_handler_once() {
        let [audit, errors, rest] = [(); 3].map(|()| Script::default());
        let (mut slot, _) = open(
            Routing::new()
                .all_matches(true)
                .target("audit", audit.handler().name("audit"))
                .at_least(Level::ERROR, errors.handler().name("errors"))
                .when_to(|record: &Record<'_>| record.level() == Level::CRITICAL, "audit")
                .otherwise(rest.handler()),
        );
        for (target, level) in [
            ("audit", Level::CRITICAL),
            ("audit", Level::INFO),
            ("app", Level::CRITICAL),
            ("app", Level::ERROR),
            ("app", Level::WARN),
        ] {
            slot.offer(&of(target, level));
        }
        assert_eq!(audit.taken(), [Level::CRITICAL, Level::INFO, Level::CRITICAL]);
        assert_eq!(errors.taken(), [Level::CRITICAL, Level::CRITICAL, Level::ERROR]);
        assert_eq!(rest.taken(), [Level::WARN]);
    }

    /// A filter that counts how often it is asked.
    #[derive(Clone)]
    struct Counting {
        says: Interest,
        asked: Arc<[AtomicUsize; 2]>,
    }

    impl Counting {
        fn new(says: Interest) -> Self {
            Self { says, asked: Arc::default() }
        }

        /// Of statements, and of records.
        fn asked(&self) -> [usize; 2] {
            [0, 1].map(|index| self.asked[index].load(Ordering::Relaxed))
        }
    }

    impl Filter for Counting {
        fn decide(&self, _: &Record<'_>) -> Verdict {
            self.asked[1].fetch_add(1, Ordering::Relaxed);
            Verdict::Reject
        }

        fn interest(&self, _: &Callsite) -> Interest {
            self.asked[0].fetch_add(1, Ordering::Relaxed);
            self.says
        }
    }

    #[test]
    fn rules_that_depend_on_the_statement_alone_are_asked_once() {
        let rules = [Interest::Never, Interest::Sometimes, Interest::Always, Interest::Sometimes].map(Counting::new);
        let last = Script::default();
        let routing = rules.iter().fold(Routing::new(), |routing, rule| routing.when(rule.clone(), last.handler()));
        let (mut slot, _) = open(routing);
        let record = record(Level::INFO);
        (0..10).for_each(|_| {
            slot.offer(&record);
        });
        assert_eq!(rules.map(|rule| rule.asked()), [[1, 0], [1, 10], [1, 0], [0, 0]], "the last is never reached");
        assert_eq!(last.taken().len(), 10);
    }

    #[test]
    fn a_handler_wants_only_what_its_rules_can_give_it() {
        let null = crate::Null::new;
        let sometimes = |_: &Record<'_>| true;
        let routing = Routing::new()
            .at_least(Level::ERROR, null().name("errors"))
            .when(sometimes, null().name("some").level(Level::INFO))
            .target("app", null().name("app").level(Level::WARN))
            .otherwise(null().name("rest").level(Level::NOTICE));
        let (_slot, controls) = open(routing);
        let wanting = |target, level| -> Vec<_> {
            let record = of(target, level);
            controls[1..].iter().map(|controls| controls.wants(record.callsite())).collect()
        };
        assert_eq!(wanting("app", Level::ERROR), [true, false, false, false], "the first rule decides");
        assert_eq!(wanting("app", Level::WARN), [false, true, true, false]);
        assert_eq!(wanting("other", Level::WARN), [false, true, false, true]);
        assert_eq!(wanting("other", Level::DEBUG), [false; 4]);
        assert!(!controls[0].wants(of("other", Level::DEBUG).callsite()), "so the statement is off");
    }

    #[test]
    fn records_that_do_not_meet_a_rule_are_counted_by_it() {
        let is_error = |record: &Record<'_>| record.level() >= Level::ERROR;
        let null = crate::Null::new;
        let (mut slot, controls) =
            open(Routing::new().when(is_error, null()).target("audit", null()).when(|_: &Record<'_>| true, null()));
        for level in [Level::INFO, Level::ERROR, Level::WARN] {
            slot.offer(&of("app", level));
        }
        let rules: Vec<_> = stats_of(&controls[0]).rules.into_iter().map(|rule| (rule.name, rule.stopped)).collect();
        assert_eq!(rules, [("filter".to_string(), 2), ("audit".to_string(), 0), ("filter".to_string(), 0)]);
        assert_eq!(stats_of(&controls[1]).rules, []);
    }

    #[test]
    fn a_rule_that_panics_is_met() {
        let [panicked, rest] = [(); 2].map(|()| Script::default());
        let panics = |_: &Record<'_>| -> bool { panic!("a panic that this test wants") };
        let (mut slot, _) = open(Routing::new().when(panics, panicked.handler()).otherwise(rest.handler()));
        slot.offer(&record(Level::INFO));
        assert_eq!((panicked.taken().len(), rest.taken().len()), (1, 0));
    }

    #[test]
    fn a_record_that_meets_no_rule_goes_nowhere_and_one_that_cannot_be_taken_is_lost() {
        let errors = Script::failing();
        let (mut slot, controls) = open(Routing::new().at_least(Level::ERROR, errors.handler()));
        slot.offer(&record(Level::INFO));
        slot.offer(&record(Level::ERROR));
        slot.end_of_batch();
        assert_eq!((stats_of(&controls[0]).written, stats_of(&controls[0]).dropped), (1, 1));
    }

    #[test]
    fn a_rule_for_a_handler_that_is_not_there_is_told_with_those_that_are() {
        let routing = Routing::new()
            .target("audit", crate::Null::new().name("audit"))
            .when_to(|_: &Record<'_>| true, "audti")
            .otherwise(crate::Null::new());
        let OpenErrors(errors) = Slot::open(routing.into_handler()).expect_err("there is no such handler");
        let text = format!("{}: {}", errors[0].message, errors[0].source);
        assert_eq!(
            text,
            "handler `routing`: a rule names the handler `audti`, which it has not got: its handlers are `audit`, `null`"
        );
        let OpenErrors(errors) = Slot::open(Routing::new().into_handler()).expect_err("it has no rules");
        assert_eq!(errors[0].message, "handler `routing`: it has no rules");
    }
}
