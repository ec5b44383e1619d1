//! A list is looked at: against itself, and against the people of its area. Nothing is changed but what is said of its lines.

use std::collections::{HashMap, HashSet};

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::batch::open;
use crate::config::Keys;
use crate::db::Db;
use crate::enrolment::columns::Column;
use crate::enrolment::lines::{Problem, Said};
use crate::enrolment::list::{Batch, BatchState, Row, RowState};
use crate::enrolment::{Error, batch_queries as queries};
use crate::identity::{self, Among, BirthYear, Likeness, PersonName, Phone, StaffScope};
use crate::kernel::LearnerId;
use crate::places::PlaceCode;

/// The job's kind.
pub const CHECK: &str = "enrolment.check";
/// Lines that are looked at with one question to the database each.
const CHUNK: u64 = 100;

/// What the lines before have said, by which the next are held against them. Digests would do; a list is small.
#[derive(Default)]
struct Before {
    phones: HashMap<String, i64>,
    documents: HashMap<String, i64>,
    people: HashMap<(String, i64), i64>,
}

impl Before {
    /// What is to be said of a line beside those before it; then it is one of them.
    fn and(&mut self, number: i64, said: &Said) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Some(phone) = &said.phone
            && let Some(other) = remembered(&mut self.phones, phone.clone(), number)
        {
            problems.push(Problem::at(Column::Phone, "enrolment-row-same-phone", Some(other)));
        }
        if let Some(document) = &said.document
            && let Some(other) = remembered(&mut self.documents, document.clone(), number)
        {
            problems.push(Problem::at(Column::Document, "enrolment-row-same-document", Some(other)));
        }
        for sound in identity::sounds_of(&said.name) {
            // Who was born about then: of a year that is written wrongly, or counted by the old calendar.
            let near = [said.year, said.year - 1, said.year + 1];
            let other = near.iter().find_map(|year| self.people.get(&(sound.clone(), *year)).filter(|other| **other != number));
            let other = other.copied();
            self.people.entry((sound, said.year)).or_insert(number);
            if let Some(other) = other
                && !problems.iter().any(|problem| problem.key == SAME_LINE)
            {
                problems.push(Problem::at(Column::Name, SAME_LINE, Some(other)));
            }
        }
        problems
    }
}

/// That its phone has an account.
const PHONE_HELD: &str = "enrolment-row-phone-held";
/// That a line may be the same person as another.
const SAME_LINE: &str = "enrolment-row-same-person";
/// That it may be somebody who is registered.
const ALIKE: &str = "enrolment-row-alike";

fn remembered<K: std::hash::Hash + Eq>(before: &mut HashMap<K, i64>, key: K, number: i64) -> Option<i64> {
    match before.get(&key) {
        Some(other) if *other != number => Some(*other),
        Some(_) => None,
        None => {
            before.insert(key, number);
            None
        }
    }
}

/// Looks at every line of a list, and says of each what must be mended or decided. Safe to run twice.
///
/// # Errors
/// What the database answers; a line that does not open.
pub async fn check(db: &Db, keys: &Keys, id: Uuid) -> Result<(), Error> {
    let Some(batch) = queries::find_batch(db.read(), id).await?.filter(|batch| batch.state == BatchState::Read) else {
        return Ok(());
    };
    let scope = scope_of(db.read(), &batch).await?;
    let among = if queries::are_others_staged(db.read(), id).await? { Among::StagedBut(HashSet::new()) } else { Among::Real };
    let (mut before, mut after) = (Before::default(), 0);
    loop {
        let states = [RowState::New, RowState::Wrong, RowState::Alike];
        let rows = queries::list_rows(db.read(), id, &states, (after, CHUNK)).await?;
        let Some(last) = rows.last() else { break };
        after = last.number;
        let (changed, tried) = look_at(db, keys, (&scope, &among), &mut before, rows).await?;
        if changed.is_empty() {
            continue;
        }
        let (scope, area) = (scope.clone(), PlaceCode::parse(&batch.place_code).unwrap_or_default());
        let goes_on = db.write::<_, Error, _>(async move |tx| {
            // Given up meanwhile: nothing is said of it any more.
            if !queries::is_held_in(tx, id, BatchState::Read).await? {
                return Ok(false);
            }
            for row in &changed {
                queries::keep_row(tx, id, row).await?;
            }
            identity::note_tried(tx, &scope, &tried, &area).await?;
            Ok(true)
        });
        if !goes_on.await? {
            return Ok(());
        }
    }
    db.write::<_, Error, _>(async move |tx| {
        queries::move_batch(tx, id, BatchState::Read, (BatchState::Checked, 0)).await?;
        Ok(())
    })
    .await
}

/// What whoever decides on a list may see; whoever brought it, before that.
pub(super) async fn scope_of(db: &impl ConnectionTrait, batch: &Batch) -> Result<StaffScope, Error> {
    let by = batch.decided_by.unwrap_or(batch.uploaded_by);
    Ok(identity::load_scope(db, by).await.map_err(identity::Error::from)?)
}

/// Those of `rows` of which something is to be said that was not; and the owners of phones that are said to have an account.
async fn look_at(
    db: &Db,
    keys: &Keys,
    (scope, among): (&StaffScope, &Among),
    before: &mut Before,
    rows: Vec<Row>,
) -> Result<(Vec<Row>, Vec<LearnerId>), Error> {
    let mut opened = Vec::new();
    for row in rows {
        if let Some(said) = open(keys, &row)? {
            opened.push((row, said));
        }
    }
    let phones: Vec<Option<Phone>> =
        opened.iter().map(|(_, said)| said.phone.as_deref().and_then(|phone| Phone::parse(phone).ok())).collect();
    let held = identity::holders_of(db.read(), keys, &phones).await?;
    let likeness: Vec<Option<Likeness>> = opened.iter().map(|(_, said)| likeness_of(said)).collect();
    let wanted: Vec<Likeness> = likeness.iter().flatten().cloned().collect();
    let mut alike = identity::find_alike(db.read(), keys, scope, (&wanted, among)).await?.into_iter();
    let (mut changed, mut tried) = (Vec::new(), Vec::new());
    for (((row, said), holder), likeness) in opened.into_iter().zip(held).zip(likeness) {
        let mut more = before.and(row.number, &said);
        if holder.is_some() {
            more.push(Problem::at(Column::Phone, PHONE_HELD, None));
        }
        let known = if likeness.is_some() { alike.next().unwrap_or_default() } else { Vec::new() };
        more.extend(
            known.iter().map(|one| Problem { who: Some(one.learner.to_string()), ..Problem::at(Column::Name, ALIKE, None) }),
        );
        // A check that was broken off and begun anew says everything once.
        more.retain(|problem| !row.problems.contains(problem));
        if more.is_empty() {
            continue;
        }
        tried.extend(holder.filter(|_| more.iter().any(|problem| problem.key == PHONE_HELD)));
        let problems = [row.problems.clone(), more].concat();
        let is_wrong = problems.iter().any(|problem| problem.key != ALIKE && problem.key != SAME_LINE);
        changed.push(Row { state: if is_wrong { RowState::Wrong } else { RowState::Alike }, problems, ..row });
    }
    Ok((changed, tried))
}

pub(super) fn likeness_of(said: &Said) -> Option<Likeness> {
    Some(Likeness {
        name: PersonName::parse(&said.name).ok()?,
        year: BirthYear::from_value(said.year)?,
        area: PlaceCode::parse(&said.place)?,
    })
}
