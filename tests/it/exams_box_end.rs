//! The end of a session on a box: its code, what comes behind it, what both confirm, and who decides where the code is lost.

use credit_bank::hall::{Body, ExamEnd, ExamNote, State, Why};
use credit_bank::kernel::LearnerId;
use entity::{exam_box, exam_incident};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::classes::HOUR_MS;
use crate::exam_kits::{code_of, confirms, confirms_on, maker, tries_kit};
use crate::exams::{Day, does};
use crate::exams_box::{Along, refuses};
use crate::hall::{Laptop, at, enrolled, hands_over, states};
use crate::support::server::{Answer, Person};

const LOOK: &str = "/staff/hall/look";

/// Somebody decides about a claim; where they are led.
async fn decides(who: &Person, (laptop, seq): (&Laptop, i64), decision: &str) -> String {
    let path = format!("{LOOK}/{}/{seq}", laptop.id);
    let done = who.sends(&who.opens(LOOK).await, &path, &[("decision", decision)]).await;
    done.location.unwrap_or_else(|| panic!("{} {}", done.status, done.body))
}

/// The answering is ended.
async fn finishes(along: &Along) {
    along.day.bank.clock.turn_ms(2 * HOUR_MS);
    let done = does(&along.day.li, &along.exam, &along.exam, "finish", &[("returned", "yes")]).await;
    assert_eq!(done.status, 303, "{}", done.body);
}

async fn publishes(along: &Along) -> Answer {
    does(&along.day.sun, &along.exam, &along.exam, "publish", &[]).await
}

/// How often something of this kind stands in the log.
async fn noted(along: &Along, category: &str) -> u64 {
    let find = exam_incident::Entity::find().filter(exam_incident::Column::Category.eq(category));
    find.count(along.day.bank.fresh.db.read()).await.unwrap()
}

/// One of the two notes something about the session on the box.
fn notes(along: &mut Along, by: LearnerId) {
    let note = ExamNote { exam: along.id, person: None, category: "device".to_owned(), words: "停电五分钟".to_owned() };
    along.writes(by, &Body::ExamNote(note));
}

crate::on_both! {
    async fn a_copy_of_the_box_that_was_run_again_has_another_end_than_was_copied_in_the_hall(fresh: Fresh) {
        let mut along = Along::of(Day::over(fresh).await).await;
        along.begins();
        let (copied, begun) = (along.laptop.entries.clone(), along.laptop.entries.len());
        // What the bank needs to know what is right: the paper begun. It comes with the file that one of the two brings first.
        hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        along.answers().await;
        along.ends();
        let (real, in_the_hall) = (along.laptop.entries.clone(), code_of(&along.laptop));
        // At home the same is done once more, with the same answers even.
        along.laptop.entries = copied;
        along.answers().await;
        along.ends();
        let forged = code_of(&along.laptop);
        assert_ne!(forged, in_the_hall);
        hands_over(&along.day.bank, &along.laptop.pack(begun + 1, begun + 2)).await.unwrap();
        along.laptop.entries = real;
        let receipt = hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        assert!(receipt.forked.is_some(), "the real one tells another story by now: {receipt:?}");
        finishes(&along).await;
        let (day, exam) = (&along.day, &along.exam);
        for (code, words) in [
            (in_the_hall.as_str(), "收尾码和交回来的对不上"),
            (&in_the_hall[..7], "收尾码一共 8 个字母和数字，现在写了 7 个"),
            ("", "现在写了 0 个"),
            (in_the_hall.as_str(), "收尾码和交回来的对不上"),
        ] {
            refuses(&confirms(&day.zhao, exam, code).await, 422, words);
        }
        assert_eq!(noted(&along, "end_wrong").await, 1, "once is enough for who reads it, and a slip is none");
        refuses(&day.chen.opens(exam).await, 200, "写的收尾码和交回来的对不上");
        // Whoever has forged it knows its code; that does not do for both.
        assert_eq!(confirms(&day.li, exam, &forged).await.status, 303);
        refuses(&publishes(&along).await, 422, "请等两位监考员都确认了名单");
        along.day.bank.close().await;
    }

    async fn what_a_box_writes_behind_its_end_counts_for_nobody(fresh: Fresh) {
        let mut along = Along::of(Day::over(fresh).await).await;
        along.begins();
        along.ends();
        let (code, zhao) = (code_of(&along.laptop), along.day.zhao_id);
        along.answers_nothing();
        notes(&mut along, zhao);
        along.ends();
        let receipt = hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        let behind: Vec<_> = receipt.lines[6..].iter().map(|line| (line.state, line.why)).collect();
        let looked_at = (State::NeedsLook, Some(Why::ExamEnded));
        assert_eq!(behind, [(State::Accepted, None), looked_at, looked_at, looked_at], "{receipt:?}");
        assert!(!along.day.chen.opens(LOOK).await.body.contains("value=\"count\""));
        for seq in 8..=10 {
            assert_eq!(decides(&along.day.chen, (&along.laptop, seq), "again").await, format!("{LOOK}?said=still&why=exam_ended"));
            assert_eq!(decides(&along.day.chen, (&along.laptop, seq), "drop").await, format!("{LOOK}?said=dropped"));
        }
        finishes(&along).await;
        for who in [&along.day.li, &along.day.zhao] {
            assert_eq!(confirms(who, &along.exam, &code).await.status, 303, "the end is the first");
        }
        along.day.bank.close().await;
    }

    async fn an_end_that_is_looked_at_last_is_none(fresh: Fresh) {
        let mut along = Along::of(Day::over(fresh).await).await;
        along.begins();
        // The clock of the box was turned for this one claim: it waits, and what is written behind it would not be covered by its code.
        along.laptop.writes(at(48), &Body::ExamEnd(ExamEnd { exam: along.id }));
        let (code, zhao) = (code_of(&along.laptop), along.day.zhao_id);
        notes(&mut along, zhao);
        let receipt = hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        assert_eq!((receipt.lines[6].why, receipt.lines[7].state), (Some(Why::ClockAhead), State::Accepted));
        assert_eq!(decides(&along.day.chen, (&along.laptop, 7), "count").await, format!("{LOOK}?said=still&why=exam_ended"));
        finishes(&along).await;
        refuses(&confirms(&along.day.zhao, &along.exam, &code).await, 422, "有一台电脑的收尾还没有交到");
        refuses(&along.day.zhao.opens(&along.exam).await, 200, "「电脑」的收尾还没有交到");
        along.day.bank.close().await;
    }

    async fn what_is_confirmed_is_the_list_that_was_shown(fresh: Fresh) {
        let mut along = Along::of(Day::over(fresh).await).await;
        along.begins();
        hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        finishes(&along).await;
        let zhao = along.day.zhao_id;
        notes(&mut along, zhao);
        notes(&mut along, zhao);
        along.ends();
        hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        let (day, exam, code) = (&along.day, &along.exam, code_of(&along.laptop));
        let before = day.zhao.opens(exam).await;
        refuses(&before, 200, "您记了 0 件事");
        // A third one counts what came late in her name.
        assert_eq!(decides(&day.chen, (&along.laptop, 7), "count").await, format!("{LOOK}?said=counted"));
        let changed = confirms_on(&day.zhao, &before, exam, &code).await;
        refuses(&changed, 409, "名单刚才变了");
        assert!(changed.body.contains("您记了 1 件事") && changed.input("list") != before.input("list"), "{}", changed.body);
        assert_eq!(confirms_on(&day.zhao, &changed, exam, &code).await.status, 303);
        assert_eq!(confirms(&day.li, exam, &code).await.status, 303);
        // What comes to stand in her name later is confirmed anew; what she writes herself on the desk is hers.
        let written = [("category", "disturbed"), ("words", "隔壁在装修")];
        assert_eq!(does(&day.zhao, exam, exam, "note", &written).await.status, 303);
        assert!(!day.zhao.opens(exam).await.body.contains("name=\"list\""));
        assert_eq!(decides(&day.chen, (&along.laptop, 8), "count").await, format!("{LOOK}?said=counted"));
        for who in [&day.li, &day.zhao] {
            refuses(&publishes(&along).await, 422, "请等两位监考员都确认了名单");
            assert_eq!(confirms(who, exam, &code).await.status, 303, "what is counted late is seen by both once more");
        }
        assert_eq!(publishes(&along).await.status, 303);
        along.day.bank.close().await;
    }

    async fn an_administrator_without_a_part_decides_where_the_code_is_lost_and_enters_nothing(fresh: Fresh) {
        let mut along = Along::of(Day::over(fresh).await).await;
        along.begins();
        hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        along.answers().await;
        hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        finishes(&along).await;
        let (day, exam) = (&along.day, &along.exam);
        refuses(&confirms(&day.zhao, exam, "01Z0TJMH").await, 422, "有一台电脑的收尾还没有交到");
        let why = [("end_why", "电脑收卷以后打不开了，签到表和卷子的人数对得上")];
        for (who, status) in [(&day.li, 422), (&day.sun, 403), (&day.qian, 403)] {
            assert!(!who.opens(exam).await.body.contains("不核对收尾码"));
            assert_eq!(does(who, exam, exam, "waive-end", &why).await.status, status);
        }
        refuses(&day.chen.opens(exam).await, 200, "收尾码丢了，或者电脑没能收尾");
        refuses(&does(&day.chen, exam, exam, "waive-end", &[]).await, 422, "请写几句");
        for _ in 0..2 {
            let done = does(&day.chen, exam, exam, "waive-end", &why).await;
            assert_eq!(done.status, 303, "{}", done.body);
        }
        assert_eq!(noted(&along, "end_lost").await, 1, "twice is once");
        for who in [&day.li, &day.zhao] {
            let shown = who.opens(exam).await;
            assert!(shown.body.contains("签到表和卷子的人数对得上") && !shown.body.contains("name=\"end\""), "{}", shown.body);
            assert_eq!(confirms(who, exam, "").await.status, 303);
        }
        assert_eq!(publishes(&along).await.status, 303);
        for (who, status) in [(&day.chen, 422), (&day.qian, 303)] {
            assert_eq!(does(who, exam, exam, "enter", &[]).await.status, status);
        }
        along.day.bank.close().await;
    }

    async fn a_code_that_was_not_asked_for_is_asked_for_once_its_end_comes_after_all(fresh: Fresh) {
        let mut along = Along::of(Day::over(fresh).await).await;
        along.begins();
        hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        along.answers().await;
        hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        finishes(&along).await;
        let sees_words = async |along: &Along| crate::exams_box::posts(&along.day.li, &along.exam, "words", &[]).await.status;
        assert_eq!(sees_words(&along).await, 200, "a box that was started anew is ended with its papers open");
        let why = [("end_why", "电脑收卷以后打不开了")];
        assert_eq!(does(&along.day.chen, &along.exam, &along.exam, "waive-end", &why).await.status, 303);
        for who in [&along.day.li, &along.day.zhao] {
            refuses(&who.opens(&along.exam).await, 200, "「电脑」的收尾码，管这个地方的人定了不核对");
            assert_eq!(confirms(who, &along.exam, "").await.status, 303);
        }
        along.ends();
        hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        assert_ne!(sees_words(&along).await, 200);
        refuses(&publishes(&along).await, 422, "请等两位监考员都确认了名单");
        for who in [&along.day.li, &along.day.zhao] {
            assert!(!who.opens(&along.exam).await.body.contains("定了不核对"));
            refuses(&confirms(who, &along.exam, "").await, 422, "现在写了 0 个");
            assert_eq!(confirms(who, &along.exam, &code_of(&along.laptop)).await.status, 303);
        }
        assert_eq!(publishes(&along).await.status, 303);
        along.day.bank.close().await;
    }

    async fn of_two_boxes_a_lost_end_lets_go_of_no_code_that_is_known(fresh: Fresh) {
        let mut along = Along::of(Day::over(fresh).await).await;
        let li = along.day.li_id;
        notes(&mut along, li);
        hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        // It breaks, and the session goes along on another, which ends it; what was written on the first is known by its number there.
        let back = crate::exams_box::posts(&along.day.chen, &along.exam, "take-back", &[("box_why", "电脑坏了")]).await;
        assert_eq!(back.status, 303, "{}", back.body);
        let kit = tries_kit(&along.day.bank, &maker(&along.day.bank).await, (along.id, "kit-of-the-other")).await.unwrap();
        let first = std::mem::replace(&mut along.laptop, Laptop::of_kit(&along.day.bank, &kit, along.day.li_id));
        along.ends();
        let code = code_of(&along.laptop);
        hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        finishes(&along).await;
        let (day, exam) = (&along.day, &along.exam);
        assert!(first.id != along.laptop.id && !day.zhao.opens(exam).await.body.contains("name=\"end\""));
        refuses(&confirms(&day.zhao, exam, &code).await, 422, "有一台电脑的收尾还没有交到");
        let why = [("end_why", "第一台坏了")];
        assert_eq!(does(&day.chen, exam, exam, "waive-end", &why).await.status, 303);
        refuses(&confirms(&day.zhao, exam, "").await, 422, "现在写了 0 个");
        assert_eq!(confirms(&day.zhao, exam, &code).await.status, 303);
        // Whoever has lost that one, too, asks once more.
        assert_eq!(does(&day.chen, exam, exam, "waive-end", &[("end_why", "抄的那张也丢了")]).await.status, 303);
        assert_eq!((confirms(&day.li, exam, "").await.status, noted(&along, "end_lost").await), (303, 2));
        assert_eq!(publishes(&along).await.status, 303);
        along.day.bank.close().await;
    }

    async fn a_note_on_another_box_of_the_session_does_not_let_one_of_the_same_number_vanish(fresh: Fresh) {
        let mut along = Along::of(Day::over(fresh).await).await;
        let li = along.day.li_id;
        notes(&mut along, li);
        let number = along.laptop.entries[0].id;
        hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        let back = crate::exams_box::posts(&along.day.chen, &along.exam, "take-back", &[("box_why", "电脑坏了")]).await;
        assert_eq!(back.status, 303, "{}", back.body);
        let kit = tries_kit(&along.day.bank, &maker(&along.day.bank).await, (along.id, "kit-of-the-other")).await.unwrap();
        let mut other = Laptop::of_kit(&along.day.bank, &kit, li);
        let note = ExamNote { exam: along.id, person: None, category: "device".to_owned(), words: "又停电".to_owned() };
        other.writes_as(number, at(0).plus_minutes(6), &Body::ExamNote(note));
        assert_eq!(states(&hands_over(&along.day.bank, &other.whole()).await.unwrap()), [State::Accepted]);
        assert_eq!(noted(&along, "device").await, 2);
        along.day.bank.close().await;
    }

    async fn what_is_counted_after_an_end_was_let_go_is_let_go_anew(fresh: Fresh) {
        let mut along = Along::of(Day::over(fresh).await).await;
        along.begins();
        hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        finishes(&along).await;
        let why = [("end_why", "电脑收卷以后打不开了")];
        assert_eq!(does(&along.day.chen, &along.exam, &along.exam, "waive-end", &why).await.status, 303);
        for who in [&along.day.li, &along.day.zhao] {
            assert_eq!(confirms(who, &along.exam, "").await.status, 303);
        }
        along.answers().await;
        hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        assert_eq!(decides(&along.day.chen, (&along.laptop, 7), "count").await, format!("{LOOK}?said=counted"));
        refuses(&publishes(&along).await, 422, "请等两位监考员都确认了名单");
        refuses(&confirms(&along.day.zhao, &along.exam, "").await, 422, "有一台电脑的收尾还没有交到");
        along.day.bank.close().await;
    }

    async fn what_another_device_wrote_under_the_number_of_a_note_does_not_let_it_vanish(fresh: Fresh) {
        let mut along = Along::of(Day::over(fresh).await).await;
        along.begins();
        let li = along.day.li_id;
        notes(&mut along, li);
        // Whoever carries the file reads the numbers of claims in it, and a phone chooses its own.
        let number = along.laptop.entries.last().unwrap().id;
        let mut other = Laptop::of_place(&along.day.bank, li, crate::exams::TOWN).await;
        other.writes_as(number, at(0).plus_minutes(5), &enrolled("陈秀兰"));
        assert_eq!(states(&hands_over(&along.day.bank, &other.whole()).await.unwrap()), [State::Accepted]);
        let receipt = hands_over(&along.day.bank, &along.laptop.whole()).await.unwrap();
        assert_eq!(receipt.lines.last().unwrap().state, State::Accepted, "{receipt:?}");
        assert_eq!(noted(&along, "device").await, 1);
        along.day.bank.close().await;
    }

    async fn of_a_box_that_it_was_taken_back_from_before_anything_came_no_code_is_asked(fresh: Fresh) {
        let along = Along::of(Day::over(fresh).await).await;
        let (day, exam) = (&along.day, &along.exam);
        let back = crate::exams_box::posts(&day.chen, exam, "take-back", &[("box_why", "电脑坏了")]).await;
        assert_eq!(back.status, 303, "{}", back.body);
        day.bank.clock.turn_ms(2 * HOUR_MS);
        assert_eq!(does(&day.li, exam, exam, "finish", &[]).await.status, 303);
        let row = exam_box::Entity::find().one(day.bank.fresh.db.read()).await.unwrap().unwrap();
        assert_eq!((row.last_seq, row.end_seq), (None, None));
        assert!(!day.chen.opens(exam).await.body.contains("收尾码丢了"));
        for who in [&day.li, &day.zhao] {
            assert!(!who.opens(exam).await.body.contains("name=\"end\""));
            assert_eq!(confirms(who, exam, "").await.status, 303);
        }
        assert_eq!(publishes(&along).await.status, 303);
        along.day.bank.close().await;
    }
}
