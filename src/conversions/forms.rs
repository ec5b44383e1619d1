//! What the forms and files of this subject say, parsed and held to the same check.

use unicode_normalization::UnicodeNormalization;

use super::rule::Terms;
use super::rules::{
    Direction, MOST_DAYS_AHEAD, MOST_PART, MOST_PROMISED, MOST_STEP, MOST_TESTS, MOST_TITLE, MOST_VALUE, MOST_WORDS, MOST_YEARS,
    TestCase, lasts_too_long, thousandths,
};
use crate::i18n::Message;
use crate::kernel::{Credits, Day, Digest, OrganisationId};
use crate::ledger::{Amount, Fraction};
use crate::recognition::{Deciders, Levels};
use crate::web::{FieldError, FieldErrors, Fields, day_in};

/// The longest list of test cases, in characters.
const TESTS: usize = 1_000;

/// What may be chosen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choosable<'a> {
    /// Partners, by their ids.
    pub partners: &'a [OrganisationId],
    /// Codes of units.
    pub units: &'a [String],
    /// The day on which it is read; the first day of the rule is this one or later.
    pub today: Day,
}

fn wrong<T>(field: &'static str, key: &'static str) -> Result<T, FieldError> {
    Err(FieldError::new(field, Message::of(key)))
}

/// What is left of an answer where the other ones are wrong.
fn take<T>(read: Result<T, FieldError>, errors: &mut FieldErrors) -> Option<T> {
    read.map_err(|error| errors.push(error)).ok()
}

/// What a rule says.
pub(super) fn terms(fields: &Fields, may: Choosable<'_>) -> Result<Terms, FieldErrors> {
    let mut wrongs = Vec::new();
    let direction = take(direction(fields), &mut wrongs);
    let partner = take(partner(fields, may.partners), &mut wrongs);
    let unit = take(unit(fields, may.units), &mut wrongs);
    let title = take(fields.line("title", MOST_TITLE, "conversions-title-empty"), &mut wrongs);
    let numerator = take(part(fields, "numerator"), &mut wrongs);
    let denominator = take(part(fields, "denominator"), &mut wrongs);
    let step = take(step(fields), &mut wrongs);
    let identity = take(level(fields, "identity"), &mut wrongs);
    let supervision = take(level(fields, "supervision"), &mut wrongs);
    let evidence = take(fields.lines("evidence", MOST_WORDS, "conversions-evidence-empty"), &mut wrongs);
    let from = take(from(fields, may.today), &mut wrongs);
    let until = take(until(fields, from, may.today), &mut wrongs);
    let deciders = take(deciders(fields), &mut wrongs);
    let most = take(most(fields), &mut wrongs);
    let promised_days = take(promised(fields), &mut wrongs);
    let tests = take(tests(fields), &mut wrongs);
    let whole = || {
        Some(Terms {
            partner: partner?,
            direction: direction?,
            unit: unit?,
            title: title?,
            fraction: Fraction { numerator: numerator?, denominator: denominator?, step: step? },
            least: Levels::from_values(identity?, supervision?)?,
            evidence: evidence?,
            from: from?,
            until: until?,
            deciders: deciders?,
            most: most?,
            promised_days: promised_days?,
            tests: tests?,
        })
    };
    match whole() {
        Some(terms) if wrongs.is_empty() => Ok(terms),
        _ => Err(wrongs),
    }
}

fn direction(fields: &Fields) -> Result<Direction, FieldError> {
    let read = Direction::from_code(fields.get("direction"));
    read.map_or_else(|| wrong("direction", "conversions-direction-choose"), Ok)
}

fn partner(fields: &Fields, known: &[OrganisationId]) -> Result<OrganisationId, FieldError> {
    let read = fields.get("partner").parse().ok().filter(|id| known.contains(id));
    read.map_or_else(|| wrong("partner", "conversions-partner-choose"), Ok)
}

fn unit(fields: &Fields, known: &[String]) -> Result<String, FieldError> {
    let read = known.iter().find(|unit| *unit == fields.get("unit"));
    read.map_or_else(|| wrong("unit", "conversions-unit-choose"), |unit| Ok(unit.clone()))
}

/// Digits and a point as people write them: full width, with spaces.
fn plain(typed: &str) -> String {
    typed.nfkc().filter(|c| !c.is_whitespace()).collect()
}

fn whole_number(typed: &str) -> Option<i64> {
    let typed = plain(typed);
    let is_number = !typed.is_empty() && typed.len() <= 13 && typed.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { typed.parse().ok() } else { None }
}

fn part(fields: &Fields, field: &'static str) -> Result<i64, FieldError> {
    match whole_number(fields.get(field)) {
        Some(number) if (1..=MOST_PART).contains(&number) => Ok(number),
        _ => wrong(field, "conversions-part-wrong"),
    }
}

fn step(fields: &Fields) -> Result<Amount, FieldError> {
    let read = thousandths(&plain(fields.get("step"))).filter(|milli| *milli <= MOST_STEP).and_then(Amount::from_milli);
    read.map_or_else(|| wrong("step", "conversions-step-wrong"), Ok)
}

fn level(fields: &Fields, field: &'static str) -> Result<i64, FieldError> {
    match whole_number(fields.get(field)) {
        Some(level) if level <= 3 => Ok(level),
        _ => wrong(field, "conversions-level-choose"),
    }
}

fn from(fields: &Fields, today: Day) -> Result<Day, FieldError> {
    let read = day_in(fields.get("from"), today).filter(|day| today <= *day && *day <= today.plus_days(MOST_DAYS_AHEAD));
    read.map_or_else(|| wrong("from", "conversions-from-wrong"), Ok)
}

fn until(fields: &Fields, from: Option<Day>, today: Day) -> Result<Option<Day>, FieldError> {
    if fields.get("until").trim().is_empty() {
        return Ok(None);
    }
    let Some(until) = day_in(fields.get("until"), today) else { return wrong("until", "conversions-until-wrong") };
    match from {
        Some(from) if until < from => wrong("until", "conversions-until-before"),
        Some(from) if lasts_too_long(from, until) => {
            Err(FieldError::new("until", Message::of("conversions-until-late").with("years", MOST_YEARS)))
        }
        _ => Ok(Some(until)),
    }
}

fn deciders(fields: &Fields) -> Result<Deciders, FieldError> {
    match fields.get("deciders") {
        "1" => Ok(Deciders::One),
        "2" => Ok(Deciders::Two),
        _ => wrong("deciders", "conversions-deciders-choose"),
    }
}

fn most(fields: &Fields) -> Result<Option<Credits>, FieldError> {
    let typed = plain(fields.get("most"));
    if typed.is_empty() {
        return Ok(None);
    }
    let read = thousandths(&typed).filter(|milli| (1..=MOST_VALUE).contains(milli)).and_then(Credits::from_milli);
    read.map_or_else(|| wrong("most", "conversions-most-wrong"), |most| Ok(Some(most)))
}

fn promised(fields: &Fields) -> Result<u32, FieldError> {
    let read = whole_number(fields.get("promised_days")).and_then(|days| u32::try_from(days).ok());
    match read.filter(|days| (1..=MOST_PROMISED).contains(days)) {
        Some(days) => Ok(days),
        None => Err(FieldError::new("promised_days", Message::of("conversions-promised-wrong").with("most", MOST_PROMISED))),
    }
}

/// Test cases, one a line: `1 = 0.25`.
fn tests(fields: &Fields) -> Result<Vec<TestCase>, FieldError> {
    let typed = fields.lines("tests", TESTS, "conversions-tests-empty")?;
    let lines: Vec<&str> = typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > MOST_TESTS {
        return Err(FieldError::new("tests", Message::of("conversions-tests-many").with("most", MOST_TESTS)));
    }
    let mut cases = Vec::with_capacity(lines.len());
    for (line, number) in lines.into_iter().zip(1..) {
        match test_case(line) {
            Some(case) => cases.push(case),
            None => return Err(FieldError::new("tests", Message::of("conversions-test-wrong").with("line", number))),
        }
    }
    Ok(cases)
}

fn test_case(line: &str) -> Option<TestCase> {
    let line = plain(line);
    let (value, expects) = line.split_once(['=', ':'])?;
    let value = thousandths(value).filter(|value| (1..=MOST_VALUE).contains(value))?;
    Some(TestCase { value, expects: Credits::from_milli(thousandths(expects)?)? })
}

/// A test case as a form writes it.
pub(super) fn test_line(case: TestCase) -> String {
    format!("{} = {}", Credits::from_milli(case.value).unwrap_or_default(), case.expects)
}

/// A rule's words, as its form has them.
pub(super) fn as_fields(terms: &Terms) -> Fields {
    let step = terms.fraction.step.credits().to_string();
    let tests: Vec<String> = terms.tests.iter().map(|case| test_line(*case)).collect();
    let pairs = [
        ("direction", terms.direction.code().to_owned()),
        ("partner", terms.partner.to_string()),
        ("unit", terms.unit.clone()),
        ("title", terms.title.clone()),
        ("numerator", terms.fraction.numerator.to_string()),
        ("denominator", terms.fraction.denominator.to_string()),
        ("step", step),
        ("identity", terms.least.identity.value().to_string()),
        ("supervision", terms.least.supervision.value().to_string()),
        ("evidence", terms.evidence.clone()),
        ("from", terms.from.to_string()),
        ("until", terms.until.map(|day| day.to_string()).unwrap_or_default()),
        ("deciders", if terms.deciders == Deciders::One { "1" } else { "2" }.to_owned()),
        ("most", terms.most.map(|most| most.to_string()).unwrap_or_default()),
        ("promised_days", terms.promised_days.to_string()),
        ("tests", tests.join("\n")),
    ];
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Fields::from_pairs(&pairs)
}

/// The run that somebody was shown; none where the form names none.
pub(super) fn shown(fields: &Fields) -> Option<Digest> {
    Digest::parse(fields.get("shown"))
}

/// Why a version is ended: one to 500 characters.
pub(super) fn reason(fields: &Fields) -> Result<String, FieldErrors> {
    fields.lines("end_why", MOST_WORDS, "conversions-why-empty").map_err(|error| vec![error])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversions::sample_rule;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn partner() -> OrganisationId {
        OrganisationId::from_uuid(uuid::Uuid::from_u128(7))
    }

    fn good() -> Vec<(&'static str, String)> {
        let pairs = [
            ("direction", "in"),
            ("unit", "T05"),
            ("title", "开放大学 智能手机入门 课程证书"),
            ("numerator", "１"),
            ("denominator", "3"),
            ("step", "０.２５"),
            ("identity", "2"),
            ("supervision", "1"),
            ("evidence", "证书的照片"),
            ("from", "今天"),
            ("until", "2026-12-31"),
            ("deciders", "2"),
            ("most", ""),
            ("promised_days", "10"),
            ("tests", "1 = 0.25\n\n 0.5：0 "),
        ];
        let own = ("partner", partner().to_string());
        pairs.map(|(name, value)| (name, value.to_owned())).into_iter().chain([own]).collect()
    }

    fn read(change: &[(&'static str, &str)]) -> Result<Terms, FieldErrors> {
        let changed = |name: &str| change.iter().find(|(field, _)| *field == name).map(|(_, value)| (*value).to_owned());
        let pairs: Vec<(&str, String)> = good().into_iter().map(|(name, value)| (name, changed(name).unwrap_or(value))).collect();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let may = Choosable { partners: &[partner()], units: &["T05".to_owned()], today: day("2026-03-02") };
        terms(&Fields::from_pairs(&pairs), may)
    }

    #[test]
    fn a_rule_is_read_whole_as_people_write() {
        let terms = read(&[]).unwrap();
        let fraction = (terms.fraction.numerator, terms.fraction.denominator, terms.fraction.step.milli());
        assert_eq!((fraction, terms.from, terms.until), ((1, 3, 250), day("2026-03-02"), Some(day("2026-12-31"))));
        let cases: Vec<(i64, i64)> = terms.tests.iter().map(|case| (case.value, case.expects.milli())).collect();
        assert_eq!((cases, terms.most, terms.deciders), (vec![(1000, 250), (500, 0)], None, Deciders::Two));
        assert_eq!(read(&[("until", ""), ("most", "1.5")]).unwrap().most.unwrap().milli(), 1500);
    }

    #[test]
    fn each_field_says_what_is_wrong_with_it() {
        let many = "1 = 1\n".repeat(21);
        let cases = [
            ("direction", "up"),
            ("partner", "01980000-0000-7000-8000-000000000000"),
            ("unit", "T06"),
            ("title", ""),
            ("numerator", "0"),
            ("numerator", "1.5"),
            ("denominator", "-3"),
            ("denominator", "10000000000000"),
            ("step", "0"),
            ("step", "1000.001"),
            ("identity", "4"),
            ("supervision", ""),
            ("evidence", " "),
            ("from", "2026-03-01"),
            ("from", "2028-01-01"),
            ("until", "2026-03-01"),
            ("until", "2040-01-01"),
            ("until", "不知道"),
            ("deciders", "3"),
            ("most", "0"),
            ("promised_days", "0"),
            ("promised_days", "181"),
            ("tests", ""),
            ("tests", "1 0.25"),
            ("tests", "0 = 0"),
            ("tests", &many),
        ];
        for (field, value) in cases {
            let errors = read(&[(field, value)]).unwrap_err();
            assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), [field], "{field} {value}");
        }
        let empty = terms(&Fields::from_pairs(&[]), Choosable { partners: &[], units: &[], today: day("2026-03-02") });
        assert_eq!(empty.unwrap_err().len(), 14);
    }

    #[test]
    fn a_rule_survives_its_form() {
        let rule = sample_rule(crate::kernel::Id::from_uuid(uuid::Uuid::from_u128(1)), "开放大学");
        let may = Choosable { partners: &[rule.partner], units: std::slice::from_ref(&rule.unit), today: rule.from };
        assert_eq!(terms(&as_fields(&rule.terms()), may).unwrap(), rule.terms());
    }
}
