fn main() {
    rlog::info!("{0} paid {2}", "ada", 5);
}
