fn amount() -> u8 {
    5
}

fn main() {
    rlog::info!(amount, "paid");
}
