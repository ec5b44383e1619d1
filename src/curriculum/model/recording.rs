//! Recordings: a card or a question read aloud.

use serde::{Deserialize, Serialize};

use crate::kernel::Digest;

/// A recording as its line in `recordings.toml` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// What is read: `T19-c1/3`, the third card of that lesson; or `T19-i01`, a question with its choices, never what is right of it.
    #[serde(rename = "for")]
    pub of: String,
    /// The file beside the list.
    pub file: String,
    /// `zh-CN`, or one of the dialects that the manifest names.
    pub lang: String,
    /// Who speaks.
    pub kind: Speaker,
    /// How long it takes.
    pub seconds: u32,
}

impl Recording {
    /// The language that needs no dialect's name.
    pub const MANDARIN: &str = "zh-CN";
}

/// Who speaks in a recording. A listener is always told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// A person.
    Recorded,
    /// A machine.
    Synthetic,
}

/// How a recording is written: what the oldest telephones play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// MPEG audio, layer III.
    Mp3,
    /// RIFF waves.
    Wav,
}

impl Sound {
    /// What `bytes` are by their content, whatever their name says.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some(Self::Wav),
            [b'I', b'D', b'3', ..] => Some(Self::Mp3),
            // Eleven bits of ones, then among others two bits that say layer III.
            [0xFF, second, ..] if second & 0xE6 == 0xE2 => Some(Self::Mp3),
            _ => None,
        }
    }

    /// How the names of its files end.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Mp3 => "mp3",
            Self::Wav => "wav",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Mp3 => "audio/mpeg",
            Self::Wav => "audio/wav",
        }
    }
}

/// A recording that may be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voice {
    /// The line of the list.
    pub recording: Recording,
    /// How it is written.
    pub sound: Sound,
    /// The digest of its bytes.
    pub digest: Digest,
    /// Where its file is, from the curriculum's root.
    pub path: String,
}

impl Voice {
    /// The name under which it is served: it changes with every byte, so that browsers may keep it for ever.
    #[must_use]
    pub fn name(&self) -> String {
        let digest = self.digest.to_string();
        format!("{}.{}", digest.get(..32).unwrap_or(&digest), self.sound.ending())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_known_by_its_content() {
        let cases: [(&[u8], Option<Sound>); 8] = [
            (b"RIFF\x24\0\0\0WAVEfmt ", Some(Sound::Wav)),
            (b"RIFF\x24\0\0\0AVI LIST", None),
            (b"ID3\x04rest", Some(Sound::Mp3)),
            (b"\xFF\xFB\x90\x64", Some(Sound::Mp3)),
            (b"\xFF\xF3\x40\xC4", Some(Sound::Mp3)),
            (b"\xFF\xF1\x50\x80", None),
            (b"OggS", None),
            (b"", None),
        ];
        for (bytes, sound) in cases {
            assert_eq!(Sound::of(bytes), sound, "{bytes:?}");
        }
    }
}
