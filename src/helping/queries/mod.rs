//! The tables of this subject.

pub(super) mod acts;
pub(super) mod assistance;
pub(super) mod hours;

use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, Condition};

use crate::places::PlaceCode;

/// What lies within any of the areas. Any of no areas is nothing at all.
fn within(column: impl ColumnTrait, areas: &[PlaceCode]) -> Condition {
    if areas.is_empty() {
        return Condition::all().add(SimpleExpr::from(Expr::value(false)));
    }
    areas
        .iter()
        .fold(Condition::any(), |any, area| any.add(Condition::all().add(column.gte(area.as_str())).add(column.lt(area.end()))))
}
