fn main() {
    rlog::info!("{:>65536}", 5);
}
