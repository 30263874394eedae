fn main() {
    rlog::log!("paid", rlog::Level::INFO);
}
