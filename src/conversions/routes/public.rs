//! What everybody may read of rules.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::{is_in_force, words};
use crate::conversions::service;
use crate::conversions::views::{PublicRulePage, PublicRulesPage, RuleRow, state_words};
use crate::conversions::{Direction, Error, Rule, RuleState};
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::identity::{Session, Visitor};
use crate::web::{House, ListPage, Page, Tab, Ui, html, id_in};

/// Which page.
#[derive(Debug, Deserialize)]
pub struct Which {
    #[serde(default)]
    page: u64,
}

/// `GET /rules`: the rules in force, by agency and partner.
///
/// # Errors
/// What the database answers.
pub async fn list(
    visitor: Visitor,
    which: Query<Which>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (db, today) = (house.db.read(), house.clock().now().day());
    let total = service::count_all_in_force(db, today).await?;
    let shown = ListPage::asked(which.page).within(total);
    let rules = service::list_all_in_force(db, today, shown.part()).await?;
    let names = service::agency_names(db, &rules).await?;
    let works = |rule: &Rule| names.get(&rule.agency).is_some_and(|(_, works)| *works);
    let may_apply = rules.iter().any(|rule| rule.direction == Direction::In && works(rule));
    let said = words(ui.lang, &shelf);
    let mut agencies: Vec<(String, bool, Vec<RuleRow>)> = Vec::new();
    let mut last = None;
    for rule in &rules {
        let row = said.row(rule, format!("/rules/{}", rule.id));
        match agencies.last_mut().filter(|_| last == Some(rule.agency)) {
            Some((_, _, rows)) => rows.push(row),
            None => {
                let (name, works) = names.get(&rule.agency).cloned().unwrap_or_default();
                agencies.push((name, works, vec![row]));
            }
        }
        last = Some(rule.agency);
    }
    let page = Page::new(&house, ui, Tab::Elsewhere).of(visitor.0.as_ref().map(Session::who));
    html(&PublicRulesPage { page, agencies, may_apply, number: shown.number(), pages: ListPage::pages(total) })
}

/// `GET /rules/{id}`: one version, also one that is over: what was recognised by it cites it. Drafts are nobody's business yet.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such version.
pub async fn one(visitor: Visitor, id: Path<String>, ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let rule = service::get_rule(house.db.read(), id_in(&id)?).await?;
    if rule.state == RuleState::Draft {
        return Err(Error::NoSuchRule.into());
    }
    let lang = ui.lang;
    let names = service::agency_names(house.db.read(), std::slice::from_ref(&rule)).await?;
    let (agency, is_working) = names.get(&rule.agency).cloned().unwrap_or_default();
    html(&PublicRulePage {
        agency,
        agency_href: format!("/agencies/{}", rule.agency),
        is_working,
        is_in: rule.direction == Direction::In,
        view: words(lang, &shelf).rule(&rule),
        state: state_words(lang, &rule, house.clock().now().day(), is_in_force(&house, &rule).await?),
        page: Page::new(&house, ui, Tab::Elsewhere).of(visitor.0.as_ref().map(Session::who)),
    })
}
