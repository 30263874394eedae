fn main() {
    let key = "user";
    rlog::info!({ key } = 5, "paid");
}
