//! Every attribute of the derive.
#![deny(warnings)]
#![forbid(unsafe_code)]

use rlog::{Loggable, Redacted, info};
use std::collections::BTreeMap;
use std::fmt::{self, Display};

/// Has neither `Loggable` nor `Debug`.
struct Foreign(u8);

impl Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "foreign {}", self.0)
    }
}

fn twice(value: &u8) -> u16 {
    u16::from(*value) * 2
}

fn stars(text: &str, out: &mut dyn fmt::Write) -> fmt::Result {
    text.chars().try_for_each(|_| out.write_char('*'))
}

#[derive(Loggable)]
struct Address {
    city: String,
    #[log(rename = "zip")]
    code: u32,
}

#[derive(Loggable)]
#[log(rename_all = "camelCase", bound = "T: rlog::Loggable")]
struct Everything<'a, T> {
    user_id: u64,
    name: &'a str,
    #[log(skip)]
    _cache: Foreign,
    #[log(skip_if = Option::is_none)]
    note: Option<&'a str>,
    #[log(skip_if = "Vec::is_empty", debug)]
    list: Vec<(u8, u8)>,
    #[log(display)]
    foreign: Foreign,
    #[log(display, skip_if = never)]
    other: Foreign,
    #[log(debug)]
    range: std::ops::Range<u8>,
    #[log(with = twice, unit = "ms")]
    half: u8,
    #[log(flatten)]
    home: Address,
    #[log(flatten, prefix = "work.")]
    work: Option<Address>,
    #[log(flatten)]
    more: BTreeMap<String, u8>,
    #[log(redact)]
    password: String,
    #[log(mask = "last4")]
    card_number: u64,
    #[log(mask = "first2")]
    first: &'a str,
    #[log(mask = "email")]
    email: String,
    #[log(mask = stars)]
    starred: String,
    #[log(hash)]
    session: String,
    #[log(truncate = 8)]
    body: String,
    #[log(allow(secret))]
    token: u8,
    generic: T,
}

fn never<T>(_: &T) -> bool {
    false
}

#[derive(Loggable)]
#[log(redact)]
struct Key {
    _bytes: [u8; 4],
}

fn is_secret<T: Redacted>(_: &T) {}

#[derive(Loggable)]
#[log(tag = "type", rename_all = "snake_case")]
enum Internal {
    CreditCard { cents: u32 },
    #[log(rename = "nothing", rename_all = "UPPERCASE")]
    None { some_where: u8 },
    Unit,
}

#[derive(Loggable)]
#[log(tag = "type", content = "value")]
enum Adjacent {
    One(u8),
    Two(u8, #[log(skip)] Foreign, #[log(redact)] String),
}

#[derive(Loggable)]
#[log(name_only)]
enum NameOnly {
    A,
    B(Foreign),
    C { foreign: Foreign },
}

#[derive(Loggable)]
struct List<T> {
    value: T,
    #[log(skip_if = Option::is_none)]
    next: Option<Box<List<T>>>,
}

#[derive(Loggable)]
struct Skipped(#[log(skip)] Foreign);

fn main() {
    let address = || Address { city: "x".to_owned(), code: 1 };
    let everything = Everything {
        user_id: 1,
        name: "a",
        _cache: Foreign(1),
        note: None,
        list: vec![],
        foreign: Foreign(2),
        other: Foreign(3),
        range: 0..3,
        half: 4,
        home: address(),
        work: Some(address()),
        more: BTreeMap::new(),
        password: "p".to_owned(),
        card_number: 1,
        first: "abc",
        email: "a@b".to_owned(),
        starred: "s".to_owned(),
        session: "s".to_owned(),
        body: "b".to_owned(),
        token: 1,
        generic: Some(1_u8),
    };
    let key = Key { _bytes: [1; 4] };
    is_secret(&key);
    info!(everything, key);
    info!(..everything, "spread");
    info!(
        a = Internal::CreditCard { cents: 1 },
        b = Internal::None { some_where: 1 },
        c = Internal::Unit,
        d = Adjacent::One(1),
        e = Adjacent::Two(1, Foreign(1), "x".to_owned()),
        f = NameOnly::A,
        g = NameOnly::B(Foreign(1)),
        h = NameOnly::C { foreign: Foreign(1) },
        i = List { value: 1, next: Some(Box::new(List { value: 2, next: None })) },
        j = Skipped(Foreign(1)),
    );
    // What the derive leaves out is read by nobody else, of which the compiler warns.
    if let NameOnly::B(foreign) | NameOnly::C { foreign } = NameOnly::A {
        info!(%foreign);
    }
    if let Adjacent::Two(_, foreign, _) = Adjacent::One(1) {
        info!(%foreign);
    }
    info!(foreign = %Skipped(Foreign(1)).0);
}
