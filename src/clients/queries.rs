//! Table `api_client`.

use entity::api_client;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::rules::{self, Scope};
use crate::db::Tx;
use crate::kernel::{ClientId, Digest, Timestamp};

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
        secret: Digest::from_slice(&row.secret_hash),
    }
}

pub(super) async fn insert_client(tx: &Tx, id: ClientId, (name, scopes): (&str, &[Scope]), secret: &Digest) -> Result<(), DbErr> {
    let row = api_client::ActiveModel {
        id: Set(id.uuid()),
        name: Set(name.to_owned()),
        secret_hash: Set(secret.to_vec()),
        scopes: Set(rules::scopes_text(scopes)),
        made_at_ms: Set(tx.now.ms()),
        ended_at_ms: Set(None),
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
