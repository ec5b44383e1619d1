//! Consents, and the groups that somebody says they belong to. Which group is nobody's business but theirs: none need be chosen, and two
//! (veterans, people with disabilities) are kept only with a consent of their own. Nor does the trail, which others read, say to which
//! text somebody agreed or which groups they chose.

use sea_orm::{ConnectionTrait, DbErr};

use super::notes::{Deed, note};
use crate::db::Tx;
use crate::identity::Error;
use crate::identity::kinds::{CONSENT_TEXT, CONSENT_VERSION, ConsentGiven, ConsentWay, consent_of};
use crate::identity::queries::people as queries;
use crate::kernel::{Acting, Group, LearnerId};

/// Whether `learner` has agreed to the text of today.
///
/// # Errors
/// What the database answers.
pub async fn has_agreed(db: &impl ConnectionTrait, learner: LearnerId) -> Result<bool, DbErr> {
    queries::has_consent(db, learner, CONSENT_TEXT, CONSENT_VERSION).await
}

/// Keeps that somebody agrees to the text of today; agreeing twice is agreeing once.
///
/// # Errors
/// What the database answers.
pub async fn agree(tx: &Tx, acting: &Acting, way: ConsentWay) -> Result<(), Error> {
    if !has_agreed(tx, acting.learner).await? {
        queries::insert_consent(tx, acting.learner, &ConsentGiven::today(way)).await?;
        note(tx, Deed::of("identity.agree", acting.actor(), acting.learner)).await?;
    }
    Ok(())
}

/// Keeps the groups somebody has chosen, in place of those before. Those that need a consent of their own stay as they are.
///
/// # Errors
/// [`Error::NeedsConsent`] where one of those is among `groups` and was not before.
pub async fn choose_groups(tx: &Tx, acting: &Acting, groups: &[Group]) -> Result<(), Error> {
    let before = queries::list_groups(tx, acting.learner).await?;
    let is_sensitive = |group: &&Group| consent_of(**group).is_some();
    if groups.iter().filter(is_sensitive).any(|group| !before.contains(group)) {
        return Err(Error::NeedsConsent);
    }
    let plain = groups.iter().filter(|group| !is_sensitive(group));
    let mut groups: Vec<Group> = plain.chain(before.iter().filter(is_sensitive)).copied().collect();
    groups.sort();
    groups.dedup();
    if groups == before {
        return Ok(());
    }
    queries::set_groups(tx, acting.learner, &groups).await?;
    Ok(note(tx, Deed::of("identity.choose_groups", acting.actor(), acting.learner)).await?)
}

/// Keeps that somebody belongs to a group that needs a consent of its own, with this consent. Twice is once.
///
/// # Errors
/// What the database answers; a group that needs no consent changes nothing.
pub async fn agree_to_group(tx: &Tx, acting: &Acting, group: Group, way: ConsentWay) -> Result<(), Error> {
    let Some((text_id, text_version)) = consent_of(group) else { return Ok(()) };
    if !queries::has_consent(tx, acting.learner, text_id, text_version).await? {
        queries::insert_consent(tx, acting.learner, &ConsentGiven { text_id, text_version, way }).await?;
        note(tx, Deed::of("identity.agree", acting.actor(), acting.learner)).await?;
    }
    let mut groups = queries::list_groups(tx, acting.learner).await?;
    if !groups.contains(&group) {
        groups.push(group);
        queries::set_groups(tx, acting.learner, &groups).await?;
    }
    Ok(())
}

/// Takes back the consent to keep that somebody belongs to `group`; that they do goes with it. Twice is once.
///
/// # Errors
/// What the database answers.
pub async fn withdraw_from_group(tx: &Tx, acting: &Acting, group: Group) -> Result<(), Error> {
    let Some((text_id, _)) = consent_of(group) else { return Ok(()) };
    if queries::withdraw_consents(tx, acting.learner, Some(text_id)).await? == 0 {
        return Ok(());
    }
    let mut groups = queries::list_groups(tx, acting.learner).await?;
    groups.retain(|other| *other != group);
    queries::set_groups(tx, acting.learner, &groups).await?;
    Ok(note(tx, Deed::of("identity.withdraw_consent", acting.actor(), acting.learner)).await?)
}
