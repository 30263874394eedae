use rlog::testing::assert_logged;

fn main() {
    assert_logged!(level: WARN, "nearly full");
}
