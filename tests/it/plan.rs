//! 还差什么: how far one is from a certificate, by the shortest way; on the screen and on paper.

use credit_bank::curriculum::{Folder, Shelf};
use credit_bank::identity::Assurance;
use credit_bank::kernel::{LearnerId, TransferId};
use credit_bank::recognition::{self, Levels};

use crate::assessment_pages::set_level;
use crate::learning::go;
use crate::passbook::passes;
use crate::recognition::{NOWHERE, decision, person, transfer_of};
use crate::recognition_conversions::{certified, converts, rule};
use crate::recognition_outward::{answer, highest, instruction, offer, passes_at};
use crate::support::databases::{Engine, fresh};
use crate::support::editions::{being_written, rewritten, written_to};
use crate::support::server::{Answer, Bank, Person, SHELF};

/// The words of a page, without no-break spaces.
fn words(page: &Answer) -> String {
    assert_eq!(page.status, 200, "{}", page.body);
    page.body.replace('\u{a0}', " ").replace("<span class=\"whole\">", "").replace("</span>", "")
}

async fn sees(person: &Person, path: &str, expected: &[&str]) -> String {
    let page = words(&person.opens(path).await);
    for said in expected {
        assert!(page.contains(said), "{said} in {page}");
    }
    page
}

/// The codes of the courses that a plan says are to be learnt, in their order.
fn to_learn(page: &str) -> Vec<String> {
    let list = page.split("还要学的课").nth(1).map(|rest| rest.split("</ul>").next().unwrap()).unwrap_or_default();
    list.split("href=\"/courses/").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

crate::on_both! {
    async fn a_visitor_sees_how_far_each_certificate_is_and_where_to_begin(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let visitor = bank.visitor();
        let before = bank.house.db.statements();
        let all = sees(&visitor, "/plan", &["基础学习证书", "还差 6 门课，约 18 小时", "还差 12 门课，约 36 小时", "还差 16 门课，约 48 小时",
            "证书由发证机构审核后颁发。"]).await;
        assert!(!all.contains("单元学习证明"));
        let page = sees(&visitor, "/plan/foundation", &["还差 6 门课，约 18 小时", "照「公众」这份书单学，最省时间", "带上身份证", "到服务点考一次",
            "tel:12345", "不是学历证书", "href=\"/plan/foundation/print\""]).await;
        assert_eq!(to_learn(&page), ["T19", "T20", "T07", "T04", "T23", "T01"], "the public's set, and the first of those to choose from");
        assert!(go(&visitor.opens("/plan/foundation").await).starts_with("/courses/T19/c1/1"));
        // Anybody's own reading list comes first where lists take as long.
        let veteran = bank.visitor_with("127.0.0.1", &[("pathway", "veteran")]);
        let page = sees(&veteran, "/plan/foundation", &["照「退役军人」这份书单学"]).await;
        assert_eq!(to_learn(&page), ["T04", "T19", "T07", "T20", "T23", "T09"]);
        let farming = bank.visitor_with("127.0.0.1", &[("pathway", "veteran"), ("steering", "farming")]);
        assert_eq!(to_learn(&sees(&farming, "/plan/foundation", &[]).await), ["T04", "T19", "T07", "T20", "T23", "T10"]);
        let full = to_learn(&sees(&visitor, "/plan/full", &["学完的课分在 0 个领域，这张证书要 7 个"]).await);
        let areas: std::collections::BTreeSet<&str> =
            full.iter().map(|code| SHELF.course(code.parse().unwrap()).unwrap().area.as_str()).collect();
        assert_eq!((full.len(), areas.len()), (16, 7));
        assert_eq!(bank.house.db.statements(), before, "a visitor costs no statement");
        for path in ["/plan/unit", "/plan/nothing", "/plan/nothing/print"] {
            assert_eq!(visitor.opens(path).await.status, 404, "{path}");
        }
        bank.close().await;
    }

    async fn what_was_passed_and_begun_makes_the_list_shorter_and_nobody_elses(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let (li, _) = bank.learner("李建国", 2, None).await;
        li.opens("/").await;
        let before = bank.house.db.statements();
        sees(&li, "/plan/foundation", &[]).await;
        assert_eq!(bank.house.db.statements() - before, 6, "session, progress, and the passbook's four");
        passes(&bank, id, "T19").await;
        passes(&bank, id, "T07").await;
        let page = sees(&wang, "/plan/foundation", &["还差 4 门课，约 12 小时", "已经学完 2 门"]).await;
        assert_eq!(to_learn(&page), ["T20", "T04", "T23", "T01"]);
        sees(&li, "/plan/foundation", &["还差 6 门课，约 18 小时"]).await;
        // A begun course is shorter than the others, and stands first where any would do.
        for card in 1..=12 {
            let path = format!("/courses/T22/c1/{card}");
            let shown = wang.opens(&path).await;
            if shown.status == 200 {
                wang.sends(&shown, &path, &[]).await;
            }
        }
        let page = sees(&wang, "/plan/foundation", &["学过一些，还要"]).await;
        assert_eq!(to_learn(&page), ["T20", "T04", "T23", "T22"], "the public's list, with the course that was begun");
        assert!(go(&wang.opens("/plan/foundation").await).starts_with("/courses/T22/"), "what was begun is gone on with");
        bank.close().await;
    }

    async fn what_is_being_looked_into_does_not_count_nor_what_was_reversed(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let safe = passes(&bank, id, "T19").await;
        let other = passes(&bank, id, "T07").await;
        freezes(&bank, id, safe).await;
        let page = sees(&wang, "/plan/foundation", &["还差 4 门课，约 12 小时，还有 1 门要等一等", "「防诈骗，守好钱袋子」的学分正在核对", "先不用重学"]).await;
        let sheet = sees(&wang, "/plan/foundation/print", &["还差 4 门课，约 12 小时，还有 1 门要等一等", "「防诈骗，守好钱袋子」的学分正在核对"]).await;
        assert_eq!(sheet.matches("class=\"tick\"").count(), 4 + 2, "four courses, two errands");
        assert_eq!(to_learn(&page), ["T20", "T04", "T23", "T01"], "nobody is told to learn it again");
        let reverse = async move |tx: &credit_bank::db::Tx| {
            let decision = recognition::Decision { learner: id, ..decision("reverse1", &NOWHERE) };
            recognition::reverse(tx, &decision, person(51), other).await
        };
        bank.fresh.db.write::<_, recognition::Error, _>(reverse).await.unwrap();
        let page = sees(&wang, "/plan/foundation", &["还差 5 门课，约 15 小时，还有 1 门要等一等"]).await;
        assert_eq!(to_learn(&page), ["T20", "T07", "T04", "T23", "T01"]);
        bank.close().await;
    }

    async fn where_all_that_is_missing_has_to_wait_there_is_nothing_to_learn_nor_to_do(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let safe = transfer_of(&passes_at(&bank.fresh, id, "T19", highest()).await);
        passes_at(&bank.fresh, id, "T20", highest()).await;
        for unit in ["T01", "T07", "T04", "T23"] {
            passes(&bank, id, unit).await;
        }
        freezes(&bank, id, safe).await;
        let page = sees(&wang, "/plan/foundation", &["还有 1 门课要等一等，服务点可以先去一趟", "带上身份证", "先不用重学"]).await;
        assert!(to_learn(&page).is_empty() && !page.contains("还差 1 门"), "{page}");
        set_level(&bank, id, 2).await;
        for path in ["/plan", "/plan/foundation", "/plan/foundation/print"] {
            sees(&wang, path, &["还有 1 门课要等一等，您不用做什么"]).await;
        }
        bank.close().await;
    }

    async fn what_is_on_its_way_out_or_went_out_bears_no_certificate_and_what_was_revoked_is_learnt_anew(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let mut awards = Vec::new();
        for unit in ["T19", "T07", "T04"] {
            awards.push(transfer_of(&passes_at(&bank.fresh, id, unit, highest()).await));
        }
        let (out, converted, revoked) = (awards[0], awards[1], awards[2]);
        sees(&wang, "/plan/foundation", &["还差 3 门课，约 9 小时"]).await;
        let offers = async move |tx: &credit_bank::db::Tx| recognition::offer_out(tx, &instruction("form-0001", id), &offer(out)).await;
        let pending = bank.fresh.db.write(offers).await.unwrap();
        let page = sees(&wang, "/plan/foundation", &["已经学完 2 门", "转出"]).await;
        assert_eq!(to_learn(&page), ["T20", "T23", "T01"], "what is out is not learnt again");
        let accepts = async move |tx: &credit_bank::db::Tx| {
            recognition::accept_out(tx, &recognition::Answer { learner: id, ..answer(pending, "R-1") }).await
        };
        bank.fresh.db.write(accepts).await.unwrap();
        let revokes = async move |tx: &credit_bank::db::Tx| {
            recognition::revoke(tx, &recognition::Decision { learner: id, ..decision("revoke01", &NOWHERE) }, person(51), revoked).await
        };
        bank.fresh.db.write(revokes).await.unwrap();
        let page = sees(&wang, "/plan/foundation", &["已经学完 1 门", "转出"]).await;
        assert_eq!(to_learn(&page), ["T20", "T04", "T23", "T01"]);
        let mut one_to_one = rule("T07");
        one_to_one.fraction.denominator = 1;
        let converts = async move |tx: &credit_bank::db::Tx| {
            recognition::convert_out(tx, &instruction("form-0002", id), Some(person(51)), &one_to_one, converted).await
        };
        bank.fresh.db.write(converts).await.unwrap();
        let page = sees(&wang, "/plan/foundation", &["转出"]).await;
        assert!(!page.contains("已经学完"), "{page}");
        assert!(to_learn(&page).iter().all(|code| code != "T19" && code != "T07"), "what is out is not learnt again: {page}");
        bank.close().await;
    }

    async fn a_document_seen_and_a_test_with_somebody_there_are_asked_for_until_they_are_done(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        for unit in ["T01", "T19", "T07", "T04", "T20", "T08", "T23"] {
            passes(&bank, id, unit).await;
        }
        let page = sees(&wang, "/plan/foundation", &["课都学齐了，还要去一趟服务点", "「防诈骗，守好钱袋子」「保护个人信息」，到服务点考一次", "带上身份证"]).await;
        assert!(to_learn(&page).is_empty() && go(&wang.opens("/plan/foundation").await) == "/help");
        set_level(&bank, id, 2).await;
        let page = sees(&wang, "/plan/foundation", &["到服务点考一次"]).await;
        assert!(!page.contains("带上身份证"));
        // A later pass credits nothing, and says more.
        passes_at(&bank.fresh, id, "T19", Levels::from_values(2, 2).unwrap()).await;
        sees(&wang, "/plan/foundation", &["<li>「保护个人信息」，到服务点"]).await;
        passes_at(&bank.fresh, id, "T20", Levels::from_values(2, 2).unwrap()).await;
        let page = sees(&wang, "/plan/foundation", &["该学的、该办的，都齐了", "证书由发证机构审核后颁发"]).await;
        assert!(!page.contains("还要到服务点办的事"));
        assert_eq!(go(&wang.opens("/plan/foundation").await), "/certificates/ask/foundation", "nothing is missing: it is asked for");
        sees(&wang, "/plan", &["该学的、该办的，都齐了", "还差 5 门课，约 15 小时"]).await;
        bank.close().await;
    }

    async fn of_courses_from_elsewhere_only_the_share_that_the_rule_allows_counts(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        for (at, unit) in ["T07", "T04", "T23", "T01"].into_iter().enumerate() {
            let by = instruction(&format!("form-000{at}"), id);
            converts(&bank.fresh, by, Some(51), rule(unit), certified(&format!("ZJ-{at}"))).await.unwrap();
        }
        // Three of six: the fourth does not count; nothing that is asked for is left to choose but T19, T20 and one more.
        let page = sees(&wang, "/plan/foundation", &["还差 3 门课，约 9 小时", "您在别处学过 4 门。这张证书最多算 3 门"]).await;
        assert_eq!(to_learn(&page), ["T19", "T20", "T07"], "what was learnt before is quickly passed here too");
        sees(&wang, "/plan/extension", &["还差 8 门课，约 24 小时"]).await;
        // Passed here too, it is one's own.
        transfer_less(&bank, id, "T01").await;
        sees(&wang, "/plan/foundation", &["还差 2 门课，约 6 小时"]).await;
        bank.close().await;
    }

    async fn a_course_about_safety_is_worth_another_look_after_three_years_and_counts_all_the_same(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        passes(&bank, id, "T19").await;
        passes(&bank, id, "T07").await;
        assert!(!sees(&wang, "/plan/foundation", &[]).await.contains("建议复习"));
        bank.clock.turn_ms(3 * 366 * 86_400_000);
        let wang = bank.signed_in(id, Assurance::Sms).await;
        let page = sees(&wang, "/plan/foundation", &["建议复习", "再考一遍，约 20 分钟", "不复习也照样算", "href=\"/courses/T19/test\"", "已经学完 2 门"]).await;
        assert!(!page.contains("href=\"/courses/T07/test\""));
        transfer_less(&bank, id, "T19").await;
        assert!(!sees(&wang, "/plan/foundation", &["还差 4 门课"]).await.contains("建议复习"));
        bank.close().await;
    }
}

/// The credit of an award is looked into.
async fn freezes(bank: &Bank, learner: LearnerId, award: TransferId) {
    let freeze = async move |tx: &credit_bank::db::Tx| {
        recognition::freeze(tx, &recognition::Decision { learner, ..decision("freeze01", &NOWHERE) }, award).await
    };
    bank.fresh.db.write::<_, recognition::Error, _>(freeze).await.unwrap();
}

/// Passes the test of a unit that is credited already.
async fn transfer_less(bank: &Bank, learner: LearnerId, unit: &'static str) {
    let again = passes_at(&bank.fresh, learner, unit, Levels::from_values(1, 1).unwrap()).await;
    assert_eq!(again.credit, recognition::Credit::HeldAlready);
}

#[actix_web::test]
async fn the_sheet_has_a_box_for_each_course_and_of_the_name_only_the_first_character() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let (wang, id) = bank.learner("王桂英", 1, None).await;
    let fresh = passes_at(&bank.fresh, id, "T22", Levels::from_values(1, 1).unwrap()).await;
    transfer_of(&fresh);
    let sheet = sees(
        &wang,
        "/plan/full/print",
        &[
            "王\u{FF0A}\u{FF0A}",
            "2026 年 3 月 2 日",
            "全域学习证书，还差什么",
            "180 分钟",
            "打电话 12345",
            "学完的课分在 1 个领域，这张证书要 7 个",
        ],
    )
    .await;
    assert_eq!(sheet.matches("class=\"tick\"").count(), 15 + 2, "fifteen courses, two errands");
    assert!(!sheet.contains("王桂英</"), "{sheet}");
    let sheet = sees(&bank.visitor(), "/plan/full/print", &["还差 16 门课，约 48 小时"]).await;
    assert!(!sheet.contains('\u{FF0A}'));
    bank.close().await;
}

#[actix_web::test]
async fn a_course_that_is_being_written_is_said_to_be_missing_and_not_to_be_learnt() {
    let shelf = being_written("courses/T19/course.toml");
    let bank = Bank::teaching(fresh(Engine::Sqlite).await.unwrap(), &shelf).await;
    let page = sees(
        &bank.visitor(),
        "/plan/foundation",
        &["还差 5 门课，约 15 小时，还有 1 门要等一等", "「防诈骗，守好钱袋子」还在编写"],
    )
    .await;
    assert_eq!(to_learn(&page).len(), 5);
    bank.close().await;
}

#[actix_web::test]
async fn where_todays_courses_are_not_enough_for_a_certificate_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    written_to(folder.path());
    for code in ["T02", "T03", "T05", "T06", "T08", "T09", "T10", "T11"] {
        let drafting = |text: &str| text.replace("status = \"complete\"", "status = \"drafting\"");
        rewritten(folder.path(), &format!("courses/{code}/course.toml"), drafting);
    }
    let shelf = Shelf::open(&Folder::new(folder.path().to_owned())).unwrap_or_else(|faults| panic!("{faults:?}"));
    let bank = Bank::teaching(fresh(Engine::Sqlite).await.unwrap(), &shelf).await;
    let visitor = bank.visitor();
    for path in ["/plan", "/plan/full", "/plan/full/print"] {
        sees(&visitor, path, &["照现在的课还学不齐，请问问服务点"]).await;
    }
    assert!(!words(&visitor.opens("/plan/extension").await).contains("学不齐"));
    bank.close().await;
}
