fn main() {
    let user = "ada";
    rlog::info!(user,, "paid");
}
