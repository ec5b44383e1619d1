//! 我的证书: those that there are, what is missing for one and where, asking for one.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use std::collections::BTreeMap;

use super::refusals::way_of;
use super::{Link, Said, desk_of, write};
use crate::agencies;
use crate::certificates::forms;
use crate::certificates::service::{self, Asking, Before, rule_of};
use crate::certificates::views::{
    CertificateAskPage, CertificatePage, CertificatesPage, Choices, OwnRequest, Row, all_of, basis_lines, missing_lines, row_of,
    standing_words, title_of, ways_of,
};
use crate::certificates::{Event, Request, RequestState, Shown, Standing, WHOLE};
use crate::credentials::LineFacts;
use crate::curriculum::Shelf;
use crate::curriculum::model::CertificateRule;
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::{self, Act, Learner, Session, Whose};
use crate::kernel::{AgencyId, Day, SealKey};
use crate::learning;
use crate::recognition;
use crate::web::{House, Page, Posted, QrPicture, Tab, Ui, day_words, html, html_with, id_in, redirect};

fn own_page(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Passbook).of(Some(session.who()))
}

/// The names of agencies, each asked for once.
async fn names_of(house: &House, ids: impl IntoIterator<Item = AgencyId>) -> Result<BTreeMap<AgencyId, String>, AppError> {
    let mut names = BTreeMap::new();
    for id in ids {
        if let std::collections::btree_map::Entry::Vacant(place) = names.entry(id) {
            let found = agencies::find_agency(house.db.read(), id).await?;
            place.insert(found.map(|agency| agency.name).unwrap_or_default());
        }
    }
    Ok(names)
}

/// `GET /certificates`.
///
/// # Errors
/// What the database answers.
pub async fn list(
    Learner(session): Learner,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (db, desk, now) = (house.db.read(), desk_of(&house, &shelf), house.clock().now());
    let accounts = session.accounts();
    let own = service::list_own(db, &desk, (session.acting.learner, &accounts), now).await?;
    let ids = own.certificates.iter().map(|shown| shown.register.agency).chain(own.requests.iter().map(|asked| asked.agency));
    let names = names_of(&house, ids).await?;
    let name = |id: &AgencyId| names.get(id).cloned().unwrap_or_default();
    let page = own_page(&house, ui, &session);
    let key = identity::person_key(db, &house.keys, session.acting.learner).await?;
    let notice = match link.said.as_str() {
        "asked" => page.t("certificates-said-asked"),
        "withdrawn" => page.t("certificates-said-withdrawn"),
        _ => String::new(),
    };
    let may_use = session.may(Act::UseCredit);
    let mut asked = Vec::new();
    for one in own.requests.iter().filter(|asked| asked.state != RequestState::Approved) {
        let way = way_of(&house, &page, one).await?;
        asked.push(request_row((&page, &shelf), one, (&name(&one.agency), &key), way));
    }
    html(&CertificatesPage {
        certificates: own.certificates.iter().map(|shown| row_of(&page, &shelf, shown, &name(&shown.register.agency))).collect(),
        files: all_of(&page, may_use && own.certificates.iter().any(|shown| shown.standing == Standing::Active)),
        requests: asked,
        kinds: shelf.certificates().iter().map(kind_row).collect(),
        may_share: session.may(Act::Share),
        notice,
        page,
    })
}

fn kind_row(rule: &CertificateRule) -> Row {
    Row { href: format!("/certificates/ask/{}", rule.id), title: rule.title.clone(), notes: vec![rule.criteria.clone()] }
}

fn request_row(
    (page, shelf): (&Page, &Shelf),
    asked: &Request,
    (agency, key): (&str, &SealKey),
    way: Option<(Row, bool)>,
) -> OwnRequest {
    let state = page.t(&format!("certificates-request-{}", asked.state.code()));
    let day = day_words(page.lang(), asked.asked_at.day());
    let note =
        page.lang().fill("certificates-asked-note", &[("day", day.as_str()), ("agency", agency), ("state", state.as_str())]);
    let mut answer = Vec::new();
    if let Some(until) = service::contestable_until(asked) {
        answer.push(asked.answer(key));
        if way.as_ref().is_some_and(|(_, is_open)| *is_open) {
            let until = day_words(page.lang(), until);
            answer.push(page.t2("certificates-appeal", ("until", until), ("phone", &page.help_phone)));
        }
    }
    OwnRequest {
        title: title_of(page, shelf, (&asked.kind, &asked.about)),
        note,
        answer: answer.into_iter().filter(|line| !line.is_empty()).collect(),
        withdraw: asked.state.is_waiting().then(|| format!("/certificates/requests/{}/withdraw", asked.id)),
        ways: way.map(|(way, _)| way).into_iter().collect(),
    }
}

/// `GET /certificates/ask/{kind}`: what is missing, and where that is to be had; else by whom it is to be issued. `?unit=` names the unit of a
/// 单元学习证明.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such kind.
pub async fn ask_page(
    Learner(session): Learner,
    kind: Path<String>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let asker = Asker { house: &house, session: &session, shelf: &shelf };
    asker.page(ui, (&kind, &link.unit), Said::default()).await
}

/// Who asks.
struct Asker<'a> {
    house: &'a House,
    session: &'a Session,
    shelf: &'a Shelf,
}

impl Asker<'_> {
    async fn page(&self, ui: Ui, (kind, unit): (&str, &str), said: Said) -> Result<HttpResponse, AppError> {
        let rule = self.shelf.certificates().iter().find(|rule| rule.id == kind).ok_or(AppError::NotFound)?;
        let (page, desk) = (own_page(self.house, ui, self.session), desk_of(self.house, self.shelf));
        let is_of_unit = rule.min_courses <= 1;
        let is_chosen = !is_of_unit || !unit.is_empty();
        let about = if is_of_unit { unit } else { WHOLE };
        let mut view = CertificateAskPage {
            form: said.form,
            title: title_of(&page, self.shelf, (kind, if is_chosen { about } else { WHOLE })),
            criteria: rule.criteria.clone(),
            footer: rule.footer.clone(),
            href: format!("/certificates/ask/{kind}"),
            units: Vec::new(),
            is_chosen,
            unit: unit.to_owned(),
            missing: Vec::new(),
            plan: (!is_of_unit).then(|| format!("{}/{kind}", learning::PLANS_URL)),
            lines: Vec::new(),
            agencies: Vec::new(),
            has_place: self.session.place_code.is_some(),
            before: None,
            sign_in: (!self.session.may(Act::UseCredit)).then(|| ask_path(kind, unit)),
            problem: said.problem.map(|problem| problem.say(page.lang())).unwrap_or_default(),
            page,
        };
        if is_chosen {
            // A unit that the edition has not is no certificate's.
            rule_of(&desk, kind, about).map_err(|_| AppError::NotFound)?;
            self.fill(&mut view, &desk, (kind, about)).await?;
        } else {
            view.units = self.units(kind).await?;
        }
        html_with(said.status, &view)
    }

    /// What is missing; where nothing is, what it rests on and who may issue it.
    async fn fill(
        &self,
        view: &mut CertificateAskPage,
        desk: &crate::certificates::Desk,
        (kind, about): (&str, &str),
    ) -> Result<(), AppError> {
        let (db, now) = (self.house.db.read(), self.house.clock().now());
        let learner = self.session.acting.learner;
        if let Some(before) = service::asked_before(db, &self.session.accounts(), (kind, about), now).await? {
            view.before = Some(before_words(&view.page, before));
            return Ok(());
        }
        let missing = service::missing(db, desk, learner, (kind, about), now).await?;
        view.missing = missing_lines(&view.page, self.shelf, &missing);
        if missing.is_nothing() {
            let grounds = service::grounds_of(db, desk, learner, (kind, about)).await?;
            view.lines = grounds.basis.map(|basis| basis_lines(&view.page, self.shelf, &basis)).unwrap_or_default();
            let whose = Whose { place: self.session.place_code.as_deref(), groups: &self.session.groups };
            let offers = service::offers(db, kind, whose, now.day()).await?;
            let choices: Choices = offers.into_iter().map(|offer| (offer.agency.id.to_string(), offer.agency.name)).collect();
            view.agencies = choices;
        }
        Ok(())
    }

    /// The units that somebody has.
    async fn units(&self, kind: &str) -> Result<Vec<Row>, AppError> {
        let done = recognition::completed_units(self.house.db.read(), self.session.acting.learner).await?;
        let row = |unit: String| Row { href: ask_path(kind, &unit), title: self.shelf.title_of(&unit), notes: Vec::new() };
        Ok(done.into_iter().filter(|unit| unit.award.is_some()).map(|unit| row(unit.unit)).collect())
    }
}

fn ask_path(kind: &str, unit: &str) -> String {
    if unit.is_empty() { format!("/certificates/ask/{kind}") } else { format!("/certificates/ask/{kind}?unit={unit}") }
}

fn before_words(page: &Page, before: Before) -> (String, String, String) {
    let own = || ("/certificates".to_owned(), page.t("certificates-see-own"));
    let (sentence, (href, words)) = match before {
        Before::Held(id) => (page.t("certificates-held"), (format!("/certificates/{id}"), page.t("certificates-see-held"))),
        Before::BeingMade => (page.t("certificates-being-made"), own()),
        Before::Asked => (page.t("certificates-asked-already"), own()),
    };
    (sentence, href, words)
}

/// `POST /certificates/ask/{kind}`: asks. The same form again is asked once.
///
/// # Errors
/// As [`ask_page`]; what the service refuses.
pub async fn ask(
    Learner(session): Learner,
    kind: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    session.allow(Act::UseCredit)?;
    let asker = Asker { house: &house, session: &session, shelf: &shelf };
    let unit = posted.fields.get("unit").to_owned();
    let agency = match forms::agency(&posted.fields) {
        Ok(agency) => agency,
        Err(errors) => return asker.page(posted.ui.clone(), (&kind, &unit), Said::wrong(&posted, errors)).await,
    };
    let (desk, asking, once) = (desk_of(&house, &shelf), Asking::own(&session.acting), posted.once()?);
    let (what, about) = (kind.to_string(), forms::about(&unit));
    let work =
        async move |tx: &Tx| service::ask(tx, &desk, asking, agency, (what.as_str(), about.as_str()), &once).await.map(|_| ());
    match write(&house, &posted, work).await {
        Ok(()) => Ok(redirect("/certificates?said=asked")),
        Err(crate::certificates::Error::NoKind) => Err(AppError::NotFound),
        Err(error) => {
            let said = Said::refused(&posted, error)?;
            asker.page(posted.ui.clone(), (&kind, &unit), said).await
        }
    }
}

/// `POST /certificates/requests/{id}/withdraw`: takes back what nobody has decided on.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs; where it is decided.
pub async fn withdraw(
    Learner(session): Learner,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (id, acting, accounts) = (id_in(&id)?, session.acting, session.accounts());
    write(&house, &posted, async move |tx: &Tx| service::withdraw(tx, &acting, (&accounts, id)).await).await?;
    Ok(redirect("/certificates?said=withdrawn"))
}

/// `GET /certificates/{id}`: one of theirs, with what it says and what became of it.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs.
pub async fn one(
    Learner(session): Learner,
    id: Path<String>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (desk, now) = (desk_of(&house, &shelf), house.clock().now());
    let (shown, events) = service::get_own(house.db.read(), &desk, (&session.accounts(), id_in(&id)?), now).await?;
    let agency = agencies::find_agency(house.db.read(), shown.register.agency).await?;
    let (name, phone) = agency.map(|agency| (agency.name, agency.contact.phone)).unwrap_or_default();
    let (page, may_use) = (own_page(&house, ui, &session), session.may(Act::UseCredit));
    let rule = shelf.certificates().iter().find(|rule| rule.id == shown.register.kind);
    let is_revoked = matches!(shown.standing, Standing::Revoked { .. });
    let address = desk.origin.as_ref().map(|origin| format!("{origin}/v/{}", shown.register.code));
    html(&CertificatePage {
        qr: address.filter(|_| !is_revoked).and_then(|address| QrPicture::of(&address)),
        print: (!is_revoked).then(|| shown.register.number.to_string()),
        title: title_of(&page, &shelf, (&shown.register.kind, &shown.register.about)),
        standing: standing_words(&page, shown.standing),
        is_good: shown.standing == Standing::Active,
        sign_in: (!may_use).then(|| format!("/certificates/{}", shown.certificate)),
        ways: appeal_of(&page, &shown, &events, now.day())
            .into_iter()
            .chain(ways_of(&page, &shown.certificate.to_string(), shown.standing).into_iter().filter(|_| may_use))
            .collect(),
        facts: facts_of(&page, &shown, (name, phone)),
        lines: shown.facts.iter().flat_map(|facts| &facts.lines).map(|line| line_words(&page, line)).collect(),
        refresh: shown.refresh.iter().map(|unit| refresh_row(&shelf, unit)).collect(),
        events: events.iter().map(|event| event_words(&page, event, now.day())).collect(),
        footer: rule.map(|rule| rule.footer.clone()).unwrap_or_default(),
        page,
    })
}

/// The way to an appeal, while something that was decided against it can be appealed against.
fn appeal_of(page: &Page, shown: &Shown, events: &[Event], today: Day) -> Option<Row> {
    service::decided_against(events, today)?;
    Some(Row {
        href: format!("/certificates/{}/appeal", shown.certificate),
        title: page.t("certificates-appeal-go-way"),
        notes: vec![page.t("certificates-appeal-go-note")],
    })
}

fn refresh_row(shelf: &Shelf, unit: &str) -> Row {
    Row { href: format!("/courses/{unit}"), title: shelf.title_of(unit), notes: Vec::new() }
}

fn facts_of(page: &Page, shown: &Shown, (agency, phone): (String, String)) -> Vec<(String, String)> {
    let register = &shown.register;
    let mut facts = vec![
        (page.t("certificates-name"), register.name.clone()),
        (page.t("certificates-number"), register.number.spaced()),
        (page.t("certificates-code"), register.code.dashed()),
        (page.t("certificates-issuer"), agency),
        (page.t("certificates-issuer-phone"), phone),
        (page.t("certificates-day"), day_words(page.lang(), register.issued)),
    ];
    if let Some(said) = &shown.facts {
        facts.push((page.t("certificates-credits"), page.t1("applications-credits", "credits", said.credits)));
        facts.push((page.t("certificates-hours"), said.class_hours.to_string()));
        facts.push((page.t("certificates-identity"), page.t(&format!("certificates-identity-{}", said.identity))));
        facts.push((page.t("certificates-supervision"), page.t(&format!("certificates-supervision-{}", said.supervision))));
    }
    facts
}

fn line_words(page: &Page, line: &LineFacts) -> (String, String) {
    let how = page.t(&format!("certificates-source-{}", line.source.code()));
    let score = line.score.map(|percent| page.t1("certificates-score", "percent", percent)).unwrap_or_default();
    let (day, credits) = (day_words(page.lang(), line.passed), line.credits.to_string());
    let (identity, supervision) = (line.identity.to_string(), line.supervision.to_string());
    let words = page.lang().fill(
        "certificates-line",
        &[
            ("day", day.as_str()),
            ("how", how.as_str()),
            ("score", score.as_str()),
            ("identity", identity.as_str()),
            ("supervision", supervision.as_str()),
            ("credits", credits.as_str()),
        ],
    );
    (line.title.clone(), words)
}

fn event_words(page: &Page, event: &Event, today: Day) -> String {
    let what = page.t(&format!("certificates-event-{}", event.what.code()));
    let why = event.reason.map(|reason| page.t(&format!("certificates-reason-{}", reason.code()))).unwrap_or_default();
    let day = day_words(page.lang(), event.at.day());
    let mut words =
        page.lang().fill("certificates-event", &[("day", day.as_str()), ("what", what.as_str()), ("why", why.as_str())]);
    if let Some(until) = event.appeal_until.filter(|until| today <= *until) {
        words.push_str(&page.t2("certificates-appeal", ("until", day_words(page.lang(), until)), ("phone", &page.help_phone)));
    }
    words
}
