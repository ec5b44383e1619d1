//! What the forms of this subject say, parsed.

use super::ActWords;
use super::rules::{self, ACTED_WITHIN_DAYS, Agreed, Aid, MOST_MINUTES, Outcome, Way};
use super::service::{NewAct, NewHours, Says, is_enterable};
use crate::help::MOST_WORDS;
use crate::i18n::Message;
use crate::identity::{CardTry, card_try};
use crate::kernel::{CardNumber, Day, HoursId, OrganisationId};
use crate::web::{FieldError, FieldErrors, Fields, day_in, text};

/// Characters of a short line.
const SHORT: usize = 100;

fn wrong(field: &'static str, key: &'static str) -> FieldError {
    FieldError::new(field, Message::of(key))
}

/// What a helper will do.
pub(super) fn aid(fields: &Fields) -> Result<Aid, FieldErrors> {
    Aid::from_code(fields.get("aid")).ok_or_else(|| vec![wrong("aid", "helping-aid-empty")])
}

/// What a helper will do, and the card that they show.
pub(super) fn aid_by_card(fields: &Fields, today: Day) -> Result<(Aid, CardTry), FieldErrors> {
    match (aid(fields), card_try(fields, today)) {
        (Ok(aid), Ok(shown)) => Ok((aid, shown)),
        (aid, shown) => Err([aid.err(), shown.err()].into_iter().flatten().flatten().collect()),
    }
}

/// What was done on somebody's behalf.
pub(super) fn act(fields: &Fields, today: Day) -> Result<NewAct, FieldErrors> {
    let errand = rules::errand(fields.get("errand")).ok_or_else(|| wrong("errand", "helping-errand-empty"));
    let what = match fields.get("errand") {
        rules::OTHER => fields.line("what", SHORT, "helping-what-empty"),
        _ => fields.optional_line("what", SHORT),
    };
    let ago = fields.get("ago").parse().ok().filter(|days| *days <= ACTED_WITHIN_DAYS);
    let ago = ago.ok_or_else(|| wrong("ago", "helping-ago-empty"));
    let outcome = Outcome::from_code(fields.get("outcome")).ok_or_else(|| wrong("outcome", "helping-outcome-empty"));
    let why_not = match fields.get("outcome") {
        "not_done" => fields.line("why_not", SHORT, "helping-why-not-empty"),
        _ => Ok(String::new()),
    };
    let why = fields.line("why", SHORT, "helping-why-empty");
    let agreed = Agreed::from_code(fields.get("agreed")).ok_or_else(|| wrong("agreed", "helping-agreed-empty"));
    let point = match fields.get("point") {
        "" => Ok(None),
        id => id.parse::<OrganisationId>().map(Some).map_err(|_| wrong("point", "helping-not-here")),
    };
    match (errand, what, ago, outcome, why_not, why, agreed, point) {
        (Ok(errand), Ok(what), Ok(ago), Ok(outcome), Ok(why_not), Ok(why), Ok(agreed), Ok(point)) => {
            let words = ActWords { what, why, why_not };
            Ok(NewAct { errand, point, day: today.minus_days(ago), agreed, outcome, words })
        }
        (errand, what, ago, outcome, why_not, why, agreed, point) => {
            let errors =
                [errand.err(), what.err(), outcome.err(), why_not.err(), ago.err(), point.err(), why.err(), agreed.err()];
            Err(errors.into_iter().flatten().collect())
        }
    }
}

/// What a learner says of an act.
pub(super) fn says(fields: &Fields) -> Result<Says, FieldErrors> {
    let not_agreed = match fields.get("doing") {
        "undo" => false,
        "not_agreed" => true,
        _ => return Err(vec![wrong("words", "helping-doing-unknown")]),
    };
    fields.optional_lines("words", MOST_WORDS).map(|words| Says { not_agreed, words }).map_err(|error| vec![error])
}

/// How a learner told the staff.
pub(super) fn way(fields: &Fields) -> Result<Way, FieldErrors> {
    let way = Way::from_code(fields.get("way")).filter(|way| *way != Way::Own);
    way.ok_or_else(|| vec![wrong("way", "helping-way-empty")])
}

/// Hours, as they are typed.
fn minutes(fields: &Fields) -> Result<i64, FieldError> {
    let typed: String = text::line(fields.get("hours")).replace('．', ".");
    rules::minutes_in(&typed).filter(|minutes| *minutes <= MOST_MINUTES).ok_or_else(|| wrong("hours", "helping-hours-form"))
}

/// The day that was typed, which is today or before it.
fn day(fields: &Fields, today: Day) -> Result<Day, FieldError> {
    let typed = fields.get("day");
    let read = day_in(typed, today);
    // Without its year a day that is still to come was meant of last year.
    let has_no_year = typed.split(|c: char| !c.is_numeric()).filter(|part| !part.is_empty()).count() == 2;
    let back = |day: Day| {
        let (year, month, date) = day.parts();
        if day > today && has_no_year { Day::parse(&format!("{:04}-{month:02}-{date:02}", year - 1)) } else { Some(day) }
    };
    read.and_then(back).filter(|day| is_enterable(*day, today)).ok_or_else(|| wrong("day", "helping-day-form"))
}

/// Hours of a volunteer, entered for them.
pub(super) fn hours(fields: &Fields, today: Day) -> Result<NewHours, FieldErrors> {
    let volunteer = fields.get("volunteer").parse().map_err(|_| wrong("volunteer", "helping-volunteer-empty"));
    let organisation = fields.get("organisation").parse().map_err(|_| wrong("organisation", "helping-organisation-empty"));
    let minutes =
        minutes(fields).and_then(|minutes| if minutes > 0 { Ok(minutes) } else { Err(wrong("hours", "helping-hours-form")) });
    let (day, what) = (day(fields, today), fields.line("what", SHORT, "helping-what-did-empty"));
    match (volunteer, organisation, day, minutes, what) {
        (Ok(volunteer), Ok(organisation), Ok(day), Ok(minutes), Ok(what)) => {
            Ok(NewHours { volunteer, organisation, day, minutes, what })
        }
        (volunteer, organisation, day, minutes, what) => {
            Err([volunteer.err(), organisation.err(), day.err(), minutes.err(), what.err()].into_iter().flatten().collect())
        }
    }
}

/// A line put right: which, to how many minutes, and why.
pub(super) fn correction(fields: &Fields) -> Result<(HoursId, i64, String), FieldErrors> {
    let line = fields.get("line").parse().map_err(|_| wrong("hours", "helping-line-empty"));
    match (line, minutes(fields), fields.line("reason", SHORT, "helping-reason-empty")) {
        (Ok(line), Ok(minutes), Ok(reason)) => Ok((line, minutes, reason)),
        (line, minutes, reason) => Err([line.err(), minutes.err(), reason.err()].into_iter().flatten().collect()),
    }
}

/// What a volunteer does on their own page.
#[derive(Debug)]
pub(super) enum Doing {
    /// Asks for a proof of a year from an organisation.
    Prove(OrganisationId, i32),
    /// Shows the card of somebody whom they helped today.
    Helped(CardNumber),
}

impl Doing {
    pub(super) fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        match fields.get("doing") {
            "prove" => {
                let (organisation, year) = fields.get("of").split_once('/').unwrap_or_default();
                let read = organisation.parse().ok().zip(year.parse().ok());
                read.map(|(organisation, year)| Self::Prove(organisation, year))
                    .ok_or_else(|| vec![wrong("of", "helping-of-empty")])
            }
            _ => {
                let digits = text::digits(fields.get("card")).and_then(|digits| CardNumber::parse(&digits));
                digits.map(Self::Helped).ok_or_else(|| vec![wrong("card", "helping-card-form")])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Day {
        Day::parse("2026-03-02").unwrap()
    }

    #[test]
    fn an_act_is_read_whole_or_says_everything_that_is_missing() {
        let good = [
            ("errand", "hospital"),
            ("outcome", "not_done"),
            ("why_not", "号满了"),
            ("ago", "1"),
            ("why", "没带手机"),
            ("agreed", "spoken"),
        ];
        let act = act(&Fields::from_pairs(&good), today()).unwrap();
        assert_eq!((act.errand.code, act.outcome, act.day.to_string().as_str()), ("hospital", Outcome::NotDone, "2026-03-01"));
        let bad = super::act(&Fields::from_pairs(&[("errand", "other"), ("outcome", "not_done"), ("ago", "3")]), today());
        let fields: Vec<_> = bad.unwrap_err().iter().map(|error| error.field).collect();
        assert_eq!(fields, ["what", "why_not", "ago", "why", "agreed"]);
    }

    #[test]
    fn hours_are_of_a_day_that_has_been() {
        let id = "01980000-0000-7000-8000-000000000000";
        let read = |day: &str, hours: &str| {
            let pairs = [("volunteer", id), ("organisation", id), ("what", "教课"), ("day", day), ("hours", hours)];
            super::hours(&Fields::from_pairs(&pairs), today())
                .map(|new| (new.day.to_string(), new.minutes))
                .map_err(|errors| errors.len())
        };
        assert_eq!(read("3月1日", "1.5"), Ok(("2026-03-01".to_owned(), 90)));
        assert_eq!(read("12月30日", "2"), Ok(("2025-12-30".to_owned(), 120)));
        assert_eq!((read("2026-03-03", "2"), read("今天", "0"), read("今天", "13")), (Err(1), Err(1), Err(1)));
        assert_eq!(
            (read("明天", "2"), read("２０２６年３月３日", "2")),
            (Err(1), Err(1)),
            "nothing is moved a year back that says its year"
        );
    }
}
