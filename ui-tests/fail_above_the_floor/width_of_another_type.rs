fn main() {
    rlog::info!("paid {:>width$}", 5, width = "7");
}
