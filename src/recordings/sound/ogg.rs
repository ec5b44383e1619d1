//! Whether an Ogg file is there to its end, and whether decoding it costs no more than a voice may.
//!
//! A Vorbis file brings its own codebooks in its setup packet. Some twenty bytes can name one that takes sixteen megabytes once unpacked,
//! and there may be 256 of them: so they are counted before any decoder sees the file.

use super::Unsound;
use super::whole::little;

/// Bytes of a setup packet at most. The reference encoder writes 2,200 to 4,200, from 8 to 48 kHz and from the least to the best quality.
const MOST_SETUP_BYTES: usize = 64 * 1024;
/// Numbers that all codebooks unpack to, at most. Those of the same encoder unpack to 31,000 to 158,000.
const MOST_NUMBERS: u64 = 4_000_000;
/// What an entry costs beside its numbers: its code, its length, its place in the tree.
const ENTRY_NUMBERS: u64 = 8;
/// How a codebook begins.
const CODEBOOK: u64 = 0x56_43_42;
/// Dimensions and entries of a codebook at most; the decoder refuses more.
const MOST_DIMENSIONS: u64 = 32;
const MOST_ENTRIES: u64 = 128 * 1024;

/// A page: whether it goes on with the packet before it, whether it is the last, the lengths of its parts, and the parts.
struct Page<'b> {
    goes_on: bool,
    is_last: bool,
    number: usize,
    lengths: &'b [u8],
    body: &'b [u8],
}

/// The first page of `bytes`, and what stands behind it.
fn page_of(bytes: &[u8], serial: usize) -> Result<(Page<'_>, &[u8]), Unsound> {
    if !b"OggS".starts_with(bytes.get(..4).unwrap_or(bytes)) {
        return Err(Unsound::Broken);
    }
    let segments = usize::from(*bytes.get(26).ok_or(Unsound::CutOff)?);
    let lengths = bytes.get(27..27 + segments).ok_or(Unsound::CutOff)?;
    let end = 27 + segments + lengths.iter().map(|length| usize::from(*length)).sum::<usize>();
    let (page, rest) = bytes.split_at_checked(end).ok_or(Unsound::CutOff)?;
    if little(page, 14) != Some(serial) {
        return Err(Unsound::Strange);
    }
    // A decoder skips a page that was damaged: all of them are to be what it will read.
    if little(page, 22) != usize::try_from(checksum(page)).ok() {
        return Err(Unsound::Broken);
    }
    let flags = page.get(5).copied().unwrap_or(0);
    let number = little(page, 18).ok_or(Unsound::CutOff)?;
    let body = page.get(27 + segments..).unwrap_or_default();
    Ok((Page { goes_on: flags & 1 != 0, is_last: flags & 4 != 0, number, lengths, body }, rest))
}

/// The checksum of a page (RFC 3533), for which its own place counts as noughts.
fn checksum(page: &[u8]) -> u32 {
    let byte = |(at, byte): (usize, &u8)| if (22..26).contains(&at) { 0 } else { u32::from(*byte) };
    page.iter().enumerate().map(byte).fold(0, |sum, byte| {
        (0..8).fold(sum ^ byte << 24, |sum: u32, _| if sum >> 31 == 1 { sum << 1 ^ 0x04C1_1DB7 } else { sum << 1 })
    })
}

/// Page after page, all of one stream and none missing; the last one says that it is the last, and no packet is left open.
pub(super) fn is_whole(bytes: &[u8]) -> Result<(), Unsound> {
    let serial = little(bytes, 14).ok_or(Unsound::CutOff)?;
    let (mut rest, mut before, mut packet) = (bytes, None::<Page<'_>>, Vec::new());
    while !rest.is_empty() {
        let (page, behind) = page_of(rest, serial)?;
        let is_next = before.as_ref().is_none_or(|before| page.number == before.number + 1 && !before.is_last);
        if !is_next || page.goes_on == packet.is_empty() {
            return Err(Unsound::Broken);
        }
        let mut body = page.body;
        for length in page.lengths {
            let (part, behind) = body.split_at_checked(usize::from(*length)).ok_or(Unsound::CutOff)?;
            packet.extend_from_slice(part);
            body = behind;
            // A part of full length goes on in the next.
            if *length < u8::MAX {
                is_bearable(&packet)?;
                packet.clear();
            }
        }
        (rest, before) = (behind, Some(page));
    }
    let is_ended = packet.is_empty() && before.is_some_and(|page| page.is_last);
    if is_ended { Ok(()) } else { Err(Unsound::CutOff) }
}

/// Whether this packet, where it is the setup of Vorbis, unpacks to no more than a voice may take.
fn is_bearable(packet: &[u8]) -> Result<(), Unsound> {
    if !packet.starts_with(b"\x05vorbis") {
        return Ok(());
    }
    if packet.len() > MOST_SETUP_BYTES || numbers_in(packet) > MOST_NUMBERS {
        return Err(Unsound::Strange);
    }
    Ok(())
}

/// What the codebooks of a setup unpack to. They begin at any bit: whatever looks like the beginning of one counts.
fn numbers_in(setup: &[u8]) -> u64 {
    let at = |byte: usize| setup.get(byte).map_or(0, |byte| u64::from(*byte));
    let numbers = |bit: usize| {
        // 24 bits of the mark, 16 of dimensions, 24 of entries: eight bytes, and a ninth where they begin within a byte.
        let (byte, shift) = (bit / 8, bit % 8);
        let bits = (0..8).fold(0, |bits, place| bits | at(byte + place) << (8 * place));
        let bits = if shift == 0 { bits } else { bits >> shift | at(byte + 8) << (64 - shift) };
        let (mark, dimensions, entries) = (bits & 0xFF_FFFF, bits >> 24 & 0xFFFF, bits >> 40);
        let is_codebook = mark == CODEBOOK && (1..=MOST_DIMENSIONS).contains(&dimensions) && entries <= MOST_ENTRIES;
        if is_codebook { entries * (dimensions + ENTRY_NUMBERS) } else { 0 }
    };
    (0..setup.len() * 8).map(numbers).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VORBIS: &[u8] = include_bytes!("../../../tests/it/sounds/tone-vorbis.ogg");

    /// A page with these packets, each of them whole.
    fn page(number: u32, flags: u8, packets: &[Vec<u8>]) -> Vec<u8> {
        let mut page = b"OggS\0".to_vec();
        page.push(flags);
        page.extend([0; 8]);
        page.extend(7_u32.to_le_bytes());
        page.extend(number.to_le_bytes());
        page.extend([0; 4]);
        let lengths: Vec<u8> = packets.iter().flat_map(|packet| lengths_of(packet.len())).collect();
        page.push(u8::try_from(lengths.len()).unwrap());
        page.extend(lengths);
        page.extend(packets.concat());
        sealed(page)
    }

    fn lengths_of(bytes: usize) -> Vec<u8> {
        let mut lengths = vec![255; bytes / 255];
        lengths.push(u8::try_from(bytes % 255).unwrap());
        lengths
    }

    fn sealed(mut page: Vec<u8>) -> Vec<u8> {
        let sum = checksum(&page);
        page[22..26].copy_from_slice(&sum.to_le_bytes());
        page
    }

    /// Bits from the lowest on, as Vorbis packs them.
    fn packed(words: &[(u64, u32)]) -> Vec<u8> {
        let bits: Vec<u8> =
            words.iter().flat_map(|(word, bits)| (0..*bits).map(move |bit| u8::from(word >> bit & 1 == 1))).collect();
        bits.chunks(8).map(|byte| byte.iter().enumerate().fold(0, |byte, (at, bit)| byte | bit << at)).collect()
    }

    /// A setup with so many codebooks of 131,072 entries of 32 numbers, in 21 bytes each: all codes are 17 bits long.
    fn setup(codebooks: u64) -> Vec<u8> {
        let book = [
            (CODEBOOK, 24),
            (32, 16),
            (128 * 1024, 24),
            (1, 1),
            (16, 5),
            (128 * 1024, 18),
            (1, 4),
            (0, 64),
            (0, 4),
            (0, 1),
            (0, 1),
        ];
        let words: Vec<(u64, u32)> = (0..codebooks).flat_map(|_| book).collect();
        [b"\x05vorbis".to_vec(), packed(&[&[(codebooks - 1, 8)], &words[..]].concat())].concat()
    }

    fn file(setup: Vec<u8>) -> Vec<u8> {
        let first = page(0, 2, &[[b"\x01vorbis".to_vec(), vec![0; 23]].concat()]);
        [first, page(1, 4, &[[b"\x03vorbis".to_vec(), vec![0; 9]].concat(), setup])].concat()
    }

    #[test]
    fn codebooks_that_would_fill_the_memory_are_refused_and_those_of_encoders_are_not() {
        for bomb in [setup(1), setup(256), [&b"\x05vorbis"[..], &[0; 64 * 1024]].concat()] {
            assert!(bomb.len() < 66_000, "small as a file: {}", bomb.len());
            // Longer than one page holds: as two pages, the second of which goes on.
            let file = if bomb.len() < 60_000 { file(bomb) } else { in_two_pages(&bomb) };
            assert_eq!(is_whole(&file), Err(Unsound::Strange));
        }
        assert_eq!(is_whole(&file([b"\x05vorbis".to_vec(), vec![0; 300]].concat())), Ok(()));
        assert_eq!(is_whole(VORBIS), Ok(()));
        let packet = VORBIS.windows(7).position(|seven| seven == b"\x05vorbis").unwrap();
        let numbers = numbers_in(&VORBIS[packet..]);
        assert!((20_000..MOST_NUMBERS / 4).contains(&numbers), "{numbers}");
    }

    fn in_two_pages(packet: &[u8]) -> Vec<u8> {
        let part = |number: u32, flags: u8, part: &[u8], lengths: Vec<u8>| {
            let mut page = page(number, flags, &[]);
            page[26] = u8::try_from(lengths.len()).unwrap();
            sealed([page, lengths, part.to_vec()].concat())
        };
        let (one, two) = packet.split_at(255 * 200);
        [part(0, 2, one, vec![255; 200]), part(1, 1 | 4, two, lengths_of(two.len()))].concat()
    }

    #[test]
    fn a_page_that_a_decoder_would_skip_is_refused() {
        let good = file(vec![1; 300]);
        assert_eq!(is_whole(&good), Ok(()));
        let mut damaged = good.clone();
        *damaged.last_mut().unwrap() ^= 1;
        assert_eq!(is_whole(&damaged), Err(Unsound::Broken));
        // A packet that goes on where there is nothing more: nobody has seen it whole.
        let mut open = page(1, 4, &[vec![1; 255]]);
        open.remove(28);
        open[26] = 1;
        assert_eq!(is_whole(&[page(0, 2, &[vec![1; 9]]), sealed(open)].concat()), Err(Unsound::CutOff));
        let one = || page(0, 2, &[vec![1; 9]]);
        for second in [page(2, 4, &[vec![1; 9]]), page(1, 1 | 4, &[vec![1; 9]])] {
            assert_eq!(is_whole(&[one(), second].concat()), Err(Unsound::Broken));
        }
    }
}
