//! What somebody applies for: the list, beginning, one that is not sent yet, one that was sent.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};

use super::{Link, credit_words, own_page, steps_in_words, write};
use crate::agencies;
use crate::applications::rules::{Elsewhere, MOST_FILES, appeal_until};
use crate::applications::service::{self, Offer};
use crate::applications::views::{BeginPage, DetailsPage, DraftPage, OwnApplicationPage, OwnApplicationsPage, OwnRow, PieceRow};
use crate::applications::{AGREED_TEXT, Application, Error, State, forms};
use crate::conversions::Rule;
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Act, Learner, Session, Whose};
use crate::kernel::{ApplicationId, IdentityLevel, SealKey};
use crate::web::{FieldErrors, Filled, House, Page, Posted, Ui, day_words, html, html_with, id_in, redirect};

pub(super) fn path_of(id: ApplicationId) -> String {
    format!("/applications/{id}")
}

async fn agency_name(house: &House, own: &Application) -> Result<String, AppError> {
    Ok(agencies::find_agency(house.db.read(), own.agency).await?.map(|agency| agency.name).unwrap_or_default())
}

/// `GET /applications`.
///
/// # Errors
/// What the database answers.
pub async fn own_list(
    Learner(session): Learner,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let page = own_page(&house, ui, &session);
    let mut rows = Vec::new();
    for (own, rule) in service::list_own(db, &session.accounts()).await? {
        rows.push(OwnRow {
            href: path_of(own.id),
            title: rule.title,
            agency: agency_name(&house, &own).await?,
            state: page.t(&format!("applications-state-{}", own.state.code())),
        });
    }
    let notice = if link.said == "dropped" { page.t("applications-said-dropped") } else { String::new() };
    html(&OwnApplicationsPage { page, rows, notice })
}

/// `GET /applications/begin`: by which rules somebody may apply.
///
/// # Errors
/// What the database answers.
pub async fn begin_page(Learner(session): Learner, ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    offered((&house, &session, &shelf), ui, (StatusCode::OK, Filled::default())).await
}

async fn offered(
    (house, session, shelf): (&House, &Session, &Shelf),
    ui: Ui,
    (status, form): (StatusCode, Filled),
) -> Result<HttpResponse, AppError> {
    let page = own_page(house, ui, session);
    let whose = Whose { place: session.place_code.as_deref(), groups: &session.groups };
    let offers = service::offers(house.db.read(), whose, house.clock().now().day()).await?;
    let words = |offer: &Offer| {
        let course = shelf.title_of(&offer.rule.unit);
        let what = page.t2("applications-offer", ("title", &offer.rule.title), ("course", course));
        (offer.rule.id.to_string(), page.t2("applications-offer-by", ("what", what), ("agency", &offer.agency.name)))
    };
    let offers = offers.iter().map(words).collect();
    html_with(status, &BeginPage { offers, has_place: session.place_code.is_some(), form, page })
}

/// `POST /applications/begin`: the same again is the one that is begun.
///
/// # Errors
/// What the database answers.
pub async fn begin(
    Learner(session): Learner,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let again = async |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        offered((&house, &session, &shelf), posted.ui.clone(), (StatusCode::UNPROCESSABLE_ENTITY, form)).await
    };
    let rule = match forms::rule(&posted.fields) {
        Ok(rule) => rule,
        Err(errors) => return again(errors).await,
    };
    let (acting, standing) = (session.acting, session.standing(i64::from(house.clock().now().day().year())));
    match write(&house, &posted, async move |tx: &Tx| service::begin(tx, &acting, &standing, rule).await).await {
        Ok(id) => Ok(redirect(&path_of(id))),
        Err(error @ (Error::NoRule | Error::TooManyDrafts)) => {
            let key = error.key().unwrap_or("applications-no-rule");
            again(vec![crate::web::FieldError::new("rule", Message::of(key))]).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /applications/{id}`.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs.
pub async fn own_one(
    Learner(session): Learner,
    id: Path<String>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let own = service::get_own(house.db.read(), &session.accounts(), id_in(&id)?).await?;
    let said = match (link.said.as_str(), own.state) {
        ("file", State::Draft) => "applications-said-file",
        ("file-gone", State::Draft) => "applications-said-file-gone",
        ("sent", State::Sent) => "applications-said-sent",
        ("withdrawn", State::Withdrawn) => "applications-said-withdrawn",
        ("appealed", State::Appealed) => "applications-said-appealed",
        _ => "",
    };
    let reader = Reader { house: &house, session: &session, shelf: &shelf };
    reader.page(ui, &own, Shown { said, ..Shown::default() }).await
}

/// `GET /applications/{id}/details`: what is asked once there is evidence; before that, and when it is sent, the way to its page.
///
/// # Errors
/// As [`own_one`].
pub async fn own_details(
    Learner(session): Learner,
    id: Path<String>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let own = service::get_own(house.db.read(), &session.accounts(), id_in(&id)?).await?;
    if own.state != State::Draft || service::files_of(house.db.read(), &own).await?.is_empty() {
        return Ok(redirect(&path_of(own.id)));
    }
    let reader = Reader { house: &house, session: &session, shelf: &shelf };
    reader.details(ui, &own, Shown::default()).await
}

/// How a page is shown: with what was typed, and what is said to it.
pub(super) struct Shown {
    pub status: StatusCode,
    pub form: Filled,
    pub said: &'static str,
    pub problem: Option<Message>,
}

impl Default for Shown {
    fn default() -> Self {
        Self { status: StatusCode::OK, form: Filled::default(), said: "", problem: None }
    }
}

impl Shown {
    /// A form to be mended.
    pub(super) fn wrong(posted: &Posted, errors: FieldErrors) -> Self {
        let form = Filled::wrong(posted.fields.clone(), errors);
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, form, ..Self::default() }
    }

    /// What was typed, with why it was refused; the error itself where it has no words.
    pub(super) fn refused(posted: &Posted, error: Error) -> Result<Self, AppError> {
        let (status, problem) = match AppError::from(error) {
            AppError::Changed(message) => (StatusCode::CONFLICT, message),
            AppError::Refused(message) => (StatusCode::UNPROCESSABLE_ENTITY, message),
            error => return Err(error),
        };
        Ok(Self { status, form: Filled::with(posted.fields.clone()), said: "", problem: Some(problem) })
    }
}

/// Who reads an application of theirs.
pub(super) struct Reader<'a> {
    pub house: &'a House,
    pub session: &'a Session,
    pub shelf: &'a Shelf,
}

impl Reader<'_> {
    pub(super) async fn page(&self, ui: Ui, own: &Application, shown: Shown) -> Result<HttpResponse, AppError> {
        if own.state == State::Draft { self.draft(ui, own, shown).await } else { self.sent(ui, own, shown).await }
    }

    async fn pieces(&self, page: &Page, own: &Application) -> Result<Vec<PieceRow>, AppError> {
        let may_open = self.session.may(Act::ReadAll);
        let pieces = service::files_of(self.house.db.read(), own).await?;
        let row = |(number, piece): (usize, &crate::applications::Piece)| {
            PieceRow::of(page, (number, piece), may_open.then(|| path_of(own.id)))
        };
        Ok((1..).zip(&pieces).map(row).collect())
    }

    async fn draft(&self, ui: Ui, own: &Application, shown: Shown) -> Result<HttpResponse, AppError> {
        let db = self.house.db.read();
        let page = own_page(self.house, ui, self.session);
        let agency = agency_name(self.house, own).await?;
        let pieces = self.pieces(&page, own).await?;
        let rule = service::rule_of(db, own.rule, self.house.clock().now().day()).await?;
        // What was looked at on the day is for the agency to say, and counts for those whose document the bank has seen.
        let least = rule.as_ref().map(|rule| rule.least.identity.min(IdentityLevel::DOCUMENT));
        let is_too_low = least.is_some_and(|least| self.session.acting.identity_level < least);
        let title = match &rule {
            Some(rule) => rule.title.clone(),
            None => crate::conversions::get_rule(db, own.rule).await.map_err(Error::from)?.title,
        };
        let view = DraftPage {
            href: path_of(own.id),
            agency_href: format!("/agencies/{}", own.agency),
            title,
            has_rule: rule.is_some(),
            is_too_low,
            evidence: rule.as_ref().map(|rule| rule.evidence.clone()).unwrap_or_default(),
            facts: rule.map(|rule| rule_facts(&page, self.shelf, (&rule, &agency))).unwrap_or_default(),
            may_add: pieces.len() < MOST_FILES,
            pieces,
            form: shown.form,
            notice: words_of(&page, shown.said),
            problem: shown.problem.map(|problem| problem.say(page.lang())).unwrap_or_default(),
            page,
        };
        html_with(shown.status, &view)
    }

    /// What is asked of one that is not sent, by the rule in force today; the page of the application where nothing is asked any more.
    async fn details(&self, ui: Ui, own: &Application, shown: Shown) -> Result<HttpResponse, AppError> {
        let today = self.house.clock().now().day();
        let is_draft = own.state == State::Draft;
        let rule = if is_draft { service::rule_of(self.house.db.read(), own.rule, today).await? } else { None };
        let Some(rule) = rule else { return self.page(ui, own, shown).await };
        let page = own_page(self.house, ui, self.session);
        let agency = agency_name(self.house, own).await?;
        let choice = |one: Elsewhere| (one.code().to_owned(), page.t(&format!("applications-elsewhere-{}", one.code())));
        let view = DetailsPage {
            href: path_of(own.id),
            rule: rule.id.to_string(),
            facts: rule_facts(&page, self.shelf, (&rule, &agency)),
            elsewhere: Elsewhere::ALL.map(choice).into(),
            agreed: agreed(&page, &agency),
            agreed_text: AGREED_TEXT,
            title: rule.title,
            form: shown.form,
            problem: shown.problem.map(|problem| problem.say(page.lang())).unwrap_or_default(),
            page,
        };
        html_with(shown.status, &view)
    }

    async fn sent(&self, ui: Ui, own: &Application, shown: Shown) -> Result<HttpResponse, AppError> {
        let (db, today) = (self.house.db.read(), self.house.clock().now().day());
        let page = own_page(self.house, ui, self.session);
        let rule = crate::conversions::get_rule(db, own.rule).await.map_err(Error::from)?;
        let agency = agency_name(self.house, own).await?;
        let key = identity::person_key(db, &self.house.keys, own.learner).await.ok();
        let steps = service::steps_of(db, own).await?;
        let appeal = own.decided_at.filter(|_| own.state == State::Returned).map(appeal_until).filter(|last| today <= *last);
        let view = OwnApplicationPage {
            href: path_of(own.id),
            facts: facts_of(&page, (own, &rule, &agency), key.as_ref()),
            pieces: self.pieces(&page, own).await?,
            state: page.t(&format!("applications-state-{}", own.state.code())),
            given: own.given.map(|(_, credits)| credit_words(&page, credits)),
            steps: steps_in_words(&page, &steps, key.as_ref()),
            is_waiting: own.state.is_waiting(),
            is_appeal: matches!(own.state, State::Appealed | State::AppealProposed),
            is_over: matches!(own.state, State::Returned | State::Refused | State::Withdrawn),
            appeal: appeal.map(|last| page.t1("applications-appeal-lead", "day", day_words(page.lang(), last))),
            turn: own.turn,
            agreed: agreed(&page, &agency),
            title: rule.title,
            form: shown.form,
            notice: words_of(&page, shown.said),
            problem: shown.problem.map(|problem| problem.say(page.lang())).unwrap_or_default(),
            page,
        };
        html_with(shown.status, &view)
    }
}

fn words_of(page: &Page, key: &str) -> String {
    if key.is_empty() { String::new() } else { page.t(key) }
}

/// What the rule says, for whoever applies. What everybody has is not asked for.
fn rule_facts(page: &Page, shelf: &Shelf, (rule, agency): (&Rule, &str)) -> Vec<(String, String)> {
    let (identity, supervision) = (rule.least.identity.value(), rule.least.supervision.value());
    let asks = |is: bool, key: String| if is { page.t(&key) } else { String::new() };
    vec![
        (page.t("applications-agency"), agency.to_owned()),
        (page.t("applications-partner"), rule.partner_name.clone()),
        (page.t("applications-course"), shelf.title_of(&rule.unit)),
        (page.t("applications-most"), credit_words(page, shelf.worth_of(&rule.unit).unwrap_or_default())),
        (page.t("applications-promised"), page.t1("applications-promised-days", "days", rule.promised_days)),
        (page.t("applications-asks-identity"), asks(identity > 0, format!("applications-identity-{identity}"))),
        (page.t("applications-asks-supervision"), asks(supervision > 1, format!("applications-supervision-{supervision}"))),
    ]
}

/// What was sent, in words.
pub(super) fn facts_of(
    page: &Page,
    (own, rule, agency): (&Application, &Rule, &str),
    key: Option<&SealKey>,
) -> Vec<(String, String)> {
    let mut facts =
        vec![(page.t("applications-agency"), agency.to_owned()), (page.t("applications-partner"), rule.partner_name.clone())];
    if let Some(sent) = &own.sent {
        let number = key.map(|key| service::number_of(key, sent)).unwrap_or_default();
        let value = crate::kernel::Credits::from_milli(sent.value).unwrap_or_default();
        let day = |day| day_words(page.lang(), day);
        facts.extend([
            (page.t("applications-number"), number),
            (page.t("applications-value"), value.to_string()),
            (page.t("applications-passed"), day(sent.passed)),
            (page.t("applications-elsewhere"), page.t(&format!("applications-elsewhere-{}", sent.elsewhere.code()))),
            (page.t("applications-sent"), day(sent.at.day())),
            (page.t("applications-due"), day(sent.due)),
        ]);
    }
    facts
}

/// What they say yes to, sentence by sentence.
fn agreed(page: &Page, agency: &str) -> Vec<String> {
    vec![
        page.t("applications-agree-true"),
        page.t1("applications-agree-seen", "agency", agency),
        page.t("applications-agree-identity"),
        page.t("applications-agree-once"),
        page.t("applications-agree-free"),
        page.t("applications-agree-kept"),
    ]
}

/// `POST /applications/{id}`: 交上去, 不办了, 收回, 申诉.
///
/// # Errors
/// As [`own_one`]; what the service refuses.
pub async fn act(
    Learner(session): Learner,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (id, accounts) = (id_in(&id)?, session.accounts());
    let own = service::get_own(house.db.read(), &accounts, id).await?;
    let reader = Reader { house: &house, session: &session, shelf: &shelf };
    let done = match posted.fields.get("doing") {
        "send" => {
            let details = forms::details(&posted.fields, house.clock().now().day());
            match details {
                Ok(details) => send(&house, &session, (&posted, own.id), details).await.map(|()| "sent"),
                Err(errors) => return reader.details(posted.ui.clone(), &own, Shown::wrong(&posted, errors)).await,
            }
        }
        "drop" => match write(&house, &posted, async move |tx: &Tx| service::drop_draft(tx, &accounts, id).await).await {
            Ok(()) => return Ok(redirect("/applications?said=dropped")),
            Err(error) => Err(error),
        },
        "withdraw" => turned(&house, &session, (&posted, own.id), None).await.map(|()| "withdrawn"),
        "appeal" => match forms::words(&posted.fields, "appeal_words") {
            Ok(words) => turned(&house, &session, (&posted, own.id), Some(words)).await.map(|()| "appealed"),
            Err(errors) => return reader.page(posted.ui.clone(), &own, Shown::wrong(&posted, errors)).await,
        },
        _ => return Err(AppError::Malformed("doing")),
    };
    match done {
        Ok(said) => Ok(redirect(&format!("{}?said={said}", path_of(id)))),
        Err(error) => {
            let shown = Shown::refused(&posted, error)?;
            // As things are now.
            let now = service::get_own(house.db.read(), &session.accounts(), id).await?;
            let is_sending = posted.fields.get("doing") == "send";
            let ui = posted.ui.clone();
            if is_sending { reader.details(ui, &now, shown).await } else { reader.page(ui, &now, shown).await }
        }
    }
}

async fn send(
    house: &House,
    session: &Session,
    (posted, id): (&Posted, ApplicationId),
    details: service::Details,
) -> Result<(), Error> {
    let Ok(rule) = posted.fields.get("rule").parse() else { return Err(Error::NoRule) };
    let Ok(once) = posted.once() else { return Err(Error::Moved) };
    let (digest, keys, acting, accounts) = (posted.digest(), house.keys.clone(), session.acting, session.accounts());
    let standing = session.standing(i64::from(house.clock().now().day().year()));
    let work = async move |tx: &Tx| {
        let who = (&acting, accounts.as_slice(), &standing);
        service::send(tx, &keys, who, (id, rule, &details), (&once, &digest)).await
    };
    write(house, posted, work).await
}

/// Takes it back, or appeals with these words.
async fn turned(
    house: &House,
    session: &Session,
    (posted, id): (&Posted, ApplicationId),
    words: Option<String>,
) -> Result<(), Error> {
    let (Ok(shown), Ok(once)) = (posted.fields.get("turn").parse(), posted.once()) else { return Err(Error::Moved) };
    let (digest, keys, acting, accounts) = (posted.digest(), house.keys.clone(), session.acting, session.accounts());
    let standing = session.standing(i64::from(house.clock().now().day().year()));
    let work = async move |tx: &Tx| {
        let (who, form) = ((&acting, accounts.as_slice(), &standing), (&once, &digest));
        match &words {
            Some(words) => service::appeal(tx, &keys, who, (id, shown, words), form).await,
            None => service::withdraw(tx, &keys, who, (id, shown), form).await,
        }
    };
    write(house, posted, work).await
}
