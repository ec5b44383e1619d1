//! Looking at signals and at passes that wait, and saying what one found; with the letter that tells the learner.

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};

use super::rules::{self, State};
use super::{Error, Signal, queries};
use crate::audit;
use crate::config::Keys;
use crate::db::Tx;
use crate::identity::{self, Profile, Role, StaffScope, Whose};
use crate::kernel::{LearnerId, ResultId, SignalId};
use crate::outbox::{self, Channel, Letter, Standing};
use crate::places::PlaceCode;
use crate::recognition::{self, Awaiting, LookState, LookVerdict, Looked};

/// What is to be looked at within the areas, and how many there are.
///
/// # Errors
/// What the database answers.
pub(super) async fn list(db: &impl ConnectionTrait, areas: &[PlaceCode], page: (u64, u64)) -> Result<Vec<Signal>, Error> {
    Ok(queries::list(db, areas, page).await?)
}

pub(super) async fn count(db: &impl ConnectionTrait, areas: &[PlaceCode]) -> Result<u64, Error> {
    Ok(queries::count(db, areas).await?)
}

/// A signal with whom it concerns, where it is theirs to look at.
///
/// # Errors
/// [`Error::NoSuchSignal`].
pub(super) async fn see(db: &impl ConnectionTrait, scope: &StaffScope, id: SignalId) -> Result<(Signal, Vec<LearnerId>), Error> {
    let signal = queries::find(db, id).await?.filter(|signal| is_theirs(scope, &signal.place_code));
    let signal = signal.ok_or(Error::NoSuchSignal)?;
    let learners = queries::list_learners(db, id).await?;
    Ok((signal, learners))
}

fn is_theirs(scope: &StaffScope, place: &str) -> bool {
    scope.areas(Role::LOOKERS).iter().any(|area| area.covers(place))
}

/// Somebody has looked and says so. Said twice it is said once.
///
/// # Errors
/// [`Error::NoSuchSignal`]; [`Error::OwnSignal`]; [`Error::Decided`] where somebody has said otherwise.
pub(super) async fn look(tx: &Tx, scope: &StaffScope, id: SignalId, said: State) -> Result<(), Error> {
    let (signal, _) = see(tx, scope, id).await?;
    let by = scope.actor();
    if signal.about == by {
        return Err(Error::OwnSignal);
    }
    if signal.state == said && signal.looked.is_some_and(|(looked_by, _)| looked_by == by) {
        return Ok(());
    }
    let said = rules::after(signal.state, said).ok_or(Error::Decided)?;
    if !queries::keep_look(tx, &signal, said, by).await? {
        return Err(Error::Decided);
    }
    let entry = audit::Entry {
        actor: Some(by),
        action: "signals.look",
        object_kind: "signal",
        object_id: &id.to_string(),
        learner: None,
        place_code: Some(&signal.place_code),
        detail: json!({ "kind": signal.kind.code(), "state": said.code() }),
    };
    Ok(audit::record(tx, &entry).await?)
}

/// Whose pass it is, as far as they are still known.
#[derive(Clone, Debug)]
pub(super) struct Whom {
    pub profile: Option<Profile>,
    pub standing: Standing,
}

/// A pass that waits, with whose it is, where it is theirs to look at; that it was shown is kept.
///
/// # Errors
/// [`recognition::Error::NoSuchRequest`], also where it is not theirs.
pub(super) async fn see_pass(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    (learner, result): (LearnerId, ResultId),
) -> Result<(Awaiting, Whom), Error> {
    let found = recognition::get_awaiting(tx, learner, result).await?;
    let profile = match identity::profile(tx, keys, learner).await {
        Ok(profile) => Some(profile),
        Err(identity::Error::NoSuchPerson) => None,
        Err(error) => return Err(error.into()),
    };
    let groups = profile.as_ref().map(|profile| profile.groups.clone()).unwrap_or_default();
    let whose = Whose { place: Some(&found.place_code), groups: &groups };
    let by = scope.grant_for(Role::LOOKERS, whose).ok_or(recognition::Error::NoSuchRequest)?;
    let access = audit::Access {
        learner,
        actor: scope.actor(),
        actor_role: by.role.code(),
        organisation: by.organisation,
        place_code: by.area.as_str(),
        what: "look",
    };
    audit::record_access(tx, access).await?;
    let year = i64::from(tx.now.day().year());
    let elsewhere = || Standing { place_code: Some(found.place_code.clone()), ..Standing::default() };
    let standing = profile.as_ref().map_or_else(elsewhere, |profile| profile.standing(year));
    Ok((found, Whom { profile, standing }))
}

/// Says what becomes of a pass that waits; the learner is told where that settles it.
///
/// # Errors
/// As [`recognition::look`].
pub(super) async fn look_at_pass(
    tx: &Tx,
    keys: &Keys,
    (found, whom): (&Awaiting, &Whom),
    (by, verdict): (LearnerId, LookVerdict),
    (course, help_phone): (&str, &str),
) -> Result<LookState, Error> {
    match recognition::look(tx, (found.learner, found.result), by, verdict, &whom.standing).await? {
        Looked::Before(state) => Ok(state),
        Looked::Now(state) => {
            let template = match state {
                LookState::Credited => Some("look-credited"),
                LookState::Declined => Some("look-declined"),
                LookState::Waiting | LookState::Doubted | LookState::Held => None,
            };
            if let (Some(template), Some(profile)) = (template, &whom.profile) {
                tell(tx, keys, profile, template, (course, help_phone)).await?;
            }
            Ok(state)
        }
    }
}

/// A text to the learner's phone, where they have one. The passbook shows it in any case.
async fn tell(
    tx: &Tx,
    keys: &Keys,
    profile: &Profile,
    template: &'static str,
    (course, help_phone): (&str, &str),
) -> Result<(), Error> {
    let Some(phone) = &profile.phone else { return Ok(()) };
    let letter = Letter {
        learner: Some(profile.learner),
        channel: Channel::Sms,
        to: phone.as_str(),
        template,
        lang: profile.lang,
        params: vec![("course", course.to_owned()), ("help_phone", help_phone.to_owned())],
    };
    Ok(outbox::send(tx, keys, &letter).await?)
}

/// The signals that concern somebody: part of "my data".
///
/// # Errors
/// What the database answers.
pub async fn export(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Value, DbErr> {
    let signals = queries::list_of(db, learner).await?;
    let one = |signal: &Signal| {
        json!({
            "kind": signal.kind.code(), "day": signal.day.to_string(), "unit": signal.unit, "place_code": signal.place_code,
            "state": signal.state.code(), "found_at_ms": signal.found_at.ms(),
        })
    };
    Ok(signals.iter().map(one).collect())
}

/// Somebody leaves: signals are about them no longer.
///
/// # Errors
/// What the database answers.
pub async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    queries::delete_of(tx, learner).await
}
