fn main() {
    let user = (1, 2);
    rlog::info!(amount = 5, user = user., "paid");
}
