//! What the forms of this subject say, parsed.

use crate::i18n::Message;
use crate::kernel::Digest;
use crate::ledger::Reason;
use crate::recognition::{self, CorrectionKind, MOST_GROUND};
use crate::web::{FieldError, FieldErrors, Fields};

/// What an officer asks for.
#[derive(Debug)]
pub(super) struct Wish {
    pub kind: CorrectionKind,
    pub reason: Reason,
    pub ground: String,
}

impl Wish {
    pub(super) fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        let kind = CorrectionKind::from_code(fields.get("kind"))
            .ok_or_else(|| FieldError::new("kind", Message::of("correction-kind-choose")));
        let fits = |code: &str| kind.as_ref().is_ok_and(|kind| recognition::is_reason_for(code, *kind));
        let reason = Some(fields.get("reason")).filter(|code| fits(code)).and_then(Reason::parse);
        let reason = reason.ok_or_else(|| FieldError::new("reason", Message::of("correction-reason-choose")));
        let ground = fields.lines("ground", MOST_GROUND, "correction-ground-empty");
        match (kind, reason, ground) {
            (Ok(kind), Ok(reason), Ok(ground)) => Ok(Self { kind, reason, ground }),
            (kind, reason, ground) => Err([kind.err(), reason.err(), ground.err()].into_iter().flatten().collect()),
        }
    }
}

/// What a reviewer decides.
#[derive(Debug)]
pub(super) enum Verdict {
    /// 同意, having been shown an impact of this digest.
    Agree(Digest),
    /// 不同意, because.
    Disagree(String),
}

impl Verdict {
    pub(super) fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        match fields.get("doing") {
            "agree" => {
                let shown = hex::decode(fields.get("shown")).ok().and_then(|bytes| Digest::from_slice(&bytes));
                shown.map(Self::Agree).ok_or_else(|| vec![FieldError::new("answer", Message::of("correction-stale"))])
            }
            "disagree" => {
                let words = fields.lines("answer", MOST_GROUND, "correction-answer-empty");
                words.map(Self::Disagree).map_err(|error| vec![error])
            }
            _ => Err(vec![FieldError::new("answer", Message::of("correction-doing-unknown"))]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_read_whole_or_says_everything_that_is_wrong() {
        let good = Fields::from_pairs(&[("kind", "reverse"), ("reason", "wrong_person"), ("ground", " 弟弟用错了卡 ")]);
        let wish = Wish::parse(&good).unwrap();
        assert_eq!(
            (wish.kind, wish.reason.code(), wish.ground.as_str()),
            (CorrectionKind::Reverse, "wrong_person", "弟弟用错了卡")
        );
        let named = |pairs: &[(&str, &str)]| -> Vec<&str> {
            Wish::parse(&Fields::from_pairs(pairs)).unwrap_err().iter().map(|error| error.field).collect()
        };
        assert_eq!(named(&[]), ["kind", "reason", "ground"]);
        assert_eq!(named(&[("kind", "reverse"), ("reason", "fraud"), ("ground", "x")]), ["reason"]);
        assert_eq!(named(&[("kind", "burn"), ("reason", "other"), ("ground", "x")]), ["kind", "reason"]);
    }

    #[test]
    fn a_verdict_names_what_was_shown_or_says_why_not() {
        let of = |pairs: &[(&str, &str)]| Verdict::parse(&Fields::from_pairs(pairs));
        assert!(matches!(of(&[("doing", "agree"), ("shown", &"0f".repeat(32))]), Ok(Verdict::Agree(_))));
        assert!(matches!(of(&[("doing", "disagree"), ("answer", "证据不够")]), Ok(Verdict::Disagree(_))));
        for wrong in [vec![], vec![("doing", "agree"), ("shown", "0f")], vec![("doing", "disagree"), ("answer", " ")]] {
            assert!(of(&wrong).is_err(), "{wrong:?}");
        }
    }
}
