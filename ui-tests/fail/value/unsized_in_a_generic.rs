fn paid<T: ?Sized + std::fmt::Debug>(amount: &T) {
    rlog::info!(%amount, "paid");
}

fn main() {
    paid("5");
}
