//! Evidence: sent file by file, and given as something to look at.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};

use super::learner::{Reader, Shown, path_of};
use super::write;
use crate::agencies::AgencyWorker;
use crate::applications::evidence::{MOST_BYTES, NoEvidence, Table};
use crate::applications::service::{self, NewFile};
use crate::applications::{Application, Error, State, forms};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::files;
use crate::i18n::Message;
use crate::identity::{self, Act, Learner};
use crate::kernel::LearnerId;
use crate::web::{FieldError, House, Posted, SentFile, Upload, id_in, redirect};

/// `POST /applications/{id}/files`: a file is looked at, written anew or held against the list, sealed, and kept.
///
/// # Errors
/// [`AppError::NotFound`] where the application is none of theirs; what the service refuses.
pub async fn send_file(
    Learner(session): Learner,
    id: Path<String>,
    upload: Upload,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let accounts = session.accounts();
    upload.must_be_ours()?;
    // Before the file is read: nobody sends eight megabytes to what is none of theirs.
    let own = service::get_own(house.db.read(), &accounts, id_in(&id)?).await?;
    let sent = upload.read("file", MOST_BYTES).await?;
    let posted = sent.posted;
    let reader = Reader { house: &house, session: &session, shelf: &shelf };
    let again = async |shown: Shown| reader.page(posted.ui.clone(), &own, shown).await;
    if own.state != State::Draft {
        return again(Shown::refused(&posted, Error::SentAlready)?).await;
    }
    if let Err(errors) = forms::shows_none(&posted.fields) {
        return again(Shown::wrong(&posted, errors)).await;
    }
    let looked = match sent.file {
        SentFile::Whole(bytes) => look_at(&house, own.learner, bytes).await?,
        SentFile::TooLarge => Err(NoEvidence::TooHeavy),
    };
    let new = match looked {
        Ok(new) => new,
        Err(wrong) => {
            let errors = vec![FieldError::new("file", Message::of(wrong.key()))];
            return again(Shown::wrong(&posted, errors)).await;
        }
    };
    let id = own.id;
    match write(&house, &posted, async move |tx: &Tx| service::add_file(tx, &accounts, id, &new).await).await {
        Ok(()) => Ok(redirect(&format!("{}?said=file", path_of(id)))),
        Err(error) => again(Shown::refused(&posted, error)?).await,
    }
}

/// Looks at a file, seals it with its owner's key and puts it into the store. What is refused lies nowhere.
async fn look_at(house: &House, learner: LearnerId, bytes: Vec<u8>) -> Result<Result<NewFile, NoEvidence>, AppError> {
    let clean = match house.rooms.get::<Table>().look(bytes).await {
        Ok(clean) => clean,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let key = identity::person_key(house.db.read(), &house.keys, learner).await?;
    let (sealed, code) = (service::seal_file(&key, &clean.bytes), service::file_code(&house.keys, &clean.bytes));
    let stored = house.files.put(sealed, house.clock().now()).await.map_err(|error| match error {
        files::Error::Disk(disk) if disk.kind() == std::io::ErrorKind::StorageFull => AppError::NoRoom(disk.to_string()),
        error => AppError::Fault(error.to_string()),
    })?;
    let bytes = i64::try_from(clean.bytes.len()).unwrap_or(i64::MAX);
    Ok(Ok(NewFile { stored, kind: clean.kind, code, bytes }))
}

/// The same, where what is refused is an error.
///
/// # Errors
/// [`AppError::Refused`] where it is not taken; what the store answers.
pub async fn keep_file(house: &House, learner: LearnerId, bytes: Vec<u8>) -> Result<NewFile, AppError> {
    look_at(house, learner, bytes).await?.map_err(|wrong| AppError::Refused(Message::of(wrong.key())))
}

/// `POST /applications/{id}/files/{file}`: takes it away again.
///
/// # Errors
/// As [`send_file`].
pub async fn drop_file(
    Learner(session): Learner,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (id, file, accounts) = (id_in(&path.0)?, id_in(&path.1)?, session.accounts());
    service::get_own(house.db.read(), &accounts, id).await?;
    write(&house, &posted, async move |tx: &Tx| service::drop_file(tx, &accounts, (id, file)).await).await?;
    Ok(redirect(&format!("{}?said=file-gone", path_of(id))))
}

/// `GET /applications/{id}/files/{file}`: to its owner, in a session that may see all that is kept.
///
/// # Errors
/// [`AppError::NotFound`] where there is none, or it is none of theirs; [`AppError::TooWeak`].
pub async fn own_file(
    Learner(session): Learner,
    path: Path<(String, String)>,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    session.allow(Act::ReadAll)?;
    let own = service::get_own(house.db.read(), &session.accounts(), id_in(&path.0)?).await?;
    given(&house, &own, &path.1).await
}

/// `GET /staff/agency/{agency}/applications/{learner}/{id}/files/{file}`: to those who decide, with a line in its owner's access log.
///
/// # Errors
/// [`AppError::NotFound`] where there is none, or they may not see the person.
pub async fn evidence_file(
    staff: AgencyWorker,
    path: Path<(String, String, String, String)>,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (_, learner, id, file) = path.into_inner();
    let seen = super::staff::seen(&house, &staff, (&learner, &id), "application_file").await?;
    given(&house, &seen.0, &file).await
}

/// As something to look at: a picture, or pages as a download; nothing in it may do anything.
async fn given(house: &House, own: &Application, file: &str) -> Result<HttpResponse, AppError> {
    let id = id_in(file)?;
    let (piece, bytes) = service::open_file(house.db.read(), (&house.keys, &house.files), own, id).await?;
    let mut answer = HttpResponse::Ok();
    answer.content_type(piece.kind.content_type());
    answer.insert_header((header::CACHE_CONTROL, "private, no-store"));
    answer.insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"));
    if piece.kind == crate::applications::evidence::FileKind::Pages {
        answer.insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"pages.pdf\""));
    }
    Ok(answer.body(bytes))
}
