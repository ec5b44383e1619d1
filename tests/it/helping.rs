//! 代办: kept with a receipt, told at once, undone within fifteen days, and never worth anything.

use credit_bank::help::{self, Kind, State};
use credit_bank::helping;
use credit_bank::identity::{self, Assurance, Role};
use credit_bank::kernel::{Acting, IdentityLevel, LearnerId};
use entity::{act_on_behalf, class_hour, help_case, ledger_transfer, result};
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::support::databases::Fresh;
use crate::support::server::{Answer, Bank, Person};

const DAY_MS: i64 = 86_400_000;

pub const ACT: [(&str, &str); 7] = [
    ("errand", "hospital"),
    ("what", "眼科，下周二上午"),
    ("outcome", "done"),
    ("ago", "0"),
    ("why", "没带手机"),
    ("agreed", "spoken"),
    ("point", ""),
];

/// A volunteer in 青石镇 and a learner who lives there.
pub struct Hall {
    pub bank: Bank,
    pub li: Person,
    pub li_id: LearnerId,
    pub wang: Person,
    pub wang_id: LearnerId,
}

impl Hall {
    pub async fn over(fresh: Fresh) -> Self {
        let bank = Bank::over(fresh).await.with_places().await;
        let (li, li_id) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let (wang, wang_id) = bank.learner("王桂英", 1, Some("330182001")).await;
        Self { bank, li, li_id, wang, wang_id }
    }

    fn form(&self) -> String {
        format!("/staff/learners/{}/on-behalf", self.wang_id)
    }

    /// The volunteer keeps an act; gives the number of its receipt.
    async fn keeps(&self, change: &[(&str, &str)]) -> String {
        let answer = self.sends_act(&self.li, change).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.location.unwrap().strip_prefix("/staff/on-behalf?number=").unwrap().to_owned()
    }

    async fn sends_act(&self, person: &Person, change: &[(&str, &str)]) -> Answer {
        let page = self.li.opens(&self.form()).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let mut fields: Vec<(&str, &str)> =
            ACT.iter().copied().filter(|(name, _)| change.iter().all(|(other, _)| other != name)).collect();
        fields.extend_from_slice(change);
        person.sends(&page, &self.form(), &fields).await
    }

    /// The volunteer signs in anew: a session of the staff lasts twelve hours.
    async fn turns_days(&self, days: i64) -> Person {
        self.bank.clock.turn_ms(days * DAY_MS);
        self.bank.signed_in(self.li_id, Assurance::PasswordTotp).await
    }

    async fn act(&self) -> helping::Act {
        helping::list_acts(self.bank.house.db.read(), &[self.wang_id]).await.unwrap().remove(0)
    }

    async fn cases(&self) -> Vec<help::Case> {
        help::list_of(self.bank.house.db.read(), self.wang_id).await.unwrap()
    }
}

crate::on_both! {
    async fn an_act_is_kept_with_a_receipt_told_at_once_and_shown_in_the_passbook_without_credit(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let number = hall.keeps(&[]).await;
        let letter = hall.bank.letter_to("13800000001").await.unwrap();
        let told = letter.text.replace(' ', "");
        for words in ["李敏", "挂号预约", "已办成", number.as_str(), "3月17日以前"] {
            assert!(told.contains(words), "{words} in {told}");
        }
        let book = hall.wang.opens("/passbook").await;
        assert!(book.body.contains("别人替我办的事") && book.body.contains("挂号预约") && book.body.contains("还没有学分"), "{}", book.body);
        let receipt = hall.wang.opens(&format!("/on-behalf/{number}")).await;
        for words in ["代办回执", "王桂英", "挂号预约", "眼科，下周二上午", "李敏", "青石镇", "没带手机", "当面口头同意", "已办成", "不记学分"] {
            assert!(receipt.body.contains(words), "{words} in {}", receipt.body);
        }
        let at_desk = hall.li.opens(&format!("/staff/on-behalf?number={number}")).await.location.unwrap();
        assert!(hall.li.opens(&at_desk).await.body.contains("眼科，下周二上午"));
        // Nothing of what is worth something was touched.
        let db = hall.bank.house.db.read();
        let counts = (
            result::Entity::find().count(db).await.unwrap(),
            ledger_transfer::Entity::find().count(db).await.unwrap(),
            class_hour::Entity::find().count(db).await.unwrap(),
        );
        assert_eq!(counts, (0, 0, 0));
        hall.bank.close().await;
    }

    async fn a_form_sent_twice_is_one_act_and_what_is_missing_is_said_with_every_word_kept(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let page = hall.li.opens(&hall.form()).await;
        let first = hall.li.sends(&page, &hall.form(), &ACT).await;
        let again = hall.li.sends(&page, &hall.form(), &ACT).await;
        assert_eq!((first.status, &first.location), (303, &again.location));
        assert_eq!(act_on_behalf::Entity::find().count(hall.bank.house.db.read()).await.unwrap(), 1);
        let other = hall.li.sends(&page, &hall.form(), &[("errand", "bills"), ("outcome", "done"), ("ago", "0"), ("why", "急"), ("agreed", "paper")]).await;
        assert_eq!(other.status, 422, "another act under the same key");
        let cases = [
            (("errand", "credit"), "errand", "请点一样：办的是什么"),
            (("errand", "other"), "what", "请写一句办的是什么"),
            (("agreed", ""), "agreed", "没同意的事，不能替学员办"),
            (("outcome", "not_done"), "why_not", "请写一句为什么没办成"),
            (("ago", "9"), "ago", "请点哪一天办的"),
            (("point", "01980000-0000-7000-8000-000000000000"), "point", "请选您负责的地方"),
        ];
        for (change, field, words) in cases {
            let change: &[(&str, &str)] = if change.1 == "other" { &[change, ("what", "")] } else { &[change] };
            let answer = hall.sends_act(&hall.li, change).await;
            assert_eq!(answer.status, 422, "{field}");
            assert!(answer.body.contains(words) && answer.body.contains(&format!("id=\"{field}-error\"")), "{words} in {}", answer.body);
            assert!(answer.body.contains("没带手机") && answer.body.contains("<title>错误："));
        }
        assert_eq!(act_on_behalf::Entity::find().count(hall.bank.house.db.read()).await.unwrap(), 1);
        hall.bank.close().await;
    }

    async fn only_staff_who_may_see_the_learner_keep_an_act_and_nobody_for_themselves(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let (neighbour, _) = hall.bank.staff("赵强", Role::Volunteer, "330182002").await;
        assert_eq!(neighbour.sends(&neighbour.opens("/help").await, &hall.form(), &ACT).await.status, 404);
        let own = format!("/staff/learners/{}/on-behalf", hall.li_id);
        assert_eq!(hall.li.opens(&own).await.status, 422);
        assert_eq!(hall.li.sends(&hall.li.opens("/help").await, &own, &ACT).await.status, 422);
        let number = hall.keeps(&[]).await;
        assert!(!neighbour.opens("/staff/on-behalf").await.body.contains("挂号预约"));
        assert!(neighbour.opens(&format!("/staff/on-behalf?number={number}")).await.body.contains("没有这个编号的回执"));
        let (zhang, _) = hall.bank.learner("张三", 2, Some("330182001")).await;
        assert_eq!(zhang.opens(&format!("/on-behalf/{number}")).await.status, 404);
        assert_eq!(zhang.sends(&zhang.opens("/help").await, &format!("/on-behalf/{number}"), &[("doing", "undo")]).await.status, 404);
        hall.bank.close().await;
    }

    async fn the_learner_undoes_it_within_fifteen_days_once_and_the_place_gets_a_case(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let number = hall.keeps(&[]).await;
        let path = format!("/on-behalf/{number}");
        hall.bank.clock.turn_ms(15 * DAY_MS);
        let page = hall.wang.opens(&path).await;
        assert!(page.body.contains("撤销这件事"), "{}", page.body);
        assert_eq!(hall.wang.sends(&page, &path, &[("doing", "dance")]).await.status, 422);
        let first = hall.wang.sends(&page, &path, &[("doing", "undo"), ("words", "约错了医院")]).await;
        let case = first.location.unwrap().strip_suffix("?said=asked").unwrap().to_owned();
        let again = hall.wang.sends(&hall.wang.opens(&path).await, &path, &[("doing", "undo")]).await;
        assert_eq!(again.location.as_deref(), Some(path.as_str()), "undoing twice is undoing once");
        let act = hall.act().await;
        assert!(act.undone.is_some() && hall.wang.opens(&path).await.body.contains("本人在网上撤销"));
        let cases = hall.cases().await;
        assert_eq!((cases.len(), cases[0].kind, cases[0].place_code.as_str(), cases[0].concerns), (1, Kind::OnBehalf, "330182001", None));
        assert!(hall.bank.letter_to("13800000001").await.unwrap().text.contains("撤销了"));
        // The place is told, may put it back, and the answer stands where the learner looks.
        let li = hall.bank.signed_in(hall.li_id, Assurance::PasswordTotp).await;
        let list = li.opens("/staff/cases").await;
        let at = list.body.find("/staff/cases/0").unwrap_or_else(|| panic!("{}", list.body));
        let desk = list.body[at..].split('"').next().unwrap();
        let shown = li.opens(desk).await;
        assert!(shown.body.contains("约错了医院") && shown.body.contains("请把办的事改回来"), "{}", shown.body);
        assert_eq!(li.sends(&shown, desk, &[("doing", "answer"), ("answer", "改到县医院了。")]).await.status, 303);
        assert!(hall.wang.opens(&case).await.body.contains("改到县医院了。"));
        hall.bank.close().await;
    }

    async fn after_fifteen_days_it_stands_but_not_having_agreed_is_said_at_any_time_and_the_helper_does_not_judge_it(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let number = hall.keeps(&[]).await;
        let path = format!("/on-behalf/{number}");
        let li = hall.turns_days(16).await;
        let page = hall.wang.opens(&path).await;
        assert!(!page.body.contains("撤销这件事") && page.body.contains("我没有同意"), "{}", page.body);
        assert_eq!(hall.wang.sends(&page, &path, &[("doing", "undo")]).await.status, 409);
        let page = hall.wang.opens(&path).await;
        for _ in 0..2 {
            assert_eq!(hall.wang.sends(&page, &path, &[("doing", "not_agreed"), ("words", "我不知道")]).await.status, 303);
        }
        let case = hall.cases().await.remove(0);
        assert_eq!((case.concerns, case.state, hall.act().await.undone), (Some(hall.li_id), State::Open, None));
        assert_eq!(help_case::Entity::find().count(hall.bank.house.db.read()).await.unwrap(), 1);
        let desk = format!("/staff/cases/{}/{}", case.learner, case.id);
        assert!(!li.opens("/staff/cases").await.body.contains(&desk));
        assert_eq!(li.opens(&desk).await.status, 404);
        assert_eq!(li.sends(&li.opens("/help").await, &desk, &[("doing", "answer"), ("answer", "同意过")]).await.status, 404);
        let (other, _) = hall.bank.staff("周兰", Role::Volunteer, "330182001").await;
        assert!(other.opens("/staff/cases").await.body.contains(&desk) && other.opens(&desk).await.body.contains("我不知道"));
        hall.bank.close().await;
    }

    async fn by_telephone_or_at_the_desk_the_staff_undoes_it_in_the_learners_name(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let number = hall.keeps(&[("outcome", "not_done"), ("why_not", "号满了")]).await;
        let desk = hall.li.opens(&format!("/staff/on-behalf?number={number}")).await.location.unwrap();
        let page = hall.li.opens(&desk).await;
        assert!(page.body.contains("没办成：号满了"));
        let bad = hall.li.sends(&page, &desk, &[("doing", "undo"), ("way", "self"), ("words", "不要了")]).await;
        assert!(bad.status == 422 && bad.body.contains("id=\"way-error\"") && bad.body.contains("不要了"), "{}", bad.body);
        for _ in 0..2 {
            assert_eq!(hall.li.sends(&page, &desk, &[("doing", "undo"), ("way", "phone")]).await.location.as_deref(), Some(desk.as_str()));
        }
        assert!(hall.li.opens(&desk).await.body.contains("本人打电话撤销"));
        assert_eq!(hall.cases().await.len(), 1);
        let (neighbour, _) = hall.bank.staff("赵强", Role::Volunteer, "330182002").await;
        assert_eq!(neighbour.opens(&desk).await.status, 404);
        assert_eq!(hall.wang.opens(&desk).await.status, 403);
        hall.bank.close().await;
    }

    async fn a_found_card_reads_no_words_and_whoever_leaves_takes_them_along(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let number = hall.keeps(&[]).await;
        let card = hall.bank.signed_in(hall.wang_id, Assurance::CardPin).await;
        let seen = card.opens(&format!("/on-behalf/{number}")).await;
        assert!(seen.status == 200 && !seen.body.contains("眼科") && !seen.body.contains("没带手机"), "{}", seen.body);
        assert!(!card.opens("/passbook").await.body.contains("眼科"));
        let (keys, db, id) = (hall.bank.house.keys.clone(), hall.bank.house.db.clone(), hall.wang_id);
        let key = identity::person_key(db.read(), &keys, id).await.unwrap();
        let exported = helping::export(db.read(), id, &key).await.unwrap().to_string();
        assert!(exported.contains("眼科") && exported.contains(&number), "{exported}");
        assert!(hall.wang.opens("/me/kept").await.body.contains("眼科"));
        let acting = Acting { learner: id, helper: None, identity_level: IdentityLevel::KNOWN };
        db.write::<_, identity::Error, _>(async move |tx| {
            helping::forget(tx, id).await?;
            identity::forget(tx, &keys, &acting).await
        }).await.unwrap();
        assert_eq!(hall.act().await.read(&key), helping::ActWords::default());
        let desk = hall.li.opens(&format!("/staff/on-behalf?number={number}")).await.location.unwrap();
        assert_eq!(hall.li.opens(&desk).await.status, 200);
        hall.bank.close().await;
    }
}
