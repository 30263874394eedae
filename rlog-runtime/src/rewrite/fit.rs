//! Lines that are not longer than a handler may write.
//!
//! The length of a line is known only when it is formatted. One that is too long is formatted again, with ever lower limits;
//! so it is still the formatter that makes it, and what reads it finds a whole line of its form.

use super::{Limits, Rewriter};
use crate::callsite::Callsite;
use crate::format::{Formatter, Json, Text};
use crate::level::Level;
use crate::record::{Encoded, Record};
use crate::value::{Kind, Value};
use std::sync::OnceLock;
use std::vec::Vec;

impl Rewriter {
    /// Formats the record as it may be seen, into `line`, which is empty, and hands it on.
    #[inline]
    pub(crate) fn deliver<R>(
        &mut self,
        record: &Record<'_>,
        formatter: &dyn Formatter,
        line: &mut Vec<u8>,
        mut emit: impl FnMut(&Record<'_>, &[u8]) -> R,
    ) -> R {
        // A formatter may have panicked over lower ones.
        (self.inner.limits, self.inner.is_tight) = (self.usual, false);
        let longest = self.usual.line;
        let result = self.rewrite(record, |record| {
            formatter.format(record, line);
            (line.len() <= longest).then(|| emit(record, line))
        });
        let result = match result {
            Some(result) => result,
            None => self.fit(record, formatter, line, &mut emit),
        };
        self.commit();
        result
    }

    #[cold]
    fn fit<R>(
        &mut self,
        record: &Record<'_>,
        formatter: &dyn Formatter,
        line: &mut Vec<u8>,
        emit: &mut dyn FnMut(&Record<'_>, &[u8]) -> R,
    ) -> R {
        let longest = self.usual.line;
        self.inner.is_tight = true;
        for limits in lower(longest) {
            self.inner.limits = self.usual.and(limits);
            line.clear();
            let result = self.rewrite(record, |record| {
                formatter.format(record, line);
                (line.len() <= longest).then(|| emit(record, line))
            });
            if let Some(result) = result {
                return result;
            }
        }
        line.clear();
        let (file, number) = (record.info.file, u64::from(record.callsite.line()));
        let length = (file.len() as u32).to_ne_bytes();
        let bytes: Vec<u8> = [&length[..], file.as_bytes(), &number.to_ne_bytes()].concat();
        let target = if record.target().len() > LONGEST_TARGET { "rlog" } else { record.target() };
        let callsite = TOO_LONG.at(record.level(), target);
        let minimal = Record {
            callsite,
            info: callsite.info(),
            values: &[Some(Value::Str(file)), Some(Value::U64(number))],
            notes: &[],
            encoded: Encoded::new(&[Kind::Str, Kind::U64], &bytes),
            ..*record
        };
        formatter.format(&minimal, line);
        if line.len() > longest {
            // It is the formatter itself that has more to say than fits: attributes, or the words around a template.
            let is_json = line.first() == Some(&b'{');
            line.clear();
            let (json, text) = PLAIN.get_or_init(|| (Json::new(), Text::new()));
            let plain: &dyn Formatter = if is_json { json } else { text };
            plain.format(&minimal, line);
        }
        emit(&minimal, line)
    }
}

/// What is tried, one after the other. Text goes first, since it is mostly one that is too long.
fn lower(longest: usize) -> [Limits; 10] {
    let text = |part: usize| Limits::new().text(longest / part).bytes(longest / part / 4);
    [
        Limits::new().text(longest / 4 * 3).bytes(longest / 8),
        text(2),
        text(4),
        text(8).elements(256).depth(16),
        text(16).elements(64).depth(8),
        text(32).elements(16).depth(4),
        text(64).elements(8).depth(2).fields(64),
        Limits::new().text(64).bytes(16).elements(4).depth(1).fields(16),
        Limits::new().text(16).bytes(0).elements(1).depth(0).fields(4),
        Limits::new().text(0).bytes(0).elements(0).depth(0).fields(0),
    ]
}

/// A target may be made while the program runs, of whatever length.
const LONGEST_TARGET: usize = 128;

/// What stands in for a formatter that adds too much by itself.
static PLAIN: OnceLock<(Json, Text)> = OnceLock::new();

/// Stands for a record that does not fit however little is shown of it.
static TOO_LONG: Callsite = Callsite::new(
    Level::ERROR,
    2,
    line!(),
    "mp12:a record of h0;p1::h1;p25: is too long for one linek11:source_filek11:source_line.rlog\u{1f}",
);
