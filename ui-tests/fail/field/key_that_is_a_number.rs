fn main() {
    rlog::info!(5 = "ada", "paid");
}
