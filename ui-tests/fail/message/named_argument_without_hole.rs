fn main() {
    rlog::info!("paid", user = "ada");
}
