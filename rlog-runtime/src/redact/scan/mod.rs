//! Secrets and personal data that are known by how they look, wherever in a text they stand.
//!
//! One pass over the bytes: a table says of each byte whether something may be found around it (a digit, an `@`, the `J` of
//! `eyJ`), which is rare, and only there the scanners look closer. Each of them looks a bounded way back and moves on behind
//! what it has looked at, so the time is linear in the length of the text, whatever somebody typed.
//!
//! All that is looked for is ASCII, or takes what is not ASCII with it, so that a place found in a string always begins and
//! ends between characters.

mod address;
mod card;
mod email;
mod iban;
mod key;
mod token;

pub(super) use address::network;
pub(crate) use card::is_card_number;

#[cfg(feature = "regex")]
use super::pattern::Pattern;
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
    /// What may be found around each byte.
    triggers: [Trigger; 256],
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
}

/// What a byte may be part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trigger {
    None,
    Digit,
    At,
    Colon,
    Dash,
    Underscore,
    /// The `J` of `eyJ`, as which `{"` begins in base64.
    Token,
    /// The `B` of `Bearer` and `Basic`.
    Scheme,
    /// The `A` of `AKIA` and `AIza`.
    Vendor,
}

/// What a scanner makes of a place: where to go on, and what it has found.
type Looked = (usize, Option<(usize, usize, Scanner)>);

/// Nothing that is looked for is shorter.
const SHORTEST: usize = 6;

impl Scan {
    pub(crate) fn new() -> Self {
        Self {
            triggers: [Trigger::None; 256],
            rules: [None; Scanner::ALL.len()],
            #[cfg(feature = "regex")]
            patterns: Vec::new(),
        }
    }

    /// Looks for this, too. The first rule of a scanner holds.
    pub(crate) fn add(&mut self, scanner: Scanner, rule: u16) {
        self.rules[scanner as usize].get_or_insert(rule);
        let (bytes, trigger): (&[u8], _) = match scanner {
            Scanner::PaymentCard | Scanner::Iban | Scanner::Ipv4 => (b"0123456789", Trigger::Digit),
            Scanner::Jwt => (b"J", Trigger::Token),
            Scanner::AuthToken => (b"Bb", Trigger::Scheme),
            Scanner::PrivateKey => (b"-", Trigger::Dash),
            Scanner::AccessKey => {
                self.set(b"-", Trigger::Dash);
                self.set(b"_", Trigger::Underscore);
                (b"A", Trigger::Vendor)
            }
            Scanner::UrlPassword | Scanner::Ipv6 => (b":", Trigger::Colon),
            Scanner::Email => (b"@", Trigger::At),
        };
        self.set(bytes, trigger);
    }

    fn set(&mut self, bytes: &[u8], trigger: Trigger) {
        bytes.iter().for_each(|&byte| self.triggers[usize::from(byte)] = trigger);
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

    fn looks_for(&self, scanner: Scanner) -> bool {
        self.rule(scanner).is_some()
    }

    /// Whether there is anything in the text.
    #[inline]
    pub(crate) fn finds(&self, text: &[u8]) -> bool {
        let mut is_found = false;
        self.each(text, &mut |_, _, _| {
            is_found = true;
            false
        });
        is_found
    }

    /// All that is in the text, in order; what overlaps is one match.
    pub(crate) fn find(&self, text: &[u8], matches: &mut Vec<Match>) {
        matches.clear();
        self.each(text, &mut |start, end, rule| {
            if start < end {
                matches.push(Match { start, end, rule, is_merged: false });
            }
            true
        });
        merge(matches);
    }

    /// Hands over what is found, until `found` returns `false`.
    fn each(&self, text: &[u8], found: &mut dyn FnMut(usize, usize, u16) -> bool) {
        if text.len() >= SHORTEST {
            let mut at = 0;
            while let Some(ahead) =
                text[at..].iter().position(|&byte| self.triggers[usize::from(byte)] != Trigger::None)
            {
                at += ahead;
                let (next, match_) = self.look(text, at);
                if let Some((start, end, scanner)) = match_
                    && let Some(rule) = self.rule(scanner)
                    && !found(start, end, rule)
                {
                    return;
                }
                at = next.clamp(at + 1, text.len());
            }
        }
        #[cfg(feature = "regex")]
        for (pattern, rule) in &self.patterns {
            if !pattern.each(text, |start, end| found(start, end, *rule)) {
                return;
            }
        }
    }

    #[inline(always)]
    fn look(&self, text: &[u8], at: usize) -> Looked {
        match self.triggers[usize::from(text[at])] {
            Trigger::None => (at + 1, None),
            Trigger::Digit => self.at_digit(text, at),
            Trigger::At => email::look(text, at),
            Trigger::Colon => self.at_colon(text, at),
            Trigger::Dash => self.at_dash(text, at),
            Trigger::Underscore => key::behind_underscore(text, at),
            Trigger::Token => token::jwt(text, at),
            Trigger::Scheme => token::scheme(text, at),
            Trigger::Vendor => key::vendor(text, at),
        }
    }

    /// At the first of some digits.
    #[inline(always)]
    fn at_digit(&self, text: &[u8], at: usize) -> Looked {
        let mut end = at + 1;
        while text.get(end).is_some_and(u8::is_ascii_digit) {
            end += 1;
        }
        let length = end - at;
        if length <= 3 && text.get(end) == Some(&b'.') && self.looks_for(Scanner::Ipv4) {
            let (next, found) = address::v4(text, at);
            if found.is_some() {
                return (next, found);
            }
        }
        if length >= 2 && at >= 2 && text[at - 1].is_ascii_alphabetic() && self.looks_for(Scanner::Iban) {
            let found = iban::look(text, at);
            if found.1.is_some() {
                return found;
            }
        }
        if length >= 4 && self.looks_for(Scanner::PaymentCard) {
            // Neither a number of one piece nor the first of several groups, as most are.
            let is_group = matches!(length, 4 | 6) && matches!(text.get(end), Some(b' ' | b'-'));
            return if is_group || length >= card::MIN { card::look(text, at, end) } else { (end, None) };
        }
        (end, None)
    }

    #[inline]
    fn at_colon(&self, text: &[u8], at: usize) -> Looked {
        if text[at..].starts_with(b"://") {
            return if self.looks_for(Scanner::UrlPassword) { token::url(text, at) } else { (at + 3, None) };
        }
        if self.looks_for(Scanner::Ipv6) { address::v6(text, at) } else { (at + 1, None) }
    }

    #[inline]
    fn at_dash(&self, text: &[u8], at: usize) -> Looked {
        if text.get(at + 1) != Some(&b'-') {
            return if self.looks_for(Scanner::AccessKey) { key::behind_dash(text, at) } else { (at + 1, None) };
        }
        key::private(text, at)
    }
}

/// Puts matches in order, and makes those that overlap one place, of which nothing may be shown.
fn merge(matches: &mut Vec<Match>) {
    if matches.len() < 2 {
        return;
    }
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
        ] {
            let text = piece.repeat((1 << 17) / piece.len());
            let mut matches = Vec::new();
            all().find(text.as_bytes(), &mut matches);
        }
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
