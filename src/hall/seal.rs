//! Sealing to the bank: whoever holds the public key can write to the bank, and only the bank can read (HPKE, RFC 9180, base mode with
//! X25519, HKDF-SHA256 and ChaCha20-Poly1305). Who wrote it is said by the pack's signature.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable, single_shot_open, single_shot_seal};

use crate::config::Keys;

/// What the key is for, and what it opens: so that nothing else can be passed off as a claim.
const INFO: &[u8] = b"credit-bank claim v1";
/// Bytes of the key that leads every sealed claim.
const LEAD: usize = 32;

type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;
type SecretKey = <X25519HkdfSha256 as Kem>::PrivateKey;

/// The public key to which claims are sealed.
#[derive(Clone)]
pub struct ToBank(PublicKey);

impl std::fmt::Debug for ToBank {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ToBank({})", self.to_hex())
    }
}

/// The bank's pair. It follows from the bank's key: a bank that was restored opens what was sealed before.
fn pair_of(keys: &Keys) -> (SecretKey, PublicKey) {
    X25519HkdfSha256::derive_keypair(&keys.for_purpose("hall-claims"))
}

impl ToBank {
    /// The public key of this bank.
    #[must_use]
    pub fn of(keys: &Keys) -> Self {
        Self(pair_of(keys).1)
    }

    /// The key written in hex.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        PublicKey::from_bytes(&hex::decode(text).ok()?).ok().map(Self)
    }

    /// In hex.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(self.0.to_bytes())
    }

    /// Seals `plain` for the claim named by `about`; in Base64. `None` where the key is none.
    #[must_use]
    pub fn seal(&self, about: &str, plain: &[u8]) -> Option<String> {
        let sealed = single_shot_seal::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &self.0,
            INFO,
            plain,
            about.as_bytes(),
        );
        let (lead, body) = sealed.ok()?;
        Some(BASE64.encode([lead.to_bytes().as_slice(), &body].concat()))
    }
}

/// Opens what was sealed to this bank for the claim named by `about`.
#[must_use]
pub fn open_sealed(keys: &Keys, about: &str, sealed: &str) -> Option<Vec<u8>> {
    let bytes = BASE64.decode(sealed).ok()?;
    let (lead, body) = bytes.split_at_checked(LEAD)?;
    let lead = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(lead).ok()?;
    single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &pair_of(keys).0,
        &lead,
        INFO,
        body,
        about.as_bytes(),
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_bank_opens_what_was_sealed_to_it_and_only_as_that_claim() {
        let (bank, other) = (Keys::fresh(), Keys::fresh());
        let to_bank = ToBank::parse(&ToBank::of(&bank).to_hex()).unwrap();
        let sealed = to_bank.seal("device 1", "王桂英".as_bytes()).unwrap();
        assert_eq!(open_sealed(&bank, "device 1", &sealed).unwrap(), "王桂英".as_bytes());
        assert_eq!(open_sealed(&other, "device 1", &sealed), None);
        assert_eq!(open_sealed(&bank, "device 2", &sealed), None);
        assert_ne!(sealed, to_bank.seal("device 1", "王桂英".as_bytes()).unwrap());
        let bytes = BASE64.decode(&sealed).unwrap();
        for at in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            assert_eq!(open_sealed(&bank, "device 1", &BASE64.encode(&altered)), None, "byte {at}");
        }
        for none in ["", "AAAA", "§"] {
            assert_eq!(open_sealed(&bank, "device 1", none), None, "{none}");
        }
        assert!(ToBank::parse("00").is_none() && ToBank::parse("zz").is_none());
    }
}
