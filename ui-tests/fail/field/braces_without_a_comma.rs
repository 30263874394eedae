fn main() {
    rlog::info!({ amount = 5 } "paid");
}
