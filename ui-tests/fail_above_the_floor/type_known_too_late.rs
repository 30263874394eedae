#[derive(Debug)]
struct Order;

fn main() {
    let mut orders = Vec::new();
    rlog::info!(?orders, "none yet");
    orders.push(Order);
}
