//! A form that was posted: from our own page, by the browser it was shown to.

use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::received::Received;
use super::sender::Sender;
use super::{Fields, Ui};
use crate::db::OnceKey;
use crate::error::AppError;
use crate::kernel::{Digest, digest_of};

/// The fields of a POST that may be trusted to come from our own page.
#[derive(Clone, Debug)]
pub struct Posted {
    /// What was filled in.
    pub fields: Fields,
    /// The reader.
    pub ui: Ui,
    /// Method and path: what the form was sent to.
    pub(super) act: String,
}

impl Posted {
    /// The key that makes a repeat of this form one act.
    ///
    /// # Errors
    /// [`AppError::Malformed`] where the form carries none.
    pub fn once(&self) -> Result<OnceKey, AppError> {
        OnceKey::parse(self.fields.get("once")).ok_or(AppError::Malformed("once"))
    }

    /// Digest of what was asked and of whom, by which a repeat is told from a second request under the same key.
    #[must_use]
    pub fn digest(&self) -> Digest {
        digest(&self.act, &self.fields)
    }
}

fn digest(act: &str, fields: &Fields) -> Digest {
    let asked = fields.0.iter().filter(|(name, _)| name != "csrf");
    let asked = asked.flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
    digest_of(&std::iter::once(act.as_bytes()).chain(asked).collect::<Vec<_>>())
}

impl FromRequest for Posted {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(posted(request))
    }
}

/// What was posted in the usual way, if it may be trusted.
pub(super) fn posted(request: &HttpRequest) -> Result<Posted, AppError> {
    let extensions = request.extensions();
    let missing = || AppError::Fault("the middleware `finish` is missing".to_owned());
    let ui = extensions.get::<Rc<Ui>>().ok_or_else(missing)?;
    let received = extensions.get::<Rc<Received>>().ok_or_else(missing)?;
    if received.sender == Sender::Foreign {
        return Err(AppError::FormExpired);
    }
    let fields = received.fields.clone()?;
    if !received.has_token {
        return Err(AppError::FormExpired);
    }
    Ok(Posted { fields, ui: Ui::clone(ui), act: format!("{} {}", request.method(), request.path()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_known_by_its_address_and_its_fields_but_not_by_its_token() {
        let of = |act: &str, fields: &[(&str, &str)]| digest(act, &Fields::from_pairs(fields));
        let one = of("POST /help", &[("csrf", "1"), ("phone", "13800000001")]);
        assert_eq!(one, of("POST /help", &[("csrf", "2"), ("phone", "13800000001")]));
        assert_ne!(one, of("POST /me/complaint", &[("csrf", "1"), ("phone", "13800000001")]));
        assert_ne!(one, of("POST /help", &[("csrf", "1"), ("phone", "13800000002")]));
    }
}
