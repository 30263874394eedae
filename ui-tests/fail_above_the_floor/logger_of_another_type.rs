fn main() {
    rlog::info!(logger: "audit", "paid");
}
