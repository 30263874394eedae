#[derive(rlog::Loggable)]
enum State {
    Open,
    #[log(rename = "Open")]
    Opened,
}

fn main() {}
