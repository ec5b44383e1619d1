//! One of the two confirms what boxes have handed over in their name: the very list that they saw, with the codes of the ends as they copied them in
//! the hall.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::block;

use super::desk::desk_page;
use super::{staff_page, write};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::exams::end_code::{KnownEnds, typed};
use crate::exams::service::{self, Yours};
use crate::exams::views::desk_path;
use crate::exams::{Error, forms};
use crate::i18n::Message;
use crate::identity::{Finder, sender_of};
use crate::kernel::ExamId;
use crate::web::{FieldError, Filled, House, Posted, redirect};

/// `doing=confirm` on the desk of a session.
pub(super) async fn confirmed(
    (house, finder, shelf): (&House, &Finder, &Shelf),
    id: ExamId,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let error = match tried(house, finder, id, &posted).await? {
        Ok(()) => return Ok(redirect(&format!("{}?said=confirmed", desk_path(id)))),
        Err(error) => error,
    };
    // What was shown is not what stands there now: the page shows the new list.
    let status = if error.field == "yours" { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = staff_page(house, posted.ui, &finder.session);
    let again = (status, Filled::wrong(posted.fields, vec![error]), String::new());
    desk_page((house, finder, shelf), page, id, again).await
}

/// What is to be mended, where something is.
async fn tried(house: &House, finder: &Finder, id: ExamId, posted: &Posted) -> Result<Result<(), FieldError>, AppError> {
    let yours = service::find_yours(house.db.read(), &finder.scope, id).await?;
    let Some(list) = forms::list(&posted.fields).filter(|list| *list == yours.list) else { return Ok(Err(listed_anew())) };
    let known = match known_in(house, finder, id, (&yours, posted)).await? {
        Ok(known) => known,
        Err(error) => return Ok(Err(error)),
    };
    let (scope, keys, sender) = (finder.scope.clone(), house.keys.clone(), sender_of(house));
    let work = async move |tx: &Tx| service::confirm(tx, (&keys, &sender), &scope, (id, &list, known.as_ref())).await;
    match write(house, posted, work).await {
        Ok(()) => Ok(Ok(())),
        Err(Error::Listed) => Ok(Err(listed_anew())),
        Err(Error::NotReady(key)) => Ok(Err(FieldError::new("end", Message::of(key)))),
        Err(error) => Err(error.into()),
    }
}

fn listed_anew() -> FieldError {
    FieldError::new("yours", Message::of("exams-listed-anew"))
}

/// The ends whose codes were typed; none where they are not asked for. A code of another end is kept in the log.
async fn known_in(
    house: &House,
    finder: &Finder,
    id: ExamId,
    (yours, posted): (&Yours, &Posted),
) -> Result<Result<Option<KnownEnds>, FieldError>, AppError> {
    let wrong = |words: Message| Ok(Err(FieldError::new("end", words)));
    if yours.is_waived {
        return Ok(Ok(None));
    }
    let Some(ends) = yours.known_ends() else { return wrong(Message::of("exams-end-missing")) };
    let text = posted.fields.get("end").to_owned();
    let (count, all) = typed(&text, ends.len());
    if count != all {
        return wrong(Message::of("exams-end-count").with("all", all).with("count", count));
    }
    let known = block(move || KnownEnds::of(ends, &text)).await.map_err(|_| AppError::Busy)?;
    if known.is_some() {
        return Ok(Ok(known));
    }
    let scope = finder.scope.clone();
    write(house, posted, async move |tx: &Tx| service::keep_wrong_end(tx, &scope, id).await).await?;
    wrong(Message::of("exams-end-wrong"))
}
