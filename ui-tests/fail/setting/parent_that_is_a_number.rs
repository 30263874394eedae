fn main() {
    rlog::info!(parent: 3, "paid");
}
