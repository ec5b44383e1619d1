//! Tables `certificate` and `certificate_request`, as those ask for them who look after what was issued.

use entity::certificate::{self, Column};
use entity::{certificate_request, certificate_version};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    RelationDef, Select,
};
use uuid::Uuid;

use super::certificates::read;
use super::requests;
use crate::certificates::{Certificate, Request};
use crate::kernel::{AgencyId, CertificateId, Digest, LearnerId, Timestamp};

/// Those of an agency that wait for somebody to look at them, or all that were issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::certificates) enum Which {
    Suspended,
    All,
}

fn of_agency(agency: AgencyId, which: Which) -> Select<certificate::Entity> {
    let find = certificate::Entity::find().filter(Column::AgencyId.eq(agency.uuid())).filter(Column::Version.gt(0));
    match which {
        Which::Suspended => find.filter(Column::State.eq("suspended")),
        Which::All => find,
    }
}

/// Certificates of an agency, what changed last first.
pub(in crate::certificates) async fn list_of_agency(
    db: &impl ConnectionTrait,
    (agency, which): (AgencyId, Which),
    (skip, most): (u64, u64),
) -> Result<Vec<Certificate>, DbErr> {
    let rows = of_agency(agency, which)
        .order_by_desc(Column::ChangedAtMs)
        .order_by_desc(Column::Id)
        .offset(skip)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// How many there are.
pub(in crate::certificates) async fn count_of_agency(db: &impl ConnectionTrait, of: (AgencyId, Which)) -> Result<u64, DbErr> {
    of_agency(of.0, of.1).count(db).await
}

/// Suspensions that were to be confirmed and were not, of all agencies.
pub(in crate::certificates) async fn list_unconfirmed(
    db: &impl ConnectionTrait,
    until: Timestamp,
    most: u64,
) -> Result<Vec<Request>, DbErr> {
    use certificate_request::Column as Asked;
    let rows = certificate_request::Entity::find()
        // As the index says it: it knows it again by these words alone.
        .filter(Expr::cust("act = 'confirm' AND state = 'proposed'"))
        .filter(Asked::AskedAtMs.lt(until.ms()))
        .order_by_asc(Asked::AskedAtMs)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(requests::read).collect()
}

/// Certificates of an agency that stand and whose newest version this key signed, after learner and id.
pub(in crate::certificates) async fn list_signed_by(
    db: &impl ConnectionTrait,
    (agency, key): (AgencyId, Digest),
    after: (LearnerId, Uuid),
    most: u64,
) -> Result<Vec<(LearnerId, CertificateId)>, DbErr> {
    let newest: RelationDef = certificate::Entity::belongs_to(certificate_version::Entity)
        .from((Column::LearnerId, Column::Id, Column::Version))
        .to((
            certificate_version::Column::LearnerId,
            certificate_version::Column::CertificateId,
            certificate_version::Column::Version,
        ))
        .into();
    let own = Expr::tuple([Column::LearnerId, Column::Id].map(|column| Expr::col((certificate::Entity, column))));
    let start = Expr::tuple([Expr::value(after.0.uuid()), Expr::value(after.1)]);
    let rows: Vec<(Uuid, Uuid)> = certificate::Entity::find()
        .select_only()
        .column(Column::LearnerId)
        .column(Column::Id)
        .join(JoinType::InnerJoin, newest)
        .filter(Column::AgencyId.eq(agency.uuid()))
        .filter(Column::State.eq("active"))
        .filter(certificate_version::Column::KeyHash.eq(key.to_vec()))
        .filter(own.gt(start))
        .order_by_asc(Column::LearnerId)
        .order_by_asc(Column::Id)
        .limit(most)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(learner, id)| (LearnerId::from_uuid(learner), CertificateId::from_uuid(id))).collect())
}
