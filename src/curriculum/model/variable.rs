//! What a practice or an item picks by chance, and what is reckoned from it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Variables by the name under which they stand as `{name}` in texts.
pub type Variables = BTreeMap<String, Variable>;

/// One variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Variable {
    /// One of these words.
    Words(Vec<String>),
    /// A whole number `min`, `min + step`, … up to `max`.
    Range {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
        /// The step, at least 1.
        step: i64,
    },
    /// One of the words of a pool. Only files have it: once read, the words stand in its place.
    Pool {
        /// The pool's id.
        pool: String,
    },
    /// All of these multiplied.
    Product {
        /// Two or more.
        product: Vec<Part>,
    },
    /// All of these added.
    Sum {
        /// Two or more.
        sum: Vec<Part>,
    },
    /// The first less the second.
    Minus {
        /// What is taken from, and what is taken.
        minus: [Part; 2],
    },
}

/// What is reckoned with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Part {
    /// A whole number.
    Number(i64),
    /// The variable of this name.
    Variable(String),
}

impl Part {
    fn value(&self, values: &BTreeMap<String, String>) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Variable(name) => values.get(name)?.parse().ok(),
        }
    }
}

impl Variable {
    /// Whether it is reckoned from others rather than picked.
    #[must_use]
    pub const fn is_reckoned(&self) -> bool {
        matches!(self, Self::Product { .. } | Self::Sum { .. } | Self::Minus { .. })
    }

    /// What it is reckoned from; nothing where it is picked.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        match self {
            Self::Product { product } => product,
            Self::Sum { sum } => sum,
            Self::Minus { minus } => minus,
            Self::Words(_) | Self::Range { .. } | Self::Pool { .. } => &[],
        }
    }

    /// Its value where those of its parts are known, in whole numbers; `None` where one is not, is no number, or the result is too large.
    #[must_use]
    pub fn reckon(&self, values: &BTreeMap<String, String>) -> Option<i64> {
        let mut parts = self.parts().iter().map(|part| part.value(values));
        let first = parts.next()??;
        parts.try_fold(first, |so_far, part| match self {
            Self::Product { .. } => so_far.checked_mul(part?),
            Self::Sum { .. } => so_far.checked_add(part?),
            _ => so_far.checked_sub(part?),
        })
    }
}

/// Words that several items pick from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// By which items name it (`elder`).
    pub id: String,
    /// What its words are, for whoever writes.
    pub note: String,
    /// The words.
    pub words: Vec<String>,
}
