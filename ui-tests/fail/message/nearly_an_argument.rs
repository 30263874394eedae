fn main() {
    rlog::info!("{usr} paid", user = 3);
}
