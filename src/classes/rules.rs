//! What decides about class sessions: who may sign up, when people are checked in, which days a series falls on, who a name on paper is.

use crate::kernel::{Day, LearnerId, Timestamp};

/// People are checked in from so long before the beginning.
const DOORS_OPEN_MINUTES: i64 = 120;
/// A card that is shown belongs to the session that is on now, or was so long ago.
const JUST_OVER_MINUTES: i64 = 60;
/// A session that nobody closed can still be filled in for so many days.
pub const FILLED_IN_DAYS: i64 = 14;
/// Sessions planned at once.
pub const MOST_IN_SERIES: u32 = 12;
/// The longest session, in minutes.
pub const LONGEST_MINUTES: i64 = 480;
/// Seats that a session may have.
pub const MOST_SEATS: i64 = 100;
/// People who can be checked in to one session, and lines of its sheet that can wait.
pub const MOST_THERE: i64 = 200;
/// Letters about a changed time that go out of one session in a day.
pub const MOST_CHANGE_LETTERS: i64 = 3;
/// People that a study group has at most, and from which on it is one.
pub const MOST_IN_GROUP: usize = 20;
/// See [`MOST_IN_GROUP`].
pub const FEWEST_IN_GROUP: usize = 5;

/// What a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 线下班: a course.
    Class,
    /// 老专家讲堂: somebody who knows speaks; for anybody, no course needed.
    Lecture,
    /// A meeting of a study group.
    Group,
}

impl Kind {
    /// All of them, in the order in which pages show them.
    pub const ALL: [Self; 3] = [Self::Class, Self::Lecture, Self::Group];

    /// The code in tables and forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Lecture => "lecture",
            Self::Group => "group",
        }
    }

    /// The kind that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The key of its words.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Class => "classes-kind-class",
            Self::Lecture => "classes-kind-lecture",
            Self::Group => "classes-kind-group",
        }
    }
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It will be, or is on, or waits to be closed.
    Planned,
    /// It does not take place.
    Cancelled,
    /// It was closed: who came is settled.
    Closed,
}

impl State {
    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Cancelled => "cancelled",
            Self::Closed => "closed",
        }
    }

    /// The state that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Planned, Self::Cancelled, Self::Closed].into_iter().find(|state| state.code() == code)
    }
}

/// How somebody was checked in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Their card was scanned.
    Card,
    /// A photograph of it was read.
    Photo,
    /// Its number was typed.
    Number,
    /// Their name on the list was tapped.
    List,
    /// They had written themselves down on paper.
    Sheet,
    /// It was taken down in the hall without the bank.
    Hall,
}

impl Way {
    const ALL: [Self; 6] = [Self::Card, Self::Photo, Self::Number, Self::List, Self::Sheet, Self::Hall];

    /// The code in tables and forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Photo => "photo",
            Self::Number => "number",
            Self::List => "list",
            Self::Sheet => "sheet",
            Self::Hall => "hall",
        }
    }

    /// The way that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }
}

/// Why a line of the paper sheet counts for nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nobody of that name is known here.
    Unknown,
    /// Several people have it.
    Several,
    /// The card belongs to nobody of this place.
    Elsewhere,
    /// They came to another session at that time.
    Busy,
}

impl Why {
    const ALL: [Self; 4] = [Self::Unknown, Self::Several, Self::Elsewhere, Self::Busy];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Several => "several",
            Self::Elsewhere => "elsewhere",
            Self::Busy => "busy",
        }
    }

    /// The reason that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == code)
    }
}

/// When a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// From when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
}

impl Hours {
    /// On `day`, from and to so many minutes after midnight in Shanghai.
    #[must_use]
    pub const fn on(day_start: Timestamp, from_minute: i64, to_minute: i64) -> Self {
        Self { starts_at: day_start.plus_minutes(from_minute), ends_at: day_start.plus_minutes(to_minute) }
    }

    /// How long it is planned to last.
    #[must_use]
    pub const fn minutes(self) -> i64 {
        (self.ends_at.ms() - self.starts_at.ms()) / 60_000
    }

    /// Whether people can be checked in: from a little before the beginning until it can be filled in no longer.
    #[must_use]
    pub fn takes_people(self, now: Timestamp) -> bool {
        now >= self.starts_at.plus_minutes(-DOORS_OPEN_MINUTES) && now <= self.ends_at.plus_days(FILLED_IN_DAYS)
    }

    /// Whether a card that is shown now belongs here: from a little before the beginning until a little after the end.
    #[must_use]
    pub fn is_on(self, now: Timestamp) -> bool {
        now >= self.starts_at.plus_minutes(-DOORS_OPEN_MINUTES) && now <= self.ends_at.plus_minutes(JUST_OVER_MINUTES)
    }

    /// Whether it has begun, so that it can be closed.
    #[must_use]
    pub fn has_begun(self, now: Timestamp) -> bool {
        now >= self.starts_at
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_over(self, now: Timestamp) -> bool {
        now >= self.ends_at
    }

    /// The minutes of somebody who came at `came` and goes at `now`: what lies within the session.
    #[must_use]
    pub fn attended(self, came: Timestamp, now: Timestamp) -> i64 {
        let (from, until) = (came.max(self.starts_at), now.min(self.ends_at));
        ((until.ms() - from.ms()) / 60_000).clamp(0, self.minutes())
    }
}

/// Who of those known here has a card whose number ends so.
///
/// # Errors
/// [`Why::Several`], [`Why::Unknown`].
pub fn whose_tail(tail: &str, known: &[(LearnerId, &str)]) -> Result<LearnerId, Why> {
    only(known.iter().filter(|(_, known)| *known == tail).map(|(learner, _)| *learner))
}

fn only(mut found: impl Iterator<Item = LearnerId>) -> Result<LearnerId, Why> {
    match (found.next(), found.next()) {
        (Some(learner), None) => Ok(learner),
        (Some(_), Some(_)) => Err(Why::Several),
        (None, _) => Err(Why::Unknown),
    }
}

/// The days of a series: every week from `first` on.
#[must_use]
pub fn weekly(first: Day, times: u32) -> Vec<Day> {
    (0..times.clamp(1, MOST_IN_SERIES)).map(|week| first.plus_days(7 * week)).collect()
}

/// Who of those known here has the name that stands on paper.
///
/// # Errors
/// [`Why::Several`], [`Why::Unknown`].
pub fn who_is(name: &str, known: &[(LearnerId, &str)]) -> Result<LearnerId, Why> {
    let plain = |name: &str| -> String { name.chars().filter(|c| !c.is_whitespace() && *c != '·').collect() };
    let wanted = plain(name);
    only(known.iter().filter(|(_, known)| plain(known) == wanted).map(|(learner, _)| *learner))
}

/// How near a place is to another: the length of the code that both begin with, by the steps of the tree.
#[must_use]
pub fn nearness(place: &str, own: &str) -> usize {
    [12, 9, 6, 4, 2]
        .into_iter()
        .find(|length| place.get(..*length).is_some_and(|part| own.get(..*length) == Some(part)))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours() -> Hours {
        Hours::on(Day::parse("2026-03-09").unwrap().start(), 9 * 60, 11 * 60)
    }

    #[test]
    fn people_are_checked_in_from_two_hours_before_until_two_weeks_after() {
        let at = |minutes: i64| hours().starts_at.plus_minutes(minutes);
        for (minutes, takes, on) in [
            (-121, false, false),
            (-120, true, true),
            (0, true, true),
            (180, true, true),
            (181, true, false),
            (20_281, false, false),
        ] {
            assert_eq!((hours().takes_people(at(minutes)), hours().is_on(at(minutes))), (takes, on), "{minutes}");
        }
        assert!(!hours().has_begun(at(-1)) && hours().has_begun(at(0)) && !hours().is_over(at(119)) && hours().is_over(at(120)));
    }

    #[test]
    fn who_goes_early_attended_what_lies_within_the_session() {
        let at = |minutes: i64| hours().starts_at.plus_minutes(minutes);
        for (came, went, minutes) in [(-10, 60, 60), (30, 60, 30), (0, 500, 120), (60, 30, 0), (-20, -10, 0)] {
            assert_eq!(hours().attended(at(came), at(went)), minutes, "{came} {went}");
        }
        assert_eq!(hours().minutes(), 120);
    }

    #[test]
    fn a_series_falls_on_the_same_weekday() {
        let first = Day::parse("2026-12-28").unwrap();
        let days: Vec<String> = weekly(first, 3).iter().map(ToString::to_string).collect();
        assert_eq!(days, ["2026-12-28", "2027-01-04", "2027-01-11"]);
        assert_eq!((weekly(first, 0).len(), weekly(first, 99).len()), (1, 12));
    }

    #[test]
    fn a_name_on_paper_is_somebody_only_where_one_person_here_has_it() {
        let id = |ms| LearnerId::fresh(Timestamp::from_ms(ms));
        let (wang, li, other) = (id(1), id(2), id(3));
        let known = [(wang, "王桂英"), (li, "买买提·吐尔逊"), (other, "李敏"), (id(4), "李敏")];
        assert_eq!(who_is("王 桂英", &known), Ok(wang));
        assert_eq!(who_is("买买提吐尔逊", &known), Ok(li));
        assert_eq!((who_is("李敏", &known), who_is("王桂", &known)), (Err(Why::Several), Err(Why::Unknown)));
        let cards = [(wang, "4417"), (li, "0093"), (other, "0093")];
        let all = ["4417", "0093", "4418"].map(|tail| whose_tail(tail, &cards));
        assert_eq!(all, [Ok(wang), Err(Why::Several), Err(Why::Unknown)]);
    }

    #[test]
    fn the_own_village_is_nearest() {
        let own = "330182001203";
        for (place, near) in [("330182001203", 12), ("330182001", 9), ("330182002", 6), ("3301", 4), ("11", 0)] {
            assert_eq!(nearness(place, own), near, "{place}");
        }
    }

    #[test]
    fn every_code_is_read_back() {
        assert!(Kind::ALL.iter().all(|kind| Kind::from_code(kind.code()) == Some(*kind)));
        assert!(Way::ALL.iter().all(|way| Way::from_code(way.code()) == Some(*way)));
        assert!(Why::ALL.iter().all(|why| Why::from_code(why.code()) == Some(*why)));
        assert_eq!(State::from_code("closed"), Some(State::Closed));
    }
}
