fn main() {
    rlog::info!();
}
