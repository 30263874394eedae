//! What a failed assertion says: what was wanted, and which records come nearest.

use super::expected::{Criterion, Expected};
use super::records::Captured;
use crate::record::Record;
use crate::value::Value;
use crate::value::render::{Escape, write_text, write_value};
use std::collections::HashSet;
use std::string::String;
use std::vec::Vec;

/// How many records are shown, of those that are nearest or too many.
const MAX_SHOWN: usize = 3;

/// How many records of threads outside of the capture are shown.
const MAX_STRAYS: usize = 2;

/// How many records there are, in words.
pub(super) fn captured(count: usize) -> String {
    match count {
        0 => "no record captured".into(),
        1 => "1 record captured".into(),
        count => format!("{count} records captured"),
    }
}

/// `WARN app::disk: disk is nearly full free=3`
pub(super) fn line(record: &Record<'_>) -> String {
    let mut out = format!("{} ", record.level()).into_bytes();
    write_text(&mut out, record.target(), Escape::Text);
    out.push(b':');
    if !record.message().is_absent() {
        out.push(b' ');
        record.message().write(&mut out, Escape::Text);
    }
    for (key, value) in record.fields().filter(|(_, value)| !matches!(value, Value::Null)) {
        out.push(b' ');
        write_text(&mut out, key, Escape::Text);
        out.push(b'=');
        out.extend_from_slice(shown(&value).as_bytes());
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A value in one line: text in quotes, so that `"7"` differs from `7`.
pub(super) fn shown(value: &Value<'_>) -> String {
    match value {
        Value::Str(text) | Value::Text(text) => format!("{text:?}"),
        Value::Error(errors) => format!("{:?}", errors.collect::<Vec<_>>().join(": ")),
        Value::F32(_) | Value::F64(_) => format!("{value:?}"),
        value => {
            let mut out = Vec::new();
            write_value(&mut out, value, Escape::Text);
            String::from_utf8_lossy(&out).into_owned()
        }
    }
}

/// No record, or not the right number of them, is as expected.
pub(super) fn too_few(expected: &Expected, times: Option<usize>, records: &[Captured], strays: &[Captured]) -> String {
    let (matching, others): (Vec<_>, Vec<_>) = records.iter().partition(|record| expected.matches(record));
    let mut report = match times {
        None => String::from("no captured record is as expected"),
        Some(times) => {
            format!("{} as expected, instead of {times}", are(matching.len(), "captured record"))
        }
    };
    report += &format!("\n\nexpected: {expected}\n");
    list(&mut report, "as expected", &matching);
    nearest(&mut report, expected, &others, records.len());
    outside(&mut report, expected, strays);
    report
}

/// There are records that must not be there, or too many.
pub(super) fn too_many(expected: &Expected, times: Option<usize>, records: &[Captured]) -> String {
    let matching: Vec<_> = records.iter().filter(|record| expected.matches(record)).collect();
    let mut report = match times {
        None => format!("{} as must not be", are(matching.len(), "captured record")),
        Some(times) => format!("{} as expected, instead of {times}", are(matching.len(), "captured record")),
    };
    let label = if times.is_none() { "unexpected" } else { "expected" };
    report += &format!("\n\n{label}: {expected}\n");
    list(&mut report, "captured", &matching);
    report
}

/// Of a sequence of records that are expected one behind the other, one is not there.
pub(super) fn out_of_order(
    sequence: &[Expected],
    found: &[usize],
    records: &[Captured],
    strays: &[Captured],
) -> String {
    let missing = &sequence[found.len()];
    let begin = found.last().map_or(0, |last| last + 1);
    let mut report = format!("record {} of {} is not there, in this order", found.len() + 1, sequence.len());
    report += "\n\nexpected, one behind the other:\n";
    for (index, expected) in sequence.iter().enumerate() {
        let mark = match found.get(index) {
            Some(_) => ' ',
            None if index == found.len() => '-',
            None => '?',
        };
        report += &format!("  {mark} {}. {expected}\n", index + 1);
        if let Some(&place) = found.get(index) {
            report += &format!("       {}\n", placed(&records[place]));
        }
    }
    let (before, behind) = records.split_at(begin);
    if let Some(record) = before.iter().rfind(|record| missing.matches(record)) {
        report += &format!("\nit is there, but before:\n\n    {}\n", placed(record));
    }
    nearest(&mut report, missing, &behind.iter().collect::<Vec<_>>(), records.len());
    outside(&mut report, missing, strays);
    report
}

fn are(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what} is"),
        1 => format!("1 {what} is"),
        count => format!("{count} {what}s are"),
    }
}

/// The record and where its statement stands.
fn placed(record: &Captured) -> String {
    let callsite = record.callsite();
    format!("{record}  ({}:{})", callsite.file(), callsite.line())
}

fn list(report: &mut String, title: &str, records: &[&Captured]) {
    if records.is_empty() {
        return;
    }
    *report += &format!("\n{title}:\n\n");
    for record in records.iter().take(MAX_SHOWN) {
        *report += &format!("    {}\n", placed(record));
    }
    if records.len() > MAX_SHOWN {
        *report += &format!("    and {} more\n", records.len() - MAX_SHOWN);
    }
}

/// The records that come nearest, with what is different about them.
fn nearest(report: &mut String, expected: &Expected, others: &[&Captured], captured: usize) {
    if captured == 0 {
        *report += "\nno record was captured at all\n";
    }
    let criteria = expected.criteria();
    let nearness = |record: &Captured| record.with(|record| criteria.iter().map(|c| c.nearness(record)).sum::<u32>());
    let mut ranked: Vec<_> = others.iter().map(|record| (nearness(record), *record)).collect();
    // Stable, so of those that are as near the first one is shown first.
    ranked.sort_by_key(|&(nearness, _)| core::cmp::Reverse(nearness));
    // Beside one that is quite near, those that have little to do with it are in the way.
    let best = ranked.first().map_or(0, |&(nearness, _)| nearness);
    ranked.retain(|&(nearness, _)| nearness * 5 >= best * 2);
    ranked.truncate(MAX_SHOWN);
    if !ranked.is_empty() {
        *report += &format!("\nnearest, of {captured} captured:\n");
    }
    for (_, record) in ranked {
        *report += &format!("\n    {}\n", placed(record));
        record.with(|record| differences(report, criteria, record));
    }
}

/// Like a diff: what is met, `-` what was wanted, `+` what there is instead.
fn differences(report: &mut String, criteria: &[Criterion], record: &Record<'_>) {
    for criterion in criteria {
        match criterion.check(record) {
            Ok(()) => *report += &format!("        {criterion}\n"),
            Err(found) => *report += &format!("      - {criterion}\n      + {found}\n"),
        }
    }
}

/// Records that are as expected, of threads that belong to no capture: most likely somebody forgot to let them join.
fn outside(report: &mut String, expected: &Expected, strays: &[Captured]) {
    let matching: Vec<_> = strays.iter().filter(|stray| expected.matches(stray)).collect();
    if matching.is_empty() {
        return;
    }
    *report += "\nlogged meanwhile by threads that belong to no capture; let them join it, with `capture.wrap(closure)`,\n\
                `capture.spawn(closure)` or `capture.instrument(future)`:\n\n";
    for stray in matching.iter().take(MAX_STRAYS) {
        let thread = stray.with(|record| match record.thread().name {
            Some(name) => format!("thread `{}`", name.escape_debug()),
            None => format!("thread {}", record.thread().id),
        });
        *report += &format!("    {thread}: {}\n", placed(stray));
    }
}

/// How much two texts have in common, from 0 to 100: the share of their pairs of neighbouring characters that both have
/// (the coefficient of Dice and Sørensen).
pub(super) fn similarity(left: &str, right: &str) -> u32 {
    let pairs = |text: &str| -> HashSet<(char, char)> {
        let text = text.to_lowercase();
        text.chars().zip(text.chars().skip(1)).collect()
    };
    let (left, right) = (pairs(left), pairs(right));
    let all = left.len() + right.len();
    (200 * left.intersection(&right).count()).checked_div(all).map_or(0, |share| share as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_similar_by_what_they_share() {
        assert_eq!(similarity("disk full", "disk full"), 100);
        assert_eq!(similarity("abc", "xyz"), 0);
        assert_eq!(similarity("", ""), 0);
        assert!(similarity("disk is nearly ful", "disk is nearly full") > 90);
        assert!(similarity("disk is full", "no answer") < 20);
    }
}
