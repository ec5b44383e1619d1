//! Fonts: which one has a character, and how wide it is there.

use std::sync::Arc;

use krilla::Data;
use krilla::text::Font;
use skrifa::charmap::{Charmap, MapVariant};
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};

use super::runs::{Cluster, is_joined};

/// Noto Sans SC, whole: all that is written on a sheet and on a badge, and 27,558 Han characters.
pub(in crate::credentials) static OWN: &[u8] = include_bytes!("fonts/NotoSansSC-Regular.ttf");

/// The fonts of certificates: the one in the binary, then those of the operator, in their order. Made once; drawing borrows it.
pub struct Fonts {
    faces: Vec<Face>,
}

struct Face {
    font: Font,
    bytes: Bytes,
}

enum Bytes {
    Own,
    Read(Arc<Vec<u8>>),
}

impl Bytes {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Own => OWN,
            Self::Read(bytes) => bytes,
        }
    }
}

/// The fallback font at this place, counted from 0, is no font that can be drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("fallback font {0} is no font")]
pub struct BadFont(pub usize);

impl Fonts {
    /// The own font, and these behind it.
    ///
    /// # Errors
    /// [`BadFont`]: which one cannot be used.
    pub fn new(fallback: Vec<Vec<u8>>) -> Result<Self, BadFont> {
        let own = Face { font: Font::new(OWN.into(), 0).ok_or(BadFont(0))?, bytes: Bytes::Own };
        let read = fallback.into_iter().enumerate().map(|(at, bytes)| {
            let bytes = Arc::new(bytes);
            let font = Font::new(Data::from(Arc::clone(&bytes)), 0).ok_or(BadFont(at))?;
            Ok(Face { font, bytes: Bytes::Read(bytes) })
        });
        Ok(Self { faces: std::iter::once(Ok(own)).chain(read).collect::<Result<_, _>>()? })
    }

    /// The first character of a text that cannot be drawn: no font has it, or it is of a script whose letters join.
    #[must_use]
    pub fn missing(&self, text: &str) -> Option<char> {
        let faces = self.open();
        super::runs::clusters(text).into_iter().find(|cluster| faces.glyph(cluster).is_none()).map(|cluster| cluster.base)
    }

    /// The fonts with their tables at hand.
    pub(super) fn open(&self) -> Faces<'_> {
        let mut faces = Vec::with_capacity(self.faces.len());
        for face in &self.faces {
            // It was read once when these fonts were made.
            let Ok(read) = FontRef::from_index(face.bytes.as_slice(), 0) else { continue };
            let (map, metrics) = (read.charmap(), read.glyph_metrics(Size::unscaled(), LocationRef::default()));
            faces.push(OpenFace { font: face.font.clone(), map, metrics, em: face.font.units_per_em() });
        }
        Faces(faces)
    }
}

/// Opened fonts, for as long as a sheet is drawn.
pub(super) struct Faces<'a>(Vec<OpenFace<'a>>);

struct OpenFace<'a> {
    font: Font,
    map: Charmap<'a>,
    metrics: GlyphMetrics<'a>,
    em: f32,
}

/// A character's picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Glyph {
    /// In which font.
    pub face: usize,
    /// Its number there.
    pub id: u32,
    /// How far it takes the pen, in parts of the size.
    pub advance: f32,
}

impl Faces<'_> {
    /// The picture of a character in the first font that has it. A variant that no font has is drawn as its character.
    pub fn glyph(&self, cluster: &Cluster<'_>) -> Option<Glyph> {
        if is_joined(cluster.base) {
            return None;
        }
        let variant = cluster.selector.and_then(|selector| self.first(|face| face.variant(cluster.base, selector)));
        variant.or_else(|| self.first(|face| face.map.map(cluster.base)))
    }

    /// The font at a place.
    pub fn font(&self, face: usize) -> Option<&Font> {
        self.0.get(face).map(|face| &face.font)
    }

    fn first(&self, of: impl Fn(&OpenFace<'_>) -> Option<skrifa::GlyphId>) -> Option<Glyph> {
        self.0.iter().enumerate().find_map(|(at, face)| {
            let id = of(face).filter(|id| id.to_u32() != 0)?;
            Some(Glyph { face: at, id: id.to_u32(), advance: face.metrics.advance_width(id)? / face.em })
        })
    }
}

impl OpenFace<'_> {
    fn variant(&self, base: char, selector: char) -> Option<skrifa::GlyphId> {
        match self.map.map_variant(base, selector)? {
            MapVariant::UseDefault => self.map.map(base),
            MapVariant::Variant(id) => Some(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_font_is_the_one_whose_digest_stands_beside_it() {
        let digest = crate::kernel::sha256_of(OWN).unwrap().0.to_string();
        assert!(include_str!("fonts/README.md").contains(&digest), "{digest}");
    }

    #[test]
    fn what_no_font_has_is_named() {
        let fonts = Fonts::new(Vec::new()).unwrap();
        for text in [
            "王桂英",
            "阿依古丽·买买提",
            "O'Brien-Smith Jr.",
            "ÄÖÜé",
            "㐂㛃",
            "〇",
            "⿰王英",
            "1234 5678 9012",
            "、。，；：（）《》「」",
        ] {
            assert_eq!(fonts.missing(text), None, "{text}");
        }
        // Extension H, and B but for 54 of it; Arabic and Tibetan, whose letters would have to be joined.
        for (text, missing) in [("王𱍐", '𱍐'), ("𠮷野", '𠮷'), ("ئايگۈل", 'ئ'), ("བཀྲ", 'བ')] {
            assert_eq!(fonts.missing(text), Some(missing), "{text}");
        }
    }

    #[test]
    fn what_is_no_font_is_refused_by_its_place() {
        let bad = |fonts| Fonts::new(fonts).err();
        assert_eq!(bad(vec![OWN.to_vec(), b"OTTO".to_vec()]), Some(BadFont(1)));
        assert_eq!(bad(vec![Vec::new()]), Some(BadFont(0)));
    }

    #[test]
    fn the_next_font_is_asked_only_for_what_the_first_has_not() {
        let fonts = Fonts::new(vec![OWN.to_vec()]).unwrap();
        let faces = fonts.open();
        let of = |text| faces.glyph(super::super::runs::clusters(text).first().unwrap());
        let (han, digit) = (of("王").unwrap(), of("7").unwrap());
        assert_eq!((han.face, han.advance, digit.face), (0, 1.0, 0));
        assert!(digit.advance > 0.5 && digit.advance < 0.6, "{digit:?}");
        assert_eq!(of("\u{10ffff}"), None);
    }
}
