//! A session, as every request sees it.

use std::sync::Arc;

use super::roles::{Act, Assurance, Lifetime, Ownership};
use super::values::is_minor;
use crate::error::AppError;
use crate::kernel::{Acting, Group, LearnerId, SessionId, Timestamp};
use crate::outbox::{Standing, age_band};
use crate::places::Authority;
use crate::web::{Duties, Who};

/// Who a request comes from, and what their session proves.
#[derive(Clone, Debug)]
pub struct Session {
    /// The session's id.
    pub id: SessionId,
    /// For every service's signature.
    pub acting: Acting,
    /// Their other accounts, where two or more were joined: read together with this one, written never.
    pub others: Vec<LearnerId>,
    /// The name to greet by.
    pub name: String,
    /// Text size kept with the account.
    pub font: String,
    /// Language kept with the account.
    pub lang: String,
    /// The year of birth; none only for staff who are no learners.
    pub birth_year: Option<i64>,
    /// Where they live.
    pub place_code: Option<String>,
    /// The groups they have chosen.
    pub groups: Vec<Group>,
    /// Where they wanted to begin.
    pub start_point: Option<String>,
    /// The reading list.
    pub pathway: Option<String>,
    /// How the session was opened.
    pub assurance: Assurance,
    /// On whose device.
    pub ownership: Ownership,
    /// Whether it is a sample person.
    pub is_sample: bool,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When its use was last noted.
    pub seen_at: Timestamp,
    /// Who speaks for the place where they live; the guard looks it up.
    pub authority: Arc<Authority>,
    /// What somebody of the staff does; the guard of their pages looks it up.
    pub duties: Duties,
}

impl Session {
    /// All accounts of this person: the one that they act by, then those that are read through it.
    #[must_use]
    pub fn accounts(&self) -> Vec<LearnerId> {
        std::iter::once(self.acting.learner).chain(self.others.iter().copied()).collect()
    }

    /// Where and in which groups this person stands in `year`: for events.
    #[must_use]
    pub fn standing(&self, year: i64) -> Standing {
        Standing {
            place_code: self.place_code.clone(),
            groups: self.groups.clone(),
            age_band: self.birth_year.map(|born| age_band(born, year)),
        }
    }

    /// Whether this person is, or may still be, under 18: no reminders at night, breaks are suggested.
    #[must_use]
    pub fn is_minor(&self, now: Timestamp) -> bool {
        self.birth_year.is_some_and(|born| is_minor(born, now.day()))
    }

    /// Whether this session is strong enough for `act`.
    #[must_use]
    pub const fn may(&self, act: Act) -> bool {
        self.assurance.may(act)
    }

    /// Lets `act` be done in this session, or asks to sign in by phone: a card that was found in the street opens the lessons alone.
    ///
    /// # Errors
    /// [`AppError::TooWeak`].
    pub const fn allow(&self, act: Act) -> Result<(), AppError> {
        if self.may(act) { Ok(()) } else { Err(AppError::TooWeak) }
    }

    /// Whether its owner may prove more: it was opened by a card, or with somebody's help.
    #[must_use]
    pub const fn is_weak(&self) -> bool {
        !self.may(Act::ChangeDoor)
    }

    /// How long it lives.
    #[must_use]
    pub const fn lifetime(&self) -> Lifetime {
        self.assurance.lifetime(self.ownership)
    }

    /// Whether it was opened at the staff door.
    #[must_use]
    pub const fn is_staff(&self) -> bool {
        matches!(self.assurance, Assurance::PasswordTotp)
    }

    /// For the frame of pages.
    #[must_use]
    pub fn who(&self) -> Who {
        Who {
            id: self.acting.learner,
            name: self.name.clone(),
            is_staff: self.is_staff(),
            is_assisted: self.acting.helper.is_some(),
            duties: self.duties,
            help_phone: self.authority.help_phone.clone(),
            help_place: self.authority.help_place.clone(),
        }
    }
}
