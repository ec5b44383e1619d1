use super::*;

const MP3: &[u8] = include_bytes!("../../../tests/it/sounds/tone.mp3");
const VORBIS: &[u8] = include_bytes!("../../../tests/it/sounds/tone-vorbis.ogg");
const OPUS: &[u8] = include_bytes!("../../../tests/it/sounds/tone-opus.ogg");
const M4A: &[u8] = include_bytes!("../../../tests/it/sounds/tone.m4a");

/// A sine of so many hertz, as 16-bit waves.
fn wave(hertz: f64, rate: u32, seconds: u32) -> Vec<u8> {
    let count = rate * seconds;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + count * 2).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(rate.to_le_bytes());
    bytes.extend((rate * 2).to_le_bytes());
    bytes.extend(b"\x02\0\x10\0data");
    bytes.extend((count * 2).to_le_bytes());
    for at in 0..count {
        let sample = (f64::from(at) / f64::from(rate) * hertz * std::f64::consts::TAU).sin() * 16_000.0;
        #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "within the range")]
        bytes.extend((sample as i16).to_le_bytes());
    }
    bytes
}

/// How loud the pitch of so many hertz is in it (Goertzel), against all that is in it.
fn share_of(mono: &[f32], rate: u32, hertz: f64) -> f64 {
    let turn = hertz / f64::from(rate) * std::f64::consts::TAU;
    let (mut re, mut im, mut all) = (0.0, 0.0, 0.0);
    for (at, sample) in (0_u32..).zip(mono) {
        let (value, angle) = (f64::from(*sample), turn * f64::from(at));
        (re, im, all) = (re + value * angle.cos(), im + value * angle.sin(), all + value * value);
    }
    let count = f64::from(u32::try_from(mono.len()).unwrap());
    2.0 * (re * re + im * im) / count / all
}

#[test]
fn every_kind_that_is_taken_is_decoded_to_its_pitch_and_length() {
    for (bytes, sound) in [(MP3, Sound::Mp3), (VORBIS, Sound::Ogg), (M4A, Sound::M4a)] {
        let checked = check(bytes.to_vec()).unwrap();
        assert!(checked.sound == sound && checked.bytes == bytes && checked.seconds == 2, "{sound:?} {}", checked.seconds);
        let heard = decode(bytes).unwrap();
        let mono = heard.mono.unwrap();
        let middle = &mono[mono.len() / 4..mono.len() * 3 / 4];
        assert!(share_of(middle, heard.rate, 440.0) > 0.95, "{sound:?}: {}", share_of(middle, heard.rate, 440.0));
    }
    let opus = check(OPUS.to_vec()).unwrap();
    assert_eq!((opus.sound, opus.seconds), (Sound::Ogg, 2));
}

#[test]
fn what_was_cut_off_anywhere_is_refused() {
    for (bytes, name) in [(MP3, "mp3"), (VORBIS, "vorbis"), (OPUS, "opus"), (M4A, "m4a"), (&wave(440.0, 16_000, 1)[..], "wav")] {
        for part in [1, 30, 60, 99] {
            let cut = &bytes[..bytes.len() * part / 100];
            assert!(check(cut.to_vec()).is_err(), "{part} % of {name}");
        }
        assert_eq!(check(bytes[..bytes.len() - 1].to_vec()), Err(Unsound::CutOff), "{name} without its last byte");
    }
}

#[test]
fn what_is_damaged_inside_is_refused_or_is_still_a_sound_but_never_ends_the_program() {
    for whole in [MP3, VORBIS, OPUS, M4A] {
        for at in (0..whole.len()).step_by(37) {
            let mut bytes = whole.to_vec();
            bytes[at] ^= 0x55;
            // A pool catches a panic; here it would fail the test.
            drop(check(bytes));
        }
    }
}

#[test]
fn nothing_text_silence_and_what_is_too_short_or_too_long_are_refused_by_name() {
    let text = "这不是录音。".repeat(500).into_bytes();
    let silence = wave(0.0, 8_000, 2);
    let long = wave(440.0, 8_000, 181);
    let short = pack_wave(&vec![0.5; 3_000], 8_000, 8_000);
    let cases = [
        (Vec::new(), Unsound::Empty),
        (text, Unsound::UnknownKind),
        (silence, Unsound::Silent),
        (long, Unsound::TooLong),
        (short, Unsound::TooShort),
        (wave(440.0, 96_000, 1), Unsound::Strange),
        (MP3.repeat(100), Unsound::TooLong),
    ];
    for (bytes, unsound) in cases {
        assert_eq!(check(bytes), Err(unsound));
    }
    assert_eq!(check(wave(440.0, 8_000, 180)).unwrap().seconds, 180);
}

#[test]
fn what_a_telephone_records_in_a_way_that_nothing_here_decodes_is_called_so_and_not_broken() {
    let place = M4A.windows(4).position(|four| four == b"mp4a").unwrap();
    for kind in [b"samr", b"sawb"] {
        let mut bytes = M4A.to_vec();
        bytes[place..place + 4].copy_from_slice(kind);
        assert_eq!(check(bytes), Err(Unsound::UnknownKind), "{kind:?}");
    }
    assert_eq!(check(b"#!AMR\n\x3C\x91\x17".repeat(40)), Err(Unsound::UnknownKind));
}

#[test]
fn what_is_heavy_is_packed_to_a_third_and_keeps_its_pitch_and_a_pitch_too_high_for_it_is_gone() {
    let packed = check(wave(440.0, 48_000, 3)).unwrap();
    assert_eq!((packed.sound, packed.seconds), (Sound::Wav, 3));
    assert!(packed.bytes.len() < 3 * 16_000 + 100, "{}", packed.bytes.len());
    let heard = decode(&packed.bytes).unwrap();
    assert_eq!((heard.rate, heard.frames), (16_000, 48_000));
    assert!(share_of(&heard.mono.unwrap()[1_000..40_000], 16_000, 440.0) > 0.99);
    // Packed once, it is light enough, and stays as it is.
    assert_eq!(check(packed.bytes.clone()).unwrap().bytes, packed.bytes);
    let high = decode(&pack_wave(&decode(&wave(11_000.0, 48_000, 1)).unwrap().mono.unwrap(), 48_000, 16_000)).unwrap();
    let loudest = high.mono.unwrap()[200..15_000].iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
    assert!(loudest < 0.01, "{loudest}");
}
