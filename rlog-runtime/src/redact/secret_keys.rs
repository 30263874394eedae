//! Keys that look like secrets, by their words.
//!
//! The same words by which the macros warn about fields in clear (`check/secrets.rs` of rlog-macros, which cannot be shared
//! with a program); here they also meet keys of maps and headers, which only a record knows. A warning that is wrong is in the way
//! and a secret that is shown is gone, so here more counts: several of a secret, and tokens of whatever name. Asked once per key.

use std::string::String;
use std::vec::Vec;

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
    if words.len() == before + 1 && last == ALONE || is_token(&words[before..]) || is_secret(&words) {
        return true;
    }
    // Several of them.
    match last.strip_suffix('s').filter(|one| !any(PLURALS, one)).map(String::from) {
        Some(one) => {
            words.pop();
            words.push(one);
            is_secret(&words)
        }
        None => false,
    }
}

/// Whether the words at the end name a secret.
fn is_secret(words: &[String]) -> bool {
    let Some(last) = words.last() else { return false };
    any(WORDS, last)
        || SUFFIXES.split(' ').any(|suffix| last.ends_with(suffix))
        || PHRASES.split(", ").any(|phrase| ends_with(words, phrase))
}

/// Whether it is a token of a kind that nobody would call by that word if it were none: `github_token`, `x-vault-token`.
fn is_token(words: &[String]) -> bool {
    matches!(words, [.., kind, last] if last == ALONE && !any(OTHER_TOKENS, kind))
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
    let mut words = Vec::from([String::new()]);
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

/// What tokens are that open nothing: places in a list, signals, parts of a text, of a model's prompt, or of a protocol.
const OTHER_TOKENS: &str = "abort after bad before begin bos cached cancel cancellation change chunk client close \
    closing cls completion concurrency consistency consumed continuation continue cost cursor delta design drop \
    each eager eof eos end epoch etag every expected extra fencing final first found generated idempotency \
    illegal image input keyword last leading lex lexer list lookahead mask max min model mismatched name new \
    next number old open opening operator output pad page pagination paging parse parser per position prev \
    preceding previous prompt punctuation query reason reasoning resume sample sep scroll separator sequence \
    shutdown skip special start stop sync syntax text trailing unexpected unk unknown utility version watch word";

/// Words of the list above whose plural is something else: what an authority has granted.
const PLURALS: &str = "authorization";

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
            passwords cookies secrets api_keys apiKeys apikeys access_tokens accessTokens clientSecrets
            recovery_codes credit_cards card_numbers jwts otps user.passwords
            github_token vault_token slack_token npm_token x-vault-token private-token PRIVATE-TOKEN
            GitLabToken device_token invite_token user.push_token x-amz-signature X-Goog-Signature
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
            secret.rotated prompt_tokens totalTokens per_token cost_per_token nextToken syncToken eos_token
            client_token stop_token no_github_token github_token_id github_tokens github_token_count
            signature method_signature x-hub-signature classes news bypasses passes codes cards numbers
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
