//! The job of this subject: every half an hour it reminds those who are signed up for tomorrow, and removes old lines and photographs of
//! paper sheets.

use std::sync::Arc;

use serde_json::Value;

use super::queries::{attendance, sessions};
use super::{ClassSession, Error, letters, service};
use crate::config::Keys;
use crate::db::{Db, DbFault, Tx};
use crate::identity;
use crate::jobs::{self, Next, Runner};
use crate::web::House;

const REMIND: &str = "classes.remind";
const EVERY_MINUTES: i64 = 30;
/// Reminders go in the daytime, in hours of Shanghai.
const DAYTIME: std::ops::Range<u32> = 9..20;
/// People reminded in one commit.
const AT_ONCE: u64 = 50;
/// How long a line of a paper sheet waits for somebody to say who it is, and how long a photograph of the sheet is kept.
pub(super) const SHEET_DAYS: u16 = 30;

/// The runner, knowing this job.
#[must_use]
pub fn with_upkeep(runner: Runner, house: &House) -> Runner {
    let keys = house.keys.clone();
    let remind: jobs::Handler = Arc::new(move |db: Db, _| {
        let keys = keys.clone();
        Box::pin(async move {
            remind_all(&db, &keys).await.map_err(|error| error.to_string())?;
            db.write::<_, Error, _>(async |tx| Ok(service::sweep(tx, SHEET_DAYS).await?))
                .await
                .map_err(|error| error.to_string())?;
            Ok(Next::At(db.clock().now().plus_minutes(EVERY_MINUTES)))
        })
    });
    runner.with(REMIND, remind)
}

/// Asks for the job from now on. At every start; twice is once.
///
/// # Errors
/// What the database answers.
pub async fn schedule_upkeep(db: &Db) -> Result<(), DbFault> {
    db.write(async |tx| Ok(jobs::schedule(tx, REMIND, REMIND, tx.now, &Value::Null).await?)).await
}

async fn remind_all(db: &Db, keys: &Keys) -> Result<(), Error> {
    let now = db.clock().now();
    if !DAYTIME.contains(&now.hour()) {
        return Ok(());
    }
    for class in sessions::list_planned_on(db.read(), now.day().plus_days(1)).await? {
        loop {
            let (keys, class) = (keys.clone(), class.clone());
            if db.write(async move |tx| remind(tx, &keys, &class).await).await? < AT_ONCE {
                break;
            }
        }
    }
    Ok(())
}

/// Reminds a chunk of those who have not been; says of how many. The mark and the letter are one commit: nobody gets two.
async fn remind(tx: &Tx, keys: &Keys, class: &ClassSession) -> Result<u64, Error> {
    // It may have been taken back, or moved, since the list was read.
    let Some(class) = sessions::find(tx, class.id).await?.filter(|found| found == class) else { return Ok(0) };
    let due = attendance::list_unreminded(tx, class.id, AT_ONCE).await?;
    let people = identity::people_of(tx, keys, &due, i64::from(class.day.year())).await?;
    let place = letters::place_words(tx, &class).await?;
    for learner in &due {
        if attendance::mark_reminded(tx, *learner, class.id).await?
            && let Some(person) = people.get(learner)
        {
            letters::tell(tx, keys, (*learner, person), &class, ("class-reminder", &place)).await?;
        }
    }
    Ok(u64::try_from(due.len()).unwrap_or(0))
}
