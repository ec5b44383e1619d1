//! Tokens: JWT signed with Ed25519 (RFC 8037, RFC 9068), and the public keys by which others may check them (RFC 7517).

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode, errors};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rules::{self, Scope, TOKEN_SECONDS};
use crate::config::Keys;
use crate::kernel::{ClientId, Timestamp, new_id};

/// What a token is made for.
const AUDIENCE: &str = "credit-bank-api";
/// The type of access tokens (RFC 9068).
const TYPE: &str = "at+jwt";
/// An Ed25519 private key in PKCS #8 (RFC 8410): this, then its 32 bytes.
const PKCS8: [u8; 16] = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: Uuid,
    aud: String,
    client_id: Uuid,
    scope: String,
    iat: i64,
    exp: i64,
    jti: Uuid,
}

/// What a good token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub client: ClientId,
    pub scopes: Vec<Scope>,
    pub until: Timestamp,
}

fn key_name(number: i64) -> String {
    format!("k{number}")
}

fn key(keys: &Keys, number: i64) -> EncodingKey {
    let secret = keys.for_purpose(&format!("api-token {number}"));
    EncodingKey::from_ed_der(&[&PKCS8[..], &secret].concat())
}

/// A public key by which others may check tokens.
#[derive(Clone, Debug)]
pub struct PublicKey {
    /// Its name in tokens.
    pub name: String,
    /// Its 32 bytes, base64url.
    pub x: String,
}

fn public_key(keys: &Keys, number: i64) -> Option<PublicKey> {
    match Jwk::from_encoding_key(&key(keys, number), Algorithm::EdDSA).ok()?.algorithm {
        AlgorithmParameters::OctetKeyPair(pair) => Some(PublicKey { name: key_name(number), x: pair.x }),
        _ => None,
    }
}

/// A token for `client`.
pub(super) fn sign(
    keys: &Keys,
    issuer: &str,
    client: ClientId,
    scopes: &[Scope],
    now: Timestamp,
) -> Result<String, errors::Error> {
    let number = rules::signing_key(now);
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(key_name(number));
    let seconds = now.ms().div_euclid(1_000);
    let claims = Claims {
        iss: issuer.to_owned(),
        sub: client.uuid(),
        aud: AUDIENCE.to_owned(),
        client_id: client.uuid(),
        scope: rules::scopes_text(scopes),
        iat: seconds,
        exp: seconds.saturating_add(TOKEN_SECONDS),
        jti: new_id(now),
    };
    encode(&header, &claims, &key(keys, number))
}

/// What `token` says, if it is ours and still good.
pub(super) fn read(keys: &Keys, issuer: &str, token: &str, now: Timestamp) -> Option<Token> {
    let header = decode_header(token).ok()?;
    let number = header.kid?.strip_prefix('k')?.parse().ok().filter(|number| rules::is_key_good(*number, now))?;
    if header.typ.as_deref() != Some(TYPE) {
        return None;
    }
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&[issuer]);
    validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
    // The library would ask the system's clock; ours is asked below.
    validation.validate_exp = false;
    let public = DecodingKey::from_ed_components(&public_key(keys, number)?.x).ok()?;
    let claims = decode::<Claims>(token, &public, &validation).ok()?.claims;
    let until = Timestamp::from_ms(claims.exp.checked_mul(1_000)?);
    if now >= until || claims.sub != claims.client_id {
        return None;
    }
    Some(Token { client: ClientId::from_uuid(claims.sub), scopes: rules::parse_scopes(&claims.scope)?, until })
}

/// The public keys that others may need now.
#[must_use]
pub fn public_keys(keys: &Keys, now: Timestamp) -> Vec<PublicKey> {
    rules::shown_keys(now).into_iter().filter_map(|number| public_key(keys, number)).collect()
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_772_413_200_000);

    #[test]
    fn a_token_is_good_for_ten_minutes_here_and_nowhere_else() {
        let (keys, client) = (Keys::fresh(), ClientId::fresh(NOW));
        let token = sign(&keys, "https://bank", client, &[Scope::Places], NOW).unwrap();
        let at = |ms| read(&keys, "https://bank", &token, NOW.plus_ms(ms));
        assert_eq!(at(0), Some(Token { client, scopes: vec![Scope::Places], until: NOW.plus_ms(600_000) }));
        assert!(at(599_999).is_some() && at(600_000).is_none());
        assert_eq!(read(&keys, "https://elsewhere", &token, NOW), None);
        assert_eq!(read(&Keys::fresh(), "https://bank", &token, NOW), None);
    }

    #[test]
    fn an_altered_token_or_one_of_another_kind_is_none() {
        let keys = Keys::fresh();
        let token = sign(&keys, "bank", ClientId::fresh(NOW), &[], NOW).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let other = sign(&keys, "bank", ClientId::fresh(NOW), &[Scope::Places], NOW).unwrap();
        let mixed = [parts[0], other.split('.').nth(1).unwrap(), parts[2]].join(".");
        let unsigned = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt","kid":"k684"}"#);
        for bad in [mixed, format!("{unsigned}.{}.", parts[1]), String::new(), "a.b.c".to_owned(), format!("{token}x")] {
            assert_eq!(read(&keys, "bank", &bad, NOW), None, "{bad}");
        }
    }

    #[test]
    fn a_token_outlives_the_turn_of_its_key() {
        let keys = Keys::fresh();
        let turn = Timestamp::from_ms(700 * 30 * 86_400_000);
        let before = sign(&keys, "bank", ClientId::fresh(NOW), &[], turn.plus_ms(-1_000)).unwrap();
        let after = sign(&keys, "bank", ClientId::fresh(NOW), &[], turn).unwrap();
        let kid = |token: &str| decode_header(token).unwrap().kid.unwrap();
        assert_ne!(kid(&before), kid(&after));
        assert!(read(&keys, "bank", &before, turn.plus_ms(590_000)).is_some());
        let shown: Vec<String> = public_keys(&keys, turn).into_iter().map(|key| key.name).collect();
        assert_eq!(shown, ["k699", "k700", "k701"]);
        assert!([&before, &after].iter().all(|token| shown.contains(&kid(token))));
    }
}
