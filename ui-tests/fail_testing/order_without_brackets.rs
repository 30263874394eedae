use rlog::testing::assert_logged_in_order;

fn main() {
    assert_logged_in_order!(INFO, "started");
}
