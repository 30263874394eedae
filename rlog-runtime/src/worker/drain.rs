//! Taking records out of all rings, in the order of their time.

use super::{busy, notices};
use crate::emit::clock::{self, Calibration};
use crate::emit::lane::{self, Lane, LaneConsumer};
use crate::emit::{Aside, RawRecord, peek_ticks};
use crate::filter::Note;
use crate::handler::direct;
use crate::handler::slot::{Outcome, Slot};
use crate::logger::routes::{GatedRoutes, Routes};
use crate::record::{Encoded, Record, Slots, ThreadInfo};
use crate::stats::TAKEN;
use crate::timestamp::Timestamp;
use core::sync::atomic::Ordering;
use std::sync::Arc;
use std::vec::Vec;

/// The lanes of all threads, as the worker knows them.
pub(super) struct Drain {
    lanes: Vec<OpenLane>,
    /// `lane::opened` when new lanes were looked for.
    seen: u64,
    sequence: u64,
    /// Which handlers want which callsite. Those of the worker's own configuration: what is in the rings when that is
    /// replaced still goes to its handlers.
    routes: Arc<Routes>,
}

struct OpenLane {
    lane: Arc<Lane>,
    consumer: LaneConsumer,
    /// The latest timestamp given out, so that a thread's records never go back in time.
    latest: i64,
    /// The ticks of its next record, if there is one.
    next: Option<u64>,
}

/// What one pass came to.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Pass {
    /// Records taken.
    pub(super) records: u64,
    /// The most bytes that were waiting in one ring.
    pub(super) fullest: usize,
}

/// When several threads log, records this young are left for the next pass, since the clock of an older one may have been
/// read and its record not been published yet. In ticks, so about 10 µs with a counter of 2 to 4 GHz; a thread that loses its
/// processor for longer just then comes out late.
const SETTLING: u64 = 30_000;

impl Drain {
    pub(super) fn new(routes: Arc<Routes>) -> Self {
        Self { lanes: Vec::new(), seen: 0, sequence: 0, routes }
    }

    /// Takes what is in the rings and gives it to the handlers. With `everything`, all that was there before this call.
    ///
    /// Records of different threads come out in the order of their clocks. One that happened before another always comes
    /// out before it: only records from before `now` are taken, and by then the one before was published in a ring that is
    /// looked at after.
    pub(super) fn pass(&mut self, handlers: &mut Handlers, calibration: &Calibration, everything: bool) -> Pass {
        let now = clock::ticks();
        self.meet_new_lanes();
        let limit = if everything || self.lanes.len() < 2 { now } else { now.saturating_sub(SETTLING) };
        let mut pass = Pass::default();
        for lane in &mut self.lanes {
            pass.fullest = pass.fullest.max(lane.consumer.refresh());
            lane.look();
        }
        let before = self.sequence;
        while let Some((index, until)) = self.oldest(limit) {
            self.lanes[index].run(until, &mut self.sequence, &self.routes, handlers, calibration);
        }
        busy::leave();
        pass.records = self.sequence - before;
        if pass.records > 0 {
            TAKEN.store(TAKEN.load(Ordering::Relaxed) + pass.records, Ordering::Relaxed);
        }
        self.forget_closed_lanes();
        pass
    }

    /// Hands over what the logger has to say about itself. Whether there was anything.
    pub(super) fn deliver_notices(&mut self, handlers: &mut Handlers) -> bool {
        let Self { sequence, routes, .. } = self;
        notices::deliver(sequence, |record| {
            direct::notice(record);
            hand_over(record, None, routes, handlers);
        })
    }

    /// What is taken from now on goes where these say.
    pub(super) fn set_routes(&mut self, routes: Arc<Routes>) {
        self.routes = routes;
    }

    fn meet_new_lanes(&mut self) {
        let opened = lane::opened();
        if opened != self.seen {
            self.seen = opened;
            for lane in lane::take_new() {
                // SAFETY: a lane is handed out once until it is put back, and this is the only worker.
                let consumer = unsafe { LaneConsumer::new(Arc::clone(&lane)) };
                self.lanes.push(OpenLane { lane, consumer, latest: i64::MIN, next: None });
            }
        }
    }

    /// The lane with the oldest record, and up to which ticks it is the oldest. Threads are few, so a scan will do.
    fn oldest(&self, limit: u64) -> Option<(usize, u64)> {
        let mut best: Option<(usize, u64)> = None;
        let mut second = limit;
        for (index, lane) in self.lanes.iter().enumerate() {
            let Some(next) = lane.next else { continue };
            match best {
                Some((_, oldest)) if next >= oldest => second = second.min(next),
                _ => {
                    if let Some((_, oldest)) = best {
                        second = second.min(oldest);
                    }
                    best = Some((index, next));
                }
            }
        }
        let (index, oldest) = best?;
        (oldest <= limit).then_some((index, second.max(oldest)))
    }

    /// Gives up lanes whose threads have ended and that are empty.
    fn forget_closed_lanes(&mut self) {
        let mut index = 0;
        while let Some(open) = self.lanes.get_mut(index) {
            // Closed is read first: after it, nothing more is written.
            if open.lane.is_closed() && open.consumer.refresh() == 0 {
                let OpenLane { lane, consumer, .. } = self.lanes.swap_remove(index);
                drop(consumer.into_ring());
                lane::recycle(lane);
            } else {
                index += 1;
            }
        }
    }

    /// Leaves the lanes to the next worker.
    pub(super) fn hand_back(self) {
        lane::put_back(self.lanes.into_iter().map(|open| {
            let mut consumer = open.consumer;
            consumer.release();
            open.lane
        }));
    }
}

impl OpenLane {
    fn look(&mut self) {
        let bytes = self.consumer.readable();
        // SAFETY: what is readable and not empty starts with a record.
        self.next = (!bytes.is_empty()).then(|| unsafe { peek_ticks(bytes) });
    }

    /// Takes records up to and including those at `until`.
    fn run(
        &mut self,
        until: u64,
        sequence: &mut u64,
        routes: &Routes,
        handlers: &mut Handlers,
        calibration: &Calibration,
    ) {
        let Self { lane, consumer, latest, next } = self;
        let thread = ThreadInfo { id: lane.thread_id, name: lane.thread_name.as_deref() };
        let mut take = |raw: RawRecord<'_>, admitted: Option<&[Note]>| -> usize {
            let mut slots = Slots::new();
            // SAFETY: the record was written by the wire values of its layout.
            let (values, arguments) = unsafe { slots.decode(raw.layout.kinds, raw.arguments) };
            *latest = calibration.timestamp(raw.ticks).max(*latest);
            *sequence += 1;
            let record = Record {
                callsite: raw.callsite,
                info: raw.callsite.info(),
                timestamp: Timestamp::from_nanoseconds(*latest),
                sequence: *sequence,
                thread,
                values,
                notes: &[],
                encoded: Encoded::new(raw.layout.kinds, arguments),
            };
            record.info.learn(raw.layout, values);
            if sequence.is_multiple_of(TIMED) {
                hand_over_timed(&record, admitted, routes, handlers, calibration);
            } else {
                hand_over(&record, admitted, routes, handlers);
            }
            arguments.len()
        };
        loop {
            let bytes = consumer.readable();
            if bytes.is_empty() {
                *next = None;
                break;
            }
            // SAFETY: what is readable and not empty starts with a record.
            let ticks = unsafe { peek_ticks(bytes) };
            if ticks > until {
                *next = Some(ticks);
                break;
            }
            // SAFETY: as above.
            let length = if unsafe { Aside::is_at(bytes) } {
                // SAFETY: the mark was written by `Aside::put` and is passed only once.
                let aside = unsafe { Aside::take(bytes) };
                // SAFETY: the box holds one record.
                take(unsafe { RawRecord::read(aside.bytes()) }, aside.admitted.as_deref());
                Aside::LENGTH
            } else {
                // SAFETY: it is no mark, so it is a record.
                RawRecord::length(take(unsafe { RawRecord::read(bytes) }, None))
            };
            consumer.advance(length);
        }
        consumer.release();
    }
}

/// Gives the record to the handlers that want it. `admitted` are the notes of one that the filters of its loggers have let
/// through before.
#[inline]
fn hand_over(record: &Record<'_>, admitted: Option<&[Note]>, routes: &Routes, handlers: &mut Handlers) {
    let counts = &record.info.counts;
    counts.count_taken();
    let Handlers { slots, gated } = handlers;
    let give = |wanted: u32, record: &Record<'_>| counts.count_bytes(offer(slots, wanted, record));
    match admitted {
        None => {
            if !routes.queue(record, gated, give) {
                counts.stopped.fetch_add(1, Ordering::Relaxed);
            }
        }
        Some(notes) => routes.queue_admitted(&Record { notes, ..*record }, give),
    }
}

/// Each so many-th record is timed, which costs two readings of a clock. A prime, since statements often take turns.
const TIMED: u64 = 61;

/// The same, and counts the time it takes for as many records as are not timed.
#[cold]
fn hand_over_timed(
    record: &Record<'_>,
    admitted: Option<&[Note]>,
    routes: &Routes,
    handlers: &mut Handlers,
    calibration: &Calibration,
) {
    let before = calibration.timestamp(clock::ticks());
    hand_over(record, admitted, routes, handlers);
    let taken = calibration.timestamp(clock::ticks()).saturating_sub(before);
    record.info.counts.count_time(u64::try_from(taken).unwrap_or(0) * TIMED);
}

/// The worker's handlers, at the places that routes know them by.
#[derive(Debug, Default)]
pub(super) struct Handlers {
    slots: Vec<Option<Slot>>,
    gated: GatedRoutes,
}

impl Handlers {
    pub(super) fn put(&mut self, place: usize, slot: Slot) {
        if self.slots.len() <= place {
            self.slots.resize_with(place + 1, || None);
        }
        self.slots[place] = Some(slot);
    }

    pub(super) fn take(&mut self, place: usize) -> Option<Slot> {
        self.slots.get_mut(place)?.take()
    }

    pub(super) fn for_each(&mut self, mut visit: impl FnMut(&mut Slot)) {
        for slot in self.slots.iter_mut().flatten() {
            busy::enter(slot.controls());
            visit(slot);
        }
        busy::leave();
    }
}

/// Gives the record to those that want it. Returns how many bytes they were given.
#[inline]
fn offer(slots: &mut [Option<Slot>], mut wanted: u32, record: &Record<'_>) -> u64 {
    let mut bytes = 0;
    while wanted != 0 {
        let place = wanted.trailing_zeros() as usize;
        wanted &= wanted - 1;
        if let Some(Some(slot)) = slots.get_mut(place) {
            busy::enter(slot.controls());
            if slot.offer(record) == Outcome::Taken {
                bytes += slot.line_length();
            }
        }
    }
    bytes
}
