//! Delegations on an administrator's desk: asking, seeing what it comes to, agreeing, taking back, ending.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::{own, page_of, used_words, words};
use crate::agencies::forms::{self, Verdict};
use crate::agencies::views::{AskPage, DelegationPage, May, VersionRow};
use crate::agencies::{Agency, Asked, Delegation, Error, State, service};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Lang;
use crate::identity::{self, Administrator};
use crate::kernel::{Day, LearnerId};
use crate::places;
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, Posted, Ui, html_with, id_in, redirect};

/// `GET /staff/agencies/{id}/delegate`: filled in with what is in force, so that only what changes has to be written.
///
/// # Errors
/// [`AppError::NotFound`] where the agency lies elsewhere.
pub async fn ask_page(
    admin: Administrator,
    id: Path<String>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let agency = own(&house, &admin, &id).await?;
    let today = house.clock().now().day();
    let now = service::delegation_of(house.db.read(), agency.id, today).await?;
    let mut pairs = Vec::new();
    if let Some(Delegation { powers, .. }) = &now {
        pairs.extend(powers.units.iter().map(|unit| ("units", unit.clone())));
        pairs.extend(powers.kinds.iter().map(|kind| ("kinds", kind.clone())));
        pairs.extend(powers.second_for.iter().map(|kind| ("second_for", kind.clone())));
        pairs.extend([("per_learner", powers.per_learner.to_string()), ("per_year", powers.per_year.to_string())]);
    }
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let form = Filled::with(Fields::from_pairs(&pairs));
    ask_form((&house, &admin, &shelf), ui, &agency, (StatusCode::OK, form))
}

fn ask_form(
    (house, admin, shelf): (&House, &Administrator, &Shelf),
    ui: Ui,
    agency: &Agency,
    (status, form): (StatusCode, Filled),
) -> Result<HttpResponse, AppError> {
    let said = words(ui.lang, shelf);
    let (units, kinds) = (said.units(), said.kinds());
    let page = page_of(house, ui, &admin.session);
    html_with(status, &AskPage { page, id: agency.id, name: agency.name.clone(), form, units, kinds })
}

/// `POST /staff/agencies/{id}/delegate`: asks; nothing changes before a second person agrees.
///
/// # Errors
/// As [`ask_page`]; where another request waits, or who asks works for the agency.
pub async fn ask(
    admin: Administrator,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let agency = own(&house, &admin, &id).await?;
    let codes = |choices: Vec<(String, String)>| -> Vec<String> { choices.into_iter().map(|(code, _)| code).collect() };
    let said = words(posted.ui.lang, &shelf);
    let (units, kinds) = (codes(said.units()), codes(said.kinds()));
    let (powers, ground) = match forms::powers(&posted.fields, (&units, &kinds), house.clock().now().day()) {
        Ok(read) => read,
        Err(errors) => {
            let form = Filled::wrong(posted.fields, errors);
            return ask_form((&house, &admin, &shelf), posted.ui, &agency, (StatusCode::UNPROCESSABLE_ENTITY, form));
        }
    };
    let authority = places::authority_of(&house, Some(&agency.place_code)).await?;
    let asked =
        Asked { agency: agency.id, powers, ground, asker: admin.scope.actor(), responsible_org: authority.organisation_name };
    let error = match house.db.write_for(posted.ui.request, async move |tx: &Tx| service::ask(tx, &asked).await).await {
        Ok(request) => return Ok(redirect(&format!("/staff/agencies/{}/delegations/{request}?said=asked", agency.id))),
        Err(error) => error,
    };
    // What was typed stays, whatever is said to it.
    let (status, error) = beside(error, "ground")?;
    let form = Filled::wrong(posted.fields, vec![error]);
    ask_form((&house, &admin, &shelf), posted.ui, &agency, (status, form))
}

/// What the service refuses, said beside a field; the error itself where it is no matter of a form.
fn beside(error: Error, field: &'static str) -> Result<(StatusCode, FieldError), AppError> {
    match AppError::from(error) {
        AppError::Refused(message) => Ok((StatusCode::UNPROCESSABLE_ENTITY, FieldError::new(field, message))),
        AppError::Changed(message) => Ok((StatusCode::CONFLICT, FieldError::new(field, message))),
        other => Err(other),
    }
}

/// What was done just now.
#[derive(Debug, Deserialize)]
pub struct Link {
    #[serde(default)]
    said: String,
}

async fn found(house: &House, admin: &Administrator, (agency, id): &(String, String)) -> Result<(Agency, Delegation), AppError> {
    let agency = own(house, admin, agency).await?;
    let version = service::get_delegation(house.db.read(), agency.id, id_in(id)?).await?;
    Ok((agency, version))
}

/// `GET /staff/agencies/{id}/delegations/{delegation}`: one version, beside what is in force.
///
/// # Errors
/// [`AppError::NotFound`] where there is none, or the agency lies elsewhere.
pub async fn show(
    admin: Administrator,
    path: Path<(String, String)>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let seen = found(&house, &admin, &path).await?;
    let said = match (link.said.as_str(), seen.1.state) {
        ("asked", State::Open) => "agencies-said-asked",
        ("agreed", State::Approved) => "agencies-said-agreed",
        ("disagreed", State::Refused) => "agencies-said-disagreed",
        ("withdrawn", State::Withdrawn) => "agencies-said-withdrawn",
        ("ended", State::Approved) if seen.1.ended.is_some() => "agencies-said-ended",
        _ => "",
    };
    let reader = Reader { house: &house, admin: &admin, shelf: &shelf };
    reader.page(ui, &seen, (StatusCode::OK, Filled::default()), said).await
}

/// Who looks at a version.
struct Reader<'a> {
    house: &'a House,
    admin: &'a Administrator,
    shelf: &'a Shelf,
}

impl Reader<'_> {
    async fn may(&self, agency: &Agency, version: &Delegation) -> Result<May, AppError> {
        let actor = self.admin.scope.actor();
        if agency.is_closed {
            return Ok(May::Look);
        }
        Ok(match version.state {
            State::Open if version.asked.0 == actor => May::TakeBack,
            State::Open => match service::must_not_work_for(self.house.db.read(), agency, actor).await {
                Ok(()) => May::Decide,
                Err(Error::OwnAgency) => May::Look,
                Err(error) => return Err(error.into()),
            },
            State::Approved if version.ended.is_none() => May::End,
            State::Approved | State::Refused | State::Withdrawn => May::Look,
        })
    }

    async fn page(
        &self,
        ui: Ui,
        (agency, version): &(Agency, Delegation),
        (status, form): (StatusCode, Filled),
        said: &'static str,
    ) -> Result<HttpResponse, AppError> {
        let (house, lang, db) = (self.house, ui.lang, self.house.db.read());
        let versions = service::list_delegations(db, agency.id).await?;
        let now = service::version_in_force(&versions, house.clock().now().day());
        let ender = version.ended.as_ref().map(|ended| ended.1);
        let people: Vec<LearnerId> = [Some(version.asked.0), version.decider, ender].into_iter().flatten().collect();
        let names = identity::staff_names_of(db, &house.keys, &people).await?;
        let name = |who: Option<LearnerId>| who.and_then(|who| names.get(&who).cloned()).unwrap_or_default();
        let row = VersionRow::of(lang, agency.id, version, now.is_some_and(|now| now.id == version.id));
        let is_open = version.state == State::Open;
        let ended = version.ended.as_ref().map(|(at, by, why)| {
            let (day, who) = (at.day().to_string(), name(Some(*by)));
            lang.fill("agencies-ended", &[("day", day.as_str()), ("who", who.as_str()), ("why", why.as_str())])
        });
        let said_words = words(lang, self.shelf);
        let page = DelegationPage {
            id: agency.id,
            name: agency.name.clone(),
            href: row.href,
            state: row.state,
            asker: name(Some(version.asked.0)),
            asked: row.asked,
            decider: name(version.decider),
            ground: version.ground.clone(),
            answer: version.answer.clone().unwrap_or_default(),
            ended: ended.unwrap_or_default(),
            wanted: said_words.powers(&version.powers),
            now: now.filter(|now| now.id != version.id).map(|now| said_words.powers(&now.powers)),
            used: used_words(house, lang, agency).await?,
            shown: if is_open { service::shown_digest(version.id, &versions).to_string() } else { String::new() },
            may: self.may(agency, version).await?,
            form,
            said,
            end_hint: self.end_hint(lang, version, &versions),
            is_stale: said == "agencies-stale",
            page: page_of(house, ui, &self.admin.session),
        };
        html_with(status, &page)
    }

    /// One that has not begun replaces what is used now all the same, from its first day on; unless something else was agreed to since.
    fn end_hint(&self, lang: Lang, version: &Delegation, versions: &[Delegation]) -> String {
        let is_ahead = |begins: &Day| *begins > self.house.clock().now().day();
        let counts_then = |begins: &Day| service::version_in_force(versions, *begins).is_some_and(|then| then.id == version.id);
        match version.begins().filter(is_ahead).filter(counts_then) {
            Some(begins) => lang.fill("agencies-end-early-hint", &[("from", &begins.to_string())]),
            None => lang.t("agencies-end-hint"),
        }
    }

    async fn again(&self, posted: Posted, seen: &(Agency, Delegation), errors: FieldErrors) -> Result<HttpResponse, AppError> {
        let form = Filled::wrong(posted.fields, errors);
        self.page(posted.ui, seen, (StatusCode::UNPROCESSABLE_ENTITY, form), "").await
    }
}

fn back((agency, version): &(Agency, Delegation), said: &str) -> HttpResponse {
    redirect(&format!("/staff/agencies/{}/delegations/{}?said={said}", agency.id, version.id))
}

/// `POST /staff/agencies/{id}/delegations/{delegation}`: the second person agrees (`doing=agree`) or does not (`doing=disagree`).
///
/// # Errors
/// As [`show`]; where it is decided meanwhile, or who decides asked for it, perhaps by another account, or works for the agency.
pub async fn decide(
    admin: Administrator,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let seen = found(&house, &admin, &path).await?;
    let reader = Reader { house: &house, admin: &admin, shelf: &shelf };
    let verdict = match Verdict::parse(&posted.fields) {
        Ok(verdict) => verdict,
        Err(errors) => return reader.again(posted, &seen, errors).await,
    };
    let (which, actor) = ((seen.0.id, seen.1.id), admin.scope.actor());
    let said = if matches!(verdict, Verdict::Agree(_)) { "agreed" } else { "disagreed" };
    let work = async move |tx: &Tx| match &verdict {
        Verdict::Agree(shown) => service::agree(tx, which, actor, shown).await,
        Verdict::Disagree(words) => service::refuse(tx, which, actor, words).await,
    };
    match house.db.write_for(posted.ui.request, work).await {
        Ok(()) => Ok(back(&seen, said)),
        // It comes to something else than what was shown: the page again, as things are now.
        Err(Error::Stale) => {
            let form = Filled::with(posted.fields);
            reader.page(posted.ui, &seen, (StatusCode::CONFLICT, form), "agencies-stale").await
        }
        Err(error) => {
            let (status, error) = beside(error, "answer")?;
            let form = Filled::wrong(posted.fields, vec![error]);
            reader.page(posted.ui, &seen, (status, form), "").await
        }
    }
}

/// `POST /staff/agencies/{id}/delegations/{delegation}/withdraw`: the asker takes it back.
///
/// # Errors
/// As [`show`]; [`AppError::NotAllowed`] for anybody but the asker.
pub async fn withdraw(
    admin: Administrator,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let seen = found(&house, &admin, &path).await?;
    let (which, actor) = ((seen.0.id, seen.1.id), admin.scope.actor());
    house.db.write_for(posted.ui.request, async move |tx: &Tx| service::withdraw(tx, which, actor).await).await?;
    Ok(back(&seen, "withdrawn"))
}

/// `POST /staff/agencies/{id}/delegations/{delegation}/end`: before its time, with a reason.
///
/// # Errors
/// As [`show`]; where it was never agreed to.
pub async fn end(
    admin: Administrator,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let seen = found(&house, &admin, &path).await?;
    let why = match forms::reason(&posted.fields, "end_why") {
        Ok(why) => why,
        Err(errors) => {
            let reader = Reader { house: &house, admin: &admin, shelf: &shelf };
            return reader.again(posted, &seen, errors).await;
        }
    };
    let (which, actor) = ((seen.0.id, seen.1.id), admin.scope.actor());
    house.db.write_for(posted.ui.request, async move |tx: &Tx| service::end(tx, which, actor, &why).await).await?;
    Ok(back(&seen, "ended"))
}
