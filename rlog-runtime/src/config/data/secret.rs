//! Secrets that a configuration needs, by where they are kept.

use super::document::{Item, Node, Table};
use super::setting::{Reader, Setting};
use crate::redact::Secret;
use std::path::PathBuf;
use std::string::{String, ToString};

/// Where a secret is kept. A configuration says this and never the secret, so that it can be printed, stored and shown to
/// anybody.
///
/// In a file: `hash_key = { env = "HASH_KEY" }` or `hash_key = { file = "/run/secrets/hash_key" }`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretSource {
    /// In this environment variable.
    Env(String),
    /// In this file, without the white space around it.
    File(PathBuf),
}

impl SecretSource {
    /// Fetches the secret. What is wrong is told without it.
    pub(super) fn resolve(&self) -> Result<Secret<String>, String> {
        let text = match self {
            Self::Env(name) => std::env::var(name).map_err(|error| match error {
                std::env::VarError::NotPresent => std::format!("the environment variable `{name}` is not set"),
                std::env::VarError::NotUnicode(_) => std::format!("the environment variable `{name}` is not text"),
            })?,
            Self::File(path) => std::fs::read_to_string(path)
                .map_err(|error| std::format!("cannot read the secret in `{}`: {error}", path.display()))?,
        };
        let text = text.trim();
        if text.is_empty() {
            return Err("the secret is empty".into());
        }
        Ok(Secret::new(text.to_string()))
    }

    /// The key of hashes: 32 hexadecimal digits.
    pub(super) fn hash_key(&self) -> Result<[u8; 16], String> {
        let text = self.resolve()?;
        let digits = text.expose().as_bytes();
        let mut key = [0; 16];
        let is_key = digits.len() == 32 && digits.iter().all(u8::is_ascii_hexdigit);
        if !is_key {
            return Err("the key of hashes must be 32 hexadecimal digits, as `openssl rand -hex 16` makes them".into());
        }
        for (byte, pair) in key.iter_mut().zip(digits.chunks(2)) {
            let value = |digit: u8| (digit as char).to_digit(16).unwrap_or_default() as u8;
            *byte = value(pair[0]) << 4 | value(pair[1]);
        }
        Ok(key)
    }
}

impl Setting for SecretSource {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        if !matches!(node.item, Item::Table(_)) {
            let name = reader.path.last().map_or("secret", String::as_str).to_string();
            reader.wrong(std::format!(
                "a secret does not belong into a configuration; say where it is: `{name} = {{ env = \"NAME\" }}` or \
                 `{name} = {{ file = \"path\" }}`"
            ));
            return None;
        }
        let (env, file) = reader.table(node, "a table", |fields| {
            Some((fields.optional::<String>("env"), fields.optional::<PathBuf>("file")))
        })?;
        match (env, file) {
            (Some(env), None) => Some(Self::Env(env)),
            (None, Some(file)) => Some(Self::File(file)),
            _ => {
                reader.wrong("say where the secret is: either `env` or `file`");
                None
            }
        }
    }

    fn write(&self) -> Item {
        let mut table = Table::default();
        match self {
            Self::Env(name) => table.put("env", name.write()),
            Self::File(path) => table.put("file", path.write()),
        }
        Item::Table(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(test: &str, content: &str) -> PathBuf {
        let path = std::env::temp_dir().join(std::format!("rlog-secret-{test}-{}", std::process::id()));
        std::fs::write(&path, content).expect("the temporary directory is writable");
        path
    }

    #[test]
    fn a_key_is_fetched_from_a_file_and_nothing_of_it_is_in_an_error() {
        let path = file("good", " 000102030405060708090a0b0c0d0eFf\n");
        let key = SecretSource::File(path.clone()).hash_key();
        assert_eq!(key.map(|key| (key[0], key[10], key[15])), Ok((0, 10, 255)));
        for content in ["hunter2", "hunter2hunter2hunter2hunter2abcd", ""] {
            std::fs::write(&path, content).expect("the temporary directory is writable");
            let error = SecretSource::File(path.clone()).hash_key().expect_err(content);
            assert!(!error.contains("hunter2"), "{error}");
        }
        std::fs::remove_file(&path).expect("it is there");
        assert!(SecretSource::File(path).resolve().expect_err("it is gone").contains("cannot read"));
        let missing = SecretSource::Env("RLOG_TEST_NO_SUCH_VARIABLE".into()).resolve();
        assert_eq!(missing.map(|_| ()), Err("the environment variable `RLOG_TEST_NO_SUCH_VARIABLE` is not set".into()));
    }
}
