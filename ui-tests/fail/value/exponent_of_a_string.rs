fn main() {
    rlog::info!("paid {:e}", "5");
}
