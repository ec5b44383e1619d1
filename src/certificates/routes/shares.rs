//! 给别人看一部分, for its owner: ticking, looking it over, the link, who has looked, taking it back.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};

use super::{Link, desk_of, write};
use crate::certificates::rules::shares::{ShareToken, What};
use crate::certificates::service::{self, NewShare};
use crate::certificates::share_views::{
    Pairs, ShareCheckPage, ShareOnePage, SharePage, ShareRow, ShareStatementPage, SharesPage, look_words, seen_words,
};
use crate::certificates::verify_forms::{self, Wished};
use crate::certificates::{Share, Shown};
use crate::clients::{self, Scope};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::{self, Act, Learner, Session};
use crate::kernel::CertificateId;
use crate::web::{
    FieldErrors, Fields, Filled, House, Page, Posted, QrPicture, Tab, Ui, address_of, day_words, html, html_with, id_in, redirect,
};

const STATEMENT: &str = "/shares/statement";

fn own_page(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Passbook).of(Some(session.who()))
}

/// What is filled in the first time: a masked name, a week.
fn usual() -> Filled {
    Filled::with(Fields::from_pairs(&[("name", "masked"), ("days", "7")]))
}

async fn to_share(house: &House, shelf: &Shelf, session: &Session, id: CertificateId) -> Result<Shown, AppError> {
    let desk = desk_of(house, shelf);
    Ok(service::to_share(house.db.read(), &desk, (&session.accounts(), id), house.clock().now()).await?)
}

fn units_of(shown: &Shown) -> Pairs {
    let lines = shown.facts.iter().flat_map(|facts| facts.lines.iter());
    lines.map(|line| (line.unit.clone(), format!("{} {}", line.unit, line.title))).collect()
}

fn title_of(shown: &Shown) -> String {
    shown.facts.as_ref().map(|facts| facts.kind.title.clone()).unwrap_or_default()
}

/// `GET /certificates/{id}/share`.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs.
pub async fn share_page(
    Learner(session): Learner,
    id: Path<String>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    session.allow(Act::Share)?;
    let id = id_in(&id)?;
    let shown = to_share(&house, &shelf, &session, id).await?;
    html(&form_of((own_page(&house, ui, &session), &session), usual(), (id, &shown)))
}

fn form_of((page, session): (Page, &Session), form: Filled, (id, shown): (CertificateId, &Shown)) -> SharePage {
    SharePage {
        page,
        form,
        href: format!("/certificates/{id}"),
        title: title_of(shown),
        units: units_of(shown),
        is_own: session.acting.helper.is_none(),
    }
}

/// `POST /certificates/{id}/share`: looks it over, goes back, or makes it.
///
/// # Errors
/// As [`share_page`]; where somebody helps.
pub async fn post_share(
    Learner(session): Learner,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    session.allow(Act::Share)?;
    let id = id_in(&id)?;
    let shown = to_share(&house, &shelf, &session, id).await?;
    let page = own_page(&house, posted.ui.clone(), &session);
    if posted.fields.get("doing") == "back" {
        return html(&form_of((page, &session), Filled::with(posted.fields), (id, &shown)));
    }
    let units: Vec<String> = units_of(&shown).into_iter().map(|(unit, _)| unit).collect();
    let wished = match verify_forms::parts(&posted.fields, &units) {
        Ok(wished) => wished,
        Err(errors) => {
            let view = form_of((page, &session), Filled::wrong(posted.fields, errors), (id, &shown));
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    if posted.fields.get("doing") == "make" {
        return make(&house, &session, &posted, (Some(id), wished)).await;
    }
    html(&ShareCheckPage {
        action: format!("/certificates/{id}/share"),
        title: title_of(&shown),
        is_statement: false,
        seen: seen_words(&page, &wished.shows, |unit| shelf.title_of(unit)),
        facts: facts_of(&page, &wished),
        along: along(&posted, &wished),
        page,
    })
}

fn facts_of(page: &Page, wished: &Wished) -> Pairs {
    let days = page.t1("shares-days", "days", wished.days);
    vec![(page.t("shares-for"), wished.purpose.clone()), (page.t("shares-how-long"), days)]
}

/// What was filled in, to go along with the next form.
fn along(posted: &Posted, wished: &Wished) -> Vec<(&'static str, String)> {
    let fields = &posted.fields;
    let mut along = vec![("once", fields.get("once").to_owned()), ("days", wished.days.to_string())];
    match wished.client {
        Some(client) => along.push(("client", client.to_string())),
        None => {
            along.push(("name", fields.get("name").to_owned()));
            along.push(("for", wished.purpose.clone()));
        }
    }
    along.extend(wished.shows.parts.iter().map(|part| ("part", part.code().to_owned())));
    along.extend(wished.shows.units.iter().map(|unit| ("unit", unit.clone())));
    along
}

async fn make(
    house: &House,
    session: &Session,
    posted: &Posted,
    (certificate, wished): (Option<CertificateId>, Wished),
) -> Result<HttpResponse, AppError> {
    let new = NewShare {
        certificate,
        shows: wished.shows,
        days: wished.days,
        purpose: wished.purpose,
        client: wished.client,
        once: posted.once()?,
    };
    let (keys, acting, accounts, token) = (house.keys.clone(), session.acting, session.accounts(), ShareToken::fresh());
    let work = async move |tx: &Tx| service::share(tx, &keys, (&acting, &accounts), (&new, &token)).await;
    let (_, id) = write(house, posted, work).await?;
    Ok(redirect(&format!("/shares/{id}?said=made")))
}

/// Programs that read statements: id, whose they are.
async fn readers_of(house: &House) -> Result<Pairs, AppError> {
    let all = clients::list(house.db.read()).await?;
    let reads = |client: &clients::ClientRow| {
        client.ended_at.is_none() && client.agency.is_some() && client.scopes.contains(&Scope::Statement)
    };
    Ok(all.into_iter().filter(reads).map(|client| (client.id.to_string(), client.name)).collect())
}

/// `GET /shares/statement`: the statement, to one program.
///
/// # Errors
/// What the database answers.
pub async fn statement_page(Learner(session): Learner, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    session.allow(Act::Share)?;
    let page = own_page(&house, ui, &session);
    let form = Filled::with(Fields::from_pairs(&[("days", "7")]));
    html(&ShareStatementPage { page, form, clients: readers_of(&house).await?, is_own: session.acting.helper.is_none() })
}

/// `POST /shares/statement`: looks it over, goes back, or makes it.
///
/// # Errors
/// Where somebody helps; what the database answers.
pub async fn post_statement(Learner(session): Learner, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    session.allow(Act::Share)?;
    let page = own_page(&house, posted.ui.clone(), &session);
    let readers = readers_of(&house).await?;
    let is_own = session.acting.helper.is_none();
    if posted.fields.get("doing") == "back" {
        return html(&ShareStatementPage { page, form: Filled::with(posted.fields), clients: readers, is_own });
    }
    let wished = match verify_forms::statement(&posted.fields, &readers) {
        Ok(wished) => wished,
        Err(errors) => return statement_again(page, (posted.fields, errors), (readers, is_own)),
    };
    if posted.fields.get("doing") == "make" {
        return make(&house, &session, &posted, (None, wished)).await;
    }
    html(&ShareCheckPage {
        action: STATEMENT.to_owned(),
        title: page.t("passbook-statement"),
        is_statement: true,
        seen: vec![page.t("shares-statement-seen")],
        facts: facts_of(&page, &wished),
        along: along(&posted, &wished),
        page,
    })
}

fn statement_again(
    page: Page,
    (fields, errors): (Fields, FieldErrors),
    (clients, is_own): (Pairs, bool),
) -> Result<HttpResponse, AppError> {
    let form = Filled::wrong(fields, errors);
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &ShareStatementPage { page, form, clients, is_own })
}

/// What a share is called: the certificate, or the statement.
async fn named(house: &House, (page, shelf): (&Page, &Shelf), session: &Session, share: &Share) -> Result<String, AppError> {
    let Some(id) = share.certificate else { return Ok(page.t("passbook-statement")) };
    let desk = desk_of(house, shelf);
    match service::to_share(house.db.read(), &desk, (&session.accounts(), id), house.clock().now()).await {
        Ok(shown) => Ok(title_of(&shown)),
        Err(crate::certificates::Error::NoSuch) => Ok(page.t("offline-kind")),
        Err(error) => Err(error.into()),
    }
}

/// `GET /shares`: all of them.
///
/// # Errors
/// What the database answers.
pub async fn shares_page(Learner(session): Learner, ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let (page, now) = (own_page(&house, ui, &session), house.clock().now());
    let mut keys = BTreeMap::new();
    let mut names: BTreeMap<Option<CertificateId>, String> = BTreeMap::new();
    let (mut open, mut over) = (Vec::new(), Vec::new());
    for share in service::list_shares(house.db.read(), &session.accounts()).await? {
        if let Entry::Vacant(place) = keys.entry(share.learner) {
            place.insert(identity::person_key(house.db.read(), &house.keys, share.learner).await?);
        }
        if let Entry::Vacant(place) = names.entry(share.certificate) {
            place.insert(named(&house, (&page, &shelf), &session, &share).await?);
        }
        let purpose = keys.get(&share.learner).map(|key| share.purpose(key)).unwrap_or_default();
        let ends = day_words(page.lang(), share.ended_at.unwrap_or(share.until).day());
        let row = ShareRow {
            href: format!("/shares/{}", share.id),
            title: names.get(&share.certificate).cloned().unwrap_or_default(),
            note: page.t2("shares-row", ("for", purpose), ("until", ends)),
        };
        if share.is_over(now) { over.push(row) } else { open.push(row) }
    }
    html(&SharesPage { page, open, over })
}

/// `GET /shares/{id}`: one of them.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs.
pub async fn share_one_page(
    Learner(session): Learner,
    (id, link): (Path<String>, Query<Link>),
    request: HttpRequest,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    session.allow(Act::Share)?;
    let page = own_page(&house, ui, &session);
    let (share, looks) = service::find_share(house.db.read(), &session.accounts(), id_in(&id)?).await?;
    let key = identity::person_key(house.db.read(), &house.keys, share.learner).await?;
    let is_statement = share.what == What::Statement;
    let mut names = BTreeMap::new();
    if looks.iter().any(|look| look.client.is_some()) {
        names.extend(clients::list(house.db.read()).await?.into_iter().map(|client| (client.id, client.name)));
    }
    let name = |look: &crate::certificates::Look| look.client.and_then(|client| names.get(&client));
    let token = share.token(&key).filter(|_| !share.is_over(house.clock().now()));
    let site = address_of(&house, &request);
    let text = token.map(|token| if is_statement { token.as_str().to_owned() } else { format!("{site}/s/{}", token.as_str()) });
    html(&ShareOnePage {
        href: format!("/shares/{}", share.id),
        title: named(&house, (&page, &shelf), &session, &share).await?,
        seen: if is_statement {
            vec![page.t("shares-statement-seen")]
        } else {
            seen_words(&page, &share.shows, |unit| shelf.title_of(unit))
        },
        facts: vec![
            (page.t("shares-for"), share.purpose(&key)),
            (page.t("shares-ends"), day_words(page.lang(), share.ended_at.unwrap_or(share.until).day())),
        ],
        link: text.and_then(|text| QrPicture::of(&text).map(|qr| (text, qr))),
        is_statement,
        looks: looks.iter().map(|look| look_words(&page, look, name(look).map(String::as_str))).collect(),
        notice: match link.said.as_str() {
            "made" => page.t("shares-said-made"),
            "ended" => page.t("shares-said-ended"),
            _ => String::new(),
        },
        page,
    })
}

/// `POST /shares/{id}/end`: takes it back.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs.
pub async fn post_end_share(
    Learner(session): Learner,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    session.allow(Act::Share)?;
    let (id, acting, accounts) = (id_in(&id)?, session.acting, session.accounts());
    let work = async move |tx: &Tx| service::end_share(tx, (&acting, &accounts), id).await;
    write(&house, &posted, work).await?;
    Ok(redirect(&format!("/shares/{id}?said=ended")))
}
