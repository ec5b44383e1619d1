//! Pictures: SVG of a small, closed vocabulary. Whatever is not in it is refused, so what passes may stand inside a page.

use std::fmt::Write;

use super::check::Trouble;

/// The most bytes a picture may have.
const MOST_BYTES: usize = 3072;
/// Where every picture is drawn.
const VIEW_BOX: &str = "0 0 320 200";
const NAMESPACE: &str = "http://www.w3.org/2000/svg";

/// What may be drawn, with its attributes beside the ones that all may have.
const SHAPES: [(&str, &[&str]); 9] = [
    ("g", &[]),
    ("path", &["d"]),
    ("rect", &["x", "y", "width", "height", "rx", "ry"]),
    ("circle", &["cx", "cy", "r"]),
    ("ellipse", &["cx", "cy", "rx", "ry"]),
    ("line", &["x1", "y1", "x2", "y2"]),
    ("polyline", &["points"]),
    ("polygon", &["points"]),
    ("svg", &["xmlns", "viewBox"]),
];
const COMMON: [&str; 8] =
    ["class", "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "transform", "stroke-dasharray"];
const CLASSES: [&str; 3] = ["ink", "paper", "tint"];

/// A picture that has been looked through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// What stands between `<svg …>` and `</svg>`.
    inside: String,
}

impl Picture {
    /// The picture as a figure whose name is `alt`; complete HTML, to be put into a page as it is.
    #[must_use]
    pub fn figure(&self, alt: &str) -> String {
        let alt = super::html::escape(alt);
        format!(
            "<figure class=\"pic\"><svg xmlns=\"{NAMESPACE}\" viewBox=\"{VIEW_BOX}\" role=\"img\"><title>{alt}</title>{}</svg></figure>",
            self.inside
        )
    }
}

/// Looks through the text of an SVG file. What is wrong comes with its line.
pub(super) fn parse(text: &str) -> Result<Picture, (usize, Trouble)> {
    if text.len() > MOST_BYTES {
        return Err((1, Trouble::PictureTooLarge { most: MOST_BYTES, is: text.len() }));
    }
    let mut reader = Reader { rest: text, whole: text, open: Vec::new(), inside: String::new(), closed: false };
    while let Some(()) = reader.next().map_err(|trouble| (reader.line(), trouble))? {}
    if reader.open.is_empty() && reader.closed {
        Ok(Picture { inside: reader.inside })
    } else {
        Err((reader.line(), Trouble::PictureBroken))
    }
}

struct Reader<'t> {
    rest: &'t str,
    whole: &'t str,
    open: Vec<&'t str>,
    inside: String,
    closed: bool,
}

impl<'t> Reader<'t> {
    fn line(&self) -> usize {
        let read = self.whole.len() - self.rest.len();
        self.whole.get(..read).unwrap_or_default().matches('\n').count() + 1
    }

    /// Reads one tag; `None` at the end.
    fn next(&mut self) -> Result<Option<()>, Trouble> {
        self.rest = self.rest.trim_start();
        if self.rest.is_empty() {
            return Ok(None);
        }
        let rest = self.rest.strip_prefix('<').ok_or(Trouble::PictureWithText)?;
        let (tag, rest) = rest.split_once('>').ok_or(Trouble::PictureBroken)?;
        match tag.strip_prefix('/') {
            Some(name) => self.close(name.trim())?,
            None => self.open(tag)?,
        }
        self.rest = rest;
        Ok(Some(()))
    }

    fn close(&mut self, name: &str) -> Result<(), Trouble> {
        if self.open.pop() != Some(name) {
            return Err(Trouble::PictureBroken);
        }
        if self.open.is_empty() {
            self.closed = true;
        } else {
            self.inside.push_str(&format!("</{name}>"));
        }
        Ok(())
    }

    fn open(&mut self, tag: &'t str) -> Result<(), Trouble> {
        let (tag, is_single) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        let (_, own) = SHAPES.iter().find(|(shape, _)| *shape == name).ok_or_else(|| Trouble::PictureTag(name.to_owned()))?;
        let attributes = attributes_of(attributes)?;
        let is_root = name == "svg";
        if is_root != (self.open.is_empty() && !self.closed) || (is_root && is_single) {
            return Err(Trouble::PictureBroken);
        }
        for (key, value) in &attributes {
            let is_known = own.contains(key) || (!is_root && COMMON.contains(key));
            let is_harmless = value.bytes().all(|b| b.is_ascii_alphanumeric() || b" ,.#()-+\n".contains(&b));
            if !is_known || !(is_harmless || is_root) || (*key == "class" && !CLASSES.contains(value)) {
                return Err(Trouble::PictureAttribute((*key).to_owned()));
            }
        }
        if is_root {
            let has = |key: &str, value: &str| attributes.contains(&(key, value));
            if !has("viewBox", VIEW_BOX) || !has("xmlns", NAMESPACE) {
                return Err(Trouble::PictureBox);
            }
        } else {
            self.inside.push_str(&format!("<{name}"));
            for (key, value) in &attributes {
                // Writing into a text cannot fail.
                let _ = write!(self.inside, " {key}=\"{value}\"");
            }
            self.inside.push_str(if is_single { "/>" } else { ">" });
        }
        if !is_single {
            self.open.push(name);
        }
        Ok(())
    }
}

/// Attributes `key="value"`, one after the other.
fn attributes_of(text: &str) -> Result<Vec<(&str, &str)>, Trouble> {
    let mut attributes = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (key, after) = rest.split_once("=\"").ok_or(Trouble::PictureBroken)?;
        let (value, after) = after.split_once('"').ok_or(Trouble::PictureBroken)?;
        attributes.push((key, value));
        rest = after.trim_start();
    }
    Ok(attributes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(inside: &str) -> String {
        format!("<svg xmlns=\"{NAMESPACE}\" viewBox=\"{VIEW_BOX}\">\n{inside}</svg>\n")
    }

    #[test]
    fn a_plain_drawing_passes_and_carries_its_words() {
        let picture = parse(&wrapped("<g class=\"ink\" fill=\"none\"><path d=\"M1 2L3,4z\"/></g>")).unwrap();
        let figure = picture.figure("一只手 <拿着> 手机");
        assert!(
            figure.contains(
                "<title>一只手 &lt;拿着&gt; 手机</title><g class=\"ink\" fill=\"none\"><path d=\"M1 2L3,4z\"/></g></svg>"
            )
        );
    }

    #[test]
    fn whatever_is_not_a_plain_drawing_is_refused() {
        let tag = |name: &str| Trouble::PictureTag(name.to_owned());
        let attribute = |key: &str| Trouble::PictureAttribute(key.to_owned());
        let cases = [
            (wrapped("<script>alert(1)</script>"), 2, tag("script")),
            (wrapped("<style></style>"), 2, tag("style")),
            (wrapped("<text x=\"1\"></text>"), 2, tag("text")),
            (wrapped("<image href=\"x\"/>"), 2, tag("image")),
            (wrapped("<a href=\"x\"></a>"), 2, tag("a")),
            (wrapped("<foreignObject/>"), 2, tag("foreignObject")),
            (wrapped("<!-- x -->"), 2, tag("!--")),
            (wrapped("<g/>\n字"), 3, Trouble::PictureWithText),
            (wrapped("<path onload=\"x()\" d=\"M0\"/>"), 2, attribute("onload")),
            (wrapped("<path style=\"fill:red\"/>"), 2, attribute("style")),
            (wrapped("<path d=\"M0&#x22;\"/>"), 2, attribute("d")),
            (wrapped("<g class=\"other\"/>"), 2, attribute("class")),
            (wrapped("<g><path d=\"M0\"/>"), 2, Trouble::PictureBroken),
            (wrapped("<path d='M0'/>"), 2, Trouble::PictureBroken),
            (wrapped("<svg xmlns=\"x\"></svg>"), 2, Trouble::PictureBroken),
            (wrapped("<g fill=\"url(http://x)\"/>"), 2, attribute("fill")),
            (format!("<svg xmlns=\"{NAMESPACE}\" viewBox=\"0 0 9 9\"></svg>"), 1, Trouble::PictureBox),
            (format!("<svg viewBox=\"{VIEW_BOX}\" width=\"9\"></svg>"), 1, attribute("width")),
            (" ".repeat(3073), 1, Trouble::PictureTooLarge { most: 3072, is: 3073 }),
            (String::new(), 1, Trouble::PictureBroken),
        ];
        for (text, line, trouble) in cases {
            assert_eq!(parse(&text), Err((line, trouble)), "{text}");
        }
    }
}
