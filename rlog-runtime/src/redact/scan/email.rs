//! E-mail addresses.

use super::{Looked, Scanner, run, run_before};

/// At an `@`.
pub(super) fn look(text: &[u8], at: usize) -> Looked {
    let mut length = run(text, at + 1, is_domain);
    if length > LONGEST {
        length = LONGEST;
        // Not in the middle of a character.
        length -= run_before(&text[at + 1..], length + 1, |byte| byte & 0xc0 == 0x80).min(4);
    }
    let next = at + 1 + length;
    let Some(end) = domain_end(&text[at + 1..next]) else { return (at + 1, None) };
    let start = at - name_before(text, at);
    // The next one may begin with what is the end of this one.
    (at + 1 + end, (start < at).then_some((start, at + 1 + end, Scanner::Email)))
}

/// The longest domain (RFC 1035, section 2.3.4).
const LONGEST: usize = 255;

/// How long the name before the `@` is. What only stands around an address, such as quotes, is none of it.
fn name_before(text: &[u8], at: usize) -> usize {
    if at > 0 && text[at - 1] == b'"' {
        let quoted = run_before(text, at - 1, |byte| !matches!(byte, b'"' | b'@' | b'\n'));
        // The quote at the beginning belongs to it, if there is one.
        return if quoted > 0 && quoted + 1 < at && text[at - quoted - 2] == b'"' { quoted + 2 } else { 0 };
    }
    let length = run_before(text, at, is_name);
    let name = &text[at - length..at];
    length
        - name.iter().take_while(|byte| matches!(byte, b'.' | b'-' | b'\'' | b'*' | b'!' | b'#' | b'$' | b'%')).count()
}

/// What names before the `@` are made of, apart from rarities that more often stand between things (`=`, `/`, `&`, `?`).
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || byte >= 0x80
        || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-' | b'\'' | b'!' | b'#' | b'$' | b'*' | b'~' | b'^')
}

fn is_domain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'.' | b'-')
}

/// How much of the text is a domain of several labels, of which the last one is a name.
fn domain_end(text: &[u8]) -> Option<usize> {
    let mut end = text.len();
    loop {
        let dot = text[..end].iter().rposition(|&byte| byte == b'.')?;
        let label = &text[dot + 1..end];
        let trimmed = label.len() - run_before(label, label.len(), |byte| byte == b'-');
        let label = &label[..trimmed];
        let is_name = label.len() >= 2
            && (label.iter().all(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80) || label.starts_with(b"xn--"));
        if is_name && dot > 0 && text[..dot].split(|&byte| byte == b'.').all(|label| !label.is_empty()) {
            return Some(dot + 1 + trimmed);
        }
        end = dot;
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn addresses_are_found() {
        check(
            Scanner::Email,
            &[
                ("ada@example.com", "ada@example.com"),
                ("mail <ada.lovelace+x@mail.example.co.uk>, now", "ada.lovelace+x@mail.example.co.uk"),
                ("email=ada@example.com&x=1", "ada@example.com"),
                ("'o'brien@example.com'", "o'brien@example.com"),
                ("müller@größe.example", "müller@größe.example"),
                ("ada@example.com.", "ada@example.com"),
                ("ada@example.com.7", "ada@example.com"),
                ("ada@xn--bcher-kva.xn--p1ai", "ada@xn--bcher-kva.xn--p1ai"),
                ("\"ada lovelace\"@example.com", "\"ada lovelace\"@example.com"),
                ("a@b.co c@d.org", "a@b.co|c@d.org"),
                ("a@b.co@d.org", "a@b.co@d.org"),
                ("mailto:a_b%c@d-e.io", "a_b%c@d-e.io"),
                ("[ada@example.com-]", "ada@example.com"),
            ],
            &[
                "user@host",
                "root@localhost:22",
                "serde@1.0.219",
                "@example.com",
                " @example.com",
                "ada@",
                "ada@.com",
                "ada@example.c",
                "ada@example..com",
                "@media",
                "a @ b.com",
            ],
        );
    }
}
