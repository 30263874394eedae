fn main() {
    let user = "ada";
    rlog::info!(name = user.shout(), "paid");
}
