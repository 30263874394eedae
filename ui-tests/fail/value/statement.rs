fn main() {
    rlog::info!(amount = rlog::info!("counted"), "paid");
}
