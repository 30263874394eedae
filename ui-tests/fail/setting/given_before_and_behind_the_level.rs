use rlog::Level;

fn main() {
    rlog::log!(target: "audit", Level::INFO, target: "billing", "paid");
}
