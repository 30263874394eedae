#![deny(deprecated)]

fn main() {
    let (user, ssn, pin) = ("ada", "078-05-1120", 1234);
    rlog::info!(user, ssn, card.pin = pin, "registered");
}
