//! International bank account numbers.

use super::{Looked, Scanner, before, is_word};

/// At the first digit behind two letters, which may be those of a country.
pub(super) fn look(text: &[u8], at: usize) -> Looked {
    let start = at - 2;
    if is_word(before(text, start)) {
        return (at, None);
    }
    match end(text, start) {
        Some(end) if !is_word(text.get(end)) => (end, Some((start, end, Scanner::Iban))),
        _ => (at, None),
    }
}

/// Where the number ends that begins at `start`.
fn end(text: &[u8], start: usize) -> Option<usize> {
    let country = [text.get(start)?.to_ascii_uppercase(), text.get(start + 1)?.to_ascii_uppercase()];
    let length = length(country)?;
    let mut number = [0; MAX];
    let mut at = start;
    for (index, digit) in number.iter_mut().enumerate().take(length) {
        // One space between groups of four, as ISO 13616 has it on paper.
        if index % 4 == 0 && index > 0 && text.get(at) == Some(&b' ') {
            at += 1;
        }
        *digit = *text.get(at).filter(|byte| byte.is_ascii_alphanumeric())?;
        at += 1;
    }
    let number = &number[..length];
    (number[2..4].iter().all(u8::is_ascii_digit) && remainder(number) == 1).then_some(at)
}

/// The number modulo 97, with its first four characters at its end and letters as 10 to 35 (ISO 7064).
fn remainder(number: &[u8]) -> u32 {
    number[4..].iter().chain(&number[..4]).fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        letter => (rest * 100 + u32::from(letter.to_ascii_uppercase() - b'A') + 10) % 97,
    })
}

fn length(country: [u8; 2]) -> Option<usize> {
    LENGTHS.split(' ').find_map(|entry| {
        let (name, length) = entry.split_at(2);
        if name.as_bytes() == country { length.parse().ok() } else { None }
    })
}

/// The longest of any country.
const MAX: usize = 34;

/// The countries of the registry of ISO 13616, release 99, with the lengths of their numbers.
const LENGTHS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 \
    EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 \
    LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 \
    RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn account_numbers_are_found() {
        check(
            Scanner::Iban,
            &[
                // Examples of the registry.
                ("DE89370400440532013000", "DE89370400440532013000"),
                ("DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00"),
                ("GB29NWBK60161331926819", "GB29NWBK60161331926819"),
                ("to FR1420041010050500013M02606.", "FR1420041010050500013M02606"),
                ("DE89 37040044 0532013000 x", "DE89 37040044 0532013000"),
                ("NO9386011117947", "NO9386011117947"),
                ("iban=ch9300762011623852957", "ch9300762011623852957"),
                ("MT84MALT011000012345MTLCAST001S", "MT84MALT011000012345MTLCAST001S"),
                ("DE89370400440532013000,NO9386011117947", "DE89370400440532013000|NO9386011117947"),
            ],
            &[
                "DE88370400440532013000",
                "DE8937040044053201300",
                "DE893704004405320130000",
                "XX89370400440532013000",
                "ADE89370400440532013000",
                "DE89 3704004 40532013000",
                "ab12",
                "GB29",
            ],
        );
    }

    #[test]
    fn lengths_are_within_the_longest() {
        assert!(LENGTHS.split(' ').all(|entry| entry[2..].parse::<usize>().is_ok_and(|length| length <= MAX)));
        assert_eq!(length(*b"YE"), Some(30));
    }
}
