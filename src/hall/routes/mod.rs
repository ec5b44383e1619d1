//! What was taken down in the hall: on the desk, files that are brought, what has to be looked at, devices given up; on a volunteer's phone, the
//! classes of these days.

mod phone;

pub use phone::{bring_tests, give_test, phone, queue, test, worker};

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::pack::MOST_BYTES;
use super::rules::{State, gaps};
use super::service::{self, Decision, Receipt, ToLookAt};
use super::views::{DeskPage, DeviceRow, LookPage, LookRow, PackPage, PackRow, Said, line_row, said_words};
use super::{Body, Carrier, Device, Error, PackState, Way};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Host, Role, Session};
use crate::kernel::{DeviceId, LearnerId, PackId};
use crate::web::{
    FieldError, Filled, House, ListPage, Page, Posted, SentFile, Tab, Ui, Upload, Uploaded, html, html_with, id_in, redirect,
};

const DESK: &str = "/staff/hall/packs";

/// What a link to these pages may carry: what was just done; `all`: old devices too; which page of the devices.
#[derive(Debug, Default, Deserialize)]
pub struct Link {
    #[serde(default)]
    said: String,
    /// What stood against a claim that could not be counted.
    #[serde(default)]
    why: String,
    #[serde(default)]
    devices: String,
    #[serde(default)]
    page: u64,
}

fn page_of(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()))
}

/// `GET /staff/hall/packs`: bringing a file; devices and what they have handed over.
///
/// # Errors
/// What the database answers.
pub async fn desk(host: Host, ui: Ui, link: Query<Link>, house: Data<House>) -> Result<HttpResponse, AppError> {
    let form = (StatusCode::OK, Filled::default());
    desk_page(&house, &host, ui, form, &link).await
}

async fn desk_page(
    house: &House,
    host: &Host,
    ui: Ui,
    (status, form): (StatusCode, Filled),
    link: &Link,
) -> Result<HttpResponse, AppError> {
    let (db, page) = (house.db.read(), page_of(house, ui, &host.session));
    let (now, shows_all, asked) = (house.clock().now(), link.devices == "all", ListPage::asked(link.page));
    let since = Some(now).filter(|_| !shows_all);
    let (mut devices, total) = service::devices_of(db, &host.scope, since, asked.part()).await?;
    let shown = asked.within(total);
    if shown != asked {
        devices = service::devices_of(db, &host.scope, since, shown.part()).await?.0;
    }
    let ids: Vec<DeviceId> = devices.iter().map(|device| device.id).collect();
    let packs = service::packs_of(db, &ids).await?;
    let waiting = service::waiting_of(db, &ids).await?;
    let gaps_of = |device: &Device| gaps(device.settled, waiting.get(&device.id).map(Vec::as_slice).unwrap_or_default());
    let name_of = |id: DeviceId| devices.iter().find(|device| device.id == id).map(|device| device.name.clone());
    let view = DeskPage {
        to_look_at: service::count_to_look_at(db, &host.scope).await?,
        shows_all,
        packs: packs.iter().map(|pack| PackRow::of(&page, pack, name_of(pack.device).unwrap_or_default())).collect(),
        devices: devices.iter().map(|device| DeviceRow::of(&page, device, &gaps_of(device))).collect(),
        number: shown.number(),
        pages: ListPage::pages(total),
        said: Said::of(&link.said).map(|said| said.words(&page)),
        prepares: !host.scope.areas(Role::ADMINISTRATORS).is_empty(),
        form,
        page,
    };
    html_with(status, &view)
}

/// `POST /staff/hall/packs`: takes a file. The same once more changes nothing.
///
/// # Errors
/// What the service refuses.
pub async fn bring(host: Host, upload: Upload, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let Uploaded { posted, file } = upload.read("file", MOST_BYTES).await?;
    let taken = match file {
        SentFile::TooLarge => Err(Message::of("hall-pack-too-large")),
        SentFile::Whole(bytes) if bytes.is_empty() => Err(Message::of("hall-pack-empty")),
        SentFile::Whole(bytes) => take(&house, &shelf, &bytes, &host).await?,
    };
    match taken {
        Ok(Receipt { forked: Some(row), .. }) => {
            let error = FieldError::new("file", Message::of("hall-pack-forked").with("row", row));
            again(&house, &host, posted, error).await
        }
        Ok(receipt) => Ok(redirect(&format!("{DESK}/{}/{}", receipt.device, receipt.pack))),
        Err(words) => again(&house, &host, posted, FieldError::new("file", words)).await,
    }
}

async fn again(house: &House, host: &Host, posted: Posted, error: FieldError) -> Result<HttpResponse, AppError> {
    let form = Filled::wrong(posted.fields, vec![error]);
    desk_page(house, host, posted.ui, (StatusCode::UNPROCESSABLE_ENTITY, form), &Link::default()).await
}

/// What becomes of the bytes that somebody brings; words where they are no good.
async fn take(house: &House, shelf: &Shelf, bytes: &[u8], host: &Host) -> Result<Result<Receipt, Message>, AppError> {
    let carrier = Carrier { way: Way::File, by: Some(host.scope.actor()) };
    match service::receive(house, shelf, bytes, carrier).await {
        Ok(receipt) => Ok(Ok(receipt)),
        Err(error) => error.words().map(Err).ok_or_else(|| error.into()),
    }
}

/// `GET /staff/hall/packs/{device}/{id}`: a pack, row by row.
///
/// # Errors
/// Not found where its device is of another place.
pub async fn one(host: Host, path: Path<(String, String)>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let (device, pack): (DeviceId, PackId) = (id_in(&path.0)?, id_in(&path.1)?);
    let db = house.db.read();
    let found = service::find_device(db, &host.scope, device).await.map_err(absent)?;
    let page = page_of(&house, ui, &host.session);
    let kept = service::packs_of(db, &[device]).await?.into_iter().filter(|one| one.id == pack);
    // Where one that was changed came first, the whole one is shown.
    let kept = kept.max_by_key(|one| one.state == PackState::Whole).ok_or(AppError::NotFound)?;
    let lines = service::lines_of(db, &kept).await?;
    let waiting = service::waiting_of(db, &[device]).await?;
    let missing = gaps(found.settled, waiting.get(&device).map(Vec::as_slice).unwrap_or_default());
    html(&PackPage {
        to_look_at: lines.iter().filter(|line| line.state == State::NeedsLook).count(),
        rows: lines.iter().map(|line| line_row(&page, line)).collect(),
        pack: PackRow::of(&page, &kept, found.name.clone()),
        device: DeviceRow::of(&page, &found, &missing),
        page,
    })
}

/// `GET /staff/hall/look`: what waits for a person.
///
/// # Errors
/// What the database answers.
pub async fn look(host: Host, ui: Ui, link: Query<Link>, house: Data<House>) -> Result<HttpResponse, AppError> {
    let (db, page) = (house.db.read(), page_of(&house, ui, &host.session));
    let list = service::look_list(db, &house.keys, &host.scope).await?;
    let people: Vec<LearnerId> = list.iter().flat_map(|one| [Some(one.claim.operator), named_in(one)]).flatten().collect();
    let names = identity::names_of(db, &house.keys, &people).await?;
    let accounts = identity::accounts_of(db, host.scope.actor()).await?;
    let is_own = |one: &ToLookAt| one.claim.why.is_some_and(|why| service::is_own_word(why, one.claim.operator, &accounts));
    let people_of = |one: &ToLookAt| (who_of(one, &names), names.get(&one.claim.operator).cloned());
    let row = |one: &ToLookAt| LookRow::of(&page, one, people_of(one), is_own(one));
    let rows = list.iter().map(row).collect();
    html(&LookPage { rows, said: said_words(&page, &link.said, &link.why), page })
}

fn named_in(one: &ToLookAt) -> Option<LearnerId> {
    let person = match one.body.as_ref()? {
        Body::Came(body) => body.person,
        Body::Witnessed(body) => body.person,
        Body::Answers(body) => body.person,
        Body::ExamSeen(body) => body.person,
        Body::ExamBegun(body) => body.person,
        Body::ExamAnswers(body) => body.person,
        Body::ExamHand(body) => body.person,
        Body::ExamNote(body) => body.person?,
        Body::Enrolled(_) | Body::ExamEnd(_) => return None,
    };
    Some(LearnerId::from_uuid(person))
}

fn who_of(one: &ToLookAt, names: &HashMap<LearnerId, String>) -> Option<String> {
    match one.body.as_ref()? {
        Body::Enrolled(body) => body.fields.iter().find(|(name, _)| name == "name").map(|(_, value)| value.clone()),
        _ => names.get(&named_in(one)?).cloned(),
    }
}

/// `POST /staff/hall/look/{device}/{seq}`: somebody has looked.
///
/// # Errors
/// Not found where the device is of another place; what still stands against the claim.
pub async fn decide(
    host: Host,
    path: Path<(String, i64)>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (device, seq): (DeviceId, i64) = (id_in(&path.0)?, path.1);
    service::find_device(house.db.read(), &host.scope, device).await.map_err(absent)?;
    let decision = match posted.fields.get("decision") {
        "again" => Decision::Again,
        "count" => Decision::Count,
        "drop" => Decision::Drop,
        _ => return Err(AppError::Malformed("decision")),
    };
    match service::decide(&house, &shelf, &host.scope, (device, seq), decision).await {
        Ok(()) => Ok(redirect(if decision == Decision::Drop {
            "/staff/hall/look?said=dropped"
        } else {
            "/staff/hall/look?said=counted"
        })),
        Err(Error::NeedsLook(why)) => Ok(redirect(&format!("/staff/hall/look?said=still&why={}", why.code()))),
        Err(Error::HadPart) => Ok(redirect("/staff/hall/look?said=part")),
        Err(error) => Err(error.into()),
    }
}

/// `POST /staff/hall/devices/{id}/revoke`: a device was stolen, or is no longer used.
///
/// # Errors
/// Not found where it is of another place.
pub async fn give_up(host: Host, id: Path<String>, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let id: DeviceId = id_in(&id)?;
    let scope = host.scope.clone();
    let work = async move |tx: &Tx| service::revoke(tx, Some(&scope), id).await;
    house.db.write_for(posted.ui.request, work).await.map_err(absent)?;
    Ok(redirect("/staff/hall/packs?said=revoked"))
}

/// A device that is none of theirs is no page of theirs.
fn absent(error: Error) -> AppError {
    if matches!(error, Error::NoSuchDevice) { AppError::NotFound } else { error.into() }
}
