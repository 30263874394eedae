fn main() {
    rlog::info!(usr, "paid");
}
