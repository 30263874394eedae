fn main() {
    let user = "ada";
    rlog::info!(user, target: "audit", "paid");
}
