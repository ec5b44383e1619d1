//! A document in an SVG: one `openbadges:credential` of Open Badges 3.0 (5.3.2), JSON in a CDATA section, or a JWT in its `verify`.
//!
//! It is read tag by tag and never as XML: no entity is ever put in for another text, nothing is fetched, and a picture that declares entities, runs a script or
//! listens for events is refused.

use super::BadgeWords;
use super::drawing::{Point, SIDE, Shape, Step};
use crate::credentials::carried::{MOST_TEXT, NotCarried};

const NAMESPACE: &str = "https://purl.imsglobal.org/ob/v3p0";
const DECLARED: &str = "xmlns:openbadges";
const ELEMENT: &str = "openbadges:credential";
const CDATA: (&str, &str) = ("<![CDATA[", "]]>");
/// A longer file is not read, in bytes.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// What no picture of a badge has.
const ACTIVE: [&str; 6] = ["script", "foreignobject", "iframe", "embed", "object", "handler"];
/// What a sign may be called without anything being declared, and numbers.
const KNOWN: [&str; 6] = ["amp;", "lt;", "gt;", "quot;", "apos;", "#"];

/// The drawing with the document first in it.
pub(super) fn baked(shapes: &[Shape], words: &BadgeWords, credential: &str) -> String {
    let said = [&words.title, &words.about, &words.bank].map(String::as_str);
    let title: Vec<&str> = said.into_iter().filter(|text| !text.is_empty()).collect();
    let mut svg = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><svg xmlns="http://www.w3.org/2000/svg" {DECLARED}="{NAMESPACE}" viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" height="{SIDE}" role="img"><{ELEMENT}>{}</{ELEMENT}><title>{}</title>"#,
        as_it_is(credential),
        as_it_is(&title.join(" ")),
    );
    for shape in shapes {
        svg.push_str(&format!(r#"<path fill="{}" d="{}"/>"#, shape.colour.hex(), path_of(&shape.steps)));
    }
    svg.push_str("</svg>");
    svg
}

/// A text in which nothing means anything; what would end it is parted between two.
fn as_it_is(text: &str) -> String {
    let (begin, end) = CDATA;
    format!("{begin}{}{end}", text.replace(end, &format!("]]{end}{begin}>")))
}

fn path_of(steps: &[Step]) -> String {
    let point = |(right, down): Point| format!("{right:.1} {down:.1}");
    let step = |step: &Step| match *step {
        Step::Move(to) => format!("M{}", point(to)),
        Step::Line(to) => format!("L{}", point(to)),
        Step::Quad(handle, to) => format!("Q{} {}", point(handle), point(to)),
        Step::Cubic(first, second, to) => format!("C{} {} {}", point(first), point(second), point(to)),
        Step::Close => "Z".to_owned(),
    };
    steps.iter().map(step).collect()
}

/// The text of what may be an SVG: UTF-8 that begins with a tag.
pub(in crate::credentials) fn text_of(file: &[u8]) -> Option<&str> {
    let bytes = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file).trim_ascii();
    if bytes.first() != Some(&b'<') {
        return None;
    }
    std::str::from_utf8(bytes).ok()
}

/// The document in an SVG; none where it has no such element, or is no SVG.
pub(in crate::credentials) fn carried(text: &str) -> Result<Option<String>, NotCarried> {
    if text.len() > MOST_BYTES {
        return Err(NotCarried::TooMuch);
    }
    let (mut reader, mut rest) = (Reader::default(), text);
    while let Some(at) = rest.find('<') {
        let (words, tag) = rest.split_at(at);
        reader.words(words)?;
        rest = match reader.tag(tag) {
            Ok(rest) => rest,
            // Before its first element it may be anything, if it speaks of no SVG at all.
            Err(_) if !reader.is_svg && !text.contains("<svg") => return Ok(None),
            Err(why) => return Err(why),
        };
        if reader.found.as_ref().is_some_and(|found| found.len() > MOST_TEXT) {
            return Err(NotCarried::TooMuch);
        }
    }
    reader.words(rest)?;
    if reader.is_within { Err(NotCarried::Broken) } else { Ok(reader.found) }
}

#[derive(Debug, Default)]
struct Reader {
    /// Whether the outermost element was read, and is an `svg`.
    is_svg: bool,
    /// Whether that element says what `openbadges` means.
    is_declared: bool,
    /// Whether the element with the document was begun and not ended.
    is_within: bool,
    found: Option<String>,
}

impl Reader {
    /// What stands between tags: in the element of the document nothing but space.
    fn words(&self, words: &str) -> Result<(), NotCarried> {
        hold(if self.is_within { words.trim().is_empty() } else { !self.is_svg || is_plain(words) })
    }

    /// Reads what begins with `<`; what follows it.
    fn tag<'a>(&mut self, tag: &'a str) -> Result<&'a str, NotCarried> {
        if tag.starts_with(CDATA.0) {
            let (inner, rest) = until(tag, CDATA.0.len(), CDATA.1).ok_or(NotCarried::Broken)?;
            if let Some(found) = self.found.as_mut().filter(|_| self.is_within) {
                found.push_str(inner);
            }
            return Ok(rest);
        }
        if tag.starts_with("<!--") {
            return Ok(until(tag, 4, "-->").ok_or(NotCarried::Broken)?.1);
        }
        if tag.starts_with("<?xml ") && !self.is_svg {
            return Ok(until(tag, 6, "?>").ok_or(NotCarried::Broken)?.1);
        }
        if let Some(inner) = tag.strip_prefix("</") {
            let (name, rest) = inner.split_once('>').ok_or(NotCarried::Broken)?;
            self.is_within &= name.trim_end() != ELEMENT;
            return Ok(rest);
        }
        // Declarations of documents and entities, and what is to be done with it, are no names.
        let end = tag.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).ok_or(NotCarried::Broken)?;
        let name = tag.get(1..end).filter(|name| is_name(name)).ok_or(NotCarried::Broken)?;
        self.is_svg |= name == "svg";
        hold(self.is_svg)?;
        let (attributes, is_empty, rest) = attributes_of(tag.get(end..).unwrap_or_default())?;
        self.element(name, &attributes, is_empty)?;
        Ok(rest)
    }

    fn element(&mut self, name: &str, attributes: &[(&str, &str)], is_empty: bool) -> Result<(), NotCarried> {
        let local = name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase();
        hold(!self.is_within && !ACTIVE.contains(&local.as_str()))?;
        self.is_declared |= name == "svg" && attributes.contains(&(DECLARED, NAMESPACE));
        if name != ELEMENT {
            return Ok(());
        }
        if self.found.is_some() {
            return Err(NotCarried::Several);
        }
        hold(self.is_declared)?;
        let verify = attributes.iter().find(|(name, _)| *name == "verify").map(|(_, value)| *value);
        hold(verify.is_none_or(|value| !value.contains('&')))?;
        self.found = Some(verify.unwrap_or_default().to_owned());
        self.is_within = !is_empty;
        Ok(())
    }
}

/// What stands from a place to an end, and what follows that.
fn until<'a>(tag: &'a str, begin: usize, end: &str) -> Option<(&'a str, &'a str)> {
    tag.get(begin..)?.split_once(end)
}

/// Attributes, whether the element is empty, and what follows its tag.
type Attributes<'a> = (Vec<(&'a str, &'a str)>, bool, &'a str);

fn attributes_of(tag: &str) -> Result<Attributes<'_>, NotCarried> {
    let (mut attributes, mut rest) = (Vec::new(), tag.trim_start());
    loop {
        if let Some(after) = rest.strip_prefix("/>") {
            return Ok((attributes, true, after));
        }
        if let Some(after) = rest.strip_prefix('>') {
            return Ok((attributes, false, after));
        }
        let (name, after) = rest.split_once('=').ok_or(NotCarried::Broken)?;
        let (name, after) = (name.trim_end(), after.trim_start());
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or(NotCarried::Broken)?;
        let (value, after) = after.get(1..).and_then(|inner| inner.split_once(quote)).ok_or(NotCarried::Broken)?;
        let (own, said) = (name.to_ascii_lowercase(), value.trim().to_ascii_lowercase());
        hold(is_name(name) && !own.starts_with("on") && !said.starts_with("javascript:") && is_plain(value))?;
        attributes.push((name, value));
        rest = after.trim_start();
    }
}

fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_' | '.');
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(is_part)
}

/// Whether it stands for nothing that was declared elsewhere.
fn is_plain(text: &str) -> bool {
    text.split('&').skip(1).all(|after| KNOWN.iter().any(|known| after.starts_with(known)))
}

fn hold(is_so: bool) -> Result<(), NotCarried> {
    if is_so { Ok(()) } else { Err(NotCarried::Broken) }
}
