//! Tables `volunteer_hours`, `volunteer_thanks` and `volunteer_proof`: rows are added, never changed.

use entity::{volunteer_hours as hours, volunteer_proof as proof, volunteer_thanks as thanks};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::within;
use crate::db::Tx;
use crate::help::CaseNumber;
use crate::helping::rules::Source;
use crate::helping::{HoursLine, Proof};
use crate::kernel::{ClassId, Day, HoursId, LearnerId, OrganisationId, ProofId, Timestamp};
use crate::places::PlaceCode;

/// Adds a line; `false` where the hours of this session are there already.
pub async fn insert(tx: &Tx, volunteer: LearnerId, line: &HoursLine, by: LearnerId) -> Result<bool, DbErr> {
    let row = hours::ActiveModel {
        learner_id: Set(volunteer.uuid()),
        id: Set(line.id.uuid()),
        organisation_id: Set(line.organisation.uuid()),
        place_code: Set(line.place_code.clone()),
        day: Set(line.day.to_string()),
        minutes: Set(line.minutes),
        what: Set(line.what.clone()),
        source: Set(line.source.code().to_owned()),
        class_id: Set(line.class.map(ClassId::uuid)),
        corrects_id: Set(line.corrects.map(HoursId::uuid)),
        recorded_by: Set(by.uuid()),
        recorded_at_ms: Set(tx.now.ms()),
    };
    let nothing = OnConflict::new().do_nothing().to_owned();
    Ok(hours::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

/// All lines of a volunteer, the newest day first; a correction stands behind what it puts right.
pub async fn list_of(db: &impl ConnectionTrait, volunteer: LearnerId) -> Result<Vec<HoursLine>, DbErr> {
    let rows = hours::Entity::find()
        .filter(hours::Column::LearnerId.eq(volunteer.uuid()))
        .order_by_desc(hours::Column::Day)
        .order_by_asc(hours::Column::RecordedAtMs)
        .order_by_asc(hours::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(line_of).collect()
}

/// What was kept last within the areas, with whose it is.
pub async fn list_within(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    most: u64,
) -> Result<Vec<(LearnerId, HoursLine)>, DbErr> {
    let rows = hours::Entity::find()
        .filter(within(hours::Column::PlaceCode, areas))
        .order_by_desc(hours::Column::RecordedAtMs)
        .order_by_desc(hours::Column::Id)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(|row| Ok((LearnerId::from_uuid(row.learner_id), line_of(row)?))).collect()
}

fn line_of(row: hours::Model) -> Result<HoursLine, DbErr> {
    let unreadable = |what: &str| DbErr::Custom(format!("volunteer_hours {}: {what}", row.id));
    Ok(HoursLine {
        id: HoursId::from_uuid(row.id),
        organisation: OrganisationId::from_uuid(row.organisation_id),
        day: Day::parse(&row.day).ok_or_else(|| unreadable("day"))?,
        minutes: row.minutes,
        source: Source::from_code(&row.source).ok_or_else(|| unreadable("source"))?,
        class: row.class_id.map(ClassId::from_uuid),
        corrects: row.corrects_id.map(HoursId::from_uuid),
        recorded_at: Timestamp::from_ms(row.recorded_at_ms),
        place_code: row.place_code,
        what: row.what,
    })
}

/// Keeps that a learner was helped; twice in a day is once.
pub async fn insert_thanks(tx: &Tx, learner: LearnerId, volunteer: LearnerId) -> Result<(), DbErr> {
    let row = thanks::ActiveModel {
        learner_id: Set(learner.uuid()),
        volunteer_id: Set(volunteer.uuid()),
        day: Set(tx.now.day().to_string()),
    };
    let nothing = OnConflict::new().do_nothing().to_owned();
    thanks::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await?;
    Ok(())
}

/// Whether a learner has said so of a day.
pub async fn has_thanked(
    db: &impl ConnectionTrait,
    (learner, volunteer): (LearnerId, LearnerId),
    day: Day,
) -> Result<bool, DbErr> {
    let row = thanks::Entity::find_by_id((learner.uuid(), volunteer.uuid(), day.to_string())).one(db).await?;
    Ok(row.is_some())
}

/// How often learners said so of a volunteer.
pub async fn count_thanks(db: &impl ConnectionTrait, volunteer: LearnerId) -> Result<u64, DbErr> {
    thanks::Entity::find().filter(thanks::Column::VolunteerId.eq(volunteer.uuid())).count(db).await
}

/// Forgets what a learner said of volunteers.
pub async fn delete_thanks_of(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    thanks::Entity::delete_many().filter(thanks::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}

/// How often a learner has said so: for "my data".
pub async fn list_thanks_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<String>, DbErr> {
    let rows = thanks::Entity::find().filter(thanks::Column::LearnerId.eq(learner.uuid())).all(db).await?;
    Ok(rows.into_iter().map(|row| row.day).collect())
}

/// Adds a proof.
pub async fn insert_proof(tx: &Tx, volunteer: LearnerId, new: &Proof, by: LearnerId) -> Result<(), DbErr> {
    let row = proof::ActiveModel {
        learner_id: Set(volunteer.uuid()),
        id: Set(new.id.uuid()),
        number: Set(new.number.as_str().to_owned()),
        organisation_id: Set(new.organisation.uuid()),
        from_day: Set(new.days.0.to_string()),
        to_day: Set(new.days.1.to_string()),
        minutes: Set(new.minutes),
        issued_by: Set(by.uuid()),
        issued_at_ms: Set(tx.now.ms()),
    };
    proof::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The proofs of a volunteer, the newest first.
pub async fn list_proofs(db: &impl ConnectionTrait, volunteer: LearnerId) -> Result<Vec<Proof>, DbErr> {
    let rows = proof::Entity::find()
        .filter(proof::Column::LearnerId.eq(volunteer.uuid()))
        .order_by_desc(proof::Column::IssuedAtMs)
        .order_by_desc(proof::Column::Id)
        .all(db)
        .await?;
    let unreadable = |what: &str| DbErr::Custom(format!("volunteer_proof: {what}"));
    let proof_of = |row: proof::Model| {
        let day = |text: &str| Day::parse(text).ok_or_else(|| unreadable("day"));
        Ok(Proof {
            id: ProofId::from_uuid(row.id),
            number: CaseNumber::parse(&row.number).ok_or_else(|| unreadable("number"))?,
            organisation: OrganisationId::from_uuid(row.organisation_id),
            days: (day(&row.from_day)?, day(&row.to_day)?),
            minutes: row.minutes,
            issued_at: Timestamp::from_ms(row.issued_at_ms),
        })
    };
    rows.into_iter().map(proof_of).collect()
}
