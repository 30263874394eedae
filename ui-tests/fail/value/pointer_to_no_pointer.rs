fn main() {
    rlog::info!("paid {:p}", 5);
}
