//! Waves as small as every player takes them: one channel of 8 bits by the µ-law of ITU-T G.711, as telephones speak.

use super::resample::resampled;

/// G.711: added to each sample before its logarithm is taken, and the largest one taken.
const BIAS: i32 = 0x84;
const CLIP: i32 = 32_635;
/// Most of the range is used, not all: what a window lets out may be a little louder than what came in.
const FULL: f32 = 32_000.0;

/// `mono` at `from` samples a second as a file of waves at `to`.
#[must_use]
pub fn pack_wave(mono: &[f32], from: u32, to: u32) -> Vec<u8> {
    let samples: Vec<u8> = resampled(mono, from, to).into_iter().map(|sample| compressed(whole(sample))).collect();
    let length = u32::try_from(samples.len()).unwrap_or(u32::MAX);
    let mut bytes = b"RIFF".to_vec();
    // What follows: the word WAVE, the format and its head, the number of samples and its head, the samples' head, the samples.
    bytes.extend((4 + 26 + 12 + 8 + length + length % 2).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(18_u32.to_le_bytes());
    // Kind 7 is µ-law; one channel; then samples and bytes a second, bytes and bits of a sample, and no extension.
    for word in [7_u16, 1] {
        bytes.extend(word.to_le_bytes());
    }
    for word in [to, to] {
        bytes.extend(word.to_le_bytes());
    }
    for word in [1_u16, 8, 0] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend(b"fact");
    bytes.extend(4_u32.to_le_bytes());
    bytes.extend(length.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend(length.to_le_bytes());
    bytes.extend(samples);
    if length % 2 == 1 {
        bytes.push(0xFF);
    }
    bytes
}

#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "held within the range before")]
fn whole(sample: f32) -> i32 {
    (sample * FULL).clamp(-32_767.0, 32_767.0) as i32
}

/// One sample by the µ-law.
fn compressed(sample: i32) -> u8 {
    let sign: u8 = if sample < 0 { 0x80 } else { 0 };
    let loud = sample.abs().min(CLIP) + BIAS;
    // The place of the highest bit, from the eighth on, is the exponent; the four bits behind it are the mantissa.
    let exponent = (31 - loud.leading_zeros()).saturating_sub(7);
    let mantissa = (loud >> (exponent + 3)) & 0x0F;
    let low = u8::try_from(mantissa).unwrap_or(0) | u8::try_from(exponent << 4).unwrap_or(0x70);
    !(sign | low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_compressed_as_the_recommendation_says() {
        // ITU-T G.711, table 2a: nought, the smallest steps, the largest values of both signs.
        for (sample, code) in [(0, 0xFF), (8, 0xFE), (-8, 0x7E), (32_767, 0x80), (-32_767, 0x00), (1_000, 0xCE)] {
            assert_eq!(compressed(sample), code, "{sample}");
        }
    }
}
