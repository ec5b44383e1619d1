//! What programs of agencies send, field by field.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::RuleId;
use crate::recognition::Levels;
use crate::webhooks::Kind;

/// Lines on a page, where nothing else is asked.
const LINES: u64 = 100;
/// Lines that one roll may have.
const MOST_LINES: usize = 5_000;
/// Bytes that a value of a line may have.
const MOST_VALUE: usize = 200;

/// Which page.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The `next` of the page before.
    #[validate(length(min = 1, max = 200))]
    #[param(min_length = 1, max_length = 200)]
    pub after: Option<String>,
    /// How many at most.
    #[serde(default = "lines")]
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200, default = 100)]
    pub limit: u64,
}

const fn lines() -> u64 {
    LINES
}

/// Results of one partner, to be recognised by one rule of the agency.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RecognitionWish {
    /// The version of the rule.
    #[schema(value_type = String, format = "uuid")]
    pub rule: RuleId,
    /// What is known of who these people are: 0 to 3, and no less than the rule asks for.
    #[schema(minimum = 0, maximum = 3)]
    pub identity_level: i64,
    /// How they were tested: 0 to 3, and no less than the rule asks for.
    #[schema(minimum = 0, maximum = 3)]
    pub supervision_level: i64,
    /// The results.
    #[schema(min_items = 1, max_items = 5000)]
    pub lines: Vec<ResultLine>,
}

/// One result.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResultLine {
    /// Whose: the number of a card, or a learner's number.
    #[schema(max_length = 200)]
    pub who: String,
    /// The partner's number of it.
    #[schema(max_length = 200)]
    pub number: String,
    /// What it is worth there, as a figure with up to three decimals.
    #[schema(max_length = 200, example = "1.5")]
    pub value: String,
    /// The day on which it was passed.
    #[schema(max_length = 200, example = "2026-01-08")]
    pub day: String,
}

impl RecognitionWish {
    /// What is stated of the evidence, where everything can be.
    pub fn check(&self) -> Result<Levels, AppError> {
        let mut wrong = Vec::new();
        for (field, level) in [("identity_level", self.identity_level), ("supervision_level", self.supervision_level)] {
            if !(0..=3).contains(&level) {
                wrong.push((field.to_owned(), Message::of("api-range").with("min", 0).with("max", 3)));
            }
        }
        if self.lines.is_empty() || self.lines.len() > MOST_LINES {
            wrong.push(("lines".to_owned(), Message::of("api-lines").with("min", 1).with("max", MOST_LINES)));
        }
        let is_long =
            |line: &ResultLine| [&line.who, &line.number, &line.value, &line.day].iter().any(|text| text.len() > MOST_VALUE);
        if let Some(at) = self.lines.iter().position(is_long) {
            wrong.push((format!("lines[{at}]"), Message::of("api-length").with("min", 0).with("max", MOST_VALUE)));
        }
        match Levels::from_values(self.identity_level, self.supervision_level) {
            Some(levels) if wrong.is_empty() => Ok(levels),
            _ => Err(AppError::Invalid(wrong)),
        }
    }
}

/// An address at which a program wants to be told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookWish {
    /// The address: `https`, port 443 or above 1023.
    #[schema(min_length = 9, max_length = 500, format = "uri", example = "https://hooks.example.cn/credit-bank")]
    pub url: String,
    /// Of what: `roll.done` (nothing more comes of results that were brought), `batch.done` (nor of a batch of
    /// certificates), `certificate.issued`, `certificate.version`, `certificate.suspended`, `certificate.lifted`,
    /// `certificate.revoked`, `agency.suspended`, `agency.lifted`, `agency.closed`.
    #[schema(min_items = 1, max_items = 20, example = json!(["roll.done", "agency.suspended"]))]
    pub kinds: Vec<String>,
}

impl WebhookWish {
    /// The kinds, each once and in order.
    pub fn kinds(&self) -> Result<Vec<Kind>, AppError> {
        let wrong = || {
            let known = Kind::ALL.iter().map(|kind| kind.code()).collect::<Vec<_>>().join(" ");
            AppError::Invalid(vec![("kinds".to_owned(), Message::of("webhooks-kinds").with("known", known))])
        };
        let mut kinds: Vec<Kind> =
            self.kinds.iter().map(|code| Kind::from_code(code)).collect::<Option<_>>().ok_or_else(wrong)?;
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.is_empty() { Err(wrong()) } else { Ok(kinds) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(identity_level: i64, count: usize, who: &str) -> RecognitionWish {
        let line =
            || ResultLine { who: who.to_owned(), number: "1".to_owned(), value: "1".to_owned(), day: "2026-01-08".to_owned() };
        let rule = RuleId::from_uuid(uuid::Uuid::nil());
        RecognitionWish { rule, identity_level, supervision_level: 2, lines: (0..count).map(|_| line()).collect() }
    }

    #[test]
    fn a_wish_is_whole_or_everything_wrong_is_named() {
        let levels = wish(3, 5_000, "1").check().unwrap();
        assert_eq!((levels.identity.value(), levels.supervision.value()), (3, 2));
        let wrong = |wish: RecognitionWish| match wish.check() {
            Err(AppError::Invalid(errors)) => errors.into_iter().map(|(field, _)| field).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(wrong(wish(4, 0, "1")), ["identity_level", "lines"]);
        assert_eq!(wrong(wish(-1, 5_001, "1")), ["identity_level", "lines"]);
        assert_eq!(wrong(wish(1, 2, &"1".repeat(201))), ["lines[0]"]);
    }

    #[test]
    fn kinds_are_known_ones_and_at_least_one() {
        let kinds = |codes: &[&str]| {
            let kinds = codes.iter().map(|code| (*code).to_owned()).collect();
            WebhookWish { url: String::new(), kinds }.kinds()
        };
        assert_eq!(kinds(&["roll.done", "roll.done"]).unwrap(), [Kind::RollDone]);
        for codes in [&[][..], &["roll.done", "roll.begun"], &[""]] {
            assert!(matches!(kinds(codes), Err(AppError::Invalid(_))), "{codes:?}");
        }
    }
}
