//! Collecting the records of one test, and asserting what is among them. Feature `testing`.
//!
//! There is one logger in a process, and tests run beside one another. A [`Capture`] belongs to the thread that began it
//! and to the threads and futures that join it, so a test sees its own records and no other's. The
//! [guide](crate::guide::testing) tells more.
//!
//! ```
//! use rlog::testing::{assert_logged, assert_not_logged, capture};
//!
//! fn pay(user: u64, amount: f64) {
//!     rlog::info!(user, "paid {amount:.2}");
//! }
//!
//! // In a test:
//! let capture = capture();
//! pay(7, 12.5);
//! assert_logged!(capture, INFO, message ~ "paid", user = 7, amount = 12.5);
//! assert_not_logged!(capture, >= WARN);
//! ```

#[doc(inline)]
pub use crate::__expected as expected;
pub use crate::{assert_logged, assert_logged_in_order, assert_not_logged};
pub use rlog_runtime::testing::{
    Capture, Captured, Compare, Expected, Handle, Instrumented, Joined, Print, Records, capture, current,
};

/// Panics unless a record was captured that is as expected.
///
/// It is written as a statement is, in any order, and what is not said does not matter:
///
/// ```
/// # let (disk, amount) = ("/dev/sda1", 12.5);
/// use rlog::testing::{assert_logged, capture};
///
/// let capture = capture();
/// rlog::warn!(target: "app::disk", free = 3, "{disk} is nearly full");
///
/// assert_logged!(WARN);
/// assert_logged!(WARN, "nearly full", free = 3);
/// assert_logged!(capture, target: "app", >= NOTICE, message ~ "/dev/* full", disk = "/dev/sda1", free < 10);
/// assert_logged!(times: 1, message == "/dev/sda1 is nearly full", free = _, !user);
/// ```
///
/// | criterion | meaning |
/// | --- | --- |
/// | `WARN`, `Level::WARN`, `SECURITY` | of this level: a built-in one by its name, any other by an expression |
/// | `>= WARN` | of this level, or more severe |
/// | `target: "app"` | of this target, or of one below it |
/// | `name: "user.login"` | of an event with this name |
/// | `template: "{user} paid {amount}"` | of a statement with this template, or with this message as it stands there (`{amount:.2}`) |
/// | `message ~ "disk * full"`, `"disk * full"` | with this text in the message; `*` is any text, `\*` a star |
/// | `message == "disk full"` | with exactly this message |
/// | `key = value`, `key == value` | with this field, whose value is the same: see [`Expected::field`](crate::testing::Expected::field) |
/// | `key = %value`, `key = ?value` | whose text is that of this `Display` or `Debug` |
/// | `key != value`, `key < value`, `<=`, `>`, `>=` | whose value compares so |
/// | `key ~ "text"` | in whose text this is, as in a message |
/// | `key = _`, `!key` | that is there, that is not there |
/// | `a.b = value`, `"a-b" = value`, `{ KEY } = value` | the key has dots, or leads into a value; is a string; is a constant |
///
/// | beside these | meaning |
/// | --- | --- |
/// | `capture` | where to look: a [`Capture`](crate::testing::Capture), a [`Handle`](crate::testing::Handle) or [`Records`](crate::testing::Records). If not said, the capture of this thread |
/// | `times: 2` | so many records, not one or more |
///
/// # Panics
/// With what was expected, and the records that come nearest:
///
/// ```text
/// no captured record is as expected
///
/// expected: WARN, message ~ "nearly full", free = 3
///
/// nearest, of 5 captured:
///
///     WARN app::disk: /dev/sda1 is nearly full disk="/dev/sda1" free=4  (src/disk.rs:88)
///         WARN
///         message ~ "nearly full"
///       - free = 3
///       + free = 4
/// ```
#[macro_export]
macro_rules! assert_logged {
    ($($criteria:tt)*) => {
        $crate::__criteria!(@ [logged Subject] [] [] $($criteria)*)
    };
}

/// Panics if a record was captured that is like this: [`assert_logged!`](crate::assert_logged) the other way round.
///
/// ```
/// use rlog::testing::{assert_not_logged, capture};
///
/// let capture = capture();
/// rlog::info!(user = 7, "paid");
/// assert_not_logged!(capture, >= WARN);
/// assert_not_logged!(user = 8);
/// ```
///
/// # Panics
/// With the records that are like this.
#[macro_export]
macro_rules! assert_not_logged {
    ($($criteria:tt)*) => {
        $crate::__criteria!(@ [not_logged Subject] [] [] $($criteria)*)
    };
}

/// Panics unless there are such records, one behind the other, whatever is between them.
///
/// Each record stands in brackets, with the criteria of [`assert_logged!`](crate::assert_logged); where to look may stand
/// before them.
///
/// ```
/// use rlog::testing::{assert_logged_in_order, capture};
///
/// let capture = capture();
/// rlog::info!(port = 8080, "listening");
/// rlog::debug!("waiting");
/// rlog::info!("stopped");
/// assert_logged_in_order!(["listening", port = 8080], [INFO, "stopped"]);
/// assert_logged_in_order!(capture, [DEBUG], [INFO]);
/// ```
///
/// # Panics
/// With the first record that is not there, and those that come nearest.
#[macro_export]
macro_rules! assert_logged_in_order {
    ($([$($criteria:tt)*]),+ $(,)?) => {
        $crate::__private::testing::in_order(
            $crate::__private::testing::Subject::new(),
            &[$($crate::__expected!($($criteria)*)),+],
        )
    };
    ($place:expr, $([$($criteria:tt)*]),+ $(,)?) => {
        $crate::__private::testing::in_order(
            $crate::__private::testing::Subject::new().given(&$place),
            &[$($crate::__expected!($($criteria)*)),+],
        )
    };
    ($($other:tt)*) => {
        ::core::compile_error!(
            "write each record in brackets: `assert_logged_in_order!([INFO, \"started\"], [INFO, \"stopped\"])`"
        )
    };
}

/// An [`Expected`](crate::testing::Expected), for counting, waiting and narrowing down: written as in
/// [`assert_logged!`](crate::assert_logged), without where to look.
///
/// ```
/// use rlog::testing::{capture, expected};
/// use std::time::Duration;
///
/// let capture = capture();
/// let worker = capture.spawn(|| rlog::info!(jobs = 3, "ready"));
/// assert!(capture.wait_for(&expected!(INFO, "ready", jobs > 0), Duration::from_secs(60)));
/// # worker.join().unwrap();
/// assert_eq!(capture.count(&expected!("ready")), 1);
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __expected {
    ($($criteria:tt)*) => {
        $crate::__criteria!(@ [wanted LevelOnly] [] [] $($criteria)*)
    };
}

/// Reads criteria, one after the other: `@ [how it ends] [what is given without a key] [criteria] the rest`.
#[doc(hidden)]
#[macro_export]
macro_rules! __criteria {
    // How a field is compared. First, as `@field` would be read as the beginning of the others.
    (@field $end:tt $given:tt [$($criterion:tt)*] [$key:expr] = _ $(, $($rest:tt)*)?) => {
        $crate::__criteria!(@ $end $given [$($criterion)* .has_field($key)] $($($rest)*)?)
    };
    (@field $end:tt $given:tt [$($criterion:tt)*] [$key:expr] = % $value:expr $(, $($rest:tt)*)?) => {
        $crate::__criteria!(
            @ $end $given [$($criterion)* .field_shown($key, ::std::format!("{}", $value))] $($($rest)*)?
        )
    };
    (@field $end:tt $given:tt [$($criterion:tt)*] [$key:expr] = ? $value:expr $(, $($rest:tt)*)?) => {
        $crate::__criteria!(
            @ $end $given [$($criterion)* .field_shown($key, ::std::format!("{:?}", $value))] $($($rest)*)?
        )
    };
    (@field $end:tt $given:tt [$($criterion:tt)*] [$key:expr] = $value:expr $(, $($rest:tt)*)?) => {
        $crate::__criteria!(@ $end $given [$($criterion)* .field($key, &$value)] $($($rest)*)?)
    };
    (@field $end:tt $given:tt $criteria:tt [$key:expr] == $($rest:tt)+) => {
        $crate::__criteria!(@field $end $given $criteria [$key] = $($rest)+)
    };
    (@field $end:tt $given:tt [$($criterion:tt)*] [$key:expr] ~ $value:expr $(, $($rest:tt)*)?) => {
        $crate::__criteria!(@ $end $given [$($criterion)* .field_like($key, $value)] $($($rest)*)?)
    };
    (@field $end:tt $given:tt $criteria:tt $key:tt != $($rest:tt)+) => {
        $crate::__criteria!(@compared $end $given $criteria $key IsNot $($rest)+)
    };
    (@field $end:tt $given:tt $criteria:tt $key:tt < $($rest:tt)+) => {
        $crate::__criteria!(@compared $end $given $criteria $key Less $($rest)+)
    };
    (@field $end:tt $given:tt $criteria:tt $key:tt <= $($rest:tt)+) => {
        $crate::__criteria!(@compared $end $given $criteria $key AtMost $($rest)+)
    };
    (@field $end:tt $given:tt $criteria:tt $key:tt > $($rest:tt)+) => {
        $crate::__criteria!(@compared $end $given $criteria $key Greater $($rest)+)
    };
    (@field $end:tt $given:tt $criteria:tt $key:tt >= $($rest:tt)+) => {
        $crate::__criteria!(@compared $end $given $criteria $key AtLeast $($rest)+)
    };
    (@compared $end:tt $given:tt [$($criterion:tt)*] [$key:expr] $compare:ident $value:expr $(, $($rest:tt)*)?) => {
        $crate::__criteria!(
            @ $end $given
            [$($criterion)* .field_compared($key, $crate::testing::Compare::$compare, &$value)]
            $($($rest)*)?
        )
    };
    (@field $end:tt $given:tt $criteria:tt $key:tt $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "cannot read `", ::core::stringify!($($rest)*), "` behind a key; expected `= value`, `!= value`, `< value`, \
             `<= value`, `> value`, `>= value`, `~ \"pattern\"` or `= _`"
        ))
    };

    // The end: a function, the type of what is given beside the criteria, and both as calls of methods.
    (@ [$function:ident $subject:ident] [$($given:tt)*] [$($criterion:tt)*] $(,)?) => {
        $crate::__private::testing::$function(
            $crate::__private::testing::$subject::new() $($given)*,
            $crate::testing::Expected::new() $($criterion)*,
        )
    };

    // What others would expect to be settings.
    (@ $end:tt $given:tt $criteria:tt level: $($rest:tt)*) => {
        ::core::compile_error!("a level stands without a key: `WARN`, or `>= WARN` for that and what is more severe")
    };
    (@ $end:tt $given:tt $criteria:tt message: $($rest:tt)*) => {
        ::core::compile_error!("a part of the message stands without a key: `\"nearly full\"`; all of it is `message == \"text\"`")
    };
    (@ [wanted $subject:ident] $given:tt $criteria:tt times: $($rest:tt)*) => {
        ::core::compile_error!(
            "`times:` is for `assert_logged!`, and this says what one record is like; for how many there are, write \
             `assert_logged!(times: 2, ..)` or `capture.count(&expected!(..))`"
        )
    };

    // Settings.
    (@ $end:tt [$($given:tt)*] $criteria:tt times: $value:expr $(, $($rest:tt)*)?) => {
        $crate::__criteria!(@ $end [$($given)* .times($value)] $criteria $($($rest)*)?)
    };
    (@ $end:tt $given:tt [$($criterion:tt)*] target: $value:expr $(, $($rest:tt)*)?) => {
        $crate::__criteria!(@ $end $given [$($criterion)* .target($value)] $($($rest)*)?)
    };
    (@ $end:tt $given:tt [$($criterion:tt)*] name: $value:expr $(, $($rest:tt)*)?) => {
        $crate::__criteria!(@ $end $given [$($criterion)* .name($value)] $($($rest)*)?)
    };
    (@ $end:tt $given:tt [$($criterion:tt)*] template: $value:expr $(, $($rest:tt)*)?) => {
        $crate::__criteria!(@ $end $given [$($criterion)* .template($value)] $($($rest)*)?)
    };
    (@ $end:tt $given:tt $criteria:tt $unknown:ident : $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "unknown setting `", ::core::stringify!($unknown), ":`; expected `target:`, `name:`, `template:` or `times:`; \
             a field is `", ::core::stringify!($unknown), " = value`"
        ))
    };

    // Levels, where to look, and the message, which have no key.
    (@ $end:tt $given:tt [$($criterion:tt)*] >= $level:ident $(, $($rest:tt)*)?) => {
        $crate::__criteria!(@ $end $given [$($criterion)* .at_least($crate::__named!($level))] $($($rest)*)?)
    };
    (@ $end:tt $given:tt [$($criterion:tt)*] >= $level:expr $(, $($rest:tt)*)?) => {
        $crate::__criteria!(@ $end $given [$($criterion)* .at_least($level)] $($($rest)*)?)
    };
    (@ $end:tt [$($given:tt)*] $criteria:tt $it:ident $(, $($rest:tt)*)?) => {
        $crate::__criteria!(@ $end [$($given)* .given(&$crate::__named!($it))] $criteria $($($rest)*)?)
    };
    (@ $end:tt $given:tt [$($criterion:tt)*] $text:literal $(, $($rest:tt)*)?) => {
        $crate::__criteria!(@ $end $given [$($criterion)* .message_like($text)] $($($rest)*)?)
    };

    // The keys of fields.
    (@ $end:tt $given:tt [$($criterion:tt)*] ! $key:ident $(. $more:tt)* $(, $($rest:tt)*)?) => {
        $crate::__criteria!(
            @ $end $given [$($criterion)* .lacks_field($crate::__key!($key $(. $more)*))] $($($rest)*)?
        )
    };
    (@ $end:tt $given:tt [$($criterion:tt)*] ! $key:literal $(, $($rest:tt)*)?) => {
        $crate::__criteria!(@ $end $given [$($criterion)* .lacks_field($key)] $($($rest)*)?)
    };
    (@ $end:tt $given:tt $criteria:tt $key:literal $($rest:tt)+) => {
        $crate::__criteria!(@field $end $given $criteria [$key] $($rest)+)
    };
    (@ $end:tt $given:tt $criteria:tt { $key:expr } $($rest:tt)+) => {
        $crate::__criteria!(@field $end $given $criteria [$key] $($rest)+)
    };
    (@ $end:tt $given:tt $criteria:tt $key:ident $(. $more:tt)* = $($rest:tt)+) => {
        $crate::__criteria!(@field $end $given $criteria [$crate::__key!($key $(. $more)*)] = $($rest)+)
    };
    (@ $end:tt $given:tt $criteria:tt $key:ident $(. $more:tt)* == $($rest:tt)+) => {
        $crate::__criteria!(@field $end $given $criteria [$crate::__key!($key $(. $more)*)] = $($rest)+)
    };
    (@ $end:tt $given:tt $criteria:tt $key:ident $(. $more:tt)* != $($rest:tt)+) => {
        $crate::__criteria!(@field $end $given $criteria [$crate::__key!($key $(. $more)*)] != $($rest)+)
    };
    (@ $end:tt $given:tt $criteria:tt $key:ident $(. $more:tt)* ~ $($rest:tt)+) => {
        $crate::__criteria!(@field $end $given $criteria [$crate::__key!($key $(. $more)*)] ~ $($rest)+)
    };
    (@ $end:tt $given:tt $criteria:tt $key:ident $(. $more:tt)* < $($rest:tt)+) => {
        $crate::__criteria!(@field $end $given $criteria [$crate::__key!($key $(. $more)*)] < $($rest)+)
    };
    (@ $end:tt $given:tt $criteria:tt $key:ident $(. $more:tt)* <= $($rest:tt)+) => {
        $crate::__criteria!(@field $end $given $criteria [$crate::__key!($key $(. $more)*)] <= $($rest)+)
    };
    (@ $end:tt $given:tt $criteria:tt $key:ident $(. $more:tt)* > $($rest:tt)+) => {
        $crate::__criteria!(@field $end $given $criteria [$crate::__key!($key $(. $more)*)] > $($rest)+)
    };
    (@ $end:tt $given:tt $criteria:tt $key:ident $(. $more:tt)* >= $($rest:tt)+) => {
        $crate::__criteria!(@field $end $given $criteria [$crate::__key!($key $(. $more)*)] >= $($rest)+)
    };
    (@ $end:tt [$($given:tt)*] $criteria:tt $it:expr $(, $($rest:tt)*)?) => {
        $crate::__criteria!(@ $end [$($given)* .given(&$it)] $criteria $($($rest)*)?)
    };

    // What is none of these.
    (@ $end:tt $given:tt $criteria:tt $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "cannot read `", ::core::stringify!($($rest)*), "`; expected a level, `message ~ \"pattern\"`, `key = value` or \
             another of the criteria of `assert_logged!`, with commas between them"
        ))
    };
}

/// A built-in level by its name, or whatever has this name.
#[doc(hidden)]
#[macro_export]
macro_rules! __named {
    (TRACE) => {
        $crate::Level::TRACE
    };
    (DEBUG) => {
        $crate::Level::DEBUG
    };
    (INFO) => {
        $crate::Level::INFO
    };
    (NOTICE) => {
        $crate::Level::NOTICE
    };
    (WARN) => {
        $crate::Level::WARN
    };
    (ERROR) => {
        $crate::Level::ERROR
    };
    (CRITICAL) => {
        $crate::Level::CRITICAL
    };
    ($other:ident) => {
        $other
    };
}

/// A key with its dots.
#[doc(hidden)]
#[macro_export]
macro_rules! __key {
    ($key:ident $(. $more:tt)*) => {
        ::core::concat!(::core::stringify!($key) $(, ".", ::core::stringify!($more))*)
    };
}
