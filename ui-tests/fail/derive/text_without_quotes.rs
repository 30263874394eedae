#[derive(rlog::Loggable)]
#[log(rename_all = camelCase)]
struct User {
    #[log(unit = ms)]
    took: u64,
    #[log(prefix = 3, flatten)]
    more: (),
}

fn main() {}
