//! What waits for a second person, the oldest first; one request with what it would change; agreeing, not agreeing, taking back.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::forms::Verdict;
use super::impact_views::{ImpactView, Words};
use super::learner_routes::page_of;
use super::service::{self, Told, Whom};
use super::views::{RequestPage, RequestRow, RequestsPage};
use crate::certificates;
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::{self, Corrector, Officer, Reviewer, Role, Session, StaffScope, Whose};
use crate::kernel::{CorrectionRequestId, LearnerId};
use crate::places::{self, Authority};
use crate::recognition::{self, CorrectionRequest, RequestState};
use crate::web::{Filled, House, ListPage, Posted, Ui, html, html_with, redirect};

/// Which page of the list.
#[derive(Debug, Deserialize)]
pub struct Which {
    #[serde(default)]
    page: u64,
}

/// What a link says besides.
#[derive(Debug, Deserialize)]
pub struct Link {
    #[serde(default)]
    said: String,
}

/// `GET /staff/corrections`: what waits, the oldest first.
///
/// # Errors
/// What the database answers.
pub async fn list(
    staff: Corrector,
    which: Query<Which>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (db, areas) = (house.db.read(), staff.scope.areas(Role::CORRECTORS));
    let total = recognition::count_waiting_requests(db, &areas).await?;
    let shown = ListPage::asked(which.page).within(total);
    let (number, pages) = (shown.number(), ListPage::pages(total));
    let waiting = recognition::list_waiting_requests(db, &areas, shown.part()).await?;
    let words = Words { lang: ui.lang, shelf: Shelf::clone(&shelf) };
    let rows = rows_of(&house, &waiting, &words).await?;
    html(&RequestsPage { page: page_of(&house, ui, &staff.session), rows, total, number, pages })
}

/// Requests as lines of a list, with the names of staff and places. Of learners no name is shown in a list.
pub(super) async fn rows_of(house: &House, requests: &[CorrectionRequest], words: &Words) -> Result<Vec<RequestRow>, AppError> {
    let db = house.db.read();
    let people: Vec<LearnerId> = requests.iter().flat_map(|request| [Some(request.asker), request.decider]).flatten().collect();
    let names = identity::staff_names_of(db, &house.keys, &people).await?;
    let name = |who: Option<LearnerId>| who.and_then(|who| names.get(&who).cloned()).unwrap_or_default();
    let mut found = HashMap::new();
    for request in requests {
        if !found.contains_key(&request.place_code) {
            let path = places::list_path(db, &request.place_code).await?;
            found.insert(request.place_code.clone(), places::full_name(&path));
        }
    }
    let now = house.clock().now();
    let place = |request: &CorrectionRequest| {
        let known = found.get(&request.place_code).filter(|name| !name.is_empty()).cloned();
        known.unwrap_or_else(|| words.lang.t("help-staff-whole-bank"))
    };
    let row = |request: &CorrectionRequest| {
        let of = (name(Some(request.asker)), name(request.decider), place(request));
        RequestRow::of(request, of, now, words)
    };
    Ok(requests.iter().map(row).collect())
}

/// What a letter says besides what was done.
pub(super) fn to_be_told(authority: &Authority, course: String, who: &str) -> Told {
    Told { course, who: who.to_owned(), help_phone: authority.help_phone.clone() }
}

fn parse_path((learner, id): &(String, String)) -> Result<(LearnerId, CorrectionRequestId), AppError> {
    let missing = |_| AppError::NotFound;
    Ok((learner.parse().map_err(missing)?, id.parse().map_err(missing)?))
}

async fn request_seen(
    house: &House,
    scope: &StaffScope,
    (path, roles): (&(String, String), &'static [Role]),
) -> Result<(CorrectionRequest, Whom), AppError> {
    let which = parse_path(path)?;
    let (keys, scope) = (house.keys.clone(), scope.clone());
    Ok(house.db.write(async move |tx: &Tx| service::see_request(tx, &keys, &scope, (which, roles)).await).await?)
}

/// `GET /staff/corrections/{learner}/{id}`: one request, with what it would change.
///
/// # Errors
/// [`AppError::NotFound`] where it is not theirs to see.
pub async fn show(
    staff: Corrector,
    path: Path<(String, String)>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let seen = request_seen(&house, &staff.scope, (&path, Role::CORRECTORS)).await?;
    let said = match (link.said.as_str(), seen.0.state) {
        ("asked", RequestState::Open) => "correction-said-asked",
        ("agreed", RequestState::Approved) => "correction-said-agreed",
        ("disagreed", RequestState::Refused) => "correction-said-disagreed",
        ("withdrawn", RequestState::Withdrawn) => "correction-said-withdrawn",
        _ => "",
    };
    let reader = Reader { house: &house, shelf: &shelf, session: &staff.session, scope: &staff.scope };
    html(&reader.request_page(ui, seen, (Filled::default(), said, false)).await?)
}

/// `POST /staff/corrections/{learner}/{id}`: the second person agrees (`doing=agree`) or does not (`doing=disagree`).
///
/// # Errors
/// As [`show`]; where the request has ended meanwhile, or is the reviewer's own.
pub async fn decide(
    staff: Reviewer,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (request, whom) = request_seen(&house, &staff.scope, (&path, Role::REVIEWERS)).await?;
    let reader = Reader { house: &house, shelf: &shelf, session: &staff.session, scope: &staff.scope };
    let verdict = match Verdict::parse(&posted.fields) {
        Ok(verdict) => verdict,
        Err(errors) => {
            let form = Filled::wrong(posted.fields, errors);
            let page = reader.request_page(posted.ui, (request, whom), (form, "", false)).await?;
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let (db, reviewer, which) = (house.db.read(), staff.scope.actor(), (request.learner, request.id));
    let back = |said: &str| redirect(&format!("/staff/corrections/{}/{}?said={said}", which.0, which.1));
    let shown = match verdict {
        Verdict::Agree(shown) => shown,
        Verdict::Disagree(words) => {
            let key = identity::person_key(db, &house.keys, request.learner).await;
            // Whoever has left has no key: what was answered cannot be kept, that it was refused can.
            let sealed = key.map(|key| recognition::seal_answer(&key, &words)).unwrap_or_default();
            let work = async move |tx: &Tx| recognition::refuse(tx, which, reviewer, &sealed, &whom.standing).await;
            house.db.write_for(posted.ui.request, work).await?;
            return Ok(back("disagreed"));
        }
    };
    let entry = recognition::find_entry(db, request.learner, request.about).await?.ok_or(AppError::NotFound)?;
    let lang = whom.profile.as_ref().map_or(posted.ui.lang, |profile| profile.lang);
    let course = Words { lang, shelf: Shelf::clone(&shelf) }.course_of(&entry);
    let authority = places::authority_of(&house, Some(&request.place_code)).await?;
    let told = to_be_told(&authority, course, &request.responsible_org);
    let least = recognition::least_to_go_out(shelf.credit_rule())?;
    let (keys, seen) = (house.keys.clone(), (request.clone(), whom.clone()));
    let work = async move |tx: &Tx| service::agree(tx, &keys, (&request, &whom), (reviewer, &shown), (least, &told)).await;
    match house.db.write_for(posted.ui.request, work).await {
        Ok(()) => Ok(back("agreed")),
        // What hangs on the line is no longer what was shown: the page again, as things are now.
        Err(service::Error::Recognition(recognition::Error::Stale | recognition::Error::Hindered(_))) => {
            let form = Filled::with(posted.fields);
            let page = reader.request_page(posted.ui, seen, (form, "correction-stale", true)).await?;
            html_with(StatusCode::CONFLICT, &page)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /staff/corrections/{learner}/{id}/withdraw`: the asker takes it back.
///
/// # Errors
/// As [`show`]; [`AppError::NotAllowed`] for anybody but the asker.
pub async fn take_back(
    staff: Officer,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (request, whom) = request_seen(&house, &staff.scope, (&path, Role::OFFICERS)).await?;
    let (which, asker) = ((request.learner, request.id), staff.scope.actor());
    let work = async move |tx: &Tx| recognition::withdraw(tx, which, asker, &whom.standing).await;
    house.db.write_for(posted.ui.request, work).await?;
    Ok(redirect(&format!("/staff/corrections/{}/{}?said=withdrawn", which.0, which.1)))
}

/// Who looks at a request.
struct Reader<'a> {
    house: &'a House,
    shelf: &'a Shelf,
    session: &'a Session,
    scope: &'a StaffScope,
}

impl Reader<'_> {
    async fn request_page(
        &self,
        ui: Ui,
        (request, whom): (CorrectionRequest, Whom),
        (form, notice, is_stale): (Filled, &'static str, bool),
    ) -> Result<RequestPage, AppError> {
        let db = self.house.db.read();
        let words = Words { lang: ui.lang, shelf: self.shelf.clone() };
        let is_open = request.state == RequestState::Open;
        let impact = if is_open {
            let least = recognition::least_to_go_out(self.shelf.credit_rule())?;
            let impact = recognition::impact_of_request(db, &request, least).await?;
            let uses: Vec<_> = impact.uses.iter().map(|(used, _)| used.clone()).collect();
            let known = certificates::named(db, request.learner, &uses).await?;
            Some(ImpactView::of(&impact, request.learner, &known, &words))
        } else {
            None
        };
        let key = identity::person_key(db, &self.house.keys, request.learner).await.ok();
        let read = |words: fn(&CorrectionRequest, &crate::kernel::SealKey) -> String| {
            key.as_ref().map(|key| words(&request, key)).unwrap_or_default()
        };
        let groups = whom.profile.as_ref().map(|profile| profile.groups.clone()).unwrap_or_default();
        let whose = Whose { place: Some(&request.place_code), groups: &groups };
        let actor = self.scope.actor();
        let is_asker = request.asker == actor;
        let others = !is_asker && request.learner != actor;
        let row = rows_of(self.house, std::slice::from_ref(&request), &words).await?.pop().ok_or(AppError::NotFound)?;
        let page = page_of(self.house, ui, self.session);
        Ok(RequestPage {
            row,
            learner: request.learner,
            name: whom.profile.map(|profile| profile.name).unwrap_or_default(),
            ground: read(CorrectionRequest::ground),
            answer: read(CorrectionRequest::answer),
            may_decide: is_open && others && self.scope.grant_for(Role::REVIEWERS, whose).is_some(),
            may_take_back: is_open && is_asker && self.scope.grant_for(Role::OFFICERS, whose).is_some(),
            is_asker: is_open && is_asker,
            impact,
            form,
            notice: if notice.is_empty() { String::new() } else { page.t(notice) },
            is_stale,
            page,
        })
    }
}
