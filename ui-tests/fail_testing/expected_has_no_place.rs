use rlog::testing::{capture, expected};

fn main() {
    let capture = capture();
    let _ = expected!(capture, "paid");
}
