use rlog::testing::assert_logged;

fn main() {
    struct User;
    assert_logged!(user = User);
}
