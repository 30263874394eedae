//! The macros that people write, one per level, and `log!` for a level that is decided at run time.
//!
//! Each exists twice. Which one is compiled depends on the compile-time floor (see [`crate::STATIC_MAX_LEVEL`]): above it,
//! a statement becomes a callsite; below it, code that is type-checked and never runs. That is a `cfg` here and no `if` in
//! the expansion, because a callsite is a `static`, and the compiler keeps statics of code that it removes.

/// Defines one macro: what it is for, its level, and the floors that remove it.
///
/// `$dollar` is a `$`, which cannot be written in the inner macro otherwise.
macro_rules! statement {
    ($dollar:tt $(#[$doc:meta])* $name:ident = $level:ident, removed by $($floor:literal)|+, in release by $($release:literal)|+) => {
        #[cfg(not(any($(feature = $floor,)+ all(not(debug_assertions), any($(feature = $release),+)))))]
        $(#[$doc])*
        #[macro_export]
        macro_rules! $name {
            ($dollar($dollar tokens:tt)*) => {
                $dollar crate::__private::__event!([$dollar crate] [$dollar crate::Level::$level] $dollar($dollar tokens)*)
            };
        }

        #[cfg(any($(feature = $floor,)+ all(not(debug_assertions), any($(feature = $release),+))))]
        $(#[$doc])*
        #[macro_export]
        macro_rules! $name {
            ($dollar($dollar tokens:tt)*) => {
                $dollar crate::__private::__off!([$dollar crate] [$dollar crate::Level::$level] $dollar($dollar tokens)*)
            };
        }
    };
}

statement! { $
    /// Logs at [`Level::TRACE`](crate::Level::TRACE): steps through the code, for the one who debugs it.
    ///
    /// See [`info!`](crate::info) for everything that can be written in a statement.
    ///
    /// ```
    /// # let (row, rows) = (3, 9);
    /// rlog::trace!(rows, "row {row}");
    /// ```
    trace = TRACE,
    removed by "max_level_off" | "max_level_critical" | "max_level_error" | "max_level_warn" | "max_level_notice"
        | "max_level_info" | "max_level_debug",
    in release by "release_max_level_off" | "release_max_level_critical" | "release_max_level_error"
        | "release_max_level_warn" | "release_max_level_notice" | "release_max_level_info" | "release_max_level_debug"
}

statement! { $
    /// Logs at [`Level::DEBUG`](crate::Level::DEBUG): what the program is doing, for its developers.
    ///
    /// See [`info!`](crate::info) for everything that can be written in a statement.
    ///
    /// ```
    /// # let query = "select 1";
    /// rlog::debug!(rows = 3, "ran {query:?}");
    /// ```
    debug = DEBUG,
    removed by "max_level_off" | "max_level_critical" | "max_level_error" | "max_level_warn" | "max_level_notice"
        | "max_level_info",
    in release by "release_max_level_off" | "release_max_level_critical" | "release_max_level_error"
        | "release_max_level_warn" | "release_max_level_notice" | "release_max_level_info"
}

statement! { $
    /// Logs at [`Level::INFO`](crate::Level::INFO): what happened, for the program's operators.
    ///
    /// ```
    /// # use std::net::Ipv4Addr;
    /// # struct User { id: u64, name: String }
    /// # let user = User { id: 7, name: "ada".into() };
    /// # let (amount, address) = (12.5, Ipv4Addr::LOCALHOST);
    /// use rlog::info;
    ///
    /// info!("started");
    /// info!(user = user.id, %address, "paid {amount:.2} to {}", user.name);
    /// ```
    ///
    /// Nothing in a statement is evaluated when its callsite is off, and everything exactly once, in order, when it is on;
    /// `?`, `return`, `break` and `.await` work inside. It is an expression of type `()`.
    ///
    /// # Everything that can be written
    ///
    /// A statement is settings, then fields, then a message with its arguments, all separated by commas; a `;` may stand
    /// between the fields and the message. There must be a field or a message.
    ///
    /// | setting | meaning |
    /// | --- | --- |
    /// | `target: "audit"` | the name by which levels and handlers are chosen; the module path, if not set. Any expression that is a string; constants and literals are known to [`callsites`](crate::callsites) before the statement runs |
    /// | `name: "user.login"` | the event's name, a constant |
    /// | `logger: audit` | a [`Logger`](crate::Logger) by whose name levels and handlers are chosen |
    /// | `parent: &span` | the span that the event belongs to: compiled, and without effect before there are spans |
    /// | `first: 1` | log it the first so many times, and then not again in this process |
    /// | `every: 100` | log every so many-th: with `first:`, those behind the first ones |
    /// | `at_most: "10/s"` | log so many in a period (`ms`, `s`, `min`, `h`, `day`; `"1/5min"` has five minutes) |
    ///
    /// What a limit holds back is counted, and the next event that passes tells the number as its field `suppressed`.
    ///
    /// | field | meaning |
    /// | --- | --- |
    /// | `key = value` | the value as what it is: a number, a string, an error with its sources, a struct that is [`Loggable`](crate::Loggable) |
    /// | `key = %value`, `key = ?value` | the text of its `Display`, of its `Debug` |
    /// | `key = #?value` | the text of its `Debug` over several lines |
    /// | `key = #value` | what its `serde::Serialize` writes, with the feature `serde` |
    /// | `value`, `%value`, `?a.b.0` | a variable, or a path of fields, is its own key |
    /// | `a.b = value`, `"a-b" = value`, `type = value`, `{ KEY } = value` | the key has dots, is a string, a keyword, a constant |
    /// | `..value` | each field of a struct or a map is a field of the event |
    /// | `key:? = value`, `key:%`, `key:err`, `key:serde` | as `log` writes it |
    /// | `#[cfg(unix)] key = value` | the field is there if the condition holds; so is the message, as `#[cfg(unix)] message = value` |
    /// | `#[allow(secret)] token = value` | no warning about a key that looks like a secret |
    /// | `{ key = value, other }` | fields may stand in braces |
    ///
    /// A field that is `None` is left out. `timestamp`, `level`, `logger` and `message` cannot be keys, as every record has
    /// them; `message = value` gives the message.
    ///
    /// | message | meaning |
    /// | --- | --- |
    /// | `"paid {amount:.2}"` | the holes of `format!`. A hole with a name is a field, too: here `amount`. It shows the field, the argument or the variable of that name |
    /// | `"paid {} to {0}", amount` | a hole without a name is no field |
    /// | `concat!("a", "b {}"), 1` | what the compiler makes a literal of |
    /// | `messages::STARTED` | the path of a constant, whose text is shown as it is |
    ///
    /// # Errors
    ///
    /// Errors are logged with their sources:
    ///
    /// ```
    /// # let path = "no such file";
    /// if let Err(err) = std::fs::read(path) {
    ///     rlog::error!(err, "cannot read {path}");
    /// }
    /// ```
    ///
    /// # Mistakes
    ///
    /// are compile errors: a hole without an argument, an argument without a hole, a key that is given twice, a type that
    /// cannot be logged. So are they in statements below the compile-time floor.
    ///
    /// ```compile_fail
    /// rlog::info!("{} paid {}", "ada");
    /// ```
    info = INFO,
    removed by "max_level_off" | "max_level_critical" | "max_level_error" | "max_level_warn" | "max_level_notice",
    in release by "release_max_level_off" | "release_max_level_critical" | "release_max_level_error"
        | "release_max_level_warn" | "release_max_level_notice"
}

statement! { $
    /// Logs at [`Level::NOTICE`](crate::Level::NOTICE): normal, but worth a second look.
    ///
    /// See [`info!`](crate::info) for everything that can be written in a statement.
    ///
    /// ```
    /// rlog::notice!(signal = "SIGHUP", "configuration reloaded");
    /// ```
    notice = NOTICE,
    removed by "max_level_off" | "max_level_critical" | "max_level_error" | "max_level_warn",
    in release by "release_max_level_off" | "release_max_level_critical" | "release_max_level_error"
        | "release_max_level_warn"
}

statement! { $
    /// Logs at [`Level::WARN`](crate::Level::WARN): something is wrong, and the program goes on.
    ///
    /// See [`info!`](crate::info) for everything that can be written in a statement.
    ///
    /// ```
    /// # let attempt = 2;
    /// rlog::warn!(attempt, "no answer yet");
    /// ```
    warn = WARN,
    removed by "max_level_off" | "max_level_critical" | "max_level_error",
    in release by "release_max_level_off" | "release_max_level_critical" | "release_max_level_error"
}

statement! { $
    /// Logs at [`Level::ERROR`](crate::Level::ERROR): an operation failed.
    ///
    /// See [`info!`](crate::info) for everything that can be written in a statement.
    ///
    /// ```
    /// let err = "x".parse::<u8>().unwrap_err();
    /// rlog::error!(err, "not a number");
    /// ```
    error = ERROR,
    removed by "max_level_off" | "max_level_critical",
    in release by "release_max_level_off" | "release_max_level_critical"
}

statement! { $
    /// Logs at [`Level::CRITICAL`](crate::Level::CRITICAL): the program, or a part of it, cannot go on.
    ///
    /// See [`info!`](crate::info) for everything that can be written in a statement.
    ///
    /// ```
    /// rlog::critical!(free = 0, "disk full");
    /// ```
    critical = CRITICAL,
    removed by "max_level_off",
    in release by "release_max_level_off"
}

/// Defines `__with_floor!`, which hands what it is given to another macro with the compile-time floor in front: for
/// statements whose level the facade does not know. Of the floors that are set, the strictest, which comes first, wins.
macro_rules! with_floor {
    ($dollar:tt [$($stricter:meta),*]) => {
        with_floor!(@define $dollar 0 not(any($($stricter),*)));
    };
    ($dollar:tt [$($stricter:meta),*] $severity:literal = $floor:literal | $release:literal, $($rest:tt)*) => {
        with_floor!(@define $dollar $severity all(
            any(feature = $floor, all(not(debug_assertions), feature = $release)),
            not(any($($stricter),*))
        ));
        with_floor! {
            $dollar [$($stricter,)* any(feature = $floor, all(not(debug_assertions), feature = $release))] $($rest)*
        }
    };
    (@define $dollar:tt $severity:literal $condition:meta) => {
        #[cfg($condition)]
        #[doc(hidden)]
        #[macro_export]
        macro_rules! __with_floor {
            ([$dollar($dollar door:tt)*] $dollar($dollar tokens:tt)*) => {
                $dollar($dollar door)*!([$dollar crate] [$severity] $dollar($dollar tokens)*)
            };
        }
    };
}

with_floor! { $ []
    100 = "max_level_off" | "release_max_level_off",
    50 = "max_level_critical" | "release_max_level_critical",
    40 = "max_level_error" | "release_max_level_error",
    30 = "max_level_warn" | "release_max_level_warn",
    25 = "max_level_notice" | "release_max_level_notice",
    20 = "max_level_info" | "release_max_level_info",
    10 = "max_level_debug" | "release_max_level_debug",
}

/// Logs at a level that is decided when the statement runs.
///
/// Apart from the level, which stands behind the settings, it is like [`info!`](crate::info). A built-in level that is written
/// by its name, such as `Level::WARN`, is known when the statement is compiled, and it is removed below the floor as `warn!`
/// is. Any other is a value, that of [`level!`](crate::level) too: below the floor the statement does nothing, and stays in the
/// binary. The macro that `level!` makes removes its statements.
///
/// ```
/// use rlog::{Level, log};
///
/// let status = 503;
/// let level = if status < 500 { Level::INFO } else { Level::ERROR };
/// log!(level, status, "answered");
/// log!(target: "app::http", Level::new(35), "answered with {status}");
/// ```
#[macro_export]
macro_rules! log {
    ($($tokens:tt)*) => {
        $crate::__with_floor!([$crate::__private::__log] $($tokens)*)
    };
}

/// Logs at a level that is given as an argument: [`log!`](crate::log) under the name that it has in `tracing`.
///
/// ```
/// use rlog::{Level, event};
///
/// event!(Level::INFO, answer = 42, "computed");
/// event!(target: "app::jobs", Level::WARN, { attempt = 3 }, "slow");
/// ```
#[macro_export]
macro_rules! event {
    ($($tokens:tt)*) => {
        $crate::__with_floor!([$crate::__private::__log] $($tokens)*)
    };
}

/// Whether an event of this level would be logged here: `false` below the compile-time floor, else one test of a byte.
///
/// For work that is only needed for a log statement and does not fit into it: the arguments of a statement that is off are
/// not evaluated anyway. The settings `target:` and `logger:` are those of [`info!`](crate::info); what follows the level
/// is not looked at.
///
/// ```
/// use rlog::{Level, debug, enabled};
///
/// if enabled!(target: "app::cache", Level::DEBUG) {
///     let entries: Vec<u32> = (0..3).collect();
///     debug!(target: "app::cache", entries, "dump");
/// }
/// ```
#[macro_export]
macro_rules! enabled {
    ($($tokens:tt)*) => {
        $crate::__with_floor!([$crate::__private::__enabled] $($tokens)*)
    };
}

/// [`enabled!`](crate::enabled) under the name that `tracing` has for it when it is asked about events only.
///
/// ```
/// use rlog::{Level, event_enabled};
///
/// assert!(!event_enabled!(target: "app", Level::TRACE, "read {} bytes", 3));
/// ```
#[macro_export]
macro_rules! event_enabled {
    ($($tokens:tt)*) => {
        $crate::__with_floor!([$crate::__private::__enabled] $($tokens)*)
    };
}

/// [`enabled!`](crate::enabled) under the name that it has in `log`.
///
/// ```
/// use rlog::{Level, log_enabled};
///
/// assert!(!log_enabled!(Level::Trace));
/// ```
#[macro_export]
macro_rules! log_enabled {
    ($($tokens:tt)*) => {
        $crate::__with_floor!([$crate::__private::__enabled] $($tokens)*)
    };
}
