//! Hours of volunteers: out of sessions that were closed, entered for others, put right by further lines, proven, never compared.

use credit_bank::identity::{Assurance, Role};
use credit_bank::kernel::LearnerId;
use entity::volunteer_hours;
use sea_orm::EntityTrait;

use crate::classes::{Hall, sends};
use crate::support::server::{Answer, Bank, Person};

async fn lines(bank: &Bank) -> Vec<volunteer_hours::Model> {
    let mut rows = volunteer_hours::Entity::find().all(bank.house.db.read()).await.unwrap();
    // What is put right stands before what puts it right.
    rows.sort_by_key(|row| row.corrects_id.is_some());
    rows
}

fn fields(hall: &Hall, volunteer: LearnerId) -> Vec<(&'static str, String)> {
    vec![
        ("volunteer", volunteer.to_string()),
        ("organisation", hall.point.to_string()),
        ("day", "3月2日".to_owned()),
        ("hours", "1.5".to_owned()),
        ("what", "陪老人去银行".to_owned()),
    ]
}

async fn enters(admin: &Person, fields: &[(&'static str, String)]) -> Answer {
    sends(admin, "/help", "/staff/volunteers", fields).await
}

crate::on_both! {
    async fn a_session_that_is_closed_gives_its_volunteer_the_hours_once(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = hall.plans(&[]).await;
        hall.begins().await;
        for _ in 0..2 {
            let end = format!("{class}/end");
            assert_eq!(sends(&hall.li, "/help", &end, &[]).await.status, 303);
        }
        let all = lines(&hall.bank).await;
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].minutes, all[0].source.as_str(), LearnerId::from_uuid(all[0].learner_id)), (120, "class", hall.li_id));
        let own = hall.li.opens("/me/volunteering").await;
        assert!(own.body.contains("2 小时") && own.body.contains("青石服务点"), "{}", own.body);
        hall.bank.close().await;
    }

    async fn an_administrator_of_the_place_enters_hours_of_others_and_a_mistake_becomes_a_further_line(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let (admin, admin_id) = hall.bank.staff("沈静", Role::Administrator, "330182").await;
        let good = fields(&hall, hall.li_id);
        let page = admin.opens("/staff/volunteers").await;
        let sent: Vec<(&str, &str)> = good.iter().map(|(name, value)| (*name, value.as_str())).collect();
        for _ in 0..2 {
            assert_eq!(admin.sends(&page, "/staff/volunteers", &sent).await.location.as_deref(), Some("/staff/volunteers?said=kept"));
        }
        let wrong: [(&str, String, &str); 5] = [
            ("volunteer", admin_id.to_string(), "volunteer"),
            ("volunteer", String::new(), "volunteer"),
            ("organisation", admin_id.to_string(), "organisation"),
            ("day", "3月9日明年".to_owned(), "day"),
            ("hours", "25".to_owned(), "hours"),
        ];
        for (name, value, field) in wrong {
            let bad: Vec<_> = good.iter().map(|(key, old)| (*key, if *key == name { value.clone() } else { old.clone() })).collect();
            let answer = enters(&admin, &bad).await;
            assert!(answer.status == 422 && answer.body.contains(&format!("id=\"{field}-error\"")), "{name} {value}: {}", answer.body);
            assert!(answer.body.contains("陪老人去银行"));
        }
        let first = lines(&hall.bank).await.remove(0);
        let path = format!("/staff/volunteers/{}", hall.li_id);
        let change = [("line", first.id.to_string()), ("hours", "1".to_owned()), ("reason", "多记了".to_owned())];
        for _ in 0..2 {
            assert_eq!(sends(&admin, &path, &path, &change).await.status, 303);
        }
        let all = lines(&hall.bank).await;
        assert_eq!(all.iter().map(|line| line.minutes).collect::<Vec<_>>(), [90, -30], "the line stays, the difference is added once");
        assert_eq!(sends(&admin, &path, &path, &[("line", first.id.to_string()), ("hours", "1".to_owned())]).await.status, 422);
        let shown = admin.opens(&path).await.body;
        assert!(shown.contains("更正：多记了") && shown.contains("更正以后是 1 小时"), "{shown}");
        let (far, _) = hall.bank.staff("何远", Role::Administrator, "330182002").await;
        assert_eq!(far.opens(&path).await.status, 404);
        assert_eq!(far.sends(&far.opens("/help").await, &path, &[]).await.status, 404);
        assert_eq!(enters(&far, &good).await.status, 422);
        assert_eq!(hall.li.opens("/staff/volunteers").await.status, 403);
        hall.bank.close().await;
    }

    async fn a_proof_says_what_was_recorded_when_it_was_issued_and_is_its_owners(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let (admin, _) = hall.bank.staff("沈静", Role::Administrator, "330182").await;
        enters(&admin, &fields(&hall, hall.li_id)).await;
        let of = ("of", format!("{}/2026", hall.point));
        let page = hall.li.opens("/me/volunteering").await;
        let issue = [("doing", "prove"), ("of", of.1.as_str())];
        let first = hall.li.sends(&page, "/me/volunteering", &issue).await.location.unwrap();
        assert_eq!(hall.li.sends(&page, "/me/volunteering", &issue).await.location.as_ref(), Some(&first));
        hall.bank.clock.turn_ms(1000);
        enters(&admin, &fields(&hall, hall.li_id)).await;
        let proof = hall.li.opens(&first).await.body;
        for words in ["志愿服务记录证明", "李敏", "青石服务点", "陪老人去银行", "1 小时 30 分", "不收钱", "不记学分", "0571"] {
            assert!(proof.contains(words), "{words} in {proof}");
        }
        assert_eq!(proof.matches("陪老人去银行").count(), 1, "what came later is not in it");
        let number = first.rsplit('/').next().unwrap();
        let found = admin.opens(&format!("/staff/volunteers?number={number}")).await;
        assert_eq!(found.location, Some(format!("/staff/volunteers/{}", hall.li_id)));
        let (other, _) = hall.bank.staff("周兰", Role::Volunteer, "330182001").await;
        assert_eq!(other.opens(&first).await.status, 404);
        let none = sends(&other, "/me/volunteering", "/me/volunteering", &[("doing", "prove".to_owned()), of]).await;
        assert_eq!(none.status, 422);
        hall.bank.close().await;
    }

    async fn a_learners_card_confirms_help_once_a_day_and_is_counted_without_a_name(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let (wang, wang_id) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        let (admin, _) = hall.bank.staff("沈静", Role::Administrator, "330182").await;
        enters(&admin, &fields(&hall, hall.li_id)).await;
        let card = hall.card_of(wang_id).await.as_str().to_owned();
        for _ in 0..2 {
            let sent = sends(&hall.li, "/me/volunteering", "/me/volunteering", &[("doing", "helped".to_owned()), ("card", card.clone())]).await;
            assert_eq!(sent.location.as_deref(), Some("/me/volunteering?said=thanked"), "{}", sent.body);
        }
        let own = hall.li.opens("/me/volunteering").await.body;
        assert!(own.contains("1 次") && !own.contains("王桂英"), "{own}");
        for bad in ["123", "1234567890"] {
            let sent = sends(&hall.li, "/me/volunteering", "/me/volunteering", &[("doing", "helped".to_owned()), ("card", bad.to_owned())]).await;
            assert_eq!(sent.status, 422, "{bad}");
        }
        let page = wang.opens("/help").await;
        assert_eq!(wang.sends(&page, "/me/volunteering", &[("doing", "helped"), ("card", &card)]).await.status, 403);
        let (phone, _) = (hall.bank.signed_in(hall.li_id, Assurance::Sms).await, ());
        assert_eq!(phone.opens("/me/volunteering").await.status, 200);
        hall.bank.close().await;
    }
}
