fn main() {
    rlog::info!(timestamp = 5, "at {timestamp}");
}
