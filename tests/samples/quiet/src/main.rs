//! Nobody has asked for output: nothing is logged and nothing is evaluated for it.

fn main() {
    library::run();
    library::by_macro!(evaluated());
    rlog::critical!(value = evaluated(), "critical {}", evaluated());
    rlog::log!(rlog::Level::CRITICAL, "at run time {}", evaluated());
    println!("the end");
}

fn evaluated() -> u32 {
    println!("evaluated");
    1
}
