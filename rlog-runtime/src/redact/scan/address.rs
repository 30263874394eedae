//! IP addresses, and what may be shown of them.

use super::{Looked, Scanner, before, is_word, run, run_before};
use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

/// The first digit of three numbers that are before the one at `last`.
pub(super) fn v4_before(text: &[u8], last: usize) -> Option<usize> {
    (0..3).try_fold(last, |at, _| {
        let dot = at.checked_sub(1).filter(|&dot| text[dot] == b'.')?;
        Some(dot - run_before(text, dot, |byte| byte.is_ascii_digit()))
    })
}

/// At the first digit of a number that a dot follows.
pub(super) fn v4(text: &[u8], at: usize) -> Looked {
    let mut octets = [0; 4];
    let mut end = at;
    for (index, octet) in octets.iter_mut().enumerate() {
        if index > 0 {
            if text.get(end) != Some(&b'.') {
                return (end, None);
            }
            end += 1;
        }
        let length = run(text, end, |byte| byte.is_ascii_digit());
        let number =
            text[end..end + length].iter().take(4).fold(0_u32, |number, byte| number * 10 + u32::from(byte - b'0'));
        if !(1..=3).contains(&length) || number > 255 {
            return (end + length, None);
        }
        *octet = number as u8;
        end += length;
    }
    let is_longer =
        is_word(text.get(end)) || text.get(end) == Some(&b'.') && text.get(end + 1).is_some_and(u8::is_ascii_digit);
    let is_part = is_word(before(text, at)) || matches!(before(text, at), Some(b'.' | b'_'));
    let address = Ipv4Addr::from(octets);
    let is_told = address.is_loopback() || address.is_unspecified();
    (end, (!is_longer && !is_part && !is_told).then_some((at, end, Scanner::Ipv4)))
}

/// The first colon that is followed by one or by a group, in what may be an address around `last` but not before `from`.
pub(super) fn v6_before(text: &[u8], last: usize, from: usize) -> Option<usize> {
    let start = last - run_before(&text[from..last], last - from, is_part);
    (start..last)
        .find(|&at| text[at] == b':' && text.get(at + 1).is_some_and(|byte| byte.is_ascii_hexdigit() || *byte == b':'))
}

/// What addresses are made of.
fn is_part(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')
}

/// At a colon.
pub(super) fn v6(text: &[u8], at: usize) -> Looked {
    match text.get(at + 1) {
        Some(byte) if byte.is_ascii_hexdigit() || *byte == b':' => groups(text, at),
        _ => (at + 1, None),
    }
}

/// At the colon between what may be groups.
fn groups(text: &[u8], at: usize) -> Looked {
    let start = at - run_before(text, at, |byte| byte.is_ascii_hexdigit()).min(5);
    let next = at + run(text, at, is_part);
    let mut end = next;
    while end > at + 1 && (text[end - 1] == b'.' || text[end - 1] == b':' && text[end - 2] != b':') {
        end -= 1;
    }
    let is_longer = is_word(text.get(end)) || is_word(before(text, start)) || before(text, start) == Some(&b'.');
    // Either some groups are left out, or there are eight of them, of which the last two may be an IPv4 address.
    let colons = text[start..end].iter().filter(|&&byte| byte == b':').count();
    let is_whole = colons >= 6 || text[start..end].windows(2).any(|pair| pair == b"::");
    if end - start > LONGEST || is_longer || !is_whole {
        return (next, None);
    }
    let parsed = core::str::from_utf8(&text[start..end]).ok().and_then(|text| text.parse::<Ipv6Addr>().ok());
    // `abc::de` is a path rather than an address.
    let has_digit = text[start..end].iter().any(u8::is_ascii_digit);
    let found = parsed.is_some_and(|address| has_digit && !address.is_loopback() && !address.is_unspecified());
    (next, found.then_some((start, end, Scanner::Ipv6)))
}

/// The longest text of an address.
const LONGEST: usize = 45;

/// A mask that shows the network: the first three numbers of an IPv4 address, and of an IPv6 address the first 48 bits,
/// which providers give to sites.
pub(in super::super) fn network(text: &str, out: &mut dyn fmt::Write) -> fmt::Result {
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        let [first, second, third, _] = address.octets();
        return write!(out, "{first}.{second}.{third}.x");
    }
    match text.parse::<Ipv6Addr>() {
        Ok(address) => match (address.segments(), address.to_ipv4_mapped()) {
            (_, Some(mapped)) => {
                let [first, second, third, _] = mapped.octets();
                write!(out, "::ffff:{first}.{second}.{third}.x")
            }
            ([first, second, third, ..], None) => write!(out, "{first:x}:{second:x}:{third:x}::x"),
        },
        Err(_) => out.write_str(super::super::mask::HIDDEN),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;
    use std::string::String;

    #[test]
    fn ipv4_addresses_are_found() {
        check(
            Scanner::Ipv4,
            &[
                ("203.0.113.77", "203.0.113.77"),
                ("from 10.0.0.1:8080 to 10.0.0.2.", "10.0.0.1|10.0.0.2"),
                ("ip=192.168.1.1/24", "192.168.1.1"),
                ("[8.8.8.8]", "8.8.8.8"),
            ],
            &[
                "127.0.0.1",
                "0.0.0.0",
                "v1.2.3.4",
                "1.2.3.4.5",
                "256.1.1.1",
                "1.2.3",
                "1.2.3.4a",
                "1.2.3.4567",
                "1..2.3.4",
            ],
        );
    }

    #[test]
    fn ipv6_addresses_are_found() {
        check(
            Scanner::Ipv6,
            &[
                ("2001:db8::7", "2001:db8::7"),
                ("[2001:db8:85a3::8a2e:370:7334]:443", "2001:db8:85a3::8a2e:370:7334"),
                ("from fe80::1%eth0", "fe80::1"),
                ("2001:0db8:0000:0000:0000:ff00:0042:8329.", "2001:0db8:0000:0000:0000:ff00:0042:8329"),
                ("peer: ::ffff:203.0.113.7", "::ffff:203.0.113.7"),
                ("at 2001:db8::1: refused", "2001:db8::1"),
            ],
            &[
                "13:41:00",
                "2026-11-23T13:41:00Z",
                "std::io::Error",
                "abc::de",
                "app::db::pool",
                "00:1b:44:11:3a:b7",
                "::1",
                "::",
                "key: 5",
                "12345::1",
                "x::1",
            ],
        );
    }

    #[test]
    fn only_the_network_is_shown() {
        for (text, expected) in [
            ("203.0.113.77", "203.0.113.x"),
            ("2001:db8:85a3::8a2e:370:7334", "2001:db8:85a3::x"),
            ("fe80::1", "fe80:0:0::x"),
            ("::ffff:203.0.113.7", "::ffff:203.0.113.x"),
            ("no address", "****"),
        ] {
            let mut out = String::new();
            network(text, &mut out).expect("a string takes all");
            assert_eq!(out, expected);
        }
    }
}
