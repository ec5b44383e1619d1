//! Photographs that are sent: taken in, read one at a time; those of the paper sheet are kept for a while beside what is typed.

use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

use super::sheet::sheet_page;
use super::{Said, beside, class_path, own_class, write};
use crate::classes::photo::{Darkroom, Unreadable, copy_of};
use crate::classes::service;
use crate::db::Tx;
use crate::error::AppError;
use crate::files::{self, Stored};
use crate::i18n::Message;
use crate::identity::Host;
use crate::web::{FieldError, Fields, House, Posted, SentFile, Upload, Uploaded, id_in, redirect};

/// A photograph that may be sent.
pub(super) const MOST_PHOTO: usize = 8 * 1024 * 1024;

/// Whether what is sent says of itself that it is too large: then it is not read at all.
pub(super) fn says_too_large(request: &HttpRequest) -> bool {
    let declared = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    // What stands around the photograph comes on top.
    declared.and_then(|bytes| bytes.parse::<usize>().ok()).is_some_and(|bytes| bytes > MOST_PHOTO + 64 * 1024)
}

/// Reads a photograph on a thread of its own, one at a time.
pub(super) async fn read_photo<T, F>(house: &House, file: SentFile, read: F) -> Result<Result<T, Unreadable>, AppError>
where
    F: FnOnce(&[u8]) -> Result<T, Unreadable> + Send + 'static,
    T: Send + 'static,
{
    let bytes = match file {
        SentFile::Whole(bytes) if bytes.is_empty() => return Ok(Err(Unreadable::NoPicture)),
        SentFile::Whole(bytes) => bytes,
        SentFile::TooLarge => return Ok(Err(Unreadable::TooLarge)),
    };
    let room = house.rooms.get::<Darkroom>();
    let _turn = room.0.acquire_owned().await.map_err(|_| AppError::Busy)?;
    let reading = tokio::task::spawn_blocking(move || read(&bytes));
    reading.await.map_err(|error| AppError::Fault(error.to_string()))
}

/// `POST /staff/classes/{id}/sheet-photo`: a photograph of the paper sheet, to have beside what is typed. Nobody needs one.
///
/// # Errors
/// [`AppError::NotFound`] where the session is none of theirs; [`AppError::TooLarge`] as with the photograph of a card.
pub async fn send(
    host: Host,
    id: Path<String>,
    upload: Upload,
    request: HttpRequest,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    if says_too_large(&request) {
        return Err(AppError::TooLarge);
    }
    let Uploaded { posted, file } = upload.read("photo", MOST_PHOTO).await?;
    let class = own_class(&house, &host.scope, &id).await?;
    let again = async |error: FieldError| {
        let all = (vec![error], Fields::default(), None);
        sheet_page(&house, &host, posted.ui.clone(), (&class, &Said::default()), all).await
    };
    let copy = match read_photo(&house, file, copy_of).await? {
        Ok(copy) => copy,
        Err(unreadable) => return again(FieldError::new("photo", Message::of(unreadable.sheet_key()))).await,
    };
    let file = keep(&house, service::seal_photo(&house.keys, &copy)).await?;
    let (once, digest) = (posted.once()?, posted.digest());
    let (scope, id) = (host.scope.clone(), class.id);
    let work = async move |tx: &Tx| service::keep_photo(tx, &scope, (id, &file), (&once, &digest)).await;
    match write(&house, &posted, work).await {
        Ok(()) => Ok(redirect(&format!("{}/sheet?said=photo", class_path(class.id, "")))),
        Err(error) => again(beside(error, "photo")?).await,
    }
}

async fn keep(house: &House, sealed: Vec<u8>) -> Result<Stored, AppError> {
    house.files.put(sealed, house.clock().now()).await.map_err(|error| match error {
        files::Error::Disk(disk) if disk.kind() == std::io::ErrorKind::StorageFull => AppError::NoRoom(disk.to_string()),
        error => AppError::Fault(error.to_string()),
    })
}

/// `GET /staff/classes/{id}/sheet-photo/{photo}`: the photograph itself.
///
/// # Errors
/// [`AppError::NotFound`] where there is none, or it is none of theirs.
pub async fn show(host: Host, path: Path<(String, String)>, house: Data<House>) -> Result<HttpResponse, AppError> {
    let class = own_class(&house, &host.scope, &path.0).await?;
    let photo: Uuid = id_in(&path.1)?;
    let file = service::find_photo(house.db.read(), &class, photo).await?.ok_or(AppError::NotFound)?;
    let sealed = house.files.get(file).await.map_err(|error| AppError::Fault(error.to_string()))?.ok_or(AppError::NotFound)?;
    let picture = service::open_photo(&house.keys, &sealed)
        .ok_or_else(|| AppError::Fault("a photograph of a sheet does not open".to_owned()))?;
    Ok(HttpResponse::Ok().content_type("image/jpeg").insert_header((header::CACHE_CONTROL, "no-store")).body(picture))
}

/// `POST /staff/classes/{id}/sheet-photo/{photo}`: takes it away.
///
/// # Errors
/// As [`show`]; where the session was closed.
pub async fn act(host: Host, path: Path<(String, String)>, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let class = own_class(&house, &host.scope, &path.0).await?;
    let (scope, id, photo) = (host.scope.clone(), class.id, id_in(&path.1)?);
    write(&house, &posted, async move |tx: &Tx| service::drop_photo(tx, &scope, id, photo).await).await?;
    Ok(redirect(&format!("{}/sheet", class_path(class.id, ""))))
}
