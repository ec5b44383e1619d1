//! The number that a partner gave its result: however it is spelt, it is one number. Pure.

use unicode_normalization::UnicodeNormalization;

use crate::kernel::{Digest, OrganisationId, digest_of};

/// A Chinese one, which is typed for a dash.
const ONE: char = '\u{4E00}';

/// A partner's number in the one form in which it is compared: compatibility form, capitals, letters and figures alone, and of letters that look like
/// a Latin capital that one. Empty where nothing can be seen of it, or where it holds a letter that no certificate bears: then it is none.
#[must_use]
pub fn normal_number(text: &str) -> String {
    if text.chars().any(is_never_borne) {
        return String::new();
    }
    // The lunate sigma looks like a C; its compatibility form is another letter.
    let written = text.chars().map(|c| if matches!(c, '\u{3F2}' | '\u{3F9}') { 'C' } else { c });
    let capitals = written.nfkc().flat_map(char::to_uppercase);
    let seen: Vec<char> = capitals.filter(|c| c.is_alphanumeric() && !is_blank(*c) && !is_mark(*c)).map(as_latin).collect();
    without_dashes(&seen).replace('\u{3007}', "0")
}

/// Without the ones that stand for a dash: between Latin letters and figures, and nowhere else.
fn without_dashes(seen: &[char]) -> String {
    let mut number = String::with_capacity(seen.len());
    let mut runs = seen.chunk_by(|one, next| (*one == ONE) == (*next == ONE)).peekable();
    while let Some(run) = runs.next() {
        let is_dash = run.first() == Some(&ONE)
            && number.ends_with(|c: char| c.is_ascii_alphanumeric())
            && runs.peek().and_then(|next| next.first()).is_some_and(char::is_ascii_alphanumeric);
        if !is_dash {
            number.extend(run);
        }
    }
    number
}

/// Letters of scripts that no certificate in China bears, and that look like Latin ones: Cherokee and Lisu.
const fn is_never_borne(c: char) -> bool {
    matches!(c, '\u{13A0}'..='\u{13FF}' | '\u{AB70}'..='\u{ABBF}' | '\u{A4D0}'..='\u{A4FF}')
}

/// Letters that look like a dash, a dot or an accent: modifier letters, a stretched line, middle dots, the flat vowel of Hangul.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{2B0}'..='\u{2FF}' | '\u{640}' | '\u{1173}' | '\u{1427}' | '\u{A78F}')
}

/// Letters that nobody sees, the fillers of Hangul that the compatibility form leaves; and the one that is typed for a hyphen.
const fn is_blank(c: char) -> bool {
    matches!(c, '\u{115F}' | '\u{1160}' | '\u{30FC}')
}

/// The Latin capital that a Cyrillic or Greek one looks like.
const fn as_latin(c: char) -> char {
    match c {
        '\u{410}' | '\u{391}' => 'A',
        '\u{412}' | '\u{392}' => 'B',
        '\u{421}' => 'C',
        '\u{415}' | '\u{395}' => 'E',
        '\u{41D}' | '\u{397}' => 'H',
        '\u{406}' | '\u{4C0}' | '\u{399}' => 'I',
        '\u{408}' => 'J',
        '\u{41A}' | '\u{39A}' => 'K',
        '\u{41C}' | '\u{39C}' => 'M',
        '\u{39D}' => 'N',
        '\u{41E}' | '\u{39F}' => 'O',
        '\u{420}' | '\u{3A1}' => 'P',
        '\u{51A}' => 'Q',
        '\u{405}' => 'S',
        '\u{422}' | '\u{3A4}' => 'T',
        '\u{51C}' => 'W',
        '\u{425}' | '\u{3A7}' => 'X',
        '\u{423}' | '\u{4AE}' | '\u{3A5}' => 'Y',
        '\u{396}' => 'Z',
        other => other,
    }
}

/// What stands for a partner's result over everybody.
pub(super) fn digest_of_result(partner: OrganisationId, reference: &str) -> Digest {
    digest_of(&[b"partner result", partner.uuid().as_bytes(), normal_number(reference).as_bytes()])
}

/// The number under which a learner's result of this cycle stands: the same one again is refused by its uniqueness.
pub(super) fn source_id(partner: OrganisationId, reference: &str, cycle: u32) -> uuid::Uuid {
    let digest = digest_of(&[partner.uuid().as_bytes(), normal_number(reference).as_bytes(), &cycle.to_be_bytes()]);
    digest.bytes().first_chunk::<16>().map_or_else(uuid::Uuid::nil, |bytes| uuid::Uuid::from_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_spelt_in_two_ways_is_one_number() {
        let one = "OU2026000123";
        for spelt in [
            "OU2026000123",
            "ou-2026-000123",
            "ＯＵ２０２６０００１２３",
            " OU 2026.000123 ",
            "OU/2026/000123",
            "OU—2026–000123",
            "OU\u{2011}2026\u{200B}000123",
            "ou2026\u{3000}000123",
            "OU\\2026·000123",
            "OU*2026+000123",
            "OU’2026（000123）",
            "OU:2026#000123",
            "OU\u{30FC}2026\u{FF70}000123",
            "OU\u{3164}2026\u{115F}000\u{1160}123\u{FFA0}",
            "OU2026\u{FE0F}000\u{301}123",
            "\u{41E}U2026000123",
            "\u{39F}u2026000123",
            "\u{43E}u2026000123",
            "OU\u{2C9}2026\u{2D7}000\u{2BC}123",
            "OU\u{640}2026\u{A78F}000\u{1427}123",
            "OU\u{3161}2026\u{1173}000123",
            "OU\u{4E00}2026\u{4E00}\u{4E00}000\u{2F00}123",
            "OU \u{4E00} 2026 \u{2014}\u{4E00} 000123",
            "\u{41E}\u{4E00}U2026000123",
            "OU2\u{3007}26\u{3007}00123",
        ] {
            assert_eq!(normal_number(spelt), one, "{spelt}");
        }
        for other in ["OU2026000124", "OU202600123", "0U2026000123", "OU20260001Z3", "OU2026000I23", ""] {
            assert_ne!(normal_number(other), one, "{other}");
        }
        assert_eq!(normal_number("證字第３號"), "證字第3號");
        assert_eq!(normal_number("АВСЕНІЈКМОРЅТХУ"), "ABCEHIJKMOPSTXY", "Cyrillic");
        assert_eq!(normal_number("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"), "ABEZHIKMNOPTYX", "Greek");
        let rarer = "\u{4C0}\u{4CF}\u{4AE}\u{4AF}\u{51A}\u{51B}\u{51C}\u{51D}\u{3F9}\u{3F2}";
        assert_eq!(normal_number(rarer), "IIYYQQWWCC", "rarer ones");
        for nothing in
            ["", " - ", "\u{3164}\u{FFA0}", "\u{200B}", "——", "…", "✓", "\u{301}", "\u{2C9}\u{640}\u{3161}", "\u{A4EE}"]
        {
            assert_eq!(normal_number(nothing), "", "{nothing:?}");
        }
    }

    #[test]
    fn a_one_is_a_dash_between_latin_letters_and_figures_alone() {
        for (written, number) in [
            ("第一号", "第一号"),
            ("第号", "第号"),
            ("一", "一"),
            ("一ZJ1一", "一ZJ1一"),
            ("证字第一1号", "证字第一1号"),
            ("第1一号", "第1一号"),
            ("第1一2号", "第12号"),
            ("二〇一〇年", "二0一0年"),
            ("二〇〇年", "二00年"),
            ("2〇一6", "20一6"),
        ] {
            assert_eq!(normal_number(written), number, "{written}");
        }
    }

    #[test]
    fn a_number_with_letters_that_no_certificate_bears_is_none() {
        for written in ["\u{13AA}B2026", "ZJ\u{AB7A}1", "\u{13F4}", "OU2026\u{A4EE}", "\u{A4D0}\u{A4FF}"] {
            assert_eq!(normal_number(written), "", "{written}");
        }
        assert_eq!(normal_number("བོད་1"), normal_number("བོད 1"), "other scripts are borne");
        assert_ne!(normal_number("བོད་1"), "1");
    }

    #[test]
    fn one_partners_number_is_not_anothers() {
        let partner = |byte: u8| OrganisationId::from_uuid(uuid::Uuid::from_bytes([byte; 16]));
        assert_eq!(digest_of_result(partner(1), "a-1"), digest_of_result(partner(1), "A1"));
        assert_ne!(digest_of_result(partner(1), "A1"), digest_of_result(partner(2), "A1"));
        assert_eq!(source_id(partner(1), "a-1", 1), source_id(partner(1), "A1", 1));
        assert_ne!(source_id(partner(1), "A1", 1), source_id(partner(1), "A1", 2));
    }
}
