//! Who reads: anybody, with what they chose and where they stopped; a choice is kept in the account of who is signed in, else in cookies.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;

use super::paused::{self, PRACTICE_COOKIE};
use super::planner::{Paused, Progress};
use super::practice;
use super::service::{self, Earned};
use super::sitting::{SITTING_COOKIE, Sitting};
use crate::curriculum::{Chosen, KeptChoice, STEERING_COOKIE, Shelf};
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::{self, PATHWAY_COOKIE, START_COOKIE, Session, Visitor};
use crate::kernel::{Acting, Timestamp};
use crate::outbox::Standing;
use crate::web::{House, Page, Tab, Ui, redirect};

/// Somebody who reads.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Their session, where they are signed in.
    pub session: Option<Session>,
    /// What they chose.
    pub chosen: Chosen,
    /// The practice they stopped in the middle, as their browser tells.
    stopped: Option<Paused>,
    /// How long they have been learning, as their browser tells.
    pub(super) sitting: Option<Sitting>,
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

    /// The practice they stopped in the middle, as far as today's edition can go on with it.
    #[must_use]
    pub fn paused(&self, house: &House, shelf: &Shelf) -> Option<Paused> {
        let paused = self.stopped.as_ref()?;
        let key = house.keys.for_purpose(practice::PURPOSE);
        let run = practice::read_run(&key, shelf.practice(paused.course)?, &paused.run);
        run.map(|_| paused.clone())
    }

    /// Everything they have begun and done: one statement for who is signed in, none for a visitor.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn progress(&self, house: &House, shelf: &Shelf) -> Result<Progress, AppError> {
        let kept = match &self.session {
            Some(session) => service::progress_of(house.db.read(), &session.accounts()).await?,
            None => Progress::default(),
        };
        Ok(Progress { paused: self.paused(house, shelf), ..kept })
    }

    /// What they have earned: one statement for who is signed in, none for a visitor.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn earned(&self, house: &House) -> Result<Earned, AppError> {
        match &self.session {
            Some(session) => Ok(service::earned_of(house.db.read(), &session.accounts()).await?),
            None => Ok(Earned::default()),
        }
    }

    /// Whether they are under 18, as far as their account tells.
    pub(super) fn is_minor(&self, now: Timestamp) -> bool {
        self.session.as_ref().is_some_and(|session| session.is_minor(now))
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
            let account = session
                .as_ref()
                .map(|session| KeptChoice { points: session.start_point.as_deref(), pathway: session.pathway.as_deref() });
            let groups = session.as_ref().map(|session| session.groups.as_slice()).unwrap_or_default();
            let chosen = Chosen::read(account.unwrap_or_default(), groups, cookie);
            let owner = session.as_ref().map(|session| session.acting.learner);
            let stopped = cookie(PRACTICE_COOKIE).and_then(|text| paused::read(&text, owner));
            let sitting = cookie(SITTING_COOKIE).and_then(|text| Sitting::read(&text));
            Ok(Self { session, chosen, stopped, sitting })
        })
    }
}

/// A cookie of this browser's own; an empty value takes it away. It holds nothing that anybody else could use.
fn browser_cookie(name: &'static str, value: String, days: i64, https: bool) -> Cookie<'static> {
    let days = if value.is_empty() { 0 } else { days };
    Cookie::build(name, value)
        .path("/")
        .max_age(Duration::days(days))
        .same_site(SameSite::Lax)
        .http_only(true)
        .secure(https)
        .finish()
}

/// `answer` with a cookie that this browser keeps for `days`; an empty value takes it away.
pub(super) fn with_cookie(
    mut answer: HttpResponse,
    house: &House,
    (name, value, days): (&'static str, String, i64),
) -> Result<HttpResponse, AppError> {
    let cookie = browser_cookie(name, value, days, house.config.is_https());
    answer.add_cookie(&cookie).map_err(|error| AppError::Fault(error.to_string()))?;
    Ok(answer)
}

/// `answer` with the practice that stands where it is: kept for later, or, with `None`, forgotten.
pub(super) fn with_paused(
    answer: HttpResponse,
    house: &House,
    reader: &Reader,
    paused: Option<&Paused>,
) -> Result<HttpResponse, AppError> {
    let owner = reader.acting().map(|acting| acting.learner);
    let text = paused.map(|paused| paused::write(paused, owner)).unwrap_or_default();
    with_cookie(answer, house, (PRACTICE_COOKIE, text, paused::KEPT_DAYS))
}

/// What a visitor chose, as the two cookies that keep it for a year; what was not chosen is taken away.
fn choice_cookies(chosen: &Chosen, https: bool) -> [Cookie<'static>; 2] {
    let pathway = chosen.pathway.map(|group| group.code().to_owned()).unwrap_or_default();
    [browser_cookie(START_COOKIE, chosen.points_text(), 365, https), browser_cookie(PATHWAY_COOKIE, pathway, 365, https)]
}

/// Keeps what was chosen, in the account of who is signed in, else in cookies; then leads to `to`.
///
/// # Errors
/// What the database answers.
pub async fn keep_choice(house: &House, reader: &Reader, chosen: &Chosen, to: &str) -> Result<HttpResponse, AppError> {
    let mut answer = redirect(to);
    if let Some(acting) = reader.acting() {
        let points = Some(chosen.points_text()).filter(|points| !points.is_empty());
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

/// Keeps what somebody mainly does, in their browser alone; nothing takes it away. Then leads to `to`.
///
/// # Errors
/// Where the cookie cannot be written.
pub(super) fn keep_steering(house: &House, answer: Option<&str>, to: &str) -> Result<HttpResponse, AppError> {
    with_cookie(redirect(to), house, (STEERING_COOKIE, answer.unwrap_or_default().to_owned(), 365))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Group;

    #[test]
    fn what_was_chosen_comes_back_from_its_cookies() {
        let points = vec!["daily".to_owned(), "farm".to_owned()];
        let [start, pathway] = choice_cookies(&Chosen { points: points.clone(), ..Chosen::default() }, false);
        let back = Chosen::read(KeptChoice::default(), &[], |name| (name == START_COOKIE).then(|| start.value().to_owned()));
        assert_eq!(back.points, points);
        assert_eq!((pathway.value(), pathway.max_age()), ("", Some(Duration::days(0))));
        let [_, pathway] = choice_cookies(&Chosen { pathway: Some(Group::Elder), ..Chosen::default() }, true);
        assert_eq!((pathway.value(), pathway.secure()), ("elder", Some(true)));
    }
}
