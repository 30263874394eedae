fn main() {
    rlog::log!();
}
