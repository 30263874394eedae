fn main() {
    let amount = 5;
    rlog::info!(amount, amount = 6, user = , "{} paid {", 7);
}
