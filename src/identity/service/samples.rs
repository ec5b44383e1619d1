//! Trying things out: who the sample people are, and being one of them. Real people are out of reach here.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr};

use super::{Opening, names_of, open_session};
use crate::config::Keys;
use crate::db::Tx;
use crate::identity::Error;
use crate::identity::queries::samples as queries;
use crate::identity::roles::{Assurance, Role};
use crate::identity::secrets::{Origin, Secret};
use crate::kernel::{CardNumber, Group, LearnerId};

/// Sample people shown at most.
const MOST: u64 = 500;

/// A sample person.
#[derive(Clone, Debug)]
pub struct SamplePerson {
    /// Who.
    pub learner: LearnerId,
    /// Their name, mark included.
    pub name: String,
    /// Where they live or work.
    pub place_code: Option<String>,
    /// Their card.
    pub card: Option<CardNumber>,
    /// The groups they have chosen.
    pub groups: Vec<Group>,
    /// Their roles, if they are staff, each with its line of work, where it has one.
    pub roles: Vec<(Role, Option<String>)>,
}

/// The sample people, by name.
///
/// # Errors
/// What the database answers; a name that does not open.
pub async fn list_samples(db: &impl ConnectionTrait, keys: &Keys) -> Result<Vec<SamplePerson>, Error> {
    let rows = queries::list_samples(db, MOST).await?;
    let ids: Vec<LearnerId> = rows.iter().map(|row| row.learner).collect();
    let mut names = names_of(db, keys, &ids).await?;
    let mut people: Vec<SamplePerson> = rows
        .into_iter()
        .map(|row| SamplePerson {
            learner: row.learner,
            name: names.remove(&row.learner).unwrap_or_default(),
            place_code: row.place_code,
            card: row.card,
            groups: row.groups,
            roles: row.roles,
        })
        .collect();
    people.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(people)
}

/// Whether somebody real has registered to learn: no sample people are put beside them.
///
/// # Errors
/// What the database answers.
pub async fn has_real_learners(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    queries::has_real_learners(db).await
}

/// Opens a session as a sample person: as staff with what staff sign in by, where they have a role, else as after a text. Audited as
/// every sign-in.
///
/// # Errors
/// [`Error::NoSuchPerson`] where it is nobody, or a real person.
pub async fn sign_in_as_sample(
    tx: &Tx,
    learner: LearnerId,
    origin: &Origin,
    (token, replaces): (&Secret, Option<&Secret>),
) -> Result<Assurance, Error> {
    if !queries::is_sample(tx, learner).await? {
        return Err(Error::NoSuchPerson);
    }
    let is_staff = !queries::list_staff_among(tx, &[learner]).await?.is_empty();
    let assurance = if is_staff { Assurance::PasswordTotp } else { Assurance::Sms };
    open_session(tx, Opening { learner, assurance, origin, token, replaces }).await?;
    Ok(assurance)
}

/// The names of those of `people` who are or were staff; what learners are called is not told.
///
/// # Errors
/// What the database answers; a name that does not open.
pub async fn staff_names_of(
    db: &impl ConnectionTrait,
    keys: &Keys,
    people: &[LearnerId],
) -> Result<HashMap<LearnerId, String>, Error> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let staff: Vec<LearnerId> = queries::list_staff_among(db, people).await?.into_iter().collect();
    names_of(db, keys, &staff).await
}
