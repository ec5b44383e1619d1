//! The handlers of this subject's pages.

mod cards;
mod change;
mod desk;
mod end;
mod groups;
mod hall;
mod learner;
mod photos;
mod points;
mod sheet;

pub use cards::{card, check_in_card};
pub use change::{cancel, change, change_form};
pub use desk::{act_on_person, check_in, desk, person, post_photo};
pub use end::{close, correct, end_form};
pub use groups::{act_on_group, add_group, group, group_add_form, groups, roster};
pub use hall::{hall, plan, plan_form};
pub use learner::{act as learner_act, class as learner_class, classes};
pub use photos::{act as sheet_photo_act, send as send_sheet_photo, show as sheet_photo};
pub use points::{keep_point, point, point_form, points};
pub use sheet::{add_line, line_act, print_sheet, sheet_form as add_sheet_form};

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use serde::Deserialize;

use super::service::{self, Counts};
use super::views::{ClassRow, PersonRow};
use super::{ClassSession, Error};
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::{Lang, Message};
use crate::identity::{self, Acquaintance, ListOf, Role, Session, StaffScope};
use crate::kernel::{ClassId, LearnerId, OrganisationId};
use crate::places::{self, Organisation};
use crate::web::{FieldError, House, Page, Posted, Tab, Ui, id_in};

/// Service points to choose from.
const MOST_POINTS: u64 = 500;

/// What a link to these pages may carry: what was just done, and to whom.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Said {
    #[serde(default)]
    said: String,
    #[serde(default)]
    who: String,
}

fn staff_page(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()))
}

/// A session of theirs: whoever holds none there is told that there is none, whatever they sent.
async fn own_class(house: &House, scope: &StaffScope, id: &str) -> Result<ClassSession, AppError> {
    Ok(service::get_own_class(house.db.read(), scope, id_in(id)?).await?)
}

async fn write<T, F>(house: &House, posted: &Posted, work: F) -> Result<T, Error>
where
    F: AsyncFn(&Tx) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    house.db.write_for(posted.ui.request, work).await
}

/// What is wrong, beside the field named; the error itself where it is no matter of what was filled in.
fn beside(error: Error, field: &'static str) -> Result<FieldError, AppError> {
    match error.key() {
        Some(key) => Ok(FieldError::new(field, Message::of(key))),
        None => Err(error.into()),
    }
}

/// The names of the service points of these sessions.
async fn point_names(db: &impl ConnectionTrait, classes: &[ClassSession]) -> Result<HashMap<OrganisationId, String>, AppError> {
    let mut ids: Vec<OrganisationId> = classes.iter().map(|class| class.organisation).collect();
    ids.sort_unstable();
    ids.dedup();
    let points = places::list_organisations_by_ids(db, &ids).await?;
    Ok(points.into_iter().map(|point| (point.id, point.name)).collect())
}

/// Sessions as rows, with their service points and how many come.
async fn rows_of(db: &impl ConnectionTrait, classes: &[ClassSession], lang: Lang) -> Result<Vec<ClassRow>, AppError> {
    let (names, counts) = (point_names(db, classes).await?, service::counts_of(db, classes).await?);
    let row = |class: &ClassSession| {
        let place = names.get(&class.organisation).map(String::as_str).unwrap_or_default();
        ClassRow::of(class, place, counts.get(&class.id).copied().unwrap_or_default(), lang)
    };
    Ok(classes.iter().map(row).collect())
}

async fn row_of(db: &impl ConnectionTrait, class: &ClassSession, lang: Lang) -> Result<ClassRow, AppError> {
    let rows = rows_of(db, std::slice::from_ref(class), lang).await?;
    Ok(rows.into_iter().next().unwrap_or_else(|| ClassRow::of(class, "", Counts::default(), lang)))
}

/// Keeps in the logs of these people that they stood on the list of a session, which was opened.
async fn keep_listed(
    house: &House,
    page: &Page,
    (scope, class): (&StaffScope, &ClassSession),
    people: impl IntoIterator<Item = LearnerId>,
) -> Result<(), AppError> {
    let organisation = Some(class.organisation);
    let list = ListOf { what: "class_list", roles: Role::HOSTS, organisation, place_code: &class.place_code };
    Ok(identity::keep_listed(&house.db, page.ui.request, (scope, list), people).await?)
}

/// Somebody of a session as a row; none where they have left.
fn person_row(one: &super::Attendance, people: &HashMap<LearnerId, Acquaintance>) -> Option<PersonRow> {
    let person = people.get(&one.learner)?;
    Some(PersonRow {
        learner: one.learner.to_string(),
        name: person.name.clone(),
        tail: person.card_tail.clone(),
        came: one.came_at.is_some(),
        minutes: one.minutes,
        notes: Vec::new(),
    })
}

/// Service points to choose from, those of one's places.
async fn own_points(db: &impl ConnectionTrait, scope: &StaffScope) -> Result<Vec<Organisation>, AppError> {
    Ok(places::list_service_points(db, &scope.areas(Role::HOSTS), MOST_POINTS).await?)
}

fn class_path(id: ClassId, said: &str) -> String {
    if said.is_empty() { format!("/staff/classes/{id}") } else { format!("/staff/classes/{id}?said={said}") }
}
