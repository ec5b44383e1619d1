//! The edition that is up now. A request takes it once and keeps it to its end, whatever is put up meanwhile.

use std::future::{Ready, ready};
use std::sync::{Arc, PoisonError, RwLock};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use tokio::sync::{Mutex, MutexGuard};

use super::{Fault, Shelf};
use crate::error::AppError;
use crate::kernel::Timestamp;

/// Holds the edition that is up; cloned freely, all clones are one. An edition is given up with the last request that uses it.
#[derive(Clone, Debug)]
pub struct Shelves(Arc<Hall>);

#[derive(Debug)]
struct Hall {
    up: RwLock<Up>,
    last: RwLock<Option<Attempt>>,
    turn: Mutex<()>,
}

/// What is up.
#[derive(Clone, Debug)]
pub struct Up {
    /// The edition.
    pub shelf: Shelf,
    /// Since when, where that is known.
    pub since: Option<Timestamp>,
    /// From where.
    pub from: UpFrom,
}

/// Where an edition was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpFrom {
    /// It is part of the program.
    Program,
    /// The folder that the configuration names.
    Folder,
    /// The copy of the last good edition, since the folder had faults when the bank started.
    LastGood,
}

/// The last time that the folder was read.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// What came of it.
    pub outcome: Outcome,
}

/// What reading a folder came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its edition is up now.
    PutUp,
    /// It holds the edition that is up already.
    Same,
    /// It has these faults; what was up stays up.
    Refused(Vec<Fault>),
    /// There is none: the edition is part of the program, and changes with it.
    NoFolder,
}

impl Outcome {
    /// The outcome in one word, as addresses and the log say it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PutUp => "put_up",
            Self::Same => "same",
            Self::Refused(_) => "refused",
            Self::NoFolder => "no_folder",
        }
    }

    /// What is wrong with the folder.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        if let Self::Refused(faults) = self { faults } else { &[] }
    }
}

impl Shelves {
    /// With this edition up, as part of the program.
    #[must_use]
    pub fn new(shelf: Shelf) -> Self {
        Self::with(Up { shelf, since: None, from: UpFrom::Program })
    }

    /// With this up.
    #[must_use]
    pub fn with(up: Up) -> Self {
        Self(Arc::new(Hall { up: RwLock::new(up), last: RwLock::default(), turn: Mutex::default() }))
    }

    /// The edition that is up.
    #[must_use]
    pub fn now(&self) -> Shelf {
        self.up().shelf
    }

    /// What is up, since when and from where.
    #[must_use]
    pub fn up(&self) -> Up {
        self.0.up.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts up another edition: every later request sees it.
    pub fn put_up(&self, up: Up) {
        *self.0.up.write().unwrap_or_else(PoisonError::into_inner) = up;
    }

    /// The last time that the folder was read.
    #[must_use]
    pub fn last(&self) -> Option<Attempt> {
        self.0.last.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes how reading the folder went.
    pub fn tried(&self, attempt: Attempt) {
        *self.0.last.write().unwrap_or_else(PoisonError::into_inner) = Some(attempt);
    }

    /// One after the other: whoever comes while a folder is being read waits for that.
    pub(super) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.0.turn.lock().await
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curriculum::Embedded;

    #[test]
    fn who_has_an_edition_in_hand_keeps_it_and_it_goes_with_the_last_of_them() {
        let old = Shelf::open(&Embedded).unwrap();
        let shelves = Shelves::new(old.clone());
        let in_hand = shelves.now();
        let other = Shelf::open(&Embedded).unwrap();
        shelves.clone().put_up(Up { shelf: other, since: None, from: UpFrom::Folder });
        assert_eq!(shelves.up().from, UpFrom::Folder);
        assert_eq!(old.holders(), 2, "the test itself and the request in hand");
        assert!(in_hand.course("T19".parse().unwrap()).is_some());
        drop(in_hand);
        assert_eq!(old.holders(), 1);
    }
}
