struct Plain;

fn main() {
    let plain = Plain;
    rlog::info!(#?plain, "paid");
}
