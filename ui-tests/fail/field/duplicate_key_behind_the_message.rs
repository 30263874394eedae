fn main() {
    rlog::info!(user = 1, "{user} paid", user = 2);
}
