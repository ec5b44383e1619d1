//! Class sessions: planned, signed up for, reminded of, changed and taken back; groups; service points; who sees what.

use std::collections::HashMap;
use std::sync::Arc;

use credit_bank::app::runner_of;
use credit_bank::db::{DbFault, Tx};
use credit_bank::identity::{self, Assurance, Role};
use credit_bank::jobs;
use credit_bank::kernel::{CardNumber, LearnerId, OrganisationId};
use credit_bank::outbox::Mailbox;
use credit_bank::places::{self, NewOrganisation, OrganisationKind};
use entity::{class_attendance, class_session, study_group, study_group_member};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::Value;

use crate::support::databases::Fresh;
use crate::support::server::{Answer, Bank, Person};

pub const HOUR_MS: i64 = 3_600_000;

/// A service point in 青石镇 with a volunteer who holds sessions there.
pub struct Hall {
    pub bank: Bank,
    pub point: OrganisationId,
    pub li: Person,
    pub li_id: LearnerId,
}

pub async fn point(bank: &Bank, name: &str, place: &str) -> OrganisationId {
    let new = NewOrganisation {
        kind: OrganisationKind::ServicePoint,
        name: name.to_owned(),
        place_code: place.to_owned(),
        line: None,
        address: Some("镇政府一楼".to_owned()),
        phone: Some("0571-64000001".to_owned()),
        opening_hours: None,
        is_sample: false,
    };
    bank.house.db.write(async move |tx| places::add_organisation(tx, &new).await).await.unwrap()
}

impl Hall {
    pub async fn over(fresh: Fresh) -> Self {
        let bank = Bank::over(fresh).await.with_places().await;
        let point = point(&bank, "青石服务点", "330182001").await;
        let (li, li_id) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        Self { bank, point, li, li_id }
    }

    /// A plan for the day after tomorrow, 9:00 to 11:00, with some fields otherwise.
    pub fn fields(&self, change: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
        let mut fields: HashMap<&'static str, String> = [
            ("kind", "class"),
            ("course", "T19"),
            ("title", ""),
            ("group", ""),
            ("day", "3月4日"),
            ("from", "9点"),
            ("to", "11:00"),
            ("times", "1"),
            ("seats", "2"),
            ("witness", ""),
            ("notes", "带上充电器"),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .into();
        fields.insert("point", self.point.to_string());
        fields.insert("teacher", self.li_id.to_string());
        for (name, value) in change {
            fields.insert(name, (*value).to_owned());
        }
        fields.into_iter().collect()
    }

    /// Plans a session; gives its address on the desk.
    pub async fn plans(&self, change: &[(&'static str, &str)]) -> String {
        let answer = sends(&self.li, "/staff/classes/add", "/staff/classes/add", &self.fields(change)).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.location.unwrap().strip_suffix("?said=planned").unwrap().to_owned()
    }

    /// Turns the clock to so many hours after Monday 2026-03-02, 9:00; the volunteer signs in anew.
    pub async fn turns_to(&self, hours: i64) {
        let now = self.bank.clock.now().ms();
        self.bank.clock.turn_ms(crate::support::databases::START.ms() + hours * HOUR_MS - now);
        let li = Person { client: self.li.client.clone(), jar: Arc::clone(&self.li.jar), url: self.li.url.clone() };
        self.bank.signs_in(li, self.li_id, Assurance::PasswordTotp).await;
    }

    /// The session 3月4日 9:00 begins.
    pub async fn begins(&self) {
        self.turns_to(48).await;
    }

    pub async fn card_of(&self, id: LearnerId) -> CardNumber {
        identity::profile(self.bank.house.db.read(), &self.bank.house.keys, id).await.unwrap().card.unwrap()
    }
}

pub async fn sends(person: &Person, page: &str, path: &str, fields: &[(&'static str, String)]) -> Answer {
    let shown = person.opens(page).await;
    assert_eq!(shown.status, 200, "{page}: {}", shown.body);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    person.sends(&shown, path, &fields).await
}

/// The public address of a session.
pub fn public(desk: &str) -> String {
    desk.replace("/staff", "")
}

pub async fn remind(bank: &Bank) {
    let ask = async move |tx: &Tx| {
        Ok::<_, DbFault>(jobs::schedule(tx, "classes.remind", "classes.remind", tx.now, &Value::Null).await?)
    };
    bank.fresh.db.write(ask).await.unwrap();
    runner_of(&bank.house).run_due().await.unwrap();
}

/// The texts of one template that went to a phone.
pub async fn letters(bank: &Bank, phone: &str, template: &str) -> usize {
    bank.letter_to(phone).await;
    let all = bank.house.rooms.get::<Mailbox>().letters();
    all.iter().filter(|letter| letter.to == phone && letter.template == template).count()
}

crate::on_both! {
    async fn a_volunteer_plans_a_series_at_their_own_place_and_a_second_tap_plans_nothing_more(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let db = hall.bank.fresh.db.read();
        let form = hall.li.opens("/staff/classes/add").await;
        let fields = hall.fields(&[("times", "3")]);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut first = None;
        for _ in 0..2 {
            let answer = hall.li.sends(&form, "/staff/classes/add", &fields).await;
            assert_eq!(answer.status, 303, "{}", answer.body);
            assert!(first.is_none() || first == answer.location, "the first answer again");
            first = answer.location;
        }
        let sessions = class_session::Entity::find().all(db).await.unwrap();
        let mut days: Vec<&str> = sessions.iter().map(|session| session.day.as_str()).collect();
        days.sort_unstable();
        assert_eq!(days, ["2026-03-04", "2026-03-11", "2026-03-18"]);
        let page = hall.li.opens(first.as_deref().unwrap()).await;
        for words in ["排好了", "青石服务点", "3 月 4 日 周三 9:00", "带上充电器", "李敏"] {
            assert!(page.body.contains(words), "{words} in {}", page.body);
        }
        assert!(hall.li.opens("/staff/hall").await.body.contains("3 月 11 日 周三"));
        hall.bank.close().await;
    }

    async fn a_plan_that_cannot_be_comes_back_with_its_words(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let far = point(&hall.bank, "柳湾服务点", "330182002").await.to_string();
        let (_, stranger) = hall.bank.staff("别人", Role::Volunteer, "330182002").await;
        let (stranger, own) = (stranger.to_string(), hall.li_id.to_string());
        for (field, value, words) in [
            ("day", "昨天", "请写月和日"),
            ("to", "8点", "结束要晚于开始"),
            ("seats", "0", "请写一个数，1 到 100"),
            ("course", "T99", "请选学哪门课"),
            ("kind", "", "请选是哪一种"),
            ("point", &far, "不归您管"),
            ("teacher", &stranger, "请选一位这里的志愿者"),
            ("witness", &own, "两个不同的人"),
        ] {
            let fields = hall.fields(&[(field, value), ("notes", "请记得带眼镜")]);
            let bad = sends(&hall.li, "/staff/classes/add", "/staff/classes/add", &fields).await;
            assert!(bad.status == 422 && bad.body.contains(words), "{field} {value}: {} {}", bad.status, bad.body);
            assert!(bad.body.contains("请记得带眼镜") && bad.body.contains("错误："), "{field}: words are kept");
        }
        assert_eq!(class_session::Entity::find().count(hall.bank.fresh.db.read()).await.unwrap(), 0);
        hall.bank.close().await;
    }

    async fn learners_sign_up_while_there_are_seats_and_off_again(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = public(&hall.plans(&[("seats", "1")]).await);
        let (wang, wang_id) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        let (liu, _) = hall.bank.learner("刘建国", 2, Some("330182002")).await;
        let stranger = hall.bank.visitor();
        let page = stranger.opens("/classes").await;
        assert!(page.body.contains("青石服务点") && page.body.contains("还有 1 个座位"), "{}", page.body);
        assert!(wang.opens("/classes").await.body.contains("您家附近") && liu.opens("/classes").await.body.contains("县里别处"));
        let form = stranger.opens(&class).await;
        let led = stranger.sends(&form, &class, &[("doing", "up")]).await;
        assert!(led.location.unwrap().starts_with("/sign-in?back="));
        for _ in 0..2 {
            let form = wang.opens(&class).await;
            let up = wang.sends(&form, &class, &[("doing", "up")]).await;
            assert_eq!(up.location.as_deref(), Some(format!("{class}?said=up").as_str()), "{}", up.body);
        }
        assert!(wang.opens("/classes").await.body.contains("您报了名的"));
        let full = liu.sends(&liu.opens("/help").await, &class, &[("doing", "up")]).await;
        assert!(full.status == 422 && full.body.contains("座位报满了"), "{}", full.body);
        assert!(liu.opens(&class).await.body.contains("座位报满了"));
        for _ in 0..2 {
            let off = wang.sends(&wang.opens(&class).await, &class, &[("doing", "off")]).await;
            assert_eq!(off.location.as_deref(), Some(format!("{class}?said=off").as_str()));
        }
        assert_eq!(liu.sends(&liu.opens(&class).await, &class, &[("doing", "up")]).await.status, 303);
        assert_eq!(liu.sends(&liu.opens(&class).await, &class, &[("doing", "dance")]).await.status, 400);
        assert_eq!(wang.opens("/classes/01980000-0000-7000-8000-000000000000").await.status, 404);
        hall.turns_to(51).await;
        let late = wang.sends(&wang.opens("/help").await, &class, &[("doing", "up")]).await;
        assert!(late.status == 409 && late.body.contains("已经上过了"), "{} {}", late.status, late.body);
        let rows = class_attendance::Entity::find().all(hall.bank.fresh.db.read()).await.unwrap();
        assert_eq!(rows.iter().filter(|row| row.learner_id == wang_id.uuid()).count(), 1, "one row however often");
        hall.bank.close().await;
    }

    async fn a_reminder_goes_once_the_day_before_and_never_for_a_session_that_was_taken_back(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let (kept, gone) = (hall.plans(&[("seats", "9")]).await, hall.plans(&[("seats", "9"), ("from", "14:00"), ("to", "15:00")]).await);
        let (wang, _) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        let (liu, _) = hall.bank.learner("刘建国", 2, Some("330182001")).await;
        let (zhao, _) = hall.bank.learner("赵卫国", 3, Some("330182001")).await;
        for (person, class) in [(&wang, &kept), (&liu, &kept), (&zhao, &kept), (&zhao, &gone)] {
            let class = public(class);
            assert_eq!(person.sends(&person.opens(&class).await, &class, &[("doing", "up")]).await.status, 303);
        }
        let class = public(&kept);
        liu.sends(&liu.opens(&class).await, &class, &[("doing", "off")]).await;
        remind(&hall.bank).await;
        assert_eq!(letters(&hall.bank, "13800000001", "class-reminder").await, 0, "two days before is too early");
        let change = format!("{gone}/change");
        let bad = sends(&hall.li, &change, &format!("{gone}/cancel"), &[]).await;
        assert!(bad.status == 422 && bad.body.contains("请写一句为什么"), "{}", bad.body);
        for _ in 0..2 {
            let cancelled = sends(&hall.li, &change, &format!("{gone}/cancel"), &[("reason", "老师病了".to_owned())]).await;
            assert_eq!(cancelled.location, Some(format!("{gone}?said=cancelled")), "{}", cancelled.body);
        }
        assert_eq!(letters(&hall.bank, "13800000003", "class-cancelled").await, 1, "told once");
        let no = zhao.sends(&zhao.opens("/help").await, &public(&gone), &[("doing", "up")]).await;
        assert!(no.status == 409 && no.body.contains("取消了"), "{}", no.body);
        assert!(zhao.opens(&public(&gone)).await.body.contains("老师病了"));
        hall.turns_to(26).await;
        for _ in 0..3 {
            remind(&hall.bank).await;
        }
        assert_eq!(letters(&hall.bank, "13800000001", "class-reminder").await, 1);
        assert_eq!(letters(&hall.bank, "13800000002", "class-reminder").await, 0, "who signed off is left in peace");
        assert_eq!(letters(&hall.bank, "13800000003", "class-reminder").await, 1, "not for the one that was taken back");
        let text = hall.bank.letter_to("13800000001").await.unwrap().text;
        assert!(text.contains("青石服务点") && text.contains("3 月 4 日 周三 9:00–11:00") && !text.contains('{'), "{text}");
        hall.bank.close().await;
    }

    async fn who_left_is_not_reminded_and_stands_on_no_list(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = hall.plans(&[]).await;
        let (wang, id) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        wang.sends(&wang.opens(&public(&class)).await, &public(&class), &[("doing", "up")]).await;
        assert!(wang.opens("/me/kept").await.body.contains("线下班和学习小组"));
        let taken: Value = serde_json::from_str(&wang.opens("/me/export").await.body).unwrap();
        assert_eq!(taken["classes"]["sessions"][0]["what"], "T19");
        assert_eq!(wang.sends(&wang.opens("/me/leave").await, "/me/leave", &[]).await.status, 303);
        hall.turns_to(26).await;
        remind(&hall.bank).await;
        assert_eq!(letters(&hall.bank, "13800000001", "class-reminder").await, 0);
        assert_eq!(class_attendance::Entity::find().count(hall.bank.fresh.db.read()).await.unwrap(), 0);
        let page = hall.li.opens(&class).await;
        assert!(page.status == 200 && !page.body.contains("王桂英") && !page.body.contains(&id.to_string()));
        hall.bank.close().await;
    }

    async fn who_has_died_is_not_reminded_and_stands_on_no_list(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = hall.plans(&[]).await;
        let (wang, id) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        let card = hall.card_of(id).await;
        wang.sends(&wang.opens(&public(&class)).await, &public(&class), &[("doing", "up")]).await;
        let (admin, _) = hall.bank.staff("陈志远", Role::Administrator, "330182").await;
        crate::closing::closes(&admin, id).await;
        hall.turns_to(26).await;
        remind(&hall.bank).await;
        assert_eq!(letters(&hall.bank, "13800000001", "class-reminder").await, 0);
        hall.begins().await;
        let page = hall.li.opens(&class).await;
        assert!(page.status == 200 && !page.body.contains("王桂英"), "{}", page.body);
        let none = hall.li.sends(&page, &format!("{class}/check-in"), &[("number", card.as_str())]).await;
        assert!(none.status == 422 && none.body.contains("没有找到"), "{} {}", none.status, none.body);
        let tapped = hall.li.sends(&page, &format!("{class}/check-in"), &[("learner", &id.to_string())]).await;
        assert!(tapped.status == 422 && tapped.body.contains("没有找到"), "by their id neither: {} {}", tapped.status, tapped.body);
        hall.bank.close().await;
    }

    async fn a_changed_time_is_told_and_reminded_of_anew(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = hall.plans(&[]).await;
        let (wang, _) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        wang.sends(&wang.opens(&public(&class)).await, &public(&class), &[("doing", "up")]).await;
        hall.turns_to(26).await;
        remind(&hall.bank).await;
        let (form, own) = (format!("{class}/change"), hall.li_id.to_string());
        let to = |day: &str| {
            let pairs = [("day", day), ("from", "10:00"), ("to", "12:00"), ("seats", "5"), ("teacher", &own), ("notes", "")];
            pairs.map(|(name, value)| (name, value.to_owned()))
        };
        let bad = sends(&hall.li, &form, &form, &to("不知道")).await;
        assert!(bad.status == 422 && bad.input("day") == "不知道", "{}", bad.body);
        for _ in 0..2 {
            let changed = sends(&hall.li, &form, &form, &to("2026-03-09")).await;
            assert_eq!(changed.location, Some(format!("{class}?said=changed")), "{}", changed.body);
        }
        assert_eq!(letters(&hall.bank, "13800000001", "class-changed").await, 1, "the same again tells nothing");
        assert!(hall.bank.letter_to("13800000001").await.unwrap().text.contains("3 月 9 日 周一 10:00–12:00"));
        hall.turns_to(6 * 24 + 2).await;
        remind(&hall.bank).await;
        assert_eq!(letters(&hall.bank, "13800000001", "class-reminder").await, 2, "of the new day too");
        hall.bank.close().await;
    }

    async fn a_volunteer_sees_their_own_places_only_and_nothing_once_the_role_has_ended(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = hall.plans(&[]).await;
        let (far, _) = hall.bank.staff("别人", Role::Volunteer, "330182002").await;
        assert!(!far.opens("/staff/hall").await.body.contains("青石服务点"));
        for path in ["", "/sheet", "/print", "/change", "/end"] {
            assert_eq!(far.opens(&format!("{class}{path}")).await.status, 404, "{path}");
        }
        let (admin, _) = hall.bank.staff("陈志远", Role::Administrator, "330182").await;
        assert_eq!(admin.opens(&class).await.status, 200);
        let card = format!("/staff/people/{}", hall.li_id);
        let page = admin.opens(&card).await;
        let end = page.body.split("action=\"").skip(1).filter_map(|part| part.split('"').next()).find(|path| path.ends_with("/end"));
        let end = end.unwrap().to_owned();
        assert_eq!(hall.li.opens("/staff/hall").await.status, 200);
        assert_eq!(admin.sends(&page, &end, &[]).await.status, 303);
        let next = hall.li.opens(&class).await;
        assert!(next.location.unwrap().starts_with("/sign-in?back="), "the very next request");
        let again = hall.bank.signed_in(hall.li_id, Assurance::PasswordTotp).await;
        for path in ["/staff/hall", &class, "/staff/groups"] {
            assert_eq!(again.opens(path).await.status, 403, "{path}");
        }
        hall.bank.close().await;
    }

    async fn a_group_takes_twenty_has_one_convenor_and_its_members_are_signed_up_for_its_meetings(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let db = hall.bank.fresh.db.read();
        let add = "/staff/groups/add";
        let bad = sends(&hall.li, add, add, &[("name", "手机小组".to_owned())]).await;
        assert!(bad.status == 422 && bad.body.contains("请选一个服务点") && bad.input("name") == "手机小组", "{}", bad.body);
        let fields = [("name", "手机小组".to_owned()), ("timetable", "每周三上午".to_owned()), ("point", hall.point.to_string())];
        let form = hall.li.opens(add).await;
        let plain: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let group = hall.li.sends(&form, add, &plain).await.location.unwrap();
        assert_eq!(hall.li.sends(&form, add, &plain).await.location.as_deref(), Some(group.as_str()), "twice is once");
        let taken = sends(&hall.li, add, add, &fields).await;
        assert!(taken.status == 422 && taken.body.contains("同名的小组"), "{}", taken.body);
        let (ids, people) = twenty_one_ask(&hall, &group).await;
        let wrong = sends(&hall.li, &group, &group, &[("doing", "join".to_owned()), ("number", "1234567890".to_owned())]).await;
        assert!(wrong.status == 422 && wrong.body.contains("有一位抄错了") && wrong.input("number") == "1234567890", "{}", wrong.body);
        let act = async |doing: &str, who: usize| {
            let act = [("doing", doing.to_owned()), ("learner", ids[who].to_string())];
            let done = sends(&hall.li, &group, &group, &act).await;
            assert_eq!(done.status, 303, "{doing}: {}", done.body);
            done.location.unwrap()
        };
        for (doing, who) in [("convene", 0), ("convene", 0), ("leave", 1), ("leave", 20)] {
            act(doing, who).await;
        }
        let slip = act("leave", 1).await;
        assert_eq!(slip, format!("{group}?said=left&who={}", ids[1]));
        assert!(hall.li.opens(&slip).await.body.contains("点错了，请回小组"));
        for _ in 0..2 {
            act("back", 1).await;
        }
        assert_eq!(study_group_member::Entity::find().count(db).await.unwrap(), 20);
        act("leave", 1).await;
        let trail = entity::audit_entry::Entity::find().all(db).await.unwrap();
        let noted = |action: &str| trail.iter().filter(|row| row.action == action).count();
        assert_eq!((noted("classes.convene_group"), noted("classes.leave_group")), (1, 2), "the same again leaves no trail");
        let roster = hall.li.opens(&format!("{group}/print")).await;
        assert!(roster.body.contains("召集人") && roster.body.contains("每周三上午") && !roster.body.contains("学员2号"), "{}", roster.body);
        let id = group.rsplit('/').next().unwrap();
        let meeting = hall.plans(&[("kind", "group"), ("group", id), ("course", ""), ("times", "2"), ("seats", "1")]).await;
        assert!(hall.li.opens(&meeting).await.body.contains("手机小组"));
        assert_eq!(class_attendance::Entity::find().count(db).await.unwrap(), 2 * 19);
        assert!(class_session::Entity::find().all(db).await.unwrap().iter().all(|row| row.seats == 19), "a seat for each");
        let (meeting, member, stranger) = (public(&meeting), &people[0], &people[1]);
        assert!(member.opens("/classes").await.body.contains("手机小组") && !stranger.opens("/classes").await.body.contains("手机小组"));
        let form = stranger.opens(&meeting).await;
        assert!(form.body.contains("组员才报名") && !form.body.contains("value=\"up\""), "{}", form.body);
        let refused = stranger.sends(&stranger.opens("/help").await, &meeting, &[("doing", "up")]).await;
        assert!(refused.status == 422 && refused.body.contains("组员才报名"), "{} {}", refused.status, refused.body);
        for doing in ["off", "up"] {
            assert_eq!(member.sends(&member.opens(&meeting).await, &meeting, &[("doing", doing)]).await.status, 303, "{doing}");
        }
        let (far, _) = hall.bank.staff("别人", Role::Volunteer, "330182002").await;
        assert_eq!((far.opens(&group).await.status, far.opens(&format!("{group}/print")).await.status), (404, 404));
        for _ in 0..2 {
            assert_eq!(sends(&hall.li, add, &group, &[("doing", "end".to_owned())]).await.status, 303);
        }
        let ended = study_group::Entity::find().all(db).await.unwrap();
        assert!(ended.len() == 1 && ended[0].ended_at_ms.is_some());
        assert_eq!(study_group_member::Entity::find().count(db).await.unwrap(), 19, "the roster stays");
        hall.bank.close().await;
    }

    async fn a_service_point_says_when_it_is_open_by_weekday(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let (admin, _) = hall.bank.staff("陈志远", Role::Administrator, "330182001").await;
        let (far, _) = hall.bank.staff("别人", Role::Administrator, "330182002").await;
        let (form, shown) = (format!("/staff/points/{}", hall.point), format!("/points/{}", hall.point));
        let fields = |monday: &str| {
            let pairs = [
                ("address", "镇政府二楼"),
                ("phone", "0571-6400 0002"),
                ("day1", monday),
                ("day2", "8:30到11:30"),
                ("day3", "8:30-11:30"),
                ("closed", "国家放假的日子不开门"),
                ("facility", "wheelchair"),
            ];
            pairs.map(|(name, value)| (name, value.to_owned()))
        };
        let bad = sends(&admin, &form, &form, &fields("早上")).await;
        assert!(bad.status == 422 && bad.input("day1") == "早上" && bad.input("address") == "镇政府二楼", "{}", bad.body);
        assert!(bad.body.contains("checked"), "what was chosen stays");
        for _ in 0..2 {
            let kept = sends(&admin, &form, &form, &fields("8:30-11:30")).await;
            assert_eq!(kept.location, Some(format!("{form}?said=kept")), "{}", kept.body);
        }
        let (wang, _) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        for page in [hall.bank.visitor().opens(&shown).await, wang.opens("/help").await] {
            for words in ["周一到周三 8:30–11:30", "国家放假的日子不开门", "镇政府二楼"] {
                assert!(page.body.replace('\u{2060}', "").contains(words), "{words} in {}", page.body);
            }
        }
        let page = hall.bank.visitor().opens(&shown).await;
        assert!(page.body.contains("轮椅能进") && page.body.contains("tel:057164000002"), "{}", page.body);
        assert!(wang.opens("/points").await.body.contains("您家附近"));
        assert_eq!((far.opens(&form).await.status, hall.li.opens(&form).await.status), (404, 403));
        assert_eq!(far.sends(&far.opens("/staff/groups/add").await, &form, &[("address", "别处")]).await.status, 404);
        assert_eq!(hall.bank.visitor().opens("/points/01980000-0000-7000-8000-000000000000").await.status, 404);
        hall.bank.close().await;
    }
}

/// Twenty are taken into the group; the one after them is told that it is full.
async fn twenty_one_ask(hall: &Hall, group: &str) -> (Vec<LearnerId>, Vec<Person>) {
    let (mut ids, mut people) = (Vec::new(), Vec::new());
    for tail in 1..=21 {
        let (person, id) = hall.bank.learner(&format!("学员{tail}号"), tail, Some("330182001")).await;
        let card = hall.card_of(id).await.to_string();
        let joined = sends(&hall.li, group, group, &[("doing", "join".to_owned()), ("number", card)]).await;
        if tail <= 20 {
            assert_eq!(joined.status, 303, "{tail}: {}", joined.body);
        } else {
            assert!(joined.status == 422 && joined.body.contains("已经 20 个人"), "{}", joined.body);
        }
        ids.push(id);
        people.push(person);
    }
    (ids, people)
}
