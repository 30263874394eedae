//! Types of which nothing is logged, and what holds them.

use core::cell::{Cell, OnceCell, Ref, RefCell, RefMut};
use core::mem::ManuallyDrop;
use core::ops::{Bound, ControlFlow, Range, RangeFrom, RangeInclusive, RangeTo, RangeToInclusive};
use core::panic::AssertUnwindSafe;
use core::pin::Pin;
use core::task::Poll;
use std::borrow::{Cow, ToOwned};
use std::boxed::Box;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::rc::Rc;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::vec::Vec;

/// A type that is declared secret: [`Secret`](crate::Secret), and what derives `Loggable` with `#[log(redact)]`.
///
/// Logged as `key = value` it is `<redacted>`. `%value`, `?value` and `{value}`, which would show its `Display` or `Debug`,
/// do not compile, nor do they for what holds one: references, options, tuples, and the containers, cells and guards of `std`.
/// In generic code, where the compiler does not know the type, they do.
///
/// Implement it beside a `Loggable` by hand that shows nothing:
///
/// ```
/// use rlog_runtime::{Encoder, Kind, Loggable, Redacted};
///
/// struct ApiKey(String);
///
/// impl Redacted for ApiKey {}
/// impl Loggable for ApiKey {
///     const KIND: Kind = Kind::Text;
///     fn encode(&self, encoder: &mut Encoder) {
///         encoder.redacted();
///     }
/// }
/// ```
pub trait Redacted {}

/// A type whose `Display` or `Debug` may show what is declared secret. `Way` says where it is, so that a type may hold secrets in
/// several places; the compiler infers it.
#[diagnostic::on_unimplemented(
    message = "the type of this value is not known yet where it is logged",
    label = "whether this holds a secret cannot be told, since the compiler learns of `{Self}` only further down",
    note = "say the type where the value is made, as in `let names: Vec<String> = Vec::new();`"
)]
#[allow(unnameable_types, reason = "only a bound")]
pub trait HoldsSecret<Way> {}

/// The [`HoldsSecret`] of a type that is a secret itself.
#[derive(Debug)]
#[allow(unnameable_types, reason = "only inferred")]
pub enum Itself {}

/// The [`HoldsSecret`] of a type some fields of which are redacted, masked or hashed.
#[derive(Debug)]
#[allow(unnameable_types, reason = "only inferred")]
pub enum InFields {}

/// The [`HoldsSecret`] of what holds one in its type parameter of this number.
#[derive(Debug)]
#[allow(unnameable_types, reason = "only inferred")]
pub struct In<Way, const PARAMETER: usize = 0>(core::marker::PhantomData<Way>);

/// A type some fields of which are redacted, masked or hashed, whose author does not say that its `Display` and `Debug` hide them.
pub trait HasSecretFields {}

// That there are two of them has a purpose: where the type was not known, the compiler takes neither for granted.
impl<T: Redacted + ?Sized> HoldsSecret<Itself> for T {}
impl<T: HasSecretFields + ?Sized> HoldsSecret<InFields> for T {}

macro_rules! holds {
    (sized $($type:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: HoldsSecret<Way>, Way> HoldsSecret<In<Way>> for $type {}
    )*};
    (number $number:literal of $held:ident: [$($generics:ident),*] $type:ty) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics,)* Way> HoldsSecret<In<Way, $number>> for $type where $held: HoldsSecret<Way> {}
    };
    ($($type:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: HoldsSecret<Way> + ?Sized, Way> HoldsSecret<In<Way>> for $type {}
    )*};
}

holds! {
    &T, &mut T, Box<T>, Rc<T>, Arc<T>, ManuallyDrop<T>, Ref<'_, T>, RefMut<'_, T>, RefCell<T>, Mutex<T>, RwLock<T>,
    MutexGuard<'_, T>, RwLockReadGuard<'_, T>, RwLockWriteGuard<'_, T>,
}

holds! { sized
    Option<T>, [T], Vec<T>, VecDeque<T>, LinkedList<T>, BinaryHeap<T>, BTreeSet<T>, Cell<T>, OnceCell<T>, OnceLock<T>, Pin<T>,
    AssertUnwindSafe<T>, Poll<T>, Bound<T>, Range<T>, RangeFrom<T>, RangeTo<T>, RangeInclusive<T>, RangeToInclusive<T>,
    core::cmp::Reverse<T>, core::num::Wrapping<T>, core::num::Saturating<T>, core::slice::Iter<'_, T>, std::vec::IntoIter<T>,
}

#[diagnostic::do_not_recommend]
impl<T: HoldsSecret<Way>, Way, const N: usize> HoldsSecret<In<Way>> for [T; N] {}
#[diagnostic::do_not_recommend]
impl<T: HoldsSecret<Way> + ToOwned + ?Sized, Way> HoldsSecret<In<Way>> for Cow<'_, T> {}
holds!(number 0 of T: [T, F] LazyLock<T, F>);
holds!(number 0 of T: [T, F] core::cell::LazyCell<T, F>);
holds!(number 0 of T: [T, S] HashSet<T, S>);
holds!(number 0 of K: [K, V] BTreeMap<K, V>);
holds!(number 1 of V: [K, V] BTreeMap<K, V>);
holds!(number 0 of K: [K, V, S] HashMap<K, V, S>);
holds!(number 1 of V: [K, V, S] HashMap<K, V, S>);
holds!(number 0 of T: [T, E] Result<T, E>);
holds!(number 1 of E: [T, E] Result<T, E>);
holds!(number 0 of B: [B, C] ControlFlow<B, C>);
holds!(number 1 of C: [B, C] ControlFlow<B, C>);

macro_rules! tuple {
    ($all:tt $($number:literal $held:ident)+) => {$(tuple!(@ $number $held $all);)+};
    (@ $number:literal $held:ident [$($all:ident)+]) => {
        holds!(number $number of $held: [$($all),+] ($($all,)+));
    };
}

tuple!([A] 0 A);
tuple!([A B] 0 A 1 B);
tuple!([A B C] 0 A 1 B 2 C);
tuple!([A B C D] 0 A 1 B 2 C 3 D);
tuple!([A B C D E] 0 A 1 B 2 C 3 D 4 E);
tuple!([A B C D E F] 0 A 1 B 2 C 3 D 4 E 5 F);
tuple!([A B C D E F G] 0 A 1 B 2 C 3 D 4 E 5 F 6 G);
tuple!([A B C D E F G H] 0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H);
tuple!([A B C D E F G H I] 0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I);
tuple!([A B C D E F G H I J] 0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J);
tuple!([A B C D E F G H I J K] 0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J 10 K);
tuple!([A B C D E F G H I J K L] 0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J 10 K 11 L);

/// Without an end: the bound by which the compiler refuses to show a value of the type `T` that `HoldsSecret` a secret.
#[diagnostic::on_unimplemented(
    message = "`{T}` is declared secret and cannot be shown as text",
    label = "this would log a secret in clear",
    note = "log it as it is, without `%`, `?` or `#[log(debug)]` and outside of the message: `key = value` writes `<redacted>`",
    note = "to log a part of it that is no secret, log that part: `key = value.part`"
)]
pub trait ShownInClear<T: ?Sized> {}

impl<T: HidesItsSecrets + ?Sized> ShownInClear<T> for InFields {}

// What it holds decides. While nobody knows that, there is no error about it.
impl<T: ?Sized, Way: ShownInClear<T>, const PARAMETER: usize> ShownInClear<T> for In<Way, PARAMETER> {}

/// Has no implementation: the bound of types some fields of which are declared secret.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has or holds fields that are redacted, masked or hashed, and its `Display` or `Debug` may show them",
    label = "this may log a secret in clear",
    note = "log it as it is, without `%`, `?` or `#[log(debug)]` and outside of the message: `key = value` keeps those fields secret",
    note = "if the `Display` and `Debug` of the type show nothing of them, say so there: `#[log(allow(text))]`"
)]
#[allow(unnameable_types, reason = "only a bound")]
pub trait HidesItsSecrets {}

/// What is written instead of a secret.
pub(crate) const REDACTED: &str = "<redacted>";

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy)]
    struct Key;

    impl Redacted for Key {}

    struct Login;

    impl HasSecretFields for Login {}

    /// Compiles for what holds a secret.
    fn holds<T: HoldsSecret<Way> + ?Sized, Way>() {}

    #[test]
    fn what_holds_a_secret_is_known_by_its_type() {
        holds::<Key, _>();
        holds::<Login, _>();
        holds::<&&mut Key, _>();
        holds::<Box<Rc<Arc<Key>>>, _>();
        holds::<Pin<Box<Key>>, _>();
        holds::<ManuallyDrop<Cow<'_, Key>>, _>();
        holds::<Option<Login>, _>();
        holds::<[Key], _>();
        holds::<[Key; 2], _>();
        holds::<Vec<VecDeque<LinkedList<Key>>>, _>();
        holds::<BinaryHeap<BTreeSet<Key>>, _>();
        holds::<HashSet<Key>, _>();
        holds::<BTreeMap<Key, u8>, _>();
        holds::<BTreeMap<u8, Login>, _>();
        holds::<HashMap<Key, u8>, _>();
        holds::<HashMap<u8, Key>, _>();
        holds::<Result<Key, u8>, _>();
        holds::<Result<u8, Key>, _>();
        holds::<ControlFlow<u8, Key>, _>();
        holds::<(u8, u8, Key), _>();
        holds::<(Vec<(u8, Option<Login>)>, u8), _>();
        holds::<(u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, Key), _>();
        holds::<Cell<Key>, _>();
        holds::<RefCell<Key>, _>();
        holds::<Ref<'_, Key>, _>();
        holds::<RefMut<'_, Key>, _>();
        holds::<OnceCell<Key>, _>();
        holds::<OnceLock<Key>, _>();
        holds::<LazyLock<Key>, _>();
        holds::<Mutex<Key>, _>();
        holds::<RwLock<Key>, _>();
        holds::<MutexGuard<'_, Key>, _>();
        holds::<RwLockReadGuard<'_, Key>, _>();
        holds::<RwLockWriteGuard<'_, Key>, _>();
        holds::<Range<Key>, _>();
        holds::<Poll<Bound<Key>>, _>();
        holds::<core::slice::Iter<'_, Key>, _>();
    }
}
