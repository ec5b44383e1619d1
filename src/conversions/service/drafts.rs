//! Drafts: written and written anew by one person alone; and the early end of what was published.

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::{must_be_of, note};
use crate::agencies::Agency;
use crate::conversions::Error;
use crate::conversions::queries::discards;
use crate::conversions::queries::versions::{self as queries, NewDraft};
use crate::conversions::rule::{Rule, Terms};
use crate::conversions::rules::RuleState;
use crate::curriculum::Shelf;
use crate::db::{Once, OnceKey, Tx, remember, what_was_done};
use crate::kernel::{Credits, Digest, LearnerId, OrganisationId, RuleId};
use crate::outbox::{self, Event, Standing};
use crate::places;

/// What the unit is worth by the curriculum.
///
/// # Errors
/// [`Error::NoSuchUnit`].
pub(in crate::conversions) fn worth_of(shelf: &Shelf, unit: &str) -> Result<Credits, Error> {
    shelf.worth_of(unit).ok_or(Error::NoSuchUnit)
}

/// The partner's name, where it is open and not the agency's own organisation.
pub(super) async fn partner_name(db: &impl ConnectionTrait, agency: &Agency, partner: OrganisationId) -> Result<String, Error> {
    if partner == agency.organisation {
        return Err(Error::OwnOrganisation);
    }
    let partner = places::find_organisation(db, partner).await?.filter(|one| !one.is_closed);
    Ok(partner.ok_or(Error::NoSuchPartner)?.name)
}

/// Who drafts what.
#[derive(Clone, Debug)]
pub struct Drafting {
    /// For which agency.
    pub agency: Agency,
    /// Who.
    pub by: LearnerId,
    /// What the rule is to say.
    pub terms: Terms,
    /// The version whose words it began with.
    pub copied_from: Option<RuleId>,
    /// Who answers for the record.
    pub responsible_org: String,
}

/// Keeps a new draft. The same form again is the first.
///
/// # Errors
/// [`Error::NoSuchPartner`], [`Error::OwnOrganisation`], [`Error::NoSuchUnit`], [`Error::SentBefore`].
pub async fn draft(tx: &Tx, shelf: &Shelf, new: &Drafting, (once, digest): (&OnceKey, &Digest)) -> Result<RuleId, Error> {
    match what_was_done(tx, new.by, once, digest).await? {
        Once::New => {}
        Once::Done(effect) => return effect.parse().map_err(|_| Error::NoSuchRule),
        Once::Misused => return Err(Error::SentBefore),
    }
    worth_of(shelf, &new.terms.unit)?;
    let name = partner_name(tx, &new.agency, new.terms.partner).await?;
    if let Some(from) = new.copied_from {
        must_be_of(&queries::find(tx, from).await?.ok_or(Error::NoSuchRule)?, &new.agency)?;
    }
    let id = RuleId::fresh(tx.now);
    let row = NewDraft {
        id,
        agency: new.agency.id,
        terms: &new.terms,
        partner_name: &name,
        copied_from: new.copied_from,
        by: new.by,
        responsible_org: &new.responsible_org,
    };
    queries::insert(tx, &row).await?;
    note(tx, (new.by, "conversions.draft"), &new.agency, (id, json!({ "copied_from": new.copied_from }))).await?;
    remember(tx, new.by, once, digest, &id.to_string()).await?;
    Ok(id)
}

/// Writes a draft anew: its drafter alone. The same words again change nothing.
///
/// # Errors
/// [`Error::NoSuchRule`], [`Error::NotTheDrafter`], [`Error::NotADraft`]; as [`draft`].
pub async fn redraft(tx: &Tx, shelf: &Shelf, (agency, id): (&Agency, RuleId), by: LearnerId, terms: &Terms) -> Result<(), Error> {
    let rule = queries::hold(tx, id).await?.ok_or(Error::NoSuchRule)?;
    must_be_of(&rule, agency)?;
    must_be_drafter(&rule, by)?;
    if rule.state != RuleState::Draft {
        return Err(Error::NotADraft);
    }
    if rule.terms() == *terms {
        return Ok(());
    }
    worth_of(shelf, &terms.unit)?;
    let name = partner_name(tx, agency, terms.partner).await?;
    if !queries::rewrite(tx, id, terms, &name).await? {
        return Err(Error::NotADraft);
    }
    note(tx, (by, "conversions.redraft"), agency, (id, json!({}))).await
}

/// Discards a draft that nobody published: one person who works for the agency is enough. What trying it came to stays kept; whoever tries it or
/// publishes it at the same time holds it, and is waited for. Twice is once.
///
/// # Errors
/// [`Error::NoSuchRule`]; [`Error::NotADraft`] where it was published.
pub async fn discard(tx: &Tx, (agency, id): (&Agency, RuleId), by: LearnerId) -> Result<(), Error> {
    let rule = queries::hold_any(tx, id).await?.ok_or(Error::NoSuchRule)?;
    must_be_of(&rule, agency)?;
    if rule.state != RuleState::Draft {
        return Err(Error::NotADraft);
    }
    if discards::is_discarded(tx, id).await? {
        return Ok(());
    }
    discards::keep(tx, id, by).await?;
    note(tx, (by, "conversions.discard"), agency, (id, json!({ "drafted_by": rule.drafted_by }))).await
}

/// Only the drafter writes a draft.
///
/// # Errors
/// [`Error::NotTheDrafter`].
pub(in crate::conversions) fn must_be_drafter(rule: &Rule, by: LearnerId) -> Result<(), Error> {
    if rule.drafted_by == by { Ok(()) } else { Err(Error::NotTheDrafter) }
}

/// Ends a version before its time: one person is enough. What was sent while it held is for its readers to judge. Twice is once.
///
/// # Errors
/// [`Error::NoSuchRule`], also of a draft.
pub async fn end(tx: &Tx, (agency, id): (&Agency, RuleId), by: LearnerId, why: &str) -> Result<(), Error> {
    let rule = queries::hold(tx, id).await?.ok_or(Error::NoSuchRule)?;
    must_be_of(&rule, agency)?;
    match rule.state {
        RuleState::Draft => return Err(Error::NoSuchRule),
        RuleState::Ended => return Ok(()),
        RuleState::Published => {}
    }
    if !queries::end(tx, id, by, why).await? {
        return Ok(());
    }
    note(tx, (by, "conversions.end"), agency, (id, json!({ "version": rule.version }))).await?;
    let standing = Standing { place_code: Some(agency.place_code.clone()), ..Standing::default() };
    let body = json!({ "rule": id, "agency": agency.id, "version": rule.version, "day": tx.now.day().to_string() });
    Ok(outbox::emit(tx, &[Event { kind: "conversion_rule.ended", learner: None, standing: &standing, body }]).await?)
}
