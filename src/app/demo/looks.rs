//! What somebody in the county should look at: a pass that waits, and a session where nobody but the teacher saw what people did.

use super::{County, words, year};
use crate::curriculum::CourseCode;
use crate::signals;

/// Whose pass waits, and of which course.
const WAITS: (&str, &str) = ("zhang", "T20");
/// The days after which the first sessions are looked over.
const DAYS_AGO: i64 = 6;

pub(super) async fn settle(county: &County) -> Result<(), String> {
    let (who, course) = WAITS;
    let course = CourseCode::parse(course).ok_or_else(|| words(course))?;
    county.turn_to(2, "looks");
    year::pass_beyond(county, county.sample(who)?, course, "looks-pass").await?;
    county.turn_to(DAYS_AGO, "looks-found");
    signals::look_over(&county.past.db).await.map_err(words)?;
    Ok(())
}
