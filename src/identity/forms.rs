//! The forms of the doors, checked: what was typed becomes a type, or a message at its field.

use super::passwords::{FEWEST_CHARS, MOST_BYTES};
use super::values::{Born, DocumentNumber, Login, PersonName, Phone, Pin, Wrong, parse_born};
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

/// The fields `card` and `pin`.
pub(super) fn card_and_pin(fields: &Fields) -> Result<(CardNumber, Pin), FieldErrors> {
    match (card(fields), Pin::parse(fields.get("pin")).map_err(at("pin"))) {
        (Ok(card), Ok(pin)) => Ok((card, pin)),
        (card, pin) => Err(card.err().into_iter().chain(pin.err()).collect()),
    }
}

/// The field `pin`, for a new one.
pub(super) fn new_pin(fields: &Fields) -> Result<Pin, FieldError> {
    Pin::parse_new(fields.get("pin")).map_err(at("pin"))
}

/// How long to rest, in words.
pub(super) fn rest(seconds: i64) -> Message {
    Message::of("identity-rest").with("minutes", (seconds + 59) / 60)
}

/// What the staff door asks.
pub(super) struct StaffDoor {
    /// The sign-in name; one that nobody can have where it has no possible form.
    pub login: String,
    pub password: String,
    pub code: String,
}

/// The fields `login`, `password` and `code`. Only empty ones are named; whatever else is wrong is told as one.
pub(super) fn staff_door(fields: &Fields) -> Result<StaffDoor, FieldErrors> {
    let missing = |field: &'static str, message: &'static str| {
        fields.get(field).trim().is_empty().then(|| FieldError::new(field, Message::of(message)))
    };
    let errors: FieldErrors = [
        missing("login", "identity-login-empty"),
        missing("password", "identity-password-empty"),
        missing("code", "identity-totp-empty"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    let login = Login::parse(fields.get("login")).map_or_else(|_| "-".to_owned(), |login| login.as_str().to_owned());
    let password = bounded(fields.get("password"));
    Ok(StaffDoor { login, password, code: text::digits(fields.get("code")).unwrap_or_default() })
}

/// Longer passwords than could be set are not hashed at their full length.
fn bounded(password: &str) -> String {
    if password.len() <= MOST_BYTES { password.to_owned() } else { String::new() }
}

/// A new password, and the first code of the second factor.
pub(super) fn set_up(fields: &Fields, login: &str) -> Result<(String, String), FieldErrors> {
    let password = fields.get("password");
    let length = password.chars().count();
    let mut errors = FieldErrors::new();
    if length < FEWEST_CHARS {
        errors.push(FieldError::new("password", Message::of("identity-password-short").with("count", length)));
    } else if password.len() > MOST_BYTES {
        errors.push(FieldError::new("password", Message::of("identity-password-long")));
    } else if is_easy(password, login) {
        errors.push(FieldError::new("password", Message::of("identity-password-easy")));
    }
    let code = text::digits(fields.get("code")).unwrap_or_default();
    if code.len() != 6 {
        errors.push(FieldError::new("code", Message::of("identity-totp-form")));
    }
    if errors.is_empty() { Ok((password.to_owned(), code)) } else { Err(errors) }
}

/// A password of few different characters, of digits alone, or with the sign-in name in it.
fn is_easy(password: &str, login: &str) -> bool {
    let mut different: Vec<char> = password.chars().collect();
    different.sort_unstable();
    different.dedup();
    different.len() < 5 || password.bytes().all(|b| b.is_ascii_digit()) || password.to_lowercase().contains(login)
}

/// Whom a member of staff looks for: a phone number or a card number, told apart by length.
pub(super) enum Wanted {
    Phone(Phone),
    Card(CardNumber),
}

/// The field `number`.
pub(super) fn wanted(fields: &Fields) -> Result<Wanted, FieldError> {
    let raw = fields.get("number");
    if let Some(card) = text::digits(raw).as_deref().and_then(CardNumber::parse) {
        return Ok(Wanted::Card(card));
    }
    let wrong = |_| FieldError::new("number", Message::of("identity-find-form"));
    Phone::parse(raw).map(Wanted::Phone).map_err(wrong)
}

/// The field `document`; none where it is empty.
pub(super) fn document(fields: &Fields, today: Day) -> Result<Option<DocumentNumber>, FieldError> {
    if fields.get("document").trim().is_empty() {
        return Ok(None);
    }
    DocumentNumber::parse(fields.get("document"), today).map(Some).map_err(at("document"))
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

    #[test]
    fn a_new_password_is_long_enough_and_not_easy() {
        let cases = [
            ("short", Some("identity-password-short")),
            ("1234567890123", Some("identity-password-easy")),
            ("aaaaaaaaaaaa", Some("identity-password-easy")),
            ("my-Li.Min-password", Some("identity-password-easy")),
            ("柳湾村的老槐树下面乘凉", None),
            ("correct horse battery", None),
        ];
        for (password, wrong) in cases {
            let outcome = set_up(&Fields::from_pairs(&[("password", password), ("code", "123 456")]), "li.min");
            assert_eq!(outcome.err().map(|errors| errors[0].message.key), wrong, "{password}");
        }
    }

    #[test]
    fn the_staff_door_names_only_what_is_empty() {
        let errors = staff_door(&Fields::from_pairs(&[("login", "x")])).err().unwrap();
        assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), ["password", "code"]);
        let odd = staff_door(&Fields::from_pairs(&[("login", "没有这个人"), ("password", "p"), ("code", "1")]))
            .unwrap_or_else(|_| panic!());
        assert_eq!(odd.login, "-");
    }

    #[test]
    fn a_number_is_taken_for_a_card_or_a_phone() {
        let card = CardNumber::from_body(5);
        assert!(matches!(wanted(&Fields::from_pairs(&[("number", card.as_str())])), Ok(Wanted::Card(_))));
        assert!(matches!(wanted(&Fields::from_pairs(&[("number", "138 0000 0000")])), Ok(Wanted::Phone(_))));
        assert!(wanted(&Fields::from_pairs(&[("number", "王桂英")])).is_err());
    }
}
