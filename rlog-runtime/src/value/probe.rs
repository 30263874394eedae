//! How a statement chooses the way to log a value, by its type.
//!
//! The expansion calls `(&&&&&Probe(&value)).rlog_value()` with all the traits of [`probes`] in scope. Method lookup
//! takes the first level of references at which the type fits, so the traits form a list of choices on stable Rust, for
//! references and unsized types too: `&&&&` is the first and none the last. What is for `&&&&&` comes second, since the lookup adds
//! a reference before it takes one off. The last level always fits and yields a value that is a [`Wire`] only under the
//! bound whose absence is the mistake, so that the compiler names that bound and prints its advice.
//!
//! What a statement calls, here and in `wire` and `emit`, is inlined, but not in debug builds: there the compiler would write
//! it out for each statement, and a crate of many would take a quarter longer to compile (`benches`, part `callsites`).

use super::encode::Loggable;
use super::kind::Kind;
use super::redacted::{HoldsSecret, ShownInClear};
use super::splat::{Fieldless, Fields, NoFields};
use super::wire::{Described, ErrorText, Text, Wire};
use core::error::Error;
use core::fmt::{self, Debug, Display};
use core::ops::Deref;
use std::borrow::Cow;
use std::boxed::Box;
use std::rc::Rc;
use std::string::String;
use std::sync::Arc;

/// One argument of a statement.
#[derive(Debug)]
pub struct Probe<'a, T: ?Sized>(pub &'a T);

/// A type that is copied as it is, in a register or as bytes.
pub trait Scalar {
    /// What is copied.
    type Wire<'a>: Wire
    where
        Self: 'a;
    /// Takes it.
    fn wire(&self) -> Self::Wire<'_>;
}

/// A [`Scalar`] that a hole with a name takes as it is: the copy shows as its `Display` does.
pub trait Shown: Scalar {}

/// A [`Scalar`] whose `Display` and `Debug` the worker can do, exactly, from the copy.
pub trait Deferred: Shown {}

macro_rules! scalar {
    ($($type:ty as $wire:ty),* $(,)?) => {$(
        impl Scalar for $type {
            type Wire<'a> = $wire;
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn wire(&self) -> $wire {
                *self as $wire
            }
        }
        impl Shown for $type {}
        impl Deferred for $type {}
    )*};
}

scalar! {
    i8 as i64, i16 as i64, i32 as i64, i64 as i64, isize as i64, i128 as i128,
    u8 as u64, u16 as u64, u32 as u64, u64 as u64, usize as u64, u128 as u128,
    f32 as f32, f64 as f64, bool as bool, char as char,
}

macro_rules! string {
    ($($type:ty),*) => {$(
        impl Scalar for $type {
            type Wire<'a> = &'a str where Self: 'a;
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn wire(&self) -> &str {
                self
            }
        }
        impl Shown for $type {}
        impl Deferred for $type {}
    )*};
}

string! { str, String, Cow<'_, str> }

impl<T: Scalar> Scalar for Option<T> {
    type Wire<'a>
        = Option<T::Wire<'a>>
    where
        T: 'a;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn wire(&self) -> Option<T::Wire<'_>> {
        #[allow(clippy::manual_map, reason = "Rust 1.89 does not see that `T` lives long enough in `Option::map`")]
        match self {
            Some(value) => Some(value.wire()),
            None => None,
        }
    }
}

macro_rules! pointer {
    ($($type:ty),*) => {$(
        impl<T: Scalar + ?Sized> Scalar for $type {
            type Wire<'a> = T::Wire<'a> where Self: 'a;
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn wire(&self) -> T::Wire<'_> {
                (**self).wire()
            }
        }
        impl<T: Shown + ?Sized> Shown for $type {}
        impl<T: Deferred + ?Sized> Deferred for $type {}
    )*};
}

pointer! { &T, &mut T, Box<T>, Rc<T>, Arc<T> }

/// The width or precision of a hole.
#[cfg_attr(not(debug_assertions), inline(always))]
#[must_use]
pub fn count(count: &usize) -> u64 {
    *count as u64
}

/// A text, or nothing.
#[allow(unnameable_types, reason = "only a bound")]
pub trait OptionalText {
    /// The text, which is empty where there is none.
    fn text_or_empty(&self) -> Text;
}

impl<T: Display> OptionalText for Option<T> {
    fn text_or_empty(&self) -> Text {
        match self {
            Some(value) => Text::display(value),
            None => Text::display(""),
        }
    }
}

impl<T: OptionalText + ?Sized> OptionalText for &T {
    fn text_or_empty(&self) -> Text {
        (**self).text_or_empty()
    }
}

/// A value for which no way to log it was found. It is a [`Wire`] only under the bound that is missing.
#[derive(Debug)]
pub struct Missing<'a, T: ?Sized, Way>(&'a T, core::marker::PhantomData<Way>);

impl<'a, T: ?Sized, Way> Missing<'a, T, Way> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    const fn new(value: &'a T) -> Self {
        Self(value, core::marker::PhantomData)
    }
}

macro_rules! missing {
    ($($way:ident: $bound:path;)*) => {$(
        /// Marks a [`Missing`] whose type lacks the trait of this name.
        #[derive(Debug)]
        pub struct $way;

        // SAFETY: nothing is written. The value never exists: a type that meets the bound is taken by an earlier level.
        unsafe impl<T: $bound + ?Sized> Wire for Missing<'_, T, $way> {
            const KIND: Kind = Kind::Unit;
            fn size(&self) -> usize {
                0
            }
            unsafe fn put(&self, to: *mut u8) -> *mut u8 {
                to
            }
        }
    )*};
}

missing! { NeedsLoggable: Loggable; NeedsDisplay: Display; NeedsDebug: Debug; }

/// Marks a [`Missing`] whose type `HoldsSecret` a secret.
#[derive(Debug)]
pub struct NeedsClear<Way>(core::marker::PhantomData<Way>);

// SAFETY: as above. The bound is one on `Way`: where the type was not known when the level was chosen, and turns out to hold no
// secret, the compiler speaks of that and not of a secret.
unsafe impl<T: ?Sized, Way: ShownInClear<T>> Wire for Missing<'_, T, NeedsClear<Way>> {
    const KIND: Kind = Kind::Unit;
    fn size(&self) -> usize {
        0
    }
    unsafe fn put(&self, to: *mut u8) -> *mut u8 {
        to
    }
}

/// An error as what derefs to it shows it: a hole shows the `Display` of what it names.
struct ShownError<'a, T: ?Sized, E: ?Sized> {
    shown: &'a T,
    error: &'a E,
}

impl<T: Display + ?Sized, E: ?Sized> Display for ShownError<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown.fmt(f)
    }
}

impl<T: Display + ?Sized, E: ?Sized> Debug for ShownError<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

impl<T: Display + ?Sized, E: Error + ?Sized> Error for ShownError<'_, T, E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}

/// Takes a field that its type's `#[log(..)]` shows as text, which must hold no secret.
pub const fn shown<W: Wire>(_: &W) {}

/// The levels of choice. All of them are imported together, anonymously, by the expansion.
pub mod probes {
    pub use super::levels::{
        AnyDebug as _, AnyDebugSpec as _, AnyDisplay as _, AnyField as _, AnyFields as _, AnyMessage as _,
        AnyShown as _, AnySpec as _, AnyText as _, DeferDebug as _, DeferDisplay as _, DeferMessage as _,
        DeferShown as _, DerefError as _, DerefErrorShown as _, ErrorShown as _, HasDebug as _, HasDisplay as _,
        HasMessage as _, HasShown as _, IsError as _, IsFieldless as _, IsLoggable as _, IsScalar as _,
        MayHaveMessage as _, NoDebugSpec as _, NoRadix as _, NoSpec as _, OptionalDerefError as _, OptionalError as _,
        Radix as _, RedactedDebug as _, RedactedDebugSpec as _, RedactedDisplay as _, RedactedField as _,
        RedactedMessage as _, RedactedShown as _, RedactedSpec as _, RedactedText as _, Unknown as _,
    };
}

mod levels {
    use super::*;

    macro_rules! level {
        ($trait:ident, $method:ident($($argument:ident: $type:ty)?) for [$($reference:tt)*] [$($bound:tt)*] -> $output:ty, |$value:ident| $body:expr) => {
            /// One level of choice; see the module.
            #[allow(clippy::redundant_pub_crate, unnameable_types, reason = "only reached by method lookup")]
            pub trait $trait<'a, T: ?Sized> {
                /// What this level makes of the value.
                type Output;
                /// Makes it.
                fn $method(&self $(, $argument: $type)?) -> Self::Output;
            }
            impl<'a, T: $($bound)* ?Sized> $trait<'a, T> for $($reference)* Probe<'a, T> {
                type Output = $output;
                #[cfg_attr(not(debug_assertions), inline(always))]
                fn $method(&self $(, $argument: $type)?) -> $output {
                    let $value: &'a T = self.0;
                    $body
                }
            }
        };
    }

    /// The level of what holds a secret, before those that show it.
    macro_rules! redacted {
        ($($trait:ident: $method:ident($($argument:ident: $type:ty)?) for $references:tt;)*) => {
            $(redacted!(@ $trait $method [$($argument: $type)?] $references);)*
        };
        (@ $trait:ident $method:ident [$($argument:ident: $type:ty)?] [$($reference:tt)*]) => {
            /// One level of choice; see the module.
            #[allow(clippy::redundant_pub_crate, unnameable_types, reason = "only reached by method lookup")]
            pub trait $trait<'a, T: ?Sized, Way> {
                /// Refuses the value.
                fn $method(&self $(, $argument: $type)?) -> Missing<'a, T, NeedsClear<Way>>;
            }
            impl<'a, T: HoldsSecret<Way> + ?Sized, Way> $trait<'a, T, Way> for $($reference)* Probe<'a, T> {
                #[cfg_attr(not(debug_assertions), inline(always))]
                fn $method(&self $(, $argument: $type)?) -> Missing<'a, T, NeedsClear<Way>> {
                    Missing::new(self.0)
                }
            }
        };
    }

    redacted! {
        RedactedDisplay: rlog_display() for [&&&];
        RedactedShown: rlog_shown() for [&&&&&];
        RedactedMessage: rlog_message() for [&&&];
        RedactedDebug: rlog_debug() for [&&&];
        RedactedSpec: rlog_spec(_text: fmt::Arguments<'_>) for [&&&];
        RedactedDebugSpec: rlog_spec_debug(_text: fmt::Arguments<'_>) for [&&&];
        RedactedText: rlog_text(_text: fmt::Arguments<'_>) for [&&&];
        RedactedField: rlog_field() for [&&&];
    }

    // A field that `#[log(..)]` shows as text.
    level!(AnyField, rlog_field() for [] [] -> (), |_value| ());

    level!(IsScalar, rlog_value() for [&&&&] [Scalar + 'a +] -> T::Wire<'a>, |value| value.wire());
    level!(IsLoggable, rlog_value() for [&&&] [Loggable +] -> Described, |value| Described::encode(value));
    level!(Unknown, rlog_value() for [] [] -> Missing<'a, T, NeedsLoggable>, |value| Missing::new(value));

    level!(DeferDisplay, rlog_display() for [&&&&] [Deferred + 'a +] -> T::Wire<'a>, |value| value.wire());
    level!(HasDisplay, rlog_display() for [&&] [Display +] -> Text, |value| Text::display(value));
    level!(AnyDisplay, rlog_display() for [] [] -> Missing<'a, T, NeedsDisplay>, |value| Missing::new(value));

    // A hole that is a field: the text that it shows, and of an error the sources, too.
    level!(DeferShown, rlog_shown() for [&&&&] [Shown + 'a +] -> T::Wire<'a>, |value| value.wire());
    level!(ErrorShown, rlog_shown() for [&&&] [Error +] -> ErrorText, |value| ErrorText::chain(value));
    level!(DerefErrorShown, rlog_shown() for [&&] [Deref<Target: Error> + Display +] -> ErrorText,
        |value| ErrorText::chain(&ShownError { shown: value, error: value.deref() }));
    level!(HasShown, rlog_shown() for [&] [Display +] -> Text, |value| Text::display(value));
    level!(AnyShown, rlog_shown() for [] [] -> Missing<'a, T, NeedsDisplay>, |value| Missing::new(value));

    // `message = value`: the text of a message, also where it is optional.
    level!(DeferMessage, rlog_message() for [&&&&] [Deferred + 'a +] -> T::Wire<'a>, |value| value.wire());
    level!(HasMessage, rlog_message() for [&&] [Display +] -> Text, |value| Text::display(value));
    level!(MayHaveMessage, rlog_message() for [&] [OptionalText +] -> Text, |value| value.text_or_empty());
    level!(AnyMessage, rlog_message() for [] [] -> Missing<'a, T, NeedsDisplay>, |value| Missing::new(value));

    level!(DeferDebug, rlog_debug() for [&&&&] [Deferred + 'a +] -> T::Wire<'a>, |value| value.wire());
    level!(HasDebug, rlog_debug() for [&&] [Debug +] -> Text, |value| Text::debug(value));
    level!(AnyDebug, rlog_debug() for [] [] -> Missing<'a, T, NeedsDebug>, |value| Missing::new(value));

    level!(NoSpec, rlog_spec(_text: fmt::Arguments<'_>) for [&&&&] [Deferred + 'a +] -> (), |_value| ());
    level!(AnySpec, rlog_spec(text: fmt::Arguments<'_>) for [] [] -> Text, |_value| Text::format(text));
    level!(NoDebugSpec, rlog_spec_debug(_text: fmt::Arguments<'_>) for [&&&&] [Deferred + 'a +] -> (), |_value| ());
    level!(AnyDebugSpec, rlog_spec_debug(text: fmt::Arguments<'_>) for [] [] -> Text, |_value| Text::format(text));
    level!(AnyText, rlog_text(text: fmt::Arguments<'_>) for [] [] -> Text, |_value| Text::format(text));

    level!(Radix, rlog_radix() for [&&&&] [Scalar + 'a +] -> T::Wire<'a>, |value| value.wire());
    level!(NoRadix, rlog_radix() for [] [] -> (), |_value| ());

    level!(IsFieldless, rlog_fields() for [&] [Fieldless +] -> NoFields<'a, T>, |value| NoFields(value));
    level!(AnyFields, rlog_fields() for [] [] -> Fields<'a, T>, |value| Fields(value));

    level!(IsError, rlog_value() for [&&] [Error +] -> ErrorText, |value| ErrorText::chain(value));

    /// What is not an error itself and derefs to one: `Box<dyn Error>` and the error types built on it.
    #[allow(unnameable_types, reason = "only reached by method lookup")]
    pub trait DerefError {
        /// The error and its sources.
        fn rlog_value(&self) -> ErrorText;
    }
    impl<T: Deref<Target: Error> + ?Sized> DerefError for &Probe<'_, T> {
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn rlog_value(&self) -> ErrorText {
            ErrorText::chain(self.0.deref())
        }
    }

    /// What may be an error or nothing: `error.source()`, `result.as_ref().err()`.
    #[allow(unnameable_types, reason = "only reached by method lookup")]
    pub trait OptionalError {
        /// The error and its sources.
        fn rlog_value(&self) -> Option<ErrorText>;
    }
    impl<T: Error> OptionalError for &&Probe<'_, Option<T>> {
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn rlog_value(&self) -> Option<ErrorText> {
            self.0.as_ref().map(|error| ErrorText::chain(error))
        }
    }

    /// What may be nothing, or derefs to an error.
    #[allow(unnameable_types, reason = "only reached by method lookup")]
    pub trait OptionalDerefError {
        /// The error and its sources.
        fn rlog_value(&self) -> Option<ErrorText>;
    }
    impl<T: Deref<Target: Error>> OptionalDerefError for &Probe<'_, Option<T>> {
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn rlog_value(&self) -> Option<ErrorText> {
            self.0.as_deref().map(ErrorText::chain)
        }
    }
}
