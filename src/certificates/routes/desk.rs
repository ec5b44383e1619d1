//! Work for an agency: one request on one page, issued, proposed, agreed to or refused, and what waits next. What was refused is there also while the
//! agency is suspended, and once it has closed for administrators of its place: it can be appealed against.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};

use super::changing::{appeal_row, list_path};
use super::{Link, Said, desk_of, write};
use crate::agencies::{self, Agency, AgencyKeeper, AgencyWorker};
use crate::certificates::changing_views::AppealRow;
use crate::certificates::forms::Wish;
use crate::certificates::rules::acts::Working;
use crate::certificates::service::{self, Doing, Order, Part};
use crate::certificates::views::{CertificateRequestPage, Choices, May, basis_lines, missing_lines, title_of};
use crate::certificates::{Act, Error, Request, RequestState};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::{self, Corrector, Found, Role, Session, StaffScope};
use crate::kernel::{AgencyId, Digest, LearnerId};
use crate::places;
use crate::recognition::days_waiting;
use crate::web::{House, Page, Posted, Tab, Ui, day_words, html_with, id_in, redirect};

pub(super) fn queue_path(agency: AgencyId) -> String {
    format!("/staff/agency/{agency}/certificates")
}

/// One that is about an issued certificate has its page there.
pub(super) fn request_path(request: &Request) -> String {
    match request.certificate.filter(|_| request.act != Act::Issue) {
        Some(id) => format!("/staff/agency/{}/issued/{}/{id}/requests/{}", request.agency, request.learner, request.id),
        None => format!("{}/requests/{}/{}", queue_path(request.agency), request.learner, request.id),
    }
}

fn staff_page(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()))
}

/// What the agency may issue today: a kind, of one unit each of its units.
pub(super) async fn kinds_of(house: &House, shelf: &Shelf, agency: AgencyId) -> Result<Choices, AppError> {
    let delegation = agencies::delegation_of(house.db.read(), agency, house.clock().now().day()).await?;
    let Some(delegation) = delegation else { return Ok(Vec::new()) };
    let rules = shelf.certificates().iter().filter(|rule| delegation.powers.allow_kind(&rule.id).is_ok());
    let (whole, of_unit): (Vec<_>, Vec<_>) = rules.partition(|rule| rule.min_courses > 1);
    let mut kinds: Choices = whole.iter().map(|rule| (rule.id.clone(), rule.title.clone())).collect();
    for rule in of_unit {
        let one = |course: &crate::curriculum::model::Course| {
            (format!("{} {}", rule.id, course.code), format!("{} {} {}", rule.title, course.code, course.title))
        };
        kinds.extend(shelf.courses().iter().map(one));
    }
    Ok(kinds)
}

/// `GET /staff/agency/{agency}/certificates/requests/{learner}/{id}`: one request on one page.
///
/// # Errors
/// [`AppError::NotFound`] where there is none, or they may not see the person; where the agency does not work and it was not refused.
pub async fn request_page(
    staff: AgencyKeeper,
    path: Path<(String, String, String)>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let reader = Reader::keeper(&house, &staff, &shelf);
    let case = reader.seen((&path.1, &path.2)).await?;
    let notice = match (link.said.as_str(), case.0.state) {
        ("asked", RequestState::Open) => "certificates-said-asked-for",
        ("propose", RequestState::Proposed) => "certificates-said-proposed",
        ("issue" | "agree", RequestState::Approved) => "certificates-said-issued",
        ("refuse", RequestState::Refused) => "certificates-said-refused",
        ("keep", RequestState::Refused) => "certificates-said-kept",
        ("uphold", RequestState::Refused) => "certificates-said-upheld",
        _ => "",
    };
    reader.page(ui, &case, Said::done(notice)).await
}

/// Who looks at a request.
pub(super) struct Reader<'a> {
    house: &'a House,
    shelf: &'a Shelf,
    session: &'a Session,
    scope: &'a StaffScope,
    agency: &'a Agency,
}

impl<'a> Reader<'a> {
    pub(super) fn keeper(house: &'a House, staff: &'a AgencyKeeper, shelf: &'a Shelf) -> Self {
        Self { house, shelf, session: &staff.session, scope: &staff.scope, agency: &staff.agency }
    }

    fn worker(house: &'a House, staff: &'a AgencyWorker, shelf: &'a Shelf) -> Self {
        Self { house, shelf, session: &staff.session, scope: &staff.scope, agency: &staff.agency }
    }

    /// A request with its person, where the reader may see them; that they were shown, or that somebody tried, is kept.
    pub(super) async fn seen(&self, (learner, id): (&str, &str)) -> Result<(Request, Found), AppError> {
        let which = (id_in(learner)?, id_in(id)?);
        let (desk, agency, scope) = (desk_of(self.house, self.shelf), self.agency.clone(), self.scope.clone());
        let work = async move |tx: &Tx| service::look(tx, &desk, (&agency, &scope), which).await;
        self.house.db.write(work).await?.ok_or(AppError::NotFound)
    }

    fn is_working(&self) -> bool {
        service::working(self.agency) == Working::Works
    }

    /// What the reader may do with it now; asked again in the commit.
    async fn may(&self, request: &Request) -> Result<May, AppError> {
        let roles = match request.state {
            RequestState::Open => Role::OFFICERS,
            RequestState::Proposed => Role::REVIEWERS,
            _ => return Ok(May::Look),
        };
        if !self.scope.has_any(roles) {
            return Ok(May::Look);
        }
        let session = self.session;
        let first = request.officer.filter(|_| request.state == RequestState::Proposed);
        let others = [Some(request.learner), request.helper, first];
        let is_self = |other: &LearnerId| session.acting.learner == *other || session.others.contains(other);
        if others.iter().flatten().any(is_self) {
            return Ok(May::Barred);
        }
        if request.state == RequestState::Proposed {
            return Ok(May::Agree);
        }
        let today = self.house.clock().now().day();
        let delegation = agencies::delegation_of(self.house.db.read(), request.agency, today).await?;
        let needs = delegation.is_some_and(|delegation| delegation.powers.needs_second(&request.kind));
        Ok(if needs { May::Propose } else { May::Issue })
    }

    /// What waits next for the reader, where they have nothing to decide here.
    async fn next(&self, may: May) -> Result<Option<String>, AppError> {
        if matches!(may, May::Issue | May::Propose | May::Agree) || !self.is_working() {
            return Ok(None);
        }
        let parts = [(Role::OFFICERS, RequestState::Open), (Role::REVIEWERS, RequestState::Proposed)];
        let theirs = parts.into_iter().filter(|(roles, _)| self.scope.has_any(roles)).map(|(_, state)| state);
        let (states, accounts): (Vec<RequestState>, _) = (theirs.collect(), self.session.accounts());
        let next = service::next_waiting(self.house.db.read(), self.agency.id, (&states, &accounts)).await?;
        Ok(next.as_ref().map(request_path))
    }

    /// The appeals against its refusal.
    async fn appeals(&self, page: &Page, request: &Request) -> Result<Vec<AppealRow>, AppError> {
        if request.state != RequestState::Refused {
            return Ok(Vec::new());
        }
        let is_second = self.scope.has_any(service::roles_of(self.agency, Part::Second));
        let may_hear = is_second && service::may_hear_refusal(request, &self.session.accounts());
        let mut rows = Vec::new();
        for appeal in service::list_against(self.house.db.read(), request).await? {
            rows.push(appeal_row(self.house, page, &appeal, may_hear.then(|| request_path(request))).await);
        }
        Ok(rows)
    }

    pub(super) async fn page(&self, ui: Ui, (request, found): &(Request, Found), said: Said) -> Result<HttpResponse, AppError> {
        let (house, db, now) = (self.house, self.house.db.read(), self.house.clock().now());
        let desk = desk_of(house, self.shelf);
        let page = staff_page(house, ui, self.session);
        let what = (request.kind.as_str(), request.about.as_str());
        let appeals = self.appeals(&page, request).await?;
        // Who hears an appeal looks at what there is today, where there is such a kind still.
        let is_heard = appeals.iter().any(|appeal| appeal.href.is_some()) && service::rule_of(&desk, what.0, what.1).is_ok();
        let (missing, basis) = if request.state.is_waiting() || is_heard {
            let missing = service::missing(db, &desk, request.learner, what, now).await?;
            (Some(missing), service::grounds_of(db, &desk, request.learner, what).await?.basis)
        } else {
            (None, None)
        };
        let people: Vec<LearnerId> = [request.asker, request.officer, request.decider].into_iter().flatten().collect();
        let names = identity::staff_names_of(db, &house.keys, &people).await?;
        let name = |who: Option<LearnerId>| match who {
            Some(who) if who == request.learner => page.t("certificates-asked-own"),
            Some(who) => names.get(&who).cloned().unwrap_or_default(),
            None => String::new(),
        };
        let level = |key: &str, value: i64| page.t(&format!("{key}-{value}"));
        let may = self.may(request).await?;
        let mut facts = vec![
            (page.t("certificates-column-asked"), day_words(page.lang(), request.asked_at.day())),
            (page.t("certificates-column-waits"), page.t1("certificates-waits", "days", days_waiting(request.asked_at, now))),
            (page.t("certificates-asker"), name(request.asker)),
            (page.t("certificates-officer"), name(request.officer)),
            (page.t("certificates-decider"), name(request.decider)),
        ];
        if let Some(basis) = &basis {
            facts.push((page.t("certificates-identity"), level("certificates-identity", basis.identity.value())));
            facts.push((page.t("certificates-supervision"), level("certificates-supervision", basis.supervision.value())));
            facts.push((page.t("certificates-credits"), page.t1("applications-credits", "credits", basis.credits)));
        }
        let view = CertificateRequestPage {
            href: request_path(request),
            back: if self.is_working() { queue_path(request.agency) } else { list_path(request.agency) },
            is_working: self.is_working(),
            title: title_of(&page, self.shelf, what),
            name: found.profile.name.clone(),
            state: page.t(&format!("certificates-request-{}", request.state.code())),
            facts,
            missing: missing.map(|missing| missing_lines(&page, self.shelf, &missing)).unwrap_or_default(),
            lines: basis.as_ref().map(|basis| basis_lines(&page, self.shelf, basis)).unwrap_or_default(),
            shown: basis.map(|basis| basis.digest().to_string()).unwrap_or_default(),
            answer: request.answer(&found.key),
            appeals,
            next: self.next(may).await?,
            may,
            form: said.form,
            notice: if said.notice.is_empty() { String::new() } else { page.t(said.notice) },
            problem: said.problem.map(|problem| problem.say(page.lang())).unwrap_or_default(),
            page,
        };
        html_with(said.status, &view)
    }

    /// Does it; what is done already by the same hand is done.
    async fn act(&self, posted: &Posted, (request, found): &(Request, Found), wish: Wish) -> Result<(), Error> {
        let (actor, desk) = (self.scope.actor(), desk_of(self.house, self.shelf));
        let place = found.profile.place_code.as_deref();
        let help_phone = places::authority_of(self.house, place).await?.help_phone;
        let which = (request.learner, request.id);
        let doing = match wish {
            Wish::Issue(shown) => return self.issue((request, shown, help_phone), (actor, None)).await,
            Wish::Agree(shown) => {
                let officer = request.officer.ok_or(Error::WrongState)?;
                // The second person is shown what the first one was.
                if request.shown != Some(shown) {
                    return Err(Error::Changed);
                }
                return self.issue((request, shown, help_phone), (officer, Some(actor))).await;
            }
            Wish::Propose(shown) => Doing::Propose(shown),
            Wish::Refuse(words) => Doing::Refuse(words, help_phone),
        };
        let agency = request.agency;
        let work = async move |tx: &Tx| service::decide(tx, &desk, which, (agency, actor), &doing).await;
        write(self.house, posted, work).await
    }

    async fn issue(
        &self,
        (request, shown, help_phone): (&Request, Digest, String),
        (officer, approver): (LearnerId, Option<LearnerId>),
    ) -> Result<(), Error> {
        let is_fit = match approver {
            None => request.state == RequestState::Open,
            Some(_) => request.state == RequestState::Proposed,
        };
        if !is_fit {
            return Err(Error::Decided);
        }
        let order = Order {
            learner: request.learner,
            kind: request.kind.clone(),
            about: request.about.clone(),
            agency: request.agency,
            officer,
            batch: None,
            request: Some(request.id),
            shown: Some(shown),
            help_phone,
        };
        service::issue(&self.house.db, &desk_of(self.house, self.shelf), &order, approver).await.map(|_| ())
    }
}

/// `POST /staff/agency/{agency}/certificates/requests/{learner}/{id}`: 发证, 提交复核, 同意发证, 不发.
///
/// # Errors
/// As [`request_page`]; what the service refuses.
pub async fn act(
    _: Corrector,
    posted: Posted,
    staff: AgencyWorker,
    path: Path<(String, String, String)>,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let reader = Reader::worker(&house, &staff, &shelf);
    let case = reader.seen((&path.1, &path.2)).await?;
    let wish = match Wish::parse(&posted.fields) {
        Ok(wish) => wish,
        Err(errors) if errors.iter().any(|error| error.field == "doing") => return Err(AppError::Malformed("doing")),
        Err(errors) => return reader.page(posted.ui.clone(), &case, Said::wrong(&posted, errors)).await,
    };
    let said = posted.fields.get("doing").to_owned();
    let done_by = [case.0.officer, case.0.decider];
    let back = redirect(&format!("{}?said={said}", request_path(&case.0)));
    // The same form sent again by the same hand.
    if case.0.state == RequestState::Approved && done_by.contains(&Some(staff.scope.actor())) && !matches!(wish, Wish::Refuse(_))
    {
        return Ok(back);
    }
    match reader.act(&posted, &case, wish).await {
        Ok(()) => Ok(back),
        Err(error) => {
            let said = Said::refused(&posted, error)?;
            // As things are now; what was typed stays.
            let now = reader.seen((&path.1, &path.2)).await?;
            reader.page(posted.ui.clone(), &now, said).await
        }
    }
}
