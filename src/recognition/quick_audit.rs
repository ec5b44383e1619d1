//! Whether awards, results, corrections, conversions and transfers out fit, as fast as the rows can be read: by sums that do not depend on
//! the order. What differs is named by `audit`, which compares row by row.

use sea_orm::DbErr;

use super::{AwardReport, conversions_queries, queries, sealed_queries, transfers_out_queries, twice_audit};
use crate::db::{Db, Scan};
use crate::kernel::{Bag, BagKey, Chance, Timestamp};
use crate::ledger::{self, AwardKey, seal};

/// What a look came to; `None` where something differs, or where an offer that was due before `overdue` waits.
pub(super) async fn look(db: &Db, overdue: Timestamp) -> Result<Option<AwardReport>, DbErr> {
    let key: BagKey = Chance::secret();
    let looked = move |scan: &mut Scan| match compare(scan, &key)? {
        Some(report) => match compare_outward(scan, &key, overdue, report)? {
            Some(report) => Ok(twice_audit::look(scan)?.map(|aliases| AwardReport { aliases, ..report })),
            None => Ok(None),
        },
        None => Ok(None),
    };
    db.scan(looked).await
}

/// What goes out or was converted, beside what was found of the rest.
fn compare_outward(scan: &mut Scan, key: &BagKey, overdue: Timestamp, report: AwardReport) -> Result<Option<AwardReport>, DbErr> {
    let [mut conversions, mut records, mut transfers, mut offers] = [(); 4].map(|()| Bag::new(key));
    ledger::each_conversion(scan, |row| conversions.add(&row))?;
    conversions_queries::each_conversion(scan, |row| records.add(&row))?;
    ledger::each_offer(scan, |row| transfers.add(&row))?;
    let mut is_readable = true;
    transfers_out_queries::each_offer(scan, |offer| match offer {
        Some(offer) => {
            is_readable &= !offer.is_overdue(overdue);
            offers.add(&[offer.learner.uuid().as_bytes(), offer.transfer.uuid().as_bytes(), offer.said().as_bytes()]);
        }
        None => is_readable = false,
    })?;
    let fits = conversions.holds_the_same(&records) && transfers.holds_the_same(&offers);
    let report = AwardReport {
        conversions: conversions.count(),
        conversion_records: records.count(),
        transfers_out: transfers.count(),
        offers: offers.count(),
        ..report
    };
    Ok((is_readable && fits).then_some(report))
}

fn compare(scan: &mut Scan, key: &BagKey) -> Result<Option<AwardReport>, DbErr> {
    let [mut awards, mut credited, mut corrections, mut records, mut made, mut sealed] = [(); 6].map(|()| Bag::new(key));
    let mut is_readable = true;
    ledger::each_award(scan, |[learner, transfer, key]| match std::str::from_utf8(key).ok().and_then(AwardKey::parse) {
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
    ledger::each_correction(scan, |row| corrections.add(&row))?;
    queries::each_correction(scan, |row| records.add(&row))?;
    seal::each_sealed_result(scan, |row| sealed.add(&row))?;
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
