//! Pages (PDF), looked at and not read. A reader of pages follows references, and another reader may follow others: so every name that stands
//! anywhere is held against a list, whether or not anything refers to it, and whatever is packed is unpacked, within bounds.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::NoEvidence;
use super::names::{Among, has, hold, names_in};

/// Bytes that all that is packed may come to.
const MOST_UNPACKED: usize = 48 * 1024 * 1024;
/// Pages.
const MOST_PAGES: usize = 20;
/// Packed parts.
const MOST_STREAMS: usize = 4_000;
/// What is packed in what is packed, so deep.
const MOST_DEPTH: usize = 3;
/// Bytes before a packed part in which its dictionary begins.
const HEAD: usize = 16 * 1024;
/// Bytes at the end in which the file says that it ends.
const TAIL: usize = 1024;

/// How far one file has been looked at.
struct Look {
    left: usize,
    pages: usize,
    streams: usize,
}

/// Whether nothing in the pages can act.
pub(super) fn check(bytes: &[u8]) -> Result<(), NoEvidence> {
    if !ends(bytes) {
        return Err(NoEvidence::Kind);
    }
    let mut look = Look { left: MOST_UNPACKED, pages: 0, streams: 0 };
    look.whole(bytes)?;
    match look.pages {
        0 => Err(NoEvidence::Kind),
        1..=MOST_PAGES => Ok(()),
        _ => Err(NoEvidence::TooMany),
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    let first = *what.first()?;
    let mut from = 0;
    loop {
        let at = from + bytes.get(from..)?.iter().position(|byte| *byte == first)?;
        if bytes.get(at..)?.starts_with(what) {
            return Some(at);
        }
        from = at + 1;
    }
}

fn find_last(bytes: &[u8], what: &[u8]) -> Option<usize> {
    (0..bytes.len()).rev().find(|at| bytes.get(*at..).is_some_and(|rest| rest.starts_with(what)))
}

/// Whether the file ends where it says so: nothing else hangs behind it.
fn ends(bytes: &[u8]) -> bool {
    let tail = bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap_or(bytes);
    let after = find_last(tail, b"%%EOF").and_then(|at| tail.get(at + 5..));
    after.is_some_and(|rest| rest.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0))
}

/// The dictionary before a packed part: from the last `obj` on.
fn head_of(before: &[u8]) -> Result<&[u8], NoEvidence> {
    let near = before.get(before.len().saturating_sub(HEAD)..).unwrap_or(before);
    let at = find_last(near, b"obj").ok_or(NoEvidence::Packed)?;
    near.get(at..).ok_or(NoEvidence::Packed)
}

/// Other objects are packed in this part: what it holds is dictionaries.
fn holds_objects(head: &[u8]) -> bool {
    has(head, "ObjStm") || has(head, "First")
}

/// Whether the head says in so many words that it is packed by Flate and by nothing else, or not at all.
fn says_plainly(head: &[u8]) -> bool {
    let skip = |bytes: &[u8]| bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(bytes.len());
    let Some(at) = find(head, b"/Filter") else { return !has(head, "Filter") };
    let rest = head.get(at + 7..).unwrap_or_default();
    let rest = rest.get(skip(rest)..).unwrap_or_default();
    let (rest, is_list) = match rest.strip_prefix(b"[") {
        Some(inner) => (inner.get(skip(inner)..).unwrap_or_default(), true),
        None => (rest, false),
    };
    let Some(rest) = rest.strip_prefix(b"/FlateDecode") else { return false };
    let rest = rest.get(skip(rest)..).unwrap_or_default();
    // A second `/Filter`, or one with escapes, would be another reader's.
    let filters = names_in(head).filter(|name| name == b"Filter").count();
    filters == 1 && (!is_list || rest.starts_with(b"]")) && (is_list || !rest.starts_with(b"["))
}

impl Look {
    fn whole(&mut self, bytes: &[u8]) -> Result<(), NoEvidence> {
        hold(bytes, Among::Anything)?;
        let (mut from, mut outside) = (0, 0);
        while let Some(at) = bytes.get(from..).and_then(|rest| find(rest, b"stream")).map(|at| from + at) {
            let (before, behind) = (bytes.get(..at).unwrap_or_default(), bytes.get(at + 6..).unwrap_or_default());
            from = at + 6;
            if before.ends_with(b"end") {
                outside = from;
                continue;
            }
            self.words(before.get(outside.min(at)..).unwrap_or_default())?;
            // Its head is looked at wherever it stands: also where it stands in the bytes of another part.
            let head = head_of(before)?;
            hold(head, Among::Words)?;
            self.part(head, behind)?;
            outside = bytes.get(from..).and_then(|rest| find(rest, b"endstream")).map_or(bytes.len(), |end| from + end);
        }
        self.words(bytes.get(outside..).unwrap_or_default())
    }

    /// Dictionaries: pages are counted in them.
    fn words(&mut self, bytes: &[u8]) -> Result<(), NoEvidence> {
        hold(bytes, Among::Words)?;
        let mut before = Vec::new();
        for name in names_in(bytes) {
            if name == b"Page" && before == b"Type" {
                self.pages += 1;
            }
            before = name;
        }
        if self.pages > MOST_PAGES { Err(NoEvidence::TooMany) } else { Ok(()) }
    }

    /// One packed part.
    fn part(&mut self, head: &[u8], behind: &[u8]) -> Result<(), NoEvidence> {
        self.streams += 1;
        if self.streams > MOST_STREAMS {
            return Err(NoEvidence::Packed);
        }
        let is_packed = has(head, "FlateDecode") || has(head, "Fl");
        let objects = holds_objects(head);
        // Objects are packed plainly or not taken: what turns bytes into other bytes could hide names in them.
        if objects && (!says_plainly(head) || has(head, "DecodeParms") || has(head, "DP")) {
            return Err(NoEvidence::Packed);
        }
        let begins = behind.iter().position(|byte| !matches!(byte, b' ' | b'\r' | b'\n' | b'\t' | 0 | 12));
        let data = begins.and_then(|at| behind.get(at..)).unwrap_or_default();
        match self.unpack(data)? {
            Some(inner) => self.inner(&inner, objects, 1),
            None if is_packed => Err(NoEvidence::Packed),
            // What is not packed stands in the file itself; where it holds objects, they are dictionaries.
            None if objects => {
                let end = find(behind, b"endstream").unwrap_or(behind.len());
                self.words(behind.get(..end).unwrap_or(behind))
            }
            None => Ok(()),
        }
    }

    fn inner(&mut self, bytes: &[u8], objects: bool, depth: usize) -> Result<(), NoEvidence> {
        if objects {
            self.words(bytes)?;
        } else {
            hold(bytes, Among::Anything)?;
        }
        match self.unpack(bytes)? {
            Some(_) if depth >= MOST_DEPTH => Err(NoEvidence::Packed),
            Some(inner) => self.inner(&inner, objects, depth + 1),
            None => Ok(()),
        }
    }

    /// What is packed in `data`; none where it is not packed so, or not to its end.
    fn unpack(&mut self, data: &[u8]) -> Result<Option<Vec<u8>>, NoEvidence> {
        let looks_packed = match data {
            [first, second, ..] => first & 0x0F == 8 && (u16::from(*first) * 256 + u16::from(*second)).is_multiple_of(31),
            _ => false,
        };
        if !looks_packed {
            return Ok(None);
        }
        let mut whole = Vec::new();
        let most = u64::try_from(self.left).unwrap_or(0).saturating_add(1);
        let read = ZlibDecoder::new(data).take(most).read_to_end(&mut whole);
        if whole.len() > self.left {
            return Err(NoEvidence::Packed);
        }
        self.left -= whole.len();
        match read {
            Ok(_) => Ok(Some(whole)),
            // What was unpacked before it broke is looked at too: a reader may be content with it.
            Err(_) => hold(&whole, Among::Words).map(|()| None),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::time::{Duration, Instant};

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn stream(head: &str, gap: &str, data: &[u8]) -> Vec<u8> {
        [format!("7 0 obj\n<<{head}/Length {}>>stream{gap}", data.len()).as_bytes(), data, b"\nendstream\nendobj\n"].concat()
    }

    /// A file of one page, with something in it besides.
    fn file(besides: &[u8]) -> Vec<u8> {
        let head =
            b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n";
        let page = b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\n";
        [head.as_slice(), page, besides, b"trailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"].concat()
    }

    #[test]
    fn plain_pages_with_letters_pictures_and_packed_objects_are_taken() {
        let jpeg = [b"\xff\xd8\xff\xe0".as_slice(), &[7; 900], b"/JS /AA /RL \xff\xd9"].concat();
        let cases: [(&str, Vec<u8>); 7] = [
            ("nothing besides", Vec::new()),
            ("letters", stream("/Filter/FlateDecode", "\n", &packed(b"BT /F1 12 Tf (/S ok) Tj ET"))),
            ("letters, plain", stream("", "\r\n", b"BT /F1 12 Tf ET")),
            ("a picture", stream("/Subtype/Image/Filter/DCTDecode", "\n", &jpeg)),
            (
                "objects",
                stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", "\n", &packed(b"9 0 <</Type/Font/Subtype/Type1>>")),
            ),
            ("objects, listed", stream("/Type/ObjStm/N 1/First 4/Filter [ /FlateDecode ]", "\n", &packed(b"9 0 <</Type/Font>>"))),
            ("a table", stream("/Type/XRef/Filter/FlateDecode/DecodeParms<</Predictor 12>>", "\n", &packed(&[0; 60]))),
        ];
        for (what, besides) in cases {
            assert_eq!(check(&file(&besides)), Ok(()), "{what}");
        }
    }

    #[test]
    fn whatever_acts_is_refused_wherever_it_stands_and_however_it_is_written() {
        let script = b"9 0 <</S/JavaScript/JS(app.alert(1))>>";
        let objects = "/Type/ObjStm/N 1/First 4/Filter/FlateDecode";
        let cases: [(&str, Vec<u8>, NoEvidence); 22] = [
            ("a script", b"8 0 obj\n<</S/JavaScript/JS(1)>>\nendobj\n".to_vec(), NoEvidence::Acts),
            ("with escapes", b"8 0 obj\n<</S/#4Aava#53cript>>\nendobj\n".to_vec(), NoEvidence::Acts),
            ("at opening", b"8 0 obj\n<</OpenAction 9 0 R>>\nendobj\n".to_vec(), NoEvidence::Acts),
            ("at opening a page", b"8 0 obj\n<</AA<<>>>>\nendobj\n".to_vec(), NoEvidence::Acts),
            ("a link", b"8 0 obj\n<</S/URI/URI(http://a)>>\nendobj\n".to_vec(), NoEvidence::Acts),
            ("a file along", b"8 0 obj\n<</Type/EmbeddedFile>>\nendobj\n".to_vec(), NoEvidence::Acts),
            ("a form", b"8 0 obj\n<</XFA 9 0 R>>\nendobj\n".to_vec(), NoEvidence::Acts),
            ("locked", b"8 0 obj\n<</Encrypt 9 0 R>>\nendobj\n".to_vec(), NoEvidence::Locked),
            ("packed", stream(objects, "\n", &packed(script)), NoEvidence::Acts),
            ("packed, after spaces", stream(objects, "  \r \n", &packed(script)), NoEvidence::Acts),
            ("packed, with no line end", stream(objects, "\r", &packed(script)), NoEvidence::Acts),
            ("packed twice", stream("/Filter[/FlateDecode/FlateDecode]", "\n", &packed(&packed(script))), NoEvidence::Acts),
            ("packed, unsaid", stream("", "\n", &packed(script)), NoEvidence::Acts),
            ("in a picture", stream("/Filter/DCTDecode", "\n", b"\xff\xd8 8 0 obj <</OpenAction 1>>"), NoEvidence::Acts),
            ("objects by a detour", stream("/ObjStm/First 4/Filter 5 0 R", "\n", b"x"), NoEvidence::Packed),
            (
                "objects, shifted",
                stream("/Type/ObjStm/Filter/FlateDecode/DecodeParms<</Predictor 12>>", "\n", b"x"),
                NoEvidence::Packed,
            ),
            ("objects in a picture", stream("/Type/ObjStm/First 4/Filter/CCITTFaxDecode", "\n", b"x"), NoEvidence::Packed),
            ("another packing", stream("/Filter/ASCII85Decode", "\n", b"87cURD"), NoEvidence::Packed),
            ("in short", stream("/Filter/A85", "\n", b"87cURD"), NoEvidence::Packed),
            ("in short, by runs", stream("/Filter/RL", "\n", b"x"), NoEvidence::Packed),
            ("in short, old", stream("/Filter[/LZW]", "\n", b"x"), NoEvidence::Packed),
            ("broken", stream("/Filter/FlateDecode", "\n", &packed(&[1; 5000])[..20]), NoEvidence::Packed),
        ];
        for (what, besides, expected) in cases {
            assert_eq!(check(&file(&besides)), Err(expected), "{what}");
        }
    }

    #[test]
    fn what_hangs_behind_or_is_no_pages_at_all_is_refused() {
        let good = file(&[]);
        let cases: [(&str, Vec<u8>); 4] = [
            ("cut off", good[..good.len() - 10].to_vec()),
            ("something behind", [good.as_slice(), b"<html>"].concat()),
            ("no page", b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\n%%EOF".to_vec()),
            ("the head alone", b"%PDF-1.4".to_vec()),
        ];
        for (what, bytes) in cases {
            assert_eq!(check(&bytes), Err(NoEvidence::Kind), "{what}");
        }
        assert_eq!(check(&file(&b"4 0 obj\n<</Type/Page>>\nendobj\n".repeat(20))), Err(NoEvidence::TooMany));
        assert_eq!(check(&file(&b"4 0 obj\n<</Type /Page >>\nendobj\n".repeat(19))), Ok(()));
    }

    #[test]
    fn what_grows_without_end_is_left_alone_in_time() {
        let bomb = packed(&vec![0; MOST_UNPACKED + 1]);
        let nested = packed(&packed(&packed(&packed(&packed(b"9 0 <</S/JavaScript>>")))));
        let heads = [b"7 0 obj <<".as_slice(), &b"/Filter/FlateDecode stream\n".repeat(9_000)].concat();
        let cases = [
            ("a bomb", stream("/Filter/FlateDecode", "\n", &bomb)),
            ("one in the other", stream("", "\n", &nested)),
            ("heads", heads),
        ];
        for (what, besides) in cases {
            let begun = Instant::now();
            assert_eq!(check(&file(&besides)), Err(NoEvidence::Packed), "{what}");
            // Without optimisation it is slower by an order of magnitude.
            assert!(begun.elapsed() < Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 }), "{what}");
        }
    }
}
