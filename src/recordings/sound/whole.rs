//! Whether a file is there from its beginning to its end. A decoder takes what it gets and calls the rest the end.

use super::{Unsound, mp3, ogg};
use crate::curriculum::model::Sound;

pub(super) fn is_whole(sound: Sound, bytes: &[u8]) -> Result<(), Unsound> {
    match sound {
        Sound::Mp3 => mp3::is_whole(bytes),
        Sound::Wav => is_whole_wave(bytes),
        Sound::Ogg => ogg::is_whole(bytes),
        Sound::M4a => is_whole_mp4(bytes),
    }
}

pub(super) fn little(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..)?.first_chunk::<4>()?;
    usize::try_from(u32::from_le_bytes(*four)).ok()
}

fn big(bytes: &[u8]) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(*bytes.first_chunk::<4>()?)).ok()
}

/// Chunk after chunk to the samples.
fn is_whole_wave(bytes: &[u8]) -> Result<(), Unsound> {
    let mut at = 12;
    loop {
        let name = bytes.get(at..at + 4).ok_or(Unsound::CutOff)?;
        let length = little(bytes, at + 4).ok_or(Unsound::CutOff)?;
        let end = (at + 8).checked_add(length).filter(|end| *end <= bytes.len()).ok_or(Unsound::CutOff)?;
        if name == b"data" {
            return Ok(());
        }
        // Chunks begin at even places.
        at = end + length % 2;
    }
}

/// Box after box to the end; one of them is the index without which nothing can be played.
fn is_whole_mp4(bytes: &[u8]) -> Result<(), Unsound> {
    let (mut rest, mut has_index) = (bytes, false);
    while !rest.is_empty() {
        let length = big(rest).ok_or(Unsound::CutOff)?;
        has_index |= rest.get(4..8) == Some(b"moov");
        let length = match (length, rest.get(8..16).and_then(|wide| wide.first_chunk::<8>())) {
            // To the end of the file.
            (0, _) => rest.len(),
            // The length stands in the next eight bytes.
            (1, Some(wide)) => usize::try_from(u64::from_be_bytes(*wide)).map_err(|_| Unsound::Broken)?,
            (length, _) => length,
        };
        if length < 8 {
            return Err(Unsound::Broken);
        }
        rest = rest.get(length..).ok_or(Unsound::CutOff)?;
    }
    if has_index { Ok(()) } else { Err(Unsound::CutOff) }
}
