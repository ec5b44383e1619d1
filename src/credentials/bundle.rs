//! All that an issue makes at once: the document in both names, the JWT, the bytes for paper. Nothing leaves that does not verify.

use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::book::{BookAgency, BookKind, BookUnit, Form, KeyBook, KeyFacts, verify};
use super::document::document;
use super::facts::{Facts, IssuerId};
use super::jwt::{jwt_input, jwt_of};
use super::paper_code::{self, NotOnPaper};
use super::proof::{NotCanonical, ProofOptions, document_hash, document_part, hash_data, with_proof};
use crate::kernel::Digest;

/// A longer document is not issued, in bytes.
pub const MOST_ISSUED_BYTES: usize = 64 * 1024;

/// A certificate in the four forms in which it leaves the bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    /// The signed document, in the agency's name: the one that counts as an Open Badge.
    pub credential: String,
    /// The same in the name of the key itself.
    pub did_key: String,
    /// The same as a JWT.
    pub jwt: String,
    /// The payload for paper: its bytes and the 64 of the signature. Empty where the name is too long for a code, which then is the address alone.
    #[serde(with = "as_base64")]
    pub paper: Vec<u8>,
}

impl Bundle {
    /// SHA-256 of the canonical N-Quads of the document without its proof: what the register keeps and paper names.
    ///
    /// # Errors
    /// [`NotCanonical`] where it was not made here.
    pub fn hash(&self) -> Result<Digest, NotCanonical> {
        let document: Value = serde_json::from_str(&self.credential).map_err(|_| NotCanonical::NoJsonLd)?;
        document_hash(&document)
    }
}

/// Makes the four forms of a certificate by a key, and verifies each before it answers. `sign` is asked four times, three where the name is too long for
/// paper; it signs what it is given by `key`.
///
/// # Errors
/// [`NotCanonical`]: facts that no certificate has, a document beyond 64 KiB, or signatures that are not of `key`.
pub fn bundle(facts: &Facts, key: &VerifyingKey, sign: impl Fn(&[u8]) -> [u8; 64]) -> Result<Bundle, NotCanonical> {
    facts.check()?;
    let web = IssuerId::Web(facts.origin.clone(), facts.agency.id);
    let plain = document(facts, &web);
    let options = ProofOptions::new(&web, key, facts.signed_at);
    let input = jwt_input(&plain, &options.verification_method);
    let jwt = jwt_of(&input, &sign(input.as_bytes()));
    let (credential, hash) = signed(plain, &options, &sign)?;
    let by_key = IssuerId::Key(*key);
    let (did_key, _) = signed(document(facts, &by_key), &ProofOptions::new(&by_key, key, facts.signed_at), &sign)?;
    let bundle = Bundle { credential, did_key, jwt, paper: paper_of(facts, key, &hash, &sign)? };
    let book = book_of(facts, key);
    for (text, form) in [(&bundle.credential, Form::Json), (&bundle.did_key, Form::DidKey), (&bundle.jwt, Form::Jwt)] {
        let verified = verify(text.as_bytes(), &book).map_err(|_| NotCanonical::Unverified)?;
        if verified.facts != *facts || verified.form != form {
            return Err(NotCanonical::Unverified);
        }
    }
    Ok(bundle)
}

/// The document with its proof, as text, and its own hash.
fn signed(document: Value, options: &ProofOptions, sign: impl Fn(&[u8]) -> [u8; 64]) -> Result<(String, Digest), NotCanonical> {
    let both = hash_data(&document, options)?;
    let text = with_proof(document, options, &sign(&both)).to_string();
    if text.len() > MOST_ISSUED_BYTES { Err(NotCanonical::TooLarge) } else { Ok((text, document_part(&both))) }
}

/// The bytes for paper with their signature, read back and verified; none where the name is too long.
fn paper_of(facts: &Facts, key: &VerifyingKey, hash: &Digest, sign: impl Fn(&[u8]) -> [u8; 64]) -> Result<Vec<u8>, NotCanonical> {
    let mut bytes = match paper_code::bytes_of(facts, key, hash) {
        Ok(bytes) => bytes,
        Err(NotOnPaper::Name(_)) => return Ok(Vec::new()),
        Err(_) => return Err(NotCanonical::NotOnPaper),
    };
    let message = paper_code::signed_bytes(facts.origin.host(), &facts.code, &bytes);
    let signature = sign(&message);
    key.verify_strict(&message, &Signature::from_bytes(&signature)).map_err(|_| NotCanonical::Unverified)?;
    let address = paper_code::address_of(facts.origin.host(), &facts.code, &bytes, &signature);
    let (code, paper) = paper_code::verify(&address, &book_of(facts, key)).map_err(|_| NotCanonical::Unverified)?;
    if code != facts.code || paper.name != facts.name || paper.number != facts.number {
        return Err(NotCanonical::Unverified);
    }
    bytes.extend(signature);
    Ok(bytes)
}

/// What a verifier knows who knows this issue alone.
fn book_of(facts: &Facts, key: &VerifyingKey) -> KeyBook {
    let day = facts.signed_at.day();
    let key = KeyFacts { public: *key, from: day, until: Some(day), distrusted_at: None };
    let unit = |unit: &str, title: &str| BookUnit { code: unit.to_owned(), title: title.to_owned(), area: String::new() };
    KeyBook {
        origin: facts.origin.clone(),
        made_at: facts.signed_at,
        agencies: vec![BookAgency {
            id: facts.agency.id,
            name: facts.agency.name.clone(),
            credit_code: facts.agency.credit_code.clone(),
            is_closed: false,
            keys: vec![key],
        }],
        kinds: vec![BookKind {
            paper_code: facts.kind.paper_code,
            id: facts.kind.id.clone(),
            title: facts.kind.title.clone(),
            footer: facts.kind.footer.clone(),
        }],
        units: facts.lines.iter().map(|line| unit(&line.unit, &line.title)).collect(),
    }
}

/// Bytes as base64url in JSON.
mod as_base64 {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        BASE64.decode(text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::Signer as _;

    use super::*;
    use crate::credentials::examples;
    use crate::kernel::Credits;

    #[test]
    fn a_bundle_survives_being_kept() {
        let bundle = examples::bundle();
        let kept = serde_json::to_string(&bundle).unwrap();
        assert_eq!(serde_json::from_str::<Bundle>(&kept).unwrap(), bundle);
        let verified = verify(bundle.credential.as_bytes(), &examples::book()).unwrap();
        assert_eq!(bundle.hash(), verified.hash());
        assert!(bundle.hash().is_ok());
    }

    #[test]
    fn what_is_signed_by_another_key_does_not_leave() {
        let (facts, other) = (examples::facts(), examples::key(2));
        let key = examples::key(1).verifying_key();
        assert_eq!(super::bundle(&facts, &key, |bytes| other.sign(bytes).to_bytes()), Err(NotCanonical::Unverified));
    }

    #[test]
    fn a_name_too_long_for_paper_has_a_bundle_without_paper() {
        let mut facts = examples::facts();
        facts.name = "\u{30edd}".repeat(50);
        let key = examples::key(1);
        let bundle = super::bundle(&facts, &key.verifying_key(), |bytes| key.sign(bytes).to_bytes()).unwrap();
        assert!(bundle.paper.is_empty());
    }

    #[test]
    fn what_no_certificate_says_is_not_signed() {
        let key = examples::key(1);
        let make = |change: &dyn Fn(&mut Facts)| {
            let mut facts = examples::facts();
            change(&mut facts);
            super::bundle(&facts, &key.verifying_key(), |bytes| key.sign(bytes).to_bytes())
        };
        assert!(make(&|_| ()).is_ok());
        let unsound: [&dyn Fn(&mut Facts); 14] = [
            &|facts| facts.version = 0,
            &|facts| facts.name = String::new(),
            &|facts| facts.name = " 王桂英".to_owned(),
            &|facts| facts.name = "王\u{0}桂英".to_owned(),
            &|facts| facts.name = "王\u{ffff}桂英".to_owned(),
            &|facts| facts.kind.id = "a/b".to_owned(),
            &|facts| facts.kind.paper_code = 0,
            &|facts| facts.identity = 4,
            &|facts| facts.supervision = -1,
            &|facts| facts.class_hours = -1,
            &|facts| facts.signed_at = facts.signed_at.plus_ms(1),
            &|facts| facts.place.position = 131_072,
            &|facts| facts.lines.reverse(),
            &|facts| facts.lines.clear(),
        ];
        for (at, change) in unsound.into_iter().enumerate() {
            assert!(matches!(make(change), Err(NotCanonical::Unsound(_))), "{at}");
        }
        assert_eq!(make(&|facts| facts.lines[0].unit = "A1".to_owned()), Err(NotCanonical::NotOnPaper));
        assert_eq!(make(&|facts| facts.credits = Credits::from_milli(1 << 24).unwrap()), Err(NotCanonical::NotOnPaper));
        assert_eq!(make(&|facts| facts.lines.iter_mut().for_each(|line| line.title = "长".repeat(1_300))).map(drop), Ok(()));
    }

    #[test]
    fn more_than_64_kib_is_not_issued() {
        let key = examples::key(1);
        let mut facts = examples::long_facts();
        facts.lines.iter_mut().for_each(|line| line.title = "长".repeat(1_300));
        let made = super::bundle(&facts, &key.verifying_key(), |bytes| key.sign(bytes).to_bytes());
        assert_eq!(made, Err(NotCanonical::TooLarge));
    }
}
