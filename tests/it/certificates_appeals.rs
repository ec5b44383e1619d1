//! Appeals against a refusal: once, within thirty days, heard by a reviewer who had no part in it, also while the agency is suspended, and once it has
//! closed by an administrator. Where they agree, the request is opened anew, whatever its learner has done meanwhile.

use credit_bank::db::{DbFault, Tx};
use credit_bank::identity::{Assurance, Role};
use credit_bank::kernel::{CertificateRequestId, LearnerId, TransferId};
use entity::{certificate_request, help_case};
use sea_orm::{EntityTrait, IntoActiveModel, QueryOrder};

use crate::agencies::{POWERS, TOWN};
use crate::applications::DAY_MS;
use crate::certificate_batches::posts;
use crate::certificates::{Issuing, does, reverses};
use crate::certificates_changing::sends_to;
use crate::classes::point;
use crate::support::databases::Fresh;
use crate::support::server::Person;

/// Wang has asked for the certificate of a unit; Zhao proposed it, Sun refused it.
struct Refused {
    work: Issuing,
    award: TransferId,
    /// Its page for the agency's people.
    request: String,
    /// Where Wang appeals.
    appeal: String,
}

impl Refused {
    async fn over(fresh: Fresh) -> Self {
        let powers: Vec<(&str, &str)> = POWERS.iter().copied().chain([("second_for", "unit")]).collect();
        let work = Issuing::with(fresh, &powers).await;
        let award = work.passes("T19").await;
        let request = work.asks("T19").await;
        assert_eq!(does(&work.zhao, &request, "propose").await.status, 303);
        assert_eq!(does(&work.sun, &request, "refuse").await.status, 303);
        let appeal = appeal_of(&request);
        Self { work, award, request, appeal }
    }

    /// Wang appeals; where that is answered.
    async fn appeals(&self) -> String {
        let sent = sends_to(&self.work.wang, &self.appeal, &[("appeal", SAID)]).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        format!("{}/appeals/{}", self.request, self.cases().await[0].id)
    }

    async fn cases(&self) -> Vec<help_case::Model> {
        help_case::Entity::find().all(self.work.bank().house.db.read()).await.unwrap()
    }

    /// All requests, the oldest first.
    async fn requests(&self) -> Vec<certificate_request::Model> {
        let all = certificate_request::Entity::find().order_by_asc(certificate_request::Column::AskedAtMs);
        all.all(self.work.bank().house.db.read()).await.unwrap()
    }

    async fn states(&self) -> Vec<String> {
        self.requests().await.into_iter().map(|row| row.state).collect()
    }

    async fn reviewer(&self) -> (Person, LearnerId) {
        self.work.desk.works(Role::Reviewer, Some(self.work.desk.organisation), None).await
    }

    /// Two hundred people appeal before against what another agency of the place decided.
    async fn others_appeal(&self) {
        let (like, now) = (self.cases().await.remove(0), self.work.bank().clock.now());
        let other = uuid::Uuid::from_u128(7);
        let add = async move |tx: &Tx| {
            let row = |number: u128| {
                let case = help_case::Model {
                    learner_id: uuid::Uuid::from_u128(1_000 + number),
                    id: CertificateRequestId::fresh(now).uuid(),
                    about: Some(format!("refusal/{}", CertificateRequestId::fresh(now))),
                    due_at_ms: like.due_at_ms - 1,
                    agency_id: Some(other),
                    ..like.clone()
                };
                case.into_active_model()
            };
            let rows = (1..=200).map(row);
            help_case::Entity::insert_many(rows).exec_without_returning(tx).await.map_err(DbFault::from)?;
            Ok::<_, DbFault>(())
        };
        self.work.bank().house.db.write(add).await.unwrap();
    }
}

fn appeal_of(request: &str) -> String {
    format!("/certificates/requests/{}/appeal", request.rsplit('/').next().unwrap())
}

const SAID: &str = "证件上个月就看过。";
const UPHOLD: [(&str, &str); 2] = [("doing", "uphold"), ("hearing", "查过了，证件是看过的。")];
const KEEP: [(&str, &str); 2] = [("doing", "keep"), ("hearing", "再查了一遍，还差一样。")];

crate::on_both! {
    async fn a_refusal_is_appealed_against_once_and_where_that_is_right_the_request_is_opened_anew(fresh: Fresh) {
        let of = Refused::over(fresh).await;
        let (work, request, appeal) = (&of.work, &of.request, &of.appeal);
        let told = work.bank().letter_to("13800000001").await.unwrap().text;
        assert!(told.contains("没有发") && told.contains("最晚") && told.contains("可以申诉") && told.contains("bank.test/certificates"), "{told}");
        let list = work.wang.opens("/certificates").await;
        assert!(list.body.contains(appeal) && list.body.contains("不同意？提申诉"), "{}", list.body);
        assert_eq!(sends_to(&work.wang, appeal, &[("appeal", " ")]).await.status, 422);
        let form = work.wang.opens(appeal).await;
        assert!(form.body.contains("请先补看证件。") && form.body.contains("没有发"), "{}", form.body);
        let mut case = String::new();
        for _ in 0..2 {
            let sent = work.wang.sends(&form, appeal, &[("appeal", SAID)]).await;
            assert_eq!(sent.status, 303, "{}", sent.body);
            case = sent.location.unwrap().split('?').next().unwrap().to_owned();
        }
        let again = sends_to(&work.wang, appeal, &[("appeal", "再说一遍。")]).await;
        assert_eq!(again.location.unwrap().split('?').next(), Some(case.as_str()), "the first one waits");
        let (cases, about) = (of.cases().await, format!("refusal/{}", request.rsplit('/').next().unwrap()));
        assert_eq!((cases.len(), cases[0].kind.as_str(), cases[0].about.as_deref()), (1, "appeal", Some(about.as_str())));
        let hear = format!("{request}/appeals/{}", cases[0].id);
        let queue = work.sun.opens(&work.queue()).await;
        assert!(queue.body.contains(request) && !queue.body.contains("王桂英"), "it stands in the queue: {}", queue.body);
        let (zhou, zhou_id) = of.reviewer().await;
        let page = zhou.opens(request).await;
        assert!(page.body.contains(SAID) && page.body.contains(&hear), "{}", page.body);
        assert_eq!(zhou.sends(&page, &hear, &[("doing", "uphold"), ("hearing", "")]).await.status, 422);
        assert_eq!(zhou.sends(&page, &hear, &[("doing", "burn"), ("hearing", "好")]).await.status, 400);
        work.bank().clock.turn_ms(1_000);
        for _ in 0..2 {
            let heard = zhou.sends(&page, &hear, &UPHOLD).await;
            assert_eq!(heard.status, 303, "{}", heard.body);
        }
        assert_eq!(of.states().await, ["refused", "open"]);
        let new = of.requests().await.pop().unwrap();
        assert_eq!((new.asker_id, new.learner_id), (Some(zhou_id.uuid()), work.wang_id.uuid()));
        assert!(work.wang.opens(&case).await.body.contains("证件是看过的"));
        assert!(!work.sun.opens(&work.queue()).await.body.contains(request), "it is answered");
        let second = sends_to(&work.wang, appeal, &[("appeal", "还有一件事。")]).await;
        assert!(second.status == 422 && second.body.contains("已经申诉过一次"), "{} {}", second.status, second.body);
        let first = work.wang.sends(&form, appeal, &[("appeal", SAID)]).await;
        assert_eq!(first.location.unwrap().split('?').next(), Some(case.as_str()), "the same form is the same appeal");
        let new = format!("{}/requests/{}/{}", work.queue(), new.learner_id, new.id);
        assert_eq!(does(&work.zhao, &new, "propose").await.status, 303);
        assert_eq!(does(&work.sun, &new, "agree").await.status, 303);
        assert_eq!(work.rows().await.into_iter().filter(|row| row.state == "active").count(), 1);
        of.work.close().await;
    }

    async fn it_is_heard_by_nobody_who_had_a_part_in_it_and_others_find_nothing(fresh: Fresh) {
        let of = Refused::over(fresh).await;
        let (work, request, appeal) = (&of.work, &of.request, &of.appeal);
        let (li, _) = work.bank().learner("李秀兰", 2, Some(TOWN)).await;
        assert_eq!(li.opens(appeal).await.status, 404);
        assert_eq!(sends_to(&li, appeal, &[("appeal", SAID)]).await.status, 404);
        let hear = of.appeals().await;
        let seen = work.sun.opens(request).await;
        assert!(seen.body.contains(SAID) && !seen.body.contains(&hear), "she refused it: {}", seen.body);
        let own = work.sun.sends(&work.sun.opens("/help").await, &hear, &KEEP).await;
        assert!(own.status == 422 && own.body.contains("您经手过"), "{} {}", own.status, own.body);
        let elsewhere = point(work.bank(), "别处的学校", TOWN).await;
        let (stranger, _) = work.desk.works(Role::Reviewer, Some(elsewhere), None).await;
        for (person, status) in [(&work.zhao, 403), (&work.wang, 403), (&stranger, 404)] {
            let form = person.opens("/help").await;
            assert_eq!(person.sends(&form, &hear, &KEEP).await.status, status, "{status}");
        }
        let (zhou, _) = of.reviewer().await;
        let page = zhou.opens(request).await;
        let other = format!("{request}/appeals/{}", request.rsplit('/').next().unwrap());
        assert_eq!(zhou.sends(&page, &other, &KEEP).await.status, 404, "there is no such appeal");
        for _ in 0..2 {
            let kept = zhou.sends(&page, &hear, &KEEP).await;
            assert_eq!(kept.status, 303, "{}", kept.body);
        }
        assert_eq!(of.states().await, ["refused"]);
        let (wu, _) = of.reviewer().await;
        let late = wu.sends(&wu.opens("/help").await, &hear, &UPHOLD).await;
        assert!((400..500).contains(&late.status), "it is answered: {} {}", late.status, late.body);
        assert_eq!((of.states().await.len(), of.cases().await[0].state.as_str()), (1, "answered"));
        of.work.close().await;
    }

    async fn nothing_but_a_refusal_is_appealed_against_and_not_after_thirty_days(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        work.passes("T19").await;
        let request = work.asks("T19").await;
        let appeal = appeal_of(&request);
        assert_eq!(work.wang.opens(&appeal).await.status, 200);
        let early = sends_to(&work.wang, &appeal, &[("appeal", SAID)]).await;
        assert!(early.status == 422 && early.body.contains("没有可以申诉的决定"), "{} {}", early.status, early.body);
        assert_eq!(does(&work.zhao, &request, "refuse").await.status, 303);
        work.bank().clock.turn_ms(30 * DAY_MS);
        let wang = work.bank().signed_in(work.wang_id, Assurance::Sms).await;
        assert!(wang.opens("/certificates").await.body.contains(&appeal), "the last day");
        work.bank().clock.turn_ms(DAY_MS);
        let wang = work.bank().signed_in(work.wang_id, Assurance::Sms).await;
        assert!(!wang.opens("/certificates").await.body.contains(&appeal));
        let late = sends_to(&wang, &appeal, &[("appeal", SAID)]).await;
        assert!(late.status == 422 && late.body.contains("期限过了"), "{} {}", late.status, late.body);
        work.close().await;
    }

    async fn what_has_lost_its_ground_is_not_opened_anew(fresh: Fresh) {
        let of = Refused::over(fresh).await;
        let hear = of.appeals().await;
        let (zhou, _) = of.reviewer().await;
        reverses(&of.work, of.award).await;
        let page = zhou.opens(&of.request).await;
        let missing = zhou.sends(&page, &hear, &UPHOLD).await;
        assert!(missing.status == 422 && missing.body.contains("证件是看过的"), "{} {}", missing.status, missing.body);
        assert_eq!((of.states().await.len(), of.cases().await[0].state.as_str()), (1, "open"), "nothing was done");
        let kept = zhou.sends(&page, &hear, &KEEP).await;
        assert_eq!((kept.status, of.states().await.len()), (303, 1), "{}", kept.body);
        of.work.close().await;
    }

    async fn where_the_learner_has_asked_again_that_request_is_the_one(fresh: Fresh) {
        let of = Refused::over(fresh).await;
        let hear = of.appeals().await;
        of.work.bank().clock.turn_ms(1_000);
        of.work.asks("T19").await;
        let (zhou, _) = of.reviewer().await;
        let page = zhou.opens(&of.request).await;
        let heard = zhou.sends(&page, &hear, &UPHOLD).await;
        assert_eq!((heard.status, of.states().await), (303, vec!["refused".to_owned(), "open".to_owned()]), "{}", heard.body);
        of.work.close().await;
    }

    async fn where_the_learner_has_got_it_meanwhile_there_is_nothing_to_open(fresh: Fresh) {
        let of = Refused::over(fresh).await;
        let hear = of.appeals().await;
        of.work.bank().clock.turn_ms(1_000);
        let again = of.work.asks("T19").await;
        assert_eq!(does(&of.work.zhao, &again, "propose").await.status, 303);
        assert_eq!(does(&of.work.sun, &again, "agree").await.status, 303);
        let (zhou, _) = of.reviewer().await;
        let page = zhou.opens(&of.request).await;
        let heard = zhou.sends(&page, &hear, &UPHOLD).await;
        assert_eq!(heard.status, 303, "{}", heard.body);
        assert_eq!(of.states().await, ["refused", "approved"], "nothing was asked for");
        assert_eq!(of.cases().await[0].state, "answered");
        of.work.close().await;
    }

    async fn however_much_the_learner_took_back_today_a_request_is_opened_anew(fresh: Fresh) {
        let of = Refused::over(fresh).await;
        let hear = of.appeals().await;
        for number in 0..20 {
            of.work.bank().clock.turn_ms(1_000);
            let request = of.work.asks("T19").await;
            let back = format!("/certificates/requests/{}/withdraw", request.rsplit('/').next().unwrap());
            let withdrawn = posts(&of.work.wang, &back, &[]).await;
            assert_eq!(withdrawn.status, 303, "{number}: {}", withdrawn.body);
        }
        of.work.bank().clock.turn_ms(1_000);
        let (zhou, _) = of.reviewer().await;
        let page = zhou.opens(&of.request).await;
        let heard = zhou.sends(&page, &hear, &UPHOLD).await;
        assert_eq!((heard.status, of.states().await.last().map(String::as_str)), (303, Some("open")), "{}", heard.body);
        of.work.close().await;
    }

    async fn an_appeal_is_answered_while_the_agency_is_suspended_and_once_it_has_closed(fresh: Fresh) {
        let of = Refused::over(fresh).await;
        let (work, request) = (&of.work, &of.request);
        let hear = of.appeals().await;
        let (zhou, _) = of.reviewer().await;
        let desk = |act: &str| format!("{}/{act}", work.desk.path());
        assert_eq!(posts(&work.desk.shen, &desk("suspend"), &[("suspend_why", "查账")]).await.status, 303);
        let list = format!("/staff/agency/{}/issued", work.desk.id);
        let shown = zhou.opens(&list).await;
        assert!(shown.body.contains("等着答复的申诉") && shown.body.contains(request.as_str()), "{}", shown.body);
        let page = zhou.opens(request).await;
        assert!(page.status == 200 && page.body.contains(SAID) && page.body.contains(&hear), "{} {}", page.status, page.body);
        assert!(page.body.contains("value=\"keep\"") && !page.body.contains("value=\"uphold\""), "{}", page.body);
        let upheld = zhou.sends(&page, &hear, &UPHOLD).await;
        assert!(upheld.status == 409 && upheld.body.contains("证件是看过的"), "{} {}", upheld.status, upheld.body);
        assert_eq!(sends_to(&work.desk.shen, &desk("close"), &[("close_why", "机构撤并")]).await.status, 303);
        assert_eq!(zhou.opens(request).await.status, 404, "its people have no part any more");
        assert!(work.desk.shen.opens(&list).await.body.contains(request.as_str()));
        let page = work.desk.shen.opens(request).await;
        assert!(page.status == 200 && page.body.contains(&hear), "{} {}", page.status, page.body);
        for _ in 0..2 {
            let kept = work.desk.shen.sends(&page, &hear, &KEEP).await;
            assert_eq!(kept.status, 303, "{}", kept.body);
        }
        assert_eq!((of.states().await.len(), of.cases().await[0].state.as_str()), (1, "answered"));
        of.work.close().await;
    }

    async fn of_an_agency_that_does_not_work_what_waits_is_shown_to_nobody(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        work.passes("T19").await;
        let request = work.asks("T19").await;
        let suspend = format!("{}/suspend", work.desk.path());
        assert_eq!(posts(&work.desk.shen, &suspend, &[("suspend_why", "查账")]).await.status, 303);
        let shown = work.zhao.opens(&request).await;
        assert!(shown.status == 409 && !shown.body.contains("王桂英"), "{} {}", shown.status, shown.body);
        work.close().await;
    }

    async fn the_appeals_of_others_hide_none_of_an_agency(fresh: Fresh) {
        let of = Refused::over(fresh).await;
        of.appeals().await;
        of.others_appeal().await;
        let (zhou, _) = of.reviewer().await;
        for path in [of.work.queue(), format!("/staff/agency/{}/issued", of.work.desk.id)] {
            let page = zhou.opens(&path).await;
            assert!(page.body.contains("等着答复的申诉") && page.body.contains(&of.request), "{path}: {}", page.body);
        }
        let own = zhou.opens(&format!("/staff/agency/{}", of.work.desk.id)).await;
        assert!(own.body.contains("有 1 件证书申诉等答复"), "{}", own.body);
        of.work.close().await;
    }
}
