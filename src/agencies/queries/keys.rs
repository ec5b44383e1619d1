//! Tables `agency_key` and `agency_seal`.

use ed25519_dalek::VerifyingKey;
use entity::{agency_key, agency_seal};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{altered, day};
use crate::agencies::SealPicture;
use crate::db::Tx;
use crate::files::Stored;
use crate::kernel::{AgencyId, Day, Digest, LearnerId, Timestamp};

/// One key as it is kept.
pub(in crate::agencies) struct KeyRow {
    pub generation: i64,
    pub public: VerifyingKey,
    pub secret_sealed: Option<Vec<u8>>,
    pub from: Day,
    pub distrusted_at: Option<Timestamp>,
}

/// All keys of an agency, the oldest first.
pub(in crate::agencies) async fn list(db: &impl ConnectionTrait, agency: AgencyId) -> Result<Vec<KeyRow>, DbErr> {
    let rows = agency_key::Entity::find()
        .filter(agency_key::Column::AgencyId.eq(agency.uuid()))
        .order_by_asc(agency_key::Column::Generation)
        .all(db)
        .await?;
    rows.into_iter().map(key_of).collect()
}

/// All keys of all agencies, those of each together, the oldest first.
pub(in crate::agencies) async fn list_all(db: &impl ConnectionTrait) -> Result<Vec<(AgencyId, KeyRow)>, DbErr> {
    let rows = agency_key::Entity::find()
        .order_by_asc(agency_key::Column::AgencyId)
        .order_by_asc(agency_key::Column::Generation)
        .all(db)
        .await?;
    rows.into_iter().map(|row| Ok((AgencyId::from_uuid(row.agency_id), key_of(row)?))).collect()
}

fn key_of(row: agency_key::Model) -> Result<KeyRow, DbErr> {
    let bytes: [u8; 32] = row.public_key.try_into().map_err(|_| altered("public_key"))?;
    let public = VerifyingKey::from_bytes(&bytes).map_err(|_| altered("public_key"))?;
    let distrusted_at = row.distrusted_at_ms.map(Timestamp::from_ms);
    Ok(KeyRow { generation: row.generation, public, secret_sealed: row.secret_sealed, from: day(&row.from_day)?, distrusted_at })
}

/// A key about to be kept.
pub(in crate::agencies) struct NewRow<'a> {
    pub agency: AgencyId,
    pub generation: i64,
    pub public: &'a VerifyingKey,
    pub secret_sealed: &'a [u8],
    pub from: Day,
    pub by: LearnerId,
}

pub(in crate::agencies) async fn insert(tx: &Tx, new: NewRow<'_>) -> Result<(), DbErr> {
    let row = agency_key::ActiveModel {
        agency_id: Set(new.agency.uuid()),
        generation: Set(new.generation),
        public_key: Set(new.public.to_bytes().to_vec()),
        secret_sealed: Set(Some(new.secret_sealed.to_vec())),
        from_day: Set(new.from.to_string()),
        made_at_ms: Set(tx.now.ms()),
        made_by: Set(new.by.uuid()),
        distrusted_at_ms: Set(None),
    };
    agency_key::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Takes out the secret halves of all keys but that of `generation`.
pub(in crate::agencies) async fn forget_secrets(tx: &Tx, agency: AgencyId, generation: i64) -> Result<(), DbErr> {
    agency_key::Entity::update_many()
        .col_expr(agency_key::Column::SecretSealed, Expr::value(None::<Vec<u8>>))
        .filter(agency_key::Column::AgencyId.eq(agency.uuid()))
        .filter(agency_key::Column::Generation.ne(generation))
        .filter(agency_key::Column::SecretSealed.is_not_null())
        .exec(tx)
        .await?;
    Ok(())
}

fn seal_of(row: agency_seal::Model) -> Result<SealPicture, DbErr> {
    Ok(SealPicture {
        version: row.version,
        file: Digest::from_slice(&row.file).ok_or_else(|| altered("file"))?,
        width: row.width,
        height: row.height,
        added_at: Timestamp::from_ms(row.added_at_ms),
    })
}

/// All pictures of an agency's seal, the newest first.
pub(in crate::agencies) async fn list_seals(db: &impl ConnectionTrait, agency: AgencyId) -> Result<Vec<SealPicture>, DbErr> {
    let rows = agency_seal::Entity::find()
        .filter(agency_seal::Column::AgencyId.eq(agency.uuid()))
        .order_by_desc(agency_seal::Column::Version)
        .all(db)
        .await?;
    rows.into_iter().map(seal_of).collect()
}

pub(in crate::agencies) async fn insert_seal(
    tx: &Tx,
    (agency, version, id): (AgencyId, i64, Uuid),
    (file, width, height): (&Stored, u32, u32),
    by: LearnerId,
) -> Result<(), DbErr> {
    let row = agency_seal::ActiveModel {
        agency_id: Set(agency.uuid()),
        version: Set(version),
        id: Set(id),
        file: Set(file.digest.to_vec()),
        bytes: Set(file.bytes),
        width: Set(i64::from(width)),
        height: Set(i64::from(height)),
        added_at_ms: Set(tx.now.ms()),
        added_by: Set(by.uuid()),
    };
    agency_seal::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}
