//! `url`: text, without the password that it may hold.

use super::{Encoder, Kind, Loggable, displayed};
use core::fmt;
use url::{Host, Position, Url};

/// A password in it is `****`.
impl Loggable for Url {
    const KIND: Kind = Kind::Text;
    fn encode(&self, encoder: &mut Encoder) {
        match self.password() {
            None => encoder.text(self),
            Some(_) => encoder.text(&Discreet(self)),
        }
    }
}

displayed! { Host, Host<&str> }

struct Discreet<'a>(&'a Url);

impl fmt::Display for Discreet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0[..Position::BeforePassword])?;
        f.write_str("****")?;
        f.write_str(&self.0[Position::AfterPassword..])
    }
}

#[cfg(all(test, feature = "output"))]
mod tests {
    use super::*;
    use crate::value::render::tests::logged;
    use std::string::ToString as _;

    #[test]
    fn a_password_is_not_shown() {
        let shown = |text| logged(Url::parse(text).expect("a URL")).to_string();
        assert_eq!(shown("https://example.com/a?b#c"), "https://example.com/a?b#c");
        assert_eq!(shown("https://ada:hunter2@example.com/a"), "https://ada:****@example.com/a");
        assert_eq!(shown("postgres://:hunter2@db:5432/shop?x=1"), "postgres://:****@db:5432/shop?x=1");
        assert_eq!(shown("https://ada@example.com/"), "https://ada@example.com/");
        assert_eq!(logged(Host::Domain("example.com")).to_string(), "example.com");
    }
}
