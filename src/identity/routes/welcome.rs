//! What the doors share: where a request comes from, what an address may ask, the cookies of somebody who is in.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::error::AppError;
use crate::i18n::{Lang, Message};
use crate::identity::guard::{cookie_of, origin_of};
use crate::identity::roles::{Assurance, Ownership};
use crate::identity::secrets::{Origin, Secret};
use crate::identity::service::{self, Door, Hall, Sender};
use crate::identity::{Allowance, Error};
use crate::web::{DEVICE_COOKIE, Font, House, Ui, cookie_name, keep_cookie, local_path, redirect, session_cookie};

/// The cookie that holds the secret of proving a phone.
const FLOW_COOKIE: &str = "flow";
/// The cookie that marks a device as the hall's.
pub(super) const HALL_COOKIE: &str = "hall";
/// Days a device is remembered by its browser.
const DEVICE_DAYS: i64 = 400;

/// What a hall's device holds.
pub(super) fn hall_token(request: &HttpRequest, house: &House) -> Option<Secret> {
    let cookie = request.cookie(&cookie_name(HALL_COOKIE, house.config.is_https()))?;
    Secret::parse(cookie.value())
}

/// The hall whose device this is today.
pub(super) async fn hall_of(request: &HttpRequest, house: &House) -> Result<Option<Hall>, AppError> {
    let Some(token) = hall_token(request, house) else { return Ok(None) };
    Ok(service::find_hall(house.db.read(), &token, house.clock().now()).await?)
}

/// Somebody at the door.
pub(super) struct Caller {
    /// From where; with a device's mark in any case.
    pub origin: Origin,
    /// The token of the session held until now.
    pub held: Option<Secret>,
    /// Whether the device is a hall's.
    is_hall: bool,
}

impl Caller {
    pub fn of(request: &HttpRequest, house: &House) -> Self {
        let mut origin = origin_of(request, house);
        origin.device.get_or_insert_with(Secret::fresh);
        let held = session_cookie(request, house).and_then(|text| Secret::parse(&text));
        let is_hall = hall_token(request, house).is_some();
        if is_hall {
            origin.ownership = Ownership::Shared;
        }
        Self { origin, held, is_hall }
    }

    /// The same, on a device of which this was said. A hall's device is shared whatever is said.
    pub fn on(mut self, ownership: Ownership) -> Self {
        if self.origin.ownership == Ownership::Own {
            self.origin.ownership = ownership;
        }
        self
    }

    /// The same; what is opened on a hall's device ends with it.
    pub async fn at_hall(mut self, request: &HttpRequest, house: &House) -> Result<Self, AppError> {
        self.origin.hall = hall_of(request, house).await?.map(|hall| hall.id);
        Ok(self)
    }

    /// Takes one from what this address may ask in an hour, unless the device is known at this door.
    pub async fn take_allowance(&self, house: &House, door: Door<'_>) -> Result<(), AppError> {
        let now = house.clock().now();
        let Err(seconds) = house.rooms.get::<Allowance>().take(&house.keys, &self.origin, now) else { return Ok(()) };
        let is_known = service::is_known_at(house.db.read(), &house.keys, &self.origin, door).await?;
        if is_known { Ok(()) } else { Err(AppError::TooMany(seconds)) }
    }
}

/// An address that has asked for more than its share this hour.
pub(super) struct Crowd {
    seconds: u32,
}

impl Crowd {
    /// What to say beside the form, which stays filled.
    pub fn message(&self) -> Message {
        Message::of("identity-crowd").with("minutes", self.seconds.div_ceil(60))
    }

    /// The answer, saying to programs too when to come again.
    pub fn answer(&self, mut form: HttpResponse) -> HttpResponse {
        form.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(self.seconds));
        form
    }
}

/// The crowd where there is one. Whatever else is wrong stays an error.
pub(super) fn crowded(allowance: Result<(), AppError>) -> Result<Option<Crowd>, AppError> {
    match allowance {
        Ok(()) => Ok(None),
        Err(AppError::TooMany(seconds)) => Ok(Some(Crowd { seconds })),
        Err(error) => Err(error),
    }
}

/// The flow that this browser is in.
pub(super) fn flow_of(request: &HttpRequest, house: &House) -> Option<Secret> {
    let cookie = request.cookie(&cookie_name(FLOW_COOKIE, house.config.is_https()))?;
    Secret::parse(cookie.value())
}

pub(super) fn flow_cookie(flow: &Secret, house: &House) -> Cookie<'static> {
    keep_cookie(FLOW_COOKIE, flow.to_text(), None, house.config.is_https())
}

/// Takes a private cookie away.
pub(super) fn gone(name: &str, house: &House) -> Cookie<'static> {
    let mut cookie = keep_cookie(name, String::new(), None, house.config.is_https());
    cookie.make_removal();
    cookie
}

/// Leads somebody who is in to where they wanted to go, with session, device and text size in cookies; by way of the text of consent
/// where it has changed since they agreed.
pub(super) async fn welcome(
    house: &Data<House>,
    ui: &Ui,
    caller: &Caller,
    (token, assurance): (&Secret, Assurance),
    back: &str,
) -> Result<HttpResponse, AppError> {
    let https = house.config.is_https();
    let session = service::find_session(house.db.read(), &house.keys, token, house.clock().now()).await?;
    let lifetime = assurance.lifetime(caller.origin.ownership);
    let asks_anew = match &session {
        Some(session) if !session.is_staff() => !service::has_agreed(house.db.read(), session.acting.learner).await?,
        _ => false,
    };
    let mut response = if asks_anew { redirect(&with_back("/me/consent", back)) } else { redirect(local_path(back)) };
    let mut add = |cookie: Cookie<'_>| response.add_cookie(&cookie).map_err(|error| AppError::Fault(error.to_string()));
    add(cookie_of(token, lifetime, house))?;
    add(gone(FLOW_COOKIE, house))?;
    if let Some(device) = &caller.origin.device {
        add(keep_cookie(DEVICE_COOKIE, device.to_text(), Some(DEVICE_DAYS), https))?;
    }
    // On a device where nothing was chosen yet, text size and language are those kept with the account; on a hall's device always, since
    // what stands there is what the last one chose.
    let preference = |name: &'static str, value: String| {
        let cookie = Cookie::build(name, value).path("/").max_age(Duration::days(365)).same_site(SameSite::Lax);
        cookie.http_only(true).secure(https).finish()
    };
    if let Some(session) = session {
        if caller.is_hall || !ui.font_chosen && session.font != Font::default().code() {
            add(preference("font", session.font))?;
        }
        if caller.is_hall || !ui.lang_chosen && session.lang != Lang::default().tag() {
            add(preference("lang", session.lang))?;
        }
    }
    Ok(response)
}

/// `path` with the page to come back to behind it.
pub(super) fn with_back(path: &str, back: &str) -> String {
    let back = local_path(back);
    if back == "/" {
        return path.to_owned();
    }
    let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}back={back}")
}

/// Who signs letters of this bank.
#[must_use]
pub fn sender_of(house: &House) -> Sender {
    let site = house.config.public_url.clone().unwrap_or_else(|| format!("http://{}", house.config.listen));
    Sender { site, help_phone: house.config.help_phone.clone() }
}

/// Where the database is asked to write for a page.
pub(super) async fn write<T, F>(house: &House, work: F) -> Result<T, Error>
where
    F: AsyncFn(&crate::db::Tx) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    house.db.write(work).await
}
