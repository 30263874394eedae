#[derive(rlog::Loggable)]
#[log(tag = "")]
enum User {
    Known {
        #[log(rename = "")]
        id: u64,
    },
}

fn main() {}
