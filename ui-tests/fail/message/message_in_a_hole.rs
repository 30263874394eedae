fn main() {
    rlog::info!(message = 3, "paid {message}");
}
