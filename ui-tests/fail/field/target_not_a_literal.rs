const TARGET: &str = "app";

fn main() {
    rlog::info!(target: TARGET, "paid");
}
