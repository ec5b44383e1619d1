//! Who reads: anybody, with what they chose; kept in the account of who is signed in, else in cookies.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;

use super::planner::Chosen;
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::{self, PATHWAY_COOKIE, START_COOKIE, Session, Visitor};
use crate::kernel::{Acting, Group, Timestamp};
use crate::outbox::Standing;
use crate::web::{House, Page, Tab, Ui, redirect};

/// Between the ids of start points, in cookie and column.
const JOIN: char = '.';
/// No honest choice is longer.
const MOST_POINTS: usize = 12;

/// Somebody who reads.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Their session, where they are signed in.
    pub session: Option<Session>,
    /// What they chose.
    pub chosen: Chosen,
}

impl Reader {
    /// Who keeps progress: somebody signed in.
    #[must_use]
    pub fn acting(&self) -> Option<Acting> {
        self.session.as_ref().map(|session| session.acting)
    }

    /// Where they stand, for events; nowhere for visitors.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        self.session.as_ref().map(|session| session.standing(i64::from(now.day().year()))).unwrap_or_default()
    }

    /// The frame of a page of learning for them.
    #[must_use]
    pub fn page(&self, house: &House, ui: Ui) -> Page {
        Page::new(house, ui, Tab::Learn).of(self.session.as_ref().map(Session::who))
    }
}

impl FromRequest for Reader {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let Visitor(session) = Visitor::extract(&request).await?;
            let cookie = |name: &str| request.cookie(name).map(|cookie| cookie.value().to_owned());
            let of_browser = || (cookie(START_COOKIE), cookie(PATHWAY_COOKIE));
            let of_account = session.as_ref().map(|session| (session.start_point.clone(), session.pathway.clone()));
            let (points, pathway) = of_account.filter(|chosen| *chosen != (None, None)).unwrap_or_else(of_browser);
            let chosen = Chosen {
                points: points.map(|text| split(&text)).unwrap_or_default(),
                pathway: pathway.and_then(|code| code.parse().ok()).filter(|group| Group::LISTED.contains(group)),
                groups: session.as_ref().map(|session| session.groups.clone()).unwrap_or_default(),
            };
            Ok(Self { session, chosen })
        })
    }
}

fn split(text: &str) -> Vec<String> {
    text.split(JOIN).filter(|id| !id.is_empty()).take(MOST_POINTS).map(str::to_owned).collect()
}

/// The form in which points are kept.
fn join_points(points: &[String]) -> String {
    points.join(&JOIN.to_string())
}

/// What a visitor chose, as the two cookies that keep it for a year; what was not chosen is taken away.
fn choice_cookies(chosen: &Chosen, https: bool) -> [Cookie<'static>; 2] {
    let keep = |name: &'static str, value: String| {
        let days = if value.is_empty() { 0 } else { 365 };
        Cookie::build(name, value)
            .path("/")
            .max_age(Duration::days(days))
            .same_site(SameSite::Lax)
            .http_only(true)
            .secure(https)
            .finish()
    };
    let pathway = chosen.pathway.map(|group| group.code().to_owned()).unwrap_or_default();
    [keep(START_COOKIE, join_points(&chosen.points)), keep(PATHWAY_COOKIE, pathway)]
}

/// Keeps what was chosen, in the account of who is signed in, else in cookies; then leads to `to`.
///
/// # Errors
/// What the database answers.
pub async fn keep_choice(house: &House, reader: &Reader, chosen: &Chosen, to: &str) -> Result<HttpResponse, AppError> {
    let mut answer = redirect(to);
    if let Some(acting) = reader.acting() {
        let points = Some(join_points(&chosen.points)).filter(|points| !points.is_empty());
        let pathway = chosen.pathway.map(|group| group.code().to_owned());
        let work = async move |tx: &Tx| identity::choose_start(tx, &acting, points.clone(), pathway.clone()).await;
        house.db.write::<_, identity::Error, _>(work).await?;
    } else {
        for cookie in choice_cookies(chosen, house.config.is_https()) {
            answer.add_cookie(&cookie).map_err(|error| AppError::Fault(error.to_string()))?;
        }
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_comes_back_from_its_cookies() {
        let chosen = Chosen { points: vec!["daily".to_owned(), "farm".to_owned()], pathway: None, groups: Vec::new() };
        let [start, pathway] = choice_cookies(&chosen, false);
        assert_eq!(split(start.value()), chosen.points);
        assert_eq!((pathway.value(), pathway.max_age()), ("", Some(Duration::days(0))));
        let [_, pathway] = choice_cookies(&Chosen { pathway: Some(Group::Elder), ..Chosen::default() }, true);
        assert_eq!((pathway.value(), pathway.secure()), ("elder", Some(true)));
    }
}
