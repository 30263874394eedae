//! What the types of `std` are shown as; by themselves, and within others.

use crate::value::render::tests::{logged, sent};
use crate::value::{Probe, Value, probes::*};
use core::cell::{Cell, LazyCell, OnceCell, RefCell};
use core::cmp::{Ordering, Reverse};
use core::fmt::Debug;
use core::marker::PhantomData;
use core::num::{NonZero, Saturating, Wrapping};
use core::ops::Bound;
use core::sync::atomic::{AtomicBool, AtomicI8, AtomicU64, AtomicUsize};
use std::borrow::{Cow, ToOwned as _};
use std::boxed::Box;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::error::Error;
use std::ffi::{CString, OsStr, OsString};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::string::{String, ToString as _};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, RwLock};
use std::time::{Duration, Instant, SystemTime};
use std::vec::Vec;
use std::{io, thread, vec};

/// The value that a statement with this field logs.
macro_rules! field {
    ($value:expr) => {
        sent((&&&&&Probe(&$value)).rlog_value())
    };
}

/// Checks values as fields of a statement and within a list.
macro_rules! shown {
    ($($value:expr => $expected:expr;)*) => {$({
        let expected: &str = $expected;
        assert_eq!(field!($value).to_string(), expected, stringify!($value));
        let nested = logged([$value]).to_string();
        assert_eq!(nested.replace('"', ""), ["[", &expected.replace('"', ""), "]"].concat(), stringify!($value));
    })*};
}

#[test]
fn numbers_are_shown_as_numbers_whatever_holds_them() {
    shown! {
        i128::MIN => "-170141183460469231731687303715884105728";
        u128::MAX => "340282366920938463463374607431768211455";
        (NonZero::new(-5_i8), NonZero::<u128>::MIN, NonZero::<usize>::MAX) => "(-5, 1, 18446744073709551615)";
        NonZero::<i64>::MIN => "-9223372036854775808";
        Wrapping(7_u8) => "7";
        Wrapping(Saturating(-7_i128)) => "-7";
        AtomicU64::new(9) => "9";
        AtomicI8::new(-9) => "-9";
        AtomicBool::new(true) => "true";
        Arc::new(AtomicUsize::new(3)) => "3";
        Some(Cell::new(4_u8)) => "4";
        Reverse(1.5_f32) => "1.5";
    }
    assert!(matches!(field!(NonZero::<u16>::MIN), Value::U64(1)));
    assert!(matches!(field!(AtomicBool::new(false)), Value::Bool(false)));
}

#[test]
fn wrapped_numbers_obey_specifications_as_those_in_them_do() {
    // The worker formats these from the number alone, so both must have the same text.
    fn same(
        a: impl Debug + core::fmt::Display + core::fmt::LowerHex,
        b: impl Debug + core::fmt::Display + core::fmt::LowerHex,
    ) {
        assert_eq!(std::format!("{a} {a:?} {a:+05} {a:#x}"), std::format!("{b} {b:?} {b:+05} {b:#x}"));
    }
    same(NonZero::<u8>::MAX, u8::MAX);
    same(Wrapping(-3_i32), -3_i32);
    same(Saturating(3_i128), 3_i128);
}

#[test]
fn text_is_shown_as_text_also_where_it_is_none() {
    shown! {
        "a" => "a";
        String::from("b") => "b";
        Cow::Borrowed("c") => "c";
        Box::<str>::from("d") => "d";
        Path::new("/etc") => "/etc";
        PathBuf::from("/etc/x") => "/etc/x";
        OsStr::new("os") => "os";
        OsString::from("os") => "os";
        c"c" => "c";
        CString::new(*b"\xffa\xe2\x82").expect("no zero") => "\u{fffd}a\u{fffd}";
    }
    assert!(matches!(field!(Path::new("/etc")), Value::Str("/etc")));
}

#[test]
#[cfg(unix)]
fn paths_that_are_no_text_are_shown_as_far_as_they_are() {
    use std::os::unix::ffi::OsStrExt as _;
    let name = OsStr::from_bytes(b"a\xffb");
    assert_eq!(field!(name).to_string(), name.to_string_lossy());
    assert_eq!(field!(Path::new(name)).to_string(), "a\u{fffd}b");
}

#[test]
fn times_are_times_and_instants_are_ages() {
    shown! {
        Duration::from_millis(1500) => "1.5s";
        SystemTime::UNIX_EPOCH + Duration::new(1, 5) => "1970-01-01T00:00:01.000000005Z";
        SystemTime::UNIX_EPOCH - Duration::new(0, 1) => "1969-12-31T23:59:59.999999999Z";
    }
    let begin = Instant::now();
    let Value::Duration(age) = field!(begin) else { panic!("no duration") };
    let Value::Duration(later) = logged(Some(begin)) else { panic!("no duration") };
    assert!(age <= later && later <= begin.elapsed());
}

#[test]
fn lists_and_maps_are_shown_in_their_order() {
    shown! {
        [1_u8; 2] => "[1, 1]";
        vec![Some('a'), None] => "[a, null]";
        VecDeque::from([1, 2]) => "[1, 2]";
        LinkedList::from([1, 2]) => "[1, 2]";
        BinaryHeap::from([1]) => "[1]";
        BTreeSet::from([2, 1]) => "[1, 2]";
        HashSet::from([2]) => "[2]";
        BTreeMap::from([(2, "b"), (1, "a")]) => "{1: \"a\", 2: \"b\"}";
        HashMap::from([("k", 0.5)]) => "{\"k\": 0.5}";
        Rc::<[u8]>::from([1, 2]) => "[1, 2]";
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, "12") => "(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, \"12\")";
    }
}

#[test]
fn enums_and_ranges_are_shown_with_their_names() {
    shown! {
        Ok::<u8, &str>(1) => "Ok(1)";
        Err::<u8, _>("no") => "Err(\"no\")";
        Ordering::Less => "Less";
        (Bound::Included(1), Bound::Excluded(2), Bound::<u8>::Unbounded) => "(Included(1), Excluded(2), Unbounded)";
        core::ops::ControlFlow::<(), u8>::Continue(5) => "Continue(5)";
        core::task::Poll::<u8>::Pending => "Pending";
        1..5 => "Range {start: 1, end: 5}";
        1..=5 => "RangeInclusive {start: 1, end: 5}";
        2.. => "RangeFrom {start: 2}";
        ..5 => "RangeTo {end: 5}";
        ..=5 => "RangeToInclusive {end: 5}";
        .. => "RangeFull";
    }
}

#[test]
fn what_somebody_holds_is_told_and_not_waited_for() {
    let (cell, mutex, lock) = (RefCell::new(vec![1]), Mutex::new("m"), RwLock::new(2));
    let shown = || logged((&cell, &mutex, &lock)).to_string();
    assert_eq!(shown(), "([1], \"m\", 2)");
    {
        let _borrowed = cell.borrow();
        let _reads = lock.read();
        assert_eq!(shown(), "([1], \"m\", 2)", "two may read");
        assert_eq!(field!(cell.borrow()).to_string(), "[1]");
    }
    {
        let _borrowed = cell.borrow_mut();
        let guard = mutex.lock().expect("not poisoned");
        let _writes = lock.write();
        assert_eq!(shown(), "(<borrowed>, <locked>, <locked>)");
        assert_eq!(field!(mutex).to_string(), "<locked>");
        assert_eq!(field!(guard).to_string(), "m");
    }
    assert_eq!(shown(), "([1], \"m\", 2)");
}

#[test]
fn poisoned_locks_show_their_value() {
    let (mutex, lock) = (Arc::new(Mutex::new(1)), Arc::new(RwLock::new(2)));
    let held = (Arc::clone(&mutex), Arc::clone(&lock));
    let thread = thread::spawn(move || {
        let _held = (held.0.lock(), held.1.write());
        panic!("poisons");
    });
    assert!(thread.join().is_err() && mutex.is_poisoned() && lock.is_poisoned());
    assert_eq!(logged((mutex, lock)).to_string(), "(1, 2)");
}

#[test]
fn a_lazy_value_is_computed_where_it_is_logged_first() {
    static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| vec!["ada"]);
    assert_eq!(field!(NAMES).to_string(), "[\"ada\"]");
    assert_eq!(logged((LazyCell::new(|| 5_u8), &*NAMES)).to_string(), "(5, [\"ada\"])");
}

#[test]
fn what_is_not_there_is_nothing() {
    let once = OnceLock::new();
    assert!(matches!(field!(once), Value::Null));
    once.set("set").expect("not set");
    assert_eq!(field!(once).to_string(), "set");
    assert_eq!(logged((OnceCell::<u8>::new(), PhantomData::<String>, ())).to_string(), "(null, null, null)");
}

#[test]
fn errors_have_their_sources_wherever_they_are() {
    let error = || io::Error::other(Box::<dyn Error + Send + Sync>::from("disk"));
    let boxed: Box<dyn Error> = Box::new(error());
    let shared: Arc<dyn Error + Send + Sync> = Arc::from(Box::<dyn Error + Send + Sync>::from("shared"));
    let source: Option<&(dyn Error + 'static)> = Some(&*boxed);
    for value in
        [field!(error()), field!(boxed), field!(&boxed), field!(source), logged(Some(error())), logged(&*boxed)]
    {
        let Value::Error(errors) = value else { panic!("{value:?}") };
        assert_eq!(errors.collect::<Vec<_>>(), ["disk"]);
        assert_eq!(errors.backtrace(), None);
    }
    assert_eq!(logged(vec![shared]).to_string(), "[shared]");
    assert!(matches!(field!(None::<&(dyn Error + 'static)>), Value::Null));
    let parsed: Result<u8, _> = "x".parse::<u8>();
    assert_eq!(logged(parsed).to_string(), "Err(invalid digit found in string)");
    assert_eq!(field!(io::ErrorKind::NotFound).to_string(), io::ErrorKind::NotFound.to_string());
}

#[test]
fn an_error_that_a_hole_shows_has_its_sources_whatever_holds_it() {
    /// What a hole with a name makes of the value: its texts.
    macro_rules! hole {
        ($value:expr) => {{
            let Value::Error(errors) = sent((&&&&&Probe(&$value)).rlog_shown()) else { panic!(stringify!($value)) };
            errors.collect::<Vec<_>>()
        }};
    }
    #[derive(Debug)]
    struct Outer(io::Error);
    impl core::fmt::Display for Outer {
        fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            f.write_str("outer")
        }
    }
    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }
    let outer = || Outer(io::Error::other("disk"));
    let boxed: Box<dyn Error> = Box::new(outer());
    let shared: Arc<dyn Error + Send + Sync> = Arc::new(outer());
    let pinned: core::pin::Pin<Box<dyn Error>> = Box::pin(outer());
    let expected = ["outer", "disk"];
    assert_eq!(hole!(outer()), expected);
    assert_eq!(hole!(boxed), expected);
    assert_eq!(hole!(&&boxed), expected);
    assert_eq!(hole!(*boxed), expected);
    assert_eq!(hole!(&*boxed), expected);
    assert_eq!(hole!(shared), expected);
    assert_eq!(hole!(pinned), expected);

    /// Shows itself otherwise than the error that it derefs to.
    struct Named(Outer);
    impl core::ops::Deref for Named {
        type Target = Outer;
        fn deref(&self) -> &Outer {
            &self.0
        }
    }
    impl core::fmt::Display for Named {
        fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            f.write_str("named")
        }
    }
    assert_eq!(hole!(Named(outer())), ["named", "disk"]);
}

#[test]
fn an_error_with_a_backtrace_shows_it_only_where_asked_for() {
    #[derive(Debug)]
    struct Traced;
    impl core::fmt::Display for Traced {
        fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            f.write_str("traced")
        }
    }
    impl Error for Traced {}
    impl crate::value::Loggable for Traced {
        const KIND: crate::value::Kind = crate::value::Kind::Error;
        fn encode(&self, encoder: &mut crate::value::Encoder) {
            encoder.error(self, Some(&std::backtrace::Backtrace::force_capture()));
        }
    }
    let value = logged(Traced);
    assert_eq!(value.to_string(), "traced");
    let Value::Error(mut errors) = value else { panic!("no error") };
    assert!(errors.backtrace().is_some_and(|backtrace| backtrace.contains("an_error_with_a_backtrace")));
    assert_eq!((errors.by_ref().count(), errors.next()), (1, None), "it stays at its end");
    assert!(errors.backtrace().is_some());
}

#[test]
fn what_the_program_is_made_of_is_text() {
    let here = core::panic::Location::caller();
    assert_eq!(field!(here).to_string(), here.to_string());
    let thread = std::format!("{:?}", thread::current().id());
    shown! { thread::current().id() => &thread; }
    assert_eq!(field!(std::backtrace::Backtrace::disabled()).to_string(), "disabled backtrace");
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;
        assert_eq!(field!(std::process::ExitStatus::from_raw(256)).to_string(), "exit status: 1");
    }
    assert_eq!(field!(core::pin::Pin::new(&mut 5)).to_string(), "5");
    assert_eq!(logged("owned".to_owned()).to_string(), "owned");
}
