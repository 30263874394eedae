//! Statements in generic code, and types with parameters.
#![deny(warnings)]

use rlog::{Loggable, info};
use std::collections::BTreeMap;
use std::fmt::{Debug, Display};

#[derive(Loggable)]
struct Wrapper<'a, T, const N: usize>
where
    T: Clone,
{
    items: [T; N],
    name: &'a str,
    parent: Option<&'a Wrapper<'a, T, N>>,
}

#[derive(Loggable)]
enum Tree<T> {
    Leaf(T),
    Node { left: Box<Tree<T>>, right: Box<Tree<T>> },
    Empty,
}

#[derive(Loggable)]
struct Unit;

#[derive(Loggable)]
struct Newtype(u8);

#[derive(Loggable)]
struct Empty {}

#[derive(Loggable)]
enum Never {}

#[derive(Loggable)]
struct Keywords {
    r#type: u8,
    r#match: Unit,
}

#[derive(Loggable)]
struct Map<K: Ord, V: ?Sized + 'static> {
    map: BTreeMap<K, &'static V>,
}

fn display<T: Display + ?Sized>(value: &T) {
    info!(%value, "{value} {:>5}", value);
}

fn debug<T: Debug>(value: T) {
    info!(?value, "{value:?} {:#?}", value);
}

fn structured<T: Loggable + ?Sized>(value: &T) {
    info!(value);
}

fn error<E: std::error::Error>(err: &E) {
    info!(err, "{err}");
}

fn constant<const N: usize>(values: [u8; N]) {
    info!(N, values, "{N}");
}

fn main() {
    display("text");
    debug(Some(1));
    error(&"x".parse::<u8>().unwrap_err());
    constant([1, 2]);
    structured("text");
    structured(&Wrapper { items: [1, 2], name: "a", parent: None });
    structured(&Tree::Node { left: Box::new(Tree::Leaf(1)), right: Box::new(Tree::Empty) });
    structured(&(Unit, Newtype(1), Empty {}, None::<Never>));
    structured(&Keywords { r#type: 1, r#match: Unit });
    structured(&Map { map: BTreeMap::from([(1, "one")]) });
}
