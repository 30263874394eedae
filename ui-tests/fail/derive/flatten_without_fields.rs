#[derive(rlog::Loggable)]
struct User<'a> {
    #[log(flatten)]
    id: u64,
    #[log(flatten, prefix = "name.")]
    name: &'a str,
}

#[derive(rlog::Loggable)]
enum Event {
    Uploaded {
        #[log(flatten)]
        bytes: Vec<u8>,
    },
}

fn main() {}
