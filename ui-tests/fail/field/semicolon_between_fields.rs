fn main() {
    rlog::info!(user = "ada"; amount = 5);
}
