//! Tests that fail, but for one.

use rlog::testing::{Print, assert_logged, capture};
use tested::pay;

#[test]
fn passes() {
    let _capture = capture();
    pay(21, 500);
}

#[test]
fn by_assertion() {
    let capture = capture();
    pay(22, 500);
    assert_logged!(capture, WARN, "much", user = 23);
}

#[test]
fn by_any_panic() {
    let _capture = capture();
    pay(24, 5);
    None::<u8>.expect("a number");
}

#[test]
fn by_error() -> Result<(), String> {
    let _capture = capture().print(Print::Always);
    pay(25, 5);
    Err("no".into())
}

#[test]
fn inside_of_another() {
    let _outer = capture();
    pay(26, 5);
    {
        let _inner = capture();
        pay(27, 5);
        assert_logged!("never");
    }
}

#[test]
fn never_printed() {
    let _capture = capture().print(Print::Never);
    pay(28, 500);
    panic!("as it must");
}

#[test]
fn with_control_characters() {
    let _capture = capture();
    rlog::info!("\u{1b}[2J user 29");
    panic!("as it must");
}
