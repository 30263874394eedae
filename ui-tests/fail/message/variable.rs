#![deny(deprecated)]

fn main() {
    let text = String::from("paid");
    rlog::info!(text);
}
