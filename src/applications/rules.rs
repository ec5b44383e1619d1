//! How an application goes from hand to hand, and who may not decide on it. Pure.

use crate::kernel::{Day, LearnerId, Timestamp};

/// Days in which somebody may appeal against a return.
pub const APPEAL_DAYS: u32 = 30;
/// Days after which what was not sent is forgotten.
pub const DRAFT_DAYS: u32 = 30;
/// Files of one application.
pub const MOST_FILES: usize = 6;
/// Applications of one person that are not sent yet.
pub const MOST_DRAFTS: usize = 20;
/// Characters of what is written to each other.
pub const MOST_WORDS: usize = 500;
/// The most that a result may be worth there, in thousandths of the partner's unit.
pub const MOST_VALUE: i64 = 100_000_000;

/// Where an application stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Begun: its owner's alone.
    Draft,
    /// Waits for an officer.
    Sent,
    /// An officer would recognise it; a second person is to agree.
    Proposed,
    /// Recognised.
    Accepted,
    /// Given back.
    Returned,
    /// Its owner does not agree with the return.
    Appealed,
    /// A reviewer would recognise it after all; a second one is to agree.
    AppealProposed,
    /// Not recognised, also when it was looked at anew.
    Refused,
    /// Its owner took it back.
    Withdrawn,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Draft,
        Self::Sent,
        Self::Proposed,
        Self::Accepted,
        Self::Returned,
        Self::Appealed,
        Self::AppealProposed,
        Self::Refused,
        Self::Withdrawn,
    ];

    /// Those that wait for the agency.
    pub const WAITING: [Self; 4] = [Self::Sent, Self::Proposed, Self::Appealed, Self::AppealProposed];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sent => "sent",
            Self::Proposed => "proposed",
            Self::Accepted => "accepted",
            Self::Returned => "returned",
            Self::Appealed => "appealed",
            Self::AppealProposed => "appeal_proposed",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether it waits for the agency.
    #[must_use]
    pub fn is_waiting(self) -> bool {
        Self::WAITING.contains(&self)
    }

    /// Where it stands after `deed`, where the rule asks for so many `hands`; none where the deed does not fit.
    #[must_use]
    pub fn after(self, deed: Deed, hands: Hands) -> Option<Self> {
        Some(match (self, deed, hands) {
            (Self::Draft, Deed::Send, _) | (Self::Proposed, Deed::Disagree, _) => Self::Sent,
            (Self::Sent | Self::Appealed, Deed::Pass, _) => self,
            (Self::Sent, Deed::Return, _) => Self::Returned,
            (Self::Sent | Self::Appealed, Deed::Accept, Hands::One) | (Self::Proposed | Self::AppealProposed, Deed::Agree, _) => {
                Self::Accepted
            }
            (Self::Sent, Deed::Propose, Hands::Two) => Self::Proposed,
            (Self::Appealed, Deed::Propose, Hands::Two) => Self::AppealProposed,
            (Self::Returned, Deed::Appeal, _) | (Self::AppealProposed, Deed::Disagree, _) => Self::Appealed,
            (Self::Appealed, Deed::Reject, _) => Self::Refused,
            (state, Deed::Withdraw, _) if state.is_waiting() => Self::Withdrawn,
            _ => return None,
        })
    }
}

/// How many people a rule asks for until something is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hands {
    /// One recognises it.
    One,
    /// One proposes it, another agrees.
    Two,
}

/// What is done with an application: each deed is a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Its owner sends it.
    Send,
    /// Its owner takes it back.
    Withdraw,
    /// Passed on to a colleague.
    Pass,
    /// The first of two would recognise it.
    Propose,
    /// The second agrees.
    Agree,
    /// The second does not.
    Disagree,
    /// Recognised by one person.
    Accept,
    /// Given back, with a reason.
    Return,
    /// Its owner does not agree with that.
    Appeal,
    /// The appeal was heard, and changes nothing.
    Reject,
}

impl Deed {
    const ALL: [Self; 10] = [
        Self::Send,
        Self::Withdraw,
        Self::Pass,
        Self::Propose,
        Self::Agree,
        Self::Disagree,
        Self::Accept,
        Self::Return,
        Self::Appeal,
        Self::Reject,
    ];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Withdraw => "withdraw",
            Self::Pass => "pass",
            Self::Propose => "propose",
            Self::Agree => "agree",
            Self::Disagree => "disagree",
            Self::Accept => "accept",
            Self::Return => "return",
            Self::Appeal => "appeal",
            Self::Reject => "reject",
        }
    }

    /// The deed that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.code() == code)
    }

    /// How the trail calls it.
    #[must_use]
    pub const fn action(self) -> &'static str {
        match self {
            Self::Send => "applications.send",
            Self::Withdraw => "applications.withdraw",
            Self::Pass => "applications.pass",
            Self::Propose => "applications.propose",
            Self::Agree => "applications.agree",
            Self::Disagree => "applications.disagree",
            Self::Accept => "applications.accept",
            Self::Return => "applications.return",
            Self::Appeal => "applications.appeal",
            Self::Reject => "applications.reject",
        }
    }

    /// Whether whoever did it has decided.
    #[must_use]
    pub const fn decides(self) -> bool {
        matches!(self, Self::Propose | Self::Agree | Self::Disagree | Self::Accept | Self::Return | Self::Reject)
    }
}

/// Why an application is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// What was sent cannot be read, or something is missing.
    Unclear,
    /// It is not what the rule speaks of.
    OtherResult,
    /// It cannot be told whose it is.
    Whose,
    /// It was recognised before, here or elsewhere.
    Used,
    /// A document of identity was sent along: all evidence is removed at once.
    Identity,
    /// Something else.
    Other,
}

impl Why {
    /// All of them, in the order in which pages show them.
    pub const ALL: [Self; 6] = [Self::Unclear, Self::OtherResult, Self::Whose, Self::Used, Self::Identity, Self::Other];

    /// The code in tables, and the end of its words' key.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unclear => "unclear",
            Self::OtherResult => "other-result",
            Self::Whose => "whose",
            Self::Used => "used",
            Self::Identity => "identity",
            Self::Other => "other",
        }
    }

    /// The reason that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == code)
    }
}

/// Whether the same result is registered in another credit bank, as its owner says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// They do not know.
    Unknown,
}

impl Elsewhere {
    /// All of them, in the order in which pages show them.
    pub const ALL: [Self; 3] = [Self::No, Self::Yes, Self::Unknown];

    /// The code in tables, and the end of its words' key.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }

    /// The answer that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|elsewhere| elsewhere.code() == code)
    }
}

/// Who may not decide: the applicant, whoever helped with sending or with an appeal, the first of two; on an appeal everybody who decided before. `steps`: who did what, in
/// order.
#[must_use]
pub fn barred(state: State, (learner, helper): (LearnerId, Option<LearnerId>), steps: &[(Deed, LearnerId)]) -> Vec<LearnerId> {
    let mut barred = vec![learner];
    barred.extend(helper);
    let hands = steps.iter().filter(|(deed, _)| matches!(deed, Deed::Send | Deed::Appeal)).map(|(_, who)| *who);
    for hand in hands {
        if !barred.contains(&hand) {
            barred.push(hand);
        }
    }
    let appealed = steps.iter().any(|(deed, _)| *deed == Deed::Appeal);
    if appealed {
        barred.extend(steps.iter().filter(|(deed, _)| deed.decides()).map(|(_, who)| *who));
    } else if state == State::Proposed {
        barred.extend(proposer(steps));
    }
    barred
}

/// The first of two, whose proposal waits.
#[must_use]
pub fn proposer(steps: &[(Deed, LearnerId)]) -> Option<LearnerId> {
    steps.iter().rev().find(|(deed, _)| *deed == Deed::Propose).map(|(_, who)| *who)
}

/// The last day on which an appeal may come.
#[must_use]
pub fn appeal_until(returned: Timestamp) -> Day {
    returned.day().plus_days(APPEAL_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(number: u128) -> LearnerId {
        LearnerId::from_uuid(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn an_application_goes_its_way_and_no_other() {
        let cases = [
            (State::Sent, Deed::Accept, Hands::One, Some(State::Accepted)),
            (State::Sent, Deed::Accept, Hands::Two, None),
            (State::Sent, Deed::Propose, Hands::Two, Some(State::Proposed)),
            (State::Sent, Deed::Propose, Hands::One, None),
            (State::Proposed, Deed::Agree, Hands::Two, Some(State::Accepted)),
            (State::Proposed, Deed::Disagree, Hands::Two, Some(State::Sent)),
            (State::Proposed, Deed::Return, Hands::Two, None),
            (State::Returned, Deed::Appeal, Hands::One, Some(State::Appealed)),
            (State::Appealed, Deed::Accept, Hands::One, Some(State::Accepted)),
            (State::Appealed, Deed::Propose, Hands::Two, Some(State::AppealProposed)),
            (State::Appealed, Deed::Reject, Hands::Two, Some(State::Refused)),
            (State::Appealed, Deed::Return, Hands::One, None),
            (State::AppealProposed, Deed::Disagree, Hands::Two, Some(State::Appealed)),
            (State::Refused, Deed::Appeal, Hands::One, None),
            (State::Accepted, Deed::Withdraw, Hands::One, None),
            (State::Draft, Deed::Withdraw, Hands::One, None),
        ];
        for (state, deed, hands, after) in cases {
            assert_eq!(state.after(deed, hands), after, "{state:?} {deed:?} {hands:?}");
        }
        for state in State::ALL {
            assert_eq!(State::from_code(state.code()), Some(state));
            assert_eq!(state.after(Deed::Withdraw, Hands::Two).is_some(), state.is_waiting(), "{state:?}");
        }
        assert!(Deed::ALL.into_iter().all(|deed| Deed::from_code(deed.code()) == Some(deed)));
    }

    #[test]
    fn nobody_decides_on_their_own_nor_twice_and_an_appeal_is_heard_by_who_has_not_decided() {
        let steps = [(Deed::Send, who(1)), (Deed::Pass, who(2)), (Deed::Propose, who(3))];
        assert_eq!(barred(State::Proposed, (who(1), Some(who(9))), &steps), [who(1), who(9), who(3)]);
        assert_eq!(barred(State::Sent, (who(1), None), &steps), [who(1)]);
        let steps = [(Deed::Send, who(8)), (Deed::Return, who(3)), (Deed::Appeal, who(9)), (Deed::Pass, who(6))];
        assert_eq!(barred(State::Appealed, (who(1), None), &steps), [who(1), who(8), who(9), who(3)], "whose hand it was");
        let steps = [
            (Deed::Send, who(1)),
            (Deed::Propose, who(3)),
            (Deed::Disagree, who(4)),
            (Deed::Return, who(5)),
            (Deed::Appeal, who(1)),
            (Deed::Pass, who(6)),
            (Deed::Propose, who(7)),
        ];
        assert_eq!(barred(State::AppealProposed, (who(1), None), &steps), [who(1), who(3), who(4), who(5), who(7)]);
        assert_eq!(proposer(&steps), Some(who(7)));
    }
}
