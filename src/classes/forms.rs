//! What the forms of this subject say, parsed.

use super::rules::{Hours, Kind, LONGEST_MINUTES, MOST_IN_SERIES, MOST_SEATS, weekly};
use super::service::{GroupChange, NewGroup, Typed};
use crate::i18n::Message;
use crate::kernel::{CardNumber, Day, LearnerId, OrganisationId, StudyGroupId};
use crate::places::{Facility, Service, ServiceChange, spans_typed};
use crate::web::{FieldError, FieldErrors, Fields, day_in, text, time_in};

/// The longest title, note, reason and name.
const TITLE: usize = 60;
const NOTES: usize = 200;
const REASON: usize = 100;
const NAME: usize = 40;
const ADDRESS: usize = 100;
const PHONE: usize = 30;
/// Digits from which on what is typed on the sheet is meant for a card number.
const CARD_LIKE: usize = 6;
/// Digits of the end of a card's number, as printed lists show it.
const TAIL: usize = 4;

fn wrong<T>(field: &'static str, key: &'static str) -> Result<T, FieldError> {
    Err(FieldError::new(field, Message::of(key)))
}

/// When, who and how many: what planning and changing have in common.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub day: Day,
    pub hours: Hours,
    pub seats: i64,
    pub teacher: LearnerId,
    pub witness: Option<LearnerId>,
    pub notes: String,
}

/// A plan, without what only the shelf and the database can tell.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub kind: Kind,
    pub course: String,
    pub title: String,
    pub point: OrganisationId,
    pub group: Option<StudyGroupId>,
    pub frame: Frame,
    pub times: u32,
}

impl Plan {
    /// When each of the series is.
    pub(super) fn all_hours(&self) -> Vec<Hours> {
        let (from, length) = (self.frame.hours.starts_at.ms() - self.frame.day.start().ms(), self.frame.hours.minutes());
        let on =
            |day: Day| Hours { starts_at: day.start().plus_ms(from), ends_at: day.start().plus_ms(from).plus_minutes(length) };
        weekly(self.frame.day, self.times).into_iter().map(on).collect()
    }
}

fn number(
    fields: &Fields,
    field: &'static str,
    range: std::ops::RangeInclusive<i64>,
    key: &'static str,
) -> Result<i64, FieldError> {
    let typed = text::digits(fields.get(field)).and_then(|digits| digits.parse().ok());
    match typed.filter(|number| range.contains(number)) {
        Some(number) => Ok(number),
        None => Err(FieldError::new(field, Message::of(key).with("least", range.start()).with("most", range.end()))),
    }
}

pub(super) fn frame(fields: &Fields, today: Day) -> Result<Frame, FieldErrors> {
    let mut errors = Vec::new();
    let day = day_in(fields.get("day"), today);
    let (from, to) = (time_in(fields.get("from")), time_in(fields.get("to")));
    let mut miss = |is_missing: bool, field, key| {
        if is_missing {
            errors.push(FieldError::new(field, Message::of(key)));
        }
    };
    miss(day.is_none(), "day", "classes-day-wrong");
    miss(from.is_none(), "from", "classes-from-wrong");
    miss(to.is_none(), "to", "classes-to-empty");
    let length = from.zip(to).map(|(from, to)| i64::from(to) - i64::from(from));
    miss(length.is_some_and(|length| length <= 0 || length > LONGEST_MINUTES), "to", "classes-to-wrong");
    let seats = number(fields, "seats", 1..=MOST_SEATS, "classes-seats-wrong");
    let notes = fields.optional_lines("notes", NOTES);
    let teacher: Option<LearnerId> = fields.get("teacher").parse().ok();
    if teacher.is_none() {
        errors.push(FieldError::new("teacher", Message::of("classes-teacher-choose")));
    }
    let witness = fields.get("witness").parse().ok();
    errors.extend(seats.as_ref().err().cloned());
    errors.extend(notes.as_ref().err().cloned());
    match (day, from, to, seats, notes, teacher) {
        (Some(day), Some(from), Some(to), Ok(seats), Ok(notes), Some(teacher)) if errors.is_empty() => {
            let hours = Hours::on(day.start(), i64::from(from), i64::from(to));
            Ok(Frame { day, hours, seats, teacher, witness, notes })
        }
        _ => Err(errors),
    }
}

pub(super) fn plan(fields: &Fields, today: Day) -> Result<Plan, FieldErrors> {
    let mut errors = Vec::new();
    let kind = Kind::from_code(fields.get("kind"));
    if kind.is_none() {
        errors.push(FieldError::new("kind", Message::of("classes-kind-choose")));
    }
    let point: Option<OrganisationId> = fields.get("point").parse().ok();
    if point.is_none() {
        errors.push(FieldError::new("point", Message::of("classes-point-choose")));
    }
    let title = fields.optional_line("title", TITLE);
    errors.extend(title.as_ref().err().cloned());
    let (title, course) = (title.unwrap_or_default(), fields.get("course").to_owned());
    let group: Option<StudyGroupId> = fields.get("group").parse().ok();
    match kind {
        Some(Kind::Class) if course.is_empty() => errors.push(FieldError::new("course", Message::of("classes-course-choose"))),
        Some(Kind::Lecture) if title.is_empty() => errors.push(FieldError::new("title", Message::of("classes-title-empty"))),
        Some(Kind::Group) if group.is_none() => errors.push(FieldError::new("group", Message::of("classes-group-choose"))),
        _ => {}
    }
    let times = number(fields, "times", 1..=i64::from(MOST_IN_SERIES), "classes-times-wrong");
    errors.extend(times.as_ref().err().cloned());
    match (frame(fields, today), kind, point, times) {
        (Ok(frame), Some(kind), Some(point), Ok(times)) if errors.is_empty() => {
            let course = if kind == Kind::Lecture { String::new() } else { course };
            let group = group.filter(|_| kind == Kind::Group);
            Ok(Plan { kind, course, title, point, group, frame, times: u32::try_from(times).unwrap_or(1) })
        }
        (frame, ..) => Err(errors.into_iter().chain(frame.err().into_iter().flatten()).collect()),
    }
}

/// The number of a card; what is wrong with it is said at once.
pub(super) fn card(fields: &Fields, field: &'static str) -> Result<CardNumber, FieldError> {
    let digits = text::digits(fields.get(field)).filter(|digits| !digits.is_empty());
    let Some(digits) = digits else { return wrong(field, "classes-card-empty") };
    card_of(field, &digits)
}

fn card_of(field: &'static str, digits: &str) -> Result<CardNumber, FieldError> {
    if digits.len() != 10 {
        return Err(FieldError::new(field, Message::of("classes-card-length").with("count", digits.len())));
    }
    CardNumber::parse(digits).map_or_else(|| wrong(field, "classes-card-check"), Ok)
}

/// A line of the paper sheet: a card number, the end of one, or a name.
pub(super) fn sheet_line(fields: &Fields) -> Result<Typed, FieldError> {
    match text::digits(fields.get("line")) {
        Some(digits) if digits.len() >= CARD_LIKE => card_of("line", &digits).map(Typed::Card),
        Some(digits) if digits.len() == TAIL => Ok(Typed::Tail(digits)),
        _ => fields.line("line", NAME, "classes-line-empty").map(Typed::Name),
    }
}

/// What is done with somebody of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PersonAct {
    In,
    Undo,
    Go,
    Minutes(i64),
    Witness,
    Unwitness,
}

pub(super) fn person_act(fields: &Fields, most: i64) -> Result<PersonAct, FieldError> {
    Ok(match fields.get("doing") {
        "in" => PersonAct::In,
        "undo" => PersonAct::Undo,
        "go" => PersonAct::Go,
        "minutes" => PersonAct::Minutes(minutes(fields, most)?),
        "witness" => PersonAct::Witness,
        "unwitness" => PersonAct::Unwitness,
        _ => return wrong("minutes", "classes-doing-unknown"),
    })
}

fn minutes(fields: &Fields, most: i64) -> Result<i64, FieldError> {
    number(fields, "minutes", 0..=most, "classes-minutes-wrong")
}

/// A reason for cancelling.
pub(super) fn reason(fields: &Fields) -> Result<String, FieldError> {
    fields.line("reason", REASON, "classes-reason-empty")
}

/// Minutes put right after the end: whose, how many, why. Whose: of the list, or by a card number.
pub(super) fn correction(fields: &Fields, most: i64) -> Result<(Result<LearnerId, CardNumber>, i64, String), FieldErrors> {
    let whose = match fields.get("learner").parse::<LearnerId>() {
        Ok(learner) => Ok(Ok(learner)),
        Err(_) => card(fields, "number").map(Err),
    };
    match (whose, minutes(fields, most), reason(fields)) {
        (Ok(whose), Ok(minutes), Ok(reason)) => Ok((whose, minutes, reason)),
        (whose, minutes, reason) => Err([whose.err(), minutes.err(), reason.err()].into_iter().flatten().collect()),
    }
}

/// A group without its place, which only the database can tell.
pub(super) fn group(fields: &Fields) -> Result<NewGroup, FieldErrors> {
    let name = fields.line("name", NAME, "classes-group-name-empty");
    let timetable = fields.line("timetable", TITLE, "classes-timetable-empty");
    let point = fields.get("point").parse::<OrganisationId>();
    let point = point.map_err(|_| FieldError::new("point", Message::of("classes-point-choose")));
    match (name, timetable, point) {
        (Ok(name), Ok(timetable), Ok(organisation)) => Ok(NewGroup { name, organisation, timetable, is_sample: false }),
        (name, timetable, point) => Err([name.err(), timetable.err(), point.err()].into_iter().flatten().collect()),
    }
}

/// What is done with a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum GroupAct {
    Join(CardNumber),
    /// Somebody who left a moment ago comes back.
    Back(LearnerId),
    Change(GroupChange),
}

pub(super) fn group_act(fields: &Fields) -> Result<GroupAct, FieldError> {
    let member = || fields.get("learner").parse::<LearnerId>();
    let unknown = FieldError::new("number", Message::of("classes-doing-unknown"));
    Ok(match (fields.get("doing"), member()) {
        ("join", _) => GroupAct::Join(card(fields, "number")?),
        ("back", Ok(learner)) => GroupAct::Back(learner),
        ("leave", Ok(learner)) => GroupAct::Change(GroupChange::Leaves(learner)),
        ("convene", Ok(learner)) => GroupAct::Change(GroupChange::Convenes(learner)),
        ("timetable", _) => {
            GroupAct::Change(GroupChange::Timetable(fields.line("timetable", TITLE, "classes-timetable-empty")?))
        }
        ("end", _) => GroupAct::Change(GroupChange::Ends),
        _ => return Err(unknown),
    })
}

/// The fields of the seven weekdays, Monday first.
pub(super) const DAY_FIELDS: [&str; 7] = ["day1", "day2", "day3", "day4", "day5", "day6", "day7"];

/// What a service point offers.
pub(super) fn service(fields: &Fields) -> Result<ServiceChange, FieldErrors> {
    let (mut spans, mut errors) = (Vec::new(), Vec::new());
    for (field, weekday) in DAY_FIELDS.into_iter().zip(1..) {
        match spans_typed(weekday, fields.get(field)) {
            Some(of_day) => spans.extend(of_day),
            None => errors.push(FieldError::new(field, Message::of("classes-hours-wrong"))),
        }
    }
    let address = fields.optional_line("address", ADDRESS);
    let closed = fields.optional_line("closed", REASON);
    let phone = fields.optional_line("phone", PHONE).and_then(|phone| {
        let digits = text::digits(&phone).map(|digits| digits.len());
        if digits.is_some_and(|count| count == 0 || (3..=16).contains(&count)) {
            Ok(phone)
        } else {
            wrong("phone", "classes-phone-wrong")
        }
    });
    let facilities = Facility::ALL.into_iter().filter(|one| fields.all("facility").any(|code| code == one.code())).collect();
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    match (address, closed, phone) {
        (Ok(address), Ok(closed), Ok(phone)) if errors.is_empty() => {
            let service = Service { spans, closed: some(closed), facilities };
            Ok(ServiceChange { address: some(address), phone: some(text::plain_digits(&phone)), service })
        }
        (address, closed, phone) => {
            errors.extend([address.err(), closed.err(), phone.err()].into_iter().flatten());
            Err(errors)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Day {
        Day::parse("2026-03-02").unwrap()
    }

    fn id() -> String {
        LearnerId::NOBODY.to_string()
    }

    fn pairs(id: &str) -> Vec<(&str, &str)> {
        vec![
            ("kind", "class"),
            ("course", "T19"),
            ("point", id),
            ("day", "3月9日"),
            ("from", "9点"),
            ("to", "11：00"),
            ("seats", "２０"),
            ("times", "3"),
            ("teacher", id),
            ("witness", ""),
        ]
    }

    #[test]
    fn a_plan_is_read_whole() {
        let id = id();
        let read = plan(&Fields::from_pairs(&pairs(&id)), today()).unwrap();
        assert_eq!((read.kind, read.frame.seats, read.times, read.frame.witness), (Kind::Class, 20, 3, None));
        let days: Vec<String> = read.all_hours().iter().map(|hours| hours.starts_at.to_minute_text()).collect();
        assert_eq!(days, ["2026-03-09 09:00", "2026-03-16 09:00", "2026-03-23 09:00"]);
        assert!(read.all_hours().iter().all(|hours| hours.minutes() == 120));
    }

    #[test]
    fn everything_that_is_wrong_with_a_plan_is_said_at_once() {
        let fields = |errors: FieldErrors| errors.iter().map(|error| error.field).collect::<Vec<_>>();
        let all = fields(plan(&Fields::default(), today()).unwrap_err());
        assert_eq!(all, ["kind", "point", "times", "day", "from", "to", "teacher", "seats"]);
        let id = id();
        for (field, value, named) in [
            ("to", "8点", "to"),
            ("to", "23:00", "to"),
            ("seats", "101", "seats"),
            ("course", "", "course"),
            ("kind", "lecture", "title"),
            ("kind", "group", "group"),
            ("times", "13", "times"),
            ("day", "昨天", "day"),
        ] {
            let mut pairs = pairs(&id);
            pairs.retain(|(name, _)| *name != field);
            pairs.push((field, value));
            assert_eq!(fields(plan(&Fields::from_pairs(&pairs), today()).unwrap_err()), [named], "{field} {value}");
        }
    }

    #[test]
    fn a_wrong_check_digit_is_told_apart_from_a_digit_too_few() {
        let key = |typed: &str| card(&Fields::from_pairs(&[("number", typed)]), "number").unwrap_err().message.key;
        let good = CardNumber::from_body(123_456_789);
        assert_eq!(card(&Fields::from_pairs(&[("number", &good.to_string())]), "number"), Ok(good));
        assert_eq!((key(""), key("123"), key("1234567890")), ("classes-card-empty", "classes-card-length", "classes-card-check"));
        let line = |typed: &str| sheet_line(&Fields::from_pairs(&[("line", typed)]));
        assert_eq!(line(" 王 桂英").unwrap(), Typed::Name("王 桂英".to_owned()));
        assert_eq!(line("４ ４17").unwrap(), Typed::Tail("4417".to_owned()));
        assert!(line("1234567890").is_err() && line("").is_err());
    }

    #[test]
    fn opening_hours_are_read_day_by_day() {
        let read =
            service(&Fields::from_pairs(&[("day1", "8:30到11:30"), ("facility", "wifi"), ("phone", "0571-8700 0000")])).unwrap();
        assert_eq!((read.service.spans.len(), read.service.facilities.as_slice()), (1, &[Facility::WiFi][..]));
        let bad = service(&Fields::from_pairs(&[("day2", "早上"), ("phone", "12")])).unwrap_err();
        assert_eq!(bad.iter().map(|error| error.field).collect::<Vec<_>>(), ["day2", "phone"]);
    }
}
