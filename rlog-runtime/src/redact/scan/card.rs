//! Numbers of payment cards.

use super::{Looked, Scanner, before};

/// At the first of the digits up to `end`.
pub(super) fn look(text: &[u8], at: usize, end: usize) -> Looked {
    if (MIN..=MAX).contains(&(end - at)) {
        let found = !is_inside(text, at, end) && is_card(&text[at..end]);
        return (end, found.then_some((at, end, Scanner::PaymentCard)));
    }
    match grouped(text, at, end) {
        Some(end) => (end, Some((at, end, Scanner::PaymentCard))),
        None => (end, None),
    }
}

/// The fewest and the most digits that cards have.
pub(super) const MIN: usize = 12;
const MAX: usize = 19;

/// The digits are some of the decimals of a number, or of a hash.
fn is_inside(text: &[u8], at: usize, end: usize) -> bool {
    let is_decimals = before(text, at) == Some(&b'.') && at >= 2 && text[at - 2].is_ascii_digit();
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
    is_decimals || is_letter(before(text, at)) && is_letter(text.get(end))
}

/// Where the number ends that begins with the group from `at` to `end`, in the groups in which cards are printed.
fn grouped(text: &[u8], at: usize, end: usize) -> Option<usize> {
    let separator = *text.get(end).filter(|byte| matches!(byte, b' ' | b'-'))?;
    if !text.get(end + 1)?.is_ascii_digit() || !matches!(end - at, 4 | 6) {
        return None;
    }
    let mut digits = [0; MAX];
    let mut ends = [0; 5];
    let mut lengths = [0; 5];
    let (mut length, mut from, mut groups) = (0, at, 0);
    while groups < 5 {
        let size = super::run(text, from, |byte| byte.is_ascii_digit());
        let Some(place) = digits.get_mut(length..length + size).filter(|place| !place.is_empty()) else { break };
        place.copy_from_slice(&text[from..from + size]);
        (lengths[groups], ends[groups]) = (size, from + size);
        length += size;
        groups += 1;
        if text.get(from + size) != Some(&separator) {
            break;
        }
        from += size + 1;
    }
    // The longest first, so that no last group is left behind.
    GROUPS.iter().find_map(|form| {
        let is_so = lengths[..groups].starts_with(form) && is_card(&digits[..form.iter().sum()]);
        is_so.then(|| ends[form.len() - 1])
    })
}

const GROUPS: [&[usize]; 8] = [
    &[4, 4, 4, 4, 3],
    &[4, 4, 4, 4, 2],
    &[4, 4, 4, 4, 1],
    &[4, 4, 4, 4],
    &[6, 13],
    &[4, 6, 5],
    &[4, 6, 4],
    &[4, 4, 4, 1],
];

/// Whether a number is one of a card.
pub(crate) fn is_card_number(mut number: u128) -> bool {
    let mut digits = [b'0'; MAX];
    let mut at = MAX;
    while number > 0 {
        let Some(next) = at.checked_sub(1) else { return false };
        digits[next] = b'0' + (number % 10) as u8;
        (number, at) = (number / 10, next);
    }
    is_card(&digits[at..])
}

/// Whether digits are the number of a card.
pub(crate) fn is_card(digits: &[u8]) -> bool {
    let Some(first) = digits.first_chunk::<6>() else { return false };
    let prefix = first.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    is_issued(prefix, digits.len()) && luhn(digits)
}

/// Whether there are cards with these first six digits and this length.
fn is_issued(prefix: u32, length: usize) -> bool {
    let (two, three, four) = (prefix / 10_000, prefix / 1_000, prefix / 100);
    match length {
        // Maestro.
        12 => matches!(four, 5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761..=6763),
        // Visa of old, and Maestro.
        13 => two / 10 == 4 || matches!(four, 5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761..=6763),
        // Diners Club.
        14 => matches!(three, 300..=305 | 309) || matches!(two, 36 | 38 | 39),
        // American Express, and Maestro.
        15 => matches!(two, 34 | 37) || matches!(four, 5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761..=6763),
        16..=MAX => {
            // Visa, Mastercard, Discover, UnionPay, RuPay, JCB, Mir, Diners Club, Maestro, Verve, Troy.
            two / 10 == 4 && matches!(length, 16 | 18 | 19)
                || length == 16 && (matches!(two, 51..=55) || (2221..=2720).contains(&four))
                || matches!(two, 60 | 62 | 64 | 65 | 81 | 82 | 50 | 56..=58 | 67 | 68 | 36 | 38 | 39 | 63)
                || matches!(four, 3528..=3589 | 2200..=2205 | 9792)
        }
        _ => false,
    }
}

/// The check digit of ISO/IEC 7812-1, annex B.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (u32::from(digit - b'0'), place % 2) {
            (digit, 0) => digit,
            (digit, _) if digit > 4 => 2 * digit - 9,
            (digit, _) => 2 * digit,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn numbers_of_cards_are_found() {
        check(
            Scanner::PaymentCard,
            &[
                // The test numbers of the schemes.
                ("4111111111111111", "4111111111111111"),
                ("4222222222222", "4222222222222"),
                ("5555555555554444", "5555555555554444"),
                ("2223003122003222", "2223003122003222"),
                ("378282246310005", "378282246310005"),
                ("6011111111111117", "6011111111111117"),
                ("30569309025904", "30569309025904"),
                ("3530111333300000", "3530111333300000"),
                ("6200000000000005", "6200000000000005"),
                ("6759649826438453", "6759649826438453"),
                ("4000 0000 0000 0002", "4000 0000 0000 0002"),
                ("4000-0000-0000-0002", "4000-0000-0000-0002"),
                ("3782 822463 10005", "3782 822463 10005"),
                ("3056 930902 5904", "3056 930902 5904"),
                ("card:4111111111111111.", "4111111111111111"),
                ("card4111111111111111", "4111111111111111"),
                ("(4111111111111111)", "4111111111111111"),
                ("pay 12 4111 1111 1111 1111 exp 12 26", "4111 1111 1111 1111"),
                ("4111111111111111,5555555555554444", "4111111111111111|5555555555554444"),
                ("x=4111111111111111&y", "4111111111111111"),
            ],
            &[
                "4111111111111112",
                "411111111111111",
                "41111111111111111111",
                "1234567812345670",
                "0000000000000000",
                "1700000000000000000",
                "0.4111111111111111",
                "a4111111111111111f",
                "4111 1111-1111 1111",
                "4111  1111 1111 1111",
                "2026-11-23 13:41:00 4111",
                "550e8400-e29b-41d4-a716-446655440000",
                "41 11 11 11 11 11 11 11",
            ],
        );
    }

    #[test]
    fn numbers_that_are_no_text_are_found_too() {
        assert!(is_card_number(4_111_111_111_111_111));
        assert!(is_card_number(378_282_246_310_005));
        for number in [0, 7, 4_111_111_111_111_112, 1_700_000_000_000_000_000, u128::MAX] {
            assert!(!is_card_number(number), "{number}");
        }
    }
}
