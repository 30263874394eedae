//! Everything that can be written in a statement.
#![deny(warnings)]
#![forbid(unsafe_code)]

use rlog::{Level, critical, debug, error, info, log, notice, trace, warn};
use std::fmt;

struct User {
    id: u64,
    name: String,
    pair: (u8, (u8, u8)),
}

impl fmt::Display for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl User {
    fn log(&self) {
        info!(self.id, ?self.name, %self.pair.1.0, self.pair.0, "{self}");
    }
}

fn main() {
    let user = User { id: 1, name: "ada".to_owned(), pair: (1, (2, 3)) };
    let (amount, width, precision, r#type) = (12.5, 7_usize, 2_usize, "transfer");
    let err = "x".parse::<u8>().unwrap_err();
    let boxed: Box<dyn std::error::Error + Send + Sync> = "boxed".into();
    user.log();

    trace!("plain");
    debug!("braces {{}} and trailing comma",);
    notice!("");
    warn!(amount);
    error!(err, boxed);
    critical!(err = &err, cause = %boxed, "{err}: {cause}");

    info!(%user, ?amount, user.id, "user-name" = user.name, a.b.c = 1, type = "x", r#fn = 2, self = 3);
    info!(
        user = user.id,
        pretty = #?user.pair,
        "over several lines, {user} paid {amount:.2} of {}, {0:?}",
        user.name,
    );
    info!({ user = user.id, amount }, "in braces {}", 1);
    info!({ amount });
    info!(target: "audit::login", "with a target");
    info!(target: "audit", amount, "{amount}");
    log!(Level::new(35), "at a level of my own");
    log!(target: "audit", if amount > 3.0 { Level::WARN } else { Level::INFO }, amount, "decided late");
    log!(Level::INFO, target: "audit", amount);

    info!("{type} {type:?} {}", r#type);
    info!("{0} {1} {0:?} {named}", 1, "two", named = 3);
    info!("{:5} {:<5} {:^5} {:>5} {:*>5} {:+} {:05} {:#?}", 1, 2, 3, 4, 5, 6, 7, 8);
    info!("{:x} {:X} {:o} {:b} {:e} {:E} {:#x} {:#010b} {:02x?} {:X?}", 1, 2, 3, 4, 5.0, 6.0, 7, 8, [9_u8], [10_u8]);
    info!("{:p} {:p}", &raw const amount, &user);
    info!("{amount:width$} {amount:.precision$} {amount:width$.precision$} {amount:>0$} {:.*}", 2_usize, 3.0);
    info!("{amount:>w$}", w = width + 1);
    info!(width, "{amount:width$} {width}");
    info!("{amount} {amount:?} {amount:e} {amount:.0}");
    info!(?user.pair, "{:?}", user.pair);
    info!(?amount, "{amount} {amount:?}");
    info!(a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9, "{a}{b}{c}{d}{e}{f}{g}{h}{i}");

    info!(closure = (|a: u8, b: u8| a + b)(1, 2), generic = Vec::<u8>::with_capacity(1), block = { 1 + 1 });
    info!(reference = &&1, slice = [1, 2][..], text = *"abc", tuple = (1, "a"), option = Some("a"), none = None::<u8>);
    info!(some = Some(debug(&user.pair)), mapped = Some(amount).map(display), none = None::<u8>.map(debug), "as in tracing");
    let (users, debug) = (2, true);
    let warn = Level::WARN;
    log!(warn, "a level of the name of its macro");
    info!(user = user.id, debug, "{users} are nearly a field, and {debug} is a variable");
    let () = info!("an expression");
    match amount {
        12.5 => info!("an arm"),
        _ => debug!("another"),
    }
    let log = |value: u8| info!(value);
    log(1);
}
