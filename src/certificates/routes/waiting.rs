//! What waits for an agency, the oldest first, all of it or of one state and kind; and asked for by an officer for somebody who holds out their card.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};

use super::changing::{one_path, staff_page};
use super::desk::{kinds_of, queue_path, request_path};
use super::{Link, Said, desk_of, write};
use crate::agencies::{Agency, AgencyOfficer, AgencyWorker};
use crate::certificates::changing_views::AskedRow;
use crate::certificates::forms::Wanted;
use crate::certificates::rules::states::Waiting;
use crate::certificates::service::{self, Asking, Matter};
use crate::certificates::views::{CertificateQueuePage, QueueRow, kinds_offered, states_offered, title_of};
use crate::certificates::{Act, CONFIRM_DAYS, Error, Request, RequestState};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::help;
use crate::i18n::Message;
use crate::identity::{self, Corrector, Role, Session};
use crate::kernel::{LearnerId, Timestamp};
use crate::recognition::days_waiting;
use crate::web::{FieldError, Fields, Filled, House, Page, PageOf, Posted, Ui, day_words, html_with, redirect};

/// Few enough that a page is read to its end.
type QueuePart = PageOf<20>;

/// Which of what waits an address asks for; what nobody knows is all.
fn waiting_in(link: &Link, shelf: &Shelf) -> Waiting {
    let state = RequestState::from_code(&link.state).filter(|state| state.is_waiting());
    let is_known = shelf.certificates().iter().any(|rule| rule.id == link.kind);
    Waiting { state, kind: is_known.then(|| link.kind.clone()) }
}

/// `GET /staff/agency/{agency}/certificates?state=…&kind=…`: what waits, the oldest first. It names nobody.
///
/// # Errors
/// [`AppError::NotFound`] for who does not work for the agency.
pub async fn queue(
    staff: AgencyWorker,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let notice = if link.said == "refused" { "certificates-said-refused" } else { "" };
    let is_officer = staff.scope.has_any(Role::OFFICERS);
    let shown = Queue { house: &house, shelf: &shelf, session: &staff.session, agency: &staff.agency, is_officer };
    shown.page(ui, (link.page, waiting_in(&link, &shelf)), Said::done(notice)).await
}

struct Queue<'a> {
    house: &'a House,
    shelf: &'a Shelf,
    session: &'a Session,
    agency: &'a Agency,
    is_officer: bool,
}

impl Queue<'_> {
    /// All that waits, with what was typed.
    async fn again(&self, ui: Ui, said: Said) -> Result<HttpResponse, AppError> {
        self.page(ui, (0, Waiting::default()), said).await
    }

    async fn page(&self, ui: Ui, (asked, which): (u64, Waiting), said: Said) -> Result<HttpResponse, AppError> {
        let (db, agency) = (self.house.db.read(), self.agency);
        let asked = QueuePart::asked(asked);
        let (mut rows, total) = service::queue(db, (agency.id, &which), asked.part()).await?;
        let shown = asked.within(total);
        if shown != asked {
            (rows, _) = service::queue(db, (agency.id, &which), shown.part()).await?;
        }
        let page = staff_page(self.house, ui, self.session);
        let now = self.house.clock().now();
        let appeals = service::appeals_waiting(db, (agency, self.session.acting.learner)).await?;
        let state = which.state.map(RequestState::code).unwrap_or_default();
        let kind = which.kind.as_deref().unwrap_or_default();
        let view = CertificateQueuePage {
            appeals: appeals.iter().map(|(case, matter)| appeal_line((&page, self.shelf), case, matter)).collect(),
            rows: rows.iter().map(|request| queue_row((&page, self.shelf), request, now)).collect(),
            kinds: if self.is_officer { kinds_of(self.house, self.shelf, agency.id).await? } else { Vec::new() },
            states: states_offered(&page),
            all_kinds: kinds_offered(&page, self.shelf),
            sought: Filled::with(Fields::from_pairs(&[("state", state), ("kind", kind)])),
            form: said.form,
            agency: agency.name.clone(),
            back: format!("/staff/agency/{}", agency.id),
            href: queue_path(agency.id),
            total,
            number: shown.number(),
            pages: QueuePart::pages(total),
            notice: if said.notice.is_empty() { String::new() } else { page.t(said.notice) },
            problem: said.problem.map(|problem| problem.say(page.lang())).unwrap_or_default(),
            page,
        };
        html_with(said.status, &view)
    }
}

fn act_words((page, shelf): (&Page, &Shelf), request: &Request) -> String {
    let what = title_of(page, shelf, (&request.kind, &request.about));
    match request.act {
        Act::Issue => what,
        act => page.t2("certificates-queue-act", ("act", page.t(&format!("certificates-act-{}", act.code()))), ("what", what)),
    }
}

/// By when it has to be decided, in words; empty where it waits for as long as it takes.
fn due_words(page: &Page, request: &Request) -> String {
    if request.act != Act::Confirm {
        return String::new();
    }
    page.t1("certificates-confirm-until", "day", day_words(page.lang(), request.asked_at.day().plus_days(CONFIRM_DAYS)))
}

fn queue_row((page, shelf): (&Page, &Shelf), request: &Request, now: Timestamp) -> QueueRow {
    QueueRow {
        href: request_path(request),
        title: act_words((page, shelf), request),
        waits: page.t1("certificates-waits", "days", days_waiting(request.asked_at, now)),
        due: due_words(page, request),
        state: page.t(&format!("certificates-request-{}", request.state.code())),
        asked: day_words(page.lang(), request.asked_at.day()),
    }
}

/// A request about an issued certificate that waits, as a line.
pub(super) fn change_line((page, shelf): (&Page, &Shelf), request: &Request) -> AskedRow {
    let state = page.t(&format!("certificates-change-{}", request.state.code()));
    let asked = page.t2("certificates-asked-row", ("day", day_words(page.lang(), request.asked_at.day())), ("state", state));
    let due = due_words(page, request);
    let note = if due.is_empty() { asked } else { page.t2("certificates-due-row", ("asked", asked), ("due", due)) };
    AskedRow { href: request_path(request), words: act_words((page, shelf), request), note }
}

/// An appeal that waits, on the page of what it is about.
pub(super) fn appeal_line((page, shelf): (&Page, &Shelf), case: &help::Case, matter: &Matter) -> AskedRow {
    let (href, what, state) = match matter {
        Matter::Certificate(own) => (one_path(own), (&own.kind, &own.about), format!("certificates-state-{}", own.state.code())),
        Matter::Refusal(request) => {
            let state = format!("certificates-request-{}", request.state.code());
            (request_path(request), (&request.kind, &request.about), state)
        }
    };
    let line = help::CaseLine::of(case, page.lang());
    AskedRow {
        href,
        words: page.t2(
            "certificates-queue-act",
            ("act", page.t(&state)),
            ("what", title_of(page, shelf, (what.0.as_str(), what.1.as_str()))),
        ),
        note: page.t2("certificates-appeal-head", ("day", line.day), ("state", line.state)),
    }
}

/// `POST /staff/agency/{agency}/certificates`: an officer asks for one for somebody who holds out their card.
///
/// # Errors
/// As [`queue`]; what the service refuses.
pub async fn ask_for(
    _: Corrector,
    posted: Posted,
    staff: AgencyOfficer,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let shown = Queue { house: &house, shelf: &shelf, session: &staff.session, agency: &staff.agency, is_officer: true };
    let kinds: Vec<String> = kinds_of(&house, &shelf, staff.agency.id).await?.into_iter().map(|(kind, _)| kind).collect();
    let wanted = match Wanted::parse(&posted.fields, &kinds) {
        Ok(wanted) => wanted,
        Err(errors) => return shown.again(posted.ui.clone(), Said::wrong(&posted, errors)).await,
    };
    let (desk, scope, agency, once) = (desk_of(&house, &shelf), staff.scope.clone(), staff.agency.id, posted.once()?);
    let work = async move |tx: &Tx| -> Result<Option<(LearnerId, String)>, Error> {
        let found = identity::find_by_card(tx, &desk.keys, &scope, &wanted.card).await?;
        let Some(found) = found else { return Ok(None) };
        let learner = identity::primary_of(tx, found.profile.learner).await?;
        if identity::accounts_of(tx, scope.actor()).await?.contains(&learner) {
            return Err(Error::SamePerson);
        }
        let asking = Asking { learner, asker: scope.actor(), helper: None };
        let id = service::ask(tx, &desk, asking, agency, (&wanted.kind, &wanted.about), &once).await?;
        Ok(Some((learner, id.to_string())))
    };
    match write(&house, &posted, work).await {
        Ok(Some((learner, id))) => Ok(redirect(&format!("{}/requests/{learner}/{id}?said=asked", queue_path(agency)))),
        Ok(None) => {
            let wrong = FieldError::new("card", Message::of("certificates-card-nobody"));
            shown.again(posted.ui.clone(), Said::wrong(&posted, vec![wrong])).await
        }
        Err(error) => {
            let said = Said::refused(&posted, error)?;
            shown.again(posted.ui.clone(), said).await
        }
    }
}
