//! What the forms say, parsed.

use crate::help::{MOST_WORDS, Told};
use crate::i18n::Message;
use crate::identity::{BirthYear, Majority, PersonName};
use crate::kernel::{Day, Group};
use crate::web::{FieldError, FieldErrors, Fields};

/// Name and year of birth, put right.
#[derive(Debug)]
pub(super) struct Correction {
    pub name: PersonName,
    pub year: BirthYear,
}

impl Correction {
    pub(super) fn parse(fields: &Fields, today: Day) -> Result<Self, FieldErrors> {
        let name = PersonName::parse(fields.get("name")).map_err(|wrong| FieldError::new("name", wrong.into()));
        let year = BirthYear::parse(fields.get("year"), today).map_err(|wrong| FieldError::new("year", wrong.into()));
        let year = year.and_then(|year| match year.majority(today) {
            Majority::NeedsGuardian => Err(FieldError::new("year", Message::of("me-year-too-young"))),
            _ => Ok(year),
        });
        match (name, year) {
            (Ok(name), Ok(year)) => Ok(Self { name, year }),
            (name, year) => Err([name.err(), year.err()].into_iter().flatten().collect()),
        }
    }
}

/// The groups chosen, of those that need no consent of their own, in their order.
pub(super) fn groups(fields: &Fields) -> Vec<Group> {
    let is_chosen = |group: &Group| fields.all("groups").any(|code| code == group.code());
    OFFERED.into_iter().filter(is_chosen).collect()
}

/// The groups that can be chosen just so. The public is no group.
pub(super) const OFFERED: [Group; 4] = [Group::Elder, Group::Farmer, Group::Woman, Group::CivilServant];

/// What somebody complains about.
pub(super) fn complaint(fields: &Fields) -> Result<Told, FieldErrors> {
    let words = fields.lines("words", MOST_WORDS, "me-complaint-empty").map_err(|error| vec![error])?;
    Ok(Told { words, ..Told::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_is_read_whole_or_says_everything_that_is_wrong() {
        let today = Day::parse("2026-03-02").unwrap();
        let read = |name: &str, year: &str| Correction::parse(&Fields::from_pairs(&[("name", name), ("year", year)]), today);
        let good = read("王桂英", "１９５２").unwrap();
        assert_eq!((good.name.as_str(), good.year.value()), ("王桂英", 1952));
        let fields = |errors: FieldErrors| errors.into_iter().map(|error| error.field).collect::<Vec<_>>();
        assert_eq!(fields(read("", "52").unwrap_err()), ["name", "year"]);
        assert_eq!(fields(read("王桂英", "2020").unwrap_err()), ["year"]);
    }

    #[test]
    fn only_groups_that_are_offered_are_taken() {
        let fields = Fields::from_pairs(&[("groups", "woman"), ("groups", "veteran"), ("groups", "elder"), ("groups", "x")]);
        assert_eq!(groups(&fields), [Group::Elder, Group::Woman]);
        assert!(groups(&Fields::default()).is_empty());
    }

    #[test]
    fn a_complaint_needs_words() {
        assert_eq!(complaint(&Fields::from_pairs(&[("words", " \n ")])).unwrap_err()[0].field, "words");
        assert_eq!(complaint(&Fields::from_pairs(&[("words", "有人打我电话")])).unwrap().words, "有人打我电话");
    }
}
