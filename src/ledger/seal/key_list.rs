//! What the log's key says of the book of the agencies' keys: its digest, as a note. Pure.
//!
//! The log's key is what witnesses and everybody's copies of the log already know; so whoever holds it for real can tell whether a book of keys
//! is the bank's. The first line is no log's name and the second no size: what is signed here never passes as a checkpoint.

use ed25519_dalek::SigningKey;

use super::note::{self, NoteError, Verifier};
use crate::kernel::Digest;

/// What a note of this kind begins with.
const FORM: &str = "credit-bank/keys/1";

/// The lines that are signed: form, host, digest in hex.
fn text(host: &str, book: &Digest) -> String {
    format!("{FORM}\n{host}\n{book}\n")
}

/// The note.
pub(super) fn sign(host: &str, book: &Digest, (name, key): (&str, &SigningKey)) -> String {
    note::sign_text(&text(host, book), name, key)
}

/// Whether `note` is the word of the log's key `log` that the book of keys of the bank at `host` has this SHA-256.
///
/// # Errors
/// What is wrong with the note; [`NoteError::NotSigned`] where it says another digest, or another host.
pub fn check(note: &str, log: &Verifier, host: &str, book: &Digest) -> Result<(), NoteError> {
    if note::open_text(note, log)? == text(host, book) { Ok(()) } else { Err(NoteError::NotSigned) }
}

#[cfg(test)]
mod tests {
    use super::super::note::Checkpoint;
    use super::*;

    const HOST: &str = "xuefen.example.cn";
    const LOG: &str = "xuefen.example.cn/ledger";

    #[test]
    fn a_book_is_known_by_its_digest_its_host_and_the_logs_key() {
        let (key, book) = (SigningKey::from_bytes(&[1; 32]), Digest::from_array([7; 32]));
        let (note, log) = (sign(HOST, &book, (LOG, &key)), Verifier::of_log(LOG, &key));
        assert_eq!(check(&note, &log, HOST, &book), Ok(()));
        let stranger = Verifier::of_log(LOG, &SigningKey::from_bytes(&[2; 32]));
        for (log, host, book) in
            [(&stranger, HOST, &book), (&log, "other.example.cn", &book), (&log, HOST, &Digest::from_array([8; 32]))]
        {
            assert_eq!(check(&note, log, host, book), Err(NoteError::NotSigned));
        }
        assert_eq!(check("", &log, HOST, &book), Err(NoteError::NotANote));
    }

    #[test]
    fn it_is_no_checkpoint_and_a_checkpoint_is_none_of_it() {
        let (key, book) = (SigningKey::from_bytes(&[1; 32]), Digest::from_array([7; 32]));
        let log = Verifier::of_log(LOG, &key);
        let note = sign(HOST, &book, (LOG, &key));
        assert_eq!(note::open(&note, std::slice::from_ref(&log)), Err(NoteError::NotACheckpoint));
        let checkpoint = Checkpoint { origin: FORM.to_owned(), size: 7, root: book };
        assert_eq!(check(&note::sign(&checkpoint, LOG, &key), &log, HOST, &book), Err(NoteError::NotSigned));
    }
}
