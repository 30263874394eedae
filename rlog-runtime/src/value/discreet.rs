//! Types that may have a key that looks like a secret.

use super::probe::Probe;
use super::redacted::{In, Itself};
use crate::Redacted;
use core::cell::RefCell;
use std::boxed::Box;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::{Arc, Mutex, RwLock};
use std::vec::Vec;

/// A type of which nothing is logged that a reader should not know. The compiler infers `Way`, so that a type may be discreet
/// because of what it is or because of what it holds.
pub trait Discreet<Way> {}

impl<T: Redacted + ?Sized> Discreet<Itself> for T {}

/// Whether there is a password is none.
impl Discreet<Itself> for bool {}

macro_rules! discreet {
    ($($type:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Discreet<Way>, Way> Discreet<In<Way>> for $type {}
    )*};
}

discreet! { &T, &mut T, Box<T>, Rc<T>, Arc<T>, Option<T>, [T], Vec<T>, RefCell<T>, Mutex<T>, RwLock<T> }

#[diagnostic::do_not_recommend]
impl<T: Discreet<Way>, Way, const N: usize> Discreet<In<Way>> for [T; N] {}
#[diagnostic::do_not_recommend]
impl<K, V: Discreet<Way>, Way> Discreet<In<Way>> for BTreeMap<K, V> {}
#[diagnostic::do_not_recommend]
impl<K, V: Discreet<Way>, S, Way> Discreet<In<Way>> for HashMap<K, V, S> {}

/// Takes the call that would use a deprecated method of the same name otherwise.
pub trait Level<Way> {
    /// Nothing.
    fn in_clear(&self) {}
}

impl<T: Discreet<Way> + ?Sized, Way> Level<Way> for &Probe<'_, T> {}
