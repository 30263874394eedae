#[derive(rlog::Loggable)]
struct Pair(u8, u8);

fn main() {
    rlog::info!(..Pair(5, 6), "paid");
}
