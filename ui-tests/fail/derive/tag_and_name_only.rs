#[derive(rlog::Loggable)]
#[log(tag = "type", name_only)]
enum State {
    Open(u8),
}

fn main() {}
