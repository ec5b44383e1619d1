//! Joining two accounts of one person, and ending that: for which reasons, by whom. Pure.

use crate::kernel::LearnerId;

/// Characters of the ground that is kept for the file, and of the answer to a request.
pub const MOST_ALIAS_GROUND: usize = 500;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AliasKind {
    /// 合在一起: from now on one account is read through the other.
    Join,
    /// 分开: each stands for itself again.
    End,
}

impl AliasKind {
    /// The code in tables and forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::End => "end",
        }
    }

    /// The kind that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Join, Self::End].into_iter().find(|kind| kind.code() == code)
    }

    /// Why it may be asked for: codes whose words stand in the catalogue (`alias-reason-…`).
    #[must_use]
    pub const fn reasons(self) -> &'static [&'static str] {
        match self {
            Self::Join => &["registered_twice", "new_phone", "new_card", "other"],
            Self::End => &["two_people", "wrong_account", "persons_wish", "other"],
        }
    }
}

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AliasState {
    /// Waits for a second person.
    Open,
    /// It was done.
    Approved,
    /// The second person did not agree.
    Refused,
    /// The asker took it back.
    Withdrawn,
}

impl AliasState {
    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Open, Self::Approved, Self::Refused, Self::Withdrawn].into_iter().find(|state| state.code() == code)
    }
}

/// How an account stands among those that are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// It stands for itself.
    Alone,
    /// Others are read through it.
    Primary,
    /// It is read through this one.
    ReadThrough(LearnerId),
}

/// Whether `learner` may be read through `primary`: never one through itself, never along a chain.
#[must_use]
pub fn may_be_joined((learner, own): (LearnerId, Membership), (primary, other): (LearnerId, Membership)) -> bool {
    learner != primary && own == Membership::Alone && !matches!(other, Membership::ReadThrough(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(number: u128) -> LearnerId {
        LearnerId::from_uuid(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn there_is_neither_chain_nor_circle() {
        use Membership::{Alone, Primary, ReadThrough};
        let through = ReadThrough(person(3));
        let cases = [
            (Alone, Alone, true),
            (Alone, Primary, true),
            (Alone, through, false),
            (Primary, Alone, false),
            (Primary, Primary, false),
            (through, Alone, false),
            (through, Primary, false),
        ];
        for (own, other, may) in cases {
            assert_eq!(may_be_joined((person(1), own), (person(2), other)), may, "{own:?} through {other:?}");
        }
        assert!(!may_be_joined((person(1), Alone), (person(1), Alone)));
    }

    #[test]
    fn codes_lead_back_to_what_they_name() {
        for kind in [AliasKind::Join, AliasKind::End] {
            assert_eq!(AliasKind::from_code(kind.code()), Some(kind));
            assert!(kind.reasons().contains(&"other"));
        }
        for state in [AliasState::Open, AliasState::Approved, AliasState::Refused, AliasState::Withdrawn] {
            assert_eq!(AliasState::from_code(state.code()), Some(state));
        }
        assert!(AliasKind::from_code("burn").is_none() && AliasState::from_code("").is_none());
    }
}
