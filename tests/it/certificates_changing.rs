//! What becomes of a certificate after it was issued: suspended by one and confirmed by another, revoked and let go on by two who had no part before;
//! appeals; what is left to do for an agency that is suspended or has closed.

use credit_bank::certificates;
use credit_bank::identity::{Assurance, Role};
use entity::{certificate_event, certificate_request, certificate_status, credit_use, help_case};
use sea_orm::{EntityTrait, QueryOrder};

use crate::applications::DAY_MS;
use crate::certificates::Issuing;
use crate::classes::point;
use crate::support::server::{Answer, Person};
use crate::verify::word;

/// Wang passes a course and is issued the certificate of it; its page for the agency's people.
pub async fn issued(work: &Issuing) -> String {
    work.passes("T19").await;
    let id = certificates::issue(&work.bank().house.db, &work.at(), &work.order("T19"), None).await.unwrap();
    format!("/staff/agency/{}/issued/{}/{id}", work.desk.id, work.wang_id)
}

/// Sends a form of the page `path` to it.
pub async fn sends_to(person: &Person, path: &str, fields: &[(&str, &str)]) -> Answer {
    let shown = person.opens(path).await;
    let form = if shown.body.contains("name=\"csrf\"") { shown } else { person.opens("/help").await };
    person.sends(&form, path, fields).await
}

/// Asks for an act; where the request is.
pub async fn asks(person: &Person, path: &str, fields: &[(&str, &str)]) -> String {
    let asked = sends_to(person, path, fields).await;
    assert_eq!(asked.status, 303, "{fields:?}: {}", asked.body);
    asked.location.unwrap().split('?').next().unwrap().to_owned()
}

/// Agrees to a request, having been shown it.
pub async fn agrees(person: &Person, request: &str) -> Answer {
    let page = person.opens(request).await;
    let shown = if page.body.contains("name=\"shown\"") { page.input("shown") } else { "0".repeat(64) };
    sends_to(person, request, &[("doing", "agree"), ("shown", &shown)]).await
}

/// What became of the certificates, in order.
pub async fn events(work: &Issuing) -> Vec<String> {
    let all = certificate_event::Entity::find().order_by_asc(certificate_event::Column::Seq);
    all.all(work.bank().house.db.read()).await.unwrap().into_iter().map(|row| row.what).collect()
}

/// The bits of each version: version, revoked, suspended.
pub async fn bits(work: &Issuing) -> Vec<(i64, i64, i64)> {
    let all = certificate_status::Entity::find().order_by_asc(certificate_status::Column::Version);
    let all = all.all(work.bank().house.db.read()).await.unwrap();
    all.into_iter().map(|row| (row.version, row.revoked, row.suspended)).collect()
}

/// State and version of the only certificate.
pub async fn stands(work: &Issuing) -> (String, i64) {
    let row = work.rows().await.pop().unwrap();
    (row.state, row.version)
}

/// Where the request of this act is.
async fn request_of(work: &Issuing, path: &str, act: &str) -> String {
    let all = certificate_request::Entity::find().all(work.bank().house.db.read()).await.unwrap();
    let newest = all.into_iter().filter(|row| row.act == act).max_by_key(|row| (row.asked_at_ms, row.id)).unwrap();
    format!("{path}/requests/{}", newest.id)
}

const SUSPEND: [(&str, &str); 3] = [("doing", "suspend"), ("reason", "evidence_wrong"), ("ground", "看过签到表")];
const REVOKE: [(&str, &str); 2] = [("doing", "revoke"), ("reason", "issued_twice")];
const LIFT: [(&str, &str); 2] = [("doing", "lift"), ("ground", "查清了")];
const REINSTATE: [(&str, &str); 2] = [("doing", "reinstate"), ("ground", "撤错了")];

async fn officer(work: &Issuing) -> Person {
    work.desk.works(Role::Officer, Some(work.desk.organisation), None).await.0
}

async fn reviewer(work: &Issuing) -> Person {
    work.desk.works(Role::Reviewer, Some(work.desk.organisation), None).await.0
}

crate::on_both! {
    async fn an_officer_suspends_at_once_and_another_confirms_and_others_let_it_go_on(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let path = issued(&work).await;
        let wrong = sends_to(&work.zhao, &path, &[("doing", "suspend")]).await;
        assert!(wrong.status == 422 && wrong.body.contains("请选一个原因"), "{} {}", wrong.status, wrong.body);
        assert_eq!(sends_to(&work.zhao, &path, &[("doing", "suspend"), ("reason", "other")]).await.status, 422, "no words");
        assert_eq!(sends_to(&work.zhao, &path, &[("doing", "burn")]).await.status, 400);
        assert_eq!(sends_to(&work.sun, &path, &SUSPEND).await.status, 403, "a reviewer begins nothing");
        let form = work.zhao.opens(&path).await;
        for _ in 0..2 {
            let suspended = work.zhao.sends(&form, &path, &SUSPEND).await;
            assert_eq!(suspended.status, 303, "{}", suspended.body);
        }
        assert_eq!(work.desk.count("certificates.suspend").await, 1);
        assert_eq!(sends_to(&work.zhao, &path, &SUSPEND).await.status, 409, "it is suspended");
        assert_eq!((stands(&work).await, bits(&work).await), (("suspended".to_owned(), 1), vec![(1, 0, 1)]));
        let told = work.bank().letter_to("13800000001").await.unwrap().text;
        assert!(told.contains("暂停使用") && told.contains("材料有误") && told.contains("申诉"), "{told}");
        assert!(work.wang.opens("/certificates").await.body.contains("暂停使用"));
        let confirm = request_of(&work, &path, "confirm").await;
        assert!(work.sun.opens(&work.queue()).await.body.contains(&confirm), "it stands in the queue");
        assert_eq!(agrees(&work.zhao, &confirm).await.status, 403);
        for _ in 0..2 {
            assert_eq!(agrees(&work.sun, &confirm).await.status, 303);
        }
        assert_eq!(events(&work).await, ["issued", "suspended", "confirmed"]);
        assert_eq!(sends_to(&work.zhao, &path, &[("doing", "lift"), ("ground", "")]).await.status, 422);
        let own = sends_to(&work.zhao, &path, &LIFT).await;
        assert!(own.status == 422 && own.body.contains("您经手过"), "{} {}", own.status, own.body);
        let (qian, zhou) = (officer(&work).await, reviewer(&work).await);
        let lift = asks(&qian, &path, &LIFT).await;
        assert_eq!(agrees(&work.sun, &lift).await.status, 422, "she confirmed it");
        for _ in 0..2 {
            assert_eq!(agrees(&zhou, &lift).await.status, 303);
        }
        assert_eq!((stands(&work).await, bits(&work).await), (("active".to_owned(), 1), vec![(1, 0, 0)]));
        assert!(work.bank().letter_to("13800000001").await.unwrap().text.contains("恢复使用了"));
        work.close().await;
    }

    async fn what_is_not_confirmed_is_lifted_by_the_second_or_by_the_job(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let path = issued(&work).await;
        assert_eq!(sends_to(&work.zhao, &path, &SUSPEND).await.status, 303);
        let confirm = request_of(&work, &path, "confirm").await;
        assert_eq!(sends_to(&work.sun, &confirm, &[("doing", "disagree"), ("answer", "")]).await.status, 422);
        assert_eq!(sends_to(&work.sun, &confirm, &[("doing", "disagree"), ("answer", "签到表没错。")]).await.status, 303);
        assert_eq!(stands(&work).await, ("active".to_owned(), 1));
        work.bank().clock.turn_ms(1_000);
        assert_eq!(sends_to(&work.zhao, &path, &SUSPEND).await.status, 303);
        let follow = async || certificates::follow(&work.bank().house, &work.at(), work.bank().clock.now()).await.unwrap();
        work.bank().clock.turn_ms(9 * DAY_MS);
        assert_eq!((follow().await, stands(&work).await.0.as_str()), (0, "suspended"));
        work.bank().clock.turn_ms(DAY_MS + 1_000);
        assert_eq!((follow().await, follow().await), (1, 0), "twice is once");
        assert_eq!((stands(&work).await, bits(&work).await), (("active".to_owned(), 1), vec![(1, 0, 0)]));
        assert_eq!(events(&work).await, ["issued", "suspended", "lifted", "suspended", "lifted"]);
        work.close().await;
    }

    async fn a_revocation_takes_two_who_see_what_it_comes_to_and_comes_back_as_a_version_only(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let path = issued(&work).await;
        let before = work.rows().await.pop().unwrap();
        let own = certificates::list_of(work.bank().house.db.read(), &work.at(), work.wang_id, work.bank().clock.now()).await;
        let code = own.unwrap().pop().unwrap().register.code.to_text();
        let document = work.wang.opens(&format!("/v/{code}/credential.json")).await.body;
        let page = work.zhao.opens(&format!("{path}?act=revoke")).await;
        assert!(page.body.contains("撤销以后不能取消") && page.body.contains("学分不受影响"), "{}", page.body);
        let revoke = asks(&work.zhao, &path, &REVOKE).await;
        assert_eq!(sends_to(&work.zhao, &path, &REVOKE).await.status, 422, "one waits");
        assert!(work.zhao.opens(&revoke).await.body.contains("这是您提的"));
        let shown = work.sun.opens(&revoke).await.input("shown");
        let qian = officer(&work).await;
        assert_eq!(sends_to(&qian, &path, &SUSPEND).await.status, 303);
        let stale = sends_to(&work.sun, &revoke, &[("doing", "agree"), ("shown", &shown)]).await;
        assert_eq!(stale.status, 409, "{}", stale.body);
        let form = work.sun.opens(&revoke).await;
        let shown = form.input("shown");
        for _ in 0..2 {
            assert_eq!(work.sun.sends(&form, &revoke, &[("doing", "agree"), ("shown", &shown)]).await.status, 303);
        }
        assert_eq!((stands(&work).await, bits(&work).await), (("revoked".to_owned(), 1), vec![(1, 1, 0)]));
        let uses = credit_use::Entity::find().all(work.bank().house.db.read()).await.unwrap();
        assert!(uses.iter().all(|used| used.state == "ended"), "{uses:?}");
        assert!(work.bank().letter_to("13800000001").await.unwrap().text.contains("撤销了"));
        let (wu, zhou) = (officer(&work).await, reviewer(&work).await);
        for act in [&SUSPEND[..], &LIFT, &[("doing", "recite"), ("ground", "再看")], &REVOKE] {
            assert_eq!(sends_to(&wu, &path, act).await.status, 409, "{act:?}");
        }
        assert_eq!(sends_to(&work.zhao, &path, &REINSTATE).await.status, 422, "he revoked it");
        let back = asks(&wu, &path, &REINSTATE).await;
        assert_eq!(agrees(&work.sun, &back).await.status, 422, "she revoked it");
        for _ in 0..2 {
            let agreed = agrees(&zhou, &back).await;
            assert_eq!(agreed.status, 303, "{}", agreed.body);
        }
        assert_eq!((stands(&work).await, bits(&work).await), (("active".to_owned(), 2), vec![(1, 1, 0), (2, 0, 0)]));
        let after = work.rows().await.pop().unwrap();
        assert_eq!((after.number, after.code_sealed, after.id), (before.number, before.code_sealed, before.id));
        assert_eq!(events(&work).await, ["issued", "suspended", "revoked", "reinstated"]);
        assert!(work.bank().letter_to("13800000001").await.unwrap().text.contains("撤销以后重新发给您。现在有效"));
        // Whoever hands in the file of the version before is told so, and shown the one in force.
        let person = work.bank().visitor();
        let old = person.sends_file(&person.opens("/v").await, "/v/file", &[], "a", document.into_bytes()).await;
        assert_eq!((old.status, word(&old)), (200, "旧的一版"), "{}", old.body);
        assert!(old.body.contains("下面是现在有效的新版") && !old.body.contains("证书是真的"), "{}", old.body);
        work.close().await;
    }

    async fn the_second_is_not_the_first_by_another_account_and_the_first_may_take_it_back(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let path = issued(&work).await;
        let revoke = asks(&work.zhao, &path, &REVOKE).await;
        let shown = work.sun.opens(&revoke).await.input("shown");
        let (officer, reviewer) = (work.zhao_id, work.sun_id);
        let work = work.joins(officer, reviewer).await;
        let form = work.sun.opens("/help").await;
        let agreed = work.sun.sends(&form, &revoke, &[("doing", "agree"), ("shown", &shown)]).await;
        assert_eq!(agreed.status, 422, "{}", agreed.body);
        let back = format!("{revoke}/withdraw");
        let qian = self::officer(&work).await;
        assert_eq!(qian.sends(&qian.opens("/help").await, &back, &[]).await.status, 403);
        let form = work.zhao.opens(&revoke).await;
        for _ in 0..2 {
            assert_eq!(work.zhao.sends(&form, &back, &[]).await.status, 303);
        }
        let zhou = self::reviewer(&work).await;
        assert_eq!(agrees(&zhou, &revoke).await.status, 409, "it was taken back");
        assert_eq!(stands(&work).await, ("active".to_owned(), 1));
        work.close().await;
    }

    async fn others_find_nothing_and_a_number_leads_to_its_certificate(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let path = issued(&work).await;
        let revoke = asks(&work.zhao, &path, &REVOKE).await;
        let list = format!("/staff/agency/{}/issued", work.desk.id);
        let school = point(work.bank(), "别处的学校", crate::agencies::TOWN).await;
        let (stranger, _) = work.desk.works(Role::Officer, Some(school), None).await;
        for page in [&list, &path, &revoke] {
            assert_eq!(stranger.opens(page).await.status, 404, "{page}");
            assert_eq!(work.wang.opens(page).await.status, 403, "{page}");
            assert_eq!(work.desk.shen.opens(page).await.status, 404, "an administrator has no part while it works: {page}");
        }
        let form = stranger.opens("/help").await;
        assert_eq!(stranger.sends(&form, &path, &SUSPEND).await.status, 404);
        assert_eq!(stranger.sends(&form, &revoke, &[("doing", "agree"), ("shown", &"0".repeat(64))]).await.status, 404);
        let listed = work.zhao.opens(&list).await;
        assert!(listed.body.contains(&path) && !listed.body.contains("王桂英"), "{}", listed.body);
        let number = work.rows().await.pop().unwrap().number;
        let found = work.sun.opens(&format!("{list}?number={number}")).await;
        assert_eq!((found.status, found.location.as_deref()), (303, Some(path.as_str())));
        let none = work.sun.opens(&format!("{list}?number=123")).await;
        assert!(none.status == 422 && none.body.contains("没有发过这个编号"), "{}", none.body);
        let own = work.desk.bank.signed_in(work.wang_id, Assurance::Sms).await;
        assert_eq!(own.sends(&own.opens("/help").await, &path, &SUSPEND).await.status, 403);
        work.close().await;
    }

    async fn an_agency_that_is_suspended_still_revokes_and_of_a_closed_one_two_administrators_do(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let path = issued(&work).await;
        let desk = |act: &str| format!("{}/{act}", work.desk.path());
        let form = work.desk.shen.opens(&work.desk.path()).await;
        assert_eq!(work.desk.shen.sends(&form, &desk("suspend"), &[("suspend_why", "查账")]).await.status, 303);
        assert_eq!(sends_to(&work.zhao, &path, &SUSPEND).await.status, 303);
        let confirm = request_of(&work, &path, "confirm").await;
        assert_eq!(agrees(&work.sun, &confirm).await.status, 303);
        let qian = officer(&work).await;
        let hindered = sends_to(&qian, &path, &LIFT).await;
        assert!(hindered.status == 409 && hindered.body.contains("只能暂停和撤销"), "{} {}", hindered.status, hindered.body);
        let revoke = asks(&work.zhao, &path, &REVOKE).await;
        let form = work.desk.shen.opens(&desk("close")).await;
        assert_eq!(work.desk.shen.sends(&form, &desk("close"), &[("close_why", "机构撤并")]).await.status, 303);
        assert_eq!(agrees(&work.sun, &revoke).await.status, 404, "its people have no part any more");
        let page = work.desk.shen.opens(&path).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert_eq!(agrees(&work.desk.zheng, &revoke).await.status, 422, "who asked has no part any more");
        let refused = sends_to(&work.desk.zheng, &revoke, &[("doing", "disagree"), ("answer", "重新提。")]).await;
        assert_eq!(refused.status, 303, "{}", refused.body);
        work.bank().clock.turn_ms(1_000);
        let revoke = asks(&work.desk.shen, &path, &REVOKE).await;
        assert_eq!(agrees(&work.desk.shen, &revoke).await.status, 422, "nobody is their own second");
        assert_eq!(agrees(&work.desk.zheng, &revoke).await.status, 303);
        assert_eq!(stands(&work).await.0, "revoked");
        let row = certificate_event::Entity::find().all(work.bank().house.db.read()).await.unwrap().pop().unwrap();
        assert_ne!(row.responsible_org, "青石镇成人学校", "in the bank's name");
        work.close().await;
    }

    async fn an_appeal_is_heard_by_somebody_who_was_neither_of_the_two(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let path = issued(&work).await;
        let id = path.rsplit('/').next().unwrap().to_owned();
        let (own, appeal) = (format!("/certificates/{id}"), format!("/certificates/{id}/appeal"));
        assert_eq!(sends_to(&work.wang, &appeal, &[("appeal", "不对。")]).await.status, 422, "nothing is decided against it");
        assert_eq!(sends_to(&work.zhao, &path, &SUSPEND).await.status, 303);
        assert_eq!(agrees(&work.sun, &request_of(&work, &path, "confirm").await).await.status, 303);
        assert!(work.wang.opens(&own).await.body.contains(&appeal));
        let (li, _) = work.bank().learner("李秀兰", 2, Some(crate::agencies::TOWN)).await;
        assert_eq!(li.opens(&appeal).await.status, 404);
        assert_eq!(sends_to(&work.wang, &appeal, &[("appeal", " ")]).await.status, 422);
        let form = work.wang.opens(&appeal).await;
        let mut case = String::new();
        for _ in 0..2 {
            let sent = work.wang.sends(&form, &appeal, &[("appeal", "签到表上有我。")]).await;
            assert_eq!(sent.status, 303, "{}", sent.body);
            case = sent.location.unwrap().split('?').next().unwrap().to_owned();
        }
        let cases = help_case::Entity::find().all(work.bank().house.db.read()).await.unwrap();
        assert_eq!((cases.len(), cases[0].kind.as_str(), cases[0].about.as_deref()), (1, "appeal", Some(id.as_str())));
        let hear = format!("{path}/appeals/{}", cases[0].id);
        let seen = work.sun.opens(&path).await;
        assert!(seen.body.contains("签到表上有我") && !seen.body.contains(&hear), "she confirmed it: {}", seen.body);
        let heard = [("hearing", "查过了，签到表有您。")];
        assert_eq!(work.sun.sends(&work.sun.opens("/help").await, &hear, &heard).await.status, 422);
        assert_eq!(work.zhao.sends(&work.zhao.opens("/help").await, &hear, &heard).await.status, 403);
        let zhou = reviewer(&work).await;
        let form = zhou.opens(&path).await;
        assert!(form.body.contains(&hear), "{}", form.body);
        assert_eq!(zhou.sends(&form, &hear, &[("hearing", "")]).await.status, 422);
        for _ in 0..2 {
            assert_eq!(zhou.sends(&form, &hear, &heard).await.status, 303);
        }
        assert!(work.wang.opens(&case).await.body.contains("签到表有您"));
        work.bank().clock.turn_ms(31 * DAY_MS);
        let wang = work.bank().signed_in(work.wang_id, Assurance::Sms).await;
        let late = sends_to(&wang, &appeal, &[("appeal", "还是不对。")]).await;
        assert!(late.status == 422 && late.body.contains("期限过了"), "{} {}", late.status, late.body);
        work.close().await;
    }
}
