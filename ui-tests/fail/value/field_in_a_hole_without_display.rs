#[derive(rlog::Loggable)]
struct Order {
    id: u64,
}

fn main() {
    let order = Order { id: 5 };
    rlog::info!(order, "{order}");
}
