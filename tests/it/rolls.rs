//! Rolls: results of a partner by the file, looked at line by line, agreed to by a second person, credited whole or not at all.

use credit_bank::app::runner_of;
use credit_bank::audit;
use credit_bank::identity::{self, AliasKind, BirthYear, ConsentWay, Grant, Newcomer, PersonName, Role};
use credit_bank::kernel::{CardNumber, LearnerId, OrganisationId, RuleId};
use credit_bank::ledger;
use credit_bank::places::PlaceCode;
use credit_bank::recognition;
use entity::{conversion, conversion_rule, roll, roll_line};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};

use crate::agencies::{Desk, POWERS, TOWN};
use crate::aliases::Twice;
use crate::classes::point;
use crate::support::databases::Fresh;
use crate::support::people::sender;
use crate::support::server::{Answer, Bank, Person};

/// An agency that credits results of a partner: an officer, a reviewer, a rule.
pub struct Rolls {
    pub desk: Desk,
    pub partner: OrganisationId,
    pub rule: RuleId,
    pub zhao: Person,
    pub zhao_id: LearnerId,
    pub qian: Person,
    pub qian_id: LearnerId,
}

/// A rule as a test wants it.
pub struct Wanted<'a> {
    pub direction: &'a str,
    pub unit: &'a str,
    pub most: Option<i64>,
    pub least: (i64, i64),
}

pub const IN: Wanted<'static> = Wanted { direction: "in", unit: "T19", most: None, least: (1, 1) };

/// A rule in force: four thousandths of theirs make one of ours; out, one of ours makes four of theirs.
pub async fn has_rule(bank: &Bank, agency: &str, partner: OrganisationId, wanted: &Wanted<'_>) -> RuleId {
    let (now, id) = (bank.clock.now(), RuleId::fresh(bank.clock.now()));
    let person = |byte: u128| uuid::Uuid::from_u128(byte);
    let row = conversion_rule::Model {
        id: id.uuid(),
        agency_id: agency.parse().unwrap(),
        partner_id: partner.uuid(),
        partner_name: "省开放大学".to_owned(),
        direction: wanted.direction.to_owned(),
        unit: wanted.unit.to_owned(),
        version: 1,
        title: "智能手机入门 课程证书".to_owned(),
        numerator: if wanted.direction == "in" { 1 } else { 4 },
        denominator: if wanted.direction == "in" { 4 } else { 1 },
        step: if wanted.direction == "in" { 250 } else { 1 },
        least_identity: wanted.least.0,
        least_supervision: wanted.least.1,
        evidence: "证书".to_owned(),
        from_day: now.day().to_string(),
        until_day: None,
        deciders: 1,
        most_milli: wanted.most,
        promised_days: 10,
        tests: String::new(),
        copied_from: None,
        state: "published".to_owned(),
        drafted_by: person(1),
        drafted_at_ms: now.ms(),
        published_by: Some(person(2)),
        published_at_ms: Some(now.ms()),
        run_digest: Some(vec![0; 32]),
        ended_day: None,
        ended_at_ms: None,
        ended_by: None,
        ended_why: None,
        record_class: "recognition".to_owned(),
        responsible_org: "县学分银行".to_owned(),
        formed_at_ms: now.ms(),
        retention: "permanent".to_owned(),
        openness: "open".to_owned(),
        format_version: 1,
    };
    let insert = async move |tx: &credit_bank::db::Tx| {
        let row = row.clone().into_active_model().reset_all();
        conversion_rule::Entity::insert(row).exec_without_returning(tx).await?;
        Ok::<_, credit_bank::db::DbFault>(())
    };
    bank.house.db.write(insert).await.unwrap();
    id
}

use sea_orm::ActiveModelTrait;

/// The rule is ended by hand.
pub async fn ends(bank: &Bank, rule: RuleId) {
    let now = bank.clock.now();
    let end = async move |tx: &credit_bank::db::Tx| {
        let row = conversion_rule::ActiveModel {
            id: Set(rule.uuid()),
            state: Set("ended".to_owned()),
            ended_day: Set(Some(now.day().to_string())),
            ended_at_ms: Set(Some(now.ms())),
            ended_by: Set(Some(uuid::Uuid::from_u128(3))),
            ended_why: Set(Some("不认了".to_owned())),
            ..Default::default()
        };
        conversion_rule::Entity::update(row).exec(tx).await?;
        Ok::<_, credit_bank::db::DbFault>(())
    };
    bank.house.db.write(end).await.unwrap();
}

impl Rolls {
    pub async fn over(fresh: Fresh) -> Self {
        Self::allowed(fresh, "0.5", "40").await
    }

    /// Where one person may be given `per_learner` and all of them `per_year`.
    pub async fn allowed(fresh: Fresh, per_learner: &str, per_year: &str) -> Self {
        let desk = Desk::over(fresh).await;
        let changed = |(name, value): (&'static str, &'static str)| match name {
            "per_learner" => (name, per_learner.to_owned()),
            "per_year" => (name, per_year.to_owned()),
            _ => (name, value.to_owned()),
        };
        let powers: Vec<(&str, String)> = POWERS.into_iter().map(changed).collect();
        let powers: Vec<(&str, &str)> = powers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        desk.delegates(&powers).await;
        let partner = point(&desk.bank, "省开放大学", TOWN).await;
        let rule = has_rule(&desk.bank, &desk.id, partner, &IN).await;
        let (zhao, zhao_id) = desk.works(Role::Officer, Some(desk.organisation), None).await;
        let (qian, qian_id) = desk.works(Role::Reviewer, Some(desk.organisation), None).await;
        Self { desk, partner, rule, zhao, zhao_id, qian, qian_id }
    }

    pub fn bank(&self) -> &Bank {
        &self.desk.bank
    }

    pub fn path(&self) -> String {
        format!("/staff/agency/{}/rolls", self.desk.id)
    }

    pub async fn sends(&self, rule: RuleId, file: Vec<u8>) -> Answer {
        self.sends_with(&[("rule", rule.to_string().as_str()), ("identity", "2"), ("supervision", "3")], file).await
    }

    pub async fn sends_with(&self, fields: &[(&str, &str)], file: Vec<u8>) -> Answer {
        let form = self.zhao.opens(&self.path()).await;
        self.zhao.sends_file(&form, &self.path(), fields, "roll.csv", file).await
    }

    /// Brings a roll by `rule`, and lets the bank look at it; its page.
    pub async fn brings(&self, rule: RuleId, lines: &[String]) -> String {
        let answer = self.sends(rule, csv(lines)).await;
        let page = answer.location.unwrap_or_else(|| panic!("{} {}", answer.status, answer.body));
        works(self.bank()).await;
        page.split('?').next().unwrap().to_owned()
    }

    pub async fn asks(&self, page: &str) -> Answer {
        // A page on which nothing can be asked has no form.
        let form = self.zhao.opens("/help").await;
        self.zhao.sends(&form, &format!("{page}/ask"), &[]).await
    }

    pub async fn agrees(&self, page: &str) -> Answer {
        agrees_as(&self.qian, page).await
    }

    /// Brings, asks and agrees; the roll is not booked yet.
    pub async fn agreed(&self, rule: RuleId, lines: &[String]) -> String {
        let page = self.brings(rule, lines).await;
        let asked = self.asks(&page).await;
        assert_eq!(asked.status, 303, "{}", asked.body);
        let agreed = self.agrees(&page).await;
        assert_eq!(agreed.status, 303, "{}", agreed.body);
        page
    }

    pub async fn state(&self, page: &str) -> String {
        let id = page.rsplit('/').next().unwrap().parse::<uuid::Uuid>().unwrap();
        roll::Entity::find_by_id(id).one(self.bank().house.db.read()).await.unwrap().unwrap().state
    }

    pub async fn lines(&self, page: &str, state: &str) -> Vec<roll_line::Model> {
        let id = page.rsplit('/').next().unwrap().parse::<uuid::Uuid>().unwrap();
        let of = roll_line::Entity::find().filter(roll_line::Column::RollId.eq(id)).filter(roll_line::Column::State.eq(state));
        of.all(self.bank().house.db.read()).await.unwrap()
    }

    pub async fn quota_used(&self) -> i64 {
        let year = self.bank().clock.now().day().year();
        let agency = self.desk.id.parse().unwrap();
        credit_bank::agencies::quota_used(self.bank().house.db.read(), agency, year).await.unwrap().milli()
    }

    /// How many results were credited by a partner's rule; the books are sound.
    pub async fn credited(&self) -> u64 {
        let db = &self.bank().house.db;
        assert!(recognition::audit(db).await.unwrap().is_sound());
        let report = ledger::audit(db, |_| ()).await.unwrap();
        assert!(report.differences.is_empty(), "{:?}", report.differences);
        conversion::Entity::find().count(db.read()).await.unwrap()
    }
}

pub async fn agrees_as(person: &Person, page: &str) -> Answer {
    let shown = person.opens(page).await;
    let digest = if shown.body.contains("name=\"shown\"") { shown.input("shown") } else { "0".repeat(64) };
    let form = person.opens("/help").await;
    person.sends(&form, &format!("{page}/decide"), &[("doing", "agree"), ("shown", &digest)]).await
}

/// The bank does what is due.
pub async fn works(bank: &Bank) {
    runner_of(&bank.house).run_due().await.unwrap();
}

pub fn csv(lines: &[String]) -> Vec<u8> {
    std::iter::once("学员,证书编号,学分,通过日期".to_owned())
        .chain(lines.iter().cloned())
        .collect::<Vec<_>>()
        .join("\n")
        .into_bytes()
}

/// Lines of these people, each with a number of their own.
pub fn lines_of(people: &[(LearnerId, CardNumber)]) -> Vec<String> {
    people.iter().enumerate().map(|(at, (_, card))| format!("{},ZJ-{at:05},1,2026-01-08", card.as_str())).collect()
}

/// So many people of a place, with their cards.
pub async fn crowd(bank: &Bank, count: usize, place: &str) -> Vec<(LearnerId, CardNumber)> {
    let mut all = Vec::new();
    for chunk in (0..count).collect::<Vec<_>>().chunks(identity::STAGED_AT_ONCE) {
        let of = |_: &usize| Newcomer {
            learner: LearnerId::fresh(bank.clock.now()),
            name: PersonName::parse("王桂英").unwrap(),
            year: BirthYear::from_value(1951).unwrap(),
            phone: None,
            place_code: place.to_owned(),
            group: None,
            font: "normal",
            document: None,
        };
        let newcomers: Vec<Newcomer> = chunk.iter().map(of).collect();
        let (keys, some) = (bank.house.keys.clone(), newcomers.clone());
        let settle = async move |tx: &credit_bank::db::Tx| {
            identity::stage(tx, &keys, &some, ConsentWay::Paper).await?;
            identity::activate(tx, &keys, (LearnerId::NOBODY, &sender()), &some).await
        };
        bank.house.db.write(settle).await.unwrap();
        let ids: Vec<LearnerId> = newcomers.iter().map(|one| one.learner).collect();
        let area = [PlaceCode::parse(place).unwrap()];
        let cards = identity::cards_of(bank.house.db.read(), &bank.house.keys, &area, &ids).await.unwrap();
        all.extend(cards.into_iter().map(|(learner, _, card)| (learner, card)));
    }
    all
}

crate::on_both! {
    async fn three_wrong_lines_of_two_thousand_are_named_and_nothing_is_done_and_the_mended_file_is_credited_once(fresh: Fresh) {
        let rolls = Rolls::allowed(fresh, "0.5", "1000").await;
        let people = crowd(rolls.bank(), 2000, TOWN).await;
        let good = lines_of(&people);
        let mut bad = good.clone();
        bad[16] = bad[16].replace(",1,2026", ",很多,2026");
        bad[1000] = bad[1000].replace("2026-01-08", "2026-03-09");
        bad[1999] = bad[1999].replace("ZJ-01999", "zj 00003");
        let page = rolls.brings(rolls.rule, &bad).await;
        let shown = rolls.zhao.opens(&page).await;
        for words in ["有 3 行要改", ">18<", "学分不对", ">1002<", "还没到", ">2001<", "和第 5 行是同一个编号"] {
            assert!(shown.body.contains(words), "{words}: {}", shown.body);
        }
        assert!(!shown.body.contains("请另一个人看"));
        assert_eq!(rolls.asks(&page).await.status, 409);
        assert_eq!(rolls.agrees(&page).await.status, 409);
        works(rolls.bank()).await;
        assert_eq!((rolls.credited().await, rolls.quota_used().await), (0, 0));

        let mended = rolls.brings(rolls.rule, &good).await;
        assert_ne!(mended, page);
        assert_eq!(rolls.brings(rolls.rule, &good).await, mended, "the same file is the same roll");
        assert_eq!(rolls.asks(&mended).await.status, 303);
        let shown = rolls.qian.opens(&format!("{mended}?page=40")).await;
        assert!(shown.body.contains(">2001<") && shown.body.contains("500 学分") && shown.body.contains("王桂英"), "{}", shown.body);
        assert_eq!((rolls.agrees(&mended).await.status, rolls.agrees(&mended).await.status), (303, 303));
        works(rolls.bank()).await;
        assert_eq!((rolls.state(&mended).await.as_str(), rolls.credited().await), ("done", 2000));
        assert_eq!(rolls.brings(rolls.rule, &good).await, mended);
        works(rolls.bank()).await;
        assert_eq!((rolls.credited().await, rolls.quota_used().await), (2000, 500_000), "exactly what was credited");
        let kept = conversion::Entity::find().one(rolls.bank().house.db.read()).await.unwrap().unwrap();
        assert_eq!((kept.officer_id, kept.approver_id), (rolls.zhao_id.uuid(), Some(rolls.qian_id.uuid())));
        let result = entity::result::Entity::find().one(rolls.bank().house.db.read()).await.unwrap().unwrap();
        assert_eq!((result.identity_level, result.supervision_level), (1, 3), "as stated, but no more than is known of the person");
        rolls.desk.bank.close().await;
    }

    async fn whoever_brought_it_does_not_agree_by_any_account(fresh: Fresh) {
        let mut rolls = Rolls::over(fresh).await;
        let people = crowd(rolls.bank(), 2, TOWN).await;
        let grant = Grant { role: Role::Reviewer, organisation: Some(rolls.desk.organisation), area: PlaceCode::parse(TOWN).unwrap(), line: None };
        let (shen, both) = (identity::load_scope(rolls.bank().house.db.read(), rolls.desk.shen_id).await.unwrap(), rolls.zhao_id);
        rolls.bank().house.db.write(async move |tx: &_| identity::add_role(tx, &shen, both, &grant).await).await.unwrap();
        let page = rolls.brings(rolls.rule, &lines_of(&people)).await;
        assert_eq!(rolls.asks(&page).await.status, 303);
        let shown = rolls.zhao.opens(&page).await;
        assert!(!shown.body.contains("同意，认定"));
        let same = agrees_with(&rolls.zhao, &shown, &rolls, &page).await;
        assert!(same.status == 422 && same.body.contains("不能自己同意"), "{}", same.body);
        // By another account that is theirs too.
        let (at_desk, officer) = rolls.bank().staff("赵强", Role::Officer, "330182").await;
        let (at_review, reviewer) = rolls.bank().staff("孙丽", Role::Reviewer, "330182").await;
        let Rolls { desk, zhao, zhao_id, qian, qian_id, partner, rule } = rolls;
        let Desk { bank, id, organisation, shen, shen_id, zheng, zheng_id } = desk;
        let twice = Twice { bank, first: zhao_id, second: qian_id, by_first: zhao, by_second: qian, officer, reviewer, at_desk, at_review };
        twice.does(AliasKind::Join, qian_id, zhao_id).await;
        let Twice { bank, by_first: zhao, by_second: qian, .. } = twice;
        rolls = Rolls { desk: Desk { bank, id, organisation, shen, shen_id, zheng, zheng_id }, zhao, zhao_id, qian, qian_id, partner, rule };
        let other = rolls.agrees(&page).await;
        assert!(other.status == 422 && other.body.contains("不能自己同意"), "{}", other.body);
        assert_eq!(rolls.state(&page).await, "asked");
        let (third, _) = rolls.desk.works(Role::Reviewer, Some(rolls.desk.organisation), None).await;
        assert_eq!(agrees_as(&third, &page).await.status, 303);
        works(rolls.bank()).await;
        assert_eq!(rolls.credited().await, 2);
        rolls.desk.bank.close().await;
    }

    async fn somebody_out_of_sight_is_answered_like_nobody_and_sees_who_looked(fresh: Fresh) {
        let rolls = Rolls::over(fresh).await;
        let (near, far) = (crowd(rolls.bank(), 1, TOWN).await, crowd(rolls.bank(), 1, "330182002").await);
        let nobody = CardNumber::from_body(123_456_789);
        let lines = [far[0].1.as_str(), nobody.as_str(), near[0].1.as_str()];
        let lines: Vec<String> = lines.iter().enumerate().map(|(at, card)| format!("{card},N-{at},1,2026-01-08")).collect();
        let page = rolls.brings(rolls.rule, &lines).await;
        assert_eq!(rolls.zhao.opens(&page).await.body.matches("没有找到这位学员").count(), 2);
        let read = audit::list_access(rolls.bank().house.db.read(), far[0].0, 9).await.unwrap();
        assert!(read.iter().any(|row| row.what == "agency_tried" && row.actor == rolls.zhao_id), "{read:?}");
        assert!(audit::list_access(rolls.bank().house.db.read(), near[0].0, 9).await.unwrap().iter().all(|row| row.what != "agency_tried"));
        rolls.desk.bank.close().await;
    }

    async fn a_reviewer_who_may_not_see_the_people_does_not_agree_and_one_in_the_roll_neither(fresh: Fresh) {
        let rolls = Rolls::over(fresh).await;
        let people = crowd(rolls.bank(), 2, TOWN).await;
        let page = rolls.brings(rolls.rule, &lines_of(&people)).await;
        assert_eq!(rolls.asks(&page).await.status, 303);
        let (women, _) = rolls.desk.works(Role::Reviewer, Some(rolls.desk.organisation), Some("women")).await;
        let shown = women.opens(&page).await;
        assert!(shown.status == 200 && !shown.body.contains("王桂英"), "{}", shown.body);
        let unseen = agrees_as(&women, &page).await;
        assert!(unseen.status == 422 && unseen.body.contains("有 2 行的学员"), "{}", unseen.body);
        // The reviewer stands in the roll. Who the second will be is known once they decide: another may.
        let with_own = [format!("{},X-1,1,2026-01-08", rolls.qian_id)];
        let second = rolls.brings(rolls.rule, &with_own).await;
        assert_eq!(rolls.asks(&second).await.status, 303);
        let own = rolls.agrees(&second).await;
        assert!(own.status == 422 && own.body.contains("表里有您自己"), "{}", own.body);
        works(rolls.bank()).await;
        assert_eq!((rolls.state(&second).await.as_str(), rolls.credited().await), ("asked", 0));
        // Whoever brings it stands in it: seen at once.
        let third = rolls.brings(rolls.rule, &[format!("{},X-2,1,2026-01-08", rolls.zhao_id)]).await;
        assert!(rolls.zhao.opens(&third).await.body.contains("是办这件事的人自己"));
        assert_eq!(rolls.asks(&third).await.status, 409);
        rolls.desk.bank.close().await;
    }

    async fn each_form_is_answered_good_bad_twice_and_from_the_wrong_hand(fresh: Fresh) {
        let rolls = Rolls::over(fresh).await;
        let people = crowd(rolls.bank(), 1, TOWN).await;
        let rule = rolls.rule.to_string();
        let fields = |changes: &[(&'static str, &'static str)]| -> Vec<(&'static str, String)> {
            let usual = [("rule", rule.clone()), ("identity", "2".to_owned()), ("supervision", "3".to_owned())];
            let changed = |(name, value): (&'static str, String)| {
                let other = changes.iter().find(|(changed, _)| *changed == name).map(|(_, value)| (*value).to_owned());
                (name, other.unwrap_or(value))
            };
            usual.into_iter().map(changed).collect()
        };
        let sends = async |changes: &[(&'static str, &'static str)], file: Vec<u8>| {
            let fields = fields(changes);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            rolls.sends_with(&fields, file).await
        };
        let file = || csv(&lines_of(&people));
        for (changes, file, words) in [
            (vec![("rule", "")], file(), "请选一条规则"),
            (vec![("rule", "01980000-0000-7000-8000-000000000000")], file(), "请选一条规则"),
            (vec![("identity", "")], file(), "请选怎么核对的身份"),
            (vec![("identity", "0")], file(), "比规则要求的低"),
            (vec![("supervision", "0")], file(), "比规则要求的低"),
            (vec![], Vec::new(), "请选一张表"),
            (vec![], "姓名,证书编号\n王,1".as_bytes().to_vec(), "学员"),
            (vec![], csv(&[]), "一个人都没有"),
            (vec![], vec![0xD0, 0xCF, 0x11, 0xE0, 0], "旧版表格"),
        ] {
            let answer = sends(&changes, file).await;
            assert!(answer.status == 422 && answer.body.contains(words), "{changes:?} {words} {}", answer.body);
        }
        for kind in ["csv", "xlsx"] {
            let template = rolls.zhao.opens(&format!("{}/template/{kind}", rolls.path())).await;
            assert_eq!(template.status, 200, "{kind}");
        }
        assert_eq!(rolls.zhao.opens(&format!("{}/template/doc", rolls.path())).await.status, 404);
        let page = rolls.brings(rolls.rule, &lines_of(&people)).await;
        let form = rolls.qian.opens(&rolls.path()).await;
        assert!(!form.body.contains("交上去，先看一遍"), "a reviewer brings none");
        let form = rolls.qian.opens("/help").await;
        for act in ["ask", "withdraw"] {
            assert_eq!(rolls.qian.sends(&form, &format!("{page}/{act}"), &[]).await.status, 403, "{act}");
        }
        let form = rolls.zhao.opens("/help").await;
        assert_eq!(rolls.zhao.sends(&form, &format!("{page}/decide"), &[("doing", "agree")]).await.status, 403);
        // Another officer of the agency neither asks nor gives up.
        let (other, _) = rolls.desk.works(Role::Officer, Some(rolls.desk.organisation), None).await;
        let form = other.opens("/help").await;
        assert_eq!(other.sends(&form, &format!("{page}/ask"), &[]).await.status, 422);
        // Of another agency there is none.
        let school = point(rolls.bank(), "青石镇中心小学", TOWN).await;
        let elsewhere = crate::agencies::enters(&rolls.desk.shen, school, "91350100M000100Y43").await;
        let (stranger, _) = rolls.desk.works(Role::Officer, Some(school), None).await;
        let id = page.rsplit('/').next().unwrap();
        for path in [page.clone(), format!("/staff/agency/{elsewhere}/rolls/{id}")] {
            assert_eq!(stranger.opens(&path).await.status, 404, "{path}");
            let form = stranger.opens("/help").await;
            assert_eq!(stranger.sends(&form, &format!("{path}/ask"), &[]).await.status, 404, "{path}");
        }
        rolls.desk.bank.close().await;
    }

    async fn the_second_person_says_yes_to_what_they_were_shown_or_no_with_a_reason_and_once(fresh: Fresh) {
        let rolls = Rolls::over(fresh).await;
        let people = crowd(rolls.bank(), 1, TOWN).await;
        let page = rolls.brings(rolls.rule, &lines_of(&people)).await;
        assert_eq!((rolls.asks(&page).await.status, rolls.asks(&page).await.status), (303, 303));
        let shown = rolls.qian.opens(&page).await;
        let decide = format!("{page}/decide");
        assert_eq!(rolls.qian.sends(&shown, &decide, &[("doing", "perhaps")]).await.status, 422);
        let unsaid = rolls.qian.sends(&shown, &decide, &[("doing", "disagree"), ("answer", " ")]).await;
        assert_eq!(unsaid.status, 422);
        let stale = rolls.qian.sends(&shown, &decide, &[("doing", "agree"), ("shown", &"0".repeat(64))]).await;
        assert_eq!(stale.status, 409);
        for _ in 0..2 {
            assert_eq!(rolls.qian.sends(&shown, &decide, &[("doing", "disagree"), ("answer", "编号对不上")]).await.status, 303);
        }
        assert!(rolls.zhao.opens(&page).await.body.contains("编号对不上"));
        assert_eq!(rolls.agrees(&page).await.status, 409);
        // What was not agreed to may be brought anew, and given up.
        let again = rolls.brings(rolls.rule, &lines_of(&people)).await;
        assert_ne!(again, page);
        let form = rolls.zhao.opens(&again).await;
        for _ in 0..2 {
            assert_eq!(rolls.zhao.sends(&form, &format!("{again}/withdraw"), &[]).await.status, 303);
        }
        assert_eq!((rolls.state(&again).await.as_str(), rolls.lines(&again, "ready").await.len()), ("withdrawn", 0));
        assert_eq!(rolls.asks(&again).await.status, 409);
        rolls.desk.bank.close().await;
    }

    async fn what_a_roll_says_goes_a_month_after_and_who_left_is_passed_over(fresh: Fresh) {
        let rolls = Rolls::over(fresh).await;
        let people = crowd(rolls.bank(), 3, TOWN).await;
        let page = rolls.agreed(rolls.rule, &lines_of(&people)).await;
        // One leaves before it is looked at once more.
        let gone = people[1].0;
        let (keys, db) = (rolls.bank().house.keys.clone(), rolls.bank().house.db.clone());
        let acting = credit_bank::kernel::Acting { learner: gone, helper: None, identity_level: credit_bank::kernel::IdentityLevel::KNOWN };
        credit_bank::me::end_account(&db, &keys, credit_bank::kernel::RequestId::fresh(rolls.bank().clock.now()), acting).await.unwrap();
        works(rolls.bank()).await;
        assert_eq!((rolls.state(&page).await.as_str(), rolls.credited().await), ("checked", 0));
        let shown = rolls.zhao.opens(&page).await;
        assert!(shown.body.contains("对不上了") && shown.body.contains("已经离开"), "{}", shown.body);
        let two: Vec<String> = lines_of(&people).into_iter().enumerate().filter(|(at, _)| *at != 1).map(|(_, line)| line).collect();
        let page = rolls.agreed(rolls.rule, &two).await;
        works(rolls.bank()).await;
        assert_eq!((rolls.state(&page).await.as_str(), rolls.lines(&page, "booked").await.len()), ("done", 2));
        rolls.bank().clock.turn_ms(32 * 86_400_000);
        credit_bank::rolls::empty_old(&rolls.bank().house.db).await.unwrap();
        assert_eq!(roll_line::Entity::find().count(rolls.bank().house.db.read()).await.unwrap(), 0);
        assert_eq!(rolls.credited().await, 2);
        rolls.desk.bank.close().await;
    }
}

/// Agrees with what another reader of the page was shown.
async fn agrees_with(person: &Person, shown: &Answer, rolls: &Rolls, page: &str) -> Answer {
    let digest = rolls.qian.opens(page).await.input("shown");
    person.sends(shown, &format!("{page}/decide"), &[("doing", "agree"), ("shown", &digest)]).await
}
