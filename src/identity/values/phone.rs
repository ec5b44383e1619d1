//! Mobile numbers of mainland China.

use std::fmt;

use super::{Wrong, are_digits, without_separators};

/// A mobile number of mainland China, kept as 11 digits.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// The number in what was typed: full-width digits, spaces, hyphens and the prefixes +86, 86 and 0086 are understood.
    ///
    /// # Errors
    /// [`Wrong`] that says what to write.
    pub fn parse(raw: &str) -> Result<Self, Wrong> {
        let typed = without_separators(raw);
        if typed.is_empty() {
            return Err(Wrong::new("identity-phone-empty"));
        }
        let digits = ["+86", "0086", "86"].iter().find_map(|prefix| typed.strip_prefix(prefix)).unwrap_or(&typed);
        if !are_digits(digits) {
            return Err(Wrong::new("identity-phone-not-digits"));
        }
        if digits.len() != 11 {
            return Err(Wrong::counted("identity-phone-length", digits.len()));
        }
        // Mobile numbers begin with 13 to 19 (电信网编号计划); 10 to 12 are service numbers.
        if !digits.starts_with('1') || digits.as_bytes().get(1).is_none_or(|second| *second < b'3') {
            return Err(Wrong::new("identity-phone-not-mobile"));
        }
        Ok(Self(digits.to_owned()))
    }

    /// The 11 digits as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last four digits, by which its owner knows it again.
    #[must_use]
    pub fn tail(&self) -> &str {
        self.0.get(7..).unwrap_or_default()
    }

    /// For showing where the whole number is not needed: `138 •••• 0000`, held together by no-break spaces.
    #[must_use]
    pub fn masked(&self) -> String {
        let head = self.0.get(..3).unwrap_or_default();
        format!("{head}\u{a0}••••\u{a0}{}", self.tail())
    }
}

/// Grouped for the eye with no-break spaces: `138 0000 0000`.
impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, middle, tail) = (self.0.get(..3), self.0.get(3..7), self.0.get(7..));
        write!(f, "{}\u{a0}{}\u{a0}{}", head.unwrap_or_default(), middle.unwrap_or_default(), tail.unwrap_or_default())
    }
}

/// Never shows the number: what is printed for debugging may end in a log.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_usual_ways_of_writing_a_number_are_understood() {
        let ways = [
            "13800000000",
            "138 0000 0000",
            "138-0000-0000",
            "１３８００００００００",
            "+86 138 0000 0000",
            "86 13800000000",
            "0086-138-0000-0000",
            "＋８６１３８００００００００",
            " 138\u{a0}0000\u{3000}0000\t",
            "（138）0000 0000",
        ];
        for way in ways {
            assert_eq!(Phone::parse(way).unwrap().as_str(), "13800000000", "{way}");
        }
    }

    #[test]
    fn what_is_no_mobile_number_is_refused_with_what_to_write() {
        let cases = [
            ("", Wrong::new("identity-phone-empty")),
            ("   ", Wrong::new("identity-phone-empty")),
            ("1380000000", Wrong::counted("identity-phone-length", 10)),
            ("138000000000", Wrong::counted("identity-phone-length", 12)),
            ("没有手机", Wrong::new("identity-phone-not-digits")),
            ("0571-88880000", Wrong::counted("identity-phone-length", 12)),
            ("12345678901", Wrong::new("identity-phone-not-mobile")),
            ("23800000000", Wrong::new("identity-phone-not-mobile")),
        ];
        for (typed, wrong) in cases {
            assert_eq!(Phone::parse(typed), Err(wrong), "{typed}");
        }
    }

    #[test]
    fn a_number_is_grouped_for_the_eye_and_hidden_where_not_needed() {
        let phone = Phone::parse("13812345678").unwrap();
        assert_eq!(phone.to_string(), "138\u{a0}1234\u{a0}5678");
        assert_eq!(phone.masked(), "138\u{a0}••••\u{a0}5678");
        assert_eq!(format!("{phone:?}"), "Phone");
    }
}
