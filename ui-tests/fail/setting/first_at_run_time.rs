fn main() {
    let first = 5;
    rlog::info!(first: first, "paid");
}
