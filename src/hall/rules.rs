//! What decides about claims: their kinds, where they may stand, why a person has to look, what a device's clock may say.

use crate::kernel::Timestamp;

/// A device's clock may run ahead of the bank's by so much: somebody has set it by hand.
const AHEAD_HOURS: i64 = 24;
/// What was taken down so long ago is looked at first: a hall hands over once a week, and a clock may have stood still.
const BEHIND_DAYS: i64 = 60;

/// What was taken down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 签到: somebody came to a session.
    Attendance,
    /// 答卷: somebody handed in a test.
    Answers,
    /// 见证: somebody did a real-life task.
    Witnessed,
    /// 登记: somebody is new.
    Enrolment,
    /// 监考: somebody came to a supervised session, was seen, was declared about.
    ExamSeen,
    /// 开考: somebody was let begin, or go on.
    ExamBegun,
    /// 交卷: what somebody answered in a supervised session.
    ExamAnswers,
    /// 当面考: the result of a test by word or by hand.
    ExamHand,
    /// 考场记录: something was noted.
    ExamNote,
    /// 收尾: a supervised session was ended on its box.
    ExamEnd,
}

impl Kind {
    /// All of them, in the order in which pages show them.
    pub const ALL: [Self; 10] = [
        Self::Attendance,
        Self::Answers,
        Self::Witnessed,
        Self::Enrolment,
        Self::ExamSeen,
        Self::ExamBegun,
        Self::ExamAnswers,
        Self::ExamHand,
        Self::ExamNote,
        Self::ExamEnd,
    ];

    /// Whether it is of a supervised session: then whoever invigilates it counts, and nobody else.
    #[must_use]
    pub const fn is_of_exam(self) -> bool {
        matches!(self, Self::ExamSeen | Self::ExamBegun | Self::ExamAnswers | Self::ExamHand | Self::ExamNote | Self::ExamEnd)
    }

    /// The code in packs and tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Attendance => "attendance",
            Self::Answers => "answers",
            Self::Witnessed => "witnessed",
            Self::Enrolment => "enrolment",
            Self::ExamSeen => "exam_seen",
            Self::ExamBegun => "exam_begun",
            Self::ExamAnswers => "exam_answers",
            Self::ExamHand => "exam_hand",
            Self::ExamNote => "exam_note",
            Self::ExamEnd => "exam_end",
        }
    }

    /// The kind that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Where a claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// One before it is missing, or its turn has not come.
    Waits,
    /// The bank made of it what it says.
    Accepted,
    /// The bank had it already, by whatever way.
    Duplicate,
    /// A person has to look.
    NeedsLook,
    /// Somebody looked, and it does not count.
    Dropped,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Waits, Self::Accepted, Self::Duplicate, Self::NeedsLook, Self::Dropped];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waits => "waits",
            Self::Accepted => "accepted",
            Self::Duplicate => "duplicate",
            Self::NeedsLook => "needs_look",
            Self::Dropped => "dropped",
        }
    }

    /// The state that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// Why a person has to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// The device's clock was more than a day ahead.
    ClockAhead,
    /// The device's clock was far behind, or the claim is very old.
    ClockBehind,
    /// The device was given up before the claim came.
    Revoked,
    /// Whoever wrote it may not, or may no longer.
    Operator,
    /// What it says cannot be read.
    Unreadable,
    /// It does not go on from what the device handed over before.
    Chain,
    /// Nobody is known under that name, or nobody here.
    NoPerson,
    /// There is no such session here.
    NoClass,
    /// The session does not take place.
    ClassCancelled,
    /// The session was closed meanwhile.
    ClassClosed,
    /// The session was not then.
    OtherTime,
    /// They were not there.
    NotThere,
    /// One person cannot be two.
    OnePerson,
    /// The test was not given to this device.
    NoSheet,
    /// The lesson has to be gone through first.
    NoTest,
    /// Somebody who sounds alike is here already.
    Alike,
    /// Phone or card belong to somebody.
    Held,
    /// They cannot register so.
    NotSo,
    /// They came to another session at the same time.
    Elsewhere,
    /// As many came as can come to one session.
    Full,
    /// Some other rule of the bank forbids it.
    Forbidden,
    /// The supervised session is run in the bank by now, or on another box.
    ExamBack,
    /// The answering of the supervised session was ended before it came.
    ExamLate,
    /// The paper is in already, or they are tested another way.
    ExamClosed,
    /// The supervised session was cancelled, or published.
    ExamStands,
    /// Something comes first in a supervised session: a document, what both say, beginning.
    ExamNotReady,
    /// The box had ended the supervised session before it wrote this, or it had ended it with another end.
    ExamEnded,
}

impl Why {
    /// All of them.
    pub const ALL: [Self; 27] = [
        Self::ClockAhead,
        Self::ClockBehind,
        Self::Revoked,
        Self::Operator,
        Self::Unreadable,
        Self::Chain,
        Self::NoPerson,
        Self::NoClass,
        Self::ClassCancelled,
        Self::ClassClosed,
        Self::OtherTime,
        Self::NotThere,
        Self::OnePerson,
        Self::NoSheet,
        Self::NoTest,
        Self::Alike,
        Self::Held,
        Self::NotSo,
        Self::Elsewhere,
        Self::Full,
        Self::Forbidden,
        Self::ExamBack,
        Self::ExamLate,
        Self::ExamClosed,
        Self::ExamStands,
        Self::ExamNotReady,
        Self::ExamEnded,
    ];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ClockAhead => "clock_ahead",
            Self::ClockBehind => "clock_behind",
            Self::Revoked => "revoked",
            Self::Operator => "operator",
            Self::Unreadable => "unreadable",
            Self::Chain => "chain",
            Self::NoPerson => "no_person",
            Self::NoClass => "no_class",
            Self::ClassCancelled => "class_cancelled",
            Self::ClassClosed => "class_closed",
            Self::OtherTime => "other_time",
            Self::NotThere => "not_there",
            Self::OnePerson => "one_person",
            Self::NoSheet => "no_sheet",
            Self::NoTest => "no_test",
            Self::Alike => "alike",
            Self::Held => "held",
            Self::NotSo => "not_so",
            Self::Elsewhere => "elsewhere",
            Self::Full => "full",
            Self::Forbidden => "forbidden",
            Self::ExamBack => "exam_back",
            Self::ExamLate => "exam_late",
            Self::ExamClosed => "exam_closed",
            Self::ExamStands => "exam_stands",
            Self::ExamNotReady => "exam_not_ready",
            Self::ExamEnded => "exam_ended",
        }
    }

    /// The reason that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == code)
    }

    /// Whether somebody who has looked may have it counted all the same: the doubt was about the device, not about what it says. That somebody
    /// was there for a test after all, another than whoever wrote it down may say.
    #[must_use]
    pub const fn may_be_waived(self, kind: Kind) -> bool {
        match self {
            Self::ClockAhead | Self::ClockBehind | Self::Revoked | Self::OtherTime | Self::Alike => true,
            // Who invigilates is no doubt about a device.
            Self::Operator => !kind.is_of_exam(),
            Self::ExamBack | Self::ExamLate => true,
            Self::NotThere => matches!(kind, Kind::Answers),
            _ => false,
        }
    }
}

/// What is doubtful about a device's time; both times are kept, whatever comes of it.
#[must_use]
pub fn clock_doubt(made_at: Timestamp, received_at: Timestamp) -> Option<Why> {
    if made_at > received_at.plus_minutes(AHEAD_HOURS * 60) {
        Some(Why::ClockAhead)
    } else if made_at < received_at.plus_days(-BEHIND_DAYS) {
        Some(Why::ClockBehind)
    } else {
        None
    }
}

/// The numbers that are missing: between how far a device's chain has come, and those of its claims that wait behind.
#[must_use]
pub fn gaps(settled: i64, waiting: &[i64]) -> Vec<(i64, i64)> {
    let mut sorted = waiting.to_vec();
    sorted.sort_unstable();
    let mut next = settled.saturating_add(1);
    let mut gaps = Vec::new();
    for seq in sorted {
        if seq > next {
            gaps.push((next, seq - 1));
        }
        next = next.max(seq.saturating_add(1));
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_back() {
        assert!(Kind::ALL.iter().all(|kind| Kind::from_code(kind.code()) == Some(*kind)));
        assert!(State::ALL.iter().all(|state| State::from_code(state.code()) == Some(*state)));
        assert!(Why::ALL.iter().all(|why| Why::from_code(why.code()) == Some(*why)));
    }

    #[test]
    fn a_clock_a_year_ahead_or_400_days_behind_is_looked_at_and_a_wrong_hour_is_not() {
        let now = Timestamp::from_ms(1_790_000_000_000);
        let cases = [(0, None), (20, None), (25, Some(Why::ClockAhead)), (24 * 365, Some(Why::ClockAhead)), (-24 * 59, None)];
        for (hours, doubt) in cases.into_iter().chain([(-24 * 61, Some(Why::ClockBehind)), (-24 * 400, Some(Why::ClockBehind))]) {
            assert_eq!(clock_doubt(now.plus_minutes(hours * 60), now), doubt, "{hours}");
        }
    }

    #[test]
    fn gaps_are_what_lies_between() {
        assert_eq!(gaps(0, &[]), []);
        assert_eq!(gaps(3, &[4, 5]), []);
        assert_eq!(gaps(3, &[9, 6, 5]), [(4, 4), (7, 8)]);
    }
}
