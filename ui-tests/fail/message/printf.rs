fn main() {
    rlog::info!("%s paid %d", "ada", 5);
}
