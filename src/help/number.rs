//! The number of a case: short, drawn by chance, with a check digit, made to be read out over the phone.

use std::fmt;

use crate::kernel::damm;

/// Digits before the check digit; of these there are ten million.
pub const BODY_DIGITS: usize = 7;
/// The longer form, once the short ones are scarce.
pub const LONG_BODY_DIGITS: usize = 11;

/// Eight digits (or twelve), the last of which is the check digit of the others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CaseNumber(String);

impl CaseNumber {
    /// The number written in `digits`, if its check digit is right.
    #[must_use]
    pub fn parse(digits: &str) -> Option<Self> {
        let fits = matches!(digits.len(), 8 | 12) && damm(digits) == Some(0);
        fits.then(|| Self(digits.to_owned()))
    }

    /// The number of the digits drawn; `None` where they are not 7 or 11 digits.
    #[must_use]
    pub fn from_body(body: &str) -> Option<Self> {
        let fits = matches!(body.len(), BODY_DIGITS | LONG_BODY_DIGITS);
        let check = damm(body).filter(|_| fits)?;
        Some(Self(format!("{body}{check}")))
    }

    /// The digits as stored and as in addresses.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Grouped by four with no-break spaces: `1234 5678`.
impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, digit) in self.0.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                f.write_str("\u{a0}")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_whose_check_digit_is_right_are_numbers() {
        let number = CaseNumber::from_body("0000572").unwrap();
        assert_eq!(number.to_string(), "0000\u{a0}5724"); // Damm's own example: 572 has the check digit 4.
        assert_eq!(CaseNumber::from_body("12345678901").unwrap().to_string().chars().count(), 14);
        for wrong in ["", "00005725", "0000572", "0005724", "0000 572", "0000572４", "00005724 "] {
            assert_eq!(CaseNumber::parse(wrong), None, "{wrong}");
        }
        assert_eq!((CaseNumber::from_body("572"), CaseNumber::from_body("00005a2")), (None, None));
    }

    proptest::proptest! {
        #[test]
        fn a_wrong_digit_and_swapped_neighbours_are_noticed(body in "[0-9]{7}", at in 0_usize..7, other in 0_u8..10) {
            let number = CaseNumber::from_body(&body).unwrap();
            proptest::prop_assert_eq!(CaseNumber::parse(number.as_str()), Some(number.clone()));
            let mut digits = number.as_str().as_bytes().to_vec();
            digits[at] = b'0' + other;
            let wrong = String::from_utf8(digits).unwrap();
            proptest::prop_assert!(wrong == number.as_str() || CaseNumber::parse(&wrong).is_none());
            let mut digits = number.as_str().as_bytes().to_vec();
            digits.swap(at, at + 1);
            let swapped = String::from_utf8(digits).unwrap();
            proptest::prop_assert!(swapped == number.as_str() || CaseNumber::parse(&swapped).is_none());
        }
    }
}
