use rlog::testing::{assert_logged_in_order, expected};

fn main() {
    let _ = expected!("nearly full", times: 2);
    assert_logged_in_order!(["nearly full", times: 2], ["full"]);
}
