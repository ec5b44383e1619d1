//! 凭证: what shows, without this bank and without the network, that one transfer stands in the sealed book. Pure.
//!
//! A receipt is JSON: the canonical bytes of the transfer (salt included), its number in the log, the inclusion proof, and the signed
//! checkpoint with whoever witnessed it. `entry` says the same in words that can be read; it is compared with the bytes, so that
//! nobody is shown anything but what was sealed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::note::{self, Checkpoint, NoteError, Verifier};
use super::{Proven, merkle};
use crate::kernel::Digest;
use crate::ledger::canonical::{canonical_bytes, read};
use crate::ledger::transfer::Transfer;

/// The form written today.
const FORMAT: &str = "credit-bank/receipt/1";
/// A longer text is no receipt of ours.
const MOST_BYTES: usize = 64 * 1024;
/// Hashes in the longest proof: one for each bit of a leaf's number.
const MOST_HASHES: usize = 64;

/// A receipt as it is handed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    format: String,
    entry: Entry,
    /// Base64.
    canonical: String,
    /// From 0.
    leaf: u64,
    /// Hex, the lowest first.
    proof: Vec<String>,
    checkpoint: String,
    /// Of the log, as `name+id+key`. To be compared with the key that is published elsewhere.
    key: String,
}

/// What the transfer says, to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The account, a number without a name.
    account: String,
    transfer: String,
    /// Place in the account's chain, from 1.
    version: i64,
    code: String,
    phase: String,
    /// `asset/unit/level/cycle`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    award: Option<String>,
    /// In credits, with three decimals.
    credits: String,
    /// RFC 3339.
    occurred_at: String,
    /// RFC 3339.
    recorded_at: String,
    rule_version: String,
}

impl Entry {
    fn of(transfer: &Transfer) -> Self {
        let milli = transfer.amount.milli();
        Self {
            account: transfer.learner.to_string(),
            transfer: transfer.id.to_string(),
            version: transfer.version,
            code: transfer.code.code().to_owned(),
            phase: transfer.phase.code().to_owned(),
            award: transfer.award_key.as_ref().map(ToString::to_string),
            credits: format!("{}.{:03}", milli / 1000, milli % 1000),
            occurred_at: transfer.occurred_at.to_rfc3339(),
            recorded_at: transfer.recorded_at.to_rfc3339(),
            rule_version: transfer.rule_version.clone(),
        }
    }
}

/// What a receipt that holds shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The transfer as it was sealed.
    pub transfer: Transfer,
    /// Its number in the log, from 0.
    pub leaf: u64,
    /// The checkpoint that covers it.
    pub checkpoint: Checkpoint,
    /// The key that signed it.
    pub key: Verifier,
    /// Witnesses of those asked for that signed it too, with the time each names (seconds since 1970).
    pub witnesses: Vec<(String, u64)>,
}

/// Why a receipt shows nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotVerified {
    /// It is not JSON of this form.
    #[error("this is no receipt")]
    NotAReceipt,
    /// What is sealed in it is no transfer.
    #[error("its bytes are no transfer")]
    NoTransfer,
    /// The words say something else than the sealed bytes.
    #[error("its words differ from what was sealed")]
    WordsDiffer,
    /// The proof does not lead to the checkpoint.
    #[error("it does not stand in the book of this checkpoint")]
    NotIncluded,
    /// Signature or key is wrong.
    #[error("the checkpoint is not signed: {0}")]
    NotSigned(#[from] NoteError),
    /// The key is none of those that are trusted.
    #[error("the key is none of those named")]
    OtherKey,
}

impl Receipt {
    /// The receipt of `transfer`, which `proven` is about.
    #[must_use]
    pub fn of(transfer: &Transfer, proven: &Proven) -> Self {
        Self {
            format: FORMAT.to_owned(),
            entry: Entry::of(transfer),
            canonical: STANDARD.encode(canonical_bytes(transfer)),
            leaf: proven.leaf.seq,
            proof: proven.proof.iter().map(ToString::to_string).collect(),
            checkpoint: proven.note.clone(),
            key: proven.key.to_text(),
        }
    }

    /// The receipt in a text.
    ///
    /// # Errors
    /// [`NotVerified::NotAReceipt`].
    pub fn parse(text: &str) -> Result<Self, NotVerified> {
        let wrong = NotVerified::NotAReceipt;
        let receipt: Self = if text.len() > MOST_BYTES { Err(wrong) } else { serde_json::from_str(text).map_err(|_| wrong) }?;
        if receipt.format == FORMAT && receipt.proof.len() <= MOST_HASHES { Ok(receipt) } else { Err(wrong) }
    }

    /// The receipt as JSON that can be read.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Checks everything that can be checked without the bank. With `trusted` keys named, only they count; without, the key in the receipt
    /// is taken, and is to be compared by whoever asks.
    ///
    /// # Errors
    /// [`NotVerified`].
    pub fn verify(&self, trusted: &[Verifier], witnesses: &[Verifier]) -> Result<Verified, NotVerified> {
        let bytes = STANDARD.decode(&self.canonical).map_err(|_| NotVerified::NoTransfer)?;
        let transfer = read(&bytes).ok_or(NotVerified::NoTransfer)?;
        if Entry::of(&transfer) != self.entry {
            return Err(NotVerified::WordsDiffer);
        }
        let key = Verifier::parse(&self.key)?;
        if !trusted.is_empty() && !trusted.contains(&key) {
            return Err(NotVerified::OtherKey);
        }
        let checkpoint = note::open(&self.checkpoint, std::slice::from_ref(&key))?.checkpoint;
        if checkpoint.origin != key.name() {
            return Err(NotVerified::OtherKey);
        }
        let hash = |text: &String| hex::decode(text).ok().and_then(|bytes| Digest::from_slice(&bytes));
        let proof: Vec<Digest> = self.proof.iter().map(hash).collect::<Option<_>>().ok_or(NotVerified::NotAReceipt)?;
        if !merkle::includes(&transfer.leaf, self.leaf, checkpoint.size, &proof, &checkpoint.root) {
            return Err(NotVerified::NotIncluded);
        }
        let witnesses = witnesses.iter().filter_map(|witness| {
            let (_, time) = note::line_by(&self.checkpoint, witness).ok()?;
            Some((witness.name().to_owned(), time))
        });
        Ok(Verified { transfer, leaf: self.leaf, checkpoint, key, witnesses: witnesses.collect() })
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;
    use uuid::Uuid;

    use super::*;
    use crate::kernel::Timestamp;
    use crate::ledger::canonical::tests::issue;
    use crate::ledger::seal::{Leaf, LeafKind};

    const ORIGIN: &str = "xuefen.example.cn/ledger";

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[1; 32])
    }

    fn receipt() -> Receipt {
        let transfer = issue();
        let other = merkle::leaf_hash(b"other");
        let root = merkle::node_hash(&other, &transfer.leaf);
        let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: 2, root };
        let note = note::sign(&checkpoint, ORIGIN, &key());
        let note = format!("{note}{}", note::cosign(&note, "library", &SigningKey::from_bytes(&[2; 32]), 9).unwrap());
        let leaf = Leaf {
            seq: 1,
            hash: transfer.leaf,
            kind: LeafKind::Transfer,
            learner: transfer.learner,
            record: Uuid::nil(),
            sealed_at: Timestamp::from_ms(0),
        };
        let (key, signed_at) = (Verifier::of_log(ORIGIN, &key()), Timestamp::from_ms(0));
        Receipt::of(&transfer, &Proven { leaf, note, size: 2, signed_at, key, proof: vec![other], witnesses: Vec::new() })
    }

    #[test]
    fn a_receipt_shows_what_was_sealed_and_who_saw_it() {
        let read = Receipt::parse(&receipt().to_json()).unwrap();
        let log = Verifier::of_log(ORIGIN, &key());
        let witness = Verifier::of_witness("library", &SigningKey::from_bytes(&[2; 32]));
        let verified = read.verify(&[log], &[witness]).unwrap();
        assert_eq!((verified.transfer, verified.leaf, verified.checkpoint.size), (issue(), 1, 2));
        assert_eq!(verified.witnesses, [("library".to_owned(), 9)]);
        assert!(read.verify(&[], &[]).unwrap().witnesses.is_empty());
    }

    #[test]
    fn whatever_is_changed_in_a_receipt_is_noticed() {
        let forged_bytes = STANDARD.encode(canonical_bytes(&crate::ledger::canonical::tests::reversal()));
        let stranger = Verifier::of_log(ORIGIN, &SigningKey::from_bytes(&[7; 32])).to_text();
        let elsewhere = Verifier::of_log("other.example.cn/ledger", &key()).to_text();
        type Change<'a> = (&'a str, Box<dyn Fn(&mut Receipt) + 'a>, NotVerified);
        let changes: Vec<Change<'_>> = vec![
            ("amount", Box::new(|r| r.entry.credits = "25.000".to_owned()), NotVerified::WordsDiffer),
            ("account", Box::new(|r| r.entry.account = Uuid::nil().to_string()), NotVerified::WordsDiffer),
            ("bytes", Box::new(|r| r.canonical = forged_bytes.clone()), NotVerified::WordsDiffer),
            ("base64", Box::new(|r| r.canonical = "?".to_owned()), NotVerified::NoTransfer),
            ("number", Box::new(|r| r.leaf = 0), NotVerified::NotIncluded),
            ("far number", Box::new(|r| r.leaf = u64::MAX), NotVerified::NotIncluded),
            ("no proof", Box::new(|r| r.proof.clear()), NotVerified::NotIncluded),
            ("hex", Box::new(|r| r.proof[0] = "zz".to_owned()), NotVerified::NotAReceipt),
            (
                "size",
                Box::new(|r| r.checkpoint = r.checkpoint.replacen("\n2\n", "\n3\n", 1)),
                NotVerified::NotSigned(NoteError::NotSigned),
            ),
            ("key", Box::new(|r| r.key = stranger.clone()), NotVerified::NotSigned(NoteError::NotSigned)),
            ("log", Box::new(|r| r.key = elsewhere.clone()), NotVerified::NotSigned(NoteError::NotSigned)),
            ("no key", Box::new(|r| r.key.clear()), NotVerified::NotSigned(NoteError::NotAKey)),
        ];
        for (what, change, why) in changes {
            let mut receipt = receipt();
            change(&mut receipt);
            assert_eq!(receipt.verify(&[], &[]), Err(why), "{what}");
        }
        let other = Verifier::of_log(ORIGIN, &SigningKey::from_bytes(&[7; 32]));
        assert_eq!(receipt().verify(&[other], &[]), Err(NotVerified::OtherKey));
    }

    #[test]
    fn what_is_no_receipt_is_refused_whatever_it_is() {
        let deep = "[".repeat(10_000) + &"]".repeat(10_000);
        let long = format!("\"{}\"", "长".repeat(30_000));
        let more = receipt().to_json().replacen('{', "{\"more\": 1,", 1);
        let other_form = receipt().to_json().replace("receipt/1", "receipt/2");
        for text in ["", "null", "{}", "[]", "凭证", &deep, &long, &more, &other_form] {
            assert_eq!(Receipt::parse(text), Err(NotVerified::NotAReceipt));
        }
    }
}
