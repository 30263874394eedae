//! Tokens and passwords that stand behind something.

use super::{Looked, Scanner, is_word, run, run_before};

/// At a `J`, which may be that of `eyJ`.
#[inline]
pub(super) fn jwt(text: &[u8], at: usize) -> Looked {
    if at < 2 || text[at - 2..at] != *b"ey" {
        return (at + 1, None);
    }
    let start = at - 2 - run_before(text, at - 2, is_base64url);
    let mut end = at + run(text, at, is_base64url);
    let mut parts = 1;
    let mut second_is_json = false;
    // A part may be empty: the signature of a token that has none, the key of one that is encrypted directly.
    while parts < 5 && text.get(end) == Some(&b'.') {
        let length = run(text, end + 1, is_base64url);
        if parts == 1 && length == 0 && text.get(end + 1) != Some(&b'.') {
            break;
        }
        second_is_json |= parts == 1 && text[end + 1..].starts_with(b"eyJ");
        end += 1 + length;
        parts += 1;
    }
    let is_token = (parts >= 3 || second_is_json) && end - start >= 20;
    (end, is_token.then_some((start, end, Scanner::Jwt)))
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// At a `B` or `b`, which may be that of `Bearer` or `Basic`.
#[inline]
pub(super) fn scheme(text: &[u8], at: usize) -> Looked {
    match (text.get(at + 1), text.get(at + 2)) {
        (Some(b'e' | b'E'), Some(b'a' | b'A')) | (Some(b'a' | b'A'), Some(b's' | b'S')) => credentials(text, at),
        _ => (at + 1, None),
    }
}

fn credentials(text: &[u8], at: usize) -> Looked {
    let begins_with = |name: &[u8]| text[at..].get(..name.len()).is_some_and(|text| text.eq_ignore_ascii_case(name));
    let (length, is_basic) = if begins_with(b"bearer") {
        (6, false)
    } else if begins_with(b"basic") {
        (5, true)
    } else {
        return (at + 1, None);
    };
    let behind = at + length;
    let is_separator = |byte: u8| matches!(byte, b' ' | b'\t' | b':' | b'=' | b'"' | b'\'');
    let start = behind + run(text, behind, is_separator).min(8);
    if start == behind || is_word(super::before(text, at)) {
        return (behind, None);
    }
    let name = run(text, start, is_token68);
    let end = start + name + run(text, start + name, |byte| byte == b'=');
    let token = &text[start..end];
    // Behind the name of the header it is what it says; and so it is alone, as the header's value.
    let is_header = behind_header(&text[..at]);
    let found = match is_basic {
        _ if token.is_empty() => false,
        true => is_header || is_pair(token),
        false => is_header || is_strong(token) || at == 0 && end == text.len(),
    };
    if found { (end, Some((start, end, Scanner::AuthToken))) } else { (behind, None) }
}

/// Whether the name of the header stands right before.
fn behind_header(text: &[u8]) -> bool {
    let length = text.len() - run_before(text, text.len(), |byte| !byte.is_ascii_alphanumeric()).min(8);
    text[..length].last_chunk::<13>().is_some_and(|name| name.eq_ignore_ascii_case(b"authorization"))
}

/// RFC 7235, section 2.1; `=` may only follow.
fn is_token68(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
}

/// Whether it is rather a token than a word of a sentence.
fn is_strong(token: &[u8]) -> bool {
    token.len() >= 16 || token.len() >= 6 && token.iter().any(u8::is_ascii_digit)
}

/// Whether base64 holds `user:password`.
fn is_pair(token: &[u8]) -> bool {
    let (mut bits, mut count, mut has_colon) = (0_u32, 0, false);
    for &byte in token {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => return false,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            match (bits >> count) as u8 {
                b':' => has_colon = true,
                0..0x20 => return false,
                _ => {}
            }
        }
    }
    has_colon
}

/// At the `://` of a URL.
pub(super) fn url(text: &[u8], at: usize) -> Looked {
    let start = at + 3;
    let mut end = start;
    let (mut colon, mut slash, mut sign) = (None, None, None);
    while let Some(&byte) = text.get(end) {
        match byte {
            b':' if text[end..].starts_with(b"://") => break,
            b':' if colon.is_none() && sign.is_none() => colon = Some(end),
            b'/' | b'?' | b'#' if slash.is_none() => {
                // Behind a host or a port there is no password; one that is written with these characters, though it should
                // not be, follows a colon.
                let is_port = colon.is_none_or(|colon| text[colon + 1..end].iter().all(u8::is_ascii_digit));
                if is_port || sign.is_some() {
                    break;
                }
                slash = Some(end);
            }
            b'@' => sign = Some(end),
            0..=b' ' | b'"' | b'\'' | b'<' | b'>' | b'`' | b'\\' => break,
            _ => {}
        }
        end += 1;
    }
    match (colon, sign) {
        (Some(colon), Some(sign)) if colon + 1 < sign => (sign, Some((colon + 1, sign, Scanner::UrlPassword))),
        // What was passed may hold something else.
        _ => (start, None),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    /// The example of RFC 7519, section 3.1.
    const TOKEN: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODB9.\
        dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    #[test]
    fn web_tokens_are_found() {
        let (signed, _) = TOKEN.rsplit_once('.').expect("a signature");
        let around = std::format!("token={TOKEN}; path=/");
        let encrypted = "eyJhbGciOiJkaXIifQ..48V1_ALb6US04U3b.5eym8TW_c8SuK0lt.XFBoMYUZodetZdvTiFvSkQ";
        let unsigned = std::format!("{signed}.");
        check(
            Scanner::Jwt,
            &[
                (TOKEN, TOKEN),
                (&around, TOKEN),
                (signed, signed),
                (&unsigned, &unsigned),
                (encrypted, encrypted),
                // RFC 7515, appendix A.2, cut off by somebody.
                ("id eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2Ui", "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2Ui"),
            ],
            &[
                "eyJ",
                "eyJhbGciOiJkaXIifQ",
                "keyJob.json",
                "hey.Joe.there",
                "eyJ.a",
                "MonkeyJungle",
                "eyJhbGciOiJkaXIifQ.txt",
            ],
        );
    }

    #[test]
    fn tokens_behind_their_scheme_are_found() {
        check(
            Scanner::AuthToken,
            &[
                ("Bearer mF_9.B5f-4.1JqM", "mF_9.B5f-4.1JqM"),
                ("Authorization: Bearer secret", "secret"),
                ("authorization=\"bearer secret\"", "secret"),
                ("bearer secret", "secret"),
                ("got Bearer a1b2c3, refused", "a1b2c3"),
                ("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
                ("basic dTpw", "dTpw"),
                ("Authorization: Basic cGFzc3dvcmQ", "cGFzc3dvcmQ"),
                ("header was BEARER abcdefghijklmnopq", "abcdefghijklmnopq"),
            ],
            &[
                "the bearer of news",
                "bearer token is missing",
                "Basic auth failed",
                "basic information",
                "Bearer",
                "Bearer ",
                "forbearer a1b2c3d4",
                "basically",
            ],
        );
    }

    #[test]
    fn passwords_in_urls_are_found() {
        check(
            Scanner::UrlPassword,
            &[
                ("postgres://app:hunter2@db:5432/shop", "hunter2"),
                ("redis://:hunter2@cache", "hunter2"),
                ("at https://u:p%40ss@example.com/?a=b, twice", "p%40ss"),
                ("amqp://u:p@ss@host/", "p@ss"),
                ("mysql://u:pa/ss@host/db", "pa/ss"),
                ("a://b:c@d://e:f@g", "c|f"),
            ],
            &[
                "https://example.com:8080/a@b",
                "https://example.com/a:b@c",
                "ssh://git@example.com/x.git",
                "http://[2001:db8::1]:80/",
                "file:///c:/x",
                "a://b:@c",
                "a://b:c d@e",
            ],
        );
    }
}
