//! A file handed in to be verified: read in memory, answered at once, kept nowhere.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::desk_of;
use super::verify::{asker_of, forms_again, page_of, refused, shown, unknown};
use crate::certificates::file::{Read, WrongFile, read_file};
use crate::certificates::service;
use crate::certificates::verify_views::Came;
use crate::credentials::KeyBook;
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::i18n::Message;
use crate::web::{FieldError, Filled, House, SentFile, Ui, Upload, client_address};

/// Bytes of a file: a photograph of a telephone, and some more.
const MOST_BYTES: usize = 10 * 1024 * 1024;
/// Files that may be on their way at once in a process: with the bytes of a file, what of memory they take together.
const MOST_COMING: usize = 16;
/// How many of them may come from one house: whoever sends theirs slowly takes few places from the others.
const MOST_OF_ONE: usize = 2;
/// How long one may be on its way. Whoever verifies has no account, and a place is held meanwhile: less time than staff have.
const MOST_TIME: Duration = Duration::from_secs(60);
/// Files that are read at once in a process.
const AT_ONCE: usize = 2;

/// Places for those that are on their way, and for those that are read.
#[derive(Clone, Debug)]
struct Places {
    coming: Arc<Semaphore>,
    /// The places of each house from which files come just now; gone with the last that is held.
    houses: Arc<Mutex<HashMap<IpAddr, Weak<Semaphore>>>>,
    reading: Arc<Semaphore>,
}

impl Default for Places {
    fn default() -> Self {
        let of = |most| Arc::new(Semaphore::new(most));
        Self { coming: of(MOST_COMING), houses: Arc::default(), reading: of(AT_ONCE) }
    }
}

impl Places {
    /// A place for a file that comes in, for as long as both are held; none where too many come just now, from this house or from all.
    fn coming(&self, house: IpAddr) -> Option<[OwnedSemaphorePermit; 2]> {
        let of_house = self.of_house(house).try_acquire_owned().ok()?;
        Some([of_house, Arc::clone(&self.coming).try_acquire_owned().ok()?])
    }

    /// The places of a house.
    fn of_house(&self, house: IpAddr) -> Arc<Semaphore> {
        let mut houses = self.houses.lock().unwrap_or_else(PoisonError::into_inner);
        houses.retain(|_, places| places.strong_count() > 0);
        let known = houses.get(&house).and_then(Weak::upgrade);
        known.unwrap_or_else(|| {
            let places = Arc::new(Semaphore::new(MOST_OF_ONE));
            houses.insert(house, Arc::downgrade(&places));
            places
        })
    }

    /// Reads a file on a thread that may take its time; none where others are read just now.
    async fn read(&self, file: Vec<u8>, book: KeyBook) -> Option<Result<Read, WrongFile>> {
        let place = Arc::clone(&self.reading).try_acquire_owned().ok()?;
        let work = move || {
            let held = place;
            let read = read_file(&file, &book);
            drop(held);
            read
        };
        Some(tokio::task::spawn_blocking(work).await.unwrap_or(Err(WrongFile::TooMuch)))
    }
}

/// `POST /v/file`: PDF, JSON, JWT, or a picture of the code.
///
/// # Errors
/// [`AppError::Busy`] while others are read, or two from this house come; [`AppError::TooSlow`]; where the form cannot be read.
pub async fn post_file(
    request: HttpRequest,
    upload: Upload,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    upload.must_be_ours()?;
    let page = page_of(&house, ui);
    let asker = asker_of(&request, &house);
    if let Err(error) = service::take_file(&house.db, &house.keys, &asker).await {
        return refused(page, Filled::default(), error);
    }
    let places = house.rooms.get::<Places>();
    // Held until the file is looked at and gone.
    let held = places.coming(service::network(client_address(&request, &house))).ok_or(AppError::Busy)?;
    let sent = upload.read_within("file", MOST_BYTES, MOST_TIME).await?;
    let desk = desk_of(&house, &shelf);
    let wrong = |key: &'static str| Filled::wrong(sent.posted.fields.clone(), vec![FieldError::new("file", Message::of(key))]);
    let again = StatusCode::UNPROCESSABLE_ENTITY;
    let bytes = match sent.file {
        SentFile::Whole(bytes) => bytes,
        SentFile::TooLarge => return forms_again(page, (again, wrong("verify-file-too-large")), String::new()),
    };
    let Some(origin) = &desk.origin else { return forms_again(page, (again, wrong(WrongFile::OtherBank.key())), String::new()) };
    let now = house.clock().now();
    let book = service::key_book(house.db.read(), &shelf, origin, now).await?;
    let read = places.read(bytes, book).await.ok_or(AppError::Busy)?;
    drop(held);
    let read = match read {
        Ok(read) => read,
        Err(why) => return forms_again(page, (again, wrong(why.key())), String::new()),
    };
    let (code, came) = match &read {
        Read::Document(verified) => (verified.facts.code, Came::by_document(&verified.facts)),
        Read::Paper(code, version) => (*code, Came::by_paper(*version)),
        Read::Address(code) => (*code, Came::by_code()),
    };
    let which = match service::match_code(&house.db, &desk.keys, &code, &asker).await {
        Ok(which) => which,
        Err(error) => return refused(page, Filled::default(), error),
    };
    let found = match which {
        Some(which) => service::answer_of(house.db.read(), &desk, which, now).await?,
        None => None,
    };
    match found {
        Some(found) => shown(&house, (page, &shelf), &found, came),
        None => unknown(&house, page, (StatusCode::OK, "file"), &["verify-unknown"]),
    }
}
