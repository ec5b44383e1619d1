//! Names as they stand in pages: `/JavaScript`, `/Java#53cript`. Pure.

use super::NoEvidence;

/// What runs, starts, sends, fetches or carries something.
const ACTS: [&str; 25] = [
    "JavaScript",
    "OpenAction",
    "Launch",
    "EmbeddedFile",
    "EmbeddedFiles",
    "RichMedia",
    "SubmitForm",
    "ImportData",
    "ResetForm",
    "GoToR",
    "GoToE",
    "URI",
    "XFA",
    "Rendition",
    "Movie",
    "Sound",
    "Filespec",
    "Collection",
    "FFilter",
    "Thread",
    "GoTo3DView",
    "RichMediaExecute",
    "Screen",
    "AF",
    "EF",
];
/// Names so short that points of a picture spell them by chance: they count where dictionaries stand.
const SHORT_ACTS: [&str; 2] = ["JS", "AA"];
/// Packings that are not looked into.
const PACKED: [&str; 9] =
    ["ASCIIHexDecode", "ASCII85Decode", "LZWDecode", "RunLengthDecode", "Crypt", "AHx", "A85", "LZW", "BrotliDecode"];
const SHORT_PACKED: [&str; 1] = ["RL"];
/// The longest name that is looked at.
const MOST: usize = 64;

/// Where names are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Among {
    /// Dictionaries: short names count too.
    Words,
    /// What may be the points of a picture or the lines of a letter.
    Anything,
}

const fn ends_name(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32 | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

const fn nibble(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// The names in `bytes`, in order, with their escapes undone; of overlong ones the beginning.
pub(super) fn names_in(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let at = rest.iter().position(|byte| *byte == b'/')?;
        rest = rest.get(at + 1..)?;
        let (mut name, mut next) = (Vec::new(), 0);
        while let Some(byte) = rest.get(next).copied().filter(|byte| !ends_name(*byte)) {
            let escape = match (byte, rest.get(next + 1), rest.get(next + 2)) {
                (b'#', Some(high), Some(low)) => nibble(*high).zip(nibble(*low)).map(|(high, low)| high * 16 + low),
                _ => None,
            };
            next += if escape.is_some() { 3 } else { 1 };
            name.push(escape.unwrap_or(byte));
            if name.len() > MOST {
                break;
            }
        }
        Some(name)
    })
}

/// Whether one of the names in `bytes` is on the list.
pub(super) fn hold(bytes: &[u8], among: Among) -> Result<(), NoEvidence> {
    let is = |name: &[u8], list: &[&str]| list.iter().any(|one| one.as_bytes() == name);
    for name in names_in(bytes) {
        let is_words = among == Among::Words;
        if is(&name, &["Encrypt"]) {
            return Err(NoEvidence::Locked);
        }
        let by_chance = !is_words && name.len() < 3;
        if !by_chance && (is(&name, &ACTS) || is(&name, &SHORT_ACTS)) {
            return Err(NoEvidence::Acts);
        }
        if !by_chance && (is(&name, &PACKED) || is(&name, &SHORT_PACKED)) {
            return Err(NoEvidence::Packed);
        }
    }
    Ok(())
}

/// Whether `name` stands among the names of `bytes`.
pub(super) fn has(bytes: &[u8], name: &str) -> bool {
    names_in(bytes).any(|one| one == name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_with_their_escapes_wherever_they_stand() {
        let read = |text: &[u8]| names_in(text).map(|name| String::from_utf8_lossy(&name).into_owned()).collect::<Vec<_>>();
        let cases: [(&[u8], &[&str]); 5] = [
            (b"<</S/JavaScript/JS(app.alert(1))>>", &["S", "JavaScript", "JS"]),
            (b"/#4aava#53cript 1", &["JavaScript"]),
            (b"/A#2/B#zz", &["A#2", "B#zz"]),
            (b"//x/", &["", "x", ""]),
            (b"no name", &[]),
        ];
        for (text, names) in cases {
            assert_eq!(read(text), names, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn short_names_count_where_dictionaries_stand() {
        assert_eq!(hold(b"\x01/JS\x00\x02/AA ", Among::Anything), Ok(()));
        assert_eq!(hold(b"<</AA<<>>>>", Among::Words), Err(NoEvidence::Acts));
        assert_eq!(hold(b"<</Filter/RL>>", Among::Words), Err(NoEvidence::Packed));
        for (text, wrong) in [("/Launch", NoEvidence::Acts), ("/Encrypt", NoEvidence::Locked), ("/A85 ", NoEvidence::Packed)] {
            assert_eq!(hold(text.as_bytes(), Among::Anything), Err(wrong), "{text}");
        }
        assert_eq!(hold(b"/Launcher /OpenActions /GoTo", Among::Words), Ok(()));
    }
}
