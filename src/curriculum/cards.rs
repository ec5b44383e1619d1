//! The text of a card: a small part of Markdown, taken apart into typed blocks. Whatever else Markdown can do is refused.

use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd, TextMergeWithOffset};

use super::check::Trouble;
use super::tags::{Piece, pieces};

/// A block of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    Paragraph(Vec<Inline>),
    List(Vec<Vec<Inline>>),
    Quote(Vec<Vec<Inline>>),
    Picture { src: String, alt: String },
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Inline {
    Text(String),
    StrongOn,
    StrongOff,
    Break,
    Term(String),
    Tel(String),
}

/// A trouble and how many lines below the first line of the text it stands.
pub(super) type TextTrouble = (usize, Trouble);

/// Takes a card's text apart.
pub(super) fn parse(text: &str) -> (Vec<Block>, Vec<TextTrouble>) {
    let mut builder = Builder::default();
    for (event, range) in TextMergeWithOffset::new(Parser::new(text).into_offset_iter()) {
        if let Err(trouble) = builder.take(event) {
            let line = text.get(..range.start).unwrap_or_default().matches('\n').count();
            builder.troubles.push((line, trouble));
        }
    }
    (builder.blocks, builder.troubles)
}

#[derive(Default)]
struct Builder {
    blocks: Vec<Block>,
    troubles: Vec<TextTrouble>,
    line: Vec<Inline>,
    entries: Option<Vec<Vec<Inline>>>,
    quote: Option<Vec<Vec<Inline>>>,
    picture: Option<(String, String)>,
    after_picture: bool,
}

impl Builder {
    fn take(&mut self, event: Event<'_>) -> Result<(), Trouble> {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => {
                self.text(&text);
                Ok(())
            }
            Event::SoftBreak | Event::HardBreak => {
                if self.picture.is_none() {
                    self.line.push(Inline::Break);
                }
                Ok(())
            }
            _ => Err(Trouble::Markup),
        }
    }

    fn start(&mut self, tag: Tag<'_>) -> Result<(), Trouble> {
        match tag {
            Tag::Paragraph => {}
            Tag::Strong => self.line.push(Inline::StrongOn),
            Tag::List(None) if self.entries.is_none() && self.quote.is_none() => self.entries = Some(Vec::new()),
            Tag::Item if self.entries.is_some() => self.line.clear(),
            Tag::BlockQuote(None) if self.entries.is_none() && self.quote.is_none() => self.quote = Some(Vec::new()),
            Tag::Image { link_type: LinkType::Inline, dest_url, title, .. } if title.is_empty() => {
                if !self.line.is_empty() || self.entries.is_some() || self.quote.is_some() {
                    return Err(Trouble::PictureInText);
                }
                self.picture = Some((dest_url.to_string(), String::new()));
            }
            _ => return Err(Trouble::Markup),
        }
        Ok(())
    }

    fn end(&mut self, tag: TagEnd) -> Result<(), Trouble> {
        match tag {
            TagEnd::Paragraph => return self.end_paragraph(),
            TagEnd::Strong => self.line.push(Inline::StrongOff),
            TagEnd::Item => {
                let line = std::mem::take(&mut self.line);
                if let Some(entries) = &mut self.entries {
                    entries.push(line);
                }
            }
            TagEnd::List(_) => self.blocks.extend(self.entries.take().map(Block::List)),
            TagEnd::BlockQuote(_) => self.blocks.extend(self.quote.take().map(Block::Quote)),
            TagEnd::Image => {
                if let Some((src, alt)) = self.picture.take() {
                    self.blocks.push(Block::Picture { src, alt });
                    self.after_picture = true;
                }
            }
            // What could not begin has been refused where it began.
            _ => {}
        }
        Ok(())
    }

    fn end_paragraph(&mut self) -> Result<(), Trouble> {
        if self.entries.is_some() {
            // A list with empty lines between its entries: the entry takes the text.
            return Ok(());
        }
        let line = std::mem::take(&mut self.line);
        let after_picture = std::mem::take(&mut self.after_picture);
        if line.is_empty() {
            return Ok(());
        }
        match &mut self.quote {
            Some(quote) => quote.push(line),
            None => self.blocks.push(Block::Paragraph(line)),
        }
        if after_picture { Err(Trouble::PictureInText) } else { Ok(()) }
    }

    fn text(&mut self, text: &str) {
        if let Some((_, alt)) = &mut self.picture {
            alt.push_str(text);
            return;
        }
        self.line.extend(pieces(text).into_iter().map(|piece| match piece {
            Piece::Text(text) => Inline::Text(text.to_owned()),
            Piece::Term(word) => Inline::Term(word.to_owned()),
            Piece::Tel(number) => Inline::Tel(number.to_owned()),
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text(text.to_owned())
    }

    #[test]
    fn the_markdown_that_authors_may_use_becomes_blocks() {
        let (blocks, troubles) =
            parse("一句。\n又**一**句，用[[流量]]。\n\n- 甲\n- 打 [[tel:110]]\n\n> 引文\n\n![一只手](img/x.svg)\n");
        assert_eq!(troubles, []);
        let paragraph = vec![
            text("一句。"),
            Inline::Break,
            text("又"),
            Inline::StrongOn,
            text("一"),
            Inline::StrongOff,
            text("句，用"),
            Inline::Term("流量".to_owned()),
            text("。"),
        ];
        let expected = [
            Block::Paragraph(paragraph),
            Block::List(vec![vec![text("甲")], vec![text("打 "), Inline::Tel("110".to_owned())]]),
            Block::Quote(vec![vec![text("引文")]]),
            Block::Picture { src: "img/x.svg".to_owned(), alt: "一只手".to_owned() },
        ];
        assert_eq!(blocks, expected);
    }

    #[test]
    fn other_markdown_is_refused_with_its_line() {
        let cases = [
            "一。\n\n[点我](https://x)",
            "一。\n\n<b>粗</b>",
            "一。\n\n### 题",
            "一。\n\n1. 甲",
            "一。\n\n*斜*",
            "一。\n\n`码`",
            "一。\n\n---\n",
            "一。\n\n![图](img/x.svg \"题\")",
        ];
        for text in cases {
            let (_, troubles) = parse(text);
            assert_eq!(troubles.first(), Some(&(2, Trouble::Markup)), "{text}");
        }
        for text in ["字![图](img/x.svg)", "![图](img/x.svg)字", "- ![图](img/x.svg)"] {
            assert_eq!(parse(text).1.first(), Some(&(0, Trouble::PictureInText)), "{text}");
        }
    }
}
