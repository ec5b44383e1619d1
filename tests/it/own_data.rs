//! All that is kept of somebody, in words; changes that say so and can be undone; papers that are asked to be printed.

use credit_bank::help::{self, Kind};
use credit_bank::identity::{self, Role};

use crate::learning::practises;
use crate::passbook::passes;
use crate::support::server::{Bank, Person};
use crate::verify::Issued;

async fn kept_of(bank: &Bank, id: credit_bank::kernel::LearnerId) -> identity::Profile {
    identity::profile(bank.fresh.db.read(), &bank.house.keys, id).await.unwrap()
}

async fn asks(person: &Person, words: &str) {
    let form = person.opens("/help").await;
    assert_eq!(person.sends(&form, "/help", &[("phone", "13800000009"), ("about", words)]).await.status, 303);
}

crate::on_both! {
    async fn all_that_is_kept_is_read_in_words_with_its_terms(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (li, li_id) = bank.learner("李建国", 2, None).await;
        passes(&bank, id, "T01").await;
        passes(&bank, li_id, "T19").await;
        asks(&wang, "字太小").await;
        asks(&li, "别人的话").await;
        let (staff, _) = bank.staff("陈志远", Role::Volunteer, "330182").await;
        staff.opens(&format!("/staff/learners/{id}")).await;
        wang.sends(&wang.opens("/me/groups/veteran").await, "/me/groups/veteran", &[]).await;
        let page = wang.opens("/me/kept").await;
        let title = "我们记了您的，全在这里";
        assert!(page.body.contains(&format!("<title>{title} · ")) && page.body.contains("<h1><span class=\"whole\">我们记了您的，</span>"));
        let version = identity::CONSENT_VERSION;
        for words in [
            // Who, and what was agreed to, in which version.
            "王桂英", "138\u{a0}0000\u{a0}0001", "1951", "青石镇", "老年人、退役军人和其他优抚对象", version, "自己点的",
            // What was done, what was earned, what was asked.
            "连上网", "0.25 学分", "字太小", "请人回电", "记学分", "求助", "您自己",
            // Who read, in which role, for which place.
            "陈志远", "志愿者", "建德市", "看了您的基本信息",
            // How long.
            "您不用存折了，马上删。", "永久留着。", "登录结束 30 天以后删。", "长期留着，查账用。",
            // The file comes second.
            "存成一个文件，交给懂的人看",
        ] {
            assert!(page.body.contains(words), "{words} in {}", page.body);
        }
        for others in ["李建国", "13800000002", "别人的话", &li_id.to_string(), "kept-word", "identity.", "_at_ms"] {
            assert!(!page.body.contains(others), "{others} in {}", page.body);
        }
        assert_eq!(bank.visitor().opens("/me/kept").await.location.as_deref(), Some("/sign-in?back=%2Fme%2Fkept"));
        bank.close().await;
    }

    async fn certificates_and_what_was_shown_of_them_are_read_in_words_and_are_in_the_file(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let wang = &issued.work.wang;
        crate::shares::shares(wang, &issued.id, &crate::shares::USUAL).await;
        let page = wang.opens("/me/kept").await;
        for words in ["单元学习证明", issued.code.as_str(), "青石镇成人学校", "永久留着，用来核验", "村委会招聘", "打开过几回", "链接马上失效"] {
            assert!(page.body.contains(words), "{words} in {}", page.body);
        }
        for others in ["certificates-", "kept-shared", "kept-certificates", "_at_ms"] {
            assert!(!page.body.contains(others), "{others} in {}", page.body);
        }
        let file = wang.opens("/me/export").await;
        for words in [issued.number.as_str(), "AchievementCredential", "村委会招聘"] {
            assert!(file.body.contains(words), "{words} in {}", file.body);
        }
        let (li, _) = issued.work.bank().learner("李建国", 2, None).await;
        assert!(!li.opens("/me/export").await.body.contains(&issued.number));
        issued.close().await;
    }

    async fn a_practice_done_twice_is_one_line_that_says_how_often(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, _) = bank.learner("王桂英", 1, None).await;
        assert!(!wang.opens("/me/kept").await.body.contains("练了几遍"));
        practises(&wang).await;
        let once = wang.opens("/me/kept").await.body;
        assert!(once.contains("<span class=\"soft\">练了几遍</span> 1<"), "{once}");
        bank.clock.turn_ms(86_400_000);
        practises(&wang).await;
        let page = wang.opens("/me/kept").await.body;
        for (key, value) in [("练了几遍", "2<"), ("最少错几处", "0<"), ("头一回", "2026\u{a0}年\u{a0}3\u{a0}月\u{a0}2\u{a0}日")] {
            assert!(page.contains(&format!("<span class=\"soft\">{key}</span> {value}")), "{key} {value} in {page}");
        }
        assert_eq!(page.matches("练了几遍").count(), 1);
        bank.close().await;
    }

    async fn a_change_says_so_and_is_undone_by_whoever_made_it(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (wang, id) = bank.learner("王桂英", 1, Some("330182002")).await;
        let form = wang.opens("/me/correct").await;
        let changed = wang.sends(&form, "/me/correct", &[("name", "王桂花"), ("year", "1952")]).await;
        assert_eq!(changed.location.as_deref(), Some("/me?said=name"));
        let said = wang.opens("/me?said=name").await;
        assert!(said.body.contains("role=\"status\"") && said.body.contains("改好了。") && said.body.contains("action=\"/me/undo\""), "{}", said.body);
        for _ in 0..2 {
            assert_eq!(wang.sends(&said, "/me/undo", &[]).await.location.as_deref(), Some("/me?said=undone"));
        }
        let profile = kept_of(&bank, id).await;
        assert_eq!((profile.name.as_str(), profile.birth_year), ("王桂英", Some(1951)));
        assert!(!wang.opens("/me?said=undone").await.body.contains("/me/undo"), "undone once");
        // The same as before is no change.
        assert_eq!(wang.sends(&form, "/me/correct", &[("name", "王桂英"), ("year", "1951")]).await.location.as_deref(), Some("/me"));
        let place = wang.opens("/me/place?in=330182001").await;
        for _ in 0..2 {
            assert_eq!(wang.sends(&place, "/me/place", &[("place", "330182001")]).await.location.as_deref(), Some("/me?said=place"));
        }
        wang.sends(&wang.opens("/me?said=place").await, "/me/undo", &[]).await;
        assert_eq!(kept_of(&bank, id).await.place_code.as_deref(), Some("330182002"));
        bank.close().await;
    }

    async fn nobody_undoes_what_another_has_changed_in_the_same_browser(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (_, wang_id) = bank.learner("王桂英", 1, None).await;
        let (_, li_id) = bank.learner("李建国", 2, None).await;
        let hall = bank.visitor();
        signs_in(&bank, &hall, "13800000001").await;
        hall.sends(&hall.opens("/me/correct").await, "/me/correct", &[("name", "王桂花"), ("year", "1951")]).await;
        hall.sends(&hall.opens("/me").await, "/sign-out", &[]).await;
        signs_in(&bank, &hall, "13800000002").await;
        let page = hall.opens("/me?said=name").await;
        assert!(!page.body.contains("/me/undo") && page.body.contains("李建国"), "{}", page.body);
        hall.sends(&page, "/me/undo", &[]).await;
        assert_eq!((kept_of(&bank, wang_id).await.name, kept_of(&bank, li_id).await.name), ("王桂花".to_owned(), "李建国".to_owned()));
        bank.close().await;
    }

    async fn a_paper_asked_for_twice_is_one_case_that_the_hall_sees(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let page = wang.opens("/passbook/hours").await;
        assert!(page.body.contains("请社区打印：带上学员卡就行。自己印：点浏览器菜单里的「打印」。"), "{}", page.body);
        assert_eq!(wang.sends(&page, "/help/print", &[("paper", "diploma")]).await.status, 400);
        let first = wang.sends(&page, "/help/print", &[("paper", "hours"), ("year", "2026")]).await;
        let other_form = wang.opens("/passbook/hours").await;
        let again = wang.sends(&other_form, "/help/print", &[("paper", "hours"), ("year", "2026")]).await;
        assert_eq!((first.status, &first.location), (303, &again.location));
        let case = wang.opens(first.location.as_deref().unwrap()).await.body;
        for words in ["记下了，帮您打印", "学时明细，2026 年", "请带上学员卡", "138\u{a0}0000\u{a0}0001"] {
            assert!(case.contains(words), "{words} in {case}");
        }
        bank.clock.turn_ms(1_000);
        wang.sends(&wang.opens("/me/card").await, "/help/print", &[("paper", "card")]).await;
        let cases = help::list_of(bank.fresh.db.read(), id).await.unwrap();
        assert!(cases.len() == 2 && cases.iter().all(|case| case.kind == Kind::Print));
        let (volunteer, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let path = format!("/staff/cases/{id}/{}", cases[1].id);
        assert!(volunteer.opens("/staff/cases").await.body.contains(&path));
        let shown = volunteer.opens(&path).await;
        assert!(shown.body.contains("学时明细，2026 年"), "{}", shown.body);
        volunteer.sends(&shown, &path, &[("doing", "answer"), ("answer", "打好了，在服务点。")]).await;
        assert!(wang.opens(first.location.as_deref().unwrap()).await.body.contains("已经打好了。"));
        let visitor = bank.visitor();
        let refused = visitor.sends(&visitor.opens("/help").await, "/help/print", &[("paper", "card")]).await;
        assert_eq!(refused.location.as_deref(), Some("/sign-in?back=%2Fagain"));
        bank.close().await;
    }
}

/// Signs in by a text in this browser.
pub async fn signs_in(bank: &Bank, person: &Person, phone: &str) {
    let form = person.opens("/sign-in").await;
    assert_eq!(person.sends(&form, "/sign-in", &[("phone", phone)]).await.status, 303);
    let page = person.opens("/sign-in/code").await;
    let code = bank.letter_to(phone).await.unwrap().params[0].1.clone();
    assert_eq!(person.sends(&page, "/sign-in/code", &[("otp", &code)]).await.status, 303);
}
