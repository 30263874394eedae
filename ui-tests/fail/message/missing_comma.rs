fn main() {
    let (user, amount) = (1, 2);
    rlog::info!(amount = 5 "paid {user}");
    rlog::info!("paid {} {}", user; amount);
    rlog::info!(user;);
}
