//! A card with its PIN: what it opens, what it does not, and how its owner gets at the rest.

use std::collections::BTreeSet;

use credit_bank::identity::{self, Assurance};
use qrcodegen::{QrCode, QrCodeEcc};

use crate::support::server::Bank;

/// The dark units of a drawn code, out of its strokes `M4 4h7v1h-7z`.
fn dark(path: &str) -> BTreeSet<(i32, i32)> {
    let strokes = path.split('M').filter(|stroke| !stroke.is_empty());
    let units = |stroke: &str| -> Vec<(i32, i32)> {
        let (start, rest) = stroke.split_once('h').unwrap();
        let (x, y) = start.split_once(' ').unwrap();
        let (x, y): (i32, i32) = (x.parse().unwrap(), y.parse().unwrap());
        let run: i32 = rest.split('v').next().unwrap().parse().unwrap();
        (x..x + run).map(|x| (x - 4, y - 4)).collect()
    };
    strokes.flat_map(units).collect()
}

crate::on_both! {
    async fn a_weak_session_is_led_to_the_phone_and_back_again(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (_, id) = bank.learner("王桂英", 1, None).await;
        let finder = bank.signed_in(id, Assurance::CardPin).await;
        for path in ["/me/correct", "/me/place", "/me/groups", "/me/groups/veteran", "/me/kept", "/me/export", "/me/leave", "/me/phone"] {
            let page = finder.opens(path).await;
            assert_eq!(page.status, 403, "{path}");
            let back: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
            for words in ["用手机号登录", &format!("href=\"/sign-in?back={back}\""), "没有手机？带上学员卡到服务点，当面看、当面改。", "href=\"/help?code="] {
                assert!(page.body.contains(words), "{words} at {path} in {}", page.body);
            }
            assert!(!page.body.contains("别的岗位"), "not the page for staff");
        }
        let form = finder.opens("/help").await;
        for path in ["/me/correct", "/me/place", "/me/groups", "/me/groups/veteran", "/me/groups/veteran/stop", "/me/undo", "/me/card", "/me/leave"] {
            let page = finder.sends(&form, path, &[("name", "赵四"), ("year", "1951"), ("pin", "3690")]).await;
            assert!(page.status == 403 && page.body.contains("href=\"/sign-in?back=%2Fme\""), "{path}: {}", page.body);
        }
        // The door is open to who is in by less than a phone.
        let door = finder.opens("/sign-in?back=/me/correct").await;
        assert!(door.status == 200 && door.body.contains("name=\"phone\""), "{}", door.body);
        let me = finder.opens("/me").await.body;
        assert!(me.contains("没有手机？带上学员卡到服务点") && me.contains("href=\"/sign-in?back=/me\""), "{me}");
        let strong = bank.signed_in(id, Assurance::Sms).await;
        assert_eq!(strong.opens("/sign-in?back=/me/correct").await.location.as_deref(), Some("/me/correct"));
        bank.close().await;
    }

    async fn a_found_card_shows_neither_the_number_nor_what_was_said(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let form = wang.opens("/help").await;
        let asked = wang.sends(&form, "/help", &[("phone", "13800000001"), ("about", "女儿的电话打不通")]).await;
        let path = asked.location.unwrap();
        let own = wang.opens(&path).await.body.replace('\u{a0}', "");
        assert!(own.contains("女儿的电话打不通") && own.contains("13800000001"), "{own}");
        let finder = bank.signed_in(id, Assurance::CardPin).await;
        let case = finder.opens(&path).await;
        assert!(case.status == 200 && case.body.contains("以前答复您") && case.body.contains("说了什么，用手机号登录才看得到。"), "{}", case.body);
        for page in [case, finder.opens("/help").await, finder.opens("/me").await] {
            let body = page.body.replace('\u{a0}', "");
            assert!(!body.contains("女儿的电话打不通") && !body.contains("13800000001") && !body.contains("0001\""), "{body}");
        }
        assert_eq!(finder.opens("/help").await.input("phone"), "");
        bank.close().await;
    }

    async fn the_card_can_be_printed_and_its_code_opens_the_door_with_the_number_filled_in(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("买买提·吐尔逊", 1, None).await;
        let page = wang.opens("/me/card").await;
        let profile = identity::profile(bank.fresh.db.read(), &bank.house.keys, id).await.unwrap();
        let card = profile.card.unwrap();
        assert!(page.body.contains("买买提·</span>") && page.body.contains(&card.to_string()) && page.body.contains("请社区打印"));
        // No public address is configured: the one that was just used.
        let link = format!("{}/c/{}", bank.url, card.as_str());
        let code = QrCode::encode_text(&link, QrCodeEcc::Medium).unwrap();
        let every = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
        let expected: BTreeSet<(i32, i32)> = every.filter(|(x, y)| code.get_module(*x, *y)).collect();
        let path = page.body.split("class=\"qr\"").nth(1).unwrap().split("<path d=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(dark(path), expected);
        let lead = bank.visitor().opens(&link[bank.url.len()..]).await.location.unwrap();
        let door = bank.visitor().opens(&lead).await;
        assert_eq!(door.input("card"), card.as_str());
        bank.close().await;
    }
}
