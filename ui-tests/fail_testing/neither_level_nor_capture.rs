use rlog::testing::assert_logged;

fn main() {
    let user = 7;
    assert_logged!(user, "paid");
}
