const PAID: u8 = 5;

fn main() {
    rlog::info!(self::PAID);
}
