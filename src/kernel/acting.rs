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
}
