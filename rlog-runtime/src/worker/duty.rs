//! What one worker hands to the next when it is relieved: everything that must go on.
//!
//! The worker has copies of what it needs for every record and touches this when something changes: handlers, routes, rings.
//! How far it has come with the records is in atomics that cost it a store each: in the lanes, and here.

use super::place::Place;
use super::shift::Shift;
use super::signal::Signal;
use crate::emit::clock::Sample;
use crate::emit::lane::Lane;
use crate::logger::routes::Routes;
use crate::record::OwnedRecord;
use crate::ring::sync::CachePadded;
use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::vec::Vec;

/// One logger's worker, whichever thread that is.
#[derive(Debug)]
pub(crate) struct Duty {
    pub(super) signal: Signal,
    /// When it began, for the calibration of the clock.
    pub(super) first: Sample,
    /// Off the cache lines that those who wake the worker write to.
    pub(super) progress: CachePadded<Progress>,
    state: Mutex<State>,
}

/// How far the worker has come. Only the worker stores, and only between calls of handlers.
#[derive(Debug)]
pub(super) struct Progress {
    /// The number of the latest record.
    pub(super) sequence: AtomicU64,
    /// Up to which number records are in [`crate::stats::TAKEN`].
    pub(super) counted: AtomicU64,
    /// Where the record lies that is being handed over.
    pub(super) source: AtomicPtr<Lane>,
    /// To which handlers it still goes after the call that is being made, as bits.
    pub(super) remaining: AtomicU32,
}

/// [`Progress::source`]: no record is being handed over.
pub(super) const NOWHERE: *mut Lane = core::ptr::null_mut();
/// [`Progress::source`]: it is [`State::kept`].
pub(super) const KEPT: *mut Lane = core::ptr::without_provenance_mut(1);

/// What a worker has copies of.
#[derive(Debug)]
pub(super) struct State {
    /// That of the worker.
    pub(super) shift: Arc<Shift>,
    /// The handlers, at the places that routes know them by.
    pub(super) places: Vec<Option<Arc<Place>>>,
    /// Handlers that are no longer in their places, and still to be closed.
    pub(super) leaving: Vec<Arc<Place>>,
    pub(super) routes: Arc<Routes>,
    /// The lanes that the worker reads.
    pub(super) lanes: Vec<Arc<Lane>>,
    /// The record that is being handed over, if it does not lie in a lane.
    pub(super) kept: Option<Arc<OwnedRecord>>,
    /// The worker has been asked to end: it reads no more lanes, and these are closed or will be.
    pub(super) closing: Option<Vec<Arc<Place>>>,
    /// A thread waits to relieve the worker.
    pub(super) is_watched: bool,
}

impl Duty {
    pub(super) fn new(places: Vec<Option<Arc<Place>>>, routes: Arc<Routes>) -> Self {
        Self {
            signal: Signal::default(),
            first: Sample::take(),
            progress: CachePadded(Progress {
                sequence: AtomicU64::new(0),
                counted: AtomicU64::new(0),
                source: AtomicPtr::new(NOWHERE),
                remaining: AtomicU32::new(0),
            }),
            state: Mutex::new(State {
                shift: Arc::new(Shift::new()),
                places,
                leaving: Vec::new(),
                routes,
                lanes: Vec::new(),
                kept: None,
                closing: None,
                is_watched: false,
            }),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The handler at a place as [`Shift::enter`] is given it.
    pub(super) fn place(&self, place: usize) -> Option<&Arc<Place>> {
        match place {
            LEAVING => self.leaving.first(),
            place => self.places.get(place)?.as_ref(),
        }
    }

    /// All handlers that still need a worker.
    pub(super) fn handlers(&self) -> impl Iterator<Item = &Arc<Place>> {
        self.places.iter().flatten().chain(&self.leaving)
    }

    /// Puts a handler into a place.
    pub(super) fn put(&mut self, place: usize, handler: Arc<Place>) {
        if self.places.len() <= place {
            self.places.resize(place + 1, None);
        }
        self.places[place] = Some(handler);
    }
}

/// As a place for [`Shift::enter`]: the first of [`State::leaving`].
pub(super) const LEAVING: usize = 62;
/// As a place for [`Shift::enter`]: handlers on the caller's thread, which the worker gives what their callers could not.
pub(super) const DIRECT: usize = 63;
