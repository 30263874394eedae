//! `level!`, for levels of the user's own.

/// Declares a level of your own, and the macro for its statements.
///
/// The level lies between the built-in ones and is used as they are: it parses and prints by its name, in directives and in
/// `RLOG` too (`RLOG=security`), filters, has a colour on the console, and its statements compile out below the
/// compile-time floor. Statements are those of [`info!`](crate::info).
///
/// ```
/// mod levels {
///     rlog::level! {
///         /// What the security team reads.
///         pub SECURITY = 35, security, color = "magenta"
///     }
/// }
/// use levels::{SECURITY, security};
///
/// security!(user = "ada", "logged in with an old password");
/// rlog::log!(SECURITY, attempts = 3, "locked out");
/// assert_eq!(SECURITY.to_string(), "SECURITY");
/// assert_eq!("security".parse(), Ok(SECURITY));
/// ```
///
/// The severity is a number from 1 to 99 that no built-in level has (5, 10, 20, 25, 30, 40, 50). The macro can be used by its
/// path in the whole crate. For other crates write `#[macro_export]` before its name, and put the declaration into the
/// root of the crate.
///
/// Two crates of a program may declare the same level with the same name and severity. If they declare one severity with two names
/// both parse, and records have the name that the linker put first; a name with two severities parses as the lower one. When the
/// logger is initialised a record of the target `rlog` tells of either. Where the platform has no sections for that (Windows,
/// WebAssembly), a level is known when the first statement of it has run.
#[macro_export]
macro_rules! level {
    ($($tokens:tt)*) => {
        $crate::__private::__level! { [$crate] $($tokens)* }
    };
}
