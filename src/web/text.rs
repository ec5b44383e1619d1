//! Cleaning what people type: once, at the door.

use unicode_normalization::UnicodeNormalization;

/// What is pasted along unseen and means nothing: spaces of no width, joiners, byte order marks, soft hyphens. It goes without a word.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// Marks that steer the direction of text.
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// What was sent, without what nobody can see. Telephones wrap the numbers they copy in marks of direction: those go too where
/// nothing but a number stands between them. Elsewhere such marks stay, to be refused in words.
#[must_use]
pub(super) fn without_invisible(raw: &str) -> String {
    let is_number = |c: char| c.is_numeric() || c.is_whitespace() || "+-()（）－＋".contains(c);
    let only_a_number = raw.chars().all(|c| is_number(c) || is_invisible(c) || is_direction(c));
    let goes = |c: char| is_invisible(c) || (only_a_number && is_direction(c));
    raw.chars().filter(|c| !goes(*c)).collect()
}

/// Whether a character may stand in nothing that is kept: controls and the marks that turn the direction of text around
/// (Unicode 15, UAX #9: LRM, RLM, ALM, the embeddings, overrides and isolates), and what is no character.
#[must_use]
pub fn is_hidden_mark(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{FFFD}')
        || (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// Digits out of what was typed: full-width digits become ordinary ones; spaces, hyphens, dots and brackets go.
/// `None` where anything else stands in it.
#[must_use]
pub fn digits(raw: &str) -> Option<String> {
    raw.nfkc()
        .filter(|c| !matches!(c, ' ' | '\u{a0}' | '-' | '.' | '(' | ')' | '\u{2010}'..='\u{2015}') && !c.is_whitespace())
        .map(|c| c.is_ascii_digit().then_some(c))
        .collect()
}

/// A number as it is typed, with its separators, in ordinary digits: full-width ones become those.
#[must_use]
pub fn plain_digits(raw: &str) -> String {
    line(&raw.nfkc().collect::<String>())
}

/// One line as it is kept: composed (NFC), no line breaks, single spaces, none at the ends. Rare Han characters stay whole.
#[must_use]
pub fn line(raw: &str) -> String {
    raw.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Several lines as they are kept: composed, trimmed, line ends as `\n`, no more than one empty line in a row.
#[must_use]
pub fn lines(raw: &str) -> String {
    let composed: String = raw.nfc().collect::<String>().replace("\r\n", "\n").replace('\r', "\n");
    let mut kept: Vec<&str> = Vec::new();
    for line in composed.lines().map(str::trim) {
        if !(line.is_empty() && kept.last().is_none_or(|last| last.is_empty())) {
            kept.push(line);
        }
    }
    kept.join("\n").trim().to_owned()
}

/// The digits of a telephone number grouped for the eye with no-break spaces: `138 0000 0000`, `0571 8700 0000`, `8700 0000`.
#[must_use]
pub fn grouped(digits: &str) -> String {
    let cuts: &[usize] = match (digits.len(), digits.starts_with("01") || digits.starts_with("02")) {
        (11, _) if digits.starts_with('1') => &[3, 7],
        // 400 and 800 numbers; an area code with a short number behind it.
        (10, _) if digits.starts_with(['4', '8']) => &[3, 6],
        (8, true) => &[3],
        (9, _) if digits.starts_with('0') => &[4],
        (10, true) => &[3, 6],
        (11, true) => &[3, 7],
        (10..=12, _) => &[4, 8],
        (8, _) => &[4],
        (7, _) => &[3],
        _ => &[],
    };
    digits.chars().enumerate().fold(String::new(), |mut text, (at, digit)| {
        if cuts.contains(&at) {
            text.push('\u{a0}');
        }
        text.push(digit);
        text
    })
}

/// A telephone number as somebody wrote it into a setting: as it is dialled (digits only), and as it is shown. One that is more than
/// digits (an extension, two numbers) is shown as written, and its first number dialled.
#[must_use]
pub fn phone_number(written: &str) -> (String, String) {
    let whole = digits(written).filter(|digits| !digits.is_empty());
    let first = written
        .split(|c: char| !(c.is_numeric() || " -()".contains(c)))
        .find_map(|part| digits(part).filter(|digits| !digits.is_empty()));
    let shown = whole.as_deref().map(grouped).filter(|shown| shown.contains('\u{a0}') || whole.as_deref() == Some(written));
    (whole.or(first).unwrap_or_default(), shown.unwrap_or_else(|| written.replace(' ', "\u{a0}").replace('-', "\u{2011}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_however_they_are_typed() {
        let cases = [
            ("138 0000 0000", Some("13800000000")),
            ("\u{ff11}\u{ff13}\u{ff18}-0000-0000", Some("13800000000")),
            (" 12\u{a0}34 ", Some("1234")),
            ("12a4", None),
            ("", Some("")),
            ("一二三", None),
        ];
        for (raw, expected) in cases {
            assert_eq!(digits(raw).as_deref(), expected, "{raw}");
        }
    }

    #[test]
    fn numbers_that_are_called_are_grouped_as_they_are_said() {
        let cases = [
            ("12345", "12345"),
            ("057112345", "0571 12345"),
            ("01012345", "010 12345"),
            ("4008001234", "400 800 1234"),
            ("87000000", "8700 0000"),
        ];
        for (plain, said) in cases {
            assert_eq!(grouped(plain), said.replace(' ', "\u{a0}"));
        }
    }

    #[test]
    fn a_number_of_the_settings_is_dialled_as_digits_and_shown_in_groups() {
        let cases = [
            ("12345", "12345", "12345"),
            ("0571-87000000", "057187000000", "0571\u{a0}8700\u{a0}0000"),
            ("13800000000", "13800000000", "138\u{a0}0000\u{a0}0000"),
            ("0571-12345", "057112345", "0571\u{a0}12345"),
            ("0571-87000000转8", "057187000000", "0571\u{2011}87000000转8"),
        ];
        for (written, dialled, shown) in cases {
            assert_eq!(phone_number(written), (dialled.to_owned(), shown.to_owned()), "{written}");
        }
    }

    #[test]
    fn names_with_rare_characters_and_dots_stay_whole() {
        for name in ["买买提·吐尔逊", "𠮷野", "王㛃", "欧阳娜娜"] {
            assert_eq!(line(&format!("  {name} ")), name);
            assert!(!name.chars().any(is_hidden_mark));
        }
    }

    #[test]
    fn marks_that_turn_text_around_and_controls_are_seen() {
        for mark in ['\u{202E}', '\u{2066}', '\u{200F}', '\0', '\u{7}', '\u{1b}', '\u{feff}'] {
            assert!(is_hidden_mark(mark), "{:x}", u32::from(mark));
        }
    }

    #[test]
    fn what_nobody_sees_goes_and_what_turns_text_around_stays_to_be_refused() {
        let cases = [
            ("王\u{200B}桂\u{2060}英\u{FEFF}", "王桂英"),
            ("软\u{AD}连\u{200D}字", "软连字"),
            ("\u{202A}138 0000 0000\u{202C}", "138 0000 0000"),
            ("\u{202D}+86 138-0000-0000\u{202C}", "+86 138-0000-0000"),
            ("王\u{202E}英", "王\u{202E}英"),
            ("买买提·吐尔逊", "买买提·吐尔逊"),
        ];
        for (raw, expected) in cases {
            assert_eq!(without_invisible(raw), expected);
        }
    }

    #[test]
    fn several_lines_keep_one_empty_line_at_most() {
        assert_eq!(lines(" a \r\n\r\n\r\nb\n\n"), "a\n\nb");
    }
}
