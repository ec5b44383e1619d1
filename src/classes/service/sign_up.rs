//! Learners sign up for a session, and off again.

use std::collections::HashMap;

use super::is_for_members;
use crate::classes::queries::{attendance, sessions};
use crate::classes::{Error, State};
use crate::db::Tx;
use crate::kernel::{Acting, ClassId};

/// Signs up: for the meeting of a study group its members alone. Signing up twice is signing up once.
///
/// # Errors
/// [`Error::NoSuchClass`]; [`Error::Cancelled`], [`Error::Over`], [`Error::Full`], [`Error::MembersOnly`].
pub async fn sign_up(tx: &Tx, acting: &Acting, id: ClassId) -> Result<(), Error> {
    let class = sessions::lock(tx, id).await?.ok_or(Error::NoSuchClass)?;
    if class.state == State::Cancelled {
        return Err(Error::Cancelled);
    }
    if class.state == State::Closed || class.hours.is_over(tx.now) {
        return Err(Error::Over);
    }
    let own = attendance::find(tx, acting.learner, id).await?;
    if own.is_some_and(|own| own.is_signed_up) {
        return Ok(());
    }
    if is_for_members(tx, &class, Some(acting.learner)).await? {
        return Err(Error::MembersOnly);
    }
    let taken: HashMap<ClassId, i64> = attendance::count_signed_up(tx, &[id]).await?;
    if taken.get(&id).copied().unwrap_or(0) >= class.seats {
        return Err(Error::Full);
    }
    Ok(attendance::sign_up(tx, &[(acting.learner, id)]).await?)
}

/// 不去了. Twice is once; who came has come all the same.
///
/// # Errors
/// [`Error::NoSuchClass`].
pub async fn sign_off(tx: &Tx, acting: &Acting, id: ClassId) -> Result<(), Error> {
    sessions::find(tx, id).await?.ok_or(Error::NoSuchClass)?;
    Ok(attendance::sign_off(tx, acting.learner, id).await?)
}
