//! A request about an issued certificate, with what it would change: agreed to, not agreed to, taken back.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};

use super::changing::{answers_for, names_of, one_path, request_path, seen, staff_page};
use super::{Link, Said as Shown, desk_of, write};
use crate::agencies::AgencyKeeper;
use crate::certificates::changing_forms::Said;
use crate::certificates::changing_views::{ChangePage, ImpactView, MayDecide};
use crate::certificates::service::{self, Case, Part, Whom};
use crate::certificates::views::title_of;
use crate::certificates::{Act, Answer, Decision, Desk, Error, Impact, Request, RequestState, seal_answer};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::Checker;
use crate::kernel::{CertificateRequestId, Digest, LearnerId};
use crate::web::{House, Page, Posted, Ui, day_words, html_with, id_in, redirect};

/// Agency, learner, certificate, request.
type RequestPath = Path<(String, String, String, String)>;

/// A request with its certificate, where it is theirs to see.
async fn met(
    house: &House,
    (staff, desk): (&AgencyKeeper, &Desk),
    path: &(String, String, String, String),
) -> Result<(Case, Request, Whom), AppError> {
    let id: CertificateRequestId = id_in(&path.3)?;
    let (own, whom) = seen(house, (staff, desk), (&path.1, &path.2)).await?;
    let case = service::case_of(house.db.read(), own).await?;
    let request = case.requests.iter().find(|request| request.id == id).cloned().ok_or(AppError::NotFound)?;
    Ok((case, request, whom))
}

/// `GET /staff/agency/{agency}/issued/{learner}/{id}/requests/{request}`.
///
/// # Errors
/// [`AppError::NotFound`] where there is none, or it is not theirs to see.
pub async fn change_page(
    staff: AgencyKeeper,
    path: RequestPath,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let desk = desk_of(&house, &shelf);
    let met = met(&house, (&staff, &desk), &path).await?;
    let notice = match (link.said.as_str(), met.1.state) {
        ("asked", RequestState::Proposed) => "certificates-said-change-asked",
        ("agree", RequestState::Approved) => "certificates-said-change-done",
        ("disagree", RequestState::Refused) => "certificates-said-change-refused",
        ("withdrawn", RequestState::Withdrawn) => "certificates-said-withdrawn",
        _ => "",
    };
    let reader = Reader { house: &house, staff: &staff, desk: &desk };
    reader.page(ui, met, Shown::done(notice)).await
}

/// Who looks at a request.
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

    /// What the reader may do with it now; asked again in the commit.
    fn may(&self, (case, request): (&Case, &Request), impact: Option<&Impact>) -> MayDecide {
        if request.state != RequestState::Proposed {
            return MayDecide::Look;
        }
        let is_first = request.officer.is_some_and(|officer| self.is_self(officer));
        if is_first {
            // A suspension is ended by others, not by whoever made it.
            return if request.act == Act::Confirm { MayDecide::Look } else { MayDecide::TakeBack };
        }
        if !self.has(Part::Second) {
            return MayDecide::Look;
        }
        let is_barred = impact.is_some_and(|impact| impact.barred.iter().any(|other| self.is_self(*other)));
        if is_barred || self.is_self(case.own.learner) { MayDecide::Barred } else { MayDecide::Decide }
    }

    async fn page(&self, ui: Ui, (case, request, whom): (Case, Request, Whom), said: Shown) -> Result<HttpResponse, AppError> {
        let (house, page) = (self.house, staff_page(self.house, ui, &self.staff.session));
        let impact = if request.state.is_waiting() {
            let of = (&case, &self.staff.agency, whom.profile.as_ref());
            Some(service::impact_on(house.db.read(), self.desk, of, request.act).await?)
        } else {
            None
        };
        let names = names_of(house, [request.officer, request.decider]).await?;
        let name = |who: Option<LearnerId>| who.and_then(|who| names.get(&who).cloned()).unwrap_or_default();
        let key = whom.key.as_ref();
        let view = ChangePage {
            title: page.t(&format!("certificates-act-{}", request.act.code())),
            facts: facts(&page, (self.desk, &case, &request), (name(request.officer), name(request.decider)))?,
            ground: key.map(|key| request.ground(key)).unwrap_or_default(),
            answer: key.map(|key| request.answer(key)).unwrap_or_default(),
            may: self.may((&case, &request), impact.as_ref()),
            impact: impact.as_ref().map(|impact| ImpactView::of(&page, &self.desk.shelf, impact)),
            lifts: request.act == Act::Confirm,
            agree: page.t(&format!("certificates-agree-act-{}", request.act.code())),
            barred: page.t(if self.is_self(case.own.learner) { "certificates-same-person" } else { "certificates-own-decision" }),
            href: request_path(&case.own, request.id),
            back: one_path(&case.own),
            form: said.form,
            notice: if said.notice.is_empty() { String::new() } else { page.t(said.notice) },
            problem: said.problem.map(|problem| problem.say(page.lang())).unwrap_or_default(),
            page,
        };
        html_with(said.status, &view)
    }

    async fn decision(
        &self,
        (request, whom): (&Request, &Whom),
        (shown, answer): (Digest, Answer),
    ) -> Result<Decision, AppError> {
        let (responsible_org, help_phone) = answers_for(self.house, self.staff, whom).await?;
        Ok(Decision {
            learner: request.learner,
            request: request.id,
            agency: request.agency,
            by: self.staff.scope.actor(),
            shown,
            answer,
            responsible_org,
            help_phone,
        })
    }
}

fn facts(
    page: &Page,
    (desk, case, request): (&Desk, &Case, &Request),
    (officer, decider): (String, String),
) -> Result<Vec<(String, String)>, AppError> {
    let own = &case.own;
    let why = request.reason.map(|reason| page.t(&format!("certificates-reason-{}", reason.code()))).unwrap_or_default();
    let decided = request.decided_at.map(|at| day_words(page.lang(), at.day())).unwrap_or_default();
    let officer = if request.client.is_some() { page.t1("certificate-batches-by-program", "who", officer) } else { officer };
    Ok(vec![
        (page.t("certificates-column-what"), title_of(page, &desk.shelf, (&own.kind, &own.about))),
        (page.t("certificates-number"), own.number.spaced()),
        (page.t("certificates-name"), own.name(&desk.keys)?),
        (page.t("certificates-reason-word"), why),
        (page.t("certificates-officer"), officer),
        (page.t("certificates-column-asked"), day_words(page.lang(), request.asked_at.day())),
        (page.t("certificates-column-state"), page.t(&format!("certificates-change-{}", request.state.code()))),
        (page.t("certificates-decider"), decider),
        (page.t("certificates-decided-on"), decided),
    ])
}

/// `POST /staff/agency/{agency}/issued/{learner}/{id}/requests/{request}`: the second person agrees (`doing=agree`) or does not (`doing=disagree`).
///
/// # Errors
/// As [`change_page`]; what the service refuses.
pub async fn decide(
    _: Checker,
    posted: Posted,
    staff: AgencyKeeper,
    path: RequestPath,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let desk = desk_of(&house, &shelf);
    let case = met(&house, (&staff, &desk), &path).await?;
    let reader = Reader { house: &house, staff: &staff, desk: &desk };
    let said = match Said::parse(&posted.fields) {
        Ok(said) => said,
        Err(errors) => return reader.page(posted.ui.clone(), case, Shown::wrong(&posted, errors)).await,
    };
    let (word, shown, answer) = match said {
        Said::Agree(shown) => ("agree", shown, Answer::Agree),
        // Whoever has left has no key: what was answered cannot be kept, that it was refused can.
        Said::Disagree(words) => {
            let sealed = case.2.key.as_ref().map(|key| seal_answer(key, &words)).unwrap_or_default();
            ("disagree", Digest::from_array([0; 32]), Answer::Refuse(sealed))
        }
    };
    let decision = reader.decision((&case.1, &case.2), (shown, answer)).await?;
    let makes = case.1.act.makes().is_some() && decision.answer == Answer::Agree;
    let done: Result<(), Error> = if makes {
        service::approve_version(&house.db, &desk, &decision).await
    } else {
        let its = desk.clone();
        write(&house, &posted, async move |tx: &Tx| service::decide_change(tx, &its, &decision).await).await
    };
    match done {
        Ok(()) => Ok(redirect(&format!("{}?said={word}", request_path(&case.0.own, case.1.id)))),
        Err(error) => {
            let shown = Shown::refused(&posted, error)?;
            // As things are now; what was typed stays.
            let now = met(&house, (&staff, &desk), &path).await?;
            reader.page(posted.ui.clone(), now, shown).await
        }
    }
}

/// `POST /staff/agency/{agency}/issued/{learner}/{id}/requests/{request}/withdraw`: whoever asked takes it back.
///
/// # Errors
/// As [`change_page`]; [`AppError::NotAllowed`] for anybody else.
pub async fn take_back(
    _: Checker,
    posted: Posted,
    staff: AgencyKeeper,
    path: RequestPath,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let desk = desk_of(&house, &shelf);
    let (case, request, whom) = met(&house, (&staff, &desk), &path).await?;
    let reader = Reader { house: &house, staff: &staff, desk: &desk };
    let decision = reader.decision((&request, &whom), (Digest::from_array([0; 32]), Answer::Agree)).await?;
    let its = desk.clone();
    write(&house, &posted, async move |tx: &Tx| service::take_back(tx, &its, &decision).await).await?;
    Ok(redirect(&format!("{}?said=withdrawn", request_path(&case.own, request.id))))
}
