//! Fields that look like secrets, by the words of their keys, and the warning about those that are logged in clear.
//!
//! The macro sees the key, and only the compiler sees the type. A type that keeps its secrets (`rlog::Secret`, or what
//! derives `Loggable` with `#[log(redact)]`) may have such a key, and a `bool` holds none.

use super::key_use::{KeyUse, Origin};
use super::warning::place;
use crate::errors;
use crate::schema::{self, Severity};
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use std::cell::RefCell;
use std::collections::HashMap;

/// What makes the compiler complain about a secret in clear: a statement, for a place where `value`, a reference, is in
/// scope. `None` if the key does not look like a secret, or if somebody said that it is none.
pub(crate) fn lint(krate: &TokenStream, key: &KeyUse<'_>, value: &Ident) -> Option<TokenStream> {
    if key.allows_secret || !looks_secret_again(key.text) {
        return None;
    }
    match schema::secrets() {
        Severity::Allow => None,
        Severity::Warn => Some(warn(krate, key, value)),
        Severity::Deny => Some(deny(krate, key, value)),
    }
}

/// A use of a deprecated method, unless the type of the value has another of that name on a higher level.
fn warn(krate: &TokenStream, key: &KeyUse<'_>, value: &Ident) -> TokenStream {
    let private = quote!(#krate::__private);
    let note = format!(
        "the field `{}` looks like a secret; {}, or set `secrets = \"allow\"` below `[lints]` in rlog.toml",
        key.text,
        advice(key)
    );
    // Only the call has the user's span: lints about the trait itself would be about code that the user cannot change.
    let in_clear = quote_spanned!(place(key.tokens)=> in_clear);
    quote!({
        use #private::discreet::Level as _;
        trait Secret {
            #[deprecated(note = #note)]
            fn in_clear(&self) {}
        }
        impl<T: ?#private::core::marker::Sized> Secret for #private::Probe<'_, T> {}
        (&&#private::Probe(#value)).#in_clear();
    })
}

/// A bound that the type of the value does not meet.
fn deny(krate: &TokenStream, key: &KeyUse<'_>, value: &Ident) -> TokenStream {
    let private = quote!(#krate::__private);
    let message = format!("the field `{}` looks like a secret and is logged in clear", key.text);
    let note = format!("{}; rlog.toml says `secrets = \"deny\"`", advice(key));
    let value = Ident::new(&value.to_string(), value.span().located_at(place(key.tokens)));
    quote!({
        #[diagnostic::on_unimplemented(message = #message, label = "anyone who reads the log reads this", note = #note)]
        trait KeptSecret<Way> {}
        impl<T: #private::discreet::Discreet<Way> + ?#private::core::marker::Sized, Way> KeptSecret<Way> for T {}
        fn is_kept_secret<T: KeptSecret<Way> + ?#private::core::marker::Sized, Way>(_: &T) {}
        is_kept_secret(#value);
    })
}

/// What to do about it. A hole has no place for an attribute, but it shows a field of its name.
fn advice(key: &KeyUse<'_>) -> String {
    let allow = match key.origin {
        Origin::Field => "write `#[allow(secret)]` before the field".to_owned(),
        Origin::Hole => format!("write `#[allow(secret)] {},` before the message", key.text),
        Origin::Argument(value) => {
            format!(
                "write it before the message, as the field `#[allow(secret)] {} = {}`",
                key.text,
                errors::words(value)
            )
        }
        Origin::Type => "write `#[log(allow(secret))]` before the field".to_owned(),
    };
    format!(
        "wrap the value in `rlog::Secret`, or mask it in its type (`#[log(mask = \"last4\")]`); if it is no secret, {allow}"
    )
}

/// [`looks_secret`], which is asked about the same few keys all the time.
fn looks_secret_again(key: &str) -> bool {
    thread_local!(static KNOWN: RefCell<HashMap<String, bool>> = RefCell::default());
    KNOWN.with_borrow_mut(|known| match known.get(key) {
        Some(&known) => known,
        None => *known.entry(key.to_owned()).or_insert(looks_secret(key)),
    })
}

/// Whether the words of a key say that its value is a secret.
///
/// Only the words at the end count: `db.password` and `card.number` are secrets, `password.length` and
/// `password_reset_at` are not.
pub(crate) fn looks_secret(key: &str) -> bool {
    // The last segment of `login.password.0` that says something is `password`.
    let key = key.trim_end_matches(|c: char| !c.is_alphabetic());
    let last_segment = key.rsplit(['.', ':']).next().map_or(0, |segment| words(segment).len());
    let mut words = words(key);
    let before = words.len().saturating_sub(last_segment);
    if words.get(before).is_some_and(|word| any(PREDICATES, word)) {
        return false;
    }
    while words.len() > before + 1 && words.last().is_some_and(|word| any(TAILS, word)) {
        words.pop();
    }
    let Some(last) = words.last() else { return false };
    any(WORDS, last)
        || SUFFIXES.split(' ').any(|suffix| last.ends_with(suffix))
        || (words.len() == before + 1 && last == ALONE)
        || PHRASES.split(", ").any(|phrase| ends_with(&words, phrase))
}

fn any(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

/// Whether the phrase stands at the end, in words of its own (`api_key`) or as one (`apikey`).
fn ends_with(words: &[String], phrase: &str) -> bool {
    let mut behind = words.iter().rev();
    let apart = phrase.rsplit(' ').all(|part| behind.next().is_some_and(|word| word == part));
    apart || words.last().is_some_and(|last| phrase.chars().filter(|letter| *letter != ' ').eq(last.chars()))
}

/// The words of `snake_case`, `kebab-case`, `camelCase` and `ACRONYMCase`, in lower case, without digits at their end:
/// `oauth2Token` is `oauth token`, and `password2` is `password`.
fn words(segment: &str) -> Vec<String> {
    let letters: Vec<char> = segment.chars().collect();
    let mut words = vec![String::new()];
    for (index, &letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let before = index.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(index + 1);
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase() || before.is_numeric() || after.is_some_and(|after| after.is_lowercase())
            });
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    for word in &mut words {
        word.truncate(word.trim_end_matches(char::is_numeric).len());
    }
    words.into_iter().filter(|word| !word.is_empty()).collect()
}

/// Ends of words, since `dbpassword` and `clientsecret` are written, too.
const SUFFIXES: &str = "password passwd passphrase secret";

/// Words that name a secret whatever stands before them.
const WORDS: &str = "authorization bearer cookie credential credentials cvc cvv jwt otp passcode pwd ssn";

/// A word that names a secret only if it is the whole name: there are many tokens that are none (`next_token`).
const ALONE: &str = "token";

/// Several words that name a secret together.
const PHRASES: &str = "access key, account key, api key, auth key, authentication key, decryption key, encryption key, \
    hmac key, master key, pre shared key, private key, secret key, session key, shared key, \
    signing key, ssh key, storage key, symmetric key, wallet key, access token, api token, auth token, \
    authentication token, authorization token, bearer token, bot token, csrf token, deploy token, id token, \
    identity token, jwt token, login token, oauth token, refresh token, reset token, sas token, \
    security token, session token, user token, verification token, web token, xsrf token, auth code, \
    authorization code, backup code, mfa code, recovery code, security code, verification code, \
    card number, card pin, cc number, credit card, debit card, seed phrase, social security number, user pin, \
    amz signature, goog signature";

/// What may follow the words that count without changing what they name.
const TAILS: &str = "again cleartext confirm confirmation header pem plain plaintext raw repeat str string value";

/// A key that begins with one of these tells about a secret and does not hold it.
const PREDICATES: &str = "had has invalid is missing needs no requires should uses without wrong";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_name_a_secret_are_found() {
        let keys = "
            password Password PASSWORD passwd passphrase passcode pwd db_password db.password dbPassword
            dbpassword DB_PASSWORD user.new_password password2 password_2 password.2 password_confirmation
            passwordConfirmation one-time-password smtp:password app::db::password mysql_pwd ssh.passphrase
            secret client_secret client-secret clientSecret clientsecret webhook.secret api_key apiKey
            APIKey apikey API_KEY x-api-key user.apiKey apiKey1 stripe_api_key aws_secret_access_key
            access_key private_key privateKey private_key_pem rsaPrivateKey signing_key encryption_key
            secret_key secretkey preSharedKey master_key token user.token access_token accessToken
            accesstoken ACCESS_TOKEN refresh_token auth_token authToken oauth_token oauth2_token OAuthToken
            id_token idToken session_token sessionToken bearer bearer_token csrf_token xsrf-token api_token
            github.api_token personal_access_token jwt user_jwt reset_token authorization Authorization
            authorization_header proxy-authorization http.request.header.authorization cookie set-cookie
            session_cookie credentials credential aws_credentials ssn user.ssn userSSN
            social_security_number credit_card credit_card_number creditCardNumber card_number cardNumber
            cvv cvv2 cvc card.cvc otp totp_otp mfa_code recoveryCode verification_code card_pin card.pin card.number api.key seed_phrase
            raw_password password_raw secret_value password_string _password password_ r_password
        ";
        for key in keys.split_whitespace() {
            assert!(looks_secret(key), "{key}: {:?}", words(key));
        }
    }

    #[test]
    fn keys_that_only_mention_one_are_not() {
        let keys = "
            . _ 1 user amount token_count tokenCount tokens max_tokens tokenizer tokenized next_token
            page_token cancellation_token unexpected_token token_type token.kind password_length
            passwordLength password.length password_changed_at password_reset passwords_changed
            password_policy password_strength password_attempts secret_santa_id secret_name secret_arn
            secretary secretion secrets_rotated client_secret_id api_key_id apiKeyId access_key_id
            api_keys_revoked key keys public_key primary_key foreign_key partition_key routing_key
            cache_key idempotency_key key_count sort_key monkey keyboard author authority authorized
            authorization_url authorizations auth auth_method oauth cookie_count cookies_accepted
            credential_type credentials_expire_in card card_type card_brand number order_number
            account_number phone_number status_code error_code country_code zip_code code pin gpio_pin
            session session_id sessionNumber bearer_type jwt_expiry otp_sent has_password is_secret
            missing_password hasPassword no_token passenger passport compass bypass pass pwd_changed assn
            lessn seed random_seed header value string private private_ip credit credit_limit
            secret.rotated
        ";
        for key in keys.split_whitespace() {
            assert!(!looks_secret(key), "{key}: {:?}", words(key));
        }
    }

    #[test]
    fn words_end_where_a_reader_sees_them_end() {
        for (segment, expected) in [
            ("snake_case", "snake case"),
            ("kebab-case", "kebab case"),
            ("camelCase", "camel case"),
            ("HTTPServer", "http server"),
            ("userID", "user id"),
            ("oauth2Token", "oauth token"),
            ("2fa_code", "2fa code"),
            ("__", ""),
            ("ÄpfelKorb", "äpfel korb"),
        ] {
            assert_eq!(words(segment).join(" "), expected, "{segment}");
        }
    }
}
