const fn paid() {
    rlog::info!("paid");
}

fn main() {
    paid();
}
