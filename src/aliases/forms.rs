//! What the forms of this subject say, parsed.

use super::service::Other;
use crate::i18n::Message;
use crate::identity::{AliasKind, MOST_ALIAS_GROUND, Phone};
use crate::kernel::{CardNumber, Digest};
use crate::web::{FieldError, FieldErrors, Fields, text};

/// What an officer asks for.
#[derive(Debug)]
pub(super) struct Wish {
    pub kind: AliasKind,
    pub other: Other,
    pub reason: &'static str,
    pub ground: String,
}

impl Wish {
    pub(super) fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        let kind = AliasKind::from_code(fields.get("kind")).unwrap_or(AliasKind::Join);
        let other = match kind {
            AliasKind::Join => number(fields.get("number")),
            AliasKind::End => fields.get("account").parse().map(Other::Joined).map_err(|_| Message::of("alias-account-unknown")),
        };
        // The form that ends a joining has no field for the account: what is wrong with it is told at the first field.
        let field = if kind == AliasKind::Join { "number" } else { "reason" };
        let other = other.map_err(|message| FieldError::new(field, message));
        let reason = kind.reasons().iter().copied().find(|code| *code == fields.get("reason"));
        let reason = reason.ok_or_else(|| FieldError::new("reason", Message::of("correction-reason-choose")));
        let is_seen = kind == AliasKind::End || fields.get("seen") == "yes";
        let seen = if is_seen { Ok(()) } else { Err(FieldError::new("seen", Message::of("alias-seen-missing"))) };
        let ground = fields.lines("ground", MOST_ALIAS_GROUND, "correction-ground-empty");
        match (other, reason, seen, ground) {
            (Ok(other), Ok(reason), Ok(()), Ok(ground)) => Ok(Self { kind, other, reason, ground }),
            (other, reason, seen, ground) => {
                Err([other.err(), reason.err(), seen.err(), ground.err()].into_iter().flatten().collect())
            }
        }
    }
}

/// Ten digits with their check digit are a card; else it is a telephone.
fn number(typed: &str) -> Result<Other, Message> {
    let digits = text::digits(typed).unwrap_or_default();
    if let Some(card) = CardNumber::parse(&digits) {
        return Ok(Other::Card(card));
    }
    Phone::parse(typed).map(Other::Phone).map_err(|_| Message::of("alias-number-wrong"))
}

/// What a reviewer decides.
#[derive(Debug)]
pub(super) enum Verdict {
    /// 同意, having been shown what it comes to, of this digest.
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
                let words = fields.lines("answer", MOST_ALIAS_GROUND, "correction-answer-empty");
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
        let card = CardNumber::from_body(123_456_789);
        let typed =
            [("kind", "join"), ("number", card.as_str()), ("reason", "new_phone"), ("seen", "yes"), ("ground", "看过身份证")];
        let wish = Wish::parse(&Fields::from_pairs(&typed)).unwrap();
        assert!(matches!(wish.other, Other::Card(found) if found == card));
        assert_eq!((wish.kind, wish.reason, wish.ground.as_str()), (AliasKind::Join, "new_phone", "看过身份证"));
        let phone = [("number", "138 0000 0001"), ("reason", "other"), ("seen", "yes"), ("ground", "x")];
        assert!(matches!(Wish::parse(&Fields::from_pairs(&phone)).unwrap().other, Other::Phone(_)));
        let wrong = |pairs: &[(&str, &str)]| -> Vec<&str> {
            Wish::parse(&Fields::from_pairs(pairs)).unwrap_err().iter().map(|error| error.field).collect()
        };
        assert_eq!(wrong(&[]), ["number", "reason", "seen", "ground"]);
        assert_eq!(wrong(&[("kind", "end"), ("reason", "new_phone"), ("ground", "x")]), ["reason", "reason"]);
        assert_eq!(
            wrong(&[("number", "1234567890"), ("reason", "two_people"), ("seen", "yes"), ("ground", "x")]),
            ["number", "reason"]
        );
    }
}
