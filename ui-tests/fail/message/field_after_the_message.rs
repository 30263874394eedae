fn main() {
    let (user, amount) = ("ada", 5);
    rlog::info!("paid", %user);
    rlog::info!("paid", amount = ?amount);
    rlog::info!("paid", order.id = amount);
    rlog::info!("paid", "order-id" = amount);
}
