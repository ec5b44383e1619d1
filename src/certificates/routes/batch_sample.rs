//! The sample of a batch, line by line: what a certificate rests on beside what it would say; 对 or 不对.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::batches::{BatchLink, Reader as OfWhole, batch_path};
use super::{Said, desk_of};
use crate::agencies::AgencyReviewer;
use crate::certificates::batches::{
    BatchError, BatchLook, BatchSamplePage, BatchState, LineVerdict, OfBatch, compared, look_at_line, looked,
};
use crate::certificates::service::batches::{self as service, InSample};
use crate::certificates::views::title_of;
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::Corrector;
use crate::kernel::{CertificateBatchId, LearnerId};
use crate::web::{House, Page, Posted, Tab, Ui, html_with, id_in, redirect};

/// What links to this page carry.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct SampleLink {
    #[serde(default)]
    said: String,
}

/// A line of the sample, where the reader may see its person; that they were shown, or that somebody tried, is kept.
async fn seen(
    (house, shelf): (&House, &Shelf),
    staff: &AgencyReviewer,
    (id, number): (CertificateBatchId, i64),
) -> Result<InSample, AppError> {
    let (desk, agency, scope) = (desk_of(house, shelf), staff.agency.clone(), staff.scope.clone());
    let work = async move |tx: &Tx| -> Result<Option<InSample>, BatchError> {
        service::sample_line(tx, &desk, (&agency, &scope), (id, number)).await
    };
    house.db.write(work).await?.ok_or(AppError::NotFound)
}

struct Reader<'a> {
    house: &'a House,
    shelf: &'a Shelf,
    staff: &'a AgencyReviewer,
}

impl Reader<'_> {
    /// Whether they are neither the first of the two, nor whoever it is about; asked again in the commit.
    async fn may_decide(&self, seen: &InSample) -> Result<bool, AppError> {
        let session = &self.staff.session;
        let is_self = |other: LearnerId| session.acting.learner == other || session.others.contains(&other);
        let first = service::first_of(self.house.db.read(), &seen.batch).await?;
        let is_first = first.is_none_or(is_self);
        Ok(seen.batch.state == BatchState::Asked && !is_first && !seen.line.learner.is_some_and(is_self))
    }

    async fn page(&self, ui: Ui, seen: &InSample, said: Said) -> Result<HttpResponse, AppError> {
        let page = Page::new(self.house, ui, Tab::Elsewhere).of(Some(self.staff.session.who()));
        let path = batch_path(seen.batch.agency, seen.batch.id);
        let title = title_of(&page, self.shelf, (&seen.batch.kind, &seen.batch.about));
        let rule = self.shelf.certificates().iter().find(|rule| rule.id == seen.batch.kind);
        let criteria = rule.map(|rule| rule.criteria.clone()).unwrap_or_default();
        let name = seen.found.profile.name.clone();
        let rows = seen.basis.as_ref().map(|basis| compared(&page, self.shelf, (&title, &criteria, &name), basis));
        let by = self.staff.scope.actor();
        let view = BatchSamplePage {
            href: format!("{path}/sample/{}", seen.line.number),
            is_right: seen.line.look.is_some_and(|(who, _, look)| who == by && look == BatchLook::Right),
            may_decide: self.may_decide(seen).await?,
            is_as_it_was: seen.is_as_it_was(),
            rows: rows.unwrap_or_default(),
            shown: seen.line.basis.map(|basis| basis.to_string()).unwrap_or_default(),
            next: seen.next.map(|number| format!("{path}/sample/{number}")),
            place: seen.place,
            size: usize::try_from(seen.batch.sample).unwrap_or(usize::MAX),
            notice: if said.notice.is_empty() { String::new() } else { page.t(said.notice) },
            problem: said.problem.map(|problem| problem.say(page.lang())).unwrap_or_default(),
            back: path,
            title,
            name,
            form: said.form,
            page,
        };
        html_with(said.status, &view)
    }
}

/// `GET /staff/agency/{agency}/certificates/batches/{batch}/sample/{line}`.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of the sample, or they may not see the person.
pub async fn sample(
    staff: AgencyReviewer,
    path: Path<(String, String, String)>,
    link: Query<SampleLink>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let which = (id_in(&path.1)?, path.2.parse().map_err(|_| AppError::NotFound)?);
    let seen = seen((&house, &shelf), &staff, which).await?;
    let notice = if link.said == "looked" { "certificate-batches-said-looked" } else { "" };
    let reader = Reader { house: &house, shelf: &shelf, staff: &staff };
    reader.page(ui, &seen, Said::done(notice)).await
}

/// `POST /staff/agency/{agency}/certificates/batches/{batch}/sample/{line}`: 对 leads to the next; 不对 sends the batch back whole.
///
/// # Errors
/// As [`sample`]. Where it has moved on, or rests on something else than what was shown, the line is shown again as it is now, with what was typed;
/// the whole batch where that is over.
pub async fn look(
    _: Corrector,
    posted: Posted,
    staff: AgencyReviewer,
    path: Path<(String, String, String)>,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let number: i64 = path.2.parse().map_err(|_| AppError::NotFound)?;
    let of = OfBatch { agency: staff.agency.id, batch: id_in(&path.1)?, by: staff.scope.actor() };
    let again = async |said: Said| {
        let seen = seen((&house, &shelf), &staff, (of.batch, number)).await?;
        let reader = Reader { house: &house, shelf: &shelf, staff: &staff };
        reader.page(posted.ui.clone(), &seen, said).await
    };
    let verdict = match looked(&posted.fields) {
        Ok(verdict) => verdict,
        Err(errors) => return again(Said::wrong(&posted, errors)).await,
    };
    let (desk, is_right) = (desk_of(&house, &shelf), matches!(verdict, LineVerdict::Right(_)));
    let work = async move |tx: &Tx| look_at_line(tx, &desk, of, (number, &verdict)).await;
    if let Err(error) = house.db.write_for(posted.ui.request, work).await {
        let said = Said::refused(&posted, error)?;
        let batch = service::find_batch(house.db.read(), of.agency, of.batch).await?;
        if !batch.state.is_over() {
            return again(said).await;
        }
        // Its lines are shown to nobody any more: what was typed stands with the whole of it.
        let (session, scope, agency) = (&staff.session, &staff.scope, &staff.agency);
        let whole = OfWhole { house: &house, shelf: &shelf, session, scope, agency };
        return whole.one(posted.ui.clone(), (&batch, &BatchLink::default()), said).await;
    }
    let batch = batch_path(of.agency, of.batch);
    if !is_right {
        return Ok(redirect(&format!("{batch}?said=back")));
    }
    let next = service::sample_of(house.db.read(), of.batch, of.by).await?.next;
    Ok(redirect(&match next {
        Some(next) => format!("{batch}/sample/{next}?said=looked"),
        None => format!("{batch}?said=looked"),
    }))
}
