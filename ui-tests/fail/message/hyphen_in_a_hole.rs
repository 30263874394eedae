fn main() {
    rlog::info!("{user-id} paid", 5);
}
