//! Citizen identity numbers (GB 11643-1999): optional, never asked of learners by themselves.

use super::{Wrong, without_separators};
use crate::kernel::Day;

/// An 18-character citizen identity number with a right check character.
#[derive(Clone, PartialEq, Eq)]
pub struct DocumentNumber(String);

impl DocumentNumber {
    /// The number in what was typed: 17 digits and a digit or X (ISO 7064 MOD 11-2), with a possible birthday inside.
    ///
    /// # Errors
    /// [`Wrong`] that says what to write.
    pub fn parse(raw: &str, today: Day) -> Result<Self, Wrong> {
        let number = without_separators(raw).to_ascii_uppercase();
        let wrong = Err(Wrong::new("identity-document-wrong"));
        if number.is_empty() {
            return Err(Wrong::new("identity-document-empty"));
        }
        if number.chars().count() != 18 {
            return Err(Wrong::counted("identity-document-length", number.chars().count()));
        }
        if !is_mod_11_2(&number) {
            return wrong;
        }
        let part = |range| number.get(range).unwrap_or_default();
        let birthday = Day::parse(&format!("{}-{}-{}", part(6..10), part(10..12), part(12..14)));
        if birthday.is_none_or(|day| day > today || day.year() < 1880) || number.starts_with('0') {
            return wrong;
        }
        Ok(Self(number))
    }

    /// The number that a sealed column held: it was checked when it came in.
    #[must_use]
    pub fn from_kept(kept: String) -> Option<Self> {
        is_mod_11_2(&kept).then_some(Self(kept))
    }

    /// The 18 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For showing: the first three and the last two characters.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("{}•••••••••••••{}", self.0.get(..3).unwrap_or_default(), self.0.get(16..).unwrap_or_default())
    }
}

/// Never shows the number.
impl std::fmt::Debug for DocumentNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DocumentNumber")
    }
}

/// ISO 7064 MOD 11-2: a₁ is the check character; Σ aᵢ·2^(i−1) ≡ 1 (mod 11). Going from the left, remainder ← (remainder + digit) · 2.
fn is_mod_11_2(number: &str) -> bool {
    let Some((digits, check)) = number.split_at_checked(17) else { return false };
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let remainder = digits.bytes().fold(0_u32, |remainder, b| (remainder + u32::from(b - b'0')) * 2 % 11);
    let expected = (12 - remainder) % 11;
    let given = match check {
        "X" => 10,
        digit => digit.parse().unwrap_or(11),
    };
    given == expected
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Day {
        Day::parse("2026-03-02").unwrap()
    }

    #[test]
    fn the_examples_of_the_standard_hold() {
        // GB 11643-1999, appendix A: both numbers are the standard's own examples.
        for number in ["11010519491231002X", "440524188001010014"] {
            assert_eq!(DocumentNumber::parse(number, today()).unwrap().as_str(), number);
        }
        assert_eq!(DocumentNumber::parse("１１０１０５ 19491231 002x", today()).unwrap().as_str(), "11010519491231002X");
    }

    #[test]
    fn one_wrong_character_is_always_noticed() {
        let right = "11010519491231002X";
        for at in 0..18 {
            for other in "0123456789X".chars() {
                let mut wrong: Vec<char> = right.chars().collect();
                wrong[at] = other;
                let wrong: String = wrong.into_iter().collect();
                if wrong != right {
                    assert!(DocumentNumber::parse(&wrong, today()).is_err(), "{wrong}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let cases = [
            ("", "identity-document-empty"),
            ("1101051949123100", "identity-document-length"),
            ("110105194912310021", "identity-document-wrong"),
            ("护照护照护照护照护照护照护照护照护照", "identity-document-wrong"),
        ];
        for (typed, message) in cases {
            assert_eq!(DocumentNumber::parse(typed, today()).unwrap_err().message, message, "{typed}");
        }
    }
}
