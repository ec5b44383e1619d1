//! A supervised session on a box: each of the two shows who they are, it is ended, and its end has a code.

use credit_bank::hall::State;
use entity::exam_box;
use sea_orm::EntityTrait;

use crate::exam_kits::confirms;
use crate::exams::does;
use crate::exams_box::read_out;
use crate::hall::{hands_over, states};
use crate::hall_box_exam::{Along, Laptop, NAMES, opens_papers, says, stays_in};
use crate::support::databases::{Engine, fresh};

crate::on_both! {
    async fn nobody_says_anything_for_the_other_once_the_papers_are_open(fresh: Fresh) {
        let along = Along::of(fresh).await;
        let folder = tempfile::tempdir().unwrap();
        let laptop = Laptop::starts(folder.path(), &along.kit, along.day.bank.clock.clone()).await;
        let (zhao_id, li_id) = (along.day.zhao_id, along.day.li_id);
        // Before that whoever is at it may be either; only who came is taken down.
        let (li, zhao) = (laptop.invigilator(&along, li_id).await, laptop.invigilator(&along, zhao_id).await);
        let seat = along.seat(0);
        assert_eq!(says(&li, &seat, "came").await.status, 303);
        assert!(!li.opens(&seat).await.body.contains("value=\"declare\""));
        assert_eq!(opens_papers(&li, &along, &along.words).await.status, 303);
        // Whoever has typed all of the words has not shown which half is theirs.
        for person in [&li, &zhao] {
            let asked = person.opens(&along.path()).await;
            assert!(asked.body.contains("您自己的那一半开卷口令") && !asked.body.contains(NAMES[0]), "{}", asked.body);
            assert!(asked.body.contains("口令没带"), "{}", asked.body);
            assert_eq!(person.opens(&seat).await.location, Some(along.path()));
            let shown = person.opens("/operator").await;
            let declared = person.sends(&shown, &seat, &[("doing", "declare")]).await;
            assert_eq!(declared.location, Some(along.path()), "{}", declared.body);
        }
        for (who, half, words) in [
            (zhao_id, along.half(li_id), "这不是您的那一半口令"),
            (zhao_id, "0000".to_owned(), "一半口令是 8 个字母和数字，现在写了 4 个"),
            (zhao_id, along.words.clone(), "现在写了 16 个"),
        ] {
            let refused = along.shows(&li, (who, &half)).await;
            assert!(refused.status == 422 && refused.body.contains(words), "{words}: {}", refused.body);
        }
        // Whoever tries others' halves keeps nobody from their work.
        for _ in 0..11 {
            assert_eq!(along.shows(&zhao, (li_id, "00000000")).await.status, 422);
        }
        along.both_show((&li, &zhao)).await;
        assert_eq!(says(&li, &seat, "declare").await.status, 303);
        let list = li.opens(&seat).await;
        assert!(list.body.contains("还没有声明的") && list.body.contains("赵强"), "only for herself: {}", list.body);
        // She comes back as the other one by the other one's half alone.
        assert_eq!(li.opens(&format!("{}?at=who", along.path())).await.status, 200);
        let other = zhao_id.to_string();
        let tapped = [("doing", "who"), ("invigilator", other.as_str())];
        assert_eq!(li.sends(&li.opens(&seat).await, &along.path(), &tapped).await.status, 422);
        // Right words are no try.
        for _ in 0..11 {
            assert_eq!(opens_papers(&zhao, &along, &along.words).await.status, 303);
        }
        laptop.stops().await;
        along.day.bank.close().await;
    }

    async fn whose_document_was_seen_before_need_not_show_it_and_one_tap_ends_nothing(fresh: Fresh) {
        let along = Along::knowing(fresh, Some(2)).await;
        assert!(along.kit.exams[0].way(along.people[2].0).unwrap().is_known);
        assert!(!along.kit.exams[0].way(along.people[0].0).unwrap().is_known);
        let folder = tempfile::tempdir().unwrap();
        let laptop = Laptop::starts(folder.path(), &along.kit, along.day.bank.clock.clone()).await;
        let (li, zhao) = (laptop.invigilator(&along, along.day.li_id).await, laptop.invigilator(&along, along.day.zhao_id).await);
        assert_eq!(opens_papers(&zhao, &along, &along.words).await.status, 303);
        along.both_show((&li, &zhao)).await;
        let seat = along.seat(2);
        for (who, doing) in [(&li, "came"), (&zhao, "declare"), (&li, "declare"), (&li, "allow")] {
            let done = says(who, &seat, doing).await;
            assert_eq!(done.status, 303, "{doing}: {}", done.body);
        }
        let third = laptop.learner(&li.opens(&along.path()).await, NAMES[2]).await;
        along.begins(&third).await;
        let list = li.opens(&along.path()).await;
        for (fields, words) in [(&[("doing", "end")][..], "还有人没来，或者没交"), (&[("doing", "end"), ("sure", "yes")], "还有人在答，请先替他收卷")] {
            let refused = li.sends(&list, &along.path(), fields).await;
            assert!(refused.status == 422 && refused.body.contains(words), "{words}: {}", refused.body);
        }
        along.answers(&third, 2, 1..=10).await;
        let all = third.opens(&along.sit()).await;
        assert_eq!(third.sends(&all, &along.sit(), &[("doing", "hand-in")]).await.status, 303);
        // Locked and opened anew its papers are closed, and its page says what comes first.
        assert_eq!(zhao.sends(&zhao.opens("/hand-over").await, "/lock", &[]).await.location.as_deref(), Some("/"));
        let (li, zhao) = (laptop.invigilator(&along, along.day.li_id).await, laptop.invigilator(&along, along.day.zhao_id).await);
        let closed = li.opens(&along.path()).await;
        assert!(closed.body.contains("name=\"papers\"") && !closed.body.contains("value=\"end\""), "{}", closed.body);
        assert_eq!(opens_papers(&zhao, &along, &along.words).await.status, 303);
        along.both_show((&li, &zhao)).await;
        let list = li.opens(&along.path()).await;
        assert_eq!(li.sends(&list, &along.path(), &[("doing", "end"), ("sure", "yes")]).await.status, 303);
        let late = laptop.learner(&li.opens(&along.path()).await, NAMES[0]).await;
        assert!(late.opens(&along.sit()).await.body.contains("这一场考完了，收尾了"));
        let code = read_out(&zhao.opens(&along.path()).await);
        let pack = zhao.sends(&zhao.opens("/hand-over").await, "/hand-over", &[]).await;
        laptop.stops().await;
        assert_eq!(states(&hands_over(&along.day.bank, &pack.body).await.unwrap()), [State::Accepted; 6]);
        let (day, exam) = (&along.day, &along.exam);
        day.bank.clock.turn_ms(91 * 60_000);
        assert_eq!(does(&day.li, exam, exam, "finish", &[("returned", "yes")]).await.status, 303);
        let row = exam_box::Entity::find().one(day.bank.fresh.db.read()).await.unwrap().unwrap();
        assert_eq!((row.last_seq, row.end_seq), (Some(6), Some(6)));
        for who in [&day.li, &day.zhao] {
            let done = confirms(who, exam, &code.to_lowercase()).await;
            assert_eq!(done.status, 303, "{}", done.body);
        }
        assert_eq!(does(&day.sun, exam, exam, "publish", &[]).await.status, 303);
        assert_eq!(day.paper(along.people[2].0).await.passed, Some(1));
        along.day.bank.close().await;
    }
}

#[actix_web::test]
async fn words_are_tried_ten_times_in_a_quarter_of_an_hour_and_nobody_else_sits_there() {
    let along = Along::of(fresh(Engine::Sqlite).await.unwrap()).await;
    let folder = tempfile::tempdir().unwrap();
    let laptop = Laptop::starts(folder.path(), &along.kit, along.day.bank.clock.clone()).await;
    let li = laptop.invigilator(&along, along.day.li_id).await;
    for _ in 0..10 {
        let refused = opens_papers(&li, &along, "0000000000000000").await;
        assert!(refused.status == 422 && refused.body.contains("开卷口令不对"), "{}", refused.body);
    }
    let refused = opens_papers(&li, &along, &along.words).await;
    assert!(refused.status == 422 && refused.body.contains("请过一刻钟再输"), "{}", refused.body);
    along.day.bank.clock.turn_ms(16 * 60_000);
    assert_eq!(says(&li, &along.seat(0), "came").await.status, 303);
    // With the class's password alone nobody says anything for one of the two, takes a paper away or ends the session.
    let first = "请先开卷，再接着办";
    for (doing, words) in [("allow", "请先开卷，再让他开始"), ("seen", first), ("declare", first), ("collect", first)] {
        let early = says(&li, &along.seat(0), doing).await;
        assert!(early.status == 422 && early.body.contains(words), "{doing}: {}", early.body);
    }
    let ended = li.sends(&li.opens(&along.path()).await, &along.path(), &[("doing", "end"), ("sure", "yes")]).await;
    assert!(ended.status == 422 && ended.body.contains(first), "{}", ended.body);
    assert_eq!(opens_papers(&li, &along, &along.words).await.status, 303);
    assert_eq!(along.shows(&li, (along.day.li_id, &along.half(along.day.li_id))).await.status, 303);
    let zhao = laptop.invigilator(&along, along.day.zhao_id).await;
    stays_in(&along, &laptop, (&li, &zhao)).await;
    // One of the two who is no volunteer of the kit hands over as well, and locks.
    let page = zhao.opens("/hand-over").await;
    assert!(page.status == 200 && page.body.contains("条还没有交") && page.body.contains("锁上这台电脑"), "{}", page.body);
    let pack = zhao.sends(&page, "/hand-over", &[]).await;
    assert!(pack.status == 200 && pack.headers.contains_key("content-disposition"), "{}", pack.body);
    // Whoever is none of the two does not become one, and there is no seventh candidate.
    assert_eq!(along.shows(&li, (along.people[0].0, &along.half(along.day.li_id))).await.status, 422);
    assert_eq!(li.opens(&format!("{}/7", along.path())).await.status, 404);
    let visitor = laptop.visitor();
    for path in [along.path(), along.seat(0), along.sit()] {
        assert_eq!(visitor.opens(&path).await.location.as_deref(), Some("/"), "{path}");
    }
    assert_eq!(zhao.sends(&page, "/lock", &[]).await.location.as_deref(), Some("/"));
    assert_eq!(li.opens(&along.path()).await.location.as_deref(), Some("/"), "it is locked");
    laptop.stops().await;
    along.day.bank.close().await;
}
