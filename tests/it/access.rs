//! Every route of the table × every role, and other people's things. The server is built from the same table, so none is missing here.

use credit_bank::app::{Access, ROUTES, RouteEntry};
use credit_bank::clients::Scope;
use credit_bank::identity::{self, Assurance, Role};
use credit_bank::kernel::LearnerId;

use crate::agencies::{CODE, TOWN, enters};
use crate::classes::point;
use crate::passbook::passes;
use crate::support::databases::{Engine, fresh};
use crate::support::server::{Answer, Bank, Person};
use crate::theirs::Theirs;
use crate::verify::Issued;

/// An id that nothing has.
const NOTHING: &str = "01980000-0000-7000-8000-000000000000";

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Nobody,
    /// A learner who came in by their card.
    Card,
    Learner,
    Staff(Role),
    /// A program with a token for all that programs may.
    Client,
    /// The same, bound to an agency, for which an officer of it answers.
    AgencyClient,
}

fn everybody() -> impl Iterator<Item = Who> {
    [Who::Nobody, Who::Card, Who::Learner, Who::Client, Who::AgencyClient].into_iter().chain(Role::ALL.map(Who::Staff))
}

struct People {
    learner: LearnerId,
    staff: Vec<(Role, LearnerId)>,
    token: String,
    agency_token: String,
}

impl People {
    async fn of(bank: &Bank) -> Self {
        let learner = bank.learner("王桂英", 1, None).await.1;
        let mut staff = Vec::new();
        for role in Role::ALL {
            staff.push((role, bank.staff("李敏", role, "").await.1));
        }
        let organisation = point(bank, "青石镇成人学校", TOWN).await;
        let (admin, admin_id) = bank.staff("沈静", Role::Administrator, TOWN).await;
        let agency = enters(&admin, organisation, CODE).await.parse().unwrap();
        let officer = bank.officer_of(admin_id, organisation, TOWN, 71).await;
        let (id, secret) = bank.client_of("县平台", &Scope::ALL, Some((agency, officer))).await;
        let agency_token = bank.token(id, &secret).await;
        Self { learner, staff, token: bank.client_token("省平台", &Scope::ALL).await.1, agency_token }
    }

    async fn browser(&self, bank: &Bank, who: Who) -> Person {
        match who {
            Who::Nobody => bank.visitor(),
            Who::Card => bank.signed_in(self.learner, Assurance::CardPin).await,
            Who::Learner => bank.signed_in(self.learner, Assurance::Sms).await,
            Who::Client => bank.bearer(&self.token),
            Who::AgencyClient => bank.bearer(&self.agency_token),
            Who::Staff(role) => {
                let (_, id) = self.staff.iter().find(|(held, _)| *held == role).unwrap();
                bank.signed_in(*id, Assurance::PasswordTotp).await
            }
        }
    }
}

/// What the door does with somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    Open,
    SignInFirst,
    Closed,
}

/// What the table says of `who` at a route of this access.
fn expected(access: Access, who: Who) -> Door {
    let is_program = matches!(who, Who::Client | Who::AgencyClient);
    let is_somebody = who != Who::Nobody && !is_program;
    let is_strong = |act| who != Who::Card || Assurance::CardPin.may(act);
    let is_let_in = match (access, who) {
        (Access::Public | Access::Trial, _) => true,
        (Access::NotWeak(act), _) => is_strong(act),
        (Access::Learner, _) => is_somebody,
        (Access::Strong(act), _) => is_somebody && is_strong(act),
        (Access::Staff(roles), Who::Staff(role)) => roles.contains(&role),
        (Access::Staff(_), _) => false,
        (Access::Client, _) => is_program,
        (Access::AgencyClient, _) => who == Who::AgencyClient,
    };
    match (is_let_in, who) {
        (true, _) => Door::Open,
        // A token opens no page, and a session no door for programs.
        (false, Who::Client) if access == Access::AgencyClient => Door::Closed,
        (false, Who::Nobody | Who::Client | Who::AgencyClient) => Door::SignInFirst,
        (false, _) if matches!(access, Access::Client | Access::AgencyClient) => Door::SignInFirst,
        (false, _) => Door::Closed,
    }
}

fn seen(answer: &Answer) -> Door {
    let leads_to_sign_in = answer.location.as_deref().is_some_and(|to| to.starts_with("/sign-in?back="));
    match answer.status {
        303 if leads_to_sign_in => Door::SignInFirst,
        401 if answer.headers["content-type"] == "application/problem+json" => Door::SignInFirst,
        403 => Door::Closed,
        _ => Door::Open,
    }
}

/// The pattern with its blanks filled: from `things` by the blank's name, else with something that nothing has.
pub fn filled(pattern: &str, things: &[(&str, &str)]) -> String {
    let mut path = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (blank, after) = after.split_once('}').unwrap();
        let name = blank.split(':').next().unwrap();
        let usual = match name {
            "code" => "T19",
            "lesson" => "c1",
            "card" | "position" | "seq" => "1",
            "number" if pattern.contains("quiz") || pattern.starts_with("/dev/") => "1",
            "view" => "web.ProblemPage",
            "group" if pattern.starts_with("/me/") => "veteran",
            "group" => "elder",
            "name" => "nothing.css",
            _ => NOTHING,
        };
        let thing = things.iter().find(|(thing, _)| *thing == name).map_or(usual, |(_, value)| *value);
        path.push_str(before);
        path.push_str(thing);
        rest = after;
    }
    path + rest
}

/// Asks with the token that the browser was given, and nothing else filled in.
async fn asks(person: &Person, route: &RouteEntry, path: &str) -> Answer {
    if route.method == "GET" {
        return person.opens(path).await;
    }
    if route.method == "DELETE" {
        return person.deletes(path).await;
    }
    let shown = person.opens("/help").await;
    person.sends(&shown, path, &[]).await
}

crate::on_both! {
    async fn every_route_lets_in_whom_the_table_names_and_nobody_else(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let people = People::of(&bank).await;
        for who in everybody() {
            let reader = people.browser(&bank, who).await;
            let (reading, writing): (Vec<&RouteEntry>, Vec<&RouteEntry>) = ROUTES.iter().partition(|route| route.method == "GET");
            for route in reading.into_iter().chain(writing) {
                // A fresh browser for what may end a session: it does not reach the next.
                let writer = if route.method == "GET" { None } else { Some(people.browser(&bank, who).await) };
                let answer = asks(writer.as_ref().unwrap_or(&reader), route, &filled(route.path, &[])).await;
                assert!(answer.status < 500, "{route:?} as {who:?}: {} {}", answer.status, answer.body);
                let (door, rule) = (seen(&answer), expected(route.access, who));
                // Who came in by a card may be asked to prove more, and led back.
                let proves_more = who == Who::Card && rule == Door::Closed && door == Door::SignInFirst;
                assert!(door == rule || proves_more, "{route:?} as {who:?}: {door:?}, the table says {rule:?}");
            }
        }
        bank.close().await;
    }

    async fn no_post_is_taken_without_the_token_of_its_browser(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let people = People::of(&bank).await;
        let strange = "0".repeat(32);
        for who in everybody() {
            let person = people.browser(&bank, who).await;
            // Programs are known by what stands in the request itself: nothing that a browser adds on its own lets them in.
            let of_pages = |route: &&RouteEntry| route.method == "POST" && !route.path.starts_with("/api/");
            for route in ROUTES.iter().filter(of_pages) {
                let path = filled(route.path, &[]);
                for fields in [vec![], vec![("csrf", strange.as_str()), ("once", "0123456789abcdef")]] {
                    let door = seen(&person.posts_raw(&path, &fields).await);
                    let rule = if expected(route.access, who) == Door::SignInFirst { Door::SignInFirst } else { Door::Closed };
                    assert_eq!(door, rule, "{route:?} as {who:?} with {fields:?}");
                }
            }
        }
        bank.close().await;
    }

    async fn people_of_another_place_are_not_found_by_any_role(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let theirs = Theirs::of(&bank).await;
        let of_people = |route: &&RouteEntry| {
            // What is taught is everybody's; an agency's work is its own people's, and what was offered to an
            // organisation that one's, wherever they are.
            let is_nobody_s = ["setup", "/format", "organisations/{id}/close", "organisations/{id}/reopen", "template", "/courses/", "/staff/agency/", "/staff/receiving/"].iter().any(|part| route.path.contains(part));
            route.path.starts_with("/staff/") && route.path.contains('{') && !is_nobody_s
        };
        let mut tried = 0;
        for held in Role::ALL {
            let (near, _) = bank.staff("李敏", held, "330182001").await;
            let (far, _) = bank.staff("李敏", held, "330182002").await;
            for route in ROUTES.iter().filter(of_people) {
                let Access::Staff(roles) = route.access else { panic!("{route:?}") };
                let path = filled(route.path, &theirs.named(route.path));
                let answer = asks(&far, route, &path).await;
                assert_eq!(answer.status, if roles.contains(&held) { 404 } else { 403 }, "{route:?} as {held:?} from afar");
                // A recording is for its sender and who administers the place; a test on a phone is for whoever took it along; hours
                // are for who works in the organisation.
                let is_recording = route.path.contains("/recordings/") && held == Role::Volunteer;
                let is_bound = route.path.contains("/phone/tests/") || route.path.ends_with("/hours") || route.path.contains("/hours/");
                // A supervised session is for its two invigilators and those who see documents there.
                let is_exam = route.path.contains("/staff/exams/") && held == Role::Volunteer;
                let is_colleagues = roles.contains(&held) && (is_recording || is_bound || is_exam);
                if is_colleagues && (route.path.contains("{id}") || route.path.contains("{attempt}")) {
                    assert_eq!(asks(&near, route, &path).await.status, 404, "{route:?} as another {held:?} of the place");
                } else if route.method == "GET" && roles.contains(&held) {
                    assert_eq!(asks(&near, route, &path).await.status, 200, "{route:?} as {held:?} of the place");
                }
                tried += 1;
            }
        }
        assert!(tried >= 7 * 12, "{tried}");
        bank.close().await;
    }
}

#[actix_web::test]
async fn pages_for_trying_things_out_are_not_there_in_production() {
    let fresh = fresh(Engine::Sqlite).await.unwrap();
    let bank = Bank::over_with(fresh, |config| config.production = true).await;
    let trial: Vec<&RouteEntry> = ROUTES.iter().filter(|route| route.access == Access::Trial).collect();
    assert!(!trial.is_empty() && trial.iter().all(|route| route.path.starts_with("/dev/")));
    for route in ROUTES.iter().filter(|route| route.path.starts_with("/dev/")) {
        assert_eq!(route.access, Access::Trial, "{route:?}");
        assert_eq!(asks(&bank.visitor(), route, &filled(route.path, &[])).await.status, 404, "{route:?}");
    }
    bank.close().await;
}

#[actix_web::test]
async fn other_peoples_certificates_what_they_asked_for_and_what_they_show_are_not_found() {
    let issued = Issued::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let (bank, wang) = (issued.work.bank(), &issued.work.wang);
    let (li, _) = bank.learner("李建国", 2, Some(TOWN)).await;
    issued.work.passes("T01").await;
    bank.clock.turn_ms(1_000);
    let request = issued.work.asks("T01").await.rsplit('/').next().unwrap().to_owned();
    let page = crate::shares::shares(wang, &issued.id, &crate::shares::USUAL).await;
    let share = crate::shares::own(&page).split('/').nth(2).unwrap().to_owned();
    let things = [("/certificates/requests/{id}", &request), ("/certificates/{id}", &issued.id), ("/shares/{id}", &share)];
    let mut tried = 0;
    for (start, id) in things {
        for route in ROUTES.iter().filter(|route| route.path.starts_with(start)) {
            let path = filled(route.path, &[("id", id.as_str())]);
            assert_eq!(asks(&li, route, &path).await.status, 404, "{route:?} {path}");
            if route.method == "GET" {
                assert_eq!(asks(wang, route, &path).await.status, 200, "{route:?} {path}");
            }
            tried += 1;
        }
    }
    assert_eq!(tried, 14);
    issued.close().await;
}

#[actix_web::test]
async fn other_peoples_tests_passbook_lines_sessions_and_questions_are_not_found() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let (wang, id) = bank.learner("王桂英", 1, None).await;
    let (li, _) = bank.learner("李建国", 2, None).await;
    let start = wang.opens("/courses/T19/test").await;
    let begun = wang.sends(&start, "/courses/T19/test", &[]).await.location.unwrap();
    let attempt = begun.split('/').nth(2).unwrap().to_owned();
    let transfer = passes(&bank, id, "T01").await.to_string();
    let sessions = identity::list_sessions(bank.fresh.db.read(), id, bank.clock.now()).await.unwrap();
    let session = sessions[0].id.to_string();
    let form = wang.opens("/help").await;
    let asked = wang.sends(&form, "/help", &[("phone", "13800000001"), ("when", "morning")]).await.location.unwrap();
    let number = asked.split(['/', '?']).nth(2).unwrap().to_owned();
    let things = [("attempt", attempt.as_str()), ("transfer", &transfer), ("id", &session), ("number", &number)];
    let owned = |route: &&RouteEntry| {
        let is_ones_own = matches!(route.access, Access::Learner | Access::Strong(_)) || route.path.starts_with("/help/");
        is_ones_own && things.iter().any(|(name, _)| route.path.contains(&format!("{{{name}}}")))
    };
    let mut tried = 0;
    for route in ROUTES.iter().filter(owned) {
        let path = filled(route.path, &things);
        assert_eq!(asks(&li, route, &path).await.status, 404, "{route:?} {path}");
        tried += 1;
    }
    assert!(tried >= 10, "{tried}");
    // They are there for their owner.
    for path in [format!("/tests/{attempt}/1"), format!("/passbook/{transfer}/dispute"), format!("/help/{number}")] {
        assert_eq!(wang.opens(&path).await.status, 200, "{path}");
    }
    bank.close().await;
}
