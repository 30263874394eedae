//! The logger's own troubles. They cannot be logged, so they are counted, the last one is kept, and stderr hears of
//! them, at most once a second for each kind and each handler.

use crate::handler::write_to_stderr;
use crate::value::render::{Escape, write_text};
use core::fmt::{self, Write};
use core::sync::atomic::{AtomicU64, Ordering};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::string::String;
use std::sync::{Mutex, MutexGuard, TryLockError};
use std::time::{Duration, Instant};
use std::vec::Vec;

/// A kind of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// A handler could not write.
    Handler,
    /// A handler or a formatter panicked.
    Panic,
    /// Records were dropped before any handler saw them.
    #[allow(dead_code, reason = "the policies that drop come with the overflow issue")]
    Dropped,
    /// The environment says something that is not understood.
    Configuration,
}

/// How often each kind of trouble has come up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) handler: u64,
    pub(crate) panic: u64,
    pub(crate) dropped: u64,
    pub(crate) configuration: u64,
}

/// Tells of a trouble. May be called on any thread at any time, also while the process ends; never panics, never logs,
/// and waits for nothing but, once, a stderr that nobody reads.
pub(crate) fn report(kind: Trouble, message: fmt::Arguments<'_>) {
    OFFICE.report(kind, message, Instant::now(), |line| {
        write_to_stderr(line);
    });
}

/// The same for one of many that have troubles of a kind: each has a desk of its own.
pub(crate) fn report_at(desk: &Desk, kind: Trouble, message: fmt::Arguments<'_>) {
    OFFICE.desks[kind as usize].count.fetch_add(1, Ordering::Relaxed);
    desk.report(message, Instant::now(), &OFFICE.last, |line| {
        write_to_stderr(line);
    });
}

/// The same where stderr must not be waited for: it is counted and kept, and told in another way.
pub(crate) fn note(kind: Trouble, message: fmt::Arguments<'_>) {
    OFFICE.note(kind, message);
}

/// How often each kind of trouble has come up.
pub(crate) fn counts() -> Counts {
    OFFICE.counts()
}

/// The last trouble of any kind, if there was one. Also `None` while another thread reports one.
pub(crate) fn last() -> Option<String> {
    OFFICE.last()
}

/// Where troubles are reported, and what is known of them.
struct Office {
    /// One for each kind.
    desks: [Desk; 4],
    /// The last message.
    last: Mutex<Vec<u8>>,
}

/// Where troubles of one kind, or of one handler, are reported.
#[derive(Debug)]
pub(crate) struct Desk {
    count: AtomicU64,
    printed: Mutex<Printed>,
}

/// What stderr has heard.
#[derive(Debug)]
struct Printed {
    at: Option<Instant>,
    /// The count by then.
    count: u64,
}

static OFFICE: Office = Office::new();

const INTERVAL: Duration = Duration::from_secs(1);
/// A message is cut behind so many bytes: it may hold what a user's error says.
const LONGEST: usize = 1 << 10;

impl Office {
    const fn new() -> Self {
        Self { desks: [const { Desk::new() }; 4], last: Mutex::new(Vec::new()) }
    }

    fn report(&self, kind: Trouble, message: fmt::Arguments<'_>, now: Instant, print: impl FnOnce(&[u8])) {
        self.desks[kind as usize].report(message, now, &self.last, print);
    }

    fn note(&self, kind: Trouble, message: fmt::Arguments<'_>) {
        self.desks[kind as usize].count.fetch_add(1, Ordering::Relaxed);
        let line = render(message);
        if let Some(mut last) = try_lock(&self.last) {
            *last = line;
        }
    }

    fn counts(&self) -> Counts {
        let [handler, panic, dropped, configuration] =
            [0, 1, 2, 3].map(|kind| self.desks[kind].count.load(Ordering::Relaxed));
        Counts { handler, panic, dropped, configuration }
    }

    fn last(&self) -> Option<String> {
        let last = try_lock(&self.last)?;
        (!last.is_empty()).then(|| String::from_utf8_lossy(&last).into_owned())
    }
}

impl Desk {
    pub(crate) const fn new() -> Self {
        Self { count: AtomicU64::new(0), printed: Mutex::new(Printed { at: None, count: 0 }) }
    }

    fn report(&self, message: fmt::Arguments<'_>, now: Instant, last: &Mutex<Vec<u8>>, print: impl FnOnce(&[u8])) {
        self.count.fetch_add(1, Ordering::Relaxed);
        // If it is taken, another thread is about to print a trouble of this kind, or this very thread is: the
        // message's `Display` had a trouble of its own. This one is as good as suppressed then.
        let Some(mut printed) = try_lock(&self.printed) else { return };
        let count = self.count.load(Ordering::Relaxed);
        let mut line = render(message);
        if let Some(mut last) = try_lock(last) {
            last.clear();
            last.extend_from_slice(&line);
        }
        if printed.at.is_some_and(|at| now.saturating_duration_since(at) < INTERVAL) {
            return;
        }
        let suppressed = count.saturating_sub(printed.count + 1);
        *printed = Printed { at: Some(now), count };
        line.splice(..0, *b"rlog: ");
        if suppressed > 0 {
            let _ = write!(Bounded(&mut line, usize::MAX), " (and {suppressed} more since the last report)");
        }
        line.push(b'\n');
        print(&line);
    }
}

/// Never waits: a child of `fork` may have inherited the lock of a thread that it has not got.
fn try_lock<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(error)) => Some(error.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// One line without its end, whatever the message does: it may be endless, fail, panic, or hold control characters.
fn render(message: fmt::Arguments<'_>) -> Vec<u8> {
    let mut line = Vec::new();
    let outcome = catch_unwind(AssertUnwindSafe(|| Bounded(&mut line, LONGEST).write_fmt(message)));
    if !matches!(outcome, Ok(Ok(()))) {
        line.extend_from_slice("…".as_bytes());
    }
    line
}

/// Appends escaped text up to a length, and fails there.
struct Bounded<'a>(&'a mut Vec<u8>, usize);

impl Write for Bounded<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.1.saturating_sub(self.0.len());
        let end = (0..=room.min(text.len())).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
        let part = &text[..end];
        write_text(self.0, part, Escape::Text);
        if part.len() == text.len() { Ok(()) } else { Err(fmt::Error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is printed, if anything.
    fn told(desk: &Desk, message: fmt::Arguments<'_>, now: Instant) -> Option<String> {
        let mut told = None;
        desk.report(message, now, &Mutex::default(), |line| {
            told = Some(String::from_utf8(line.to_vec()).expect("it is text"));
        });
        told
    }

    /// A message that does as its function does.
    struct Message<F>(F);

    impl<F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result> fmt::Display for Message<F> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            (self.0)(f)
        }
    }

    fn message<F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result>(display: F) -> Message<F> {
        Message(display)
    }

    #[test]
    fn a_trouble_is_printed_once_a_second_with_the_number_of_those_between() {
        let desk = Desk::new();
        let start = Instant::now();
        let at =
            |milliseconds| told(&desk, format_args!("no {milliseconds}"), start + Duration::from_millis(milliseconds));
        assert_eq!(at(0).as_deref(), Some("rlog: no 0\n"));
        assert_eq!((at(1), at(500), at(999)), (None, None, None));
        assert_eq!(at(1000).as_deref(), Some("rlog: no 1000 (and 3 more since the last report)\n"));
        assert_eq!(at(2500).as_deref(), Some("rlog: no 2500\n"));
        assert_eq!(at(0), None, "a clock that goes back prints nothing");
        assert_eq!(desk.count.load(Ordering::Relaxed), 7);
    }

    #[test]
    fn a_message_is_one_line_of_bounded_length() {
        let now = Instant::now();
        let line = told(&Desk::new(), format_args!("a\nrlog: b\x1b[2J{}", "é".repeat(10_000)), now);
        let line = line.expect("it is the first");
        assert!(line.starts_with("rlog: a\\nrlog: b\\u{1b}[2Jéé"), "{line}");
        assert!(line.ends_with("é…\n") && line.len() <= LONGEST + 16, "{}", line.len());
        let endless = message(|f| {
            loop {
                f.write_str("more and ")?;
            }
        });
        assert!(told(&Desk::new(), format_args!("{endless}"), now).is_some_and(|line| line.len() <= LONGEST + 16));
    }

    #[test]
    fn a_message_that_fails_or_panics_is_told_as_far_as_it_goes() {
        let now = Instant::now();
        let fails = message(|_| Err(fmt::Error));
        assert_eq!(told(&Desk::new(), format_args!("why: {fails}!"), now).as_deref(), Some("rlog: why: …\n"));
        let panics = message(|_| panic!("a panic that this test wants"));
        let desk = Desk::new();
        assert_eq!(told(&desk, format_args!("why: {panics}!"), now).as_deref(), Some("rlog: why: …\n"));
        let later = told(&desk, format_args!("next"), now + INTERVAL);
        assert_eq!(later.as_deref(), Some("rlog: next\n"), "the desk is open again");
    }

    #[test]
    fn a_trouble_inside_a_trouble_is_counted() {
        let desk = Desk::new();
        let now = Instant::now();
        let nested = message(|f| {
            assert_eq!(told(&desk, format_args!("inner"), now), None);
            f.write_str("outer")
        });
        assert_eq!(told(&desk, format_args!("{nested}"), now).as_deref(), Some("rlog: outer\n"));
        assert_eq!(desk.count.load(Ordering::Relaxed), 2);
        let later = told(&desk, format_args!("later"), now + INTERVAL);
        assert_eq!(later.as_deref(), Some("rlog: later (and 1 more since the last report)\n"));
    }

    #[test]
    fn threads_that_report_at_once_are_all_counted() {
        let desk = Desk::new();
        let now = Instant::now();
        let lines = Mutex::new(String::new());
        let report = |now| {
            desk.report(format_args!("x"), now, &Mutex::default(), |line| {
                lines.lock().expect("no panic").push_str(&String::from_utf8_lossy(line));
            });
        };
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..1_000).for_each(|_| report(now)));
            }
        });
        report(now + INTERVAL);
        let lines = lines.into_inner().expect("no panic");
        let digits = lines.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse::<usize>().ok());
        assert_eq!(digits.sum::<usize>() + lines.lines().count(), 4_001, "{lines}");
        assert_eq!(lines.lines().count(), 2, "{lines}");
    }

    #[test]
    fn troubles_of_one_desk_do_not_hide_those_of_another() {
        let (one, other, now) = (Desk::new(), Desk::new(), Instant::now());
        assert_eq!(told(&one, format_args!("one"), now).as_deref(), Some("rlog: one\n"));
        assert_eq!(told(&one, format_args!("one"), now), None);
        assert_eq!(told(&other, format_args!("other"), now).as_deref(), Some("rlog: other\n"));
    }

    #[test]
    fn what_is_reported_is_counted_and_kept() {
        let office = Office::new();
        assert_eq!((office.counts(), office.last()), (Counts::default(), None));
        let mut printed = 0;
        office.report(Trouble::Configuration, format_args!("no such level"), Instant::now(), |_| printed += 1);
        office.report(Trouble::Handler, format_args!("no\troom"), Instant::now(), |_| printed += 1);
        assert_eq!(office.counts(), Counts { handler: 1, configuration: 1, ..Counts::default() });
        assert_eq!(office.last().as_deref(), Some("no\\troom"));
        assert_eq!(printed, 2, "each kind has a desk of its own");
    }
}
