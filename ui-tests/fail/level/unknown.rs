use rlog::Level;

fn main() {
    rlog::log!(Level::INFORM, "paid");
}
