//! What the forms of this subject say, parsed.

use super::lines::WrongHead;
use super::rules::MOST_ANSWER;
use crate::i18n::Message;
use crate::kernel::{Digest, RuleId};
use crate::recognition::Levels;
use crate::web::{FieldError, FieldErrors, Fields, SentFile, sheet::Unreadable};

/// What is said beside a file.
#[derive(Debug)]
pub(super) struct Brought {
    pub rule: RuleId,
    pub levels: Levels,
}

/// The fields `rule`, `identity` and `supervision`.
pub(super) fn brought(fields: &Fields) -> Result<Brought, FieldErrors> {
    let choose = |field: &'static str, key: &'static str| FieldError::new(field, Message::of(key));
    let rule = fields.get("rule").parse().map_err(|_| choose("rule", "rolls-rule-choose"));
    let level = |field: &'static str, key: &'static str| {
        let value = fields.get(field).parse::<i64>().ok().filter(|level| (0..=3).contains(level));
        value.ok_or_else(|| choose(field, key))
    };
    let (identity, supervision) = (level("identity", "rolls-identity-choose"), level("supervision", "rolls-supervision-choose"));
    match (rule, identity, supervision) {
        (Ok(rule), Ok(identity), Ok(supervision)) => {
            let levels = Levels::from_values(identity, supervision);
            let levels = levels.ok_or_else(|| vec![choose("identity", "rolls-identity-choose")])?;
            Ok(Brought { rule, levels })
        }
        (rule, identity, supervision) => Err([rule.err(), identity.err(), supervision.err()].into_iter().flatten().collect()),
    }
}

/// The field `file`: what stands in it.
pub(super) fn file(sent: SentFile) -> Result<Vec<u8>, FieldError> {
    match sent {
        SentFile::Whole(bytes) if bytes.is_empty() => Err(FieldError::new("file", Message::of("rolls-file-choose"))),
        SentFile::Whole(bytes) => Ok(bytes),
        SentFile::TooLarge => Err(Unreadable::TooLarge.at("file")),
    }
}

/// What is wrong with the first line of a file, at its field.
pub(super) fn wrong_head(wrong: &WrongHead) -> FieldError {
    let message = match wrong {
        WrongHead::Missing(column) => Message::of("sheet-head-missing").with("column", column.heading()),
        WrongHead::Twice(column) => Message::of("sheet-head-twice").with("column", column.heading()),
    };
    FieldError::new("file", message)
}

/// What the second person decides.
#[derive(Debug)]
pub(super) enum Verdict {
    /// 同意, having been shown what it comes to, of this digest.
    Agree(Digest),
    /// 不同意, because.
    Disagree(String),
}

/// The fields `doing`, `shown` and `answer`.
pub(super) fn verdict(fields: &Fields) -> Result<Verdict, FieldErrors> {
    match fields.get("doing") {
        "agree" => {
            let shown = Digest::parse(fields.get("shown"));
            shown.map(Verdict::Agree).ok_or_else(|| vec![FieldError::new("answer", Message::of("rolls-stale"))])
        }
        "disagree" => {
            let words = fields.lines("answer", MOST_ANSWER, "correction-answer-empty");
            words.map(Verdict::Disagree).map_err(|error| vec![error])
        }
        _ => Err(vec![FieldError::new("answer", Message::of("correction-doing-unknown"))]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_a_file_is_whole_or_everything_missing_is_said() {
        let rule = "01980000-0000-7000-8000-000000000000";
        let read = |pairs: &[(&str, &str)]| brought(&Fields::from_pairs(pairs));
        let good = read(&[("rule", rule), ("identity", "2"), ("supervision", "3")]).unwrap();
        assert_eq!((good.levels.identity.value(), good.levels.supervision.value()), (2, 3));
        let fields: Vec<&str> = read(&[]).unwrap_err().iter().map(|error| error.field).collect();
        assert_eq!(fields, ["rule", "identity", "supervision"]);
        for (field, value) in [("rule", "x"), ("identity", "4"), ("supervision", "-1")] {
            let mut pairs = vec![("rule", rule), ("identity", "2"), ("supervision", "3")];
            pairs.retain(|(name, _)| *name != field);
            pairs.push((field, value));
            assert_eq!(read(&pairs).unwrap_err()[0].field, field, "{value}");
        }
    }
}
