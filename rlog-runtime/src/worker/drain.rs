//! Taking records out of all rings, in the order of their time.

use super::notices;
use crate::emit::clock::{self, Calibration};
use crate::emit::lane::{self, Lane, LaneConsumer};
use crate::emit::{Oversize, RawRecord, peek_ticks};
use crate::handler::slot::Slot;
use crate::logger::routes::Routes;
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
    routes: &'static Routes,
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
    pub(super) fn new(routes: &'static Routes) -> Self {
        Self { lanes: Vec::new(), seen: 0, sequence: 0, routes }
    }

    /// Takes what is in the rings and gives it to the handlers. With `everything`, all that was there before this call.
    ///
    /// Records of different threads come out in the order of their clocks. One that happened before another always comes
    /// out before it: only records from before `now` are taken, and by then the one before was published in a ring that is
    /// looked at after.
    pub(super) fn pass(&mut self, handlers: &mut [Slot], calibration: &Calibration, everything: bool) -> Pass {
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
            self.lanes[index].run(until, &mut self.sequence, self.routes, handlers, calibration);
        }
        pass.records = self.sequence - before;
        if pass.records > 0 {
            TAKEN.store(TAKEN.load(Ordering::Relaxed) + pass.records, Ordering::Relaxed);
        }
        self.forget_closed_lanes();
        pass
    }

    /// Hands over what the logger has to say about itself. Whether there was anything.
    pub(super) fn deliver_notices(&mut self, handlers: &mut [Slot]) -> bool {
        let Self { sequence, routes, .. } = self;
        notices::deliver(sequence, |record| hand_over(record, routes, handlers))
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
        handlers: &mut [Slot],
        calibration: &Calibration,
    ) {
        let Self { lane, consumer, latest, next } = self;
        let thread = ThreadInfo { id: lane.thread_id, name: lane.thread_name.as_deref() };
        let mut take = |raw: RawRecord<'_>| -> usize {
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
            hand_over(&record, routes, handlers);
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
            let length = if unsafe { Oversize::is_at(bytes) } {
                // SAFETY: the mark was written by `Oversize::put` and is passed only once.
                let record = unsafe { Oversize::take(bytes) };
                // SAFETY: the box holds one record, and its words may be read as bytes.
                take(unsafe {
                    RawRecord::read(core::slice::from_raw_parts(record.as_ptr().cast(), size_of_val(&*record)))
                });
                Oversize::LENGTH
            } else {
                // SAFETY: it is no mark, so it is a record.
                RawRecord::length(take(unsafe { RawRecord::read(bytes) }))
            };
            consumer.advance(length);
        }
        consumer.release();
    }
}

#[inline]
fn hand_over(record: &Record<'_>, routes: &Routes, handlers: &mut [Slot]) {
    let records = &record.info.records;
    records.store(records.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    let mut wanted = routes.handlers(record.callsite, record.info);
    while wanted != 0 {
        let index = wanted.trailing_zeros() as usize;
        wanted &= wanted - 1;
        if let Some(handler) = handlers.get_mut(index) {
            handler.offer(record);
        }
    }
}
