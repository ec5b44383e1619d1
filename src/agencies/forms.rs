//! What the forms of this subject say, parsed.

use unicode_normalization::UnicodeNormalization;

use super::Contact;
use super::picture::NoPicture;
use super::rules::{CreditCode, MOST_CREDIT_MILLI, MOST_DAYS_AHEAD, MOST_WORDS, MOST_YEARS, Powers, WrongCode};
use crate::i18n::Message;
use crate::kernel::{Credits, Day, Digest, OrganisationId};
use crate::web::{FieldError, FieldErrors, Fields, day_in, text};

/// The longest telephone number, and words beside it.
const PHONE: usize = 30;
const WORDS: usize = 100;
/// The digits of a telephone number that is answered.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 3..=16;

/// An organisation to become an agency.
#[derive(Debug)]
pub(super) struct Entered {
    pub organisation: OrganisationId,
    pub credit_code: CreditCode,
    pub line: Option<String>,
    pub contact: Contact,
}

impl Entered {
    pub(super) fn parse(fields: &Fields, lines: &[&str]) -> Result<Self, FieldErrors> {
        let organisation = fields.get("organisation").parse();
        let organisation =
            organisation.map_err(|_| vec![FieldError::new("organisation", Message::of("agencies-organisation-choose"))]);
        let credit_code = credit_code(fields.get("credit_code")).map_err(|message| vec![FieldError::new("credit_code", message)]);
        let line = match fields.get("line") {
            "" => Ok(None),
            line if lines.contains(&line) => Ok(Some(line.to_owned())),
            _ => Err(vec![FieldError::new("line", Message::of("identity-line-unknown"))]),
        };
        match (organisation, credit_code, line, contact(fields)) {
            (Ok(organisation), Ok(credit_code), Ok(line), Ok(contact)) => Ok(Self { organisation, credit_code, line, contact }),
            (organisation, credit_code, line, contact) => {
                let errors = [organisation.err(), credit_code.err(), line.err(), contact.err()];
                Err(errors.into_iter().flatten().flatten().collect())
            }
        }
    }
}

fn credit_code(typed: &str) -> Result<CreditCode, Message> {
    let plain: String = typed.nfkc().filter(|c| !c.is_whitespace() && *c != '-').collect();
    CreditCode::parse(&plain.to_uppercase()).map_err(|wrong| match wrong {
        WrongCode::Length(0) => Message::of("agencies-code-empty"),
        WrongCode::Length(count) => Message::of("agencies-code-length").with("count", count),
        WrongCode::Character(_) => Message::of("agencies-code-character"),
        WrongCode::Check => Message::of("agencies-code-check"),
    })
}

/// How the public reaches an agency.
pub(super) fn contact(fields: &Fields) -> Result<Contact, FieldErrors> {
    let phone = fields.line("contact_phone", PHONE, "agencies-phone-empty").and_then(|typed| match text::digits(&typed) {
        Some(digits) if PHONE_DIGITS.contains(&digits.len()) => Ok(text::plain_digits(&typed)),
        _ => Err(FieldError::new("contact_phone", Message::of("agencies-phone-wrong"))),
    });
    match (phone, fields.optional_line("contact_words", WORDS)) {
        (Ok(phone), Ok(words)) => Ok(Contact { phone, words: Some(words).filter(|words| !words.is_empty()) }),
        (phone, words) => Err([phone.err(), words.err()].into_iter().flatten().collect()),
    }
}

/// Why something is done: one to 500 characters in `field`.
pub(super) fn reason(fields: &Fields, field: &'static str) -> Result<String, FieldErrors> {
    fields.lines(field, MOST_WORDS, "agencies-why-empty").map_err(|error| vec![error])
}

/// The day from which a new key signs.
pub(super) fn key_day(fields: &Fields, today: Day) -> Result<Day, FieldErrors> {
    let wrong = || vec![FieldError::new("key_day", Message::of("agencies-key-day-wrong"))];
    let day = day_in(fields.get("key_day"), today).ok_or_else(wrong)?;
    if day < today || today.plus_days(MOST_DAYS_AHEAD) < day { Err(wrong()) } else { Ok(day) }
}

/// What is wrong with a picture of a seal, and how to mend it.
pub(super) fn picture_error(wrong: NoPicture) -> FieldError {
    let message = match wrong {
        NoPicture::Empty => Message::of("agencies-seal-empty"),
        NoPicture::TooHeavy => Message::of("agencies-seal-heavy"),
        NoPicture::Kind => Message::of("agencies-seal-kind"),
        NoPicture::Size(width, height) => Message::of("agencies-seal-size").with("width", width).with("height", height),
        NoPicture::Shape(width, height) => Message::of("agencies-seal-shape").with("width", width).with("height", height),
    };
    FieldError::new("seal", message)
}

/// What an agency is to be allowed, with the reason for the file.
pub(super) fn powers(
    fields: &Fields,
    (units, kinds): (&[String], &[String]),
    today: Day,
) -> Result<(Powers, String), FieldErrors> {
    let chosen = |field: &'static str, known: &[String]| -> Option<Vec<String>> {
        let are_known = fields.all(field).all(|code| known.iter().any(|one| one == code));
        let in_order = known.iter().filter(|one| fields.all(field).any(|code| code == *one));
        are_known.then(|| in_order.cloned().collect())
    };
    let units = chosen("units", units).filter(|units| !units.is_empty());
    let units = units.ok_or_else(|| FieldError::new("units", Message::of("agencies-units-choose")));
    let second_for = chosen("second_for", kinds);
    let kinds = chosen("kinds", kinds).ok_or_else(|| FieldError::new("kinds", Message::of("agencies-kinds-unknown")));
    // A second person for what is not issued at all would be a slip.
    let is_issued = |kind: &String| kinds.as_ref().map_or(true, |kinds| kinds.contains(kind));
    let second_for = second_for.filter(|second_for| second_for.iter().all(is_issued));
    let second_for = second_for.ok_or_else(|| FieldError::new("second_for", Message::of("agencies-second-for-wrong")));
    let per_learner = amount(fields, "per_learner");
    let per_year = amount(fields, "per_year").and_then(|per_year| {
        let is_less = per_learner.as_ref().is_ok_and(|one| per_year < *one);
        if is_less { Err(FieldError::new("per_year", Message::of("agencies-per-year-less"))) } else { Ok(per_year) }
    });
    let from = day_in(fields.get("from"), today).filter(|day| today <= *day);
    let from = from.ok_or_else(|| FieldError::new("from", Message::of("agencies-from-wrong")));
    let until = day_in(fields.get("until"), today).ok_or_else(|| FieldError::new("until", Message::of("agencies-until-wrong")));
    let until = until.and_then(|until| match &from {
        Ok(from) if until < *from => Err(FieldError::new("until", Message::of("agencies-until-before"))),
        Ok(from) if from.plus_days(MOST_YEARS * 366) < until => {
            Err(FieldError::new("until", Message::of("agencies-until-late").with("years", MOST_YEARS)))
        }
        _ => Ok(until),
    });
    let ground = fields.lines("ground", MOST_WORDS, "agencies-ground-empty");
    match (units, (kinds, second_for), per_learner, per_year, from, until, ground) {
        (Ok(units), (Ok(kinds), Ok(second_for)), Ok(per_learner), Ok(per_year), Ok(from), Ok(until), Ok(ground)) => {
            Ok((Powers { units, kinds, second_for, per_learner, per_year, from, until }, ground))
        }
        (units, (kinds, second_for), per_learner, per_year, from, until, ground) => {
            let of_lists = [units.err(), kinds.err(), second_for.err()];
            let others = [per_learner.err(), per_year.err(), from.err(), until.err(), ground.err()];
            Err(of_lists.into_iter().chain(others).flatten().collect())
        }
    }
}

/// An amount of credit: 0.25, 40, １.５.
fn amount(fields: &Fields, field: &'static str) -> Result<Credits, FieldError> {
    let typed: String = fields.get(field).nfkc().filter(|c| !c.is_whitespace()).collect();
    let wrong = || FieldError::new(field, Message::of("agencies-amount-wrong"));
    let (whole, rest) = typed.split_once('.').unwrap_or((&typed, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 7 || rest.len() > 3 || !are_digits(whole) || !are_digits(rest) {
        return Err(wrong());
    }
    let (whole, rest): (i64, i64) = (whole.parse().map_err(|_| wrong())?, format!("{rest:0<3}").parse().map_err(|_| wrong())?);
    let milli = whole * 1000 + rest;
    Credits::from_milli(milli).filter(|_| (1..=MOST_CREDIT_MILLI).contains(&milli)).ok_or_else(wrong)
}

/// What the second person decides.
#[derive(Debug)]
pub(super) enum Verdict {
    /// 同意, having been shown what it comes to, of this digest.
    Agree(Digest),
    /// 不同意, because.
    Disagree(String),
}

impl Verdict {
    pub(super) fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        match fields.get("doing") {
            "agree" => {
                let shown = Digest::parse(fields.get("shown"));
                shown.map(Self::Agree).ok_or_else(|| vec![FieldError::new("answer", Message::of("agencies-stale"))])
            }
            "disagree" => {
                let words = fields.lines("answer", MOST_WORDS, "correction-answer-empty");
                words.map(Self::Disagree).map_err(|error| vec![error])
            }
            _ => Err(vec![FieldError::new("answer", Message::of("correction-doing-unknown"))]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields_of(errors: &FieldErrors) -> Vec<&'static str> {
        errors.iter().map(|error| error.field).collect()
    }

    #[test]
    fn an_organisation_is_entered_whole_or_everything_wrong_is_said() {
        let organisation = "01980000-0000-7000-8000-000000000000";
        let typed = [
            ("organisation", organisation),
            ("credit_code", " 91350100ｍ000 100Y43 "),
            ("line", "women"),
            ("contact_phone", "０５７１-87000000"),
            ("contact_words", "一楼 大厅"),
        ];
        let entered = Entered::parse(&Fields::from_pairs(&typed), &["women"]).unwrap();
        assert_eq!(entered.credit_code.as_str(), "91350100M000100Y43");
        assert_eq!((entered.line.as_deref(), entered.contact.phone.as_str()), (Some("women"), "0571-87000000"));
        let errors = Entered::parse(&Fields::from_pairs(&[("line", "railways")]), &["women"]).unwrap_err();
        assert_eq!(fields_of(&errors), ["organisation", "credit_code", "line", "contact_phone"]);
        for (code, key) in [
            ("", "agencies-code-empty"),
            ("9135", "agencies-code-length"),
            ("91350100I000100Y43", "agencies-code-character"),
            ("91350100M000100Y44", "agencies-code-check"),
        ] {
            assert_eq!(credit_code(code).unwrap_err().key, key, "{code}");
        }
    }

    #[test]
    fn what_an_agency_is_to_be_allowed_is_read_in_the_order_of_the_curriculum() {
        let (units, kinds) = (["T01", "T19", "T20"].map(str::to_owned), ["unit", "full"].map(str::to_owned));
        let today = Day::parse("2026-03-02").unwrap();
        let read = |pairs: &[(&str, &str)]| powers(&Fields::from_pairs(pairs), (&units, &kinds), today);
        let good = [
            ("units", "T19"),
            ("units", "T01"),
            ("kinds", "unit"),
            ("per_learner", "０.7５"),
            ("per_year", "40"),
            ("from", "今天"),
            ("until", "2026-12-31"),
            ("ground", "县里批了"),
        ];
        let (read_powers, ground) = read(&good).unwrap();
        assert_eq!((read_powers.units.join(" ").as_str(), ground.as_str()), ("T01 T19", "县里批了"));
        assert_eq!((read_powers.per_learner.milli(), read_powers.per_year.milli()), (750, 40_000));
        let all = ["units", "per_learner", "per_year", "from", "until", "ground"];
        assert_eq!(fields_of(&read(&[]).unwrap_err()), all);
        for (field, value, wrong) in [
            ("units", "T99", "units"),
            ("kinds", "diploma", "kinds"),
            ("second_for", "full", "second_for"),
            ("second_for", "diploma", "second_for"),
            ("per_learner", "0", "per_learner"),
            ("per_learner", "1.2345", "per_learner"),
            ("per_learner", "-1", "per_learner"),
            ("per_year", "0.5", "per_year"),
            ("per_year", "10000000", "per_year"),
            ("from", "2026-03-01", "from"),
            ("until", "2026-03-01", "until"),
            ("until", "2036-03-01", "until"),
        ] {
            let mut pairs: Vec<_> = good.iter().copied().filter(|(name, _)| *name != field).collect();
            pairs.push((field, value));
            assert_eq!(fields_of(&read(&pairs).unwrap_err()), [wrong], "{field} {value}");
        }
    }

    #[test]
    fn a_key_takes_over_today_or_within_ninety_days() {
        let today = Day::parse("2026-03-02").unwrap();
        let read = |typed| key_day(&Fields::from_pairs(&[("key_day", typed)]), today).map(|day| day.to_string()).ok();
        assert_eq!(read("今天").as_deref(), Some("2026-03-02"));
        assert_eq!(read("2026-05-31").as_deref(), Some("2026-05-31"));
        assert_eq!((read("2026-03-01"), read("2026-06-01"), read(""), read("不知道")), (None, None, None, None));
    }
}
