//! Who signs, as others look it up: did:web of an agency, did:key of a key, the document that names the keys.

use ed25519_dalek::VerifyingKey;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::book::KeyFacts;
use super::contexts::{DID, MULTIKEY};
use super::facts::{IssuerId, Origin};
use crate::kernel::{AgencyId, Digest};

/// Multicodec of an Ed25519 public key, as a varint.
const ED25519: [u8; 2] = [0xed, 0x01];

/// `did:web:xuefen.example.cn:issuers:0190…`: on the agency's id, never on its name.
#[must_use]
pub fn did_of(origin: &Origin, agency: AgencyId) -> String {
    format!("did:web:{}:issuers:{agency}", origin.did_host())
}

/// `did:key:z6Mk…`.
#[must_use]
pub fn did_key_of(key: &VerifyingKey) -> String {
    format!("did:key:{}", multikey(key))
}

/// `z6Mk…`: the key as multibase.
#[must_use]
pub fn multikey(key: &VerifyingKey) -> String {
    let mut bytes = ED25519.to_vec();
    bytes.extend_from_slice(key.as_bytes());
    format!("z{}", bs58::encode(bytes).into_string())
}

/// The key of a multibase; none where it is no Ed25519 key, is a weak one, or is written in another way than ours.
#[must_use]
pub fn key_of_multikey(text: &str) -> Option<VerifyingKey> {
    if text.len() > 64 {
        return None;
    }
    let bytes = bs58::decode(text.strip_prefix('z')?).into_vec().ok()?;
    let raw: [u8; 32] = bytes.strip_prefix(&ED25519)?.try_into().ok()?;
    let key = VerifyingKey::from_bytes(&raw).ok()?;
    (!key.is_weak() && multikey(&key) == text).then_some(key)
}

/// SHA-256 of the 32 bytes: by it a row and a code on paper name a key.
#[must_use]
pub fn fingerprint(key: &VerifyingKey) -> Digest {
    Digest::from_array(Sha256::digest(key.as_bytes()).into())
}

impl IssuerId {
    /// The DID.
    #[must_use]
    pub fn did(&self) -> String {
        match self {
            Self::Web(origin, agency) => did_of(origin, *agency),
            Self::Key(key) => did_key_of(key),
        }
    }
}

/// `{did}#z6Mk…`: a key of an issuer, as proofs name it.
#[must_use]
pub fn method_of(issuer: &IssuerId, key: &VerifyingKey) -> String {
    format!("{}#{}", issuer.did(), multikey(key))
}

/// The DID document of an agency: all of its keys, old ones, the one that signs and those that wait, for good. One that is trusted no more stands
/// nowhere in it: there are verifiers that look for a key among the methods and ask neither whether it was revoked nor for what it is good.
#[must_use]
pub fn did_document(origin: &Origin, agency: AgencyId, keys: &[KeyFacts]) -> Value {
    let did = did_of(origin, agency);
    let trusted: Vec<&VerifyingKey> = keys.iter().filter(|key| key.distrusted_at.is_none()).map(|key| &key.public).collect();
    let method = |key: &VerifyingKey| {
        let multikey = multikey(key);
        json!({ "id": format!("{did}#{multikey}"), "type": "Multikey", "controller": did, "publicKeyMultibase": multikey })
    };
    json!({
        "@context": [DID, MULTIKEY],
        "id": did,
        "alsoKnownAs": trusted.iter().map(|key| did_key_of(key)).collect::<Vec<_>>(),
        "verificationMethod": trusted.iter().map(|key| method(key)).collect::<Vec<_>>(),
        "assertionMethod": trusted.iter().map(|key| format!("{did}#{}", multikey(key))).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::*;
    use crate::kernel::{Day, Timestamp};

    /// The key of the test vectors in vc-di-eddsa.
    const PUBLISHED: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";

    #[test]
    fn a_published_key_is_read_and_written() {
        let key = key_of_multikey(PUBLISHED).unwrap();
        assert_eq!(multikey(&key), PUBLISHED);
        assert_eq!(did_key_of(&key), format!("did:key:{PUBLISHED}"));
        assert_eq!(fingerprint(&key), crate::kernel::sha256_of(key.as_bytes().as_slice()).unwrap().0);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let weak = {
            let mut bytes = ED25519.to_vec();
            bytes.extend([1]);
            bytes.extend([0; 31]);
            format!("z{}", bs58::encode(bytes).into_string())
        };
        let long = "z".repeat(1_000);
        for text in [
            "",
            "z",
            "6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
            "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme",
            &weak,
            &long,
        ] {
            assert_eq!(key_of_multikey(text), None, "{text}");
        }
    }

    #[test]
    fn after_four_rotations_all_keys_stand_there_but_the_one_that_is_trusted_no_more() {
        let origin = Origin::parse("https://127.0.0.1:8443").unwrap();
        let agency: AgencyId = "01936f00-0000-7000-8000-000000000001".parse().unwrap();
        let day = |text: &str| Day::parse(text).unwrap();
        let key = |n: u8, from, until: Option<&str>| KeyFacts {
            public: SigningKey::from_bytes(&[n; 32]).verifying_key(),
            from: day(from),
            until: until.map(day),
            distrusted_at: (n == 2).then(|| Timestamp::from_ms(1_790_006_400_000)),
        };
        let keys = [
            key(1, "2026-01-01", Some("2026-02-01")),
            key(2, "2026-02-01", Some("2026-03-01")),
            key(3, "2026-03-01", Some("2026-04-01")),
            key(4, "2026-04-01", Some("2027-01-01")),
            key(5, "2027-01-01", None),
        ];
        let document = did_document(&origin, agency, &keys);
        assert_eq!(document["id"], "did:web:127.0.0.1%3A8443:issuers:01936f00-0000-7000-8000-000000000001");
        let count = |member: &str| document[member].as_array().unwrap().len();
        assert_eq!((count("verificationMethod"), count("assertionMethod"), count("alsoKnownAs")), (4, 4, 4));
        for (at, key) in keys.iter().filter(|key| key.distrusted_at.is_none()).enumerate() {
            let method = &document["verificationMethod"][at];
            assert_eq!(method["id"], method_of(&IssuerId::Web(origin.clone(), agency), &key.public));
            assert_eq!(key_of_multikey(method["publicKeyMultibase"].as_str().unwrap()), Some(key.public));
            assert_eq!((&document["assertionMethod"][at], &method["controller"]), (&method["id"], &document["id"]));
        }
        assert!(!document.to_string().contains(&multikey(&keys[1].public)));
    }
}
