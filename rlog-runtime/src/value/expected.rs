//! What `rlog.toml` declares of a key, as the compiler checks it: the kind of its value, and the targets that may use it.
//!
//! The expansion puts the function of the declared kind around the wire of the value, so that a value of another kind is
//! a type error where the user wrote it. A type that is no scalar is a [`Described`] wire whatever it holds (a newtype of
//! an integer is logged as an integer), so that passes for every kind.

use super::probe::Missing;
use super::wire::{Described, ErrorText, Text, Time};
use core::time::Duration;

macro_rules! kinds {
    ($($function:ident, $trait:ident for $($wire:ty),*: $message:literal, $label:literal, $note:literal;)*) => {$(
        /// A wire that may hold a value of the kind.
        #[diagnostic::on_unimplemented(message = $message, label = $label, note = $note)]
        pub trait $trait {}
        $(impl $trait for $wire {})*
        impl $trait for Described {}
        impl<W: $trait> $trait for Option<W> {}
        // A value that only shows in holes of another form than `{}` may have no wire of its own.
        impl $trait for () {}
        // What cannot be logged at all has an error of its own.
        #[diagnostic::do_not_recommend]
        impl<T: ?Sized, Way> $trait for Missing<'_, T, Way> {}

        /// Takes a wire that may hold a value of the kind, and returns it.
        #[inline(always)]
        #[must_use]
        pub fn $function<W: $trait>(wire: W) -> W {
            wire
        }
    )*};
}

kinds! {
    string, IsString for &str, char, Text:
        "rlog.toml declares this field to be a string", "not a string",
        "log a string, or change the kind of the key below `[keys]` in rlog.toml";
    integer, IsInteger for i64, u64, i128, u128:
        "rlog.toml declares this field to be an integer", "not an integer",
        "log an integer, without `?`, or change the kind of the key below `[keys]` in rlog.toml";
    float, IsFloat for f32, f64:
        "rlog.toml declares this field to be a float", "not a float",
        "log an `f32` or `f64`, or change the kind of the key below `[keys]` in rlog.toml: `number` takes integers, too";
    number, IsNumber for i64, u64, i128, u128, f32, f64:
        "rlog.toml declares this field to be a number", "not a number",
        "log an integer or a float, or change the kind of the key below `[keys]` in rlog.toml";
    boolean, IsBoolean for bool:
        "rlog.toml declares this field to be a boolean", "not a boolean",
        "log a `bool`, or change the kind of the key below `[keys]` in rlog.toml";
    duration, IsDuration for Duration:
        "rlog.toml declares this field to be a duration", "not a duration",
        "log the `Duration` itself, without `?`, or change the kind of the key below `[keys]` in rlog.toml";
    // Times that this crate does not know are logged by their `Display`.
    time, IsTime for Time, Text:
        "rlog.toml declares this field to be a time", "not a time",
        "log a `SystemTime`, or another type that holds a time, or change the kind of the key below `[keys]` in rlog.toml";
    error, IsError for ErrorText:
        "rlog.toml declares this field to be an error", "not an error",
        "log the error itself, without `%` or `?`, so that its sources are logged, too, or change the kind of the key below `[keys]` in rlog.toml";
    structured, IsStructured for :
        "rlog.toml declares this field to be a structured value", "not a structured value",
        "log a type that derives `Loggable`, or a sequence or a map, without `%` or `?`, or change the kind of the key below `[keys]` in rlog.toml";
}

/// Whether the module is `target` or below it. Evaluated at compile time.
#[must_use]
pub const fn is_below(module: &str, target: &str) -> bool {
    let (module, target) = (module.as_bytes(), target.as_bytes());
    let mut index = 0;
    while index < target.len() {
        if index >= module.len() || module[index] != target[index] {
            return false;
        }
        index += 1;
    }
    module.len() == index || module[index] == b':'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_end_where_a_segment_ends() {
        for (module, target, expected) in [
            ("app::db", "app::db", true),
            ("app::db::pool", "app::db", true),
            ("app::dbx", "app::db", false),
            ("app", "app::db", false),
            ("other::db", "app::db", false),
            ("app", "app", true),
            ("äpp::ö", "äpp", true),
        ] {
            assert_eq!(is_below(module, target), expected, "{module} {target}");
        }
    }

    #[test]
    fn wires_are_handed_on_as_they_are() {
        assert_eq!(integer(Some(5_u64)), Some(5));
        assert_eq!(string(string("text")), "text");
        assert_eq!(number(1.5), 1.5);
        assert_eq!(duration(Duration::from_secs(1)), Duration::from_secs(1));
        assert!(boolean(true));
        let () = integer(());
    }
}
