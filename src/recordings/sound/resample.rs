//! Another number of samples a second: each new sample is a weighted sum of those around it (a windowed sinc), so that what is too high
//! for the new rate is left out instead of coming back as a whistle.
//!
//! New samples fall between old ones in a few ways only, over and over (three for every eight, say): for each way the weights are
//! reckoned once.

use std::f64::consts::PI;

/// Crossings of nought on each side of the middle.
const LOBES: f64 = 16.0;

/// `samples` at another rate.
pub(super) fn resampled(samples: &[f32], from: u32, to: u32) -> Vec<f32> {
    if from == to || from == 0 || to == 0 {
        return samples.to_vec();
    }
    let (wide_from, wide_to) = (u64::from(from), u64::from(to));
    let shared = u64::from(common_divisor(from, to));
    // The highest pitch that both rates can hold, as a share of the old one.
    let cutoff = (f64::from(to) / f64::from(from)).min(1.0);
    let reach = LOBES / cutoff;
    let ways: Vec<Vec<f32>> = (0..to / common_divisor(from, to))
        .map(|way| weights(f64::from(way) * f64::from(common_divisor(from, to)) / f64::from(to), cutoff, reach))
        .collect();
    // Silence before and after, so that each sum is whole.
    let edge = ways.first().map_or(0, Vec::len) / 2;
    let silence = std::iter::repeat_n(0.0, edge);
    let padded: Vec<f32> = silence.clone().chain(samples.iter().copied()).chain(silence).collect();
    let count = u64::try_from(samples.len()).unwrap_or(0) * wide_to / wide_from;
    let sample = |number: u64| {
        let (place, rest) = (number * wide_from / wide_to, number * wide_from % wide_to);
        let way = usize::try_from(rest / shared).ok().and_then(|way| ways.get(way));
        let around = usize::try_from(place).ok().and_then(|place| padded.get(place..));
        let pairs = way.into_iter().flatten().zip(around.into_iter().flatten());
        pairs.map(|(weight, sample)| weight * sample).sum()
    };
    (0..count).map(sample).collect()
}

const fn common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

/// The weights of the old samples around a place that lies `behind` the middle one.
fn weights(behind: f64, cutoff: f64, reach: f64) -> Vec<f32> {
    let edge = whole_of(reach) + 1;
    let raw: Vec<f64> = (0..=2 * edge).map(|at| weight(f64::from(edge) + behind - f64::from(at), cutoff, reach)).collect();
    // Of one and the same loudness whichever way they fall.
    let all: f64 = raw.iter().sum();
    raw.into_iter().map(|weight| narrow(weight / all)).collect()
}

/// The sinc, let out softly towards both ends (Hann's window).
fn weight(distance: f64, cutoff: f64, reach: f64) -> f64 {
    if distance.abs() >= reach {
        return 0.0;
    }
    let x = PI * distance * cutoff;
    let sinc = if x.abs() < 1e-9 { 1.0 } else { x.sin() / x };
    sinc * (0.5 + 0.5 * (PI * distance / reach).cos())
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "never below nought; above it saturates"
)]
const fn whole_of(value: f64) -> u32 {
    value as u32
}

#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "a sample has 24 bits of precision at most")]
const fn narrow(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_sound_stays_as_loud_and_as_long_as_it_was() {
        for (from, to) in [(22_050, 8_000), (44_100, 16_000), (48_000, 16_000), (8_000, 16_000)] {
            let new = resampled(&vec![0.5; 4_410], from, to);
            assert_eq!(new.len(), 4_410 * usize::try_from(to).unwrap() / usize::try_from(from).unwrap());
            let middle = &new[new.len() / 4..new.len() * 3 / 4];
            assert!(middle.iter().all(|sample| (sample - 0.5).abs() < 1e-4), "{from} to {to}: {middle:?}");
        }
        assert_eq!(resampled(&[0.1, 0.2], 8_000, 8_000), [0.1, 0.2]);
    }
}
