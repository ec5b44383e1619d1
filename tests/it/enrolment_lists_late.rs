//! Lists and what happens beside them: given up while they are read, overtaken by others, standing still, taken out of the bank.

use credit_bank::audit::{self, AuditFilter};
use credit_bank::db::DbFault;
use credit_bank::identity::{Assurance, Role};
use credit_bank::kernel::LearnerId;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::enrolment_lists::{LISTS, brings, checked, csv, decides, name, people, stops, works};
use crate::identity::{asks_for_a_code, code_sent};
use crate::support::server::{Bank, Person};

async fn state_of(bank: &Bank, page: &str) -> String {
    let id: uuid::Uuid = page.rsplit('/').next().unwrap().parse().unwrap();
    entity::batch::Entity::find_by_id(id).one(bank.house.db.read()).await.unwrap().unwrap().state
}

/// A hundred people of whom only those of `numbers` are meant, with phones.
async fn hundred(bank: &Bank, person: &Person, numbers: std::ops::Range<usize>) -> String {
    let lines: Vec<String> =
        numbers.map(|number| format!("{},{},138222{number:05},", name(number), 1920 + number % 60)).collect();
    checked(bank, person, csv(&lines.iter().map(String::as_str).collect::<Vec<_>>())).await
}

async fn shown_as(bank: &Bank, learner: LearnerId, what: &str) -> usize {
    let log = audit::list_access(bank.house.db.read(), learner, 99).await.unwrap();
    log.iter().filter(|row| row.what == what).count()
}

crate::on_both! {
    async fn whose_phone_is_found_in_a_list_sees_who_has_tried_it(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182002")).await;
        let (zhao, zhao_id) = bank.staff("赵强", Role::Officer, "330182").await;
        checked(&bank, &zhao, csv(&["孙小美,1951,13800000001,", "李明,1952,13800000022,"])).await;
        let log = audit::list_access(bank.house.db.read(), wang, 9).await.unwrap();
        let tried: Vec<_> = log.iter().filter(|row| row.what == "register_phone").collect();
        assert!(tried.len() == 1 && tried[0].actor == zhao_id, "{log:?}");
        bank.close().await;
    }

    async fn who_may_be_meant_is_noted_once_a_day_however_often_the_page_is_opened(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (zhao, zhao_id) = bank.staff("赵强", Role::Officer, "330182").await;
        let page = checked(&bank, &zhao, csv(&["汪贵英,1952,,青石镇"])).await;
        for _ in 0..3 {
            assert!(zhao.opens(&page).await.body.contains("王*英"));
        }
        assert_eq!(shown_as(&bank, wang, "alike").await, 1);
        bank.clock.turn_ms(86_400_000);
        let zhao = bank.signed_in(zhao_id, Assurance::PasswordTotp).await;
        zhao.opens(&page).await;
        assert_eq!(shown_as(&bank, wang, "alike").await, 2, "another day");
        bank.close().await;
    }

    async fn nobody_decides_on_half_a_list(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (zhao, _) = bank.staff("赵强", Role::Officer, "330182").await;
        let page = checked(&bank, &zhao, csv(&["王桂英,1951,,", "刘建国,1948,,"])).await;
        let gone = entity::batch_row::Entity::delete_many().filter(entity::batch_row::Column::Number.eq(3));
        bank.house.db.write::<_, DbFault, _>(async move |tx| Ok(gone.clone().exec(tx).await.map(drop)?)).await.unwrap();
        assert_eq!(decides(&zhao, &page, &[]).await.status, 409);
        works(&bank).await;
        assert_eq!((people(&bank, "active").await, state_of(&bank, &page).await.as_str()), (1, "checked"));
        bank.close().await;
    }

    async fn two_lists_of_the_same_people_enrol_nobody_twice(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (zhao, _) = bank.staff("赵强", Role::Officer, "330182").await;
        let first = checked(&bank, &zhao, csv(&["王桂英,1951,,", "刘建国,1948,,", "陈秀兰,1950,,"])).await;
        let second = checked(&bank, &zhao, csv(&["刘建国,1948,,", "陈秀兰,1950,,", "王桂英,1951,,"])).await;
        for page in [&first, &second] {
            assert_eq!(decides(&zhao, page, &[]).await.status, 303);
        }
        works(&bank).await;
        assert_eq!((people(&bank, "active").await, people(&bank, "staged").await), (4, 0), "the officer and three");
        let (one, other) = (state_of(&bank, &first).await, state_of(&bank, &second).await);
        assert!(one != other && [&one, &other].iter().all(|state| ["checked", "done"].contains(&state.as_str())), "{one} {other}");
        let second = if one == "checked" { first } else { second };
        let shown = zhao.opens(&second).await.body;
        assert!(shown.contains("以前好像登记过：王*英"), "{shown}");
        // Once somebody has said that they are others, it goes on.
        assert_eq!(decides(&zhao, &second, &[("decide", "new")]).await.status, 303);
        works(&bank).await;
        assert_eq!((people(&bank, "active").await, state_of(&bank, &second).await.as_str()), (7, "done"));
        bank.close().await;
    }

    async fn whoever_came_to_the_desk_while_a_list_waited_is_not_enrolled_once_more(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (zhao, _) = bank.staff("赵强", Role::Officer, "330182").await;
        let page = checked(&bank, &zhao, csv(&["王桂英,1951,,", "刘建国,1948,,"])).await;
        let form = zhao.opens("/staff/learners/register").await;
        let fields = [("name", "汪贵英"), ("year", "1952"), ("nophone", "yes"), ("consent", "spoken"), ("place", "青石镇")];
        assert_eq!(zhao.sends(&form, "/staff/learners/register", &fields).await.status, 303);
        decides(&zhao, &page, &[]).await;
        works(&bank).await;
        let shown = zhao.opens(&page).await.body;
        assert_eq!((people(&bank, "active").await, people(&bank, "staged").await), (2, 0), "{shown}");
        assert!(shown.contains("以前好像登记过：汪*英 · 青石镇"), "{shown}");
        bank.close().await;
    }

    async fn a_list_is_held_against_the_people_of_another_that_are_staged(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (zhao, _) = bank.staff("赵强", Role::Officer, "330182").await;
        let (all, some) = (hundred(&bank, &zhao, 0..100).await, checked(&bank, &zhao, csv(&["学壬壬,1948,,"])).await);
        decides(&zhao, &all, &[("decide", "new")]).await;
        stops(&bank, Some("valid")).await;
        works(&bank).await;
        let staged = people(&bank, "staged").await;
        assert!(staged > 0, "they wait to be made real");
        decides(&zhao, &some, &[]).await;
        works(&bank).await;
        assert_eq!((people(&bank, "staged").await, state_of(&bank, &some).await.as_str()), (staged, "checked"));
        assert!(zhao.opens(&some).await.body.contains("以前好像登记过"));
        stops(&bank, None).await;
        bank.close().await;
    }

    async fn lines_of_a_year_beside_each_other_may_be_one_person(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (zhao, _) = bank.staff("赵强", Role::Officer, "330182").await;
        let page = checked(&bank, &zhao, csv(&["王桂英,1951,,", "汪贵英,1952,,", "王桂英,1954,,"])).await;
        let shown = zhao.opens(&page).await.body;
        assert!(shown.contains("第 3 行") && shown.contains("和第 2 行好像是同一位") && !shown.contains("第 4 行"), "{shown}");
        bank.close().await;
    }

    async fn a_list_that_stands_still_is_broken_off_by_an_administrator_and_its_phones_open_nothing(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (zhao, zhao_id) = bank.staff("赵强", Role::Officer, "330182").await;
        let (_, admin_id) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let page = hundred(&bank, &zhao, 0..100).await;
        decides(&zhao, &page, &[("decide", "new")]).await;
        stops(&bank, Some("decided")).await;
        works(&bank).await;
        assert_eq!(people(&bank, "staged").await, 40);
        // Somebody of it has their phone at hand already.
        let early = bank.visitor();
        let code_page = asks_for_a_code(&early, "13822200000").await;
        let code = code_sent(&bank, "13822200000").await;
        let told = early.sends(&code_page, "/sign-in/code", &[("otp", &code), ("back", "/passbook")]).await;
        assert!(told.status == 422 && told.body.contains("正在登记"), "{} {}", told.status, told.body);
        let staff = entity::session::Entity::find().filter(entity::session::Column::Assurance.eq("sms"));
        assert_eq!(staff.count(bank.house.db.read()).await.unwrap(), 0, "nobody is signed in");
        let admin = bank.signed_in(admin_id, Assurance::PasswordTotp).await;
        let shown = admin.opens(&page).await;
        assert!(!shown.body.contains("停下来"), "not at once");
        let form = admin.opens(LISTS).await;
        assert_eq!(admin.sends(&form, &format!("{page}/give-up"), &[]).await.status, 409);
        bank.clock.turn_ms(3_600_001);
        let (zhao, admin) =
            (bank.signed_in(zhao_id, Assurance::PasswordTotp).await, bank.signed_in(admin_id, Assurance::PasswordTotp).await);
        let seen = zhao.opens(&page).await;
        assert!(!seen.body.contains("停下来"), "by an administrator only");
        assert_eq!(zhao.sends(&zhao.opens(LISTS).await, &format!("{page}/give-up"), &[]).await.status, 409);
        let shown = admin.opens(&page).await;
        assert!(shown.body.contains("停下来，退回去"), "{}", shown.body);
        assert_eq!(admin.sends(&shown, &format!("{page}/give-up"), &[]).await.location.as_deref(), Some(LISTS));
        works(&bank).await;
        bank.clock.turn_ms(3_600_000);
        works(&bank).await;
        assert_eq!((people(&bank, "staged").await, state_of(&bank, &page).await.as_str()), (0, "checked"));
        stops(&bank, None).await;
        bank.close().await;
    }

    async fn names_and_numbers_go_out_of_those_of_the_area_only_and_leave_a_trail(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (zhao, zhao_id) = bank.staff("赵强", Role::Officer, "330182").await;
        let page = checked(&bank, &zhao, csv(&["王桂英,1951,,", "刘建国,1948,,"])).await;
        decides(&zhao, &page, &[]).await;
        works(&bank).await;
        // One of them has moved to another province.
        let moved = entity::person::Entity::update_many()
            .col_expr(entity::person::Column::PlaceCode, Expr::value("11"))
            .filter(entity::person::Column::BirthYear.eq(1951));
        bank.house.db.write::<_, DbFault, _>(async move |tx| Ok(moved.clone().exec(tx).await.map(drop)?)).await.unwrap();
        for path in ["result", "cards"] {
            let taken = zhao.opens(&format!("{page}/{path}")).await.body;
            assert!(taken.contains("刘建国") && !taken.contains("王桂英"), "{path}: {taken}");
        }
        for action in ["enrolment.take_result", "enrolment.print_cards"] {
            let filter =
                AuditFilter { areas: vec!["330182".to_owned()], action: Some(action.to_owned()), most: 9, ..AuditFilter::default() };
            let trail = audit::list_entries(bank.house.db.read(), &filter).await.unwrap();
            assert!(trail.len() == 1 && trail[0].actor == Some(zhao_id) && trail[0].detail.contains('1'), "{trail:?}");
        }
        bank.close().await;
    }
}

#[actix_web::test]
async fn a_list_that_is_given_up_while_it_is_read_takes_no_line_more() {
    let bank = Bank::open(crate::support::databases::Engine::Sqlite).await.unwrap().with_places().await;
    let (zhao, _) = bank.staff("赵强", Role::Officer, "330182").await;
    // Given up with the last line of the first chunk.
    let sql = "CREATE TRIGGER given_up AFTER INSERT ON batch_row WHEN NEW.number = 401
        BEGIN UPDATE batch SET state = 'abandoned'; END";
    bank.house.db.write::<_, DbFault, _>(async move |tx| Ok(tx.execute_unprepared(sql).await.map(drop)?)).await.unwrap();
    let lines: Vec<String> = (0..450).map(|number| format!("{},{},,", name(number % 100), 1920 + number % 60)).collect();
    let told = brings(&zhao, csv(&lines.iter().map(String::as_str).collect::<Vec<_>>())).await;
    assert_eq!(told.status, 409, "{}", told.body);
    works(&bank).await;
    let batch = entity::batch::Entity::find().one(bank.house.db.read()).await.unwrap().unwrap();
    assert_eq!(
        (batch.state.as_str(), entity::batch_row::Entity::find().count(bank.house.db.read()).await.unwrap()),
        ("abandoned", 400)
    );
    bank.close().await;
}

#[actix_web::test]
async fn a_list_of_very_many_places_is_brought_in_parts() {
    let bank = Bank::open(crate::support::databases::Engine::Sqlite).await.unwrap().with_places().await;
    let (zhao, _) = bank.staff("赵强", Role::Officer, "330182").await;
    let lines: Vec<String> = (0..201).map(|number| format!("{},1950,,没有的村{number}", name(number % 100))).collect();
    checked(&bank, &zhao, csv(&lines.iter().map(String::as_str).collect::<Vec<_>>())).await;
    let last = entity::batch_row::Entity::find().filter(entity::batch_row::Column::Number.eq(202));
    let last = last.one(bank.house.db.read()).await.unwrap().unwrap();
    assert!(last.problems.contains("enrolment-row-places-many"), "{}", last.problems);
    bank.close().await;
}
