struct Plain;

fn main() {
    rlog::info!("paid {:?}", Plain);
}
