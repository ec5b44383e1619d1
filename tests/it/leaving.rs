//! Leaving: words equal deeds. Every table is looked through for what must be gone.

use credit_bank::db::{DbFault, Tx};
use credit_bank::identity::{self, DocumentNumber, Role};
use credit_bank::kernel::{Acting, IdentityLevel, LearnerId, digest_of, new_id};
use credit_bank::ledger::{Key, Order, Posting};
use credit_bank::outbox::{self, Event, Standing};
use credit_bank::{ledger, me, recognition};
use entity::{attempt, document_index, event, ledger_account, message};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, Statement};
use serde_json::json;

use crate::own_data::signs_in;
use crate::passbook::passes;
use crate::support::databases::Fresh;
use crate::support::people::sender;
use crate::support::server::{Bank, Person};
use crate::verify::Issued;

const NAME: &str = "欧阳春华";
const PHONE: &str = "13800000007";
const WORDS: &str = "我家的门牌是柳树下第三家";

/// Tables in which the bare number of somebody who has left may stand: registers of rights and of what was done.
const KEEP_THE_NUMBER: [&str; 16] = [
    "access_log",
    "attempt",
    "audit_entry",
    "card",
    "class_hour",
    "consent",
    "credit_use",
    "help_case",
    "help_number",
    "ledger_account",
    "ledger_transfer",
    "ledger_unsealed",
    "person",
    "person_key",
    "result",
    "role",
];

/// Where it may stand besides of somebody to whom a certificate was issued: the register, by which it goes on being verified, and the sealed log.
const KEEP_THE_CERTIFICATE: [&str; 9] = [
    "certificate",
    "certificate_cite",
    "certificate_code",
    "certificate_event",
    "certificate_number",
    "certificate_request",
    "certificate_status",
    "certificate_version",
    "ledger_leaf",
];

/// Every row of every table as text, with bytes in hexadecimal.
async fn everything(fresh: &Fresh) -> Vec<(String, String)> {
    let db = fresh.db.read();
    let backend = db.get_database_backend();
    let ask = async |sql: String, column: &str| -> Vec<String> {
        let rows = db.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
        rows.iter().map(|row| row.try_get::<String>("", column).unwrap()).collect()
    };
    let mut all = Vec::new();
    if backend == DbBackend::Sqlite {
        for table in
            ask("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'".to_owned(), "name").await
        {
            let columns = ask(format!("SELECT name FROM pragma_table_info('{table}')"), "name").await;
            let quoted: Vec<String> = columns.iter().map(|column| format!("quote({column})")).collect();
            let rows = ask(format!("SELECT {} AS row FROM {table}", quoted.join(" || '|' || ")), "row").await;
            all.extend(rows.into_iter().map(|row| (table.clone(), row.to_lowercase())));
        }
    } else {
        let tables = "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = 'public'".to_owned();
        for table in ask(tables, "name").await {
            let rows = ask(format!("SELECT t::text AS row FROM \"{table}\" t"), "row").await;
            all.extend(rows.into_iter().map(|row| (table.clone(), row.to_lowercase())));
        }
    }
    all
}

/// The tables in which `needle` stands, as text or as bytes.
fn tables_with(rows: &[(String, String)], needle: &str) -> Vec<String> {
    let needles = [needle.to_lowercase(), hex::encode(needle), needle.replace('-', "")];
    let holds = |row: &str| needles.iter().any(|needle| row.contains(needle.as_str()));
    let mut tables: Vec<String> = rows.iter().filter(|(_, row)| holds(row)).map(|(table, _)| table.clone()).collect();
    tables.sort();
    tables.dedup();
    tables
}

/// Takes a test of T19 to its end, with whatever answers.
async fn takes_a_test(bank: &Bank, person: &Person) {
    let start = person.opens("/courses/T19/test").await;
    let begun = person.sends(&start, "/courses/T19/test", &[]).await.location.unwrap();
    let attempt = begun.split('/').nth(2).unwrap().to_owned();
    let page = person.opens(&format!("/tests/{attempt}/1")).await;
    person.sends(&page, &format!("/tests/{attempt}/1"), &[("q", "0")]).await;
    person.sends(&page, &format!("/tests/{attempt}/hand-in"), &[]).await;
    // Beside it one that passed, with something missed.
    let failed = attempt::Entity::find().one(bank.fresh.db.read()).await.unwrap().unwrap();
    assert_eq!(failed.state, "failed");
    let passed = attempt::Model { id: new_id(bank.clock.now()), number: 2, state: "passed".to_owned(), ..failed };
    let keep = async move |tx: &Tx| {
        attempt::Entity::insert(passed.clone().into_active_model()).exec_without_returning(tx).await?;
        Ok::<_, DbFault>(())
    };
    bank.fresh.db.write(keep).await.unwrap();
}

fn acting(learner: LearnerId) -> Acting {
    Acting { learner, helper: None, identity_level: IdentityLevel::KNOWN }
}

/// Somebody who has left traces everywhere.
async fn settled(bank: &Bank) -> (Person, LearnerId) {
    let (person, id) = bank.learner(NAME, 7, Some("330182001")).await;
    passes(bank, id, "T01").await;
    takes_a_test(bank, &person).await;
    let card = person.opens("/me/card").await;
    person.sends(&card, "/me/card", &[("pin", "2580")]).await;
    let form = person.opens("/help").await;
    person.sends(&form, "/help", &[("phone", PHONE), ("about", WORDS)]).await;
    let form = person.opens("/me/phone").await;
    person.sends(&form, "/me/phone", &[("phone", "13900000007")]).await;
    bank.letter_to("13900000007").await.unwrap();
    signs_in(bank, &bank.visitor(), PHONE).await;
    let lesson = person.opens("/courses/T19/c1/1").await;
    person.sends(&lesson, "/courses/T19/c1/1", &[]).await;
    let (staff, staff_id) = bank.staff("李敏", Role::Volunteer, "330182001").await;
    staff.opens(&format!("/staff/learners/{id}")).await;
    let keys = bank.house.keys.clone();
    let today = bank.clock.now().day();
    // The number that was kept first was put right later, and went.
    for number in ["110101195103070010", "110101195103070029"] {
        let number = DocumentNumber::parse(number, today).unwrap();
        let keys = keys.clone();
        let seen = async move |tx: &Tx| identity::document_seen(tx, &keys, (staff_id, &sender()), id, Some(&number)).await;
        bank.fresh.db.write(seen).await.unwrap();
    }
    assert_eq!(document_index::Entity::find().count(bank.fresh.db.read()).await.unwrap(), 1);
    (person, id)
}

crate::on_both! {
    async fn whoever_leaves_stands_in_no_table_but_the_registers_and_there_by_a_bare_number(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (wang, id) = settled(&bank).await;
        let before = everything(&bank.fresh).await;
        for table in ["event", "message", "answer", "session", "known_device", "idempotency", "lesson_progress", "phone_index", "document_index"] {
            assert!(tables_with(&before, &id.to_string()).contains(&table.to_owned()), "{table} holds nothing to forget");
        }
        let check = wang.opens("/me/leave").await;
        for words in ["备份最多留 90 天，到期一起删。", "class=\"button danger full\"", "删掉我的信息，找不回来"] {
            assert!(check.body.contains(words), "{words} in {}", check.body);
        }
        let next = check.body.split("class=\"next\"").nth(1).unwrap().split("</div>").next().unwrap();
        assert!(!next.contains("删掉"), "not where one steps back: {next}");
        assert_eq!(wang.sends(&check, "/me/leave", &[]).await.location.as_deref(), Some("/me/left"));
        let after = everything(&bank.fresh).await;
        for words in [NAME, PHONE, WORDS] {
            assert!(tables_with(&after, words).is_empty(), "{words} in {:?}", tables_with(&after, words));
        }
        let holding = tables_with(&after, &id.to_string());
        assert!(holding.iter().all(|table| KEEP_THE_NUMBER.contains(&table.as_str())), "{holding:?}");
        // Of a test that was passed stays that it was; of the others nothing.
        let attempts = attempt::Entity::find().all(bank.fresh.db.read()).await.unwrap();
        assert_eq!(attempts.iter().map(|attempt| (attempt.state.as_str(), &attempt.missed)).collect::<Vec<_>>(), [("passed", &None)]);
        let finished = event::Entity::find().filter(event::Column::Kind.eq("assessment.finished")).one(bank.fresh.db.read()).await;
        let body = finished.unwrap().unwrap().body;
        assert!(!body.contains("items") && !body.contains("attempt") && body.contains("score_permille"), "{body}");
        assert!(message::Entity::find().all(bank.fresh.db.read()).await.unwrap().iter().all(|row| row.learner_id.is_none()));
        bank.close().await;
    }

    async fn of_a_certificate_stays_the_line_of_the_register_for_verification_alone(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let (bank, wang) = (issued.work.bank(), &issued.work.wang);
        let check = wang.opens("/me/leave").await;
        assert!(check.body.contains("登记簿上留姓名、编号、日期、是哪种证书、还有没有效。只用来核验，永久留着。"), "{}", check.body);
        assert_eq!(wang.sends(&check, "/me/leave", &[]).await.location.as_deref(), Some("/me/left"));
        let after = everything(&bank.fresh).await;
        // On the register the name is sealed with the bank's own key; what the document says is gone with its owner's.
        assert!(tables_with(&after, "王桂英").is_empty(), "{:?}", tables_with(&after, "王桂英"));
        let holding = tables_with(&after, &issued.work.wang_id.to_string());
        let may = |table: &&str| KEEP_THE_NUMBER.contains(table) || KEEP_THE_CERTIFICATE.contains(table);
        assert!(holding.iter().all(|table| may(&table.as_str())), "{holding:?}");
        let person = bank.visitor();
        let by_name = issued.asks(&person, &issued.number, "王桂英").await.location.unwrap();
        for way in [by_name, format!("/v/{}", issued.code)] {
            let page = person.opens(&way).await;
            for words in ["有效", "单元学习证明", "持证人已离开学分银行，只保留核验所需的登记。"] {
                assert!(page.status == 200 && page.body.contains(words), "{way}: {words} in {}", page.body);
            }
        }
        issued.close().await;
    }

    async fn the_account_is_closed_and_the_book_stays_whole(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner(NAME, 7, None).await;
        passes(&bank, id, "T01").await;
        wang.sends(&wang.opens("/me/leave").await, "/me/leave", &[]).await;
        let account = ledger_account::Entity::find().one(bank.fresh.db.read()).await.unwrap().unwrap();
        assert_eq!((account.learner_id, account.closed), (id.uuid(), 1));
        assert!(ledger::audit(&bank.fresh.db, |_| ()).await.unwrap().is_sound());
        assert!(recognition::audit(&bank.fresh.db).await.unwrap().is_sound());
        // Leaving again changes nothing.
        let keys = bank.house.keys.clone();
        bank.fresh.db.write::<_, me::Error, _>(async move |tx| me::forget(tx, &keys, &acting(id)).await).await.unwrap();
        bank.close().await;
    }

    async fn nobody_leaves_while_credit_is_on_its_way_out(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner(NAME, 7, None).await;
        let award = passes(&bank, id, "T01").await;
        let send_out = async move |tx: &Tx| {
            let chain = ledger::open(tx, id, Key::new("test", "out").unwrap(), None).await?;
            let book = ledger::book_under(tx, &chain).await?;
            let evidence = digest_of(&[b"asked"]);
            let order = Order { actor: id, occurred_at: tx.now, rule_version: "2026.1".to_owned(), evidence };
            ledger::post(tx, chain, &Posting::transfer_out(order, &book, award)?).await
        };
        bank.fresh.db.write::<_, ledger::Error, _>(send_out).await.unwrap();
        let refused = wang.sends(&wang.opens("/me/leave").await, "/me/leave", &[]).await;
        assert!(refused.status == 422 && refused.body.contains("您有学分正在转出"), "{}", refused.body);
        assert_eq!(wang.opens("/me").await.status, 200);
        let of_person = event::Entity::find().filter(event::Column::LearnerId.eq(id.uuid()));
        assert!(of_person.count(bank.fresh.db.read()).await.unwrap() > 0, "nothing was taken apart");
        bank.close().await;
    }

    async fn a_thousand_events_are_left_in_chunks_and_all_of_them(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner(NAME, 7, None).await;
        for _ in 0..3 {
            let emit = async move |tx: &Tx| {
                let standing = Standing::default();
                let one = |n| Event { kind: "learning.lesson_finished", learner: Some(id), standing: &standing, body: json!({ "n": n }) };
                let events: Vec<Event<'_>> = (0..350).map(one).collect();
                Ok::<_, DbFault>(outbox::emit(tx, &events).await?)
            };
            bank.fresh.db.write(emit).await.unwrap();
        }
        let of_person = event::Entity::find().filter(event::Column::LearnerId.is_not_null());
        assert!(of_person.clone().count(bank.fresh.db.read()).await.unwrap() > 1_000);
        wang.sends(&wang.opens("/me/leave").await, "/me/leave", &[]).await;
        assert_eq!(of_person.count(bank.fresh.db.read()).await.unwrap(), 0);
        assert!(event::Entity::find().count(bank.fresh.db.read()).await.unwrap() > 1_000, "they still count");
        bank.close().await;
    }
}
