fn main() {
    rlog::info!("paid"; amount = 5);
}
