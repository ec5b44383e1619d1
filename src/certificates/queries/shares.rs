//! Tables `share`, `share_token` and `share_look`.

use entity::{share, share_look, share_token};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::altered;
use crate::certificates::rules::shares::{Shows, What};
use crate::certificates::{Look, Share};
use crate::db::{OnceKey, Tx};
use crate::kernel::{CertificateId, ClientId, Digest, LearnerId, ShareId, Timestamp, new_id};

/// Shares of one person, and looks at one share, that are read.
const MOST: u64 = 200;

fn read(row: share::Model) -> Result<Share, DbErr> {
    Ok(Share {
        learner: LearnerId::from_uuid(row.learner_id),
        id: ShareId::from_uuid(row.id),
        what: What::from_code(&row.what).ok_or_else(|| altered("what"))?,
        certificate: row.certificate_id.map(CertificateId::from_uuid),
        shows: Shows::read(&row.shows),
        client: row.client_id.map(ClientId::from_uuid),
        made_at: Timestamp::from_ms(row.made_at_ms),
        until: Timestamp::from_ms(row.until_ms),
        ended_at: row.ended_at_ms.map(Timestamp::from_ms),
        for_sealed: row.for_sealed,
        token_sealed: row.token_sealed,
    })
}

/// Keeps a share, and that its token leads to it.
pub(in crate::certificates) async fn insert(
    tx: &Tx,
    new: &Share,
    (once, text_version): (&OnceKey, &str),
    token: &Digest,
) -> Result<(), DbErr> {
    let row = share::ActiveModel {
        learner_id: Set(new.learner.uuid()),
        id: Set(new.id.uuid()),
        what: Set(new.what.code().to_owned()),
        certificate_id: Set(new.certificate.map(CertificateId::uuid)),
        shows: Set(new.shows.to_text()),
        for_sealed: Set(new.for_sealed.clone()),
        token_sealed: Set(new.token_sealed.clone()),
        client_id: Set(new.client.map(ClientId::uuid)),
        text_version: Set(text_version.to_owned()),
        made_at_ms: Set(new.made_at.ms()),
        until_ms: Set(new.until.ms()),
        ended_at_ms: Set(None),
        once: Set(once.as_str().to_owned()),
    };
    share::Entity::insert(row).exec_without_returning(tx).await?;
    let row = share_token::ActiveModel {
        token_hash: Set(token.to_vec()),
        learner_id: Set(new.learner.uuid()),
        share_id: Set(new.id.uuid()),
    };
    share_token::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The one that this form made.
pub(in crate::certificates) async fn find_by_once(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    once: &OnceKey,
) -> Result<Option<Share>, DbErr> {
    let found = share::Entity::find()
        .filter(share::Column::LearnerId.eq(learner.uuid()))
        .filter(share::Column::Once.eq(once.as_str()))
        .one(db)
        .await?;
    found.map(read).transpose()
}

pub(in crate::certificates) async fn find(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    id: ShareId,
) -> Result<Option<Share>, DbErr> {
    share::Entity::find_by_id((learner.uuid(), id.uuid())).one(db).await?.map(read).transpose()
}

/// Where a token leads.
pub(in crate::certificates) async fn find_by_token(db: &impl ConnectionTrait, token: &Digest) -> Result<Option<Share>, DbErr> {
    let Some(row) = share_token::Entity::find_by_id(token.to_vec()).one(db).await? else { return Ok(None) };
    find(db, LearnerId::from_uuid(row.learner_id), ShareId::from_uuid(row.share_id)).await
}

/// All shares of these accounts, the newest first; those that are over too.
pub(in crate::certificates) async fn list_of(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Vec<Share>, DbErr> {
    let rows = share::Entity::find()
        .filter(share::Column::LearnerId.is_in(accounts.iter().map(|account| account.uuid())))
        .order_by_desc(share::Column::MadeAtMs)
        .order_by_desc(share::Column::Id)
        .limit(MOST)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Ends a share; its token leads nowhere from now on. Twice is once.
pub(in crate::certificates) async fn end(tx: &Tx, learner: LearnerId, id: ShareId) -> Result<bool, DbErr> {
    let done = share::Entity::update_many()
        .col_expr(share::Column::EndedAtMs, Expr::value(Some(tx.now.ms())))
        .filter(share::Column::LearnerId.eq(learner.uuid()))
        .filter(share::Column::Id.eq(id.uuid()))
        .filter(share::Column::EndedAtMs.is_null())
        .exec(tx)
        .await?;
    delete_token(tx, learner, id).await?;
    Ok(done.rows_affected == 1)
}

/// Ends all that somebody shows.
pub(in crate::certificates) async fn end_all(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    share::Entity::update_many()
        .col_expr(share::Column::EndedAtMs, Expr::value(Some(tx.now.ms())))
        .filter(share::Column::LearnerId.eq(learner.uuid()))
        .filter(share::Column::EndedAtMs.is_null())
        .exec(tx)
        .await?;
    share_token::Entity::delete_many().filter(share_token::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}

async fn delete_token(tx: &Tx, learner: LearnerId, id: ShareId) -> Result<(), DbErr> {
    share_token::Entity::delete_many()
        .filter(share_token::Column::LearnerId.eq(learner.uuid()))
        .filter(share_token::Column::ShareId.eq(id.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Keeps that somebody opened it; those of one minute by the same hand are one.
pub(in crate::certificates) async fn note_look(tx: &Tx, of: &Share, client: Option<ClientId>) -> Result<(), DbErr> {
    let begin = tx.now.ms() - tx.now.ms().rem_euclid(60_000);
    let by = match client {
        Some(client) => share_look::Column::ClientId.eq(client.uuid()),
        None => share_look::Column::ClientId.is_null(),
    };
    let known = share_look::Entity::find()
        .filter(share_look::Column::LearnerId.eq(of.learner.uuid()))
        .filter(share_look::Column::ShareId.eq(of.id.uuid()))
        .filter(share_look::Column::AtMs.gte(begin))
        .filter(by)
        .limit(1)
        .one(tx)
        .await?;
    if known.is_some() {
        return Ok(());
    }
    let row = share_look::ActiveModel {
        learner_id: Set(of.learner.uuid()),
        share_id: Set(of.id.uuid()),
        id: Set(new_id(tx.now)),
        client_id: Set(client.map(ClientId::uuid)),
        at_ms: Set(tx.now.ms()),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    share_look::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await?;
    Ok(())
}

/// Who opened it, the newest first.
pub(in crate::certificates) async fn list_looks(
    db: &impl ConnectionTrait,
    (learner, id): (LearnerId, ShareId),
) -> Result<Vec<Look>, DbErr> {
    let rows = share_look::Entity::find()
        .filter(share_look::Column::LearnerId.eq(learner.uuid()))
        .filter(share_look::Column::ShareId.eq(id.uuid()))
        .order_by_desc(share_look::Column::AtMs)
        .limit(MOST)
        .all(db)
        .await?;
    let look =
        |row: share_look::Model| Look { at: Timestamp::from_ms(row.at_ms), client: row.client_id.map(ClientId::from_uuid) };
    Ok(rows.into_iter().map(look).collect())
}

/// Deletes shares that ended before `until`, with their looks, in one bite; how many went.
pub(in crate::certificates) async fn delete_before(tx: &Tx, until: Timestamp, most: u64) -> Result<u64, DbErr> {
    let over = Condition::any().add(share::Column::UntilMs.lt(until.ms())).add(share::Column::EndedAtMs.lt(until.ms()));
    let rows = share::Entity::find().filter(over).order_by_asc(share::Column::UntilMs).limit(most).all(tx).await?;
    for row in &rows {
        share_look::Entity::delete_many()
            .filter(share_look::Column::LearnerId.eq(row.learner_id))
            .filter(share_look::Column::ShareId.eq(row.id))
            .exec(tx)
            .await?;
        delete_token(tx, LearnerId::from_uuid(row.learner_id), ShareId::from_uuid(row.id)).await?;
        share::Entity::delete_by_id((row.learner_id, row.id)).exec(tx).await?;
    }
    Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
}
