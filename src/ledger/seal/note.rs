//! Checkpoints as signed notes: C2SP signed-note, tlog-checkpoint and tlog-cosignature, in Ed25519. Pure.
//!
//! A checkpoint is three lines: the log's origin, how many leaves it has, its root in base64. Under an empty line stand signatures,
//! the log's own first, then those of witnesses. What cannot be understood is refused; a signature by a key that nobody named is
//! skipped, as the format asks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::kernel::Digest;

/// C2SP signed-note: the kind of an Ed25519 signature over the note's text.
const ED25519: u8 = 1;
/// C2SP tlog-cosignature: the kind of a witness's signature, with its time.
const COSIGNATURE: u8 = 4;
/// A note longer than this is none of ours.
const MOST_BYTES: usize = 64 * 1024;
/// More signatures than this are not looked at.
const MOST_SIGNATURES: usize = 100;

/// What is wrong with a note or a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// It has not the form of a note.
    #[error("this is no signed note")]
    NotANote,
    /// Its text has not the form of a checkpoint.
    #[error("this note is no checkpoint")]
    NotACheckpoint,
    /// A key has not the form `name+id+key`, or its id is not that of the key.
    #[error("this is no verifier key")]
    NotAKey,
    /// It is signed by none of the keys given, or a signature of theirs is wrong.
    #[error("no known key has signed this")]
    NotSigned,
    /// It belongs to another log.
    #[error("this checkpoint is of another log")]
    OtherLog,
}

/// The state of a log at one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's unique name, like an address without a scheme.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Digest,
}

impl Checkpoint {
    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.bytes()))
    }

    /// The checkpoint of a note's text. Lines after the third are extensions and belong to what is signed; we know none.
    ///
    /// # Errors
    /// [`NoteError::NotACheckpoint`].
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let wrong = NoteError::NotACheckpoint;
        let mut lines = text.split('\n');
        let (origin, size, root) = (lines.next(), lines.next(), lines.next());
        let (Some(origin), Some(size), Some(root)) = (origin, size, root) else { return Err(wrong) };
        let is_canonical = size == "0" || (!size.starts_with('0') && size.bytes().all(|byte| byte.is_ascii_digit()));
        if origin.is_empty() || !is_canonical {
            return Err(wrong);
        }
        let root = STANDARD.decode(root).ok().and_then(|bytes| Digest::from_slice(&bytes)).ok_or(wrong)?;
        Ok(Self { origin: origin.to_owned(), size: size.parse().map_err(|_| wrong)?, root })
    }
}

/// Who signs: a log or a witness, by name and key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    kind: u8,
    key: VerifyingKey,
}

impl Verifier {
    /// The verifier of a log's own signatures.
    #[must_use]
    pub fn of_log(name: &str, key: &SigningKey) -> Self {
        Self { name: name.to_owned(), kind: ED25519, key: key.verifying_key() }
    }

    /// The verifier of a witness's cosignatures.
    #[must_use]
    pub fn of_witness(name: &str, key: &SigningKey) -> Self {
        Self { name: name.to_owned(), kind: COSIGNATURE, key: key.verifying_key() }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is a witness's.
    #[must_use]
    pub const fn is_witness(&self) -> bool {
        self.kind == COSIGNATURE
    }

    /// The form in which keys are handed on: `name+id+key`.
    #[must_use]
    pub fn to_text(&self) -> String {
        let key = [&[self.kind], self.key.as_bytes().as_slice()].concat();
        format!("{}+{}+{}", self.name, hex::encode(self.id()), STANDARD.encode(key))
    }

    /// The verifier written as `name+id+key`.
    ///
    /// # Errors
    /// [`NoteError::NotAKey`], also where the id is not the key's.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let wrong = NoteError::NotAKey;
        // The key may hold a `+` of its own, the name may not.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else { return Err(wrong) };
        let bytes = STANDARD.decode(key).map_err(|_| wrong)?;
        let Some((kind, key)) = bytes.split_first().filter(|(kind, _)| [ED25519, COSIGNATURE].contains(kind)) else {
            return Err(wrong);
        };
        let key = key.try_into().ok().and_then(|key| VerifyingKey::from_bytes(key).ok()).ok_or(wrong)?;
        let verifier = Self { name: name.to_owned(), kind: *kind, key };
        let fits = is_name(name) && hex::decode(id).is_ok_and(|id| id == verifier.id());
        if fits { Ok(verifier) } else { Err(wrong) }
    }

    /// The first four bytes of SHA-256 over name, newline, kind and key: tells keys of one name apart.
    fn id(&self) -> [u8; 4] {
        let mut hasher = Sha256::new();
        hasher.update(self.name.as_bytes());
        hasher.update([b'\n', self.kind]);
        hasher.update(self.key.as_bytes());
        let hash: [u8; 32] = hasher.finalize().into();
        let [a, b, c, d, ..] = hash;
        [a, b, c, d]
    }

    /// Whether `line` is this verifier's signature over `text`: `None` where it is by another key; else the time a witness names
    /// (seconds since 1970; 0 from a log).
    fn check(&self, line: &SignatureLine, text: &str) -> Option<Result<u64, NoteError>> {
        if line.name != self.name || line.id != self.id() {
            return None;
        }
        let wrong = NoteError::NotSigned;
        let (time, signature) = if self.kind == COSIGNATURE {
            let Some((time, signature)) = line.bytes.split_first_chunk::<8>() else { return Some(Err(wrong)) };
            (u64::from_be_bytes(*time), signature)
        } else {
            (0, line.bytes.as_slice())
        };
        let Ok(signature) = Signature::from_slice(signature) else { return Some(Err(wrong)) };
        let message = if self.kind == COSIGNATURE { cosigned(time, text) } else { text.to_owned() };
        let holds = self.key.verify_strict(message.as_bytes(), &signature).is_ok();
        Some(if holds { Ok(time) } else { Err(wrong) })
    }
}

/// What a witness signs.
fn cosigned(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// Names stand in lines between spaces, and before a `+` in keys.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('+') && !name.chars().any(char::is_whitespace)
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct SignatureLine {
    name: String,
    id: [u8; 4],
    bytes: Vec<u8>,
}

impl SignatureLine {
    fn parse(line: &str) -> Option<Self> {
        let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
        let bytes = STANDARD.decode(signature).ok()?;
        let (id, bytes) = bytes.split_first_chunk::<4>()?;
        is_name(name).then(|| Self { name: name.to_owned(), id: *id, bytes: bytes.to_vec() })
    }

    fn write(verifier: &Verifier, signature: &[u8]) -> String {
        let bytes = [verifier.id().as_slice(), signature].concat();
        format!("— {} {}\n", verifier.name, STANDARD.encode(bytes))
    }
}

/// Signs a checkpoint as the log named `name`: the whole note.
#[must_use]
pub fn sign(checkpoint: &Checkpoint, name: &str, key: &SigningKey) -> String {
    sign_text(&checkpoint.text(), name, key)
}

/// Signs lines of text, the last with its newline, as `name`: the whole note.
#[must_use]
pub fn sign_text(text: &str, name: &str, key: &SigningKey) -> String {
    let signature = key.sign(text.as_bytes());
    format!("{text}\n{}", SignatureLine::write(&Verifier::of_log(name, key), &signature.to_bytes()))
}

/// The line by which the witness `name` says that it has seen the text of `note` at `time` (seconds since 1970), and saw nothing
/// that contradicts it.
///
/// # Errors
/// [`NoteError::NotANote`].
pub fn cosign(note: &str, name: &str, key: &SigningKey, time: u64) -> Result<String, NoteError> {
    let (text, _) = parts(note)?;
    let signature = key.sign(cosigned(time, text).as_bytes());
    let bytes = [time.to_be_bytes().as_slice(), &signature.to_bytes()].concat();
    Ok(SignatureLine::write(&Verifier::of_witness(name, key), &bytes))
}

/// The text of a note, if `verifier` has signed it.
///
/// # Errors
/// What is wrong with it.
pub fn open_text<'n>(note: &'n str, verifier: &Verifier) -> Result<&'n str, NoteError> {
    let (text, lines) = parts(note)?;
    let found = lines.iter().find_map(|line| verifier.check(line, text)).ok_or(NoteError::NotSigned)?;
    found.map(|_| text)
}

/// Who of those named has signed a note, and when (0 where no time is named).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// What was signed.
    pub checkpoint: Checkpoint,
    /// The names of those who signed, in the order of the note, with the time a witness names.
    pub signers: Vec<(String, u64)>,
}

/// Opens a note: at least one of `verifiers` must have signed it, and whichever of them stands there must be right.
///
/// # Errors
/// What is wrong with it.
pub fn open(note: &str, verifiers: &[Verifier]) -> Result<Opened, NoteError> {
    let (text, lines) = parts(note)?;
    let checkpoint = Checkpoint::parse(text)?;
    let mut signers = Vec::new();
    for line in &lines {
        let found = verifiers.iter().find_map(|verifier| verifier.check(line, text).map(|time| (verifier, time)));
        if let Some((verifier, time)) = found {
            signers.push((verifier.name.clone(), time?));
        }
    }
    if signers.is_empty() { Err(NoteError::NotSigned) } else { Ok(Opened { checkpoint, signers }) }
}

/// The line of a note that `verifier` signed, checked; with the time it names.
///
/// # Errors
/// [`NoteError::NotSigned`] where there is none, or it is wrong.
pub fn line_by(note: &str, verifier: &Verifier) -> Result<(String, u64), NoteError> {
    let (text, lines) = parts(note)?;
    let found = lines.iter().find_map(|line| verifier.check(line, text).map(|time| (line, time)));
    let (line, time) = found.ok_or(NoteError::NotSigned)?;
    let time = time?;
    let bytes = [line.id.as_slice(), &line.bytes].concat();
    Ok((format!("— {} {}\n", line.name, STANDARD.encode(bytes)), time))
}

/// The text of a note, with its last newline, and its signature lines.
fn parts(note: &str) -> Result<(&str, Vec<SignatureLine>), NoteError> {
    let wrong = NoteError::NotANote;
    let is_plain = note.len() <= MOST_BYTES && !note.chars().any(|c| c.is_control() && c != '\n');
    let (at, _) = note.match_indices("\n\n").last().filter(|_| is_plain && note.ends_with('\n')).ok_or(wrong)?;
    let (text, rest) = (note.get(..=at).ok_or(wrong)?, note.get(at + 2..).ok_or(wrong)?);
    let lines: Vec<SignatureLine> = rest.lines().map(SignatureLine::parse).collect::<Option<_>>().ok_or(wrong)?;
    if lines.is_empty() || lines.len() > MOST_SIGNATURES { Err(wrong) } else { Ok((text, lines)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "xuefen.example.cn/ledger";

    fn key(byte: u8) -> SigningKey {
        SigningKey::from_bytes(&[byte; 32])
    }

    fn checkpoint(size: u64) -> Checkpoint {
        Checkpoint { origin: ORIGIN.to_owned(), size, root: crate::ledger::seal::merkle::leaf_hash(&size.to_be_bytes()) }
    }

    /// The example of the C2SP signed-note text, whose key and signatures are published.
    #[test]
    fn a_published_key_is_read_and_written() {
        let published = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let verifier = Verifier::parse(published).unwrap();
        assert_eq!(verifier.to_text(), published);
        let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
        let signature =
            "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
        let line = SignatureLine::parse(signature).unwrap();
        assert_eq!(verifier.check(&line, text), Some(Ok(0)));
        assert_eq!(verifier.check(&line, &text.replace('I', "i")), Some(Err(NoteError::NotSigned)));
    }

    #[test]
    fn a_checkpoint_is_signed_and_opened_by_its_key_alone() {
        let note = sign(&checkpoint(7), ORIGIN, &key(1));
        let log = Verifier::of_log(ORIGIN, &key(1));
        let opened = open(&note, std::slice::from_ref(&log)).unwrap();
        assert_eq!((opened.checkpoint, opened.signers), (checkpoint(7), vec![(ORIGIN.to_owned(), 0)]));
        assert_eq!(Verifier::parse(&log.to_text()), Ok(log));
        assert_eq!(open(&note, &[Verifier::of_log(ORIGIN, &key(2))]), Err(NoteError::NotSigned));
        assert_eq!(open(&note, &[Verifier::of_log("other", &key(1))]), Err(NoteError::NotSigned));
    }

    #[test]
    fn any_changed_character_is_found() {
        let note = sign(&checkpoint(1234), ORIGIN, &key(1));
        let log = [Verifier::of_log(ORIGIN, &key(1))];
        for at in 0..note.len() {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            assert!(open(&changed, &log).is_err(), "{changed}");
        }
    }

    #[test]
    fn a_witness_signs_with_its_time_and_is_told_from_the_log() {
        let note = sign(&checkpoint(7), ORIGIN, &key(1));
        let line = cosign(&note, "archive.example.cn", &key(2), 1_772_413_200).unwrap();
        let whole = format!("{note}{line}");
        let (log, witness) = (Verifier::of_log(ORIGIN, &key(1)), Verifier::of_witness("archive.example.cn", &key(2)));
        let opened = open(&whole, &[log.clone(), witness.clone()]).unwrap();
        assert_eq!(opened.signers, [(ORIGIN.to_owned(), 0), ("archive.example.cn".to_owned(), 1_772_413_200)]);
        assert_eq!(line_by(&whole, &witness), Ok((line, 1_772_413_200)));
        assert_eq!(line_by(&note, &witness), Err(NoteError::NotSigned));
        // A log's key is no witness's: the kinds are told apart.
        assert_eq!(line_by(&whole, &Verifier::of_log("archive.example.cn", &key(2))), Err(NoteError::NotSigned));
    }

    #[test]
    fn what_is_no_note_is_refused_and_harms_nobody() {
        let log = [Verifier::of_log(ORIGIN, &key(1))];
        let good = sign(&checkpoint(7), ORIGIN, &key(1));
        let long = "x\n".repeat(40_000);
        let cases = [
            ("", NoteError::NotANote),
            ("\n\n", NoteError::NotANote),
            ("a\n1\nAAAA\n", NoteError::NotANote),
            (good.trim_end(), NoteError::NotANote),
            (&good.replace("— ", "- "), NoteError::NotANote),
            (&good.replace('\n', "\r\n"), NoteError::NotANote),
            (&good.replace("\n7\n", "\n07\n"), NoteError::NotACheckpoint),
            (&good.replace("\n7\n", "\n-7\n"), NoteError::NotACheckpoint),
            (&good.replace("\n7\n", "\n18446744073709551616\n"), NoteError::NotACheckpoint),
            (&good.replace("\n7\n", "\n８\n"), NoteError::NotACheckpoint),
            (long.as_str(), NoteError::NotANote),
        ];
        for (note, expected) in cases {
            assert_eq!(open(note, &log), Err(expected), "{note}");
        }
        for key in ["", "a", "a+b", "a+00000000+AA==", "a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"] {
            assert_eq!(Verifier::parse(key), Err(NoteError::NotAKey), "{key}");
        }
    }
}
