fn main() {
    rlog::info!(concat!("paid {} in ", file!()));
}
