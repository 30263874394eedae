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
    /// A statement has fields, then a message. Both are optional, but not both at once.
    ///
    /// ```
    /// # use std::net::Ipv4Addr;
    /// # struct User { id: u64, name: String }
    /// # let user = User { id: 7, name: "ada".into() };
    /// # let (amount, address, tries) = (12.5, Ipv4Addr::LOCALHOST, [1, 2]);
    /// use rlog::info;
    ///
    /// info!("started");
    /// // Holes are those of `format!`. A hole with a name is a field, too: here `amount`.
    /// info!("paid {amount:.2}");
    /// info!("paid {} to {name}", amount, name = user.name);
    /// // Fields have a key and a value; a variable, or a path to a field, is its own key.
    /// info!(user = user.id, amount, "paid");
    /// info!(user.id, "user-name" = user.name);
    /// // A value is logged as what it is. `%` logs its `Display`, `?` its `Debug`, `#?` its `Debug` over several lines.
    /// info!(%address, ?tries, from = %address, "connected");
    /// // A hole may show a field.
    /// info!(user = user.id, "hello, {user}");
    /// // The target, by which levels and handlers are chosen, is the module path, unless the statement says otherwise.
    /// info!(target: "audit", user.id, "logged in");
    /// ```
    ///
    /// Nothing in it is evaluated when the callsite is off, and everything exactly once when it is on; `?`, `return` and
    /// `.await` work inside. The statement is an expression of type `()`.
    ///
    /// An error is logged with its sources:
    ///
    /// ```
    /// # let path = "no such file";
    /// if let Err(err) = std::fs::read(path) {
    ///     rlog::error!(err, "cannot read {path}");
    /// }
    /// ```
    ///
    /// Mistakes are compile errors: a hole without an argument, an argument without a hole, a key that is given twice, a
    /// type that cannot be logged.
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

/// Logs at a level that is decided when the statement runs.
///
/// Apart from the level it is like [`info!`](crate::info).
///
/// ```
/// use rlog::{Level, log};
///
/// let status = 503;
/// let level = if status < 500 { Level::INFO } else { Level::ERROR };
/// log!(level, status, "answered");
/// log!(target: "app::http", Level::new(35), "answered with {status}");
/// ```
#[cfg(not(any(feature = "max_level_off", all(not(debug_assertions), feature = "release_max_level_off"))))]
#[macro_export]
macro_rules! log {
    ($($tokens:tt)*) => {
        $crate::__private::__log!([$crate] $($tokens)*)
    };
}

/// Logs at a level that is decided when the statement runs; here, where the floor removes every statement, never.
#[cfg(any(feature = "max_level_off", all(not(debug_assertions), feature = "release_max_level_off")))]
#[macro_export]
macro_rules! log {
    ($($tokens:tt)*) => {
        $crate::__private::__off!([$crate] [] $($tokens)*)
    };
}
