fn main() {
    rlog::info!(paid!("in full"));
}
