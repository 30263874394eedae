const KEY: &str = "";

fn main() {
    rlog::info!({ KEY } = 5, "paid");
}
