//! The address on a learner card. On a volunteer's device it opens the check-in, for everybody else the door.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::desk::{Whom, come};
use super::{beside, class_path, own_class, rows_of, staff_page};
use crate::classes::rules::State;
use crate::classes::service;
use crate::classes::views::ConfirmPage;
use crate::classes::{Error, Way, forms};
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::{self, Host, Role, Session, StaffScope, Visitor};
use crate::kernel::{CardNumber, ClassId};
use crate::web::{FieldErrors, Fields, Filled, House, Posted, Ui, html_with, redirect};

/// What a link to a card may carry: how it was read, and for which session.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct CardLink {
    #[serde(default)]
    way: String,
    #[serde(default)]
    class: String,
}

fn way_of(text: &str) -> Way {
    if text == Way::Photo.code() { Way::Photo } else { Way::Card }
}

/// `GET /c/{card}`: whoever holds sessions says to which one its owner comes; everybody else signs in with it.
///
/// # Errors
/// [`AppError::NotFound`] where it is no card number.
pub async fn card(
    number: Path<String>,
    link: Query<CardLink>,
    visitor: Visitor,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let card = CardNumber::parse(&number).ok_or(AppError::NotFound)?;
    let scope = identity::scope_of(&house, visitor.0.as_ref(), Role::HOSTS).await?;
    let (Some(scope), Some(session)) = (scope, visitor.0) else {
        return Ok(redirect(&format!("/sign-in/card?card={}", card.as_str())));
    };
    let session = Session { duties: scope.duties(), ..session };
    confirm_page(&house, ui, (&session, &scope), &card, (&link, Vec::new())).await
}

async fn confirm_page(
    house: &House,
    ui: Ui,
    (session, scope): (&Session, &StaffScope),
    card: &CardNumber,
    (link, errors): (&CardLink, FieldErrors),
) -> Result<HttpResponse, AppError> {
    let (keys, seen_by, shown) = (house.keys.clone(), scope.clone(), card.clone());
    // Whose it is is shown, and that is kept.
    let found = async move |tx: &Tx| Ok::<_, Error>(identity::find_by_card(tx, &keys, &seen_by, &shown).await?);
    let found = house.db.write_for(ui.request, found).await?;
    let (db, now) = (house.db.read(), house.clock().now());
    let span = (now.day().minus_days(1).start(), now.day().plus_days(1).start());
    let all = service::list_within(db, &scope.areas(Role::HOSTS), span).await?;
    let wanted = link.class.parse::<ClassId>().ok();
    let mut on: Vec<_> = all
        .into_iter()
        .filter(|class| class.state == State::Planned && (class.hours.is_on(now) || Some(class.id) == wanted))
        .collect();
    if let Some(wanted) = wanted
        && on.iter().all(|class| class.id != wanted)
        && let Ok(class) = service::get_own_class(db, scope, wanted).await
    {
        on.push(class);
    }
    on.sort_by_key(|class| (Some(class.id) != wanted, class.hours.starts_at));
    let rows = rows_of(db, &on, ui.lang).await?;
    let sessions = on.iter().map(|class| class.id.to_string()).zip(rows).collect();
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = ConfirmPage {
        page: staff_page(house, ui, session),
        form: Filled::wrong(Fields::default(), errors),
        name: found.as_ref().map(|found| found.profile.name.clone()),
        learner: found.map(|found| found.profile.learner.to_string()),
        card: card.as_str().to_owned(),
        card_words: card.to_string(),
        way: way_of(&link.way).code(),
        sessions,
    };
    html_with(status, &view)
}

/// `POST /staff/check-in`: the owner of a card that was shown comes to the session chosen.
///
/// # Errors
/// [`AppError::NotFound`] where the session is none of theirs.
pub async fn check_in_card(host: Host, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let card = match forms::card(&posted.fields, "card") {
        Ok(card) => card,
        Err(_) => return Err(AppError::Malformed("card")),
    };
    let class = own_class(&house, &host.scope, posted.fields.get("class")).await?;
    let way = posted.fields.get("way").to_owned();
    match come(&house, &posted, &host.scope, (&class, Whom::Card(card.clone(), way_of(&way)))).await {
        Ok((learner, said)) => Ok(redirect(&format!("{}&who={learner}", class_path(class.id, said)))),
        Err(error) => {
            let link = CardLink { way, class: class.id.to_string() };
            let errors = vec![beside(error, "class")?];
            confirm_page(&house, posted.ui.clone(), (&host.session, &host.scope), &card, (&link, errors)).await
        }
    }
}
