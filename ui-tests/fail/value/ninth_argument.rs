struct Plain;

fn main() {
    let (a, b, c, d, e, f, g, h) = (1, 2, 3, 4, 5, 6, 7, 8);
    rlog::info!(a, b, c, d, plain = Plain, e, f, g, h);
    rlog::info!(a, b, c, d, e, f, g, h, plain = %Plain);
    rlog::info!(a, b, c, d, e, f, g, h, "{}", Plain);
}
