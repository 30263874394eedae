//! Tests that pass.

use rlog::testing::{Print, assert_logged, assert_not_logged, capture};
use tested::pay;

#[test]
fn plain() {
    let capture = capture();
    pay(11, 500);
    assert_logged!(capture, WARN, "much", user = 11);
}

#[test]
fn beside_it() {
    let capture = capture();
    pay(12, 5);
    assert_not_logged!(capture, user != 12);
}

#[test]
fn always_printed() -> Result<(), String> {
    let _capture = capture().print(Print::Always);
    pay(13, 500);
    Ok(())
}

#[test]
fn on_a_thread_of_its_own() {
    let capture = capture();
    std::thread::spawn(|| pay(15, 500)).join().expect("no panic");
    assert_not_logged!(capture, >= TRACE);
}

#[test]
#[should_panic(expected = "no captured record is as expected")]
fn panics_as_it_should() {
    let _capture = capture();
    pay(14, 500);
    assert_logged!(ERROR);
}
