//! The forms of the staff, checked: their door, looking people up, what is done at a service point.

use super::passwords::{FEWEST_CHARS, MOST_BYTES};
use super::roles::Role;
use super::scope::Grant;
use super::service::StaffPerson;
use super::values::{BirthYear, DocumentNumber, Login, PersonName, Phone, Wrong};
use super::{forms, lines};
use crate::i18n::Message;
use crate::kernel::{CardNumber, Day, OrganisationId};
use crate::places::PlaceCode;
use crate::web::{FieldError, FieldErrors, Fields, text};

fn at(field: &'static str) -> impl Fn(Wrong) -> FieldError {
    move |wrong| FieldError::new(field, wrong.into())
}

fn wrong(field: &'static str, key: &'static str) -> FieldError {
    FieldError::new(field, Message::of(key))
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

/// A place as it was found, or the key of the message that says what is wrong with what was typed.
pub(super) type PlaceTyped = Result<PlaceCode, &'static str>;

/// The fields `role`, `organisation` and `line`, with the place that was looked up.
pub(super) fn grant(fields: &Fields, area: PlaceTyped) -> Result<Grant, FieldErrors> {
    let role = Role::from_code(fields.get("role")).ok_or_else(|| wrong("role", "identity-role-choose"));
    let organisation = match fields.get("organisation") {
        "" => Ok(None),
        id => id.parse::<OrganisationId>().map(Some).map_err(|_| wrong("organisation", "identity-organisation-unknown")),
    };
    let line = match fields.get("line") {
        "" => Ok(None),
        line if lines::codes().any(|code| code == line) => Ok(Some(line.to_owned())),
        _ => Err(wrong("line", "identity-line-unknown")),
    };
    let area = area.map_err(|key| wrong("place", key));
    match (role, organisation, line, area) {
        (Ok(role), Ok(organisation), Ok(line), Ok(area)) => Ok(Grant { role, organisation, area, line }),
        (role, organisation, line, area) => {
            Err([role.err(), area.err(), organisation.err(), line.err()].into_iter().flatten().collect())
        }
    }
}

/// The fields `name`, `phone` and `login`: who is to be staff.
pub(super) fn staff_person(fields: &Fields) -> Result<(StaffPerson, Login), FieldErrors> {
    let person = if fields.get("phone").trim().is_empty() {
        PersonName::parse(fields.get("name")).map(StaffPerson::Named).map_err(at("name"))
    } else {
        Phone::parse(fields.get("phone")).map(StaffPerson::WithPhone).map_err(at("phone"))
    };
    match (person, Login::parse(fields.get("login")).map_err(at("login"))) {
        (Ok(person), Ok(login)) => Ok((person, login)),
        (person, login) => Err([person.err(), login.err()].into_iter().flatten().collect()),
    }
}

/// Name and year of birth as they stand in a document; `seen` says that it lies there.
pub(super) fn correction(fields: &Fields, today: Day) -> Result<(PersonName, BirthYear), FieldErrors> {
    let seen = if fields.get("seen") == "yes" { Ok(()) } else { Err(wrong("seen", "identity-correct-unseen")) };
    match (forms::name(fields), BirthYear::parse(fields.get("year"), today).map_err(at("year")), seen) {
        (Ok(name), Ok(year), Ok(())) => Ok((name, year)),
        (name, year, seen) => Err([name.err(), year.err(), seen.err()].into_iter().flatten().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
