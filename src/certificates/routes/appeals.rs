//! An owner appeals against what was decided about their certificate.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};

use super::{desk_of, write};
use crate::agencies;
use crate::certificates::changing_forms::words;
use crate::certificates::changing_views::AppealPage;
use crate::certificates::service;
use crate::certificates::views::title_of;
use crate::certificates::{Certificate, Error, Event};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::help;
use crate::identity::{Learner, Session};
use crate::web::{Filled, House, Page, Posted, Tab, Ui, day_words, html_with, id_in, redirect, text};

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
        (own, events): &(Certificate, Vec<Event>),
        (status, form, problem): (StatusCode, Filled, String),
    ) -> Result<HttpResponse, AppError> {
        let (house, db) = (self.house, self.house.db.read());
        let page = Page::new(house, ui, Tab::Passbook).of(Some(self.session.who()));
        let agency = agencies::find_agency(db, own.agency).await?;
        let (name, phone) = agency.map(|agency| (agency.name, agency.contact.phone)).unwrap_or_default();
        let against = service::decided_against(events, house.clock().now().day());
        let mut facts = vec![
            (page.t("certificates-column-what"), title_of(&page, self.shelf, (&own.kind, &own.about))),
            (page.t("certificates-number"), own.number.spaced()),
            (page.t("certificates-issuer"), name),
        ];
        if let Some(event) = against {
            let why = event.reason.map(|reason| page.t(&format!("certificates-why-{}", reason.code()))).unwrap_or_default();
            let until = event.appeal_until.map(|day| day_words(page.lang(), day)).unwrap_or_default();
            facts.push((page.t("certificates-decided-word"), page.t(&format!("certificates-event-{}", event.what.code()))));
            facts.push((page.t("certificates-reason-word"), why));
            facts.push((page.t("certificates-decided-on"), day_words(page.lang(), event.at.day())));
            facts.push((page.t("certificates-appeal-until"), until));
        }
        let before = service::list_appeals(db, own).await?;
        let line = |case: &help::Case| {
            let line = help::CaseLine::of(case, page.lang());
            (line.href, page.t2("certificates-appeal-head", ("day", line.day), ("state", line.state)))
        };
        let view = AppealPage {
            href: format!("/certificates/{}/appeal", own.id),
            back: (format!("/certificates/{}", own.id), title_of(&page, self.shelf, (&own.kind, &own.about))),
            is_open: against.is_some() && before.iter().all(|case| !case.state.is_waiting()),
            before: before.iter().map(line).collect(),
            phone: text::phone_number(&phone),
            facts,
            form,
            problem,
            page,
        };
        html_with(status, &view)
    }
}

/// `GET /certificates/{id}/appeal`.
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
    let own = service::own_with_events(house.db.read(), (&session.accounts(), id_in(&id)?)).await?;
    let owner = Owner { house: &house, session: &session, shelf: &shelf };
    owner.page(ui, &own, (StatusCode::OK, Filled::default(), String::new())).await
}

/// `POST /certificates/{id}/appeal`: a case of its own, with a number and a day by which somebody answers.
///
/// # Errors
/// As [`appeal_page`]; where the time is over.
pub async fn appeal(
    Learner(session): Learner,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let id = id_in(&id)?;
    let own = service::own_with_events(house.db.read(), (&session.accounts(), id)).await?;
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
    let work = async move |tx: &Tx| service::appeal(tx, &desk, (&acting, &accounts), (id, &said), &asked).await;
    match write(&house, &posted, work).await {
        Ok(opened) => Ok(redirect(&help::asked_path(&opened))),
        Err(error @ Error::AppealOver) => {
            let problem = error.key().map(|key| posted.ui.lang.t(key)).unwrap_or_default();
            let form = Filled::with(posted.fields);
            owner.page(posted.ui, &own, (StatusCode::UNPROCESSABLE_ENTITY, form, problem)).await
        }
        Err(error) => Err(error.into()),
    }
}
