fn main() {
    let user = "ada";
    rlog::info!(user == "ada", "paid");
}
