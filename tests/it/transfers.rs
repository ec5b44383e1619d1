//! Transfers out through the pages: seen before done, the learner's own hand, answered by who holds a role in the receiving organisation.

use credit_bank::app::runner_of;
use credit_bank::audit;
use credit_bank::identity::{self, Assurance, Grant, Login, NewStaff, Phone, Role, StaffPerson};
use credit_bank::kernel::{LearnerId, OrganisationId, RuleId, TransferId};
use credit_bank::places::PlaceCode;
use credit_bank::recognition;
use entity::transfer_offer;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::agencies::{Desk, TOWN};
use crate::classes::point;
use crate::passbook::passes;
use crate::recognition::transfer_of;
use crate::recognition_outward::{highest, passes_at};
use crate::rolls::{Wanted, has_rule};
use crate::support::databases::Fresh;
use crate::support::server::{Answer, Bank, Person};

const OUT: Wanted<'static> = Wanted { direction: "out", unit: "T19", most: None, least: (1, 1) };
const PHONE: &str = "13800000001";

/// A learner with an award that a school takes.
struct Out {
    desk: Desk,
    school: OrganisationId,
    rule: RuleId,
    wang: Person,
    wang_id: LearnerId,
    award: TransferId,
    sun: Person,
    sun_id: LearnerId,
}

impl Out {
    async fn over(fresh: Fresh) -> Self {
        let desk = Desk::over(fresh).await;
        let school = point(&desk.bank, "省开放大学", TOWN).await;
        let rule = has_rule(&desk.bank, &desk.id, school, &OUT).await;
        let (wang, wang_id) = desk.bank.learner("王桂英", 1, Some(TOWN)).await;
        let award = transfer_of(&passes_at(&desk.bank.fresh, wang_id, "T19", highest()).await);
        let (sun, sun_id) = desk.works(Role::Analyst, Some(school), None).await;
        Self { desk, school, rule, wang, wang_id, award, sun, sun_id }
    }

    fn bank(&self) -> &Bank {
        &self.desk.bank
    }

    fn new_path(&self) -> String {
        format!("/transfers/new/{}/{}", self.rule, self.award)
    }

    /// Offers the award; the number of the offer.
    async fn offers(&self) -> String {
        let shown = self.wang.opens(&self.new_path()).await;
        let answer = self.confirms(&shown).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.location.unwrap().split(['/', '?']).nth(2).unwrap().to_owned()
    }

    async fn confirms(&self, shown: &Answer) -> Answer {
        self.wang.sends(shown, &self.new_path(), &[("shown", &shown.input("shown"))]).await
    }

    async fn accepts(&self, person: &Person, offer: &str, number: &str) -> Answer {
        self.answers(person, offer, &[("doing", "accept"), ("number", number)]).await
    }

    async fn answers(&self, person: &Person, offer: &str, fields: &[(&str, &str)]) -> Answer {
        let form = person.opens("/help").await;
        person.sends(&form, &format!("/staff/receiving/{offer}"), fields).await
    }

    async fn balances(&self) -> (i64, i64, i64) {
        let of = credit_bank::ledger::balances_of(self.bank().house.db.read(), self.wang_id).await.unwrap();
        (of.holding.milli(), of.pending.milli(), of.transferred.milli())
    }

    async fn is_sound(&self) -> bool {
        let db = &self.bank().house.db;
        credit_bank::ledger::audit(db, |_| ()).await.unwrap().differences.is_empty()
            && recognition::audit(db).await.unwrap().is_sound()
    }
}

crate::on_both! {
    async fn an_award_is_shown_offered_and_taken_and_its_learner_is_told_once(fresh: Fresh) {
        let out = Out::over(fresh).await;
        let own = out.wang.opens("/transfers").await;
        assert!(own.body.contains(&out.new_path()) && own.body.contains("0.25 学分，那边记 1 份"), "{}", own.body);
        assert!(out.wang.opens("/passbook").await.body.contains("href=\"/transfers\""));
        let shown = out.wang.opens(&out.new_path()).await;
        for words in ["0.25 学分", "省开放大学", "智能手机入门", "2026\u{a0}年\u{a0}3\u{a0}月\u{a0}12\u{a0}日", "您不能撤回", "不能只转一部分", "1 份"] {
            assert!(shown.body.contains(words), "{words}: {}", shown.body);
        }
        let offer = out.offers().await;
        assert_eq!(out.balances().await, (0, 250, 0));
        let again = out.confirms(&shown).await;
        assert!(again.location.unwrap().contains(&offer), "the same form once more is the first");
        assert!(!out.wang.opens("/transfers").await.body.contains(&out.new_path()), "it is on its way");
        let page = format!("/transfers/{offer}");
        assert!(out.wang.opens(&page).await.body.contains("等那边答复"));
        let list = out.sun.opens("/staff/receiving").await;
        assert!(list.body.contains(&offer) && !list.body.contains("王桂英"), "{}", list.body);
        let received = out.sun.opens(&format!("/staff/receiving/{offer}")).await;
        assert!(received.body.contains("王桂英") && received.body.contains("接收这份学分"), "{}", received.body);
        let read = audit::list_access(out.bank().house.db.read(), out.wang_id, 9).await.unwrap();
        assert!(read.iter().any(|row| row.what == "transfer_offer" && row.actor == out.sun_id));
        assert_eq!(out.accepts(&out.sun, &offer, " ").await.status, 422);
        for _ in 0..2 {
            assert_eq!(out.accepts(&out.sun, &offer, "OU-7").await.status, 303);
        }
        assert_eq!((out.balances().await, out.is_sound().await), ((0, 0, 250), true));
        let told = out.wang.opens(&page).await;
        assert!(told.body.contains("接收了") && told.body.contains("OU-7"), "{}", told.body);
        assert_eq!(out.accepts(&out.sun, &offer, "OU-8").await.status, 409);
        let letter = out.bank().letter_to(PHONE).await.unwrap();
        assert!(letter.text.contains("省开放大学接收了"), "{}", letter.text);
        let letters = entity::message::Entity::find().all(out.bank().house.db.read()).await.unwrap();
        assert_eq!(letters.iter().filter(|one| one.template.starts_with("transfer-")).count(), 1);
        out.desk.bank.close().await;
    }

    async fn what_the_passbook_counts_as_transferable_is_what_can_go_out_however_little_a_rule_asks_for(fresh: Fresh) {
        let out = Out::over(fresh).await;
        let (chen, chen_id) = out.bank().learner("陈秀兰", 2, Some(TOWN)).await;
        let award = passes(out.bank(), chen_id, "T19").await;
        assert!(chen.opens("/passbook").await.body.contains("可转出学分</dt><dd>0 学分"));
        let own = chen.opens("/transfers").await.body;
        assert!(own.contains("照样算数") && own.contains("href=\"/help\"") && !own.contains("/transfers/new/"), "{own}");
        assert_eq!(chen.opens(&format!("/transfers/new/{}/{award}", out.rule)).await.status, 404);
        // Passed once more before two supervisors: the award that stands can go now.
        passes_at(&out.bank().fresh, chen_id, "T19", highest()).await;
        assert!(chen.opens("/passbook").await.body.contains("可转出学分</dt><dd>0.25 学分"));
        assert!(chen.opens("/transfers").await.body.contains(&format!("/transfers/new/{}/{award}", out.rule)));
        out.desk.bank.close().await;
    }

    async fn what_is_not_taken_comes_back_with_words_that_only_its_learner_and_the_receiver_read(fresh: Fresh) {
        let out = Out::over(fresh).await;
        let offer = out.offers().await;
        let unsaid = out.answers(&out.sun, &offer, &[("doing", "decline"), ("why", "")]).await;
        assert_eq!(unsaid.status, 422);
        assert_eq!(out.answers(&out.sun, &offer, &[("doing", "perhaps")]).await.status, 422);
        for _ in 0..2 {
            let declined = out.answers(&out.sun, &offer, &[("doing", "decline"), ("why", "今年的名额满了")]).await;
            assert_eq!(declined.status, 303, "{}", declined.body);
        }
        assert_eq!((out.balances().await, out.is_sound().await), ((250, 0, 0), true));
        let told = out.wang.opens(&format!("/transfers/{offer}")).await;
        assert!(told.body.contains("学分回到您的存折里了") && told.body.contains("今年的名额满了"), "{}", told.body);
        let row = transfer_offer::Entity::find().one(out.bank().house.db.read()).await.unwrap().unwrap();
        let sealed = row.said_sealed.unwrap();
        assert!(!String::from_utf8_lossy(&sealed).contains("名额"), "sealed");
        assert!(out.bank().letter_to(PHONE).await.unwrap().text.contains("没有接收"));
        assert!(out.wang.opens("/transfers").await.body.contains(&out.new_path()), "it can be offered once more");
        let mine: serde_json::Value = {
            let (db, keys) = (out.bank().house.db.read(), &out.bank().house.keys);
            credit_bank::transfers::export(db, keys, out.wang_id).await.unwrap()
        };
        assert_eq!(mine[0]["said"], "今年的名额满了");
        out.desk.bank.close().await;
    }

    async fn what_nobody_answers_comes_back_and_that_is_told_once(fresh: Fresh) {
        let out = Out::over(fresh).await;
        let offer = out.offers().await;
        out.bank().clock.turn_ms(12 * 86_400_000);
        let late = {
            let sun = out.bank().signed_in(out.sun_id, Assurance::PasswordTotp).await;
            out.accepts(&sun, &offer, "OU-7").await
        };
        assert_eq!(late.status, 409);
        let (db, keys) = (&out.bank().house.db, &out.bank().house.keys);
        assert_eq!(credit_bank::transfers::tell_ended(db, keys).await.unwrap(), 0, "it has not come back yet");
        assert_eq!(recognition::expire_overdue(db).await.unwrap(), 1);
        assert_eq!(credit_bank::transfers::tell_ended(db, keys).await.unwrap(), 1);
        assert_eq!(credit_bank::transfers::tell_ended(db, keys).await.unwrap(), 0);
        assert_eq!((out.balances().await, out.is_sound().await), ((250, 0, 0), true));
        let wang = out.bank().signed_in(out.wang_id, Assurance::Sms).await;
        assert!(wang.opens(&format!("/transfers/{offer}")).await.body.contains("到期没有答复"));
        assert!(out.bank().letter_to(PHONE).await.unwrap().text.contains("到期没有答复"));
        runner_of(&out.bank().house).run_due().await.unwrap();
        out.desk.bank.close().await;
    }

    async fn a_card_does_not_give_credit_away_and_what_has_changed_is_shown_again(fresh: Fresh) {
        let out = Out::over(fresh).await;
        let card = out.bank().signed_in(out.wang_id, Assurance::CardPin).await;
        assert!(card.opens("/transfers").await.body.contains("手机号登录"));
        assert_eq!(card.opens(&out.new_path()).await.status, 403);
        let form = card.opens("/help").await;
        assert_eq!(card.sends(&form, &out.new_path(), &[("shown", "0")]).await.status, 403);
        let form = out.wang.opens("/help").await;
        for wrong in ["", &"0".repeat(64)] {
            let stale = out.wang.sends(&form, &out.new_path(), &[("shown", wrong)]).await;
            assert!(stale.status == 409 && stale.body.contains("还没有转出") && stale.body.contains("省开放大学"), "{}", stale.body);
        }
        assert_eq!(out.balances().await, (250, 0, 0));
        for path in [format!("/transfers/new/{}/{}", out.rule, out.rule), format!("/transfers/new/{}/{}", out.award, out.award), "/transfers/new/x/y".to_owned()] {
            assert_eq!(out.wang.opens(&path).await.status, 404, "{path}");
        }
        let (other, _) = out.bank().learner("陈秀兰", 2, Some(TOWN)).await;
        assert_eq!(other.opens(&out.new_path()).await.status, 404, "of another's award there is none");
        let offer = out.offers().await;
        assert_eq!(other.opens(&format!("/transfers/{offer}")).await.status, 404);
        // The agency is suspended: nothing goes out in its name.
        let declined = out.answers(&out.sun, &offer, &[("doing", "decline"), ("why", "重来")]).await;
        assert_eq!(declined.status, 303);
        let shown = out.wang.opens(&out.new_path()).await;
        let admin = out.desk.shen.opens(&out.desk.path()).await;
        assert_eq!(out.desk.shen.sends(&admin, &format!("{}/suspend", out.desk.path()), &[("suspend_why", "查账")]).await.status, 303);
        assert_eq!(out.confirms(&shown).await.status, 409);
        assert_eq!((out.balances().await, out.is_sound().await), ((250, 0, 0), true));
        out.desk.bank.close().await;
    }

    async fn another_organisation_finds_nothing_a_role_that_ended_answers_nothing_and_nobody_their_own(fresh: Fresh) {
        let out = Out::over(fresh).await;
        let offer = out.offers().await;
        let path = format!("/staff/receiving/{offer}");
        let other = point(out.bank(), "别的学校", TOWN).await;
        let (stranger, _) = out.desk.works(Role::Officer, Some(other), None).await;
        let (placed, _) = out.desk.works(Role::Officer, None, None).await;
        let (women, _) = out.desk.works(Role::Officer, Some(out.school), Some("women")).await;
        for (who, person) in [("of another organisation", &stranger), ("of the place alone", &placed), ("of another line", &women)] {
            assert!(!person.opens("/staff/receiving").await.body.contains("王桂英"), "{who}");
            assert_eq!(person.opens(&path).await.status, 404, "{who}");
            assert_eq!(out.accepts(person, &offer, "OU-1").await.status, 404, "{who}");
        }
        assert_eq!(out.wang.opens(&path).await.status, 403, "a learner has no desk");
        let (elders, _) = out.desk.works(Role::Volunteer, Some(out.school), Some("elders")).await;
        assert_eq!(elders.opens(&path).await.status, 200, "their line of work, wherever");
        // The learner works there too, by the account whose credit it is.
        let role = NewStaff {
            person: StaffPerson::WithPhone(Phone::parse(PHONE).unwrap()),
            login: Login::parse("wang.guiying").unwrap(),
            grant: Grant { role: Role::Volunteer, organisation: Some(out.school), area: PlaceCode::parse(TOWN).unwrap(), line: None },
            by: Some(out.desk.shen_id),
            is_sample: false,
        };
        assert_eq!(out.bank().adds_staff(role).await.learner, out.wang_id);
        let at_desk = out.bank().signed_in(out.wang_id, Assurance::PasswordTotp).await;
        let own = out.accepts(&at_desk, &offer, "OU-1").await;
        assert!(own.status == 422 && own.body.contains("您自己的学分"), "{}", own.body);
        // A role that has ended answers nothing, whoever signs in.
        let db = &out.bank().house.db;
        let held = entity::role::Entity::find().filter(entity::role::Column::LearnerId.eq(out.sun_id.uuid()));
        let role = held.one(db.read()).await.unwrap().unwrap().id;
        let (scope, sun_id) = (identity::load_scope(db.read(), out.desk.shen_id).await.unwrap(), out.sun_id);
        db.write(async move |tx: &_| identity::end_role(tx, &scope, sun_id, role).await).await.unwrap();
        let sun = out.bank().signed_in(out.sun_id, Assurance::PasswordTotp).await;
        assert_eq!(sun.opens(&path).await.status, 403);
        assert_eq!(out.accepts(&sun, &offer, "OU-1").await.status, 403);
        assert_eq!(out.balances().await, (0, 250, 0));
        out.desk.bank.close().await;
    }
}
