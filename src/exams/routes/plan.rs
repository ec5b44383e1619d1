//! A session is planned.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use super::{beside, staff_page, write};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::exams::service::{self, NewExam};
use crate::exams::views::{PlanPage, desk_path, levels};
use crate::exams::{Error, forms};
use crate::identity::{self, Planner};
use crate::places::Organisation;
use crate::plans;
use crate::web::{Fields, Filled, House, Posted, Ui, html_with, id_in, redirect};

/// Organisations that are offered at most.
const MOST_OFFERED: u64 = 500;

/// `GET /staff/exams/add`.
///
/// # Errors
/// What the database answers.
pub async fn add_form(planner: Planner, ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let form = Filled::with(Fields::from_pairs(&[("level", "2"), ("seats", "20")]));
    page_of((&house, &planner, &shelf), ui, (StatusCode::OK, form)).await
}

async fn page_of(
    (house, planner, shelf): (&House, &Planner, &Shelf),
    ui: Ui,
    (status, form): (StatusCode, Filled),
) -> Result<HttpResponse, AppError> {
    let page = staff_page(house, ui, &planner.session);
    let (own, _) = plans::list_organisations(house.db.read(), &planner.scope, (0, MOST_OFFERED)).await?;
    let codes: Vec<&str> = own.iter().map(|one| one.place_code.as_str()).collect();
    let staff = service::staff_of(house.db.read(), &house.keys, &codes).await?;
    let line = |code: &'static str| (code.to_owned(), page.t(&format!("line-{code}")));
    let choose = || (String::new(), page.t("exams-choose"));
    let people = staff.into_iter().map(|(id, name)| (id.to_string(), name));
    let unit = |code: &String| (code.clone(), format!("{code} {}", shelf.title_of(code)));
    let view = PlanPage {
        organisations: own.iter().map(|one: &Organisation| (one.id.to_string(), one.name.clone())).collect(),
        units: units(shelf).iter().map(unit).collect(),
        levels: levels(page.lang()),
        lines: std::iter::once((String::new(), page.t("plans-line-all"))).chain(identity::lines_of_work().map(line)).collect(),
        staff: std::iter::once(choose()).chain(people).collect(),
        form,
        page,
    };
    html_with(status, &view)
}

fn units(shelf: &Shelf) -> Vec<String> {
    shelf.courses().iter().filter(|course| course.is_complete()).map(|course| course.code.to_string()).collect()
}

/// `POST /staff/exams/add`.
///
/// # Errors
/// What the service refuses.
pub async fn add(planner: Planner, posted: Posted, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let again = async |errors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        page_of((&house, &planner, &shelf), posted.ui.clone(), (StatusCode::UNPROCESSABLE_ENTITY, form)).await
    };
    let draft = match forms::draft(&posted.fields, house.clock().now().day(), &units(&shelf)) {
        Ok(draft) => draft,
        Err(errors) => return again(errors).await,
    };
    let new = NewExam {
        organisation: id_in(posted.fields.get("organisation"))?,
        line: draft.line,
        unit: draft.unit,
        level: draft.level,
        starts_at: draft.starts_at,
        ends_at: draft.ends_at,
        seats: draft.seats,
        invigilators: draft.invigilators,
        is_sample: false,
    };
    let (once, digest, scope, for_write) = (posted.once()?, posted.digest(), planner.scope.clone(), shelf.clone());
    let work = async move |tx: &Tx| service::plan(tx, &for_write, &scope, &new, (&once, &digest)).await;
    match write(&house, &posted, work).await {
        Ok(id) => Ok(redirect(&format!("{}?said=planned", desk_path(id)))),
        Err(error @ Error::NotTheirs) => again(beside(error, "organisation")?).await,
        Err(error @ Error::TooFewItems) => again(beside(error, "level")?).await,
        Err(error @ Error::Past) => again(beside(error, "day")?).await,
        Err(error) => again(beside(error, "second")?).await,
    }
}
