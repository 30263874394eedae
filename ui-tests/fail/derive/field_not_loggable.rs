struct Plain;

#[derive(rlog::Loggable)]
struct Order {
    plain: Plain,
}

fn main() {
    rlog::info!(order = Order { plain: Plain });
}
