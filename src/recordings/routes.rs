//! Recordings on the desk: choosing what to read, sending it, listening first, publishing, taking back.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::forms::{self, Asks, Sent, Who};
use super::listen::{listen as listen_to, says};
use super::pool::{Decoders, Refusal};
use super::serve::{Keep, give};
use super::service::Publisher;
use super::sound::{Checked, MOST_BYTES, Unsound};
use super::views::{
    ChoosePage, DeskPage, List, May, Onward, ReadPage, RecordingPage, Replaced, Row, course_rows, is_changed, path_of, read_path,
    row_of,
};
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

/// Who may listen before everybody does: its sender, and who administers its place.
fn may_see(scope: &StaffScope, one: &Recording) -> bool {
    one.sent_by == scope.actor() || is_within(&scope.areas(Role::ADMINISTRATORS), one)
}

/// The recording, where who asks may see it.
async fn find_for(house: &House, scope: &StaffScope, id: &str) -> Result<Recording, AppError> {
    let id: RecordingId = id.parse().map_err(|_| AppError::NotFound)?;
    let one = service::find(house.db.read(), id).await?.ok_or(AppError::NotFound)?;
    if may_see(scope, &one) { Ok(one) } else { Err(AppError::NotFound) }
}

fn may(scope: &StaffScope, one: &Recording) -> May {
    let administers = is_within(&scope.areas(Role::ADMINISTRATORS), one);
    May {
        publish: administers && one.standing.may_be_published_by(scope.actor()),
        withdraw: one.standing.may_be_withdrawn_by(scope.actor(), administers || one.sent_by == scope.actor()),
    }
}

/// A page of what one sent oneself.
#[derive(Debug, Deserialize)]
pub struct DeskLink {
    #[serde(default)]
    page: String,
}

/// `GET /staff/recordings`.
pub async fn desk(
    recorder: Recorder,
    link: Query<DeskLink>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let page = page_of(&house, ui, &recorder);
    let areas = recorder.scope.areas(Role::ADMINISTRATORS);
    let number = link.page.parse().unwrap_or(1).max(1);
    let lists = service::lists(house.db.read(), &areas, recorder.scope.actor(), number).await?;
    let pages = lists.pages;
    let rows = |all: Vec<&Recording>| -> Vec<Row> { all.into_iter().map(|one| row_of(&page, &shelf, one)).collect() };
    let list = |key: &str, rows: Vec<Row>| List { title: page.t(key), rows };
    let lists = vec![
        list("recordings-waiting", rows(lists.waiting.iter().collect())),
        list("recordings-changed", rows(lists.shown.iter().filter(|one| is_changed(&shelf, one)).take(ON_A_LIST).collect())),
        list("recordings-own", rows(lists.sent.iter().collect())),
    ];
    html(&DeskPage { lists, number, pages, courses: course_rows(&page, &shelf), page })
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
    read_page((&house, page), (&shelf, &voices), &recorder, reading, (StatusCode::OK, Filled::with(usual))).await
}

/// The list that a card or a question stands on.
fn list_of(page: &Page, shelf: &Shelf, of: &str) -> (String, String) {
    let (code, rest) = of.split_once('-').unwrap_or((of, ""));
    let (back, words) = match rest.split_once('/') {
        Some((lesson, _)) => {
            (lesson, shelf.lesson(&format!("{code}-{lesson}")).map(|lesson| lesson.title.clone()).unwrap_or_default())
        }
        None => ("questions", page.t("recordings-questions")),
    };
    (format!("/staff/recordings/courses/{code}/{back}"), words)
}

async fn read_page(
    (house, page): (&House, Page),
    (shelf, voices): (&Shelf, &Voices),
    recorder: &Recorder,
    reading: Reading,
    (status, form): (StatusCode, Filled),
) -> Result<HttpResponse, AppError> {
    let mut heard = Vec::new();
    for voice in voices.of(&reading.of) {
        let sent = match voice.id {
            Some(id) => service::find(house.db.read(), id).await?,
            None => None,
        };
        let way = sent.filter(|one| may_see(&recorder.scope, one)).map(|one| path_of(one.id));
        heard.push((listen_to(&voice, page.lang()), way));
    }
    let whos = if asks_of(recorder) == Asks::WhoSpeaks { Who::ALL.to_vec() } else { Vec::new() };
    let view = ReadPage {
        back: list_of(&page, shelf, &reading.of),
        heard,
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

fn asks_of(recorder: &Recorder) -> Asks {
    if recorder.scope.has_any(Role::ADMINISTRATORS) { Asks::WhoSpeaks } else { Asks::Nothing }
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
    let sent = forms::sent(&posted.fields, &shelf.edition().manifest.dialects, asks_of(&recorder));
    let is_same = posted.fields.get("words") == reading.digest().to_string();
    let checked = if is_same { checked(&house, file).await? } else { Err(forms::words_changed()) };
    let (sent, checked) = match (sent, checked) {
        (Ok(sent), Ok(checked)) => (sent, checked),
        (sent, checked) => {
            let errors: FieldErrors = sent.err().into_iter().flatten().chain(checked.err()).collect();
            let form = Filled::wrong(posted.fields, errors);
            let page = page_of(&house, posted.ui, &recorder);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return read_page((&house, page), (&shelf, &voices), &recorder, reading, (status, form)).await;
        }
    };
    let new = new_recording(&house, &recorder.scope, &reading, (sent, checked)).await?;
    let id = house.db.write_for(posted.ui.request, async move |tx: &Tx| service::send(tx, &new).await).await?;
    Ok(redirect(&path_of(id)))
}

async fn put(house: &House, bytes: Vec<u8>) -> Result<files::Stored, AppError> {
    house.files.put(bytes, house.clock().now()).await.map_err(|error| match error {
        files::Error::Disk(disk) if disk.kind() == std::io::ErrorKind::StorageFull => AppError::NoRoom(disk.to_string()),
        error => AppError::Fault(error.to_string()),
    })
}

async fn bytes_of(house: &House, one: &Recording) -> Result<Option<Vec<u8>>, AppError> {
    house.files.get(one.file).await.map_err(|error| AppError::Fault(error.to_string()))
}

/// Puts the sound into the file store and says what is to be kept of it.
async fn new_recording(
    house: &House,
    scope: &StaffScope,
    reading: &Reading,
    (sent, checked): (Sent, Checked),
) -> Result<NewRecording, AppError> {
    let grant = scope.grants().iter().find(|grant| Role::RECORDERS.contains(&grant.role)).ok_or(AppError::NotAllowed)?;
    let file = put(house, checked.bytes).await?;
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
    let (scope, db, reading) = (&recorder.scope, house.db.read(), shelf.reading(&one.of));
    let page = page_of(&house, ui, &recorder);
    let may = may(scope, &one);
    let words = reading.as_ref().map(Reading::digest);
    let shown = if may.publish { service::find_shown(db, &one.of, &one.lang).await? } else { None };
    let people: Vec<_> = std::iter::once(one.sent_by).chain(shown.as_ref().map(|shown| shown.sent_by)).collect();
    let names = identity::staff_names_of(db, &house.keys, &people).await?;
    let name = |who| names.get(&who).cloned().unwrap_or_default();
    // What is not played any more is no loss to anybody.
    let shown = shown.filter(|shown| Some(shown.words) == words);
    let replaced = shown.map(|shown| Replaced {
        says: says(&shown.lang, shown.kind, shown.seconds, page.lang()),
        href: path_of(shown.id),
        sender: name(shown.sent_by),
        may: publisher(scope).may_replace(&shown, words),
    });
    let onward = (reading.is_some() && one.sent_by == scope.actor())
        .then(|| Onward { next: next_after(&shelf, &one.of), list: list_of(&page, &shelf, &one.of) });
    html(&RecordingPage {
        sender: name(one.sent_by),
        is_own: one.standing.speaker == Some(scope.actor()),
        can_listen: may_listen(scope, &one) && bytes_of(&house, &one).await?.is_some(),
        page,
        reading,
        may,
        replaced,
        onward,
        one,
    })
}

/// Where the next card or question of the course is read.
fn next_after(shelf: &Shelf, of: &str) -> Option<String> {
    let code = CourseCode::parse(of.split_once('-')?.0)?;
    let mut readings = shelf.readings_of(code).into_iter();
    readings.find(|reading| reading.of == of)?;
    readings.next().map(|reading| read_path(&reading.of))
}

fn publisher(scope: &StaffScope) -> Publisher {
    Publisher { actor: scope.actor(), areas: scope.areas(Role::ADMINISTRATORS) }
}

/// What is out is listened to by all who may see it; what was put away by who may publish it again.
fn may_listen(scope: &StaffScope, one: &Recording) -> bool {
    matches!(one.standing.state, State::Waiting | State::Shown) || may(scope, one).publish
}

/// `GET /staff/recordings/{id}/sound`: the sound of one that is not published, for those who may listen first.
pub async fn listen(
    recorder: Recorder,
    request: HttpRequest,
    id: Path<String>,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let one = find_for(&house, &recorder.scope, &id).await?;
    if !may_listen(&recorder.scope, &one) {
        return Err(AppError::NotFound);
    }
    let bytes = bytes_of(&house, &one).await?.ok_or(AppError::NotFound)?;
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
    let scope = &administrator.scope;
    let one = find_for(&house, scope, &id).await?;
    if !is_within(&scope.areas(Role::ADMINISTRATORS), &one) {
        return Err(AppError::NotFound);
    }
    let bytes = bytes_of(&house, &one).await?.ok_or(Error::FileGone)?;
    // Put there anew: it may have lain unused for a day, and be on its way out.
    put(&house, bytes).await?;
    let (id, by, words) = (one.id, publisher(scope), shelf.reading(&one.of).map(|reading| reading.digest()));
    house.db.write_for(posted.ui.request, async move |tx: &Tx| service::publish(tx, id, &by, words).await).await?;
    house.rooms.get::<Known>().forget();
    Ok(redirect(&path_of(id)))
}

/// `POST /staff/recordings/{id}/withdraw`: nobody hears it any more. Whoever sent it may, and whoever administers the place.
pub async fn withdraw(
    recorder: Recorder,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (id, actor) = (find_for(&house, &recorder.scope, &id).await?.id, recorder.scope.actor());
    house.db.write_for(posted.ui.request, async move |tx: &Tx| service::withdraw(tx, id, actor).await).await?;
    house.rooms.get::<Known>().forget();
    Ok(redirect(&path_of(id)))
}
