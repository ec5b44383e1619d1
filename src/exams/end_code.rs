//! The code of an end (收尾码): eight of Crockford's letters and digits that follow from the end of a box's chain. It is shown where a session was
//! ended, copied there by both who invigilate, and typed by each of them when they confirm.
//!
//! Whoever has kept a copy of the box can make many chains. So that nobody makes one whose code is the one that was copied, it follows slowly: forty
//! bits of chance, each try the work of a password.

use crate::kernel::{Digest, crockford_of, crockford_typed, slow_bytes_of};

/// Letters and digits of a code, five bits each.
const LENGTH: usize = 8;
/// What the code is for.
const SALT: &[u8; 16] = b"exam-box-end-v1.";

/// The code of an end. Slow on purpose: not to be called where others wait. `None` where it cannot be computed.
#[must_use]
pub fn end_code(end: &Digest) -> Option<String> {
    slow_bytes_of(&end.to_string(), SALT).map(|bytes| crockford_of(&bytes, LENGTH))
}

/// How many letters and digits somebody has typed as the codes of so many ends, and how many there are of them.
#[must_use]
pub(super) fn typed(text: &str, ends: usize) -> (usize, usize) {
    (crockford_typed(text).chars().count(), ends * LENGTH)
}

/// That somebody has typed the codes of these ends, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KnownEnds(Vec<Digest>);

impl KnownEnds {
    /// Holds what was typed against the ends; `None` where it is something else. Slow on purpose: not to be called where others wait.
    #[must_use]
    pub fn of(ends: Vec<Digest>, text: &str) -> Option<Self> {
        let codes: Option<Vec<String>> = ends.iter().map(end_code).collect();
        (codes?.concat() == crockford_typed(text)).then_some(Self(ends))
    }

    /// Whether they are the ends of these.
    #[must_use]
    pub fn are(&self, ends: &[Digest]) -> bool {
        self.0 == ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_of_one_end_alone_and_read_however_it_was_copied() {
        let [one, other] = [1, 2].map(|byte| Digest::from_array([byte; 32]));
        let [first, second] = [one, other].map(|end| end_code(&end).unwrap());
        assert!(first.len() == LENGTH && first != second && end_code(&one) == Some(first.clone()), "{first} {second}");
        let grouped = format!("{} {}", &first[..4].to_lowercase(), &first[4..]);
        assert!(KnownEnds::of(vec![one], &grouped).is_some_and(|known| known.are(&[one]) && !known.are(&[other])));
        assert!(KnownEnds::of(vec![one, other], &format!("{grouped}, {second}")).is_some());
        for (ends, text) in
            [(vec![one], &second), (vec![one, other], &first), (vec![other, one], &first), (vec![one], &String::new())]
        {
            assert!(KnownEnds::of(ends, text).is_none(), "{text}");
        }
        assert_eq!(KnownEnds::of(Vec::new(), ""), Some(KnownEnds(Vec::new())), "nothing came from a box that was taken back");
        assert_eq!(typed("01z0 tjm", 1), (7, 8));
    }
}
