const PAID: &str = "paid {}";

fn main() {
    rlog::info!(self::PAID, 5);
}
