fn main() {
    rlog::info!("paid".to_owned());
}
