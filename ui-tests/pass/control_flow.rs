//! Arguments can do what expressions do where they stand; they move what they use up.
#![deny(warnings)]

use rlog::{debug, info, trace};
use std::future::{Future, ready};

fn question_mark(value: Option<u8>) -> Option<u8> {
    info!(value = value?, "{}", value?);
    Some(1)
}

fn early_return(value: Option<u8>) -> u8 {
    info!(
        value = match value {
            Some(value) => value,
            None => return 0,
        }
    );
    1
}

fn jumps() {
    for value in [1, 2] {
        info!(value = if value == 1 { continue } else { value });
        info!("{}", if value == 2 { break } else { value });
    }
}

async fn awaits(name: &str) {
    info!(first = ready(1).await, "{} {name} {third}", ready(name.len()).await, third = ready(3).await);
    debug!("{:>5}", ready(1).await);
}

fn is_send(_: impl Future<Output = ()> + Send) {}

fn moves() {
    let (text, other) = ("a".to_owned(), "b".to_owned());
    trace!(length = text.into_bytes().len(), "{}", other.into_bytes().len());
}

fn only_used_here() {
    let (a, b, c, d) = (1, 2, 3, 4);
    trace!(a, b = ?b, "{c} {}", d);
}

fn nested() {
    info!(
        outer = {
            info!(inner = 1, "{}", 2);
            3
        },
        "{}",
        {
            debug!("inner");
            4
        }
    );
}

fn main() {
    question_mark(None);
    early_return(Some(1));
    jumps();
    is_send(awaits("name"));
    moves();
    only_used_here();
    nested();
}
