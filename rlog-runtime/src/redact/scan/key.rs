//! Keys that can be told by their own form.

use super::{Looked, Scanner, before, run};

/// At the first of two dashes or more, which may be those of a private key.
pub(super) fn private(text: &[u8], at: usize) -> Looked {
    let begin = at + run(text, at, |byte| byte == b'-');
    let label = begin + BEGIN.len();
    if begin - at < DASHES.len() || !text[begin..].starts_with(BEGIN) {
        return (begin, None);
    }
    // `RSA PRIVATE KEY`, `PGP PRIVATE KEY BLOCK`.
    let length = run(text, label, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ').min(64);
    if find(&text[label..label + length], b"PRIVATE KEY").is_none() {
        return (label, None);
    }
    let rest = &text[label + length..];
    let end = match find(rest, b"-----END") {
        Some(end) => {
            let end = label + length + end + 8;
            let line = run(text, end, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ');
            // Those of another key may follow.
            end + line + run(text, end + line, |byte| byte == b'-').min(DASHES.len())
        }
        None => text.len(),
    };
    (end, Some((at, end, Scanner::PrivateKey)))
}

const DASHES: &[u8] = b"-----";
const BEGIN: &[u8] = b"BEGIN ";

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

/// At an `A`, which may be that of a key of AWS (`AKIA` and 16 characters) or of Google (`AIza` and 35).
#[inline]
pub(super) fn vendor(text: &[u8], at: usize) -> Looked {
    if !matches!(text.get(at + 1), Some(b'K' | b'S' | b'B' | b'C' | b'I')) {
        return (at + 1, None);
    }
    let length = match text.get(at..at + 4) {
        Some(b"AKIA" | b"ASIA" | b"ABIA" | b"ACCA") => {
            let length = run(text, at, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
            if length == 20 { length } else { 0 }
        }
        Some(b"AIza") => {
            let length = run(text, at, is_key);
            if length == 39 { length } else { 0 }
        }
        _ => 0,
    };
    let is_whole =
        !before(text, at).is_some_and(|&byte| is_key(byte)) && !text.get(at + length).is_some_and(|&byte| is_key(byte));
    match length {
        0 => (at + 1, None),
        _ => (at + length, is_whole.then_some((at, at + length, Scanner::AccessKey))),
    }
}

/// At an underscore, which may follow the prefix of a key. Nearly all that words have do not, which two bytes tell.
#[inline]
pub(super) fn behind_underscore(text: &[u8], at: usize) -> Looked {
    match text[..at].last_chunk() {
        Some(
            [b'h', b'p' | b'o' | b'u' | b's' | b'r' | b'f']
            | [b'u', b'b']
            | [b'p', b'm']
            | [b's' | b'r', b'k']
            | [b'e', b'c'],
        ) => behind(text, at, &UNDERSCORED),
        _ => (at + 1, None),
    }
}

/// The same at a dash.
#[inline]
pub(super) fn behind_dash(text: &[u8], at: usize) -> Looked {
    match text[..at].last_chunk() {
        Some([b'x', _] | [b'a', b't'] | [b'p', b'p'] | [b's', b'k']) => behind(text, at, &DASHED),
        _ => (at + 1, None),
    }
}

/// What stands up to the character, what must follow it, and how many characters at least the key has behind that.
type Form = (&'static [u8], &'static [u8], usize);

const UNDERSCORED: [Form; 13] = [
    (b"ghp", b"_", 36),
    (b"gho", b"_", 36),
    (b"ghu", b"_", 36),
    (b"ghs", b"_", 36),
    (b"ghr", b"_", 36),
    (b"github", b"_pat_", 22),
    (b"npm", b"_", 36),
    (b"sk", b"_live_", 16),
    (b"sk", b"_test_", 16),
    (b"rk", b"_live_", 16),
    (b"rk", b"_test_", 16),
    (b"whsec", b"_", 24),
    (b"hf", b"_", 30),
];

const DASHED: [Form; 9] = [
    (b"glpat", b"-", 20),
    (b"xoxa", b"-", 10),
    (b"xoxb", b"-", 10),
    (b"xoxe", b"-", 10),
    (b"xoxp", b"-", 10),
    (b"xoxr", b"-", 10),
    (b"xoxs", b"-", 10),
    (b"xapp", b"-", 10),
    (b"sk", b"-", 32),
];

#[cold]
fn behind(text: &[u8], at: usize, forms: &[Form]) -> Looked {
    for (prefix, follows, least) in forms {
        if !text[..at].ends_with(prefix) || !text[at..].starts_with(follows) {
            continue;
        }
        let start = at - prefix.len();
        if before(text, start).is_some_and(|&byte| is_key(byte)) {
            continue;
        }
        let key = at + follows.len();
        let end = key + run(text, key, is_key);
        if end - key >= *least && text[key..end].iter().any(u8::is_ascii_digit) {
            return (end, Some((start, end, Scanner::AccessKey)));
        }
    }
    (at + 1, None)
}

fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, found};
    use super::*;

    #[test]
    fn private_keys_are_found() {
        let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow==\n-----END RSA PRIVATE KEY-----";
        let armored = "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQdG\n=x\n-----END PGP PRIVATE KEY BLOCK-----";
        let escaped = r"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----";
        let cut = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz";
        let around = std::format!("a {key} b");
        check(
            Scanner::PrivateKey,
            &[(key, key), (armored, armored), (escaped, escaped), (cut, cut), (&around, key)],
            &[
                "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
                "-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----",
                "---BEGIN PRIVATE KEY---",
                "-------------------------",
                "a-b--c---d-----e",
            ],
        );
        assert_eq!(found(Scanner::PrivateKey, &std::format!("{key}\n{key}")), std::format!("{key}|{key}"));
        assert_eq!(found(Scanner::PrivateKey, &std::format!("{key}{key}")), std::format!("{key}|{key}"));
    }

    #[test]
    fn keys_of_services_are_found() {
        let of = |prefix: &str, length: usize| std::format!("{prefix}{}", "a1B2".repeat(20).split_at(length).0);
        let hub = of("ghp_", 36);
        let (live, lab, slack, google) = (of("sk_live_", 24), of("glpat-", 20), of("xoxb-", 30), of("AIza", 35));
        let quoted = std::format!("key='{hub}'");
        check(
            Scanner::AccessKey,
            &[
                ("AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
                ("id=ASIAIOSFODNN7EXAMPLE,", "ASIAIOSFODNN7EXAMPLE"),
                (&hub, &hub),
                (&quoted, &hub),
                (&live, &live),
                (&lab, &lab),
                (&slack, &slack),
                (&google, &google),
            ],
            &[
                "AKIA",
                "AKIAIOSFODNN7EXAMPL",
                "AKIAIOSFODNN7EXAMPLES",
                "XAKIAIOSFODNN7EXAMPLE",
                "AKIAiosfodnn7example",
                "ghp_short",
                "sk_live_short",
                "sk-learn-is-a-library-without-numbers-in-it",
                "task-0123456789012345678901234567890123456789",
                "a_b_c_d",
            ],
        );
    }
}
