fn main() {
    rlog::info!(target: AUDIT, "paid");
}
