//! The same document as a JWT: VC-JOSE-COSE, with the three claims that Open Badges asks for.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Map, Value, json};

use super::document::instant_of;
use super::proof::without_proof;
use super::shape;

/// What is signed: header and payload, each as base64url, a dot between. `kid` is the key as the issuer names it.
#[must_use]
pub fn jwt_input(document: &Value, kid: &str) -> String {
    let mut payload = without_proof(document);
    let claims = claims_of(&payload);
    if let Some(members) = payload.as_object_mut() {
        members.extend(claims);
    }
    format!("{}.{}", BASE64.encode(header(kid).to_string()), BASE64.encode(payload.to_string()))
}

/// The JWT of what was signed.
#[must_use]
pub fn jwt_of(input: &str, signature: &[u8; 64]) -> String {
    format!("{input}.{}", BASE64.encode(signature))
}

fn header(kid: &str) -> Value {
    json!({ "alg": "EdDSA", "typ": "vc+jwt", "cty": "vc", "kid": kid })
}

/// `iss`, `jti` and `nbf`, as the document says them itself.
fn claims_of(document: &Value) -> Map<String, Value> {
    let issuer = document.get("issuer").map(|issuer| issuer.get("id").unwrap_or(issuer));
    let from = document.get("validFrom").and_then(Value::as_str).and_then(instant_of);
    let claims = [
        ("iss", issuer.cloned()),
        ("jti", document.get("id").cloned()),
        ("nbf", from.map(|from| Value::from(from.ms().div_euclid(1000)))),
    ];
    claims.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// A JWT that was taken apart; whether it is signed is not asked yet.
pub(super) struct Jwt<'a> {
    /// The key that it names.
    pub(super) kid: String,
    /// The document, without the claims.
    pub(super) document: Value,
    /// What was signed.
    pub(super) input: &'a str,
    /// The signature.
    pub(super) signature: [u8; 64],
}

/// Takes a JWT apart: three parts, a header of ours, a document whose claims say what it says itself.
pub(super) fn read(text: &str) -> Option<Jwt<'_>> {
    let (input, signature) = text.rsplit_once('.')?;
    let (head, body) = input.split_once('.')?;
    let head = shape::strict(&BASE64.decode(head).ok()?)?;
    let kid = head.get("kid").and_then(Value::as_str)?.to_owned();
    if head != header(&kid) {
        return None;
    }
    let mut document = shape::strict(&BASE64.decode(body).ok()?)?;
    let members = document.as_object_mut()?;
    let claims: Map<String, Value> =
        ["iss", "jti", "nbf"].into_iter().filter_map(|name| Some((name.to_owned(), members.remove(name)?))).collect();
    let signature = BASE64.decode(signature).ok()?.try_into().ok()?;
    (claims.len() == 3 && claims == claims_of(&document)).then_some(Jwt { kid, document, input, signature })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::{ProofOptions, document};
    use crate::credentials::{examples, with_proof};

    fn decoded(part: &str) -> Value {
        serde_json::from_slice(&BASE64.decode(part).unwrap()).unwrap()
    }

    #[test]
    fn it_says_what_the_document_says_and_three_claims() {
        let (facts, issuer) = (examples::facts(), examples::issuer());
        let document = document(&facts, &issuer);
        let options = ProofOptions::new(&issuer, &examples::key(1).verifying_key(), facts.signed_at);
        let signed = with_proof(document.clone(), &options, &[7; 64]);
        let input = jwt_input(&signed, &options.verification_method);
        assert_eq!(input, jwt_input(&document, &options.verification_method));
        let (head, body) = input.split_once('.').unwrap();
        assert_eq!(decoded(head), header(&options.verification_method));
        let mut payload = decoded(body);
        assert_eq!((&payload["iss"], &payload["jti"]), (&document["issuer"]["id"], &document["id"]));
        assert_eq!(payload["nbf"].as_i64(), Some(facts.signed_at.ms() / 1000));
        for claim in ["iss", "jti", "nbf"] {
            payload.as_object_mut().unwrap().remove(claim);
        }
        assert_eq!(payload, document);
        let jwt = jwt_of(&input, &[9; 64]);
        let read = read(&jwt).unwrap();
        assert_eq!(
            (read.kid, read.document, read.input, read.signature),
            (options.verification_method, document, input.as_str(), [9; 64])
        );
    }

    #[test]
    fn claims_and_headers_of_others_are_refused() {
        let document = document(&examples::facts(), &examples::issuer());
        let made = |head: &Value, body: &Value| {
            let part = |value: &Value| BASE64.encode(value.to_string());
            format!("{}.{}.{}", part(head), part(body), BASE64.encode([7; 64]))
        };
        let body = decoded(jwt_input(&document, "k").split_once('.').unwrap().1);
        assert!(read(&made(&header("k"), &body)).is_some());
        for (name, value) in
            [("alg", json!("none")), ("typ", json!("JWT")), ("cty", json!("vp")), ("jwk", json!({})), ("kid", json!(7))]
        {
            let mut head = header("k");
            head[name] = value;
            assert!(read(&made(&head, &body)).is_none(), "{name}");
        }
        for (name, value) in [("iss", json!("did:web:a")), ("jti", json!("x")), ("nbf", json!(0)), ("nbf", json!("1"))] {
            let mut other = body.clone();
            other[name] = value;
            assert!(read(&made(&header("k"), &other)).is_none(), "{name}");
        }
        for text in ["", ".", "..", "a.b.c", "eyJ.eyJ.AA"] {
            assert!(read(text).is_none());
        }
    }
}
