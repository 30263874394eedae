fn greeting() -> &'static str {
    "hello"
}

fn main() {
    rlog::info!(greeting());
    rlog::info!(format!("{} paid", 1));
    rlog::info!(n = 1, &format!("{n} paid", n = 1));
    rlog::info!(42);
}
