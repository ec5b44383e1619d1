//! What was answered, read from a form.

use std::collections::BTreeSet;

use super::Shown;
use super::rules::Given;
use crate::curriculum::model::Form;
use crate::i18n::Message;
use crate::web::{FieldError, FieldErrors, Fields};

/// The field of choices.
pub(super) const CHOICE: &str = "q";
/// The value of 不知道 among choices, and of "not chosen yet" in a list.
pub(super) const UNKNOWN: &str = "0";
/// The fields of steps and of pairs. The format of items allows five at most.
pub(super) const LINES: [&str; 8] = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"];

/// Reads the answer to the question shown.
///
/// # Errors
/// What is missing or stands twice, to be mended on the same page.
pub fn read_answer(shown: &Shown<'_>, fields: &Fields) -> Result<Given, FieldErrors> {
    let says_unknown = fields.all(CHOICE).any(|value| value == UNKNOWN);
    match &shown.item().form {
        Form::TrueFalse { .. } => read_truth(fields),
        Form::Single { .. } | Form::Multiple { .. } | Form::Screen { .. } => read_choices(shown, fields, says_unknown),
        Form::Order { .. } | Form::Match { .. } if says_unknown => Ok(Given::Unknown),
        Form::Order { .. } => {
            shown.order_of(&read_lines(fields, shown, "answer-step-missing", "answer-step-twice")?).ok_or_else(again)
        }
        Form::Match { .. } => {
            shown.pairs_of(&read_lines(fields, shown, "answer-pair-missing", "answer-pair-twice")?).ok_or_else(again)
        }
    }
}

fn read_truth(fields: &Fields) -> Result<Given, FieldErrors> {
    match fields.get(CHOICE) {
        "1" => Ok(Given::Truth(true)),
        "2" => Ok(Given::Truth(false)),
        UNKNOWN => Ok(Given::Unknown),
        _ => Err(again()),
    }
}

fn read_choices(shown: &Shown<'_>, fields: &Fields, says_unknown: bool) -> Result<Given, FieldErrors> {
    let values: Vec<&str> = fields.all(CHOICE).filter(|value| *value != UNKNOWN).collect();
    let several = matches!(shown.item().form, Form::Multiple { .. });
    match (values.is_empty(), says_unknown) {
        (true, true) => return Ok(Given::Unknown),
        (false, true) => return Err(wrong("answer-both")),
        (true, false) => return Err(again()),
        (false, false) => {}
    }
    let chosen = values.iter().map(|value| shown.choice_at(value.parse().ok()?)).collect::<Option<BTreeSet<_>>>();
    chosen.filter(|chosen| several || chosen.len() == 1).map(Given::Chosen).ok_or_else(again)
}

/// The numbers chosen in the lists, in the order shown; every list must have one, and none of them twice.
fn read_lines(fields: &Fields, shown: &Shown<'_>, missing: &'static str, twice: &'static str) -> Result<Vec<usize>, FieldErrors> {
    let mut errors = FieldErrors::new();
    let mut chosen: Vec<usize> = Vec::new();
    for (field, (_, words)) in LINES.iter().zip(shown.entries()) {
        match fields.get(field).parse::<usize>() {
            Ok(number) if number > 0 && chosen.contains(&number) => {
                errors.push(FieldError::new(field, Message::of(twice).with("words", words)));
            }
            Ok(number) if number > 0 => chosen.push(number),
            _ => errors.push(FieldError::new(field, Message::of(missing).with("words", words))),
        }
    }
    if errors.is_empty() { Ok(chosen) } else { Err(errors) }
}

fn again() -> FieldErrors {
    wrong("answer-missing")
}

fn wrong(key: &'static str) -> FieldErrors {
    vec![FieldError::new(CHOICE, Message::of(key))]
}

#[cfg(test)]
mod tests {
    use super::super::tests as samples;
    use super::*;
    use crate::curriculum::model::Item;
    use crate::kernel::Seed;

    fn read(item: &Item, fields: &[(&str, &str)]) -> Result<Given, Vec<(&'static str, &'static str)>> {
        let answer = read_answer(&Shown::of(item, Seed([3; 16]), 1), &Fields::from_pairs(fields));
        answer.map_err(|errors| errors.into_iter().map(|error| (error.field, error.message.key)).collect())
    }

    #[test]
    fn a_tap_is_read_as_the_place_in_the_file() {
        let item = samples::single();
        let shown = Shown::of(&item, Seed([3; 16]), 1);
        for (at, (place, _)) in shown.entries().enumerate() {
            assert_eq!(read(&item, &[("q", &(at + 1).to_string())]), Ok(Given::Chosen([place].into())));
        }
        assert_eq!(read(&samples::true_or_false(), &[("q", "2")]), Ok(Given::Truth(false)));
    }

    #[test]
    fn not_knowing_is_an_answer_everywhere() {
        for item in samples::all() {
            assert_eq!(read(&item, &[("q", "0")]), Ok(Given::Unknown), "{}", item.id);
        }
    }

    #[test]
    fn what_is_missing_made_up_or_twice_is_said_beside_its_field() {
        let missing = |item: &Item, fields: &[(&str, &str)]| read(item, fields).unwrap_err();
        for item in samples::all() {
            assert!(read(&item, &[]).is_err(), "{}", item.id);
        }
        for value in ["", "9", "-1", "x", "一"] {
            assert_eq!(missing(&samples::single(), &[("q", value)]), [("q", "answer-missing")], "{value}");
            assert_eq!(missing(&samples::true_or_false(), &[("q", value)]), [("q", "answer-missing")], "{value}");
        }
        assert_eq!(missing(&samples::single(), &[("q", "1"), ("q", "2")]), [("q", "answer-missing")]);
        assert_eq!(missing(&samples::multiple(), &[("q", "1"), ("q", "0")]), [("q", "answer-both")]);
        assert_eq!(
            missing(&samples::order(), &[("s1", "1"), ("s2", "1"), ("s3", "0")]),
            [("s2", "answer-step-twice"), ("s3", "answer-step-missing")]
        );
        assert_eq!(missing(&samples::pairs(), &[("s1", "1"), ("s2", "2"), ("s3", "2")]), [("s3", "answer-pair-twice")]);
        assert_eq!(missing(&samples::pairs(), &[("s1", "1"), ("s2", "2"), ("s3", "7")]), [("q", "answer-missing")]);
    }
}
