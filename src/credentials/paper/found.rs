//! What is found again in a file: the document that is attached to a PDF of ours, or stands there bare.

use std::io::Read;

use flate2::read::ZlibDecoder;
use serde_json::Value;

use crate::credentials::MOST_ISSUED_BYTES;
use crate::credentials::document::facts_of;
use crate::credentials::shape;

/// Streams of a PDF that are looked at.
const MOST_STREAMS: usize = 200;
/// No credential is longer: longer streams are passed over.
const MOST_BYTES: usize = MOST_ISSUED_BYTES;
/// Bytes that unpacking may come to, in all.
const MOST_UNPACKED: usize = 8 * 1024 * 1024;

/// Why no one document is taken from a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOne {
    /// It has more streams, or more in them, than is looked at.
    #[error("more than is looked at")]
    TooMuch,
    /// It has two documents that differ.
    #[error("two different documents")]
    Several,
}

/// The credential in a file: attached to a PDF, or the file itself. A PDF is not read as one: each stream is taken as it is and unpacked, and what
/// has the shape of our documents is one. Nothing is verified.
///
/// # Errors
/// [`NotOne`].
pub fn credentials_in(file: &[u8]) -> Result<Option<Value>, NotOne> {
    if !is_pdf(file) {
        return Ok(credential_of(file));
    }
    let (mut found, mut unpacked) = (None, 0);
    for (count, stream) in Streams(file).enumerate() {
        if count >= MOST_STREAMS {
            return Err(NotOne::TooMuch);
        }
        let whole = unpack(stream);
        unpacked += whole.len();
        if unpacked > MOST_UNPACKED {
            return Err(NotOne::TooMuch);
        }
        let Some(credential) = credential_of(stream).or_else(|| credential_of(&whole)) else { continue };
        if found.as_ref().is_some_and(|known| *known != credential) {
            return Err(NotOne::Several);
        }
        found = Some(credential);
    }
    Ok(found)
}

/// Whether a file says that it is a PDF, which it may do within its first thousand bytes.
fn is_pdf(file: &[u8]) -> bool {
    file.get(..1024).unwrap_or(file).windows(5).any(|window| window == b"%PDF-")
}

fn credential_of(bytes: &[u8]) -> Option<Value> {
    let text = bytes.trim_ascii();
    if text.len() > MOST_BYTES || text.first() != Some(&b'{') {
        return None;
    }
    shape::strict(text).filter(|document| facts_of(document).is_ok())
}

/// What a stream is when it is inflated, as far as a credential may be long, and one byte more.
fn unpack(stream: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    let most = u64::try_from(MOST_BYTES + 1).unwrap_or(u64::MAX);
    // What cannot be inflated to its end is none of ours; what came before is looked at all the same, and is no document.
    let _: std::io::Result<usize> = ZlibDecoder::new(stream).take(most).read_to_end(&mut whole);
    whole
}

/// What stands between `stream` and `endstream`.
struct Streams<'a>(&'a [u8]);

impl<'a> Iterator for Streams<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let begin = find(self.0, b"stream")? + 6;
        let rest = self.0.get(begin..)?;
        let rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
        let end = find(rest, b"endstream")?;
        let (stream, after) = rest.split_at_checked(end)?;
        self.0 = after.get(9..)?;
        Some(stream)
    }
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}
