fn main() {
    rlog::info!(= 5);
}
