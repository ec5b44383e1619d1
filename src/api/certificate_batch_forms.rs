//! What programs of agencies send about batches of certificates, field by field.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::certificates::WHOLE;
use crate::error::AppError;
use crate::i18n::Message;

/// Lines that one batch of a program may have.
const MOST_LINES: usize = 5_000;
/// Bytes that a value may have.
const MOST_VALUE: usize = 200;

/// People who are to get a certificate of one kind.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BatchWish {
    /// The kind, as the curriculum calls it; the agency's delegation names it.
    #[schema(max_length = 200, example = "foundation")]
    pub kind: String,
    /// The unit of a 单元学习证明; left out with every other kind.
    #[serde(default)]
    #[schema(max_length = 200, example = "T19")]
    pub about: Option<String>,
    /// For whom.
    #[schema(min_items = 1, max_items = 5000)]
    pub lines: Vec<PersonLine>,
}

/// Somebody.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonLine {
    /// The number of a card, or a learner's number.
    #[schema(max_length = 200)]
    pub who: String,
    /// What they are called; where it is written, it must be the name of whoever this is.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub name: String,
}

impl BatchWish {
    /// The unit that it is about, or that it is about no single one, where everything can be.
    pub fn check(&self) -> Result<&str, AppError> {
        let mut wrong = Vec::new();
        let long = || Message::of("api-length").with("min", 1).with("max", MOST_VALUE);
        if self.kind.is_empty() || self.kind.len() > MOST_VALUE {
            wrong.push(("kind".to_owned(), long()));
        }
        if self.about.as_ref().is_some_and(|about| about.is_empty() || about.len() > MOST_VALUE) {
            wrong.push(("about".to_owned(), long()));
        }
        if self.lines.is_empty() || self.lines.len() > MOST_LINES {
            wrong.push(("lines".to_owned(), Message::of("api-lines").with("min", 1).with("max", MOST_LINES)));
        }
        let is_long = |line: &PersonLine| [&line.who, &line.name].iter().any(|text| text.len() > MOST_VALUE);
        if let Some(at) = self.lines.iter().position(is_long) {
            wrong.push((format!("lines[{at}]"), Message::of("api-length").with("min", 0).with("max", MOST_VALUE)));
        }
        if wrong.is_empty() { Ok(self.about.as_deref().unwrap_or(WHOLE)) } else { Err(AppError::Invalid(wrong)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_whole_or_everything_wrong_is_named() {
        let wish = |kind: &str, about: Option<&str>, count: usize, who: &str| BatchWish {
            kind: kind.to_owned(),
            about: about.map(str::to_owned),
            lines: (0..count).map(|_| PersonLine { who: who.to_owned(), name: String::new() }).collect(),
        };
        assert_eq!(wish("unit", Some("T19"), 5_000, "1").check().unwrap(), "T19");
        assert_eq!(wish("foundation", None, 1, "1").check().unwrap(), WHOLE);
        let wrong = |wish: BatchWish| match wish.check() {
            Err(AppError::Invalid(errors)) => errors.into_iter().map(|(field, _)| field).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(wrong(wish("", Some(""), 0, "1")), ["kind", "about", "lines"]);
        assert_eq!(wrong(wish("unit", None, 5_001, &"1".repeat(201))), ["lines", "lines[0]"]);
    }
}
