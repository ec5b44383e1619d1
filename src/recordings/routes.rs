//! Recordings on the desk: choosing what to read, sending it, listening first, publishing, taking back.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::forms::{self, Sent, Who};
use super::pool::{Decoders, Refusal};
use super::serve::{Keep, give};
use super::sound::{Checked, MOST_BYTES, Unsound};
use super::views::{ChoosePage, DeskPage, List, May, ReadPage, RecordingPage, Row, course_rows, row_of};
use super::voices::{Known, name_of};
use super::{CONSENT, Error, NewRecording, Recording, State, Voices, card_voices, service};
use crate::curriculum::{CourseCode, Reading, Shelf};
use crate::db::Tx;
use crate::error::AppError;
use crate::files;
use crate::identity::{self, Administrator, Recorder, Role, StaffScope};
use crate::kernel::RecordingId;
use crate::places::PlaceCode;
use crate::web::{
    FieldError, FieldErrors, Fields, Filled, House, PERMISSIONS, Page, Posted, SentFile, Tab, Ui, Upload, Uploaded, html,
    html_with, redirect,
};

/// Lines of what has to be recorded anew.
const ON_A_LIST: usize = 100;

fn page_of(house: &House, ui: Ui, recorder: &Recorder) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(recorder.session.who()))
}

fn is_within(areas: &[PlaceCode], one: &Recording) -> bool {
    areas.iter().any(|area| area.covers(&one.place))
}

/// The recording, where it lies within the areas of who asks, or is their own.
async fn find_for(house: &House, scope: &StaffScope, id: &str) -> Result<Recording, AppError> {
    let id: RecordingId = id.parse().map_err(|_| AppError::NotFound)?;
    let one = service::find(house.db.read(), id).await?.ok_or(AppError::NotFound)?;
    let is_theirs = one.sent_by == scope.actor() || is_within(&scope.areas(Role::RECORDERS), &one);
    if is_theirs { Ok(one) } else { Err(AppError::NotFound) }
}

fn may(scope: &StaffScope, one: &Recording) -> May {
    let administers = is_within(&scope.areas(Role::ADMINISTRATORS), one);
    let is_speaker = one.standing.speaker == Some(scope.actor());
    May {
        publish: administers && one.standing.may_be_published_by(scope.actor()),
        withdraw: (administers || is_speaker || one.sent_by == scope.actor()) && one.standing.state != State::Withdrawn,
    }
}

/// `GET /staff/recordings`.
pub async fn desk(recorder: Recorder, ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let page = page_of(&house, ui, &recorder);
    let areas = recorder.scope.areas(Role::ADMINISTRATORS);
    let lists = service::lists(house.db.read(), &areas, recorder.scope.actor()).await?;
    let is_changed = |one: &&Recording| shelf.reading(&one.of).map(|reading| reading.digest()) != Some(one.words);
    let rows = |all: Vec<&Recording>| -> Vec<Row> { all.into_iter().map(|one| row_of(&page, &shelf, one)).collect() };
    let list = |key: &str, rows: Vec<Row>| List { title: page.t(key), rows };
    let lists = vec![
        list("recordings-waiting", rows(lists.waiting.iter().collect())),
        list("recordings-changed", rows(lists.shown.iter().filter(is_changed).take(ON_A_LIST).collect())),
        list("recordings-own", rows(lists.sent.iter().collect())),
    ];
    html(&DeskPage { lists, courses: course_rows(&page, &shelf), page })
}

/// `GET /staff/recordings/courses/{code}`: its lessons.
pub async fn course(
    recorder: Recorder,
    code: Path<String>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let code = CourseCode::parse(&code).ok_or(AppError::NotFound)?;
    let course = shelf.course(code).ok_or(AppError::NotFound)?;
    let questions = shelf.readings_of(code).iter().filter(|reading| !reading.of.contains('/')).count();
    html(&ChoosePage::course(page_of(&house, ui, &recorder), course, questions))
}

/// `GET /staff/recordings/courses/{code}/{lesson}`: its cards with the voices that they have; `questions` are those of the course.
pub async fn within(
    recorder: Recorder,
    path: Path<(String, String)>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
    voices: Voices,
) -> Result<HttpResponse, AppError> {
    let code = CourseCode::parse(&path.0).ok_or(AppError::NotFound)?;
    let course = shelf.course(code).ok_or(AppError::NotFound)?;
    let page = page_of(&house, ui, &recorder);
    let lesson = shelf.lesson(&format!("{code}-{}", path.1));
    let (title, begin) = match (lesson, path.1.as_str()) {
        (Some(lesson), _) => (lesson.title.clone(), format!("{}/", lesson.id)),
        (None, "questions") => (page.t("recordings-questions"), format!("{code}-i")),
        _ => return Err(AppError::NotFound),
    };
    let lang = page.lang();
    let heard = |of: &str| card_voices(&voices, of, lang).into_iter().map(|voice| voice.says).collect();
    let readings = shelf.readings_of(code).into_iter().filter(|reading| reading.of.starts_with(&begin));
    let readings = readings.map(|reading| (reading.clone(), heard(&reading.of))).collect();
    html(&ChoosePage::readings(page, course, title, readings))
}

/// What is to be read.
#[derive(Debug, Deserialize)]
pub struct ReadLink {
    #[serde(default)]
    of: String,
}

/// `GET /staff/recordings/read?of=T19-c1/3`: the words, and the form that takes the sound.
pub async fn read(
    recorder: Recorder,
    link: Query<ReadLink>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
    voices: Voices,
) -> Result<HttpResponse, AppError> {
    let reading = shelf.reading(&link.of).ok_or(AppError::NotFound)?;
    let page = page_of(&house, ui, &recorder);
    let usual = Fields::from_pairs(&[("lang", crate::curriculum::model::Recording::MANDARIN), ("who", Who::Own.code())]);
    read_page(page, (&shelf, &voices), &recorder, reading, (StatusCode::OK, Filled::with(usual)))
}

fn read_page(
    page: Page,
    (shelf, voices): (&Shelf, &Voices),
    recorder: &Recorder,
    reading: Reading,
    (status, form): (StatusCode, Filled),
) -> Result<HttpResponse, AppError> {
    let (code, rest) = reading.of.split_once('-').unwrap_or((&reading.of, ""));
    let (back, words) = match rest.split_once('/') {
        Some((lesson, _)) => {
            (lesson, shelf.lesson(&format!("{code}-{lesson}")).map(|lesson| lesson.title.clone()).unwrap_or_default())
        }
        None => ("questions", page.t("recordings-questions")),
    };
    let is_administrator = recorder.scope.has_any(Role::ADMINISTRATORS);
    let whos = if is_administrator { Who::ALL.to_vec() } else { Vec::new() };
    let view = ReadPage {
        back: (format!("/staff/recordings/courses/{code}/{back}"), words),
        heard: card_voices(voices, &reading.of, page.lang()),
        whos: whos.into_iter().map(|who| (who.code(), page.t(&format!("recordings-who-{}", who.code())))).collect(),
        dialects: shelf.edition().manifest.dialects.clone(),
        reading,
        form,
        page,
    };
    let mut answer = html_with(status, &view)?;
    // This page alone may ask for the microphone, once its button is pressed.
    let allowed = actix_web::http::header::HeaderValue::from_static("microphone=(self), camera=(), geolocation=(), payment=()");
    answer.headers_mut().insert(actix_web::http::header::HeaderName::from_static(PERMISSIONS), allowed);
    Ok(answer)
}

/// The sound of a form, decoded whole.
async fn checked(house: &House, file: SentFile) -> Result<Result<Checked, FieldError>, AppError> {
    let bytes = match file {
        SentFile::TooLarge => return Ok(Err(forms::too_large())),
        SentFile::Whole(bytes) if bytes.is_empty() => return Ok(Err(forms::file_error(Unsound::Empty))),
        SentFile::Whole(bytes) => bytes,
    };
    match house.rooms.get::<Decoders>().check(bytes).await {
        Ok(checked) => Ok(Ok(checked)),
        Err(Refusal::Unsound(unsound)) => Ok(Err(forms::file_error(unsound))),
        Err(Refusal::Busy) => Err(AppError::Busy),
    }
}

/// `POST /staff/recordings/read`: takes the sound. It waits until somebody has listened.
pub async fn send(
    recorder: Recorder,
    upload: Upload,
    house: Data<House>,
    shelf: Shelf,
    voices: Voices,
) -> Result<HttpResponse, AppError> {
    let Uploaded { posted, file } = upload.read("file", MOST_BYTES).await?;
    let reading = shelf.reading(posted.fields.get("of")).ok_or(AppError::NotFound)?;
    let is_administrator = recorder.scope.has_any(Role::ADMINISTRATORS);
    let sent = forms::sent(&posted.fields, &shelf.edition().manifest.dialects, is_administrator);
    let (sent, checked) = match (sent, checked(&house, file).await?) {
        (Ok(sent), Ok(checked)) => (sent, checked),
        (sent, checked) => {
            let errors: FieldErrors = sent.err().into_iter().flatten().chain(checked.err()).collect();
            let form = Filled::wrong(posted.fields, errors);
            let page = page_of(&house, posted.ui, &recorder);
            return read_page(page, (&shelf, &voices), &recorder, reading, (StatusCode::UNPROCESSABLE_ENTITY, form));
        }
    };
    let new = new_recording(&house, &recorder.scope, &reading, (sent, checked)).await?;
    let id = house.db.write_for(posted.ui.request, async move |tx: &Tx| service::send(tx, &new).await).await?;
    Ok(redirect(&format!("/staff/recordings/{id}")))
}

/// Puts the sound into the file store and says what is to be kept of it.
async fn new_recording(
    house: &House,
    scope: &StaffScope,
    reading: &Reading,
    (sent, checked): (Sent, Checked),
) -> Result<NewRecording, AppError> {
    let grant = scope.grants().iter().find(|grant| Role::RECORDERS.contains(&grant.role)).ok_or(AppError::NotAllowed)?;
    let file = house.files.put(checked.bytes, house.clock().now()).await.map_err(|error| match error {
        files::Error::Disk(disk) if disk.kind() == std::io::ErrorKind::StorageFull => AppError::NoRoom(disk.to_string()),
        error => AppError::Fault(error.to_string()),
    })?;
    Ok(NewRecording {
        of: reading.of.clone(),
        words: reading.digest(),
        lang: sent.lang,
        kind: sent.who.speaker(),
        file,
        sound: checked.sound,
        seconds: checked.seconds,
        place: grant.area.clone(),
        sent_by: scope.actor(),
        speaker: (sent.who == Who::Own).then(|| scope.actor()),
        consent: CONSENT,
    })
}

/// `GET /staff/recordings/{id}`: one recording, to be listened to.
pub async fn one(
    recorder: Recorder,
    id: Path<String>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let one = find_for(&house, &recorder.scope, &id).await?;
    let names = identity::staff_names_of(house.db.read(), &house.keys, &[one.sent_by]).await?;
    html(&RecordingPage {
        page: page_of(&house, ui, &recorder),
        reading: shelf.reading(&one.of),
        sender: names.get(&one.sent_by).cloned().unwrap_or_default(),
        may: may(&recorder.scope, &one),
        is_own: one.standing.speaker == Some(recorder.scope.actor()),
        one,
    })
}

/// `GET /staff/recordings/{id}/sound`: the sound of one that is not published, for those who may listen first.
pub async fn listen(
    recorder: Recorder,
    request: HttpRequest,
    id: Path<String>,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let one = find_for(&house, &recorder.scope, &id).await?;
    if one.standing.state == State::Withdrawn {
        return Err(AppError::NotFound);
    }
    let bytes = house.files.get(one.file).await.map_err(|error| AppError::Fault(error.to_string()))?.ok_or(AppError::NotFound)?;
    Ok(give(&request, one.sound, bytes, (name_of(&one.file, one.sound), Keep::Never)))
}

/// `POST /staff/recordings/{id}/publish`: from now on everybody hears it. Doing so twice is doing it once.
pub async fn publish(
    administrator: Administrator,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (scope, actor) = (&administrator.scope, administrator.scope.actor());
    let one = find_for(&house, scope, &id).await?;
    if !is_within(&scope.areas(Role::ADMINISTRATORS), &one) {
        return Err(AppError::NotFound);
    }
    if house.files.get(one.file).await.map_err(|error| AppError::Fault(error.to_string()))?.is_none() {
        return Err(Error::FileGone.into());
    }
    let (id, words) = (one.id, shelf.reading(&one.of).map(|reading| reading.digest()));
    house.db.write_for(posted.ui.request, async move |tx: &Tx| service::publish(tx, id, actor, words).await).await?;
    house.rooms.get::<Known>().forget();
    Ok(redirect(&format!("/staff/recordings/{id}")))
}

/// `POST /staff/recordings/{id}/withdraw`: nobody hears it any more. Whoever speaks may, and whoever administers the place.
pub async fn withdraw(
    recorder: Recorder,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (scope, actor) = (&recorder.scope, recorder.scope.actor());
    let one = find_for(&house, scope, &id).await?;
    let is_theirs = one.sent_by == actor || is_within(&scope.areas(Role::ADMINISTRATORS), &one);
    if !is_theirs {
        return Err(AppError::NotAllowed);
    }
    let id = one.id;
    house.db.write_for(posted.ui.request, async move |tx: &Tx| service::withdraw(tx, id, actor).await).await?;
    house.rooms.get::<Known>().forget();
    Ok(redirect(&format!("/staff/recordings/{id}")))
}
