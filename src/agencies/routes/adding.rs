//! An organisation becomes an agency: it is looked for by its name or the code of its place, chosen, and entered.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::page_of;
use crate::agencies::forms::Entered;
use crate::agencies::views::{AgencyAddPage, MOST_OFFERED};
use crate::agencies::{Error, NewAgency, service};
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Administrator, Role};
use crate::kernel::{AgencyId, OrganisationId};
use crate::places::{self, Organisation, PlaceCode};
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, Posted, Ui, html_with, redirect, text};

/// The longest text that is looked for, in characters.
const MOST_FIND: usize = 50;

/// What a link to the form may fill in, and what is looked for.
#[derive(Debug, Deserialize)]
pub struct AddLink {
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    find: String,
}

/// What is looked for, without what only looks different: a code in plain digits.
fn looked_for(typed: &str) -> String {
    let typed: String = text::line(typed).chars().take(MOST_FIND).collect();
    text::digits(&typed).unwrap_or(typed)
}

/// Whether it is open and lies where they administer.
fn is_theirs(admin: &Administrator, organisation: &Organisation) -> bool {
    let code = PlaceCode::parse(&organisation.place_code);
    !organisation.is_closed && code.is_some_and(|code| admin.scope.administers(&code))
}

/// `GET /staff/agencies/add?find=…`.
///
/// # Errors
/// What the database answers.
pub async fn add_page(admin: Administrator, link: Query<AddLink>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let mut pairs = vec![("organisation", link.organisation.clone())];
    if let Ok(id) = link.organisation.parse()
        && let Some(organisation) = places::find_organisation(house.db.read(), id).await?.filter(|one| is_theirs(&admin, one))
    {
        pairs
            .extend([("line", organisation.line.unwrap_or_default()), ("contact_phone", organisation.phone.unwrap_or_default())]);
        pairs.push(("contact_words", organisation.address.unwrap_or_default()));
    }
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let form = Filled::with(Fields::from_pairs(&pairs));
    add_form(&house, &admin, (ui, &link.find), (StatusCode::OK, form)).await
}

async fn add_form(
    house: &House,
    admin: &Administrator,
    (ui, find): (Ui, &str),
    (status, form): (StatusCode, Filled),
) -> Result<HttpResponse, AppError> {
    let (page, find, db) = (page_of(house, ui, &admin.session), looked_for(find), house.db.read());
    let areas = admin.scope.areas(&[Role::Administrator]);
    let mut found = places::search_organisations(db, &areas, &find, MOST_OFFERED + 1).await?;
    let has_more = u64::try_from(found.len()).is_ok_and(|count| count > MOST_OFFERED);
    if has_more {
        found.pop();
    }
    let is_none = found.is_empty();
    // Which one was chosen stays on offer, whatever is looked for.
    if let Ok(id) = form.value("organisation").parse::<OrganisationId>()
        && found.iter().all(|one| one.id != id)
        && let Some(chosen) = places::find_organisation(db, id).await?.filter(|one| is_theirs(admin, one))
    {
        found.insert(0, chosen);
    }
    // Two may have one name.
    let places = places::names_by_codes(db, found.iter().map(|one| one.place_code.clone()).collect()).await?;
    let words = |one: Organisation| {
        let place = places.get(&one.place_code).unwrap_or(&one.place_code);
        (one.id.to_string(), page.t2("agencies-organisation-at", ("name", &one.name), ("place", place)))
    };
    let organisations = found.into_iter().map(words).collect();
    let line = |code: &'static str| (code.to_owned(), page.t(&format!("line-{code}")));
    let everybody = std::iter::once((String::new(), page.t("identity-line-all")));
    let lines = everybody.chain(identity::lines_of_work().map(line)).collect();
    html_with(status, &AgencyAddPage { organisations, find, has_more, is_none, lines, page, form })
}

/// `POST /staff/agencies/add`: an organisation of the area becomes an agency, with its first key. Sent twice, it is one.
///
/// # Errors
/// What the database answers.
pub async fn add(admin: Administrator, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let again = async |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        let asked = (posted.ui.clone(), posted.fields.get("find"));
        add_form(&house, &admin, asked, (StatusCode::UNPROCESSABLE_ENTITY, form)).await
    };
    let lines: Vec<&str> = identity::lines_of_work().collect();
    let entered = match Entered::parse(&posted.fields, &lines) {
        Ok(entered) => entered,
        Err(errors) => return again(errors).await,
    };
    let unknown = || vec![FieldError::new("organisation", Message::of("identity-organisation-unknown"))];
    let organisation = places::find_organisation(house.db.read(), entered.organisation).await?;
    if !organisation.is_some_and(|organisation| is_theirs(&admin, &organisation)) {
        return again(unknown()).await;
    }
    let new = NewAgency {
        organisation: entered.organisation,
        credit_code: entered.credit_code,
        line: entered.line,
        contact: entered.contact,
        by: admin.scope.actor(),
    };
    let key = service::fresh_key(&house.keys, AgencyId::fresh(house.clock().now()));
    let work = async move |tx: &Tx| service::register(tx, &new, &key).await;
    match house.db.write_for(posted.ui.request, work).await {
        Ok(id) => Ok(redirect(&format!("/staff/agencies/{id}?said=added"))),
        Err(Error::CodeTaken) => again(vec![FieldError::new("credit_code", Message::of("agencies-code-taken"))]).await,
        Err(Error::OrganisationTaken) => {
            again(vec![FieldError::new("organisation", Message::of("agencies-organisation-taken"))]).await
        }
        Err(Error::Place(places::Error::UnknownOrganisation)) => again(unknown()).await,
        Err(error) => Err(error.into()),
    }
}
