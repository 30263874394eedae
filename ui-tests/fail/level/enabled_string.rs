fn main() {
    let _ = rlog::enabled!("info");
}
