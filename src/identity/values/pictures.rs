//! Three pictures out of twelve, in their order: the way in for who has no phone and does not read figures.

use super::Wrong;

/// The pictures, in the order in which pages show them: things that everybody has had in the hand.
pub const PICTURES: [&str; 12] =
    ["teapot", "bicycle", "thermos", "scissors", "umbrella", "radio", "key", "lantern", "fish", "chair", "glasses", "sunflower"];

/// Three different pictures in an order: 1,320 ways.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Pictures([u8; 3]);

impl Pictures {
    /// The three whose codes are `chosen`, in this order.
    ///
    /// # Errors
    /// [`Wrong`] where it is not three different ones.
    pub fn parse(chosen: &[&str]) -> Result<Self, Wrong> {
        let [first, second, third] = chosen else { return Err(Wrong::new("identity-pictures-three")) };
        let at = |code: &str| {
            let place = PICTURES.iter().position(|picture| *picture == code);
            place.and_then(|place| u8::try_from(place).ok()).ok_or(Wrong::new("identity-pictures-three"))
        };
        let three = [at(first)?, at(second)?, at(third)?];
        let [a, b, c] = three;
        if a == b || b == c || a == c { Err(Wrong::new("identity-pictures-different")) } else { Ok(Self(three)) }
    }

    /// The bytes that are coded.
    pub(in crate::identity) const fn bytes(self) -> [u8; 3] {
        self.0
    }
}

/// Never shows which.
impl std::fmt::Debug for Pictures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pictures")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_different_pictures_in_their_order() {
        let one = Pictures::parse(&["teapot", "key", "fish"]).unwrap();
        assert_eq!(one, Pictures::parse(&["teapot", "key", "fish"]).unwrap());
        assert_ne!(one, Pictures::parse(&["key", "teapot", "fish"]).unwrap());
        assert_eq!(format!("{one:?}"), "Pictures");
        for chosen in [&[][..], &["teapot", "key"], &["teapot", "key", "cat"], &["teapot", "key", "fish", "chair"]] {
            assert_eq!(Pictures::parse(chosen).unwrap_err().message, "identity-pictures-three", "{chosen:?}");
        }
        assert_eq!(Pictures::parse(&["key", "key", "fish"]).unwrap_err().message, "identity-pictures-different");
    }
}
