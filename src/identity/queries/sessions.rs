//! Table `session`, and the one statement that tells who a request comes from.

use entity::session;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Statement,
};
use uuid::Uuid;

use crate::db::Tx;
use crate::identity::roles::{Assurance, Ownership};
use crate::kernel::{Digest, LearnerId, SessionId, Timestamp};

/// Everything a request needs to know of its session.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Found {
    pub id: Uuid,
    pub learner_id: Uuid,
    pub others: Option<String>,
    pub assurance: String,
    pub is_shared: i64,
    pub helper_id: Option<Uuid>,
    pub created_at_ms: i64,
    pub seen_at_ms: i64,
    pub expires_at_ms: i64,
    pub name_sealed: Option<Vec<u8>>,
    pub birth_year: Option<i64>,
    pub place_code: Option<String>,
    pub font: String,
    pub lang: String,
    pub start_point: Option<String>,
    pub pathway: Option<String>,
    pub identity_level: i64,
    pub is_sample: i64,
    pub wrapped: Option<Vec<u8>>,
    pub grps: Option<String>,
}

/// Session, person, wrapped key and groups, in one statement. `AGGREGATE` joins the groups with commas, `AS_TEXT` writes an id. Where
/// the account that signed in is read through another, the person is that one, and `others` are the accounts read through it; a session of
/// the staff is its own, since roles belong to one account.
const FIND: &str =
    "SELECT s.id, p.learner_id, s.assurance, s.is_shared, s.helper_id, s.created_at_ms, s.seen_at_ms, s.expires_at_ms,
    p.name_sealed, p.birth_year, p.place_code, p.font, p.lang, p.start_point, p.pathway, p.identity_level, p.is_sample, k.wrapped,
    (SELECT AGGREGATE(g.grp, ',') FROM person_group g WHERE g.learner_id = p.learner_id) AS grps,
    (SELECT AGGREGATE(AS_TEXT, ',') FROM alias o WHERE o.primary_id = a.primary_id AND o.learner_id <> p.learner_id) AS others
    FROM session s
    LEFT JOIN alias a ON a.learner_id = s.learner_id
    JOIN person p ON p.state = 'active'
        AND p.learner_id = CASE WHEN a.primary_id IS NULL OR s.assurance = 'password_totp' THEN s.learner_id ELSE a.primary_id END
    JOIN person_key k ON k.learner_id = p.learner_id
    WHERE s.token_hash = $1 AND s.ended_at_ms IS NULL AND s.expires_at_ms > $2";

pub(crate) async fn find_by_token(db: &impl ConnectionTrait, token: &Digest, now: Timestamp) -> Result<Option<Found>, DbErr> {
    let backend = db.get_database_backend();
    let (aggregate, text) = match backend {
        DbBackend::Sqlite => ("group_concat", "hex(o.learner_id)"),
        _ => ("string_agg", "o.learner_id::text"),
    };
    let sql = FIND.replace("AGGREGATE", aggregate).replace("AS_TEXT", text);
    let statement = Statement::from_sql_and_values(backend, sql, [token.to_vec().into(), now.ms().into()]);
    Found::find_by_statement(statement).one(db).await
}

/// A session to be opened.
pub(crate) struct NewSession<'a> {
    pub id: SessionId,
    pub token: &'a Digest,
    pub learner: LearnerId,
    pub assurance: Assurance,
    pub device_label: &'static str,
    pub ownership: Ownership,
    pub hall: Option<Uuid>,
}

/// Opens a session; under a token that stands already nothing is changed (a double tap).
pub(crate) async fn insert_session(tx: &Tx, new: NewSession<'_>) -> Result<bool, DbErr> {
    let row = session::ActiveModel {
        token_hash: Set(new.token.to_vec()),
        learner_id: Set(new.learner.uuid()),
        id: Set(new.id.uuid()),
        assurance: Set(new.assurance.code().to_owned()),
        device_label: Set(new.device_label.to_owned()),
        is_shared: Set(i64::from(new.ownership == Ownership::Shared)),
        hall_id: Set(new.hall),
        helper_id: Set(None),
        created_at_ms: Set(tx.now.ms()),
        seen_at_ms: Set(tx.now.ms()),
        expires_at_ms: Set(tx.now.plus_minutes(new.assurance.lifetime(new.ownership).minutes).ms()),
        ended_at_ms: Set(None),
    };
    let nothing = OnConflict::column(session::Column::TokenHash).do_nothing().to_owned();
    Ok(session::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

pub(crate) async fn prolong(tx: &Tx, token: &Digest, minutes: i64) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::SeenAtMs, tx.now.ms().into())
        .col_expr(session::Column::ExpiresAtMs, tx.now.plus_minutes(minutes).ms().into())
        .filter(session::Column::TokenHash.eq(token.to_vec()))
        .filter(session::Column::EndedAtMs.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

pub(crate) async fn mark_seen(tx: &Tx, token: &Digest) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::SeenAtMs, tx.now.ms().into())
        .filter(session::Column::TokenHash.eq(token.to_vec()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Who of these people has been signed in since then; one statement.
pub(crate) async fn list_seen_since(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
    since: Timestamp,
) -> Result<Vec<LearnerId>, DbErr> {
    let ids: Vec<Uuid> = session::Entity::find()
        .select_only()
        .column(session::Column::LearnerId)
        .distinct()
        .filter(session::Column::LearnerId.is_in(learners.iter().map(|learner| learner.uuid())))
        .filter(session::Column::SeenAtMs.gte(since.ms()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(LearnerId::from_uuid).collect())
}

/// One session, as its owner sees it.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Its id.
    pub id: SessionId,
    /// How it was opened.
    pub assurance: Option<Assurance>,
    /// What kind of device.
    pub device_label: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used, to the day.
    pub seen_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

pub(crate) async fn list_open(db: &impl ConnectionTrait, learner: LearnerId, now: Timestamp) -> Result<Vec<SessionRow>, DbErr> {
    let rows = session::Entity::find()
        .filter(session::Column::LearnerId.eq(learner.uuid()))
        .filter(session::Column::EndedAtMs.is_null())
        .filter(session::Column::ExpiresAtMs.gt(now.ms()))
        .order_by_desc(session::Column::SeenAtMs)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| SessionRow {
            id: SessionId::from_uuid(row.id),
            assurance: Assurance::from_code(&row.assurance),
            device_label: row.device_label,
            created_at: Timestamp::from_ms(row.created_at_ms),
            seen_at: Timestamp::from_ms(row.seen_at_ms),
            expires_at: Timestamp::from_ms(row.expires_at_ms),
        })
        .collect())
}

/// Keeps who helps in an open session of `learner`; `false` where there is none.
pub(crate) async fn set_helper(tx: &Tx, learner: LearnerId, id: SessionId, helper: Option<LearnerId>) -> Result<bool, DbErr> {
    let update = session::Entity::update_many()
        .col_expr(session::Column::HelperId, helper.map(LearnerId::uuid).into())
        .filter(session::Column::LearnerId.eq(learner.uuid()))
        .filter(session::Column::Id.eq(id.uuid()))
        .filter(session::Column::EndedAtMs.is_null());
    Ok(update.exec(tx).await?.rows_affected == 1)
}

/// Ends one session of `learner`; the number of sessions ended, 0 where it is somebody else's.
pub(crate) async fn end_one(tx: &Tx, learner: LearnerId, id: SessionId) -> Result<u64, DbErr> {
    let update = session::Entity::update_many()
        .col_expr(session::Column::EndedAtMs, Some(tx.now.ms()).into())
        .filter(session::Column::LearnerId.eq(learner.uuid()))
        .filter(session::Column::Id.eq(id.uuid()))
        .filter(session::Column::EndedAtMs.is_null());
    Ok(update.exec(tx).await?.rows_affected)
}

/// Whether `learner` has or had a session of this id.
pub(crate) async fn is_of(db: &impl ConnectionTrait, learner: LearnerId, id: SessionId) -> Result<bool, DbErr> {
    let row = session::Entity::find()
        .filter(session::Column::LearnerId.eq(learner.uuid()))
        .filter(session::Column::Id.eq(id.uuid()))
        .one(db)
        .await?;
    Ok(row.is_some())
}

/// Ends all sessions of `learner` but `but`.
pub(crate) async fn end_all(tx: &Tx, learner: LearnerId, but: Option<SessionId>) -> Result<u64, DbErr> {
    let mut update = session::Entity::update_many()
        .col_expr(session::Column::EndedAtMs, Some(tx.now.ms()).into())
        .filter(session::Column::LearnerId.eq(learner.uuid()))
        .filter(session::Column::EndedAtMs.is_null());
    if let Some(but) = but {
        update = update.filter(session::Column::Id.ne(but.uuid()));
    }
    Ok(update.exec(tx).await?.rows_affected)
}

/// Ends the sessions of `learner` that were opened in this way, but `but`.
pub(crate) async fn end_opened_by(
    tx: &Tx,
    learner: LearnerId,
    assurance: Assurance,
    but: Option<SessionId>,
) -> Result<u64, DbErr> {
    let mut update = session::Entity::update_many()
        .col_expr(session::Column::EndedAtMs, Some(tx.now.ms()).into())
        .filter(session::Column::LearnerId.eq(learner.uuid()))
        .filter(session::Column::Assurance.eq(assurance.code()))
        .filter(session::Column::EndedAtMs.is_null());
    if let Some(but) = but {
        update = update.filter(session::Column::Id.ne(but.uuid()));
    }
    Ok(update.exec(tx).await?.rows_affected)
}

/// Ends the session that a browser held before it signed in anew.
pub(crate) async fn end_by_token(tx: &Tx, token: &Digest) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::EndedAtMs, Some(tx.now.ms()).into())
        .filter(session::Column::TokenHash.eq(token.to_vec()))
        .filter(session::Column::EndedAtMs.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

pub(crate) async fn delete_all(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    session::Entity::delete_many().filter(session::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}
