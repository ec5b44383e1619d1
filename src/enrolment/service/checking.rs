//! A list is looked at: against itself, and against the people of its area. Nothing is changed but what is said of its lines.

use std::collections::HashMap;

use uuid::Uuid;

use super::batch::open;
use crate::config::Keys;
use crate::db::Db;
use crate::enrolment::columns::Column;
use crate::enrolment::lines::{Problem, Said};
use crate::enrolment::list::{BatchState, Row, RowState};
use crate::enrolment::{Error, batch_queries as queries};
use crate::identity::{self, BirthYear, Likeness, PersonName, Phone, StaffScope};
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
            if let Some(other) = remembered(&mut self.people, (sound, said.year), number)
                && !problems.iter().any(|problem| problem.key == SAME_LINE)
            {
                problems.push(Problem::at(Column::Name, SAME_LINE, Some(other)));
            }
        }
        problems
    }
}

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
    let scope = identity::load_scope(db.read(), batch.uploaded_by).await.map_err(identity::Error::from)?;
    let (mut before, mut after) = (Before::default(), 0);
    loop {
        let states = [RowState::New, RowState::Wrong, RowState::Alike];
        let rows = queries::list_rows(db.read(), id, &states, (after, CHUNK)).await?;
        let Some(last) = rows.last() else { break };
        after = last.number;
        let changed = look_at(db, keys, &scope, &mut before, rows).await?;
        if !changed.is_empty() {
            db.write::<_, Error, _>(async move |tx| {
                for row in &changed {
                    queries::keep_row(tx, id, row).await?;
                }
                Ok(())
            })
            .await?;
        }
    }
    db.write::<_, Error, _>(async move |tx| {
        if queries::lock_batch(tx, id).await?.is_some_and(|batch| batch.state == BatchState::Read) {
            queries::move_batch(tx, id, BatchState::Checked, 0).await?;
        }
        Ok(())
    })
    .await
}

/// Those of `rows` of which something is to be said that was not.
async fn look_at(db: &Db, keys: &Keys, scope: &StaffScope, before: &mut Before, rows: Vec<Row>) -> Result<Vec<Row>, Error> {
    let mut opened = Vec::new();
    for row in rows {
        if let Some(said) = open(keys, &row)? {
            opened.push((row, said));
        }
    }
    let phones: Vec<Option<Phone>> =
        opened.iter().map(|(_, said)| said.phone.as_deref().and_then(|phone| Phone::parse(phone).ok())).collect();
    let held = identity::are_held(db.read(), keys, &phones).await?;
    let likeness: Vec<Option<Likeness>> = opened.iter().map(|(_, said)| likeness_of(said)).collect();
    let wanted: Vec<Likeness> = likeness.iter().flatten().cloned().collect();
    let mut alike = identity::find_alike(db.read(), keys, scope, &wanted).await?.into_iter();
    let mut changed = Vec::new();
    for (((row, said), is_held), likeness) in opened.into_iter().zip(held).zip(likeness) {
        let mut more = before.and(row.number, &said);
        if is_held {
            more.push(Problem::at(Column::Phone, "enrolment-row-phone-held", None));
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
        let problems = [row.problems.clone(), more].concat();
        let is_wrong = problems.iter().any(|problem| problem.key != ALIKE && problem.key != SAME_LINE);
        changed.push(Row { state: if is_wrong { RowState::Wrong } else { RowState::Alike }, problems, ..row });
    }
    Ok(changed)
}

fn likeness_of(said: &Said) -> Option<Likeness> {
    Some(Likeness {
        name: PersonName::parse(&said.name).ok()?,
        year: BirthYear::from_value(said.year)?,
        area: PlaceCode::parse(&said.place)?,
    })
}
