#[derive(rlog::Loggable)]
#[log(rename_all = "camelCase")]
struct User {
    user_id: u64,
    #[log(rename = "userId")]
    other: u64,
}

fn main() {}
