//! Keys that look like secrets, whose values are none, and keys that only mention one.
#![deny(warnings)]

use rlog::info;

struct Hidden;

impl rlog::__private::Redacted for Hidden {}

impl rlog::Loggable for Hidden {
    const KIND: rlog::Kind = rlog::Kind::Unit;
    fn encode(&self, _: &mut rlog::Encoder) {}
}

fn main() {
    let (password, secret) = (Hidden, true);
    info!(password, secret, "a type that keeps its secret, and a `bool`");
    info!(password = &password, api_key = &&password);
    info!(token_count = 5, password_length = 8, secret_santa_id = 7, "only mentioned: {}", "password");
    info!(password = "<hidden>", "a literal is nobody's secret");
    #[allow(deprecated)]
    {
        info!(password = String::from("in clear"));
    }
}
