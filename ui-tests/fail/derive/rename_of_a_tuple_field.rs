#[derive(rlog::Loggable)]
struct User(#[log(rename = "id")] u64, u8);

fn main() {}
