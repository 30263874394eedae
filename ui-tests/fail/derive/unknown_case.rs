#[derive(rlog::Loggable)]
#[log(rename_all = "snakecase")]
struct User {
    id: u64,
}

fn main() {}
