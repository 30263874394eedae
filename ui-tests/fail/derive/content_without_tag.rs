#[derive(rlog::Loggable)]
#[log(content = "value")]
enum State {
    Open(u8),
}

fn main() {}
