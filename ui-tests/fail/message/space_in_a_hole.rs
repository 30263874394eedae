fn main() {
    let user = "ada";
    rlog::info!("{user name} paid");
}
