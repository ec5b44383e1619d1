//! Who acts for whom. Stands in every service's signature.

use super::LearnerId;

/// A person acting on the matters of a learner: usually their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acting {
    /// Whose matters these are.
    pub learner: LearnerId,
    /// Somebody who lends a hand or a voice while the learner decides (辅助操作, rule 10); the result is the learner's own.
    pub helper: Option<LearnerId>,
    /// What the session proves of the person.
    pub identity_level: IdentityLevel,
}

impl Acting {
    /// The person whose hand it was: the helper's, or the learner's own.
    #[must_use]
    pub fn actor(&self) -> LearnerId {
        self.helper.unwrap_or(self.learner)
    }

    /// How the learner was supported.
    #[must_use]
    pub const fn support(&self) -> Support {
        if self.helper.is_some() { Support::Assisted } else { Support::None }
    }
}

/// How a result was supported. No certificate mentions it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// By nobody.
    None,
    /// 辅助操作: somebody read aloud or moved the finger, the learner decided.
    Assisted,
}

impl Support {
    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Assisted => "assisted",
        }
    }
}

/// What is known of who somebody is, 0 to 3 (table of evidence levels).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdentityLevel(i64);

impl IdentityLevel {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// A phone, or a volunteer who knows the person.
    pub const KNOWN: Self = Self(1);
    /// A document was seen by authorised staff.
    pub const DOCUMENT: Self = Self(2);
    /// A document was seen on the day.
    pub const ON_THE_DAY: Self = Self(3);

    /// The level that a column holds.
    #[must_use]
    pub const fn from_value(value: i64) -> Option<Self> {
        if value < 0 || value > 3 { None } else { Some(Self(value)) }
    }

    /// The column's value.
    #[must_use]
    pub const fn value(self) -> i64 {
        self.0
    }

    /// What is said here of a result from elsewhere, as far as it counts for somebody who is `known` so far: no higher than that. But that a document
    /// was seen on the day is said of a day and stands in no profile: whose document was seen may have it.
    #[must_use]
    pub fn as_far_as(self, known: Self) -> Self {
        if known >= Self::DOCUMENT { self } else { self.min(known) }
    }
}

#[cfg(test)]
mod tests {
    use super::IdentityLevel;

    #[test]
    fn of_a_result_from_elsewhere_the_day_counts_for_those_alone_whose_document_was_seen() {
        for (said, known, counts) in [(3, 2, 3), (3, 1, 1), (3, 0, 0), (2, 1, 1), (2, 2, 2), (1, 2, 1), (0, 2, 0), (1, 0, 0)] {
            let level = |value| IdentityLevel::from_value(value).unwrap();
            assert_eq!(level(said).as_far_as(level(known)), level(counts), "{said} said, {known} known");
        }
    }
}
