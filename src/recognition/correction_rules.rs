//! What may be put right, for which reasons, by whom. Pure. The list of reasons stands here and nowhere else; their words stand in the
//! catalogue, once for the staff (`correction-reason-…`) and once for the learner (`passbook-reason-…`).

use crate::kernel::{LearnerId, Timestamp};

/// Characters of the ground that is kept for the file, and of the answer to a request.
pub const MOST_GROUND: usize = 500;

/// A way to put right what stands in a passbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CorrectionKind {
    /// 冻结: set aside while somebody looks into it. One person suffices.
    Freeze,
    /// 解除冻结: it stands again.
    Unfreeze,
    /// 撤销: withdrawn after fraud or error.
    Revoke,
    /// 冲正: the exact opposite of what was wrong.
    Reverse,
    /// 恢复: what was reversed by mistake is given again.
    Restore,
}

impl CorrectionKind {
    /// All of them, in the order in which pages show them.
    pub const ALL: [Self; 5] = [Self::Freeze, Self::Unfreeze, Self::Reverse, Self::Revoke, Self::Restore];

    /// The code in tables and forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Freeze => "freeze",
            Self::Unfreeze => "unfreeze",
            Self::Revoke => "revoke",
            Self::Reverse => "reverse",
            Self::Restore => "restore",
        }
    }

    /// The kind that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether a second person decides.
    #[must_use]
    pub const fn needs_two(self) -> bool {
        !matches!(self, Self::Freeze)
    }
}

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestState {
    /// Waits for a second person.
    Open,
    /// It was done.
    Approved,
    /// The second person did not agree.
    Refused,
    /// The asker took it back.
    Withdrawn,
}

impl RequestState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Open, Self::Approved, Self::Refused, Self::Withdrawn];

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

    /// The state that a column holds.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

use CorrectionKind::{Freeze, Restore, Reverse, Revoke, Unfreeze};

/// Every reason by its code, with the kinds that it can be given for.
const REASONS: [(&str, &[CorrectionKind]); 9] = [
    ("wrong_person", &[Freeze, Reverse]),
    ("double_entry", &[Freeze, Reverse]),
    ("test_broken", &[Freeze, Reverse]),
    ("fraud", &[Freeze, Revoke]),
    ("dispute", &[Freeze, Reverse]),
    ("cleared", &[Unfreeze]),
    ("bank_mistake", &[Unfreeze, Reverse, Restore]),
    ("own_request", &[Freeze, Unfreeze, Reverse, Revoke]),
    ("other", &CorrectionKind::ALL),
];

/// The codes of all reasons.
pub fn reasons() -> impl Iterator<Item = &'static str> {
    REASONS.iter().map(|(code, _)| *code)
}

/// Whether this reason can be given for this kind.
#[must_use]
pub fn is_reason_for(code: &str, kind: CorrectionKind) -> bool {
    REASONS.iter().any(|(reason, kinds)| *reason == code && kinds.contains(&kind))
}

/// The second person of a decision: somebody else than who asked, by type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecondPerson(LearnerId);

impl SecondPerson {
    /// `who` as the second person beside `asker`; `None` where they are one.
    #[must_use]
    pub fn beside(asker: LearnerId, who: LearnerId) -> Option<Self> {
        (asker != who).then_some(Self(who))
    }

    /// Who it is.
    #[must_use]
    pub const fn id(self) -> LearnerId {
        self.0
    }
}

/// How many days a request has been waiting: nought on the day it was asked.
#[must_use]
pub fn days_waiting(asked: Timestamp, now: Timestamp) -> i64 {
    now.day().days_since(asked.day()).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_reasons_and_other_is_always_one_of_them() {
        for kind in CorrectionKind::ALL {
            assert!(reasons().filter(|code| is_reason_for(code, kind)).count() >= 2, "{kind:?}");
            assert!(is_reason_for("other", kind) && !is_reason_for("gossip", kind));
            assert_eq!(CorrectionKind::from_code(kind.code()), Some(kind));
        }
        assert!(!is_reason_for("fraud", Reverse) && is_reason_for("fraud", Revoke));
        assert!(CorrectionKind::ALL.into_iter().filter(|kind| !kind.needs_two()).eq([Freeze]));
    }

    #[test]
    fn nobody_is_their_own_second_person() {
        let one = LearnerId::fresh(Timestamp::from_ms(1));
        let other = LearnerId::fresh(Timestamp::from_ms(2));
        assert_eq!(SecondPerson::beside(one, one), None);
        assert_eq!(SecondPerson::beside(one, other).map(SecondPerson::id), Some(other));
    }

    #[test]
    fn days_are_counted_by_the_calendar() {
        let asked = Timestamp::from_ms(1_790_000_000_000);
        assert_eq!((days_waiting(asked, asked), days_waiting(asked, asked.plus_days(3))), (0, 3));
    }
}
