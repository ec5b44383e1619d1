//! What the forms of this subject say, parsed.

use super::rules::{Category, Form, Level, MOST_DAYS_AHEAD, MOST_POINTS, MOST_WORDS, Reason, Sight};
use super::service::Setting;
use crate::i18n::Message;
use crate::identity;
use crate::kernel::{CardNumber, Day, Digest, LearnerId, Timestamp};
use crate::web::{FieldError, FieldErrors, Fields, day_in, text, time_in};

/// The most seats, and minutes more.
const MOST_SEATS: i64 = 200;
const MOST_EXTRA: i64 = 180;
/// The longest session, in minutes.
const LONGEST: i64 = 6 * 60;

fn wrong(field: &'static str, key: &'static str) -> FieldError {
    FieldError::new(field, Message::of(key))
}

fn number(
    fields: &Fields,
    field: &'static str,
    range: std::ops::RangeInclusive<i64>,
    key: &'static str,
) -> Result<i64, FieldError> {
    let typed = text::digits(fields.get(field)).and_then(|digits| digits.parse().ok());
    let message = || Message::of(key).with("least", range.start()).with("most", range.end());
    typed.filter(|number| range.contains(number)).ok_or_else(|| FieldError::new(field, message()))
}

/// A session to be planned, without its organisation.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub unit: String,
    pub level: Level,
    pub line: Option<String>,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub seats: i64,
    pub invigilators: [LearnerId; 2],
}

pub(super) fn draft(fields: &Fields, today: Day, units: &[String]) -> Result<Draft, FieldErrors> {
    let mut errors = Vec::new();
    let unit = units.iter().find(|unit| *unit == fields.get("unit")).cloned().ok_or_else(|| wrong("unit", "exams-unit-choose"));
    let level = fields.get("level").parse().ok().and_then(Level::from_value).ok_or_else(|| wrong("level", "exams-level-choose"));
    let line = line(fields);
    let hours = hours(fields, today);
    let seats = number(fields, "seats", 1..=MOST_SEATS, "exams-seats-wrong");
    let first: Result<LearnerId, FieldError> =
        fields.get("first").parse().map_err(|_| wrong("first", "exams-invigilator-choose"));
    let second: Result<LearnerId, FieldError> =
        fields.get("second").parse().map_err(|_| wrong("second", "exams-invigilator-choose"));
    errors.extend(unit.as_ref().err().cloned());
    errors.extend(level.as_ref().err().cloned());
    errors.extend(line.as_ref().err().cloned());
    errors.extend(hours.as_ref().err().cloned());
    errors.extend(seats.as_ref().err().cloned());
    errors.extend(first.as_ref().err().cloned());
    errors.extend(second.as_ref().err().cloned());
    match (unit, level, line, hours, seats, first, second) {
        (Ok(unit), Ok(level), Ok(line), Ok((starts_at, ends_at)), Ok(seats), Ok(first), Ok(second)) => {
            Ok(Draft { unit, level, line, starts_at, ends_at, seats, invigilators: [first, second] })
        }
        _ => Err(errors),
    }
}

fn line(fields: &Fields) -> Result<Option<String>, FieldError> {
    match fields.get("line") {
        "" => Ok(None),
        line if identity::lines_of_work().any(|code| code == line) => Ok(Some(line.to_owned())),
        _ => Err(wrong("line", "identity-line-unknown")),
    }
}

fn hours(fields: &Fields, today: Day) -> Result<(Timestamp, Timestamp), FieldError> {
    let day = day_in(fields.get("day"), today).ok_or_else(|| wrong("day", "exams-day-wrong"))?;
    if day.start() > today.start().plus_days(MOST_DAYS_AHEAD) {
        return Err(wrong("day", "exams-day-far"));
    }
    let from = time_in(fields.get("from")).ok_or_else(|| wrong("from", "exams-from-wrong"))?;
    let to = time_in(fields.get("to")).ok_or_else(|| wrong("to", "exams-to-wrong"))?;
    let (from, to) = (i64::from(from), i64::from(to));
    if to <= from || to - from > LONGEST {
        return Err(wrong("to", "exams-to-wrong"));
    }
    Ok((day.start().plus_minutes(from), day.start().plus_minutes(to)))
}

pub(super) fn card(fields: &Fields) -> Result<CardNumber, FieldErrors> {
    let digits = text::digits(fields.get("number")).unwrap_or_default();
    CardNumber::parse(&digits).ok_or_else(|| vec![wrong("number", "exams-card-wrong")])
}

pub(super) fn sight(fields: &Fields) -> Result<Sight, FieldErrors> {
    Sight::from_code(fields.get("kind")).ok_or_else(|| vec![wrong("kind", "exams-sight-choose")])
}

pub(super) fn setting(fields: &Fields) -> Result<Setting, FieldErrors> {
    let form = Form::from_code(fields.get("form")).ok_or_else(|| vec![wrong("form", "exams-form-choose")])?;
    let extra = match fields.get("extra") {
        "" => Ok(0),
        _ => number(fields, "extra", 0..=MOST_EXTRA, "exams-extra-wrong"),
    };
    let has = |aid: &str| fields.all("aid").any(|one| one == aid);
    Ok(Setting {
        form,
        is_read_aloud: has("aloud"),
        is_assisted: has("hand"),
        extra_minutes: extra.map_err(|error| vec![error])?,
    })
}

/// What happened, and in words; some things need words.
///
/// # Errors
/// What is to be mended, with its field.
pub fn note(fields: &Fields) -> Result<(Category, String), FieldErrors> {
    let category = Category::from_code(fields.get("category")).filter(|one| Category::offered().contains(one));
    let category = category.ok_or_else(|| vec![wrong("category", "exams-category-choose")])?;
    let words = match category {
        Category::Other | Category::Helped | Category::Cheated | Category::Identity => {
            fields.lines("words", MOST_WORDS, "exams-words-empty")
        }
        _ => fields.optional_lines("words", MOST_WORDS),
    };
    Ok((category, words.map_err(|error| vec![error])?))
}

/// Right, of so many, and what was heard and seen.
///
/// # Errors
/// What is to be mended, with its field.
pub fn by_hand(fields: &Fields) -> Result<((i64, i64), String), FieldErrors> {
    let of = number(fields, "of", 1..=MOST_POINTS, "exams-points-wrong");
    let right = number(fields, "right", 0..=MOST_POINTS, "exams-points-wrong");
    let words = fields.lines("heard", MOST_WORDS, "exams-heard-empty");
    match (right, of, words) {
        (Ok(right), Ok(of), Ok(_)) if right > of => Err(vec![wrong("right", "exams-points-more")]),
        (Ok(right), Ok(of), Ok(words)) => Ok(((right, of), words)),
        (right, of, words) => Err(right.err().into_iter().chain(of.err()).chain(words.err()).collect()),
    }
}

/// Whether a paper counts; where it does not, why, with the ground.
pub(super) fn verdict(fields: &Fields) -> Result<(Option<Reason>, String), FieldErrors> {
    match fields.get("verdict") {
        "counts" => Ok((None, fields.optional_lines("ground", MOST_WORDS).map_err(|error| vec![error])?)),
        code => {
            let reason = Reason::from_code(code).ok_or_else(|| vec![wrong("verdict", "exams-verdict-choose")])?;
            Ok((Some(reason), fields.lines("ground", MOST_WORDS, "exams-ground-empty").map_err(|error| vec![error])?))
        }
    }
}

/// Whether the result becomes better, and why.
pub(super) fn answer(fields: &Fields) -> Result<(bool, String), FieldErrors> {
    let is_better = match fields.get("result") {
        "better" => true,
        "stays" => false,
        _ => return Err(vec![wrong("result", "exams-answer-choose")]),
    };
    Ok((is_better, fields.lines("answer", MOST_WORDS, "exams-answer-empty").map_err(|error| vec![error])?))
}

/// An item, and why it counts for nobody.
pub(super) fn item(fields: &Fields) -> Result<(Digest, String), FieldErrors> {
    let item = Digest::parse(fields.get("item")).ok_or_else(|| vec![wrong("item", "exams-item-choose")])?;
    Ok((item, words(fields, "item_why")?))
}

/// The digest of the list that was shown to whoever confirms it.
pub(super) fn list(fields: &Fields) -> Option<Digest> {
    Digest::parse(fields.get("list"))
}

/// Words that must be there.
pub(super) fn words(fields: &Fields, field: &'static str) -> Result<String, FieldErrors> {
    fields.lines(field, MOST_WORDS, "exams-words-empty").map_err(|error| vec![error])
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "01980000-0000-7000-8000-000000000001";
    const TWO: &str = "01980000-0000-7000-8000-000000000002";

    fn read(change: &[(&str, &str)]) -> Result<Draft, FieldErrors> {
        let usual = [
            ("unit", "T19"),
            ("level", "2"),
            ("day", "3月4日"),
            ("from", "9:00"),
            ("to", "10:30"),
            ("seats", "３0"),
            ("first", ONE),
            ("second", TWO),
        ];
        let kept = usual.into_iter().filter(|(name, _)| change.iter().all(|(changed, _)| changed != name));
        let fields: Vec<(&str, &str)> = kept.chain(change.iter().copied()).collect();
        draft(&Fields::from_pairs(&fields), Day::parse("2026-03-02").unwrap(), &["T19".to_owned()])
    }

    #[test]
    fn a_session_is_read_with_its_hours() {
        let draft = read(&[]).unwrap();
        assert_eq!((draft.seats, draft.starts_at.to_minute_text().as_str()), (30, "2026-03-04 09:00"));
        assert_eq!(draft.ends_at.ms() - draft.starts_at.ms(), 90 * 60_000);
    }

    #[test]
    fn each_field_says_what_is_wrong_with_it() {
        let cases = [
            ("unit", "T01"),
            ("level", "1"),
            ("line", "nobody"),
            ("day", "春天"),
            ("day", "2028-01-01"),
            ("from", "早上"),
            ("to", "8:00"),
            ("to", "19:00"),
            ("seats", "0"),
            ("first", ""),
            ("second", "她"),
        ];
        for (field, value) in cases {
            let errors = read(&[(field, value)]).unwrap_err();
            assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), [field], "{field} {value}");
        }
    }

    #[test]
    fn what_is_written_for_the_file_is_asked_for_where_it_weighs() {
        let of = |pairs: &[(&str, &str)]| Fields::from_pairs(pairs);
        assert!(note(&of(&[("category", "device")])).is_ok());
        assert_eq!(note(&of(&[("category", "cheated")])).unwrap_err()[0].field, "words");
        assert_eq!(note(&of(&[("category", "unpublished"), ("words", "好")])).unwrap_err()[0].field, "category");
        assert!(verdict(&of(&[("verdict", "counts")])).is_ok());
        assert_eq!(verdict(&of(&[("verdict", "fraud")])).unwrap_err()[0].field, "ground");
        assert_eq!(verdict(&of(&[])).unwrap_err()[0].field, "verdict");
        assert_eq!(by_hand(&of(&[("right", "9"), ("of", "8"), ("heard", "看了")])).unwrap_err()[0].field, "right");
        assert_eq!(by_hand(&of(&[("right", "7"), ("of", "8"), ("heard", "看了")])).unwrap().0, (7, 8));
        assert_eq!(answer(&of(&[("result", "worse"), ("answer", "好")])).unwrap_err()[0].field, "result");
    }
}
