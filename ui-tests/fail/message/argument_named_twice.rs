fn main() {
    rlog::info!("paid {amount}", amount = 5, amount = 6);
}
