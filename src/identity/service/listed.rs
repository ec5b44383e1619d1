//! Lists of people that staff work with: that somebody stood on one that was opened is kept in their own log.

use crate::audit;
use crate::db::{Db, Tx};
use crate::identity::Error;
use crate::identity::roles::Role;
use crate::identity::scope::{Grant, StaffScope};
use crate::kernel::{LearnerId, OrganisationId, RequestId};

/// A list of people.
#[derive(Clone, Copy, Debug)]
pub struct ListOf<'a> {
    /// How it stands in the access log: `class_list`, `exam_list`, …
    pub what: &'static str,
    /// The roles by one of which it is opened.
    pub roles: &'static [Role],
    /// Whose list it is, where it is an organisation's.
    pub organisation: Option<OrganisationId>,
    /// Whose people they are, by their place; empty: of several places.
    pub place_code: &'a str,
}

/// Keeps in the log of each of `people` that they stood on this list: once a day for each who opens such lists, since they do so with every step of
/// their work. Of whoever looks nothing is kept. It opens a write of its own, and none where all are known: lists are opened by reading, mostly again.
///
/// # Errors
/// What the database answers.
pub async fn keep_listed(
    db: &Db,
    request: RequestId,
    (scope, list): (&StaffScope, ListOf<'_>),
    people: impl IntoIterator<Item = LearnerId>,
) -> Result<(), Error> {
    let actor = scope.actor();
    let mut new: Vec<LearnerId> = people.into_iter().filter(|learner| *learner != actor).collect();
    new.sort_unstable();
    new.dedup();
    if !new.is_empty() {
        let today = db.clock().now().day().start();
        let known = audit::list_shown(db.read(), (actor, list.what), &new, today).await?;
        new.retain(|learner| !known.contains(learner));
    }
    if new.is_empty() {
        return Ok(());
    }
    let is_by = |grant: &&Grant| list.roles.contains(&grant.role) && grant.area.covers(list.place_code);
    let role = scope.grants().iter().find(is_by).map_or("", |grant| grant.role.code());
    let (what, organisation, place) = (list.what, list.organisation, list.place_code.to_owned());
    let work = async move |tx: &Tx| {
        let access = |learner: &LearnerId| audit::Access {
            learner: *learner,
            actor,
            actor_role: role,
            organisation,
            place_code: &place,
            what,
        };
        let accesses: Vec<audit::Access<'_>> = new.iter().map(access).collect();
        Ok::<(), Error>(audit::record_accesses(tx, &accesses).await?)
    };
    db.write_for(request, work).await
}
