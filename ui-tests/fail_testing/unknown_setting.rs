use rlog::testing::assert_logged;

fn main() {
    assert_logged!(logger: "app", "paid");
}
