//! What is asked about certificates, field by field.

use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::certificates::{Reason, ShareToken};
use crate::credentials::{LongCode, Number};
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::PersonName;

/// Characters of the words beside a reason.
const MOST_WORDS: usize = 500;

/// How a certificate is asked for: `code`, or `number` and `name`, or `credential`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VerificationWish {
    /// The long code, 24 characters; dashes and spaces between them are left out.
    #[schema(example = "7K3M9Q-ZT4X1B-0HVW8R-C5N2JD", max_length = 200)]
    pub code: Option<String>,
    /// The number, twelve digits.
    #[schema(example = "1234 5678 9018", max_length = 200)]
    pub number: Option<String>,
    /// The whole name on it.
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// The signed document: as JSON, or the text of a JWT.
    #[schema(value_type = Option<Object>)]
    pub credential: Option<Value>,
}

/// The same, read.
#[derive(Debug)]
pub(super) enum Sought {
    Code(LongCode),
    Number(Number, String),
    Document(Vec<u8>),
}

fn invalid(field: &str, key: &'static str) -> AppError {
    AppError::Invalid(vec![(field.to_owned(), Message::of(key))])
}

impl VerificationWish {
    /// What is asked for, where it is one thing and can be read.
    pub fn read(&self) -> Result<Sought, AppError> {
        match (&self.code, &self.number, &self.name, &self.credential) {
            (Some(code), None, None, None) => {
                LongCode::parse(code).map(Sought::Code).map_err(|_| invalid("code", "verify-code-several"))
            }
            (None, Some(number), Some(name), None) => {
                let number = Number::parse(number).ok_or_else(|| invalid("number", "verify-number-wrong"))?;
                let name = PersonName::parse(name).map_err(|wrong| invalid("name", wrong.message))?;
                Ok(Sought::Number(number, name.as_str().to_owned()))
            }
            (None, None, None, Some(Value::String(jwt))) => Ok(Sought::Document(jwt.clone().into_bytes())),
            (None, None, None, Some(document)) => Ok(Sought::Document(document.to_string().into_bytes())),
            _ => Err(AppError::Unreadable(Message::of("api-verify-one-way"))),
        }
    }
}

/// Which page of an agency's certificates.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CertificatesQuery {
    /// The `next` of the page before.
    #[validate(length(min = 1, max = 200))]
    #[param(min_length = 1, max_length = 200)]
    pub after: Option<String>,
    /// How many at most.
    #[serde(default = "lines")]
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200, default = 100)]
    pub limit: u64,
    /// Those of which something became since then, RFC 3339. A page begins two minutes before, since commits are not in the order of their times:
    /// lines are known by number and version.
    #[validate(length(min = 20, max = 40))]
    #[param(min_length = 20, max_length = 40, format = DateTime)]
    pub changed_since: Option<String>,
}

const fn lines() -> u64 {
    100
}

/// Why a certificate is to be suspended or revoked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReasonWish {
    /// `wrong_person`, `wrong_name`, `evidence_wrong`, `fraud`, `issued_twice`, `by_request` or `other`.
    #[schema(example = "evidence_wrong")]
    pub reason: String,
    /// In words, for the file; needed with `other`.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub words: String,
}

impl ReasonWish {
    /// The reason, where it is one that people choose, and has words where it needs them.
    pub fn read(&self) -> Result<(Reason, String), AppError> {
        let reason = Reason::from_code(&self.reason).filter(|reason| reason.is_chosen());
        let reason = reason.ok_or_else(|| invalid("reason", "api-reason-unknown"))?;
        let words = self.words.trim();
        if words.chars().count() > MOST_WORDS {
            let long = Message::of("api-length").with("min", 0).with("max", MOST_WORDS);
            return Err(AppError::Invalid(vec![("words".to_owned(), long)]));
        }
        if words.is_empty() && reason.needs_words() {
            return Err(invalid("words", "api-reason-words"));
        }
        Ok((reason, words.to_owned()))
    }
}

/// The statement that a learner shows to this program.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StatementWish {
    /// The 26 characters that the learner gave.
    #[schema(min_length = 26, max_length = 26)]
    pub token: String,
}

impl StatementWish {
    /// The token.
    pub fn read(&self) -> Result<ShareToken, AppError> {
        ShareToken::parse(&self.token).ok_or(AppError::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(body: Value) -> Result<Sought, AppError> {
        serde_json::from_value::<VerificationWish>(body).unwrap().read()
    }

    #[test]
    fn a_certificate_is_asked_for_in_one_way() {
        use serde_json::json;
        assert!(matches!(wish(json!({ "code": "0123456789ABCDEFGHJKM7KA" })), Ok(Sought::Code(_))));
        assert!(matches!(wish(json!({ "number": "123456789018", "name": "王桂英" })), Ok(Sought::Number(..))));
        assert!(matches!(wish(json!({ "credential": { "a": 1 } })), Ok(Sought::Document(_))));
        for body in [json!({}), json!({ "number": "123456789018" }), json!({ "code": "0123456789ABCDEFGHJKM7KA", "name": "王" })]
        {
            assert!(matches!(wish(body.clone()), Err(AppError::Unreadable(_))), "{body}");
        }
        for body in [json!({ "code": "U" }), json!({ "number": "123456789010", "name": "王" })] {
            assert!(matches!(wish(body.clone()), Err(AppError::Invalid(_))), "{body}");
        }
    }

    #[test]
    fn a_reason_is_one_that_people_choose() {
        let read = |reason: &str, words: &str| ReasonWish { reason: reason.to_owned(), words: words.to_owned() }.read();
        assert_eq!(read("fraud", " ").unwrap(), (Reason::Fraud, String::new()));
        assert!(read("other", "写错了").is_ok());
        for (reason, words) in [("other", ""), ("credit_reversed", ""), ("", ""), ("fraud", &"字".repeat(501))] {
            assert!(matches!(read(reason, words), Err(AppError::Invalid(_))), "{reason}");
        }
    }
}
