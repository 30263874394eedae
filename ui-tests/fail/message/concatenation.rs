fn main() {
    let user = "ada";
    rlog::info!("paid by " + user);
}
