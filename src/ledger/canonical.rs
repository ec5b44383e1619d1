//! The bytes we hash are the bytes we store: one function writes them, version by version. Pure.
//!
//! Form 1: the ASCII text `credit-bank/transfer/1`, then every field of the row but `leaf_hash`, in the order of [`canonical_bytes`].
//! An integer is 8 bytes, big endian, two's complement; an id is its 16 bytes; a text or a string of bytes is its length (as an integer)
//! and its UTF-8 or bytes; a field that may be absent is preceded by one byte, 0 (absent, nothing follows) or 1.

use uuid::Uuid;

use super::seal::merkle;
use super::transfer::{How, Named, Transfer};
use super::words::{Amount, Asset, AwardKey, Balances, Code, Kind, Phase, Sides};
use crate::kernel::{Credits, Digest, LearnerId, OrganisationId, Timestamp, TransferId};

/// The form written today.
pub const FORMAT: i64 = 1;

/// The name of that form.
const TRANSFER: &str = "credit-bank/transfer/1";

/// The canonical bytes of a transfer, salt included, `leaf_hash` left out.
#[must_use]
pub fn canonical_bytes(transfer: &Transfer) -> Vec<u8> {
    let named = |how: How| transfer.names.filter(|named| named.how == how).map(|named| named.id.uuid());
    let mut bytes = Writer::begin(TRANSFER);
    bytes.id(transfer.learner.uuid());
    bytes.id(transfer.id.uuid());
    bytes.int(transfer.asset.value());
    bytes.int(transfer.version);
    bytes.text(transfer.code.code());
    bytes.text(transfer.phase.code());
    bytes.text(transfer.sides.debit.code());
    bytes.text(transfer.sides.credit.code());
    bytes.id(transfer.issuer.uuid());
    bytes.int(transfer.amount.milli());
    bytes.balances(&transfer.before);
    bytes.optional(transfer.before_recorded_at.map(Timestamp::ms), Writer::int);
    bytes.balances(&transfer.after);
    bytes.id(transfer.group);
    bytes.optional(named(How::Resolves), Writer::id);
    bytes.optional(named(How::Reverses), Writer::id);
    bytes.optional(named(How::Takes), Writer::id);
    bytes.optional(transfer.names.map(|named| named.code.code()), Writer::text);
    bytes.optional(transfer.names.map(|named| named.phase.code()), Writer::text);
    bytes.optional(transfer.award_key.as_ref().map(ToString::to_string).as_deref(), Writer::text);
    bytes.int(transfer.occurred_at.ms());
    bytes.int(transfer.recorded_at.ms());
    bytes.id(transfer.actor.uuid());
    bytes.optional(transfer.approver.map(LearnerId::uuid), Writer::id);
    bytes.optional(transfer.reason.as_deref(), Writer::text);
    bytes.text(&transfer.rule_version);
    bytes.string(transfer.evidence.bytes());
    bytes.text(&transfer.key_scope);
    bytes.text(&transfer.key);
    bytes.string(transfer.request.bytes());
    bytes.int(transfer.format_version);
    bytes.string(&transfer.salt);
    bytes.bytes()
}

/// The leaf of a transfer: SHA-256 over one nought byte and the canonical bytes. `None` for a form this release does not know.
#[must_use]
pub fn leaf_of(transfer: &Transfer) -> Option<Digest> {
    if transfer.format_version != FORMAT {
        return None;
    }
    Some(merkle::leaf_hash(&canonical_bytes(transfer)))
}

/// The transfer whose canonical bytes these are; `None` where they are no transfer's, to the last byte.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Transfer> {
    let mut bytes = Reader(bytes);
    bytes.take(TRANSFER.len()).filter(|begin| *begin == TRANSFER.as_bytes())?;
    let (learner, id) = (LearnerId::from_uuid(bytes.id()?), TransferId::from_uuid(bytes.id()?));
    let (asset, version) = (Asset::from_value(bytes.int()?)?, bytes.int()?);
    let (code, phase) = (Code::from_code(bytes.text()?)?, Phase::from_code(bytes.text()?)?);
    let sides = Sides { debit: Kind::from_code(bytes.text()?)?, credit: Kind::from_code(bytes.text()?)? };
    let (issuer, amount) = (OrganisationId::from_uuid(bytes.id()?), Amount::from_milli(bytes.int()?)?);
    let (before, before_recorded_at) = (bytes.balances()?, bytes.optional(Reader::int)?.map(Timestamp::from_ms));
    let (after, group) = (bytes.balances()?, bytes.id()?);
    let mut transfer = Transfer {
        learner,
        id,
        asset,
        version,
        code,
        phase,
        sides,
        issuer,
        amount,
        before,
        before_recorded_at,
        after,
        group,
        names: bytes.named()?,
        award_key: match bytes.optional(Reader::text)? {
            Some(key) => Some(AwardKey::parse(key)?),
            None => None,
        },
        occurred_at: Timestamp::from_ms(bytes.int()?),
        recorded_at: Timestamp::from_ms(bytes.int()?),
        actor: LearnerId::from_uuid(bytes.id()?),
        approver: bytes.optional(Reader::id)?.map(LearnerId::from_uuid),
        reason: bytes.optional(Reader::text)?.map(str::to_owned),
        rule_version: bytes.text()?.to_owned(),
        evidence: Digest::from_slice(bytes.string()?)?,
        key_scope: bytes.text()?.to_owned(),
        key: bytes.text()?.to_owned(),
        request: Digest::from_slice(bytes.string()?)?,
        format_version: bytes.int()?,
        salt: bytes.string()?.try_into().ok()?,
        leaf: Digest::from_slice(&[0; 32])?,
    };
    transfer.leaf = leaf_of(&transfer)?;
    bytes.0.is_empty().then_some(transfer)
}

/// What is left to be read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn int(&mut self) -> Option<i64> {
        self.take(8)?.try_into().ok().map(i64::from_be_bytes)
    }

    fn id(&mut self) -> Option<Uuid> {
        Uuid::from_slice(self.take(16)?).ok()
    }

    fn string(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.int()?).ok()?;
        self.take(length)
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.string()?).ok()
    }

    fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        match self.take(1)? {
            [0] => Some(None),
            [1] => read(self).map(Some),
            _ => None,
        }
    }

    fn balances(&mut self) -> Option<Balances> {
        let mut next = || Credits::from_milli(self.int()?);
        Some(Balances { holding: next()?, pending: next()?, frozen: next()?, transferred: next()?, revoked: next()? })
    }

    fn named(&mut self) -> Option<Option<Named>> {
        let ways = [How::Resolves, How::Reverses, How::Takes];
        let mut named = None;
        for how in ways {
            if let Some(id) = self.optional(Self::id)? {
                named = if named.is_none() { Some((how, TransferId::from_uuid(id))) } else { return None };
            }
        }
        match (named, self.optional(Self::text)?, self.optional(Self::text)?) {
            (None, None, None) => Some(None),
            (Some((how, id)), Some(code), Some(phase)) => {
                Some(Some(Named { how, id, code: Code::from_code(code)?, phase: Phase::from_code(phase)? }))
            }
            _ => None,
        }
    }
}

/// Writes canonical bytes, field by field, as the head of this file has it.
#[derive(Debug)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// Bytes that begin with the name of their form.
    #[must_use]
    pub fn begin(form: &str) -> Self {
        let mut bytes = Vec::with_capacity(640);
        bytes.extend_from_slice(form.as_bytes());
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(self) -> Vec<u8> {
        self.0
    }

    /// An integer.
    pub fn int(&mut self, value: i64) {
        self.0.extend_from_slice(&value.to_be_bytes());
    }

    /// An id.
    pub fn id(&mut self, id: Uuid) {
        self.0.extend_from_slice(id.as_bytes());
    }

    /// A string of bytes.
    pub fn string(&mut self, bytes: &[u8]) {
        self.int(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        self.0.extend_from_slice(bytes);
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.string(text.as_bytes());
    }

    /// A field that may be absent.
    pub fn optional<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.0.push(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn balances(&mut self, balances: &Balances) {
        for balance in [balances.holding, balances.pending, balances.frozen, balances.transferred, balances.revoked] {
            self.int(balance.milli());
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn id(byte: u8) -> Uuid {
        Uuid::from_bytes([byte; 16])
    }

    fn milli(amount: i64) -> Credits {
        Credits::from_milli(amount).unwrap()
    }

    /// The first vector: an issue of a quarter credit that begins a chain.
    pub(in crate::ledger) fn issue() -> Transfer {
        let mut transfer = Transfer {
            learner: LearnerId::from_uuid(id(1)),
            id: TransferId::from_uuid(id(2)),
            asset: Asset::LITERACY,
            version: 1,
            code: Code::Issue,
            phase: Phase::Single,
            sides: Sides { debit: Kind::Issuance, credit: Kind::Holding },
            issuer: OrganisationId::from_uuid(id(3)),
            amount: Amount::from_milli(250).unwrap(),
            before: Balances::default(),
            before_recorded_at: None,
            after: Balances { holding: milli(250), ..Balances::default() },
            group: id(4),
            names: None,
            award_key: AwardKey::parse("1/T01/1/1"),
            occurred_at: Timestamp::from_ms(1_772_413_200_000),
            recorded_at: Timestamp::from_ms(1_772_413_200_001),
            actor: LearnerId::from_uuid(id(1)),
            approver: None,
            reason: None,
            rule_version: "2026.1".to_owned(),
            evidence: Digest::from_slice(&[5; 32]).unwrap(),
            key_scope: "recognition.unit_test".to_owned(),
            key: "a".to_owned(),
            request: Digest::from_slice(&[6; 32]).unwrap(),
            format_version: FORMAT,
            salt: [7; 16],
            leaf: Digest::from_slice(&[0; 32]).unwrap(),
        };
        transfer.leaf = leaf_of(&transfer).unwrap();
        transfer
    }

    /// The second vector: its reversal.
    pub(in crate::ledger) fn reversal() -> Transfer {
        let first = issue();
        let mut transfer = Transfer {
            id: TransferId::from_uuid(id(8)),
            version: 2,
            code: Code::Reverse,
            sides: first.sides.swapped(),
            before: first.after,
            before_recorded_at: Some(first.recorded_at),
            after: first.before,
            group: id(9),
            names: Some(Named { how: How::Reverses, id: first.id, code: first.code, phase: first.phase }),
            award_key: None,
            approver: Some(LearnerId::from_uuid(id(10))),
            reason: Some("wrong_person".to_owned()),
            key: "b".to_owned(),
            ..first
        };
        transfer.leaf = leaf_of(&transfer).unwrap();
        transfer
    }

    /// Published vectors, computed by another program (Python's `struct` and `hashlib`) from the description above.
    #[test]
    fn the_published_vectors_hold() {
        assert_eq!(issue().leaf.to_string(), "2df358cde196a72683b4e0e96c55550755932a2f48894fdb4d5353b85fb4885f");
        assert_eq!(reversal().leaf.to_string(), "97983607cd463fcb23969798d1f307c0a8cfec10c1e742336705e0790a54790f");
    }

    #[test]
    fn every_field_counts() {
        let same = issue();
        let changes: [fn(&mut Transfer); 12] = [
            |t| t.learner = LearnerId::from_uuid(id(99)),
            |t| t.version = 2,
            |t| t.code = Code::ConvertIn,
            |t| t.issuer = OrganisationId::from_uuid(id(99)),
            |t| t.amount = Amount::from_milli(251).unwrap(),
            |t| t.after.pending = milli(1),
            |t| t.award_key = AwardKey::parse("1/T01/1/2"),
            |t| t.occurred_at = t.occurred_at.plus_ms(1),
            |t| t.approver = Some(LearnerId::from_uuid(id(99))),
            |t| t.rule_version.push('x'),
            |t| t.evidence = Digest::from_slice(&[9; 32]).unwrap(),
            |t| t.salt = [8; 16],
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut other = same.clone();
            change(&mut other);
            assert_ne!(leaf_of(&other), Some(same.leaf), "change {number}");
        }
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else_is() {
        for transfer in [issue(), reversal()] {
            let bytes = canonical_bytes(&transfer);
            assert_eq!(read(&bytes), Some(transfer.clone()));
            for cut in 0..bytes.len() {
                assert_eq!(read(&bytes[..cut]), None, "cut at {cut}");
            }
            assert_eq!(read(&[bytes.as_slice(), &[0]].concat()), None);
            // Whatever else can be read is another transfer, with another leaf.
            for at in 0..bytes.len() {
                let mut other = bytes.clone();
                other[at] ^= 1;
                assert!(read(&other).is_none_or(|read| read.leaf != transfer.leaf && canonical_bytes(&read) == other), "{at}");
            }
        }
    }

    #[test]
    fn an_unknown_form_has_no_leaf() {
        assert_eq!(leaf_of(&Transfer { format_version: 2, ..issue() }), None);
    }
}
