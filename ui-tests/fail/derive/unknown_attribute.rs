#[derive(rlog::Loggable)]
#[log(colour = "red")]
struct Order {
    #[log(hidden)]
    id: u64,
}

fn main() {
    rlog::info!(order = Order { id: 5 });
}
