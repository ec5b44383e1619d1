//! Tables `edition`, `content` and `edition_content`.

use entity::{content, edition, edition_content};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, RelationDef,
};

use super::editions::KeptEdition;
use super::rules::ContentKind;
use crate::db::Tx;
use crate::kernel::{Digest, Timestamp};

/// A piece of content as it is kept.
#[derive(Clone, Debug)]
pub(super) struct Content {
    pub hash: Digest,
    pub kind: ContentKind,
    /// Its id, unique within an edition.
    pub code: String,
    pub body: String,
}

/// Keeps content that is not kept yet.
pub(super) async fn insert_contents(tx: &Tx, contents: &[Content]) -> Result<(), DbErr> {
    let rows = contents.iter().map(|one| content::ActiveModel {
        hash: Set(one.hash.to_vec()),
        kind: Set(one.kind.code().to_owned()),
        code: Set(one.code.clone()),
        body: Set(one.body.clone()),
    });
    let known = OnConflict::column(content::Column::Hash).do_nothing().to_owned();
    content::Entity::insert_many(rows).on_conflict(known).exec_without_returning(tx).await?;
    Ok(())
}

/// Keeps the edition; says whether it was not kept before.
pub(super) async fn insert_edition(tx: &Tx, digest: &Digest, version: &str, responsible_org: &str) -> Result<bool, DbErr> {
    let row = edition::ActiveModel {
        digest: Set(digest.to_string()),
        version: Set(version.to_owned()),
        loaded_at_ms: Set(tx.now.ms()),
        record_class: Set("curriculum_edition".to_owned()),
        responsible_org: Set(responsible_org.to_owned()),
        formed_at_ms: Set(tx.now.ms()),
        retention: Set("permanent".to_owned()),
        openness: Set("public".to_owned()),
        format_version: Set(1),
    };
    let known = OnConflict::column(edition::Column::Digest).do_nothing().to_owned();
    Ok(edition::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await? == 1)
}

/// Says what the edition consists of.
pub(super) async fn insert_parts(tx: &Tx, digest: &Digest, contents: &[Content]) -> Result<(), DbErr> {
    let rows = contents.iter().map(|one| edition_content::ActiveModel {
        edition: Set(digest.to_string()),
        code: Set(one.code.clone()),
        hash: Set(one.hash.to_vec()),
    });
    let known = OnConflict::columns([edition_content::Column::Edition, edition_content::Column::Code]).do_nothing().to_owned();
    edition_content::Entity::insert_many(rows).on_conflict(known).exec_without_returning(tx).await?;
    Ok(())
}

/// Whether the edition is kept.
pub(super) async fn is_kept(db: &impl ConnectionTrait, digest: &Digest) -> Result<bool, DbErr> {
    Ok(edition::Entity::find_by_id(digest.to_string()).one(db).await?.is_some())
}

/// The digests of the editions of this version.
pub(super) async fn list_digests_of(db: &impl ConnectionTrait, version: &str) -> Result<Vec<String>, DbErr> {
    let rows = edition::Entity::find().filter(edition::Column::Version.eq(version)).all(db).await?;
    Ok(rows.into_iter().map(|row| row.digest).collect())
}

/// The newest `most` editions, the one that was kept last first.
pub(super) async fn list_newest(db: &impl ConnectionTrait, most: u64) -> Result<Vec<KeptEdition>, DbErr> {
    let rows = edition::Entity::find().order_by_desc(edition::Column::LoadedAtMs).limit(most).all(db).await?;
    let kept = |row: edition::Model| KeptEdition {
        digest: row.digest,
        version: row.version,
        kept_at: Timestamp::from_ms(row.loaded_at_ms),
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// How many parts of the edition are kept.
pub(super) async fn count_parts(db: &impl ConnectionTrait, digest: &Digest) -> Result<u64, DbErr> {
    edition_content::Entity::find().filter(edition_content::Column::Edition.eq(digest.to_string())).count(db).await
}

/// The bodies of all editions' parts whose codes stand from `from` to before `end`, those of the newest edition first.
pub(super) async fn list_bodies_coded(db: &impl ConnectionTrait, (from, end): (&str, &str)) -> Result<Vec<String>, DbErr> {
    let of_edition: RelationDef = edition_content::Entity::belongs_to(edition::Entity)
        .from(edition_content::Column::Edition)
        .to(edition::Column::Digest)
        .into();
    let with_body: RelationDef =
        edition_content::Entity::belongs_to(content::Entity).from(edition_content::Column::Hash).to(content::Column::Hash).into();
    edition_content::Entity::find()
        .select_only()
        .column(content::Column::Body)
        .join(JoinType::InnerJoin, of_edition)
        .join(JoinType::InnerJoin, with_body)
        .filter(edition_content::Column::Code.gte(from))
        .filter(edition_content::Column::Code.lt(end))
        .order_by_desc(edition::Column::LoadedAtMs)
        .order_by_asc(edition_content::Column::Code)
        .into_tuple()
        .all(db)
        .await
}

/// The body of the part under `code` in the newest edition of this version.
pub(super) async fn find_body_coded(db: &impl ConnectionTrait, code: &str, version: &str) -> Result<Option<String>, DbErr> {
    let of_edition: RelationDef = edition_content::Entity::belongs_to(edition::Entity)
        .from(edition_content::Column::Edition)
        .to(edition::Column::Digest)
        .into();
    let with_body: RelationDef =
        edition_content::Entity::belongs_to(content::Entity).from(edition_content::Column::Hash).to(content::Column::Hash).into();
    edition_content::Entity::find()
        .select_only()
        .column(content::Column::Body)
        .join(JoinType::InnerJoin, of_edition)
        .join(JoinType::InnerJoin, with_body)
        .filter(edition_content::Column::Code.eq(code))
        .filter(edition::Column::Version.eq(version))
        .order_by_desc(edition::Column::LoadedAtMs)
        .limit(1)
        .into_tuple()
        .one(db)
        .await
}

/// The body kept under `hash`, if it is of that kind.
pub(super) async fn find_body(db: &impl ConnectionTrait, kind: ContentKind, hash: &Digest) -> Result<Option<String>, DbErr> {
    let row = content::Entity::find_by_id(hash.to_vec()).one(db).await?;
    Ok(row.filter(|row| row.kind == kind.code()).map(|row| row.body))
}
