fn main() {
    rlog::info!(target: "audit", target: "app", "paid");
}
