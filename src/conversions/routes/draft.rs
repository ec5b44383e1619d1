//! A draft is written, and written anew.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::{found, list_path, page_of, path_of, words};
use crate::agencies::AgencyOfficer;
use crate::conversions::forms::{self, Choosable};
use crate::conversions::service::{self, Drafting};
use crate::conversions::views::RuleFormPage;
use crate::conversions::{Rule, RuleState, Terms};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::Corrector;
use crate::kernel::{OrganisationId, RuleId};
use crate::places;
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, Posted, Ui, html_with, id_in, redirect};

/// Partners that a form offers, of each kind.
const MOST_PARTNERS: u64 = 500;

/// With whose words the form begins.
#[derive(Debug, Default, Deserialize)]
pub struct Copied {
    #[serde(default)]
    from: String,
}

/// Who writes, and among what they choose.
struct Writer<'a> {
    house: &'a House,
    staff: &'a AgencyOfficer,
    shelf: &'a Shelf,
    partners: Vec<(OrganisationId, String)>,
}

impl<'a> Writer<'a> {
    async fn of(house: &'a House, staff: &'a AgencyOfficer, shelf: &'a Shelf) -> Result<Self, AppError> {
        let all = places::list_possible_partners(house.db.read(), MOST_PARTNERS).await?;
        let others = all.into_iter().filter(|one| one.id != staff.agency.organisation);
        Ok(Self { house, staff, shelf, partners: others.map(|one| (one.id, one.name)).collect() })
    }

    fn read(&self, fields: &Fields) -> Result<Terms, FieldErrors> {
        let partners: Vec<OrganisationId> = self.partners.iter().map(|(id, _)| *id).collect();
        let units: Vec<String> = self.shelf.courses().iter().map(|course| course.code.to_string()).collect();
        forms::terms(fields, Choosable { partners: &partners, units: &units, today: self.house.clock().now().day() })
    }

    /// The form: of a new draft, or of `rule`; `copied`: the version whose words it began with.
    fn page(
        &self,
        ui: Ui,
        (rule, copied): (Option<&Rule>, &str),
        (status, form): (StatusCode, Filled),
    ) -> Result<HttpResponse, AppError> {
        let (lang, list) = (ui.lang, list_path(self.staff.agency.id));
        let said = words(lang, self.shelf);
        let choose = |key: &str| (String::new(), lang.t(key));
        let partners = self.partners.iter().map(|(id, name)| (id.to_string(), name.clone()));
        let coded = |codes: [&str; 2], key: fn(&str) -> String| {
            codes.map(|code| (code.to_owned(), lang.t(&key(code)))).into_iter().collect::<Vec<_>>()
        };
        let page = RuleFormPage {
            action: rule.map_or_else(|| format!("{list}/add"), |rule| format!("{}/change", path_of(rule))),
            back: rule.map_or_else(|| list.clone(), path_of),
            name: rule.map_or_else(|| lang.t("conversions-title"), |rule| rule.title.clone()),
            is_change: rule.is_some(),
            form,
            copied_from: copied.to_owned(),
            partners: std::iter::once(choose("conversions-partner-choose")).chain(partners).collect(),
            units: std::iter::once(choose("conversions-unit-choose")).chain(said.units()).collect(),
            directions: coded(["in", "out"], |code| format!("conversions-direction-{code}")),
            identities: std::iter::once(choose("conversions-level-choose")).chain(said.levels("identity")).collect(),
            supervisions: std::iter::once(choose("conversions-level-choose")).chain(said.levels("supervision")).collect(),
            deciders: vec![
                ("1".to_owned(), lang.t("conversions-deciders-one")),
                ("2".to_owned(), lang.t("conversions-deciders-two")),
            ],
            page: page_of(self.house, ui, &self.staff.session),
        };
        html_with(status, &page)
    }
}

/// `GET /staff/agency/{agency}/rules/add?from=…`: empty, or with the words of a version of this agency.
///
/// # Errors
/// [`AppError::NotFound`] for who does not work for the agency, and where there is no such version.
pub async fn add_page(
    staff: AgencyOfficer,
    copied: Query<Copied>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let writer = Writer::of(&house, &staff, &shelf).await?;
    let form = match copied.from.as_str() {
        "" => Filled::default(),
        id => {
            let today = house.clock().now().day();
            let terms = found(&house, &staff.agency, id).await?.terms();
            // Its days have begun: the next version's are to be said anew.
            let until = terms.until.filter(|until| *until >= today);
            Filled::with(forms::as_fields(&Terms { from: terms.from.max(today), until, ..terms }))
        }
    };
    writer.page(ui, (None, &copied.from), (StatusCode::OK, form))
}

/// `POST /staff/agency/{agency}/rules/add`: a draft; nothing binds before another person has published it.
///
/// # Errors
/// As [`add_page`]; what the service refuses.
pub async fn add(
    _: Corrector,
    posted: Posted,
    staff: AgencyOfficer,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let writer = Writer::of(&house, &staff, &shelf).await?;
    let copied = posted.fields.get("copied_from").to_owned();
    let again = |status: StatusCode, errors: FieldErrors| {
        writer.page(posted.ui.clone(), (None, &copied), (status, Filled::wrong(posted.fields.clone(), errors)))
    };
    let copied_from: Option<RuleId> = match copied.as_str() {
        "" => None,
        id => Some(id_in(id)?),
    };
    let terms = match writer.read(&posted.fields) {
        Ok(terms) => terms,
        Err(errors) => return again(StatusCode::UNPROCESSABLE_ENTITY, errors),
    };
    let new = Drafting {
        agency: staff.agency.clone(),
        by: staff.scope.actor(),
        terms,
        copied_from,
        responsible_org: staff.agency.name.clone(),
    };
    let (once, digest, own) = (posted.once()?, posted.digest(), shelf.clone());
    let work = async move |tx: &Tx| service::draft(tx, &own, &new, (&once, &digest)).await;
    match house.db.write_for(posted.ui.request, work).await {
        Ok(id) => Ok(redirect(&format!("{}/{id}?said=kept", list_path(staff.agency.id)))),
        Err(error) => {
            let (status, error) = beside(error.into())?;
            again(status, vec![error])
        }
    }
}

/// What the service refuses, said beside the partner; the error itself where it is no matter of a form.
fn beside(error: AppError) -> Result<(StatusCode, FieldError), AppError> {
    match error {
        AppError::Refused(message) => Ok((StatusCode::UNPROCESSABLE_ENTITY, FieldError::new("partner", message))),
        other => Err(other),
    }
}

/// A draft of theirs.
async fn own(house: &House, staff: &AgencyOfficer, id: &str) -> Result<Rule, AppError> {
    let rule = found(house, &staff.agency, id).await?;
    service::must_be_drafter(&rule, staff.scope.actor())?;
    if rule.state == RuleState::Draft { Ok(rule) } else { Err(AppError::Changed(Message::of("conversions-not-a-draft"))) }
}

/// `GET /staff/agency/{agency}/rules/{rule}/change`: its drafter alone.
///
/// # Errors
/// [`AppError::NotFound`] where it is not this agency's; [`AppError::NotAllowed`] for another person than the drafter.
pub async fn change_page(
    staff: AgencyOfficer,
    path: Path<(String, String)>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let rule = own(&house, &staff, &path.1).await?;
    let writer = Writer::of(&house, &staff, &shelf).await?;
    writer.page(ui, (Some(&rule), ""), (StatusCode::OK, Filled::with(forms::as_fields(&rule.terms()))))
}

/// `POST /staff/agency/{agency}/rules/{rule}/change`.
///
/// # Errors
/// As [`change_page`]; what the service refuses.
pub async fn change(
    _: Corrector,
    posted: Posted,
    staff: AgencyOfficer,
    path: Path<(String, String)>,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let rule = own(&house, &staff, &path.1).await?;
    let writer = Writer::of(&house, &staff, &shelf).await?;
    let again = |status: StatusCode, errors: FieldErrors| {
        writer.page(posted.ui.clone(), (Some(&rule), ""), (status, Filled::wrong(posted.fields.clone(), errors)))
    };
    let terms = match writer.read(&posted.fields) {
        Ok(terms) => terms,
        Err(errors) => return again(StatusCode::UNPROCESSABLE_ENTITY, errors),
    };
    let (agency, id, by, own) = (staff.agency.clone(), rule.id, staff.scope.actor(), shelf.clone());
    let work = async move |tx: &Tx| service::redraft(tx, &own, (&agency, id), by, &terms).await;
    match house.db.write_for(posted.ui.request, work).await {
        Ok(()) => Ok(redirect(&format!("{}?said=kept", path_of(&rule)))),
        Err(error) => {
            let (status, error) = beside(error.into())?;
            again(status, vec![error])
        }
    }
}
