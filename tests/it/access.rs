//! Every route of the table × every role, and other people's things. The server is built from the same table, so none is missing here.

use credit_bank::app::{Access, ROUTES, RouteEntry};
use credit_bank::clients::Scope;
use credit_bank::identity::{self, Assurance, Role};
use credit_bank::kernel::{LearnerId, OrganisationId};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::classes::{point, sends};
use crate::classes_photo::{plain, uploads};
use crate::passbook::passes;
use crate::support::databases::{Engine, fresh};
use crate::support::server::{Answer, Bank, Person};

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
}

fn everybody() -> impl Iterator<Item = Who> {
    [Who::Nobody, Who::Card, Who::Learner, Who::Client].into_iter().chain(Role::ALL.map(Who::Staff))
}

struct People {
    learner: LearnerId,
    staff: Vec<(Role, LearnerId)>,
    token: String,
}

impl People {
    async fn of(bank: &Bank) -> Self {
        let learner = bank.learner("王桂英", 1, None).await.1;
        let mut staff = Vec::new();
        for role in Role::ALL {
            staff.push((role, bank.staff("李敏", role, "").await.1));
        }
        Self { learner, staff, token: bank.client_token("省平台", &Scope::ALL).await.1 }
    }

    async fn browser(&self, bank: &Bank, who: Who) -> Person {
        match who {
            Who::Nobody => bank.visitor(),
            Who::Card => bank.signed_in(self.learner, Assurance::CardPin).await,
            Who::Learner => bank.signed_in(self.learner, Assurance::Sms).await,
            Who::Client => bank.bearer(&self.token),
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
    let is_somebody = !matches!(who, Who::Nobody | Who::Client);
    let is_strong = |act| who != Who::Card || Assurance::CardPin.may(act);
    let is_let_in = match (access, who) {
        (Access::Public | Access::Trial, _) => true,
        (Access::NotWeak(act), _) => is_strong(act),
        (Access::Learner, _) => is_somebody,
        (Access::Strong(act), _) => is_somebody && is_strong(act),
        (Access::Staff(roles), Who::Staff(role)) => roles.contains(&role),
        (Access::Staff(_), _) => false,
        (Access::Client, _) => who == Who::Client,
    };
    match (is_let_in, who) {
        (true, _) => Door::Open,
        // A token opens no page, and a session no door for programs.
        (false, Who::Nobody | Who::Client) => Door::SignInFirst,
        (false, _) if access == Access::Client => Door::SignInFirst,
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

/// A session that is on now, to which `learner` has come; its id.
async fn plan(host: &Person, hall: OrganisationId, teacher: LearnerId, learner: LearnerId) -> String {
    let pairs = [
        ("kind", "class"),
        ("course", "T19"),
        ("day", "2026-03-02"),
        ("from", "9:00"),
        ("to", "11:00"),
        ("times", "1"),
        ("seats", "9"),
    ];
    let own = [("point", hall.to_string()), ("teacher", teacher.to_string())];
    let fields: Vec<(&'static str, String)> =
        pairs.map(|(name, value)| (name, value.to_owned())).into_iter().chain(own).collect();
    let class = sends(host, "/staff/classes/add", "/staff/classes/add", &fields).await.location.unwrap();
    let class = class.split(['/', '?']).nth(3).unwrap().to_owned();
    let page = host.opens(&format!("/staff/learners/{learner}")).await;
    let card = page
        .body
        .split("num\">")
        .filter_map(|part| part.split('<').next())
        .find(|text| text.chars().filter(char::is_ascii_digit).count() == 10);
    let came = [("number", card.unwrap().to_owned())];
    let path = format!("/staff/classes/{class}");
    assert_eq!(sends(host, &path, &format!("{path}/check-in"), &came).await.status, 303);
    class
}

/// Something that `host` did on the behalf of `learner`; its id.
async fn acts_for(host: &Person, learner: LearnerId) -> String {
    let form = format!("/staff/learners/{learner}/on-behalf");
    let kept = host.sends(&host.opens(&form).await, &form, &crate::helping::ACT).await.location.unwrap();
    host.opens(&kept).await.location.unwrap().rsplit('/').next().unwrap().to_owned()
}

/// An hour of a volunteer, entered by an administrator of the town.
async fn keep_hours(bank: &Bank, volunteer: &str, hall: &str) {
    let (keeper, _) = bank.staff("沈静", Role::Administrator, "330182001").await;
    let pairs = [("volunteer", volunteer), ("organisation", hall), ("day", "今天"), ("hours", "1"), ("what", "教课")];
    let hours = pairs.map(|(name, value)| (name, value.to_owned()));
    assert_eq!(sends(&keeper, "/help", "/staff/volunteers", &hours).await.status, 303);
}

/// Asks with the token that the browser was given, and nothing else filled in.
async fn asks(person: &Person, route: &RouteEntry, path: &str) -> Answer {
    if route.method == "GET" {
        return person.opens(path).await;
    }
    let shown = person.opens("/help").await;
    person.sends(&shown, path, &[]).await
}

/// Things of people of the town, each made through its door.
struct Theirs {
    id: String,
    award: String,
    other: String,
    joining: String,
    request: String,
    look: String,
    signal: String,
    staff: String,
    role: String,
    recording: String,
    class: String,
    photo: String,
    act: String,
    volunteer_of: String,
    device: String,
    pack: String,
    group: String,
    hall: String,
    block: String,
    list: String,
    gone: String,
    closing: String,
    agency: String,
    delegation: String,
    case: String,
    plan: String,
}

impl Theirs {
    async fn of(bank: &Bank) -> Self {
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, staff) = bank.staff("赵强", Role::Officer, "330182001").await;
        let role = entity::role::Entity::find().filter(entity::role::Column::LearnerId.eq(staff.uuid()));
        let role = role.one(bank.house.db.read()).await.unwrap().unwrap().id.to_string();
        let form = wang.opens("/help").await;
        wang.sends(&form, "/help", &[("phone", "13800000001"), ("when", "morning")]).await;
        let case = entity::help_case::Entity::find().one(bank.house.db.read()).await.unwrap().unwrap().id.to_string();
        let award = passes(bank, id, "T01").await.to_string();
        let (officer, _) = bank.staff("赵强", Role::Officer, "330182001").await;
        let request = asks_to_reverse(&officer, id, &award).await;
        let (volunteer, _) = bank.staff("周兰", Role::Volunteer, "330182001").await;
        let recording = crate::recordings::sends_tone(&volunteer, "T19-c1/1").await;
        let hall = point(bank, "青石服务点", "330182001").await;
        let (host, host_id) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let class = plan(&host, hall, host_id, id).await;
        let group = [("name", "手机小组".to_owned()), ("timetable", "周三".to_owned()), ("point", hall.to_string())];
        let group = sends(&host, "/staff/groups/add", "/staff/groups/add", &group).await.location.unwrap();
        let act = acts_for(&host, id).await;
        let volunteer_of = host_id.to_string();
        let (hall, group) = (hall.to_string(), group.rsplit('/').next().unwrap().to_owned());
        let photo = has_photo(bank, &host, &class).await;
        let (block, list) = (has_blanks(bank).await, has_list(bank).await);
        let (gone, closing) = has_closing(bank).await;
        let (agency, delegation) = has_agency(bank).await;
        let (_, other) = bank.learner("王桂英", 2, Some("330182001")).await;
        let (other, joining) = (other.to_string(), asks_to_join(&officer, id).await);
        let look = crate::signals::waits(&bank.fresh, id, "330182001").await.to_string();
        let signal = crate::signals::is_found(&bank.fresh, host_id, "330182001").await.to_string();
        let (device, pack) = crate::hall::doubtful(bank, host_id).await;
        let (device, pack) = (device.id.to_string(), pack.to_string());
        let (id, staff) = (id.to_string(), staff.to_string());
        keep_hours(bank, &volunteer_of, &hall).await;
        let plan = has_plan(bank, &hall).await;
        Self {
            id,
            award,
            other,
            joining,
            request,
            look,
            signal,
            staff,
            role,
            recording,
            class,
            photo,
            act,
            volunteer_of,
            device,
            pack,
            group,
            hall,
            block,
            list,
            gone,
            closing,
            agency,
            delegation,
            case,
            plan,
        }
    }

    /// What fills the blanks of a route's path.
    fn named(&self, path: &str) -> Vec<(&'static str, &str)> {
        match path.split('/').nth(2) {
            Some("learners") => vec![("id", self.id.as_str()), ("transfer", self.award.as_str())],
            Some("aliases") => vec![("learner", self.other.as_str()), ("id", self.joining.as_str())],
            Some("corrections") => vec![("learner", self.id.as_str()), ("id", self.request.as_str())],
            Some("looks") if path.contains("passes") => vec![("learner", self.id.as_str()), ("id", self.look.as_str())],
            Some("looks") => vec![("id", self.signal.as_str())],
            Some("people") => vec![("learner", self.staff.as_str()), ("id", self.role.as_str())],
            Some("places") => vec![("code", "330182001")],
            Some("recordings") => vec![("id", self.recording.as_str())],
            Some("classes") => vec![("id", self.class.as_str()), ("learner", self.id.as_str()), ("photo", self.photo.as_str())],
            Some("on-behalf") => vec![("learner", self.id.as_str()), ("id", self.act.as_str())],
            Some("volunteers") => vec![("learner", self.volunteer_of.as_str())],
            Some("hall") if path.contains("revoke") => vec![("id", self.device.as_str())],
            Some("hall") if path.contains("tests") => vec![("learner", self.id.as_str()), ("attempt", self.pack.as_str())],
            Some("hall") => vec![("device", self.device.as_str()), ("id", self.pack.as_str()), ("seq", "1")],
            Some("groups") => vec![("id", self.group.as_str())],
            Some("points") => vec![("id", self.hall.as_str())],
            Some("training-plans") => vec![("id", self.plan.as_str())],
            Some("cards") => vec![("block", self.block.as_str())],
            Some("batches") => vec![("id", self.list.as_str()), ("number", "2")],
            Some("agencies") => vec![("id", self.agency.as_str()), ("delegation", self.delegation.as_str()), ("version", "1")],
            Some("closings") => vec![("learner", self.gone.as_str()), ("id", self.closing.as_str())],
            _ => vec![("learner", self.id.as_str()), ("id", self.case.as_str())],
        }
    }
}

crate::on_both! {
    async fn every_route_lets_in_whom_the_table_names_and_nobody_else(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let people = People::of(&bank).await;
        for who in everybody() {
            let reader = people.browser(&bank, who).await;
            let (reading, writing): (Vec<_>, Vec<_>) = ROUTES.iter().partition(|route| route.method == "GET");
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
            // What is taught is everybody's; an agency's work is its own people's, wherever they are.
            let is_nobody_s = ["setup", "organisations", "template", "/courses/", "/staff/agency/"].iter().any(|part| route.path.contains(part));
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
                // A recording is for its sender and who administers the place; a test on a phone is for whoever took it along.
                let is_recording = route.path.contains("/recordings/") && held == Role::Volunteer;
                let is_colleagues = roles.contains(&held) && (is_recording || route.path.contains("/phone/tests/"));
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

/// A request to reverse a credit, which waits for a second person.
async fn asks_to_reverse(officer: &Person, id: LearnerId, award: &str) -> String {
    let line = format!("/staff/learners/{id}/credit/{award}");
    let asking = officer.opens(&format!("{line}?kind=reverse")).await;
    let asked =
        officer.sends(&asking, &line, &[("kind", "reverse"), ("reason", "other"), ("ground", "看过了")]).await.location.unwrap();
    asked.split(['/', '?']).nth(4).unwrap().to_owned()
}

/// A request to join two accounts, which waits for a second person.
async fn asks_to_join(officer: &Person, id: LearnerId) -> String {
    let accounts = format!("/staff/learners/{id}/joined");
    let asking = officer.opens(&accounts).await;
    let wish = [("kind", "join"), ("number", "13800000002"), ("reason", "other"), ("seen", "yes"), ("ground", "看过了")];
    let asked = officer.sends(&asking, &accounts, &wish).await.location.unwrap();
    asked.split(['/', '?']).nth(4).unwrap().to_owned()
}

/// A block of blank cards of the town.
async fn has_blanks(bank: &Bank) -> String {
    let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
    let form = li.opens("/staff/cards").await;
    let to = li.sends(&form, "/staff/cards", &[("place", "330182001"), ("sheets", "1")]).await.location.unwrap();
    to.rsplit('/').next().unwrap().to_owned()
}

/// A training plan of an organisation of the town.
async fn has_plan(bank: &Bank, organisation: &str) -> String {
    let (officer, _) = bank.staff("周文静", Role::Officer, "330182001").await;
    let pairs = [
        ("title", "机关数字能力"),
        ("organisation", organisation),
        ("place", "330182001"),
        ("from", "2026-03-01"),
        ("until", "2026-12-31"),
        ("planned", "9"),
        ("course", "T19"),
    ];
    let fields = pairs.map(|(name, value)| (name, value.to_owned()));
    let to = sends(&officer, "/help", "/staff/training-plans/add", &fields).await.location.unwrap();
    to.split(['/', '?']).nth(3).unwrap().to_owned()
}

/// A photograph of the paper sheet of a session.
async fn has_photo(bank: &Bank, host: &Person, class: &str) -> String {
    let sheet = format!("/staff/classes/{class}/sheet");
    let photo = plain(60, 40, image::ImageFormat::Jpeg);
    assert_eq!(uploads(host, &host.opens(&sheet).await, &format!("{sheet}-photo"), Some(&photo)).await.status, 303);
    entity::class_sheet_photo::Entity::find().one(bank.house.db.read()).await.unwrap().unwrap().id.to_string()
}

/// A list of the town.
async fn has_list(bank: &Bank) -> String {
    let (officer, _) = bank.staff("赵强", Role::Officer, "330182001").await;
    let form = officer.opens("/staff/batches").await;
    let fields = [("place", "330182001"), ("consent", "paper"), ("heard", "yes")];
    let file = ("list.csv", "姓名,出生年份,手机号,村\n刘建国,1948,,\n".as_bytes().to_vec());
    let to = officer.sends_file(&form, "/staff/batches", &fields, file.0, file.1).await.location.unwrap();
    to.rsplit('/').next().unwrap().to_owned()
}

/// An agency of the town, with a picture of its seal, and a delegation that waits for a second person.
async fn has_agency(bank: &Bank) -> (String, String) {
    let (admin, _) = bank.staff("沈静", Role::Administrator, "330182001").await;
    let organisation = point(bank, "青石镇成人学校", "330182001").await;
    let agency = crate::agencies::enters(&admin, organisation, crate::agencies::CODE).await;
    let path = format!("/staff/agencies/{agency}");
    assert_eq!(crate::agencies::sends_seal(&admin, &path, crate::agencies::seal(300, 160)).await.status, 303);
    let delegation = crate::agencies::asks(&admin, &path, &crate::agencies::POWERS).await;
    (agency, delegation.rsplit('/').next().unwrap().to_owned())
}

/// Somebody of the town who has died, and the closing of their account.
async fn has_closing(bank: &Bank) -> (String, String) {
    let (_, id) = bank.learner("陈秀兰", 9, Some("330182001")).await;
    let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182001").await;
    let path = format!("/staff/learners/{id}/close");
    let to = admin.sends(&admin.opens(&path).await, &path, &[]).await.location.unwrap();
    (id.to_string(), to.split(['/', '?']).nth(4).unwrap().to_owned())
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
