#![deny(deprecated)]

fn main() {
    let password = String::from("hunter2");
    rlog::info!(password, "logged in");
}
