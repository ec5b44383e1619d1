//! Lists and their lines, as they are kept.

use uuid::Uuid;

use super::lines::Problem;
use crate::identity::ConsentWay;
use crate::kernel::{LearnerId, Timestamp};

/// How far a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchState {
    /// Its lines are being kept.
    Reading,
    /// They are kept, and will be looked at.
    Read,
    /// Each was looked at: it waits for a decision.
    Checked,
    /// It was decided: its people are being staged.
    Decided,
    /// The one row that makes them real: they are being made so.
    Valid,
    /// All are real.
    Done,
    /// A line did not fit any more, or the work did not get on: what was staged is taken away again, and every line looked at anew.
    Broken,
    /// Nobody wanted it.
    Abandoned,
}

impl BatchState {
    const ALL: [Self; 8] =
        [Self::Reading, Self::Read, Self::Checked, Self::Decided, Self::Valid, Self::Done, Self::Broken, Self::Abandoned];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Read => "read",
            Self::Checked => "checked",
            Self::Decided => "decided",
            Self::Valid => "valid",
            Self::Done => "done",
            Self::Broken => "broken",
            Self::Abandoned => "abandoned",
        }
    }

    pub(super) fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.code() == code).unwrap_or(Self::Abandoned)
    }

    /// Whether the bank works on it by itself just now.
    #[must_use]
    pub const fn is_busy(self) -> bool {
        matches!(self, Self::Reading | Self::Read | Self::Decided | Self::Valid | Self::Broken)
    }
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowState {
    /// Somebody to be enrolled.
    New,
    /// Something in it must be mended.
    Wrong,
    /// It may be somebody who is registered, or another line: a person decides.
    Alike,
    /// It is somebody who is registered: nothing is done.
    Known,
    /// They are enrolled.
    Enrolled,
}

impl RowState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::New, Self::Wrong, Self::Alike, Self::Known, Self::Enrolled];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Wrong => "wrong",
            Self::Alike => "alike",
            Self::Known => "known",
            Self::Enrolled => "enrolled",
        }
    }

    pub(super) fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.code() == code).unwrap_or(Self::Wrong)
    }
}

/// A list.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Its id.
    pub id: Uuid,
    /// The place whose people they are.
    pub place_code: String,
    /// Who brought it.
    pub uploaded_by: LearnerId,
    /// How its people agreed.
    pub consent: ConsentWay,
    /// How far it is.
    pub state: BatchState,
    /// How many lines it has.
    pub total: i64,
    /// How far the step at hand is: the last line that is done.
    pub done: i64,
    /// When it was brought.
    pub made_at: Timestamp,
    /// Who decided that its people are to be enrolled.
    pub decided_by: Option<LearnerId>,
    /// When.
    pub decided_at: Option<Timestamp>,
}

/// One line of it, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number in the file.
    pub number: i64,
    /// The id that its person has, or would have.
    pub learner: LearnerId,
    /// What it says; nothing once it is over.
    pub sealed: Option<Vec<u8>>,
    /// What became of it.
    pub state: RowState,
    /// What is to be said of it.
    pub problems: Vec<Problem>,
}
