//! Taking records out of all rings, in the order of their time.

use super::duty::{Duty, KEPT, NOWHERE};
use super::handlers::{Handlers, Relieved};
use super::notices;
use crate::emit::clock::{self, Calibration};
use crate::emit::lane::{self, Lane, LaneConsumer};
use crate::emit::{Aside, RawRecord, peek_ticks};
use crate::filter::Note;
use crate::logger::routes::Routes;
use crate::record::{Encoded, OwnedRecord, Record, Slots, ThreadInfo};
use crate::stats::TAKEN;
use crate::timestamp::Timestamp;
use core::sync::atomic::Ordering;
use std::sync::Arc;
use std::vec::Vec;

/// The lanes of all threads, as the worker knows them.
pub(super) struct Drain {
    duty: Arc<Duty>,
    lanes: Vec<OpenLane>,
    /// `lane::opened` when new lanes were looked for.
    seen: u64,
    /// Which handlers want which callsite. Those of the worker's own configuration: what is in the rings when that is
    /// replaced still goes to its handlers.
    routes: Arc<Routes>,
}

struct OpenLane {
    lane: Arc<Lane>,
    consumer: LaneConsumer,
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

/// What a pass takes, up to the first change that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// What is old enough to be in order.
    Settled,
    /// All that was there when the pass began.
    All,
}

/// When several threads log, records this young are left for the next pass, since the clock of an older one may have been
/// read and its record not been published yet. In ticks, so about 10 µs with a counter of 2 to 4 GHz; a thread that loses its
/// processor for longer just then comes out late.
const SETTLING: u64 = 30_000;

impl Drain {
    /// Goes on with these lanes, which no other worker reads any more.
    pub(super) fn new(duty: Arc<Duty>, routes: Arc<Routes>, lanes: Vec<Arc<Lane>>) -> Self {
        let lanes = lanes.into_iter().map(OpenLane::new).collect();
        Self { duty, lanes, seen: 0, routes }
    }

    /// Takes what is in the rings and gives it to the handlers.
    ///
    /// Records of different threads come out in the order of their clocks. One that happened before another always comes
    /// out before it: only records from before `now` are taken, and by then the one before was published in a ring that is
    /// looked at after.
    pub(super) fn pass(
        &mut self,
        handlers: &mut Handlers,
        calibration: &Calibration,
        extent: Extent,
    ) -> Result<Pass, Relieved> {
        let now = clock::ticks();
        self.meet_new_lanes();
        // What is logged behind a change is for the handlers behind it. Looked up after the clock was read, so that there is none
        // of before `now` that is not seen.
        let end = self.duty.signal.time_of_change().map_or(now, |change| change.min(now));
        let limit = match extent {
            Extent::Settled if self.lanes.len() >= 2 => end.min(now.saturating_sub(SETTLING)),
            Extent::Settled | Extent::All => end,
        };
        let mut pass = Pass::default();
        for lane in &mut self.lanes {
            pass.fullest = pass.fullest.max(lane.consumer.refresh());
            lane.look();
        }
        while let Some((index, until)) = self.oldest(limit) {
            self.lanes[index].run(until, &self.duty, &self.routes, handlers, calibration)?;
        }
        pass.records = self.count();
        self.forget_closed_lanes();
        Ok(pass)
    }

    /// Counts what has been taken since the last count, by this worker or by the one before.
    fn count(&self) -> u64 {
        let progress = &self.duty.progress.0;
        let sequence = progress.sequence.load(Ordering::Relaxed);
        let records = sequence - progress.counted.load(Ordering::Relaxed);
        if records > 0 {
            progress.counted.store(sequence, Ordering::Relaxed);
            TAKEN.fetch_add(records, Ordering::Relaxed);
        }
        records
    }

    /// Hands over what the logger has to say about itself. Whether there was anything.
    pub(super) fn deliver_notices(&self, handlers: &mut Handlers) -> Result<bool, Relieved> {
        let progress = &self.duty.progress.0;
        let mut is_any = false;
        loop {
            let sequence = progress.sequence.load(Ordering::Relaxed) + 1;
            let Some(record) = notices::next(sequence).map(Arc::new) else { return Ok(is_any) };
            is_any = true;
            progress.sequence.store(sequence, Ordering::Relaxed);
            progress.counted.fetch_add(1, Ordering::Relaxed);
            self.with_kept(&record, |record| {
                if !self.routes.wants_notice(record.callsite) {
                    return Ok(());
                }
                handlers.hand_over(record, None, &self.routes)
            })?;
        }
    }

    /// Gives the handlers that the last worker has not come to what it has been relieved in.
    pub(super) fn finish(
        &self,
        record: &Arc<OwnedRecord>,
        remaining: u32,
        handlers: &Handlers,
    ) -> Result<(), Relieved> {
        self.with_kept(record, |record| handlers.offer(remaining, record))
    }

    fn with_kept(
        &self,
        kept: &Arc<OwnedRecord>,
        hand_over: impl FnOnce(&Record<'_>) -> Result<(), Relieved>,
    ) -> Result<(), Relieved> {
        self.duty.state().kept = Some(Arc::clone(kept));
        let progress = &self.duty.progress.0;
        progress.remaining.store(0, Ordering::Relaxed);
        progress.source.store(KEPT, Ordering::Relaxed);
        kept.with(hand_over)?;
        progress.source.store(NOWHERE, Ordering::Relaxed);
        self.duty.state().kept = None;
        Ok(())
    }

    /// What is taken from now on goes where these say.
    pub(super) fn set_routes(&mut self, routes: Arc<Routes>) {
        self.routes = routes;
    }

    fn meet_new_lanes(&mut self) {
        let opened = lane::opened();
        if opened != self.seen {
            self.seen = opened;
            // A lane is handed out once until it is put back.
            let new = lane::take_new();
            self.duty.state().lanes.extend(new.iter().cloned());
            self.lanes.extend(new.into_iter().map(OpenLane::new));
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
        // Closed is read first: after it, nothing more is written.
        let is_done = |open: &mut OpenLane| open.lane.is_closed() && open.consumer.refresh() == 0;
        let done: Vec<_> = self.lanes.extract_if(.., is_done).map(|open| open.lane).collect();
        if !done.is_empty() {
            self.duty.state().lanes = self.lanes.iter().map(|open| Arc::clone(&open.lane)).collect();
            done.into_iter().for_each(lane::recycle);
        }
    }

    /// Leaves the lanes to the next worker.
    pub(super) fn hand_back(&mut self) {
        self.duty.state().lanes.clear();
        lane::put_back(self.lanes.drain(..).map(|mut open| {
            open.consumer.release();
            open.lane
        }));
    }
}

impl OpenLane {
    fn new(lane: Arc<Lane>) -> Self {
        // SAFETY: this is the only worker that goes on to read; the one before it, if it still looks at a record, has been
        // relieved, and then the lane of that record was retired.
        let consumer = unsafe { lane.consumer() };
        Self { lane, consumer, next: None }
    }

    fn look(&mut self) {
        let bytes = self.consumer.readable();
        // SAFETY: what is readable and not empty starts with a record.
        self.next = (!bytes.is_empty()).then(|| unsafe { peek_ticks(bytes) });
    }

    /// Takes records up to and including those at `until`.
    fn run(
        &mut self,
        until: u64,
        duty: &Duty,
        routes: &Routes,
        handlers: &mut Handlers,
        calibration: &Calibration,
    ) -> Result<(), Relieved> {
        let Self { lane, consumer, next } = self;
        let progress = &duty.progress.0;
        progress.source.store(Arc::as_ptr(lane).cast_mut(), Ordering::Relaxed);
        let mut take = |raw: RawRecord<'_>, admitted: Option<&[Note]>| {
            let mut slots = Slots::new();
            let latest = calibration.timestamp(raw.ticks).max(lane.progress.0.latest.load(Ordering::Relaxed));
            lane.progress.0.latest.store(latest, Ordering::Relaxed);
            let sequence = progress.sequence.load(Ordering::Relaxed) + 1;
            progress.sequence.store(sequence, Ordering::Relaxed);
            // SAFETY: the record was written by an `emit` function.
            let (record, length) = unsafe { view(raw, lane, latest, sequence, &mut slots) };
            record.info.learn(raw.layout, record.values);
            if sequence.is_multiple_of(TIMED) {
                hand_over_timed(&record, admitted, routes, handlers, calibration)?;
            } else {
                handlers.hand_over(&record, admitted, routes)?;
            }
            Ok(length)
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
                // SAFETY: the mark was written by `Aside::put`, and the reference is gone when it is taken.
                let aside = unsafe { Aside::peek(bytes) };
                // SAFETY: the box holds one record.
                let outcome = take(unsafe { RawRecord::read(aside.bytes()) }, aside.admitted.as_deref());
                // SAFETY: passed only once: another worker goes on behind it, and has made a copy by now.
                drop(unsafe { Aside::take(bytes) });
                outcome?;
                Aside::LENGTH
            } else {
                // SAFETY: it is no mark, so it is a record.
                RawRecord::length(take(unsafe { RawRecord::read(bytes) }, None)?)
            };
            consumer.advance(length);
            lane.progress.0.taken.store(consumer.position(), Ordering::Relaxed);
        }
        progress.source.store(NOWHERE, Ordering::Relaxed);
        consumer.release();
        Ok(())
    }
}

/// The record as handlers see it, and how long its arguments are.
///
/// # Safety
/// The record must have been written by one of the `emit` functions.
#[inline(always)]
unsafe fn view<'a>(
    raw: RawRecord<'a>,
    lane: &'a Lane,
    latest: i64,
    sequence: u64,
    slots: &'a mut Slots<'a>,
) -> (Record<'a>, usize) {
    // SAFETY: the record was written by the wire values of its layout.
    let (values, arguments) = unsafe { slots.decode(raw.layout.kinds, raw.arguments) };
    let record = Record {
        callsite: raw.callsite,
        info: raw.callsite.info(),
        timestamp: Timestamp::from_nanoseconds(latest),
        sequence,
        thread: ThreadInfo { id: lane.thread_id, name: lane.thread_name.as_deref() },
        values,
        notes: &[],
        encoded: Encoded::new(raw.layout.kinds, arguments),
    };
    (record, arguments.len())
}

/// For one that relieves a worker in the middle of a record of this lane: a copy of that record. The lane goes on behind it.
///
/// # Safety
/// The worker must be in a call of a handler with that record, and must stay in it until this returns.
pub(super) unsafe fn copy_of_current(lane: &Arc<Lane>, sequence: u64) -> OwnedRecord {
    // What is before the position has been read; what is behind it is looked at by somebody who does not return.
    lane.retire();
    // SAFETY: the worker has stopped reading, and the lane is retired.
    let mut consumer = unsafe { lane.consumer() };
    consumer.refresh();
    let bytes = consumer.readable();
    let latest = lane.progress.0.latest.load(Ordering::Relaxed);
    let mut slots = Slots::new();
    let (copy, length);
    // SAFETY: the worker has not passed this record, so it starts here.
    if unsafe { Aside::is_at(bytes) } {
        // SAFETY: the worker takes the box when the handler has returned, and not before this has.
        let aside = unsafe { Aside::peek(bytes) };
        // SAFETY: the box holds one record.
        let (record, _) = unsafe { view(RawRecord::read(aside.bytes()), lane, latest, sequence, &mut slots) };
        let notes = aside.admitted.as_deref().unwrap_or_default();
        copy = Record { notes, ..record }.to_owned();
        length = Aside::LENGTH;
    } else {
        // SAFETY: it is no mark, so it is a record.
        let (record, arguments) = unsafe { view(RawRecord::read(bytes), lane, latest, sequence, &mut slots) };
        copy = record.to_owned();
        length = RawRecord::length(arguments);
    }
    consumer.advance(length);
    lane.progress.0.taken.store(consumer.position(), Ordering::Relaxed);
    copy
}

/// Each so many-th record is timed, which costs two readings of a clock. A prime, since statements often take turns.
const TIMED: u64 = 61;

/// Hands the record over, and counts the time that takes for as many records as are not timed.
#[cold]
fn hand_over_timed(
    record: &Record<'_>,
    admitted: Option<&[Note]>,
    routes: &Routes,
    handlers: &mut Handlers,
    calibration: &Calibration,
) -> Result<(), Relieved> {
    let before = calibration.timestamp(clock::ticks());
    handlers.hand_over(record, admitted, routes)?;
    let taken = calibration.timestamp(clock::ticks()).saturating_sub(before);
    record.info.counts.count_time(u64::try_from(taken).unwrap_or(0) * TIMED);
    Ok(())
}
