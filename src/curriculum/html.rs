//! From blocks to HTML, through the one filter.
//!
//! An explained word is a link to its explanation at the end of the same card: no script, valid inside a paragraph, read in order
//! by a screen reader, and nothing to unfold for shaky fingers. A hotline is a `tel:` link; its official name and the notice stand
//! once at the end.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::cards::{Block, Inline};
use super::model::{Hotline, Term};
use super::picture::Picture;
use super::tags::{Piece, pieces};

/// What tags may name, and what is said beside numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Lexicon {
    pub terms: HashMap<String, Term>,
    pub hotlines: HashMap<String, Hotline>,
    pub notice: String,
}

/// `text` with the characters that HTML reserves written out.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

static FILTER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut filter = ammonia::Builder::default();
    filter
        .tags(HashSet::from(["p", "br", "strong", "ul", "li", "blockquote", "a", "dl", "dt", "dd"]))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"])), ("dt", HashSet::from(["id"]))]))
        .generic_attributes(HashSet::new())
        .allowed_classes(HashMap::from([
            ("a", HashSet::from(["term", "tel"])),
            ("dl", HashSet::from(["terms", "hotlines"])),
            ("p", HashSet::from(["notice"])),
        ]))
        .url_schemes(HashSet::from(["tel"]))
        .link_rel(None);
    filter
});

/// The one filter: nothing but these few tags reaches a page.
fn clean(html: &str) -> String {
    FILTER.clean(html).to_string()
}

/// The HTML of a card. `id` is unique on the page; words are explained and numbers named at its end.
pub(super) fn card_html<'p>(
    blocks: &[Block],
    lexicon: &Lexicon,
    id: &str,
    find_picture: impl Fn(&str) -> Option<&'p Picture>,
) -> String {
    let mut writer = Writer::new(lexicon, id);
    let mut html = writer.blocks(blocks, find_picture);
    writer.notes();
    html.push_str(&clean(&writer.html));
    html
}

/// The HTML of plain texts with tags: a paragraph each, then the notes.
pub(super) fn paragraphs_html(texts: &[&str], lexicon: &Lexicon, id: &str) -> String {
    let mut writer = Writer::new(lexicon, id);
    for text in texts {
        writer.html.push_str("<p>");
        writer.tagged(text);
        writer.html.push_str("</p>");
    }
    writer.notes();
    clean(&writer.html)
}

/// The HTML of texts that a template puts in different places, and of the notes that belong under all of them.
pub(super) fn inline_html(texts: &[String], lexicon: &Lexicon, id: &str) -> (Vec<String>, String) {
    let mut writer = Writer::new(lexicon, id);
    let lines = texts
        .iter()
        .map(|text| {
            writer.tagged(text);
            clean(&std::mem::take(&mut writer.html))
        })
        .collect();
    writer.notes();
    (lines, clean(&writer.html))
}

/// Writes what is printed as a whole: words are explained and numbers named once, at the end of everything.
pub(super) struct Gatherer<'l>(Writer<'l>);

impl<'l> Gatherer<'l> {
    /// `id` begins the ids under which words are explained: `id-w1`, in the order in which they come.
    pub(super) const fn new(lexicon: &'l Lexicon, id: &'l str) -> Self {
        Self(Writer::new(lexicon, id))
    }

    /// The HTML of a card.
    pub(super) fn card<'p>(&mut self, blocks: &[Block], find_picture: impl Fn(&str) -> Option<&'p Picture>) -> String {
        self.0.blocks(blocks, find_picture)
    }

    /// The HTML of a text with tags.
    pub(super) fn text(&mut self, text: &str) -> String {
        self.0.tagged(text);
        clean(&std::mem::take(&mut self.0.html))
    }

    /// The words and the numbers that were met, in that order.
    pub(super) fn notes(self) -> (Vec<&'l Term>, Vec<&'l Hotline>) {
        (self.0.terms, self.0.hotlines)
    }
}

/// The text of blocks without any markup; pictures are left out.
pub(super) fn plain(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        match block {
            Block::Paragraph(line) => plain_line(line, &mut text),
            Block::List(lines) | Block::Quote(lines) => lines.iter().for_each(|line| plain_line(line, &mut text)),
            Block::Picture { .. } => {}
        }
    }
    text
}

fn plain_line(line: &[Inline], text: &mut String) {
    for part in line {
        match part {
            Inline::Text(part) | Inline::Term(part) | Inline::Tel(part) => text.push_str(part),
            Inline::Break => text.push('\n'),
            Inline::StrongOn | Inline::StrongOff => {}
        }
    }
    text.push('\n');
}

struct Writer<'l> {
    lexicon: &'l Lexicon,
    id: &'l str,
    html: String,
    terms: Vec<&'l Term>,
    hotlines: Vec<&'l Hotline>,
}

impl<'l> Writer<'l> {
    const fn new(lexicon: &'l Lexicon, id: &'l str) -> Self {
        Self { lexicon, id, html: String::new(), terms: Vec::new(), hotlines: Vec::new() }
    }

    /// The HTML of blocks, without the notes at their end.
    fn blocks<'p>(&mut self, blocks: &[Block], find_picture: impl Fn(&str) -> Option<&'p Picture>) -> String {
        let mut html = String::new();
        for block in blocks {
            if let Block::Picture { src, alt } = block {
                // Pictures have passed a narrower filter of their own.
                html.push_str(&clean(&std::mem::take(&mut self.html)));
                html.push_str(&find_picture(src).map(|picture| picture.figure(alt)).unwrap_or_default());
            } else {
                self.block(block);
            }
        }
        html + &clean(&std::mem::take(&mut self.html))
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(line) => self.wrapped("p", line),
            Block::List(lines) => self.wrapped_all("ul", "li", lines),
            Block::Quote(lines) => self.wrapped_all("blockquote", "p", lines),
            Block::Picture { .. } => {}
        }
    }

    fn wrapped_all(&mut self, outer: &str, inner: &str, lines: &[Vec<Inline>]) {
        self.html.push_str(&format!("<{outer}>"));
        lines.iter().for_each(|line| self.wrapped(inner, line));
        self.html.push_str(&format!("</{outer}>"));
    }

    fn wrapped(&mut self, tag: &str, line: &[Inline]) {
        self.html.push_str(&format!("<{tag}>"));
        for part in line {
            match part {
                Inline::Text(text) => self.html.push_str(&escape(text)),
                Inline::StrongOn => self.html.push_str("<strong>"),
                Inline::StrongOff => self.html.push_str("</strong>"),
                Inline::Break => self.html.push_str("<br>"),
                Inline::Term(word) => self.term(word),
                Inline::Tel(number) => self.tel(number),
            }
        }
        self.html.push_str(&format!("</{tag}>"));
    }

    fn tagged(&mut self, text: &str) {
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => self.html.push_str(&escape(text)),
                Piece::Term(word) => self.term(word),
                Piece::Tel(number) => self.tel(number),
            }
        }
    }

    fn term(&mut self, word: &str) {
        let Some(term) = self.lexicon.terms.get(word) else {
            self.html.push_str(&escape(word));
            return;
        };
        let at = self.terms.iter().position(|known| known.word == term.word).unwrap_or(self.terms.len());
        if at == self.terms.len() {
            self.terms.push(term);
        }
        self.html.push_str(&format!("<a class=\"term\" href=\"#{}-w{}\">{}</a>", self.id, at + 1, escape(word)));
    }

    fn tel(&mut self, number: &str) {
        let Some(hotline) = self.lexicon.hotlines.get(number) else {
            self.html.push_str(&escape(number));
            return;
        };
        if !self.hotlines.iter().any(|known| known.number == hotline.number) {
            self.hotlines.push(hotline);
        }
        let number = escape(number);
        if hotline.dial {
            self.html.push_str(&format!("<a class=\"tel\" href=\"tel:{number}\">{number}</a>"));
        } else {
            self.html.push_str(&number);
        }
    }

    /// What stands at the end: words explained, numbers named, the notice once.
    fn notes(&mut self) {
        if !self.terms.is_empty() {
            self.html.push_str("<dl class=\"terms\">");
            for (at, term) in self.terms.iter().enumerate() {
                let (word, plain) = (escape(&term.word), escape(&term.plain));
                self.html.push_str(&format!("<dt id=\"{}-w{}\">{word}</dt><dd>{plain}</dd>", self.id, at + 1));
            }
            self.html.push_str("</dl>");
        }
        if !self.hotlines.is_empty() {
            self.html.push_str("<dl class=\"hotlines\">");
            for hotline in &self.hotlines {
                self.html.push_str(&format!("<dt>{}</dt><dd>{}</dd>", escape(&hotline.number), escape(&hotline.name)));
            }
            self.html.push_str(&format!("</dl><p class=\"notice\">{}</p>", escape(&self.lexicon.notice)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curriculum::cards;
    use crate::curriculum::model::DialKind;

    fn lexicon() -> Lexicon {
        let term = Term { word: "流量".to_owned(), topic: String::new(), plain: "上网的量".to_owned(), see: Vec::new() };
        let hotline = |number: &str, dial| Hotline {
            number: number.to_owned(),
            name: format!("{number} 的名字"),
            kind: if dial { DialKind::Call } else { DialKind::SmsOnly },
            dial,
            note: String::new(),
            source: String::new(),
            checked: String::new(),
            set: None,
        };
        Lexicon {
            terms: HashMap::from([("流量".to_owned(), term)]),
            hotlines: HashMap::from([("110".to_owned(), hotline("110", true)), ("12381".to_owned(), hotline("12381", false))]),
            notice: "以当地公布为准".to_owned(),
        }
    }

    fn card(text: &str) -> String {
        let (blocks, troubles) = cards::parse(text);
        assert_eq!(troubles, []);
        card_html(&blocks, &lexicon(), "c1-1", |_| None)
    }

    #[test]
    fn words_are_explained_and_numbers_named_once_at_the_end() {
        let html = card("用[[流量]]，打 [[tel:110]]。\n再打 [[tel:110]]，看[[流量]]。");
        let expected = "<p>用<a class=\"term\" href=\"#c1-1-w1\">流量</a>，打 <a class=\"tel\" href=\"tel:110\">110</a>。<br>\
            再打 <a class=\"tel\" href=\"tel:110\">110</a>，看<a class=\"term\" href=\"#c1-1-w1\">流量</a>。</p>\
            <dl class=\"terms\"><dt id=\"c1-1-w1\">流量</dt><dd>上网的量</dd></dl>\
            <dl class=\"hotlines\"><dt>110</dt><dd>110 的名字</dd></dl><p class=\"notice\">以当地公布为准</p>";
        assert_eq!(html, expected);
    }

    #[test]
    fn what_only_sends_messages_is_never_offered_to_dial() {
        assert!(!card("看 [[tel:12381]] 的短信。").contains("href"));
    }

    #[test]
    fn nothing_but_the_few_tags_gets_through() {
        assert_eq!(clean("<p onclick=\"x\">a<script>b</script><img src=x><a href=\"https://x\">c</a></p>"), "<p>a<a>c</a></p>");
        assert_eq!(card("一 \\<b\\> & 二"), "<p>一 &lt;b&gt; &amp; 二</p>");
    }

    #[test]
    fn texts_in_different_places_share_their_notes() {
        let (lines, notes) = inline_html(&["打 [[tel:110]]".to_owned(), "<x>".to_owned()], &lexicon(), "s");
        assert_eq!(lines, ["打 <a class=\"tel\" href=\"tel:110\">110</a>", "&lt;x&gt;"]);
        assert!(notes.contains("110 的名字"));
        assert!(paragraphs_html(&["甲", "乙"], &lexicon(), "s").starts_with("<p>甲</p><p>乙</p>"));
    }
}
