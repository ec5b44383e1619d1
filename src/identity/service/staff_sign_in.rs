//! The staff door: name, password and second factor, asked together, so that a wrong try never says which part was wrong.
//!
//! In two steps: [`begin_staff`] counts the try before anything is checked; then the password is checked outside any transaction;
//! [`end_staff`] checks the second factor and opens the session.

use super::cards::is_known_device;
use super::{Opening, SignIn, open_session, person_key};
use crate::config::Keys;
use crate::db::Tx;
use crate::identity::Error;
use crate::identity::queries::staff::{self as queries, Lock};
use crate::identity::queries::{doors, sessions};
use crate::identity::roles::Assurance;
use crate::identity::rules::Tries;
use crate::identity::second_factor;
use crate::identity::secrets::{self, Origin, Secret};
use crate::kernel::LearnerId;

pub(super) const TOTP_PLACE: &str = "staff_credential.totp";

/// A try at the staff door, counted.
#[derive(Clone, Debug)]
pub struct StaffTry {
    subject: String,
    source: String,
    learner: Option<LearnerId>,
    password_hash: Option<String>,
}

impl StaffTry {
    /// What the password is to be checked against; nothing where nobody has this name.
    #[must_use]
    pub fn password_hash(&self) -> Option<String> {
        self.password_hash.clone()
    }
}

/// Counts a try. `Err` of the inner result: seconds that this source has to rest.
///
/// # Errors
/// What the database answers.
pub async fn begin_staff(tx: &Tx, keys: &Keys, origin: &Origin, login: &str) -> Result<Result<StaffTry, i64>, Error> {
    let learner = queries::find_login(tx, login).await?;
    let holder = learner.unwrap_or(LearnerId::NOBODY);
    let is_known = is_known_device(tx, origin, holder).await?;
    let (subject, source) = (secrets::login_subject(keys, login), origin.source(keys, is_known));
    let tries = doors::lock_tries(tx, &subject, &source).await?;
    let rest = tries.rest_seconds(tx.now);
    if rest > 0 {
        return Ok(Err(rest));
    }
    doors::keep_tries(tx, &subject, &source, tries.and_one(tx.now)).await?;
    let credential = queries::find_credential(tx, holder, Lock::None).await?;
    Ok(Ok(StaffTry { subject, source, learner, password_hash: credential.map(|credential| credential.password_hash) }))
}

/// Ends a try: with the right password and a second factor not used before, the session opens and the count of tries is forgotten.
///
/// # Errors
/// What the database answers.
pub async fn end_staff(
    tx: &Tx,
    keys: &Keys,
    origin: &Origin,
    begun: &StaffTry,
    (is_right, code): (bool, &str),
    (token, replaces): (&Secret, Option<&Secret>),
) -> Result<SignIn, Error> {
    let wrong = async || -> Result<SignIn, Error> {
        let tries: Tries = doors::lock_tries(tx, &begun.subject, &begun.source).await?;
        let rest = tries.rest_seconds(tx.now);
        Ok(if rest > 0 { SignIn::Rest(rest) } else { SignIn::Wrong })
    };
    let holder = begun.learner.unwrap_or(LearnerId::NOBODY);
    let (Some(credential), true) = (queries::find_credential(tx, holder, Lock::Row).await?, is_right) else {
        return wrong().await;
    };
    // The password may have been changed while this one was checked.
    if begun.password_hash.as_ref() != Some(&credential.password_hash) {
        return wrong().await;
    }
    let secret = person_key(tx, keys, holder).await?.open(TOTP_PLACE, &credential.totp_sealed)?;
    match second_factor::step_of(&secret, code, tx.now, credential.totp_last_step)? {
        Some(step) => queries::use_step(tx, holder, step).await?,
        None if is_double_tap(tx, holder, token).await? => {}
        None => return wrong().await,
    }
    doors::forget_tries(tx, &begun.subject, &begun.source).await?;
    let session =
        open_session(tx, Opening { learner: holder, assurance: Assurance::PasswordTotp, origin, token, replaces }).await?;
    Ok(SignIn::In { learner: holder, session })
}

/// Whether this very form opened a session of this person a moment ago.
async fn is_double_tap(tx: &Tx, learner: LearnerId, token: &Secret) -> Result<bool, Error> {
    let found = sessions::find_by_token(tx, &token.hash(), tx.now).await?;
    Ok(found.is_some_and(|found| found.learner_id == learner.uuid()))
}
