#[derive(rlog::Loggable)]
#[log(tag = "kind")]
enum State {
    Open { kind: u8 },
}

fn main() {}
