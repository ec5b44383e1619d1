//! The passbook: what was earned, line by line; a question about a line; statement and hours to print.

use credit_bank::help::{self, Kind};
use credit_bank::identity::{Assurance, Role};
use credit_bank::kernel::{Acting, AttemptId, Credits, IdentityLevel, LearnerId, Permille, TransferId, digest_of};
use credit_bank::outbox::Standing;
use credit_bank::recognition::{self, Credit, Evidence, Levels, SupervisionLevel, UnitTerms};

use crate::support::server::{Answer, Bank};

/// A day as pages say it.
pub fn day(year: i32, month: u32, day: u32) -> String {
    format!("{year}\u{a0}年\u{a0}{month}\u{a0}月\u{a0}{day}\u{a0}日")
}

/// The page of the case that an answer leads to.
fn case_path(answer: &Answer) -> String {
    answer.location.as_deref().unwrap().strip_suffix("?said=asked").unwrap().to_owned()
}

/// `learner` passes the test of `unit` now.
pub async fn passes(bank: &Bank, learner: LearnerId, unit: &'static str) -> TransferId {
    tries_to_pass(bank, learner, unit).await.unwrap()
}

/// The same, where the database may not take it.
pub async fn tries_to_pass(bank: &Bank, learner: LearnerId, unit: &'static str) -> Result<TransferId, recognition::Error> {
    let acting = Acting { learner, helper: None, identity_level: IdentityLevel::KNOWN };
    let evidence = Evidence::UnitTest {
        attempt: AttemptId::fresh(bank.clock.now()),
        unit: unit.to_owned(),
        edition: "e1".to_owned(),
        score: Permille::of(8, 10),
        supervision_level: SupervisionLevel::RANDOM_ITEMS,
        evidence_hash: digest_of(&[b"answers"]),
    };
    let terms = UnitTerms {
        unit: unit.to_owned(),
        credits: Credits::from_milli(250).unwrap(),
        minutes_per_class_hour: 45,
        class_hours: 4,
        least: Levels::from_values(1, 1).unwrap(),
        rule_version: "2026.1".to_owned(),
        responsible_org: "县学分银行".to_owned(),
        most_per_hour: None,
    };
    let work = async move |tx: &credit_bank::db::Tx| {
        recognition::recognise(tx, &acting, &evidence, &terms, &Standing::default(), &[]).await
    };
    match bank.fresh.db.write::<_, recognition::Error, _>(work).await?.credit {
        Credit::Posted { transfer, .. } => Ok(transfer),
        other => panic!("{other:?} was not posted"),
    }
}

crate::on_both! {
    async fn the_passbook_shows_what_was_earned_the_newest_first_and_hours_beside_it(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let empty = wang.opens("/passbook").await;
        assert!(empty.body.contains("还没有学分") && empty.body.contains("再得 4 格，就满 1 学分"), "{}", empty.body);
        passes(&bank, id, "T01").await;
        bank.clock.turn_ms(86_400_000);
        passes(&bank, id, "T19").await;
        let page = wang.opens("/passbook").await.body;
        let (older, newer) = (page.find(&day(2026, 3, 2)).unwrap(), page.find(&day(2026, 3, 3)).unwrap());
        assert!(newer < older, "{page}");
        for words in ["王桂英", "<b>2 格</b>", "合 0.5 学分（累计）", "再得 2 格，就满 1 学分", "+1 格（0.25 学分）", "标准学时 4",
            "考核通过，县学分银行确认", "按第 2026.1 版规则记", "<dd>8 学时</dd>", "<dd>0 学时", "不相加", "学分不是钱，", "都是骗子。", "已记入"] {
            assert!(page.contains(words), "{words} in {page}");
        }
        let (li, _) = bank.learner("李建国", 2, None).await;
        assert!(!li.opens("/passbook").await.body.contains(&day(2026, 3, 3)));
        assert_eq!(bank.visitor().opens("/passbook").await.location.as_deref(), Some("/sign-in?back=%2Fpassbook"));
        bank.close().await;
    }

    async fn a_question_about_a_line_is_one_case_with_a_number_and_shown_at_the_line(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let transfer = passes(&bank, id, "T01").await;
        let path = format!("/passbook/{transfer}/dispute");
        let form = wang.opens(&path).await;
        assert!(form.body.contains(&day(2026, 3, 2)) && form.body.contains("3 个工作日内答复您") && form.body.contains("2026\u{a0}0302\u{a0}"));
        for (fields, words) in [
            (vec![], "请点一个，或者写两句"),
            (vec![("why", "other"), ("more", "x\u{202e}y")], "看不见的符号"),
        ] {
            let answer = wang.sends(&form, &path, &fields).await;
            assert!(answer.status == 422 && answer.body.contains(words), "{}", answer.body);
            assert!(fields.is_empty() || answer.body.contains("x\u{202e}y") && answer.body.contains("value=\"other\" checked"));
        }
        let long = "长".repeat(10_000);
        let answer = wang.sends(&form, &path, &[("more", &long)]).await;
        assert!(answer.status == 422 && answer.body.contains(&long));
        let said = [("why", "too_little"), ("why", "wrong_day"), ("more", "我学了两门")];
        let first = wang.sends(&form, &path, &said).await;
        let again = wang.sends(&form, &path, &said).await;
        assert_eq!((first.status, &first.location), (303, &again.location));
        let case = wang.opens(first.location.as_deref().unwrap()).await.body;
        for words in ["记下了", "记少了、日期不对", "我学了两门", "3\u{a0}月\u{a0}5\u{a0}日以前答复您"] {
            assert!(case.contains(words), "{words} in {case}");
        }
        // Another form about the same line while the first waits leads to the first.
        let shown = wang.opens(&path).await;
        assert!(shown.body.contains("这一笔您问过") && !shown.body.contains("name=\"why\""));
        let other = wang.sends(&wang.opens("/help").await, &path, &[("why", "other")]).await;
        assert_eq!(other.location, first.location);
        let cases = help::list_of(bank.fresh.db.read(), id).await.unwrap();
        assert!(cases.len() == 1 && cases[0].kind == Kind::Dispute && cases[0].about == Some(transfer));
        let book = wang.opens("/passbook").await.body;
        assert!(book.contains("您问过") && book.contains(&case_path(&first)), "{book}");
        // What was taken back can be asked again.
        let page = wang.opens(first.location.as_deref().unwrap()).await;
        wang.sends(&page, &format!("{}/withdraw", case_path(&first)), &[]).await;
        let anew = wang.sends(&wang.opens(&path).await, &path, &[("why", "other")]).await;
        assert!(anew.status == 303 && anew.location != first.location);
        bank.close().await;
    }

    async fn nobody_asks_about_anothers_line(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (_, wang) = bank.learner("王桂英", 1, None).await;
        let (li, _) = bank.learner("李建国", 2, None).await;
        let path = format!("/passbook/{}/dispute", passes(&bank, wang, "T01").await);
        assert_eq!(li.opens(&path).await.status, 404);
        let form = li.opens("/help").await;
        assert_eq!(li.sends(&form, &path, &[("why", "other")]).await.status, 404);
        assert_eq!(li.sends(&form, "/passbook/x/dispute", &[("why", "other")]).await.status, 404);
        assert!(help::list_of(bank.fresh.db.read(), wang).await.unwrap().is_empty());
        bank.close().await;
    }

    async fn the_statement_and_the_yearly_hours_can_be_printed(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (_, id) = bank.learner("王桂英", 1, None).await;
        passes(&bank, id, "T01").await;
        bank.clock.turn_ms(365 * 86_400_000);
        passes(&bank, id, "T19").await;
        let wang = bank.signed_in(id, Assurance::Sms).await;
        let statement = wang.opens("/passbook/statement").await.body;
        assert!(statement.find("2026-03-02").unwrap() < statement.rfind("2027-03-02").unwrap());
        for words in ["学分对账单", "2 格（0.5 学分）", "不是学历证书", "2027\u{a0}0302\u{a0}", "第 1 页，共 1 页", "class=\"seal\"", "class=\"table\"", "8 学时"] {
            assert!(statement.contains(words), "{words} in {statement}");
        }
        let this_year = wang.opens("/passbook/hours").await.body;
        let last_year = wang.opens("/passbook/hours?year=2026").await.body;
        let decided = "是否计入年度培训学时，由干部教育培训主管部门认定。";
        for (page, day, year) in [(&this_year, "2027-03-02", "2027 年的学习"), (&last_year, "2026-03-02", "2026 年的学习")] {
            for words in [decided, "网络与线下学习情况明细", "网上学习", "考核通过", "<dd>4 学时</dd>", day, year] {
                assert!(page.contains(words), "{words} in {page}");
            }
            assert!(!page.contains("90 学时"), "never compared with the yearly 90");
        }
        for year in ["2028", "1", "x", "２０２６"] {
            assert_eq!(wang.opens(&format!("/passbook/hours?year={year}")).await.status, 400, "{year}");
        }
        bank.close().await;
    }

    async fn a_dispute_reaches_the_staff_of_the_place_with_the_number_of_the_line(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let transfer = passes(&bank, id, "T01").await;
        let path = format!("/passbook/{transfer}/dispute");
        wang.sends(&wang.opens(&path).await, &path, &[("why", "not_mine")]).await;
        let (officer, _) = bank.staff("周文静", Role::Officer, "330182").await;
        let list = officer.opens("/staff/cases").await.body;
        let at = list.find("/staff/cases/").unwrap();
        let case = officer.opens(list[at..].split('"').next().unwrap()).await.body;
        assert!(case.contains("这门课不是我学的") && case.contains(&help::entry_number(transfer)), "{case}");
        bank.close().await;
    }

    async fn many_lines_stay_light_a_year_and_a_page_at_a_time(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (_, id) = bank.learner("王桂英", 1, None).await;
        for n in 24..=90 {
            if n == 26 {
                bank.clock.turn_ms(365 * 86_400_000);
            }
            passes(&bank, id, Box::leak(format!("T{n}").into_boxed_str())).await;
        }
        let wang = bank.signed_in(id, Assurance::Sms).await;
        let lines = |page: &Answer| page.body.matches("class=\"line ").count();
        let newest = wang.opens("/passbook").await;
        assert_eq!(lines(&newest), 30);
        for words in ["href=\"/passbook?year=2026\"", "第 1 页，共 3 页", "/passbook?year=2027&#38;page=2", "标准学时 4", "T90"] {
            let plain = newest.body.replace("&amp;", "&#38;");
            assert!(plain.contains(words), "{words} in {plain}");
        }
        let last = wang.opens("/passbook?year=2027&page=3").await;
        assert!(lines(&last) == 5 && last.body.contains("T26") && !last.body.contains(">T25<"), "{}", last.body);
        let older = wang.opens("/passbook?year=2026").await;
        assert!(lines(&older) == 2 && older.body.contains("T24") && !older.body.contains("第 1 页"), "{}", older.body);
        for nonsense in ["year=1999", "year=x&page=0", "page=99999999999999999999"] {
            assert_eq!(wang.opens(&format!("/passbook?{nonsense}")).await.status, 200, "{nonsense}");
        }
        // The statement holds all of them, six on the first sheet and nine on each other.
        let statement = wang.opens("/passbook/statement").await.body;
        assert!(statement.contains("第 8 页，共 8 页") && statement.matches("<section class=\"sheet\">").count() == 8);
        assert_eq!(statement.matches("<h1>").count(), 1);
        bank.close().await;
    }

    async fn an_answer_is_seen_at_the_line_and_a_second_look_can_be_asked(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let transfer = passes(&bank, id, "T01").await;
        let path = format!("/passbook/{transfer}/dispute");
        let asked = wang.sends(&wang.opens(&path).await, &path, &[("why", "too_little")]).await;
        let (officer, _) = bank.staff("周文静", Role::Officer, "330182").await;
        let case = help::list_of(bank.fresh.db.read(), id).await.unwrap().remove(0);
        let desk = format!("/staff/cases/{id}/{}", case.id);
        let shown = officer.opens(&desk).await;
        officer.sends(&shown, &desk, &[("doing", "answer"), ("answer", "查过了，记得对。")]).await;
        let book = wang.opens("/passbook").await.body;
        assert!(book.contains("答复了，看一看") && !book.contains("您问过<"), "{book}");
        let answered = wang.opens(&case_path(&asked)).await.body;
        assert!(answered.contains("查过了，记得对。") && answered.contains("不认可，请人再查一次") && answered.contains(&path), "{answered}");
        bank.clock.turn_ms(1_000);
        let form = wang.opens(&path).await;
        assert!(form.body.contains("这一笔您问过，已经答复了。") && form.body.contains("请人再查一次"), "{}", form.body);
        let second = wang.sends(&form, &path, &[("why", "other"), ("more", "请再看看")]).await;
        assert!(second.status == 303 && second.location != asked.location);
        assert!(wang.opens("/passbook").await.body.contains("您问过"));
        bank.close().await;
    }
}
