//! All that was converted with one partner and stands: what a rule is tried on before it binds.

use std::collections::BTreeSet;

use sea_orm::ConnectionTrait;

use super::partners_queries::{self as queries, Row};
use super::{Error, Levels};
use crate::kernel::{LearnerId, OrganisationId, Timestamp, TransferId};
use crate::ledger::{self, Book, Code};

/// People whose books are read at once.
const AT_ONCE: usize = 200;

/// One conversion that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvertedLine {
    /// Whose.
    pub learner: LearnerId,
    /// Its transfer.
    pub transfer: TransferId,
    /// The unit that was credited, or whose award was given.
    pub unit: String,
    /// What went in, in thousandths: of the partner's unit (in), of credit (out).
    pub value: i64,
    /// What came of it, in thousandths: of credit (in), of the partner's unit (out).
    pub came: i64,
    /// What is known of the person and of the supervision.
    pub levels: Levels,
    /// When.
    pub at: Timestamp,
}

/// All conversions of a kind with `partner` that stand (of those in: the award stands; of those out: it was not taken back), the oldest first.
///
/// # Errors
/// What the database answers.
pub async fn list_converted_with(
    db: &impl ConnectionTrait,
    partner: OrganisationId,
    kind: Code,
) -> Result<Vec<ConvertedLine>, Error> {
    let rows = queries::list(db, partner, kind).await?;
    let people: Vec<LearnerId> = rows.iter().map(|row| row.learner).collect::<BTreeSet<_>>().into_iter().collect();
    let mut lines = Vec::with_capacity(rows.len());
    for some in people.chunks(AT_ONCE) {
        let books = ledger::books_of(db, some).await?;
        let levels = queries::levels_of(db, some).await?;
        let those = rows.iter().filter(|row| some.binary_search(&row.learner).is_ok());
        lines.extend(those.filter_map(|row| {
            let (award, value, came) = standing(books.get(&row.learner)?, row, kind)?;
            Some(ConvertedLine {
                learner: row.learner,
                transfer: row.transfer,
                unit: row.unit.clone(),
                value,
                came,
                levels: *levels.get(&(row.learner, award))?,
                at: row.at,
            })
        }));
    }
    lines.sort_by_key(|line| (line.at, line.transfer));
    Ok(lines)
}

/// The award it is about, what went in and what came of it; none where it stands no more.
fn standing(book: &Book, row: &Row, kind: Code) -> Option<(TransferId, i64, i64)> {
    if kind == Code::ConvertIn {
        let award = book.standing_awards().find(|award| award.id == row.transfer)?;
        return Some((award.id, row.value, award.amount.milli()));
    }
    let award = book.find(row.reference.parse().ok()?)?;
    book.reversal_of(row.transfer).is_none().then_some((award.id, award.amount.milli(), row.value))
}
