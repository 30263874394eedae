//! The next handler when one fails, and back when it works again.

use super::copies::Spares;
use super::delegates;
use super::null::Unformatted;
use super::slot::{Call, Outcome, Slot};
use super::{
    Handler, HandlerBuilder, HandlerError, IntoHandler, OpenError, OpenErrors, Opened, Role, handler_settings,
};
use crate::record::{OwnedRecord, Record};
use std::boxed::Box;
use std::collections::VecDeque;
use std::vec::Vec;

/// Hands each record to the first of several handlers that can take it.
///
/// ```
/// use rlog_runtime::{Breaker, Console, Failover, File, Json};
/// use std::time::Duration;
///
/// let network = |_: &rlog_runtime::Record<'_>, _: &[u8]| Err::<(), _>(std::io::Error::other("unreachable"));
/// let patient = Breaker::new().failures(3).pause(Duration::from_secs(1), Duration::from_secs(60));
/// let shipped = Failover::new(rlog_runtime::HandlerBuilder::new(network).name("network").breaker(patient))
///     .or(File::new("unshipped.json").formatter(Json::new()))
///     .or(Console::stderr())
///     .name("shipped");
/// ```
///
/// A record that a handler has lost is given to the next one at once. When the handler has failed so often that its
/// [`Breaker`](crate::Breaker) opens, it is left alone, and records go to the next without a try; after the breaker's
/// pause the next batch is its test, and if it takes that, all records go to it again. Both changes are told in records of
/// the target `rlog`.
///
/// # What may be lost or doubled
/// Many handlers gather what they are given and write it at the end of a batch, so their failure shows late. Copies of a
/// batch are therefore kept until its end; of a failure that has [lost](HandlerError::lost) a number of records, the
/// latest so many go to the next handler, in their order. That is exact for handlers that write in order and know their
/// losses, as all built-in ones do that write. After a panic at the end of a batch nobody knows what was written, and the
/// whole batch goes to the next handler: a line twice rather than none. A record that a handler's own level or filters keep
/// out is not offered to the next.
///
/// A [`FanOut`](crate::FanOut), a [`Routing`](crate::Routing) or a [`Memory`](crate::Memory) knows how many records those
/// behind it have lost, and not which. So the whole batch goes to the next handler then, also what none of them wanted; and what a
/// memory has kept for longer than a batch, and its delegate then loses, is lost. Behind a handler with a queue of its own,
/// such as `Async`, nothing is known of a failure but that the queue was full. It is exact to put the failover behind these
/// handlers, and not them into the failover.
#[derive(Debug)]
#[must_use]
pub struct Failover {
    handlers: Vec<HandlerBuilder>,
}

impl Failover {
    /// The handler that gets all records for as long as it works.
    pub fn new(first: impl IntoHandler) -> Self {
        Self { handlers: Vec::from([first.into_handler()]) }
    }

    /// Adds one that gets what those before it cannot take.
    pub fn or(mut self, next: impl IntoHandler) -> Self {
        self.handlers.push(next.into_handler());
        self
    }

    fn open(self, name: &str) -> Result<Opened, OpenErrors> {
        if self.handlers.len() < 2 {
            return Err(OpenError::new(name, "there is no handler to fall back on", "add one with `or`").into());
        }
        let write: Vec<_> = self.handlers.iter().map(|handler| handler.role == Role::Writes).collect();
        let (slots, delegates) = delegates::open(name, self.handlers)?;
        let handler = Box::new(OpenFailover::new(slots.into_iter().zip(write)));
        Ok(Opened { handler, formatter: Box::new(Unformatted), delegates, file: None, rules: None })
    }
}

handler_settings!(Failover, records);

impl IntoHandler for Failover {
    fn into_handler(mut self) -> HandlerBuilder {
        let checks = delegates::checks(&mut self.handlers);
        HandlerBuilder::of_records("failover", Role::Queues, |name| self.open(name)).checks(checks)
    }
}

/// The handler in service.
#[derive(Debug)]
struct OpenFailover {
    stages: Vec<Stage>,
    spares: Spares,
}

/// One of the handlers.
#[derive(Debug)]
struct Stage {
    slot: Slot,
    /// It writes what it is given itself. If not, what is lost behind it may be any of the batch, not the latest.
    writes: bool,
    /// Copies of what it has taken and may still lose, oldest first. Always empty for the last one.
    unconfirmed: VecDeque<OwnedRecord>,
    /// The size of those.
    bytes: usize,
}

/// The most that copies of one batch take, in bytes. Beyond it, what is lost of the oldest is lost.
const MOST_BYTES: usize = 16 << 20;
/// The most copies whose memory is kept for the next batch.
const MOST_SPARES: usize = 4 << 10;

impl OpenFailover {
    /// Of handlers, and whether each is one that writes.
    fn new(slots: impl IntoIterator<Item = (Slot, bool)>) -> Self {
        let stages = slots.into_iter();
        let stages = stages.map(|(slot, writes)| Stage { slot, writes, unconfirmed: VecDeque::new(), bytes: 0 });
        Self { stages: stages.collect(), spares: Spares::new(MOST_SPARES) }
    }

    /// Makes the call to each handler in turn, and hands what it loses to the next, for which the call comes after.
    fn call(&mut self, call: fn(&mut Slot)) -> Result<(), HandlerError> {
        let mut lost = 0;
        for index in 0..self.stages.len() {
            let (these, rest) = self.stages.split_at_mut(index + 1);
            let stage = &mut these[index];
            call(&mut stage.slot);
            lost += match stage.slot.last_call() {
                Call::NotMade => 0,
                Call::Done => {
                    stage.confirm(&mut self.spares);
                    0
                }
                Call::Failed { lost } => hand_down(stage, rest, &mut self.spares, lost),
                Call::Panicked => {
                    let all = stage.unconfirmed.len() as u64;
                    hand_down(stage, rest, &mut self.spares, all)
                }
            };
        }
        delegates::lost(lost)
    }
}

impl Handler for OpenFailover {
    fn emit(&mut self, record: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
        delegates::lost(offer(&mut self.stages, &mut self.spares, record))
    }

    fn end_of_batch(&mut self) -> Result<(), HandlerError> {
        self.call(Slot::end_of_batch)
    }

    fn flush(&mut self) -> Result<(), HandlerError> {
        self.call(Slot::flush)?;
        self.complete()
    }

    fn close(&mut self) -> Result<(), HandlerError> {
        self.call(|slot| {
            slot.close();
        })?;
        self.complete()
    }
}

impl OpenFailover {
    /// What a handler has lost is with the next one. What it has kept is written by nobody.
    fn complete(&self) -> Result<(), HandlerError> {
        let keeps = |stage: &Stage| stage.slot.last_call() == Call::Failed { lost: 0 };
        delegates::complete(!self.stages.iter().any(keeps))
    }
}

/// Offers a record to one stage after the other, until one takes it. How many records are lost over it.
fn offer(stages: &mut [Stage], spares: &mut Spares, record: &Record<'_>) -> u64 {
    let Some((stage, rest)) = stages.split_first_mut() else { return 1 };
    match stage.slot.offer(record) {
        Outcome::Filtered => 0,
        Outcome::Taken => {
            if !rest.is_empty() {
                stage.keep(record, spares);
            }
            0
        }
        Outcome::Failed => {
            // This one is the latest of those that are lost.
            let earlier = match stage.slot.last_call() {
                Call::Failed { lost } => hand_down(stage, rest, spares, lost.saturating_sub(1)),
                Call::NotMade | Call::Done | Call::Panicked => 0,
            };
            earlier + offer(rest, spares, record)
        }
    }
}

/// Offers the latest `lost` records of a stage to the next, or all of the batch if it may be others that are lost. How many
/// of them nobody takes.
#[cold]
fn hand_down(stage: &mut Stage, rest: &mut [Stage], spares: &mut Spares, lost: u64) -> u64 {
    let kept = stage.unconfirmed.len();
    let known = kept.min(usize::try_from(lost).unwrap_or(usize::MAX));
    // Rather some of them twice than others never.
    let from = if stage.writes || lost == 0 { kept - known } else { 0 };
    let mut nowhere = 0;
    for copy in stage.unconfirmed.drain(from..) {
        stage.bytes = stage.bytes.saturating_sub(copy.size());
        nowhere += copy.with(|record| offer(rest, spares, record));
        spares.give_back(copy);
    }
    lost - known as u64 + nowhere.min(known as u64)
}

impl Stage {
    fn keep(&mut self, record: &Record<'_>, spares: &mut Spares) {
        let copy = spares.copy(record);
        self.bytes += copy.size();
        self.unconfirmed.push_back(copy);
        while self.bytes > MOST_BYTES
            && let Some(oldest) = self.unconfirmed.pop_front()
        {
            self.bytes = self.bytes.saturating_sub(oldest.size());
        }
    }

    /// What it has taken, it has written.
    fn confirm(&mut self, spares: &mut Spares) {
        self.bytes = 0;
        self.unconfirmed.drain(..).for_each(|copy| spares.give_back(copy));
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::tests::record;
    use super::super::testing::{Script, stats_of};
    use super::*;
    use crate::handler::{Breaker, FanOut, Memory, Routing};
    use crate::level::Level;
    use crate::time::Clock;
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use std::time::Duration;

    /// A failover over these, whose first breaker opens after two failures for a second.
    fn over(scripts: &[Script], clock: &Clock) -> OpenFailover {
        let breaker = Breaker::new().failures(2).pause(Duration::from_secs(1), Duration::from_secs(1));
        let slots = scripts.iter().map(|script| {
            let (slot, _) = Slot::open(script.handler().breaker(breaker)).expect("nothing has to be opened");
            (slot.with_clock(clock.clone()), true)
        });
        OpenFailover::new(slots)
    }

    fn numbered(number: u64) -> Record<'static> {
        Record { sequence: number, ..record(Level::INFO) }
    }

    fn log(failover: &mut OpenFailover, numbers: impl IntoIterator<Item = u64>) -> u64 {
        let mut lost = 0;
        let mut count = |result: Result<(), HandlerError>| lost += result.map_or_else(|error| error.lost(), |()| 0);
        for number in numbers {
            count(failover.emit(&numbered(number), b""));
        }
        count(failover.end_of_batch());
        lost
    }

    #[test]
    fn records_go_to_the_next_while_the_first_fails_and_back_when_it_works_again() {
        let clock = Clock::manual();
        let scripts = [Script::failing(), Script::default()];
        let mut failover = over(&scripts, &clock);
        assert_eq!(log(&mut failover, 1..4), 0, "the breaker opens over the second");
        assert!(failover.stages[0].slot.controls().read().is_open);
        scripts[0].work();
        clock.advance(Duration::from_millis(999));
        assert_eq!(log(&mut failover, 4..5), 0);
        assert_eq!(scripts[1].numbers(), [1, 2, 3, 4], "it is left alone");
        clock.advance(Duration::from_millis(1));
        assert_eq!(log(&mut failover, 5..7), 0);
        assert!(!failover.stages[0].slot.controls().read().is_open);
        assert_eq!((scripts[0].numbers(), scripts[1].numbers()), (vec![5, 6], vec![1, 2, 3, 4]));
    }

    #[test]
    fn a_test_that_fails_loses_nothing() {
        let clock = Clock::manual();
        let scripts = [Script::failing(), Script::default()];
        let mut failover = over(&scripts, &clock);
        log(&mut failover, 1..3);
        clock.advance(Duration::from_secs(1));
        scripts[0].work();
        scripts[0].lose_at_the_end_of_the_batch(2);
        assert_eq!(log(&mut failover, 3..5), 0);
        assert_eq!((scripts[0].numbers(), scripts[1].numbers()), (vec![], vec![1, 2, 3, 4]));
        assert!(failover.stages[0].slot.controls().read().is_open);
    }

    #[test]
    fn the_lost_end_of_a_batch_goes_to_the_next_in_order() {
        let scripts = [Script::default(), Script::default()];
        let mut failover = over(&scripts, &Clock::manual());
        scripts[0].lose_at_the_end_of_the_batch(2);
        assert_eq!(log(&mut failover, 1..5), 0);
        assert_eq!((scripts[0].numbers(), scripts[1].numbers()), (vec![1, 2], vec![3, 4]));
        assert_eq!(log(&mut failover, 5..6), 0);
        assert!(failover.stages.iter().all(|stage| stage.unconfirmed.is_empty() && stage.bytes == 0));
    }

    #[test]
    fn what_is_kept_and_lost_in_a_later_batch_is_not_lost_either() {
        let scripts = [Script::default(), Script::default()];
        let mut failover = over(&scripts, &Clock::manual());
        scripts[0].lose_at_the_end_of_the_batch(0);
        assert_eq!(log(&mut failover, 1..3), 0);
        scripts[0].lose_at_the_end_of_the_batch(3);
        assert_eq!(log(&mut failover, 3..5), 0);
        assert_eq!((scripts[0].numbers(), scripts[1].numbers()), (vec![1], vec![2, 3, 4]));
    }

    #[test]
    fn a_panic_at_the_end_of_a_batch_doubles_lines_rather_than_lose_them() {
        let scripts = [Script::default(), Script::default()];
        let mut failover = over(&scripts, &Clock::manual());
        scripts[0].panic_at_the_end_of_the_batch();
        assert_eq!(log(&mut failover, 1..3), 0);
        assert_eq!(scripts[1].numbers(), [1, 2]);
    }

    #[test]
    fn a_record_that_panics_goes_to_the_next() {
        let scripts = [Script::panicking(), Script::default()];
        let mut failover = over(&scripts, &Clock::manual());
        assert_eq!(log(&mut failover, 1..4), 0);
        assert_eq!(scripts[1].numbers(), [1, 2, 3]);
    }

    #[test]
    fn what_nobody_takes_is_counted() {
        let scripts = [Script::failing(), Script::failing()];
        let mut failover = over(&scripts, &Clock::manual());
        assert_eq!(log(&mut failover, 1..6), 5);
    }

    #[test]
    fn a_record_that_the_first_does_not_want_is_not_offered_to_the_next() {
        let scripts = [Script::default(), Script::default()];
        let failover = Failover::new(scripts[0].handler().level(Level::WARN)).or(scripts[1].handler());
        let (mut slot, controls) = Slot::open(failover.into_handler()).expect("nothing has to be opened");
        slot.offer(&record(Level::INFO));
        slot.offer(&record(Level::WARN));
        slot.close();
        assert_eq!((scripts[0].taken(), scripts[1].taken()), (vec![Level::WARN], vec![]));
        assert_eq!((scripts[0].ends().1, scripts[1].ends().1), (1, 1));
        assert_eq!(stats_of(&controls[0]).dropped, 0);
    }

    /// What hands records on to `one`, and some to `other`.
    fn behind(one: &Script, other: &Script) -> [HandlerBuilder; 3] {
        let odd = |record: &Record<'_>| record.sequence() % 2 == 1;
        [
            FanOut::new().to(one.handler().level(Level::INFO)).into_handler(),
            Routing::new().when(odd, one.handler()).otherwise(other.handler()).into_handler(),
            Memory::new(9).delegate(one.handler()).pass_level(Level::INFO).into_handler(),
        ]
    }

    #[test]
    fn what_handlers_behind_another_lose_at_the_end_of_a_batch_goes_to_the_next() {
        for index in 0..3 {
            let [one, other, next] = [(); 3].map(|()| Script::default());
            let first = behind(&one, &other).into_iter().nth(index).expect("there are three");
            let (mut slot, controls) =
                Slot::open(Failover::new(first).or(next.handler()).into_handler()).expect("it opens");
            for (number, level) in (1..).zip([Level::INFO, Level::INFO, Level::INFO, Level::DEBUG]) {
                slot.offer(&Record { sequence: number, ..record(level) });
            }
            one.lose_at_the_end_of_the_batch(1);
            slot.end_of_batch();
            let written: BTreeSet<_> = [one, other, next].iter().flat_map(Script::numbers).collect();
            assert!((1..4).all(|number| written.contains(&number)), "{written:?} {controls:?}");
            assert_eq!(stats_of(&controls[0]).dropped, 0);
        }
    }

    #[test]
    fn what_handlers_behind_another_lose_with_a_record_goes_to_the_next() {
        for index in 0..3 {
            let [one, other, next] = [(); 3].map(|()| Script::default());
            let first = behind(&one, &other).into_iter().nth(index).expect("there are three");
            let (mut slot, controls) =
                Slot::open(Failover::new(first).or(next.handler()).into_handler()).expect("it opens");
            for number in 1..6 {
                if number == 5 {
                    one.lose_with_the_next_record(3);
                }
                slot.offer(&numbered(number));
            }
            slot.end_of_batch();
            let written: BTreeSet<_> = [one, other, next].iter().flat_map(Script::numbers).collect();
            assert_eq!(written, (1..6).collect(), "{controls:?}");
            assert_eq!((stats_of(&controls[0]).dropped, stats_of(&controls[1]).dropped), (0, 3));
        }
    }

    /// What happens to the first handler, batch by batch.
    #[derive(Clone, Debug)]
    enum Event {
        Work,
        Fail,
        Lose(u64),
        Wait,
    }

    proptest! {
        #[test]
        fn every_record_is_in_exactly_one_handler(
            batches in proptest::collection::vec((0_u64..6, prop_oneof![
                Just(Event::Work),
                Just(Event::Fail),
                (0_u64..6).prop_map(Event::Lose),
                Just(Event::Wait),
            ]), 1..40),
        ) {
            let clock = Clock::manual();
            let scripts = [Script::default(), Script::default()];
            let mut failover = over(&scripts, &clock);
            let mut next = 1;
            for (count, event) in batches {
                match event {
                    Event::Work => scripts[0].work(),
                    Event::Fail => scripts[0].fail(),
                    // At most those of this batch, which it has taken if it works at all.
                    Event::Lose(lost) => {
                        scripts[0].work();
                        scripts[0].lose_at_the_end_of_the_batch(lost.min(if failover.stages[0].slot.controls().read().is_open { 0 } else { count }));
                    }
                    Event::Wait => clock.advance(Duration::from_secs(2)),
                }
                prop_assert_eq!(log(&mut failover, next..next + count), 0);
                next += count;
            }
            // What the first has kept, to try again, is not lost, and not written either.
            prop_assert!(failover.close().map_or_else(|error| error.lost() == 0, |()| true));
            let mut all = scripts[0].numbers();
            all.extend(scripts[1].numbers());
            all.sort_unstable();
            prop_assert_eq!(all, (1..next).collect::<Vec<_>>());
        }
    }
}
