fn main() {
    let user = "ada";
    rlog::info!(user:dbg = user; "paid");
}
