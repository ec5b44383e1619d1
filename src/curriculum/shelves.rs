//! The edition that is up now. A request takes it once and keeps it to its end, whatever is put up meanwhile.

use std::future::{Ready, ready};
use std::sync::{Arc, PoisonError, RwLock};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use super::Shelf;
use crate::error::AppError;

/// Holds the edition that is up; cloned freely, all clones are one.
#[derive(Clone, Debug)]
pub struct Shelves(Arc<RwLock<Shelf>>);

impl Shelves {
    /// With this edition up.
    #[must_use]
    pub fn new(shelf: Shelf) -> Self {
        Self(Arc::new(RwLock::new(shelf)))
    }

    /// The edition that is up.
    #[must_use]
    pub fn now(&self) -> Shelf {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts up another edition: every later request sees it.
    pub fn put_up(&self, shelf: Shelf) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = shelf;
    }
}

impl FromRequest for Shelf {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let shelves = request.app_data::<Data<Shelves>>();
        ready(shelves.map(|shelves| shelves.now()).ok_or_else(|| AppError::Fault("no edition is up".to_owned())))
    }
}
