//! The paper sheet: typed in line by line, and printed beforehand.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};

use super::{Said, beside, class_path, keep_listed, own_class, person_row, row_of, staff_page, write};
use crate::classes::service::{self, Line};
use crate::classes::views::{PrintPage, SheetPage, SheetRow, check_in_notice, why_key};
use crate::classes::{Attendance, ClassSession, Way, forms};
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::Host;
use crate::kernel::LearnerId;
use crate::web::{FieldErrors, Fields, Filled, House, Page, Posted, Ui, html, html_with, id_in, redirect};

/// Lines of a printed sheet: enough for those who come unasked too.
const FEWEST_LINES: usize = 16;

/// `GET /staff/classes/{id}/sheet`.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs.
pub async fn sheet_form(
    host: Host,
    id: Path<String>,
    said: Query<Said>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let class = own_class(&house, &host.scope, &id).await?;
    sheet_page(&house, &host, ui, (&class, &said), (Vec::new(), Fields::default(), None)).await
}

/// The lines that count for nobody, opened.
pub(super) async fn waiting(house: &House, page: &Page, class: &ClassSession) -> Result<Vec<SheetRow>, AppError> {
    let lines = service::lines_of(house.db.read(), class.id).await?;
    let row = |line: &crate::classes::SheetLine| {
        let words = service::open_line(&house.keys, line).unwrap_or_default();
        SheetRow { id: line.id.to_string(), why: page.t(why_key(line.why, &words)), words }
    };
    Ok(lines.iter().map(row).collect())
}

pub(super) async fn sheet_page(
    house: &House,
    host: &Host,
    ui: Ui,
    (class, said): (&ClassSession, &Said),
    (errors, typed, at): (FieldErrors, Fields, Option<String>),
) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let page = staff_page(house, ui, &host.session);
    let (all, people) = service::people_on(db, &house.keys, class, &[]).await?;
    let mut by_sheet: Vec<_> = all.iter().filter(|one| one.way == Some(Way::Sheet)).collect();
    by_sheet.sort_by_key(|one| std::cmp::Reverse(one.came_at));
    let shown = by_sheet.iter().map(|one| one.learner).filter(|learner| people.contains_key(learner));
    keep_listed(house, &page, (&host.scope, class), shown).await?;
    let who = said.who.parse::<LearnerId>().ok().and_then(|who| people.get(&who)).map(|person| person.name.as_str());
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = SheetPage {
        notice: check_in_notice(&page, &said.said, &said.who, who.unwrap_or_default()),
        row: row_of(db, class, page.lang()).await?,
        form: Filled::wrong(typed, errors),
        came: by_sheet.into_iter().filter_map(|one| person_row(one, &people)).collect(),
        lines: waiting(house, &page, class).await?,
        photos: service::photos_of(db, class).await?.iter().map(ToString::to_string).collect(),
        at,
        page,
    };
    html_with(status, &view)
}

/// `POST /staff/classes/{id}/sheet`: one line, kept as soon as it is sent.
///
/// # Errors
/// As [`sheet_form`]; where it was closed or taken back.
pub async fn add_line(host: Host, id: Path<String>, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let class = own_class(&house, &host.scope, &id).await?;
    let again = async |errors: FieldErrors| {
        let all = (errors, posted.fields.clone(), None);
        sheet_page(&house, &host, posted.ui.clone(), (&class, &Said::default()), all).await
    };
    let typed = match forms::sheet_line(&posted.fields) {
        Ok(typed) => typed,
        Err(error) => return again(vec![error]).await,
    };
    let (once, digest) = (posted.once()?, service::keyed(&house.keys, &posted.digest()));
    let (keys, scope, id) = (house.keys.clone(), host.scope.clone(), class.id);
    let work = async move |tx: &Tx| service::type_line(tx, &keys, &scope, (id, &typed), (&once, &digest)).await;
    let sheet = format!("{}/sheet", class_path(class.id, ""));
    match write(&house, &posted, work).await {
        Ok(Line::In(learner)) => Ok(redirect(&format!("{sheet}?said=in&who={learner}"))),
        Ok(Line::Already(learner)) => Ok(redirect(&format!("{sheet}?said=already&who={learner}"))),
        Ok(Line::Waits(_)) => Ok(redirect(&sheet)),
        Err(error) => again(vec![beside(error, "line")?]).await,
    }
}

/// `POST /staff/classes/{id}/sheet/{line}`: says by a card number who it is (`doing=match`), or takes the line away (`doing=drop`).
///
/// # Errors
/// As [`add_line`].
pub async fn line_act(
    host: Host,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let class = own_class(&house, &host.scope, &path.0).await?;
    let line: uuid::Uuid = id_in(&path.1)?;
    let (keys, scope, id) = (house.keys.clone(), host.scope.clone(), class.id);
    let sheet = format!("{}/sheet", class_path(class.id, ""));
    if posted.fields.get("doing") == "drop" {
        write(&house, &posted, async move |tx: &Tx| service::drop_line(tx, &scope, id, line).await).await?;
        return Ok(redirect(&sheet));
    }
    let again = async |errors: FieldErrors| {
        let all = (errors, posted.fields.clone(), Some(line.to_string()));
        sheet_page(&house, &host, posted.ui.clone(), (&class, &Said::default()), all).await
    };
    let card = match forms::card(&posted.fields, "number") {
        Ok(card) => card,
        Err(error) => return again(vec![error]).await,
    };
    let work = async move |tx: &Tx| service::match_line(tx, &keys, &scope, id, (line, &card)).await;
    match write(&house, &posted, work).await {
        Ok((learner, true)) => Ok(redirect(&format!("{sheet}?said=in&who={learner}"))),
        Ok((learner, false)) => Ok(redirect(&format!("{sheet}?said=already&who={learner}"))),
        Err(error) => again(vec![beside(error, "number")?]).await,
    }
}

/// `GET /staff/classes/{id}/print`: the sign-in sheet, with those who signed up and empty lines.
///
/// # Errors
/// As [`sheet_form`].
pub async fn print_sheet(host: Host, id: Path<String>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let class = own_class(&house, &host.scope, &id).await?;
    let (all, people) = service::people_on(house.db.read(), &house.keys, &class, &[class.teacher]).await?;
    let page = staff_page(&house, ui, &host.session);
    let is_on = |one: &&Attendance| (one.is_signed_up || one.came_at.is_some()) && people.contains_key(&one.learner);
    let signed_up = all.iter().filter(is_on);
    keep_listed(&house, &page, (&host.scope, &class), signed_up.clone().map(|one| one.learner)).await?;
    let mut lines: Vec<(String, String)> =
        signed_up.filter_map(|one| person_row(one, &people)).map(|row| (row.name, row.tail)).collect();
    let wanted = usize::try_from(class.seats).unwrap_or(FEWEST_LINES).max(lines.len()).div_ceil(FEWEST_LINES) * FEWEST_LINES;
    lines.resize(wanted, (String::new(), String::new()));
    html(&PrintPage {
        row: row_of(house.db.read(), &class, page.lang()).await?,
        teacher: people.get(&class.teacher).map(|person| person.name.clone()).unwrap_or_default(),
        lines,
        page,
    })
}
