//! Training plans: published version by version, joined by a yes alone, counted without ranking anybody.

use credit_bank::app::runner_of;
use credit_bank::db::{DbFault, Tx};
use credit_bank::identity::{self, Assurance, Grant, Login, NewStaff, PersonName, Role, StaffPerson};
use credit_bank::kernel::{LearnerId, OrganisationId, digest_of};
use credit_bank::places::PlaceCode;
use credit_bank::{jobs, plans};
use entity::{event, training_plan, training_plan_item, training_plan_member, training_plan_version};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::Value;

use crate::classes::{letters, point, sends};
use crate::support::databases::Fresh;
use crate::support::server::{Answer, Bank, Person};

const LIST: &str = "/staff/training-plans";

/// An organisation of 青石镇 with an officer of its own.
pub struct Office {
    pub bank: Bank,
    pub organisation: OrganisationId,
    pub officer: Person,
}

impl Office {
    pub async fn over(fresh: Fresh) -> Self {
        let bank = Bank::over(fresh).await.with_places().await;
        let organisation = point(&bank, "青石镇政府", "330182001").await;
        let officer = bound(&bank, "zhou.wenjing", officer_of(Some(organisation), None)).await;
        Self { bank, organisation, officer }
    }

    /// What the form says, with some fields otherwise; an empty one is left out.
    pub fn fields(&self, change: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
        let usual = [
            ("title", "机关工作人员数字能力"),
            ("place", "330182001"),
            ("line", ""),
            ("from", "2026-03-01"),
            ("until", "2026-12-31"),
            ("planned", "40"),
            ("order", "19 1"),
            ("own", "党校专题讲座"),
            ("course", "T01"),
            ("course", "T19"),
        ];
        let changed = |name: &str| change.iter().any(|(field, _)| *field == name);
        let kept = usual.iter().filter(|(name, _)| !changed(name)).copied();
        let all = kept.chain(change.iter().copied().filter(|(_, value)| !value.is_empty()));
        let own = [("organisation", self.organisation.to_string())].into_iter().filter(|(name, _)| !changed(name));
        all.map(|(name, value)| (name, value.to_owned())).chain(own).collect()
    }

    /// Publishes a plan; its address on the desk.
    pub async fn publishes(&self, change: &[(&'static str, &str)]) -> String {
        let form = format!("{LIST}/add?organisation={}", self.organisation);
        let answer = sends(&self.officer, &form, &format!("{LIST}/add"), &self.fields(change)).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.location.unwrap().strip_suffix("?said=published").unwrap().to_owned()
    }

    /// Asks the owner of a card.
    pub async fn asks(&self, plan: &str, learner: LearnerId) -> Answer {
        let card = card_of(&self.bank, learner).await;
        let people = format!("{plan}/people");
        sends(&self.officer, &people, &people, &[("doing", "card".to_owned()), ("number", card)]).await
    }
}

pub async fn card_of(bank: &Bank, learner: LearnerId) -> String {
    identity::profile(bank.house.db.read(), &bank.house.keys, learner).await.unwrap().card.unwrap().to_string()
}

/// The learner's address of a plan.
pub fn own(plan: &str) -> String {
    plan.replace("/staff", "")
}

/// Says something to a plan, on its page.
pub async fn says(person: &Person, plan: &str, doing: &str) -> Answer {
    let path = own(plan);
    let shown = person.opens(&path).await;
    let version = shown.input("version");
    let agreed = if shown.body.contains("name=\"agreed\"") { shown.input("agreed") } else { String::new() };
    person.sends(&shown, &path, &[("doing", doing), ("version", &version), ("agreed", &agreed)]).await
}

pub async fn counts(bank: &Bank) {
    bank.clock.turn_ms(3_600_000);
    let ask =
        async move |tx: &Tx| Ok::<_, DbFault>(jobs::schedule(tx, "plans.count", "plans.count", tx.now, &Value::Null).await?);
    bank.fresh.db.write(ask).await.unwrap();
    runner_of(&bank.house).run_due().await.unwrap();
}

pub async fn told(bank: &Bank, kind: &str) -> Vec<event::Model> {
    event::Entity::find().filter(event::Column::Kind.eq(kind)).all(bank.fresh.db.read()).await.unwrap()
}

/// An officer bound to a line of work, or to an organisation.
pub async fn bound(bank: &Bank, login: &str, grant: Grant) -> Person {
    let staff = NewStaff {
        person: StaffPerson::Named(PersonName::parse("李敏").unwrap()),
        login: Login::parse(login).unwrap(),
        grant,
        by: None,
        is_sample: false,
    };
    let learner = bank.adds_staff(staff).await.learner;
    bank.signed_in(learner, Assurance::PasswordTotp).await
}

pub fn officer_of(organisation: Option<OrganisationId>, line: Option<&str>) -> Grant {
    let area = PlaceCode::parse("330182001").unwrap();
    Grant { role: Role::Officer, organisation, area, line: line.map(str::to_owned) }
}

crate::on_both! {
    async fn a_plan_is_published_once_and_a_bad_one_keeps_its_words(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let (officer, db) = (&office.officer, office.bank.fresh.db.read());
        let form = officer.opens(&format!("{LIST}/add")).await;
        let add = format!("{LIST}/add");
        let as_sent = |fields: Vec<(&'static str, String)>| async move {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            officer.sends(&form, &add, &fields).await
        };
        let bad = as_sent(office.fields(&[("planned", "很多"), ("until", "2026-02-01")])).await;
        assert_eq!(bad.status, 422);
        for words in ["机关工作人员数字能力", "党校专题讲座", "请写打算培训多少人", "结束的日子在开始以前了", "错误："] {
            assert!(bad.body.contains(words), "{words} in {}", bad.body);
        }
        // The same form twice is one plan.
        let fields = office.fields(&[]);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let shown = officer.opens(&format!("{LIST}/add")).await;
        let first = officer.sends(&shown, &format!("{LIST}/add"), &fields).await;
        let again = officer.sends(&shown, &format!("{LIST}/add"), &fields).await;
        assert_eq!((first.status, &first.location), (303, &again.location));
        assert_eq!(training_plan::Entity::find().count(db).await.unwrap(), 1);
        let items = training_plan_item::Entity::find().all(db).await.unwrap();
        let courses: Vec<_> = items.iter().filter_map(|item| item.course.clone()).collect();
        assert_eq!((courses, items.len()), (vec!["T19".to_owned(), "T01".to_owned()], 3), "in the order wished for");
        let [published] = &told(&office.bank, "plan.published").await[..] else { panic!("one event") };
        assert_eq!((published.place_code.as_deref(), published.learner_id), (Some("330182001"), None));
        let page = officer.opens(first.location.as_deref().unwrap()).await.body;
        for words in ["方案发布了", "数字仅供工作改进，不作为考核评比依据", "第 1 版", "计划 40 人"] {
            assert!(page.contains(words), "{words} in {page}");
        }
        office.bank.close().await;
    }

    async fn nobody_plans_for_an_organisation_that_is_none_of_theirs(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let elsewhere = point(&office.bank, "柳湾镇政府", "330182002").await.to_string();
        let answer = async |person: &Person, fields: Vec<(&'static str, String)>| {
            sends(person, "/help", &format!("{LIST}/add"), &fields).await.status
        };
        assert_eq!(answer(&office.officer, office.fields(&[("organisation", &elsewhere)])).await, 404);
        assert_eq!(answer(&office.officer, office.fields(&[("place", "330182002")])).await, 422, "another place");
        let (volunteer, _) = office.bank.staff("李敏", Role::Volunteer, "330182001").await;
        let (learner, _) = office.bank.learner("王桂英", 1, Some("330182001")).await;
        assert_eq!((answer(&volunteer, office.fields(&[])).await, answer(&learner, office.fields(&[])).await), (403, 403));
        // A role for one organisation counts for that one, one of a line of work for that line.
        let own = bound(&office.bank, "own", officer_of(Some(office.organisation), None)).await;
        let neighbour = point(&office.bank, "青石镇妇联", "330182001").await;
        let other = bound(&office.bank, "other", officer_of(Some(neighbour), None)).await;
        let women = bound(&office.bank, "women", officer_of(None, Some("women"))).await;
        assert_eq!((answer(&own, office.fields(&[])).await, answer(&other, office.fields(&[])).await), (303, 404));
        assert_eq!(answer(&women, office.fields(&[])).await, 422, "a plan for everybody");
        assert_eq!(answer(&women, office.fields(&[("line", "elders")])).await, 422);
        assert_eq!(answer(&women, office.fields(&[("line", "women")])).await, 303);
        assert_eq!(training_plan::Entity::find().count(office.bank.fresh.db.read()).await.unwrap(), 2);
        let list = women.opens(LIST).await.body;
        assert_eq!(list.matches("机关工作人员数字能力").count(), 1, "only that of their line: {list}");
        office.bank.close().await;
    }

    async fn nobody_is_in_a_plan_without_having_said_yes(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let bank = &office.bank;
        let plan = office.publishes(&[]).await;
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (li, _) = bank.learner("李建国", 2, Some("330182001")).await;
        assert_eq!(wang.opens(&own(&plan)).await.status, 404, "not asked yet");
        let asked = office.asks(&plan, id).await.location.unwrap();
        assert!(asked.contains("asked=1&told=1&known=0"), "{asked}");
        assert_eq!(letters(bank, "13800000001", "plan-invited").await, 1);
        let page = office.officer.opens(&format!("{plan}/people")).await.body;
        assert!(!page.contains("王桂英") && page.contains("没有参加的 1 人"), "{page}");
        // Another's invitation is not found.
        assert_eq!(li.opens(&own(&plan)).await.status, 404);
        let li_form = li.opens("/help").await;
        assert_eq!(li.sends(&li_form, &own(&plan), &[("doing", "join"), ("version", "1"), ("agreed", plans::AGREED_TEXT)]).await.status, 404);
        let page = wang.opens(&own(&plan)).await.body;
        for words in ["青石镇政府的经办人和管理员", "学员卡末四位", "您答了什么题", "随时可以退出", "不参加"] {
            assert!(page.contains(words), "{words} in {page}");
        }
        assert!(wang.opens("/").await.body.contains("有机构请您参加培训方案"));
        assert_eq!(says(&wang, &plan, "decline").await.status, 303);
        // Whoever said no is not asked again.
        let again = office.asks(&plan, id).await.location.unwrap();
        assert!(again.contains("asked=0&told=0&known=1"), "{again}");
        assert_eq!(letters(bank, "13800000001", "plan-invited").await, 1);
        assert!(!wang.opens("/").await.body.contains("有机构请您参加培训方案"));
        // They may change their mind; joining twice is joining once.
        let shown = wang.opens(&own(&plan)).await;
        for _ in 0..2 {
            assert_eq!(wang.sends(&shown, &own(&plan), &[("doing", "join"), ("version", "1"), ("agreed", plans::AGREED_TEXT)]).await.status, 303);
        }
        let [joined] = &told(bank, "plan.joined").await[..] else { panic!("one event") };
        assert_eq!((joined.learner_id, joined.groups.as_str()), (Some(id.uuid()), "elder"));
        let row = training_plan_member::Entity::find().one(bank.fresh.db.read()).await.unwrap().unwrap();
        assert_eq!((row.state.as_str(), row.agreed_text.as_deref()), ("joined", Some(plans::AGREED_TEXT)));
        let page = office.officer.opens(&format!("{plan}/people")).await.body;
        assert!(page.contains("王桂英") && !page.contains("李建国"), "{page}");
        let bad = office.officer.sends(&office.officer.opens(&format!("{plan}/people")).await, &format!("{plan}/people"), &[("number", "123")]).await;
        assert!(bad.status == 422 && bad.body.contains("value=\"123\"") && bad.body.contains("卡号不对"), "{}", bad.body);
        assert_eq!(wang.sends(&shown, &own(&plan), &[("doing", "like"), ("version", "1")]).await.status, 400);
        office.bank.close().await;
    }

    async fn a_change_is_a_further_version_and_whoever_joined_keeps_theirs(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let bank = &office.bank;
        let plan = office.publishes(&[]).await;
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (li, li_id) = bank.learner("李建国", 2, Some("330182001")).await;
        office.asks(&plan, id).await;
        office.asks(&plan, li_id).await;
        says(&wang, &plan, "join").await;
        let stale = li.opens(&own(&plan)).await;
        let change = format!("{plan}/change");
        let shown = office.officer.opens(&change).await;
        assert!(shown.body.contains("value=\"机关工作人员数字能力\"") && shown.body.contains("value=\"T19 T01\""), "{}", shown.body);
        let fields = office.fields(&[("course", "T04"), ("order", ""), ("title", "机关数字能力（二）")]);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        for _ in 0..2 {
            assert_eq!(office.officer.sends(&shown, &change, &fields).await.location, Some(format!("{plan}?said=changed")));
        }
        // The same words from another form are no third version.
        let other = office.officer.opens(&change).await;
        assert_eq!(office.officer.sends(&other, &change, &fields).await.status, 303);
        assert_eq!(training_plan_version::Entity::find().count(bank.fresh.db.read()).await.unwrap(), 2);
        let bad = office.officer.sends(&other, &change, &[("title", "只有名字")]).await;
        assert!(bad.status == 422 && bad.body.contains("只有名字") && bad.body.contains("请至少选一门课"), "{}", bad.body);
        let page = wang.opens(&own(&plan)).await.body;
        assert!(page.contains("机关工作人员数字能力") && page.contains("/courses/T19") && !page.contains("/courses/T04"), "{page}");
        // Who was shown the first version is asked to look again.
        let late = li.sends(&stale, &own(&plan), &[("doing", "join"), ("version", "1"), ("agreed", plans::AGREED_TEXT)]).await;
        assert!(late.status == 409 && late.body.contains("方案刚刚改过"), "{} {}", late.status, late.body);
        says(&li, &plan, "join").await;
        let page = li.opens(&own(&plan)).await.body;
        assert!(page.contains("机关数字能力（二）") && page.contains("/courses/T04"), "{page}");
        let (volunteer, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let form = volunteer.opens("/help").await;
        assert_eq!(volunteer.sends(&form, &change, &fields).await.status, 403);
        office.bank.close().await;
    }
}

#[test]
fn what_people_say_yes_to_is_what_the_version_names() {
    let files = [include_str!("../../locales/zh-CN/plans.ftl"), include_str!("../../locales/en/plans.ftl")];
    let words = files.iter().flat_map(|file| file.lines()).filter(|line| line.starts_with("plans-agree-"));
    let kept = (plans::AGREED_TEXT, digest_of(&words.map(str::as_bytes).collect::<Vec<_>>()).to_string());
    let expected = "dae3a64f4adbdbd9c14139c0d4bcf6650a2860c8e7ef580ceba9e404fe5e60fb";
    assert_eq!(kept, ("training-plan/2026-11-26.1", expected.to_owned()), "new words need a new AGREED_TEXT");
}
