//! Lists: brought, looked at, decided on, printed.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

use super::cards::{Link, shown};
use super::{page_of, place_name, write};
use crate::enrolment::batch_views::{BatchPage, BatchesPage};
use crate::enrolment::list::{Batch, BatchState};
use crate::enrolment::service::{self, NewBatch, Read, Shown};
use crate::enrolment::views::SheetPage;
use crate::enrolment::{batch_forms, columns, rules};
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Checker, ListOf, Role, place_at_desk};
use crate::kernel::LearnerId;
use crate::places;
use crate::web::sheet::{self, Line, MOST_FILE_BYTES};
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, Posted, Ui, Upload, Uploaded, html, html_with, redirect};

/// Organisations to choose from.
const MOST_ORGANISATIONS: u64 = 200;

/// What links to a list carry.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Said {
    #[serde(default)]
    said: String,
    #[serde(default)]
    organisation: String,
}

/// `GET /staff/batches`.
pub async fn batches(staff: Checker, link: Query<Said>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let form = Filled::with(Fields::from_pairs(&[("organisation", link.organisation.as_str())]));
    batches_page(&house, &staff, ui, (StatusCode::OK, form)).await
}

async fn batches_page(
    house: &House,
    staff: &Checker,
    ui: Ui,
    (status, form): (StatusCode, Filled),
) -> Result<HttpResponse, AppError> {
    let areas = staff.scope.areas(Role::CHECKERS);
    let own = places::list_organisations(house.db.read(), &areas, MOST_ORGANISATIONS).await?;
    let brought = service::list_batches(house.db.read(), &staff.scope).await?;
    let codes = brought.iter().map(|batch| batch.place_code.clone()).collect();
    let names = places::names_by_codes(house.db.read(), codes).await?;
    let place = |batch: Batch| {
        let place = names.get(&batch.place_code).unwrap_or(&batch.place_code).clone();
        (batch, place)
    };
    let batches = brought.into_iter().map(place).collect();
    let page = page_of(house, ui, &staff.session);
    let none = (String::new(), page.t("identity-organisation-none"));
    let organisations = std::iter::once(none).chain(own.into_iter().map(|one| (one.id.to_string(), one.name))).collect();
    html_with(status, &BatchesPage { page, form, organisations, batches })
}

/// `POST /staff/batches`: a file.
pub async fn upload(staff: Checker, upload: Upload, house: Data<House>) -> Result<HttpResponse, AppError> {
    let Uploaded { posted, file } = upload.read("file", MOST_FILE_BYTES).await?;
    let again = async |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        batches_page(&house, &staff, posted.ui.clone(), (StatusCode::UNPROCESSABLE_ENTITY, form)).await
    };
    let areas = staff.scope.areas(Role::CHECKERS);
    let area = place_at_desk(house.db.read(), &areas, posted.fields.get("place")).await?;
    let area = area.map_err(|key| FieldError::new("place", Message::of(key)));
    let (area, brought, file) = match (area, batch_forms::brought(&posted.fields), batch_forms::file(file)) {
        (Ok(area), Ok(brought), Ok(file)) => (area, brought, file),
        (area, brought, file) => {
            let errors = area.err().into_iter().chain(brought.err().unwrap_or_default()).chain(file.err());
            return again(errors.collect()).await;
        }
    };
    if let Some(organisation) = brought.organisation {
        let found = places::find_organisation(house.db.read(), organisation).await?;
        let is_own = |code: &str| areas.iter().any(|area| area.covers(code));
        if !found.is_some_and(|found| !found.is_closed && is_own(&found.place_code)) {
            return again(vec![FieldError::new("organisation", Message::of("identity-organisation-unknown"))]).await;
        }
    }
    let format = service::find_format(house.db.read(), brought.organisation).await?;
    let code = service::file_code(&house.keys, &file, &format);
    // Unpacking and reading are work for a thread of its own.
    let read = actix_web::web::block(move || sheet::read(&file)).await;
    let mut lines: Vec<Line> = match read {
        Ok(Ok(lines)) => lines,
        Ok(Err(wrong)) => return again(vec![batch_forms::unreadable(&wrong)]).await,
        // A file by which the reader fell over.
        Err(_) => return again(vec![batch_forms::unreadable(&sheet::Unreadable::NoList)]).await,
    };
    let first = lines.remove(0);
    let head = match columns::read_head(&format, &first.cells) {
        Ok(head) => head,
        Err(wrong) => return again(vec![batch_forms::wrong_head(&wrong)]).await,
    };
    if lines.is_empty() {
        return again(vec![batch_forms::unreadable(&sheet::Unreadable::Empty)]).await;
    }
    let new = NewBatch { organisation: brought.organisation, area, consent: brought.consent, file: code, head, lines };
    match service::keep_list(&house.db, &house.keys, &staff.scope, &new).await? {
        Read::New(id) => Ok(redirect(&format!("/staff/batches/{id}"))),
        Read::Known(id) => Ok(redirect(&format!("/staff/batches/{id}?said=known"))),
    }
}

fn id_of(path: &str) -> Result<Uuid, AppError> {
    path.parse().map_err(|_| AppError::NotFound)
}

/// `GET /staff/batches/{id}`.
pub async fn batch(
    staff: Checker,
    path: Path<String>,
    link: Query<Said>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let notice = match link.said.as_str() {
        "known" => Some(Message::of("enrolment-list-known")),
        "decided" => Some(Message::of("enrolment-list-decided")),
        _ => None,
    };
    batch_page(&house, &staff, ui, id_of(&path)?, (Filled::default(), notice)).await
}

async fn batch_page(
    house: &House,
    staff: &Checker,
    ui: Ui,
    id: Uuid,
    (form, notice): (Filled, Option<Message>),
) -> Result<HttpResponse, AppError> {
    let shown = service::page_of_batch(house.db.read(), &house.keys, &staff.scope, id).await?;
    let place = place_name(house, &shown.batch.place_code).await?;
    // While the bank works the page is fetched again and again; nobody decides then who is meant.
    let who = if shown.batch.state == BatchState::Checked { who_of(house, staff, &ui, &shown).await? } else { Vec::new() };
    let can_be_broken_off = service::can_be_broken_off(&staff.scope, &shown.batch, house.clock().now());
    let status = if form.errors().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html_with(status, &BatchPage { page: page_of(house, ui, &staff.session), form, shown, place, who, notice, can_be_broken_off })
}

/// Those who may be meant by lines: as much of them as whoever asks has in the list anyway; that it was shown is kept.
async fn who_of(house: &House, staff: &Checker, ui: &Ui, shown: &Shown) -> Result<Vec<(String, String)>, AppError> {
    let ids = shown.rows.iter().flat_map(|(row, _)| &row.problems).filter_map(|problem| problem.who.as_deref());
    let mut learners: Vec<LearnerId> = ids.filter_map(|id| id.parse().ok()).collect();
    learners.sort_by_key(|learner| learner.uuid());
    learners.dedup();
    if learners.is_empty() {
        return Ok(Vec::new());
    }
    let (keys, scope) = (house.keys.clone(), staff.scope.clone());
    let alike = write(house, ui, async move |tx| Ok(identity::show_alike(tx, &keys, &scope, &learners).await?)).await?;
    let codes = alike.iter().map(|one| one.place_code.clone()).collect();
    let places = places::names_by_codes(house.db.read(), codes).await?;
    let words = |one: identity::Alike| {
        let place = places.get(&one.place_code).cloned().unwrap_or(one.place_code);
        (one.learner.to_string(), format!("{} · {place}", one.name))
    };
    Ok(alike.into_iter().map(words).collect())
}

/// `POST /staff/batches/{id}/rows/{number}`: whether one line is somebody who is known.
pub async fn row(
    staff: Checker,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (id, number) = (id_of(&path.0)?, path.1.parse::<i64>().map_err(|_| AppError::NotFound)?);
    let scope = staff.scope.clone();
    let Some(to) = batch_forms::decision(&posted.fields) else {
        let wrong = vec![FieldError::new("decide", Message::of("enrolment-decide-choose"))];
        return batch_page(&house, &staff, posted.ui, id, (Filled::wrong(Fields::default(), wrong), None)).await;
    };
    write(&house, &posted.ui, async move |tx| service::decide_row(tx, &scope, id, number, to).await).await?;
    Ok(redirect(&format!("/staff/batches/{id}")))
}

/// `POST /staff/batches/{id}/decide`: its people are to be enrolled.
pub async fn decide(staff: Checker, path: Path<String>, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let id = id_of(&path)?;
    let (scope, rest) = (staff.scope.clone(), batch_forms::decision(&posted.fields));
    let shown = service::page_of_batch(house.db.read(), &house.keys, &staff.scope, id).await?;
    let [_, wrong, alike, ..] = shown.counts;
    if shown.batch.state == BatchState::Checked && (wrong > 0 || (alike > 0 && rest.is_none())) {
        let key = if wrong > 0 { "enrolment-decide-wrong" } else { "enrolment-decide-choose" };
        let errors = vec![FieldError::new("decide", Message::of(key))];
        return batch_page(&house, &staff, posted.ui, id, (Filled::wrong(posted.fields, errors), None)).await;
    }
    write(&house, &posted.ui, async move |tx| service::decide(tx, &scope, id, rest).await).await?;
    Ok(redirect(&format!("/staff/batches/{id}?said=decided")))
}

/// `POST /staff/batches/{id}/give-up`.
pub async fn give_up(staff: Checker, path: Path<String>, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let id = id_of(&path)?;
    let scope = staff.scope.clone();
    write(&house, &posted.ui, async move |tx| service::give_up(tx, &scope, id).await).await?;
    service::empty_given_up(&house.db, id).await?;
    Ok(redirect("/staff/batches"))
}

/// `GET /staff/batches/{id}/cards`: the cards of those whom it has enrolled.
pub async fn cards(
    staff: Checker,
    path: Path<String>,
    link: Query<Link>,
    request: HttpRequest,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let id = id_of(&path)?;
    let list = service::page_of_batch(house.db.read(), &house.keys, &staff.scope, id).await?;
    let [.., enrolled] = list.counts;
    let pages = usize::try_from(enrolled).unwrap_or(0).div_ceil(rules::CARDS_ON_A_PAGE).max(1);
    let number = link.page.clamp(1, pages);
    let found = service::list_cards(house.db.read(), &house.keys, &staff.scope, (id, number)).await?;
    let (scope, lines) = (staff.scope.clone(), found.len());
    write(&house, &ui, async move |tx| service::note_taken(tx, &scope, id, "enrolment.print_cards", lines).await).await?;
    let list_of = (&staff.scope, enrolled_at(&list.batch.place_code));
    identity::keep_listed(&house.db, ui.request, list_of, found.iter().map(|(learner, ..)| *learner)).await?;
    let cards = found.into_iter().map(|(_, name, card)| shown(&house, &request, name, &card)).collect::<Result<_, _>>()?;
    let page = page_of(&house, ui, &staff.session);
    let title = page.t1("enrolment-batch-cards", "place", place_name(&house, &list.batch.place_code).await?);
    let back = (format!("/staff/batches/{id}"), page.t("enrolment-batch-title"));
    html(&SheetPage { page, title, back, cards, given: 0, number, pages })
}

/// A list that staff may see who enrol many in its area.
pub(super) async fn own(house: &House, staff: &Checker, path: &str) -> Result<Batch, AppError> {
    Ok(service::find_batch(house.db.read(), &staff.scope, id_of(path)?).await?)
}

/// People who were enrolled at a place, as a list that is opened.
pub(super) const fn enrolled_at(place_code: &str) -> ListOf<'_> {
    ListOf { what: "enrolled_list", roles: Role::FINDERS, organisation: None, place_code }
}
