//! A batch of certificates of the county's agency that waits for a second person.

use super::{County, words};
use crate::certificates::{self, BatchSaid, BatchSource, BatchState, Brought, Desk, NewBatch, OfBatch};
use crate::db::Tx;
use crate::kernel::{AgencyId, LearnerId};

/// Days ago that it was brought.
const SINCE: i64 = 1;
/// People of it.
const PEOPLE: usize = 12;
/// The unit that they are to get a certificate of.
const UNIT: &str = "T19";

/// The same people once more are the same batch.
pub(super) async fn settle(county: &County, agency: AgencyId) -> Result<(), String> {
    let Some(rule) = county.shelf.certificates().iter().find(|rule| rule.min_courses <= 1) else { return Ok(()) };
    county.turn_to(SINCE, "certificate batch");
    let (db, keys, by) = (&county.past.db, &county.past.keys, county.staff("sample-officer")?);
    let people = people(county)?;
    if people.is_empty() {
        return Ok(());
    }
    let content: Vec<u8> = people.iter().flat_map(|learner| *learner.uuid().as_bytes()).collect();
    let new = NewBatch {
        agency,
        kind: rule.id.clone(),
        about: UNIT.to_owned(),
        source: BatchSource::File,
        code: certificates::batch_code(keys, BatchSource::File, (&rule.id, UNIT), &content),
        by,
        client: None,
        lines: (2..).zip(people.into_iter().map(BatchSaid::of)).collect(),
    };
    let desk = Desk { shelf: county.shelf.clone(), keys: keys.clone(), origin: certificates::origin_of(&county.past.config) };
    let (Brought::New(id) | Brought::Known(id)) = certificates::bring_batch(db, &desk, &new).await.map_err(words)?;
    while certificates::check_batch(db, &desk, id).await.map_err(words)? {}
    let batch = certificates::find_batch(db.read(), agency, id).await.map_err(words)?;
    if batch.state == BatchState::Checked && batch.ready > 0 {
        let of = OfBatch { agency, batch: id, by };
        let its = keys.clone();
        let ask = async move |tx: &Tx| certificates::ask_for_batch(tx, &its, of).await;
        db.write::<_, certificates::BatchError, _>(ask).await.map_err(words)?;
    }
    Ok(())
}

/// Some of the county's learners, always the same.
fn people(county: &County) -> Result<Vec<LearnerId>, String> {
    let mut keys: Vec<&String> = county.learners.keys().collect();
    keys.sort();
    let mut found = Vec::new();
    for key in keys {
        let sample = county.sample(key)?;
        if sample.place.starts_with("990101") && found.len() < PEOPLE {
            found.push(sample.acting.learner);
        }
    }
    Ok(found)
}
