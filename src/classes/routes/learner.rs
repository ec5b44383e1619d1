//! Sessions as learners look for them: the nearest first; signing up, and off again.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use sea_orm::ConnectionTrait;

use super::desk::facts_of;
use super::points::{TOWN, around};
use super::{Said, rows_of, write};
use crate::classes::ClassSession;
use crate::classes::rules::State;
use crate::classes::service;
use crate::classes::views::{ClassPage, ClassRow, ClassesPage, Own};
use crate::curriculum::{CourseCode, Shelf};
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Lang;
use crate::identity::{self, Learner, Session, Visitor};
use crate::places::PlaceCode;
use crate::web::{House, Page, Posted, Tab, Ui, html, id_in, redirect};

/// Sessions as rows for anybody: they lead to the public page.
pub(super) async fn public_rows(
    db: &impl ConnectionTrait,
    classes: &[ClassSession],
    lang: Lang,
) -> Result<Vec<ClassRow>, AppError> {
    let counts = service::counts_of(db, classes).await?;
    let rows = rows_of(db, classes, lang).await?;
    let public = |(row, class): (ClassRow, &ClassSession)| {
        let left = class.seats - counts.get(&class.id).map_or(0, |counts| counts.signed_up);
        let state =
            if left > 0 { lang.fill("classes-left", &[("count", &left.to_string())]) } else { lang.t("classes-full-row") };
        ClassRow { href: format!("/classes/{}", class.id), state, ..row }
    };
    Ok(rows.into_iter().zip(classes).map(public).collect())
}

/// `GET /classes`.
///
/// # Errors
/// What the database answers.
pub async fn classes(visitor: Visitor, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let (db, session, now) = (house.db.read(), visitor.0.as_ref(), house.clock().now());
    let (own_place, area) = around(&house, session);
    // Asked for apart: however many there are in the county, those of one's own town are among them.
    let town = own_place.get(..TOWN).and_then(PlaceCode::parse);
    let mut near = match &town {
        Some(town) => service::list_near(db, town, now.day()).await?,
        None => Vec::new(),
    };
    let mut others = service::list_near(db, &area, now.day()).await?;
    others.retain(|class| town.as_ref().is_none_or(|town| !town.covers(&class.place_code)));
    let own = match session {
        Some(session) => service::list_ahead(db, session.acting.learner, now).await?,
        None => Vec::new(),
    };
    for list in [&mut near, &mut others] {
        list.retain(|class| !class.hours.is_over(now) && own.iter().all(|own| own.id != class.id));
    }
    let lang = ui.lang;
    html(&ClassesPage {
        own: public_rows(db, &own, lang).await?,
        near: public_rows(db, &near, lang).await?,
        others: public_rows(db, &others, lang).await?,
        page: Page::new(&house, ui, Tab::Learn).of(session.map(Session::who)),
    })
}

/// `GET /classes/{id}`: one session.
///
/// # Errors
/// [`AppError::NotFound`] where there is none.
pub async fn class(
    id: Path<String>,
    said: Query<Said>,
    visitor: Visitor,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (db, session) = (house.db.read(), visitor.0.as_ref());
    let class = service::find_class(db, id_in(&id)?).await?;
    let own = match session {
        None => Own::Stranger,
        Some(session) => match service::attendance_of(db, session.acting.learner, class.id).await? {
            Some(one) if one.came_at.is_some() => Own::Came,
            Some(one) if one.is_signed_up => Own::SignedUp,
            _ => Own::Nothing,
        },
    };
    let page = Page::new(&house, ui, Tab::Learn).of(session.map(Session::who));
    let staff = [Some(class.teacher), class.witness].into_iter().flatten().collect::<Vec<_>>();
    let names = identity::names_of(db, &house.keys, &staff).await?;
    let name = |person| names.get(&person).cloned().unwrap_or_default();
    let row = public_rows(db, std::slice::from_ref(&class), page.lang()).await?.into_iter().next().ok_or(AppError::NotFound)?;
    let course = class.course.as_deref().and_then(CourseCode::parse).filter(|code| shelf.course(*code).is_some());
    html(&ClassPage {
        facts: facts_of(&page, &class, (name(class.teacher), None)),
        hindrance: hindrance(&house, (&page, session), &class).await?,
        notice: notice(&page, &said.said, own),
        own,
        course: course.map(|code| code.to_string()),
        point: format!("/points/{}", class.organisation),
        row,
        page,
    })
}

fn notice(page: &Page, said: &str, own: Own) -> String {
    match (said, own) {
        ("up", Own::SignedUp) => page.t("classes-said-up"),
        ("off", Own::Nothing) => page.t("classes-said-off"),
        _ => String::new(),
    }
}

/// Why the reader cannot sign up, in words.
async fn hindrance(house: &House, (page, session): (&Page, Option<&Session>), class: &ClassSession) -> Result<String, AppError> {
    let counts = service::counts_of(house.db.read(), std::slice::from_ref(class)).await?;
    let signed_up = counts.get(&class.id).map_or(0, |counts| counts.signed_up);
    let reader = session.map(|session| session.acting.learner);
    let is_for_others = service::is_for_members(house.db.read(), class, reader).await?;
    Ok(match class.state {
        State::Cancelled => page.t("classes-was-cancelled"),
        State::Closed => page.t("classes-is-over"),
        State::Planned if class.hours.is_over(house.clock().now()) => page.t("classes-is-over"),
        State::Planned if is_for_others => page.t("classes-members-only"),
        State::Planned if signed_up >= class.seats => page.t("classes-full"),
        State::Planned => String::new(),
    })
}

/// `POST /classes/{id}`: 报名 (`doing=up`) or 不去了 (`doing=off`).
///
/// # Errors
/// [`AppError::NotFound`]; where it is full, over or taken back.
pub async fn act(
    Learner(session): Learner,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let class = service::find_class(house.db.read(), id_in(&id)?).await?;
    let (acting, id) = (session.acting, class.id);
    let said = match posted.fields.get("doing") {
        "up" => {
            write(&house, &posted, async move |tx: &Tx| service::sign_up(tx, &acting, id).await).await?;
            "up"
        }
        "off" => {
            write(&house, &posted, async move |tx: &Tx| service::sign_off(tx, &acting, id).await).await?;
            "off"
        }
        _ => return Err(AppError::Malformed("doing")),
    };
    Ok(redirect(&format!("/classes/{}?said={said}", class.id)))
}
