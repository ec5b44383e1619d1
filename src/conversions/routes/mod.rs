//! The pages: an agency's rules, a draft and its run, what everybody may read.

mod desk;
mod draft;
mod public;

use super::views::Words;
use super::{Error, Rule, service};
use crate::agencies::Agency;
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::i18n::Lang;
use crate::identity::Session;
use crate::kernel::AgencyId;
use crate::web::{House, Page, Tab, Ui, id_in};

pub use desk::{
    discard as post_discard, end as post_end, list as list_page, one as rule_page, publish as post_publish, try_out as post_try,
};
pub use draft::{add as post_add, add_page, change as post_change, change_page};
pub use public::{list as public_list, one as public_rule};

fn page_of(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()))
}

const fn words<'a>(lang: Lang, shelf: &'a Shelf) -> Words<'a> {
    Words { lang, shelf }
}

fn list_path(agency: AgencyId) -> String {
    format!("/staff/agency/{agency}/rules")
}

fn path_of(rule: &Rule) -> String {
    format!("{}/{}", list_path(rule.agency), rule.id)
}

/// The rule of a path's last part, where it is this agency's.
async fn found(house: &House, agency: &Agency, id: &str) -> Result<Rule, AppError> {
    Ok(service::get_of_agency(house.db.read(), agency.id, id_in(id)?).await?)
}

/// Whether it is the version in force today.
async fn is_in_force(house: &House, rule: &Rule) -> Result<bool, Error> {
    let (db, today) = (house.db.read(), house.clock().now().day());
    let now = service::rule_in_force(db, rule.agency, rule.direction, rule.partner, &rule.unit, today).await?;
    Ok(now.is_some_and(|now| now.id == rule.id))
}
