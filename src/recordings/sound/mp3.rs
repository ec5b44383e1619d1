//! Whether an MP3 file is there to its end: MPEG frames have no end mark, so they are counted out one by one.

use super::Unsound;

/// Kilobits a second by the four bits of the header, for layer III of MPEG-1 and of MPEG-2 and 2.5.
const RATES_1: [usize; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const RATES_2: [usize; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
/// Samples a second by two bits, for MPEG-1; a half and a quarter of it for the others.
const SAMPLES: [usize; 3] = [44_100, 48_000, 32_000];

/// Bytes of the frame that this header begins; `None` where it is no header of layer III.
fn frame_bytes(header: [u8; 4]) -> Option<usize> {
    let [first, second, third, _] = header;
    if first != 0xFF || second & 0xE6 != 0xE2 {
        return None;
    }
    let version = (second >> 3) & 3;
    let (rates, divisor, factor) = match version {
        3 => (RATES_1, 1, 144_000),
        2 => (RATES_2, 2, 72_000),
        0 => (RATES_2, 4, 72_000),
        _ => return None,
    };
    let kbit = rates.get(usize::from(third >> 4)).filter(|kbit| **kbit > 0)?;
    let samples = SAMPLES.get(usize::from((third >> 2) & 3))? / divisor;
    Some(factor * kbit / samples + usize::from((third >> 1) & 1))
}

/// Bytes of the tag before the sound.
fn tag_bytes(bytes: &[u8]) -> usize {
    match bytes {
        // Four times seven bits (ID3v2).
        [b'I', b'D', b'3', _, _, _, a, b, c, d, ..] => {
            10 + [a, b, c, d].into_iter().fold(0, |size, byte| size << 7 | usize::from(byte & 0x7F))
        }
        _ => 0,
    }
}

/// Tags after the sound, or nothing but noughts.
fn is_tail(rest: &[u8]) -> bool {
    rest.starts_with(b"TAG") || rest.starts_with(b"APETAGEX") || rest.iter().all(|byte| *byte == 0)
}

/// Walks from frame to frame.
pub(super) fn is_whole(bytes: &[u8]) -> Result<(), Unsound> {
    let mut rest = bytes.get(tag_bytes(bytes)..).ok_or(Unsound::CutOff)?;
    let mut frames = 0_u32;
    while let Some((header, _)) = rest.split_first_chunk::<4>() {
        let Some(length) = frame_bytes(*header) else { break };
        rest = rest.get(length..).ok_or(Unsound::CutOff)?;
        frames += 1;
    }
    match (frames, is_tail(rest)) {
        (0, _) => Err(Unsound::Broken),
        (_, true) => Ok(()),
        // Less than a header is left, or something that is none.
        (_, false) if rest.len() < 4 => Err(Unsound::CutOff),
        (_, false) => Err(Unsound::Broken),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_a_frame_follows_from_its_header() {
        // 128 kbit/s at 44.1 kHz; the same padded; 24 kbit/s at 16 kHz (MPEG-2); layer II; a rate that is reserved.
        let cases: [([u8; 4], Option<usize>); 5] = [
            ([0xFF, 0xFB, 0x90, 0x64], Some(417)),
            ([0xFF, 0xFB, 0x92, 0x64], Some(418)),
            ([0xFF, 0xF3, 0x38, 0xC4], Some(108)),
            ([0xFF, 0xFD, 0x90, 0x64], None),
            ([0xFF, 0xFB, 0x9C, 0x64], None),
        ];
        for (header, length) in cases {
            assert_eq!(frame_bytes(header), length, "{header:x?}");
        }
    }
}
