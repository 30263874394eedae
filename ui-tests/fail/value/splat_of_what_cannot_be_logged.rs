struct Plain;

fn main() {
    rlog::info!(..Plain, "paid");
}
