//! Signs that something could be found: combinations of bytes that all of it has, and that other texts rarely have.
//!
//! Single bytes would not do. Digits, colons and dashes are everywhere in logs, and looking at each of them takes a branch that no
//! processor foresees. So a text is compared block by block with the few sorts of bytes that matter, which gives a bit for each
//! byte ([`Sorts`]), and the signs are found for all places at once with shifts of these bits: `digit & digit << 1` are the
//! places of digits with a digit before. Only whether there is any sign in a block takes a branch.
//!
//! A sign may be there where nothing is found, but never the other way round. It is seen at its last byte, a known way
//! behind the place where the scanner has to look.

use super::block::{self, SIZE, Sorts};

/// What there are signs of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// The twelfth of some digits, or the fourth of those behind a separator and four others.
    Card,
    /// The fourth byte behind the check digits of a bank account number.
    Iban,
    /// The `J` of `eyJ`.
    Jwt,
    /// The `r` of `bearer`, or what follows `basic`.
    Scheme,
    /// The `B` of `-----BEGIN`.
    PrivateKey,
    /// The tenth byte behind the separator that follows the prefix of a key.
    Prefix,
    /// The last byte of the 20 of which keys that begin with an `A` have at least.
    Vendor,
    /// The second slash of `://`.
    Url,
    /// The `@`.
    Email,
    /// The first digit of the fourth number.
    Ipv4,
    /// What follows `::` and the digits behind it, or the fourth of some colons between groups.
    Ipv6,
}

impl Sign {
    pub(super) const ALL: [Self; 11] = [
        Self::Card,
        Self::Iban,
        Self::Jwt,
        Self::Scheme,
        Self::PrivateKey,
        Self::Prefix,
        Self::Vendor,
        Self::Url,
        Self::Email,
        Self::Ipv4,
        Self::Ipv6,
    ];
}

/// The signs in a block: for each sign a bit for each byte.
pub(super) type Seen = [u32; Sign::ALL.len()];

/// The signs that are looked for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signs([bool; Sign::ALL.len()]);

impl Signs {
    pub(super) fn add(&mut self, sign: Sign) {
        self.0[sign as usize] = true;
    }

    /// Hands over the blocks in which there are signs, with the place where they begin, until `found` returns `false`,
    /// as it does then itself.
    #[inline]
    pub(super) fn each(&self, text: &[u8], mut found: impl FnMut(usize, &Seen) -> bool) -> bool {
        let (blocks, rest) = text.as_chunks::<SIZE>();
        let mut before = Sorts::default();
        let mut start = 0;
        for block in blocks {
            let now = block::sorts(block);
            let seen = self.seen(&window(&before, &now));
            if is_any(&seen) && !found(start, &seen) {
                return false;
            }
            before = now;
            start += SIZE;
        }
        // Behind the text there is always a byte that is of no sort, as some signs need one.
        let mut last = [0; SIZE];
        last[..rest.len()].copy_from_slice(rest);
        let seen = self.seen(&window(&before, &block::sorts(&last)));
        !is_any(&seen) || found(start, &seen)
    }

    /// The signs in the second block of a window. All of them are shorter than a block, so that they are wholly in the window.
    #[inline(always)]
    fn seen(&self, text: &Sorts<u64>) -> Seen {
        let mut seen = [0; Sign::ALL.len()];
        self.see(&mut seen, Sign::Card, || card(text));
        self.see(&mut seen, Sign::Iban, || iban(text));
        self.see(&mut seen, Sign::Jwt, || text.e << 2 & text.y << 1 & text.j);
        self.see(&mut seen, Sign::Scheme, || scheme(text));
        self.see(&mut seen, Sign::PrivateKey, || run(text.dash, 5) << 1 & text.b);
        self.see(&mut seen, Sign::Prefix, || prefix(text));
        self.see(&mut seen, Sign::Vendor, || (text.a & first(key(text))) << 19 & run(key(text), 20));
        self.see(&mut seen, Sign::Url, || text.colon << 2 & text.slash << 1 & text.slash);
        self.see(&mut seen, Sign::Email, || text.at);
        self.see(&mut seen, Sign::Ipv4, || ipv4(text));
        self.see(&mut seen, Sign::Ipv6, || ipv6(text));
        seen
    }

    #[inline(always)]
    fn see(&self, seen: &mut Seen, sign: Sign, bits: impl FnOnce() -> u64) {
        if self.0[sign as usize] {
            seen[sign as usize] = (bits() >> SIZE) as u32;
        }
    }
}

#[inline(always)]
fn is_any(seen: &Seen) -> bool {
    seen.iter().fold(0, |any, bits| any | bits) != 0
}

/// Two blocks, one behind the other.
#[inline(always)]
fn window(before: &Sorts, now: &Sorts) -> Sorts<u64> {
    let join = |before: u32, now: u32| u64::from(before) | u64::from(now) << SIZE;
    Sorts {
        digit: join(before.digit, now.digit),
        letter: join(before.letter, now.letter),
        hex_letter: join(before.hex_letter, now.hex_letter),
        high: join(before.high, now.high),
        space: join(before.space, now.space),
        dash: join(before.dash, now.dash),
        dot: join(before.dot, now.dot),
        slash: join(before.slash, now.slash),
        colon: join(before.colon, now.colon),
        at: join(before.at, now.at),
        underscore: join(before.underscore, now.underscore),
        a: join(before.a, now.a),
        b: join(before.b, now.b),
        c: join(before.c, now.c),
        e: join(before.e, now.e),
        j: join(before.j, now.j),
        y: join(before.y, now.y),
    }
}

/// The last of so many in a row.
#[inline(always)]
fn run(bits: u64, length: u32) -> u64 {
    let (mut runs, mut have) = (bits, 1);
    while have < length {
        let more = have.min(length - have);
        runs &= runs << more;
        have += more;
    }
    runs
}

/// The first of each row.
#[inline(always)]
fn first(bits: u64) -> u64 {
    bits & !(bits << 1)
}

/// What keys of services are made of.
#[inline(always)]
fn key(text: &Sorts<u64>) -> u64 {
    text.digit | text.letter | text.dash | text.underscore
}

#[inline(always)]
fn card(text: &Sorts<u64>) -> u64 {
    let group = run(text.digit, 4);
    first(run(text.digit, 12)) | group << 5 & (text.space | text.dash) << 4 & group
}

#[inline(always)]
fn iban(text: &Sorts<u64>) -> u64 {
    let part = text.digit | text.letter;
    let country = run(text.letter, 2) & !((part | text.high) << 2);
    // Behind the check digits there may be a space.
    let check = country << 2 & run(text.digit, 2);
    check << 4 & (part | text.space) << 3 & run(part, 3)
}

#[inline(always)]
fn scheme(text: &Sorts<u64>) -> u64 {
    let bearer = text.b << 4 & text.e << 3 & text.a << 2 & text.e;
    let basic = text.b << 4 & text.a << 3 & text.c;
    (bearer | basic) << 1
}

/// `sk_`, `npm_`, `whsec_`, `github_`; `sk-`, `xoxb-`, `glpat-`.
#[inline(always)]
fn prefix(text: &Sorts<u64>) -> u64 {
    let key = key(text);
    let start = first(key);
    let (two, five) = (start << 2, start << 5);
    let underscore = text.underscore & (two | start << 3 | five | start << 6);
    let dash = text.dash & (two | start << 4 | five);
    (underscore | dash) << 10 & run(key, 11)
}

#[inline(always)]
fn ipv4(text: &Sorts<u64>) -> u64 {
    let number = text.digit << 2 & text.dot << 1 & text.digit;
    let follows = |numbers: u64| number & (numbers << 2 | numbers << 3 | numbers << 4);
    follows(follows(number))
}

#[inline(always)]
fn ipv6(text: &Sorts<u64>) -> u64 {
    let hex = text.digit | text.hex_letter;
    let word = text.digit | text.letter | text.high;
    // What follows the digits behind a pair of colons is no other letter: `std::error` is a path.
    let mut digits = text.colon << 1 & text.colon;
    let mut pair = 0;
    for _ in 0..=4 {
        pair |= digits << 1 & !word;
        digits = digits << 1 & hex;
    }
    // The second of two colons with up to four digits between.
    let mut digits = text.colon;
    let mut group = 0;
    for _ in 0..=4 {
        group |= digits << 1 & text.colon;
        digits = digits << 1 & hex;
    }
    let follows = |groups: u64| group & (groups << 2 | groups << 3 | groups << 4 | groups << 5);
    pair | follows(follows(group))
}
