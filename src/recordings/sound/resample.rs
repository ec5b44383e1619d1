//! Another number of samples a second: each new sample is a weighted sum of those around it (a windowed sinc), so that what is too high
//! for the new rate is left out instead of coming back as a whistle.

use std::f64::consts::PI;

/// Crossings of nought on each side of the middle.
const LOBES: f64 = 16.0;

/// `samples` at another rate.
pub(super) fn resampled(samples: &[f32], from: u32, to: u32) -> Vec<f32> {
    if from == to {
        return samples.to_vec();
    }
    let (from, to) = (f64::from(from), f64::from(to));
    let step = from / to;
    // The highest pitch that both rates can hold, as a share of the old one.
    let cutoff = (to / from).min(1.0);
    let reach = LOBES / cutoff;
    let old = f64::from(u32::try_from(samples.len()).unwrap_or(u32::MAX));
    let count = floor(old / step);
    (0..count).map(|number| sample_at(samples, f64::from(number) * step, cutoff, reach)).collect()
}

fn sample_at(samples: &[f32], at: f64, cutoff: f64, reach: f64) -> f32 {
    let first = floor((at - reach).max(0.0));
    let length = usize::try_from(floor(2.0 * reach) + 2).unwrap_or(0);
    let around = samples.iter().skip(usize::try_from(first).unwrap_or(0)).take(length);
    let weighted = around.zip(first..).map(|(sample, place)| {
        let distance = at - f64::from(place);
        f64::from(*sample) * weight(distance, cutoff, reach)
    });
    narrow(weighted.sum())
}

/// The sinc, let out softly towards both ends (Hann's window).
fn weight(distance: f64, cutoff: f64, reach: f64) -> f64 {
    if distance.abs() >= reach {
        return 0.0;
    }
    let x = PI * distance * cutoff;
    let sinc = if x.abs() < 1e-9 { 1.0 } else { x.sin() / x };
    cutoff * sinc * (0.5 + 0.5 * (PI * distance / reach).cos())
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "never below nought; above it saturates"
)]
const fn floor(value: f64) -> u32 {
    value as u32
}

#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "a sample has 24 bits of precision at most")]
const fn narrow(value: f64) -> f32 {
    value as f32
}
