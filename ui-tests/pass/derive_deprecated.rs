#![deny(warnings)]

#[derive(rlog::Loggable)]
#[deprecated]
pub struct Old {
    pub id: u64,
}

#[derive(rlog::Loggable)]
pub struct User {
    #[deprecated]
    pub name: String,
    pub took: u64,
    #[log(redact)]
    pub token: String,
}

#[derive(rlog::Loggable)]
pub enum State {
    #[deprecated]
    Open,
    Closed,
}

fn main() {
    rlog::info!(state = State::Closed, "m");
}
