//! Rolls and their lines, as they are kept.

use crate::kernel::{AgencyId, ClientId, Credits, Digest, LearnerId, RollId, RuleId, Timestamp, TransferId, digest_of};
use crate::recognition::Levels;

/// An enum whose values stand in a column as short codes.
macro_rules! coded {
    ($(#[$about:meta])* $name:ident { $($(#[$what:meta])* $value:ident = $code:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$what])* $value,)* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$value),*];

            /// The code in tables, and the end of its words' key.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$value => $code,)* }
            }

            pub(super) fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$value),)* _ => None }
            }
        }
    };
}

coded! {
    /// How far a roll is.
    RollState {
        /// Its lines are being kept.
        Reading = "reading",
        /// They are kept, and will be looked at.
        Read = "read",
        /// Each was looked at.
        Checked = "checked",
        /// It waits for a second person.
        Asked = "asked",
        /// The second person agreed: it is looked at once more.
        Agreed = "agreed",
        /// The quota is taken for all of it: it is being booked.
        Valid = "valid",
        /// All of it is done.
        Done = "done",
        /// The second person did not agree.
        Refused = "refused",
        /// Nobody wanted it.
        Withdrawn = "withdrawn",
    }
}

impl RollState {
    /// Whether the bank works on it by itself just now.
    #[must_use]
    pub const fn is_busy(self) -> bool {
        matches!(self, Self::Reading | Self::Read | Self::Agreed | Self::Valid)
    }

    /// Whether nothing more comes of it.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Refused | Self::Withdrawn)
    }
}

coded! {
    /// Why a roll that was agreed to went back.
    Trouble {
        /// A line does not fit any more.
        Stale = "stale",
        /// The year's quota does not hold so much.
        Quota = "quota",
        /// The rule is not in force, or the unit is worth something else.
        Rule = "rule",
        /// The agency may not do it any more.
        Powers = "powers",
        /// One of the two does not do this work any more, or both are one person.
        People = "people",
    }
}

coded! {
    /// What became of a line.
    LineState {
        /// Nobody has looked at it.
        New = "new",
        /// Something in it must be mended.
        Wrong = "wrong",
        /// It can be booked.
        Ready = "ready",
        /// It is booked.
        Booked = "booked",
        /// It was passed over.
        Passed = "passed",
    }
}

coded! {
    /// Why a line cannot be booked, or was passed over.
    Problem {
        /// Whose it is stands nowhere.
        WhoEmpty = "who-empty",
        /// It is no card number and no learner's number.
        WhoWrong = "who-wrong",
        /// There is nobody, or nobody whom they may see.
        Nobody = "nobody",
        /// The partner's number stands nowhere.
        NumberEmpty = "number-empty",
        /// It is longer than any.
        NumberLong = "number-long",
        /// The value is none.
        ValueWrong = "value-wrong",
        /// The day is none.
        DayWrong = "day-wrong",
        /// The day is to come.
        DayFuture = "day-future",
        /// Another line has the same number.
        SameNumber = "same-number",
        /// Another line is of the same person.
        SamePerson = "same-person",
        /// The unit is credited already.
        Held = "held",
        /// The partner's number is credited already.
        Taken = "taken",
        /// Nothing comes of it.
        Nothing = "nothing",
        /// More would come by this partner than the rule gives one person.
        Cap = "cap",
        /// The agency would give this person more than it may.
        OverPerson = "over-person",
        /// The bank knows less of who this is than the rule asks for.
        Identity = "identity",
        /// It is about one of those who decide.
        Own = "own",
        /// The agency was closed for good meanwhile.
        Closed = "closed",
        /// Whoever it was has left.
        Gone = "gone",
    }
}

/// A roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roll {
    /// Its id.
    pub id: RollId,
    /// Whose.
    pub agency: AgencyId,
    /// By which version of a rule.
    pub rule: RuleId,
    /// A code of the file.
    pub file_code: Vec<u8>,
    /// What whoever brought it states of the evidence.
    pub levels: Levels,
    /// What the unit is worth.
    pub worth: Credits,
    /// What one person may be given in all, as it became valid.
    pub per_person: Option<Credits>,
    /// How far it is.
    pub state: RollState,
    /// Why it went back.
    pub trouble: Option<Trouble>,
    /// Lines.
    pub total: i64,
    /// Lines that must be mended; once it is done, those that were passed over.
    pub wrong: i64,
    /// The last line at which the step at hand has arrived.
    pub done: i64,
    /// What all of it credits.
    pub gives: Credits,
    /// Who brought it; of a roll that a program brought, whoever answers for that program.
    pub brought_by: LearnerId,
    /// The program that brought it; none where a person did.
    pub client: Option<ClientId>,
    /// When.
    pub brought_at: Timestamp,
    /// When a second person was asked.
    pub asked_at: Option<Timestamp>,
    /// Who decided, and when.
    pub decided: Option<(LearnerId, Timestamp)>,
    /// Why it was not agreed to.
    pub answer: Option<String>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
}

impl Roll {
    /// What a second person is shown, as a digest that the form carries.
    #[must_use]
    pub fn shown(&self) -> Digest {
        let figures = [self.total, self.gives.milli(), self.worth.milli()];
        let levels = [self.levels.identity.value(), self.levels.supervision.value()];
        let figures: Vec<u8> = figures.into_iter().chain(levels).flat_map(i64::to_be_bytes).collect();
        digest_of(&[b"roll", self.id.uuid().as_bytes(), self.rule.uuid().as_bytes(), &self.file_code, &figures])
    }

    /// The evidence on which its lines are credited.
    #[must_use]
    pub fn evidence(&self) -> Digest {
        digest_of(&[b"roll evidence", self.id.uuid().as_bytes(), &self.file_code])
    }
}

/// One line of a roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in the file.
    pub number: i64,
    /// Whose it is, once that was looked up.
    pub learner: Option<LearnerId>,
    /// What it says, sealed; nothing once it is over.
    pub sealed: Option<Vec<u8>>,
    /// What became of it.
    pub state: LineState,
    /// Why it cannot be booked.
    pub problem: Option<Problem>,
    /// The line that it repeats.
    pub other: Option<i64>,
    /// What it credits.
    pub gives: Credits,
    /// Its award.
    pub transfer: Option<TransferId>,
}
