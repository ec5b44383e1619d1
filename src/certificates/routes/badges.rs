//! What its owner takes along for software of others: a certificate as the picture of a badge, all of them as one file.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};

use super::desk_of;
use crate::certificates::service::{self, BadgeKind, NotDrawn, Press};
use crate::credentials::{BadgeWords, presentation};
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::i18n::Lang;
use crate::identity::{Act, Learner, Session};
use crate::web::{House, id_in};

async fn badge(session: &Session, id: &str, (house, shelf): (&House, &Shelf), kind: BadgeKind) -> Result<HttpResponse, AppError> {
    session.allow(Act::UseCredit)?;
    let (desk, accounts) = (desk_of(house, shelf), session.accounts());
    let own = service::in_hand(house.db.read(), &desk, (&accounts, id_in(id)?), house.clock().now()).await?;
    // A badge is in Chinese, as what is signed in it.
    let words = BadgeWords {
        title: own.facts.kind.title.clone(),
        about: own.course().unwrap_or_default().to_owned(),
        bank: Lang::Chinese.t("site-name"),
    };
    let (content_type, end) = match kind {
        BadgeKind::Png => ("image/png", "png"),
        BadgeKind::Svg => ("image/svg+xml", "svg"),
    };
    let name = format!("attachment; filename=\"certificate-{}.{end}\"", own.facts.number);
    match house.rooms.get::<Press>().bake(kind, (words, own.bundle.credential)).await {
        Ok(file) => {
            Ok(HttpResponse::Ok().content_type(content_type).insert_header((header::CONTENT_DISPOSITION, name)).body(file))
        }
        Err(NotDrawn::Busy) => Err(AppError::Busy),
        Err(NotDrawn::Cannot(error)) => Err(AppError::Fault(error.to_string())),
        Err(NotDrawn::Broken(error)) => Err(AppError::Fault(error)),
    }
}

/// `GET /certificates/{id}/badge.png`: the signed document within a picture of points.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs, [`AppError::Changed`] where it was revoked, [`AppError::Busy`] while others are drawn.
pub async fn badge_png(
    Learner(session): Learner,
    id: Path<String>,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    badge(&session, &id, (&house, &shelf), BadgeKind::Png).await
}

/// `GET /certificates/{id}/badge.svg`: the same within a picture of shapes.
///
/// # Errors
/// As [`badge_png`].
pub async fn badge_svg(
    Learner(session): Learner,
    id: Path<String>,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    badge(&session, &id, (&house, &shelf), BadgeKind::Svg).await
}

/// `GET /certificates/all.json`: all of theirs that are valid now, as they were signed, in a presentation that nobody signs.
///
/// # Errors
/// What the database answers.
pub async fn all(Learner(session): Learner, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    session.allow(Act::UseCredit)?;
    let desk = desk_of(&house, &shelf);
    let documents = service::valid_documents(house.db.read(), &desk, session.acting.learner, house.clock().now()).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/vp")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"certificates.json\""))
        .body(presentation(&documents)))
}
