//! The hall's device: made so by a volunteer; people come in there by card and pictures, or by a volunteer's digits.

use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use uuid::Uuid;

use super::learners::{page_of, page_path};
use super::people::place_at_desk;
use super::picks::{Picks, Step};
use super::sign_in::Link;
use super::welcome::{Caller, HALL_COOKIE, gone, hall_of, hall_token, sender_of, welcome, write};
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::guard::Finder;
use crate::identity::hall_views::{ChoosePicturesPage, HallDevicePage, HallPage, HallPicturesPage, VouchPage};
use crate::identity::roles::{Assurance, Role};
use crate::identity::secrets::Secret;
use crate::identity::service::{self, Desk, Found, Hall, PicturesSignIn, SignIn};
use crate::identity::{Error, forms};
use crate::kernel::{CardNumber, LearnerId, Timestamp};
use crate::places;
use crate::web::{
    FieldError, FieldErrors, Fields, Filled, House, Page, Posted, SESSION_COOKIE, Tab, Ui, html, html_with, keep_cookie, redirect,
};

fn fault(error: impl std::fmt::Display) -> AppError {
    AppError::Fault(error.to_string())
}

fn with_cookie(mut response: HttpResponse, cookie: &Cookie<'static>) -> Result<HttpResponse, AppError> {
    response.add_cookie(cookie).map_err(fault)?;
    Ok(response)
}

/// `GET /hall`: the first page of a hall's device.
pub async fn hall(request: HttpRequest, link: Query<Link>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let notice = match link.said.as_str() {
        "out" => Some(Message::of("identity-hall-out")),
        "volunteer" => Some(Message::of("identity-hall-by-volunteer")),
        _ => None,
    };
    hall_page(&house, &request, ui, (StatusCode::OK, Filled::default(), notice)).await
}

async fn hall_page(
    house: &House,
    request: &HttpRequest,
    ui: Ui,
    (status, form, notice): (StatusCode, Filled, Option<Message>),
) -> Result<HttpResponse, AppError> {
    let place = match hall_of(request, house).await? {
        Some(hall) => Some(place_name(house, &hall.place_code).await?),
        None => None,
    };
    html_with(status, &HallPage { page: Page::new(house, ui, Tab::Elsewhere), form, place, notice })
}

async fn place_name(house: &House, code: &str) -> Result<String, AppError> {
    let place = places::find_place(house.db.read(), code).await?;
    Ok(place.map_or_else(|| code.to_owned(), |place| place.name))
}

/// What the address of the pictures' page holds.
#[derive(Debug, Deserialize)]
pub struct Shown {
    #[serde(default)]
    card: String,
}

/// `GET /hall/pictures`: twelve pictures, for the next of the three.
pub async fn pictures(request: HttpRequest, shown: Query<Shown>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    if hall_of(&request, &house).await?.is_none() {
        return Ok(redirect("/hall"));
    }
    match forms::card(&Fields::from_pairs(&[("card", &shown.card)])) {
        Ok(card) => {
            let step = Picks::of(&request, &house, card.as_str()).step();
            pictures_page(&house, ui, (StatusCode::OK, None), (&card, step))
        }
        Err(error) => {
            let form = Filled::wrong(Fields::from_pairs(&[("card", &shown.card)]), vec![error]);
            hall_page(&house, &request, ui, (StatusCode::UNPROCESSABLE_ENTITY, form, None)).await
        }
    }
}

fn pictures_page(
    house: &House,
    ui: Ui,
    (status, error): (StatusCode, Option<Message>),
    (card, step): (&CardNumber, usize),
) -> Result<HttpResponse, AppError> {
    let errors = error.map(|message| FieldError::new("pictures", message)).into_iter().collect();
    let form = Filled::wrong(Fields::default(), errors);
    let page = Page::new(house, ui, Tab::Elsewhere);
    html_with(status, &HallPicturesPage { page, form, card: card.as_str().to_owned(), step })
}

/// `POST /hall/pictures`: one picture; after the third one is in, or begins anew.
pub async fn pick(posted: Posted, request: HttpRequest, house: Data<House>) -> Result<HttpResponse, AppError> {
    let Some(hall) = hall_of(&request, &house).await? else { return Ok(redirect("/hall")) };
    let card = match forms::card(&posted.fields) {
        Ok(card) => card,
        Err(error) => {
            let form = Filled::wrong(posted.fields.clone(), vec![error]);
            return hall_page(&house, &request, posted.ui, (StatusCode::UNPROCESSABLE_ENTITY, form, None)).await;
        }
    };
    let path = format!("/hall/pictures?card={}", card.as_str());
    let picks = Picks::of(&request, &house, card.as_str());
    let step = picks.step();
    let pictures = match picks.and(posted.fields.get("pick")) {
        Step::Next(picks) => return with_cookie(redirect(&path), &picks.cookie(&house)),
        Step::Wrong(wrong) => {
            let told = (StatusCode::UNPROCESSABLE_ENTITY, Some(wrong.into()));
            return pictures_page(&house, posted.ui, told, (&card, step));
        }
        Step::Three(pictures, _) => pictures,
    };
    let caller = Caller::of(&request, &house);
    let once = posted.once()?;
    let parts: [&[u8]; 3] = [b"pictures", once.as_str().as_bytes(), card.as_str().as_bytes()];
    let token = Secret::derived(&house.keys, "session-token", &parts);
    let (keys, origin, held, kept, shown) =
        (house.keys.clone(), caller.origin.clone(), caller.held.clone(), token.clone(), card.clone());
    let outcome = write(&house, async move |tx| {
        let at = (&hall, &origin);
        service::sign_in_by_pictures(tx, &keys, at, (&shown, pictures), (&kept, held.as_ref())).await
    });
    let begin_anew = Picks::cookie_gone(&house);
    match outcome.await? {
        PicturesSignIn::Ended(SignIn::In { .. }) => {
            let response = welcome(&house, &posted.ui, &caller, (&token, Assurance::Pictures), "/").await?;
            with_cookie(response, &begin_anew)
        }
        PicturesSignIn::Ended(SignIn::Wrong) => {
            let told = (StatusCode::UNPROCESSABLE_ENTITY, Some(Message::of("identity-pictures-wrong")));
            with_cookie(pictures_page(&house, posted.ui, told, (&card, 1))?, &begin_anew)
        }
        PicturesSignIn::Ended(SignIn::Rest(seconds)) => {
            let told = (StatusCode::TOO_MANY_REQUESTS, Some(forms::rest(seconds)));
            with_cookie(pictures_page(&house, posted.ui, told, (&card, 1))?, &begin_anew)
        }
        PicturesSignIn::ByVolunteer => with_cookie(redirect("/hall?said=volunteer"), &begin_anew),
    }
}

/// `POST /hall/code`: a volunteer's six digits.
pub async fn code(posted: Posted, request: HttpRequest, house: Data<House>) -> Result<HttpResponse, AppError> {
    let Some(hall) = hall_of(&request, &house).await? else { return Ok(redirect("/hall")) };
    let again = async |status, message: Message| {
        let form = Filled::wrong(posted.fields.clone(), vec![FieldError::new("digits", message)]);
        hall_page(&house, &request, posted.ui.clone(), (status, form, None)).await
    };
    let digits = match forms::hall_digits(&posted.fields) {
        Ok(digits) => digits,
        Err(error) => return again(StatusCode::UNPROCESSABLE_ENTITY, error.message).await,
    };
    let caller = Caller::of(&request, &house);
    let once = posted.once()?;
    let token = Secret::derived(&house.keys, "session-token", &[b"hall-code", once.as_str().as_bytes(), digits.as_bytes()]);
    let (keys, origin, held, kept) = (house.keys.clone(), caller.origin.clone(), caller.held.clone(), token.clone());
    let outcome = write(&house, async move |tx| {
        service::sign_in_vouched(tx, &keys, (&hall, &origin), &digits, (&kept, held.as_ref())).await
    });
    match outcome.await? {
        SignIn::In { .. } => welcome(&house, &posted.ui, &caller, (&token, Assurance::Vouched), "/").await,
        SignIn::Wrong => again(StatusCode::UNPROCESSABLE_ENTITY, Message::of("identity-hall-digits-wrong")).await,
        SignIn::Rest(seconds) => again(StatusCode::TOO_MANY_REQUESTS, forms::rest(seconds)).await,
    }
}

/// `POST /hall/end`: the class is over; this device is the hall's no more, and nobody is signed in on it.
pub async fn end(_posted: Posted, request: HttpRequest, house: Data<House>) -> Result<HttpResponse, AppError> {
    if let Some(token) = hall_token(&request, &house) {
        write(&house, async move |tx| service::end_hall(tx, &token).await).await?;
    }
    let mut response = redirect("/signed-out");
    for cookie in [gone(HALL_COOKIE, &house), gone(SESSION_COOKIE, &house), Picks::cookie_gone(&house)] {
        response.add_cookie(&cookie).map_err(fault)?;
    }
    Ok(response)
}

/// `GET /staff/hall-device`: says that the device at hand is the hall's; those that are.
pub async fn device_form(staff: Finder, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    device_page(&house, &staff, ui, (StatusCode::OK, Filled::default())).await
}

async fn device_page(
    house: &House,
    staff: &Finder,
    ui: Ui,
    (status, form): (StatusCode, Filled),
) -> Result<HttpResponse, AppError> {
    let set = service::list_halls(house.db.read(), &staff.scope, house.clock().now()).await?;
    let codes = set.iter().map(|hall| hall.place_code.clone()).collect();
    let names = places::names_by_codes(house.db.read(), codes).await?;
    let shown = |Hall { id, place_code, expires_at }: Hall| {
        let place = names.get(&place_code).cloned().unwrap_or(place_code);
        (id, place, Timestamp::to_minute_text(expires_at))
    };
    let halls = set.into_iter().map(shown).collect();
    let form = match staff.scope.areas(Role::FINDERS).as_slice() {
        [only] if form.errors().is_empty() && !only.as_str().is_empty() => {
            Filled::with(Fields::from_pairs(&[("place", &place_name(house, only.as_str()).await?)]))
        }
        _ => form,
    };
    html_with(status, &HallDevicePage { page: page_of(house, ui, &staff.session), form, halls })
}

/// `POST /staff/hall-device`. The volunteer's own session ends here: others use this device from now on.
pub async fn set_device(staff: Finder, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let again = async |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        device_page(&house, &staff, posted.ui.clone(), (StatusCode::UNPROCESSABLE_ENTITY, form)).await
    };
    let area = match place_at_desk(house.db.read(), &staff.scope.areas(Role::FINDERS), posted.fields.get("place")).await? {
        Ok(area) => area,
        Err(key) => return again(vec![FieldError::new("place", Message::of(key))]).await,
    };
    let (once, actor) = (posted.once()?, staff.scope.actor().uuid());
    let token = Secret::derived(&house.keys, "hall-device", &[actor.as_bytes(), once.as_str().as_bytes()]);
    let (scope, kept, acting, session) = (staff.scope.clone(), token.clone(), staff.session.acting, staff.session.id);
    write(&house, async move |tx| {
        service::set_hall(tx, &scope, &area, &kept).await?;
        service::end_session(tx, &acting, session).await
    })
    .await?;
    let response = with_cookie(redirect("/hall"), &keep_cookie(HALL_COOKIE, token.to_text(), Some(1), house.config.is_https()))?;
    with_cookie(response, &gone(SESSION_COOKIE, &house))
}

/// `POST /staff/hall-device/{id}/end`: from afar.
pub async fn end_device(
    staff: Finder,
    path: Path<String>,
    _posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let id: Uuid = path.parse().map_err(|_| AppError::NotFound)?;
    let scope = staff.scope;
    match write(&house, async move |tx| service::end_hall_of(tx, &scope, id).await).await {
        Err(Error::NoHall) => Err(AppError::NotFound),
        ended => ended.map_err(AppError::from).map(|()| redirect("/staff/hall-device")),
    }
}

/// Whom a member of staff has before them.
async fn before(house: &House, staff: &Finder, path: &str, what: &'static str) -> Result<(LearnerId, String), AppError> {
    let id: LearnerId = path.parse().map_err(|_| AppError::NotFound)?;
    let (keys, scope) = (house.keys.clone(), staff.scope.clone());
    let found = write(house, async move |tx| service::show(tx, &keys, &scope, (id, Role::FINDERS), what).await);
    let Found { profile, .. } = found.await?.ok_or(AppError::NotFound)?;
    Ok((id, profile.name))
}

/// `GET /staff/learners/{id}/pictures`: the person chooses their three pictures.
pub async fn choose_form(
    staff: Finder,
    path: Path<String>,
    request: HttpRequest,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    choose_page(&house, &staff, &request, ui, (&path, None)).await
}

async fn choose_page(
    house: &House,
    staff: &Finder,
    request: &HttpRequest,
    ui: Ui,
    (path, error): (&str, Option<Message>),
) -> Result<HttpResponse, AppError> {
    let (id, name) = before(house, staff, path, "pictures").await?;
    let picks = Picks::of(request, house, &id.to_string());
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let errors = error.map(|message| FieldError::new("pictures", message)).into_iter().collect();
    let form = Filled::wrong(Fields::default(), errors);
    let (page, step, chosen) = (page_of(house, ui, &staff.session), picks.step(), picks.chosen());
    html_with(status, &ChoosePicturesPage { page, form, id, name, step, chosen })
}

/// `POST /staff/learners/{id}/pictures`: one picture; all three were right; or begin anew.
pub async fn choose(
    staff: Finder,
    path: Path<String>,
    posted: Posted,
    request: HttpRequest,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (id, _) = before(&house, &staff, &path, "pictures").await?;
    let here = format!("/staff/learners/{id}/pictures");
    let picks = Picks::of(&request, &house, &id.to_string());
    if posted.fields.has("anew") {
        return with_cookie(redirect(&here), &Picks::cookie_gone(&house));
    }
    let pictures = match (posted.fields.has("keep"), picks.three()) {
        (true, Some(pictures)) => pictures,
        // Sent twice: the first has kept them, and the picks are gone.
        (true, None) => return Ok(redirect(&page_path(id, "pictures"))),
        (false, _) => match picks.and(posted.fields.get("pick")) {
            Step::Next(picks) | Step::Three(_, picks) => return with_cookie(redirect(&here), &picks.cookie(&house)),
            Step::Wrong(wrong) => return choose_page(&house, &staff, &request, posted.ui, (&path, Some(wrong.into()))).await,
        },
    };
    let desk = Desk { scope: staff.scope.clone(), learner: id, sender: sender_of(&house) };
    let keys = house.keys.clone();
    write(&house, async move |tx| service::set_pictures(tx, &keys, &desk, pictures).await).await?;
    with_cookie(redirect(&page_path(id, "pictures")), &Picks::cookie_gone(&house))
}

/// `POST /staff/learners/{id}/vouch`: six digits for somebody whom the volunteer has before them.
pub async fn vouch(staff: Finder, path: Path<String>, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let id: LearnerId = path.parse().map_err(|_| AppError::NotFound)?;
    let desk = Desk { scope: staff.scope.clone(), learner: id, sender: sender_of(&house) };
    let once = posted.once()?;
    let (actor, learner) = (staff.scope.actor().uuid(), id.uuid());
    let parts: [&[u8]; 3] = [actor.as_bytes(), learner.as_bytes(), once.as_str().as_bytes()];
    let ticket = Secret::derived(&house.keys, "hall-ticket", &parts).ticket();
    let keys = house.keys.clone();
    write(&house, async move |tx| service::vouch(tx, &keys, &desk, ticket).await).await?;
    Ok(redirect(&format!("/staff/learners/{id}/vouch/{ticket}")))
}

/// `GET /staff/learners/{id}/vouch/{ticket}`: the digits, as long as they can be used.
pub async fn vouched(staff: Finder, path: Path<(String, String)>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let (id, name) = before(&house, &staff, &path.0, "vouch").await?;
    let ticket: Uuid = path.1.parse().map_err(|_| AppError::NotFound)?;
    let desk = Desk { scope: staff.scope.clone(), learner: id, sender: sender_of(&house) };
    let found = service::find_vouched(house.db.read(), &house.keys, &desk, ticket).await?;
    let now = house.clock().now();
    let digits = found.filter(|(_, until)| *until > now).map(|(digits, _)| digits);
    html(&VouchPage { page: page_of(&house, ui, &staff.session), id, name, digits })
}
