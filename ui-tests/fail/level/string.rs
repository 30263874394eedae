fn main() {
    rlog::log!("info", "paid");
}
