//! What `rlog.toml` declares of a key, as the compiler checks it: the kind of its value, and the targets that may use it.
//!
//! The expansion puts the function of the declared kind around the wire of the value, so that a value of another kind is
//! a type error where the user wrote it. A type that is no scalar is a [`Described`] wire whatever it holds (a newtype of
//! an integer is logged as an integer), so that passes for every kind.

use super::probe::Missing;
use super::wire::{Described, ErrorText, Text, Time};
use core::time::Duration;

/// A wire that may hold a string.
#[diagnostic::on_unimplemented(
    message = "rlog.toml declares this field to be a string",
    label = "not a string",
    note = "log a string (`%` makes none of a number, only `to_string()` does); or change the kind of the key below `[keys]` in rlog.toml"
)]
pub trait IsString {}

/// Takes a string.
#[inline(always)]
#[must_use]
pub fn string<W: IsString>(wire: W) -> W {
    wire
}

/// A wire that may hold an integer.
#[diagnostic::on_unimplemented(
    message = "rlog.toml declares this field to be an integer",
    label = "not an integer",
    note = "log the integer itself, as a field without `?`; or change the kind of the key below `[keys]` in rlog.toml"
)]
pub trait IsInteger {}

/// Takes an integer.
#[inline(always)]
#[must_use]
pub fn integer<W: IsInteger>(wire: W) -> W {
    wire
}

/// A wire that may hold a float.
#[diagnostic::on_unimplemented(
    message = "rlog.toml declares this field to be a float",
    label = "not a float",
    note = "log an `f32` or `f64` as a field without `?`; the kind `number` takes integers, too; or change the kind of the key below `[keys]` in rlog.toml"
)]
pub trait IsFloat {}

/// Takes a float.
#[inline(always)]
#[must_use]
pub fn float<W: IsFloat>(wire: W) -> W {
    wire
}

/// A wire that may hold a number.
#[diagnostic::on_unimplemented(
    message = "rlog.toml declares this field to be a number",
    label = "not a number",
    note = "log the integer or float itself, as a field without `?`; or change the kind of the key below `[keys]` in rlog.toml"
)]
pub trait IsNumber {}

/// Takes a number.
#[inline(always)]
#[must_use]
pub fn number<W: IsNumber>(wire: W) -> W {
    wire
}

/// A wire that may hold a boolean.
#[diagnostic::on_unimplemented(
    message = "rlog.toml declares this field to be a boolean",
    label = "not a boolean",
    note = "log the `bool` itself, as a field without `?`; or change the kind of the key below `[keys]` in rlog.toml"
)]
pub trait IsBoolean {}

/// Takes a boolean.
#[inline(always)]
#[must_use]
pub fn boolean<W: IsBoolean>(wire: W) -> W {
    wire
}

/// A wire that may hold a duration.
#[diagnostic::on_unimplemented(
    message = "rlog.toml declares this field to be a duration",
    label = "not a duration",
    note = "log the `Duration` itself, as a field without `?`; or change the kind of the key below `[keys]` in rlog.toml"
)]
pub trait IsDuration {}

/// Takes a duration.
#[inline(always)]
#[must_use]
pub fn duration<W: IsDuration>(wire: W) -> W {
    wire
}

/// A wire that may hold a time.
#[diagnostic::on_unimplemented(
    message = "rlog.toml declares this field to be a time",
    label = "not a time",
    note = "log a `SystemTime`, or by `%` another type that holds a time; or change the kind of the key below `[keys]` in rlog.toml"
)]
pub trait IsTime {}

/// Takes a time.
#[inline(always)]
#[must_use]
pub fn time<W: IsTime>(wire: W) -> W {
    wire
}

/// A wire that may hold an error.
#[diagnostic::on_unimplemented(
    message = "rlog.toml declares this field to be an error",
    label = "not an error",
    note = "log the error itself, as a field without `%` or `?`, so that its sources are logged, too; or change the kind of the key below `[keys]` in rlog.toml"
)]
pub trait IsError {}

/// Takes an error.
#[inline(always)]
#[must_use]
pub fn error<W: IsError>(wire: W) -> W {
    wire
}

/// A wire that may hold a structured value.
#[diagnostic::on_unimplemented(
    message = "rlog.toml declares this field to be a structured value",
    label = "not a structured value",
    note = "log a type that derives `Loggable`, a sequence or a map, as a field without `%` or `?`; or change the kind of the key below `[keys]` in rlog.toml"
)]
pub trait IsStructured {}

/// Takes a structured value.
#[inline(always)]
#[must_use]
pub fn structured<W: IsStructured>(wire: W) -> W {
    wire
}

macro_rules! wires {
    ($($trait:ident: $($wire:ty),*;)*) => {$(
        $(
            #[diagnostic::do_not_recommend]
            impl $trait for $wire {}
        )*
        #[diagnostic::do_not_recommend]
        impl $trait for Described {}
        // A value that only shows in holes of another form than `{}` may have no wire of its own.
        #[diagnostic::do_not_recommend]
        impl $trait for () {}
        #[diagnostic::do_not_recommend]
        impl<W: $trait> $trait for Option<W> {}
        // What cannot be logged at all has an error of its own.
        #[diagnostic::do_not_recommend]
        impl<T: ?Sized, Way> $trait for Missing<'_, T, Way> {}
    )*};
}

wires! {
    IsString: &str, char, Text;
    IsInteger: i64, u64, i128, u128;
    IsFloat: f32, f64;
    IsNumber: i64, u64, i128, u128, f32, f64;
    IsBoolean: bool;
    IsDuration: Duration;
    // Times that this crate does not know are logged by their `Display`.
    IsTime: Time, Text;
    IsError: ErrorText;
    IsStructured: ;
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

/// Stops the compilation at the place of the call. Only called in constants.
#[track_caller]
pub const fn reject(problem: &str) -> ! {
    panic!("{}", problem)
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
