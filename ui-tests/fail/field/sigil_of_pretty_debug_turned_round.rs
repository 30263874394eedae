fn main() {
    let user = "ada";
    rlog::info!(user = ?#user, "paid");
}
