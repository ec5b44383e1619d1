//! The forms of the learners' doors, checked: what was typed becomes a type, or a message at its field.

use super::roles::Ownership;
use super::service::CardTry;
use super::values::{BirthYear, Born, PersonName, Phone, Pin, Wrong, parse_born};
use crate::i18n::Message;
use crate::kernel::{CardNumber, Day};
use crate::web::{FieldError, FieldErrors, Fields, text};

fn at(field: &'static str) -> impl Fn(Wrong) -> FieldError {
    move |wrong| FieldError::new(field, wrong.into())
}

/// The field `phone`.
pub(super) fn phone(fields: &Fields) -> Result<Phone, FieldError> {
    Phone::parse(fields.get("phone")).map_err(at("phone"))
}

/// The field `otp`: six digits.
pub(super) fn code(fields: &Fields) -> Result<String, FieldError> {
    let wrong = |message: Message| Err(FieldError::new("otp", message));
    match text::digits(fields.get("otp")) {
        Some(digits) if digits.len() == 6 => Ok(digits),
        Some(digits) if digits.is_empty() => wrong(Message::of("identity-code-empty")),
        Some(digits) => wrong(Message::of("identity-code-form").with("count", digits.len())),
        None => wrong(Message::of("identity-code-not-digits")),
    }
}

/// The field `name`.
pub(super) fn name(fields: &Fields) -> Result<PersonName, FieldError> {
    PersonName::parse(fields.get("name")).map_err(at("name"))
}

/// The fields `year`, `month` and `day`.
pub(super) fn born(fields: &Fields, today: Day) -> Result<Born, FieldError> {
    parse_born(fields.get("year"), fields.get("month"), fields.get("day"), today)
        .map_err(|wrong| at(if wrong.message == "identity-birthday-impossible" { "month" } else { "year" })(wrong))
}

/// The digits of a number that a link carries; nothing where it holds anything else.
pub(super) fn digits_only(raw: &str) -> String {
    text::digits(raw).filter(|digits| digits.len() <= 20).unwrap_or_default()
}

/// The field `card`.
pub(super) fn card(fields: &Fields) -> Result<CardNumber, FieldError> {
    let wrong = |message: Message| Err(FieldError::new("card", message));
    match text::digits(fields.get("card")) {
        Some(digits) if digits.is_empty() => wrong(Message::of("identity-card-empty")),
        Some(digits) if digits.len() != 10 => wrong(Message::of("identity-card-length").with("count", digits.len())),
        Some(digits) => match CardNumber::parse(&digits) {
            Some(card) => Ok(card),
            None => wrong(Message::of("identity-card-typo")),
        },
        None => wrong(Message::of("identity-card-not-digits")),
    }
}

/// The field `digits`: what a volunteer has read out.
pub(super) fn hall_digits(fields: &Fields) -> Result<String, FieldError> {
    match text::digits(fields.get("digits")) {
        Some(digits) if digits.len() == 6 => Ok(digits),
        _ => Err(FieldError::new("digits", Message::of("identity-hall-digits-form"))),
    }
}

/// The field `card`; none where it is empty: a blank card that is given away.
pub(super) fn blank_card(fields: &Fields) -> Result<Option<CardNumber>, FieldError> {
    if fields.get("card").trim().is_empty() { Ok(None) } else { card(fields).map(Some) }
}

/// The fields `card`, `pin`, and `year` where it was asked.
pub fn card_try(fields: &Fields, today: Day) -> Result<CardTry, FieldErrors> {
    let year = fields.has("year").then(|| BirthYear::parse(fields.get("year"), today).map_err(at("year"))).transpose();
    match (card(fields), Pin::parse(fields.get("pin")).map_err(at("pin")), year) {
        (Ok(card), Ok(pin), Ok(year)) => Ok(CardTry { card, pin, year }),
        (card, pin, year) => Err([card.err(), pin.err(), year.err()].into_iter().flatten().collect()),
    }
}

/// The button that was pressed says whether others use this device too.
pub(super) fn ownership(fields: &Fields) -> Ownership {
    if fields.get("shared") == "yes" { Ownership::Shared } else { Ownership::Own }
}

/// The field `pin`, for a new one.
///
/// # Errors
/// What is wrong with it, at its field.
pub fn new_pin(fields: &Fields) -> Result<Pin, FieldError> {
    Pin::parse_new(fields.get("pin")).map_err(at("pin"))
}

/// How long to rest, in words.
pub fn rest(seconds: i64) -> Message {
    match (seconds + 59) / 60 {
        minutes if minutes <= 120 => Message::of("identity-rest").with("minutes", minutes),
        minutes => Message::of("identity-rest-hours").with("hours", (minutes + 59) / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_number_is_told_what_is_wrong_with_it() {
        let cases = [
            ("", "identity-card-empty"),
            ("123", "identity-card-length"),
            ("十个", "identity-card-not-digits"),
            ("1234567890", "identity-card-typo"),
        ];
        for (typed, key) in cases {
            assert_eq!(card(&Fields::from_pairs(&[("card", typed)])).unwrap_err().message.key, key, "{typed}");
        }
        let right = CardNumber::from_body(123_456_789);
        assert_eq!(card(&Fields::from_pairs(&[("card", &right.to_string())])).unwrap(), right);
    }
}
