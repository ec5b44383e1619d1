//! What the forms of this subject say, parsed.

use unicode_normalization::UnicodeNormalization;

use super::AGREED_TEXT;
use super::deeds::{Examined, Wish};
use super::rules::{Elsewhere, MOST_VALUE, MOST_WORDS, Why};
use super::service::Details;
use crate::i18n::Message;
use crate::kernel::{Day, IdentityLevel, RuleId};
use crate::recognition::{SupervisionLevel, normal_number};
use crate::web::{FieldError, FieldErrors, Fields, day_in};

/// The longest number of a certificate.
const NUMBER: usize = 60;
/// The first year of which a result is taken.
const FIRST_YEAR: i32 = 1950;

fn wrong<T>(field: &'static str, key: &'static str) -> Result<T, FieldError> {
    Err(FieldError::new(field, Message::of(key)))
}

/// By which rule.
pub(super) fn rule(fields: &Fields) -> Result<RuleId, FieldErrors> {
    fields.get("rule").parse().map_err(|_| vec![FieldError::new("rule", Message::of("applications-rule-choose"))])
}

/// Whoever sends a file says that it shows no document of identity.
pub(super) fn shows_none(fields: &Fields) -> Result<(), FieldErrors> {
    if fields.get("clean") == "yes" { Ok(()) } else { Err(vec![FieldError::new("clean", Message::of("applications-clean-say"))]) }
}

/// What is sent: number, value, day, whether it is registered elsewhere, and the yes to the words.
pub(super) fn details(fields: &Fields, today: Day) -> Result<Details, FieldErrors> {
    let (number, value, passed) = (number(fields), value(fields), passed(fields, today));
    let elsewhere = Elsewhere::from_code(fields.get("elsewhere"))
        .ok_or_else(|| FieldError::new("elsewhere", Message::of("applications-elsewhere-choose")));
    let agreed = match fields.get("agreed") {
        AGREED_TEXT => Ok(()),
        "" => wrong("agreed", "applications-agree-say"),
        _ => wrong("agreed", "applications-agree-newer"),
    };
    match (number, value, passed, elsewhere, agreed) {
        (Ok(number), Ok(value), Ok(passed), Ok(elsewhere), Ok(())) => Ok(Details { number, value, passed, elsewhere }),
        (number, value, passed, elsewhere, agreed) => {
            let errors = [number.err(), value.err(), passed.err(), elsewhere.err(), agreed.err()];
            Err(errors.into_iter().flatten().collect())
        }
    }
}

fn number(fields: &Fields) -> Result<String, FieldError> {
    let number = fields.line("number", NUMBER, "applications-number-empty")?;
    if normal_number(&number).is_empty() { wrong("number", "applications-number-empty") } else { Ok(number) }
}

/// What it is worth there, in thousandths: 90, 1.5, １２.
fn value(fields: &Fields) -> Result<i64, FieldError> {
    let typed: String = fields.get("value").nfkc().filter(|c| !c.is_whitespace()).collect();
    let (whole, rest) = typed.split_once('.').unwrap_or((&typed, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = !whole.is_empty() && whole.len() <= 6 && rest.len() <= 3 && are_digits(whole) && are_digits(rest);
    let thousandths = Some(()).filter(|()| fits).and_then(|()| {
        let (whole, rest): (i64, i64) = (whole.parse().ok()?, format!("{rest:0<3}").parse().ok()?);
        Some(whole * 1000 + rest)
    });
    match thousandths.filter(|value| (1..=MOST_VALUE).contains(value)) {
        Some(value) => Ok(value),
        None => wrong("value", "applications-value-wrong"),
    }
}

fn passed(fields: &Fields, today: Day) -> Result<Day, FieldError> {
    let Some(day) = day_in(fields.get("passed"), today) else { return wrong("passed", "applications-passed-wrong") };
    // Without its year a day may be meant of this year or of the last: one that is to come was the last one.
    let has_year = fields.get("passed").nfkc().filter(char::is_ascii_digit).count() > 4;
    let day = if today < day && !has_year { day.start().minus_years(1).day() } else { day };
    match day {
        day if today < day => wrong("passed", "applications-passed-ahead"),
        day if day.year() < FIRST_YEAR => wrong("passed", "applications-passed-wrong"),
        day => Ok(day),
    }
}

/// What is written in `field`.
pub(super) fn words(fields: &Fields, field: &'static str) -> Result<String, FieldErrors> {
    fields.lines(field, MOST_WORDS, "applications-words-empty").map_err(|error| vec![error])
}

/// What is to be done, and which turn was shown.
pub(super) fn wish(fields: &Fields) -> Result<(Wish, i64), FieldErrors> {
    let unknown = || vec![FieldError::new("doing", Message::of("correction-doing-unknown"))];
    let turn = fields.get("turn").parse().map_err(|_| unknown())?;
    let wish = match fields.get("doing") {
        "accept" => {
            let level = fields.get("supervision").parse().ok().and_then(SupervisionLevel::from_value);
            let choose = || vec![FieldError::new("supervision", Message::of("applications-supervision-choose"))];
            let on_the_day = fields.get("on_the_day") == "yes";
            let identity = on_the_day.then_some(IdentityLevel::ON_THE_DAY);
            Wish::Accept(Examined { supervision: level.ok_or_else(choose)?, identity })
        }
        "agree" => Wish::Agree,
        "return" => {
            let why = Why::from_code(fields.get("why"));
            let why = why.ok_or_else(|| FieldError::new("why", Message::of("applications-why-choose")));
            match (why, words(fields, "return_words")) {
                (Ok(why), Ok(words)) => Wish::Return(why, words),
                (why, words) => return Err(why.err().into_iter().chain(words.err().unwrap_or_default()).collect()),
            }
        }
        "pass" => {
            let to = fields.get("to").parse();
            Wish::Pass(to.map_err(|_| vec![FieldError::new("to", Message::of("applications-no-colleague"))])?)
        }
        "disagree" => Wish::Disagree(words(fields, "disagree_words")?),
        "reject" => Wish::Reject(words(fields, "reject_words")?),
        _ => return Err(unknown()),
    };
    Ok((wish, turn))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 5] = [
        ("number", "ＺＪ-2025 001"),
        ("value", "９０.5"),
        ("passed", "2025年6月30日"),
        ("elsewhere", "no"),
        ("agreed", AGREED_TEXT),
    ];

    fn read(change: &[(&str, &str)]) -> Result<Details, FieldErrors> {
        let kept = GOOD.iter().filter(|(name, _)| change.iter().all(|(field, _)| field != name)).copied();
        let fields: Vec<(&str, &str)> = kept.chain(change.iter().copied()).collect();
        details(&Fields::from_pairs(&fields), Day::parse("2026-03-02").unwrap())
    }

    #[test]
    fn a_result_is_read_however_it_is_typed() {
        let details = read(&[]).unwrap();
        assert_eq!((details.number.as_str(), details.value), ("ＺＪ-2025 001", 90_500));
        assert_eq!((details.passed.to_string().as_str(), details.elsewhere), ("2025-06-30", Elsewhere::No));
        assert_eq!(read(&[("passed", "6月30日")]).unwrap().passed.to_string(), "2025-06-30");
        assert_eq!(read(&[("passed", "3月1日")]).unwrap().passed.to_string(), "2026-03-01");
    }

    #[test]
    fn each_field_says_what_is_wrong_with_it() {
        let long = "9".repeat(61);
        let cases: [(&str, &str); 13] = [
            ("number", ""),
            ("number", " - "),
            ("number", &long),
            ("value", ""),
            ("value", "0"),
            ("value", "很多"),
            ("value", "1.2345"),
            ("value", "1000000"),
            ("passed", ""),
            ("passed", "2026-03-03"),
            ("passed", "1900-01-01"),
            ("elsewhere", "maybe"),
            ("agreed", "applications/2020-01-01.1"),
        ];
        for (field, typed) in cases {
            let errors = read(&[(field, typed)]).unwrap_err();
            assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), [field], "{field} {typed}");
        }
        let errors = details(&Fields::default(), Day::parse("2026-03-02").unwrap()).unwrap_err();
        assert_eq!(errors.len(), 5);
    }

    #[test]
    fn what_is_to_be_done_names_the_turn_that_was_shown() {
        let read = |pairs: &[(&str, &str)]| wish(&Fields::from_pairs(pairs));
        let accept = [("doing", "accept"), ("turn", "3"), ("supervision", "2")];
        let examined = |identity| Wish::Accept(Examined { supervision: SupervisionLevel::SUPERVISED, identity });
        assert_eq!(read(&accept), Ok((examined(None), 3)));
        let seen = [&accept[..], &[("on_the_day", "yes")]].concat();
        assert_eq!(read(&seen), Ok((examined(Some(IdentityLevel::ON_THE_DAY)), 3)));
        let back = [("doing", "return"), ("turn", "1"), ("why", "unclear"), ("return_words", "看不清")];
        assert_eq!(read(&back), Ok((Wish::Return(Why::Unclear, "看不清".to_owned()), 1)));
        for (pairs, fields) in [
            (&[("doing", "accept")][..], &["doing"][..]),
            (&[("doing", "accept"), ("turn", "1"), ("supervision", "9")], &["supervision"]),
            (&[("doing", "like"), ("turn", "1")], &["doing"]),
            (&[("doing", "return"), ("turn", "1")], &["why", "return_words"]),
            (&[("doing", "pass"), ("turn", "1"), ("to", "小李")], &["to"]),
            (&[("doing", "disagree"), ("turn", "1")], &["disagree_words"]),
            (&[("doing", "reject"), ("turn", "1"), ("reject_words", " ")], &["reject_words"]),
        ] {
            let errors = read(pairs).unwrap_err();
            assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), fields, "{pairs:?}");
        }
    }
}
