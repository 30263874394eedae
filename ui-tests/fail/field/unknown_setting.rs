fn main() {
    rlog::info!(targat: "app", "paid");
    rlog::info!(once: true, "paid");
    rlog::info!(module: "app", "paid");
    rlog::info!(n = 1, target: "app", "paid");
}
