fn main() {
    rlog::info!(b"paid");
}
