//! An agency's rules: the list, one with its run, trying, publishing, ending.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::{found, is_in_force, list_path, page_of, path_of, words};
use crate::agencies::{AgencyReviewer, AgencyStaff, AgencyWorker};
use crate::conversions::forms;
use crate::conversions::service::{self, Standing};
use crate::conversions::views::{May, RulePage, RulesPage, RunView, failed_words, state_words};
use crate::conversions::{Direction, Error, Rule, RuleState};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::{self, Corrector, Role};
use crate::kernel::{LearnerId, RuleId};
use crate::web::{FieldError, Filled, House, ListPage, Posted, Ui, html, html_with, id_in, redirect};

/// How rules stand, with the end of their words' key.
const STANDINGS: [(Standing, &str); 4] =
    [(Standing::Now, "now"), (Standing::Later, "later"), (Standing::Drafts, "drafts"), (Standing::Over, "over")];

/// Which of the rules, which page; what was done just now.
#[derive(Debug, Deserialize)]
pub struct Which {
    #[serde(default)]
    which: String,
    #[serde(default)]
    page: u64,
    #[serde(default)]
    said: String,
}

/// `GET /staff/agency/{agency}/rules?which=now`: those in force, to begin later, drafts, over.
///
/// # Errors
/// [`AppError::NotFound`] for who does not work for the agency.
pub async fn list(
    staff: AgencyWorker,
    asked: Query<Which>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (db, lang, agency, today) = (house.db.read(), ui.lang, &staff.agency, house.clock().now().day());
    let named = STANDINGS.into_iter().find(|(_, code)| *code == asked.which);
    let (standing, which) = named.unwrap_or((Standing::Now, "now"));
    let wished = ListPage::asked(asked.page);
    let (mut rules, total) = service::list_of_agency(db, (agency.id, standing, today), wished.part()).await?;
    let shown = wished.within(total);
    if shown != wished {
        rules = service::list_of_agency(db, (agency.id, standing, today), shown.part()).await?.0;
    }
    let mut others = Vec::new();
    for (other, code) in STANDINGS.into_iter().filter(|(other, _)| *other != standing) {
        let (_, count) = service::list_of_agency(db, (agency.id, other, today), (0, 1)).await?;
        others.push((format!("{}?which={code}", list_path(agency.id)), lang.t(&format!("conversions-standing-{code}")), count));
    }
    let said = words(lang, &shelf);
    html(&RulesPage {
        id: agency.id,
        name: agency.name.clone(),
        heading: lang.t(&format!("conversions-standing-{which}")),
        which,
        rows: rules.iter().map(|rule| said.row(rule, path_of(rule))).collect(),
        others,
        may_draft: staff.scope.has_any(Role::OFFICERS),
        said: if asked.said == "discarded" && standing == Standing::Drafts { "conversions-said-discarded" } else { "" },
        number: shown.number(),
        pages: ListPage::pages(total),
        page: page_of(&house, ui, &staff.session),
    })
}

/// What was done just now, which page of the run.
#[derive(Debug, Default, Deserialize)]
pub struct Link {
    #[serde(default)]
    said: String,
    #[serde(default)]
    page: usize,
}

/// `GET /staff/agency/{agency}/rules/{rule}`: what it says; a draft with what its run came to.
///
/// # Errors
/// [`AppError::NotFound`] where it is not this agency's.
pub async fn one(
    staff: AgencyWorker,
    path: Path<(String, String)>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let rule = found(&house, &staff.agency, &path.1).await?;
    Reader { house: &house, staff: &staff, shelf: &shelf }.page(ui, &rule, (StatusCode::OK, Filled::default()), &link).await
}

/// Who looks at a rule.
struct Reader<'a, W> {
    house: &'a House,
    staff: &'a AgencyStaff<W>,
    shelf: &'a Shelf,
}

impl<W> Reader<'_, W> {
    fn may(&self, rule: &Rule, is_ready: bool) -> May {
        let scope = &self.staff.scope;
        let (is_draft, drafts) = (rule.state == RuleState::Draft, scope.has_any(Role::OFFICERS));
        let is_own = rule.drafted_by == scope.actor();
        May {
            change: is_draft && is_own && drafts,
            copy: !is_draft && drafts,
            try_out: is_draft,
            publish: is_draft && is_ready && !is_own && scope.has_any(Role::REVIEWERS),
            end: rule.state == RuleState::Published,
            discard: is_draft,
        }
    }

    async fn page(
        &self,
        ui: Ui,
        rule: &Rule,
        (status, form): (StatusCode, Filled),
        link: &Link,
    ) -> Result<HttpResponse, AppError> {
        let (house, lang, db) = (self.house, ui.lang, self.house.db.read());
        let people: Vec<LearnerId> =
            [Some(rule.drafted_by), rule.published_by, rule.ended.as_ref().map(|ended| ended.1)].into_iter().flatten().collect();
        let names = identity::staff_names_of(db, &house.keys, &people).await?;
        let name = |who: Option<LearnerId>| who.and_then(|who| names.get(&who).cloned()).unwrap_or_default();
        let is_draft = rule.state == RuleState::Draft;
        let failed = match service::worth_of(self.shelf, &rule.unit) {
            Ok(worth) if is_draft => rule.terms().failed(worth).iter().map(|failed| failed_words(lang, failed)).collect(),
            Err(_) if is_draft => vec![lang.t("conversions-unit-gone")],
            _ => Vec::new(),
        };
        let (run, is_stale) = if is_draft { self.run(lang, rule, link.page).await? } else { (None, false) };
        let ended = rule.ended.as_ref().map(|(day, by, why)| {
            let (day, who) = (day.to_string(), name(Some(*by)));
            lang.fill("conversions-ended", &[("day", day.as_str()), ("who", who.as_str()), ("why", why.as_str())])
        });
        let page = RulePage {
            href: path_of(rule),
            back: list_path(rule.agency),
            copy: format!("{}/add?from={}", list_path(rule.agency), rule.id),
            agency: self.staff.agency.name.clone(),
            view: words(lang, self.shelf).rule(rule),
            state: state_words(lang, rule, house.clock().now().day(), is_in_force(house, rule).await?),
            is_draft,
            is_out: rule.direction == Direction::Out,
            drafter: name(Some(rule.drafted_by)),
            publisher: name(rule.published_by),
            ended: ended.unwrap_or_default(),
            may: self.may(rule, run.is_some() && failed.is_empty()),
            failed,
            run,
            is_stale,
            form,
            said: said(link, rule),
            page: page_of(house, ui, &self.staff.session),
        };
        html_with(status, &page)
    }

    /// The run as it comes to now, where that was kept; and whether the rule was tried, but came to something else.
    async fn run(&self, lang: crate::i18n::Lang, rule: &Rule, wished: usize) -> Result<(Option<RunView>, bool), AppError> {
        let db = self.house.db.read();
        if !service::was_tried(db, rule.id).await? {
            return Ok((None, false));
        }
        let run = match service::run_of(db, self.shelf, rule).await {
            Err(Error::NoSuchUnit) => return Ok((None, true)),
            run => run?,
        };
        let Some(kept) = service::kept_run(db, rule.id, &run.digest).await? else { return Ok((None, true)) };
        let names = identity::staff_names_of(db, &self.house.keys, &[kept.made_by]).await?;
        let who = names.get(&kept.made_by).cloned().unwrap_or_default();
        let (when, sealed) = (kept.made_at.to_minute_text(), kept.sealed.to_string());
        let blanks = [("when", when.as_str()), ("who", who.as_str()), ("sealed", sealed.as_str())];
        let made = lang.fill("conversions-run-made", &blanks);
        Ok((Some(RunView::of(lang, &run, made, wished)), false))
    }
}

fn said(link: &Link, rule: &Rule) -> &'static str {
    match (link.said.as_str(), rule.state) {
        ("kept", RuleState::Draft) => "conversions-said-kept",
        ("tried", RuleState::Draft) => "conversions-said-tried",
        ("published", RuleState::Published) => "conversions-said-published",
        ("ended", RuleState::Ended) => "conversions-said-ended",
        _ => "",
    }
}

/// `POST /staff/agency/{agency}/rules/{rule}/try`: reckons once more what was converted, and keeps what it came to.
///
/// # Errors
/// As [`one`]; where it is no draft any more.
pub async fn try_out(
    _: Corrector,
    posted: Posted,
    staff: AgencyWorker,
    path: Path<(String, String)>,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let rule = found(&house, &staff.agency, &path.1).await?;
    let (agency, id, by) = (staff.agency.clone(), rule.id, staff.scope.actor());
    let work = async move |tx: &Tx| service::try_out(tx, &shelf, (&agency, id), by).await;
    house.db.write_for(posted.ui.request, work).await?;
    Ok(redirect(&format!("{}?said=tried", path_of(&rule))))
}

/// `POST /staff/agency/{agency}/rules/{rule}/publish`: another person, who names the run that they were shown.
///
/// # Errors
/// As [`one`]; what the service refuses.
pub async fn publish(
    _: Corrector,
    posted: Posted,
    staff: AgencyReviewer,
    path: Path<(String, String)>,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let rule = found(&house, &staff.agency, &path.1).await?;
    let reader = Reader { house: &house, staff: &staff, shelf: &shelf };
    let (agency, id, by) = (staff.agency.clone(), rule.id, staff.scope.actor());
    let outcome = match forms::shown(&posted.fields) {
        None => Err(Error::Stale),
        Some(shown) => {
            let shelf = shelf.clone();
            let work = async move |tx: &Tx| service::publish(tx, &shelf, (&agency, id), by, &shown).await;
            house.db.write_for(posted.ui.request, work).await
        }
    };
    let (status, error) = match outcome.map_err(AppError::from) {
        Ok(()) => return Ok(redirect(&format!("{}?said=published", path_of(&rule)))),
        Err(AppError::Refused(message)) => (StatusCode::UNPROCESSABLE_ENTITY, FieldError::new("shown", message)),
        Err(AppError::Changed(message)) => (StatusCode::CONFLICT, FieldError::new("shown", message)),
        Err(other) => return Err(other),
    };
    let rule = found(&house, &staff.agency, &path.1).await?;
    reader.page(posted.ui, &rule, (status, Filled::wrong(posted.fields, vec![error])), &Link::default()).await
}

/// `POST /staff/agency/{agency}/rules/{rule}/discard`: nobody wants this draft any more. What is gone already is not looked up before: the same
/// again is answered the same.
///
/// # Errors
/// [`AppError::NotFound`] where it is not this agency's; [`AppError::Changed`] where it was published.
pub async fn discard(
    _: Corrector,
    posted: Posted,
    staff: AgencyWorker,
    path: Path<(String, String)>,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (agency, id, by) = (staff.agency.clone(), id_in::<RuleId>(&path.1)?, staff.scope.actor());
    house.db.write_for(posted.ui.request, async move |tx: &Tx| service::discard(tx, (&agency, id), by).await).await?;
    Ok(redirect(&format!("{}?which=drafts&said=discarded", list_path(staff.agency.id))))
}

/// `POST /staff/agency/{agency}/rules/{rule}/end`: before its time, with a reason.
///
/// # Errors
/// As [`one`]; [`AppError::NotFound`] for a draft.
pub async fn end(
    _: Corrector,
    posted: Posted,
    staff: AgencyWorker,
    path: Path<(String, String)>,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let rule = found(&house, &staff.agency, &path.1).await?;
    let why = match forms::reason(&posted.fields) {
        Ok(why) => why,
        Err(errors) => {
            let reader = Reader { house: &house, staff: &staff, shelf: &shelf };
            let form = (StatusCode::UNPROCESSABLE_ENTITY, Filled::wrong(posted.fields, errors));
            return reader.page(posted.ui, &rule, form, &Link::default()).await;
        }
    };
    let (agency, id, by) = (staff.agency.clone(), rule.id, staff.scope.actor());
    house.db.write_for(posted.ui.request, async move |tx: &Tx| service::end(tx, (&agency, id), by, &why).await).await?;
    Ok(redirect(&format!("{}?said=ended", path_of(&rule))))
}
