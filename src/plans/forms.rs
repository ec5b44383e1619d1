//! What the forms of this subject say, parsed.

use super::rules::{Answer, MOST_DAYS, MOST_ITEMS, MOST_PLANNED, in_order};
use super::service::{Source, Terms};
use super::{Head, Item};
use crate::i18n::Message;
use crate::identity;
use crate::kernel::{CardNumber, ClassId, Day};
use crate::web::{FieldError, FieldErrors, Fields, day_in, text};

/// The longest title, and line about a lesson of their own.
const TITLE: usize = 40;
const OWN: usize = 60;
/// The longest list of such lines.
const OWN_LINES: usize = 1_500;
/// The longest order.
const ORDER: usize = 300;

fn wrong<T>(field: &'static str, key: &'static str) -> Result<T, FieldError> {
    Err(FieldError::new(field, Message::of(key)))
}

/// A version, of the courses on offer.
pub(super) fn terms(fields: &Fields, today: Day, offered: &[String]) -> Result<Terms, FieldErrors> {
    let (title, period, planned) = (fields.line("title", TITLE, "plans-title-empty"), period(fields, today), planned(fields));
    let (courses, sessions, own) = (courses(fields, offered), sessions(fields), own_lessons(fields));
    let mut errors = Vec::new();
    errors.extend(title.as_ref().err().cloned());
    errors.extend(period.as_ref().err().cloned());
    errors.extend(planned.as_ref().err().cloned());
    errors.extend(courses.as_ref().err().cloned());
    errors.extend(sessions.as_ref().err().cloned());
    errors.extend(own.as_ref().err().cloned());
    match (title, period, planned, courses, sessions, own) {
        (Ok(title), Ok((from, until)), Ok(planned), Ok(courses), Ok(sessions), Ok(own)) => {
            let items: Vec<Item> = courses.into_iter().chain(sessions).chain(own).collect();
            if items.len() > MOST_ITEMS {
                let message = Message::of("plans-own-many").with("most", MOST_ITEMS);
                return Err(vec![FieldError::new("own", message)]);
            }
            Ok(Terms { head: Head { title, from, until, planned }, items })
        }
        _ => Err(errors),
    }
}

/// The line of work, none where it is for everybody.
pub(super) fn line(fields: &Fields) -> Result<Option<String>, FieldError> {
    match fields.get("line") {
        "" => Ok(None),
        line if identity::lines_of_work().any(|code| code == line) => Ok(Some(line.to_owned())),
        _ => wrong("line", "identity-line-unknown"),
    }
}

fn period(fields: &Fields, today: Day) -> Result<(Day, Day), FieldError> {
    let Some(from) = day_in(fields.get("from"), today) else { return wrong("from", "plans-from-wrong") };
    let Some(until) = day_in(fields.get("until"), today) else { return wrong("until", "plans-until-wrong") };
    if until < from {
        return wrong("until", "plans-until-before");
    }
    if until < today {
        return wrong("until", "plans-until-past");
    }
    if until.days_since(from) > MOST_DAYS {
        return wrong("until", "plans-until-far");
    }
    Ok((from, until))
}

fn planned(fields: &Fields) -> Result<i64, FieldError> {
    let number = text::digits(fields.get("planned")).and_then(|digits| digits.parse::<i64>().ok());
    match number.filter(|number| (1..=MOST_PLANNED).contains(number)) {
        Some(number) => Ok(number),
        None => wrong("planned", "plans-planned-wrong"),
    }
}

fn courses(fields: &Fields, offered: &[String]) -> Result<Vec<Item>, FieldError> {
    let chosen: Vec<String> = offered.iter().filter(|code| fields.all("course").any(|one| one == *code)).cloned().collect();
    if chosen.is_empty() {
        return wrong("course", "plans-course-none");
    }
    let wish = fields.optional_line("order", ORDER)?.to_uppercase();
    let parts = wish.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let wish: Vec<String> = parts.map(as_code).collect();
    match in_order(&chosen, &wish) {
        Some(ordered) => Ok(ordered.into_iter().map(Item::Course).collect()),
        None => wrong("order", "plans-order-wrong"),
    }
}

/// `5` and `05` are `T05`.
fn as_code(typed: &str) -> String {
    if typed.bytes().all(|byte| byte.is_ascii_digit()) { format!("T{typed:0>2}") } else { typed.to_owned() }
}

fn sessions(fields: &Fields) -> Result<Vec<Item>, FieldError> {
    let parsed: Option<Vec<ClassId>> = fields.all("session").map(|id| id.parse().ok()).collect();
    match parsed {
        Some(ids) => Ok(ids.into_iter().map(Item::Class).collect()),
        None => wrong("session", "plans-no-such-class"),
    }
}

fn own_lessons(fields: &Fields) -> Result<Vec<Item>, FieldError> {
    let typed = fields.optional_lines("own", OWN_LINES)?;
    let lines: Vec<&str> = typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    match lines.iter().position(|line| line.chars().count() > OWN) {
        Some(at) => Err(FieldError::new("own", Message::of("plans-own-long").with("line", at + 1).with("most", OWN))),
        None => Ok(lines.into_iter().map(|line| Item::Words(line.to_owned())).collect()),
    }
}

/// Whom a plan asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whom {
    Card(CardNumber),
    List(Source),
}

pub(super) fn whom(fields: &Fields) -> Result<Whom, FieldError> {
    if fields.get("doing") == "list" {
        let source = Source::parse(fields.get("list"));
        return source.map(Whom::List).ok_or_else(|| FieldError::new("list", Message::of("plans-list-choose")));
    }
    let digits = text::digits(fields.get("number")).filter(|digits| !digits.is_empty());
    let Some(digits) = digits else { return wrong("number", "plans-card-empty") };
    match CardNumber::parse(&digits) {
        Some(card) => Ok(Whom::Card(card)),
        None => wrong("number", "plans-card-wrong"),
    }
}

/// What a learner says, and to which version; none where the form says nothing that we know.
pub(super) fn answer(fields: &Fields) -> Option<(Answer, i64)> {
    Some((Answer::from_code(fields.get("doing"))?, fields.get("version").parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 7] = [
        ("title", "机关工作人员数字能力"),
        ("from", "2026-03-01"),
        ("until", "12月31日"),
        ("planned", "４０"),
        ("course", "T19"),
        ("course", "T13"),
        ("order", "19，13"),
    ];

    fn read(change: &[(&str, &str)]) -> Result<Terms, FieldErrors> {
        let changed = |name: &str| change.iter().any(|(field, _)| *field == name);
        let kept = GOOD.iter().filter(|(name, _)| !changed(name)).copied();
        let fields: Vec<(&str, &str)> = kept.chain(change.iter().copied().filter(|(_, value)| !value.is_empty())).collect();
        let offered = ["T13", "T14", "T19"].map(str::to_owned);
        terms(&Fields::from_pairs(&fields), Day::parse("2026-03-02").unwrap(), &offered)
    }

    #[test]
    fn a_version_is_read_with_its_courses_in_the_order_wished_for() {
        let terms = read(&[("own", "\n县里的专题讲座\n\n 参观政务大厅 \n")]).unwrap();
        let own = ["县里的专题讲座", "参观政务大厅"].map(|words| Item::Words(words.to_owned()));
        let courses = ["T19", "T13"].map(|code| Item::Course(code.to_owned()));
        assert_eq!(terms.items, [courses, own].concat());
        assert_eq!((terms.head.planned, terms.head.until.to_string().as_str()), (40, "2026-12-31"));
    }

    #[test]
    fn each_field_says_what_is_wrong_with_it() {
        let long = "长".repeat(61);
        let cases: [(&[(&str, &str)], &str); 11] = [
            (&[("title", "")], "title"),
            (&[("from", "春天")], "from"),
            (&[("until", "2026-02-01")], "until"),
            (&[("from", "2025-01-01"), ("until", "2026-03-01")], "until"),
            (&[("until", "2032-01-01")], "until"),
            (&[("planned", "0")], "planned"),
            (&[("planned", "很多")], "planned"),
            (&[("course", "")], "course"),
            (&[("order", "T14")], "order"),
            (&[("session", "不是")], "session"),
            (&[("own", &long)], "own"),
        ];
        for (change, field) in cases {
            let errors = read(change).unwrap_err();
            assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), [field], "{change:?}");
        }
        assert_eq!(read(&[("title", ""), ("planned", ""), ("until", "")]).unwrap_err().len(), 3);
    }

    #[test]
    fn people_are_asked_by_card_or_by_list() {
        let read = |pairs: &[(&str, &str)]| whom(&Fields::from_pairs(pairs));
        for pairs in [&[("number", "")][..], &[("number", "123")], &[("number", "1234567890")]] {
            assert_eq!(read(pairs).unwrap_err().field, "number", "{pairs:?}");
        }
        assert_eq!(read(&[("doing", "list"), ("list", "")]).unwrap_err().field, "list");
    }

    #[test]
    fn an_answer_names_what_was_shown() {
        let read = |pairs: &[(&str, &str)]| answer(&Fields::from_pairs(pairs));
        assert_eq!(read(&[("doing", "join"), ("version", "2")]), Some((Answer::Join, 2)));
        assert_eq!(read(&[("doing", "join")]), None);
        assert_eq!(read(&[("doing", "like"), ("version", "2")]), None);
    }
}
