//! Kinds of case, their terms and states. All terms of this subject stand here and nowhere else.

use crate::kernel::{Day, Timestamp};

/// Open cases that one person may have at a time; beyond it they are asked to ring us.
pub const MOST_OPEN: u64 = 20;
/// Call-backs that may be asked for from one address in one hour: a whole village hall has one address.
pub const MOST_PER_HOUR: i64 = 60;
/// Days for which a case that was taken back can be taken up again.
pub const UNDO_DAYS: i64 = 7;
/// Days after which the words and the number of somebody without an account go, once the case has ended.
pub const KEPT_AFTER_END_DAYS: i64 = 30;
/// Days after which they go in any case.
pub const KEPT_AT_MOST_DAYS: i64 = 180;

/// What somebody wants of us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 请人回电.
    CallBack,
    /// 对存折里的一笔有疑问.
    Dispute,
    /// 请社区打印.
    Print,
    /// 代办有疑问: somebody acted on the asker's behalf, and it is to be undone, or was not agreed to.
    OnBehalf,
    /// 个人信息投诉: for the person responsible for data, not for the hall.
    DataComplaint,
    /// 证书申诉: for a second look by people of the agency who did not decide, not for the hall.
    Appeal,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::CallBack, Self::Dispute, Self::Print, Self::OnBehalf, Self::DataComplaint, Self::Appeal];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CallBack => "call_back",
            Self::Dispute => "dispute",
            Self::Print => "print",
            Self::OnBehalf => "on_behalf",
            Self::DataComplaint => "data_complaint",
            Self::Appeal => "appeal",
        }
    }

    /// The kind that a column holds.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// How soon we have promised to answer.
    #[must_use]
    pub const fn term(self) -> Term {
        match self {
            Self::CallBack => Term::WorkingDays(1),
            Self::Dispute | Self::Print | Self::OnBehalf => Term::WorkingDays(3),
            Self::Appeal => Term::WorkingDays(10),
            // Shorter than the 15 working days that 《App违法违规收集使用个人信息行为认定方法》 art. 6 allows at most.
            Self::DataComplaint => Term::Days(15),
        }
    }

    /// The last instant of the day by which we have promised to answer what came in at `opened`.
    #[must_use]
    pub fn due(self, opened: Timestamp) -> Timestamp {
        let day = match self.term() {
            Term::Days(days) => opened.day().plus_days(days),
            Term::WorkingDays(days) => (0..days).fold(opened.day(), |day, _| next_working_day(day)),
        };
        day.plus_days(1).start().plus_ms(-1)
    }
}

/// A promised time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// Calendar days.
    Days(u32),
    /// Days without Saturdays and Sundays. Public holidays are decided year by year and are not known here: during them we are late
    /// by our own count, never by theirs.
    WorkingDays(u32),
}

impl Term {
    /// The number of days.
    #[must_use]
    pub const fn days(self) -> u32 {
        match self {
            Self::Days(days) | Self::WorkingDays(days) => days,
        }
    }
}

fn next_working_day(day: Day) -> Day {
    let mut next = day.plus_days(1);
    while next.is_weekend() {
        next = next.plus_days(1);
    }
    next
}

/// How many days somebody has been waiting: nought on the day they asked.
#[must_use]
pub fn days_waiting(opened: Timestamp, now: Timestamp) -> i64 {
    now.day().days_since(opened.day()).max(0)
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Waits.
    Open,
    /// Somebody has taken it in hand.
    InHand,
    /// Answered. Ends the case.
    Answered,
    /// Taken back by the person. Ends the case.
    Withdrawn,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Open, Self::InHand, Self::Answered, Self::Withdrawn];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InHand => "in_hand",
            Self::Answered => "answered",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state that a column holds.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether something is still to be done.
    #[must_use]
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Open | Self::InHand)
    }
}

/// Whether what was taken back at `changed` can still be taken up again.
#[must_use]
pub fn may_resume(state: State, changed: Timestamp, now: Timestamp) -> bool {
    state == State::Withdrawn && now <= changed.plus_days(UNDO_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_count_working_days_from_the_day_after_and_end_with_the_day() {
        // 2026-11-20 is a Friday.
        let cases = [
            (Kind::CallBack, "2026-11-19", "2026-11-20"),
            (Kind::CallBack, "2026-11-20", "2026-11-23"),
            (Kind::CallBack, "2026-11-21", "2026-11-23"),
            (Kind::CallBack, "2026-11-22", "2026-11-23"),
            (Kind::Dispute, "2026-11-16", "2026-11-19"),
            (Kind::Dispute, "2026-11-18", "2026-11-23"),
            (Kind::Dispute, "2026-11-20", "2026-11-25"),
            (Kind::Dispute, "2026-12-31", "2027-01-05"),
            (Kind::DataComplaint, "2026-11-20", "2026-12-05"),
        ];
        for (kind, opened, due) in cases {
            for minutes in [0, 1439] {
                let opened = Day::parse(opened).unwrap().start().plus_minutes(minutes);
                assert_eq!(kind.due(opened).to_minute_text(), format!("{due} 23:59"), "{kind:?} {opened:?}");
            }
        }
    }

    #[test]
    fn waiting_is_counted_in_calendar_days() {
        let opened = Day::parse("2026-11-20").unwrap().start().plus_minutes(1439);
        let cases = [(0, 0), (1, 1), (1440, 1), (1441, 2), (-2000, 0)];
        for (minutes, days) in cases {
            assert_eq!(days_waiting(opened, opened.plus_minutes(minutes)), days, "{minutes}");
        }
    }

    #[test]
    fn only_what_was_taken_back_of_late_is_taken_up_again() {
        let changed = Day::parse("2026-11-20").unwrap().start();
        let cases =
            [(State::Withdrawn, 7, true), (State::Withdrawn, 8, false), (State::Answered, 0, false), (State::Open, 0, false)];
        for (state, days, may) in cases {
            assert_eq!(may_resume(state, changed, changed.plus_days(days)), may, "{state:?} {days}");
        }
    }

    #[test]
    fn codes_come_back_as_what_they_were() {
        assert!(Kind::ALL.into_iter().all(|kind| Kind::from_code(kind.code()) == Some(kind)));
        assert!(State::ALL.into_iter().all(|state| State::from_code(state.code()) == Some(state)));
        assert_eq!((Kind::from_code("x"), State::from_code("")), (None, None));
    }
}
