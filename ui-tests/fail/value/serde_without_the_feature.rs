struct Order;

fn main() {
    let order = Order;
    rlog::info!(#order, "bought");
}
