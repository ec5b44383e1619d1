//! Secrets of this subject and what is kept of them: hashes, blind indexes, codes derived from keys. None of them is ever kept as it is.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::roles::Ownership;
use super::rules::DEVICE_SOURCE;
use super::values::{DocumentNumber, Phone, Pictures, Pin};
use crate::config::Keys;
use crate::kernel::{CardNumber, Chance, Digest, Mac, digest_of, mac_of};

/// 32 bytes that only one browser holds, in a cookie: a session's token, a device's mark, a flow of sign-in.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A fresh one.
    #[must_use]
    pub fn fresh() -> Self {
        Self(Chance::secret())
    }

    /// The secret that a cookie or a link holds.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// A secret that follows from another for one purpose. Whoever asks twice gets the same: a double tap is one act.
    #[must_use]
    pub fn derived(keys: &Keys, purpose: &str, parts: &[&[u8]]) -> Self {
        Self(*mac_of(&keys.for_purpose(purpose), parts).bytes())
    }

    /// For the cookie or the link.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What is kept in tables.
    #[must_use]
    pub fn hash(&self) -> Digest {
        digest_of(&[&self.0])
    }

    /// A short form of it for an address, where the long one is not needed.
    #[must_use]
    pub fn ticket(&self) -> Uuid {
        Uuid::from_slice(self.0.get(..16).unwrap_or_default()).unwrap_or_default()
    }

    pub(in crate::identity) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Never shows the secret.
impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// Where a try comes from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The device's mark, where the browser has one.
    pub device: Option<Secret>,
    /// The address.
    pub address: Option<IpAddr>,
    /// What kind of device, as a code.
    pub label: &'static str,
    /// Whose device it is.
    pub ownership: Ownership,
    /// The hall whose device it is today.
    pub hall: Option<Uuid>,
}

impl Origin {
    /// The name under which tries are counted: the device's, if it is known to belong to the person; else the address's, in a form
    /// that does not tell the address. Of IPv6 the network's 64 bits count: one house has them all.
    #[must_use]
    pub(in crate::identity) fn source(&self, keys: &Keys, is_known: bool) -> String {
        match (&self.device, is_known) {
            (Some(device), true) => format!("{DEVICE_SOURCE}{}", device.hash()),
            _ => format!("address:{}", short(&mac_of(&keys.for_purpose("address"), &[&network(self.address)]))),
        }
    }
}

fn network(address: Option<IpAddr>) -> Vec<u8> {
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(v4)) => v4.octets().to_vec(),
        Some(IpAddr::V6(v6)) => v6.octets().into_iter().take(8).collect(),
        None => Vec::new(),
    }
}

fn short(mac: &Mac) -> String {
    hex::encode(mac.bytes().iter().take(16).copied().collect::<Vec<u8>>())
}

/// The blind index of a phone number: finds it without keeping it.
#[must_use]
pub(in crate::identity) fn phone_index(keys: &Keys, phone: &Phone) -> Vec<u8> {
    mac_of(&keys.for_purpose("phone-index"), &[phone.as_str().as_bytes()]).to_vec()
}

/// The blind index of a document number.
#[must_use]
pub(in crate::identity) fn document_index(keys: &Keys, number: &DocumentNumber) -> Vec<u8> {
    mac_of(&keys.for_purpose("document-index"), &[number.as_str().as_bytes()]).to_vec()
}

/// The blind index of one sound of a name with a year of birth. Half of the code is plenty: it is only compared, within one county.
#[must_use]
pub(in crate::identity) fn name_index(keys: &Keys, sound: &str, year: i64) -> Vec<u8> {
    let mac = mac_of(&keys.for_purpose("name-index"), &[sound.as_bytes(), &year.to_be_bytes()]);
    mac.bytes().iter().take(16).copied().collect()
}

/// What is kept of the three pictures that open a card at a hall.
#[must_use]
pub(in crate::identity) fn pictures_mac(keys: &Keys, card: &CardNumber, pictures: Pictures) -> Mac {
    mac_of(&keys.for_purpose("pictures"), &[card.as_str().as_bytes(), &pictures.bytes()])
}

/// What is kept of the six digits by which a volunteer vouches for somebody.
#[must_use]
pub(in crate::identity) fn hall_code_mac(keys: &Keys, code: &str) -> Mac {
    mac_of(&keys.for_purpose("hall-code"), &[code.as_bytes()])
}

/// Under which name wrong pictures at a card are counted, whether it exists or not.
#[must_use]
pub(in crate::identity) fn pictures_subject(keys: &Keys, card: &CardNumber) -> String {
    format!("pictures:{}", short(&mac_of(&keys.for_purpose("try-subject"), &[b"pictures", card.as_str().as_bytes()])))
}

/// What is kept of a card's PIN.
#[must_use]
pub(in crate::identity) fn pin_mac(keys: &Keys, card: &CardNumber, pin: &Pin) -> Mac {
    mac_of(&keys.for_purpose("pin"), &[card.as_str().as_bytes(), pin.as_str().as_bytes()])
}

/// Under which name wrong tries at a card are counted, whether it exists or not.
#[must_use]
pub(in crate::identity) fn card_subject(keys: &Keys, card: &CardNumber) -> String {
    format!("card:{}", short(&mac_of(&keys.for_purpose("try-subject"), &[b"card", card.as_str().as_bytes()])))
}

/// Under which name wrong tries at a staff sign-in are counted, whether it exists or not.
#[must_use]
pub(in crate::identity) fn login_subject(keys: &Keys, login: &str) -> String {
    format!("login:{}", short(&mac_of(&keys.for_purpose("try-subject"), &[b"login", login.as_bytes()])))
}

/// The six digits of a flow: they follow from the flow and the phone, so that a second text says the same.
#[must_use]
pub(in crate::identity) fn code_of(keys: &Keys, flow: &Digest, phone: &Phone) -> String {
    let mac = mac_of(&keys.for_purpose("sms-code"), &[flow.bytes(), phone.as_str().as_bytes()]);
    // 2^64 is 1.8·10^13 times a million: no code is likelier than another by more than one in 10^13.
    let number = mac.bytes().iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    format!("{:06}", number % 1_000_000)
}

/// Whether two codes are the same, in a time that does not tell where they differ.
#[must_use]
pub(in crate::identity) fn is_same_code(keys: &Keys, given: &str, right: &str) -> bool {
    let key = keys.for_purpose("compare");
    mac_of(&key, &[given.as_bytes()]).is(mac_of(&key, &[right.as_bytes()]).bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_survives_its_cookie_and_nothing_else_is_taken_for_one() {
        let secret = Secret::fresh();
        assert_eq!(Secret::parse(&secret.to_text()), Some(secret.clone()));
        for text in ["", "abc", "!!!", &format!("{}A", secret.to_text())] {
            assert_eq!(Secret::parse(text), None, "{text}");
        }
        assert_eq!(format!("{secret:?}"), "Secret");
    }

    #[test]
    fn a_code_follows_from_its_flow_and_its_phone() {
        let keys = Keys::fresh();
        let (phone, other) = (Phone::parse("13800000000").unwrap(), Phone::parse("13800000001").unwrap());
        let flow = Secret::fresh().hash();
        assert_eq!(code_of(&keys, &flow, &phone), code_of(&keys, &flow, &phone));
        assert_ne!(code_of(&keys, &flow, &phone), code_of(&keys, &flow, &other));
        assert_eq!(code_of(&keys, &flow, &phone).len(), 6);
    }

    #[test]
    fn a_house_counts_as_one_source_and_its_address_cannot_be_read() {
        let keys = Keys::fresh();
        let at = |text: &str| Origin { address: Some(text.parse().unwrap()), ..Origin::default() }.source(&keys, false);
        assert_eq!(at("2001:db8:1:2::1"), at("2001:db8:1:2:ffff::9"));
        assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
        assert_eq!(at("::ffff:10.0.0.1"), at("10.0.0.1"));
        assert!(!at("10.0.0.1").contains("10.0"));
    }
}
