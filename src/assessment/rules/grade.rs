//! What an answer is worth. One code for quizzes and tests: a question is right as a whole or not at all.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::kernel::Permille;

/// What is right of one question, apart from its words. Places are those of the file, from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// Of `of` choices exactly these are right; where there is one, one is chosen.
    Choices {
        /// How many there are.
        of: usize,
        /// The right ones.
        right: BTreeSet<usize>,
    },
    /// The stem is true or not.
    Truth(bool),
    /// `of` things stand in the right order in the file.
    Order {
        /// How many there are.
        of: usize,
    },
    /// `of` pairs: each left belongs to the right at the same place.
    Pairs {
        /// How many there are.
        of: usize,
    },
}

/// What somebody answered, in places of the file: the same whatever order was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// These choices.
    Chosen(BTreeSet<usize>),
    /// True or not.
    Truth(bool),
    /// The things in this order.
    Order(Vec<usize>),
    /// For each left in turn, the right that was put to it.
    Pairs(Vec<usize>),
    /// 不知道: an honest answer.
    Unknown,
}

impl Given {
    /// The form in the answer's row.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The answer kept as `json`; `None` where that is none.
    #[must_use]
    pub fn from_json(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }
}

impl Key {
    /// The answer that is right.
    #[must_use]
    pub fn right_answer(&self) -> Given {
        match self {
            Self::Choices { right, .. } => Given::Chosen(right.clone()),
            Self::Truth(answer) => Given::Truth(*answer),
            Self::Order { of } => Given::Order((0..*of).collect()),
            Self::Pairs { of } => Given::Pairs((0..*of).collect()),
        }
    }

    /// Whether `given` can be an answer to this question at all.
    #[must_use]
    pub fn fits(&self, given: &Given) -> bool {
        match (self, given) {
            (_, Given::Unknown) | (Self::Truth(_), Given::Truth(_)) => true,
            (Self::Choices { of, right }, Given::Chosen(chosen)) => {
                let several = right.len() > 1;
                !chosen.is_empty() && (several || chosen.len() == 1) && chosen.iter().all(|place| place < of)
            }
            (Self::Order { of }, Given::Order(places)) | (Self::Pairs { of }, Given::Pairs(places)) => {
                places.len() == *of && places.iter().copied().collect::<BTreeSet<_>>() == (0..*of).collect()
            }
            _ => false,
        }
    }
}

/// What one answer came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Whether it is right, as a whole.
    pub right: bool,
}

impl Mark {
    /// One point or none.
    #[must_use]
    pub const fn points(self) -> i64 {
        if self.right { 1 } else { 0 }
    }
}

/// Grades one answer; none given is not right.
#[must_use]
pub fn grade(key: &Key, given: Option<&Given>) -> Mark {
    Mark { right: given.is_some_and(|given| *given == key.right_answer()) }
}

/// The share of right answers.
#[must_use]
pub fn score(marks: &[Mark]) -> Permille {
    let whole = i64::try_from(marks.len()).unwrap_or(i64::MAX);
    Permille::of(marks.iter().map(|mark| mark.points()).sum(), whole)
}

/// How many of `count` must be right for a share of `pass_permille`.
#[must_use]
pub fn needed(count: usize, pass_permille: i64) -> usize {
    let whole = i64::try_from(count).unwrap_or(i64::MAX);
    let passes = |right: &usize| Permille::of(i64::try_from(*right).unwrap_or(i64::MAX), whole).value() >= pass_permille;
    (0..=count).find(passes).unwrap_or(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_is_the_least_that_passes() {
        for (count, pass, right) in [(10, 700, 7), (10, 1000, 10), (9, 700, 7), (3, 666, 2), (10, 0, 0), (10, 701, 8)] {
            assert_eq!(needed(count, pass), right, "{count} {pass}");
        }
    }

    fn choices(of: usize, right: &[usize]) -> Key {
        Key::Choices { of, right: right.iter().copied().collect() }
    }
    fn chosen(places: &[usize]) -> Given {
        Given::Chosen(places.iter().copied().collect())
    }

    #[test]
    fn every_kind_is_right_as_a_whole_or_not_at_all() {
        let cases = [
            (choices(3, &[1]), Some(chosen(&[1])), true),
            (choices(3, &[1]), Some(chosen(&[0])), false),
            (choices(3, &[1]), Some(Given::Unknown), false),
            (choices(3, &[1]), None, false),
            (choices(5, &[0, 3]), Some(chosen(&[3, 0])), true),
            (choices(5, &[0, 3]), Some(chosen(&[0])), false),
            (choices(5, &[0, 3]), Some(chosen(&[0, 1, 3])), false),
            (Key::Truth(true), Some(Given::Truth(true)), true),
            (Key::Truth(true), Some(Given::Truth(false)), false),
            (Key::Truth(false), Some(Given::Unknown), false),
            (Key::Order { of: 3 }, Some(Given::Order(vec![0, 1, 2])), true),
            (Key::Order { of: 3 }, Some(Given::Order(vec![1, 0, 2])), false),
            (Key::Pairs { of: 3 }, Some(Given::Pairs(vec![0, 1, 2])), true),
            (Key::Pairs { of: 3 }, Some(Given::Pairs(vec![2, 1, 0])), false),
            (Key::Pairs { of: 3 }, Some(Given::Order(vec![0, 1, 2])), false),
        ];
        for (key, given, right) in cases {
            assert_eq!(grade(&key, given.as_ref()).right, right, "{key:?} {given:?}");
        }
    }

    #[test]
    fn what_cannot_be_an_answer_to_the_question_does_not_fit() {
        let cases = [
            (choices(3, &[1]), chosen(&[0, 1]), false),
            (choices(3, &[1]), chosen(&[]), false),
            (choices(3, &[1]), chosen(&[3]), false),
            (choices(4, &[1, 2]), chosen(&[1, 2, 3]), true),
            (choices(4, &[1, 2]), Given::Truth(true), false),
            (Key::Order { of: 3 }, Given::Order(vec![0, 1]), false),
            (Key::Order { of: 3 }, Given::Order(vec![0, 1, 1]), false),
            (Key::Order { of: 3 }, Given::Order(vec![2, 1, 0]), true),
            (Key::Pairs { of: 2 }, Given::Unknown, true),
        ];
        for (key, given, fits) in cases {
            assert_eq!(key.fits(&given), fits, "{key:?} {given:?}");
        }
    }

    #[test]
    fn the_score_is_the_share_of_right_answers() {
        let marks = |right: usize, wrong: usize| [vec![Mark { right: true }; right], vec![Mark { right: false }; wrong]].concat();
        let cases = [(7, 3, 700), (6, 4, 600), (10, 0, 1000), (0, 10, 0), (0, 0, 0), (2, 1, 666)];
        for (right, wrong, share) in cases {
            assert_eq!(score(&marks(right, wrong)).value(), share);
        }
    }

    fn any_key() -> impl proptest::strategy::Strategy<Value = Key> {
        use proptest::prelude::*;
        prop_oneof![
            (2_usize..6)
                .prop_flat_map(|of| (Just(of), proptest::collection::btree_set(0..of, 1..=of)))
                .prop_map(|(of, right)| Key::Choices { of, right }),
            any::<bool>().prop_map(Key::Truth),
            (2_usize..6).prop_map(|of| Key::Order { of }),
            (2_usize..6).prop_map(|of| Key::Pairs { of }),
        ]
    }

    proptest::proptest! {
        #[test]
        fn the_right_answer_fits_is_right_and_survives_its_row(key in any_key()) {
            let given = key.right_answer();
            proptest::prop_assert!(key.fits(&given));
            proptest::prop_assert!(grade(&key, Some(&given)).right);
            proptest::prop_assert_eq!(Given::from_json(&given.to_json()), Some(given));
        }
    }
}
