//! Every route of the table × every role, and other people's things. The server is built from the same table, so none is missing here.

use credit_bank::app::{Access, ROUTES, RouteEntry};
use credit_bank::identity::{self, Assurance, Role};
use credit_bank::kernel::LearnerId;

use crate::passbook::passes;
use crate::support::databases::Engine;
use crate::support::server::{Answer, Bank, Person};

/// An id that nothing has.
const NOTHING: &str = "01980000-0000-7000-8000-000000000000";

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Nobody,
    Learner,
    Volunteer,
    Administrator,
}

const EVERYBODY: [Who; 4] = [Who::Nobody, Who::Learner, Who::Volunteer, Who::Administrator];

struct People {
    learner: LearnerId,
    volunteer: LearnerId,
    administrator: LearnerId,
}

impl People {
    async fn of(bank: &Bank) -> Self {
        Self {
            learner: bank.learner("王桂英", 1, None).await.1,
            volunteer: bank.staff("李敏", Role::Volunteer, "330182").await.1,
            administrator: bank.staff("郑敏", Role::Administrator, "").await.1,
        }
    }

    /// A fresh browser: what one request ends does not reach the next.
    async fn browser(&self, bank: &Bank, who: Who) -> Person {
        match who {
            Who::Nobody => bank.visitor(),
            Who::Learner => bank.signed_in(self.learner, Assurance::Sms).await,
            Who::Volunteer => bank.signed_in(self.volunteer, Assurance::PasswordTotp).await,
            Who::Administrator => bank.signed_in(self.administrator, Assurance::PasswordTotp).await,
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
    let is_let_in = match access {
        Access::Public | Access::Trial => true,
        Access::Learner => who != Who::Nobody,
        Access::Staff => matches!(who, Who::Volunteer | Who::Administrator),
        Access::Administrator => who == Who::Administrator,
    };
    match (is_let_in, who) {
        (true, _) => Door::Open,
        (false, Who::Nobody) => Door::SignInFirst,
        (false, _) => Door::Closed,
    }
}

fn seen(answer: &Answer) -> Door {
    let leads_to_sign_in = answer.location.as_deref().is_some_and(|to| to.starts_with("/sign-in?back="));
    match answer.status {
        303 if leads_to_sign_in => Door::SignInFirst,
        403 => Door::Closed,
        _ => Door::Open,
    }
}

/// The pattern with its blanks filled: from `things` by the blank's name, else with something that nothing has.
fn filled(pattern: &str, things: &[(&str, &str)]) -> String {
    let mut path = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (blank, after) = after.split_once('}').unwrap();
        let name = blank.split(':').next().unwrap();
        let usual = match name {
            "code" => "T19",
            "lesson" => "c1",
            "card" | "position" => "1",
            "number" if pattern.contains("quiz") => "1",
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
    let shown = person.opens("/help").await;
    person.sends(&shown, path, &[]).await
}

#[actix_web::test]
async fn every_route_lets_in_whom_the_table_names_and_nobody_else() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap().with_places().await;
    let people = People::of(&bank).await;
    for route in ROUTES {
        for who in EVERYBODY {
            let person = people.browser(&bank, who).await;
            let answer = asks(&person, route, &filled(route.path, &[])).await;
            assert!(answer.status < 500, "{route:?} as {who:?}: {} {}", answer.status, answer.body);
            // Within what a role may reach at all, services decide by place: a volunteer may still be refused a single act.
            let (door, rule) = (seen(&answer), expected(route.access, who));
            let is_finer = who == Who::Volunteer && route.access == Access::Staff && door == Door::Closed;
            assert!(door == rule || is_finer, "{route:?} as {who:?}: {door:?}, the table says {rule:?}");
        }
    }
    bank.close().await;
}

#[actix_web::test]
async fn no_post_is_taken_without_the_token_of_its_browser() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap().with_places().await;
    let people = People::of(&bank).await;
    let strange = "0".repeat(32);
    for route in ROUTES.iter().filter(|route| route.method == "POST") {
        for who in EVERYBODY {
            let person = people.browser(&bank, who).await;
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
        let is_ones_own = matches!(route.access, Access::Learner) || route.path.starts_with("/help/");
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
