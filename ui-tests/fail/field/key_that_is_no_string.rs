const KEY: u8 = 5;

fn main() {
    rlog::info!({ KEY } = 5, "paid");
}
