//! SHA-256 digests and HMAC-SHA-256 codes.

use std::fmt;
use std::io::Read;

use hmac::{Hmac, KeyInit, Mac as _};
use sha2::{Digest as _, Sha256};

/// A SHA-256 digest; shown in hex.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of these bytes.
    #[must_use]
    pub const fn from_array(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes as stored.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The bytes as an owned column value.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// The digest written in hex.
    #[must_use]
    pub fn parse(hex: &str) -> Option<Self> {
        Self::from_slice(&hex::decode(hex).ok()?)
    }

    /// The digest that a column holds; `None` if it is not 32 bytes.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// SHA-256 over all that can be read, as `sha256sum` says it; and how many bytes that were.
///
/// # Errors
/// The reader's.
pub fn sha256_of(mut reader: impl Read) -> std::io::Result<(Digest, u64)> {
    let (mut hasher, mut part, mut bytes) = (Sha256::new(), vec![0; 64 * 1024], 0_u64);
    loop {
        let read = reader.read(&mut part)?;
        let Some(read) = part.get(..read).filter(|read| !read.is_empty()) else { break };
        hasher.update(read);
        bytes += u64::try_from(read.len()).unwrap_or(0);
    }
    Ok((Digest(hasher.finalize().into()), bytes))
}

/// SHA-256 over the parts, each preceded by its length (8 bytes, big endian), so that parts cannot run into each other.
#[must_use]
pub fn digest_of(parts: &[&[u8]]) -> Digest {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(part);
    }
    Digest(hasher.finalize().into())
}

/// An HMAC-SHA-256 code.
#[derive(Clone, Copy)]
pub struct Mac([u8; 32]);

impl Mac {
    /// The bytes as an owned column value.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// The bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether `other` is the same code; takes the same time wherever they differ.
    #[must_use]
    pub fn is(&self, other: &[u8]) -> bool {
        other.len() == self.0.len() && self.0.iter().zip(other).fold(0, |diff, (a, b)| diff | (a ^ b)) == 0
    }
}

/// HMAC-SHA-256 with `key` over the parts, each preceded by its length as in [`digest_of`].
#[must_use]
pub fn mac_of(key: &[u8; 32], parts: &[&[u8]]) -> Mac {
    // RFC 2104: a key shorter than the block of 64 bytes is padded with noughts.
    let mut block = [0; 64];
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
    for part in parts {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part);
    }
    Mac(mac.finalize().into_bytes().into())
}

/// HMAC-SHA-256 as RFC 2104 has it, over the parts one behind the other without anything between: for what others check by a standard.
#[must_use]
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> Mac {
    let mut block = [0; 64];
    let hashed = (key.len() > block.len()).then(|| Sha256::digest(key));
    let key = hashed.as_ref().map_or(key, |hash| hash.as_slice());
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
    for part in parts {
        mac.update(part);
    }
    Mac(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_digest_that_sha256sum_gives_it() {
        // printf 'x%.0s' $(seq 70000) | sha256sum
        let long = vec![b'x'; 70_000];
        let (digest, bytes) = sha256_of(long.as_slice()).unwrap();
        assert_eq!(
            (digest.to_string().as_str(), bytes),
            ("bca09f4a757d5571c7d9f3341d4301f3c391c090826acc1a3013c6bcb7c01722", 70_000)
        );
        let (empty, _) = sha256_of(std::io::empty()).unwrap();
        assert_eq!(empty.to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(digest_of(&[b"ab", b"c"]), digest_of(&[b"a", b"bc"]));
        assert_ne!(mac_of(&[7; 32], &[b"ab", b"c"]).to_vec(), mac_of(&[7; 32], &[b"a", b"bc"]).to_vec());
    }

    #[test]
    fn the_code_is_hmac_sha_256_as_others_compute_it() {
        // Computed with Python: hmac.new(bytes(range(32)), b'\0'*7 + b'\x02ok', 'sha256').hexdigest()
        let key = std::array::from_fn(|i| u8::try_from(i).unwrap());
        assert_eq!(hex::encode(mac_of(&key, &[b"ok"]).bytes()), HMAC_OK);
    }
    const HMAC_OK: &str = "f1a5f249c3874807e7df0344c851ab0e0ec01eff2b1d49d09a68a88247365b49";

    #[test]
    fn the_plain_code_is_that_of_rfc_4231() {
        let code = |key: &[u8], parts: &[&[u8]]| hex::encode(hmac_sha256(key, parts).bytes());
        assert_eq!(code(b"Jefe", &[b"what do ya want ", b"for nothing?"]), RFC_4231_CASE_2);
        let long = b"Test Using Larger Than Block-Size Key - Hash Key First";
        assert_eq!(code(&[0xaa; 131], &[long]), RFC_4231_CASE_6);
    }
    const RFC_4231_CASE_2: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    const RFC_4231_CASE_6: &str = "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54";

    #[test]
    fn a_code_fits_only_its_own_key_and_message() {
        let code = mac_of(&[1; 32], &[b"1234"]);
        assert!(code.is(&mac_of(&[1; 32], &[b"1234"]).to_vec()));
        assert!(!code.is(&mac_of(&[2; 32], &[b"1234"]).to_vec()));
        assert!(!code.is(&mac_of(&[1; 32], &[b"1235"]).to_vec()));
        assert!(!code.is(&[]));
    }
}
