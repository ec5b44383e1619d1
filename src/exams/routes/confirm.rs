//! One of the two confirms what boxes have handed over in their name: the very list that they saw, with the codes of the ends as they copied them in
//! the hall.

use actix_web::web::block;

use super::write;
use crate::db::Tx;
use crate::error::AppError;
use crate::exams::end_code::{KnownEnds, typed};
use crate::exams::service::{self, Yours};
use crate::exams::{Error, forms};
use crate::i18n::Message;
use crate::identity::{Finder, sender_of};
use crate::kernel::ExamId;
use crate::web::{FieldError, House, Posted};

/// The field of an error that says: what was shown is not what stands there now.
pub(super) const LISTED: &str = "yours";

/// `doing=confirm` on the desk of a session: what is to be mended, where something is.
pub(super) async fn confirmed(
    house: &House,
    finder: &Finder,
    id: ExamId,
    posted: &Posted,
) -> Result<Result<(), FieldError>, AppError> {
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
    FieldError::new(LISTED, Message::of("exams-listed-anew"))
}

/// The ends whose codes were typed; none where they are not asked for. A code of another end is kept in the log.
async fn known_in(
    house: &House,
    finder: &Finder,
    id: ExamId,
    (yours, posted): (&Yours, &Posted),
) -> Result<Result<Option<KnownEnds>, FieldError>, AppError> {
    let wrong = |words: Message| Ok(Err(FieldError::new("end", words)));
    let Some(ends) = yours.known_ends() else { return wrong(Message::of("exams-end-missing")) };
    if ends.is_empty() {
        return Ok(Ok(None));
    }
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
