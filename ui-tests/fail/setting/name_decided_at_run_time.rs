fn main() {
    let name = String::from("paid");
    rlog::info!(name: &name, "paid");
}
