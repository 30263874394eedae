//! The [`Encoder`]'s ways to write a value without its clear text.

use super::hash::SipHash;
use super::mask::{Email, First2, HIDDEN, Last4, Mask, Masked, With};
use crate::value::{Encoder, REDACTED, TextWriter};
use core::fmt::{self, Display, Write as _};

impl Encoder {
    /// Writes `<redacted>`, for a [`Kind::Text`](crate::Kind::Text).
    pub fn redacted(&mut self) {
        self.bytes(REDACTED.as_bytes());
    }

    /// Writes what a mask shows of the value's `Display`, for a [`Kind::Text`](crate::Kind::Text). A value whose `Display`
    /// fails, or writes more than 1 MiB, is wholly masked.
    pub fn mask(&mut self, mask: Mask, value: &(impl Display + ?Sized)) {
        let text = format_args!("{value}");
        match mask {
            Mask::Last4 => self.masked(&mut Last4::new(), text),
            Mask::First2 => self.masked(&mut First2::new(), text),
            Mask::Email => self.masked(&mut Email::new(), text),
            Mask::With(mask) => self.masked(&mut With::new(mask), text),
        }
    }

    /// Writes 16 hexadecimal digits for a [`Kind::Text`](crate::Kind::Text): a keyed hash of the value's `Display`, the
    /// same for the same text within the process, and in all processes that are given the same key by `hash_key` of the
    /// builder. A value whose `Display` fails, or writes more than 1 MiB, is `<redacted>`.
    pub fn hash(&mut self, value: &(impl Display + ?Sized)) {
        let mut hash = SipHash::keyed();
        if !read(&mut hash, format_args!("{value}")) {
            return self.redacted();
        }
        self.bytes(&hash.digits());
    }

    /// Writes the same hash of bytes.
    pub fn hash_bytes(&mut self, bytes: &[u8]) {
        let mut hash = SipHash::keyed();
        hash.write(bytes);
        self.bytes(&hash.digits());
    }

    /// Writes the first characters of the value's `Display`, and `…` if there are more than `max_chars`, for a
    /// [`Kind::Text`](crate::Kind::Text).
    pub fn truncated(&mut self, value: &(impl Display + ?Sized), max_chars: usize) {
        self.sized(|_| {
            let mut out = Truncated { left: max_chars, is_cut: false, out: TextWriter::new() };
            // An `Err` can come from the limits or from the value itself; what was written until then is kept.
            let _ = write!(out, "{value}");
        });
    }

    fn masked(&mut self, mask: &mut dyn Masked, text: fmt::Arguments<'_>) {
        let is_whole = read(mask, text);
        self.sized(|_| {
            let mut out = TextWriter::new();
            if !is_whole || mask.show(&mut out).is_err() {
                let _ = out.write_str(HIDDEN);
            }
        });
    }
}

/// Hands the text on in the pieces in which it comes, and tells whether it came to its end.
fn read(to: &mut (impl fmt::Write + ?Sized), text: fmt::Arguments<'_>) -> bool {
    let mut reading = Reading { to, left: TextWriter::MAX, failed: false };
    reading.write_fmt(text).is_ok() && !reading.failed
}

struct Reading<'a, W: ?Sized> {
    to: &'a mut W,
    /// How many bytes more are read, so that a `Display` without an end has one.
    left: usize,
    /// Remembered, since a `Display` may ignore that a write fails.
    failed: bool,
}

impl<W: fmt::Write + ?Sized> fmt::Write for Reading<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let left = self.left.checked_sub(text.len());
        self.failed |= left.is_none() || self.to.write_str(text).is_err();
        self.left = left.unwrap_or(0);
        if self.failed { Err(fmt::Error) } else { Ok(()) }
    }
}

struct Truncated {
    /// In characters.
    left: usize,
    is_cut: bool,
    out: TextWriter,
}

impl fmt::Write for Truncated {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        match text.char_indices().nth(self.left) {
            _ if self.is_cut => Err(fmt::Error),
            None => {
                self.left -= text.chars().count();
                self.out.write_str(text)
            }
            Some((end, _)) => {
                self.is_cut = true;
                self.out.write_str(&text[..end])?;
                self.out.write_char('…')?;
                Err(fmt::Error)
            }
        }
    }
}

#[cfg(all(test, feature = "output"))]
mod tests {
    use super::super::Secret;
    use super::*;
    use crate::value::render::tests::logged;
    use crate::value::{Kind, Loggable, Value};
    use proptest::prelude::*;
    use std::string::{String, ToString as _};
    use std::vec::Vec;

    /// Text in pieces, as a `Display` may write it, and how the `Display` ends.
    struct Pieces<'a>(&'a [&'a str], End);

    #[derive(Clone, Copy)]
    enum End {
        Well,
        Failing,
        Never,
        IgnoringFailures,
    }

    impl Display for Pieces<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            for piece in self.0 {
                f.write_str(piece)?;
            }
            match self.1 {
                End::Well => Ok(()),
                End::Failing => Err(fmt::Error),
                End::Never => loop {
                    f.write_str("and so on")?;
                },
                End::IgnoringFailures => {
                    for _ in 0..1 << 18 {
                        let _ = f.write_str("and so on");
                    }
                    Ok(())
                }
            }
        }
    }

    type Way = fn(&mut Encoder, &dyn Display);

    /// What a way to encode makes of a value.
    fn shown(value: &dyn Display, way: impl Fn(&mut Encoder, &dyn Display)) -> String {
        struct Shown<'a, W>(&'a dyn Display, W);
        impl<W: Fn(&mut Encoder, &dyn Display)> Loggable for Shown<'_, W> {
            const KIND: Kind = Kind::Text;
            fn encode(&self, encoder: &mut Encoder) {
                (self.1)(encoder, self.0);
            }
        }
        match logged(Shown(value, way)) {
            Value::Text(text) => text.into(),
            other => panic!("{other:?}"),
        }
    }

    fn size(text: &str, out: &mut dyn fmt::Write) -> fmt::Result {
        match text {
            "fail" => out.write_str("it ").and(Err(fmt::Error)),
            text => write!(out, "{} bytes", text.len()),
        }
    }

    const WAYS: [Way; 5] = [
        |encoder, value| encoder.mask(Mask::Last4, value),
        |encoder, value| encoder.mask(Mask::First2, value),
        |encoder, value| encoder.mask(Mask::Email, value),
        |encoder, value| encoder.mask(Mask::With(size), value),
        |encoder, value| encoder.hash(value),
    ];

    fn email(text: &str) -> String {
        shown(&Pieces(&[text], End::Well), WAYS[2])
    }

    #[test]
    fn masks_show_what_they_say() {
        for (text, expected) in [
            ("", ["****", "****", "****", "0 bytes"]),
            ("1234567", ["****", "****", "****", "7 bytes"]),
            ("12345678", ["****5678", "12****", "****", "8 bytes"]),
            ("4000123412341234", ["****1234", "40****", "****", "16 bytes"]),
            ("äöüßäöüß", ["****äöüß", "äö****", "****", "16 bytes"]),
            ("ada@example.com", ["****.com", "ad****", "a****@example.com", "15 bytes"]),
            ("ad@example.com", ["****.com", "ad****", "****@example.com", "14 bytes"]),
            ("a@b.c", ["****", "****", "****", "5 bytes"]),
            ("fail", ["****", "****", "****", "it ****"]),
        ] {
            for (way, expected) in WAYS.into_iter().zip(expected) {
                assert_eq!(shown(&Pieces(&[text], End::Well), way), expected, "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_address_is_masked_wholly() {
        for text in [
            "p@ssword-with-at",
            "a@b@example.com",
            "@example.com",
            "ada@",
            "ada@example..com",
            "ada@.example.com",
            "ada@example.com.",
            "ada@example.com secret",
            "my secret@example.com",
            "ada@example.com/secret",
        ] {
            assert_eq!(email(text), "****", "{text}");
        }
        assert_eq!(email(&std::format!("ada@{}.com", "x".repeat(300))), "****");
    }

    #[test]
    fn a_value_that_does_not_end_well_shows_nothing() {
        for end in [End::Failing, End::Never, End::IgnoringFailures] {
            for (index, way) in WAYS.into_iter().enumerate() {
                let expected = if index == 4 { "<redacted>" } else { "****" };
                assert_eq!(shown(&Pieces(&["4000123412341234@example.com"], end), way), expected);
            }
        }
    }

    #[test]
    fn a_text_that_is_too_long_for_a_function_is_masked_wholly() {
        let text = "x".repeat(1025);
        assert_eq!(shown(&Pieces(&[&text[1..]], End::Well), WAYS[3]), "1024 bytes");
        assert_eq!(shown(&Pieces(&[&text], End::Well), WAYS[3]), "****");
    }

    #[test]
    fn a_panic_in_a_display_or_a_mask_harms_nothing() {
        struct Panics;
        impl Display for Panics {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("4000123412341234")?;
                panic!("in the middle");
            }
        }
        assert!(std::panic::catch_unwind(|| shown(&Panics, WAYS[0])).is_err());
        let mask: Way = |encoder, value| encoder.mask(Mask::With(|_, _| panic!("masking")), value);
        assert!(std::panic::catch_unwind(|| shown(&"secret", mask)).is_err());
        assert_eq!(shown(&Pieces(&["12345678"], End::Well), WAYS[0]), "****5678");
    }

    #[test]
    fn equal_values_have_equal_hashes_however_they_are_written() {
        let hash = |pieces: &[&str]| shown(&Pieces(pieces, End::Well), WAYS[4]);
        assert_eq!(hash(&["ada@", "example.com"]), hash(&["a", "da@example.com", ""]));
        assert_ne!(hash(&["ada"]), hash(&["adb"]));
        assert!(hash(&[]).len() == 16 && hash(&[]).chars().all(|c| c.is_ascii_hexdigit()));
    }

    #[test]
    fn secrets_are_never_shown() {
        assert_eq!(logged(Secret::new("hunter2")).to_string(), "<redacted>");
        assert_eq!(logged(std::vec![Some(Secret::from(1)), None]).to_string(), "[<redacted>, null]");
        assert_eq!(std::format!("{:#?}", Secret::new(5)), "Secret(<redacted>)");
    }

    proptest! {
        #[test]
        fn truncating_keeps_so_many_characters(
            text in "\\PC{0,12}", cuts in (0..13_usize, 0..13_usize), max in 0..14_usize,
        ) {
            let at = |cut: usize| text.char_indices().nth(cut).map_or(text.len(), |(at, _)| at);
            let (first, second) = (at(cuts.0.min(cuts.1)), at(cuts.0.max(cuts.1)));
            let pieces = [&text[..first], &text[first..second], &text[second..]];
            let mut expected: String = text.chars().take(max).collect();
            if text.chars().count() > max {
                expected.push('…');
            }
            for end in [End::Well, End::Failing] {
                let shown = shown(&Pieces(&pieces, end), |encoder, value| encoder.truncated(value, max));
                prop_assert_eq!(shown, expected.as_str());
            }
        }

        #[test]
        fn masks_show_the_same_of_a_text_in_pieces(text in "[a-cß@. ]{0,20}", cut in 0..20_usize) {
            let at = text.char_indices().nth(cut).map_or(text.len(), |(at, _)| at);
            let (whole, pieces) = ([&text[..]], [&text[..at], &text[at..]]);
            let all = |pieces: &[&str]| WAYS.map(|way| shown(&Pieces(pieces, End::Well), way)).into_iter().collect::<Vec<_>>();
            prop_assert_eq!(all(&whole), all(&pieces));
        }
    }
}
