//! Tables `certificate_number` and `certificate_code`: what is found before anybody knows whose it is.

use entity::{certificate_code, certificate_number};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

use crate::credentials::Number;
use crate::db::Tx;
use crate::kernel::{CertificateId, LearnerId, Mac};

/// Takes a number; `false` where it is taken.
pub(in crate::certificates) async fn take_number(
    tx: &Tx,
    number: &Number,
    (learner, id): (LearnerId, CertificateId),
) -> Result<bool, DbErr> {
    let row = certificate_number::ActiveModel {
        number: Set(number.as_str().to_owned()),
        learner_id: Set(learner.uuid()),
        certificate_id: Set(id.uuid()),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    Ok(certificate_number::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await? == 1)
}

/// Takes a long code, by its keyed digest; `false` where it is taken.
pub(in crate::certificates) async fn take_code(
    tx: &Tx,
    index: &Mac,
    (learner, id): (LearnerId, CertificateId),
) -> Result<bool, DbErr> {
    let row = certificate_code::ActiveModel {
        code_index: Set(index.to_vec()),
        learner_id: Set(learner.uuid()),
        certificate_id: Set(id.uuid()),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    Ok(certificate_code::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await? == 1)
}

pub(in crate::certificates) async fn find_by_number(
    db: &impl ConnectionTrait,
    number: &Number,
) -> Result<Option<(LearnerId, CertificateId)>, DbErr> {
    let row = certificate_number::Entity::find_by_id(number.as_str().to_owned()).one(db).await?;
    Ok(row.map(|row| (LearnerId::from_uuid(row.learner_id), CertificateId::from_uuid(row.certificate_id))))
}

pub(in crate::certificates) async fn find_by_code(
    db: &impl ConnectionTrait,
    index: &Mac,
) -> Result<Option<(LearnerId, CertificateId)>, DbErr> {
    let row = certificate_code::Entity::find_by_id(index.to_vec()).one(db).await?;
    Ok(row.map(|row| (LearnerId::from_uuid(row.learner_id), CertificateId::from_uuid(row.certificate_id))))
}
