//! Class sessions: what letters may say and how often, where sessions may be, and the first page that names them.

use credit_bank::classes::{self, Hours, Kind, NewClass};
use credit_bank::db::{OnceKey, Tx};
use credit_bank::identity::{self, Assurance};
use credit_bank::kernel::digest_of;
use credit_bank::outbox::Mailbox;
use credit_bank::places::{self, NewOrganisation, OrganisationKind};

use crate::classes::{Hall, letters, public, remind, sends};
use crate::support::databases;

crate::on_both! {
    async fn letters_carry_no_words_that_somebody_made_up_and_three_changes_a_day_are_told(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let made_up = "中奖了请打电话";
        let class = hall.plans(&[("kind", "lecture"), ("course", ""), ("title", made_up)]).await;
        let (wang, _) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        wang.sends(&wang.opens(&public(&class)).await, &public(&class), &[("doing", "up")]).await;
        let (form, own) = (format!("{class}/change"), hall.li_id.to_string());
        for (from, said) in [("8:00", "changed"), ("8:10", "changed"), ("8:20", "changed"), ("8:30", "changed-untold")] {
            let pairs = [("day", "3月4日"), ("from", from), ("to", "11:00"), ("seats", "2"), ("teacher", &own), ("notes", "")];
            let changed = sends(&hall.li, &form, &form, &pairs.map(|(name, value)| (name, value.to_owned()))).await;
            assert_eq!(changed.location, Some(format!("{class}?said={said}")), "{from}: {}", changed.body);
        }
        assert!(hall.li.opens(&format!("{class}?said=changed-untold")).await.body.contains("请您带个话"));
        assert_eq!(letters(&hall.bank, "13800000001", "class-changed").await, 3);
        hall.turns_to(26).await;
        remind(&hall.bank).await;
        let letter = hall.bank.letter_to("13800000001").await.unwrap();
        assert!(letter.template == "class-reminder" && letter.text.contains("老专家讲堂，3 月 4 日 周三 8:30"), "{}", letter.text);
        let all = hall.bank.house.rooms.get::<Mailbox>().letters();
        assert!(all.iter().all(|letter| !letter.text.contains(made_up)));
        hall.bank.close().await;
    }

    async fn the_first_page_names_the_class_of_today_or_tomorrow(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = public(&hall.plans(&[]).await);
        let (wang, id) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        wang.sends(&wang.opens(&class).await, &class, &[("doing", "up")]).await;
        for (hours, words) in [(0, ""), (24, "明天 9:00 青石服务点"), (49, "今天 9:00 青石服务点"), (50, "")] {
            hall.turns_to(hours).await;
            let home = hall.bank.signed_in(id, Assurance::Sms).await.opens("/").await;
            assert_eq!(home.body.contains(&format!("href=\"{class}\"")), !words.is_empty(), "{hours}: {}", home.body);
            assert!(home.body.contains(words), "{hours} {words}: {}", home.body);
        }
        hall.bank.close().await;
    }

    async fn a_session_that_goes_on_past_midnight_is_among_those_of_both_days(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let evening = databases::START.day().plus_days(2).start();
        let new = NewClass {
            kind: Kind::Lecture,
            course: None,
            title: "除夕守岁".to_owned(),
            organisation: hall.point,
            hours: vec![Hours { starts_at: evening.plus_minutes(23 * 60 + 30), ends_at: evening.plus_minutes(25 * 60) }],
            seats: 9,
            teacher: hall.li_id,
            witness: None,
            notes: String::new(),
            group: None,
            is_sample: false,
        };
        let db = &hall.bank.house.db;
        let (scope, key) = (identity::load_scope(db.read(), hall.li_id).await.unwrap(), OnceKey::parse("new-year-eve").unwrap());
        let plans =
            async move |tx: &Tx| classes::plan_classes(tx, &scope, &new, (&key, &digest_of(&[b"eve"]))).await.map(|id| id.to_string());
        let class = format!("/staff/classes/{}", db.write(plans).await.unwrap());
        for (hours, is_today) in [(37, false), (40, true), (62, true), (63, true), (64, true), (88, false)] {
            hall.turns_to(hours).await;
            let page = hall.li.opens("/staff/hall").await.body;
            assert_eq!(page.matches(&class).count(), 1, "{hours}: {page}");
            assert_eq!(page.find(&class) < page.find("/staff/classes/add"), is_today, "{hours}: {page}");
        }
        hall.turns_to(63).await;
        assert!(hall.bank.visitor().opens("/classes").await.body.contains("除夕守岁"));
        hall.bank.close().await;
    }

    async fn of_two_check_ins_to_sessions_at_the_same_time_one_is_taken_however_close_they_come(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let (class, other) = (hall.plans(&[("seats", "30")]).await, hall.plans(&[("from", "10:00"), ("seats", "30")]).await);
        let mut cards = Vec::new();
        for tail in 1..=12 {
            let (_, id) = hall.bank.learner(&format!("学员{tail}号"), tail, Some("330182001")).await;
            cards.push(hall.card_of(id).await.to_string());
        }
        hall.begins().await;
        for card in cards {
            let comes = async |class: &str| {
                let answer = sends(&hall.li, class, &format!("{class}/check-in"), &[("number", card.clone())]).await;
                answer.status
            };
            let (one, two) = futures_util::join!(comes(&class), comes(&other));
            assert_eq!([one.min(two), one.max(two)], [303, 422], "{card}");
        }
        hall.bank.close().await;
    }

    async fn sessions_and_groups_are_at_service_points_only(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let new = NewOrganisation {
            kind: OrganisationKind::Agency,
            name: "青石镇农业局".to_owned(),
            place_code: "330182001".to_owned(),
            line: None,
            address: None,
            phone: None,
            opening_hours: None,
            is_sample: false,
        };
        let agency = hall.bank.house.db.write(async move |tx| places::add_organisation(tx, &new).await).await.unwrap().to_string();
        let add = "/staff/classes/add";
        assert!(!hall.li.opens(add).await.body.contains("青石镇农业局"));
        let bad = sends(&hall.li, add, add, &hall.fields(&[("point", &agency)])).await;
        assert!(bad.status == 422 && bad.body.contains("不归您管"), "{} {}", bad.status, bad.body);
        let (from, add) = ([("name", "小组".to_owned()), ("timetable", "周三".to_owned()), ("point", agency)], "/staff/groups/add");
        assert_eq!(sends(&hall.li, add, add, &from).await.status, 422);
        // Where start and end are missing, each is asked for in words of its own; what is wrong further down is unfolded.
        let add = "/staff/classes/add";
        let bad = sends(&hall.li, add, add, &hall.fields(&[("from", ""), ("to", ""), ("seats", "0")])).await;
        for words in ["请写几点开始", "请写几点结束", "<details class=\"fold\" open>"] {
            assert!(bad.body.contains(words), "{words}: {}", bad.body);
        }
        assert!(hall.li.opens(add).await.body.contains("<details class=\"fold\">"));
        hall.bank.close().await;
    }
}
