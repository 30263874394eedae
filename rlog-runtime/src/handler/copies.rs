//! Copies of records whose memory is used again, so that keeping one costs no allocation.

use crate::record::{OwnedRecord, Record};
use std::vec::Vec;

/// Copies that nobody needs any more.
#[derive(Debug)]
pub(super) struct Spares {
    records: Vec<OwnedRecord>,
    most: usize,
}

impl Spares {
    /// Keeps at most so many.
    pub(super) fn new(most: usize) -> Self {
        Self { records: Vec::new(), most }
    }

    pub(super) fn copy(&mut self, record: &Record<'_>) -> OwnedRecord {
        match self.records.pop() {
            Some(mut copy) => {
                copy.replace(record);
                copy
            }
            None => record.to_owned(),
        }
    }

    pub(super) fn give_back(&mut self, copy: OwnedRecord) {
        if self.records.len() < self.most && copy.size() <= LARGEST {
            self.records.push(copy);
        }
    }
}

/// Larger copies are rare, and should not cost their memory for ever. In bytes.
const LARGEST: usize = 4 << 10;

#[cfg(test)]
mod tests {
    use super::super::lines::tests::record;
    use super::*;
    use crate::level::Level;

    #[test]
    fn spare_copies_are_used_again_and_are_few() {
        let mut spares = Spares::new(1);
        let first = spares.copy(&record(Level::INFO));
        let second = spares.copy(&record(Level::WARN));
        spares.give_back(first);
        spares.give_back(second);
        assert_eq!(spares.records.len(), 1);
        let again = spares.copy(&record(Level::ERROR));
        assert_eq!(again.with(|record| record.level()), Level::ERROR);
        assert!(spares.records.is_empty());
    }
}
