fn main() {
    rlog::info!("{:x}", "text");
}
