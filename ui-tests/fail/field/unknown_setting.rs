fn main() {
    rlog::info!(name: "paid", "paid");
    rlog::info!(n = 1, target: "app", "paid");
}
