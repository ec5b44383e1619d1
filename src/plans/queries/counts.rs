//! Table `training_plan_count`.

use entity::training_plan_count;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::db::Tx;
use crate::kernel::PlanId;
use crate::plans::rules::Figures;

/// Keeps the figures of a plan in the place of those before.
pub(in crate::plans) async fn replace(tx: &Tx, plan: PlanId, figures: &Figures) -> Result<(), DbErr> {
    training_plan_count::Entity::delete_many().filter(training_plan_count::Column::PlanId.eq(plan.uuid())).exec(tx).await?;
    if figures.0.is_empty() {
        return Ok(());
    }
    let rows = figures.0.iter().map(|((course, month), people)| training_plan_count::ActiveModel {
        plan_id: Set(plan.uuid()),
        course: Set(course.clone()),
        month: Set(month.clone()),
        people: Set(*people),
    });
    training_plan_count::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// The figures of a plan, as they were drawn last.
pub(in crate::plans) async fn find(db: &impl ConnectionTrait, plan: PlanId) -> Result<Figures, DbErr> {
    let rows = training_plan_count::Entity::find().filter(training_plan_count::Column::PlanId.eq(plan.uuid())).all(db).await?;
    Ok(Figures(rows.into_iter().map(|row| ((row.course, row.month), row.people)).collect()))
}
