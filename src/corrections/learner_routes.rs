//! A learner's credit on the desk: all lines; one line with the ways to put it right; asking for one of them.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::forms::Wish;
use super::impact_views::{ImpactView, UseRow, Words, line_href};
use super::request_routes::{rows_of, to_be_told};
use super::service;
use super::views::{Chosen, CreditPage, CreditRow, LinePage};
use crate::certificates;
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::{self, Corrector, Found, Officer, Profile, Role, Session, StaffScope, Whose};
use crate::kernel::{LearnerId, TransferId};
use crate::places;
use crate::recognition::{self, CorrectionKind, NewRequest, Obstacle};
use crate::web::{Filled, House, Page, Posted, Tab, Ui, html, html_with, redirect};

/// What a link says besides.
#[derive(Debug, Deserialize)]
pub struct Link {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    said: String,
}

pub(super) fn page_of(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()))
}

async fn learner_seen(house: &House, scope: &StaffScope, (id, roles): (&str, &'static [Role])) -> Result<Found, AppError> {
    let learner: LearnerId = id.parse().map_err(|_| AppError::NotFound)?;
    let (keys, scope) = (house.keys.clone(), scope.clone());
    Ok(house.db.write(async move |tx: &Tx| service::see_learner(tx, &keys, &scope, (learner, roles)).await).await?)
}

/// `GET /staff/learners/{id}/credit`: what stands in the passbook, what was asked about it, what waits for a look.
///
/// # Errors
/// [`AppError::NotFound`] where the person is not theirs to see.
pub async fn credit(
    staff: Corrector,
    path: Path<String>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let Found { profile, .. } = learner_seen(&house, &staff.scope, (&path, Role::CORRECTORS)).await?;
    let (db, learner) = (house.db.read(), profile.learner);
    let words = Words { lang: ui.lang, shelf: Shelf::clone(&shelf) };
    let passbook = recognition::passbook_of(db, learner).await?;
    let requests = recognition::list_requests_of(db, learner).await?;
    let suspended = recognition::list_suspended(db, learner).await?;
    let known = certificates::named(db, learner, &suspended).await?;
    let page = page_of(&house, ui, &staff.session);
    html(&CreditPage {
        learner,
        total: words.amount(passbook.total),
        lines: passbook.entries.iter().map(|entry| CreditRow::of(entry, learner, &words)).collect(),
        requests: rows_of(&house, &requests, &words).await?,
        suspended: suspended.iter().map(|used| UseRow::of((used, false), &known, &words)).collect(),
        notice: if link.said == "frozen" { page.t("correction-said-frozen") } else { String::new() },
        name: profile.name,
        page,
    })
}

/// `GET /staff/learners/{id}/credit/{transfer}?kind=reverse`: one line; with a kind, what that would change, and the form.
///
/// # Errors
/// [`AppError::NotFound`] where person or line are not theirs to see.
pub async fn line(
    staff: Corrector,
    path: Path<(String, String)>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let Found { profile, .. } = learner_seen(&house, &staff.scope, (&path.0, Role::CORRECTORS)).await?;
    let about = path.1.parse().map_err(|_| AppError::NotFound)?;
    let kind = CorrectionKind::from_code(&link.kind);
    let reader = Reader { house: &house, shelf: &shelf, session: &staff.session, scope: &staff.scope };
    html(&reader.line_page(ui, &profile, (about, kind), (Filled::default(), "")).await?)
}

/// `POST /staff/learners/{id}/credit/{transfer}`: asks for a correction. A freeze is done at once.
///
/// # Errors
/// As [`line`]; [`AppError::NotAllowed`] for one's own credit.
pub async fn ask(
    staff: Officer,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let Found { profile, by, .. } = learner_seen(&house, &staff.scope, (&path.0, Role::OFFICERS)).await?;
    let about: TransferId = path.1.parse().map_err(|_| AppError::NotFound)?;
    let (db, learner) = (house.db.read(), profile.learner);
    let entry = recognition::find_entry(db, learner, about).await?.ok_or(AppError::NotFound)?;
    let reader = Reader { house: &house, shelf: &shelf, session: &staff.session, scope: &staff.scope };
    let kind = CorrectionKind::from_code(posted.fields.get("kind"));
    let wish = match Wish::parse(&posted.fields) {
        Ok(wish) => wish,
        Err(errors) => {
            let form = Filled::wrong(posted.fields, errors);
            let page = reader.line_page(posted.ui, &profile, (about, kind), (form, "")).await?;
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let authority = places::authority_of(&house, profile.place_code.as_deref()).await?;
    let key = identity::person_key(db, &house.keys, learner).await?;
    let new = NewRequest {
        learner,
        asker: staff.scope.actor(),
        kind: wish.kind,
        about,
        reason: wish.reason,
        ground_sealed: recognition::seal_ground(&key, &wish.ground),
        rule_version: shelf.edition().manifest.version.clone(),
        responsible_org: authority.organisation_name.clone(),
        // Of somebody who has not said where they live it belongs where it was asked.
        place_code: profile.place_code.clone().unwrap_or_else(|| by.area.as_str().to_owned()),
    };
    let words = Words { lang: profile.lang, shelf: Shelf::clone(&shelf) };
    let told = to_be_told(&authority, words.course_of(&entry), &authority.organisation_name);
    let least = recognition::least_to_go_out(shelf.credit_rule())?;
    let (once, digest, keys) = (posted.once()?, posted.digest(), house.keys.clone());
    let known = profile.clone();
    let work = async move |tx: &Tx| service::ask(tx, (&keys, &known), &new, (least, &told), (&once, &digest)).await;
    let hindered = match house.db.write_for(posted.ui.request, work).await {
        Ok(_) if !wish.kind.needs_two() => return Ok(redirect(&format!("/staff/learners/{learner}/credit?said=frozen"))),
        Ok(id) => return Ok(redirect(&format!("/staff/corrections/{learner}/{id}?said=asked"))),
        Err(service::Error::Recognition(recognition::Error::Hindered(_))) => "correction-stale",
        Err(service::Error::Recognition(recognition::Error::AskedAlready)) => "correction-asked-already",
        Err(error) => return Err(error.into()),
    };
    // Things have changed since the form was shown: the page again, with every word in it.
    let form = Filled::with(posted.fields);
    let page = reader.line_page(posted.ui, &profile, (about, kind), (form, hindered)).await?;
    html_with(StatusCode::CONFLICT, &page)
}

/// Who looks at a line.
struct Reader<'a> {
    house: &'a House,
    shelf: &'a Shelf,
    session: &'a Session,
    scope: &'a StaffScope,
}

impl Reader<'_> {
    async fn line_page(
        &self,
        ui: Ui,
        profile: &Profile,
        (about, kind): (TransferId, Option<CorrectionKind>),
        (form, notice): (Filled, &'static str),
    ) -> Result<LinePage, AppError> {
        let (db, learner) = (self.house.db.read(), profile.learner);
        let words = Words { lang: ui.lang, shelf: self.shelf.clone() };
        let entry = recognition::find_entry(db, learner, about).await?.ok_or(AppError::NotFound)?;
        let is_own = learner == self.scope.actor();
        let whose = Whose { place: profile.place_code.as_deref(), groups: &profile.groups };
        let ways = recognition::ways_of(db, learner, about).await?;
        let chosen = match kind.filter(|_| !is_own) {
            Some(kind) => {
                let least = recognition::least_to_go_out(self.shelf.credit_rule())?;
                let impact = recognition::impact_of(db, learner, (kind, about), least).await?;
                let uses: Vec<_> = impact.uses.iter().map(|(used, _)| used.clone()).collect();
                let known = certificates::named(db, learner, &uses).await?;
                Some(self.chosen(kind, ImpactView::of(&impact, learner, &known, &words), &words))
            }
            None => None,
        };
        let way = |kind: CorrectionKind| {
            let note = words.lang.t(&format!("correction-note-{}", kind.code()));
            (line_href(learner, about, Some(kind)), words.kind(kind), note)
        };
        let can_be_done = |obstacle: &Option<Obstacle>| matches!(obstacle, None | Some(Obstacle::UndoFirst(..)));
        let page = page_of(self.house, ui, self.session);
        Ok(LinePage {
            learner,
            name: profile.name.clone(),
            row: CreditRow::of(&entry, learner, &words),
            ways: ways.into_iter().filter(|(_, obstacle)| can_be_done(obstacle)).map(|(kind, _)| way(kind)).collect(),
            chosen,
            form,
            may_ask: !is_own && self.scope.grant_for(Role::OFFICERS, whose).is_some(),
            is_own,
            notice: if notice.is_empty() { String::new() } else { page.t(notice) },
            page,
        })
    }

    fn chosen(&self, kind: CorrectionKind, impact: ImpactView, words: &Words) -> Chosen {
        let reasons = recognition::reasons().filter(|code| recognition::is_reason_for(code, kind));
        let reasons = reasons.map(|code| (code, words.reason(code))).collect();
        Chosen { kind, title: words.lang.fill("correction-line-kind", &[("kind", &words.kind(kind))]), impact, reasons }
    }
}
