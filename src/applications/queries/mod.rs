//! The tables of this subject.

pub(in crate::applications) mod applications;
pub(in crate::applications) mod files;
pub(in crate::applications) mod steps;

use sea_orm::DbErr;

use crate::kernel::Digest;

fn altered(column: &str) -> DbErr {
    DbErr::Type(format!("an application has no readable {column}"))
}

fn digest(bytes: &[u8], column: &str) -> Result<Digest, DbErr> {
    Digest::from_slice(bytes).ok_or_else(|| altered(column))
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, DbBackend, QueryTrait, Statement};

    use super::{applications, files};
    use crate::db::{self, Target};
    use crate::kernel::{AgencyId, Clock, Timestamp};

    /// As the statements are written, with their values unknown. PostgreSQL scans a table as small as a test's: of it only the indexes are looked at.
    #[actix_web::test]
    async fn what_waits_and_what_is_over_is_found_by_its_index() {
        let (folder, now) = (tempfile::tempdir().unwrap(), Timestamp::from_ms(1_790_000_000_000));
        let target = Target::Sqlite(folder.path().join("bank.sqlite"));
        let db = db::open(&target, Clock::standing_at(now)).await.unwrap();
        for (asked, index) in [
            (applications::queue(AgencyId::from_uuid(uuid::Uuid::nil()), (0, 20)).build(DbBackend::Sqlite), "application_queue"),
            (files::due(now, 20).build(DbBackend::Sqlite), "application_by_end"),
        ] {
            let explained = Statement { sql: format!("EXPLAIN QUERY PLAN {}", asked.sql), ..asked };
            let steps = db.read().query_all_raw(explained).await.unwrap();
            let plan: Vec<String> = steps.iter().map(|step| step.try_get("", "detail").unwrap()).collect();
            assert!(plan.iter().any(|step| step.contains(&format!("USING INDEX {index} "))), "{index}: {plan:?}");
        }
    }
}
