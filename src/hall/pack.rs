//! The format in which claims are handed over. A pack is a stretch of a device's chain: each entry carries the hash of the one before, the
//! pack the hash of its last, and a box signs that. So a row that was changed on the way is not only noticed but named.
//!
//! The same is written by `static/hall.js` on a phone; the test vector below holds both to one form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::rules::Kind;
use crate::kernel::{ClaimId, DeviceId, Digest, LearnerId, PackId, Timestamp, sha256_of};

/// The version of this format.
const FORMAT: u32 = 1;
/// Entries of one pack: they are kept in one commit.
pub const MOST_ENTRIES: usize = 200;
/// Bytes of a pack: an answer sheet has some thousand.
pub const MOST_BYTES: usize = 2 * 1024 * 1024;

/// One claim as it is handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number on the device, from 1.
    pub seq: i64,
    /// Its name, made by the device.
    pub id: ClaimId,
    /// What was taken down.
    pub kind: Kind,
    /// When, by the device's clock.
    pub made_at: Timestamp,
    /// By whom.
    pub operator: LearnerId,
    /// The hash of the entry before.
    pub prev: Digest,
    /// What it says: sealed to the bank, in Base64, by a box; as JSON by a phone.
    pub body: String,
}

/// A stretch of a device's chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    /// Its id.
    pub id: PackId,
    /// Of which device.
    pub device: DeviceId,
    /// When it was made, by the device's clock.
    pub made_at: Timestamp,
    /// The claims, one after the other.
    pub entries: Vec<Entry>,
    /// The hash of the last.
    pub head: Digest,
    /// The device's signature; none from a phone.
    signature: Option<[u8; 64]>,
}

/// Why a pack is not what a device handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// It cannot be read as a pack.
    #[error("it cannot be read as a pack")]
    Unreadable,
    /// This row was changed.
    #[error("row {0} was changed")]
    Changed(i64),
    /// A row is missing before this one.
    #[error("a row is missing before {0}")]
    Missing(i64),
    /// The device did not sign it.
    #[error("the device did not sign it")]
    NotSigned,
}

/// The hash that the first entry of a device carries.
#[must_use]
pub fn genesis(device: DeviceId) -> Digest {
    sha256(&format!("credit-bank device v1\n{device}\n"))
}

fn sha256(text: &str) -> Digest {
    sha256_of(text.as_bytes()).map_or(Digest::from_array([0; 32]), |(digest, _)| digest)
}

impl Entry {
    /// The hash of this entry on `device`.
    #[must_use]
    pub fn hash(&self, device: DeviceId) -> Digest {
        let Self { seq, id, kind, made_at, operator, prev, body } = self;
        let (kind, at, body) = (kind.code(), made_at.ms(), sha256(body));
        sha256(&format!("credit-bank claim v1\n{device}\n{seq}\n{id}\n{kind}\n{at}\n{operator}\n{prev}\n{body}\n"))
    }
}

impl Pack {
    /// A pack of these entries, which follow one another; signed where there is a key. `None` without entries.
    #[must_use]
    pub fn of(
        device: DeviceId,
        (id, made_at): (PackId, Timestamp),
        entries: Vec<Entry>,
        key: Option<&SigningKey>,
    ) -> Option<Self> {
        let head = entries.last()?.hash(device);
        let mut pack = Self { id, device, made_at, entries, head, signature: None };
        pack.signature = key.map(|key| key.sign(pack.signed_text().as_bytes()).to_bytes());
        Some(pack)
    }

    /// The number of its first entry and of its last.
    #[must_use]
    pub fn span(&self) -> (i64, i64) {
        let seq = |entry: Option<&Entry>| entry.map_or(0, |entry| entry.seq);
        (seq(self.entries.first()), seq(self.entries.last()))
    }

    fn signed_text(&self) -> String {
        let (first, last) = self.span();
        let prev = self.entries.first().map_or_else(String::new, |entry| entry.prev.to_string());
        let Self { id, device, made_at, head, .. } = self;
        format!("credit-bank pack v1\n{device}\n{id}\n{}\n{first}\n{last}\n{prev}\n{head}\n", made_at.ms())
    }

    /// Holds the chain together, and the signature against `key`.
    ///
    /// # Errors
    /// [`Broken`], with the row where one was changed.
    pub fn check(&self, key: Option<&VerifyingKey>) -> Result<(), Broken> {
        self.check_chain()?;
        let Some(key) = key else { return Ok(()) };
        let signature = Signature::from_bytes(&self.signature.ok_or(Broken::NotSigned)?);
        key.verify_strict(self.signed_text().as_bytes(), &signature).map_err(|_| Broken::NotSigned)
    }

    /// A row whose content was changed no longer fits the row after it. One whose memory of the row before was changed fits neither: so
    /// of links that do not hold and follow one another, the last begins at the row that was changed.
    fn check_chain(&self) -> Result<(), Broken> {
        let mut changed = None;
        if let Some(first) = self.entries.first().filter(|first| first.seq == 1 && first.prev != genesis(self.device)) {
            changed = Some(first.seq);
        }
        let after = self.entries.iter().skip(1).map(|entry| (entry.seq, entry.prev)).chain([(self.span().1 + 1, self.head)]);
        for (entry, (next, prev)) in self.entries.iter().zip(after) {
            if next != entry.seq + 1 {
                return Err(Broken::Missing(next));
            }
            match (entry.hash(self.device) == prev, changed) {
                (false, _) => changed = Some(entry.seq),
                (true, Some(row)) => return Err(Broken::Changed(row)),
                (true, None) => {}
            }
        }
        changed.map_or(Ok(()), |row| Err(Broken::Changed(row)))
    }

    /// The pack as a file.
    #[must_use]
    pub fn to_json(&self) -> String {
        let line = |entry: &Entry| Line {
            seq: entry.seq,
            id: entry.id,
            kind: entry.kind.code().to_owned(),
            at: entry.made_at.ms(),
            by: entry.operator,
            prev: entry.prev.to_string(),
            body: entry.body.clone(),
        };
        let file = File {
            format: FORMAT,
            pack: self.id,
            device: self.device,
            made_at: self.made_at.ms(),
            entries: self.entries.iter().map(line).collect(),
            head: self.head.to_string(),
            signature: self.signature.map(|signature| BASE64.encode(signature)).unwrap_or_default(),
        };
        serde_json::to_string(&file).unwrap_or_default()
    }

    /// The pack in a file, unchecked.
    ///
    /// # Errors
    /// [`Broken::Unreadable`].
    pub fn parse(json: &[u8]) -> Result<Self, Broken> {
        let file: File = serde_json::from_slice(json).map_err(|_| Broken::Unreadable)?;
        if file.format != FORMAT || file.entries.is_empty() || file.entries.len() > MOST_ENTRIES {
            return Err(Broken::Unreadable);
        }
        let signature = match file.signature.as_str() {
            "" => None,
            text => {
                let bytes = BASE64.decode(text).map_err(|_| Broken::Unreadable)?;
                Some(bytes.try_into().map_err(|_| Broken::Unreadable)?)
            }
        };
        let entries = file.entries.into_iter().map(Line::read).collect::<Option<Vec<Entry>>>().ok_or(Broken::Unreadable)?;
        Ok(Self {
            id: file.pack,
            device: file.device,
            made_at: Timestamp::from_ms(file.made_at),
            entries,
            head: Digest::parse(&file.head).ok_or(Broken::Unreadable)?,
            signature,
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    pack: PackId,
    device: DeviceId,
    made_at: i64,
    entries: Vec<Line>,
    head: String,
    #[serde(default)]
    signature: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    seq: i64,
    id: ClaimId,
    kind: String,
    at: i64,
    by: LearnerId,
    prev: String,
    body: String,
}

impl Line {
    fn read(self) -> Option<Entry> {
        let is_possible = (1..i64::MAX / 2).contains(&self.seq) && self.id.uuid().get_version_num() == 7;
        is_possible.then_some(Entry {
            seq: self.seq,
            id: self.id,
            kind: Kind::from_code(&self.kind)?,
            made_at: Timestamp::from_ms(self.at),
            operator: self.by,
            prev: Digest::parse(&self.prev)?,
            body: self.body,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Chance;

    fn device() -> DeviceId {
        "01980000-0000-7000-8000-000000000001".parse().unwrap()
    }

    fn entries(from: i64, count: i64) -> Vec<Entry> {
        let mut prev = genesis(device());
        let mut all = Vec::new();
        for seq in 1..from + count {
            let entry = Entry {
                seq,
                id: format!("01980000-0000-7000-8000-{seq:012}").parse().unwrap(),
                kind: Kind::Attendance,
                made_at: Timestamp::from_ms(1_790_000_000_000 + seq),
                operator: "01980000-0000-7000-8000-000000000009".parse().unwrap(),
                prev,
                body: format!("{{\"n\":{seq},\"who\":\"王桂英\"}}"),
            };
            prev = entry.hash(device());
            all.push(entry);
        }
        all.split_off(usize::try_from(from - 1).unwrap())
    }

    fn pack(from: i64, count: i64, key: &SigningKey) -> Pack {
        let id = "01980000-0000-7000-8000-00000000aaaa".parse().unwrap();
        Pack::of(device(), (id, Timestamp::from_ms(5)), entries(from, count), Some(key)).unwrap()
    }

    #[test]
    fn the_hash_is_the_one_that_the_phone_makes() {
        let entry = &entries(1, 1)[0];
        assert_eq!(genesis(device()).to_string(), GENESIS);
        assert_eq!(entry.hash(device()).to_string(), FIRST);
    }
    // Both made by node's crypto from the text written down in this module.
    const GENESIS: &str = "6f80a200cff8284d9c72f0dcd4387eb30101bf344c0146a1265da165ccc5c143";
    const FIRST: &str = "2e633c8c0a93e28264fac7c9b4c4ab339fdf8bda86a1259737c67e532c80adfe";

    #[test]
    fn a_pack_survives_its_file_and_no_other_key_signed_it() {
        let (key, other) = (SigningKey::from_bytes(&Chance::secret()), SigningKey::from_bytes(&Chance::secret()));
        for (from, count) in [(1, 5), (4, 3)] {
            let made = pack(from, count, &key);
            let read = Pack::parse(made.to_json().as_bytes()).unwrap();
            assert_eq!((&read, read.check(Some(&key.verifying_key()))), (&made, Ok(())));
            assert_eq!(read.check(Some(&other.verifying_key())), Err(Broken::NotSigned));
        }
    }

    #[test]
    fn a_row_that_was_changed_is_named_whatever_of_it_was_changed() {
        let key = SigningKey::from_bytes(&Chance::secret());
        let changes: [fn(&mut Entry); 6] = [
            |entry| entry.body.push(' '),
            |entry| entry.made_at = entry.made_at.plus_ms(1),
            |entry| entry.kind = Kind::Witnessed,
            |entry| entry.operator = LearnerId::NOBODY,
            |entry| entry.id = "01980000-0000-7000-8000-0000000000ff".parse().unwrap(),
            |entry| entry.prev = Digest::from_array([7; 32]),
        ];
        for first in [1, 3] {
            for (change, at) in changes.iter().flat_map(|change| (0..5).map(move |at| (change, at))) {
                let mut altered = pack(first, 5, &key);
                change(&mut altered.entries[at]);
                let row = altered.entries[at].seq;
                let found = altered.check(Some(&key.verifying_key()));
                // What stands before the first row is known to the bank and to the signature alone.
                let is_seam = first > 1 && at == 0 && altered.entries[0].prev == Digest::from_array([7; 32]);
                assert_eq!(found, Err(Broken::Changed(row)), "{row} {is_seam}");
            }
        }
    }

    #[test]
    fn a_row_taken_out_or_put_in_and_a_cut_tail_are_noticed() {
        let key = SigningKey::from_bytes(&Chance::secret());
        let check = |pack: &Pack| pack.check(Some(&key.verifying_key()));
        let mut cut = pack(1, 5, &key);
        cut.entries.pop();
        assert_eq!(check(&cut), Err(Broken::Changed(4)));
        let mut out = pack(1, 5, &key);
        out.entries.remove(2);
        assert_eq!(check(&out), Err(Broken::Missing(4)));
        let mut twice = pack(1, 5, &key);
        twice.entries.insert(2, twice.entries[1].clone());
        assert_eq!(check(&twice), Err(Broken::Missing(2)));
        // A whole other chain with a right head is not signed.
        let mut forged = pack(1, 5, &key);
        forged.entries[4].body.push(' ');
        forged.head = forged.entries[4].hash(device());
        assert_eq!(check(&forged), Err(Broken::NotSigned));
    }

    #[test]
    fn what_is_no_pack_is_not_read() {
        let key = SigningKey::from_bytes(&Chance::secret());
        let good = pack(1, 2, &key).to_json();
        let bad = [
            String::new(),
            "{}".to_owned(),
            "[1,2]".to_owned(),
            good.replace("\"format\":1", "\"format\":2"),
            good.replace("\"seq\":1,", "\"seq\":0,"),
            good.replace("attendance", "credit"),
            good.replace("-7000-8000-000000000002\"", "-4000-8000-000000000002\""),
            good.replace("\"head\":\"", "\"head\":\"zz"),
            good.replace("\"signature\":\"", "\"signature\":\"AA"),
            good.replace("\"format\":1", "\"format\":1,\"more\":1"),
        ];
        for text in bad {
            assert_eq!(Pack::parse(text.as_bytes()), Err(Broken::Unreadable), "{text}");
        }
    }
}
