//! The order in which places were used.

use std::vec::Vec;

/// A list of places, by their last use. Each step takes the same time, however many there are.
#[derive(Debug)]
pub(super) struct Order {
    /// The neighbours of each place that is in the list.
    links: Vec<Links>,
    newest: usize,
    oldest: usize,
}

#[derive(Clone, Copy, Debug)]
struct Links {
    newer: usize,
    older: usize,
}

/// No place.
const NONE: usize = usize::MAX;

impl Order {
    pub(super) const fn new() -> Self {
        Self { links: Vec::new(), newest: NONE, oldest: NONE }
    }

    /// Adds a place that is not there, as the newest.
    pub(super) fn add(&mut self, place: usize) {
        if self.links.len() <= place {
            self.links.resize(place + 1, Links { newer: NONE, older: NONE });
        }
        let before = core::mem::replace(&mut self.newest, place);
        self.links[place] = Links { newer: NONE, older: before };
        match self.links.get_mut(before) {
            Some(links) => links.newer = place,
            None => self.oldest = place,
        }
    }

    pub(super) fn remove(&mut self, place: usize) {
        let Links { newer, older } = self.links[place];
        match self.links.get_mut(newer) {
            Some(links) => links.older = older,
            None => self.newest = older,
        }
        match self.links.get_mut(older) {
            Some(links) => links.newer = newer,
            None => self.oldest = newer,
        }
    }

    /// A place that is there is used, and so the newest.
    #[inline]
    pub(super) fn touch(&mut self, place: usize) {
        if self.newest != place {
            self.remove(place);
            self.add(place);
        }
    }

    /// The place that was used the longest time ago.
    pub(super) fn oldest(&self) -> Option<usize> {
        (self.oldest != NONE).then_some(self.oldest)
    }

    pub(super) fn clear(&mut self) {
        (self.newest, self.oldest) = (NONE, NONE);
    }
}
