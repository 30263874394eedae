fn main() {
    rlog::info!(taget: "audit", "paid");
}
