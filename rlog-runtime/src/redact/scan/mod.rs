//! Secrets and personal data that are known by how they look, wherever in a text they stand.
//!
//! One pass over the text looks for [signs](signs::Sign) that something may be found, which are rare, and only there the scanners
//! look closer. Each of them looks a bounded way back, or as far as to where it has looked before, and goes on behind what it has
//! looked at, so the time is linear in the length of the text, whatever somebody typed. No scanner hides anything from another.
//!
//! All that is looked for is ASCII, or takes what is not ASCII with it, so that a place found in a string always begins and
//! ends between characters.

mod address;
mod block;
mod card;
mod email;
mod iban;
mod key;
#[cfg(test)]
mod reference;
mod signs;
mod token;

pub(super) use address::network;
pub(crate) use card::is_card_number;

#[cfg(feature = "regex")]
use super::pattern::Pattern;
use signs::{Seen, Sign, Signs};
use std::vec::Vec;

/// A kind of text that is known by how it looks.
///
/// | scanner | found | not found |
/// | --- | --- | --- |
/// | [`PaymentCard`](Self::PaymentCard) | `4111 1111 1111 1111`, `378282246310005` | a wrong check digit, an unknown prefix |
/// | [`Iban`](Self::Iban) | `DE89 3704 0044 0532 0130 00` | a wrong check sum, a wrong length for the country |
/// | [`Jwt`](Self::Jwt) | `eyJhbGciOi….eyJzdWIi….c2ln…` | base64 that is no token |
/// | [`AuthToken`](Self::AuthToken) | what follows `Bearer `, `Basic ` | `bearer of news`, `Basic auth` |
/// | [`PrivateKey`](Self::PrivateKey) | `-----BEGIN RSA PRIVATE KEY-----` up to its end | certificates, public keys |
/// | [`AccessKey`](Self::AccessKey) | `AKIAIOSFODNN7EXAMPLE`, `ghp_…`, `sk_live_…` | words that only begin so |
/// | [`UrlPassword`](Self::UrlPassword) | `hunter2` in `postgres://app:hunter2@db/` | ports, user names |
/// | [`Email`](Self::Email) | `ada@example.com` | `user@host`, `serde@1.0` |
/// | [`Ipv4`](Self::Ipv4) | `203.0.113.77` | `v1.2.3.4`, `1.2.3.4.5`, `127.0.0.1` |
/// | [`Ipv6`](Self::Ipv6) | `2001:db8::7` | times, hardware addresses, paths such as `std::io`, `::1` |
///
/// ```
/// use rlog_runtime::Scanner;
///
/// assert_eq!(Scanner::named("payment card"), Some(Scanner::PaymentCard));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scanner {
    /// The number of a payment card (ISO/IEC 7812): a known prefix, a length that goes with it, and the check digit of Luhn;
    /// in one piece, or in the groups in which it is printed. Numbers that are no text, too.
    PaymentCard,
    /// An international bank account number (ISO 13616) of a country that is in the registry, with its check sum, in one
    /// piece or in groups of four.
    Iban,
    /// A JSON web token (RFC 7519), signed, encrypted or not.
    Jwt,
    /// The token behind `Bearer` (RFC 6750) and the credentials behind `Basic` (RFC 7617), without the word.
    AuthToken,
    /// A private key in its textual form (RFC 7468), up to its last line, or to the end of the text if that is missing.
    PrivateKey,
    /// Keys of services that have a form of their own: AWS, GitHub, GitLab, Google, npm, OpenAI, Slack, Stripe.
    AccessKey,
    /// The password in a URL (RFC 3986, section 3.2.1).
    UrlPassword,
    /// An e-mail address with a domain of at least two labels.
    Email,
    /// An IPv4 address other than 0.0.0.0 and 127.0.0.0/8. Four numbers of a version look the same.
    Ipv4,
    /// An IPv6 address (RFC 4291) other than `::` and `::1`.
    Ipv6,
}

impl Scanner {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::PaymentCard,
        Self::Iban,
        Self::Jwt,
        Self::AuthToken,
        Self::PrivateKey,
        Self::AccessKey,
        Self::UrlPassword,
        Self::Email,
        Self::Ipv4,
        Self::Ipv6,
    ];

    /// Its name in the counts, such as `payment card`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PaymentCard => "payment card",
            Self::Iban => "IBAN",
            Self::Jwt => "JWT",
            Self::AuthToken => "auth token",
            Self::PrivateKey => "private key",
            Self::AccessKey => "access key",
            Self::UrlPassword => "URL password",
            Self::Email => "e-mail address",
            Self::Ipv4 => "IPv4 address",
            Self::Ipv6 => "IPv6 address",
        }
    }

    /// The scanner with this [name](Self::name), for configuration that is text.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scanner| scanner.name().eq_ignore_ascii_case(name))
    }
}

/// The scanners and patterns of a set of rules.
#[derive(Debug)]
pub(crate) struct Scan {
    /// What tells that something may be found.
    signs: Signs,
    /// The rule of each scanner.
    rules: [Option<u16>; Scanner::ALL.len()],
    /// Patterns of the program's, with their rules.
    #[cfg(feature = "regex")]
    patterns: Vec<(Pattern, u16)>,
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) rule: u16,
    /// Several overlap here, so that nothing of it may be shown.
    pub(crate) is_merged: bool,
    /// Where the scanner was told to look, or [`NOWHERE`].
    at: usize,
}

/// What a scanner makes of a place: where to go on, and what it has found.
type Looked = (usize, Option<(usize, usize, Scanner)>);

/// The place of what no scanner has found.
const NOWHERE: usize = usize::MAX;

/// Nothing that is looked for is shorter, but for IPv6 addresses that nobody has, such as `::7`.
const SHORTEST: usize = 6;

impl Scan {
    pub(crate) fn new() -> Self {
        Self {
            signs: Signs::default(),
            rules: [None; Scanner::ALL.len()],
            #[cfg(feature = "regex")]
            patterns: Vec::new(),
        }
    }

    /// Looks for this, too. The first rule of a scanner holds.
    pub(crate) fn add(&mut self, scanner: Scanner, rule: u16) {
        self.rules[scanner as usize].get_or_insert(rule);
        let signs: &[Sign] = match scanner {
            Scanner::PaymentCard => &[Sign::Card],
            Scanner::Iban => &[Sign::Iban],
            Scanner::Jwt => &[Sign::Jwt],
            Scanner::AuthToken => &[Sign::Scheme],
            Scanner::PrivateKey => &[Sign::PrivateKey],
            Scanner::AccessKey => &[Sign::Prefix, Sign::Vendor],
            Scanner::UrlPassword => &[Sign::Url],
            Scanner::Email => &[Sign::Email],
            Scanner::Ipv4 => &[Sign::Ipv4],
            Scanner::Ipv6 => &[Sign::Ipv6],
        };
        signs.iter().for_each(|&sign| self.signs.add(sign));
    }

    #[cfg(feature = "regex")]
    pub(crate) fn add_pattern(&mut self, pattern: Pattern, rule: u16) {
        self.patterns.push((pattern, rule));
    }

    /// Whether it looks for anything in text.
    pub(crate) fn is_empty(&self) -> bool {
        #[cfg(feature = "regex")]
        if !self.patterns.is_empty() {
            return false;
        }
        self.rules.iter().all(Option::is_none)
    }

    /// The rule of a scanner, if it is looked for.
    #[inline]
    pub(crate) fn rule(&self, scanner: Scanner) -> Option<u16> {
        self.rules[scanner as usize]
    }

    /// Whether there is anything in the text.
    #[inline]
    pub(crate) fn finds(&self, text: &[u8]) -> bool {
        !self.each(text, &mut |_, _, _| false)
    }

    /// All that is in the text, in order; what overlaps is one match.
    pub(crate) fn find(&self, text: &[u8], matches: &mut Vec<Match>) {
        matches.clear();
        self.each(text, &mut |at, (start, end), rule| {
            if start < end {
                matches.push(Match { start, end, rule, is_merged: false, at });
            }
            true
        });
        merge(matches);
    }

    /// Hands over what is found, until `found` returns `false`, as it does then itself.
    fn each(&self, text: &[u8], found: &mut dyn FnMut(usize, (usize, usize), u16) -> bool) -> bool {
        let mut from = [0; Sign::ALL.len()];
        let is_wanted = text.len() < SHORTEST
            || self.signs.each(text, |start, seen| self.look(text, start, seen, &mut from, found));
        #[cfg(feature = "regex")]
        let is_wanted = is_wanted
            && self
                .patterns
                .iter()
                .all(|(pattern, rule)| pattern.each(text, |start, end| found(NOWHERE, (start, end), *rule)));
        is_wanted
    }

    /// Looks closer where there are signs in the block that begins at `start`. `from` is where to go on with each of them.
    /// `false` if nothing more is wanted.
    #[cold]
    fn look(
        &self,
        text: &[u8],
        start: usize,
        seen: &Seen,
        from: &mut [usize; Sign::ALL.len()],
        found: &mut dyn FnMut(usize, (usize, usize), u16) -> bool,
    ) -> bool {
        for (sign, (&bits, from)) in Sign::ALL.into_iter().zip(seen.iter().zip(from)) {
            let mut bits = bits;
            while bits != 0 {
                let last = start + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let Some(at) = place(sign, text, last, *from) else { continue };
                let (next, match_) = look(sign, text, at);
                *from = next.max(at + 1);
                if let Some((start, end, scanner)) = match_
                    && let Some(rule) = self.rule(scanner)
                    && !found(at, (start, end), rule)
                {
                    return false;
                }
            }
        }
        true
    }
}

/// Where a scanner has to look for what there is a sign of at `last`, unless that is before the place from which it goes on.
fn place(sign: Sign, text: &[u8], last: usize, from: usize) -> Option<usize> {
    if last < from {
        return None;
    }
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let at = match sign {
        Sign::Card if text[last - 4].is_ascii_digit() => last - 11,
        Sign::Card => last - 4 - run_before(text, last - 4, is_digit),
        Sign::Iban => last - 5,
        Sign::Jwt | Sign::Email => last,
        Sign::Scheme => last - 5,
        // The first of the dashes that are not those at the end of another key.
        Sign::PrivateKey => from.max(last - run_before(text, last, |byte| byte == b'-')),
        Sign::Prefix => last - 10,
        Sign::Vendor => last - 19,
        Sign::Url => last - 2,
        Sign::Ipv4 => address::v4_before(text, last)?,
        Sign::Ipv6 => address::v6_before(text, last, from)?,
    };
    (at >= from).then_some(at)
}

fn look(sign: Sign, text: &[u8], at: usize) -> Looked {
    match sign {
        Sign::Card => card::look(text, at, at + run(text, at, |byte| byte.is_ascii_digit())),
        Sign::Iban => iban::look(text, at),
        Sign::Jwt => token::jwt(text, at),
        Sign::Scheme => token::scheme(text, at),
        Sign::PrivateKey => key::private(text, at),
        Sign::Prefix if text[at] == b'_' => key::behind_underscore(text, at),
        Sign::Prefix => key::behind_dash(text, at),
        Sign::Vendor => key::vendor(text, at),
        Sign::Url => token::url(text, at),
        Sign::Email => email::look(text, at),
        Sign::Ipv4 => address::v4(text, at),
        Sign::Ipv6 => address::v6(text, at),
    }
}

/// Puts matches in order, and makes those that overlap one place, of which nothing may be shown.
fn merge(matches: &mut Vec<Match>) {
    if matches.len() < 2 {
        return;
    }
    // What is inside of what was found before it is a part of that: a `Bearer` token is one, whatever it is made of.
    matches.sort_unstable_by_key(|found| (found.at, found.start, found.rule));
    let mut outer = 0..0;
    matches.retain(|found| {
        if found.at < outer.end && outer.start <= found.start && found.end <= outer.end {
            return false;
        }
        if found.at != NOWHERE && found.end > outer.end {
            outer = found.start..found.end;
        }
        true
    });
    matches.sort_unstable_by_key(|found| (found.start, found.rule));
    matches.dedup_by(|next, found| {
        let overlaps = next.start < found.end;
        if overlaps {
            found.is_merged |= next.is_merged || (next.start, next.end) != (found.start, found.end);
            found.end = found.end.max(next.end);
        }
        overlaps
    });
}

/// How many bytes from `at` on are of this sort.
fn run(text: &[u8], at: usize, is: impl Fn(u8) -> bool) -> usize {
    text[at.min(text.len())..].iter().take_while(|&&byte| is(byte)).count()
}

/// How many bytes right before `at` are of this sort.
fn run_before(text: &[u8], at: usize, is: impl Fn(u8) -> bool) -> usize {
    text[..at].iter().rev().take_while(|&&byte| is(byte)).count()
}

/// Whether a word could go on here: what stands there is a letter or a digit.
fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
}

/// The byte before a place.
fn before(text: &[u8], at: usize) -> Option<&u8> {
    at.checked_sub(1).and_then(|at| text.get(at))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::String;

    pub(crate) fn all() -> Scan {
        let mut scan = Scan::new();
        for (index, scanner) in Scanner::ALL.into_iter().enumerate() {
            scan.add(scanner, index as u16);
        }
        scan
    }

    pub(crate) fn only(scanner: Scanner) -> Scan {
        let mut scan = Scan::new();
        scan.add(scanner, 0);
        scan
    }

    /// What one scanner finds, with `|` between.
    pub(crate) fn found(scanner: Scanner, text: &str) -> String {
        let mut matches = Vec::new();
        only(scanner).find(text.as_bytes(), &mut matches);
        matches.iter().map(|found| &text[found.start..found.end]).collect::<Vec<_>>().join("|")
    }

    /// `found`: a text, and what is found in it. `missed`: texts in which nothing is found.
    pub(crate) fn check(scanner: Scanner, accepted: &[(&str, &str)], rejected: &[&str]) {
        for (text, expected) in accepted {
            assert_eq!(found(scanner, text), *expected, "in {text:?}");
        }
        for text in rejected {
            assert_eq!(found(scanner, text), "", "in {text:?}");
        }
    }

    #[test]
    fn what_overlaps_is_hidden_as_one() {
        let mut matches = Vec::new();
        let text = b"to postgres://app:4111111111111111@example.com/x";
        all().find(text, &mut matches);
        assert_eq!(matches.len(), 1);
        assert_eq!(&text[matches[0].start..matches[0].end], b"4111111111111111@example.com");
        assert!(matches[0].is_merged);
    }

    #[test]
    fn every_scanner_is_known_by_its_name() {
        for scanner in Scanner::ALL {
            assert_eq!(Scanner::named(scanner.name()), Some(scanner));
        }
        assert_eq!(Scanner::named("e-mail"), None);
    }

    /// If any of these took time quadratic in its length, the test would take hours.
    #[test]
    fn hostile_texts_take_linear_time() {
        for piece in [
            "eyJ",
            "://",
            "a@",
            "@",
            "1:",
            "::",
            "--",
            "-----BEGIN ",
            "4111 ",
            "1.1.1.",
            "Bearer ",
            "basic=",
            "sk-",
            "_",
            "AK",
            "b/",
            "@aa.aa..",
            "Bearer=",
            "1",
            "a",
            ".",
            "1.1.1.1.",
            "111111111111.1.1.1.",
            "a:b:c:d:",
            "::1",
            "a::1.",
            "-----B",
            "123412341234-",
            "DE89 ",
            "AIza-",
            "sk_live_",
            "A_aaaaaaaaaaaaaaaaaaaa",
        ] {
            let text = piece.repeat((1 << 17) / piece.len());
            let mut matches = Vec::new();
            all().find(text.as_bytes(), &mut matches);
            let text = std::format!("{text}::1 1.1.1.1 ://a:a@a.aa eyJ -----BEGIN ");
            all().find(text.as_bytes(), &mut matches);
        }
    }

    #[test]
    fn scanners_hide_nothing_from_each_other() {
        for (text, expected) in [
            // The colon is no part of an IPv6 address, but the digits may be.
            ("{\"card\":4111111111111111}", "4111111111111111"),
            ("card:4111111111111111", "4111111111111111"),
            ("eyJ0-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----"),
            ("key glpat--1B2a1B2a1B2a1B2a1B2", "glpat--1B2a1B2a1B2a1B2a1B2"),
        ] {
            let mut matches = Vec::new();
            all().find(text.as_bytes(), &mut matches);
            let found: Vec<_> = matches.iter().map(|found| &text[found.start..found.end]).collect();
            assert_eq!(found, [expected], "in {text:?}");
        }
    }

    #[test]
    fn what_is_inside_of_something_else_is_part_of_it() {
        let mut matches = Vec::new();
        let text = b"Bearer eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ.c2ln";
        all().find(text, &mut matches);
        let whole = Match { start: 7, end: text.len(), rule: Scanner::AuthToken as u16, is_merged: false, at: 0 };
        assert_eq!(matches, [whole]);
    }

    proptest! {
        #[test]
        fn places_are_in_order_and_between_characters(text in "([a-zäß0-9@.:/_ -]|eyJ|Bearer |4111|://|\\PC){0,60}") {
            let mut matches = Vec::new();
            let scan = all();
            scan.find(text.as_bytes(), &mut matches);
            prop_assert_eq!(scan.finds(text.as_bytes()), !matches.is_empty());
            let mut end = 0;
            for found in matches {
                prop_assert!(end <= found.start && found.start < found.end && found.end <= text.len());
                prop_assert!(text.is_char_boundary(found.start) && text.is_char_boundary(found.end));
                end = found.end;
            }
        }
    }
}
