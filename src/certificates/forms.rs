//! What the forms of this subject say, parsed.

use super::WHOLE;
use crate::i18n::Message;
use crate::kernel::{AgencyId, CardNumber, Digest};
use crate::web::{FieldError, FieldErrors, Fields, text};

/// Characters of the words beside a refusal.
const MOST_WORDS: usize = 500;

fn wrong(field: &'static str, key: &'static str) -> FieldError {
    FieldError::new(field, Message::of(key))
}

/// Which agency.
pub(super) fn agency(fields: &Fields) -> Result<AgencyId, FieldErrors> {
    fields.get("agency").parse().map_err(|_| vec![wrong("agency", "certificates-agency-choose")])
}

/// The unit that a certificate is about; none is written: it is about no single one.
pub(super) fn about(written: &str) -> String {
    if written.is_empty() { WHOLE.to_owned() } else { written.to_owned() }
}

/// For whom an officer asks, and for what.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub card: CardNumber,
    pub kind: String,
    pub about: String,
}

impl Wanted {
    /// `kinds`: what may be chosen, as `kind` or as `kind unit`.
    pub(super) fn parse(fields: &Fields, kinds: &[String]) -> Result<Self, FieldErrors> {
        let digits = text::digits(fields.get("card")).unwrap_or_default();
        let card = CardNumber::parse(&digits).ok_or_else(|| wrong("card", "certificates-card-wrong"));
        let chosen = Some(fields.get("what")).filter(|what| kinds.iter().any(|kind| kind == what));
        match (card, chosen.ok_or_else(|| wrong("what", "certificates-what-choose"))) {
            (Ok(card), Ok(what)) => {
                let (kind, unit) = what.split_once(' ').unwrap_or((what, ""));
                Ok(Self { card, kind: kind.to_owned(), about: about(unit) })
            }
            (card, what) => Err([card.err(), what.err()].into_iter().flatten().collect()),
        }
    }
}

/// What is done with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// An officer issues it, having been shown what it rests on, of this digest.
    Issue(Digest),
    /// An officer proposes it.
    Propose(Digest),
    /// A reviewer agrees, and it is issued.
    Agree(Digest),
    /// It is refused, because.
    Refuse(String),
}

impl Wish {
    pub(super) fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        let shown = || Digest::parse(fields.get("shown")).ok_or_else(|| vec![wrong("shown", "certificates-changed")]);
        match fields.get("doing") {
            "issue" => shown().map(Self::Issue),
            "propose" => shown().map(Self::Propose),
            "agree" => shown().map(Self::Agree),
            "refuse" => {
                fields.lines("words", MOST_WORDS, "certificates-words-empty").map(Self::Refuse).map_err(|error| vec![error])
            }
            _ => Err(vec![wrong("doing", "certificates-wrong-state")]),
        }
    }
}

/// What a reviewer answers to an appeal against a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    /// Whether they agree, and the request is opened anew.
    pub is_upheld: bool,
    pub words: String,
}

impl Heard {
    pub(super) fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        let is_upheld = match fields.get("doing") {
            "uphold" => true,
            "keep" => false,
            _ => return Err(vec![wrong("doing", "certificates-wrong-state")]),
        };
        let words = fields.lines("hearing", MOST_WORDS, "help-answer-empty").map_err(|error| vec![error])?;
        Ok(Self { is_upheld, words })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields_of(errors: &FieldErrors) -> Vec<&'static str> {
        errors.iter().map(|error| error.field).collect()
    }

    #[test]
    fn whom_it_is_for_and_what_it_is_are_read_or_everything_wrong_is_said() {
        let card = CardNumber::from_body(123_456_789);
        let typed = card.to_string();
        let kinds = ["foundation".to_owned(), "unit T19".to_owned()];
        let read = |card: &str, what: &str| Wanted::parse(&Fields::from_pairs(&[("card", card), ("what", what)]), &kinds);
        let wanted = |kind: &str, about: &str| Wanted { card: card.clone(), kind: kind.to_owned(), about: about.to_owned() };
        assert_eq!(read(&typed, "foundation").unwrap(), wanted("foundation", WHOLE));
        assert_eq!(read(&typed, "unit T19").unwrap(), wanted("unit", "T19"));
        assert_eq!(fields_of(&read("1234", "unit T01").unwrap_err()), ["card", "what"]);
        assert_eq!(fields_of(&read(&typed, "").unwrap_err()), ["what"]);
    }

    #[test]
    fn an_appeal_is_upheld_or_not_and_answered_in_words() {
        let read = |pairs: &[(&str, &str)]| Heard::parse(&Fields::from_pairs(pairs));
        for (doing, is_upheld) in [("uphold", true), ("keep", false)] {
            let heard = Heard { is_upheld, words: "查过了".to_owned() };
            assert_eq!(read(&[("doing", doing), ("hearing", "查过了")]).unwrap(), heard);
            assert_eq!(fields_of(&read(&[("doing", doing), ("hearing", " ")]).unwrap_err()), ["hearing"]);
        }
        assert_eq!(fields_of(&read(&[("hearing", "查过了")]).unwrap_err()), ["doing"]);
    }

    #[test]
    fn what_is_done_names_what_was_shown() {
        let shown = Digest::from_array([7; 32]);
        let read = |pairs: &[(&str, &str)]| Wish::parse(&Fields::from_pairs(pairs));
        let text = shown.to_string();
        assert_eq!(read(&[("doing", "issue"), ("shown", &text)]).unwrap(), Wish::Issue(shown));
        assert_eq!(read(&[("doing", "propose"), ("shown", &text)]).unwrap(), Wish::Propose(shown));
        assert_eq!(read(&[("doing", "agree"), ("shown", &text)]).unwrap(), Wish::Agree(shown));
        assert_eq!(read(&[("doing", "refuse"), ("words", "差一门")]).unwrap(), Wish::Refuse("差一门".to_owned()));
        assert_eq!(fields_of(&read(&[("doing", "issue")]).unwrap_err()), ["shown"]);
        assert_eq!(fields_of(&read(&[("doing", "refuse")]).unwrap_err()), ["words"]);
        assert_eq!(fields_of(&read(&[]).unwrap_err()), ["doing"]);
    }
}
