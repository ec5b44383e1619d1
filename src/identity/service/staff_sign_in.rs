//! The staff door: name, password and second factor, asked together, so that a wrong try never says which part was wrong.
//!
//! In two steps: [`begin_staff`] counts the try before anything is checked; then the password is checked outside any transaction;
//! [`end_staff`] checks the second factor and opens the session.

use super::cards::is_known_device;
use super::notes::{Deed, note, tell};
use super::{Opening, SignIn, open_session, person_key, profile};
use crate::config::Keys;
use crate::db::Tx;
use crate::identity::Error;
use crate::identity::queries::staff::{self as queries, Credential, Lock};
use crate::identity::queries::{doors, sessions};
use crate::identity::roles::Assurance;
use crate::identity::rules;
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
    is_known: bool,
    password_hash: Option<String>,
}

impl StaffTry {
    /// What the password is to be checked against; nothing where nobody has this name.
    #[must_use]
    pub fn password_hash(&self) -> Option<String> {
        self.password_hash.clone()
    }
}

/// Counts a try. `Err` of the inner result: seconds that this source has to rest. Where wrong second factors came after the right
/// password again and again, all devices that are not known rest for the day.
///
/// # Errors
/// What the database answers.
pub async fn begin_staff(tx: &Tx, keys: &Keys, origin: &Origin, login: &str) -> Result<Result<StaffTry, i64>, Error> {
    let learner = queries::find_login(tx, login).await?;
    let holder = learner.unwrap_or(LearnerId::NOBODY);
    let is_known = is_known_device(tx, origin, holder).await?;
    let (subject, source) = (secrets::login_subject(keys, login), origin.source(keys, is_known));
    let factors = doors::find_tries(tx, &subject, &rules::factor_source(tx.now.day())).await?;
    let tries = doors::lock_tries(tx, &subject, &source).await?;
    let rest = if is_known { 0 } else { rules::factor_rest_seconds(factors.failed, tx.now) };
    let rest = rest.max(tries.rest_seconds(tx.now));
    if rest > 0 {
        return Ok(Err(rest));
    }
    doors::keep_tries(tx, &subject, &source, tries.and_one(tx.now)).await?;
    let credential = queries::find_credential(tx, holder, Lock::None).await?;
    let password_hash = credential.map(|credential| credential.password_hash);
    Ok(Ok(StaffTry { subject, source, learner, is_known, password_hash }))
}

/// What was shown at the staff door beside the name.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// Whether the password was the right one.
    pub is_right: bool,
    /// The second factor.
    pub code: &'a str,
}

/// Ends a try: with the right password and a second factor not used before, the session opens and the count of tries is forgotten.
///
/// # Errors
/// What the database answers.
pub async fn end_staff(
    tx: &Tx,
    keys: &Keys,
    origin: &Origin,
    (begun, shown, help_phone): (&StaffTry, Shown<'_>, &str),
    (token, replaces): (&Secret, Option<&Secret>),
) -> Result<SignIn, Error> {
    let holder = begun.learner.unwrap_or(LearnerId::NOBODY);
    let credential = queries::find_credential(tx, holder, Lock::Row).await?;
    // The password may have been changed while this one was checked.
    let is_same = |credential: &Credential| begun.password_hash.as_ref() == Some(&credential.password_hash);
    let Some(credential) = credential.filter(|credential| shown.is_right && is_same(credential)) else {
        return wrong(tx, begun, "password").await;
    };
    let today = rules::factor_source(tx.now.day());
    let factors = doors::lock_tries(tx, &begun.subject, &today).await?;
    if !begun.is_known && rules::factor_rest_seconds(factors.failed, tx.now) > 0 {
        return Ok(SignIn::Rest(rules::factor_rest_seconds(factors.failed, tx.now)));
    }
    let secret = person_key(tx, keys, holder).await?.open(TOTP_PLACE, &credential.totp_sealed)?;
    match second_factor::step_of(&secret, shown.code, tx.now, 0)? {
        Some(step) if step > credential.totp_last_step => queries::use_step(tx, holder, step).await?,
        Some(step) if step == credential.totp_last_step && is_double_tap(tx, holder, token).await? => {}
        _ => {
            if !begun.is_known {
                let factors = factors.and_one(tx.now);
                doors::keep_tries(tx, &begun.subject, &today, factors).await?;
                warn(tx, keys, holder, factors.failed, help_phone).await?;
            }
            return wrong(tx, begun, "second_factor").await;
        }
    }
    doors::forget_tries(tx, &begun.subject, &begun.source).await?;
    let session =
        open_session(tx, Opening { learner: holder, assurance: Assurance::PasswordTotp, origin, token, replaces }).await?;
    Ok(SignIn::In { learner: holder, session })
}

/// Somebody has the password and not the second factor: the person is told, once a day.
async fn warn(tx: &Tx, keys: &Keys, holder: LearnerId, failed: i64, help_phone: &str) -> Result<(), Error> {
    if rules::is_last_factor(failed) {
        let profile = profile(tx, keys, holder).await?;
        tell(tx, keys, &profile, "staff-guessed", vec![("help_phone", help_phone.to_owned())]).await?;
    }
    Ok(())
}

/// A wrong try; where the name is somebody's, the trail keeps which part was wrong. The page never says so.
async fn wrong(tx: &Tx, begun: &StaffTry, part: &'static str) -> Result<SignIn, Error> {
    if let Some(learner) = begun.learner {
        let detail = serde_json::json!({ "wrong": part, "is_known_device": begun.is_known });
        note(tx, Deed { detail, ..Deed::of("identity.staff_wrong", LearnerId::NOBODY, learner) }).await?;
    }
    let rest = doors::lock_tries(tx, &begun.subject, &begun.source).await?.rest_seconds(tx.now);
    Ok(if rest > 0 { SignIn::Rest(rest) } else { SignIn::Wrong })
}

/// Whether this very form opened a session of this person a moment ago.
async fn is_double_tap(tx: &Tx, learner: LearnerId, token: &Secret) -> Result<bool, Error> {
    let found = sessions::find_by_token(tx, &token.hash(), tx.now).await?;
    Ok(found.is_some_and(|found| found.learner_id == learner.uuid() && rules::is_double_tap(found.created_at_ms, tx.now)))
}
