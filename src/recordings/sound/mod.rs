//! Sounds that people send: decoded whole before anybody may hear them, and packed where they are too heavy for a thin line.
//!
//! What counts is the content, never a name or a declared type. A file that was cut off, holds more than one track, or has a single
//! frame that cannot be decoded is refused. Of Ogg Opus the container, its checksums and the length of every packet are read, not the
//! sound itself: no decoder of it in Rust is well kept yet. Everybody listens before anything is published.

mod mp3;
mod ogg;
mod resample;
mod wave;
mod whole;

use std::io::Cursor;

use symphonia::core::codecs::audio::well_known::CODEC_ID_OPUS;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

use crate::curriculum::model::Sound;

pub use wave::pack_wave;

/// Bytes of a file at most.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;
/// Seconds of a recording at most: a card or a question is read in less.
pub const MOST_SECONDS: u32 = 180;
/// Bytes a second, and around, above which a sound is packed anew.
const HEAVY_BYTES_A_SECOND: usize = 17_000;
const BYTES_AROUND: usize = 32_000;
/// Rates that a voice is recorded at.
const RATES: std::ops::RangeInclusive<u32> = 8_000..=48_000;
/// The rate of what is packed: wide enough for every sound of speech.
const PACKED_RATE: u32 = 16_000;
/// Below this nobody hears anything.
const HEARD: f32 = 0.005;

/// Why a sound is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsound {
    /// Nothing is in it.
    Empty,
    /// It is none of the kinds that are taken.
    UnknownKind,
    /// Its end is missing.
    CutOff,
    /// It cannot be decoded.
    Broken,
    /// It holds more than one sound, or more than two channels, or a rate that no voice is recorded at.
    Strange,
    /// It takes longer than a recording may.
    TooLong,
    /// It takes less than half a second.
    TooShort,
    /// Nothing is to be heard.
    Silent,
}

/// A sound that may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Its kind.
    pub sound: Sound,
    /// How long it takes, to the nearest second, at least one.
    pub seconds: u32,
    /// As it came, or packed.
    pub bytes: Vec<u8>,
}

/// Decodes `bytes` whole. Takes time: on a thread that may wait.
///
/// # Errors
/// What is wrong with it.
pub fn check(bytes: Vec<u8>) -> Result<Checked, Unsound> {
    if bytes.is_empty() {
        return Err(Unsound::Empty);
    }
    let sound = Sound::of(&bytes).ok_or(Unsound::UnknownKind)?;
    whole::is_whole(sound, &bytes)?;
    let heard = decode(&bytes)?;
    let rate = u64::from(heard.rate);
    if heard.frames * 2 < rate {
        return Err(Unsound::TooShort);
    }
    let seconds = u32::try_from((heard.frames + rate / 2) / rate).unwrap_or(MOST_SECONDS).clamp(1, MOST_SECONDS);
    let most = usize::try_from(seconds).unwrap_or(0) * HEAVY_BYTES_A_SECOND + BYTES_AROUND;
    match heard.mono {
        Some(mono) if mono.iter().all(|sample| sample.abs() < HEARD) => Err(Unsound::Silent),
        Some(mono) if bytes.len() > most => {
            Ok(Checked { sound: Sound::Wav, seconds, bytes: pack_wave(&mono, heard.rate, PACKED_RATE) })
        }
        _ => Ok(Checked { sound, seconds, bytes }),
    }
}

/// What was decoded.
#[derive(Debug)]
pub struct Heard {
    /// Samples of one channel in a second.
    pub rate: u32,
    /// How many of them there are.
    pub frames: u64,
    /// All channels as one; none where the sound itself was not decoded.
    pub mono: Option<Vec<f32>>,
}

/// Decodes all of it, at most [`MOST_SECONDS`].
///
/// # Errors
/// [`Unsound::Broken`], [`Unsound::Strange`], [`Unsound::TooLong`], [`Unsound::UnknownKind`].
pub fn decode(bytes: &[u8]) -> Result<Heard, Unsound> {
    let source = MediaSourceStream::new(Box::new(Cursor::new(bytes.to_vec())), Default::default());
    let probe = symphonia::default::get_probe();
    let probed = probe.probe(&Hint::new(), source, FormatOptions::default(), MetadataOptions::default());
    let mut format = probed.map_err(|_| Unsound::Broken)?;
    let [_] = format.tracks() else { return Err(Unsound::Strange) };
    // A sound that no decoder of ours knows, of telephones AMR, of music ALAC, is no track of sound to the reader, or one without a codec.
    let track = format.default_track(TrackType::Audio).ok_or(Unsound::UnknownKind)?;
    let params = track.codec_params.as_ref().and_then(|params| params.audio()).ok_or(Unsound::UnknownKind)?.clone();
    let rate = params.sample_rate.ok_or(Unsound::Broken)?;
    if !RATES.contains(&rate) {
        return Err(Unsound::Strange);
    }
    if params.codec == CODEC_ID_OPUS {
        let frames = opus_frames(format.as_mut(), rate)?;
        return Ok(Heard { rate, frames, mono: None });
    }
    let mono = mono_of(format.as_mut(), &params, rate)?;
    Ok(Heard { rate, frames: u64::try_from(mono.len()).unwrap_or(u64::MAX), mono: Some(mono) })
}

/// Frames at which a sound is too long.
fn too_many(rate: u32) -> u64 {
    u64::from(MOST_SECONDS) * u64::from(rate) + u64::from(rate) / 4
}

fn opus_frames(format: &mut dyn FormatReader, rate: u32) -> Result<u64, Unsound> {
    let mut frames = 0_u64;
    while let Some(packet) = format.next_packet().map_err(|_| Unsound::Broken)? {
        // A packet says in its first bytes how long it is; one that cannot be read says nothing.
        if packet.data.is_empty() || packet.block_dur().get() == 0 {
            return Err(Unsound::Broken);
        }
        frames += packet.dur.get();
        if frames > too_many(rate) {
            return Err(Unsound::TooLong);
        }
    }
    Ok(frames)
}

fn mono_of(format: &mut dyn FormatReader, params: &AudioCodecParameters, rate: u32) -> Result<Vec<f32>, Unsound> {
    let codecs = symphonia::default::get_codecs();
    let mut decoder = codecs.make_audio_decoder(params, &AudioDecoderOptions::default()).map_err(undecodable)?;
    let (mut mono, mut part) = (Vec::new(), Vec::new());
    while let Some(packet) = format.next_packet().map_err(|_| Unsound::Broken)? {
        let channels = decode_packet(decoder.as_mut(), &packet, rate, &mut part)?;
        mono.extend(part.chunks_exact(channels).map(|frame| frame.iter().sum::<f32>() / if channels == 2 { 2.0 } else { 1.0 }));
        if u64::try_from(mono.len()).unwrap_or(u64::MAX) > too_many(rate) {
            return Err(Unsound::TooLong);
        }
    }
    Ok(mono)
}

/// Why there is no decoder for it.
fn undecodable(error: symphonia::core::errors::Error) -> Unsound {
    match error {
        symphonia::core::errors::Error::Unsupported(_) => Unsound::UnknownKind,
        _ => Unsound::Broken,
    }
}

/// Puts the samples of one packet into `part`, channel beside channel, and says how many channels there are.
fn decode_packet(
    decoder: &mut dyn AudioDecoder,
    packet: &symphonia::core::packet::Packet,
    rate: u32,
    part: &mut Vec<f32>,
) -> Result<usize, Unsound> {
    let decoded = decoder.decode(packet).map_err(|_| Unsound::Broken)?;
    let channels = decoded.spec().channels().count();
    if decoded.spec().rate() != rate || !(1..=2).contains(&channels) {
        return Err(Unsound::Strange);
    }
    part.resize(decoded.samples_interleaved(), 0.0);
    decoded.copy_to_slice_interleaved(part.as_mut_slice());
    Ok(channels)
}

#[cfg(test)]
mod tests;
