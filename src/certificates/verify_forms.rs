//! What is typed to verify, and what is ticked to show, parsed.

use super::rules::shares::{Part, SHARE_DAYS, Shows};
use crate::credentials::{LongCode, Number, WrongCode};
use crate::i18n::Message;
use crate::identity::{PersonName, Wrong};
use crate::kernel::ClientId;
use crate::web::{FieldError, FieldErrors, Fields};

/// Characters of whom it is for.
const MOST_PURPOSE: usize = 60;

/// By what somebody asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    Code(LongCode),
    Number(Number, String),
}

/// What is wrong with a long code. It tells nothing of which there are.
pub(super) fn wrong_code(wrong: WrongCode) -> Message {
    match wrong {
        WrongCode::Length(0) => Message::of("verify-code-empty"),
        WrongCode::Length(count) => Message::of("verify-code-length").with("count", count),
        WrongCode::Character(place, character) => {
            Message::of("verify-code-character").with("place", place).with("character", character)
        }
        WrongCode::Mistyped(place) => Message::of("verify-code-mistyped").with("place", place),
        WrongCode::Several => Message::of("verify-code-several"),
    }
}

/// The code in what was typed: by itself, or the whole line that a camera read.
fn code_in(typed: &str) -> &str {
    let address = typed.split('#').next().unwrap_or(typed).trim();
    if address.contains("://") { address.rsplit('/').next().unwrap_or(address) } else { address }
}

fn wrong_name(wrong: Wrong) -> Message {
    let message = Message::of(wrong.message);
    match wrong.count {
        Some(count) => message.with("count", count),
        None => message,
    }
}

/// What was typed into one of the two forms.
pub(super) fn typed(fields: &Fields) -> Result<Typed, FieldErrors> {
    if fields.get("by") == "code" {
        let read = LongCode::parse(code_in(fields.get("code")));
        return read.map(Typed::Code).map_err(|wrong| vec![FieldError::new("code", wrong_code(wrong))]);
    }
    let number = Number::parse(fields.get("number")).ok_or_else(|| {
        let key = if fields.get("number").trim().is_empty() { "verify-number-empty" } else { "verify-number-wrong" };
        FieldError::new("number", Message::of(key))
    });
    let name = match fields.get("name").trim() {
        "" => Err(FieldError::new("name", Message::of("verify-name-empty"))),
        name => PersonName::parse(name).map_err(|wrong| FieldError::new("name", wrong_name(wrong))),
    };
    match (number, name) {
        (Ok(number), Ok(name)) => Ok(Typed::Number(number, name.as_str().to_owned())),
        (number, name) => Err([number.err(), name.err()].into_iter().flatten().collect()),
    }
}

/// What somebody wants to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wished {
    pub shows: Shows,
    pub days: u32,
    pub purpose: String,
    pub client: Option<ClientId>,
}

fn days_of(fields: &Fields) -> Result<u32, FieldError> {
    let days = fields.get("days").parse().ok().filter(|days| SHARE_DAYS.contains(days));
    days.ok_or_else(|| FieldError::new("days", Message::of("shares-days-choose")))
}

/// Parts of a certificate with these units.
pub(super) fn parts(fields: &Fields, units: &[String]) -> Result<Wished, FieldErrors> {
    let whole_name = match fields.get("name") {
        "whole" => Ok(true),
        "masked" => Ok(false),
        _ => Err(FieldError::new("name", Message::of("shares-name-choose"))),
    };
    let purpose = fields.line("for", MOST_PURPOSE, "shares-for-empty");
    match (whole_name, days_of(fields), purpose) {
        (Ok(whole_name), Ok(days), Ok(purpose)) => {
            let ticked = |code: &str| fields.all("part").any(|value| value == code);
            let shows = Shows {
                whole_name,
                parts: Part::ALL.into_iter().filter(|part| ticked(part.code())).collect(),
                units: units.iter().filter(|unit| fields.all("unit").any(|value| value == unit.as_str())).cloned().collect(),
            };
            Ok(Wished { shows, days, purpose, client: None })
        }
        (name, days, purpose) => Err([name.err(), days.err(), purpose.err()].into_iter().flatten().collect()),
    }
}

/// The statement, to one of these programs.
pub(super) fn statement(fields: &Fields, clients: &[(String, String)]) -> Result<Wished, FieldErrors> {
    let chosen = clients.iter().find(|(id, _)| id == fields.get("client")).and_then(|(id, name)| Some((id.parse().ok()?, name)));
    let chosen = chosen.ok_or_else(|| FieldError::new("client", Message::of("shares-client-choose")));
    match (chosen, days_of(fields)) {
        (Ok((client, name)), Ok(days)) => {
            let shows = Shows { whole_name: true, parts: Vec::new(), units: Vec::new() };
            Ok(Wished { shows, days, purpose: name.clone(), client: Some(client) })
        }
        (client, days) => Err([client.err(), days.err()].into_iter().flatten().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "0123456789ABCDEFGHJKM7KA";

    fn wrong(fields: &[(&str, &str)]) -> Vec<(&'static str, &'static str)> {
        let errors = typed(&Fields::from_pairs(fields)).unwrap_err();
        errors.into_iter().map(|error| (error.field, error.message.key)).collect()
    }

    #[test]
    fn a_code_is_read_by_itself_or_in_the_whole_line_of_a_camera() {
        let long = format!("HTTPS://XUEFEN.EXAMPLE.CN/V/{CODE}#0123ABC");
        for text in [CODE, "012345-6789ab-cdefgh-jkm7ka", long.as_str()] {
            let read = typed(&Fields::from_pairs(&[("by", "code"), ("code", text)])).unwrap();
            assert_eq!(read, Typed::Code(LongCode::parse(CODE).unwrap()), "{text}");
        }
        assert_eq!(wrong(&[("by", "code"), ("code", " ")]), [("code", "verify-code-empty")]);
        assert_eq!(wrong(&[("by", "code"), ("code", "0123456789ABCDEFGHJKM7KB")]), [("code", "verify-code-mistyped")]);
    }

    #[test]
    fn number_and_name_are_read_or_everything_wrong_is_said() {
        let number = Number::from_value(0).unwrap();
        let read = typed(&Fields::from_pairs(&[("number", &number.spaced()), ("name", " 买买提•吐尔逊 ")])).unwrap();
        assert_eq!(read, Typed::Number(number, "买买提·吐尔逊".to_owned()));
        assert_eq!(wrong(&[]), [("number", "verify-number-empty"), ("name", "verify-name-empty")]);
        assert_eq!(wrong(&[("number", "123456789010"), ("name", "王")]), [("number", "verify-number-wrong")]);
    }

    #[test]
    fn what_is_shown_is_what_was_ticked_and_no_unit_of_another() {
        let units = ["T01".to_owned(), "T19".to_owned()];
        let read = |pairs: &[(&str, &str)]| parts(&Fields::from_pairs(pairs), &units);
        let good =
            read(&[("name", "masked"), ("days", "7"), ("for", "村委会"), ("part", "day"), ("unit", "T19"), ("unit", "T05")])
                .unwrap();
        assert_eq!((good.shows.to_text().as_str(), good.days, good.purpose.as_str()), ("masked day T19", 7, "村委会"));
        let errors = read(&[("days", "8")]).unwrap_err();
        assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), ["name", "days", "for"]);
    }
}
