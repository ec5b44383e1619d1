//! Two accounts of one person are read as one until that is ended; no row of theirs is moved. An officer asks, having seen the person's
//! document; another person decides. What becomes of the credit is recognition's: it calls what is done here under the chains' locks.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};

use super::notes::{Deed, note};
use super::once::{Form, once};
use crate::db::{Scan, Tx};
use crate::identity::Error;
use crate::identity::alias_request::{AliasRequest, NewAliasRequest};
use crate::identity::alias_rules::{AliasKind, AliasState, Membership, may_be_joined};
use crate::identity::queries::aliases::{self as queries, AliasSpan, Decided};
use crate::identity::queries::people;
use crate::kernel::{AliasRequestId, LearnerId, Timestamp};
use crate::outbox::{self, Event, Standing};
use crate::places::PlaceCode;

/// All accounts of the person whose `learner` is one: the primary first; `learner` alone where it stands for itself. One statement.
///
/// # Errors
/// What the database answers.
pub async fn accounts_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<LearnerId>, DbErr> {
    let accounts = queries::list_accounts(db, learner).await?;
    Ok(if accounts.is_empty() { vec![learner] } else { accounts })
}

/// The account by which the person acts and through which `learner` is read: `learner` itself where it is not joined.
///
/// # Errors
/// What the database answers.
pub async fn primary_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<LearnerId, DbErr> {
    Ok(accounts_of(db, learner).await?.first().copied().unwrap_or(learner))
}

/// By which account the person of each of these accounts acts, for those that are joined; who stands for themselves is not among them.
///
/// # Errors
/// What the database answers.
pub async fn primaries_of(db: &impl ConnectionTrait, learners: &[LearnerId]) -> Result<HashMap<LearnerId, LearnerId>, DbErr> {
    queries::list_primaries(db, learners).await
}

/// How an account stands, with the joining by which it is read through another.
///
/// # Errors
/// What the database answers.
pub async fn membership_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<(Membership, Option<AliasRequestId>), DbErr> {
    queries::find_membership(db, learner).await
}

/// The accounts that were parted since then: which one, from which.
///
/// # Errors
/// What the database answers.
pub async fn list_parted_since(db: &impl ConnectionTrait, since: Timestamp) -> Result<Vec<(LearnerId, LearnerId)>, DbErr> {
    queries::list_parted_since(db, since).await
}

/// All joinings that were decided, ended or not.
///
/// # Errors
/// What the database answers.
pub async fn list_alias_spans(db: &impl ConnectionTrait) -> Result<Vec<AliasSpan>, DbErr> {
    queries::list_spans(db).await
}

/// The same, below the mapper.
///
/// # Errors
/// What the database answers; a row that cannot be read.
pub fn scan_alias_spans(scan: &mut Scan) -> Result<Vec<AliasSpan>, DbErr> {
    queries::scan_spans(scan)
}

/// Asks that two accounts be joined, or parted. The same form again gets the first answer.
///
/// # Errors
/// [`Error::NotAllowed`] for one's own account; [`Error::AliasImpossible`] where one of them stands otherwise than it would have to;
/// [`Error::AliasAsked`] where a request about the same account waits; [`Error::SentBefore`].
pub async fn ask_alias(tx: &Tx, new: &NewAliasRequest, form: &Form) -> Result<AliasRequestId, Error> {
    if new.asker == new.learner || new.asker == new.primary {
        return Err(Error::NotAllowed);
    }
    let ask = async || {
        must_be_possible(tx, new).await?;
        let id = AliasRequestId::fresh(tx.now);
        if !queries::insert_request(tx, id, new).await? {
            return Err(Error::AliasAsked);
        }
        let asked = get_alias_request(tx, new.learner, id).await?;
        tell(tx, &asked, (new.asker, "identity.alias_ask"), json!({ "kind": new.kind.code(), "reason": new.reason })).await?;
        let body = json!({
            "table": "alias_request", "id": id, "record_class": queries::RECORD_CLASS, "responsible_org": new.responsible_org,
            "formed_at_ms": tx.now.ms(), "retention": queries::RETENTION, "openness": queries::OPENNESS,
            "format_version": queries::FORMAT,
        });
        let standing = Standing { place_code: Some(new.place_code.clone()), ..Standing::default() };
        outbox::emit(tx, &[Event { kind: "archivable", learner: Some(new.learner), standing: &standing, body }]).await?;
        Ok(id.to_string())
    };
    let effect = once(tx, form, ask).await?;
    effect.parse().map_err(|_| Error::NoSuchAlias)
}

async fn must_be_possible(tx: &Tx, new: &NewAliasRequest) -> Result<(), Error> {
    let ((own, joined_by), (other, _)) =
        (queries::find_membership(tx, new.learner).await?, queries::find_membership(tx, new.primary).await?);
    let is_possible = match new.kind {
        AliasKind::Join => may_be_joined((new.learner, own), (new.primary, other)) && new.ends.is_none(),
        AliasKind::End => own == Membership::ReadThrough(new.primary) && new.ends.is_some() && new.ends == joined_by,
    };
    if !is_possible {
        return Err(Error::AliasImpossible);
    }
    for learner in [new.learner, new.primary] {
        people::find_person(tx, learner).await?.ok_or(Error::NoSuchPerson)?;
    }
    Ok(())
}

/// One request.
///
/// # Errors
/// [`Error::NoSuchAlias`]; what the database answers.
pub async fn get_alias_request(db: &impl ConnectionTrait, learner: LearnerId, id: AliasRequestId) -> Result<AliasRequest, Error> {
    queries::find_request(db, learner, id).await?.ok_or(Error::NoSuchAlias)
}

/// All requests about an account, on either side, the newest first.
///
/// # Errors
/// What the database answers.
pub async fn list_alias_requests_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<AliasRequest>, Error> {
    Ok(queries::list_requests_of(db, learner).await?)
}

/// What waits within the areas, the oldest first: `most` after the first `skip`.
///
/// # Errors
/// What the database answers.
pub async fn list_waiting_alias_requests(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    part: (u64, u64),
) -> Result<Vec<AliasRequest>, Error> {
    Ok(queries::list_waiting(db, areas, part).await?)
}

/// How many wait within the areas.
///
/// # Errors
/// What the database answers.
pub async fn count_waiting_alias_requests(db: &impl ConnectionTrait, areas: &[PlaceCode]) -> Result<u64, Error> {
    Ok(queries::count_waiting(db, areas).await?)
}

/// Whether `reviewer` may decide on `request`, as far as people go: neither who asked nor whose accounts they are.
///
/// # Errors
/// [`Error::NotAllowed`], [`Error::AliasOwnRequest`].
pub fn must_be_second(request: &AliasRequest, reviewer: LearnerId) -> Result<(), Error> {
    if reviewer == request.learner || reviewer == request.primary {
        return Err(Error::NotAllowed);
    }
    if reviewer == request.asker { Err(Error::AliasOwnRequest) } else { Ok(()) }
}

/// Does what was asked for: from `effect_at` on the two are read as one, or each for itself again. The caller holds the chains of both.
///
/// # Errors
/// [`Error::AliasDecided`]; [`Error::AliasImpossible`] where one of them stands otherwise meanwhile; what [`must_be_second`] refuses.
pub async fn carry_out_alias(tx: &Tx, request: &AliasRequest, reviewer: LearnerId, effect_at: Timestamp) -> Result<(), Error> {
    must_be_second(request, reviewer)?;
    let decided =
        Decided { state: AliasState::Approved, decider: Some(reviewer), answer_sealed: None, effect_at: Some(effect_at) };
    settle(tx, request, decided).await?;
    let both = (request.learner, request.primary);
    let is_done = match (request.kind, request.ends) {
        (AliasKind::Join, _) => {
            let (own, other) = (queries::find_membership(tx, both.0).await?.0, queries::find_membership(tx, both.1).await?.0);
            may_be_joined((both.0, own), (both.1, other)) && queries::insert_alias(tx, both, request.id, effect_at).await?
        }
        (AliasKind::End, Some(joined_by)) => queries::delete_alias(tx, both, joined_by).await?,
        (AliasKind::End, None) => false,
    };
    if !is_done {
        return Err(Error::AliasImpossible);
    }
    tell(tx, request, (reviewer, "identity.alias_approve"), json!({ "kind": request.kind.code() })).await
}

/// The second person does not agree, and says why. Twice is once.
///
/// # Errors
/// [`Error::AliasDecided`]; what [`must_be_second`] refuses.
pub async fn refuse_alias(
    tx: &Tx,
    (learner, id): (LearnerId, AliasRequestId),
    reviewer: LearnerId,
    answer_sealed: &[u8],
) -> Result<(), Error> {
    let request = get_alias_request(tx, learner, id).await?;
    must_be_second(&request, reviewer)?;
    if (request.state, request.decider) == (AliasState::Refused, Some(reviewer)) {
        return Ok(());
    }
    let answer_sealed = Some(answer_sealed.to_vec());
    let decided = Decided { state: AliasState::Refused, decider: Some(reviewer), answer_sealed, effect_at: None };
    settle(tx, &request, decided).await?;
    tell(tx, &request, (reviewer, "identity.alias_refuse"), json!({ "kind": request.kind.code() })).await
}

/// The asker takes a request back. Twice is once.
///
/// # Errors
/// [`Error::NotAllowed`] for anybody else; [`Error::AliasDecided`].
pub async fn withdraw_alias(tx: &Tx, (learner, id): (LearnerId, AliasRequestId), asker: LearnerId) -> Result<(), Error> {
    let request = get_alias_request(tx, learner, id).await?;
    if request.asker != asker {
        return Err(Error::NotAllowed);
    }
    if request.state == AliasState::Withdrawn {
        return Ok(());
    }
    let decided = Decided { state: AliasState::Withdrawn, decider: None, answer_sealed: None, effect_at: None };
    settle(tx, &request, decided).await?;
    tell(tx, &request, (asker, "identity.alias_withdraw"), json!({ "kind": request.kind.code() })).await
}

async fn settle(tx: &Tx, request: &AliasRequest, decided: Decided) -> Result<(), Error> {
    if queries::decide(tx, (request.learner, request.id), decided).await? { Ok(()) } else { Err(Error::AliasDecided) }
}

/// Keeps what was done in the trail of both accounts.
async fn tell(tx: &Tx, request: &AliasRequest, (actor, action): (LearnerId, &'static str), detail: Value) -> Result<(), Error> {
    let id = request.id.to_string();
    for learner in [request.learner, request.primary] {
        let (object, place) = (Some(("alias_request", id.as_str())), Some(request.place_code.as_str()));
        note(tx, Deed { object, place, detail: detail.clone(), ..Deed::of(action, actor, learner) }).await?;
    }
    Ok(())
}

/// What is kept of joinings of an account: part of "my data".
///
/// # Errors
/// What the database answers.
pub async fn export_aliases(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Value, DbErr> {
    let rows = queries::list_requests_of(db, learner).await?.into_iter().map(|request| {
        json!({
            "account": request.learner, "read_through": request.primary, "kind": request.kind.code(), "state": request.state.code(),
            "reason": request.reason, "asked_at_ms": request.asked_at.ms(), "decided_at_ms": request.decided_at.map(Timestamp::ms),
        })
    });
    Ok(rows.collect())
}
