//! What an agency has issued, looked after by its people: the list, one certificate with its whole history and the forms of each act. Also while the
//! agency is suspended; once it has closed, by administrators of its place.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::waiting::{appeal_line, change_line};
use super::{Said, desk_of, write};
use crate::agencies::AgencyKeeper;
use crate::certificates::changing_forms::{Change, words};
use crate::certificates::changing_views::{
    ActRow, AppealRow, AskedRow, ChosenAct, ImpactView, IssuedCertificatePage, IssuedPage, IssuedRow, event_row, reasons,
    use_words, version_row,
};
use crate::certificates::rules::acts::{ASKED, obstacle_of_work, undoes};
use crate::certificates::service::{self, Case, Hearing, Part, Whom};
use crate::certificates::views::title_of;
use crate::certificates::{Act, Certificate, Deciding, Desk, Error, Event, Request, State, seal_ground};
use crate::credentials::Number;
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::help;
use crate::i18n::Message;
use crate::identity::{self, Checker, Session};
use crate::kernel::{AgencyId, CertificateId, CertificateRequestId, LearnerId};
use crate::places;
use crate::web::{
    FieldError, FieldErrors, Fields, Filled, House, Page, PageOf, Posted, Tab, Ui, day_words, html_with, id_in, redirect,
};

/// Few enough that a page is read to its end, and costs little.
type IssuedPart = PageOf<20>;

/// What a link to these pages may carry.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct IssuedLink {
    #[serde(default)]
    number: String,
    #[serde(default)]
    page: u64,
    #[serde(default)]
    act: String,
    #[serde(default)]
    said: String,
}

pub(super) fn staff_page(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()))
}

pub(super) fn list_path(agency: AgencyId) -> String {
    format!("/staff/agency/{agency}/issued")
}

pub(super) fn one_path(own: &Certificate) -> String {
    format!("{}/{}/{}", list_path(own.agency), own.learner, own.id)
}

pub(super) fn request_path(own: &Certificate, id: CertificateRequestId) -> String {
    format!("{}/requests/{id}", one_path(own))
}

pub(super) fn state_words(page: &Page, state: State) -> String {
    page.t(&format!("certificates-state-{}", state.code()))
}

/// `GET /staff/agency/{agency}/issued?number=…`: what it has issued; a number leads to its certificate. The list names nobody.
///
/// # Errors
/// [`AppError::NotFound`] for who has no part in the agency's work.
pub async fn issued_page(
    staff: AgencyKeeper,
    link: Query<IssuedLink>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (db, agency) = (house.db.read(), &staff.agency);
    let (mut status, mut form) = (StatusCode::OK, Filled::default());
    if !link.number.is_empty() {
        let found = match Number::parse(&link.number) {
            Some(number) => service::find_numbered(db, agency.id, &number).await?,
            None => None,
        };
        if let Some(own) = found {
            return Ok(redirect(&one_path(&own)));
        }
        let wrong = FieldError::new("number", Message::of("certificates-find-none"));
        status = StatusCode::UNPROCESSABLE_ENTITY;
        form = Filled::wrong(Fields::from_pairs(&[("number", &link.number)]), vec![wrong]);
    }
    let asked = IssuedPart::asked(link.page);
    let mut listed = service::list_issued(db, agency.id, asked.part()).await?;
    let shown = asked.within(listed.total);
    if shown != asked {
        listed = service::list_issued(db, agency.id, shown.part()).await?;
    }
    let appeals = service::appeals_waiting(db, (agency, staff.session.acting.learner)).await?;
    let requests = service::changes_waiting(db, agency.id).await?;
    let page = staff_page(&house, ui, &staff.session);
    let row = |(own, state): &(Certificate, State)| IssuedRow {
        href: one_path(own),
        title: title_of(&page, &shelf, (&own.kind, &own.about)),
        number: own.number.spaced(),
        state: state_words(&page, *state),
        day: own.changed_at.day().to_string(),
    };
    let view = IssuedPage {
        appeals: appeals.iter().map(|(case, matter)| appeal_line((&page, &shelf), case, matter)).collect(),
        requests: requests.iter().map(|request| change_line((&page, &shelf), request)).collect(),
        waiting: listed.waiting.iter().map(row).collect(),
        rows: listed.rows.iter().map(row).collect(),
        agency: agency.name.clone(),
        back: if agency.is_closed { format!("/staff/agencies/{}", agency.id) } else { format!("/staff/agency/{}", agency.id) },
        href: list_path(agency.id),
        total: listed.total,
        number: shown.number(),
        pages: IssuedPart::pages(listed.total),
        form,
        page,
    };
    html_with(status, &view)
}

/// A certificate with whose it is, where it is theirs to see; that they were shown, or that somebody tried, is kept.
pub(super) async fn seen(
    house: &House,
    (staff, desk): (&AgencyKeeper, &Desk),
    (learner, id): (&str, &str),
) -> Result<(Certificate, Whom), AppError> {
    let which: (LearnerId, CertificateId) = (id_in(learner)?, id_in(id)?);
    let (desk, agency, scope) = (desk.clone(), staff.agency.clone(), staff.scope.clone());
    let look = async move |tx: &Tx| -> Result<Option<(Certificate, Whom)>, Error> {
        let own = service::get_issued(tx, which, agency.id).await?;
        let whom = service::look_at(tx, &desk, (&agency, &scope), &own).await?;
        Ok(whom.map(|whom| (own, whom)))
    };
    house.db.write(look).await?.ok_or(AppError::NotFound)
}

/// Who of the staff is named on a page.
pub(super) async fn names_of(
    house: &House,
    people: impl IntoIterator<Item = Option<LearnerId>>,
) -> Result<HashMap<LearnerId, String>, AppError> {
    let people: Vec<LearnerId> = people.into_iter().flatten().collect();
    Ok(identity::staff_names_of(house.db.read(), &house.keys, &people).await?)
}

/// `GET /staff/agency/{agency}/issued/{learner}/{id}?act=…`: one certificate with its whole history; with an act, what that would change.
///
/// # Errors
/// [`AppError::NotFound`] where there is none, or it is not theirs to see.
pub async fn issued_one(
    staff: AgencyKeeper,
    path: Path<(String, String, String)>,
    link: Query<IssuedLink>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let desk = desk_of(&house, &shelf);
    let seen = seen(&house, (&staff, &desk), (&path.1, &path.2)).await?;
    let notice = match (link.said.as_str(), seen.0.state) {
        ("suspended", State::Suspended) => "certificates-said-suspended",
        ("heard", _) => "certificates-said-heard",
        _ => "",
    };
    let act = Act::from_code(&link.act).filter(|act| ASKED.contains(act));
    let reader = Reader { house: &house, staff: &staff, desk: &desk };
    reader.page(ui, seen, (act, Said::done(notice))).await
}

/// Who looks at a certificate.
struct Reader<'a> {
    house: &'a House,
    staff: &'a AgencyKeeper,
    desk: &'a Desk,
}

impl Reader<'_> {
    fn is_self(&self, other: LearnerId) -> bool {
        self.staff.session.accounts().contains(&other)
    }

    fn has(&self, part: Part) -> bool {
        self.staff.scope.has_any(service::roles_of(&self.staff.agency, part))
    }

    async fn page(
        &self,
        ui: Ui,
        (own, whom): (Certificate, Whom),
        (act, said): (Option<Act>, Said),
    ) -> Result<HttpResponse, AppError> {
        let (house, db, page) = (self.house, self.house.db.read(), staff_page(self.house, ui, &self.staff.session));
        let case = service::case_of(db, own).await?;
        let (own, shelf) = (&case.own, &self.desk.shelf);
        let people = case.events.iter().flat_map(|event| [event.actor, event.approver]);
        let names = names_of(house, people).await?;
        let is_own = self.is_self(own.learner);
        let may_ask = !is_own && self.has(Part::First);
        let chosen = match act.filter(|_| may_ask) {
            Some(act) => Some(self.chosen(&page, (&case, &whom), act).await?),
            None => None,
        };
        let has_undone = act.is_some_and(undoes) && case.barred().iter().any(|other| self.is_self(*other));
        let barred = match (is_own, has_undone) {
            (true, _) => page.t("certificates-same-person"),
            (_, true) => page.t("certificates-own-decision"),
            _ => String::new(),
        };
        let standing = case.standing();
        let view = IssuedCertificatePage {
            title: title_of(&page, shelf, (&own.kind, &own.about)),
            standing: state_words(&page, standing),
            is_good: standing == State::Active,
            facts: self.facts(&page, (&case, &whom))?,
            lines: case.lines.iter().map(|line| (shelf.title_of(&line.unit), use_words(&page, line.state))).collect(),
            versions: case.versions.iter().rev().map(|version| version_row(&page, version)).collect(),
            events: case.events.iter().rev().map(|event| event_words(&page, (event, &names), &whom)).collect(),
            asked: case.requests.iter().map(|request| asked_row(&page, own, request)).collect(),
            appeals: self.appeals(&page, &case).await?,
            acts: if may_ask { self.acts(&page, &case) } else { Vec::new() },
            may_suspend: may_ask && own.state == State::Active,
            reasons: reasons(page.lang()),
            chosen,
            barred,
            href: one_path(own),
            back: list_path(own.agency),
            form: said.form,
            notice: if said.notice.is_empty() { String::new() } else { page.t(said.notice) },
            problem: said.problem.map(|problem| problem.say(page.lang())).unwrap_or_default(),
            page,
        };
        html_with(said.status, &view)
    }

    async fn chosen(&self, page: &Page, (case, whom): (&Case, &Whom), act: Act) -> Result<ChosenAct, AppError> {
        let db = self.house.db.read();
        let impact = service::impact_on(db, self.desk, (case, &self.staff.agency, whom.profile.as_ref()), act).await?;
        Ok(ChosenAct {
            code: act.code(),
            title: page.t(&format!("certificates-act-{}", act.code())),
            impact: ImpactView::of(page, &self.desk.shelf, &impact),
            has_reason: act == Act::Revoke,
            needs_ground: undoes(act),
        })
    }

    /// The acts that fit how it stands and how the agency works; what else is in the way is shown with what each would change.
    fn acts(&self, page: &Page, case: &Case) -> Vec<ActRow> {
        let (state, working) = (case.own.state, service::working(&self.staff.agency));
        let fits = |act: &&Act| obstacle_of_work(**act, (state, case.has_ground()), working).is_none();
        let row = |act: &Act| ActRow {
            href: format!("{}?act={}", one_path(&case.own), act.code()),
            words: page.t(&format!("certificates-act-{}", act.code())),
            note: page.t(&format!("certificates-act-note-{}", act.code())),
        };
        ASKED.iter().filter(fits).map(row).collect()
    }

    fn facts(&self, page: &Page, (case, whom): (&Case, &Whom)) -> Result<Vec<(String, String)>, AppError> {
        let own = &case.own;
        let gone = page.t("certificates-owner-left");
        let owner = whom.profile.as_ref().map_or(gone, |profile| profile.name.clone());
        let issued = own.issued.map(|(_, day)| day_words(page.lang(), day)).unwrap_or_default();
        let key = page.t(if case.is_believed { "certificates-key-good" } else { "certificates-key-gone" });
        Ok(vec![
            (page.t("certificates-name"), own.name(&self.desk.keys)?),
            (page.t("certificates-owner"), owner),
            (page.t("certificates-number"), own.number.spaced()),
            (page.t("certificates-day"), issued),
            (page.t("certificates-version-word"), page.t1("certificates-version-n", "version", own.version)),
            (page.t("certificates-key-word"), key),
        ])
    }

    async fn appeals(&self, page: &Page, case: &Case) -> Result<Vec<AppealRow>, AppError> {
        let accounts = self.staff.session.accounts();
        let may_hear = self.has(Part::Second) && !self.is_self(case.own.learner) && service::may_hear(&case.events, &accounts);
        let mut rows = Vec::new();
        for appeal in service::list_appeals(self.house.db.read(), &case.own).await? {
            rows.push(appeal_row(self.house, page, &appeal, may_hear.then(|| one_path(&case.own))).await);
        }
        Ok(rows)
    }
}

/// An appeal with what was told; answered below `at`, where the reader may hear it and it waits.
pub(super) async fn appeal_row(house: &House, page: &Page, appeal: &help::Case, at: Option<String>) -> AppealRow {
    // It may have been made by another account of the same person.
    let key = identity::person_key(house.db.read(), &house.keys, appeal.learner).await.ok();
    let said = key.as_ref().map(|key| appeal.read(key)).unwrap_or_default();
    let line = help::CaseLine::of(appeal, page.lang());
    AppealRow {
        href: at.filter(|_| appeal.state.is_waiting()).map(|at| format!("{at}/appeals/{}", appeal.id)),
        head: page.t2("certificates-appeal-head", ("day", line.day), ("state", line.state)),
        words: said.told.words,
        answer: said.answer.unwrap_or_default(),
    }
}

fn event_words(page: &Page, (event, names): (&Event, &HashMap<LearnerId, String>), whom: &Whom) -> (String, String) {
    let name = |who: Option<LearnerId>| who.and_then(|who| names.get(&who).cloned()).unwrap_or_default();
    let ground = whom.key.as_ref().map(|key| event.ground(key)).unwrap_or_default();
    event_row(page, event, (name(event.actor), name(event.approver), ground))
}

fn asked_row(page: &Page, own: &Certificate, request: &Request) -> AskedRow {
    let state = page.t(&format!("certificates-change-{}", request.state.code()));
    AskedRow {
        href: request_path(own, request.id),
        words: page.t(&format!("certificates-act-{}", request.act.code())),
        note: page.t2("certificates-asked-row", ("day", day_words(page.lang(), request.asked_at.day())), ("state", state)),
    }
}

/// Who answers for what is done for an agency: it itself; once it has closed, the bank at its place.
pub(super) async fn answers_for(house: &House, staff: &AgencyKeeper, whom: &Whom) -> Result<(String, String), AppError> {
    let place = whom.profile.as_ref().and_then(|profile| profile.place_code.as_deref());
    let help_phone = places::authority_of(house, place.or(Some(&staff.agency.place_code))).await?.help_phone;
    if !staff.agency.is_closed {
        return Ok((staff.agency.name.clone(), help_phone));
    }
    Ok((places::authority_of(house, Some(&staff.agency.place_code)).await?.organisation_name, help_phone))
}

/// `POST /staff/agency/{agency}/issued/{learner}/{id}`: 暂停 at once; else an act is asked for.
///
/// # Errors
/// As [`issued_one`]; what the service refuses.
pub async fn change(
    _: Checker,
    posted: Posted,
    staff: AgencyKeeper,
    path: Path<(String, String, String)>,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let desk = desk_of(&house, &shelf);
    let (own, whom) = seen(&house, (&staff, &desk), (&path.1, &path.2)).await?;
    let reader = Reader { house: &house, staff: &staff, desk: &desk };
    let act = Act::from_code(posted.fields.get("doing")).filter(|act| ASKED.contains(act));
    let change = match Change::parse(&posted.fields) {
        Ok(change) => change,
        Err(errors) if errors.iter().any(|error| error.field == "doing") => return Err(AppError::Malformed("doing")),
        Err(errors) => return reader.page(posted.ui.clone(), (own, whom), (act, Said::wrong(&posted, errors))).await,
    };
    let (responsible_org, help_phone) = answers_for(&house, &staff, &whom).await?;
    let (once, digest, by) = (posted.once()?, posted.digest(), staff.scope.actor());
    let (its, to, key) = (desk.clone(), own.clone(), whom.key.clone());
    let work = async move |tx: &Tx| -> Result<String, Error> {
        let (act, reason, ground) = match &change {
            Change::Suspend(reason, ground) => (None, Some(*reason), ground),
            Change::Ask(act, reason, ground) => (Some(*act), *reason, ground),
        };
        let sealed = key.as_ref().filter(|_| !ground.is_empty()).map(|key| seal_ground(key, ground));
        let deciding = Deciding {
            learner: to.learner,
            certificate: to.id,
            agency: to.agency,
            by,
            client: None,
            reason,
            ground_sealed: sealed,
            once: &once,
            digest,
            responsible_org: &responsible_org,
            help_phone: &help_phone,
        };
        match act {
            None => service::suspend(tx, &its, &deciding).await.map(|()| format!("{}?said=suspended", one_path(&to))),
            Some(act) => {
                let id = service::request(tx, &its, act, &deciding).await?;
                Ok(format!("{}?said=asked", request_path(&to, id)))
            }
        }
    };
    match write(&house, &posted, work).await {
        Ok(to) => Ok(redirect(&to)),
        Err(error) => {
            let said = Said::refused(&posted, error)?;
            // As things are now; what was typed stays.
            let now = seen(&house, (&staff, &desk), (&path.1, &path.2)).await?;
            reader.page(posted.ui.clone(), now, (act, said)).await
        }
    }
}

/// `POST /staff/agency/{agency}/issued/{learner}/{id}/appeals/{appeal}`: somebody who was neither of the two answers.
///
/// # Errors
/// As [`issued_one`]; what the service refuses.
pub async fn hear(
    _: Checker,
    posted: Posted,
    staff: AgencyKeeper,
    path: Path<(String, String, String, String)>,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let desk = desk_of(&house, &shelf);
    let (own, whom) = seen(&house, (&staff, &desk), (&path.1, &path.2)).await?;
    let case = id_in(&path.3)?;
    let reader = Reader { house: &house, staff: &staff, desk: &desk };
    let answer: Result<String, FieldErrors> = words(&posted.fields, "hearing", "help-answer-empty");
    let answer = match answer {
        Ok(answer) => answer,
        Err(errors) => return reader.page(posted.ui.clone(), (own, whom), (None, Said::wrong(&posted, errors))).await,
    };
    let hearing = Hearing {
        agency: own.agency,
        certificate: (own.learner, own.id),
        case,
        by: staff.scope.actor(),
        words: answer,
        help_phone: answers_for(&house, &staff, &whom).await?.1,
    };
    let asked = help::Asked { once: posted.once()?, digest: posted.digest() };
    let its = desk.clone();
    match write(&house, &posted, async move |tx: &Tx| service::hear(tx, &its, &hearing, &asked).await).await {
        Ok(()) => Ok(redirect(&format!("{}?said=heard", one_path(&own)))),
        Err(error) => {
            let said = Said::refused(&posted, error)?;
            let now = seen(&house, (&staff, &desk), (&path.1, &path.2)).await?;
            reader.page(posted.ui.clone(), now, (None, said)).await
        }
    }
}
