//! Planning sessions, changing them, taking them back.

use serde_json::json;

use super::{Deed, administers_at, hosts_at, lock_own, note};
use crate::classes::letters;
use crate::classes::queries::sessions::{self, Dated};
use crate::classes::queries::{attendance, groups};
use crate::classes::rules::MOST_CHANGE_LETTERS;
use crate::classes::{ClassSession, Error, Hours, Kind};
use crate::config::Keys;
use crate::db::{Once, OnceKey, Tx, remember, what_was_done};
use crate::identity::{self, StaffScope};
use crate::kernel::{ClassId, Digest, LearnerId, OrganisationId, StudyGroupId};
use crate::places::{self, OrganisationKind};

/// Sessions to be planned: one, or a series.
#[derive(Clone, Debug)]
pub struct NewClass {
    /// What it is.
    pub kind: Kind,
    /// The course's code, where it is about one.
    pub course: Option<String>,
    /// What it is about in words: the course's title, or its own.
    pub title: String,
    /// Where.
    pub organisation: OrganisationId,
    /// When, each of them.
    pub hours: Vec<Hours>,
    /// How many seats.
    pub seats: i64,
    /// Who teaches.
    pub teacher: LearnerId,
    /// Who else looks on.
    pub witness: Option<LearnerId>,
    /// Anything to bring or to know.
    pub notes: String,
    /// The group that meets.
    pub group: Option<StudyGroupId>,
    /// Whether it belongs to the sample people.
    pub is_sample: bool,
}

/// Plans sessions at a service point of theirs. The members of a group that meets are signed up, and there is a seat for each. What is
/// over already is planned by administrators alone, for what stands on paper. The same form again is the first.
///
/// # Errors
/// [`Error::NotHere`], [`Error::Past`], [`Error::OnePerson`], [`Error::NoSuchGroup`], [`Error::SentBefore`].
pub async fn plan_classes(
    tx: &Tx,
    scope: &StaffScope,
    new: &NewClass,
    (once, digest): (&OnceKey, &Digest),
) -> Result<ClassId, Error> {
    match what_was_done(tx, scope.actor(), once, digest).await? {
        Once::New => {}
        Once::Done(effect) => return effect.parse().map_err(|_| Error::NoSuchClass),
        Once::Misused => return Err(Error::SentBefore),
    }
    let point = places::find_organisation(tx, new.organisation).await?.filter(|point| !point.is_closed);
    let point = point.filter(|point| point.kind == OrganisationKind::ServicePoint && hosts_at(scope, &point.place_code));
    let point = point.ok_or(Error::NotHere)?;
    if new.hours.iter().any(|hours| is_too_late(tx, scope, &point.place_code, *hours)) {
        return Err(Error::Past);
    }
    if new.witness == Some(new.teacher) {
        return Err(Error::OnePerson);
    }
    let members = match new.group {
        Some(group) => {
            let found = groups::find(tx, group).await?.filter(|group| !group.has_ended && hosts_at(scope, &group.place_code));
            groups::list_members(tx, found.ok_or(Error::NoSuchGroup)?.id).await?
        }
        None => Vec::new(),
    };
    let dated: Vec<Dated> = new.hours.iter().map(|hours| Dated { id: ClassId::fresh(tx.now), hours: *hours }).collect();
    let first = dated.first().map(|first| first.id).ok_or(Error::NoSuchClass)?;
    let seated = NewClass { seats: new.seats.max(i64::try_from(members.len()).unwrap_or(new.seats)), ..new.clone() };
    sessions::insert(tx, &seated, &point.place_code, scope.actor(), &dated).await?;
    let pairs: Vec<_> = dated.iter().flat_map(|one| members.iter().map(|member| (*member, one.id))).collect();
    attendance::sign_up(tx, &pairs).await?;
    let planned = sessions::find(tx, first).await?.ok_or(Error::NoSuchClass)?;
    let detail = json!({ "kind": new.kind.code(), "course": new.course, "sessions": dated.len() });
    note(tx, Deed { detail, ..Deed::of("classes.plan", scope.actor(), &planned) }).await?;
    remember(tx, scope.actor(), once, digest, &first.to_string()).await?;
    Ok(first)
}

/// Whether a session at these hours would be over already, and they are none of those who may fill in what is.
fn is_too_late(tx: &Tx, scope: &StaffScope, place: &str, hours: Hours) -> bool {
    hours.is_over(tx.now) && !administers_at(scope, place)
}

/// What may be changed of a planned session.
#[derive(Clone, Debug)]
pub struct ClassChange {
    /// When.
    pub hours: Hours,
    /// How many seats.
    pub seats: i64,
    /// Who teaches.
    pub teacher: LearnerId,
    /// Who else looks on.
    pub witness: Option<LearnerId>,
    /// Anything to bring or to know.
    pub notes: String,
}

impl ClassChange {
    fn fits(&self, class: &ClassSession) -> bool {
        (self.hours, self.seats, self.teacher, self.witness) == (class.hours, class.seats, class.teacher, class.witness)
            && self.notes == class.notes
    }
}

/// Changes a planned session. Where its time changes, those who signed up are told by letter, some times a day; `false` where they would
/// have been told once too often and were not. The same again changes nothing.
///
/// # Errors
/// [`Error::NoSuchClass`], [`Error::Cancelled`], [`Error::Closed`], [`Error::OnePerson`]; [`Error::Past`], [`Error::Busy`] where somebody
/// who came to it came to another at the new time.
pub async fn change_class(tx: &Tx, keys: &Keys, scope: &StaffScope, id: ClassId, to: &ClassChange) -> Result<bool, Error> {
    let class = lock_own(tx, scope, id).await?;
    if to.witness == Some(to.teacher) {
        return Err(Error::OnePerson);
    }
    if to.fits(&class) {
        return Ok(true);
    }
    if to.hours != class.hours {
        if is_too_late(tx, scope, &class.place_code, to.hours) {
            return Err(Error::Past);
        }
        let all = attendance::list_of_class(tx, id).await?;
        let mut came: Vec<LearnerId> = all.iter().filter(|one| one.came_at.is_some()).map(|one| one.learner).collect();
        // Held as at a check-in elsewhere; in one order, so that no two wait for each other.
        came.sort_unstable();
        for learner in &came {
            identity::hold_person(tx, *learner).await?;
        }
        if !came.is_empty() && sessions::is_anybody_elsewhere(tx, &came, (id, to.hours)).await? {
            return Err(Error::Busy);
        }
    }
    if !sessions::change(tx, id, to).await? {
        return Err(Error::Closed);
    }
    note(tx, Deed::of("classes.change", scope.actor(), &class)).await?;
    if to.hours.starts_at.day() != class.day {
        attendance::forget_reminders(tx, id).await?;
    }
    if to.hours == class.hours || to.hours.starts_at <= tx.now {
        return Ok(true);
    }
    if !sessions::take_letter(tx, id, tx.now.day(), MOST_CHANGE_LETTERS).await? {
        return Ok(false);
    }
    let changed = ClassSession { hours: to.hours, day: to.hours.starts_at.day(), ..class };
    letters::tell_all(tx, keys, &changed, "class-changed").await?;
    Ok(true)
}

/// Takes a session back, with a word why; those who signed up are told by letter. Taking it back twice is taking it back once.
///
/// # Errors
/// [`Error::NoSuchClass`], [`Error::Closed`].
pub async fn cancel_class(tx: &Tx, keys: &Keys, scope: &StaffScope, id: ClassId, reason: &str) -> Result<(), Error> {
    let class = match lock_own(tx, scope, id).await {
        Err(Error::Cancelled) => return Ok(()),
        found => found?,
    };
    sessions::cancel(tx, id, reason).await?;
    note(tx, Deed::of("classes.cancel", scope.actor(), &class)).await?;
    if !class.hours.is_over(tx.now) {
        letters::tell_all(tx, keys, &class, "class-cancelled").await?;
    }
    Ok(())
}
