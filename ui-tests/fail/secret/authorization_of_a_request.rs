#![deny(deprecated)]

struct Request {
    authorization: String,
}

fn main() {
    let request = Request { authorization: "Basic ..".to_owned() };
    rlog::info!(%request.authorization, "received");
}
