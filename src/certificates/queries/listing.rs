//! What programs of an agency read of its certificates: no name, and nothing of a person.

use entity::{certificate, certificate_request};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{altered, certificates, requests};
use crate::certificates::{Certificate, Request};
use crate::kernel::{AgencyId, CertificateId, CertificateRequestId, LearnerId, Timestamp};

/// Certificates of an agency that were issued, by when something became of them last; those behind `after`, from `since` on.
pub(in crate::certificates) async fn list_of_agency(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    (after, since): (Option<(Timestamp, Uuid)>, Timestamp),
    most: u64,
) -> Result<Vec<Certificate>, DbErr> {
    use certificate::Column;
    let mut find = certificate::Entity::find()
        .filter(Column::AgencyId.eq(agency.uuid()))
        .filter(Expr::cust("version > 0"))
        .filter(Column::ChangedAtMs.gte(since.ms()));
    if let Some((at, id)) = after {
        let same = Condition::all().add(Column::ChangedAtMs.eq(at.ms())).add(Column::Id.gt(id));
        find = find.filter(Condition::any().add(Column::ChangedAtMs.gt(at.ms())).add(same));
    }
    let rows = find.order_by_asc(Column::ChangedAtMs).order_by_asc(Column::Id).limit(most).all(db).await?;
    rows.into_iter().map(certificates::read).collect()
}

/// One request to an agency, by its id alone.
pub(in crate::certificates) async fn find_request(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    id: CertificateRequestId,
) -> Result<Option<Request>, DbErr> {
    let row = certificate_request::Entity::find()
        .filter(certificate_request::Column::Id.eq(id.uuid()))
        .filter(certificate_request::Column::AgencyId.eq(agency.uuid()))
        .one(db)
        .await?;
    row.map(requests::read).transpose()
}

/// Whose a certificate is that stands under this id in these accounts.
pub(in crate::certificates) async fn find_in(
    db: &impl ConnectionTrait,
    accounts: &[LearnerId],
    id: CertificateId,
) -> Result<Option<Certificate>, DbErr> {
    let row = certificate::Entity::find()
        .filter(certificate::Column::LearnerId.is_in(accounts.iter().map(|account| account.uuid())))
        .filter(certificate::Column::Id.eq(id.uuid()))
        .one(db)
        .await?;
    row.map(certificates::read).transpose()
}

/// The number of a certificate; none where there is none.
pub(in crate::certificates) async fn number_of(
    db: &impl ConnectionTrait,
    (learner, id): (LearnerId, CertificateId),
) -> Result<Option<String>, DbErr> {
    let number: Option<String> = certificate::Entity::find_by_id((learner.uuid(), id.uuid()))
        .select_only()
        .column(certificate::Column::Number)
        .into_tuple()
        .one(db)
        .await?;
    match number {
        Some(number) if number.len() != 12 => Err(altered("number")),
        number => Ok(number),
    }
}
