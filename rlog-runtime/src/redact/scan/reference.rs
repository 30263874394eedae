//! What is found without [signs](super::signs): the scanners look at every byte that is in something they find. It is several
//! times slower, and says what the fast way has to find.

use super::{Looked, Match, NOWHERE, SHORTEST, Scanner, address, card, email, iban, key, merge, tests, token};
use core::ops::Range;
use proptest::prelude::*;
use std::vec::Vec;

/// A place, and whether several overlap there.
type Found = (Range<usize>, bool);

/// What a scanner finds by itself, at all bytes that it has not passed yet.
fn find(scanner: Scanner, text: &[u8]) -> Vec<Found> {
    let (mut at, mut matches) = (0, Vec::new());
    if text.len() < SHORTEST {
        return Vec::new();
    }
    while at < text.len() {
        let (next, found) = look(scanner, text, at);
        if let Some((start, end, _)) = found.filter(|(start, end, _)| start < end) {
            matches.push(Match { start, end, rule: 0, is_merged: false, at: NOWHERE });
        }
        at = next.max(at + 1);
    }
    merge(&mut matches);
    places(&matches)
}

fn places(matches: &[Match]) -> Vec<Found> {
    matches.iter().map(|found| (found.start..found.end, found.is_merged)).collect()
}

fn look(scanner: Scanner, text: &[u8], at: usize) -> Looked {
    let is_for = |other| scanner == other;
    match text[at] {
        b'0'..=b'9' => at_digit(scanner, text, at),
        b'@' if is_for(Scanner::Email) => email::look(text, at),
        b':' if is_for(Scanner::UrlPassword) && text[at..].starts_with(b"://") => token::url(text, at),
        b':' if is_for(Scanner::Ipv6) => address::v6(text, at),
        b'-' if is_for(Scanner::PrivateKey) && text.get(at + 1) == Some(&b'-') => key::private(text, at),
        b'-' if is_for(Scanner::AccessKey) => key::behind_dash(text, at),
        b'_' if is_for(Scanner::AccessKey) => key::behind_underscore(text, at),
        b'A' if is_for(Scanner::AccessKey) => key::vendor(text, at),
        b'J' if is_for(Scanner::Jwt) => token::jwt(text, at),
        b'B' | b'b' if is_for(Scanner::AuthToken) => token::scheme(text, at),
        _ => (at + 1, None),
    }
}

fn at_digit(scanner: Scanner, text: &[u8], at: usize) -> Looked {
    let end = at + super::run(text, at, |byte| byte.is_ascii_digit());
    match scanner {
        Scanner::Ipv4 if text.get(end) == Some(&b'.') => address::v4(text, at),
        Scanner::Iban if at >= 2 => iban::look(text, at),
        Scanner::PaymentCard => card::look(text, at, end),
        _ => (end, None),
    }
}

/// Whole samples, parts of them, and what is around them.
#[rustfmt::skip]
const PIECES: &[&[u8]] = &[
    b"0", b"1", b"4", b"7", b"00", b"12", b"255", b"256", b"1234", b"4111", b"1111", b"822463", b"10005",
    b"111111111111", b"4111111111111111", b"378282246310005", b"4000 0000 0000 0002", b"3782-822463-10005",
    b"4222222222222", b"6759649826438453", b"20000000000000000000", b"DE89", b"3704", b"0044 0532 0130 00",
    b"DE89370400440532013000", b"NO9386011117947", b"MT84MALT011000012345MTLCAST001S",
    b"GB29 NWBK 6016 1331 9268 19", b"ch9300762011623852957", b"e", b"ey", b"yJ", b"eyJ", b"J",
    b"eyJhbGciOiJkaXIifQ", b".eyJpc3MiOiJqb2Ui", b"eyJhbGciOiJkaXIifQ.eyJh.sig", b"b", b"B", b"Bearer ", b"bEARER=",
    b"basic ", b"BASIC\t", b"Basic", b"dTpw", b"QWxhZGRpbjpvcGVuIHNlc2FtZQ==", b"Authorization: ",
    b"mF_9.B5f-4.1JqM", b"-", b"--", b"-----", b"-----BEGIN ", b"BEGIN ", b"PRIVATE KEY", b"RSA ", b"-----END ",
    b"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", b"A", b"AKIA", b"ASIA", b"AIza",
    b"IOSFODNN7EXAMPLE", b"AKIAIOSFODNN7EXAMPLE", b"_", b"ghp_", b"ghs", b"hf_", b"npm_", b"whsec_", b"github",
    b"_pat_", b"sk", b"rk_test_", b"sk_live_", b"sk-", b"xoxb-", b"xapp-", b"glpat", b"a1B2a1B2a1B2",
    b"Zz9Zz9Zz9Zz9Zz9Zz9Zz9Zz9Zz9Zz9Zz9Zz9", b":", b"/", b"//", b"://", b"redis://:pw@h",
    b"https://u:p%40ss@example.com/", b"a://b:c@d", b"@", b"ada@example.com", b"@example", b".co",
    b"\"ada l\"@b.org", b".", b"1.", b"10.0.0.1", b"203.0.113.77", b"1.2.3", b"127.0.0.1", b"::", b"::1", b"ab:",
    b"12:", b"db8", b"abc", b"fe80::1", b"2001:db8::7", b"::ffff:203.0.113.7", b"13:41:00",
    b"2001:0db8:0000:0000:0000:ff00:0042:8329", b"1:2:3:4:5:6:7:8", b"1:2:3:4:5:6:7.7.7.7", b"00:1b:44:11:3a:b7",
    b"std::io", b" ", b"  ", b"\n", b"\"", b"'", b",", b"=", b"+", b"~", b"%", b"g", b"Z", b"word", b"\0",
    "ß".as_bytes(), b"\xff", b"\x8d",
];

fn texts() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => prop::sample::select(PIECES).prop_map(<[u8]>::to_vec),
        1 => prop::sample::select(PIECES).prop_flat_map(|piece| (0..piece.len()).prop_map(|end| piece[..end].to_vec())),
        1 => (prop::sample::select(PIECES), 1..40_usize).prop_map(|(piece, times)| piece[..1].repeat(times)),
        1 => prop::collection::vec(any::<u8>(), 1..4),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

#[test]
fn signs_are_seen_across_the_end_of_a_block() {
    for piece in PIECES {
        for length in 0..=70 {
            let text = [&b" ".repeat(length), *piece, b" "].concat();
            for scanner in Scanner::ALL {
                let mut matches = Vec::new();
                tests::only(scanner).find(&text, &mut matches);
                assert_eq!(places(&matches), find(scanner, &text), "{scanner:?} in {}", text.escape_ascii());
            }
        }
    }
}

proptest! {
    #[test]
    fn each_scanner_finds_what_it_finds_without_signs(text in texts()) {
        for scanner in Scanner::ALL {
            let mut matches = Vec::new();
            let scan = tests::only(scanner);
            scan.find(&text, &mut matches);
            let expected = find(scanner, &text);
            prop_assert_eq!(scan.finds(&text), !expected.is_empty());
            prop_assert_eq!(places(&matches), expected, "{:?} in {}", scanner, text.escape_ascii());
        }
    }

    #[test]
    fn together_they_find_no_less(text in texts()) {
        let mut matches = Vec::new();
        tests::all().find(&text, &mut matches);
        let places = places(&matches);
        for (found, _) in Scanner::ALL.into_iter().flat_map(|scanner| find(scanner, &text)) {
            let is_hidden = found.clone().all(|at| places.iter().any(|(place, _)| place.contains(&at)));
            prop_assert!(is_hidden, "{:?} in {}", found, text.escape_ascii());
        }
    }
}
