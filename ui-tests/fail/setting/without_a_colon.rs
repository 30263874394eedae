fn main() {
    rlog::info!(target "audit", "paid");
}
