//! The plans of an organisation, one of them with how far it has come, and its end.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};

use super::{Said, Which, own_plan, path_of, session_words, staff_page, write};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::Planner;
use crate::kernel::{OrganisationId, Timestamp};
use crate::places;
use crate::plans::service::{self, Counts, Coverage};
use crate::plans::views::{CoverageRow, ItemRow, PlanPage, PlanRow, PlansPage, period_words};
use crate::plans::{Item, Plan};
use crate::web::{House, ListPage, Page, Posted, Ui, html, redirect};

/// `GET /staff/training-plans?page=2`.
///
/// # Errors
/// What the database answers.
pub async fn plans(planner: Planner, which: Query<Which>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let asked = ListPage::asked(which.page);
    let (mut all, total) = service::list_plans(db, &planner.scope, asked.part()).await?;
    let shown = asked.within(total);
    if shown != asked {
        all = service::list_plans(db, &planner.scope, shown.part()).await?.0;
    }
    let own = if total > 0 { service::organisations_of(&planner.scope) } else { Vec::new() };
    let mut ids: Vec<OrganisationId> = all.iter().map(|(plan, _)| plan.organisation).chain(own).collect();
    ids.sort_unstable();
    ids.dedup();
    let organisations = places::list_organisations_by_ids(db, &ids).await?;
    let name = |id| organisations.iter().find(|one| one.id == id).map(|one| one.name.clone()).unwrap_or_default();
    let page = staff_page(&house, ui, &planner.session);
    let today = house.clock().now().day();
    let row = |(plan, counts): &(Plan, Counts)| PlanRow {
        href: path_of(plan.id),
        title: plan.head.title.clone(),
        organisation: name(plan.organisation),
        period: period_words(page.lang(), &plan.head),
        state: page.t1(if plan.is_open(today) { "plans-row-open" } else { "plans-row-over" }, "count", counts.joined),
    };
    html(&PlansPage {
        rows: all.iter().map(row).collect(),
        sheets: organisations
            .iter()
            .filter(|one| service::sees_people_of(&planner.scope, one.id))
            .map(|one| (hours_path(one.id), one.name.clone()))
            .collect(),
        may_add: service::list_organisations(db, &planner.scope, (0, 1)).await?.1 > 0,
        number: shown.number(),
        pages: ListPage::pages(total),
        page,
    })
}

/// Where the yearly sheets of an organisation's people are.
fn hours_path(id: OrganisationId) -> String {
    format!("/staff/organisations/{id}/hours")
}

/// `GET /staff/training-plans/{id}`.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs.
pub async fn plan(
    planner: Planner,
    id: Path<String>,
    said: Query<Said>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let plan = own_plan(&house, &planner, (&id, &ui)).await?;
    let items = service::items_of(db, plan.id, plan.version).await?;
    let (counts, coverage) = (service::counts_of(db, plan.id).await?, service::coverage_of(db, &plan, &items).await?);
    let page = staff_page(&house, ui, &planner.session);
    let notice = match said.said.as_str() {
        "published" => page.t("plans-said-published"),
        "changed" => page.t("plans-said-changed"),
        "ended" => page.t("plans-said-ended"),
        "reopened" => page.t("plans-said-reopened"),
        _ => String::new(),
    };
    html(&PlanPage {
        href: path_of(plan.id),
        title: plan.head.title.clone(),
        facts: facts(&house, &page, &plan).await?,
        items: item_rows(&house, (&page, &shelf), &items).await?,
        is_open: plan.is_open(house.clock().now().day()),
        has_ended: plan.has_ended,
        may_reopen: plan.has_ended && plan.head.until >= house.clock().now().day(),
        joined: counts.joined,
        rest: counts.rest,
        planned: plan.head.planned,
        coverage: coverage_rows(&page, &shelf, &coverage),
        counted: counted_words(&page, plan.counted_at),
        hours: service::sees_people(&planner.scope, &plan).then(|| hours_path(plan.organisation)),
        notice,
        page,
    })
}

async fn facts(house: &House, page: &Page, plan: &Plan) -> Result<Vec<(String, String)>, AppError> {
    let db = house.db.read();
    let organisation = places::find_organisation(db, plan.organisation).await?.map(|one| one.name).unwrap_or_default();
    let place = places::full_name(&places::list_path(db, &plan.place_code).await?);
    let line = plan.line.as_deref().map_or_else(|| page.t("plans-line-all"), |line| page.t(&format!("line-{line}")));
    Ok(vec![
        (page.t("plans-organisation"), organisation),
        (page.t("plans-place"), place),
        (page.t("plans-line"), line),
        (page.t("plans-period"), period_words(page.lang(), &plan.head)),
        (page.t("plans-planned"), plan.head.planned.to_string()),
        (page.t("plans-version"), page.t1("plans-version-number", "number", plan.version)),
    ])
}

async fn item_rows(house: &House, (page, shelf): (&Page, &Shelf), items: &[Item]) -> Result<Vec<ItemRow>, AppError> {
    let sessions = service::sessions_of(house.db.read(), items).await?;
    let row = |item: &Item| match item {
        Item::Course(code) => ItemRow { words: shelf.title_of(code), note: code.clone() },
        Item::Words(words) => ItemRow { words: words.clone(), note: page.t("plans-item-own") },
        Item::Class(id) => {
            let (words, note) = sessions.get(id).map(|class| session_words(class, page.lang())).unwrap_or_default();
            ItemRow { words, note }
        }
    };
    Ok(items.iter().map(row).collect())
}

fn coverage_rows(page: &Page, shelf: &Shelf, coverage: &Coverage) -> Vec<CoverageRow> {
    let row = |what: String, course: &str| CoverageRow {
        what,
        done: coverage.figures.people(course),
        months: months_words(page, &coverage.figures.months(course)),
    };
    let courses = coverage.courses.iter().map(|course| row(shelf.title_of(course), course));
    courses.chain([row(page.t("plans-all-courses"), "")]).collect()
}

fn months_words(page: &Page, months: &[(&str, i64)]) -> String {
    let one = |(month, people): &(&str, i64)| match month.split_once('-') {
        Some((year, month)) => {
            let month = month.trim_start_matches('0');
            page.lang().fill("plans-month", &[("year", year), ("month", month), ("count", &people.to_string())])
        }
        None => page.t1("plans-month-before", "count", people),
    };
    months.iter().map(one).collect::<Vec<_>>().join(&page.t("help-and"))
}

fn counted_words(page: &Page, at: Option<Timestamp>) -> String {
    match at {
        Some(at) => page.t1("plans-counted", "when", at.to_minute_text()),
        None => page.t("plans-counted-never"),
    }
}

/// `POST /staff/training-plans/{id}`: its end (`doing=end`), or going on with it (`doing=reopen`).
///
/// # Errors
/// As [`plan`].
pub async fn act(planner: Planner, id: Path<String>, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let id = own_plan(&house, &planner, (&id, &posted.ui)).await?.id;
    let scope = planner.scope.clone();
    let said = match posted.fields.get("doing") {
        "end" => {
            write(&house, &posted, async move |tx: &Tx| service::end(tx, &scope, id).await).await?;
            "ended"
        }
        "reopen" => {
            write(&house, &posted, async move |tx: &Tx| service::reopen(tx, &scope, id).await).await?;
            "reopened"
        }
        _ => return Err(AppError::Malformed("doing")),
    };
    Ok(redirect(&format!("{}?said={said}", path_of(id))))
}
