//! Passes that wait until somebody has looked: the oldest first; one of them; crediting it, or handing it to a second person.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};

use super::routes::{Link, Which, page_of, place_names};
use super::service::{self, Whom};
use super::views::{PassPage, PassRow, PassesPage, Words};
use super::{Error, forms};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::{Looker, Role};
use crate::kernel::{LearnerId, ResultId};
use crate::places;
use crate::recognition::{self, Awaiting};
use crate::web::{Filled, House, ListPage, Posted, Ui, html, html_with, redirect};

/// `GET /staff/looks/passes`: what waits.
///
/// # Errors
/// What the database answers.
pub async fn list(
    staff: Looker,
    which: Query<Which>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (db, areas) = (house.db.read(), staff.scope.areas(Role::LOOKERS));
    let total = recognition::count_awaiting(db, &areas).await?;
    let shown = ListPage::asked(which.page).within(total);
    let (number, pages) = (shown.number(), ListPage::pages(total));
    let waiting = recognition::list_awaiting(db, &areas, shown.part()).await?;
    let places = place_names(&house, waiting.iter().map(|found| &found.place_code)).await?;
    let words = Words { lang: ui.lang, shelf: Shelf::clone(&shelf) };
    let rows = waiting.iter().map(|found| PassRow::of(found, &places, &words)).collect();
    html(&PassesPage { page: page_of(&house, ui, &staff.session), rows, total, number, pages })
}

fn parse((learner, id): &(String, String)) -> Result<(LearnerId, ResultId), AppError> {
    let missing = |_| AppError::NotFound;
    Ok((learner.parse().map_err(missing)?, id.parse().map_err(missing)?))
}

async fn seen(house: &House, staff: &Looker, path: &(String, String)) -> Result<(Awaiting, Whom), AppError> {
    let (which, keys, scope) = (parse(path)?, house.keys.clone(), staff.scope.clone());
    let work = async move |tx: &Tx| service::see_pass(tx, &keys, &scope, which).await;
    Ok(house.db.write::<_, Error, _>(work).await?)
}

/// `GET /staff/looks/passes/{learner}/{id}`: one pass that waits, or did.
///
/// # Errors
/// [`AppError::NotFound`] where it is not theirs to look at.
pub async fn show(
    staff: Looker,
    path: Path<(String, String)>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let found = seen(&house, &staff, &path).await?;
    let said = if link.said == "looked" { "signal-said" } else { "" };
    html(&pass_page(&house, &shelf, &staff, found, ui, (Filled::default(), said)).await?)
}

/// `POST /staff/looks/passes/{learner}/{id}`: credits it (`doing=credit`), or hands it to a second person (`doing=doubt`), who decides.
///
/// # Errors
/// As [`show`]; where it is the reader's own, or somebody has decided otherwise meanwhile.
pub async fn decide(
    staff: Looker,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (found, whom) = seen(&house, &staff, &path).await?;
    let verdict = match forms::verdict(&posted.fields) {
        Ok(verdict) => verdict,
        Err(errors) => {
            let form = Filled::wrong(posted.fields, errors);
            let page = pass_page(&house, &shelf, &staff, (found, whom), posted.ui, (form, "")).await?;
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let lang = whom.profile.as_ref().map_or(posted.ui.lang, |profile| profile.lang);
    let course = Words { lang, shelf: Shelf::clone(&shelf) }.course(&found.unit);
    let help_phone = places::authority_of(&house, Some(&found.place_code)).await?.help_phone;
    let (keys, by, which) = (house.keys.clone(), staff.scope.actor(), (found.learner, found.result));
    let work =
        async move |tx: &Tx| service::look_at_pass(tx, &keys, (&found, &whom), (by, verdict), (&course, &help_phone)).await;
    house.db.write_for(posted.ui.request, work).await?;
    Ok(redirect(&format!("/staff/looks/passes/{}/{}?said=looked", which.0, which.1)))
}

async fn pass_page(
    house: &House,
    shelf: &Shelf,
    staff: &Looker,
    (found, whom): (Awaiting, Whom),
    ui: Ui,
    (form, notice): (Filled, &'static str),
) -> Result<PassPage, AppError> {
    let words = Words { lang: ui.lang, shelf: shelf.clone() };
    let places = place_names(house, std::iter::once(&found.place_code)).await?;
    let page = page_of(house, ui, &staff.session);
    let actor = staff.scope.actor();
    Ok(PassPage {
        row: PassRow::of(&found, &places, &words),
        learner: found.learner,
        name: whom.profile.map(|profile| profile.name).unwrap_or_default(),
        may_look: found.state.is_open() && found.learner != actor,
        is_doubted: found.doubted_by.is_some(),
        has_doubted: found.doubted_by == Some(actor),
        notice: if notice.is_empty() { String::new() } else { page.t(notice) },
        form,
        page,
    })
}
