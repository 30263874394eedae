//! A program that logs secrets, forgets them, and looks for them in its own memory: `secrets <directory> [<number>]`.
//!
//! It prints where it found one. With a number, the text of that number is logged in clear: then it has to be found.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "it talks to its parent, and a failure is the parent's to see"
)]

use rlog::{Console, Encoder, File, Json, Kind, Level, Loggable, Mask, Secret, Text, info, notice};
use std::fmt::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Barrier;
use std::time::Duration;
use std::{env, panic, thread};
use system_tests::needle::{Clear, places_in_memory};

/// The texts, by number.
const PASSWORD: u32 = 1;
const CARD: u32 = 2;
const EMAIL: u32 = 3;
const TOKEN: u32 = 4;
const NOTE: u32 = 5;
const PIECES: u32 = 6;
const PANICKED: u32 = 7;
const OWN: u32 = 8;
const ALL: std::ops::RangeInclusive<u32> = PASSWORD..=OWN;

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let directory = Path::new(&arguments[1]);
    let in_clear: Option<u32> = arguments.get(2).map(|number| number.parse().unwrap());
    let builder = rlog::builder()
        .level(Level::INFO)
        .handler(File::new(directory.join("text.log")).formatter(Text::new().all_fields(true)))
        .handler(File::new(directory.join("json.log")).formatter(Json::new()))
        .handler(File::new(directory.join("sync.log")).formatter(Json::new()).level(Level::NOTICE).sync())
        .handler(Console::stdout());
    std::mem::forget(builder.init().unwrap());
    panic::set_hook(Box::new(|_| ()));

    for round in 0..100 {
        log_secrets(round);
    }
    thread::spawn(|| log_secrets(100)).join().unwrap();
    if let Some(number) = in_clear {
        let clear = Clear::new(number);
        notice!(in_clear = clear.text(), "for control");
    }

    // These stay where they have logged, and no handler runs on them, so that little overwrites what is left on their stacks.
    let (logged, searched) = (Barrier::new(ONE_THING_EACH.len() + 1), Barrier::new(ONE_THING_EACH.len() + 1));
    thread::scope(|scope| {
        for log in ONE_THING_EACH {
            let (logged, searched) = (&logged, &searched);
            scope.spawn(move || {
                info!("the first record of a thread takes the long way");
                log();
                logged.wait();
                searched.wait();
            });
        }
        logged.wait();
        assert!(rlog::flush(Duration::from_secs(60)));
        for number in ALL {
            for place in places_in_memory(number).unwrap() {
                println!("found {number}: {place}");
            }
        }
        searched.wait();
    });
}

const ONE_THING_EACH: [fn(); 6] = [
    || info!(password = Secret::new(Clear::new(PASSWORD)), "secret"),
    || info!(own = Masked(Mask::With(own), &Pieces(Clear::new(PIECES), Ends::Well)), "own mask"),
    || info!(email = Masked(Mask::Email, &Pieces(Clear::new(PIECES), Ends::BehindAnAt)), "no address"),
    || info!(card = Masked(Mask::Last4, &Pieces(Clear::new(PIECES), Ends::Well)), "last characters"),
    || info!(hash = Hashed(&Pieces(Clear::new(PIECES), Ends::Well)), "hashed"),
    || {
        let panics =
            || info!(own = Masked(Mask::With(own), &Pieces(Clear::new(PANICKED), Ends::Panicking)), "panicking");
        assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
    },
];

fn log_secrets(round: u32) {
    let password = Secret::new(Clear::new(PASSWORD));
    let note = Clear::new(NOTE);
    notice!(round, password, note = Truncated(note.text()), "logging in");
    notice!(card = Masked(Mask::Last4, &Clear::new(CARD).text()), "paid");
    notice!(card = Masked(Mask::First2, &Clear::new(CARD).text()), "paid");
    notice!(email = Masked(Mask::Email, &Address(Clear::new(EMAIL))), "written to");
    notice!(email = Masked(Mask::Email, &Clear::new(EMAIL).text()), "no address");
    notice!(
        #[allow(secret)]
        token = Hashed(&Clear::new(TOKEN).text()),
        "seen"
    );
    notice!(own = Masked(Mask::With(own), &Clear::new(OWN).text()), "own mask");
    for mask in [Mask::Last4, Mask::First2, Mask::Email, Mask::With(own)] {
        notice!(pieces = Masked(mask, &Pieces(Clear::new(PIECES), Ends::Well)), "in pieces");
        notice!(pieces = Masked(mask, &Pieces(Clear::new(PIECES), Ends::Failing)), "failing");
        let panics = || notice!(pieces = Masked(mask, &Pieces(Clear::new(PANICKED), Ends::Panicking)), "panicking");
        assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
    }
    notice!(pieces = Hashed(&Pieces(Clear::new(PIECES), Ends::Well)), "hashed in pieces");
    let (card, token) = (Clear::new(CARD), Clear::new(TOKEN));
    let account = Account {
        user: "ada",
        password: Secret::new(Clear::new(PASSWORD)),
        card: Masked(Mask::Last4, &card.text()),
        token: Hashed(&token.text()),
    };
    notice!(account, both = [&account, &account], "changed");
}

/// What `#[log(mask = ..)]`, `#[log(hash)]` and `#[log(truncate = ..)]` are.
struct Masked<'a>(Mask, &'a dyn fmt::Display);
struct Hashed<'a>(&'a dyn fmt::Display);
struct Truncated<'a>(&'a str);

impl Loggable for Masked<'_> {
    const KIND: Kind = Kind::Text;
    fn encode(&self, encoder: &mut Encoder) {
        encoder.mask(self.0, self.1);
    }
}

impl Loggable for Hashed<'_> {
    const KIND: Kind = Kind::Text;
    fn encode(&self, encoder: &mut Encoder) {
        encoder.hash(self.0);
    }
}

impl Loggable for Truncated<'_> {
    const KIND: Kind = Kind::Text;
    fn encode(&self, encoder: &mut Encoder) {
        encoder.truncated(self.0, 12);
    }
}

fn own(text: &str, out: &mut dyn fmt::Write) -> fmt::Result {
    write!(out, "{} bytes", text.len())
}

/// `<text>@example.com`
struct Address(Clear);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@example.com", self.0.text())
    }
}

/// Writes its text one character at a time, so that whoever shows it as a whole must have put it together.
struct Pieces(Clear, Ends);

#[derive(Clone, Copy)]
enum Ends {
    Well,
    Failing,
    Panicking,
    /// And begins with `a@`, as if it were an address.
    BehindAnAt,
}

impl fmt::Display for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if matches!(self.1, Ends::BehindAnAt) {
            f.write_str("a@")?;
        }
        self.0.text().chars().try_for_each(|c| f.write_char(c))?;
        match self.1 {
            Ends::Well | Ends::BehindAnAt => Ok(()),
            Ends::Failing => Err(fmt::Error),
            Ends::Panicking => panic!("behind the text"),
        }
    }
}

#[derive(Loggable)]
struct Account<'a> {
    user: &'static str,
    password: Secret<Clear>,
    card: Masked<'a>,
    #[log(allow(secret))]
    token: Hashed<'a>,
}
