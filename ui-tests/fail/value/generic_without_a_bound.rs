fn paid<T>(amount: T) {
    rlog::info!(amount, "paid");
}

fn main() {
    paid(5);
}
