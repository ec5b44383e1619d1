//! Where a certificate stands, where a request stands, and why something was done. Pure.

use crate::kernel::{Day, Timestamp};

/// Days within which somebody may appeal against a suspension, a revocation or a refusal.
pub const APPEAL_DAYS: u32 = 30;
/// Days within which a suspension is confirmed, or lifted by itself.
pub const CONFIRM_DAYS: u32 = 10;
/// Hours after which a certificate that was reserved and not issued is void.
pub const RESERVED_HOURS: i64 = 24;

/// Where the row of a certificate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Number and address are drawn; nothing is issued yet.
    Reserved,
    /// It stands.
    Active,
    /// It waits for somebody to look at it.
    Suspended,
    /// It was taken back. It comes back by a further version only.
    Revoked,
    /// It was never issued.
    Void,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Reserved, Self::Active, Self::Suspended, Self::Revoked, Self::Void];

    /// The code in tables, and the end of its words' key.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Void => "void",
        }
    }

    /// The state that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether it was issued once.
    #[must_use]
    pub const fn is_issued(self) -> bool {
        matches!(self, Self::Active | Self::Suspended | Self::Revoked)
    }

    /// Whether it keeps another one of its kind from being issued to the same person.
    #[must_use]
    pub const fn is_in_the_way(self) -> bool {
        matches!(self, Self::Reserved | Self::Active | Self::Suspended)
    }

    /// Where `deed` leads from here; none where it leads nowhere.
    #[must_use]
    pub const fn after(self, deed: Happened) -> Option<Self> {
        match (self, deed) {
            (Self::Reserved, Happened::Issued)
            | (Self::Active | Self::Suspended, Happened::Version)
            | (Self::Suspended, Happened::Lifted)
            | (Self::Revoked, Happened::Reinstated) => Some(Self::Active),
            (Self::Active, Happened::Suspended) | (Self::Suspended, Happened::Confirmed) => Some(Self::Suspended),
            (Self::Active | Self::Suspended, Happened::Revoked) => Some(Self::Revoked),
            _ => None,
        }
    }
}

/// What is shown of the row and of what it cites, which has its ground or has lost some of it: the worse one of both, so that a reversal acts at once.
#[must_use]
pub const fn effective(state: State, has_ground: bool) -> State {
    match state {
        State::Active if !has_ground => State::Suspended,
        other => other,
    }
}

/// What somebody who looks at it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It stands.
    Active,
    /// It waits for somebody to look at it.
    Suspended {
        /// Since when.
        since: Timestamp,
        /// Why.
        reason: Reason,
    },
    /// It was taken back.
    Revoked {
        /// Since when.
        since: Timestamp,
        /// Why.
        reason: Reason,
    },
    /// What is in the hand is an older version; the one in force is at the same address.
    Replaced,
}

/// What became of a certificate, as its events say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It was issued.
    Issued,
    /// A further version was.
    Version,
    /// It was suspended.
    Suspended,
    /// A second person confirmed the suspension.
    Confirmed,
    /// The suspension was lifted.
    Lifted,
    /// It was taken back.
    Revoked,
    /// It came back, by a further version.
    Reinstated,
}

impl Happened {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Issued, Self::Version, Self::Suspended, Self::Confirmed, Self::Lifted, Self::Revoked, Self::Reinstated];

    /// The code in tables, and the end of its words' key.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Version => "version",
            Self::Suspended => "suspended",
            Self::Confirmed => "confirmed",
            Self::Lifted => "lifted",
            Self::Revoked => "revoked",
            Self::Reinstated => "reinstated",
        }
    }

    /// What `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// Why a version was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is the first.
    First,
    /// The name was put right.
    Name,
    /// It cites what stands now.
    Recited,
    /// It comes back after it was revoked.
    Reinstated,
    /// The key of the one before is no longer believed.
    Rekeyed,
}

impl Why {
    /// The code in tables, and the end of its words' key.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Name => "name",
            Self::Recited => "recited",
            Self::Reinstated => "reinstated",
            Self::Rekeyed => "rekeyed",
        }
    }

    /// What `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::First, Self::Name, Self::Recited, Self::Reinstated, Self::Rekeyed].into_iter().find(|why| why.code() == code)
    }
}

/// Why a certificate was suspended or revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// It names somebody whose it is not.
    WrongPerson,
    /// The name is written wrong.
    WrongName,
    /// What it rests on is wrong.
    EvidenceWrong,
    /// Somebody deceived.
    Fraud,
    /// Credit that it cites was reversed.
    CreditReversed,
    /// Accounts that were read as one were parted.
    AccountsParted,
    /// The same was issued twice.
    IssuedTwice,
    /// Its owner asked for it.
    ByRequest,
    /// Something else, in words.
    Other,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::WrongPerson,
        Self::WrongName,
        Self::EvidenceWrong,
        Self::Fraud,
        Self::CreditReversed,
        Self::AccountsParted,
        Self::IssuedTwice,
        Self::ByRequest,
        Self::Other,
    ];

    /// The code in tables, and the end of its words' key.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongPerson => "wrong_person",
            Self::WrongName => "wrong_name",
            Self::EvidenceWrong => "evidence_wrong",
            Self::Fraud => "fraud",
            Self::CreditReversed => "credit_reversed",
            Self::AccountsParted => "accounts_parted",
            Self::IssuedTwice => "issued_twice",
            Self::ByRequest => "by_request",
            Self::Other => "other",
        }
    }

    /// The reason that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// The key of what is said of the owner's credit beside it. Where credit was reversed or transferred out, it is not said that none was touched.
    #[must_use]
    pub const fn credit_key(self) -> &'static str {
        if matches!(self, Self::CreditReversed) { "certificates-credit-no-more" } else { "certificates-credit-kept" }
    }

    /// Whether people choose it; the others are the bank's own.
    #[must_use]
    pub const fn is_chosen(self) -> bool {
        !matches!(self, Self::CreditReversed | Self::AccountsParted)
    }

    /// Whether it says nothing without words.
    #[must_use]
    pub const fn needs_words(self) -> bool {
        matches!(self, Self::Other)
    }
}

/// What somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// That one be issued.
    Issue,
    /// That a version with the right name be made.
    Name,
    /// That it be revoked.
    Revoke,
    /// That a suspension be confirmed.
    Confirm,
    /// That a suspension be lifted.
    Lift,
    /// That a version be made on what stands now.
    Recite,
    /// That it come back after it was revoked.
    Reinstate,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Issue, Self::Name, Self::Revoke, Self::Confirm, Self::Lift, Self::Recite, Self::Reinstate];

    /// The code in tables, and the end of its words' key.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Name => "name",
            Self::Revoke => "revoke",
            Self::Confirm => "confirm",
            Self::Lift => "lift",
            Self::Recite => "recite",
            Self::Reinstate => "reinstate",
        }
    }

    /// The act that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == code)
    }

    /// Why a version is made by it; none where none is.
    #[must_use]
    pub const fn makes(self) -> Option<Why> {
        match self {
            Self::Issue => Some(Why::First),
            Self::Name => Some(Why::Name),
            Self::Recite => Some(Why::Recited),
            Self::Reinstate => Some(Why::Reinstated),
            Self::Revoke | Self::Confirm | Self::Lift => None,
        }
    }
}

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestState {
    /// It waits for an officer.
    Open,
    /// It waits for a second person.
    Proposed,
    /// It was done.
    Approved,
    /// It was refused.
    Refused,
    /// Its asker took it back, or it was done by another hand.
    Withdrawn,
}

impl RequestState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Open, Self::Proposed, Self::Approved, Self::Refused, Self::Withdrawn];

    /// The code in tables, and the end of its words' key.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether somebody has still to do something.
    #[must_use]
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Open | Self::Proposed)
    }
}

/// Which of what waits is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::certificates) struct Waiting {
    /// In this state alone.
    pub state: Option<RequestState>,
    /// Of this kind alone.
    pub kind: Option<String>,
}

/// The last day on which somebody may appeal against what was done today.
#[must_use]
pub fn appeal_until(today: Day) -> Day {
    today.plus_days(APPEAL_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_goes_on_as_its_states_say_and_nowhere_else() {
        let allowed = [
            (State::Reserved, Happened::Issued, State::Active),
            (State::Active, Happened::Version, State::Active),
            (State::Suspended, Happened::Version, State::Active),
            (State::Active, Happened::Suspended, State::Suspended),
            (State::Suspended, Happened::Confirmed, State::Suspended),
            (State::Suspended, Happened::Lifted, State::Active),
            (State::Active, Happened::Revoked, State::Revoked),
            (State::Suspended, Happened::Revoked, State::Revoked),
            (State::Revoked, Happened::Reinstated, State::Active),
        ];
        for state in State::ALL {
            for deed in Happened::ALL {
                let expected = allowed.iter().find(|(from, by, _)| (*from, *by) == (state, deed)).map(|(_, _, to)| *to);
                assert_eq!(state.after(deed), expected, "{state:?} {deed:?}");
            }
        }
    }

    #[test]
    fn the_worse_one_of_the_row_and_of_what_it_cites_is_shown() {
        let cases = [
            (State::Active, true, State::Active),
            (State::Active, false, State::Suspended),
            (State::Suspended, true, State::Suspended),
            (State::Suspended, false, State::Suspended),
            (State::Revoked, true, State::Revoked),
            (State::Revoked, false, State::Revoked),
            (State::Void, true, State::Void),
        ];
        for (row, has_ground, shown) in cases {
            assert_eq!(effective(row, has_ground), shown, "{row:?} {has_ground}");
        }
    }

    #[test]
    fn every_code_names_what_it_came_from() {
        assert!(State::ALL.iter().all(|one| State::from_code(one.code()) == Some(*one)));
        assert!(Happened::ALL.iter().all(|one| Happened::from_code(one.code()) == Some(*one)));
        assert!(Reason::ALL.iter().all(|one| Reason::from_code(one.code()) == Some(*one)));
        assert!(Act::ALL.iter().all(|one| Act::from_code(one.code()) == Some(*one)));
        assert!(RequestState::ALL.iter().all(|one| RequestState::from_code(one.code()) == Some(*one)));
        assert!(Act::ALL.iter().filter_map(|act| act.makes()).all(|why| Why::from_code(why.code()) == Some(why)));
    }
}
