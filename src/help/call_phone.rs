//! A number on which somebody can be rung: a mobile, or a telephone in the house.

use std::fmt;

use crate::i18n::Message;
use crate::identity::Phone;
use crate::web::text;

/// A mobile number (11 digits), a fixed one with its area code (10 to 12 digits), or a local one (7 or 8 digits).
#[derive(Clone, PartialEq, Eq)]
pub struct CallPhone(String);

impl CallPhone {
    /// The number in what was typed; full-width digits, spaces, hyphens, brackets and the prefix 86 are understood.
    ///
    /// # Errors
    /// The message that says what to write.
    pub fn parse(raw: &str) -> Result<Self, Message> {
        if raw.chars().count() > 100 {
            return Err(Message::of("help-phone-form"));
        }
        let digits = text::digits(raw).unwrap_or_default();
        match digits.as_bytes() {
            [b'0', b'1'..=b'9', ..] if (10..=12).contains(&digits.len()) => Ok(Self(digits)),
            [b'2'..=b'8', ..] if matches!(digits.len(), 7 | 8) => Ok(Self(digits)),
            [b'0', b'1'..=b'9', ..] | [b'2'..=b'7' | b'9', ..] => Err(Message::of("help-phone-form")),
            _ => Phone::parse(raw).map(|phone| Self(phone.as_str().to_owned())).map_err(Message::from),
        }
    }

    /// The digits as kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Never shows the number: what is printed for debugging may end in a log.
impl fmt::Debug for CallPhone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallPhone")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::text::grouped;

    #[test]
    fn mobiles_and_fixed_lines_are_understood_however_they_are_typed() {
        let cases = [
            ("138 0000 0000", "13800000000", "138\u{a0}0000\u{a0}0000"),
            ("１３８００００００００", "13800000000", "138\u{a0}0000\u{a0}0000"),
            ("+86 138-0000-0000", "13800000000", "138\u{a0}0000\u{a0}0000"),
            ("8613800000000", "13800000000", "138\u{a0}0000\u{a0}0000"),
            ("0086 13800000000", "13800000000", "138\u{a0}0000\u{a0}0000"),
            ("0571-8700 0000", "057187000000", "0571\u{a0}8700\u{a0}0000"),
            ("（0571）8700000", "05718700000", "0571\u{a0}8700\u{a0}000"),
            ("010 6000 0000", "01060000000", "010\u{a0}6000\u{a0}0000"),
            ("8700 0000", "87000000", "8700\u{a0}0000"),
            ("8700000", "8700000", "870\u{a0}0000"),
        ];
        for (raw, digits, shown) in cases {
            assert_eq!(CallPhone::parse(raw).unwrap().as_str(), digits, "{raw}");
            assert_eq!(grouped(digits), shown);
        }
    }

    #[test]
    fn what_nobody_can_ring_is_refused_in_words() {
        let cases = [
            ("", "identity-phone-empty"),
            ("1380000000", "identity-phone-length"),
            ("没有", "identity-phone-not-digits"),
            ("12345", "identity-phone-length"),
            ("11000000000", "identity-phone-not-mobile"),
            ("057187", "help-phone-form"),
            ("2345", "help-phone-form"),
            ("999999999", "help-phone-form"),
        ];
        for (raw, key) in cases {
            assert_eq!(CallPhone::parse(raw).unwrap_err().key, key, "{raw}");
        }
        assert_eq!(CallPhone::parse(&"1".repeat(10_000)).unwrap_err().key, "help-phone-form");
    }
}
