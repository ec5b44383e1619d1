//! What the forms of this subject say, parsed.

use super::service::Verdict;
use crate::i18n::Message;
use crate::kernel::Digest;
use crate::web::{FieldError, FieldErrors, Fields};

/// Characters of a receiver's number.
const NUMBER: usize = 60;
/// Characters of a reason.
const WORDS: usize = 500;

/// What the learner was shown.
pub(super) fn shown(fields: &Fields) -> Option<Digest> {
    Digest::parse(fields.get("shown"))
}

/// What the receiver answers: that it takes it, under its number; or that it does not, and why.
pub(super) fn verdict(fields: &Fields) -> Result<Verdict, FieldErrors> {
    match fields.get("doing") {
        "accept" => {
            let number = fields.line("number", NUMBER, "transfers-number-empty");
            number.map(Verdict::Accept).map_err(|error| vec![error])
        }
        "decline" => {
            let why = fields.lines("why", WORDS, "transfers-why-empty");
            why.map(Verdict::Decline).map_err(|error| vec![error])
        }
        _ => Err(vec![FieldError::new("number", Message::of("correction-doing-unknown"))]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taking_needs_a_number_and_not_taking_a_reason() {
        let read = |pairs: &[(&str, &str)]| verdict(&Fields::from_pairs(pairs));
        assert!(matches!(read(&[("doing", "accept"), ("number", " ZJ-7 ")]), Ok(Verdict::Accept(number)) if number == "ZJ-7"));
        assert!(matches!(read(&[("doing", "decline"), ("why", "不对口")]), Ok(Verdict::Decline(_))));
        for (pairs, field) in [
            (vec![("doing", "accept")], "number"),
            (vec![("doing", "decline"), ("number", "1")], "why"),
            (vec![("doing", "perhaps")], "number"),
        ] {
            assert_eq!(read(&pairs).unwrap_err()[0].field, field);
        }
        assert!(shown(&Fields::from_pairs(&[("shown", "x")])).is_none());
    }
}
