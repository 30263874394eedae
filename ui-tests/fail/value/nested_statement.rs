fn main() {
    rlog::info!(amount = { rlog::info!("{} and {}", 1); 5 }, "paid");
}
