//! What was done to a person, in the trail: with the place where they live, so that administrators of that area see it; and letters
//! that tell the person.

use sea_orm::DbErr;
use serde_json::Value;

use super::Profile;
use crate::audit;
use crate::config::Keys;
use crate::db::Tx;
use crate::identity::queries::people;
use crate::kernel::LearnerId;
use crate::outbox::{self, Channel, Letter};

/// Something done to a person.
pub(super) struct Deed<'a> {
    /// What, as `identity.verb`.
    pub action: &'static str,
    /// Whose hand it was.
    pub actor: LearnerId,
    /// To whom; nobody: to the bank itself.
    pub learner: LearnerId,
    /// Kind and id of what it was done to; none: the person.
    pub object: Option<(&'static str, &'a str)>,
    /// Where; none: where the person lives now.
    pub place: Option<&'a str>,
    /// Anything worth knowing, without personal data.
    pub detail: Value,
}

impl Deed<'_> {
    /// What `actor` did to `learner`.
    pub const fn of(action: &'static str, actor: LearnerId, learner: LearnerId) -> Self {
        Self { action, actor, learner, object: None, place: None, detail: Value::Null }
    }

    /// What `actor` did to nobody in particular.
    pub const fn of_staff(action: &'static str, actor: LearnerId) -> Self {
        Self::of(action, actor, LearnerId::NOBODY)
    }
}

/// Keeps it, where the person lives now.
pub(super) async fn note(tx: &Tx, deed: Deed<'_>) -> Result<(), DbErr> {
    let concerned = (deed.learner != LearnerId::NOBODY).then_some(deed.learner);
    let lives_at = match deed.place {
        Some(_) => None,
        None => people::find_place_of(tx, deed.learner).await?,
    };
    let id = deed.learner.to_string();
    let (object_kind, object_id) = deed.object.unwrap_or(("person", &id));
    let entry = audit::Entry {
        actor: Some(deed.actor),
        action: deed.action,
        object_kind,
        object_id,
        learner: concerned,
        place_code: deed.place.or(lives_at.as_deref()),
        detail: deed.detail,
    };
    audit::record(tx, &entry).await
}

/// Who signs letters: the site's address, and the telephone number of help.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The address people type, without a slash at the end.
    pub site: String,
    /// Where somebody answers.
    pub help_phone: String,
}

/// Tells a person by a text to their phone; says whether they have one.
pub(super) async fn tell(
    tx: &Tx,
    keys: &Keys,
    profile: &Profile,
    template: &'static str,
    params: Vec<(&'static str, String)>,
) -> Result<bool, DbErr> {
    let Some(phone) = &profile.phone else { return Ok(false) };
    let (learner, lang) = (Some(profile.learner), profile.lang);
    outbox::send(tx, keys, &Letter { learner, channel: Channel::Sms, to: phone.as_str(), template, lang, params }).await?;
    Ok(true)
}
