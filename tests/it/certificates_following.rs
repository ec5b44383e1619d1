//! Certificates follow the credit that they cite: a reversal shows in the next read, the job suspends once, what was put right is cited anew at the same
//! address; accounts that are parted; a name that is corrected; a key that nobody is to believe any more.

use credit_bank::certificates::{self, Standing};
use credit_bank::curriculum::Shelves;
use credit_bank::db::Tx;
use credit_bank::identity::{self, AliasKind, PersonName};
use credit_bank::jobs::Runner;
use credit_bank::kernel::{Acting, IdentityLevel, Timestamp};
use entity::{certificate_cite, certificate_event, certificate_version};
use sea_orm::{EntityTrait, QueryOrder};

use crate::applications::DAY_MS;
use crate::certificates::{Issuing, reverses};
use crate::certificates_changing::{agrees, asks, bits, events, issued, sends_to, stands};
use crate::passbook::passes;
use crate::support::people::sender;
use crate::support::server::SHELF;

const RECITE: [(&str, &str); 2] = [("doing", "recite"), ("ground", "重新考过了")];

/// The job looks at everything there is.
async fn follows(work: &Issuing) -> u64 {
    certificates::follow(&work.bank().house, &work.at(), Timestamp::from_ms(0)).await.unwrap()
}

/// The newest event: what, why, by whose hand, the transfer that caused it.
async fn newest(work: &Issuing) -> certificate_event::Model {
    let all = certificate_event::Entity::find().order_by_asc(certificate_event::Column::Seq);
    all.all(work.bank().house.db.read()).await.unwrap().pop().unwrap()
}

async fn versions(work: &Issuing) -> Vec<certificate_version::Model> {
    let all = certificate_version::Entity::find().order_by_asc(certificate_version::Column::Version);
    all.all(work.bank().house.db.read()).await.unwrap()
}

crate::on_both! {
    async fn a_reversal_suspends_what_cites_it_and_what_stands_now_is_cited_at_the_same_address(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let path = issued(&work).await;
        let award = certificate_cite::Entity::find().one(work.bank().house.db.read()).await.unwrap().unwrap().transfer_id;
        let (db, now) = (work.bank().house.db.clone(), work.bank().clock.now());
        let before = certificates::list_of(db.read(), &work.at(), work.wang_id, now).await.unwrap().pop().unwrap();
        reverses(&work, credit_bank::kernel::TransferId::from_uuid(award)).await;
        assert_eq!(stands(&work).await.0, "active", "the row follows later");
        let page = work.zhao.opens(&path).await;
        assert!(page.body.contains("暂停使用") && page.body.contains("学分冲正或转出了"), "{}", page.body);
        assert_eq!((follows(&work).await, follows(&work).await), (1, 0), "twice is once");
        assert_eq!((stands(&work).await, bits(&work).await), (("suspended".to_owned(), 1), vec![(1, 0, 1)]));
        let event = newest(&work).await;
        assert_eq!((event.reason_code.as_deref(), event.actor_id), (Some("credit_reversed"), None));
        assert!(event.cause_id.is_some_and(|cause| cause != award) && event.appeal_until.is_some(), "the transfer that took it back");
        assert!(work.bank().letter_to("13800000001").await.unwrap().text.contains("一笔学分冲正或转出了"));
        let credit = work.zhao.opens(&format!("/staff/learners/{}/credit", work.wang_id)).await;
        let number = before.register.number.spaced();
        assert!(credit.body.contains(&number) && credit.body.contains("单元学习证明"), "{}", credit.body);
        let lift = sends_to(&work.zhao, &path, &[("doing", "lift"), ("ground", "没事")]).await;
        assert!(lift.status == 409 && lift.body.contains("不能直接恢复"), "{} {}", lift.status, lift.body);
        let missing = sends_to(&work.zhao, &path, &RECITE).await;
        assert!(missing.status == 409 && missing.body.contains("不够这张证书的条件"), "{} {}", missing.status, missing.body);
        work.passes("T19").await;
        let recite = asks(&work.zhao, &path, &RECITE).await;
        let agreed = agrees(&work.sun, &recite).await;
        assert_eq!(agreed.status, 303, "{}", agreed.body);
        assert_eq!(agrees(&work.sun, &recite).await.status, 303);
        assert_eq!((stands(&work).await, bits(&work).await), (("active".to_owned(), 2), vec![(1, 1, 0), (2, 0, 0)]));
        let now = work.bank().clock.now();
        let after = certificates::find_by_code(db.read(), &work.at(), &before.register.code, now).await.unwrap().unwrap();
        assert_eq!((after.certificate, &after.register.number, after.standing), (before.certificate, &before.register.number, Standing::Active));
        // Nothing vanishes: both versions, both lines, all that became of it.
        assert_eq!(versions(&work).await.len(), 2);
        assert_eq!(certificate_cite::Entity::find().all(db.read()).await.unwrap().len(), 2);
        assert_eq!(events(&work).await, ["issued", "suspended", "version"]);
        assert_eq!(follows(&work).await, 0);
        work.close().await;
    }

    async fn where_accounts_are_parted_what_cites_both_is_suspended(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let (_, second) = work.bank().learner("王桂英", 2, Some(crate::agencies::TOWN)).await;
        passes(work.bank(), second, "T19").await;
        work.bank().seals().await;
        let first = work.wang_id;
        let work = work.joins(first, second).await;
        let id = certificates::issue(&work.bank().house.db, &work.at(), &work.order("T19"), None).await.unwrap();
        assert_eq!(follows(&work).await, 0);
        let work = work.reads(AliasKind::End, (first, second)).await;
        assert_eq!((follows(&work).await, follows(&work).await), (1, 0));
        let event = newest(&work).await;
        assert_eq!((event.reason_code.as_deref(), event.cause_id), (Some("accounts_parted"), None));
        let path = format!("/staff/agency/{}/issued/{first}/{id}", work.desk.id);
        let missing = sends_to(&work.zhao, &path, &RECITE).await;
        assert!(missing.status == 409 && missing.body.contains("不够这张证书的条件"), "{} {}", missing.status, missing.body);
        let lift = sends_to(&work.zhao, &path, &[("doing", "lift"), ("ground", "没事")]).await;
        assert!(lift.status == 409 && lift.body.contains("不能直接恢复"), "{} {}", lift.status, lift.body);
        work.close().await;
    }

    async fn a_corrected_name_is_a_version_once_a_document_was_seen(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let path = issued(&work).await;
        let name = [("doing", "name")];
        assert_eq!(sends_to(&work.zhao, &path, &name).await.status, 409, "it is the same name");
        let (db, keys, wang) = (work.bank().house.db.clone(), work.bank().house.keys.clone(), work.wang_id);
        let (its, right) = (keys.clone(), PersonName::parse("王桂莹").unwrap());
        let acting = Acting { learner: wang, helper: None, identity_level: IdentityLevel::KNOWN };
        db.write(async move |tx: &Tx| identity::rename(tx, &its, &acting, &right).await).await.unwrap();
        let unseen = sends_to(&work.zhao, &path, &name).await;
        assert!(unseen.status == 409 && unseen.body.contains("请先看证件"), "{} {}", unseen.status, unseen.body);
        let (its, staff) = (keys, work.zhao_id);
        let see = async move |tx: &Tx| identity::document_seen(tx, &its, (staff, &sender()), wang, None).await;
        db.write(see).await.unwrap();
        let request = asks(&work.zhao, &path, &name).await;
        let agreed = agrees(&work.sun, &request).await;
        assert_eq!(agreed.status, 303, "{}", agreed.body);
        let now = work.bank().clock.now();
        let shown = certificates::list_of(db.read(), &work.at(), wang, now).await.unwrap().pop().unwrap();
        assert_eq!((shown.register.version, shown.register.name.as_str(), shown.standing), (2, "王桂莹", Standing::Active));
        let facts = shown.facts.unwrap();
        // Nothing else differs: what is known of the person today is not what was known on the day of issue.
        assert_eq!((facts.name.as_str(), facts.identity, facts.lines.len()), ("王桂莹", 1, 1));
        let made = versions(&work).await;
        assert_eq!((made[1].why.as_str(), made[0].edition == made[1].edition, made[0].units == made[1].units), ("name", true, true));
        assert_eq!(bits(&work).await, [(1, 1, 0), (2, 0, 0)]);
        work.close().await;
    }

    async fn what_a_key_signed_that_two_believe_no_longer_is_signed_anew(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        issued(&work).await;
        let key = format!("{}/keys/1", work.desk.path());
        assert_eq!(work.zhao.opens(&key).await.status, 403);
        assert_eq!(work.desk.shen.opens(&format!("{}/keys/9", work.desk.path())).await.status, 404);
        assert_eq!(sends_to(&work.desk.shen, &key, &[("doing", "ask"), ("distrust_why", "")]).await.status, 422);
        let ask = [("doing", "ask"), ("distrust_why", "存钥匙的机器丢了")];
        for _ in 0..2 {
            assert_eq!(sends_to(&work.desk.shen, &key, &ask).await.status, 303);
        }
        let form = work.desk.zheng.opens(&key).await;
        let doubt = form.input("doubt");
        let agree = [("doing", "agree"), ("doubt", doubt.as_str())];
        let own = sends_to(&work.desk.shen, &key, &agree).await;
        assert!(own.status == 422 && own.body.contains("要另一个人来办"), "{} {}", own.status, own.body);
        for _ in 0..2 {
            let agreed = work.desk.zheng.sends(&form, &key, &agree).await;
            assert_eq!(agreed.status, 303, "{}", agreed.body);
        }
        assert_eq!((work.desk.count("agencies.distrust_key").await, follows(&work).await), (1, 0));
        let runner = Runner::new(work.bank().house.db.clone());
        let runner = certificates::with_following(runner, &work.bank().house, &Shelves::new(SHELF.clone()));
        runner.run_due().await.unwrap();
        assert_eq!(versions(&work).await.len(), 1, "another key signs from tomorrow on: this one began today");
        work.bank().clock.turn_ms(DAY_MS);
        runner.run_due().await.unwrap();
        runner.run_due().await.unwrap();
        let made = versions(&work).await;
        assert_eq!((made.len(), made[1].why.as_str(), made[0].key_hash != made[1].key_hash), (2, "rekeyed", true));
        assert_eq!((stands(&work).await, bits(&work).await), (("active".to_owned(), 2), vec![(1, 1, 0), (2, 0, 0)]));
        assert_eq!(follows(&work).await, 0);
        work.close().await;
    }
}
