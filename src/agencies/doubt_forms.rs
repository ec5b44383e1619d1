//! What the form of a key says, parsed.

use super::forms::reason;
use super::rules::MOST_WORDS;
use crate::i18n::Message;
use crate::web::{FieldError, FieldErrors, Fields};

/// What somebody does about the trust in a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Doing {
    /// Asks that it be believed no longer, because.
    Ask(String),
    /// Agrees.
    Agree,
    /// Does not agree, because.
    Disagree(String),
    /// Takes their own request back.
    Withdraw,
}

impl Doing {
    pub(super) fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        match fields.get("doing") {
            "ask" => reason(fields, "distrust_why").map(Self::Ask),
            "agree" => Ok(Self::Agree),
            "disagree" => {
                fields.lines("answer", MOST_WORDS, "correction-answer-empty").map(Self::Disagree).map_err(|error| vec![error])
            }
            "withdraw" => Ok(Self::Withdraw),
            _ => Err(vec![FieldError::new("answer", Message::of("correction-doing-unknown"))]),
        }
    }

    /// What is said once it is done.
    pub(super) const fn said(&self) -> &'static str {
        match self {
            Self::Ask(_) => "asked",
            Self::Agree => "agreed",
            Self::Disagree(_) => "disagreed",
            Self::Withdraw => "withdrawn",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubt_needs_its_reason_and_a_refusal_its_words() {
        let read = |pairs: &[(&str, &str)]| Doing::parse(&Fields::from_pairs(pairs));
        assert_eq!(
            read(&[("doing", "ask"), ("distrust_why", " 密钥可能被人抄走了 ")]).unwrap(),
            Doing::Ask("密钥可能被人抄走了".to_owned())
        );
        assert_eq!(read(&[("doing", "agree")]).unwrap(), Doing::Agree);
        assert_eq!(read(&[("doing", "withdraw")]).unwrap().said(), "withdrawn");
        for (pairs, field) in [
            (vec![("doing", "ask")], "distrust_why"),
            (vec![("doing", "disagree"), ("answer", " ")], "answer"),
            (vec![], "answer"),
        ] {
            assert_eq!(read(&pairs).unwrap_err().first().unwrap().field, field);
        }
    }
}
