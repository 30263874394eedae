//! Keys that look like secrets, whose values are none, and keys that only mention one.
#![deny(warnings)]

use rlog::{Secret, info};

fn main() {
    let password = Secret::new(String::from("hunter2"));
    let (secret, text) = (true, String::from("in clear"));
    info!(password, secret, "a type that keeps its secret, and a `bool`");
    info!(password = &password, api_key = &&password, token = Some(&password), jwt = Box::new(password.clone()));
    info!(token_count = 5, password_length = 8, secret_santa_id = 7, "only mentioned: {}", "password");
    info!(password = "<hidden>", "a literal is nobody's secret");
    info!(#[allow(secret)] password = text, #[allow(secret)] db.secret = %text);
    let token = 1.5;
    info!(#[allow(secret)] token, "got {token:.2}");
    info!(#[allow(secret)] api_key = text.len(), "got {api_key}");
    #[allow(deprecated)]
    {
        info!(password = text);
    }
}
