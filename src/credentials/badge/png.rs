//! A document in a PNG: one `iTXt` chunk with the keyword of Open Badges 3.0 (5.3.1), its text as it is and never compressed.

use flate2::Crc;

use crate::credentials::carried::{MOST_TEXT, NotCarried};

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// Bytes of the head, which comes first: its length and kind, thirteen bytes, its sum.
const HEAD: usize = 25;
const KEYWORD: &[u8] = b"openbadgecredential";
/// After the keyword: its end, not compressed, by no method, in no language, by no other name.
const PLAIN: [u8; 5] = [0; 5];

/// The picture with the document behind its head.
pub(super) fn baked(picture: &[u8], credential: &str) -> Option<Vec<u8>> {
    let (head, rest) = picture.split_at_checked(SIGNATURE.len() + HEAD)?;
    let data = [KEYWORD, PLAIN.as_slice(), credential.as_bytes()].concat();
    Some([head, chunk(b"iTXt", &data)?.as_slice(), rest].concat())
}

/// Length, kind, data and the sum of kind and data.
pub(super) fn chunk(kind: &[u8; 4], data: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(data.len()).ok()?;
    Some([length.to_be_bytes().as_slice(), kind.as_slice(), data, sum(kind, data).to_be_bytes().as_slice()].concat())
}

fn sum(kind: &[u8; 4], data: &[u8]) -> u32 {
    let mut sum = Crc::new();
    sum.update(kind);
    sum.update(data);
    sum.sum()
}

/// Whether a file is a PNG.
pub(in crate::credentials) fn is_one(file: &[u8]) -> bool {
    file.starts_with(&SIGNATURE)
}

/// The document in a PNG; none where it has no chunk of that name, as a photograph. The picture itself is not looked at.
pub(in crate::credentials) fn carried(file: &[u8]) -> Result<Option<String>, NotCarried> {
    let mut found = None;
    for chunk in Chunks(file.get(SIGNATURE.len()..).unwrap_or_default()).take_while(|chunk| chunk.kind != *b"IEND") {
        let is_text = matches!(&chunk.kind, b"iTXt" | b"tEXt" | b"zTXt");
        let named = chunk.data.strip_prefix(KEYWORD).filter(|rest| is_text && rest.first().is_none_or(|end| *end == 0));
        let Some(rest) = named else { continue };
        if found.is_some() {
            return Err(NotCarried::Several);
        }
        found = Some(chunk.text(rest)?);
    }
    Ok(found)
}

struct Chunk<'a> {
    kind: [u8; 4],
    data: &'a [u8],
    sum: u32,
}

impl Chunk<'_> {
    /// The text of a chunk, of which `rest` follows the keyword. What is compressed is refused as it is, never unpacked.
    fn text(&self, rest: &[u8]) -> Result<String, NotCarried> {
        let is_whole = self.kind == *b"iTXt" && sum(&self.kind, self.data) == self.sum;
        let plain = rest.strip_prefix(&[0, 0, 0]).filter(|_| is_whole).ok_or(NotCarried::Broken)?;
        // Language and the keyword's other name say nothing here.
        let text = plain.splitn(3, |byte| *byte == 0).nth(2).ok_or(NotCarried::Broken)?;
        if text.len() > MOST_TEXT {
            return Err(NotCarried::TooMuch);
        }
        String::from_utf8(text.to_vec()).map_err(|_| NotCarried::Broken)
    }
}

/// The chunks of a PNG, as far as they are whole.
struct Chunks<'a>(&'a [u8]);

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Chunk<'a>> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let (kind, rest) = rest.split_first_chunk::<4>()?;
        let (data, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        let (sum, rest) = rest.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(Chunk { kind: *kind, data, sum: u32::from_be_bytes(*sum) })
    }
}
