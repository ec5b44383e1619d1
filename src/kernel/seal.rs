//! Sealing: authenticated encryption of personal columns and of envelope keys (XChaCha20-Poly1305).
//!
//! A sealed value is nonce (24 bytes) ‖ ciphertext ‖ tag (16 bytes). `place` names table and column and is authenticated with it,
//! so that a value cannot be moved to another column.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};

use super::Chance;

/// Bytes of the nonce that leads every sealed value.
const NONCE: usize = 24;

/// A sealed value that this key did not seal for this place, or that was altered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value does not open")]
pub struct SealBroken;

/// A key that seals and opens. Never shown.
#[derive(Clone)]
pub struct SealKey([u8; 32]);

impl SealKey {
    /// The key made of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A fresh key.
    #[must_use]
    pub fn fresh() -> Self {
        Self(Chance::secret())
    }

    /// This key, sealed by `outer`: the form in which an envelope key is stored.
    #[must_use]
    pub fn wrapped_by(&self, outer: &Self, place: &str) -> Vec<u8> {
        outer.seal(place, &self.0)
    }

    /// The envelope key that `outer` wrapped.
    ///
    /// # Errors
    /// [`SealBroken`] where `outer` did not wrap it for this place.
    pub fn unwrap_with(outer: &Self, place: &str, wrapped: &[u8]) -> Result<Self, SealBroken> {
        let bytes = outer.open(place, wrapped)?;
        bytes.try_into().map(Self).map_err(|_| SealBroken)
    }

    /// Seals `plain` for `place`.
    #[must_use]
    pub fn seal(&self, place: &str, plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE] = Chance::secret();
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
        [nonce.as_slice(), &sealed].concat()
    }

    /// Opens what was sealed for `place`.
    ///
    /// # Errors
    /// [`SealBroken`] where key or place differ or a byte was altered.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, SealBroken> {
        let (nonce, body) = sealed.split_at_checked(NONCE).ok_or(SealBroken)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| SealBroken)?;
        let payload = Payload { msg: body, aad: place.as_bytes() };
        self.cipher().decrypt(&XNonce::from(nonce), payload).map_err(|_| SealBroken)
    }

    /// Opens a text that was sealed for `place`.
    ///
    /// # Errors
    /// As [`SealKey::open`]; also where the plain bytes are no text.
    pub fn open_text(&self, place: &str, sealed: &[u8]) -> Result<String, SealBroken> {
        String::from_utf8(self.open(place, sealed)?).map_err(|_| SealBroken)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.0))
    }
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_text_opens_only_with_its_key_and_its_place_and_unaltered() {
        let (key, other) = (SealKey::fresh(), SealKey::fresh());
        let sealed = key.seal("person.name", "买买提·吐尔逊".as_bytes());
        assert_eq!(key.open_text("person.name", &sealed).unwrap(), "买买提·吐尔逊");
        assert_eq!(other.open("person.name", &sealed), Err(SealBroken));
        assert_eq!(key.open("person.phone", &sealed), Err(SealBroken));
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert_eq!(key.open("person.name", &altered), Err(SealBroken), "byte {at}");
        }
        assert_eq!(key.open("person.name", &[]), Err(SealBroken));
    }

    #[test]
    fn an_envelope_key_comes_back_from_its_wrapping() {
        let (outer, inner) = (SealKey::fresh(), SealKey::fresh());
        let back = SealKey::unwrap_with(&outer, "person_key", &inner.wrapped_by(&outer, "person_key")).unwrap();
        assert_eq!(back.open("x", &inner.seal("x", b"1")).unwrap(), b"1");
    }
}
