//! Two accounts of one person, through the door: asked by one, decided by another, shown as one, taken away together.

use credit_bank::identity::{self, Assurance, Role};
use credit_bank::kernel::LearnerId;
use entity::message;
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::aliases::{TOWN, Twice};
use crate::helping::ACT;
use crate::passbook::passes;
use crate::support::server::{Answer, Person};

const GROUND: &str = "看过身份证，本人说登记了两次";

fn holds(answer: &Answer, words: &[&str]) {
    for words in words {
        assert!(answer.body.contains(words), "{words} in {} {}", answer.status, answer.body);
    }
}

fn accounts(learner: LearnerId) -> String {
    format!("/staff/learners/{learner}/joined")
}

const WISH: [(&str, &str); 5] =
    [("kind", "join"), ("number", "138 0000 0002"), ("reason", "registered_twice"), ("seen", "yes"), ("ground", GROUND)];

async fn asks(twice: &Twice, who: &Person, fields: &[(&str, &str)]) -> Answer {
    let path = accounts(twice.first);
    let own = who.opens("/help").await;
    who.sends(&own, &path, fields).await
}

async fn agrees(reviewer: &Person, path: &str) -> Answer {
    let page = reviewer.opens(path).await;
    let shown = page.input("shown");
    reviewer.sends(&page, path, &[("doing", "agree"), ("shown", &shown)]).await
}

/// Asks through the page, and gives the request's address.
async fn asked(twice: &Twice, fields: &[(&str, &str)]) -> String {
    let answer = asks(twice, &twice.at_desk, fields).await;
    let to = answer.location.unwrap_or_else(|| panic!("{} {}", answer.status, answer.body));
    to.strip_suffix("?said=asked").unwrap().to_owned()
}

crate::on_both! {
    async fn an_officer_asks_a_reviewer_sees_both_side_by_side_and_the_person_is_told(fresh: Fresh) {
        let twice = Twice::over(fresh).await;
        passes(&twice.bank, twice.second, "T01").await;
        passes(&twice.bank, twice.first, "T01").await;
        passes(&twice.bank, twice.first, "T02").await;
        holds(&twice.at_desk.opens(&format!("/staff/learners/{}", twice.first)).await, &["这个人有两个账户", &accounts(twice.first)]);
        holds(&twice.at_desk.opens(&accounts(twice.first)).await, &["王桂英的账户", "另一个账户的卡号或者手机号"]);
        let path = asked(&twice, &WISH).await;
        holds(&twice.at_desk.opens("/staff/corrections").await, &["/staff/aliases"]);
        holds(&twice.at_review.opens("/staff/aliases").await, &["1 件等着复核", "两个账户合在一起看", "登记了两次", &path]);
        let page = twice.at_review.opens(&path).await;
        holds(&page, &["登录以后看到的账户", "并过来看的账户", GROUND, "合在一起以后", "2 格", "两边都有，只算一次", "同意，现在就办"]);
        // The asker does not decide, however the form is sent.
        let own = twice.at_desk.opens(&path).await;
        holds(&own, &["这是您提的"]);
        assert_eq!(twice.at_desk.sends(&own, &path, &[("doing", "agree")]).await.status, 403);
        for _ in 0..2 {
            let agreed = agrees_again(&twice.at_review, &path, &page).await;
            assert_eq!(agreed.location, Some(format!("{path}?said=agreed")), "{}", agreed.body);
        }
        assert_eq!(message::Entity::find().count(twice.db().read()).await.unwrap(), 2, "one letter to each telephone");
        let letter = twice.bank.letter_to("13800000002").await.unwrap();
        assert!(letter.text.contains("合在一起看") && letter.text.contains("12345"), "{}", letter.text);
        // Whichever account signed in, before or now, it is the first one that acts, and both that are shown.
        let anew = twice.bank.signed_in(twice.second, Assurance::CardPin).await;
        for person in [&twice.by_first, &twice.by_second, &anew] {
            holds(&person.opens("/passbook").await, &["已计一次", "2 格"]);
        }
        holds(&twice.at_desk.opens(&format!("/staff/learners/{}", twice.second)).await, &["这个账户已经和另一个合在一起看", &format!("/staff/learners/{}\"", twice.first)]);
        holds(&twice.at_desk.opens(&accounts(twice.second)).await, &["要合并或者分开，请到登录以后看到的那个账户办"]);
        let kept = twice.by_first.opens("/me/kept").await;
        holds(&kept, &["看了您的两个账户", "另一个账户的："]);
        twice.bank.close().await;
    }

    async fn parting_is_asked_and_decided_the_same_way_and_gives_each_their_own_back(fresh: Fresh) {
        let twice = Twice::over(fresh).await;
        passes(&twice.bank, twice.second, "T01").await;
        let path = asked(&twice, &WISH).await;
        agrees(&twice.at_review, &path).await;
        twice.bank.clock.turn_ms(1000);
        let form = twice.at_desk.opens(&format!("{}?end={}", accounts(twice.first), twice.second)).await;
        holds(&form, &["把账户分开", "不是同一个人"]);
        let second = twice.second.to_string();
        let wish = [("kind", "end"), ("account", second.as_str()), ("reason", "two_people"), ("ground", GROUND)];
        let missing = asks(&twice, &twice.at_desk, &wish[..3]).await;
        assert_eq!(missing.status, 422);
        holds(&missing, &["id=\"ground-error\"", "把账户分开"]);
        let path = asked(&twice, &wish).await;
        holds(&twice.at_review.opens(&path).await, &["分开以后，第一个账户", "分开以后，第二个账户"]);
        let agreed = agrees(&twice.at_review, &path).await;
        assert_eq!(agreed.location, Some(format!("{path}?said=agreed")), "{}", agreed.body);
        let letter = twice.bank.letter_to("13800000001").await.unwrap();
        assert!(letter.text.contains("分开"), "{}", letter.text);
        let book = twice.by_second.opens("/passbook").await;
        holds(&book, &["1 格"]);
        assert_eq!(identity::accounts_of(twice.db().read(), twice.first).await.unwrap(), [twice.first]);
        twice.bank.close().await;
    }

    async fn what_is_wrong_is_said_beside_its_field_and_only_who_may_is_let_in(fresh: Fresh) {
        let twice = Twice::over(fresh).await;
        let wrong = asks(&twice, &twice.at_desk, &[("kind", "join"), ("number", "12345"), ("ground", GROUND)]).await;
        assert_eq!(wrong.status, 422);
        holds(&wrong, &["id=\"number-error\"", "id=\"reason-error\"", "id=\"seen-error\"", "value=\"12345\"", GROUND, "<title>错误："]);
        // Nobody there, and somebody of another place, are one answer; so is the account itself.
        twice.bank.learner("李秀英", 3, Some("330182002")).await;
        for number in ["13899999999", "13800000003", "13800000001"] {
            let mut wish = WISH;
            wish[1].1 = number;
            let none = asks(&twice, &twice.at_desk, &wish).await;
            assert_eq!(none.status, 422, "{number}");
            holds(&none, &["没有找到，或者不归您这里管"]);
        }
        let (far, _) = twice.bank.staff("钱进", Role::Officer, "330182002").await;
        let (volunteer, _) = twice.bank.staff("李敏", Role::Volunteer, "330182001").await;
        for (person, status) in [(&twice.at_review, 403), (&far, 404), (&volunteer, 403), (&twice.by_first, 403)] {
            assert_eq!(asks(&twice, person, &WISH).await.status, status);
        }
        let path = asked(&twice, &WISH).await;
        let twofold = asks(&twice, &twice.at_desk, &WISH).await;
        assert_eq!(twofold.status, 409);
        holds(&twofold, &["这个账户已经有一个请求等着复核", GROUND]);
        let (far_review, _) = twice.bank.staff("周宁", Role::Reviewer, "330182002").await;
        assert_eq!(far_review.opens(&path).await.status, 404);
        let page = twice.at_review.opens(&path).await;
        assert_eq!(twice.at_review.sends(&page, &path, &[("doing", "disagree"), ("answer", " ")]).await.status, 422);
        let refused = twice.at_review.sends(&page, &path, &[("doing", "disagree"), ("answer", "名字对不上")]).await;
        assert_eq!(refused.location, Some(format!("{path}?said=disagreed")), "{}", refused.body);
        holds(&twice.at_desk.opens(&path).await, &["名字对不上", "复核人没同意"]);
        // Asked once more, and taken back by the asker alone.
        let path = asked(&twice, &WISH).await;
        let page = twice.at_desk.opens(&path).await;
        let back = twice.at_desk.sends(&page, &format!("{path}/withdraw"), &[]).await;
        assert_eq!(back.location, Some(format!("{path}?said=withdrawn")), "{}", back.body);
        assert_eq!(identity::accounts_of(twice.db().read(), twice.first).await.unwrap(), [twice.first]);
        twice.bank.close().await;
    }

    async fn what_was_learned_and_asked_in_either_account_is_shown_and_both_leave_together(fresh: Fresh) {
        let twice = Twice::over(fresh).await;
        let form = twice.by_second.opens("/help").await;
        let opened = twice.by_second.sends(&form, "/help", &[("phone", "13800000002"), ("when", "morning")]).await;
        let case = opened.location.unwrap().split(['/', '?']).nth(2).unwrap().to_owned();
        assert_eq!(twice.by_first.opens(&format!("/help/{case}")).await.status, 404);
        let award = passes(&twice.bank, twice.second, "T01").await;
        agrees(&twice.at_review, &asked(&twice, &WISH).await).await;
        assert_eq!(twice.by_first.opens(&format!("/help/{case}")).await.status, 200);
        for path in [format!("/passbook/{award}/receipt"), format!("/passbook/{award}/dispute")] {
            assert_eq!(twice.by_first.opens(&path).await.status, 200, "{path}");
        }
        let data: serde_json::Value = serde_json::from_str(&twice.by_first.opens("/me/export").await.body).unwrap();
        assert_eq!(data["identity"]["id"], twice.first.to_string());
        assert_eq!(data["other_accounts"][0]["recognition"]["total_milli"], 250);
        assert_eq!(data["other_accounts"][0]["identity"]["joined_accounts"][0]["state"], "approved");
        // A session of the other account ends at its owner's word, from whichever account.
        let sessions = twice.by_first.opens("/me/sessions").await;
        twice.by_first.sends(&sessions, "/me/sessions/end-others", &[]).await;
        assert_eq!(twice.by_second.opens("/passbook").await.location.map(|to| to.starts_with("/sign-in")), Some(true));
        let page = twice.by_first.opens("/me/leave").await;
        let left = twice.by_first.sends(&page, "/me/leave", &[]).await;
        assert_eq!(left.location.as_deref(), Some("/me/left"), "{}", left.body);
        for learner in [twice.first, twice.second] {
            let gone = identity::profile(twice.db().read(), &twice.bank.house.keys, learner).await;
            assert!(matches!(gone, Err(identity::Error::NoSuchPerson)), "{gone:?}");
        }
        crate::recognition::assert_sound(&twice.bank.fresh).await;
        twice.bank.close().await;
    }

    async fn what_was_done_for_the_second_account_stands_in_the_one_passbook_and_is_undone_there(fresh: Fresh) {
        let twice = Twice::over(fresh).await;
        let (li, _) = twice.bank.staff("李敏", Role::Volunteer, TOWN).await;
        let form = format!("/staff/learners/{}/on-behalf", twice.second);
        let kept = li.sends(&li.opens(&form).await, &form, &ACT).await;
        let number = kept.location.as_deref().and_then(|to| to.strip_prefix("/staff/on-behalf?number=")).unwrap_or_else(|| panic!("{}", kept.body));
        let receipt = format!("/on-behalf/{number}");
        assert_eq!(twice.by_first.opens(&receipt).await.status, 404, "two people, as far as anybody knows");
        twice.join().await;
        let first = twice.bank.signed_in(twice.first, Assurance::Sms).await;
        holds(&first.opens("/passbook").await, &["别人替我办的事", "挂号预约"]);
        let page = first.opens(&receipt).await;
        holds(&page, &["眼科，下周二上午", "撤销这件事"]);
        let undone = first.sends(&page, &receipt, &[("doing", "undo")]).await;
        let case = undone.location.unwrap().strip_suffix("?said=asked").unwrap().to_owned();
        assert_eq!(first.opens(&case).await.status, 200);
        twice.part().await;
        let first = twice.bank.signed_in(twice.first, Assurance::Sms).await;
        assert_eq!(first.opens(&receipt).await.status, 404);
        let second = twice.bank.signed_in(twice.second, Assurance::Sms).await;
        holds(&second.opens(&receipt).await, &["本人在网上撤销"]);
        twice.bank.close().await;
    }

    async fn signing_out_of_a_joined_account_ends_that_session(fresh: Fresh) {
        let twice = Twice::over(fresh).await;
        agrees(&twice.at_review, &asked(&twice, &WISH).await).await;
        let page = twice.by_second.opens("/me").await;
        let out = twice.by_second.sends(&page, "/sign-out", &[]).await;
        assert_eq!(out.location.as_deref(), Some("/signed-out"), "{}", out.body);
        assert_ne!(twice.by_second.opens("/me").await.status, 200);
        assert_eq!(twice.by_first.opens("/me").await.status, 200);
        twice.bank.close().await;
    }
}

/// The form as it was shown first, sent once more.
async fn agrees_again(reviewer: &Person, path: &str, page: &Answer) -> Answer {
    let shown = page.input("shown");
    reviewer.sends(page, path, &[("doing", "agree"), ("shown", &shown)]).await
}
