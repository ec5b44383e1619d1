//! The forms of the desk, checked: what was typed becomes a type, or a message at its field.

use crate::i18n::Message;
use crate::identity::{
    BirthYear, ConsentWay, InPerson, MOST_SHEETS, Majority, NewGuardian, PersonName, Phone, Relation, Wrong, parse_born,
};
use crate::kernel::{CardNumber, Day, Group};
use crate::places::PlaceCode;
use crate::web::{FieldError, FieldErrors, Fields, Font, text};

fn at(field: &'static str) -> impl Fn(Wrong) -> FieldError {
    move |wrong| FieldError::new(field, wrong.into())
}

fn wrong(field: &'static str, key: &'static str) -> FieldError {
    FieldError::new(field, Message::of(key))
}

/// The reading lists that may be written down for somebody: those that need no consent of their own.
pub(super) const GROUPS: [Group; 5] = [Group::Elder, Group::Farmer, Group::Woman, Group::CivilServant, Group::Public];

/// One of [`GROUPS`] by its code.
pub(super) fn group(code: &str) -> Option<Group> {
    GROUPS.into_iter().find(|group| group.code() == code)
}

/// The ways of agreeing at a desk.
pub(super) const WAYS: [ConsentWay; 3] = [ConsentWay::Spoken, ConsentWay::Paper, ConsentWay::Witness];

/// The field `consent`.
pub(super) fn consent(fields: &Fields) -> Result<ConsentWay, FieldError> {
    let way = WAYS.into_iter().find(|way| way.code() == fields.get("consent"));
    way.ok_or_else(|| wrong("consent", "identity-consent-choose"))
}

/// The fields `phone` and `nophone`: one of both.
fn phone(fields: &Fields) -> Result<Option<Phone>, FieldError> {
    match (fields.get("phone").trim(), fields.get("nophone") == "yes") {
        ("", true) => Ok(None),
        ("", false) => Err(wrong("phone", "enrolment-phone-or-none")),
        (_, true) => Err(wrong("phone", "enrolment-phone-and-none")),
        (typed, false) => Phone::parse(typed).map(Some).map_err(at("phone")),
    }
}

/// The field `card`; none where it is empty.
fn blank(fields: &Fields) -> Result<Option<CardNumber>, FieldError> {
    match text::digits(fields.get("card")).as_deref() {
        Some("") => Ok(None),
        Some(digits) if digits.len() == 10 => {
            CardNumber::parse(digits).map(Some).ok_or_else(|| wrong("card", "identity-card-typo"))
        }
        Some(digits) => Err(FieldError::new("card", Message::of("identity-card-length").with("count", digits.len()))),
        None => Err(wrong("card", "identity-card-not-digits")),
    }
}

/// Name and year of birth alone, as far as they are typed yet: for a look whether somebody is known already.
pub(super) fn likeness(fields: &Fields, today: Day) -> Option<(PersonName, BirthYear)> {
    let name = PersonName::parse(fields.get("name")).ok()?;
    Some((name, BirthYear::parse(fields.get("year"), today).ok()?))
}

/// A place as it was found, or the key of the message that says what is wrong with what was typed.
pub(super) type PlaceTyped = Result<PlaceCode, &'static str>;

/// Somebody who is enrolled at the desk. Under 14 the guardian's name and relation are needed; else they may stay empty.
pub(super) fn in_person(fields: &Fields, area: PlaceTyped, today: Day) -> Result<InPerson, FieldErrors> {
    let name = PersonName::parse(fields.get("name")).map_err(at("name"));
    let born = parse_born(fields.get("year"), fields.get("month"), fields.get("day"), today).map_err(at("year"));
    let born = born.and_then(|born| match born.majority {
        Majority::DependsOnDay => Err(wrong("year", "identity-year-needs-day")),
        _ => Ok(born),
    });
    let (phone, card, consent) = (phone(fields), blank(fields), consent(fields));
    let area = area.map_err(|key| wrong("place", key));
    let group = match fields.get("group") {
        "" => Ok(None),
        code => group(code).map(Some).ok_or_else(|| wrong("group", "enrolment-group-unknown")),
    };
    let is_child = born.as_ref().is_ok_and(|born| born.majority == Majority::NeedsGuardian);
    let (guardian, missing) = match guardian(fields, is_child) {
        Ok(guardian) => (guardian, Vec::new()),
        Err(errors) => (None, errors),
    };
    let font = Font::from_code(fields.get("font")).unwrap_or_default().code();
    match (name, born, phone, area, group, consent, card, missing.is_empty()) {
        (Ok(name), Ok(born), Ok(phone), Ok(area), Ok(group), Ok(consent), Ok(card), true) => {
            Ok(InPerson { name, year: born.year, phone, area, group, font, consent, guardian, card })
        }
        (name, born, phone, area, group, consent, card, _) => {
            let first = [name.err(), born.err(), phone.err(), consent.err(), area.err(), group.err(), card.err()];
            Err(first.into_iter().flatten().chain(missing).collect())
        }
    }
}

/// What was written into the desk's form elsewhere, of somebody who lives at `area`; none where something is wrong with it.
///
/// # Errors
/// What is wrong, by field.
pub fn read_form(fields: &Fields, area: PlaceCode, today: Day) -> Result<InPerson, FieldErrors> {
    in_person(fields, Ok(area), today)
}

fn guardian(fields: &Fields, is_child: bool) -> Result<Option<NewGuardian>, FieldErrors> {
    if !is_child {
        return Ok(None);
    }
    let name = PersonName::parse(fields.get("guardian")).map_err(|error| match error.message {
        "identity-name-empty" => wrong("guardian", "identity-guardian-empty"),
        _ => FieldError::new("guardian", error.into()),
    });
    let relation = Relation::from_code(fields.get("relation")).ok_or_else(|| wrong("relation", "identity-relation-choose"));
    match (name, relation) {
        (Ok(name), Ok(relation)) => Ok(Some(NewGuardian { name, relation })),
        (name, relation) => Err([name.err(), relation.err()].into_iter().flatten().collect()),
    }
}

/// The field `sheets`: how many sheets of blank cards.
pub(super) fn sheets(fields: &Fields) -> Result<usize, FieldError> {
    let typed = text::digits(fields.get("sheets")).and_then(|digits| digits.parse::<usize>().ok());
    match typed {
        Some(sheets) if (1..=MOST_SHEETS).contains(&sheets) => Ok(sheets),
        _ => Err(FieldError::new("sheets", Message::of("enrolment-sheets-form").with("most", MOST_SHEETS))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Day {
        Day::parse("2026-03-02").unwrap()
    }

    fn fields(errors: FieldErrors) -> Vec<&'static str> {
        errors.into_iter().map(|error| error.field).collect()
    }

    fn read(pairs: &[(&str, &str)]) -> Result<InPerson, FieldErrors> {
        in_person(&Fields::from_pairs(pairs), Ok(PlaceCode::parse("330185").unwrap()), today())
    }

    #[test]
    fn a_child_comes_with_a_guardian_and_a_grown_up_without() {
        let read = |year: &str, guardian: &str, relation: &str| {
            read(&[
                ("name", "小明"),
                ("year", year),
                ("nophone", "yes"),
                ("consent", "spoken"),
                ("guardian", guardian),
                ("relation", relation),
            ])
        };
        assert_eq!(fields(read("2018", "", "").unwrap_err()), ["guardian", "relation"]);
        assert_eq!(fields(read("2012", "王芳", "mother").unwrap_err()), ["year"], "only the day can tell");
        let child = read("2018", "王芳", "mother").unwrap();
        assert_eq!(child.guardian.map(|guardian| guardian.relation), Some(Relation::Mother));
        assert!(read("1951", "", "").unwrap().guardian.is_none());
        let errors = in_person(&Fields::default(), Err("identity-place-empty"), today()).unwrap_err();
        assert_eq!(fields(errors), ["name", "year", "phone", "consent", "place"]);
    }

    #[test]
    fn a_phone_or_none_is_said_and_never_both() {
        let with = |phone: &str, none: &str| {
            let pairs = [("name", "王桂英"), ("year", "1951"), ("consent", "witness"), ("phone", phone), ("nophone", none)];
            read(&pairs).map(|new| new.phone.is_some()).map_err(|errors| errors[0].message.key)
        };
        assert_eq!(with("13800000000", ""), Ok(true));
        assert_eq!(with("", "yes"), Ok(false));
        assert_eq!(with("", ""), Err("enrolment-phone-or-none"));
        assert_eq!(with("13800000000", "yes"), Err("enrolment-phone-and-none"));
        assert_eq!(with("138", ""), Err("identity-phone-length"));
    }

    #[test]
    fn a_blank_card_is_told_what_is_wrong_with_its_number() {
        let with = |card: &str| {
            let pairs = [("name", "王桂英"), ("year", "1951"), ("consent", "paper"), ("nophone", "yes"), ("card", card)];
            read(&pairs).map(|new| new.card).map_err(|errors| errors[0].message.key)
        };
        assert_eq!(with(""), Ok(None));
        let number = CardNumber::from_body(5);
        assert_eq!(with(&number.to_string()), Ok(Some(number)));
        assert_eq!(with("1234567890"), Err("identity-card-typo"));
        assert_eq!(with("123"), Err("identity-card-length"));
    }
}
