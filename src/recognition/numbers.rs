//! The number that a partner gave its result: however it is spelt, it is one number. Pure.

use unicode_normalization::UnicodeNormalization;

use crate::kernel::{Digest, OrganisationId, digest_of};

/// A partner's number in the one form in which it is compared: compatibility form, capitals, without spaces, hyphens, dots and slashes.
#[must_use]
pub fn normal_number(text: &str) -> String {
    text.nfkc().filter(|c| !is_separator(*c)).flat_map(char::to_uppercase).filter(|c| !is_separator(*c)).collect()
}

/// What people write between the parts of a number.
fn is_separator(c: char) -> bool {
    let is_hyphen = matches!(
        c,
        '-' | '\u{AD}' | '\u{2010}'
            ..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{30FC}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' | '_' | '~'
    );
    let is_dot = matches!(c, '.' | '·' | '•' | '。' | '\u{30FB}' | '\u{2027}');
    let is_slash = matches!(c, '/' | '\\' | '\u{2044}' | '\u{2215}' | '\u{29F8}');
    // Marks that nobody sees: of joining, of direction, of the order of bytes.
    let is_unseen = matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}');
    c.is_whitespace() || c.is_control() || is_hyphen || is_dot || is_slash || is_unseen
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
        ] {
            assert_eq!(normal_number(spelt), one, "{spelt}");
        }
        for other in ["OU2026000124", "OU202600123", "0U2026000123", ""] {
            assert_ne!(normal_number(other), one, "{other}");
        }
        assert_eq!(normal_number("證字第３號"), "證字第3號");
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
