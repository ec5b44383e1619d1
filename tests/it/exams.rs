//! Supervised sessions: planned with two people, and one of thirty candidates from its morning to the last line in the ledger.

use credit_bank::assessment::{Shown, get_asked};
use credit_bank::identity::{self, Role};
use credit_bank::kernel::{Digest, LearnerId, OrganisationId, Seed};
use credit_bank::recognition;
use entity::{exam_answer, exam_paper, exam_session, result};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::assessment_pages::fields_for;
use crate::classes::{letters, point, sends};
use crate::support::databases::Fresh;
use crate::support::server::{Answer, Bank, Person, SHELF};

pub const LIST: &str = "/staff/exams";
pub const TOWN: &str = "330182001";

/// A service point with the staff that a session takes.
pub struct Day {
    pub bank: Bank,
    pub hall: OrganisationId,
    /// 经办人, invigilates.
    pub zhao: Person,
    pub zhao_id: LearnerId,
    /// 志愿者, invigilates.
    pub li: Person,
    pub li_id: LearnerId,
    /// 管理员, plans.
    pub chen: Person,
    /// 复核人, decides and publishes.
    pub sun: Person,
    /// 经办人, enters.
    pub qian: Person,
}

impl Day {
    pub async fn over(fresh: Fresh) -> Self {
        let bank = Bank::over(fresh).await.with_places().await;
        let hall = point(&bank, "青石服务点", TOWN).await;
        let (zhao, zhao_id) = bank.staff("赵强", Role::Officer, TOWN).await;
        let (li, li_id) = bank.staff("李敏", Role::Volunteer, TOWN).await;
        let (chen, _) = bank.staff("陈志远", Role::Administrator, TOWN).await;
        let (sun, _) = bank.staff("孙丽", Role::Reviewer, TOWN).await;
        let (qian, _) = bank.staff("钱伟", Role::Officer, TOWN).await;
        Self { bank, hall, zhao, zhao_id, li, li_id, chen, sun, qian }
    }

    /// A session that is on now: today is 2026-03-02, 9:00.
    pub fn fields(&self, change: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
        let usual = [
            ("organisation", self.hall.to_string()),
            ("unit", "T19".to_owned()),
            ("level", "2".to_owned()),
            ("day", "今天".to_owned()),
            ("from", "9:00".to_owned()),
            ("to", "10:30".to_owned()),
            ("seats", "30".to_owned()),
            ("first", self.zhao_id.to_string()),
            ("second", self.li_id.to_string()),
        ];
        let kept = usual.into_iter().filter(|(name, _)| change.iter().all(|(changed, _)| changed != name));
        kept.chain(change.iter().map(|(name, value)| (*name, (*value).to_owned()))).collect()
    }

    pub async fn tries_to_plan(&self, change: &[(&'static str, &str)]) -> Answer {
        sends(&self.chen, &format!("{LIST}/add"), &format!("{LIST}/add"), &self.fields(change)).await
    }

    /// Plans it; its address on the desk.
    pub async fn plans(&self, change: &[(&'static str, &str)]) -> String {
        let answer = self.tries_to_plan(change).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.location.unwrap().strip_suffix("?said=planned").unwrap().to_owned()
    }

    /// Puts somebody down; their address on the desk.
    pub async fn puts_down(&self, exam: &str, learner: LearnerId) -> String {
        let card = crate::plans::card_of(&self.bank, learner).await;
        let answer = does(&self.zhao, exam, exam, "put-down", &[("number", &card)]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        format!("{exam}/people/{learner}")
    }

    /// All that comes before beginning, and the allowance.
    pub async fn lets_in(&self, person: &str) {
        for (who, doing, fields) in [
            (&self.li, "came", &[][..]),
            (&self.zhao, "seen", &[("kind", "id_card")]),
            (&self.zhao, "declare", &[]),
            (&self.li, "declare", &[]),
            (&self.li, "allow", &[]),
        ] {
            let answer = does(who, person, person, doing, fields).await;
            assert_eq!(answer.status, 303, "{doing}: {}", answer.body);
        }
    }

    pub async fn paper(&self, learner: LearnerId) -> exam_paper::Model {
        let find = exam_paper::Entity::find().filter(exam_paper::Column::LearnerId.eq(learner.uuid()));
        find.one(self.bank.fresh.db.read()).await.unwrap().unwrap()
    }

    pub async fn items(&self, learner: LearnerId) -> Vec<Digest> {
        self.paper(learner).await.items.unwrap().chunks(32).map(|hash| Digest::from_slice(hash).unwrap()).collect()
    }

    /// The fields that answer a question of somebody's paper rightly.
    pub async fn right(&self, learner: LearnerId, position: usize) -> Vec<(String, String)> {
        let seed = Seed::from_slice(&self.paper(learner).await.seed.unwrap()).unwrap();
        let hash = self.items(learner).await[position - 1];
        let item = get_asked(self.bank.fresh.db.read(), &SHELF, &hash, (seed, position)).await.unwrap();
        fields_for(&Shown::of(&item, seed, position))
    }

    /// Answers so many rightly, the others and `broken` with 不知道, and hands in.
    pub async fn takes(&self, exam: &str, (person, learner): (&Person, LearnerId), right: usize, broken: Option<Digest>) {
        self.answers(exam, (person, learner), (right, broken), 1..=10).await;
        assert_eq!(does(person, &own(exam), &own(exam), "hand-in", &[]).await.status, 303);
    }

    pub async fn answers(
        &self,
        exam: &str,
        (person, learner): (&Person, LearnerId),
        (right, broken): (usize, Option<Digest>),
        positions: std::ops::RangeInclusive<usize>,
    ) {
        let shown = person.opens("/help").await;
        let items = self.items(learner).await;
        let is_broken = |position: &usize| broken == Some(items[position - 1]);
        let good: Vec<usize> = (1..=10).filter(|position| !is_broken(position)).take(right).collect();
        for position in positions {
            let fields = match good.contains(&position) {
                true => self.right(learner, position).await,
                false => vec![("q".to_owned(), "0".to_owned())],
            };
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let kept = person.sends(&shown, &format!("{}/questions/{position}", own(exam)), &fields).await;
            assert_eq!(kept.status, 303, "{position}: {}", kept.body);
        }
    }

    pub async fn credit(&self, learner: LearnerId) -> i64 {
        recognition::passbook_of(self.bank.fresh.db.read(), learner).await.unwrap().total.milli()
    }

    /// 王桂英 is put down and let in, and has begun: she, by which id, her address on the desk.
    pub async fn sits(&self, exam: &str, number: u32) -> Come {
        let (person, learner) = self.bank.learner("王桂英", number, Some(TOWN)).await;
        let page = self.puts_down(exam, learner).await;
        self.lets_in(&page).await;
        self.begins(exam, &person).await;
        (person, learner, page)
    }

    /// The candidate begins on this device.
    pub async fn begins(&self, exam: &str, person: &Person) {
        let begun = does(person, &own(exam), &own(exam), "begin", &[]).await;
        assert_eq!(begun.status, 303, "{}", begun.body);
    }
}

/// The learner's address of a session.
pub fn own(exam: &str) -> String {
    exam.replace("/staff", "")
}

/// Says `doing` on a page.
pub async fn does(person: &Person, page: &str, path: &str, doing: &str, fields: &[(&str, &str)]) -> Answer {
    let shown = person.opens(page).await;
    // A page may have no form for them: any will do for the token.
    let shown = if shown.body.contains("name=\"once\"") { shown } else { person.opens("/help").await };
    let fields: Vec<(&str, &str)> = std::iter::once(("doing", doing)).chain(fields.iter().copied()).collect();
    person.sends(&shown, path, &fields).await
}

/// A session of the town with somebody put down; its id.
pub async fn has_exam(bank: &Bank, hall: &str, learner: &str) -> String {
    let (planner, _) = bank.staff("沈静", Role::Administrator, TOWN).await;
    let (_, first) = bank.staff("赵强", Role::Officer, TOWN).await;
    let (_, second) = bank.staff("李敏", Role::Volunteer, TOWN).await;
    let pairs = [
        ("organisation", hall.to_owned()),
        ("unit", "T01".to_owned()),
        ("level", "2".to_owned()),
        ("day", "今天".to_owned()),
        ("from", "9:00".to_owned()),
        ("to", "10:30".to_owned()),
        ("seats", "9".to_owned()),
        ("first", first.to_string()),
        ("second", second.to_string()),
    ];
    let to = sends(&planner, "/help", &format!("{LIST}/add"), &pairs).await.location.unwrap();
    let exam = to.split('?').next().unwrap().to_owned();
    let card = crate::plans::card_of(bank, learner.parse().unwrap()).await;
    assert_eq!(does(&planner, &exam, &exam, "put-down", &[("number", &card)]).await.status, 303);
    exam.rsplit('/').next().unwrap().to_owned()
}

/// Somebody who has come: by which id, their address on the desk.
pub type Come = (Person, LearnerId, String);

/// Thirty are put down, who is one more is not, and all but the last come: 28 at a screen, one by word of mouth.
async fn thirty_come(day: &Day, exam: &str) -> Vec<Come> {
    let mut people = Vec::new();
    for number in 0..30_u32 {
        let (person, learner) = day.bank.learner("王桂英", 100 + number, Some(TOWN)).await;
        let page = day.puts_down(exam, learner).await;
        people.push((person, learner, page));
    }
    let (_, one_more) = day.bank.learner("李建国", 999, Some(TOWN)).await;
    let card = crate::plans::card_of(&day.bank, one_more).await;
    let full = does(&day.zhao, exam, exam, "put-down", &[("number", &card)]).await;
    assert!(full.status == 422 && full.body.contains("座位满了"), "{}", full.body);
    // The last one does not come; the one before is tested by word of mouth.
    let (_, _, by_word) = &people[28];
    let spoken = [("form", "word"), ("aid", "aloud"), ("extra", "20")];
    assert_eq!(does(&day.li, by_word, by_word, "arrange", &spoken).await.status, 303);
    for (_, _, page) in people.iter().take(29) {
        day.lets_in(page).await;
    }
    for (person, _, _) in people.iter().take(28) {
        day.begins(exam, person).await;
    }
    people
}

/// The question that stands on most papers: it will be at fault, nobody gets it right.
async fn at_fault(day: &Day, people: &[Come]) -> Digest {
    let mut asked: std::collections::BTreeMap<Digest, usize> = std::collections::BTreeMap::new();
    for (_, learner, _) in people.iter().take(28) {
        for item in day.items(*learner).await {
            *asked.entry(item).or_default() += 1;
        }
    }
    let (broken, count) = asked.iter().max_by_key(|(_, count)| **count).unwrap();
    assert!(*count >= 5, "{asked:?}");
    *broken
}

/// All at a screen answer; one laptop stops in the middle.
async fn all_answer(day: &Day, exam: &str, people: &[Come], broken: Digest) {
    for (number, (person, learner, page)) in people.iter().enumerate().take(28) {
        let right = if number == 24 || number == 25 { 5 } else { 8 };
        if number != 26 {
            day.takes(exam, (person, *learner), right, Some(broken)).await;
            continue;
        }
        // The laptop stops in the middle: it goes on by a fresh allowance, with what was answered.
        day.answers(exam, (person, *learner), (right, Some(broken)), 1..=5).await;
        let note = [("category", "device"), ("words", "电脑自己重开了，过了三分钟接着答")];
        assert_eq!(does(&day.li, page, page, "note", &note).await.status, 303);
        let restarted = day.bank.signed_in(*learner, identity::Assurance::Sms).await;
        let refused = does(&restarted, "/help", &own(exam), "begin", &[]).await;
        assert_eq!(refused.status, 409, "{}", refused.body);
        assert_eq!(does(&day.li, page, page, "allow", &[]).await.status, 303);
        day.begins(exam, &restarted).await;
        day.answers(exam, (&restarted, *learner), (right, Some(broken)), 6..=10).await;
        assert_eq!(does(&restarted, &own(exam), &own(exam), "hand-in", &[]).await.status, 303);
    }
}

crate::on_both! {
    async fn a_session_is_planned_once_by_who_plans_there_with_two_people(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let db = day.bank.fresh.db.read();
        let cases: [(&[(&'static str, &str)], &str); 5] = [
            (&[("day", "春天")], "日子看不懂"),
            (&[("second", &day.zhao_id.to_string())], "两位监考员是同一个人"),
            (&[("level", "3")], "这门课的题不够排这一级的测评"),
            (&[("from", "6:00"), ("to", "7:00")], "这个时间已经过去了"),
            (&[("seats", "0")], "请写 1 到 200 的数字"),
        ];
        for (change, words) in cases {
            let answer = day.tries_to_plan(change).await;
            assert!(answer.status == 422 && answer.body.contains(words), "{change:?} {}", answer.body);
            assert!(answer.body.contains("value=\"10:30\"") || change.len() > 1, "the words are kept: {}", answer.body);
        }
        let (_, far) = day.bank.staff("吴芳", Role::Officer, "330182002").await;
        let answer = day.tries_to_plan(&[("first", &far.to_string())]).await;
        assert!(answer.status == 422 && answer.body.contains("有一位监考员在这里没有工作"), "{}", answer.body);
        assert_eq!(exam_session::Entity::find().count(db).await.unwrap(), 0);
        let form = day.chen.opens(&format!("{LIST}/add")).await;
        let fields = day.fields(&[]);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let first = day.chen.sends(&form, &format!("{LIST}/add"), &fields).await;
        let again = day.chen.sends(&form, &format!("{LIST}/add"), &fields).await;
        assert_eq!((first.status, &first.location), (303, &again.location));
        assert_eq!(exam_session::Entity::find().count(db).await.unwrap(), 1);
        let exam = first.location.unwrap();
        for person in [&day.chen, &day.zhao, &day.li, &day.sun] {
            assert_eq!(person.opens(&exam).await.status, 200);
        }
        // A volunteer who does not invigilate, and staff of another town, find nothing.
        let (other, _) = day.bank.staff("周兰", Role::Volunteer, TOWN).await;
        let (elsewhere, _) = day.bank.staff("吴芳", Role::Reviewer, "330182002").await;
        assert_eq!((other.opens(&exam).await.status, elsewhere.opens(&exam).await.status), (404, 404));
        assert_eq!(sends(&day.li, "/help", &format!("{LIST}/add"), &day.fields(&[])).await.status, 403);
        day.bank.close().await;
    }

    async fn thirty_candidates_two_incidents_one_broken_question_and_a_restart_come_to_twenty_six_credits(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let exam = day.plans(&[]).await;
        let people = thirty_come(&day, &exam).await;
        let (_, _, by_word) = &people[28];
        let broken = at_fault(&day, &people).await;
        all_answer(&day, &exam, &people, broken).await;
        let points = [("of", "10"), ("right", "9"), ("heard", "十问答对九问，都是自己说的")];
        assert_eq!(does(&day.zhao, by_word, by_word, "by-hand", &points).await.status, 303);
        let (_, cheat, cheated) = &people[27];
        let note = [("category", "cheated"), ("words", "看了藏在本子里的答案")];
        assert_eq!(does(&day.zhao, cheated, cheated, "note", &note).await.status, 303);
        // The numbers raise a hand, and a person takes the question out for all.
        let desk = day.li.opens(&exam).await;
        assert!(desk.body.contains("这几道题答对的人很少"), "{}", desk.body);
        let out = [("item", broken.to_string()), ("item_why", "题里的按钮新版本没有了".to_owned())];
        let out: Vec<(&str, &str)> = out.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(does(&day.li, &exam, &exam, "out", &out).await.status, 303);
        assert_eq!(does(&day.li, &exam, &exam, "finish", &[]).await.status, 303);
        // Three papers need a person, who is none of the two.
        let too_early = does(&day.sun, &exam, &exam, "publish", &[]).await;
        assert!(too_early.status == 422 && too_early.body.contains("还有卷子没有认定"), "{}", too_early.body);
        let counts = [("verdict", "counts"), ("ground", "")];
        for number in [26, 28] {
            let page = &people[number].2;
            assert_eq!(does(&day.sun, page, page, "decide", &counts).await.status, 303);
        }
        let fraud = [("verdict", "fraud"), ("ground", "两位监考员都看见了，本子收着")];
        assert_eq!(does(&day.zhao, cheated, cheated, "decide", &fraud).await.status, 422, "not by an invigilator");
        assert_eq!(does(&day.sun, cheated, cheated, "decide", &fraud).await.status, 303);
        assert_eq!(does(&day.zhao, &exam, &exam, "publish", &[]).await.status, 422, "not by an invigilator");
        for _ in 0..2 {
            assert_eq!(does(&day.sun, &exam, &exam, "publish", &[]).await.status, 303);
        }
        let db = day.bank.fresh.db.read();
        assert_eq!(result::Entity::find().count(db).await.unwrap(), 0, "publishing books nothing");
        assert_eq!(letters(&day.bank, "13800000100", "exam-published").await, 1);
        assert_eq!(letters(&day.bank, "13800000129", "exam-published").await, 0, "who did not come is told nothing");
        let same = does(&day.sun, &exam, &exam, "enter", &[]).await;
        assert!(same.status == 422 && same.body.contains("另外的人"), "{}", same.body);
        for _ in 0..2 {
            assert_eq!(does(&day.qian, &exam, &exam, "enter", &[]).await.status, 303);
        }
        let results = result::Entity::find().all(db).await.unwrap();
        assert_eq!(results.len(), 26, "24 at once, the restarted one, the one by word");
        assert!(results.iter().all(|row| row.supervision_level == 2 && row.identity_level == 3 && row.unit == "T19"));
        for (number, (_, learner, _)) in people.iter().enumerate() {
            let expected = if matches!(number, 24 | 25 | 27 | 29) { 0 } else { 250 };
            assert_eq!(day.credit(*learner).await, expected, "{number}");
        }
        let with_broken = people.iter().take(24).map(|(_, learner, _)| *learner);
        for learner in with_broken {
            let share = if day.items(learner).await.contains(&broken) { 888 } else { 800 };
            assert_eq!(day.paper(learner).await.score_permille, Some(share), "what is out counts neither way");
        }
        let told = people[27].0.opens(&own(&exam)).await;
        assert!(told.body.contains("不是没有通过") && told.body.contains("本子收着"), "{}", told.body);
        assert!(told.body.contains("记录上写着用了不许用的东西") && told.body.contains("请到服务点报名"), "{}", told.body);
        assert_eq!(day.paper(*cheat).await.score_permille, None, "what does not count has no score");
        let told = people[0].0.opens(&own(&exam)).await;
        assert!(told.body.contains("恭喜您") && told.body.contains("学分已经记入存折"), "{}", told.body);
        assert_eq!(exam_answer::Entity::find().count(db).await.unwrap(), 280);
        day.bank.close().await;
    }
}
