use std::fmt;

#[derive(rlog::Loggable, Debug, Clone)]
#[log(redact)]
struct Token(String);

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(rlog::Loggable)]
struct Login {
    #[log(debug)]
    a: Token,
    #[log(display)]
    b: Box<Token>,
    #[log(truncate = 3)]
    c: Token,
    #[log(debug)]
    d: Vec<(u8, Option<Token>)>,
    #[log(mask = "last4")]
    e: Token,
    #[log(hash)]
    hash: Token,
    #[log(with = length)]
    length: Token,
}

fn length(token: &Token) -> usize {
    token.0.len()
}

fn main() {}
