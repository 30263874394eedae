fn main() {
    rlog::info!(target: , "paid");
}
