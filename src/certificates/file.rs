//! What a file that somebody hands in holds: a signed document, perhaps within the picture of a badge, or the picture of a code on paper. Within bounds of
//! time and memory.

use crate::credentials::paper::{NoPicture, NotOne, codes_in, credentials_in};
use crate::credentials::{KeyBook, LongCode, NotCarried, NotVerified, Verified, carried_in, paper_code, verify};

/// What was found in a file.
#[derive(Clone, Debug)]
pub(in crate::certificates) enum Read {
    /// A document whose signature holds.
    Document(Box<Verified>),
    /// A code on paper that proves itself: address, and the version that it is of.
    Paper(LongCode, i64),
    /// The address of a certificate alone: nothing in the picture proves it.
    Address(LongCode),
}

/// Why nothing is answered about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::certificates) enum WrongFile {
    /// There is none.
    Empty,
    /// There is no certificate in it.
    Nothing,
    /// There are two that differ.
    Several,
    /// It holds more than is looked at.
    TooMuch,
    /// It is the picture of a badge, and not as the standard has it.
    Broken,
    /// Its signature is wrong, or was made by nobody that is known here.
    NotSigned,
    /// It is signed by a key that nobody is to believe any more.
    Distrusted,
    /// It is of another bank.
    OtherBank,
}

impl WrongFile {
    /// The key of its words.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Empty => "verify-file-empty",
            Self::Nothing => "verify-file-nothing",
            Self::Several => "verify-file-several",
            Self::TooMuch => "verify-file-too-much",
            Self::Broken => "verify-file-broken",
            Self::NotSigned => "verify-file-not-signed",
            Self::Distrusted => "verify-file-distrusted",
            Self::OtherBank => "verify-file-other-bank",
        }
    }
}

impl From<NotVerified> for WrongFile {
    fn from(error: NotVerified) -> Self {
        match error {
            NotVerified::TooLong => Self::TooMuch,
            NotVerified::Unreadable | NotVerified::NotOurs(_) | NotVerified::NotPaper | NotVerified::WrongCode(_) => {
                Self::Nothing
            }
            NotVerified::OtherBank => Self::OtherBank,
            NotVerified::Distrusted => Self::Distrusted,
            NotVerified::UnknownAgency
            | NotVerified::UnknownKey
            | NotVerified::OtherDay
            | NotVerified::WrongSignature
            | NotVerified::NotCanonical(_) => Self::NotSigned,
        }
    }
}

impl From<NotCarried> for WrongFile {
    fn from(error: NotCarried) -> Self {
        match error {
            NotCarried::TooMuch => Self::TooMuch,
            NotCarried::Several => Self::Several,
            NotCarried::Broken => Self::Broken,
        }
    }
}

/// The key of the words for a document that does not verify.
#[must_use]
pub fn wrong_document(error: NotVerified) -> &'static str {
    WrongFile::from(error).key()
}

/// Reads a file: PDF, JSON, JWT, a badge, PNG or JPEG, by what is in it and not by its name. A PNG in which a document is baked is a badge, any other one a
/// photograph.
pub(in crate::certificates) fn read_file(file: &[u8], book: &KeyBook) -> Result<Read, WrongFile> {
    if file.is_empty() {
        return Err(WrongFile::Empty);
    }
    if let Some(document) = carried_in(file)? {
        return Ok(Read::Document(Box::new(verify(document.trim().as_bytes(), book)?)));
    }
    if file.starts_with(&[0xff, 0xd8]) || file.starts_with(&[0x89, b'P', b'N', b'G']) {
        return read_picture(file, book);
    }
    let text = file.trim_ascii();
    if text.starts_with(b"{") || text.starts_with(b"eyJ") {
        return Ok(Read::Document(Box::new(verify(text, book)?)));
    }
    let found = credentials_in(file).map_err(|error| match error {
        NotOne::TooMuch => WrongFile::TooMuch,
        NotOne::Several => WrongFile::Several,
    })?;
    let document = found.ok_or(WrongFile::Nothing)?;
    Ok(Read::Document(Box::new(verify(document.to_string().as_bytes(), book)?)))
}

fn read_picture(file: &[u8], book: &KeyBook) -> Result<Read, WrongFile> {
    let texts = codes_in(file).map_err(|error| match error {
        NoPicture::Kind => WrongFile::Nothing,
        NoPicture::TooLarge => WrongFile::TooMuch,
    })?;
    let mut why = WrongFile::Nothing;
    for text in texts {
        let Ok((origin, code, payload)) = paper_code::parts_of(&text) else { continue };
        if origin != book.origin {
            why = WrongFile::OtherBank;
        } else if payload.is_empty() {
            return Ok(Read::Address(code));
        } else {
            match paper_code::verify(&text, book) {
                Ok((code, paper)) => return Ok(Read::Paper(code, i64::from(paper.version))),
                Err(error) => why = error.into(),
            }
        }
    }
    Err(why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::Origin;
    use crate::kernel::Timestamp;

    fn book() -> KeyBook {
        KeyBook {
            origin: Origin::of_host("xuefen.example.cn").unwrap(),
            made_at: Timestamp::from_ms(0),
            agencies: Vec::new(),
            kinds: Vec::new(),
            units: Vec::new(),
        }
    }

    #[test]
    fn what_is_no_certificate_says_so_whatever_it_claims_to_be() {
        let nested = "[".repeat(200_000);
        let twice = b"<svg xmlns:openbadges='https://purl.imsglobal.org/ob/v3p0'><openbadges:credential verify='a'/><openbadges:credential verify='a'/></svg>";
        let files: [(&[u8], WrongFile); 12] = [
            (b"", WrongFile::Empty),
            (b"hello", WrongFile::Nothing),
            (b"{\"a\": 1}", WrongFile::Nothing),
            (b"eyJhbGciOiJub25lIn0.e30.", WrongFile::Nothing),
            (b"%PDF-1.7\nstream\nnothing\nendstream", WrongFile::Nothing),
            (&[0xff, 0xd8, 0xff, 0xe0, 0], WrongFile::Nothing),
            (b"\x89PNG\r\n\x1a\n", WrongFile::Nothing),
            (nested.as_bytes(), WrongFile::Nothing),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", WrongFile::Nothing),
            (b"<svg><script/></svg>", WrongFile::Broken),
            (twice, WrongFile::Several),
            (b"{\"type\": \"VerifiablePresentation\", \"verifiableCredential\": [{\"a\": 1}]}", WrongFile::Nothing),
        ];
        for (file, wrong) in files {
            assert_eq!(read_file(file, &book()).unwrap_err(), wrong, "{:?}", file.get(..20).unwrap_or(file));
        }
    }

    #[test]
    fn a_file_that_swells_is_not_unpacked_beyond_its_bounds() {
        use std::io::Write as _;
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![b' '; 16 * 1024 * 1024]).unwrap();
        let swelling = encoder.finish().unwrap();
        let mut file = b"%PDF-1.7\n".to_vec();
        for _ in 0..300 {
            file.extend_from_slice(b"stream\n");
            file.extend_from_slice(&swelling);
            file.extend_from_slice(b"\nendstream\n");
        }
        assert_eq!(read_file(&file, &book()).unwrap_err(), WrongFile::TooMuch);
    }
}
