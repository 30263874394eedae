//! `http`: what a request and a response say of themselves, without credentials.

use super::{Encoder, Kind, Loggable, displayed};
use crate::value::REDACTED;
use crate::value::encode::element;
use core::fmt;
use http::header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION, SET_COOKIE};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, Version};

displayed! { Method, HeaderName, PathAndQuery, Scheme }

impl Loggable for StatusCode {
    const KIND: Kind = Kind::U64;
    fn encode(&self, encoder: &mut Encoder) {
        self.as_u16().encode(encoder);
    }
}

/// `HTTP/1.1`
impl Loggable for Version {
    const KIND: Kind = Kind::Text;
    fn encode(&self, encoder: &mut Encoder) {
        encoder.text(&format_args!("{self:?}"));
    }
}

/// A password in it is `****`.
impl Loggable for Uri {
    const KIND: Kind = Kind::Text;
    fn encode(&self, encoder: &mut Encoder) {
        encoder.text(&Discreet(self));
    }
}

/// A password in it is `****`.
impl Loggable for Authority {
    const KIND: Kind = Kind::Text;
    fn encode(&self, encoder: &mut Encoder) {
        encoder.text(&Discreet(self));
    }
}

/// `<redacted>` if it is marked as sensitive. What is not printable ASCII is escaped.
impl Loggable for HeaderValue {
    const KIND: Kind = Kind::Text;
    fn encode(&self, encoder: &mut Encoder) {
        encoder.text(&Discreet(self));
    }
}

/// The headers with their values, and `<redacted>` for those that are marked as sensitive and those that carry credentials:
/// `authorization`, `proxy-authorization`, `cookie` and `set-cookie`. A header that is there several times is so, too.
impl Loggable for HeaderMap {
    const KIND: Kind = Kind::Map(element::<HeaderName>(), element::<HeaderValue>());
    fn encode(&self, encoder: &mut Encoder) {
        encoder.map(self.iter().map(|(name, value)| (name, Header(name, value))));
    }
}

struct Header<'a>(&'a HeaderName, &'a HeaderValue);

impl Loggable for Header<'_> {
    const KIND: Kind = HeaderValue::KIND;
    fn encode(&self, encoder: &mut Encoder) {
        match *self.0 {
            AUTHORIZATION | PROXY_AUTHORIZATION | COOKIE | SET_COOKIE => encoder.bytes(REDACTED.as_bytes()),
            _ => self.1.encode(encoder),
        }
    }
}

/// Shows a value without its credentials.
struct Discreet<'a, T>(&'a T);

impl fmt::Display for Discreet<'_, HeaderValue> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_sensitive() {
            return f.write_str(REDACTED);
        }
        match self.0.to_str() {
            Ok(text) => f.write_str(text),
            Err(_) => write!(f, "{}", self.0.as_bytes().escape_ascii()),
        }
    }
}

impl fmt::Display for Discreet<'_, Authority> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.as_str();
        // The part before the last `@` is `user:password`; the name cannot contain a colon (RFC 3986, 3.2.1).
        match text.rsplit_once('@').map(|(user, host)| (user.split_once(':'), host)) {
            Some((Some((user, _)), host)) => write!(f, "{user}:****@{host}"),
            _ => f.write_str(text),
        }
    }
}

impl fmt::Display for Discreet<'_, Uri> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(authority) = self.0.authority() else { return fmt::Display::fmt(self.0, f) };
        if let Some(scheme) = self.0.scheme() {
            write!(f, "{scheme}://")?;
        }
        write!(f, "{}{}", Discreet(authority), self.0.path())?;
        match self.0.query() {
            Some(query) => write!(f, "?{query}"),
            None => Ok(()),
        }
    }
}

#[cfg(all(test, feature = "output"))]
mod tests {
    use super::*;
    use crate::value::render::tests::logged;
    use std::string::ToString as _;

    #[test]
    fn requests_and_responses_are_shown() {
        let shown = logged((Method::GET, StatusCode::NOT_FOUND, Version::HTTP_11));
        assert_eq!(shown.to_string(), "(GET, 404, HTTP/1.1)");
    }

    #[test]
    fn a_password_in_an_address_is_not_shown() {
        for (text, expected) in [
            ("/orders/17?full=1", "/orders/17?full=1"),
            ("https://example.com", "https://example.com/"),
            ("https://ada:hunter2@example.com:8080/a?b=c", "https://ada:****@example.com:8080/a?b=c"),
            ("https://ada@example.com/", "https://ada@example.com/"),
            ("example.com:443", "example.com:443"),
            ("*", "*"),
        ] {
            assert_eq!(logged(Uri::from_static(text)).to_string(), expected);
        }
        let authority = Authority::from_static("ada:hunter2@example.com");
        assert_eq!(logged(authority).to_string(), "ada:****@example.com");
    }

    #[test]
    fn headers_with_credentials_are_named_and_not_shown() {
        let mut headers = HeaderMap::new();
        let mut token = HeaderValue::from_static("hunter2");
        token.set_sensitive(true);
        assert_eq!(logged(token.clone()).to_string(), "<redacted>");
        headers.insert("x-token", token);
        for name in [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE, SET_COOKIE] {
            headers.insert(name, HeaderValue::from_static("hunter2"));
        }
        headers.append("accept", HeaderValue::from_static("text/html"));
        headers.append("accept", HeaderValue::from_bytes(b"\xff").expect("a value"));
        let shown = logged(headers).to_string();
        assert!(!shown.contains("hunter2") && shown.matches("<redacted>").count() == 5, "{shown}");
        assert!(shown.contains("accept: text/html, accept: \\xff"), "{shown}");
    }
}
