//! Lists of people that staff open: whoever stands on one finds that in their own log, once a day for each who looked.

use credit_bank::audit;
use credit_bank::identity::{Assurance, Role};
use credit_bank::kernel::LearnerId;
use entity::{batch_row, person};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::classes::{Hall, sends};
use crate::classes_end::comes;
use crate::enrolment_lists::{checked, csv, decides, works};
use crate::exams::{Day, TOWN};
use crate::support::server::Bank;

/// How often this member of staff saw somebody on such a list.
async fn looks(bank: &Bank, learner: LearnerId, (actor, what): (LearnerId, &str)) -> usize {
    let rows = audit::list_access(bank.house.db.read(), learner, 200).await.unwrap();
    rows.iter().filter(|row| row.actor == actor && row.what == what).count()
}

crate::on_both! {
    async fn who_is_put_down_for_a_supervised_test_sees_who_opened_its_list(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let exam = day.plans(&[]).await;
        let (wang, id) = day.bank.learner("王桂英", 1, Some(TOWN)).await;
        day.puts_down(&exam, id).await;
        let (far, far_id) = day.bank.staff("周平", Role::Officer, "330182002").await;
        for _ in 0..3 {
            assert!(day.zhao.opens(&exam).await.body.contains("王桂英"));
        }
        assert_eq!((day.li.opens(&exam).await.status, far.opens(&exam).await.status), (200, 404));
        for (actor, times) in [(day.zhao_id, 1), (day.li_id, 1), (far_id, 0)] {
            assert_eq!(looks(&day.bank, id, (actor, "exam_list")).await, times, "{actor}");
        }
        for path in ["/me", "/me/kept"] {
            let body = wang.opens(path).await.body;
            assert!(body.contains("在监考测评的名单上看到了您"), "{path}: {body}");
        }
        day.bank.clock.turn_ms(86_400_000);
        day.bank.signed_in(day.zhao_id, Assurance::PasswordTotp).await.opens(&exam).await;
        assert_eq!(looks(&day.bank, id, (day.zhao_id, "exam_list")).await, 2, "another day");
        day.bank.close().await;
    }

    async fn who_comes_to_a_class_session_or_is_in_a_group_sees_who_opened_its_list(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = hall.plans(&[]).await;
        let (_, wang) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, liu) = hall.bank.learner("刘建国", 2, Some("330182001")).await;
        let add = "/staff/groups/add";
        let fields = [("name", "手机小组".to_owned()), ("timetable", "每周三上午".to_owned()), ("point", hall.point.to_string())];
        let group = sends(&hall.li, add, add, &fields).await.location.unwrap();
        let join = [("doing", "join".to_owned()), ("number", hall.card_of(liu).await.to_string())];
        assert_eq!(sends(&hall.li, &group, &group, &join).await.status, 303);
        for path in [group.clone(), format!("{group}/print")] {
            assert!(hall.li.opens(&path).await.body.contains("刘建国"), "{path}");
        }
        hall.begins().await;
        comes(&hall, &class, wang).await;
        for path in [class.clone(), format!("{class}/end"), format!("{class}/print")] {
            assert!(hall.li.opens(&path).await.body.contains("王桂英"), "{path}");
        }
        let (second, second_id) = hall.bank.staff("陈志远", Role::Administrator, "330182").await;
        assert_eq!(second.opens(&class).await.status, 200);
        for (learner, actor, what, times) in [
            (wang, hall.li_id, "class_list", 1),
            (wang, second_id, "class_list", 1),
            (liu, hall.li_id, "group_list", 1),
            (liu, hall.li_id, "class_list", 0),
            (hall.li_id, second_id, "class_list", 0),
        ] {
            assert_eq!(looks(&hall.bank, learner, (actor, what)).await, times, "{learner} {actor} {what}");
        }
        hall.bank.close().await;
    }

    async fn who_was_enrolled_by_a_list_sees_who_took_its_cards_and_its_result(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (zhao, zhao_id) = bank.staff("赵强", Role::Officer, "330182").await;
        let page = checked(&bank, &zhao, csv(&["王桂英,1951,,青石镇"])).await;
        assert_eq!(decides(&zhao, &page, &[]).await.status, 303);
        works(&bank).await;
        works(&bank).await;
        let row = batch_row::Entity::find().one(bank.house.db.read()).await.unwrap().unwrap();
        let is_there = person::Entity::find().filter(person::Column::LearnerId.eq(row.learner_id)).one(bank.house.db.read()).await;
        assert_eq!(is_there.unwrap().unwrap().state, "active");
        let wang = LearnerId::from_uuid(row.learner_id);
        assert_eq!(looks(&bank, wang, (zhao_id, "enrolled_list")).await, 0);
        let (chen, chen_id) = bank.staff("陈志远", Role::Officer, "330182").await;
        for (person, ways) in [(&zhao, ["cards", "result"]), (&chen, ["result", "cards"])] {
            for way in ways {
                assert_eq!(person.opens(&format!("{page}/{way}")).await.status, 200, "{way}");
            }
        }
        for actor in [zhao_id, chen_id] {
            assert_eq!(looks(&bank, wang, (actor, "enrolled_list")).await, 1);
        }
        bank.close().await;
    }
}
