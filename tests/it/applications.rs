//! Applications for recognition, as whoever applies has them: begun, proved, sent, answered, appealed, taken back.

use std::io::Cursor;

use credit_bank::applications::{self, AGREED_TEXT};
use credit_bank::db::Tx;
use credit_bank::identity::{self, Assurance, Role};
use credit_bank::kernel::{Day, LearnerId, OrganisationId, RuleId};
use credit_bank::{audit, ledger, me};
use entity::{application, application_file, application_step, conversion_rule, stored_file};
use sea_orm::ActiveValue::Set;
use sea_orm::{EntityTrait, IntoActiveModel, PaginatorTrait};

use crate::agencies::{Desk, POWERS, TOWN};
use crate::classes::point;
use crate::support::databases::Fresh;
use crate::support::server::{Answer, Bank, Person};

pub const DAY_MS: i64 = 86_400_000;

/// An agency that works, with an officer and a reviewer, and somebody who has learned elsewhere.
pub struct Work {
    pub desk: Desk,
    pub partner: OrganisationId,
    pub zhao: Person,
    pub zhao_id: LearnerId,
    pub sun: Person,
    pub sun_id: LearnerId,
    pub wang: Person,
    pub wang_id: LearnerId,
}

impl Work {
    pub async fn over(fresh: Fresh) -> Self {
        Self::with(fresh, &POWERS).await
    }

    pub async fn with(fresh: Fresh, powers: &[(&str, &str)]) -> Self {
        let desk = Desk::over(fresh).await;
        desk.delegates(powers).await;
        let partner = point(&desk.bank, "省开放大学", "330182").await;
        let (zhao, zhao_id) = desk.works(Role::Officer, Some(desk.organisation), None).await;
        let (sun, sun_id) = desk.works(Role::Reviewer, Some(desk.organisation), None).await;
        let (wang, wang_id) = desk.bank.learner("王桂英", 1, Some(TOWN)).await;
        Self { desk, partner, zhao, zhao_id, sun, sun_id, wang, wang_id }
    }

    pub fn bank(&self) -> &Bank {
        &self.desk.bank
    }

    pub fn agency(&self) -> String {
        format!("/staff/agency/{}", self.desk.id)
    }

    pub fn queue(&self) -> String {
        format!("{}/applications", self.agency())
    }

    /// A published rule: 40 of theirs give a quarter of ours, decided by one.
    pub async fn rule(&self, change: impl FnOnce(&mut conversion_rule::Model)) -> RuleId {
        let now = self.bank().clock.now();
        let id = RuleId::fresh(now);
        let agency: credit_bank::kernel::AgencyId = self.desk.id.parse().unwrap();
        let mut row = conversion_rule::Model {
            id: id.uuid(),
            agency_id: agency.uuid(),
            partner_id: self.partner.uuid(),
            partner_name: "省开放大学".to_owned(),
            direction: "in".to_owned(),
            unit: "T19".to_owned(),
            version: 1,
            title: "防骗课证书".to_owned(),
            numerator: 1,
            denominator: 160,
            step: 250,
            least_identity: 1,
            least_supervision: 1,
            evidence: "证书的照片".to_owned(),
            from_day: "2026-01-01".to_owned(),
            until_day: None,
            deciders: 1,
            most_milli: None,
            promised_days: 10,
            tests: String::new(),
            copied_from: None,
            state: "published".to_owned(),
            drafted_by: self.zhao_id.uuid(),
            drafted_at_ms: now.ms(),
            published_by: Some(self.sun_id.uuid()),
            published_at_ms: Some(now.ms()),
            run_digest: Some(vec![7; 32]),
            ended_day: None,
            ended_at_ms: None,
            ended_by: None,
            ended_why: None,
            record_class: "conversion_rule".to_owned(),
            responsible_org: "青石镇成人学校".to_owned(),
            formed_at_ms: now.ms(),
            retention: "permanent".to_owned(),
            openness: "public".to_owned(),
            format_version: 1,
        };
        change(&mut row);
        let insert = async move |tx: &Tx| -> Result<(), applications::Error> {
            conversion_rule::Entity::insert(row.clone().into_active_model()).exec_without_returning(tx).await?;
            Ok(())
        };
        self.bank().house.db.write(insert).await.unwrap();
        id
    }

    /// Begins, proves and sends; the path of the application.
    pub async fn applies(&self, person: &Person, rule: RuleId, number: &str) -> String {
        let path = begins(person, rule).await;
        assert_eq!(adds(person, &path, photo(number), "a.png").await.status, 303);
        let sent = sends(person, &path, &[("number", number)]).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        path
    }

    /// Where the agency has an application of somebody.
    pub fn case(&self, learner: LearnerId, path: &str) -> String {
        format!("{}/{learner}/{}", self.queue(), path.rsplit('/').next().unwrap())
    }

    pub async fn credit(&self, learner: LearnerId) -> i64 {
        ledger::balances_of(self.bank().house.db.read(), learner).await.unwrap().holding.milli()
    }

    /// Ends a rule before its time.
    pub async fn ends(&self, rule: RuleId) {
        let (by, now) = (self.sun_id.uuid(), self.bank().clock.now());
        let end = async move |tx: &Tx| -> Result<(), applications::Error> {
            let row = conversion_rule::ActiveModel {
                id: Set(rule.uuid()),
                state: Set("ended".to_owned()),
                ended_day: Set(Some(now.day().to_string())),
                ended_at_ms: Set(Some(now.ms())),
                ended_by: Set(Some(by)),
                ended_why: Set(Some("查账".to_owned())),
                ..Default::default()
            };
            conversion_rule::Entity::update(row).exec(tx).await?;
            Ok(())
        };
        self.bank().house.db.write(end).await.unwrap();
    }

    /// Days pass; the staff sign in anew.
    pub async fn turns_days(&mut self, days: i64) {
        self.bank().clock.turn_ms(days * DAY_MS);
        self.zhao = self.bank().signed_in(self.zhao_id, Assurance::PasswordTotp).await;
        self.sun = self.bank().signed_in(self.sun_id, Assurance::PasswordTotp).await;
        self.wang = self.bank().signed_in(self.wang_id, Assurance::Sms).await;
    }

    pub async fn row(&self) -> application::Model {
        application::Entity::find().one(self.bank().house.db.read()).await.unwrap().unwrap()
    }
}

/// A picture, another one for other words.
pub fn photo(words: &str) -> Vec<u8> {
    let red = words.bytes().fold(7_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
    let picture = image::RgbImage::from_fn(60, 40, |x, _| image::Rgb([red, u8::try_from(x).unwrap(), red / 2]));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

pub async fn begins(person: &Person, rule: RuleId) -> String {
    let begun = person.sends(&person.opens("/help").await, "/applications/begin", &[("rule", &rule.to_string())]).await;
    assert_eq!(begun.status, 303, "{}", begun.body);
    begun.location.unwrap()
}

/// Sends a file, saying that it shows no document of identity.
pub async fn adds(person: &Person, path: &str, bytes: Vec<u8>, name: &str) -> Answer {
    let shown = person.opens(path).await;
    person.sends_file(&shown, &format!("{path}/files"), &[("clean", "yes")], name, bytes).await
}

/// Sends it, with some fields otherwise.
pub async fn sends(person: &Person, path: &str, change: &[(&str, &str)]) -> Answer {
    let shown = person.opens(&format!("{path}/details")).await;
    let rule = shown.input("rule");
    let usual = [
        ("doing", "send"),
        ("rule", rule.as_str()),
        ("number", "ZJ-2025-001"),
        ("value", "40"),
        ("passed", "2025-06-30"),
        ("elsewhere", "no"),
        ("agreed", AGREED_TEXT),
    ];
    let kept = usual.into_iter().filter(|(name, _)| change.iter().all(|(other, _)| other != name));
    let fields: Vec<(&str, &str)> = kept.chain(change.iter().copied()).collect();
    person.sends(&shown, path, &fields).await
}

/// Does something on a page that carries a turn.
pub async fn does(person: &Person, path: &str, fields: &[(&str, &str)]) -> Answer {
    let shown = person.opens(path).await;
    assert_eq!(shown.status, 200, "{path}: {}", shown.body);
    // A page with nothing to do on it carries no form: whoever posts all the same has another one.
    let shown = if shown.body.contains("name=\"csrf\"") { shown } else { person.opens("/help").await };
    on_turn(person, &shown, path, fields).await
}

/// The same on a page that was shown before.
pub async fn on_turn(person: &Person, shown: &Answer, path: &str, fields: &[(&str, &str)]) -> Answer {
    let turn = if shown.body.contains("name=\"turn\"") { shown.input("turn") } else { "1".to_owned() };
    let all: Vec<(&str, &str)> = std::iter::once(("turn", turn.as_str())).chain(fields.iter().copied()).collect();
    person.sends(shown, path, &all).await
}

/// The same with the token of another page, as whoever was shown the application a while ago: what is over has no form any more.
pub async fn posts(person: &Person, path: &str, turn: &str, fields: &[(&str, &str)]) -> Answer {
    let form = person.opens("/help").await;
    let all: Vec<(&str, &str)> = std::iter::once(("turn", turn)).chain(fields.iter().copied()).collect();
    person.sends(&form, path, &all).await
}

pub const ACCEPT: [(&str, &str); 2] = [("doing", "accept"), ("supervision", "2")];
pub const RETURN: [(&str, &str); 3] = [("doing", "return"), ("why", "unclear"), ("return_words", "照片看不清，请重新拍一张。")];

crate::on_both! {
    async fn a_result_from_elsewhere_is_begun_proved_sent_and_recognised_once(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let rule = work.rule(|_| ()).await;
        let offered = work.wang.opens("/applications/begin").await;
        assert!(offered.body.contains("防骗课证书") && offered.body.contains("青石镇成人学校"), "{}", offered.body);
        let path = work.applies(&work.wang, rule, "ZJ-2025-001").await;
        assert_eq!(begins(&work.wang, rule).await.split('/').count(), 3, "another may be begun once it is sent");
        let queue = work.zhao.opens(&work.queue()).await;
        assert!(queue.body.contains("防骗课证书") && queue.body.contains("2026\u{a0}年\u{a0}3\u{a0}月\u{a0}12\u{a0}日"), "{}", queue.body);
        assert!(!queue.body.contains("王桂英"), "the queue names nobody: {}", queue.body);
        let case = work.case(work.wang_id, &path);
        let shown = work.zhao.opens(&case).await;
        for words in ["王桂英", "ZJ-2025-001", "0.25 学分", "没登记过", "证书的照片", "第 1 份：照片"] {
            assert!(shown.body.contains(words), "{words} in {}", shown.body);
        }
        for _ in 0..2 {
            let done = on_turn(&work.zhao, &shown, &case, &ACCEPT).await;
            assert_eq!(done.status, 303, "{}", done.body);
        }
        assert_eq!(work.credit(work.wang_id).await, 250);
        let done = work.zhao.opens(&format!("{case}?said=accept")).await;
        assert!(done.body.contains("学分记上了") && !done.body.contains("value=\"accept\""), "{}", done.body);
        let own = work.wang.opens(&path).await;
        assert!(own.body.contains("记了 0.25 学分") && own.body.contains("href=\"/passbook\""), "{}", own.body);
        let letter = work.bank().letter_to("13800000001").await.unwrap();
        assert!(letter.text.contains("防骗课证书") && letter.text.contains("有答复了"), "{}", letter.text);
        let book = ledger::book_of(work.bank().house.db.read(), work.wang_id).await.unwrap();
        let award = book.standing_awards().next().unwrap();
        assert_eq!((award.rule_version.clone(), award.actor), (format!("cr-{rule}/v1"), work.zhao_id));
        let steps = application_step::Entity::find().all(work.bank().house.db.read()).await.unwrap();
        let deeds: Vec<&str> = steps.iter().map(|step| step.deed.as_str()).collect();
        assert_eq!(deeds, ["send", "accept"]);
        let seen = audit::list_access(work.bank().house.db.read(), work.wang_id, 50).await.unwrap();
        assert!(seen.iter().any(|row| row.actor == work.zhao_id && row.what == "application"));
        assert_eq!(work.desk.count("applications.accept").await, 1);
        let kept = work.wang.opens("/me/kept").await.body;
        for words in ["认定申请", "ZJ-2025-001", "看了您的认定申请"] {
            assert!(kept.contains(words), "{words} in {kept}");
        }
        work.desk.bank.close().await;
    }

    async fn what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let rule = work.rule(|_| ()).await;
        let help = work.wang.opens("/help").await;
        for typed in ["", "x", "01980000-0000-7000-8000-000000000000"] {
            let none = work.wang.sends(&help, "/applications/begin", &[("rule", typed)]).await;
            assert_eq!(none.status, 422, "{typed}: {}", none.body);
        }
        let path = begins(&work.wang, rule).await;
        assert_eq!(begins(&work.wang, rule).await, path, "begun once");
        let bare = sends_again(&work.wang, &path, rule).await;
        assert!(bare.status == 422 && bare.body.contains("还没有材料") && bare.body.contains("value=\"ZJ-9\""), "{}", bare.body);
        assert_eq!(adds(&work.wang, &path, photo("a"), "a.png").await.status, 303);
        let cases = [
            ("number", "", "请照证书写编号"),
            ("value", "很多", "请写证书上的数"),
            ("passed", "2030-01-01", "还没到"),
            ("elsewhere", "", "不清楚就选"),
            ("agreed", "", "同意就打勾"),
            ("agreed", "application/2020-01-01.1", "改过了"),
        ];
        for (field, typed, says) in cases {
            let wrong = sends(&work.wang, &path, &[(field, typed)]).await;
            assert!(wrong.status == 422 && wrong.body.contains(says), "{field}: {} {}", wrong.status, wrong.body);
            assert!(field == "number" || wrong.body.contains("value=\"ZJ-2025-001\""), "{field}");
        }
        assert_eq!(does(&work.wang, &path, &[("doing", "like")]).await.status, 400);
        assert_eq!(does(&work.wang, &path, &[("doing", "withdraw")]).await.status, 409, "it is not sent yet");
        let (li, _) = work.bank().learner("李建国", 2, Some(TOWN)).await;
        let help = li.opens("/help").await;
        for (at, fields) in [("", &[("doing", "drop")][..]), ("/files", &[("clean", "yes")])] {
            assert_eq!(li.sends(&help, &format!("{path}{at}"), fields).await.status, 404, "somebody else's: {at}");
        }
        assert_eq!(li.opens(&path).await.status, 404);
        assert_eq!(work.zhao.opens(&work.case(work.wang_id, &path)).await.status, 404, "what is not sent is its owner's alone");
        for _ in 0..2 {
            let help = work.wang.opens("/help").await;
            let dropped = work.wang.sends(&help, &path, &[("doing", "drop")]).await;
            assert!([303, 404].contains(&dropped.status), "{}", dropped.status);
        }
        let left = application_file::Entity::find().count(work.bank().house.db.read()).await.unwrap();
        assert_eq!((left, work.wang.opens(&path).await.status), (0, 404));
        work.desk.bank.close().await;
    }

    async fn nobody_is_led_to_who_may_not_see_them(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let rule = work.rule(|_| ()).await;
        let (homeless, _) = work.bank().learner("李建国", 2, None).await;
        let page = homeless.opens("/applications/begin").await;
        assert!(page.body.contains("请先选好您住在哪里") && !page.body.contains("防骗课证书"), "{}", page.body);
        let (far, _) = work.bank().learner("刘玉珍", 3, Some("330182002")).await;
        for person in [&homeless, &far] {
            assert!(!person.opens("/applications/begin").await.body.contains("防骗课证书"));
            let help = person.opens("/help").await;
            assert_eq!(person.sends(&help, "/applications/begin", &[("rule", &rule.to_string())]).await.status, 422);
        }
        let form = work.desk.shen.opens(&work.desk.path()).await;
        work.desk.shen.sends(&form, &format!("{}/suspend", work.desk.path()), &[("suspend_why", "查账")]).await;
        assert!(!work.wang.opens("/applications/begin").await.body.contains("防骗课证书"), "a suspended agency offers nothing");
        work.desk.bank.close().await;
    }

    async fn another_version_than_was_shown_is_shown_before_it_is_sent(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let rule = work.rule(|_| ()).await;
        let path = begins(&work.wang, rule).await;
        adds(&work.wang, &path, photo("a"), "a.png").await;
        let shown = work.wang.opens(&format!("{path}/details")).await;
        let today = work.bank().clock.now().day().to_string();
        let newer = work.rule(|row| { row.version = 2; row.from_day = today; row.title = "防骗课证书（新）".to_owned(); }).await;
        let old = sends(&work.wang, &path, &[("rule", &shown.input("rule"))]).await;
        assert!(old.status == 409 && old.body.contains("换了新的一版"), "{} {}", old.status, old.body);
        assert_eq!(sends(&work.wang, &path, &[]).await.status, 303);
        assert_eq!(work.row().await.rule_id, newer.uuid(), "by what was in force on the day of sending");
        assert_eq!(sends_again(&work.wang, &path, newer).await.status, 409, "it is sent already");
        work.desk.bank.close().await;
    }

    async fn what_waits_is_taken_back_with_its_evidence_and_what_is_not_sent_is_forgotten(fresh: Fresh) {
        let mut work = Work::over(fresh).await;
        let rule = work.rule(|_| ()).await;
        let path = work.applies(&work.wang, rule, "ZJ-1").await;
        let shown = work.wang.opens(&path).await;
        for _ in 0..2 {
            let back = on_turn(&work.wang, &shown, &path, &[("doing", "withdraw")]).await;
            assert_eq!(back.status, 303, "{}", back.body);
        }
        assert_eq!(files_left(&work).await, 0);
        let late = posts(&work.zhao, &work.case(work.wang_id, &path), "2", &ACCEPT).await;
        assert!(late.status == 409 && late.body.contains("刚才有人办过"), "{} {}", late.status, late.body);
        let unsent = begins(&work.wang, rule).await;
        adds(&work.wang, &unsent, photo("b"), "b.png").await;
        work.turns_days(29).await;
        applications::remove_due(&work.bank().house.db).await.unwrap();
        assert_eq!((work.wang.opens(&unsent).await.status, files_left(&work).await), (200, 1));
        work.turns_days(2).await;
        for _ in 0..2 {
            applications::remove_due(&work.bank().house.db).await.unwrap();
        }
        assert_eq!((work.wang.opens(&unsent).await.status, files_left(&work).await), (404, 0));
        work.desk.bank.close().await;
    }

    async fn an_appeal_is_heard_once_within_thirty_days_by_a_reviewer_who_has_not_decided(fresh: Fresh) {
        let mut work = Work::over(fresh).await;
        let rule = work.rule(|_| ()).await;
        let path = work.applies(&work.wang, rule, "ZJ-1").await;
        let case = work.case(work.wang_id, &path);
        for (fields, says) in [(&[("doing", "return"), ("why", "unclear")][..], "请写几句"), (&[("doing", "return"), ("return_words", "不清楚")], "请选为什么")] {
            let wrong = does(&work.zhao, &case, fields).await;
            assert!(wrong.status == 422 && wrong.body.contains(says), "{}", wrong.body);
        }
        assert_eq!(does(&work.zhao, &case, &RETURN).await.status, 303);
        let own = work.wang.opens(&path).await;
        assert!(own.body.contains("照片看不清，请重新拍一张。") && own.body.contains("可以申诉一次"), "{}", own.body);
        assert!(own.body.contains("2026\u{a0}年\u{a0}3\u{a0}月\u{a0}2\u{a0}日 退回"), "the day, not the minute: {}", own.body);
        assert_eq!(on_turn(&work.wang, &own, &path, &[("doing", "appeal"), ("appeal_words", " ")]).await.status, 422);
        assert_eq!(files_left(&work).await, 1, "the evidence waits for an appeal");
        work.turns_days(30).await;
        applications::remove_due(&work.bank().house.db).await.unwrap();
        assert_eq!(files_left(&work).await, 1, "the last day is a whole one");
        let shown = work.wang.opens(&path).await;
        for _ in 0..2 {
            let appealed = on_turn(&work.wang, &shown, &path, &[("doing", "appeal"), ("appeal_words", "证书上写得清清楚楚。")]).await;
            assert_eq!(appealed.status, 303, "{}", appealed.body);
        }
        let taken_back = work.wang.opens(&path).await.body;
        assert!(taken_back.contains("<summary>不想办了</summary>") && taken_back.contains("只能申诉一次。"), "{taken_back}");
        // The officer is asked no more; the reviewer who hears it upholds the return, and that is the end of it.
        assert_eq!(posts(&work.zhao, &case, "3", &ACCEPT).await.status, 403);
        let page = work.sun.opens(&case).await;
        assert!(page.body.contains("证书上写得清清楚楚。") && page.body.contains("value=\"reject\""), "{}", page.body);
        assert_eq!(does(&work.sun, &case, &[("doing", "reject"), ("reject_words", "编号对不上。")]).await.status, 303);
        let end = work.wang.opens(&path).await;
        assert!(end.body.contains("编号对不上。") && !end.body.contains("value=\"appeal\""), "{}", end.body);
        let once_more = [("doing", "appeal"), ("appeal_words", "还是不对。")];
        assert_eq!(posts(&work.wang, &path, "4", &once_more).await.status, 409, "once");
        work.turns_days(31).await;
        applications::remove_due(&work.bank().house.db).await.unwrap();
        assert_eq!(files_left(&work).await, 0, "the term is over");
        work.desk.bank.close().await;
    }

    async fn after_the_term_there_is_no_appeal_and_a_document_of_identity_is_removed_at_once(fresh: Fresh) {
        let mut work = Work::over(fresh).await;
        let rule = work.rule(|_| ()).await;
        let path = work.applies(&work.wang, rule, "ZJ-1").await;
        let case = work.case(work.wang_id, &path);
        let back = [("doing", "return"), ("why", "identity"), ("return_words", "材料里有身份证，已经删掉了。")];
        assert_eq!(does(&work.zhao, &case, &back).await.status, 303);
        assert_eq!(files_left(&work).await, 0);
        assert!(work.wang.opens(&path).await.body.contains("已经删掉了"));
        let shown = work.wang.opens(&path).await;
        work.turns_days(31).await;
        let form = work.wang.opens("/help").await;
        let turn = shown.input("turn");
        let late = work.wang.sends(&form, &path, &[("doing", "appeal"), ("turn", &turn), ("appeal_words", "不对")]).await;
        assert!(late.status == 422 && late.body.contains("申诉的日子过了"), "{} {}", late.status, late.body);
        work.desk.bank.close().await;
    }

    async fn who_leaves_takes_back_what_waits_and_leaves_no_evidence(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let rule = work.rule(|_| ()).await;
        let path = work.applies(&work.wang, rule, "ZJ-1").await;
        let unsent = begins(&work.wang, rule).await;
        adds(&work.wang, &unsent, photo("b"), "b.png").await;
        let (keys, id) = (work.bank().house.keys.clone(), work.wang_id);
        let acting = credit_bank::kernel::Acting { learner: id, helper: None, identity_level: credit_bank::kernel::IdentityLevel::KNOWN };
        let request = credit_bank::kernel::RequestId::fresh(work.bank().clock.now());
        me::end_account(&work.bank().house.db, &keys, request, acting).await.unwrap();
        let rows = application::Entity::find().all(work.bank().house.db.read()).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.state.as_str()).collect::<Vec<_>>(), ["withdrawn"]);
        assert_eq!(files_left(&work).await, 0);
        let unused = stored_file::Entity::find().all(work.bank().house.db.read()).await.unwrap();
        assert!(unused.iter().filter(|file| file.unused_since_ms.is_some()).count() >= 2, "the night removes them");
        assert_eq!(work.zhao.opens(&work.case(work.wang_id, &path)).await.status, 404);
        work.desk.bank.close().await;
    }
}

/// Sends once more what is sent.
async fn sends_again(person: &Person, path: &str, rule: RuleId) -> Answer {
    let form = person.opens("/help").await;
    let fields = [
        ("doing", "send"),
        ("rule", &*rule.to_string()),
        ("number", "ZJ-9"),
        ("value", "40"),
        ("passed", "2025-06-30"),
        ("elsewhere", "no"),
        ("agreed", AGREED_TEXT),
    ]
    .map(|(name, value)| (name, value.to_owned()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    person.sends(&form, path, &fields).await
}

/// Evidence that is still there.
pub async fn files_left(work: &Work) -> usize {
    let rows = application_file::Entity::find().all(work.bank().house.db.read()).await.unwrap();
    rows.iter().filter(|row| row.file.is_some()).count()
}

#[test]
fn the_words_that_are_said_yes_to_change_with_their_version() {
    use credit_bank::i18n::Lang;
    let keys = ["true", "identity", "once", "free", "kept"].map(|part| format!("applications-agree-{part}"));
    let lines: Vec<String> = Lang::ALL.into_iter().flat_map(|lang| keys.clone().map(|key| lang.t(&key))).collect();
    let seen = Lang::ALL.map(|lang| lang.fill("applications-agree-seen", &[("agency", "x")]));
    let all: Vec<&[u8]> = lines.iter().chain(&seen).map(String::as_bytes).collect();
    let digest = credit_bank::kernel::digest_of(&all).to_string();
    assert_eq!((AGREED_TEXT, &digest[..16]), ("application/2026-11-27.2", "af5c0b7eb95ca6c4"), "new words are a new version");
    assert!(Day::parse("2026-11-27").is_some() && identity::CONSENT_VERSION != AGREED_TEXT);
}
