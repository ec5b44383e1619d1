//! Who is in a plan, and asking people to join.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};

use super::{Said, beside, own_plan, path_of, staff_page, write};
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::{self, Planner};
use crate::kernel::LearnerId;
use crate::plans::forms::{self, Whom};
use crate::plans::service::{self, Invited};
use crate::plans::views::PeoplePage;
use crate::plans::{Error, Plan};
use crate::web::{FieldErrors, Fields, Filled, House, Page, Posted, Ui, html_with, redirect};

/// People on one page.
const ON_A_PAGE: usize = 50;

/// `GET /staff/training-plans/{id}/people?page=2`.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs.
pub async fn people(
    planner: Planner,
    id: Path<String>,
    said: Query<Said>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let plan = own_plan(&house, &planner, (&id, &ui)).await?;
    people_page(&house, &planner, ui, &plan, (&said, Filled::default())).await
}

fn notice(page: &Page, said: &Said) -> String {
    if said.said != "asked" {
        return String::new();
    }
    match (said.asked, said.known) {
        (0, 0) => page.t("plans-said-nobody"),
        (0, _) => page.t("plans-said-known"),
        _ => {
            let numbers = [("asked", said.asked), ("told", said.told), ("known", said.known)];
            let words = numbers.map(|(name, number)| (name, number.to_string()));
            let blanks: Vec<(&'static str, &str)> = words.iter().map(|(name, words)| (*name, words.as_str())).collect();
            page.lang().fill("plans-said-asked", &blanks)
        }
    }
}

/// Name and the end of the card of each; that they were seen is kept.
async fn members_of(
    (house, ui): (&House, &Ui),
    planner: &Planner,
    plan: &Plan,
    shown: &[LearnerId],
) -> Result<Vec<(String, String)>, AppError> {
    let year = i64::from(house.clock().now().day().year());
    let known = identity::people_of(house.db.read(), &house.keys, shown, year).await?;
    let seen: Vec<LearnerId> = shown.iter().filter(|learner| known.contains_key(*learner)).copied().collect();
    let (scope, of_plan, people) = (planner.scope.clone(), plan.clone(), seen.clone());
    house.db.write_for(ui.request, async move |tx: &Tx| service::keep_looks(tx, &scope, &of_plan, &people).await).await?;
    Ok(seen.iter().filter_map(|learner| known.get(learner)).map(|one| (one.name.clone(), one.card_tail.clone())).collect())
}

async fn people_page(
    house: &House,
    planner: &Planner,
    ui: Ui,
    plan: &Plan,
    (said, form): (&Said, Filled),
) -> Result<HttpResponse, AppError> {
    let (db, now) = (house.db.read(), house.clock().now());
    let joined = service::joined_of(db, plan).await?;
    let pages = joined.len().div_ceil(ON_A_PAGE).max(1);
    let number = said.page.clamp(1, pages);
    let members = match joined.chunks(ON_A_PAGE).nth(number - 1) {
        Some(shown) if service::sees_people(&planner.scope, plan) => members_of((house, &ui), planner, plan, shown).await?,
        _ => Vec::new(),
    };
    let counts = service::counts_of(db, plan.id).await?;
    let page = staff_page(house, ui, &planner.session);
    let choose = (String::new(), page.t("plans-list-none"));
    let sources = service::list_sources(db, &planner.scope, (page.lang(), now)).await?;
    let status = if form.errors().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = PeoplePage {
        href: path_of(plan.id),
        title: plan.head.title.clone(),
        is_open: plan.is_open(now.day()),
        sources: if sources.is_empty() { sources } else { std::iter::once(choose).chain(sources).collect() },
        members,
        sees_people: service::sees_people(&planner.scope, plan),
        joined: joined.len(),
        rest: counts.rest,
        number,
        pages,
        notice: notice(&page, said),
        form,
        page,
    };
    html_with(status, &view)
}

/// `POST /staff/training-plans/{id}/people`: asks the owner of a card (`doing=card`), or those of a list (`doing=list`).
///
/// # Errors
/// As [`people`].
pub async fn invite(planner: Planner, id: Path<String>, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let plan = own_plan(&house, &planner, (&id, &posted.ui)).await?;
    let again = async |errors: FieldErrors| {
        let form = Filled::wrong(Fields::clone(&posted.fields), errors);
        people_page(&house, &planner, posted.ui.clone(), &plan, (&Said::default(), form)).await
    };
    let whom = match forms::whom(&posted.fields) {
        Ok(whom) => whom,
        Err(error) => return again(vec![error]).await,
    };
    let field = if matches!(whom, Whom::Card(_)) { "number" } else { "list" };
    match ask(&house, &planner, &posted, (&plan, whom)).await {
        Ok(done) => {
            let counts = format!("asked={}&told={}&known={}", done.asked, done.told, done.known);
            Ok(redirect(&format!("{}/people?said=asked&{counts}", path_of(plan.id))))
        }
        Err(error) => again(vec![beside(error, field)?]).await,
    }
}

async fn ask(house: &House, planner: &Planner, posted: &Posted, (plan, whom): (&Plan, Whom)) -> Result<Invited, Error> {
    let (keys, scope, id, texts) = (house.keys.clone(), planner.scope.clone(), plan.id, house.config.sms_per_day);
    match whom {
        Whom::Card(card) => {
            write(house, posted, async move |tx: &Tx| service::invite_card(tx, (&keys, texts), &scope, (id, &card)).await).await
        }
        Whom::List(source) => service::invite_all((&house.db, &keys, texts), &scope, (id, source), posted.ui.request).await,
    }
}
