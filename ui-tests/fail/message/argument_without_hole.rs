fn main() {
    rlog::info!("{} paid", "ada", 2 + 3);
}
