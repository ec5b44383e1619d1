//! The PIN of a learner card.

use super::{Wrong, are_digits, without_separators};

/// Four to six digits that their owner chose.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(String);

impl Pin {
    /// The PIN in what was typed.
    ///
    /// # Errors
    /// [`Wrong`] that says what to write.
    pub fn parse(raw: &str) -> Result<Self, Wrong> {
        let digits = without_separators(raw);
        if digits.is_empty() {
            return Err(Wrong::new("identity-pin-empty"));
        }
        if !are_digits(&digits) || !(4..=6).contains(&digits.len()) {
            return Err(Wrong::new("identity-pin-form"));
        }
        Ok(Self(digits))
    }

    /// The PIN in what was typed as a new one: those that a stranger tries first are refused.
    ///
    /// # Errors
    /// [`Wrong`] that says what to write.
    pub fn parse_new(raw: &str) -> Result<Self, Wrong> {
        let pin = Self::parse(raw)?;
        let steps: Vec<i16> = pin.0.bytes().zip(pin.0.bytes().skip(1)).map(|(a, b)| i16::from(b) - i16::from(a)).collect();
        let is_easy = [0, 1, -1].iter().any(|step| steps.iter().all(|other| other == step));
        if is_easy { Err(Wrong::new("identity-pin-easy")) } else { Ok(pin) }
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Never shows the PIN.
impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_to_six_digits_are_a_pin() {
        for (typed, pin) in [("2580", "2580"), ("２５８０", "2580"), ("25 80 1", "25801"), ("258014", "258014")] {
            assert_eq!(Pin::parse_new(typed).unwrap().as_str(), pin);
        }
        for typed in ["258", "2580147", "25a0", "二五八零"] {
            assert_eq!(Pin::parse(typed).unwrap_err().message, "identity-pin-form", "{typed}");
        }
    }

    #[test]
    fn a_new_pin_is_not_one_that_a_stranger_tries_first() {
        for typed in ["0000", "111111", "1234", "123456", "9876", "4321"] {
            assert_eq!(Pin::parse_new(typed).unwrap_err().message, "identity-pin-easy", "{typed}");
            assert!(Pin::parse(typed).is_ok());
        }
    }
}
