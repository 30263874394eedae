fn shown(value: &u8) -> u8 {
    *value
}

#[derive(rlog::Loggable)]
struct User {
    #[log(with = shown)]
    id: u64,
}

fn main() {}
