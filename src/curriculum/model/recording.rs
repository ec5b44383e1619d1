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

impl Speaker {
    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Synthetic => "synthetic",
        }
    }

    /// The speaker that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Recorded, Self::Synthetic].into_iter().find(|speaker| speaker.code() == code)
    }
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

/// How a word is read where a machine reads it wrongly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadAs {
    /// The word as it is written.
    pub word: String,
    /// The same sounds in characters that have one reading each.
    #[serde(rename = "as")]
    pub sounds: String,
}

/// How a recording is written: what the oldest telephones play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// MPEG audio, layer III.
    Mp3,
    /// RIFF waves.
    Wav,
    /// Ogg with Vorbis or Opus. Telephones of Apple play it since 2025 only.
    Ogg,
    /// MPEG-4 with AAC, as many telephones record.
    M4a,
}

impl Sound {
    /// What `bytes` are by their content, whatever their name says.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some(Self::Wav),
            [b'O', b'g', b'g', b'S', ..] => Some(Self::Ogg),
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some(Self::M4a),
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
            Self::Ogg => "ogg",
            Self::M4a => "m4a",
        }
    }

    /// The kind whose names end so.
    #[must_use]
    pub fn from_ending(ending: &str) -> Option<Self> {
        [Self::Mp3, Self::Wav, Self::Ogg, Self::M4a].into_iter().find(|sound| sound.ending() == ending)
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Mp3 => "audio/mpeg",
            Self::Wav => "audio/wav",
            Self::Ogg => "audio/ogg",
            Self::M4a => "audio/mp4",
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
        let cases: [(&[u8], Option<Sound>); 9] = [
            (b"RIFF\x24\0\0\0WAVEfmt ", Some(Sound::Wav)),
            (b"RIFF\x24\0\0\0AVI LIST", None),
            (b"ID3\x04rest", Some(Sound::Mp3)),
            (b"\xFF\xFB\x90\x64", Some(Sound::Mp3)),
            (b"\xFF\xF3\x40\xC4", Some(Sound::Mp3)),
            (b"\xFF\xF1\x50\x80", None),
            (b"OggS\0\x02", Some(Sound::Ogg)),
            (b"\0\0\0\x18ftypM4A ", Some(Sound::M4a)),
            (b"", None),
        ];
        for (bytes, sound) in cases {
            assert_eq!(Sound::of(bytes), sound, "{bytes:?}");
        }
    }
}
