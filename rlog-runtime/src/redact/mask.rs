//! Masks: which part of a text is shown.

use super::wipe::Wiped;
use core::fmt;

/// Which part of a text is shown in a log. The rest is `****`, however long it is, and of a text of fewer than eight
/// characters nothing is shown.
///
/// | mask | `4000123412341234` | `ada@example.com` | `secret` |
/// | --- | --- | --- | --- |
/// | [`Mask::Last4`] | `****1234` | `****.com` | `****` |
/// | [`Mask::First2`] | `40****` | `ad****` | `****` |
/// | [`Mask::Email`] | `****` | `a****@example.com` | `****` |
///
/// ```
/// use rlog_runtime::{Encoder, Kind, Loggable, Mask};
///
/// struct Card(String);
///
/// impl Loggable for Card {
///     const KIND: Kind = Kind::Text;
///     fn encode(&self, encoder: &mut Encoder) {
///         encoder.mask(Mask::Last4, &self.0);
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Mask {
    /// The last four characters.
    Last4,
    /// The first two characters.
    First2,
    /// The first character and the domain of an e-mail address. Of a name before the `@` of fewer than three characters
    /// the first is not shown either, and of what is no address nothing.
    Email,
    /// What a function makes of the text. A text of more than 1024 bytes does not reach it and is `****`; if it returns
    /// an error, `****` follows what it has written.
    With(fn(&str, &mut dyn fmt::Write) -> fmt::Result),
}

/// Stands for what is not shown.
pub(super) const HIDDEN: &str = "****";
/// Of a text that is shorter than this, in characters, what would be shown is too much of it.
const SHORT: usize = 8;

/// Takes a text in pieces, and shows of it what its mask shows.
pub(super) trait Masked: fmt::Write {
    /// Called behind the whole text.
    fn show(&self, out: &mut dyn fmt::Write) -> fmt::Result;
}

/// Reads a text and shows of it what the mask shows. `false` if that cannot be done, and nothing or a part of it was shown.
#[cfg(feature = "output")]
pub(super) fn show(mask: Mask, text: &str, out: &mut dyn fmt::Write) -> bool {
    fn show(mut mask: impl Masked, text: &str, out: &mut dyn fmt::Write) -> bool {
        mask.write_str(text).is_ok() && mask.show(out).is_ok()
    }
    match mask {
        Mask::Last4 => show(Last4::new(), text, out),
        Mask::First2 => show(First2::new(), text, out),
        Mask::Email => show(Email::new(), text, out),
        Mask::With(mask) => show(With::new(mask), text, out),
    }
}

pub(super) struct Last4 {
    characters: usize,
    last: Wiped<char, 4>,
}

impl Last4 {
    pub(super) fn new() -> Self {
        Self { characters: 0, last: Wiped::new() }
    }
}

impl fmt::Write for Last4 {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            self.last.rotate_left(1);
            self.last[3] = c;
            self.characters += 1;
        }
        Ok(())
    }
}

impl Masked for Last4 {
    fn show(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(HIDDEN)?;
        if self.characters < SHORT {
            return Ok(());
        }
        self.last.iter().try_for_each(|&c| out.write_char(c))
    }
}

pub(super) struct First2 {
    characters: usize,
    first: Wiped<char, 2>,
}

impl First2 {
    pub(super) fn new() -> Self {
        Self { characters: 0, first: Wiped::new() }
    }
}

impl fmt::Write for First2 {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if let Some(place) = self.first.get_mut(self.characters) {
                *place = c;
            }
            self.characters += 1;
        }
        Ok(())
    }
}

impl Masked for First2 {
    fn show(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        if self.characters >= SHORT {
            self.first.iter().try_for_each(|&c| out.write_char(c))?;
        }
        out.write_str(HIDDEN)
    }
}

pub(super) struct Email {
    /// Characters before the `@`.
    name: usize,
    first: Wiped<char, 1>,
    has_at: bool,
    /// Nothing was seen that an address does not have.
    is_address: bool,
    /// What is behind the `@`; the names of hosts are shorter than this (RFC 1035).
    domain: Wiped<u8, 256>,
    length: usize,
}

impl Email {
    pub(super) fn new() -> Self {
        let (first, domain) = (Wiped::new(), Wiped::new());
        Self { name: 0, first, has_at: false, is_address: true, domain, length: 0 }
    }

    fn add(&mut self, c: char) {
        match c {
            '@' => self.is_address &= !core::mem::replace(&mut self.has_at, true),
            _ if self.has_at => {
                self.is_address &= c.is_alphanumeric() || matches!(c, '.' | '-');
                match self.domain.get_mut(self.length..self.length + c.len_utf8()) {
                    Some(place) => self.length += c.encode_utf8(place).len(),
                    None => self.is_address = false,
                }
            }
            _ => {
                self.is_address &= !c.is_whitespace() && !c.is_control();
                if self.name == 0 {
                    self.first[0] = c;
                }
                self.name += 1;
            }
        }
    }

    /// What is behind the `@`, if all of it is an address.
    fn domain(&self) -> Option<&str> {
        let domain = core::str::from_utf8(&self.domain[..self.length]).ok()?;
        let has_labels = domain.contains('.') && domain.split('.').all(|label| !label.is_empty());
        let is_long = self.name + 1 + self.length >= SHORT;
        (self.is_address && self.has_at && self.name > 0 && has_labels && is_long).then_some(domain)
    }
}

impl fmt::Write for Email {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().for_each(|c| self.add(c));
        Ok(())
    }
}

impl Masked for Email {
    fn show(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        let domain = self.domain();
        if domain.is_some() && self.name >= 3 {
            out.write_char(self.first[0])?;
        }
        out.write_str(HIDDEN)?;
        if let Some(domain) = domain {
            out.write_char('@')?;
            out.write_str(domain)?;
        }
        Ok(())
    }
}

pub(super) struct With {
    mask: fn(&str, &mut dyn fmt::Write) -> fmt::Result,
    text: Wiped<u8, 1024>,
    length: usize,
}

impl With {
    pub(super) fn new(mask: fn(&str, &mut dyn fmt::Write) -> fmt::Result) -> Self {
        Self { mask, text: Wiped::new(), length: 0 }
    }
}

impl fmt::Write for With {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let place = self.text.get_mut(self.length..self.length + text.len()).ok_or(fmt::Error)?;
        place.copy_from_slice(text.as_bytes());
        self.length += text.len();
        Ok(())
    }
}

impl Masked for With {
    fn show(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        let text = core::str::from_utf8(&self.text[..self.length]).map_err(|_| fmt::Error)?;
        (self.mask)(text, out)
    }
}
