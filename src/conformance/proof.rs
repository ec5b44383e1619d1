//! Proofs of Data Integrity by eddsa-rdfc-2022 over any document: made by one key, verified against whoever's the key says to be.

use ed25519_dalek::{Signature, Signer as _, SigningKey};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::model::instant;
use super::problem::{Kind, Problem};
use super::quads::canonical;
use crate::credentials::{did_key_of, key_of_multikey, multikey};
use crate::kernel::Timestamp;

pub(super) const TYPE: &str = "DataIntegrityProof";
pub(super) const SUITE: &str = "eddsa-rdfc-2022";
/// For what a credential is signed.
pub(super) const ASSERTION: &str = "assertionMethod";
/// For what a presentation is.
pub(super) const AUTHENTICATION: &str = "authentication";
/// Clocks of others may be so much ahead, in minutes.
const AHEAD_MINUTES: i64 = 5;
/// Proofs of one document.
const MOST_PROOFS: usize = 4;

/// What is asked of a proof.
#[derive(Clone, Debug)]
pub(super) struct Expected<'a> {
    /// For what it is made.
    pub purpose: &'static str,
    /// What it answers, where something was asked.
    pub challenge: Option<&'a str>,
    /// For whom it was made, where that matters.
    pub domain: Option<&'a str>,
    /// What time it is.
    pub now: Timestamp,
}

/// The document signed by `key`, in the name of its did:key, at `at` (whole seconds count). `more` stands in the proof beside what has to.
///
/// # Errors
/// Where something of it would not be signed.
pub(super) fn sign(
    document: &Value,
    key: &SigningKey,
    (at, purpose): (Timestamp, &str),
    more: Map<String, Value>,
) -> Result<Value, Problem> {
    let public = key.verifying_key();
    let mut options = more;
    for (name, value) in [
        ("type", TYPE.to_owned()),
        ("cryptosuite", SUITE.to_owned()),
        ("created", written(at)),
        ("verificationMethod", format!("{}#{}", did_key_of(&public), multikey(&public))),
        ("proofPurpose", purpose.to_owned()),
    ] {
        options.insert(name.to_owned(), Value::String(value));
    }
    let signature = key.sign(&hash(document, &options)?).to_bytes();
    options.insert("proofValue".to_owned(), Value::String(format!("z{}", bs58::encode(signature).into_string())));
    let mut signed = document.clone();
    if let Some(members) = signed.as_object_mut() {
        members.insert("proof".to_owned(), Value::Object(options));
    }
    Ok(signed)
}

/// The proofs of a document, and the document without them.
///
/// # Errors
/// Where there is none, or are more than are looked at.
pub(super) fn taken_apart(document: &Value) -> Result<(Vec<Value>, Value), Problem> {
    let mut bare = document.clone();
    let proofs = match bare.as_object_mut().and_then(|members| members.remove("proof")) {
        Some(Value::Array(all)) => all,
        Some(one) => vec![one],
        None => Vec::new(),
    };
    match proofs.len() {
        0 => Err(Problem::proof("there is no proof")),
        1..=MOST_PROOFS => Ok((proofs, bare)),
        _ => Err(Problem::proof(format!("more than {MOST_PROOFS} proofs"))),
    }
}

/// Verifies one proof of a document that stands without any, by the key of the did:key `controller`.
///
/// # Errors
/// What is wrong with it first.
pub(super) fn verify(proof: &Value, bare: &Value, controller: &str, expected: &Expected<'_>) -> Result<(), Problem> {
    let members = proof.as_object().ok_or_else(|| Problem::proof("a proof is an object"))?;
    for (name, value) in [("type", TYPE), ("cryptosuite", SUITE), ("proofPurpose", expected.purpose)] {
        if members.get(name).and_then(Value::as_str) != Some(value) {
            return Err(Problem::proof(format!("the {name} of the proof is not {value}")));
        }
    }
    if members.contains_key("previousProof") {
        return Err(Problem::proof("chains of proofs are not verified here"));
    }
    if members.get("@context").is_some_and(|context| Some(context) != bare.get("@context")) {
        return Err(Problem::proof("the proof stands in other contexts than the document"));
    }
    times(members, expected.now)?;
    asked_for(members, expected)?;
    let method = method_of(members)?;
    let key = controller.strip_prefix("did:key:").and_then(key_of_multikey);
    let key = key.ok_or_else(|| Problem::proof("only keys of did:key are known without a network, Ed25519 ones alone"))?;
    if method != format!("{controller}#{}", multikey(&key)) {
        return Err(Problem::proof(format!("the verificationMethod is not one of {controller}")));
    }
    let signature = members.get("proofValue").and_then(Value::as_str).and_then(signature_of);
    let signature = signature.ok_or_else(|| Problem::proof("proofValue is no signature in base58btc"))?;
    let options: Map<String, Value> = members
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "proofValue" | "@context"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let signed = key.verify_strict(&hash(bare, &options)?, &Signature::from_bytes(&signature));
    signed.map_err(|_| Problem::proof("the signature is not of this document and these options"))
}

/// The did:key whose key a proof names; without one, there is nobody to ask whose it is.
///
/// # Errors
/// Where it names none.
pub(super) fn controller_of(proof: &Value) -> Result<&str, Problem> {
    let method = method_of(proof.as_object().ok_or_else(|| Problem::proof("a proof is an object"))?)?;
    Ok(method.split('#').next().unwrap_or_default())
}

fn method_of(members: &Map<String, Value>) -> Result<&str, Problem> {
    members.get("verificationMethod").and_then(Value::as_str).ok_or_else(|| Problem::proof("verificationMethod is a URL"))
}

fn times(members: &Map<String, Value>, now: Timestamp) -> Result<(), Problem> {
    let at = |name: &str| members.get(name).map(|value| instant(value, name)).transpose();
    if at("created")?.is_some_and(|created| created > now.plus_minutes(AHEAD_MINUTES)) {
        return Err(Problem::proof("the proof was created in the future"));
    }
    if at("expires")?.is_some_and(|expires| expires <= now) {
        return Err(Problem::proof("the proof has expired"));
    }
    Ok(())
}

fn asked_for(members: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), Problem> {
    if let Some(challenge) = expected.challenge
        && members.get("challenge").and_then(Value::as_str) != Some(challenge)
    {
        return Err(Problem::new(Kind::Challenge, "the proof does not answer this challenge"));
    }
    if let Some(domain) = expected.domain {
        let is_named = match members.get("domain") {
            Some(Value::String(one)) => one == domain,
            Some(Value::Array(all)) => all.iter().any(|one| one == domain),
            _ => false,
        };
        if !is_named {
            return Err(Problem::new(Kind::Domain, "the proof was not made for this domain"));
        }
    }
    Ok(())
}

/// What is signed: SHA-256 of the canonical options, then SHA-256 of the canonical document.
fn hash(bare: &Value, options: &Map<String, Value>) -> Result<[u8; 64], Problem> {
    let mut stated = options.clone();
    stated.insert("@context".to_owned(), bare.get("@context").cloned().unwrap_or(json!([])));
    let halves = [Sha256::digest(canonical(&Value::Object(stated))?), Sha256::digest(canonical(bare)?)];
    let mut both = [0; 64];
    both.iter_mut().zip(halves.iter().flatten()).for_each(|(to, from)| *to = *from);
    Ok(both)
}

fn signature_of(value: &str) -> Option<[u8; 64]> {
    if value.len() > 100 {
        return None;
    }
    bs58::decode(value.strip_prefix('z')?).into_vec().ok()?.try_into().ok()
}

/// `2026-11-27T02:00:00Z`.
fn written(at: Timestamp) -> String {
    let text = at.to_rfc3339();
    text.split_once('.').map_or_else(|| text.clone(), |(seconds, _)| format!("{seconds}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::shape::FIRST_CONTEXT;

    const NOW: Timestamp = Timestamp::from_ms(1_795_744_800_000);
    const EXPECTED: Expected<'static> = Expected { purpose: ASSERTION, challenge: None, domain: None, now: NOW };

    fn key(number: u8) -> SigningKey {
        SigningKey::from_bytes(&[number; 32])
    }

    fn document() -> Value {
        json!({
            "@context": [FIRST_CONTEXT, "https://www.w3.org/ns/credentials/examples/v2"],
            "type": ["VerifiableCredential", "AlumniCredential"],
            "name": "校友",
            "issuer": did_key_of(&key(1).verifying_key()),
            "validFrom": "2023-01-01T00:00:00Z",
            "credentialSubject": { "id": "did:example:abcdefgh", "alumniOf": "The School of Examples", "since": 1999.5 },
        })
    }

    fn verified(signed: &Value, expected: &Expected<'_>) -> Result<(), Problem> {
        let (proofs, bare) = taken_apart(signed)?;
        proofs.iter().try_for_each(|proof| verify(proof, &bare, &did_key_of(&key(1).verifying_key()), expected))
    }

    fn signed_with(more: Value) -> Value {
        let Value::Object(more) = more else { panic!("{more}") };
        sign(&document(), &key(1), (NOW, ASSERTION), more).unwrap()
    }

    /// The signed Alumni Credential of vc-di-eddsa, B.1: its key, its hash and its proof, by the way that any JSON-LD is read.
    #[test]
    fn the_published_credential_has_the_published_hash_and_verifies() {
        let bare = json!({
            "@context": [FIRST_CONTEXT, "https://www.w3.org/ns/credentials/examples/v2"],
            "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
            "type": ["VerifiableCredential", "AlumniCredential"],
            "name": "Alumni Credential",
            "description": "A minimum viable example of an Alumni Credential.",
            "issuer": "https://vc.example/issuers/5678",
            "validFrom": "2023-01-01T00:00:00Z",
            "credentialSubject": { "id": "did:example:abcdefgh", "alumniOf": "The School of Examples" },
        });
        let options = json!({
            "type": TYPE,
            "cryptosuite": SUITE,
            "created": "2023-02-24T23:36:38Z",
            "verificationMethod": "https://vc.example/issuers/5678#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
            "proofPurpose": ASSERTION,
        });
        let hash = hash(&bare, options.as_object().unwrap()).unwrap();
        let published = "4c4d3890a157f8d611b13c265c2c22f39aa0a567c7c7dd9ba3e45cd579784eeb\
                         517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017";
        assert_eq!(hex::encode(hash), published);
        let value = "z21EVs3eXERqTn4acNHT9viboqgzUaQ3kTmhPT3eA8qrVPE7CrQq78WkzctnMX5W4CrzcKnHw8V6dvy5pgWYCU5e9";
        let key = key_of_multikey("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2").unwrap();
        assert!(key.verify_strict(&hash, &Signature::from_bytes(&signature_of(value).unwrap())).is_ok());
    }

    #[test]
    fn what_was_signed_verifies_and_each_value_changed_does_not() {
        let signed = signed_with(json!({}));
        assert_eq!(verified(&signed, &EXPECTED), Ok(()));
        for (place, value) in [
            ("/type/1", json!("OtherCredential")),
            ("/name", json!("同学")),
            ("/issuer", json!(did_key_of(&key(2).verifying_key()))),
            ("/validFrom", json!("2023-01-01T00:00:01Z")),
            ("/credentialSubject/id", json!("did:example:abcdefgi")),
            ("/credentialSubject/alumniOf", json!("The School of Example")),
            ("/credentialSubject/since", json!(1999.25)),
            ("/credentialSubject/alumniOf", json!({ "@value": "The School of Examples", "@language": "en" })),
            ("/proof/type", json!("Ed25519Signature2020")),
            ("/proof/cryptosuite", json!("eddsa-jcs-2022")),
            ("/proof/created", json!("2023-01-01T00:00:00Z")),
            ("/proof/created", json!("yesterday")),
            ("/proof/proofPurpose", json!(AUTHENTICATION)),
            ("/proof/verificationMethod", json!(format!("did:key:{0}#{0}", multikey(&key(2).verifying_key())))),
            ("/proof/proofValue", json!("z21EVs3eXERqTn4acNHT9")),
            ("/proof/proofValue", json!("u21EVs3eXERqTn4acNHT9")),
            ("/proof", json!([])),
        ] {
            let mut changed = signed.clone();
            *changed.pointer_mut(place).unwrap() = value.clone();
            assert!(verified(&changed, &EXPECTED).is_err(), "{place} {value}");
        }
        for (member, value) in
            [("more", json!("x")), ("expires", json!("2093-01-01T00:00:00Z")), ("previousProof", json!("urn:a"))]
        {
            let mut more = signed.clone();
            more["proof"][member] = value;
            assert!(verified(&more, &EXPECTED).is_err(), "{member}");
        }
        let mut of_another = signed.clone();
        of_another["proof"] = sign(&document(), &key(2), (NOW, ASSERTION), Map::new()).unwrap()["proof"].clone();
        assert!(verified(&of_another, &EXPECTED).is_err());
        let mut both = signed.clone();
        both["proof"] = json!([signed["proof"], of_another["proof"]]);
        assert!(verified(&both, &EXPECTED).is_err(), "each of several has to be good");
        both["proof"] = json!([signed["proof"], signed["proof"]]);
        assert_eq!(verified(&both, &EXPECTED), Ok(()));
    }

    #[test]
    fn times_challenges_and_domains_are_held() {
        let kind = |signed: &Value, expected: &Expected<'_>| verified(signed, expected).map_err(|problem| problem.kind);
        let over = signed_with(json!({ "expires": "2020-01-01T00:00:00Z" }));
        assert_eq!(kind(&over, &EXPECTED), Err(Kind::Proof));
        let early = Expected { now: NOW.plus_minutes(-10), ..EXPECTED };
        assert_eq!(kind(&signed_with(json!({})), &early), Err(Kind::Proof));
        let asked = Expected { challenge: Some("c-1"), domain: Some("https://bank.test"), ..EXPECTED };
        let answers = |challenge: &str, domain: Value| signed_with(json!({ "challenge": challenge, "domain": domain }));
        assert_eq!(kind(&answers("c-1", json!("https://bank.test")), &asked), Ok(()));
        assert_eq!(kind(&answers("c-1", json!(["a", "https://bank.test"])), &asked), Ok(()));
        assert_eq!(kind(&answers("c-2", json!("https://bank.test")), &asked), Err(Kind::Challenge));
        assert_eq!(kind(&answers("c-1", json!("https://other.test")), &asked), Err(Kind::Domain));
        assert_eq!(kind(&signed_with(json!({})), &asked), Err(Kind::Challenge));
    }
}
