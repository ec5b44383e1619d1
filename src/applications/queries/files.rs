//! Table `application_file`.

use entity::{application, application_file as table};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use table::Column;
use uuid::Uuid;

use super::{altered, digest};
use crate::applications::evidence::FileKind;
use crate::applications::{Application, Piece, State};
use crate::db::Tx;
use crate::kernel::{ApplicationId, Digest, LearnerId, Timestamp};

/// Others with the same file that are read.
const MOST_ALIKE: u64 = 20;

fn read(row: table::Model) -> Result<Piece, DbErr> {
    Ok(Piece {
        learner: LearnerId::from_uuid(row.learner_id),
        application: ApplicationId::from_uuid(row.application_id),
        id: row.id,
        kind: FileKind::from_code(&row.kind).ok_or_else(|| altered("kind"))?,
        file: row.file.map(|file| digest(&file, "file")).transpose()?,
        code: digest(&row.code, "code")?,
        bytes: row.bytes,
        added_at: Timestamp::from_ms(row.added_at_ms),
    })
}

/// Keeps a piece; `false` where the same one is there already.
pub(in crate::applications) async fn insert(tx: &Tx, piece: &Piece) -> Result<bool, DbErr> {
    let row = table::ActiveModel {
        learner_id: Set(piece.learner.uuid()),
        application_id: Set(piece.application.uuid()),
        id: Set(piece.id),
        kind: Set(piece.kind.code().to_owned()),
        file: Set(piece.file.as_ref().map(Digest::to_vec)),
        code: Set(piece.code.to_vec()),
        bytes: Set(piece.bytes),
        added_at_ms: Set(piece.added_at.ms()),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    Ok(table::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await? == 1)
}

/// The pieces of one application, also those that were removed, the oldest first.
pub(in crate::applications) async fn list(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    application: ApplicationId,
) -> Result<Vec<Piece>, DbErr> {
    let rows = table::Entity::find()
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::ApplicationId.eq(application.uuid()))
        .order_by_asc(Column::AddedAtMs)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// All pieces of an account that are still there.
pub(in crate::applications) async fn list_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<Piece>, DbErr> {
    let own = table::Entity::find().filter(Column::LearnerId.eq(learner.uuid())).filter(Column::File.is_not_null());
    own.order_by_asc(Column::Id).all(db).await?.into_iter().map(read).collect()
}

/// The same in other applications.
pub(in crate::applications) async fn list_same(
    db: &impl ConnectionTrait,
    codes: &[Digest],
    except: ApplicationId,
) -> Result<Vec<(LearnerId, ApplicationId)>, DbErr> {
    let rows = table::Entity::find()
        .filter(Column::Code.is_in(codes.iter().map(Digest::to_vec)))
        .filter(Column::ApplicationId.ne(except.uuid()))
        .order_by_desc(Column::AddedAtMs)
        .limit(MOST_ALIKE)
        .all(db)
        .await?;
    let which = |row: &table::Model| (LearnerId::from_uuid(row.learner_id), ApplicationId::from_uuid(row.application_id));
    Ok(rows.iter().map(which).collect())
}

/// Pieces of what was given back or refused before `before`, or was taken back, at most `most`: the statement.
pub(super) fn due(before: Timestamp, most: u64) -> Select<table::Entity> {
    let ended = [State::Returned, State::Refused, State::Withdrawn].map(State::code);
    let over = Query::select()
        .column(application::Column::Id)
        .from(application::Entity)
        .and_where(application::Column::State.is_in(ended))
        .and_where(application::Column::DecidedAtMs.lt(before.ms()))
        // Said once more than the states do: by these words the index of such ones is found.
        .and_where(application::Column::TransferId.is_null())
        .to_owned();
    table::Entity::find()
        .filter(Column::File.is_not_null())
        .filter(Column::ApplicationId.in_subquery(over))
        .order_by_asc(Column::AddedAtMs)
        .limit(most)
}

/// Pieces of what was given back or refused before `before`, or was taken back, at most `most`.
pub(in crate::applications) async fn list_due(
    db: &impl ConnectionTrait,
    before: Timestamp,
    most: u64,
) -> Result<Vec<Piece>, DbErr> {
    due(before, most).all(db).await?.into_iter().map(read).collect()
}

/// Keeps that a piece is there no more.
pub(in crate::applications) async fn clear(tx: &Tx, piece: &Piece) -> Result<(), DbErr> {
    table::Entity::update_many()
        .col_expr(Column::File, Expr::value(None::<Vec<u8>>))
        .filter(Column::LearnerId.eq(piece.learner.uuid()))
        .filter(Column::ApplicationId.eq(piece.application.uuid()))
        .filter(Column::Id.eq(piece.id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Forgets a piece of what was not sent.
pub(in crate::applications) async fn delete(tx: &Tx, of: &Application, id: Uuid) -> Result<(), DbErr> {
    table::Entity::delete_by_id((of.learner.uuid(), of.id.uuid(), id)).exec(tx).await?;
    Ok(())
}
