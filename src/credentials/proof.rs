//! The proof: eddsa-rdfc-2022. Documents become quads, quads become the one canonical text they have (RDFC-1.0), the text is hashed and signed.

use ed25519_dalek::VerifyingKey;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::did::method_of;
use super::document::{instant, instant_of};
use super::facts::IssuerId;
use super::quads::canonical;
use super::shape::{self, NotOurs};
use crate::kernel::{Digest, Timestamp};

/// A longer document is not made canonical.
pub(super) const MOST_BYTES: usize = 256 * 1024;

/// Why a document was not made canonical, or a bundle was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCanonical {
    /// It is too long, has too many quads, or nodes that look alike.
    #[error("larger than what is signed here")]
    TooLarge,
    /// It has a member, a type, a value or a context that no document of ours has.
    #[error("no JSON-LD as it is written here")]
    NoJsonLd,
    /// A certificate cannot say this.
    #[error(transparent)]
    Unsound(#[from] super::Unsound),
    /// It cannot be written on paper, for another reason than a long name.
    #[error("it cannot be written on paper")]
    NotOnPaper,
    /// What was signed is not what verifies: another key, or a signature that is none.
    #[error("what was signed does not verify")]
    Unverified,
}

/// What stands in a proof beside its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofOptions {
    /// The key that signs, as the issuer names it: `{did}#{multikey}`.
    pub verification_method: String,
    /// When, in whole seconds.
    pub created: Timestamp,
}

impl ProofOptions {
    /// The options of a proof that `key` makes in the name of `issuer` at `created`.
    #[must_use]
    pub fn new(issuer: &IssuerId, key: &VerifyingKey, created: Timestamp) -> Self {
        Self { verification_method: method_of(issuer, key), created }
    }

    /// The options and the signature of a proof that has these members and no other.
    pub(super) fn read(proof: &Value) -> Result<(Self, [u8; 64]), NotOurs> {
        let text =
            |member: &str| proof.get(member).and_then(Value::as_str).ok_or_else(|| NotOurs::at(format!("/proof/{member}")));
        let created = instant_of(text("created")?).ok_or_else(|| NotOurs::at("/proof/created"))?;
        let options = Self { verification_method: text("verificationMethod")?.to_owned(), created };
        let value = text("proofValue")?;
        let signature = signature_of(value).ok_or_else(|| NotOurs::at("/proof/proofValue"))?;
        let mut ours = options.members();
        ours.insert("proofValue".to_owned(), Value::String(value.to_owned()));
        shape::check(proof, &Value::Object(ours)).map_err(|wrong| NotOurs::at(format!("/proof{}", wrong.at)))?;
        Ok((options, signature))
    }

    fn members(&self) -> Map<String, Value> {
        let members = json!({
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-rdfc-2022",
            "created": instant(self.created),
            "verificationMethod": self.verification_method,
            "proofPurpose": "assertionMethod",
        });
        match members {
            Value::Object(members) => members,
            _ => Map::new(),
        }
    }
}

/// The signature that a proof's value is.
fn signature_of(value: &str) -> Option<[u8; 64]> {
    if value.len() > 100 {
        return None;
    }
    let bytes = bs58::decode(value.strip_prefix('z')?).into_vec().ok()?;
    bytes.try_into().ok()
}

/// What Ed25519 signs: SHA-256 of the canonical options, then SHA-256 of the canonical document without its proof. The document is a certificate or a
/// status list.
///
/// # Errors
/// [`NotCanonical::TooLarge`], [`NotCanonical::NoJsonLd`].
pub fn hash_data(document: &Value, options: &ProofOptions) -> Result<[u8; 64], NotCanonical> {
    Ok(joined(&canonical(&stated(options, document))?, &canonical(&without_proof(document))?))
}

/// The options as a document of their own, in the contexts of what they are to prove.
pub(super) fn stated(options: &ProofOptions, document: &Value) -> Value {
    let mut stated = options.members();
    stated.insert("@context".to_owned(), document.get("@context").cloned().unwrap_or(Value::Null));
    Value::Object(stated)
}

/// The hashes of canonical options and of a canonical document.
pub(super) fn joined(options: &str, document: &str) -> [u8; 64] {
    let (options, document) = (Sha256::digest(options.as_bytes()), Sha256::digest(document.as_bytes()));
    let mut both = [0; 64];
    both.iter_mut().zip(options.iter().chain(document.iter())).for_each(|(to, from)| *to = *from);
    both
}

/// The document's own hash in what Ed25519 signs.
pub(super) fn document_part(both: &[u8; 64]) -> Digest {
    let mut hash = [0; 32];
    hash.iter_mut().zip(both.iter().skip(32)).for_each(|(to, from)| *to = *from);
    Digest::from_array(hash)
}

/// SHA-256 of the canonical N-Quads of a document, without its proof.
///
/// # Errors
/// [`NotCanonical::TooLarge`], [`NotCanonical::NoJsonLd`].
pub fn document_hash(document: &Value) -> Result<Digest, NotCanonical> {
    let text = canonical(&without_proof(document))?;
    Ok(Digest::from_array(Sha256::digest(text.as_bytes()).into()))
}

/// The document with its proof.
#[must_use]
pub fn with_proof(mut document: Value, options: &ProofOptions, signature: &[u8; 64]) -> Value {
    let mut proof = options.members();
    proof.insert("proofValue".to_owned(), Value::String(format!("z{}", bs58::encode(signature).into_string())));
    if let Some(members) = document.as_object_mut() {
        members.insert("proof".to_owned(), Value::Object(proof));
    }
    document
}

/// The document without its proof.
pub(super) fn without_proof(document: &Value) -> Value {
    let mut document = document.clone();
    if let Some(members) = document.as_object_mut() {
        members.remove("proof");
    }
    document
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::Signature;

    use super::*;
    use crate::credentials::did::key_of_multikey;
    use crate::credentials::{contexts, oracle};

    /// The signed Alumni Credential of vc-di-eddsa, B.1 (eddsa-rdfc-2022).
    fn vector() -> Value {
        json!({
            "@context": ["https://www.w3.org/ns/credentials/v2", contexts::EXAMPLES],
            "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
            "type": ["VerifiableCredential", "AlumniCredential"],
            "name": "Alumni Credential",
            "description": "A minimum viable example of an Alumni Credential.",
            "issuer": "https://vc.example/issuers/5678",
            "validFrom": "2023-01-01T00:00:00Z",
            "credentialSubject": { "id": "did:example:abcdefgh", "alumniOf": "The School of Examples" },
            "proof": {
                "type": "DataIntegrityProof",
                "cryptosuite": "eddsa-rdfc-2022",
                "created": "2023-02-24T23:36:38Z",
                "verificationMethod": "https://vc.example/issuers/5678#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
                "proofPurpose": "assertionMethod",
                "proofValue": "z21EVs3eXERqTn4acNHT9viboqgzUaQ3kTmhPT3eA8qrVPE7CrQq78WkzctnMX5W4CrzcKnHw8V6dvy5pgWYCU5e9"
            }
        })
    }

    const VECTOR_HASH: &str = "4c4d3890a157f8d611b13c265c2c22f39aa0a567c7c7dd9ba3e45cd579784eeb\
                               517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017";

    #[test]
    fn the_published_credential_has_the_published_hash_and_verifies() {
        let signed = vector();
        let (options, signature) = ProofOptions::read(&signed["proof"]).unwrap();
        let hash = oracle::hash_data(&signed, &options).unwrap();
        assert_eq!(hex::encode(hash), VECTOR_HASH);
        // The options are ours to write in any case; the document is none of ours.
        let ours = stated(&options, &json!({ "@context": [contexts::CREDENTIALS] }));
        let half = Sha256::digest(canonical(&ours).unwrap().as_bytes());
        assert_eq!(hash[..32], half[..]);
        assert_eq!(hash_data(&signed, &options), Err(NotCanonical::NoJsonLd));
        let key = key_of_multikey("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2").unwrap();
        assert!(key.verify_strict(&hash, &Signature::from_bytes(&signature)).is_ok());
        assert_eq!(with_proof(without_proof(&signed), &options, &signature), signed);
        let mut changed = signed.clone();
        changed["credentialSubject"]["alumniOf"] = json!("The School of Example");
        assert!(key.verify_strict(&oracle::hash_data(&changed, &options).unwrap(), &Signature::from_bytes(&signature)).is_err());
    }

    #[test]
    fn a_proof_has_its_members_and_no_other() {
        let proof = vector()["proof"].clone();
        for (member, value) in [
            ("type", json!("Ed25519Signature2020")),
            ("cryptosuite", json!("eddsa-jcs-2022")),
            ("proofPurpose", json!("authentication")),
            ("created", json!("2023-02-24T23:36:38+00:00")),
            ("created", json!("2023-02-24T23:36:38.000Z")),
            ("proofValue", json!("z")),
            ("proofValue", json!("u21EVs3eXERqTn4acNHT9")),
            ("expires", json!("2093-02-24T23:36:38Z")),
            ("domain", json!("a")),
        ] {
            let mut wrong = proof.clone();
            wrong[member] = value;
            let place = ProofOptions::read(&wrong).unwrap_err().at;
            assert_eq!(place, format!("/proof/{member}"));
        }
        for member in ["type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"] {
            let mut wrong = proof.clone();
            wrong.as_object_mut().unwrap().remove(member);
            assert!(ProofOptions::read(&wrong).is_err(), "{member}");
        }
        assert!(ProofOptions::read(&json!([proof])).is_err());
    }
}
