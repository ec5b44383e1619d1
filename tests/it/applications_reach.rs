//! How far applications reach: what was looked at on the day of an examination, and who works for a part of an agency's area.

use credit_bank::audit;
use credit_bank::identity::{self, Role};
use credit_bank::kernel::LearnerId;
use entity::{application_step, result};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::agencies::{Desk, POWERS, TOWN};
use crate::applications::{ACCEPT, Work, adds, begins, does, photo, posts, sends};
use crate::classes::point;
use crate::support::databases::Fresh;
use crate::support::people::sender;

const COUNTY: &str = "330182";
const OTHER_TOWN: &str = "330182002";
const EXAMINED: [(&str, &str); 2] = [("doing", "accept"), ("supervision", "3")];
const ON_THE_DAY: [(&str, &str); 3] = [("doing", "accept"), ("supervision", "3"), ("on_the_day", "yes")];

/// An agency of the county: its officer is one of a town, its reviewer of all of it; who applies lives in another town.
async fn of_the_county(fresh: Fresh) -> Work {
    let desk = Desk::at(fresh, COUNTY).await;
    desk.delegates(&POWERS).await;
    let partner = point(&desk.bank, "省开放大学", COUNTY).await;
    let (zhao, zhao_id) = desk.works_in(TOWN, Role::Officer, Some(desk.organisation), None).await;
    let (sun, sun_id) = desk.works_in(COUNTY, Role::Reviewer, Some(desk.organisation), None).await;
    let (wang, wang_id) = desk.bank.learner("王桂英", 1, Some(OTHER_TOWN)).await;
    Work { desk, partner, zhao, zhao_id, sun, sun_id, wang, wang_id }
}

/// A document of this person is seen at the desk.
async fn sees(work: &Work, learner: LearnerId) {
    let (keys, staff) = (work.bank().house.keys.clone(), work.desk.shen_id);
    let sight = async move |tx: &_| identity::document_seen(tx, &keys, (staff, &sender()), learner, None).await;
    work.bank().house.db.write(sight).await.unwrap();
}

/// The levels of the only result there is.
async fn levels(work: &Work) -> (i64, i64) {
    let all = result::Entity::find().all(work.bank().house.db.read()).await.unwrap();
    assert_eq!(all.len(), 1);
    (all[0].identity_level, all[0].supervision_level)
}

crate::on_both! {
    async fn who_works_for_a_part_of_the_agencys_area_decides_on_the_people_of_that_part(fresh: Fresh) {
        let work = of_the_county(fresh).await;
        let (qian, _) = work.desk.works_in(COUNTY, Role::Officer, Some(work.desk.organisation), None).await;
        let rule = work.rule(|_| ()).await;
        let far = work.case(work.wang_id, &work.applies(&work.wang, rule, "ZJ-1").await);
        let (li, li_id) = work.bank().learner("李建国", 2, Some(TOWN)).await;
        let near = work.case(li_id, &work.applies(&li, rule, "ZJ-2").await);
        let queue = work.zhao.opens(&work.queue()).await.body;
        assert!(queue.contains("一共 2 件") && queue.contains("本人不在您管的范围里"), "{queue}");
        assert!(queue.contains(&near) && !queue.contains(&far), "it leads to those of one's own part: {queue}");
        let whole = qian.opens(&work.queue()).await.body;
        assert!(whole.contains(&near) && whole.contains(&far) && !whole.contains("不在您管的范围里"), "{whole}");
        // Nor does a case of the same number lead there.
        let (chen, chen_id) = work.bank().learner("陈秀兰", 3, Some(TOWN)).await;
        let same = work.case(chen_id, &work.applies(&chen, rule, "ZJ-1").await);
        let (part, all) = (work.zhao.opens(&same).await.body, qian.opens(&same).await.body);
        assert!(part.contains("证书编号一样") && !part.contains(&far) && all.contains(&far), "{part}");
        // Opened or answered all the same there is nothing; that it was tried is kept on both sides.
        assert_eq!(work.zhao.opens(&far).await.status, 404);
        assert_eq!(posts(&work.zhao, &far, "1", &ACCEPT).await.status, 404);
        let read = audit::list_access(work.bank().house.db.read(), work.wang_id, 50).await.unwrap();
        let of_zhao: Vec<&str> = read.iter().filter(|row| row.actor == work.zhao_id).map(|row| row.what.as_str()).collect();
        assert_eq!((of_zhao, work.desk.count("agencies.turned_away").await), (vec!["agency_tried"; 2], 2));
        // Nor is it passed to whoever could not see her.
        let to = work.zhao_id.to_string();
        assert!(!qian.opens(&far).await.body.contains(&to) && qian.opens(&near).await.body.contains(&to));
        let pass = [("doing", "pass"), ("to", to.as_str())];
        let blind = does(&qian, &far, &pass).await;
        assert!(blind.status == 422 && blind.body.contains("请从名单里选"), "{} {}", blind.status, blind.body);
        assert_eq!(does(&qian, &near, &pass).await.status, 303);
        assert_eq!(does(&work.zhao, &near, &ACCEPT).await.status, 303);
        assert_eq!(does(&qian, &far, &ACCEPT).await.status, 303);
        assert_eq!((work.credit(li_id).await, work.credit(work.wang_id).await), (250, 250));
        work.desk.bank.close().await;
    }

    async fn a_document_seen_on_the_day_counts_for_whose_document_the_bank_has_seen(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let rule = work.rule(|row| { row.least_identity = 3; row.least_supervision = 3; }).await;
        let path = begins(&work.wang, rule).await;
        assert!(work.wang.opens(&path).await.body.contains("要当面看一次您的证件"), "she is told at once");
        assert_eq!(adds(&work.wang, &path, photo("a"), "a.png").await.status, 303);
        assert_eq!(sends(&work.wang, &path, &[]).await.status, 303);
        let case = work.case(work.wang_id, &path);
        assert!(work.zhao.opens(&case).await.body.contains("name=\"on_the_day\""), "it is asked where the rule asks for it");
        for fields in [&EXAMINED[..], &ON_THE_DAY] {
            let unseen = does(&work.zhao, &case, fields).await;
            assert!(unseen.status == 422 && unseen.body.contains("还不到规则要求"), "{} {}", unseen.status, unseen.body);
        }
        sees(&work, work.wang_id).await;
        let unsaid = does(&work.zhao, &case, &EXAMINED).await;
        assert!(unsaid.status == 422 && unsaid.body.contains("还不到规则要求"), "{} {}", unsaid.status, unsaid.body);
        assert_eq!(does(&work.zhao, &case, &ON_THE_DAY).await.status, 303);
        assert_eq!((levels(&work).await, work.credit(work.wang_id).await), ((3, 3), 250));
        let steps = application_step::Entity::find().all(work.bank().house.db.read()).await.unwrap();
        let said: Vec<Option<i64>> = steps.iter().map(|step| step.identity_level).collect();
        assert_eq!(said, [None, Some(3)]);
        // Where the rule asks for less it is not asked, and what the bank knows counts.
        let (li, li_id) = work.bank().learner("李建国", 2, Some(TOWN)).await;
        let low = work.rule(|row| { row.unit = "T01".to_owned(); row.title = "社保课证书".to_owned(); }).await;
        let case = work.case(li_id, &work.applies(&li, low, "ZJ-2").await);
        assert!(!work.zhao.opens(&case).await.body.contains("name=\"on_the_day\""));
        sees(&work, li_id).await;
        assert_eq!(does(&work.zhao, &case, &ON_THE_DAY).await.status, 303);
        let kept = result::Entity::find().filter(result::Column::LearnerId.eq(li_id.uuid())).one(work.bank().house.db.read()).await;
        assert_eq!(kept.unwrap().map(|kept| (kept.identity_level, kept.supervision_level)), Some((2, 3)));
        let steps = application_step::Entity::find().filter(application_step::Column::LearnerId.eq(li_id.uuid()));
        let said = steps.all(work.bank().house.db.read()).await.unwrap();
        assert!(said.iter().all(|step| step.identity_level.is_none()), "{said:?}");
        work.desk.bank.close().await;
    }

    async fn of_two_the_first_says_what_was_seen_on_the_day_and_the_second_reads_it(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let rule = work.rule(|row| { row.least_identity = 3; row.deciders = 2; }).await;
        let case = work.case(work.wang_id, &work.applies(&work.wang, rule, "ZJ-1").await);
        sees(&work, work.wang_id).await;
        assert_eq!(does(&work.zhao, &case, &ON_THE_DAY).await.status, 303);
        let shown = work.sun.opens(&case).await.body;
        assert!(shown.contains("前一位认为考的时候怎么认人"), "{shown}");
        assert_eq!(does(&work.sun, &case, &[("doing", "agree")]).await.status, 303);
        assert_eq!((levels(&work).await, work.credit(work.wang_id).await), ((3, 3), 250));
        work.desk.bank.close().await;
    }
}
