//! Writing [tagged](crate::value::tagged) values into memory of the rewriter's.

use crate::value::tagged::Tag;
use std::vec::Vec;

/// Encoded values, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Bytes(pub(super) Vec<u8>);

/// Where a length is to be set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opened {
    /// Where the length is.
    at: usize,
}

impl Bytes {
    pub(super) fn tag(&mut self, tag: Tag) {
        self.0.push(tag as u8);
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// A tag and what has a fixed size.
    pub(super) fn scalar(&mut self, tag: Tag, bytes: &[u8]) {
        self.tag(tag);
        self.raw(bytes);
    }

    /// A tag, a length and bytes.
    pub(super) fn sized(&mut self, tag: Tag, bytes: &[u8]) {
        self.tag(tag);
        self.length_of(bytes);
    }

    /// A length and bytes.
    pub(super) fn length_of(&mut self, bytes: &[u8]) {
        self.raw(&(bytes.len() as u32).to_ne_bytes());
        self.raw(bytes);
    }

    /// Begins something with a length that is not known yet.
    pub(super) fn open(&mut self) -> Opened {
        let at = self.0.len();
        self.raw(&[0; 4]);
        Opened { at }
    }

    /// Sets the length of what was begun and ends here.
    pub(super) fn close(&mut self, opened: Opened) {
        let length = self.0.len() - opened.at - 4;
        self.patch(opened.at, length);
    }

    /// Begins a list or a map behind its tag; its count is not known yet either.
    pub(super) fn open_list(&mut self, tag: Tag) -> Opened {
        self.tag(tag);
        let opened = self.open();
        self.raw(&[0; 4]);
        opened
    }

    pub(super) fn close_list(&mut self, opened: Opened, count: usize) {
        self.patch(opened.at + 4, count);
        self.close(opened);
    }

    /// Where the text begins of something that was begun.
    pub(super) fn start_of(&self, opened: Opened) -> usize {
        opened.at + 4
    }

    fn patch(&mut self, at: usize, value: usize) {
        if let Some(place) = self.0.get_mut(at..at + 4) {
            place.copy_from_slice(&(value as u32).to_ne_bytes());
        }
    }
}
