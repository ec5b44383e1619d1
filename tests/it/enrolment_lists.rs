//! Lists of people: read, looked at, decided on, enrolled whole or not at all.

use std::io::Write;

use credit_bank::app::runner_of;
use credit_bank::audit::{self, AuditFilter};
use credit_bank::db::DbFault;
use credit_bank::enrolment;
use credit_bank::identity::{self, DocumentNumber, Role};
use credit_bank::kernel::{CardNumber, LearnerId};
use rust_xlsxwriter::{Formula, Workbook};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use crate::support::server::{Answer, Bank, Person};

pub const LISTS: &str = "/staff/batches";
const USUAL: [(&str, &str); 3] = [("place", "330182"), ("consent", "paper"), ("heard", "yes")];

pub fn csv(lines: &[&str]) -> (&'static str, Vec<u8>) {
    let head = "姓名,出生年份,手机号,村（社区）";
    ("list.csv", std::iter::once(head).chain(lines.iter().copied()).collect::<Vec<_>>().join("\n").into_bytes())
}

pub async fn brings(person: &Person, file: (&str, Vec<u8>)) -> Answer {
    let form = person.opens(LISTS).await;
    sends(person, &form, &USUAL, file).await
}

/// Sends the form of `shown` with a file.
async fn sends(person: &Person, shown: &Answer, fields: &[(&str, &str)], (name, bytes): (&str, Vec<u8>)) -> Answer {
    person.sends_file(shown, LISTS, fields, name, bytes).await
}

/// Brings a list that can be read, and lets the bank look at it; the list's page.
pub async fn checked(bank: &Bank, person: &Person, file: (&str, Vec<u8>)) -> String {
    let answer = brings(person, file).await;
    let page = answer.location.unwrap_or_else(|| panic!("{} {}", answer.status, answer.body));
    works(bank).await;
    page
}

/// The bank does what is due.
pub async fn works(bank: &Bank) {
    runner_of(&bank.house).run_due().await.unwrap();
}

pub async fn decides(person: &Person, page: &str, fields: &[(&str, &str)]) -> Answer {
    let form = person.opens(page).await;
    person.sends(&form, &format!("{page}/decide"), fields).await
}

pub async fn people(bank: &Bank, state: &str) -> u64 {
    entity::person::Entity::find().filter(entity::person::Column::State.eq(state)).count(bank.house.db.read()).await.unwrap()
}

/// The ids of a list's lines, in their order.
async fn learners(bank: &Bank) -> Vec<LearnerId> {
    let rows = entity::batch_row::Entity::find().order_by_asc(entity::batch_row::Column::Number);
    rows.all(bank.house.db.read()).await.unwrap().into_iter().map(|row| LearnerId::from_uuid(row.learner_id)).collect()
}

crate::on_both! {
    async fn a_list_is_looked_at_first_and_enrolled_when_somebody_says_so(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (zhao, _) = bank.staff("赵强", Role::Officer, "330182").await;
        let file = csv(&["王桂英,1951,13800000011,青石镇", "刘建国,1948-03-08,,柳湾镇", "陈秀兰,1950年,无,"]);
        let page = checked(&bank, &zhao, file).await;
        assert_eq!(people(&bank, "active").await, 1, "only the officer: nothing was enrolled yet");
        let shown = zhao.opens(&page).await;
        assert!(shown.body.contains("核对好了") && shown.body.contains("登记这 3 人"), "{}", shown.body);
        let sealed = entity::batch_row::Entity::find().all(bank.house.db.read()).await.unwrap();
        assert!(sealed.iter().all(|row| !String::from_utf8_lossy(row.sealed.as_ref().unwrap()).contains("王桂英")), "sealed");
        for _ in 0..2 {
            let decided = zhao.sends(&shown, &format!("{page}/decide"), &[]).await;
            assert_eq!(decided.location, Some(format!("{page}?said=decided")), "twice is once");
        }
        works(&bank).await;
        works(&bank).await;
        let done = zhao.opens(&page).await;
        assert!(done.body.contains("全部登记好了"), "{}", done.body);
        assert_eq!((people(&bank, "active").await, people(&bank, "staged").await), (4, 0));
        let ids = learners(&bank).await;
        let (db, keys) = (bank.house.db.read(), &bank.house.keys);
        let wang = identity::profile(db, keys, ids[0]).await.unwrap();
        assert_eq!((wang.name.as_str(), wang.birth_year, wang.place_code.as_deref()), ("王桂英", Some(1951), Some("330182001")));
        assert!(wang.card.is_some() && !wang.has_pin && wang.phone.is_some());
        let chen = identity::profile(db, keys, ids[2]).await.unwrap();
        assert_eq!((chen.phone, chen.place_code.as_deref()), (None, Some("330182")), "where nothing is written, the list's place");
        let consent = entity::consent::Entity::find().filter(entity::consent::Column::LearnerId.eq(ids[1].uuid())).one(db).await.unwrap().unwrap();
        assert_eq!(consent.way, "paper");
        let events = entity::event::Entity::find().filter(entity::event::Column::Kind.eq("identity.registered")).count(db).await.unwrap();
        assert_eq!(events, 4, "three, and the officer");
        let rows = entity::batch_row::Entity::find().all(db).await.unwrap();
        assert!(rows.iter().all(|row| row.sealed.is_none() && row.state == "enrolled"), "what the lines said is gone");
        let cards = zhao.opens(&format!("{page}/cards")).await;
        assert_eq!(cards.body.matches("class=\"learner-card\"").count(), 3, "{}", cards.body);
        let result = zhao.opens(&format!("{page}/result")).await;
        let number = wang.card.as_ref().map(ToString::to_string).unwrap();
        assert!(result.body.contains("王桂英") && result.body.contains(&number) && result.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
        // A phone of the list signs in; the same list is found again by who sounds alike.
        let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let fields = [("name", "汪贵英"), ("year", "1951"), ("nophone", "yes"), ("consent", "spoken"), ("place", "青石镇")];
        let form = li.opens("/staff/learners/register").await;
        assert!(li.sends(&form, "/staff/learners/register", &fields).await.body.contains("是不是这位？"));
        bank.close().await;
    }

    async fn the_same_file_has_no_second_effect(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (zhao, _) = bank.staff("赵强", Role::Officer, "330182").await;
        let file = || csv(&["王桂英,1951,,"]);
        let form = zhao.opens(LISTS).await;
        let six = futures_util::future::join_all((0..6).map(|_| sends(&zhao, &form, &USUAL, file()))).await;
        let pages: Vec<String> = six.iter().map(|one| one.location.as_ref().unwrap().split('?').next().unwrap().to_owned()).collect();
        assert!(pages.iter().all(|page| *page == pages[0]), "{pages:?}");
        works(&bank).await;
        decides(&zhao, &pages[0], &[]).await;
        works(&bank).await;
        let again = brings(&zhao, file()).await;
        assert_eq!(again.location, Some(format!("{}?said=known", pages[0])));
        assert!(zhao.opens(&format!("{}?said=known", pages[0])).await.body.contains("交过了"));
        works(&bank).await;
        assert_eq!((people(&bank, "active").await, entity::batch::Entity::find().count(bank.house.db.read()).await.unwrap()), (2, 1));
        bank.close().await;
    }

    async fn three_wrong_lines_are_named_with_column_and_mend_and_nobody_is_enrolled(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        bank.learner("王桂英", 1, Some("330182002")).await;
        let (zhao, _) = bank.staff("赵强", Role::Officer, "330182001").await;
        let form = zhao.opens(LISTS).await;
        let file = csv(&[
            "陈秀兰,2099-01-01,,",
            "赵大爷,1886,,",
            "钱多多,1950,138,没有的村",
            "孙小美,1951,13800000001,",
            "李明,1952,13800000022,",
            "李亮,1953,13800000022,",
            "周文,1954,,",
        ]);
        let fields = [("place", "330182001"), ("consent", "paper"), ("heard", "yes")];
        let page = sends(&zhao, &form, &fields, file).await.location.unwrap();
        works(&bank).await;
        let shown = zhao.opens(&page).await.body;
        for words in [
            "第 2 行", "还没到", "第 3 行", "1900 年以后", "第 4 行", "11 位手机号，现在是 3 位", "没有找到这个地方", "第 5 行",
            "已经有一本存折", "第 7 行", "和第 6 行的手机号一样",
        ] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        assert!(!shown.contains("第 8 行") && !shown.contains("登记这"), "{shown}");
        let form = zhao.opens(&page).await;
        let refused = zhao.sends(&form, &format!("{page}/decide"), &[("decide", "new")]).await;
        assert!(refused.status == 422 && refused.body.contains("请先改好再交"), "{}", refused.body);
        works(&bank).await;
        assert_eq!(people(&bank, "active").await, 2);
        bank.close().await;
    }

    async fn lines_that_sound_like_somebody_wait_for_a_decision(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (zhao, zhao_id) = bank.staff("赵强", Role::Officer, "330182").await;
        let page = checked(&bank, &zhao, csv(&["汪贵英,1952,,青石镇", "单国庆,1950,,", "山国庆,1950,,", "周文,1954,,"])).await;
        let shown = zhao.opens(&page).await.body;
        assert!(shown.contains("选好了，登记") && !shown.contains("登记这"), "no number while lines wait: {shown}");
        assert!(shown.contains("以前好像登记过：王*英 · 青石镇") && shown.contains("和第 3 行好像是同一位"), "{shown}");
        let log = audit::list_access(bank.house.db.read(), wang, 9).await.unwrap();
        assert!(log.iter().any(|row| row.what == "alike" && row.actor == zhao_id));
        let undecided = decides(&zhao, &page, &[]).await;
        assert!(undecided.status == 422 && undecided.body.contains("是同一位，还是照样登记"), "{}", undecided.body);
        let form = zhao.opens(&page).await;
        let row = format!("{page}/rows/2");
        assert_eq!(zhao.sends(&form, &row, &[("decide", "perhaps")]).await.status, 422);
        for _ in 0..2 {
            assert_eq!(zhao.sends(&form, &row, &[("decide", "known")]).await.status, 303);
        }
        assert_eq!(zhao.sends(&form, &format!("{page}/rows/5"), &[("decide", "known")]).await.status, 404, "that line waits for nothing");
        assert_eq!(zhao.sends(&form, &format!("{page}/rows/99"), &[("decide", "new")]).await.status, 404);
        assert_eq!(decides(&zhao, &page, &[("decide", "new")]).await.status, 303);
        works(&bank).await;
        assert_eq!(people(&bank, "active").await, 5, "two that were there and three of four lines");
        let result = zhao.opens(&format!("{page}/result")).await.body;
        assert!(result.contains("2,,,以前登记过") && result.contains("登记好了"), "{result}");
        bank.close().await;
    }

    async fn a_phone_taken_while_a_list_waited_takes_everything_staged_away_again(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (zhao, _) = bank.staff("赵强", Role::Officer, "330182").await;
        let lines: Vec<String> = (0..100).map(|number| format!("{},{},138111{number:05},", name(number), 1920 + number % 60)).collect();
        let page = checked(&bank, &zhao, csv(&lines.iter().map(String::as_str).collect::<Vec<_>>())).await;
        assert_eq!(decides(&zhao, &page, &[("decide", "new")]).await.status, 303);
        // The last but one line's phone goes to somebody else before the work begins.
        let taken = identity::Phone::parse("13811100098").unwrap();
        let new = identity::NewPerson {
            name: identity::PersonName::parse("别人").unwrap(),
            birth_year: identity::BirthYear::from_value(1951),
            phone: Some(taken),
            place_code: None,
            groups: Vec::new(),
            font: "normal",
            lang: credit_bank::i18n::Lang::Chinese,
            identity_level: credit_bank::kernel::IdentityLevel::KNOWN,
            consent: None,
            by: None,
            is_sample: false,
        };
        let keys = bank.house.keys.clone();
        bank.house.db.write::<_, identity::Error, _>(async move |tx| identity::register(tx, &keys, &new).await).await.unwrap();
        works(&bank).await;
        assert_eq!((people(&bank, "active").await, people(&bank, "staged").await), (2, 0), "nobody of the list, and nothing is left");
        let db = bank.house.db.read();
        assert_eq!(entity::phone_index::Entity::find().count(db).await.unwrap(), 1);
        assert_eq!(entity::enrolment::Entity::find().count(db).await.unwrap(), 0);
        assert_eq!(entity::card::Entity::find().count(db).await.unwrap(), 2);
        let shown = zhao.opens(&page).await.body;
        assert!(shown.contains("第 100 行") && shown.contains("已经有一本存折"), "{shown}");
        bank.close().await;
    }

    async fn work_that_was_broken_off_goes_on_where_it_was(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (zhao, zhao_id) = bank.staff("赵强", Role::Officer, "330182").await;
        let lines: Vec<String> = (0..100).map(|number| format!("{},{},,", name(number), 1920 + number % 60)).collect();
        let page = checked(&bank, &zhao, csv(&lines.iter().map(String::as_str).collect::<Vec<_>>())).await;
        assert_eq!(decides(&zhao, &page, &[("decide", "new")]).await.status, 303);
        // The work stops in the middle of staging, and once more where the first are to be made real.
        for (stop, active, staged) in [("decided", 1, 40), ("valid", 41, 60)] {
            stops(&bank, Some(stop)).await;
            works(&bank).await;
            assert_eq!((people(&bank, "active").await, people(&bank, "staged").await), (active, staged), "{stop}");
            stops(&bank, None).await;
            bank.clock.turn_ms(600_000);
        }
        works(&bank).await;
        assert_eq!((people(&bank, "active").await, people(&bank, "staged").await), (101, 0));
        assert!(zhao.opens(&page).await.body.contains("全部登记好了"));
        let db = bank.house.db.read();
        let events = entity::event::Entity::find().filter(entity::event::Column::Kind.eq("identity.registered")).count(db).await.unwrap();
        assert_eq!(events, 101, "nobody was told of twice");
        assert_eq!(entity::card::Entity::find().filter(entity::card::Column::State.eq("active")).count(db).await.unwrap(), 101);
        let filter = AuditFilter { areas: vec!["330182".to_owned()], action: Some("enrolment.decide_list".to_owned()), most: 9, ..AuditFilter::default() };
        let trail = audit::list_entries(db, &filter).await.unwrap();
        assert!(trail.len() == 1 && trail[0].actor == Some(zhao_id), "{trail:?}");
        bank.close().await;
    }

    async fn a_document_that_is_known_gets_the_same_answer_and_its_owner_a_letter(fresh: Fresh) {
        const MOTHER: &str = "11010519491231002X";
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182002")).await;
        let (officer, _) = bank.staff("钱多", Role::Officer, "330182002").await;
        let seen = officer.opens(&format!("/staff/learners/{wang}")).await;
        assert_eq!(officer.sends(&seen, &format!("/staff/learners/{wang}/document"), &[("shown", &seen.input("shown")), ("document", MOTHER)]).await.status, 303);
        // An organisation that declares the column.
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182001").await;
        let form = admin.opens("/staff/organisations/add").await;
        let fields = [("kind", "community"), ("name", "青石社区"), ("place", "330182001"), ("line", ""), ("address", ""), ("phone", ""), ("opening_hours", "")];
        admin.sends(&form, "/staff/organisations/add", &fields).await;
        let organisation = entity::organisation::Entity::find().one(bank.house.db.read()).await.unwrap().unwrap().id;
        let path = format!("/staff/organisations/{organisation}/format");
        let form = admin.opens(&path).await;
        for _ in 0..2 {
            let kept = admin.sends(&form, &path, &[("columns", "document"), ("columns", "phone")]).await;
            assert_eq!(kept.location, Some(format!("{path}?said=kept")), "{}", kept.body);
        }
        let organisation = organisation.to_string();
        let template = admin.opens(&format!("/staff/batches/template/csv?organisation={organisation}")).await.body;
        assert_eq!(template.trim_start_matches('\u{feff}').trim(), "姓名,出生年份,手机号,身份证号");
        let file = |document: &str| ("list.csv", format!("{template}王新,1949,,{document}\n").into_bytes());
        let fields = [("place", "330182001"), ("consent", "witness"), ("heard", "yes"), ("organisation", organisation.as_str())];
        let form = admin.opens(LISTS).await;
        let wrong = sends(&admin, &form, &fields, file("110105194912310021")).await.location.unwrap();
        works(&bank).await;
        assert!(admin.opens(&wrong).await.body.contains("身份证号对不上"));
        let page = sends(&admin, &form, &fields, file(MOTHER)).await.location.unwrap();
        works(&bank).await;
        let shown = admin.opens(&page).await.body;
        assert!(shown.contains("登记这 1 人") && !shown.contains("身份证号"), "the same as for a new number: {shown}");
        decides(&admin, &page, &[]).await;
        works(&bank).await;
        assert!(bank.letter_to("13800000001").await.unwrap().text.contains("证件号和您的一样"));
        let row = entity::batch_row::Entity::find().filter(entity::batch_row::Column::State.eq("enrolled")).one(bank.house.db.read()).await.unwrap().unwrap();
        let id = LearnerId::from_uuid(row.learner_id);
        let (db, keys) = (bank.house.db.read(), &bank.house.keys);
        assert!(identity::profile(db, keys, id).await.unwrap().document.is_none());
        assert_eq!(identity::profile(db, keys, wang).await.unwrap().document.as_ref().map(DocumentNumber::as_str), Some(MOTHER));
        bank.close().await;
    }

    async fn a_list_is_given_up_and_what_it_says_goes_with_it(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (zhao, _) = bank.staff("赵强", Role::Officer, "330182").await;
        let (far, _) = bank.staff("钱多", Role::Officer, "330182001").await;
        let page = checked(&bank, &zhao, csv(&["王桂英,1951,,", "刘建国,1948,,"])).await;
        assert_eq!(far.opens(&page).await.status, 404, "a list of the county");
        let form = zhao.opens(&page).await;
        for _ in 0..2 {
            assert_eq!(zhao.sends(&form, &format!("{page}/give-up"), &[]).await.location.as_deref(), Some(LISTS));
        }
        assert_eq!(entity::batch_row::Entity::find().count(bank.house.db.read()).await.unwrap(), 0);
        let form = zhao.opens(LISTS).await;
        assert_eq!(zhao.sends(&form, &format!("{page}/decide"), &[]).await.status, 409);
        // The same file may come again then; left alone for a month it is given up by itself.
        let again = checked(&bank, &zhao, csv(&["王桂英,1951,,", "刘建国,1948,,"])).await;
        assert_ne!(again, page);
        bank.clock.turn_ms(32 * 86_400_000);
        enrolment::schedule_upkeep(&bank.house.db).await.unwrap();
        works(&bank).await;
        assert_eq!(entity::batch_row::Entity::find().count(bank.house.db.read()).await.unwrap(), 0);
        assert_eq!(people(&bank, "active").await, 2, "the officers: nobody was enrolled");
        bank.close().await;
    }

    async fn whoever_leaves_is_in_no_list_any_more(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (zhao, _) = bank.staff("赵强", Role::Officer, "330182").await;
        let page = checked(&bank, &zhao, csv(&["王桂英,1951,,"])).await;
        decides(&zhao, &page, &[]).await;
        works(&bank).await;
        let id = learners(&bank).await[0];
        let wang = bank.signed_in(id, identity::Assurance::Sms).await;
        let own = wang.opens("/me/export").await.body;
        assert!(own.contains("\"in_a_list\": true") || own.contains("\"in_a_list\":true"), "{own}");
        let form = wang.opens("/me/leave").await;
        wang.sends(&form, "/me/leave", &[]).await;
        let db = bank.house.db.read();
        assert_eq!((entity::batch_row::Entity::find().count(db).await.unwrap(), entity::enrolment::Entity::find().count(db).await.unwrap()), (0, 0));
        bank.close().await;
    }
}

/// A name for each number under a hundred.
pub fn name(number: usize) -> String {
    let figures: Vec<char> = "甲乙丙丁戊己庚辛壬癸".chars().collect();
    format!("学{}{}", figures[number / 10], figures[number % 10])
}

/// Lets the database refuse that a list gets on in this state, or lets it go on.
pub async fn stops(bank: &Bank, state: Option<&'static str>) {
    let is_sqlite = bank.house.db.backend() == DbBackend::Sqlite;
    let sql = match (is_sqlite, state) {
        (true, Some(state)) => format!(
            "CREATE TRIGGER stop BEFORE UPDATE ON batch WHEN NEW.state = '{state}' AND NEW.done > 45 BEGIN SELECT RAISE(ABORT, 'stop'); END"
        ),
        (true, None) => "DROP TRIGGER stop".to_owned(),
        (false, Some(state)) => format!("ALTER TABLE batch ADD CONSTRAINT stop CHECK (state <> '{state}' OR done <= 45)"),
        (false, None) => "ALTER TABLE batch DROP CONSTRAINT stop".to_owned(),
    };
    bank.house.db.write::<_, DbFault, _>(async move |tx| Ok(tx.execute_unprepared(&sql).await.map(drop)?)).await.unwrap();
}

fn book(write: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> (&'static str, Vec<u8>) {
    let mut book = Workbook::new();
    write(book.add_worksheet());
    ("list.xlsx", book.save_to_buffer().unwrap())
}

#[actix_web::test]
async fn files_that_are_no_lists_are_refused_in_plain_words() {
    let bank = Bank::open(crate::support::databases::Engine::Sqlite).await.unwrap().with_places().await;
    let (zhao, _) = bank.staff("赵强", Role::Officer, "330182").await;
    let mut bomb = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    bomb.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
    bomb.write_all(&vec![b' '; 70 * 1024 * 1024]).unwrap();
    let bomb = bomb.finish().unwrap().into_inner();
    let formula = book(|sheet| {
        for (at, heading) in (0..).zip(["姓名", "出生年份", "手机号", "村（社区）"]) {
            sheet.write(0, at, heading).unwrap();
        }
        sheet.write_formula(1, 0, Formula::new("=CMD()").set_result("王桂英")).unwrap();
    });
    let cases: Vec<((&str, Vec<u8>), &str)> = vec![
        (("list.xlsx", bomb), "展开来太大"),
        (formula, "公式（A2）"),
        (("list.xlsx", b"PK\x03\x04".to_vec()), "打不开"),
        (("list.xls", vec![0xD0, 0xCF, 0x11, 0xE0, 1]), "旧版表格"),
        (("list.csv", Vec::new()), "请选名单文件"),
        (csv(&[]), "一行也没有"),
        (("list.csv", "姓名,出生年份\n王,1951".as_bytes().to_vec()), "少了一列：手机号"),
        (("list.csv", "王桂英,1951,,\n".as_bytes().to_vec()), "不认识：王桂英"),
        (("list.csv", format!("姓名,出生年份,手机号,村\n{}", "王,1951,,\n".repeat(10_001)).into_bytes()), "最多 10000 行"),
    ];
    for (file, words) in cases {
        let bad = brings(&zhao, file).await;
        assert!(
            bad.status == 422 && bad.body.contains(words) && bad.input("place") == "330182",
            "{words}: {} {}",
            bad.status,
            bad.body
        );
    }
    let form = zhao.opens(LISTS).await;
    let bare = sends(&zhao, &form, &[], csv(&["王桂英,1951,,"])).await;
    for words in ["请写上地方", "同意的办法", "每一位都同意了"] {
        assert!(bare.status == 422 && bare.body.contains(words), "{words}: {}", bare.body);
    }
    // Far too large is read no further than that is clear; and a form like any other brings no file.
    let huge = sends(&zhao, &form, &USUAL, ("list.csv", vec![b'x'; 9 * 1024 * 1024])).await;
    assert!(
        huge.status == 422 && huge.body.contains("超过 8 兆") && huge.input("place") == "330182",
        "{} {}",
        huge.status,
        huge.body
    );
    assert_eq!(zhao.sends(&form, LISTS, &USUAL).await.status, 422);
    // A name that a spreadsheet would compute is no name.
    let page = checked(&bank, &zhao, csv(&["=HYPERLINK(1),1951,,"])).await;
    assert!(zhao.opens(&page).await.body.contains("第 2 行"));
    // Files are read for nobody who is not signed in, and on no page of learners.
    let stranger = bank.visitor();
    let shown = stranger.opens("/help").await;
    assert_eq!(sends(&stranger, &shown, &USUAL, csv(&["王,1951,,"])).await.status, 303, "to the door");
    let (learner, _) = bank.learner("王桂英", 1, None).await;
    let shown = learner.opens("/help").await;
    assert_eq!(learner.sends_file(&shown, "/help", &[], "list.csv", vec![b'x']).await.status, 400);
    assert_eq!(sends(&learner, &shown, &USUAL, csv(&["王,1951,,"])).await.status, 403);
    let (li, _) = bank.staff("李敏", Role::Volunteer, "330182").await;
    let shown = li.opens("/staff/learners").await;
    assert_eq!(sends(&li, &shown, &USUAL, csv(&["王,1951,,"])).await.status, 403, "volunteers bring no lists");
    bank.close().await;
}

#[actix_web::test]
async fn a_spreadsheet_of_the_empty_form_is_taken_as_it_is_filled_in() {
    let bank = Bank::open(crate::support::databases::Engine::Sqlite).await.unwrap().with_places().await;
    let (zhao, _) = bank.staff("赵强", Role::Officer, "330182").await;
    let file = book(|sheet| {
        for (at, heading) in (0..).zip(["姓名", "出生日期", "手机", "村"]) {
            sheet.write(0, at, heading).unwrap();
        }
        sheet.write(1, 0, "王桂英").unwrap();
        sheet.write(1, 1, 1951).unwrap();
        sheet.write(1, 2, 13_800_000_011_u64).unwrap();
        sheet.write(1, 3, "柳湾镇").unwrap();
        let day = rust_xlsxwriter::ExcelDateTime::from_ymd(1948, 3, 8).unwrap();
        sheet.write(2, 0, "刘建国").unwrap();
        sheet.write_datetime_with_format(2, 1, day, &rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd")).unwrap();
    });
    let page = checked(&bank, &zhao, file).await;
    decides(&zhao, &page, &[]).await;
    works(&bank).await;
    let ids = learners(&bank).await;
    let (db, keys) = (bank.house.db.read(), &bank.house.keys);
    let (wang, liu) = (identity::profile(db, keys, ids[0]).await.unwrap(), identity::profile(db, keys, ids[1]).await.unwrap());
    assert_eq!((wang.birth_year, wang.place_code.as_deref()), (Some(1951), Some("330182002")));
    assert_eq!((wang.phone.map(|phone| phone.as_str().to_owned()).as_deref(), liu.birth_year), (Some("13800000011"), Some(1948)));
    let template = zhao.opens("/staff/batches/template/xlsx").await;
    assert_eq!(template.headers["content-type"], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    assert_eq!(zhao.opens("/staff/batches/template/doc").await.status, 404);
    assert!(CardNumber::parse(wang.card.unwrap().as_str()).is_some());
    bank.close().await;
}
