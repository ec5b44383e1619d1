//! What the forms say by which issued certificates are looked after, parsed.

use super::rules::acts::{ASKED, undoes};
use super::{Act, Reason};
use crate::i18n::Message;
use crate::kernel::Digest;
use crate::web::{FieldError, FieldErrors, Fields};

/// Characters of a ground, an answer, an appeal.
pub(super) const MOST_WORDS: usize = 500;

/// What somebody does with a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Suspends it at once.
    Suspend(Reason, String),
    /// Asks for an act.
    Ask(Act, Option<Reason>, String),
}

impl Change {
    pub(super) fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        let act = match fields.get("doing") {
            "suspend" => None,
            doing => match Act::from_code(doing).filter(|act| ASKED.contains(act)) {
                Some(act) => Some(act),
                None => return Err(vec![FieldError::new("doing", Message::of("correction-doing-unknown"))]),
            },
        };
        let is_reasoned = matches!(act, None | Some(Act::Revoke));
        let reason = if is_reasoned {
            let chosen = Reason::from_code(fields.get("reason")).filter(|reason| reason.is_chosen());
            chosen.map(Some).ok_or_else(|| FieldError::new("reason", Message::of("certificates-reason-choose")))
        } else {
            Ok(None)
        };
        // Whoever undoes what others did, or has no word for why, writes it down.
        let needs_words = act.is_some_and(undoes) || reason.as_ref().is_ok_and(|reason| reason.is_some_and(Reason::needs_words));
        let ground = if needs_words {
            fields.lines("ground", MOST_WORDS, "certificates-ground-empty")
        } else {
            fields.optional_lines("ground", MOST_WORDS)
        };
        match (act, reason, ground) {
            (None, Ok(Some(reason)), Ok(ground)) => Ok(Self::Suspend(reason, ground)),
            (Some(act), Ok(reason), Ok(ground)) => Ok(Self::Ask(act, reason, ground)),
            (_, reason, ground) => Err([reason.err(), ground.err()].into_iter().flatten().collect()),
        }
    }
}

/// What a second person says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// 同意, having been shown an impact of this digest.
    Agree(Digest),
    /// 不同意, because.
    Disagree(String),
}

impl Said {
    pub(super) fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        match fields.get("doing") {
            "agree" => {
                let shown = Digest::parse(fields.get("shown"));
                shown.map(Self::Agree).ok_or_else(|| vec![FieldError::new("answer", Message::of("certificates-changed"))])
            }
            "disagree" => {
                fields.lines("answer", MOST_WORDS, "correction-answer-empty").map(Self::Disagree).map_err(|error| vec![error])
            }
            _ => Err(vec![FieldError::new("answer", Message::of("correction-doing-unknown"))]),
        }
    }
}

/// The words of `field`.
pub(super) fn words(fields: &Fields, field: &'static str, missing: &'static str) -> Result<String, FieldErrors> {
    fields.lines(field, MOST_WORDS, missing).map_err(|error| vec![error])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Change, Vec<&'static str>> {
        Change::parse(&Fields::from_pairs(pairs)).map_err(|errors| errors.iter().map(|error| error.field).collect())
    }

    #[test]
    fn a_change_is_read_whole_or_says_everything_that_is_wrong() {
        let suspended = Change::Suspend(Reason::WrongName, String::new());
        assert_eq!(read(&[("doing", "suspend"), ("reason", "wrong_name")]), Ok(suspended));
        assert_eq!(
            read(&[("doing", "revoke"), ("reason", "other"), ("ground", " 重复 ")]),
            Ok(Change::Ask(Act::Revoke, Some(Reason::Other), "重复".to_owned()))
        );
        assert_eq!(read(&[("doing", "name")]), Ok(Change::Ask(Act::Name, None, String::new())));
        assert_eq!(read(&[("doing", "lift"), ("ground", "查清了")]), Ok(Change::Ask(Act::Lift, None, "查清了".to_owned())));
        let is_wrong = |pairs: &[(&str, &str)], field: &str| assert_eq!(read(pairs).unwrap_err(), [field], "{pairs:?}");
        is_wrong(&[], "doing");
        is_wrong(&[("doing", "issue")], "doing");
        is_wrong(&[("doing", "confirm")], "doing");
        is_wrong(&[("doing", "suspend")], "reason");
        is_wrong(&[("doing", "suspend"), ("reason", "credit_reversed")], "reason");
        is_wrong(&[("doing", "suspend"), ("reason", "other")], "ground");
        is_wrong(&[("doing", "revoke"), ("reason", "gossip")], "reason");
        is_wrong(&[("doing", "recite"), ("ground", " ")], "ground");
    }

    #[test]
    fn a_second_person_names_what_was_shown_or_says_why_not() {
        let of = |pairs: &[(&str, &str)]| Said::parse(&Fields::from_pairs(pairs));
        assert!(matches!(of(&[("doing", "agree"), ("shown", &"0f".repeat(32))]), Ok(Said::Agree(_))));
        assert_eq!(of(&[("doing", "disagree"), ("answer", "证据不够")]).unwrap(), Said::Disagree("证据不够".to_owned()));
        for wrong in [vec![], vec![("doing", "agree")], vec![("doing", "disagree"), ("answer", " ")]] {
            assert!(of(&wrong).is_err(), "{wrong:?}");
        }
    }
}
