//! What programs ask, field by field.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::places::PlaceCode;

/// Things found at once, where nothing else is asked.
const HITS: usize = 20;
/// Places on a page, where nothing else is asked.
const PLACES: usize = 100;

/// What is looked for.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// A word, or several; of a longer one the first 40 characters count.
    #[validate(length(min = 1, max = 200))]
    #[param(min_length = 1, max_length = 200)]
    pub q: String,
    /// How many things at most.
    #[serde(default = "hits")]
    #[validate(range(min = 1, max = 50))]
    #[param(minimum = 1, maximum = 50, default = 20)]
    pub limit: usize,
}

const fn hits() -> usize {
    HITS
}

/// Which places are wanted.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PlacesQuery {
    /// The code of the place they lie in; without it, the provinces.
    #[validate(custom(function = place_code))]
    #[param(pattern = "^[0-9]{2,12}$")]
    pub parent: Option<String>,
    /// The `next` of the page before.
    #[validate(custom(function = place_code))]
    #[param(pattern = "^[0-9]{2,12}$")]
    pub after: Option<String>,
    /// How many places at most.
    #[serde(default = "places")]
    #[validate(range(min = 1, max = 500))]
    #[param(minimum = 1, maximum = 500, default = 100)]
    pub limit: usize,
}

/// Which leaf, in which book.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InclusionQuery {
    /// The leaf's number, from 0.
    pub leaf: u64,
    /// How many leaves the book has, at most as many as are signed.
    pub size: u64,
}

/// From which size of the book to which.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ConsistencyQuery {
    /// The smaller size, at least 1.
    pub from: u64,
    /// The larger size, at most as many as are signed.
    pub to: u64,
}

const fn places() -> usize {
    PLACES
}

fn place_code(code: &str) -> Result<(), ValidationError> {
    let is_code = (2..=12).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
    if is_code && PlaceCode::parse(code).is_some() { Ok(()) } else { Err(ValidationError::new("place_code")) }
}

/// What a client asks a token with (RFC 6749, section 4.4.2). Its id and secret stand here or in `Authorization: Basic`.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct TokenForm {
    /// Always `client_credentials`.
    #[serde(default)]
    #[schema(required, pattern = "^client_credentials$")]
    pub grant_type: String,
    /// What the token shall be good for, with spaces between; all that the client may, where it is empty.
    #[serde(default)]
    #[schema(pattern = "^([a-z]+( [a-z]+)*)?$")]
    pub scope: String,
    /// The client's id.
    #[serde(default)]
    pub client_id: String,
    /// Its secret.
    #[serde(default)]
    pub client_secret: String,
}

impl TokenForm {
    /// The form in a body, or `None` where it is no text or a field of it stands there twice. Fields that are not known mean nothing.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?;
        let mut form = Self::default();
        let mut seen = Vec::new();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            let field = match name.as_ref() {
                "grant_type" => &mut form.grant_type,
                "scope" => &mut form.scope,
                "client_id" => &mut form.client_id,
                "client_secret" => &mut form.client_secret,
                _ => continue,
            };
            *field = value.into_owned();
            if seen.contains(&name) {
                return None;
            }
            seen.push(name);
        }
        Some(form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_form_is_read_and_no_field_may_stand_twice() {
        let form = TokenForm::parse(b"grant_type=client_credentials&scope=places+catalogue&resource=x").unwrap();
        assert_eq!(
            (form.grant_type.as_str(), form.scope.as_str(), form.client_id.as_str()),
            ("client_credentials", "places catalogue", "")
        );
        assert!(TokenForm::parse(b"scope=places&scope=catalogue").is_none());
        assert!(TokenForm::parse(b"scope=\xff").is_none());
    }
}
