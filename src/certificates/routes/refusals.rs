//! Whoever was refused a certificate appeals, and a reviewer answers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};

use super::desk::{Reader, request_path};
use super::{Said, desk_of, write};
use crate::agencies::{self, AgencyKeeper};
use crate::certificates::changing_forms::words;
use crate::certificates::changing_views::AppealPage;
use crate::certificates::forms::Heard;
use crate::certificates::service::{self, RefusalHearing};
use crate::certificates::views::{Row, title_of};
use crate::certificates::{Error, Request};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::help;
use crate::identity::{self, Checker, Learner, Session};
use crate::kernel::CertificateRequestId;
use crate::places;
use crate::web::{Filled, House, Page, Posted, Tab, Ui, day_words, html_with, id_in, redirect, text};

fn appeal_path(id: CertificateRequestId) -> String {
    format!("/certificates/requests/{id}/appeal")
}

/// An appeal that was made before: where it is, and in words where it stands.
fn before_line(page: &Page, case: &help::Case) -> (String, String) {
    let line = help::CaseLine::of(case, page.lang());
    (line.href, page.t2("certificates-appeal-head", ("day", line.day), ("state", line.state)))
}

/// The way to an appeal against the refusal of a request, while there is time, or to the one that was made; and whether one can be made.
pub(super) async fn way_of(house: &House, page: &Page, request: &Request) -> Result<Option<(Row, bool)>, AppError> {
    let today = house.clock().now().day();
    if service::contestable_until(request).is_none_or(|until| until < today) {
        return Ok(None);
    }
    let made = service::list_against(house.db.read(), request).await?;
    let (title, note) = match made.first() {
        Some(case) => ("help-kind-appeal", before_line(page, case).1),
        None => ("certificates-appeal-go-way", page.t("certificates-appeal-go-note")),
    };
    Ok(Some((Row { href: appeal_path(request.id), title: page.t(title), notes: vec![note] }, made.is_empty())))
}

/// Who appeals.
struct Owner<'a> {
    house: &'a House,
    session: &'a Session,
    shelf: &'a Shelf,
}

impl Owner<'_> {
    async fn page(
        &self,
        ui: Ui,
        request: &Request,
        (status, form, problem): (StatusCode, Filled, String),
    ) -> Result<HttpResponse, AppError> {
        let (house, db) = (self.house, self.house.db.read());
        let page = Page::new(house, ui, Tab::Passbook).of(Some(self.session.who()));
        let agency = agencies::find_agency(db, request.agency).await?;
        let is_at_work = agency.as_ref().is_some_and(|agency| !agency.is_closed);
        let (name, phone) = agency.map(|agency| (agency.name, agency.contact.phone)).unwrap_or_default();
        let key = identity::person_key(db, &house.keys, request.learner).await?;
        let before = service::list_against(db, request).await?;
        let day = |day| day_words(page.lang(), day);
        let mut facts = vec![
            (page.t("certificates-column-what"), title_of(&page, self.shelf, (&request.kind, &request.about))),
            (page.t("certificates-column-asked"), day(request.asked_at.day())),
            (page.t("certificates-issuer"), name),
        ];
        let until = service::contestable_until(request);
        if let Some(until) = until {
            let decided = request.decided_at.map(|at| day(at.day())).unwrap_or_default();
            facts.push((page.t("certificates-decided-word"), page.t("certificates-request-refused")));
            facts.push((page.t("certificates-answer"), request.answer(&key)));
            facts.push((page.t("certificates-decided-on"), decided));
            facts.push((page.t("certificates-appeal-until"), day(until)));
        }
        let is_in_time = until.is_some_and(|until| house.clock().now().day() <= until);
        let view = AppealPage {
            href: appeal_path(request.id),
            back: ("/certificates".to_owned(), page.t("certificates-own")),
            is_open: is_in_time && is_at_work && before.is_empty(),
            before: before.iter().map(|case| before_line(&page, case)).collect(),
            phone: text::phone_number(&phone),
            facts,
            form,
            problem,
            page,
        };
        html_with(status, &view)
    }
}

/// `GET /certificates/requests/{id}/appeal`.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs.
pub async fn appeal_page(
    Learner(session): Learner,
    id: Path<String>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let own = service::own_request(house.db.read(), (&session.accounts(), id_in(&id)?)).await?;
    let owner = Owner { house: &house, session: &session, shelf: &shelf };
    owner.page(ui, &own, (StatusCode::OK, Filled::default(), String::new())).await
}

/// `POST /certificates/requests/{id}/appeal`: a case of its own, with a number and a day by which somebody answers.
///
/// # Errors
/// As [`appeal_page`]; what the service refuses.
pub async fn appeal(
    Learner(session): Learner,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let id = id_in(&id)?;
    let own = service::own_request(house.db.read(), (&session.accounts(), id)).await?;
    let owner = Owner { house: &house, session: &session, shelf: &shelf };
    let said = match words(&posted.fields, "appeal", "certificates-appeal-empty") {
        Ok(said) => said,
        Err(errors) => {
            let form = Filled::wrong(posted.fields, errors);
            return owner.page(posted.ui, &own, (StatusCode::UNPROCESSABLE_ENTITY, form, String::new())).await;
        }
    };
    let asked = help::Asked { once: posted.once()?, digest: posted.digest() };
    let (desk, acting, accounts) = (desk_of(&house, &shelf), session.acting, session.accounts());
    let work = async move |tx: &Tx| service::appeal_refusal(tx, &desk, (&acting, &accounts), (id, &said), &asked).await;
    match write(&house, &posted, work).await {
        Ok(opened) => Ok(redirect(&help::asked_path(&opened))),
        Err(error @ (Error::AppealOver | Error::AppealedBefore)) => {
            let problem = error.key().map(|key| posted.ui.lang.t(key)).unwrap_or_default();
            let form = Filled::with(posted.fields);
            owner.page(posted.ui, &own, (StatusCode::UNPROCESSABLE_ENTITY, form, problem)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /staff/agency/{agency}/certificates/requests/{learner}/{id}/appeals/{appeal}`: a reviewer who was neither of the two answers: the request is
/// opened anew (`doing=uphold`), or not (`doing=keep`), also while the agency is suspended; once it has closed, an administrator of its place.
///
/// # Errors
/// [`AppError::NotFound`] where there is none, or they may not see the person; what the service refuses.
pub async fn hear(
    _: Checker,
    posted: Posted,
    staff: AgencyKeeper,
    path: Path<(String, String, String, String)>,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let reader = Reader::keeper(&house, &staff, &shelf);
    let case = reader.seen((&path.1, &path.2)).await?;
    let heard = match Heard::parse(&posted.fields) {
        Ok(heard) => heard,
        Err(errors) if errors.iter().any(|error| error.field == "doing") => return Err(AppError::Malformed("doing")),
        Err(errors) => return reader.page(posted.ui.clone(), &case, Said::wrong(&posted, errors)).await,
    };
    let place = case.1.profile.place_code.as_deref();
    let hearing = RefusalHearing {
        agency: case.0.agency,
        request: (case.0.learner, case.0.id),
        case: id_in(&path.3)?,
        by: staff.scope.actor(),
        words: heard.words,
        is_upheld: heard.is_upheld,
        help_phone: places::authority_of(&house, place).await?.help_phone,
    };
    let asked = help::Asked { once: posted.once()?, digest: posted.digest() };
    let desk = desk_of(&house, &shelf);
    match write(&house, &posted, async move |tx: &Tx| service::hear_refusal(tx, &desk, &hearing, &asked).await).await {
        Ok(()) => {
            let said = if heard.is_upheld { "uphold" } else { "keep" };
            Ok(redirect(&format!("{}?said={said}", request_path(&case.0))))
        }
        Err(error) => {
            let said = Said::refused(&posted, error)?;
            // As things are now; what was typed stays.
            let now = reader.seen((&path.1, &path.2)).await?;
            reader.page(posted.ui.clone(), &now, said).await
        }
    }
}
