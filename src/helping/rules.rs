//! Kinds, terms and errands of this subject. All of them stand here and nowhere else.

use crate::kernel::{Day, Timestamp};

/// Minutes within which the learner says the other half of what a helper has said.
pub const OFFER_MINUTES: i64 = 10;
/// Version of the words that learner and helper say together.
pub const SAID_VERSION: &str = "2026-11";
/// Version of the words of consent that are read out before an act on behalf is kept.
pub const CONSENT_VERSION: &str = "2026-11";
/// Days for which the learner can undo an act on behalf.
pub const UNDO_DAYS: u32 = 15;
/// Days before today on which an act may have been done that is kept now.
pub const ACTED_WITHIN_DAYS: u32 = 2;
/// Days after which hours can still be entered.
pub const HOURS_WITHIN_DAYS: u32 = 365;
/// Minutes of one day that can be entered at most.
pub const MOST_MINUTES: i64 = 12 * 60;

/// What a helper does beside a learner who decides (辅助操作).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aid {
    /// 念.
    Reads,
    /// 点.
    Moves,
    /// Both.
    Both,
}

impl Aid {
    /// All of them, in the order in which pages show them.
    pub const ALL: [Self; 3] = [Self::Reads, Self::Moves, Self::Both];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Moves => "moves",
            Self::Both => "both",
        }
    }

    /// The aid that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|aid| aid.code() == code)
    }
}

/// Something that people have others do for them, and the course that teaches to do it oneself.
#[derive(Debug, PartialEq, Eq)]
pub struct Errand {
    /// The code in tables and in the key of its words.
    pub code: &'static str,
    /// The course; none where nothing is taught of it.
    pub course: Option<&'static str>,
}

/// What is not in the list.
pub const OTHER: &str = "other";

/// The errands, the most frequent first.
pub const ERRANDS: [Errand; 9] = [
    Errand { code: "hospital", course: Some("T04") },
    Errand { code: "medical-code", course: Some("T04") },
    Errand { code: "pension-check", course: Some("T04") },
    Errand { code: "bills", course: Some("T07") },
    Errand { code: "tickets", course: Some("T07") },
    Errand { code: "government", course: Some("T04") },
    Errand { code: "phone", course: Some("T01") },
    Errand { code: "fraud", course: Some("T19") },
    Errand { code: OTHER, course: None },
];

/// The errand that `code` names.
#[must_use]
pub fn errand(code: &str) -> Option<&'static Errand> {
    ERRANDS.iter().find(|errand| errand.code == code)
}

/// How the learner agreed that somebody else does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreed {
    /// In spoken words.
    Spoken,
    /// With a name under the words.
    Signed,
    /// In a paper that they brought.
    Paper,
}

impl Agreed {
    /// All of them, in the order in which pages show them.
    pub const ALL: [Self; 3] = [Self::Spoken, Self::Signed, Self::Paper];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Spoken => "spoken",
            Self::Signed => "signed",
            Self::Paper => "paper",
        }
    }

    /// The way that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }
}

/// What came of an act on behalf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 已办成.
    Done,
    /// 没办成.
    NotDone,
}

impl Outcome {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Done, Self::NotDone];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotDone => "not_done",
        }
    }

    /// The outcome that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

/// By which way a learner undid an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By themselves, on the page.
    Own,
    /// By telephone; somebody of the staff kept it.
    Phone,
    /// At the desk; somebody of the staff kept it.
    Desk,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Own, Self::Phone, Self::Desk];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Own => "self",
            Self::Phone => "phone",
            Self::Desk => "desk",
        }
    }

    /// The way that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }
}

/// The last day on which an act that was kept at `recorded` can be undone.
#[must_use]
pub fn undo_until(recorded: Timestamp) -> Day {
    recorded.day().plus_days(UNDO_DAYS)
}

/// Whether an act that was kept at `recorded` can still be undone.
#[must_use]
pub fn may_undo(recorded: Timestamp, now: Timestamp) -> bool {
    now < undo_until(recorded).plus_days(1).start()
}

/// Where hours of a volunteer come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A class session that was closed.
    Class,
    /// The form at the desk.
    Form,
    /// A further line that puts an earlier one right.
    Correction,
}

impl Source {
    const ALL: [Self; 3] = [Self::Class, Self::Form, Self::Correction];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Form => "form",
            Self::Correction => "correction",
        }
    }

    /// The source that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.code() == code)
    }
}

/// Minutes out of hours as they are typed: `2`, `1.5`, `0.75`. Whole minutes only.
#[must_use]
pub fn minutes_in(hours: &str) -> Option<i64> {
    let (whole, part) = hours.split_once('.').unwrap_or((hours, ""));
    let is_number = |text: &str| text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(part) {
        return None;
    }
    let hundredths: i64 = format!("{part:0<2}").parse().ok()?;
    let all = whole.parse::<i64>().ok()? * 6000 + hundredths * 60;
    (all % 100 == 0).then_some(all / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_can_be_undone_until_the_fifteenth_day_is_over() {
        let recorded = Day::parse("2026-03-02").unwrap().start().plus_minutes(600);
        let cases = [("2026-03-02", true), ("2026-03-17", true), ("2026-03-18", false), ("2027-01-01", false)];
        for (day, may) in cases {
            assert_eq!(may_undo(recorded, Day::parse(day).unwrap().start()), may, "{day}");
        }
        assert!(may_undo(recorded, Day::parse("2026-03-18").unwrap().start().plus_ms(-1)));
    }

    #[test]
    fn hours_are_read_to_the_minute() {
        let cases = [
            ("2", Some(120)),
            ("1.5", Some(90)),
            ("0.75", Some(45)),
            ("0.01", None),
            ("", None),
            ("-1", None),
            ("1.2.3", None),
            ("999", None),
        ];
        for (typed, minutes) in cases {
            assert_eq!(minutes_in(typed), minutes, "{typed}");
        }
    }

    #[test]
    fn codes_come_back_as_what_they_were() {
        assert!(Aid::ALL.into_iter().all(|aid| Aid::from_code(aid.code()) == Some(aid)));
        assert!(Agreed::ALL.into_iter().all(|way| Agreed::from_code(way.code()) == Some(way)));
        assert!(Outcome::ALL.into_iter().all(|outcome| Outcome::from_code(outcome.code()) == Some(outcome)));
        assert!(Way::ALL.into_iter().all(|way| Way::from_code(way.code()) == Some(way)));
        assert!(Source::ALL.into_iter().all(|source| Source::from_code(source.code()) == Some(source)));
        assert!(ERRANDS.iter().all(|one| errand(one.code) == Some(one)) && errand("credit").is_none());
    }
}
