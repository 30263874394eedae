//! Which bytes of a block of text are of a sort, as one bit for each byte.
//!
//! On x86-64 with the 16-byte comparisons that all of its processors have, elsewhere eight bytes at a time in an integer.

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
pub(super) use sse2::sorts;
#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
pub(super) use words::sorts;

/// The bytes of a block.
pub(super) const SIZE: usize = 32;

/// A bit for each byte of a block that is of the sort; the first byte has the lowest. Letters are those of ASCII, and where one is
/// named, it or a character that differs from it in the bit 0x20, as its other case does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sorts<T = u32> {
    pub(super) digit: T,
    pub(super) letter: T,
    /// A letter from `a` to `f`.
    pub(super) hex_letter: T,
    /// No ASCII.
    pub(super) high: T,
    pub(super) space: T,
    pub(super) dash: T,
    pub(super) dot: T,
    pub(super) slash: T,
    pub(super) colon: T,
    pub(super) at: T,
    pub(super) underscore: T,
    pub(super) a: T,
    pub(super) b: T,
    pub(super) c: T,
    pub(super) e: T,
    pub(super) j: T,
    pub(super) y: T,
}

/// The same for all ways to compare.
macro_rules! sorts {
    ($text:expr) => {{
        let text = $text;
        let folded = text.folded();
        Sorts {
            digit: text.among(b'0', b'9'),
            letter: folded.among(b'a', b'z'),
            hex_letter: folded.among(b'a', b'f'),
            high: text.high(),
            space: text.are(b' '),
            dash: text.are(b'-'),
            dot: text.are(b'.'),
            slash: text.are(b'/'),
            colon: text.are(b':'),
            at: text.are(b'@'),
            underscore: text.are(b'_'),
            a: folded.are(b'a'),
            b: folded.are(b'b'),
            c: folded.are(b'c'),
            e: folded.are(b'e'),
            j: folded.are(b'j'),
            y: folded.are(b'y'),
        }
    }};
}

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
mod sse2 {
    use super::{SIZE, Sorts};
    use core::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_cmplt_epi8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x, _mm_set1_epi8,
        _mm_sub_epi8,
    };

    #[inline]
    pub(in super::super) fn sorts(text: &[u8; SIZE]) -> Sorts {
        // SAFETY: the module is only there if the processor that is compiled for has SSE2, and that is all it asks for.
        unsafe { compare(text) }
    }

    #[inline]
    #[target_feature(enable = "sse2")]
    fn compare(text: &[u8; SIZE]) -> Sorts {
        sorts!(Text::new(text))
    }

    struct Text([__m128i; 2]);

    impl Text {
        #[inline]
        #[target_feature(enable = "sse2")]
        fn new(text: &[u8; SIZE]) -> Self {
            let (words, _) = text.as_chunks::<8>();
            let word = |index: usize| i64::from_le_bytes(words[index]);
            Self([_mm_set_epi64x(word(1), word(0)), _mm_set_epi64x(word(3), word(2))])
        }

        #[inline]
        #[target_feature(enable = "sse2")]
        fn folded(&self) -> Self {
            let bit = _mm_set1_epi8(0x20);
            Self([_mm_or_si128(self.0[0], bit), _mm_or_si128(self.0[1], bit)])
        }

        #[inline]
        #[target_feature(enable = "sse2")]
        fn are(&self, byte: u8) -> u32 {
            let byte = _mm_set1_epi8(byte as i8);
            bits(_mm_cmpeq_epi8(self.0[0], byte), _mm_cmpeq_epi8(self.0[1], byte))
        }

        #[inline]
        #[target_feature(enable = "sse2")]
        fn among(&self, first: u8, last: u8) -> u32 {
            // There are comparisons of signed numbers only, so the first becomes the lowest of them.
            let shift = _mm_set1_epi8(first.wrapping_sub(0x80) as i8);
            let end = _mm_set1_epi8((last - first + 1).wrapping_sub(0x80) as i8);
            bits(
                _mm_cmplt_epi8(_mm_sub_epi8(self.0[0], shift), end),
                _mm_cmplt_epi8(_mm_sub_epi8(self.0[1], shift), end),
            )
        }

        #[inline]
        #[target_feature(enable = "sse2")]
        fn high(&self) -> u32 {
            bits(self.0[0], self.0[1])
        }
    }

    #[inline]
    #[target_feature(enable = "sse2")]
    fn bits(low: __m128i, high: __m128i) -> u32 {
        _mm_movemask_epi8(low) as u32 | (_mm_movemask_epi8(high) as u32) << 16
    }
}

#[cfg(any(test, not(all(target_arch = "x86_64", target_feature = "sse2"))))]
mod words {
    use super::{SIZE, Sorts};

    #[inline]
    pub(in super::super) fn sorts(text: &[u8; SIZE]) -> Sorts {
        sorts!(Text::new(text))
    }

    struct Text([u64; SIZE / 8]);

    /// A byte in all places.
    const fn all(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }

    impl Text {
        #[inline]
        fn new(text: &[u8; SIZE]) -> Self {
            let (words, _) = text.as_chunks::<8>();
            Self(core::array::from_fn(|index| u64::from_le_bytes(words[index])))
        }

        #[inline]
        fn folded(&self) -> Self {
            Self(self.0.map(|word| word | all(0x20)))
        }

        #[inline]
        fn are(&self, byte: u8) -> u32 {
            self.bits(|word| {
                let word = word ^ all(byte);
                !(((word & all(0x7f)) + all(0x7f)) | word)
            })
        }

        #[inline]
        fn among(&self, first: u8, last: u8) -> u32 {
            self.bits(|word| {
                // What is added carries into the highest bit of a byte from that number on.
                let low = word & all(0x7f);
                (low + all(0x80 - first)) & !(low + all(0x7f - last)) & !word
            })
        }

        #[inline]
        fn high(&self) -> u32 {
            self.bits(|word| word)
        }

        /// The highest bit of each byte.
        #[inline]
        fn bits(&self, high: impl Fn(u64) -> u64) -> u32 {
            self.0.iter().rev().fold(0, |bits, &word| {
                // Each bit is moved to another place of the highest byte, and no two of the others meet.
                let gathered = (high(word) >> 7 & all(1)).wrapping_mul(0x0102_0408_1020_4080) >> 56;
                bits << 8 | gathered as u32
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one_by_one(text: &[u8; SIZE]) -> Sorts {
        let of = |is: &dyn Fn(u8) -> bool| (0..SIZE).fold(0, |bits, at| bits | u32::from(is(text[at])) << at);
        let folded = |letter: u8| of(&|byte| byte | 0x20 == letter);
        let byte = |other: u8| of(&|byte| byte == other);
        Sorts {
            digit: of(&|byte| byte.is_ascii_digit()),
            letter: of(&|byte| byte.is_ascii_alphabetic()),
            hex_letter: of(&|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_digit()),
            high: of(&|byte| byte >= 0x80),
            space: byte(b' '),
            dash: byte(b'-'),
            dot: byte(b'.'),
            slash: byte(b'/'),
            colon: byte(b':'),
            at: byte(b'@'),
            underscore: byte(b'_'),
            a: folded(b'a'),
            b: folded(b'b'),
            c: folded(b'c'),
            e: folded(b'e'),
            j: folded(b'j'),
            y: folded(b'y'),
        }
    }

    #[test]
    fn every_byte_is_of_its_sorts_in_every_place() {
        // Under Miri all bytes, but not in all places.
        for first in (0..=u8::MAX).step_by(if cfg!(miri) { SIZE } else { 1 }) {
            let text = core::array::from_fn(|at| first.wrapping_add(at as u8));
            assert_eq!(sorts(&text), one_by_one(&text), "{text:?}");
            assert_eq!(words::sorts(&text), one_by_one(&text), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn all_ways_to_compare_say_the_same(text: [u8; SIZE]) {
            prop_assert_eq!(sorts(&text), one_by_one(&text));
            prop_assert_eq!(words::sorts(&text), one_by_one(&text));
        }
    }
}
