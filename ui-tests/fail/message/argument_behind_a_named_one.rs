fn main() {
    rlog::info!("{user} paid {}", user = "ada", 5);
}
