//! Whether awards, results and corrections fit, as fast as the rows can be read: by sums that do not depend on the order. What differs is
//! named by `audit`, which compares row by row.

use sea_orm::DbErr;

use super::{AwardReport, queries, sealed_queries};
use crate::db::{Db, Scan};
use crate::kernel::{Bag, BagKey, Chance};
use crate::ledger::{self, AwardKey, seal};

/// What a look came to; `None` where something differs.
pub(super) async fn look(db: &Db) -> Result<Option<AwardReport>, DbErr> {
    let key: BagKey = Chance::secret();
    db.scan(move |scan| compare(scan, &key)).await
}

fn compare(scan: &mut Scan, key: &BagKey) -> Result<Option<AwardReport>, DbErr> {
    let [mut awards, mut credited, mut corrections, mut records, mut made, mut sealed] = [(); 6].map(|()| Bag::new(key));
    let mut is_readable = true;
    ledger::each_award(scan, |learner, transfer, text| match AwardKey::parse(text) {
        Some(award) => awards.add(&[learner, transfer, award.unit().as_bytes()]),
        None => is_readable = false,
    })?;
    sealed_queries::each_result(scan, |row| match row {
        Some(row) => {
            let (learner, id) = (row.result.learner_id, row.result.id);
            is_readable &= row.result.leaf_hash == row.leaf.bytes();
            made.add(&[learner.as_bytes(), id.as_bytes(), row.leaf.bytes()]);
            if let Some(transfer) = row.result.transfer_id {
                credited.add(&[learner.as_bytes(), transfer.as_bytes(), row.result.unit.as_bytes()]);
            }
        }
        None => is_readable = false,
    })?;
    ledger::each_correction(scan, |learner, transfer, code| corrections.add(&[learner, transfer, code.as_bytes()]))?;
    queries::each_correction(scan, |learner, transfer, kind| records.add(&[learner, transfer, kind.as_bytes()]))?;
    seal::each_sealed_result(scan, |learner, result, hash| sealed.add(&[learner, result, hash]))?;
    let fits = awards.holds_the_same(&credited) && corrections.holds_the_same(&records) && made.holds_the_same(&sealed);
    let report = AwardReport {
        awards: awards.count(),
        results: credited.count(),
        corrections: corrections.count(),
        records: records.count(),
        sealed: made.count(),
        ..AwardReport::default()
    };
    Ok((is_readable && fits).then_some(report))
}
