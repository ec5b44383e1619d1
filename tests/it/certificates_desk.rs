//! The desk of an agency with much to do: what waits by state and kind, and what comes next; appeals, and what waits for a reviewer, also while the
//! agency is suspended; what was typed stays where things have moved on. And what an owner holds out to others.

use credit_bank::identity::{self, Grant, Role};
use credit_bank::places::PlaceCode;
use entity::help_case;
use sea_orm::EntityTrait;

use crate::agencies::{POWERS, TOWN};
use crate::certificate_batches::{brings, lines_of, passed, posts};
use crate::certificates::{Issuing, does};
use crate::certificates_changing::{agrees, asks, issued, sends_to};
use crate::support::server::Person;

const SUSPEND: [(&str, &str); 3] = [("doing", "suspend"), ("reason", "evidence_wrong"), ("ground", "看过签到表")];
const REVOKE: [(&str, &str); 2] = [("doing", "revoke"), ("reason", "issued_twice")];

async fn works(work: &Issuing, role: Role) -> Person {
    work.desk.works(role, Some(work.desk.organisation), None).await.0
}

/// The first way on a page that has `part` in it.
fn way(body: &str, part: &str) -> String {
    let ways = body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    ways.into_iter().find(|way| way.contains(part)).unwrap_or_else(|| panic!("{part}: {body}")).to_owned()
}

crate::on_both! {
    async fn what_waits_is_shown_by_state_and_kind_and_what_nobody_knows_is_all(fresh: Fresh) {
        let powers: Vec<(&str, &str)> = POWERS.iter().copied().chain([("second_for", "unit")]).collect();
        let work = Issuing::with(fresh, &powers).await;
        work.passes("T19").await;
        work.passes("T01").await;
        let first = work.asks("T19").await;
        work.bank().clock.turn_ms(60_000);
        let second = work.asks("T01").await;
        assert_eq!(does(&work.zhao, &first, "propose").await.status, 303);
        for (query, shows) in [
            ("", [true, true]),
            ("?state=open", [false, true]),
            ("?state=proposed", [true, false]),
            ("?kind=unit", [true, true]),
            ("?kind=foundation", [false, false]),
            ("?state=proposed&kind=unit", [true, false]),
            ("?state=approved", [true, true]),
            ("?state=burnt&kind=nothing", [true, true]),
        ] {
            let page = work.zhao.opens(&format!("{}{query}", work.queue())).await;
            assert_eq!(page.status, 200, "{query}");
            assert_eq!([&first, &second].map(|path| page.body.contains(path.as_str())), shows, "{query}: {}", page.body);
            assert_eq!(page.body.contains("现在没有这样的申请"), shows == [false, false], "{query}");
            assert!(page.body.contains("等复核人的"), "it can be chosen otherwise: {query}");
        }
        work.close().await;
    }

    async fn after_one_comes_the_next_for_whoever_can_do_something_with_it(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        work.passes("T19").await;
        work.passes("T01").await;
        let first = work.asks("T19").await;
        work.bank().clock.turn_ms(60_000);
        let second = work.asks("T01").await;
        assert!(!work.zhao.opens(&first).await.body.contains("看下一份"), "this one is still to be done");
        assert_eq!(does(&work.zhao, &first, "issue").await.status, 303);
        let done = work.zhao.opens(&first).await;
        assert!(done.body.contains("看下一份") && done.body.contains(&second), "{}", done.body);
        assert!(!work.sun.opens(&first).await.body.contains("看下一份"), "nothing waits for a reviewer");
        assert_eq!(does(&work.zhao, &second, "issue").await.status, 303);
        assert!(!work.zhao.opens(&second).await.body.contains("看下一份"), "nothing waits any more");
        work.close().await;
    }

    async fn appeals_and_what_waits_stand_with_what_was_issued_also_while_the_agency_is_suspended(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let path = issued(&work).await;
        let own = format!("/staff/agency/{}", work.desk.id);
        let list = format!("{own}/issued");
        let (officer, reviewer) = (works(&work, Role::Officer).await, works(&work, Role::Reviewer).await);
        let page = reviewer.opens(&list).await;
        assert!(!page.body.contains("等着答复的申诉") && !page.body.contains("等复核人定的"), "{}", page.body);
        assert!(!reviewer.opens(&own).await.body.contains("件证书申诉等答复"));
        assert_eq!(sends_to(&work.zhao, &path, &SUSPEND).await.status, 303);
        let page = work.sun.opens(&list).await;
        assert!(page.body.contains("等复核人定的") && page.body.contains("最晚"), "{}", page.body);
        let confirm = way(&page.body, &format!("{path}/requests/"));
        assert!(work.sun.opens(&confirm).await.body.contains("同意，确认暂停"));
        assert_eq!(agrees(&work.sun, &confirm).await.status, 303);
        assert!(!work.sun.opens(&list).await.body.contains("等复核人定的"), "it is decided");
        let appeal = format!("/certificates/{}/appeal", path.rsplit('/').next().unwrap());
        assert_eq!(sends_to(&work.wang, &appeal, &[("appeal", "签到表上有我。")]).await.status, 303);
        let page = reviewer.opens(&own).await;
        assert!(page.body.contains("有 1 件证书申诉等答复"), "{}", page.body);
        assert_eq!(posts(&work.desk.shen, &format!("{}/suspend", work.desk.path()), &[("suspend_why", "查账")]).await.status, 303);
        assert_eq!(reviewer.opens(&work.queue()).await.status, 409);
        assert!(reviewer.opens("/staff/agency").await.body.contains(&format!("href=\"{list}\"")), "where it still goes on");
        let revoke = asks(&officer, &path, &REVOKE).await;
        let page = reviewer.opens(&list).await;
        assert!(page.status == 200 && page.body.contains("等着答复的申诉") && page.body.contains("以前答复"), "{}", page.body);
        assert!(page.body.contains(&revoke) && !page.body.contains("王桂英"), "it names nobody: {}", page.body);
        assert!(reviewer.opens(&revoke).await.body.contains("同意，撤销这张证书"));
        let case = help_case::Entity::find().one(work.bank().house.db.read()).await.unwrap().unwrap();
        let heard = sends_to(&reviewer, &format!("{path}/appeals/{}", case.id), &[("hearing", "查过了。")]).await;
        assert_eq!(heard.status, 303, "{}", heard.body);
        assert!(!reviewer.opens(&list).await.body.contains("等着答复的申诉"), "it is answered");
        work.close().await;
    }

    async fn what_a_reviewer_typed_about_a_batch_stays_where_it_was_refused(fresh: Fresh) {
        let (work, people) = passed(fresh, 3).await;
        let page = brings(&work, &lines_of(&people)).await;
        assert_eq!(posts(&work.zhao, &format!("{page}/ask"), &[]).await.status, 303);
        let (decide, sample, nothing) = (format!("{page}/decide"), format!("{page}/sample/2"), "0".repeat(64));
        let stale = posts(&work.sun, &decide, &[("doing", "agree"), ("shown", &nothing), ("words", "第三行要问")]).await;
        assert!(stale.status == 409 && stale.body.contains("第三行要问") && stale.body.contains("和您刚才看到的不一样"), "{}", stale.body);
        let stale = posts(&work.sun, &sample, &[("doing", "right"), ("shown", &nothing), ("words", "名字再看看")]).await;
        assert!(stale.status == 409 && stale.body.contains("名字再看看") && stale.body.contains("王桂英"), "{}", stale.body);
        let empty = posts(&work.sun, &decide, &[("doing", "back"), ("words", " ")]).await;
        assert!(empty.status == 422 && empty.body.contains("请写明为什么"), "{}", empty.body);
        for (line, button) in [(2, "对，看下一张"), (3, "对，看下一张"), (4, "对，看完了")] {
            let path = format!("{page}/sample/{line}");
            let shown = work.sun.opens(&path).await;
            assert!(shown.body.contains(button), "{line}: {}", shown.body);
            let digest = shown.input("shown");
            assert_eq!(work.sun.sends(&shown, &path, &[("doing", "right"), ("shown", &digest)]).await.status, 303);
        }
        let given_up = posts(&work.zhao, &format!("{page}/withdraw"), &[]).await;
        let said = work.zhao.opens(given_up.location.as_deref().unwrap()).await;
        assert!(said.body.contains("不要这一批了，没有人受影响。"), "{}", said.body);
        let words = [("doing", "back"), ("words", "第三行不是她")];
        let late = posts(&work.sun, &decide, &words).await;
        assert!(late.status == 409 && late.body.contains("第三行不是她") && late.body.contains("往前走了一步"), "{}", late.body);
        let late = posts(&work.sun, &sample, &[("doing", "wrong"), ("words", "第三行不是她")]).await;
        assert!(late.status == 409 && late.body.contains("第三行不是她") && late.body.contains("往前走了一步"), "{}", late.body);
        assert!(!late.body.contains("凭什么"), "nothing is left to compare: {}", late.body);
        work.close().await;
    }

    async fn an_owner_holds_out_a_code_and_asks_for_a_printed_one_until_it_is_revoked(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let path = issued(&work).await;
        let own = format!("/certificates/{}", path.rsplit('/').next().unwrap());
        let page = work.wang.opens(&own).await;
        assert!(page.body.contains("class=\"qr\"") && page.body.contains("请社区打印"), "{}", page.body);
        let number = page.input("number");
        assert_eq!(work.wang.sends(&page, "/help/print", &[("paper", "certificate")]).await.status, 400, "of which nobody can tell");
        let asked = work.wang.sends(&page, "/help/print", &[("paper", "certificate"), ("number", &number)]).await;
        assert_eq!(asked.status, 303, "{}", asked.body);
        let case = work.wang.opens(asked.location.as_deref().unwrap()).await;
        assert!(case.body.contains("证书编号"), "{}", case.body);
        let revoke = asks(&work.zhao, &path, &REVOKE).await;
        assert_eq!(agrees(&work.sun, &revoke).await.status, 303);
        let page = work.wang.opens(&own).await;
        assert!(!page.body.contains("class=\"qr\"") && !page.body.contains("请社区打印"), "{}", page.body);
        work.close().await;
    }

    async fn who_works_for_an_agency_is_not_offered_to_doubt_its_key(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let (both, both_id) = work.desk.works(Role::Officer, Some(work.desk.organisation), None).await;
        let grant = Grant { role: Role::Administrator, organisation: None, area: PlaceCode::parse(TOWN).unwrap(), line: None };
        let db = &work.bank().house.db;
        let zheng = identity::load_scope(db.read(), work.desk.zheng_id).await.unwrap();
        let add = async move |tx: &_| identity::add_role(tx, &zheng, both_id, &grant).await;
        db.write(add).await.unwrap();
        let key = format!("{}/keys/1", work.desk.path());
        let page = both.opens(&key).await;
        assert!(page.body.contains("停不停用这把密钥") && !page.body.contains("value=\"ask\""), "{}", page.body);
        assert_eq!(sends_to(&both, &key, &[("doing", "ask"), ("distrust_why", "机器丢了")]).await.status, 422);
        let page = work.desk.shen.opens(&key).await;
        assert!(page.body.contains("value=\"ask\"") && !page.body.contains("停不停用这把密钥"), "{}", page.body);
        work.close().await;
    }
}
