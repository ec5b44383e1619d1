//! The pages of rolls: brought, looked at, asked, agreed to.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Deserialize;

use super::lines::{self, Column};
use super::service::{self, Deciding, NewRoll, Read};
use super::views::{LineView, May, RollFacts, RollPage, RollRow, RollsPage, passed_cells, rule_words};
use super::{Error, Roll, RollState, forms, words};
use crate::agencies::{Agency, AgencyOfficer, AgencyReviewer, AgencyWorker};
use crate::conversions::{self, Rule};
use crate::curriculum::{CourseCode, Shelf};
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Corrector, Officer, Role, Session, StaffScope};
use crate::kernel::{LearnerId, RollId};
use crate::web::sheet::{self, MOST_FILE_BYTES, Unreadable};
use crate::web::{
    FieldError, FieldErrors, Filled, House, Page, Posted, Tab, Table, Ui, Upload, Uploaded, html_with, id_in, redirect,
};

/// What links to these pages carry.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Link {
    #[serde(default)]
    said: String,
    #[serde(default)]
    page: u64,
}

/// Who looks at an agency's rolls.
struct Reader<'a> {
    house: &'a House,
    session: &'a Session,
    scope: &'a StaffScope,
    agency: &'a Agency,
    shelf: &'a Shelf,
}

fn unit_words(shelf: &Shelf, unit: &str) -> String {
    let course = CourseCode::parse(unit).and_then(|code| shelf.course(code));
    course.map_or_else(|| unit.to_owned(), |course| format!("{unit} {}", course.title))
}

fn href_of(agency: &Agency, id: RollId) -> String {
    format!("/staff/agency/{}/rolls/{id}", agency.id)
}

impl Reader<'_> {
    fn page(&self, ui: Ui) -> Page {
        Page::new(self.house, ui, Tab::Elsewhere).of(Some(self.session.who()))
    }

    async fn list(&self, ui: Ui, (status, form): (StatusCode, Filled)) -> Result<HttpResponse, AppError> {
        let (page, db) = (self.page(ui), self.house.db.read());
        let rules = service::open_rules(db, self.agency.id, self.house.clock().now().day()).await?;
        let mut rows = Vec::new();
        for roll in service::list_rolls(db, self.agency.id).await? {
            let rule = conversions::get_rule(db, roll.rule).await?;
            rows.push(RollRow::of(&page, href_of(self.agency, roll.id), (&roll, &rule)));
        }
        let words = |rule: &Rule| (rule.id.to_string(), rule_words(rule, &unit_words(self.shelf, &rule.unit)));
        html_with(
            status,
            &RollsPage {
                agency: self.agency.id,
                name: self.agency.name.clone(),
                brings: self.scope.has_any(Role::OFFICERS),
                rules: rules.iter().map(words).collect(),
                rows,
                page,
                form,
            },
        )
    }

    /// One roll, with the page of its lines that is asked for.
    async fn one(
        &self,
        ui: Ui,
        (roll, link): (&Roll, &Link),
        (status, form): (StatusCode, Filled),
    ) -> Result<HttpResponse, AppError> {
        let (page, db) = (self.page(ui), self.house.db.read());
        let rule = conversions::get_rule(db, roll.rule).await?;
        // While the bank works the page is fetched again and again: nobody is shown then.
        let (house, of) = (self.house, (self.agency, self.scope));
        let lines = if roll.state.is_busy() {
            None
        } else {
            Some(service::page_of_roll(&house.db, &house.keys, of, (roll, link.page)).await?)
        };
        let people: Vec<LearnerId> = [Some(roll.brought_by), roll.decided.map(|(by, _)| by)].into_iter().flatten().collect();
        let names = identity::staff_names_of(db, &house.keys, &people).await?;
        let name = |who: LearnerId| names.get(&who).cloned().unwrap_or_default();
        let by = (name(roll.brought_by), roll.decided.map(|(by, _)| name(by)).unwrap_or_default());
        let arrived = match &lines {
            Some(lines) => lines.arrived,
            None => service::arrived(db, roll.id).await?,
        };
        let notice = match link.said.as_str() {
            "known" => "rolls-said-known",
            "asked" if roll.state == RollState::Asked => "rolls-said-asked",
            "agreed" if matches!(roll.state, RollState::Agreed | RollState::Valid | RollState::Done) => "rolls-said-agreed",
            "refused" if roll.state == RollState::Refused => "rolls-said-refused",
            _ => "",
        };
        html_with(
            status,
            &RollPage {
                agency: self.agency.id,
                agency_name: self.agency.name.clone(),
                facts: RollFacts::of(&page, (roll, &rule), unit_words(self.shelf, &rule.unit), by, arrived),
                may: self.may(roll),
                shown: service::shown_of(roll).to_string(),
                href: href_of(self.agency, roll.id),
                lines: lines
                    .as_ref()
                    .map(|of| of.lines.iter().map(|line| LineView::of(&page, line)).collect())
                    .unwrap_or_default(),
                number: lines.as_ref().map_or(1, |of| of.number),
                pages: lines.as_ref().map_or(1, |of| of.pages),
                only: lines.and_then(|of| of.only),
                brings: self.scope.has_any(Role::OFFICERS),
                notice,
                page,
                form,
            },
        )
    }

    fn may(&self, roll: &Roll) -> May {
        let is_theirs = roll.brought_by == self.scope.actor();
        match roll.state {
            RollState::Checked if is_theirs && roll.wrong == 0 && roll.trouble.is_none() => May::Ask,
            RollState::Read | RollState::Checked | RollState::Asked if is_theirs => May::GiveUp,
            RollState::Asked if self.scope.has_any(Role::REVIEWERS) => May::Decide,
            _ => May::Look,
        }
    }
}

/// `GET /staff/agency/{agency}/rolls`.
///
/// # Errors
/// What the database answers.
pub async fn list(staff: AgencyWorker, ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let reader = Reader { house: &house, session: &staff.session, scope: &staff.scope, agency: &staff.agency, shelf: &shelf };
    reader.list(ui, (StatusCode::OK, Filled::default())).await
}

/// `GET /staff/agency/{agency}/rolls/template/{kind}`: an empty form, as CSV or XLSX.
///
/// # Errors
/// [`AppError::NotFound`] for any other kind.
pub async fn template(_staff: AgencyWorker, path: Path<(String, String)>) -> Result<HttpResponse, AppError> {
    let table = Table {
        name: words::SHEET.to_owned(),
        headings: Column::ALL.iter().map(|column| column.heading().to_owned()).collect(),
        lines: Vec::new(),
    };
    table.answer(&path.1, "roll")?.ok_or(AppError::NotFound)
}

/// `POST /staff/agency/{agency}/rolls`: a file. Where the form comes from is looked at before what stands at the address.
///
/// # Errors
/// What the database answers.
pub async fn upload(
    _officer: Officer,
    request: HttpRequest,
    upload: Upload,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let Uploaded { posted, file } = upload.read("file", MOST_FILE_BYTES).await?;
    let staff = AgencyOfficer::extract(&request).await?;
    let reader = Reader { house: &house, session: &staff.session, scope: &staff.scope, agency: &staff.agency, shelf: &shelf };
    let again = async |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        reader.list(posted.ui.clone(), (StatusCode::UNPROCESSABLE_ENTITY, form)).await
    };
    let (brought, file) = match (forms::brought(&posted.fields), forms::file(file)) {
        (Ok(brought), Ok(file)) => (brought, file),
        (brought, file) => return again(brought.err().unwrap_or_default().into_iter().chain(file.err()).collect()).await,
    };
    let wrong = |field: &'static str, key: &'static str| vec![FieldError::new(field, Message::of(key))];
    let rules = service::open_rules(house.db.read(), staff.agency.id, house.clock().now().day()).await?;
    let rule = rules.into_iter().find(|rule| rule.id == brought.rule);
    let Some((rule, worth)) = rule.and_then(|rule| shelf.worth_of(&rule.unit).map(|worth| (rule, worth))) else {
        return again(wrong("rule", "rolls-rule-choose")).await;
    };
    if brought.levels.identity < rule.least.identity {
        return again(wrong("identity", "rolls-level-low")).await;
    }
    if brought.levels.supervision < rule.least.supervision {
        return again(wrong("supervision", "rolls-level-low")).await;
    }
    let code = service::file_code(&house.keys, &file, (rule.id, brought.levels));
    // Unpacking and reading are work for a thread of its own; a file by which the reader fell over is none.
    let read = actix_web::web::block(move || sheet::read(&file)).await.unwrap_or(Err(Unreadable::NoList));
    let mut rows = match read {
        Ok(rows) => rows,
        Err(unreadable) => return again(vec![unreadable.at("file")]).await,
    };
    let first = rows.remove(0);
    let head = match lines::read_head(&first.cells) {
        Ok(head) => head,
        Err(wrong) => return again(vec![forms::wrong_head(&wrong)]).await,
    };
    if rows.is_empty() {
        return again(wrong("file", "rolls-file-empty")).await;
    }
    let new = NewRoll {
        agency: staff.agency.id,
        rule: rule.id,
        worth,
        levels: brought.levels,
        file: code,
        by: staff.scope.actor(),
        client: None,
        head,
        lines: rows,
    };
    Ok(match service::keep_roll(&house.db, &house.keys, &new).await? {
        Read::New(id) => redirect(&href_of(&staff.agency, id)),
        Read::Known(id) => redirect(&format!("{}?said=known", href_of(&staff.agency, id))),
    })
}

/// `GET /staff/agency/{agency}/rolls/{roll}`.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of this agency's.
pub async fn one(
    staff: AgencyWorker,
    path: Path<(String, String)>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let roll = service::find_roll(house.db.read(), staff.agency.id, id_in(&path.1)?).await?;
    let reader = Reader { house: &house, session: &staff.session, scope: &staff.scope, agency: &staff.agency, shelf: &shelf };
    reader.one(ui, (&roll, &link), (StatusCode::OK, Filled::default())).await
}

/// `GET /staff/agency/{agency}/rolls/{roll}/passed`: the lines that were passed over, as whoever brought them wrote them, with why: to be mended
/// and brought again.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of this agency's, or there is no such line.
pub async fn passed(
    staff: AgencyOfficer,
    path: Path<(String, String)>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let roll = service::find_roll(house.db.read(), staff.agency.id, id_in(&path.1)?).await?;
    let of = (&staff.agency, &staff.scope);
    let lines = service::take_passed(&house.db, &house.keys, of, (&roll, ui.request)).await?;
    if lines.is_empty() {
        return Err(AppError::NotFound);
    }
    let headings = Column::ALL.iter().map(|column| column.heading()).chain([words::REASON]);
    let table = Table {
        name: words::SHEET.to_owned(),
        headings: headings.map(str::to_owned).collect(),
        lines: lines.iter().map(|(line, said)| passed_cells(ui.lang, line, said)).collect(),
    };
    table.answer("csv", "roll-passed")?.ok_or(AppError::NotFound)
}

/// `POST /staff/agency/{agency}/rolls/{roll}/ask`.
///
/// # Errors
/// As [`one`]; where it has moved on, or something must be mended first.
pub async fn ask(
    _: Corrector,
    posted: Posted,
    staff: AgencyOfficer,
    path: Path<(String, String)>,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let of = Deciding { agency: staff.agency.id, roll: id_in(&path.1)?, by: staff.scope.actor() };
    house.db.write_for(posted.ui.request, async move |tx: &Tx| service::ask(tx, of).await).await?;
    Ok(redirect(&format!("{}?said=asked", href_of(&staff.agency, of.roll))))
}

/// `POST /staff/agency/{agency}/rolls/{roll}/withdraw`.
///
/// # Errors
/// As [`ask`].
pub async fn withdraw(
    _: Corrector,
    posted: Posted,
    staff: AgencyOfficer,
    path: Path<(String, String)>,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let of = Deciding { agency: staff.agency.id, roll: id_in(&path.1)?, by: staff.scope.actor() };
    house.db.write_for(posted.ui.request, async move |tx: &Tx| service::withdraw(tx, of).await).await?;
    service::empty_over(&house.db, of.roll).await?;
    Ok(redirect(&format!("/staff/agency/{}/rolls", staff.agency.id)))
}

/// `POST /staff/agency/{agency}/rolls/{roll}/decide`: 同意 or 不同意.
///
/// # Errors
/// As [`one`]; where it has moved on, or comes to something else than what was shown.
pub async fn decide(
    _: Corrector,
    posted: Posted,
    staff: AgencyReviewer,
    path: Path<(String, String)>,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let roll = service::find_roll(house.db.read(), staff.agency.id, id_in(&path.1)?).await?;
    let reader = Reader { house: &house, session: &staff.session, scope: &staff.scope, agency: &staff.agency, shelf: &shelf };
    let again = async |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        reader.one(posted.ui.clone(), (&roll, &Link::default()), (StatusCode::UNPROCESSABLE_ENTITY, form)).await
    };
    let verdict = match forms::verdict(&posted.fields) {
        Ok(verdict) => verdict,
        Err(errors) => return again(errors).await,
    };
    let of = Deciding { agency: staff.agency.id, roll: roll.id, by: staff.scope.actor() };
    let (said, done) = match verdict {
        forms::Verdict::Agree(shown) => {
            let unseen = service::unseen_by(&house.db, &staff.scope, roll.id).await?;
            if unseen > 0 && roll.state == RollState::Asked {
                return Err(Error::Unseen(unseen).into());
            }
            let unit = conversions::get_rule(house.db.read(), roll.rule).await?.unit;
            let worth = shelf.worth_of(&unit).unwrap_or_default();
            let work = async move |tx: &Tx| service::agree(tx, of, (&shown, worth)).await;
            ("agreed", house.db.write_for(posted.ui.request, work).await)
        }
        forms::Verdict::Disagree(answer) => {
            let work = async move |tx: &Tx| service::disagree(tx, of, &answer).await;
            ("refused", house.db.write_for(posted.ui.request, work).await)
        }
    };
    done?;
    service::empty_over(&house.db, roll.id).await?;
    Ok(redirect(&format!("{}?said={said}", href_of(&staff.agency, roll.id))))
}
