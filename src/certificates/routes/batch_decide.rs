//! What is decided about a batch: asked for by whoever brought it, given up by them; agreed to or sent back by a second person.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::Said;
use super::batches::{BatchLink, Reader, batch_path, list_path, of};
use crate::agencies::{AgencyOfficer, AgencyReviewer};
use crate::certificates::batches::{Batch, BatchError, BatchState, Decided, OfBatch};
use crate::certificates::service::batches as service;
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::Corrector;
use crate::kernel::Digest;
use crate::web::{House, Posted, redirect};

/// `POST /staff/agency/{agency}/certificates/batches/{batch}/ask`.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of this agency's; where it has moved on, or nothing in it can be issued.
pub async fn ask(
    _: Corrector,
    posted: Posted,
    staff: AgencyOfficer,
    path: Path<(String, String)>,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let of = of((&staff.agency, &staff.scope), &path.1)?;
    let keys = house.keys.clone();
    house.db.write_for(posted.ui.request, async move |tx: &Tx| service::ask_for_batch(tx, &keys, of).await).await?;
    Ok(redirect(&format!("{}?said=asked", batch_path(of.agency, of.batch))))
}

/// `POST /staff/agency/{agency}/certificates/batches/{batch}/withdraw`.
///
/// # Errors
/// As [`ask`].
pub async fn withdraw(
    _: Corrector,
    posted: Posted,
    staff: AgencyOfficer,
    path: Path<(String, String)>,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let of = of((&staff.agency, &staff.scope), &path.1)?;
    house.db.write_for(posted.ui.request, async move |tx: &Tx| service::withdraw_batch(tx, of).await).await?;
    Ok(redirect(&format!("{}?said=withdrawn", list_path(of.agency))))
}

/// Agrees to what was shown, where whoever agrees may see everybody in it.
async fn agree(
    (house, posted): (&House, &Posted),
    (staff, batch): (&AgencyReviewer, &Batch),
    (of, shown): (OfBatch, Digest),
) -> Result<(), BatchError> {
    let unseen = service::unseen_by(&house.db, &staff.scope, batch.id).await?;
    if unseen > 0 && batch.state == BatchState::Asked {
        return Err(BatchError::Unseen(unseen));
    }
    let work = async move |tx: &Tx| service::agree_to_batch(tx, of, &shown).await;
    house.db.write_for(posted.ui.request, work).await
}

/// Sends all of it back, because.
async fn send_back((house, posted): (&House, &Posted), (of, words): (OfBatch, String)) -> Result<(), BatchError> {
    let work = async move |tx: &Tx| service::send_batch_back(tx, of, &words).await;
    house.db.write_for(posted.ui.request, work).await
}

/// `POST /staff/agency/{agency}/certificates/batches/{batch}/decide`: 同意发证 or 退回.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of this agency's. Where it has moved on, or not all of the sample was looked at, the batch is shown again as it
/// is now, with what was typed.
pub async fn decide(
    _: Corrector,
    posted: Posted,
    staff: AgencyReviewer,
    path: Path<(String, String)>,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let of = of((&staff.agency, &staff.scope), &path.1)?;
    let batch = service::find_batch(house.db.read(), of.agency, of.batch).await?;
    let reader = Reader { house: &house, shelf: &shelf, session: &staff.session, scope: &staff.scope, agency: &staff.agency };
    let again = async |batch: &Batch, said: Said| reader.one(posted.ui.clone(), (batch, &BatchLink::default()), said).await;
    let (word, done) = match Decided::parse(&posted.fields) {
        Ok(Decided::Agree(shown)) => ("agreed", agree((&house, &posted), (&staff, &batch), (of, shown)).await),
        Ok(Decided::Back(words)) => ("back", send_back((&house, &posted), (of, words)).await),
        Err(errors) => return again(&batch, Said::wrong(&posted, errors)).await,
    };
    match done {
        Ok(()) => Ok(redirect(&format!("{}?said={word}", batch_path(of.agency, of.batch)))),
        Err(error) => {
            let said = Said::refused(&posted, error)?;
            let now = service::find_batch(house.db.read(), of.agency, of.batch).await?;
            again(&now, said).await
        }
    }
}
