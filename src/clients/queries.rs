//! Tables `api_client` and `api_once`.

use entity::{api_client, api_once};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::rules::{self, Scope};
use crate::db::Tx;
use crate::kernel::{AgencyId, ClientId, Digest, LearnerId, Timestamp};

/// Rows deleted in one bite.
pub(super) const BITE: u64 = 500;

/// One client, as an operator sees it.
#[derive(Clone, Debug)]
pub struct ClientRow {
    /// Its id.
    pub id: ClientId,
    /// Whose program it is.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was let in.
    pub made_at: Timestamp,
    /// When it was put out.
    pub ended_at: Option<Timestamp>,
    /// The agency whose program it is, and who of its people answers for it.
    pub agency: Option<(AgencyId, LearnerId)>,
    /// Digest of its secret.
    pub(super) secret: Option<Digest>,
}

fn client_of(row: api_client::Model) -> ClientRow {
    ClientRow {
        id: ClientId::from_uuid(row.id),
        name: row.name,
        scopes: rules::parse_scopes(&row.scopes).unwrap_or_default(),
        made_at: Timestamp::from_ms(row.made_at_ms),
        ended_at: row.ended_at_ms.map(Timestamp::from_ms),
        agency: row.agency_id.map(AgencyId::from_uuid).zip(row.officer_id.map(LearnerId::from_uuid)),
        secret: Digest::from_slice(&row.secret_hash),
    }
}

pub(super) async fn insert_client(
    tx: &Tx,
    id: ClientId,
    (name, scopes, agency): (&str, &[Scope], Option<(AgencyId, LearnerId)>),
    secret: &Digest,
) -> Result<(), DbErr> {
    let row = api_client::ActiveModel {
        id: Set(id.uuid()),
        name: Set(name.to_owned()),
        secret_hash: Set(secret.to_vec()),
        scopes: Set(rules::scopes_text(scopes)),
        made_at_ms: Set(tx.now.ms()),
        ended_at_ms: Set(None),
        agency_id: Set(agency.map(|(agency, _)| agency.uuid())),
        officer_id: Set(agency.map(|(_, officer)| officer.uuid())),
    };
    api_client::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn find_client(db: &impl ConnectionTrait, id: ClientId) -> Result<Option<ClientRow>, DbErr> {
    Ok(api_client::Entity::find_by_id(id.uuid()).one(db).await?.map(client_of))
}

/// All clients, the newest first.
pub(super) async fn list_clients(db: &impl ConnectionTrait) -> Result<Vec<ClientRow>, DbErr> {
    let rows = api_client::Entity::find().order_by_desc(api_client::Column::MadeAtMs).all(db).await?;
    Ok(rows.into_iter().map(client_of).collect())
}

/// Ends a client; how many were ended.
pub(super) async fn end_client(tx: &Tx, id: ClientId) -> Result<u64, DbErr> {
    let update = api_client::Entity::update_many()
        .col_expr(api_client::Column::EndedAtMs, Some(tx.now.ms()).into())
        .filter(api_client::Column::Id.eq(id.uuid()))
        .filter(api_client::Column::EndedAtMs.is_null());
    Ok(update.exec(tx).await?.rows_affected)
}

/// Binds a client that was not ended, and belongs to no other agency, to an agency and whoever answers for it; how many were bound.
pub(super) async fn bind_client(tx: &Tx, id: ClientId, (agency, officer): (AgencyId, LearnerId)) -> Result<u64, DbErr> {
    let update = api_client::Entity::update_many()
        .col_expr(api_client::Column::AgencyId, Some(agency.uuid()).into())
        .col_expr(api_client::Column::OfficerId, Some(officer.uuid()).into())
        .filter(api_client::Column::Id.eq(id.uuid()))
        .filter(api_client::Column::EndedAtMs.is_null())
        .filter(api_client::Column::AgencyId.is_null().or(api_client::Column::AgencyId.eq(agency.uuid())));
    Ok(update.exec(tx).await?.rows_affected)
}

/// What stands under a key.
#[derive(Clone, Debug)]
pub(super) struct OnceRow {
    /// Digest of what was asked.
    pub request: Option<Digest>,
    /// The status of the answer; 0 while it is on its way.
    pub status: u16,
    /// The answer, sealed.
    pub answer: Option<Vec<u8>>,
    /// When the key was taken.
    pub at: Timestamp,
}

/// Takes a key that nobody has taken; `false` where it is taken. On PostgreSQL whoever takes the same one at once waits for the first.
pub(super) async fn take_key(tx: &Tx, client: ClientId, key: &Digest, request: &Digest) -> Result<bool, DbErr> {
    let row = api_once::ActiveModel {
        client_id: Set(client.uuid()),
        key_hash: Set(key.to_vec()),
        request_hash: Set(request.to_vec()),
        status: Set(0),
        answer_sealed: Set(None),
        at_ms: Set(tx.now.ms()),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    Ok(api_once::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await? == 1)
}

/// What stands under a key, held until the commit.
pub(super) async fn hold_key(tx: &Tx, client: ClientId, key: &Digest) -> Result<Option<OnceRow>, DbErr> {
    let mut query = api_once::Entity::find_by_id((client.uuid(), key.to_vec()));
    if tx.get_database_backend() == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    Ok(query.one(tx).await?.map(|row| OnceRow {
        request: Digest::from_slice(&row.request_hash),
        status: u16::try_from(row.status).unwrap_or(0),
        answer: row.answer_sealed,
        at: Timestamp::from_ms(row.at_ms),
    }))
}

/// Takes over a key whose first holder has died.
pub(super) async fn take_key_over(tx: &Tx, client: ClientId, key: &Digest) -> Result<(), DbErr> {
    api_once::Entity::update_many()
        .col_expr(api_once::Column::AtMs, tx.now.ms().into())
        .filter(api_once::Column::ClientId.eq(client.uuid()))
        .filter(api_once::Column::KeyHash.eq(key.to_vec()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Keeps the answer under a key that was taken.
pub(super) async fn keep_answer(tx: &Tx, client: ClientId, key: &Digest, (status, answer): (u16, Vec<u8>)) -> Result<(), DbErr> {
    api_once::Entity::update_many()
        .col_expr(api_once::Column::Status, i64::from(status).into())
        .col_expr(api_once::Column::AnswerSealed, Some(answer).into())
        .filter(api_once::Column::ClientId.eq(client.uuid()))
        .filter(api_once::Column::KeyHash.eq(key.to_vec()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Gives back a key under which nothing was done.
pub(super) async fn drop_key(tx: &Tx, client: ClientId, key: &Digest) -> Result<(), DbErr> {
    api_once::Entity::delete_many()
        .filter(api_once::Column::ClientId.eq(client.uuid()))
        .filter(api_once::Column::KeyHash.eq(key.to_vec()))
        .filter(api_once::Column::Status.eq(0_i64))
        .exec(tx)
        .await?;
    Ok(())
}

/// Deletes keys taken before `before`, one bite of them; how many.
pub(super) async fn delete_keys_before(tx: &Tx, before: Timestamp) -> Result<u64, DbErr> {
    let key = [api_once::Column::ClientId, api_once::Column::KeyHash];
    let old = Query::select()
        .columns(key)
        .from(api_once::Entity)
        .and_where(Expr::col(api_once::Column::AtMs).lt(before.ms()))
        .limit(BITE)
        .to_owned();
    let deleted = api_once::Entity::delete_many().filter(Expr::tuple(key.map(Expr::col)).in_subquery(old)).exec(tx).await?;
    Ok(deleted.rows_affected)
}
