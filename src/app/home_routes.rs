//! The few routes of the house itself: text size, language, health.

use std::time::Duration as StdDuration;

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::rt::time::timeout;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse, http::header};
use serde::Deserialize;

use super::nightly;
use crate::curriculum::Shelves;
use crate::error::AppError;
use crate::i18n::Lang;
use crate::identity::{self, Learner, Visitor};
use crate::jobs;
use crate::ledger::seal::Alarm;
use crate::web::{Font, House, Kept, Page, Tab, Ui, local_path, redirect};

/// How long the database may take to answer before this process counts as not ready.
const PATIENCE: StdDuration = StdDuration::from_secs(2);

#[derive(Debug, Deserialize)]
pub(super) struct Switch {
    #[serde(default)]
    to: String,
    #[serde(default)]
    back: String,
}

/// `GET /font?to=large&back=/…`: keeps the text size for a year, with the account too where somebody is signed in, and leads back.
pub(super) async fn font(visitor: Visitor, switch: Query<Switch>, house: Data<House>) -> Result<HttpResponse, AppError> {
    let font = Font::from_code(&switch.to).ok_or(AppError::Malformed("to"))?;
    if let Some(session) = visitor.0.filter(|session| session.font != font.code()) {
        let acting = session.acting;
        house.db.write(async move |tx| identity::set_font(tx, &acting, font.code()).await).await?;
    }
    Ok(keep_and_return("font", font.code(), &switch.back, &house))
}

/// `GET /lang?to=en&back=/…`: keeps the language for a year, with the account too where somebody is signed in, and leads back.
pub(super) async fn lang(visitor: Visitor, switch: Query<Switch>, house: Data<House>) -> Result<HttpResponse, AppError> {
    let lang = Lang::from_tag(&switch.to).ok_or(AppError::Malformed("to"))?;
    if let Some(session) = visitor.0.filter(|session| session.lang != lang.tag()) {
        let acting = session.acting;
        house.db.write(async move |tx| identity::set_lang(tx, &acting, lang).await).await?;
    }
    Ok(keep_and_return("lang", lang.tag(), &switch.back, &house))
}

fn keep_and_return(name: &'static str, value: &'static str, back: &str, house: &House) -> HttpResponse {
    let cookie = Cookie::build(name, value)
        .path("/")
        .max_age(Duration::days(365))
        .same_site(SameSite::Lax)
        .http_only(true)
        .secure(house.config.is_https())
        .finish();
    HttpResponse::SeeOther().cookie(cookie).insert_header((header::LOCATION, local_path(back))).finish()
}

/// `GET /again`: offers to send what was written before signing in.
pub(super) async fn again(
    Learner(session): Learner,
    request: HttpRequest,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    match Kept::in_cookie(&request, &house, &ui) {
        Some(kept) => kept.after_sign_in(Page::new(&house, ui, Tab::Elsewhere).of(Some(session.who()))),
        None => Ok(redirect("/")),
    }
}

/// `GET /healthz`: the process lives.
pub(super) async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// `GET /readyz`: reading and writing go through in time, the last audit found the ledger whole, and its sealing goes on. Says what does not.
/// A faulty folder of the curriculum is said too, and takes nothing away: the last good edition is up. So are files that the night's audit
/// missed.
pub(super) async fn readyz(house: Data<House>, shelves: Data<Shelves>) -> HttpResponse {
    let reads = timeout(PATIENCE, jobs::find_finding(house.db.read(), nightly::LEDGER));
    let files = timeout(PATIENCE, jobs::find_finding(house.db.read(), nightly::FILES));
    let writes = timeout(PATIENCE, house.db.ping());
    let (reads, files, writes) = futures_util::join!(reads, files, writes);
    let finding = reads.ok().and_then(Result::ok);
    if let Some(Some(finding)) = &finding {
        house.metrics.ledger_audited(u64::try_from(finding.differences).unwrap_or(0), finding.looked_at.ms());
    }
    let is_sound = finding.as_ref().is_none_or(|finding| finding.as_ref().is_none_or(|finding| finding.differences == 0));
    let is_sealing = house.rooms.get::<Alarm>().why().is_none();
    let writes = matches!(writes, Ok(Ok(())));
    let parts = [("reader", finding.is_some()), ("writer", writes), ("ledger", is_sound), ("sealing", is_sealing)];
    let lines: String =
        parts.iter().map(|(part, is_well)| format!("{part} {}\n", if *is_well { "ok" } else { "FAILED" })).collect();
    let faults = shelves.last().map_or(0, |last| last.outcome.faults().len());
    let curriculum =
        if faults > 0 { format!("curriculum {faults} faults, the last good edition is up\n") } else { String::new() };
    let lost = files.ok().and_then(Result::ok).flatten().filter(|finding| finding.differences > 0);
    let lost =
        lost.map(|lost| format!("files {} missing or damaged, first {}\n", lost.differences, lost.first.unwrap_or_default()));
    let is_ready = parts.iter().all(|(_, is_well)| *is_well);
    let mut answer = if is_ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    answer.content_type("text/plain").body(lines + &curriculum + &lost.unwrap_or_default())
}
