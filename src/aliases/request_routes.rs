//! What waits for a second person, the oldest first; one request with both accounts side by side; agreeing, not agreeing, taking back.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::forms::Verdict;
use super::service::{self, Both};
use super::views::{RequestPage, RequestRow, RequestsPage, SideView, Words};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Lang;
use crate::identity::{self, AliasRequest, AliasState, Corrector, Officer, Profile, Reviewer, Role, Session, StaffScope, Whose};
use crate::kernel::{AliasRequestId, LearnerId};
use crate::places;
use crate::recognition::{self, AliasError};
use crate::web::{Filled, House, ListPage, Page, Posted, Tab, Ui, html, html_with, redirect};

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

pub(super) fn page_of(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()))
}

/// `GET /staff/aliases`: what waits, the oldest first.
///
/// # Errors
/// What the database answers.
pub async fn list(staff: Corrector, which: Query<Which>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let (db, areas) = (house.db.read(), staff.scope.areas(Role::CORRECTORS));
    let total = identity::count_waiting_alias_requests(db, &areas).await?;
    let shown = ListPage::asked(which.page).within(total);
    let (number, pages) = (shown.number(), ListPage::pages(total));
    let waiting = identity::list_waiting_alias_requests(db, &areas, shown.part()).await?;
    let rows = rows_of(&house, &waiting, ui.lang).await?;
    html(&RequestsPage { page: page_of(&house, ui, &staff.session), rows, total, number, pages })
}

/// Requests as lines of a list, with the names of staff and places. Of learners no name is shown in a list.
pub(super) async fn rows_of(house: &House, requests: &[AliasRequest], lang: Lang) -> Result<Vec<RequestRow>, AppError> {
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
    let place = |request: &AliasRequest| {
        let known = found.get(&request.place_code).filter(|name| !name.is_empty()).cloned();
        known.unwrap_or_else(|| lang.t("help-staff-whole-bank"))
    };
    let now = house.clock().now();
    let row = |request: &AliasRequest| {
        RequestRow::of(request, (name(Some(request.asker)), name(request.decider), place(request)), now, lang)
    };
    Ok(requests.iter().map(row).collect())
}

fn parse_path((learner, id): &(String, String)) -> Result<(LearnerId, AliasRequestId), AppError> {
    let missing = |_| AppError::NotFound;
    Ok((learner.parse().map_err(missing)?, id.parse().map_err(missing)?))
}

async fn request_seen(
    house: &House,
    scope: &StaffScope,
    (path, roles): (&(String, String), &'static [Role]),
) -> Result<(AliasRequest, Both), AppError> {
    let which = parse_path(path)?;
    let (keys, scope) = (house.keys.clone(), scope.clone());
    let work = async move |tx: &Tx| service::see_request(tx, &keys, &scope, (which, roles)).await;
    Ok(house.db.write::<_, AliasError, _>(work).await?)
}

/// `GET /staff/aliases/{learner}/{id}`: one request, with both accounts side by side.
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
        ("asked", AliasState::Open) => "correction-said-asked",
        ("agreed", AliasState::Approved) => "alias-said-agreed",
        ("disagreed", AliasState::Refused) => "alias-said-disagreed",
        ("withdrawn", AliasState::Withdrawn) => "alias-said-withdrawn",
        _ => "",
    };
    let reader = Reader { house: &house, shelf: &shelf, session: &staff.session, scope: &staff.scope };
    html(&reader.request_page(ui, seen, (Filled::default(), said, false)).await?)
}

/// `POST /staff/aliases/{learner}/{id}`: the second person agrees (`doing=agree`) or does not (`doing=disagree`).
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
    let (request, both) = request_seen(&house, &staff.scope, (&path, Role::REVIEWERS)).await?;
    let reader = Reader { house: &house, shelf: &shelf, session: &staff.session, scope: &staff.scope };
    let verdict = match Verdict::parse(&posted.fields) {
        Ok(verdict) => verdict,
        Err(errors) => {
            let form = Filled::wrong(posted.fields, errors);
            let page = reader.request_page(posted.ui, (request, both), (form, "", false)).await?;
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let (db, reviewer, which) = (house.db.read(), staff.scope.actor(), (request.learner, request.id));
    let back = |said: &str| redirect(&format!("/staff/aliases/{}/{}?said={said}", which.0, which.1));
    let shown = match verdict {
        Verdict::Agree(shown) => shown,
        Verdict::Disagree(words) => {
            let key = identity::person_key(db, &house.keys, request.learner).await;
            // Whoever has left has no key: what was answered cannot be kept, that it was refused can.
            let sealed = key.map(|key| identity::seal_alias_answer(&key, &words)).unwrap_or_default();
            let work = async move |tx: &Tx| identity::refuse_alias(tx, which, reviewer, &sealed).await;
            house.db.write_for(posted.ui.request, work).await?;
            return Ok(back("disagreed"));
        }
    };
    let authority = places::authority_of(&house, Some(&request.place_code)).await?;
    let (keys, seen, help_phone) = (house.keys.clone(), (request.clone(), both.clone()), authority.help_phone.clone());
    let work = async move |tx: &Tx| service::agree(tx, &keys, (&request, &both), (reviewer, &shown), &help_phone).await;
    match house.db.write_for(posted.ui.request, work).await {
        Ok(()) => Ok(back("agreed")),
        // It comes to something else than what was shown: the page again, as things are now.
        Err(AliasError::Credit(recognition::Error::Stale)) => {
            let page = reader.request_page(posted.ui, seen, (Filled::with(posted.fields), "correction-stale", true)).await?;
            html_with(StatusCode::CONFLICT, &page)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /staff/aliases/{learner}/{id}/withdraw`: the asker takes it back.
///
/// # Errors
/// As [`show`]; [`AppError::NotAllowed`] for anybody but the asker.
pub async fn take_back(
    staff: Officer,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (request, _) = request_seen(&house, &staff.scope, (&path, Role::OFFICERS)).await?;
    let (which, asker) = ((request.learner, request.id), staff.scope.actor());
    let work = async move |tx: &Tx| identity::withdraw_alias(tx, which, asker).await;
    house.db.write_for(posted.ui.request, work).await?;
    Ok(redirect(&format!("/staff/aliases/{}/{}?said=withdrawn", which.0, which.1)))
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
        (request, both): (AliasRequest, Both),
        (form, notice, is_stale): (Filled, &'static str, bool),
    ) -> Result<RequestPage, AppError> {
        let db = self.house.db.read();
        let words = Words { lang: ui.lang, shelf: self.shelf.clone() };
        let is_open = request.state == AliasState::Open;
        let impact = if is_open { Some(recognition::impact_of_alias(db, &request).await?) } else { None };
        let key = identity::person_key(db, &self.house.keys, request.learner).await.ok();
        let read = |words: fn(&AliasRequest, &crate::kernel::SealKey) -> String| {
            key.as_ref().map(|key| words(&request, key)).unwrap_or_default()
        };
        let actor = self.scope.actor();
        let is_asker = request.asker == actor;
        let others = !is_asker && request.learner != actor && request.primary != actor;
        let sees = |profile: &Option<Profile>, roles: &[Role]| {
            let groups = profile.as_ref().map(|profile| profile.groups.clone()).unwrap_or_default();
            let place = profile.as_ref().and_then(|profile| profile.place_code.as_deref()).unwrap_or(&request.place_code);
            self.scope.grant_for(roles, Whose { place: Some(place), groups: &groups }).is_some()
        };
        let sees_both = |roles: &[Role]| sees(&both.primary, roles) && sees(&both.other, roles);
        let row = rows_of(self.house, std::slice::from_ref(&request), ui.lang).await?.pop().ok_or(AppError::NotFound)?;
        let page = page_of(self.house, ui, self.session);
        Ok(RequestPage {
            row,
            kind: request.kind,
            sides: [
                SideView::of(request.primary, both.primary.as_ref(), impact.as_ref().map(|impact| &impact.primary), &words),
                SideView::of(request.learner, both.other.as_ref(), impact.as_ref().map(|impact| &impact.other), &words),
            ],
            outcome: impact.as_ref().map(|impact| words.outcome(impact, &request)),
            shown: impact.as_ref().map(|impact| impact.digest().to_string()).unwrap_or_default(),
            ground: read(AliasRequest::ground),
            answer: read(AliasRequest::answer),
            may_decide: is_open && others && sees_both(Role::REVIEWERS),
            may_take_back: is_open && is_asker && sees_both(Role::OFFICERS),
            is_asker: is_open && is_asker,
            form,
            notice: if notice.is_empty() { String::new() } else { page.t(notice) },
            is_stale,
            page,
        })
    }
}
