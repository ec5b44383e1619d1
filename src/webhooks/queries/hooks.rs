//! Table `webhook`.

use entity::webhook::{self, Column};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use crate::db::Tx;
use crate::kernel::{ClientId, Timestamp, WebhookId};
use crate::webhooks::rules::{State, Trouble, kinds_text, parse_kinds};
use crate::webhooks::{Kind, Webhook};

fn hook_of(row: webhook::Model) -> Result<Webhook, DbErr> {
    let unreadable = |column: &str| DbErr::Type(format!("webhook {} has no readable {column}", row.id));
    Ok(Webhook {
        id: WebhookId::from_uuid(row.id),
        client: ClientId::from_uuid(row.client_id),
        kinds: parse_kinds(&row.kinds).ok_or_else(|| unreadable("kinds"))?,
        state: State::from_code(&row.state).ok_or_else(|| unreadable("state"))?,
        trouble: row.trouble.as_deref().map(|code| Trouble::from_code(code).ok_or_else(|| unreadable("trouble"))).transpose()?,
        made_at: Timestamp::from_ms(row.made_at_ms),
        looked_to: Timestamp::from_ms(row.looked_to_ms),
        url: row.url,
    })
}

/// The secrets of an address, sealed: the one that stands, and the one before with its last instant.
#[derive(Clone, Debug)]
pub(in crate::webhooks) struct Secrets {
    pub now: Vec<u8>,
    pub old: Option<(Vec<u8>, Timestamp)>,
}

/// Keeps a new address.
pub(in crate::webhooks) async fn insert(
    tx: &Tx,
    id: WebhookId,
    (client, url, kinds): (ClientId, &str, &[Kind]),
    secret: Vec<u8>,
) -> Result<(), DbErr> {
    let row = webhook::ActiveModel {
        id: Set(id.uuid()),
        client_id: Set(client.uuid()),
        url: Set(url.to_owned()),
        kinds: Set(kinds_text(kinds)),
        secret_sealed: Set(secret),
        old_secret_sealed: Set(None),
        old_until_ms: Set(None),
        state: Set(State::New.code().to_owned()),
        trouble: Set(None),
        made_at_ms: Set(tx.now.ms()),
        looked_to_ms: Set(tx.now.ms()),
    };
    webhook::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// An address with its secrets.
pub(in crate::webhooks) async fn find(db: &impl ConnectionTrait, id: WebhookId) -> Result<Option<(Webhook, Secrets)>, DbErr> {
    let Some(row) = webhook::Entity::find_by_id(id.uuid()).one(db).await? else { return Ok(None) };
    let old = row.old_secret_sealed.clone().zip(row.old_until_ms.map(Timestamp::from_ms));
    let secrets = Secrets { now: row.secret_sealed.clone(), old };
    Ok(Some((hook_of(row)?, secrets)))
}

/// The addresses of a client, the oldest first.
pub(in crate::webhooks) async fn list_of(db: &impl ConnectionTrait, client: ClientId) -> Result<Vec<Webhook>, DbErr> {
    let of = webhook::Entity::find().filter(Column::ClientId.eq(client.uuid()));
    let rows = of.order_by_asc(Column::MadeAtMs).order_by_asc(Column::Id).all(db).await?;
    rows.into_iter().map(hook_of).collect()
}

pub(in crate::webhooks) async fn count_of(db: &impl ConnectionTrait, client: ClientId) -> Result<u64, DbErr> {
    webhook::Entity::find().filter(Column::ClientId.eq(client.uuid())).count(db).await
}

/// All addresses that are told.
pub(in crate::webhooks) async fn list_on(db: &impl ConnectionTrait) -> Result<Vec<Webhook>, DbErr> {
    let on = webhook::Entity::find().filter(Column::State.eq(State::On.code()));
    on.order_by_asc(Column::Id).all(db).await?.into_iter().map(hook_of).collect()
}

/// Keeps up to when events were looked at for these addresses; never back.
pub(in crate::webhooks) async fn keep_looked_to(tx: &Tx, ids: &[WebhookId], to: Timestamp) -> Result<(), DbErr> {
    webhook::Entity::update_many()
        .col_expr(Column::LookedToMs, to.ms().into())
        .filter(Column::Id.is_in(ids.iter().map(|id| id.uuid())))
        .filter(Column::LookedToMs.lt(to.ms()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Keeps how an address stands. What begins to be told is told of what happens from now on.
pub(in crate::webhooks) async fn set_state(
    tx: &Tx,
    id: WebhookId,
    (state, trouble): (State, Option<Trouble>),
) -> Result<(), DbErr> {
    let mut update = webhook::Entity::update_many()
        .col_expr(Column::State, state.code().into())
        .col_expr(Column::Trouble, trouble.map(|trouble| trouble.code().to_owned()).into());
    if state == State::On {
        update = update.col_expr(Column::LookedToMs, tx.now.ms().into());
    }
    update.filter(Column::Id.eq(id.uuid())).exec(tx).await?;
    Ok(())
}

/// Keeps what went wrong last, or that nothing did.
pub(in crate::webhooks) async fn set_trouble(tx: &Tx, id: WebhookId, trouble: Option<Trouble>) -> Result<(), DbErr> {
    webhook::Entity::update_many()
        .col_expr(Column::Trouble, trouble.map(|trouble| trouble.code().to_owned()).into())
        .filter(Column::Id.eq(id.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Keeps a new secret, and the one that stood until now with its last instant.
pub(in crate::webhooks) async fn set_secret(
    tx: &Tx,
    id: WebhookId,
    (new, old, until): (Vec<u8>, Vec<u8>, Timestamp),
) -> Result<(), DbErr> {
    webhook::Entity::update_many()
        .col_expr(Column::SecretSealed, new.into())
        .col_expr(Column::OldSecretSealed, Some(old).into())
        .col_expr(Column::OldUntilMs, Some(until.ms()).into())
        .filter(Column::Id.eq(id.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes an address down.
pub(in crate::webhooks) async fn delete(tx: &Tx, id: WebhookId) -> Result<(), DbErr> {
    webhook::Entity::delete_by_id(id.uuid()).exec(tx).await?;
    Ok(())
}
