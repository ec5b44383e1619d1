//! Tables `role`, `staff_login`, `staff_credential` and `staff_link`; whether an account is open is read beside.

use entity::{person, role, staff_credential, staff_link, staff_login};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};
use uuid::Uuid;

use crate::db::Tx;
use crate::identity::roles::Role;
use crate::identity::scope::Grant;
use crate::kernel::{Digest, LearnerId, OrganisationId, Timestamp, new_id};
use crate::places::PlaceCode;

/// One role of one person, with its id.
#[derive(Clone, Debug)]
pub struct GrantRow {
    /// Whose.
    pub learner: LearnerId,
    /// The role's own id.
    pub id: Uuid,
    /// What and where.
    pub grant: Grant,
    /// Since when.
    pub granted_at: Timestamp,
    /// Until when, where it has ended.
    pub ended_at: Option<Timestamp>,
}

fn grant_of(row: role::Model) -> Option<GrantRow> {
    Some(GrantRow {
        learner: LearnerId::from_uuid(row.learner_id),
        id: row.id,
        grant: Grant {
            role: Role::from_code(&row.role)?,
            organisation: row.organisation_id.map(OrganisationId::from_uuid),
            area: PlaceCode::parse(&row.place_code.unwrap_or_default())?,
            line: row.line,
        },
        granted_at: Timestamp::from_ms(row.granted_at_ms),
        ended_at: row.ended_at_ms.map(Timestamp::from_ms),
    })
}

/// Whether the account of whoever holds a role is open. One that was closed keeps its roles, in case it is opened again, and acts by none of them.
fn held_by_open_account() -> Condition {
    let open = person::Entity::find()
        .select_only()
        .column(person::Column::LearnerId)
        .filter(Expr::col((role::Entity, role::Column::LearnerId)).equals((person::Entity, person::Column::LearnerId)))
        .filter(person::Column::State.eq("active"))
        .into_query();
    Condition::all().add(Expr::exists(open))
}

/// The roles by which somebody works today: none where their account is closed.
pub(crate) async fn list_working_grants(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<GrantRow>, DbErr> {
    let rows = role::Entity::find()
        .filter(role::Column::LearnerId.eq(learner.uuid()))
        .filter(role::Column::EndedAtMs.is_null())
        .filter(held_by_open_account())
        .order_by_asc(role::Column::GrantedAtMs)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(grant_of).collect())
}

/// The roles that somebody holds, of a closed account too: to be given and ended.
pub(crate) async fn list_grants(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<GrantRow>, DbErr> {
    let rows = role::Entity::find()
        .filter(role::Column::LearnerId.eq(learner.uuid()))
        .filter(role::Column::EndedAtMs.is_null())
        .order_by_asc(role::Column::GrantedAtMs)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(grant_of).collect())
}

/// All roles that somebody has or had, the oldest first.
pub(crate) async fn list_all_grants(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<GrantRow>, DbErr> {
    let rows = role::Entity::find()
        .filter(role::Column::LearnerId.eq(learner.uuid()))
        .order_by_asc(role::Column::GrantedAtMs)
        .limit(500)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(grant_of).collect())
}

/// Whether a role is held within any of `areas`, each for one line of work or for all.
fn held_within(areas: &[(PlaceCode, Option<String>)]) -> Condition {
    let within = areas.iter().fold(Condition::any(), |any, (area, line)| {
        let mut one = Condition::all().add(role::Column::PlaceCode.gte(area.as_str()));
        if !area.as_str().is_empty() {
            one = one.add(role::Column::PlaceCode.lt(area.end()));
        }
        if let Some(line) = line {
            one = one.add(role::Column::Line.eq(line));
        }
        any.add(one)
    });
    Condition::all().add(within).add(role::Column::EndedAtMs.is_null())
}

/// One page of the roles within `areas`, newest first.
pub(crate) async fn list_grants_within(
    db: &impl ConnectionTrait,
    areas: &[(PlaceCode, Option<String>)],
    skip: u64,
    most: u64,
) -> Result<Vec<GrantRow>, DbErr> {
    let rows = role::Entity::find()
        .filter(held_within(areas))
        .order_by_desc(role::Column::GrantedAtMs)
        .order_by_desc(role::Column::Id)
        .offset(skip)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(grant_of).collect())
}

pub(crate) async fn count_grants_within(db: &impl ConnectionTrait, areas: &[(PlaceCode, Option<String>)]) -> Result<u64, DbErr> {
    role::Entity::find().filter(held_within(areas)).count(db).await
}

/// Who holds one of `roles` for everybody at one of `codes`: places on the way to where somebody works. All of them: whoever was left out
/// could not be chosen where they work.
pub(crate) async fn list_held_at(db: &impl ConnectionTrait, roles: &[Role], codes: Vec<String>) -> Result<Vec<GrantRow>, DbErr> {
    let rows = role::Entity::find()
        .filter(role::Column::Role.is_in(roles.iter().map(|role| role.code())))
        .filter(role::Column::PlaceCode.is_in(codes))
        .filter(role::Column::Line.is_null())
        .filter(role::Column::EndedAtMs.is_null())
        .order_by_asc(role::Column::GrantedAtMs)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(grant_of).collect())
}

/// Who works in an organisation by one of `roles`, the oldest role first; at most `most` of them.
pub(crate) async fn list_held_in(
    db: &impl ConnectionTrait,
    organisation: OrganisationId,
    roles: &[Role],
    most: u64,
) -> Result<Vec<GrantRow>, DbErr> {
    let rows = role::Entity::find()
        .filter(role::Column::OrganisationId.eq(organisation.uuid()))
        .filter(role::Column::Role.is_in(roles.iter().map(|role| role.code())))
        .filter(role::Column::EndedAtMs.is_null())
        .filter(held_by_open_account())
        .order_by_asc(role::Column::GrantedAtMs)
        .order_by_asc(role::Column::Id)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(grant_of).collect())
}

/// Who administers the whole bank, for every line of work.
pub(crate) async fn list_whole_bank_administrators(db: &impl ConnectionTrait) -> Result<Vec<LearnerId>, DbErr> {
    let rows = role::Entity::find()
        .filter(role::Column::Role.eq(Role::Administrator.code()))
        .filter(role::Column::EndedAtMs.is_null())
        .filter(role::Column::PlaceCode.eq(""))
        .filter(role::Column::Line.is_null())
        .filter(role::Column::OrganisationId.is_null())
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| LearnerId::from_uuid(row.learner_id)).collect())
}

pub(crate) async fn insert_grant(tx: &Tx, learner: LearnerId, grant: &Grant, granted_by: LearnerId) -> Result<(), DbErr> {
    let row = role::ActiveModel {
        learner_id: Set(learner.uuid()),
        id: Set(new_id(tx.now)),
        role: Set(grant.role.code().to_owned()),
        organisation_id: Set(grant.organisation.map(OrganisationId::uuid)),
        place_code: Set(Some(grant.area.as_str().to_owned())),
        line: Set(grant.line.clone()),
        granted_by: Set(granted_by.uuid()),
        granted_at_ms: Set(tx.now.ms()),
        ended_at_ms: Set(None),
    };
    role::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Ends one role, or all of a person.
pub(crate) async fn end_grants(tx: &Tx, learner: LearnerId, id: Option<Uuid>) -> Result<u64, DbErr> {
    let mut update = role::Entity::update_many()
        .col_expr(role::Column::EndedAtMs, Some(tx.now.ms()).into())
        .filter(role::Column::LearnerId.eq(learner.uuid()))
        .filter(role::Column::EndedAtMs.is_null());
    if let Some(id) = id {
        update = update.filter(role::Column::Id.eq(id));
    }
    Ok(update.exec(tx).await?.rows_affected)
}

/// Ties a sign-in name to a person; `false` where it is taken by another.
pub(crate) async fn insert_login(tx: &Tx, login: &str, learner: LearnerId) -> Result<bool, DbErr> {
    let row = staff_login::ActiveModel { login: Set(login.to_owned()), learner_id: Set(learner.uuid()) };
    let nothing = OnConflict::column(staff_login::Column::Login).do_nothing().to_owned();
    if staff_login::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1 {
        return Ok(true);
    }
    Ok(find_login(tx, login).await? == Some(learner))
}

pub(crate) async fn find_login(db: &impl ConnectionTrait, login: &str) -> Result<Option<LearnerId>, DbErr> {
    Ok(staff_login::Entity::find_by_id(login).one(db).await?.map(|row| LearnerId::from_uuid(row.learner_id)))
}

pub(crate) async fn find_login_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Option<String>, DbErr> {
    let row = staff_login::Entity::find().filter(staff_login::Column::LearnerId.eq(learner.uuid())).one(db).await?;
    Ok(row.map(|row| row.login))
}

/// Password and second factor of one member of staff.
#[derive(Clone, Debug)]
pub(crate) struct Credential {
    pub password_hash: String,
    pub totp_sealed: Vec<u8>,
    pub totp_last_step: i64,
}

/// The credential; in a write transaction on PostgreSQL its row is locked, so that a step of the second factor is used once.
pub(crate) async fn find_credential(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    lock: Lock,
) -> Result<Option<Credential>, DbErr> {
    let mut query = staff_credential::Entity::find_by_id(learner.uuid());
    if lock == Lock::Row && db.get_database_backend() == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    let row = query.one(db).await?;
    Ok(row.map(|row| Credential {
        password_hash: row.password_hash,
        totp_sealed: row.totp_sealed,
        totp_last_step: row.totp_last_step,
    }))
}

/// Whether a row is held until the commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lock {
    None,
    Row,
}

pub(crate) async fn keep_credential(tx: &Tx, learner: LearnerId, credential: Credential) -> Result<(), DbErr> {
    let row = staff_credential::ActiveModel {
        learner_id: Set(learner.uuid()),
        password_hash: Set(credential.password_hash),
        totp_sealed: Set(credential.totp_sealed),
        totp_last_step: Set(credential.totp_last_step),
        set_at_ms: Set(tx.now.ms()),
    };
    let newer = OnConflict::column(staff_credential::Column::LearnerId)
        .update_columns([
            staff_credential::Column::PasswordHash,
            staff_credential::Column::TotpSealed,
            staff_credential::Column::TotpLastStep,
            staff_credential::Column::SetAtMs,
        ])
        .to_owned();
    staff_credential::Entity::insert(row).on_conflict(newer).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn use_step(tx: &Tx, learner: LearnerId, step: i64) -> Result<(), DbErr> {
    staff_credential::Entity::update_many()
        .col_expr(staff_credential::Column::TotpLastStep, step.into())
        .filter(staff_credential::Column::LearnerId.eq(learner.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

pub(crate) async fn insert_link(tx: &Tx, token: &Digest, learner: LearnerId, expires_at: Timestamp) -> Result<(), DbErr> {
    let row = staff_link::ActiveModel {
        token_hash: Set(token.to_vec()),
        learner_id: Set(learner.uuid()),
        expires_at_ms: Set(expires_at.ms()),
        used_at_ms: Set(None),
    };
    staff_link::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Whose the link is and until when, while it can be used.
pub(crate) async fn find_link(
    db: &impl ConnectionTrait,
    token: &Digest,
    now: Timestamp,
) -> Result<Option<(LearnerId, Timestamp)>, DbErr> {
    let row = staff_link::Entity::find_by_id(token.to_vec())
        .filter(staff_link::Column::UsedAtMs.is_null())
        .filter(staff_link::Column::ExpiresAtMs.gt(now.ms()))
        .one(db)
        .await?;
    Ok(row.map(|row| (LearnerId::from_uuid(row.learner_id), Timestamp::from_ms(row.expires_at_ms))))
}

/// Whose the link was and when it was used.
pub(crate) async fn find_used_link(db: &impl ConnectionTrait, token: &Digest) -> Result<Option<(LearnerId, Timestamp)>, DbErr> {
    let row = staff_link::Entity::find_by_id(token.to_vec()).one(db).await?;
    Ok(row.and_then(|row| Some((LearnerId::from_uuid(row.learner_id), Timestamp::from_ms(row.used_at_ms?)))))
}

/// Whether one of `learners` holds a link that can still be used.
pub(crate) async fn has_open_link(tx: &Tx, learners: &[LearnerId]) -> Result<bool, DbErr> {
    let row = staff_link::Entity::find()
        .filter(staff_link::Column::LearnerId.is_in(learners.iter().map(|learner| learner.uuid())))
        .filter(staff_link::Column::UsedAtMs.is_null())
        .filter(staff_link::Column::ExpiresAtMs.gt(tx.now.ms()))
        .one(tx)
        .await?;
    Ok(row.is_some())
}

/// Uses the link up; `false` where another was faster or it is too old.
pub(crate) async fn use_link(tx: &Tx, token: &Digest) -> Result<bool, DbErr> {
    let updated = staff_link::Entity::update_many()
        .col_expr(staff_link::Column::UsedAtMs, Some(tx.now.ms()).into())
        .filter(staff_link::Column::TokenHash.eq(token.to_vec()))
        .filter(staff_link::Column::UsedAtMs.is_null())
        .filter(staff_link::Column::ExpiresAtMs.gt(tx.now.ms()))
        .exec(tx)
        .await?;
    Ok(updated.rows_affected == 1)
}

/// Ends the open links of a person: only the newest opens a door.
pub(crate) async fn end_links(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    staff_link::Entity::update_many()
        .col_expr(staff_link::Column::UsedAtMs, Expr::value(Some(tx.now.ms())))
        .filter(staff_link::Column::LearnerId.eq(learner.uuid()))
        .filter(staff_link::Column::UsedAtMs.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes away everything by which somebody signs in as staff.
pub(crate) async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    staff_login::Entity::delete_many().filter(staff_login::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    staff_credential::Entity::delete_by_id(learner.uuid()).exec(tx).await?;
    staff_link::Entity::delete_many().filter(staff_link::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}
