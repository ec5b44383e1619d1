//! Things of people of one town, each made through its door: what others must not find.

use credit_bank::identity::Role;
use credit_bank::kernel::{LearnerId, OrganisationId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::classes::{point, sends};
use crate::classes_photo::{plain, uploads};
use crate::passbook::passes;
use crate::support::server::{Bank, Person};

/// Things of people of the town, each made through its door.
pub struct Theirs {
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
    test: String,
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
    exam: String,
}

impl Theirs {
    pub async fn of(bank: &Bank) -> Self {
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
        let test = has_test(bank, &host, &class, id).await;
        let (id, staff) = (id.to_string(), staff.to_string());
        keep_hours(bank, &volunteer_of, &hall).await;
        let plan = has_plan(bank, &hall).await;
        let exam = crate::exams::has_exam(bank, &hall, &other).await;
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
            test,
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
            exam,
        }
    }

    /// What fills the blanks of a route's path.
    pub fn named(&self, path: &str) -> Vec<(&'static str, &str)> {
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
            Some("hall") if path.contains("tests") => vec![("learner", self.id.as_str()), ("attempt", self.test.as_str())],
            Some("hall") => vec![("device", self.device.as_str()), ("id", self.pack.as_str()), ("seq", "1")],
            Some("groups") => vec![("id", self.group.as_str())],
            Some("points") => vec![("id", self.hall.as_str())],
            Some("organisations") => vec![("id", self.hall.as_str()), ("kind", "csv")],
            Some("training-plans") => vec![("id", self.plan.as_str())],
            Some("exams") => vec![("id", self.exam.as_str()), ("learner", self.other.as_str())],
            Some("cards") => vec![("block", self.block.as_str())],
            Some("batches") => vec![("id", self.list.as_str()), ("number", "2")],
            Some("agencies") => vec![
                ("id", self.agency.as_str()),
                ("delegation", self.delegation.as_str()),
                ("version", "1"),
                ("generation", "1"),
            ],
            Some("closings") => vec![("learner", self.gone.as_str()), ("id", self.closing.as_str())],
            _ => vec![("learner", self.id.as_str()), ("id", self.case.as_str())],
        }
    }
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

/// The test of a session's course that its host has taken along for somebody; its host can open it.
async fn has_test(bank: &Bank, host: &Person, class: &str, learner: LearnerId) -> String {
    let bring = [("class", class.to_owned()), ("device", String::new())];
    assert_eq!(sends(host, "/staff/hall/packs", "/staff/hall/phone/tests", &bring).await.status, 303);
    let given = entity::claim_sheet::Entity::find().filter(entity::claim_sheet::Column::LearnerId.eq(learner.uuid()));
    let test = given.one(bank.house.db.read()).await.unwrap().unwrap().attempt_id.to_string();
    assert_eq!(host.opens(&format!("/staff/hall/phone/tests/{learner}/{test}")).await.status, 200);
    test
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
