//! The number that a partner gave its result: however it is spelt, it is one number. Pure.

use unicode_normalization::UnicodeNormalization;

use crate::kernel::{Digest, OrganisationId, digest_of};

/// A partner's number in the one form in which it is compared: compatibility form, capitals, letters and figures alone, and of letters that look like
/// a Latin capital that one. Empty where nothing can be seen of it.
#[must_use]
pub fn normal_number(text: &str) -> String {
    let capitals = text.nfkc().flat_map(char::to_uppercase);
    capitals.filter(|c| c.is_alphanumeric() && !is_blank(*c)).map(as_latin).collect()
}

/// Letters that nobody sees, fillers of Hangul; and the one that is typed for a hyphen.
const fn is_blank(c: char) -> bool {
    matches!(c, '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' | '\u{30FC}')
}

/// The Latin capital that a Cyrillic or Greek one looks like.
const fn as_latin(c: char) -> char {
    match c {
        '\u{410}' | '\u{391}' => 'A',
        '\u{412}' | '\u{392}' => 'B',
        '\u{421}' => 'C',
        '\u{415}' | '\u{395}' => 'E',
        '\u{41D}' | '\u{397}' => 'H',
        '\u{406}' | '\u{399}' => 'I',
        '\u{408}' => 'J',
        '\u{41A}' | '\u{39A}' => 'K',
        '\u{41C}' | '\u{39C}' => 'M',
        '\u{39D}' => 'N',
        '\u{41E}' | '\u{39F}' => 'O',
        '\u{420}' | '\u{3A1}' => 'P',
        '\u{405}' => 'S',
        '\u{422}' | '\u{3A4}' => 'T',
        '\u{425}' | '\u{3A7}' => 'X',
        '\u{423}' | '\u{3A5}' => 'Y',
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
        ] {
            assert_eq!(normal_number(spelt), one, "{spelt}");
        }
        for other in ["OU2026000124", "OU202600123", "0U2026000123", ""] {
            assert_ne!(normal_number(other), one, "{other}");
        }
        assert_eq!(normal_number("證字第３號"), "證字第3號");
        assert_eq!(normal_number("АВСЕНІЈКМОРЅТХУ"), "ABCEHIJKMOPSTXY", "Cyrillic");
        assert_eq!(normal_number("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"), "ABEZHIKMNOPTYX", "Greek");
        for nothing in ["", " - ", "\u{3164}\u{FFA0}", "\u{200B}", "——", "…", "✓", "\u{301}"] {
            assert_eq!(normal_number(nothing), "", "{nothing:?}");
        }
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
