//! Lines of text: cut by font, character by character, and broken where Chinese and Latin may be.

use super::CannotDraw;
use super::fonts::Faces;

/// The smallest size of a name, in points.
const LEAST_NAME: f32 = 14.0;

/// A character, and the selector of its variant where one follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cluster<'a> {
    pub base: char,
    pub selector: Option<char>,
    pub text: &'a str,
}

/// A text character by character; variation selectors stay with theirs.
pub(super) fn clusters(text: &str) -> Vec<Cluster<'_>> {
    let mut clusters = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((from, base)) = characters.next() {
        let selector = characters.next_if(|(_, next)| is_selector(*next)).map(|(_, selector)| selector);
        let to = characters.peek().map_or(text.len(), |(next, _)| *next);
        clusters.push(Cluster { base, selector, text: text.get(from..to).unwrap_or_default() });
    }
    clusters
}

const fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether a letter is of a script whose letters join, stack or run from right to left: nothing here knows how to set one.
pub(super) const fn is_joined(c: char) -> bool {
    matches!(c,
        '\u{590}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1700}'..='\u{18af}' | '\u{1900}'..='\u{1cff}' | '\u{a800}'..='\u{abff}'
        | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{11fff}' | '\u{1e800}'..='\u{1efff}')
}

/// One font's part of a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    pub face: usize,
    pub text: String,
    /// Each character: its picture, how far it takes the pen in parts of the size, how many bytes of the text it is.
    pub glyphs: Vec<(u32, f32, usize)>,
}

/// A line, ready to be drawn at any size.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Line {
    pub runs: Vec<Run>,
    pub text: String,
    /// In parts of the size.
    pub width: f32,
}

/// A text cut by font.
///
/// # Errors
/// [`CannotDraw::Missing`].
pub(super) fn set(faces: &Faces<'_>, text: &str) -> Result<Line, CannotDraw> {
    let mut line = Line { text: text.to_owned(), ..Line::default() };
    for cluster in clusters(text) {
        let glyph = faces.glyph(&cluster).ok_or(CannotDraw::Missing(cluster.base))?;
        line.width += glyph.advance;
        let drawn = (glyph.id, glyph.advance, cluster.text.len());
        match line.runs.last_mut().filter(|run| run.face == glyph.face) {
            Some(run) => {
                run.text.push_str(cluster.text);
                run.glyphs.push(drawn);
            }
            None => line.runs.push(Run { face: glyph.face, text: cluster.text.to_owned(), glyphs: vec![drawn] }),
        }
    }
    Ok(line)
}

/// A text in lines of at most `width` points at `size`. Han breaks anywhere but before 、。，）》 and after （《, Latin at spaces; a word that is
/// longer than a line is cut, at its dots if it may be.
///
/// # Errors
/// [`CannotDraw::Missing`].
pub(super) fn wrap(faces: &Faces<'_>, text: &str, size: f32, width: f32) -> Result<Vec<Line>, CannotDraw> {
    let fits = |text: &str| Ok::<_, CannotDraw>(set(faces, text.trim_end())?.width * size <= width);
    let mut parts = Vec::new();
    for piece in pieces(text) {
        if fits(piece)? {
            parts.push(piece);
            continue;
        }
        // An address or a word longer than a line: behind its dots and strokes, else between any two characters.
        for part in piece.split_inclusive(['.', '/', '-', '@']) {
            if fits(part)? { parts.push(part) } else { parts.extend(clusters(part).into_iter().map(|cluster| cluster.text)) }
        }
    }
    let (mut lines, mut begun) = (Vec::new(), String::new());
    for part in parts {
        let longer = format!("{begun}{part}");
        if fits(&longer)? || begun.trim().is_empty() {
            begun = longer;
        } else {
            lines.push(set(faces, begun.trim())?);
            begun = part.to_owned();
        }
    }
    if !begun.trim().is_empty() {
        lines.push(set(faces, begun.trim())?);
    }
    Ok(lines)
}

/// The parts of a text between which a line may end; spaces stand at the end of theirs.
fn pieces(text: &str) -> Vec<&str> {
    let (mut pieces, mut from, mut before) = (Vec::new(), 0, None);
    for (at, cluster) in text.char_indices().filter(|(_, c)| !is_selector(*c)) {
        if before.is_some_and(|before| may_end(before, cluster)) {
            pieces.push(text.get(from..at).unwrap_or_default());
            from = at;
        }
        before = Some(cluster);
    }
    pieces.push(text.get(from..).unwrap_or_default());
    pieces
}

/// Whether a line may end between two characters.
fn may_end(before: char, after: char) -> bool {
    const NEVER_FIRST: &str = "、。，．：；？！）》〉」』】〕”’％…—·,.:;?!)]}%";
    const NEVER_LAST: &str = "（《〈「『【〔“‘([{";
    if after == ' ' || NEVER_FIRST.contains(after) || NEVER_LAST.contains(before) {
        return false;
    }
    before == ' ' || is_han(before) || is_han(after)
}

/// Whether it stands in a square: Han characters and their punctuation.
const fn is_han(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{303f}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}'
        | '\u{20000}'..='\u{3ffff}')
}

/// A name within `width` points, at `most` or less: whole down to 14 points, then in two lines at a dot or a space, and where it has neither, in
/// the middle. With the size.
///
/// # Errors
/// [`CannotDraw::Missing`].
pub(super) fn name(faces: &Faces<'_>, name: &str, most: f32, width: f32) -> Result<(Vec<Line>, f32), CannotDraw> {
    let whole = set(faces, name)?;
    let fitting = |widest: f32| if widest * most <= width { most } else { (width / widest * 2.0).floor() / 2.0 };
    if fitting(whole.width) >= LEAST_NAME {
        let size = fitting(whole.width);
        return Ok((vec![whole], size));
    }
    let (first, second) = halves(name);
    let halves = vec![set(faces, first.trim_end())?, set(faces, second.trim_start())?];
    let widest = halves.iter().fold(0.0_f32, |widest, line| widest.max(line.width));
    // Two lines take the room of one: they are never larger than 18.
    Ok((halves, fitting(widest).min(18.0)))
}

/// A name in two: behind the dot or space that is nearest to its middle, else in its middle.
fn halves(name: &str) -> (&str, &str) {
    let all = clusters(name);
    let middle = all.len().div_ceil(2);
    let is_place = |at: &usize| all.get(at.saturating_sub(1)).is_some_and(|cluster| matches!(cluster.base, '·' | ' '));
    let at = (1..all.len()).filter(is_place).min_by_key(|at| at.abs_diff(middle)).unwrap_or(middle);
    let bytes = all.iter().take(at).map(|cluster| cluster.text.len()).sum();
    name.split_at_checked(bytes).unwrap_or((name, ""))
}

#[cfg(test)]
mod tests {
    use super::super::Fonts;
    use super::*;

    fn broken(text: &str, characters: f32) -> Vec<String> {
        let fonts = Fonts::new(Vec::new()).unwrap();
        let lines = wrap(&fonts.open(), text, 10.0, characters * 10.0 + 0.01).unwrap();
        lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn lines_end_where_they_may() {
        let cases: [(&str, f32, &[&str]); 12] = [
            ("", 4.0, &[]),
            ("   ", 4.0, &[]),
            ("学习证书", 4.0, &["学习证书"]),
            ("学习证书", 3.0, &["学习证", "书"]),
            ("防诈骗，守好钱袋子", 3.0, &["防诈", "骗，守", "好钱袋", "子"]),
            ("他说（好的）。", 3.0, &["他说", "（好", "的）。"]),
            ("读《劝学》吧", 3.0, &["读《劝", "学》吧"]),
            ("打开 xuefen.cn 输入", 4.0, &["打开", "xuefen.", "cn 输入"]),
            ("打开 xuefen.cn 输入", 5.0, &["打开", "xuefen.cn", "输入"]),
            ("one two three", 4.0, &["one two", "three"]),
            ("0123456789", 2.0, &["012", "345", "678", "9"]),
            ("共 23 门课", 2.6, &["共 23", "门课"]),
        ];
        for (text, characters, lines) in cases {
            assert_eq!(broken(text, characters), lines, "{text}");
        }
    }

    #[test]
    fn a_line_is_cut_by_font_and_a_selector_stays_with_its_character() {
        let own = include_bytes!("fonts/NotoSansSC-Regular.ttf").to_vec();
        let fonts = Fonts::new(vec![own]).unwrap();
        let line = set(&fonts.open(), "王a\u{fe00}英").unwrap();
        assert_eq!(line.runs.len(), 1);
        assert_eq!(line.runs[0].glyphs.iter().map(|(_, _, bytes)| *bytes).collect::<Vec<_>>(), [3, 4, 3]);
        assert_eq!(line.runs[0].text, line.text);
        let parts: Vec<&str> = clusters("邊\u{e0100}\u{e0101}\u{fe0f}x").into_iter().map(|cluster| cluster.text).collect();
        assert_eq!(parts, ["邊\u{e0100}", "\u{e0101}\u{fe0f}", "x"]);
        assert_eq!(set(&fonts.open(), "王𱍐").unwrap_err(), CannotDraw::Missing('𱍐'));
    }

    #[test]
    fn a_name_is_shrunk_and_then_parted_at_its_dot() {
        let fonts = Fonts::new(Vec::new()).unwrap();
        let faces = fonts.open();
        let drawn = |text: &str| {
            let (lines, size) = name(&faces, text, 30.0, 420.0).unwrap();
            assert!(lines.iter().all(|line| line.width * size <= 420.0 && !line.text.is_empty()), "{text} {size}");
            (lines.into_iter().map(|line| line.text).collect::<Vec<_>>(), size)
        };
        assert_eq!(drawn("王桂英"), (vec!["王桂英".to_owned()], 30.0));
        assert_eq!(drawn("一二三四五六七八九十一二三四五六七八九十").1, 21.0);
        let long = "买买提阿卜杜拉艾力江古丽·阿不都热合曼托合提吐尔逊江卡德尔尼亚孜库尔班";
        assert_eq!(drawn(long).0, ["买买提阿卜杜拉艾力江古丽·", "阿不都热合曼托合提吐尔逊江卡德尔尼亚孜库尔班"]);
        let fifty = "王".repeat(50);
        assert_eq!(drawn(&fifty), (vec!["王".repeat(25), "王".repeat(25)], 16.5));
        assert_eq!(drawn(&"Wm".repeat(25)).0.len(), 2);
    }
}
