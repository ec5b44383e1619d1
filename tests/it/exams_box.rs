//! A supervised session on a box of the hall: its papers open with their own words alone, and what the box hands over comes to what the desk would
//! have made of it.

use std::collections::BTreeMap;

use credit_bank::db::Tx;
use credit_bank::exams;
use credit_bank::hall::{Body, ExamAnswers, ExamBegun, ExamNote, ExamSeen, Kit, State, ToBank, Why, opening_words, put_exam_in};
use credit_bank::identity::{self, Role};
use credit_bank::kernel::{ExamId, LearnerId};
use entity::exam_incident;
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::exams::{Day, TOWN, does};
use crate::hall::{Laptop, at, hands_over, states};
use crate::support::server::SHELF;

/// A session of the day with one candidate, taken along.
struct Along {
    day: Day,
    exam: String,
    id: ExamId,
    learner: LearnerId,
    person: String,
    laptop: Laptop,
    kit: Kit,
}

impl Along {
    async fn of(day: Day) -> Self {
        let exam = day.plans(&[]).await;
        let id: ExamId = exam.rsplit('/').next().unwrap().parse().unwrap();
        let (_, learner) = day.bank.learner("王桂英", 1, Some(TOWN)).await;
        let person = day.puts_down(&exam, learner).await;
        let (_, admin) = day.bank.staff("沈静", Role::Administrator, TOWN).await;
        let scope = identity::load_scope(day.bank.fresh.db.read(), admin).await.unwrap();
        let laptop = Laptop::of(&day.bank, day.li_id).await;
        let house = &day.bank.house;
        let mut kit = Kit::new(laptop.id, &laptop.key, ("电脑", TOWN), &ToBank::of(&house.keys), at(0));
        for _ in 0..2 {
            put_exam_in(house, &SHELF, &mut kit, &scope, id).await.unwrap();
        }
        let volunteer = identity::load_scope(day.bank.fresh.db.read(), day.li_id).await.unwrap();
        assert!(put_exam_in(house, &SHELF, &mut kit.clone(), &volunteer, id).await.is_err(), "not theirs to make ready");
        Self { day, exam, id, learner, person, laptop, kit }
    }

    /// One of the two takes something down.
    fn writes(&mut self, by: LearnerId, body: &Body) {
        self.laptop.operator = by;
        self.laptop.writes(at(0).plus_minutes(5), body);
    }

    fn sees(&mut self, by: LearnerId, what: &str) {
        let body = ExamSeen { exam: self.id, person: self.learner.uuid(), what: what.to_owned() };
        self.writes(by, &Body::ExamSeen(body));
    }

    /// Everything up to beginning, and once more after a restart.
    fn begins(&mut self) {
        let (zhao, li) = (self.day.zhao_id, self.day.li_id);
        for (by, what) in [(li, "came"), (zhao, "id_card"), (zhao, "declared"), (li, "declared")] {
            self.sees(by, what);
        }
        for _ in 0..2 {
            let body = ExamBegun { exam: self.id, person: self.learner.uuid() };
            self.writes(li, &Body::ExamBegun(body));
        }
    }
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
        let mut answers = BTreeMap::new();
        for position in 1..=8 {
            answers.insert(position, along.day.right(along.learner, position).await);
        }
        let (li, person) = (along.day.li_id, along.learner.uuid());
        let note = ExamNote { exam: along.id, person: None, category: "device".to_owned(), words: "停电五分钟".to_owned() };
        along.writes(li, &Body::ExamNote(note));
        along.writes(li, &Body::ExamAnswers(ExamAnswers { exam: along.id, person, answers }));
        for pack in [along.laptop.pack(8, 8), along.laptop.whole(), along.laptop.whole()] {
            hands_over(&along.day.bank, &pack).await.unwrap();
        }
        let day = &along.day;
        assert_eq!(exam_incident::Entity::find().count(day.bank.fresh.db.read()).await.unwrap(), 1);
        let paper = day.paper(along.learner).await;
        assert_eq!(paper.handed_in_at_ms, Some(at(0).plus_minutes(5).ms()));
        for (who, doing) in [(&day.li, "finish"), (&day.sun, "publish"), (&day.qian, "enter")] {
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
        let scope = identity::load_scope(along.day.bank.fresh.db.read(), along.day.li_id).await.unwrap();
        let id = along.id;
        let back = async move |tx: &Tx| exams::take_back(tx, &scope, id).await;
        along.day.bank.fresh.db.write(back).await.unwrap();
        let li = along.day.li_id;
        along.sees(li, "came");
        let receipt = hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        assert_eq!((receipt.lines[1].state, receipt.lines[1].why), (State::NeedsLook, Some(Why::ExamBack)));
        // In the bank it goes on.
        assert_eq!(does(&along.day.li, &along.person, &along.person, "came", &[]).await.status, 303);
        let why = [("cancel_why", "停电")];
        assert_eq!(does(&along.day.li, &along.exam, &along.exam, "cancel", &why).await.status, 303);
        let li = along.day.li_id;
        along.sees(li, "declared");
        let receipt = hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        assert_eq!((receipt.lines[2].state, receipt.lines[2].why), (State::NeedsLook, Some(Why::ExamStands)));
        along.day.bank.close().await;
    }
}
