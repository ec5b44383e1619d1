//! Status lists: for each position of an agency's list one bit that says whether what stands there is revoked, and in another list whether it is
//! suspended. Every position looks alike: unassigned, reserved and good ones are nought.

use std::io::{Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::book::{Form, KeyBook, KeyFacts, NotVerified, Signed, open};
use super::contexts::CREDENTIALS;
use super::did::did_of;
use super::document::{instant, instant_of};
use super::facts::{IssuerId, MOST_LISTS, Origin, POSITIONS, StatusPlace};
use super::shape::{self, NotOurs};
use crate::kernel::{AgencyId, Timestamp};

/// For how many days a list holds. Renewed daily: a bank that is down for six days revokes nobody, a copy kept for longer is refused.
pub const LIST_DAYS: i64 = 7;
/// For how long whoever asked may keep an answer, in milliseconds.
pub const TTL_MS: u32 = 30_000;
/// Bytes of a list.
const BYTES: usize = 16_384;

/// What a list is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Taken back for good.
    Revocation,
    /// Not good for the time being.
    Suspension,
}

impl Purpose {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Revocation, Self::Suspension];

    /// The word in documents, addresses and tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Revocation => "revocation",
            Self::Suspension => "suspension",
        }
    }

    /// The purpose of a word.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }
}

/// One list of an agency, as of one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFacts {
    /// Where the bank is.
    pub origin: Origin,
    /// Whose list.
    pub agency: AgencyId,
    /// What about.
    pub purpose: Purpose,
    /// 1 for the first.
    pub list: u32,
    /// As of when, in whole seconds; it holds for [`LIST_DAYS`] from then.
    pub at: Timestamp,
    /// The positions whose bit is set, in order.
    pub set: Vec<u32>,
}

impl ListFacts {
    /// Until when it holds.
    #[must_use]
    pub const fn until(&self) -> Timestamp {
        self.at.plus_days(LIST_DAYS)
    }

    /// Whether it holds at `now`.
    #[must_use]
    pub fn holds(&self, now: Timestamp) -> bool {
        self.at <= now && now <= self.until()
    }

    /// Whether the bit of a place is set; none where the place is in another list.
    #[must_use]
    pub fn says(&self, place: StatusPlace) -> Option<bool> {
        (place.list == self.list).then(|| self.set.binary_search(&place.position).is_ok())
    }
}

/// `https://xuefen.example.cn/issuers/0190…/status/revocation/1`.
#[must_use]
pub fn address_of(origin: &Origin, agency: AgencyId, purpose: Purpose, list: u32) -> String {
    format!("{origin}/issuers/{agency}/status/{}/{list}", purpose.code())
}

/// Positions as the text of a list: `u` and base64url of the compressed bits, position 0 the highest bit of the first byte. What is beyond the last
/// position is left out.
#[must_use]
pub fn encode(set: &[u32]) -> String {
    let mut bits = vec![0_u8; BYTES];
    for position in set {
        let at = usize::try_from(position / 8).unwrap_or(BYTES);
        if let Some(byte) = bits.get_mut(at) {
            *byte |= 0x80 >> (position % 8);
        }
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing into memory does not fail.
    let packed = encoder.write_all(&bits).and_then(|()| encoder.finish()).unwrap_or_default();
    format!("u{}", BASE64.encode(packed))
}

/// The positions of a text, in order; none where it is no list of 131,072 bits.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u32>> {
    let packed = BASE64.decode(text.strip_prefix('u')?).ok()?;
    let mut decoder = GzDecoder::new(packed.as_slice());
    let mut bits = Vec::with_capacity(BYTES);
    let most = u64::try_from(BYTES).ok()?.checked_add(1)?;
    decoder.by_ref().take(most).read_to_end(&mut bits).ok()?;
    if bits.len() != BYTES || !decoder.into_inner().is_empty() {
        return None;
    }
    let is_set = |position: &u32| {
        let byte = usize::try_from(position / 8).ok().and_then(|at| bits.get(at));
        byte.is_some_and(|byte| byte & (0x80 >> (position % 8)) != 0)
    };
    Some((0..POSITIONS).filter(is_set).collect())
}

/// The credential of a list, without a proof. It is signed as a certificate is, and is a JWT as well.
#[must_use]
pub fn document(list: &ListFacts) -> Value {
    document_with(list, &encode(&list.set))
}

fn document_with(list: &ListFacts, encoded: &str) -> Value {
    let address = address_of(&list.origin, list.agency, list.purpose, list.list);
    json!({
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did_of(&list.origin, list.agency),
        "validFrom": instant(list.at),
        "validUntil": instant(list.until()),
        "credentialSubject": {
            "id": format!("{address}#list"),
            "type": "BitstringStatusList",
            "statusPurpose": list.purpose.code(),
            "encodedList": encoded,
            "ttl": TTL_MS,
        },
    })
}

/// The list of a document without a proof: member by member what [`document`] makes of it, the bits compressed by whatever compresses.
fn read(theirs: &Value) -> Result<ListFacts, NotOurs> {
    let text = |place: &'static str| theirs.pointer(place).and_then(Value::as_str).ok_or_else(|| NotOurs::at(place));
    let (origin, agency, purpose, list) = address_parts(text("/id")?).ok_or_else(|| NotOurs::at("/id"))?;
    let encoded = text("/credentialSubject/encodedList")?;
    let list = ListFacts {
        origin,
        agency,
        purpose,
        list,
        at: instant_of(text("/validFrom")?).ok_or_else(|| NotOurs::at("/validFrom"))?,
        set: decode(encoded).ok_or_else(|| NotOurs::at("/credentialSubject/encodedList"))?,
    };
    shape::check(theirs, &document_with(&list, encoded))?;
    Ok(list)
}

fn address_parts(address: &str) -> Option<(Origin, AgencyId, Purpose, u32)> {
    let (origin, rest) = address.split_once("/issuers/")?;
    let (agency, rest) = rest.split_once("/status/")?;
    let (purpose, list) = rest.split_once('/')?;
    let list: u32 = list.parse().ok().filter(|list| (1..=MOST_LISTS).contains(list))?;
    Some((Origin::parse(origin)?, agency.parse().ok()?, Purpose::parse(purpose)?, list))
}

/// A list whose signature holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedList {
    /// What it says.
    pub list: ListFacts,
    /// In which form it came.
    pub form: Form,
    /// By which key.
    pub key: KeyFacts,
}

/// Verifies a list, as JSON or as a JWT: its shape, its issuer, its key on that day, its signature. Whether it still holds is for whoever knows what
/// time it is: [`ListFacts::holds`].
///
/// # Errors
/// [`NotVerified`].
pub fn verify(text: &[u8], book: &KeyBook) -> Result<VerifiedList, NotVerified> {
    let (form, document, signed) = open(text)?;
    let list = read(&document)?;
    let issuer = IssuerId::Web(list.origin.clone(), list.agency);
    let signer = Signed { origin: &list.origin, agency: list.agency, issuer: &issuer, at: list.at };
    let key = signer.check(&document, &signed, book)?;
    Ok(VerifiedList { list, form, key })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::examples;

    #[test]
    fn positions_are_packed_and_unpacked() {
        let all: Vec<u32> = (0..POSITIONS).collect();
        let some = vec![0, 7, 8, 94_567, POSITIONS - 1];
        for set in [vec![], vec![0], some, all] {
            assert_eq!(decode(&encode(&set)), Some(set));
        }
        assert_eq!(encode(&[POSITIONS, u32::MAX]), encode(&[]));
    }

    #[test]
    fn position_nought_is_the_highest_bit_of_the_first_byte() {
        let packed = BASE64.decode(&encode(&[0, 9])[1..]).unwrap();
        let mut bits = Vec::new();
        GzDecoder::new(packed.as_slice()).read_to_end(&mut bits).unwrap();
        assert_eq!((bits.len(), bits[0], bits[1]), (BYTES, 0x80, 0x40));
    }

    #[test]
    fn what_is_no_list_is_refused() {
        let pack = |bits: &[u8]| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(bits).unwrap();
            encoder.finish().unwrap()
        };
        let text = |packed: &[u8]| format!("u{}", BASE64.encode(packed));
        assert_eq!(decode(&text(&pack(&[0; BYTES]))), Some(vec![]));
        let mut trailing = pack(&[0; BYTES]);
        trailing.push(0);
        let whole = pack(&[0; BYTES]);
        let bomb = pack(&vec![0; 10_000_000]);
        for wrong in [
            text(&pack(&[0; BYTES - 1])),
            text(&bomb),
            text(&trailing),
            text(&whole[..whole.len() - 1]),
            text(&[]),
            text(b"plain"),
        ] {
            assert_eq!(decode(&wrong), None);
        }
        assert_eq!(decode(&encode(&[])[1..]), None);
        assert_eq!(decode(""), None);
    }

    #[test]
    fn a_list_verifies_in_both_forms_and_says_what_it_says() {
        let list = examples::list(Purpose::Revocation, &[5, 94_567]);
        let (json, jwt) = examples::signed_list(&list, &examples::key(1));
        for (text, form) in [(json, Form::Json), (jwt, Form::Jwt)] {
            let verified = verify(text.as_bytes(), &examples::book()).unwrap();
            assert_eq!((&verified.list, verified.form), (&list, form));
            assert_eq!(verified.key.public, examples::key(1).verifying_key());
        }
        let place = |list, position| StatusPlace { list, position };
        assert_eq!([list.says(place(1, 5)), list.says(place(1, 6)), list.says(place(2, 5))], [Some(true), Some(false), None]);
        assert!(
            list.holds(list.at)
                && list.holds(list.until())
                && !list.holds(list.until().plus_ms(1))
                && !list.holds(list.at.plus_ms(-1))
        );
    }

    #[test]
    fn a_changed_list_and_one_of_another_key_are_refused() {
        let list = examples::list(Purpose::Suspension, &[5]);
        let (json, _) = examples::signed_list(&list, &examples::key(1));
        let mut changed: Value = serde_json::from_str(&json).unwrap();
        changed["credentialSubject"]["encodedList"] = Value::from(encode(&[]));
        assert_eq!(verify(changed.to_string().as_bytes(), &examples::book()), Err(NotVerified::WrongSignature));
        let (other, _) = examples::signed_list(&list, &examples::key(7));
        assert_eq!(verify(other.as_bytes(), &examples::book()), Err(NotVerified::UnknownKey));
        let mut more: Value = serde_json::from_str(&json).unwrap();
        more["credentialSubject"]["statusSize"] = json!(2);
        assert!(matches!(verify(more.to_string().as_bytes(), &examples::book()), Err(NotVerified::NotOurs(_))));
    }
}
