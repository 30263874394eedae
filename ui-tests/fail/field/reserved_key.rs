fn main() {
    rlog::info!(level = 5, "paid");
}
