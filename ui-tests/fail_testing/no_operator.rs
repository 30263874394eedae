use rlog::testing::assert_logged;

fn main() {
    assert_logged!(WARN, user 7);
}
