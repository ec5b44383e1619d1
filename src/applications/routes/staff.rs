//! Work for an agency: what waits, and one case on one page.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};

use super::learner::{Shown, facts_of};
use super::{Link, credit_words, staff_page, steps_in_words, write};
use crate::agencies::AgencyWorker;
use crate::applications::deeds::{Wish, roles_of};
use crate::applications::forms;
use crate::applications::rules::{Why, barred};
use crate::applications::service::{self, Alike, Case, Doing};
use crate::applications::views::{AlikeRow, CasePage, Choices, May, PieceRow, QueuePage, QueueRow};
use crate::applications::{Application, State};
use crate::conversions::Rule;
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::{self, Corrector, Found};
use crate::kernel::{AgencyId, IdentityLevel, LearnerId};
use crate::places;
use crate::recognition::Deciders;
use crate::web::{House, Page, PageOf, Posted, Ui, day_words, html, html_with, id_in, redirect};

/// Few enough that a page is read to its end, and costs little.
type QueuePart = PageOf<20>;

fn queue_path(agency: AgencyId) -> String {
    format!("/staff/agency/{agency}/applications")
}

fn case_path(own: &Application) -> String {
    format!("{}/{}/{}", queue_path(own.agency), own.learner, own.id)
}

/// `GET /staff/agency/{agency}/applications`: what waits, the oldest first. It names nobody, and leads to those alone whom the reader may see.
///
/// # Errors
/// [`AppError::NotFound`] for who does not work for the agency.
pub async fn queue(
    staff: AgencyWorker,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let asked = QueuePart::asked(link.page);
    let of = (&staff.agency, &staff.scope);
    let mut waiting = service::queue(db, of, asked.part()).await?;
    let shown = asked.within(waiting.total);
    if shown != asked {
        waiting = service::queue(db, of, shown.part()).await?;
    }
    let holders: Vec<LearnerId> = waiting.rows.iter().filter_map(|(own, _)| own.holder).collect();
    let names = identity::staff_names_of(db, &house.keys, &holders).await?;
    let page = staff_page(&house, ui, &staff.session);
    let actor = staff.scope.actor();
    let row = |(own, rule): &(Application, Rule)| {
        let holder = match own.holder {
            Some(holder) if holder == actor => page.t("applications-held-by-you"),
            Some(holder) => names.get(&holder).cloned().unwrap_or_default(),
            None => String::new(),
        };
        let row = QueueRow::of(&page, (own, rule), (shelf.title_of(&own.unit), holder), house.clock().now());
        if waiting.hidden.contains(&own.learner) { row } else { row.at(case_path(own)) }
    };
    html(&QueuePage {
        rows: waiting.rows.iter().map(row).collect(),
        href: queue_path(staff.agency.id),
        back: format!("/staff/agency/{}", staff.agency.id),
        agency: staff.agency.name.clone(),
        total: waiting.total,
        number: shown.number(),
        pages: QueuePart::pages(waiting.total),
        page,
    })
}

/// A case with its person, where the reader may see them; that they were shown, or that somebody tried, is kept.
pub(super) async fn seen(
    house: &House,
    staff: &AgencyWorker,
    (learner, id): (&str, &str),
    what: &'static str,
) -> Result<(Application, Found), AppError> {
    let which = (id_in(learner)?, id_in(id)?);
    let (keys, agency, scope) = (house.keys.clone(), staff.agency.clone(), staff.scope.clone());
    let work = async move |tx: &Tx| service::look(tx, &keys, (&agency, &scope), (which, what)).await;
    house.db.write(work).await?.ok_or(AppError::NotFound)
}

/// `GET /staff/agency/{agency}/applications/{learner}/{id}`: one case on one page.
///
/// # Errors
/// [`AppError::NotFound`] where there is none, or they may not see the person.
pub async fn case_page(
    staff: AgencyWorker,
    path: Path<(String, String, String)>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let case = seen(&house, &staff, (&path.1, &path.2), "application").await?;
    let said = match (link.said.as_str(), case.0.state) {
        ("accept", State::Accepted) | ("agree", State::Accepted) => "applications-said-accepted",
        ("accept", State::Proposed | State::AppealProposed) => "applications-said-proposed",
        ("return", State::Returned) => "applications-said-returned",
        ("pass", State::Sent | State::Appealed) => "applications-said-passed",
        ("disagree", State::Sent | State::Appealed) => "applications-said-disagreed",
        ("reject", State::Refused) => "applications-said-rejected",
        _ => "",
    };
    let reader = Reader { house: &house, staff: &staff, shelf: &shelf };
    reader.page(ui, &case, Shown { said, ..Shown::default() }).await
}

/// Who looks at a case.
struct Reader<'a> {
    house: &'a House,
    staff: &'a AgencyWorker,
    shelf: &'a Shelf,
}

impl Reader<'_> {
    /// What the reader may do with it now; asked again in the commit.
    fn may(&self, own: &Application, case: &Case) -> May {
        if !own.state.is_waiting() || !self.staff.scope.has_any(roles_of(own.state)) {
            return May::Look;
        }
        let done: Vec<_> = case.steps.iter().map(|step| (step.deed, step.actor)).collect();
        let helper = own.sent.as_ref().and_then(|sent| sent.helper);
        let others = barred(own.state, (own.learner, helper), &done);
        let session = &self.staff.session;
        if others.iter().any(|other| session.acting.learner == *other || session.others.contains(other)) {
            return May::Barred;
        }
        match own.state {
            State::Sent => May::Prepare,
            State::Appealed => May::Hear,
            _ => May::Second,
        }
    }

    /// Whom it may be passed to; the first choice is nobody.
    async fn takers(
        &self,
        page: &Page,
        (own, found): (&Application, &Found),
        may: May,
    ) -> Result<Vec<(String, String)>, AppError> {
        if !may.passes() {
            return Ok(Vec::new());
        }
        let (db, keys) = (self.house.db.read(), &self.house.keys);
        let colleagues = service::colleagues(db, keys, (&self.staff.agency, own, found)).await?;
        let others = colleagues.into_iter().filter(|(who, _)| *who != self.staff.scope.actor());
        let none = (String::new(), page.t("applications-pass-choose"));
        Ok(std::iter::once(none).chain(others.map(|(who, name)| (who.to_string(), name))).collect())
    }

    async fn page(&self, ui: Ui, (own, found): &(Application, Found), shown: Shown) -> Result<HttpResponse, AppError> {
        let (house, agency) = (self.house, &self.staff.agency);
        let page = staff_page(house, ui, &self.staff.session);
        let case = service::case_of(house.db.read(), own, |unit| self.shelf.worth_of(unit).unwrap_or_default()).await?;
        let href = case_path(own);
        let may = self.may(own, &case);
        let alike = case.alike.iter().map(|(other, ..)| other.learner);
        let hidden = service::hidden_among(house.db.read(), (agency, &self.staff.scope), alike).await?;
        let leads = |other: &Application| other.agency == own.agency && !hidden.contains(&other.learner);
        let piece =
            |(number, piece): (usize, &crate::applications::Piece)| PieceRow::of(&page, (number, piece), Some(href.clone()));
        let why = |why: Why| (why.code().to_owned(), page.t(&format!("applications-why-{}", why.code())));
        let level = |value: i64| (value.to_string(), page.t(&format!("applications-supervision-{value}")));
        let key = Some(&found.key);
        let view = CasePage {
            back: queue_path(own.agency),
            name: found.profile.name.clone(),
            title: case.rule.title.clone(),
            state: page.t(&format!("applications-state-{}", own.state.code())),
            facts: facts_of(&page, (own, &case.rule, &agency.name), key),
            rule: self.rule_facts(&page, (own, &case), found),
            knows: self.knows(&page, (own, &case)),
            alike: case.alike.iter().map(|one| alike_row(&page, one, leads(&one.0).then(|| case_path(&one.0)))).collect(),
            pieces: (1..).zip(&case.files).map(piece).collect(),
            steps: steps_in_words(&page, &case.steps, key),
            whys: Why::ALL.map(why).into(),
            levels: (0..=3).map(level).collect(),
            on_the_day: on_the_day(&page, &case.rule),
            colleagues: self.takers(&page, (own, found), may).await?,
            is_two: case.rule.deciders == Deciders::Two,
            is_helped: own.sent.as_ref().is_some_and(|sent| sent.helper.is_some()),
            turn: own.turn,
            may,
            form: shown.form,
            notice: if shown.said.is_empty() { String::new() } else { page.t(shown.said) },
            problem: shown.problem.map(|problem| problem.say(page.lang())).unwrap_or_default(),
            href,
            page,
        };
        html_with(shown.status, &view)
    }

    /// What the rule says and would give.
    fn rule_facts(&self, page: &Page, (own, case): (&Application, &Case), found: &Found) -> Vec<(String, String)> {
        let rule = &case.rule;
        let gives = case.gives.map_or_else(|| page.t("applications-gives-nothing"), |credits| credit_words(page, credits));
        let level = |key: &str, value: i64| page.t(&format!("{key}-{value}"));
        let proposed = case.steps.iter().rev().find_map(|step| step.examined).filter(|_| own.state != State::Sent);
        let mut facts = vec![
            (page.t("applications-course"), self.shelf.title_of(&own.unit)),
            (page.t("applications-gives"), gives),
            (page.t("applications-rule-evidence"), rule.evidence.clone()),
            (page.t("applications-least-identity"), level("applications-identity", rule.least.identity.value())),
            (page.t("applications-own-identity"), level("applications-identity", found.profile.identity_level.value())),
            (page.t("applications-least-supervision"), level("applications-supervision", rule.least.supervision.value())),
            (page.t("applications-already"), credit_words(page, case.already)),
        ];
        if let Some(examined) = proposed {
            let supervision = level("applications-supervision", examined.supervision.value());
            facts.push((page.t("applications-stated-supervision"), supervision));
            let identity = examined.identity.map(|identity| level("applications-identity", identity.value()));
            facts.extend(identity.map(|words| (page.t("applications-stated-identity"), words)));
        }
        facts
    }

    /// What the bank says by itself.
    fn knows(&self, page: &Page, (own, case): (&Application, &Case)) -> Vec<String> {
        let overdue = own.sent.as_ref().is_some_and(|sent| own.state.is_waiting() && sent.due < self.house.clock().now().day());
        let said = [
            (overdue, "applications-overdue"),
            (case.is_rule_ended && own.state.is_waiting(), "applications-rule-ended"),
            (case.holds_unit && own.state != State::Accepted, "applications-held"),
            (
                case.alike.iter().any(|(other, alike, _)| *alike == Alike::Number && other.state == State::Accepted),
                "applications-taken",
            ),
        ];
        said.into_iter().filter(|(is, _)| *is).map(|(_, key)| page.t(key)).collect()
    }
}

/// What may be said of who sat there, where the rule asks for it.
fn on_the_day(page: &Page, rule: &Rule) -> Choices {
    let yes = || ("yes".to_owned(), page.t("applications-on-the-day"));
    (rule.least.identity > IdentityLevel::DOCUMENT).then(yes).into_iter().collect()
}

/// `href`: of the case, where the one who looks may open it.
fn alike_row(page: &Page, (other, alike, is_theirs): &(Application, Alike, bool), href: Option<String>) -> AlikeRow {
    let what = page.t(match alike {
        Alike::Number => "applications-alike-number",
        Alike::File => "applications-alike-file",
    });
    let whose = page.t(if *is_theirs { "applications-alike-own" } else { "applications-alike-other" });
    let when = other.sent.as_ref().map(|sent| day_words(page.lang(), sent.at.day())).unwrap_or_default();
    let state = page.t(&format!("applications-state-{}", other.state.code()));
    AlikeRow { href, what, whose, when, state }
}

/// `POST /staff/agency/{agency}/applications/{learner}/{id}`: 认定, 退回, 转交, 同意, 不同意, 维持退回.
///
/// # Errors
/// As [`case_page`]; what the service refuses.
pub async fn decide(
    _: Corrector,
    posted: Posted,
    staff: AgencyWorker,
    path: Path<(String, String, String)>,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let case = seen(&house, &staff, (&path.1, &path.2), "application").await?;
    let reader = Reader { house: &house, staff: &staff, shelf: &shelf };
    let (wish, shown) = match forms::wish(&posted.fields) {
        Ok(wish) => wish,
        Err(errors) if errors.iter().any(|error| error.field == "doing") => return Err(AppError::Malformed("doing")),
        Err(errors) => return reader.page(posted.ui.clone(), &case, Shown::wrong(&posted, errors)).await,
    };
    let place = case.1.profile.place_code.clone();
    let doing = Doing {
        actor: staff.scope.actor(),
        agency: staff.agency.id,
        which: (case.0.learner, case.0.id),
        shown,
        wish,
        worth: shelf.worth_of(&case.0.unit).unwrap_or_default(),
        help_phone: places::authority_of(&house, place.as_deref()).await?.help_phone,
    };
    let said = said_of(&doing.wish);
    let (once, digest, keys) = (posted.once()?, posted.digest(), house.keys.clone());
    let work = async move |tx: &Tx| service::decide(tx, &keys, &doing, (&once, &digest)).await;
    match write(&house, &posted, work).await {
        Ok(()) => Ok(redirect(&format!("{}?said={said}", case_path(&case.0)))),
        Err(error) => {
            let shown = Shown::refused(&posted, error)?;
            // As things are now; what was typed stays.
            let now = seen(&house, &staff, (&path.1, &path.2), "application").await?;
            reader.page(posted.ui.clone(), &now, shown).await
        }
    }
}

const fn said_of(wish: &Wish) -> &'static str {
    match wish {
        Wish::Accept(_) => "accept",
        Wish::Return(..) => "return",
        Wish::Pass(_) => "pass",
        Wish::Agree => "agree",
        Wish::Disagree(_) => "disagree",
        Wish::Reject(_) => "reject",
    }
}
