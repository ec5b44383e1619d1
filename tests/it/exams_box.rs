//! A supervised session on a box of the hall: its papers open with their own words alone, and what the box hands over comes to what the desk would
//! have made of it.

use std::collections::BTreeMap;

use credit_bank::hall::{
    Body, Error, ExamAnswers, ExamBegun, ExamEnd, ExamHand, ExamNote, ExamSeen, Kit, State, Why, opening_words,
};
use credit_bank::identity::{self, Role};
use credit_bank::kernel::{ExamId, LearnerId};
use entity::{audit_entry, exam_box, exam_box_paper, exam_incident};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::classes::HOUR_MS;
use crate::exam_kits::{code_of, confirms, confirms_on, maker, takes_along, tries_kit};
use crate::exams::{Day, TOWN, does};
use crate::hall::{Laptop, at, hands_over, states};
use crate::support::server::{Answer, Person};

const FORM: &str = "/staff/hall/prepare";
const FILE: &str = "/staff/hall/prepare/kit";
const LOOK: &str = "/staff/hall/look";

/// A session of the day with one candidate, taken along.
pub struct Along {
    pub day: Day,
    pub exam: String,
    pub id: ExamId,
    pub learner: LearnerId,
    pub person: String,
    pub laptop: Laptop,
    pub kit: Kit,
}

impl Along {
    pub async fn of(day: Day) -> Self {
        Self::at(day, &[]).await
    }

    /// The same at another time.
    pub async fn at(day: Day, change: &[(&'static str, &str)]) -> Self {
        Self::tested(day, change, "screen").await
    }

    /// The same with a candidate who is tested in this way.
    pub async fn tested(day: Day, change: &[(&'static str, &str)], form: &str) -> Self {
        let exam = day.plans(change).await;
        let id: ExamId = exam.rsplit('/').next().unwrap().parse().unwrap();
        let (_, learner) = day.bank.learner("王桂英", 1, Some(TOWN)).await;
        let person = day.puts_down(&exam, learner).await;
        if form != "screen" {
            assert_eq!(does(&day.li, &person, &person, "arrange", &[("form", form)]).await.status, 303);
        }
        let volunteer = identity::load_scope(day.bank.fresh.db.read(), day.li_id).await.unwrap();
        let refused = tries_kit(&day.bank, &volunteer, (id, "kit-of-somebody-else")).await;
        assert!(matches!(refused, Err(Error::NotAllowed)), "not theirs to make ready: {refused:?}");
        let (kit, laptop) = takes_along(&day, id, day.li_id).await;
        Self { day, exam, id, learner, person, laptop, kit }
    }

    /// One of the two takes something down.
    pub fn writes(&mut self, by: LearnerId, body: &Body) {
        self.laptop.operator = by;
        self.laptop.writes(at(0).plus_minutes(5), body);
    }

    pub fn sees(&mut self, by: LearnerId, what: &str) {
        let body = ExamSeen { exam: self.id, person: self.learner.uuid(), what: what.to_owned() };
        self.writes(by, &Body::ExamSeen(body));
    }

    /// Everything that comes before a test of any kind.
    pub fn comes(&mut self) {
        let (zhao, li) = (self.day.zhao_id, self.day.li_id);
        for (by, what) in [(li, "came"), (zhao, "id_card"), (zhao, "declared"), (li, "declared")] {
            self.sees(by, what);
        }
    }

    /// So many of ten were right in a test by word.
    pub fn hears(&mut self, right: i64) {
        let body = ExamHand { exam: self.id, person: self.learner.uuid(), right, of: 10, words: "问了十题".to_owned() };
        self.writes(self.day.li_id, &Body::ExamHand(body));
    }

    /// The session is ended on the box.
    pub fn ends(&mut self) {
        self.writes(self.day.li_id, &Body::ExamEnd(ExamEnd { exam: self.id }));
    }

    /// Eight of ten are answered rightly, and it is in.
    pub async fn answers(&mut self) {
        let mut answers = BTreeMap::new();
        for position in 1..=8 {
            answers.insert(position, self.day.right(self.learner, position).await);
        }
        let body = ExamAnswers { exam: self.id, person: self.learner.uuid(), answers };
        self.writes(self.day.li_id, &Body::ExamAnswers(body));
    }

    /// A paper without an answer is in.
    pub fn answers_nothing(&mut self) {
        let body = ExamAnswers { exam: self.id, person: self.learner.uuid(), answers: BTreeMap::new() };
        self.writes(self.day.li_id, &Body::ExamAnswers(body));
    }

    /// Everything up to beginning, and once more after a restart.
    pub fn begins(&mut self) {
        self.comes();
        let li = self.day.li_id;
        for _ in 0..2 {
            let body = ExamBegun { exam: self.id, person: self.learner.uuid() };
            self.writes(li, &Body::ExamBegun(body));
        }
    }
}

/// Posts to an address below the session's page.
pub async fn posts(person: &Person, exam: &str, below: &str, fields: &[(&str, &str)]) -> Answer {
    let shown = person.opens("/help").await;
    person.sends(&shown, &format!("{exam}/{below}"), fields).await
}

pub fn refuses(answer: &Answer, status: u16, words: &str) {
    assert!(answer.status == status && answer.body.contains(words), "{words} in {} {}", answer.status, answer.body);
}

/// The words on a page, or the password.
pub fn read_out(page: &Answer) -> String {
    let shown = page.body.split("read-out num\">").nth(1).unwrap().split("</p>").next().unwrap();
    let fours = shown.split("<span class=\"whole\">").skip(1).map(|four| four.split('<').next().unwrap());
    fours.collect()
}

crate::on_both! {
    async fn a_session_on_a_box_comes_to_what_the_desk_makes_of_one(fresh: Fresh) {
        let mut along = Along::of(Day::over(fresh).await).await;
        let exam = &along.kit.exams[0];
        assert_eq!((along.kit.exams.len(), exam.candidates.len(), exam.invigilators.len(), exam.minutes), (1, 1, 2, 90));
        let words = opening_words(&along.day.bank.house.keys, along.id, along.laptop.id);
        let papers = exam.open(&words).unwrap();
        assert!(exam.open("000000000000").is_none());
        assert_eq!((papers.len(), papers[0].questions.len()), (1, 10));
        let question = serde_json::to_value(&papers[0].questions[0]).unwrap();
        let stem = question["stem"][0].as_str().unwrap().to_owned();
        assert!(!serde_json::to_string(&along.kit).unwrap().contains(&stem), "a question in the clear: {stem}");
        // It is not run in the bank meanwhile.
        let refused = does(&along.day.li, &along.person, &along.person, "came", &[]).await;
        assert!(refused.status == 422 && refused.body.contains("带在活动室的电脑上"), "{}", refused.body);
        along.begins();
        let early = hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        let all = [vec![State::Accepted; 5], vec![State::Duplicate]].concat();
        assert_eq!(states(&early), all, "{early:?}");
        let note = ExamNote { exam: along.id, person: None, category: "device".to_owned(), words: "停电五分钟".to_owned() };
        along.writes(along.day.li_id, &Body::ExamNote(note));
        along.answers().await;
        along.ends();
        for pack in [along.laptop.pack(8, 8), along.laptop.whole(), along.laptop.whole()] {
            hands_over(&along.day.bank, &pack).await.unwrap();
        }
        let day = &along.day;
        assert_eq!(exam_incident::Entity::find().count(day.bank.fresh.db.read()).await.unwrap(), 1);
        let paper = day.paper(along.learner).await;
        assert_eq!(paper.handed_in_at_ms, Some(at(0).plus_minutes(5).ms()));
        refuses(&does(&day.li, &along.exam, &along.exam, "finish", &[]).await, 422, "请先把那台电脑上的都交回来");
        let returned = [("returned", "yes")];
        assert_eq!(does(&day.li, &along.exam, &along.exam, "finish", &returned).await.status, 303);
        // Both say that what stands in their name is theirs, whoever has ended the answering.
        refuses(&does(&day.sun, &along.exam, &along.exam, "publish", &[]).await, 422, "请等两位监考员都确认了名单");
        for name in ["赵强", "李敏"] {
            refuses(&day.sun.opens(&along.exam).await, 200, &format!("还等{name}在这一页确认名单"));
        }
        let (zhao, li) = (day.zhao.opens(&along.exam).await, day.li.opens(&along.exam).await);
        for (page, words) in [(&zhao, "您看过 1 人的证件"), (&zhao, "您让 0 人开始答题"), (&li, "您让 1 人开始答题"), (&li, "9:05 全场 · 手机、电脑")] {
            refuses(page, 200, words);
            assert!(page.body.matches("王桂英（卡末四位").count() > 1, "by name: {}", page.body);
        }
        let code = code_of(&along.laptop);
        assert_eq!(confirms(&day.sun, &along.exam, &code).await.status, 403, "one of the two");
        for (who, page) in [(&day.zhao, &zhao), (&day.li, &li)] {
            for _ in 0..2 {
                let done = confirms_on(who, page, &along.exam, &code).await;
                assert_eq!(done.status, 303, "{}", done.body);
            }
        }
        assert_eq!(exam_incident::Entity::find().count(day.bank.fresh.db.read()).await.unwrap(), 3, "twice is once");
        for (who, doing) in [(&day.sun, "publish"), (&day.qian, "enter")] {
            let done = does(who, &along.exam, &along.exam, doing, &[]).await;
            assert_eq!(done.status, 303, "{doing}: {}", done.body);
        }
        let paper = day.paper(along.learner).await;
        assert!(paper.passed == Some(1) && paper.score_permille == Some(800) && paper.entered_at_ms.is_some(), "{paper:?}");
        along.day.bank.close().await;
    }

    async fn nobody_but_the_two_and_nothing_of_a_session_that_was_taken_back_or_cancelled(fresh: Fresh) {
        let mut along = Along::of(Day::over(fresh).await).await;
        let (_, other_id) = along.day.bank.staff("吴芳", Role::Officer, TOWN).await;
        along.sees(other_id, "came");
        let receipt = hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        assert_eq!((receipt.lines[0].state, receipt.lines[0].why), (State::NeedsLook, Some(Why::Operator)));
        let back = posts(&along.day.chen, &along.exam, "take-back", &[("box_why", "电脑坏了")]).await;
        assert_eq!(back.status, 303, "{}", back.body);
        let zhao = along.day.zhao_id;
        along.sees(zhao, "came");
        let receipt = hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        assert_eq!((receipt.lines[1].state, receipt.lines[1].why), (State::NeedsLook, Some(Why::ExamBack)));
        // In the bank it goes on.
        assert_eq!(does(&along.day.li, &along.person, &along.person, "came", &[]).await.status, 303);
        // Neither of the two counts what comes of it late, whichever of them wrote it. In the bank it is known by now.
        let counts = format!("{LOOK}/{}/2", along.laptop.id);
        for (who, said) in [(&along.day.li, "part"), (&along.day.chen, "counted")] {
            let counted = who.sends(&who.opens(LOOK).await, &counts, &[("decision", "count")]).await;
            assert_eq!(counted.location, Some(format!("{LOOK}?said={said}")), "{}", counted.body);
        }
        let why = [("cancel_why", "停电")];
        assert_eq!(does(&along.day.li, &along.exam, &along.exam, "cancel", &why).await.status, 303);
        let li = along.day.li_id;
        along.sees(li, "declared");
        let receipt = hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        assert_eq!((receipt.lines[2].state, receipt.lines[2].why), (State::NeedsLook, Some(Why::ExamStands)));
        along.day.bank.close().await;
    }

    async fn what_comes_after_the_answering_was_ended_is_counted_by_another_who_then_enters_nothing(fresh: Fresh) {
        let mut along = Along::of(Day::over(fresh).await).await;
        along.begins();
        hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        along.day.bank.clock.turn_ms(2 * HOUR_MS);
        let exam = along.exam.clone();
        assert_eq!(does(&along.day.li, &exam, &exam, "finish", &[("returned", "yes")]).await.status, 303);
        along.answers().await;
        let receipt = hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        let last = receipt.lines.last().unwrap();
        assert_eq!((last.state, last.why), (State::NeedsLook, Some(Why::ExamLate)));
        // Neither of the two counts or drops it; who does has decided, and enters nothing.
        let counts = format!("{LOOK}/{}/7", along.laptop.id);
        let dropped = along.day.li.sends(&along.day.li.opens(LOOK).await, &counts, &[("decision", "drop")]).await;
        assert_eq!(dropped.location, Some(format!("{LOOK}?said=part")), "{}", dropped.body);
        for (who, said) in [(&along.day.li, "still&why=exam_late"), (&along.day.chen, "counted")] {
            let counted = who.sends(&who.opens(LOOK).await, &counts, &[("decision", "count")]).await;
            assert_eq!(counted.location, Some(format!("{LOOK}?said={said}")), "{}", counted.body);
        }
        // The end itself may come late: nobody has to count it.
        along.ends();
        let receipt = hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        assert_eq!(receipt.lines.last().unwrap().state, State::Accepted);
        let (day, code) = (&along.day, code_of(&along.laptop));
        for who in [&day.zhao, &day.li] {
            assert_eq!(confirms(who, &exam, &code).await.status, 303);
        }
        assert_eq!(does(&day.sun, &exam, &exam, "publish", &[]).await.status, 422, "what was counted needs a verdict");
        let counts = [("verdict", "counts")];
        assert_eq!(does(&day.sun, &along.person, &along.person, "decide", &counts).await.status, 303);
        assert_eq!(does(&day.sun, &exam, &exam, "publish", &[]).await.status, 303);
        assert!(!day.chen.opens(&exam).await.body.contains("value=\"enter\""));
        assert_eq!(does(&day.chen, &exam, &exam, "enter", &[]).await.status, 422);
        assert_eq!(does(&day.qian, &exam, &exam, "enter", &[]).await.status, 303);
        assert!(day.paper(along.learner).await.entered_at_ms.is_some());
        along.day.bank.close().await;
    }

    async fn of_a_session_that_was_taken_back_both_confirm_what_came_before(fresh: Fresh) {
        let mut along = Along::of(Day::over(fresh).await).await;
        along.begins();
        hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        along.answers().await;
        along.ends();
        hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        let (day, exam) = (&along.day, &along.exam);
        // A document that was seen on the box counts at the desk once its seer has confirmed.
        let db = day.bank.fresh.db.read();
        assert!(!identity::was_document_seen(db, along.learner).await.unwrap());
        assert_eq!(posts(&day.chen, exam, "take-back", &[("box_why", "电脑坏了")]).await.status, 303);
        day.bank.clock.turn_ms(2 * HOUR_MS);
        assert_eq!(does(&day.li, exam, exam, "finish", &[]).await.status, 303);
        for who in [&day.li, &day.zhao] {
            refuses(&does(&day.sun, exam, exam, "publish", &[]).await, 422, "请等两位监考员都确认了名单");
            assert_eq!(confirms(who, exam, &code_of(&along.laptop)).await.status, 303);
        }
        assert!(identity::was_document_seen(db, along.learner).await.unwrap());
        assert_eq!(does(&day.sun, exam, exam, "publish", &[]).await.status, 303);
        along.day.bank.close().await;
    }

    async fn what_a_laptop_that_was_given_up_hands_over_is_counted_though_its_session_was_taken_back(fresh: Fresh) {
        let mut along = Along::of(Day::over(fresh).await).await;
        let li = along.day.li_id;
        along.sees(li, "came");
        let give_up = format!("/staff/hall/devices/{}/revoke", along.laptop.id);
        let gone = along.day.chen.sends(&along.day.chen.opens("/help").await, &give_up, &[]).await;
        assert_eq!(gone.status, 303, "{}", gone.body);
        assert_eq!(posts(&along.day.chen, &along.exam, "take-back", &[("box_why", "电脑丢了")]).await.status, 303);
        along.day.bank.clock.turn_ms(60_000);
        let receipt = hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        assert_eq!((receipt.lines[0].state, receipt.lines[0].why), (State::NeedsLook, Some(Why::Revoked)));
        let counts = format!("{LOOK}/{}/1", along.laptop.id);
        let counted = along.day.chen.sends(&along.day.chen.opens(LOOK).await, &counts, &[("decision", "count")]).await;
        assert_eq!(counted.location, Some(format!("{LOOK}?said=counted")), "{}", counted.body);
        assert_eq!(along.day.paper(along.learner).await.came_at_ms, Some(at(0).plus_minutes(5).ms()));
        along.day.bank.close().await;
    }

    async fn how_somebody_is_tested_is_said_the_day_before_and_goes_along(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let exam = day.plans(&[("day", "3月3日")]).await;
        let (_, learner) = day.bank.learner("王桂英", 1, Some(TOWN)).await;
        let person = day.puts_down(&exam, learner).await;
        let word = [("form", "word"), ("extra", "20")];
        assert_eq!(does(&day.li, &person, &person, "arrange", &word).await.status, 303);
        let (scope, id) = (maker(&day.bank).await, exam.rsplit('/').next().unwrap().parse().unwrap());
        let kit = tries_kit(&day.bank, &scope, (id, "kit-of-the-day-before")).await.unwrap();
        let way = kit.exams[0].way(learner).unwrap();
        assert!(way.is_by_hand && way.extra_minutes == 20 && way.seers == [day.zhao_id] && !way.is_known, "{way:?}");
        day.bank.close().await;
    }

    async fn a_box_that_a_session_never_was_on_hands_over_nothing_of_it(fresh: Fresh) {
        let mut along = Along::of(Day::over(fresh).await).await;
        assert_eq!(posts(&along.day.chen, &along.exam, "take-back", &[("box_why", "电脑坏了")]).await.status, 303);
        along.laptop = Laptop::of(&along.day.bank, along.day.li_id).await;
        let zhao = along.day.zhao_id;
        along.sees(zhao, "came");
        let receipt = hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        assert_eq!((receipt.lines[0].state, receipt.lines[0].why), (State::NeedsLook, Some(Why::ExamBack)));
        let counts = format!("{LOOK}/{}/1", along.laptop.id);
        let counted = along.day.chen.sends(&along.day.chen.opens(LOOK).await, &counts, &[("decision", "count")]).await;
        assert_eq!(counted.location, Some(format!("{LOOK}?said=still&why=exam_back")), "{}", counted.body);
        refuses(&along.day.chen.opens(&counted.location.unwrap()).await, 200, "还是记不上。现在是因为");
        assert_eq!(along.day.paper(along.learner).await.came_at_ms, None);
        along.day.bank.close().await;
    }

    async fn a_result_by_word_comes_once_and_is_of_the_time_of_the_box(fresh: Fresh) {
        let mut along = Along::tested(Day::over(fresh).await, &[], "word").await;
        along.comes();
        for right in [11, 8, 8, 9] {
            along.hears(right);
        }
        let looked_at = |why| (State::NeedsLook, Some(why));
        let kept = [(State::Accepted, None), (State::Duplicate, None)];
        for _ in 0..2 {
            let receipt = hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
            let results: Vec<_> = receipt.lines[4..].iter().map(|line| (line.state, line.why)).collect();
            assert_eq!(results, [looked_at(Why::ExamNotReady), kept[0], kept[1], looked_at(Why::ExamClosed)], "{receipt:?}");
        }
        let (day, db) = (&along.day, along.day.bank.fresh.db.read());
        let paper = day.paper(along.learner).await;
        assert_eq!((paper.hand_right, paper.hand_of, paper.hand_by), (Some(8), Some(10), Some(day.li_id.uuid())));
        assert_eq!(paper.handed_in_at_ms, Some(at(0).plus_minutes(5).ms()));
        assert!(paper.hand_sealed.is_some_and(|sealed| !sealed.is_empty()));
        let trail = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("exams.keep_by_hand"));
        assert_eq!(trail.count(db).await.unwrap(), 1);
        along.day.bank.close().await;
    }

    async fn a_result_by_word_of_somebody_who_is_tested_on_screen_is_looked_at(fresh: Fresh) {
        let mut along = Along::of(Day::over(fresh).await).await;
        along.comes();
        along.hears(8);
        let receipt = hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        let last = receipt.lines.last().unwrap();
        assert_eq!((last.state, last.why), (State::NeedsLook, Some(Why::ExamClosed)));
        refuses(&along.day.chen.opens(LOOK).await, 200, "当面考的结果");
        let paper = along.day.paper(along.learner).await;
        assert_eq!((paper.hand_right, paper.handed_in_at_ms), (None, None));
        along.day.bank.close().await;
    }

    async fn whoever_administers_the_place_takes_a_session_along_in_its_days_and_once(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let exam = day.plans(&[("day", "3月4日")]).await;
        for number in 1..=5 {
            let (_, learner) = day.bank.learner("王桂英", number, Some(TOWN)).await;
            day.puts_down(&exam, learner).await;
        }
        let id = exam.rsplit('/').next().unwrap();
        let usual = [("name", "青石活动室的电脑"), ("course", ""), ("cards", "0"), ("exam", id)];
        let asked = |place: &'static str| [&[("place", place)][..], &usual[..]].concat();
        let asks = async |person: &Person, place| person.sends(&person.opens(FORM).await, FORM, &asked(place)).await;
        assert!(!day.chen.opens(FORM).await.body.contains(id), "two days before");
        refuses(&asks(&day.chen, TOWN).await, 422, "请选一场还没有开考");
        let bank = &day.bank;
        bank.clock.turn_ms(24 * HOUR_MS + 60_000);
        let (admin, _) = bank.staff("沈静", Role::Administrator, TOWN).await;
        let (far, _) = bank.staff("钱进", Role::Administrator, "330182002").await;
        bank.staff("周兰", Role::Volunteer, "330182002").await;
        assert!(!far.opens(FORM).await.body.contains(id), "of another place");
        refuses(&asks(&far, "330182002").await, 422, "请选一场还没有开考");
        let (county, _) = bank.staff("吴芳", Role::Administrator, "330182").await;
        refuses(&asks(&county, "330182002").await, 422, "不在这个地方考");
        assert!(admin.opens(FORM).await.body.contains(id));
        let page = asks(&admin, TOWN).await;
        refuses(&page, 200, "考卷另有开卷口令");
        let db = bank.fresh.db.read();
        assert_eq!(exam_box::Entity::find().count(db).await.unwrap(), 0, "looking takes nothing along");
        let mut kits = Vec::new();
        for _ in 0..2 {
            let file = admin.sends(&page, FILE, &asked(TOWN)).await;
            assert_eq!(file.status, 200, "{}", file.body);
            kits.push(Kit::open(&file.body, &read_out(&page)).unwrap());
        }
        let words = opening_words(&bank.house.keys, id.parse().unwrap(), kits[0].device);
        let papers = kits[0].exams[0].open(&words).unwrap();
        assert_eq!((kits[0].exams[0].candidates.len(), kits[0].people.len(), papers.len()), (5, 5, 5));
        assert!(kits[1].device == kits[0].device && kits[1].exams[0].open(&words) == Some(papers));
        assert_eq!(exam_box::Entity::find().count(db).await.unwrap(), 1);
        assert_eq!(exam_box_paper::Entity::find().count(db).await.unwrap(), 5);
        assert!(!admin.opens(FORM).await.body.contains(id), "it is on a box");
        refuses(&asks(&admin, TOWN).await, 422, "请选一场还没有开考");
        let other = county.opens(FORM).await;
        refuses(&county.sends(&other, FILE, &asked(TOWN)).await, 422, "已经带在别的电脑上");
        // What was taken back goes along by a form of its own alone.
        assert_eq!(posts(&admin, &exam, "take-back", &[("box_why", "电脑坏了")]).await.status, 303);
        refuses(&admin.sends(&page, FILE, &asked(TOWN)).await, 422, "这一页用过了");
        let fresh_page = asks(&admin, TOWN).await;
        assert_eq!(admin.sends(&fresh_page, FILE, &asked(TOWN)).await.status, 200);
        day.bank.close().await;
    }

    async fn each_of_the_two_alone_sees_half_of_the_words_from_two_hours_before_and_each_look_is_kept(fresh: Fresh) {
        let along = Along::at(Day::over(fresh).await, &[("from", "12:00"), ("to", "13:00")]).await;
        let (day, exam) = (&along.day, &along.exam);
        let early = day.li.opens(exam).await;
        assert!(early.body.contains("在这里给您看") && early.body.contains("10:00"), "{}", early.body);
        refuses(&posts(&day.li, exam, "words", &[]).await, 422, "开考前两小时起");
        day.bank.clock.turn_ms(HOUR_MS + 60_000);
        let words = opening_words(&day.bank.house.keys, along.id, along.laptop.id);
        let (first, second) = words.split_at(8);
        for (who, half, which) in [(&day.zhao, first, "前一半："), (&day.li, second, "后一半：")] {
            let desk = who.opens(exam).await;
            refuses(&desk, 200, "看开卷口令");
            // On a box nobody waits for them here: the words are the one thing that stands out.
            assert!(desk.body.matches("button go").count() == 1 && !desk.body.contains("下一位"), "{}", desk.body);
            let page = posts(who, exam, "words", &[]).await;
            assert_eq!((page.status, read_out(&page)), (200, half.to_owned()), "{}", page.body);
            assert!(page.body.contains(which), "{}", page.body);
            assert_eq!(page.headers["cache-control"], "no-store");
            assert!(!desk.body.contains("read-out"), "on no page that is only read");
        }
        for who in [&day.chen, &day.sun, &day.qian] {
            assert!(!who.opens(exam).await.body.contains("看开卷口令"));
            assert_eq!(posts(who, exam, "words", &[]).await.status, 403);
        }
        let looks = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("exams.see_words"));
        let looks = looks.all(day.bank.fresh.db.read()).await.unwrap();
        let mut by: Vec<_> = looks.iter().filter_map(|look| look.actor_id).collect();
        by.sort_unstable();
        let mut two = [day.li_id.uuid(), day.zhao_id.uuid()];
        two.sort_unstable();
        assert_eq!(by, two);
        assert_eq!(posts(&day.chen, exam, "take-back", &[("box_why", "电脑坏了")]).await.status, 303);
        assert_eq!(posts(&day.li, exam, "words", &[]).await.status, 409, "on no box");
        along.day.bank.close().await;
    }

    async fn whoever_plans_or_administers_there_takes_a_session_back_and_says_why(fresh: Fresh) {
        let along = Along::of(Day::over(fresh).await).await;
        let (day, exam) = (&along.day, &along.exam);
        let desk = day.chen.opens(exam).await;
        assert!(desk.body.contains("这一场在「电脑」上考") && !desk.body.contains("value=\"put-down\""), "{}", desk.body);
        let person = day.li.opens(&along.person).await;
        assert!(person.body.contains("带在活动室的电脑上") && !person.body.contains("value=\"came\""), "{}", person.body);
        let (_, late) = day.bank.learner("李建国", 2, Some(TOWN)).await;
        let card = crate::plans::card_of(&day.bank, late).await;
        refuses(&does(&day.zhao, exam, exam, "put-down", &[("number", &card)]).await, 422, "带在活动室的电脑上");
        let why = [("box_why", "电脑坏了")];
        let (far, _) = day.bank.staff("钱进", Role::Administrator, "330182002").await;
        assert_eq!(posts(&far, exam, "take-back", &why).await.status, 404, "of another place");
        for (who, status) in [(&day.li, 403), (&day.sun, 403), (&day.zhao, 422)] {
            assert!(!who.opens(exam).await.body.contains("在银行里考（收回）"));
            assert_eq!(posts(who, exam, "take-back", &why).await.status, status, "one of the two could run it twice");
        }
        refuses(&posts(&day.chen, exam, "take-back", &[]).await, 422, "请写几句");
        let db = day.bank.fresh.db.read();
        assert_eq!(exam_box::Entity::find().count(db).await.unwrap(), 1);
        for _ in 0..2 {
            let back = posts(&day.chen, exam, "take-back", &why).await;
            assert_eq!(back.status, 303, "{}", back.body);
            refuses(&day.chen.opens(&back.location.unwrap()).await, 200, "那台电脑再交来的，会有人来看");
        }
        let row = exam_box::Entity::find().one(db).await.unwrap().unwrap();
        assert!(row.taken_back_at_ms.is_some());
        assert_eq!(exam_incident::Entity::find().count(db).await.unwrap(), 1, "twice is once");
        let desk = day.li.opens(exam).await;
        assert!(desk.body.contains("电脑坏了") && desk.body.contains("value=\"put-down\""), "{}", desk.body);
        along.day.bank.close().await;
    }
}
