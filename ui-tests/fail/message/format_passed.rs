fn main() {
    let user = "ada";
    rlog::info!(format!("{user} paid"));
}
