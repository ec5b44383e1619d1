//! The number of a learner card: nine digits and a check digit, made to be copied by hand.

use std::fmt;

/// Quasigroup of Damm's check digit (H. M. Damm, Total anti-symmetrische Quasigruppen, Marburg 2004):
/// every single wrong digit and every swap of neighbours is noticed.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// Ten digits, the last of which is the check digit of the first nine.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CardNumber(String);

impl CardNumber {
    /// The card number written in `digits` (ten ASCII digits), if its check digit is right.
    #[must_use]
    pub fn parse(digits: &str) -> Option<Self> {
        let is_ten = digits.len() == 10 && digits.bytes().all(|b| b.is_ascii_digit());
        (is_ten && damm(digits) == Some(0)).then(|| Self(digits.to_owned()))
    }

    /// The card number of the nine-digit `body` (taken modulo 10^9).
    #[must_use]
    pub fn from_body(body: u32) -> Self {
        let body = format!("{:09}", body % 1_000_000_000);
        let check = damm(&body).unwrap_or(0);
        Self(format!("{body}{check}"))
    }

    /// The ten digits as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Grouped for the eye with no-break spaces: `123 456 7897`.
impl fmt::Display for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (a, rest) = self.0.split_at_checked(3).unwrap_or((&self.0, ""));
        let (b, c) = rest.split_at_checked(3).unwrap_or((rest, ""));
        write!(f, "{a}\u{a0}{b}\u{a0}{c}")
    }
}

/// Damm's check digit of `digits`; nought for digits that end in their own. `None` where anything but a digit stands in them.
#[must_use]
pub fn damm(digits: &str) -> Option<u8> {
    digits.bytes().try_fold(0_u8, |row, byte| {
        let column = usize::from(byte.checked_sub(b'0')?);
        DAMM.get(usize::from(row))?.get(column).copied()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_of_damm_holds() {
        assert_eq!(damm("572"), Some(4)); // Damm 2004: 572 has the check digit 4.
        assert_eq!(damm("5724"), Some(0));
    }

    proptest::proptest! {
        #[test]
        fn one_wrong_digit_or_two_swapped_neighbours_are_noticed(body in 0_u32..1_000_000_000, at in 0_usize..10, other in 0_u8..10) {
            let number = CardNumber::from_body(body);
            proptest::prop_assert_eq!(CardNumber::parse(number.as_str()), Some(number.clone()));
            let mut wrong = number.as_str().as_bytes().to_vec();
            wrong[at] = b'0' + other;
            if wrong != number.as_str().as_bytes() {
                proptest::prop_assert_eq!(CardNumber::parse(std::str::from_utf8(&wrong).unwrap()), None);
            }
            let mut swapped = number.as_str().as_bytes().to_vec();
            swapped.swap(at, (at + 1) % 10);
            if at < 9 && swapped != number.as_str().as_bytes() {
                proptest::prop_assert_eq!(CardNumber::parse(std::str::from_utf8(&swapped).unwrap()), None);
            }
        }
    }

    #[test]
    fn what_is_not_ten_digits_is_no_card() {
        for text in ["", "123", "12345678901", "12345六7897", "123 456 78"] {
            assert_eq!(CardNumber::parse(text), None, "{text}");
        }
    }
}
