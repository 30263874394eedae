const GREETING: &str = "hello";

fn greeting() -> &'static str {
    GREETING
}

fn main() {
    rlog::info!(greeting());
    rlog::info!(n = 1, concat!("a", "b"));
    rlog::info!(format!("{} paid", 1));
    rlog::info!(self::GREETING);
    rlog::info!(42);
}
