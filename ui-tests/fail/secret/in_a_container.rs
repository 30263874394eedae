#[derive(rlog::Loggable, Debug)]
#[log(redact)]
struct Token(&'static str);

fn main() {
    let sessions = vec![(1, Some(Token("hunter2")))];
    rlog::info!(?sessions, "logged in");
}
