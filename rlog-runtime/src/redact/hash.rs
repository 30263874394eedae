//! The keyed hash that stands for a value: equal values can be found in a log, and the value cannot be guessed from it.
//!
//! SipHash-2-4 (Aumasson and Bernstein, 2012) under a key of 128 bits. Without the key nobody can try out which value has
//! a hash. The key is random in each process, so that hashes of one run say nothing about those of another, unless the
//! program sets one.

use core::fmt;
use core::hash::BuildHasher as _;
use core::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
#[cfg(feature = "output")]
use std::boxed::Box;
use std::hash::RandomState;

/// Hashes what is written into it.
pub(super) struct SipHash {
    v: [u64; 4],
    /// Bytes that do not make a word yet, the first one lowest, and how many bytes there were in all.
    tail: u64,
    length: u64,
}

impl SipHash {
    /// With the process's key.
    pub(super) fn keyed() -> Self {
        Self::new(key())
    }

    fn new([k0, k1]: [u64; 2]) -> Self {
        // "somepseudorandomlygeneratedbytes", as the paper has it.
        let v = [
            k0 ^ 0x736f_6d65_7073_6575,
            k1 ^ 0x646f_7261_6e64_6f6d,
            k0 ^ 0x6c79_6765_6e65_7261,
            k1 ^ 0x7465_6462_7974_6573,
        ];
        Self { v, tail: 0, length: 0 }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.tail |= u64::from(byte) << (8 * (self.length % 8));
            self.length += 1;
            if self.length.is_multiple_of(8) {
                self.word(self.tail);
                self.tail = 0;
            }
        }
    }

    pub(super) fn finish(mut self) -> u64 {
        self.word(self.length << 56 | self.tail);
        self.v[2] ^= 0xff;
        for _ in 0..4 {
            self.round();
        }
        self.v[0] ^ self.v[1] ^ self.v[2] ^ self.v[3]
    }

    /// The hash in hexadecimal, as it is shown.
    pub(super) fn digits(self) -> [u8; 16] {
        let hash = self.finish();
        core::array::from_fn(|index| b"0123456789abcdef"[(hash >> (60 - 4 * index)) as usize & 15])
    }

    fn word(&mut self, word: u64) {
        self.v[3] ^= word;
        self.round();
        self.round();
        self.v[0] ^= word;
    }

    fn round(&mut self) {
        let [v0, v1, v2, v3] = &mut self.v;
        *v0 = v0.wrapping_add(*v1);
        *v2 = v2.wrapping_add(*v3);
        *v1 = v1.rotate_left(13) ^ *v0;
        *v3 = v3.rotate_left(16) ^ *v2;
        *v0 = v0.rotate_left(32);
        *v2 = v2.wrapping_add(*v1);
        *v0 = v0.wrapping_add(*v3);
        *v1 = v1.rotate_left(17) ^ *v2;
        *v3 = v3.rotate_left(21) ^ *v0;
        *v2 = v2.rotate_left(32);
    }
}

impl fmt::Write for SipHash {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.write(text.as_bytes());
        Ok(())
    }
}

/// The key that the program set, or null. It is never freed: a thread may be reading it.
static CONFIGURED: AtomicPtr<[u64; 2]> = AtomicPtr::new(core::ptr::null_mut());
/// The key of this process, made when it is first needed. 0 is not made yet.
static RANDOM: [AtomicU64; 2] = [const { AtomicU64::new(0) }; 2];

/// Sets the key for hashes from now on; `None` is the random one.
#[cfg(feature = "output")]
pub(crate) fn configure(key: Option<&[u8; 16]>) {
    let key = key.map_or(core::ptr::null_mut(), |key| {
        let [low, high] = [0, 8].map(|at| key[at..at + 8].iter().rev().fold(0, |word, &b| word << 8 | u64::from(b)));
        Box::into_raw(Box::new([low, high]))
    });
    CONFIGURED.store(key, Ordering::Release);
}

fn key() -> [u64; 2] {
    // SAFETY: null, or what `configure` leaked and nobody changes.
    match unsafe { CONFIGURED.load(Ordering::Acquire).as_ref() } {
        Some(key) => *key,
        None => [random(0), random(1)],
    }
}

/// One half of the random key. Threads that come at the same time agree on the first one made.
fn random(half: usize) -> u64 {
    let known = RANDOM[half].load(Ordering::Relaxed);
    if known != 0 {
        return known;
    }
    // What `std` keys its maps with: 128 bits from the operating system.
    let made = RandomState::new().hash_one(half).max(1);
    match RANDOM[half].compare_exchange(0, made, Ordering::Relaxed, Ordering::Relaxed) {
        Ok(_) => made,
        Err(earlier) => earlier,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    /// The key of the paper's and the reference implementation's vectors: bytes 0 to 15.
    const KEY: [u64; 2] = [0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908];

    fn hash(key: [u64; 2], parts: &[&[u8]]) -> u64 {
        let mut hash = SipHash::new(key);
        parts.iter().for_each(|part| hash.write(part));
        hash.finish()
    }

    #[test]
    fn hashes_are_those_of_the_reference() {
        let message: Vec<u8> = (0..64).collect();
        // The paper's appendix A, and `vectors_sip64` of the reference implementation.
        assert_eq!(hash(KEY, &[&message[..15]]), 0xa129_ca61_49be_45e5);
        for (length, expected) in [
            (0, 0x726f_db47_dd0e_0e31_u64),
            (1, 0x74f8_39c5_93dc_67fd),
            (2, 0x0d6c_8009_d9a9_4f5a),
            (3, 0x8567_6696_d7fb_7e2d),
            (7, 0xab02_00f5_8b01_d137),
            (8, 0x93f5_f579_9a93_2462),
            (63, 0x958a_324c_eb06_4572),
        ] {
            assert_eq!(hash(KEY, &[&message[..length]]), expected, "{length}");
        }
    }

    #[test]
    fn hashes_are_those_of_std() {
        #[allow(deprecated, reason = "the algorithm does not change")]
        fn expected(key: [u64; 2], bytes: &[u8]) -> u64 {
            use core::hash::Hasher as _;
            let mut hasher = std::hash::SipHasher::new_with_keys(key[0], key[1]);
            hasher.write(bytes);
            hasher.finish()
        }
        let message: Vec<u8> = (0..=255).rev().collect();
        for length in 0..message.len() {
            assert_eq!(hash([3, u64::MAX], &[&message[..length]]), expected([3, u64::MAX], &message[..length]));
        }
    }

    #[test]
    fn it_does_not_matter_in_how_many_pieces_a_text_comes() {
        let message: Vec<u8> = (0..40).collect();
        for first in 0..=40 {
            for second in first..=40 {
                let parts = [&message[..first], &message[first..second], &message[second..]];
                assert_eq!(hash(KEY, &parts), hash(KEY, &[&message]));
            }
        }
    }

    #[test]
    fn the_random_key_stays() {
        let first = [random(0), random(1)];
        assert_eq!([random(0), random(1)], first);
        assert_ne!(first[0], first[1]);
    }
}
