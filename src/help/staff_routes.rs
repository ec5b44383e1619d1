//! The staff's desk: what waits, the promised first and the overdue on top, place by place; one case; taking it in hand, answering it.
//!
//! Complaints about personal data are shown only to those who administer the whole bank: the person responsible for data and whoever
//! stands in for them. What is shown of a person is kept in the access log.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use sea_orm::ConnectionTrait;
use serde::Deserialize;

use super::forms::Doing;
use super::routes::key_of;
use super::service::{self, Asked, Handler};
use super::views::{PlaceCount, StaffCasePage, StaffCasesPage, WaitingRow};
use super::{Case, Kind};
use crate::audit;
use crate::config::Config;
use crate::db::{DbFault, Tx};
use crate::error::AppError;
use crate::i18n::Lang;
use crate::identity::{self, Role, Staff, StaffScope};
use crate::kernel::{CaseId, LearnerId, RequestId};
use crate::places::{self, PlaceCode};
use crate::web::{Filled, House, ListPage, Page, Posted, Tab, Ui, html, html_with, redirect};

/// Who answers people.
const ROLES: [Role; 4] = [Role::Volunteer, Role::Officer, Role::Reviewer, Role::Administrator];

/// Which page of the list.
#[derive(Debug, Deserialize)]
pub struct Which {
    #[serde(default)]
    page: u64,
    #[serde(default)]
    place: String,
}

/// `GET /staff/cases`: what waits.
///
/// # Errors
/// [`AppError::NotAllowed`] for roles that answer nobody.
pub async fn list(staff: Staff, which: Query<Which>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let handler = handler_of(&staff.scope, &house.config)?;
    let (db, now) = (house.db.read(), house.clock().now());
    let counts = service::count_by_place(db, &handler, now).await?;
    let handler = match counts.iter().find(|(code, ..)| *code == which.place && !code.is_empty()) {
        Some((code, ..)) => Handler { areas: PlaceCode::parse(code).into_iter().collect(), ..handler },
        None => handler,
    };
    let total = service::count_waiting(db, &handler).await?;
    let shown = ListPage::asked(which.page).within(total);
    let (number, pages) = (shown.number(), ListPage::pages(total));
    let (skip, most) = shown.part();
    let cases = service::list_waiting(db, &handler, skip, most).await?;
    let mut names = HashMap::new();
    for code in cases.iter().map(|case| &case.place_code).chain(counts.iter().map(|(code, ..)| code)) {
        if !names.contains_key(code) {
            names.insert(code.clone(), place_name(db, code, ui.lang).await?);
        }
    }
    let name = |case: &Case| names.get(&case.place_code).cloned().unwrap_or_default();
    let rows = cases.iter().map(|case| WaitingRow::of(case, name(case), now, ui.lang)).collect();
    let page = Page::new(&house, ui, Tab::Elsewhere).of(Some(staff.session.who()));
    let count = |(code, waiting, late): (String, i64, i64)| PlaceCount {
        name: names.get(&code).cloned().unwrap_or_default(),
        code,
        waiting,
        late,
    };
    let places = counts.into_iter().map(count).collect();
    html(&StaffCasesPage { page, rows, places, place: which.place.clone(), total, number, pages })
}

/// `GET /staff/cases/{learner}/{id}`: one case with what was told.
///
/// # Errors
/// [`AppError::NotFound`] where it is not theirs to see.
pub async fn show(staff: Staff, path: Path<(String, String)>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let handler = handler_of(&staff.scope, &house.config)?;
    let (learner, id) = parse_path(&path)?;
    let case = service::find_for_staff(house.db.read(), &handler, learner, id).await?;
    note_reading(&house, &staff.scope, &case, ui.request).await?;
    html(&case_page(&house, ui, &staff, case, Filled::default()).await?)
}

/// `POST /staff/cases/{learner}/{id}`: takes it in hand (`doing=take`) or answers it (`doing=answer`).
///
/// # Errors
/// As [`show`]; also where the case has ended meanwhile.
pub async fn act(
    staff: Staff,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let handler = handler_of(&staff.scope, &house.config)?;
    let (learner, id) = parse_path(&path)?;
    let case = service::find_for_staff(house.db.read(), &handler, learner, id).await?;
    let doing = match Doing::parse(&posted.fields) {
        Ok(doing) => doing,
        Err(errors) => {
            note_reading(&house, &staff.scope, &case, posted.ui.request).await?;
            let page = case_page(&house, posted.ui, &staff, case, Filled::wrong(posted.fields, errors)).await?;
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let asked = Asked { once: posted.once()?, digest: posted.digest() };
    let back = match doing {
        Doing::Take => format!("/staff/cases/{learner}/{id}"),
        Doing::Answer(_) => "/staff/cases".to_owned(),
    };
    let key = key_of(house.db.read(), &house.keys, learner).await?;
    let (keys, help_phone) = (house.keys.clone(), house.config.help_phone.clone());
    let work = async move |tx: &Tx| match &doing {
        Doing::Take => service::take_in_hand(tx, &handler, learner, id).await,
        Doing::Answer(words) => {
            if service::answer(tx, &handler, &case, &key, words, &asked).await? {
                service::tell_answered(tx, &keys, &case, &help_phone).await?;
            }
            Ok(())
        }
    };
    house.db.write_for(posted.ui.request, work).await?;
    Ok(redirect(&back))
}

fn handler_of(scope: &StaffScope, config: &Config) -> Result<Handler, AppError> {
    let areas = scope.areas(&ROLES);
    if areas.is_empty() {
        return Err(AppError::NotAllowed);
    }
    let home = PlaceCode::parse(&config.home_place).unwrap_or_default();
    let mut kinds = vec![Kind::CallBack, Kind::Dispute, Kind::Print, Kind::OnBehalf];
    if scope.administers(&home) {
        kinds.push(Kind::DataComplaint);
    }
    Ok(Handler { person: scope.actor(), areas, kinds })
}

fn parse_path((learner, id): &(String, String)) -> Result<(LearnerId, CaseId), AppError> {
    let missing = |_| AppError::NotFound;
    Ok((learner.parse().map_err(missing)?, id.parse().map_err(missing)?))
}

/// The access log: a person sees who read their case.
async fn note_reading(house: &House, scope: &StaffScope, case: &Case, request: RequestId) -> Result<(), AppError> {
    let by = scope.grants().iter().find(|grant| ROLES.contains(&grant.role) && grant.area.covers(&case.place_code));
    let (Some(by), false) = (by, case.learner == LearnerId::NOBODY) else { return Ok(()) };
    let (learner, actor, role, organisation) = (case.learner, scope.actor(), by.role.code(), by.organisation);
    let area = by.area.as_str().to_owned();
    let work = async move |tx: &Tx| {
        let access = audit::Access { learner, actor, actor_role: role, organisation, place_code: &area, what: "help_case" };
        Ok::<_, DbFault>(audit::record_access(tx, access).await?)
    };
    Ok(house.db.write_for(request, work).await?)
}

async fn case_page(house: &House, ui: Ui, staff: &Staff, case: Case, form: Filled) -> Result<StaffCasePage, AppError> {
    let db = house.db.read();
    let names = identity::names_of(db, &house.keys, &[case.learner]).await?;
    // Whoever has left has no key: their words are gone, the case's line is still there.
    let contents = match key_of(db, &house.keys, case.learner).await {
        Ok(key) => case.read(&key),
        Err(AppError::NotFound) => super::Contents::default(),
        Err(error) => return Err(error),
    };
    let place = place_name(db, &case.place_code, ui.lang).await?;
    let row = WaitingRow::of(&case, place, house.clock().now(), ui.lang);
    let name = names.get(&case.learner).cloned().unwrap_or_default();
    let page = Page::new(house, ui, Tab::Elsewhere).of(Some(staff.session.who()));
    Ok(StaffCasePage { page, case, row, contents, name, form })
}

async fn place_name(db: &impl ConnectionTrait, code: &str, lang: Lang) -> Result<String, AppError> {
    if code.is_empty() {
        return Ok(lang.t("help-staff-whole-bank"));
    }
    let path = places::list_path(db, code).await?;
    Ok(if path.is_empty() { code.to_owned() } else { places::full_name(&path) })
}
