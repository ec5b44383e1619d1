//! Where certificates hold against whoever pulls at them: a list that is being made while somebody suspends, credit that is somebody else's by now, an
//! owner who buries a suspension under requests, a picture that is made to be looked at for hours, a sample that is drawn again.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use credit_bank::certificates;
use credit_bank::credentials::status::{self, Purpose};
use credit_bank::curriculum::Shelves;
use credit_bank::db::{DbFault, Tx};
use credit_bank::identity::{self, AliasKind, BirthYear, PersonName};
use credit_bank::jobs::Runner;
use credit_bank::kernel::{Acting, AgencyId, CertificateRequestId, IdentityLevel, RequestId};
use entity::{
    certificate_batch, certificate_batch_line, certificate_request, certificate_status, certificate_version, job, status_list,
};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder};
use tokio::sync::Notify;

use crate::applications::DAY_MS;
use crate::certificate_batches::{People, brings, lines_of, passed, posts};
use crate::certificates::{Issuing, asks as asks_for, does};
use crate::certificates_changing::{agrees, events, issued, sends_to, stands};
use crate::passbook::passes;
use crate::support::people::sender;
use crate::support::server::SHELF;
use crate::verify::Issued;

const SUSPEND: [(&str, &str); 3] = [("doing", "suspend"), ("reason", "evidence_wrong"), ("ground", "看过签到表")];
const LIFT: [(&str, &str); 2] = [("doing", "lift"), ("ground", "查清了")];

/// Makes the lists that are due; how many.
async fn publishes(work: &Issuing) -> u64 {
    let at = work.at();
    certificates::publish_lists(&work.bank().house.db, &at.keys, at.origin.as_ref().unwrap()).await.unwrap()
}

/// Whether the published list of suspensions has the position of the only certificate.
async fn is_published(work: &Issuing) -> bool {
    let (db, at, now) = (work.bank().house.db.clone(), work.at(), work.bank().clock.now());
    let book = certificates::key_book(db.read(), &at.shelf, at.origin.as_ref().unwrap(), now).await.unwrap();
    let list = certificates::find_list(db.read(), work.agency(), Purpose::Suspension, 1).await.unwrap().unwrap();
    let row = certificate_status::Entity::find().one(db.read()).await.unwrap().unwrap();
    let read = status::verify(list.document.as_bytes(), &book).unwrap();
    read.list.set.contains(&u32::try_from(row.position).unwrap())
}

/// Where the request of this act is that was asked last.
async fn request_of(work: &Issuing, path: &str, act: &str) -> String {
    let all = certificate_request::Entity::find().filter(certificate_request::Column::Act.eq(act));
    let all = all.order_by_asc(certificate_request::Column::AskedAtMs).all(work.bank().house.db.read()).await.unwrap();
    format!("{path}/requests/{}", all.last().unwrap().id)
}

/// Lists of agencies that are none: nobody can sign them. They come before all others.
async fn opens_strange_lists(work: &Issuing) {
    let add = async |tx: &Tx| {
        let row = |number: u128| status_list::ActiveModel {
            agency_id: Set(uuid::Uuid::from_u128(number)),
            list: Set(1),
            purpose: Set("revocation".to_owned()),
            opened_at_ms: Set(0),
            filled: Set(0),
            dirty_at_ms: Set(Some(0)),
            changes: Set(0),
            generation: Set(0),
            document: Set(None),
            jwt: Set(None),
            published_at_ms: Set(None),
            valid_until_ms: Set(None),
        };
        status_list::Entity::insert_many((1..=60).map(row)).exec_without_returning(tx).await.map_err(DbFault::from)?;
        Ok::<_, DbFault>(())
    };
    work.bank().house.db.write(add).await.unwrap();
}

async fn closes_strange_lists(work: &Issuing) {
    let own: AgencyId = work.agency();
    let delete = async move |tx: &Tx| {
        let strange = status_list::Entity::delete_many().filter(status_list::Column::AgencyId.ne(own.uuid()));
        strange.exec(tx).await.map_err(DbFault::from)?;
        Ok::<_, DbFault>(())
    };
    work.bank().house.db.write(delete).await.unwrap();
}

/// Two hundred requests that were taken back, all younger than what stands there: as somebody made them over months.
async fn buries(work: &Issuing) {
    let db = work.bank().house.db.clone();
    let like = certificate_request::Entity::find().one(db.read()).await.unwrap().unwrap();
    let now = work.bank().clock.now();
    let add = async move |tx: &Tx| {
        let row = |number: i64| {
            let id = CertificateRequestId::fresh(now).uuid();
            let own = certificate_request::Model {
                id,
                act: "issue".to_owned(),
                certificate_id: None,
                reason_code: None,
                ground_sealed: None,
                shown_hash: None,
                state: "withdrawn".to_owned(),
                officer_id: None,
                decider_id: None,
                answer_sealed: None,
                asked_at_ms: now.ms() + number,
                decided_at_ms: Some(now.ms() + number),
                once: id.to_string(),
                ..like.clone()
            };
            own.into_active_model()
        };
        let rows = (1..=201).map(row);
        certificate_request::Entity::insert_many(rows).exec_without_returning(tx).await.map_err(DbFault::from)?;
        Ok::<_, DbFault>(())
    };
    db.write(add).await.unwrap();
}

/// The lines of a batch's sample.
async fn sample_of(work: &Issuing, page: &str) -> Vec<i64> {
    let id: uuid::Uuid = page.rsplit('/').next().unwrap().parse().unwrap();
    let find = certificate_batch_line::Entity::find()
        .filter(certificate_batch_line::Column::BatchId.eq(id))
        .filter(certificate_batch_line::Column::InSample.eq(1))
        .order_by_asc(certificate_batch_line::Column::Number);
    find.all(work.bank().house.db.read()).await.unwrap().into_iter().map(|line| line.number).collect()
}

/// Nobody is to believe the agency's key any more: one administrator asks, another one agrees.
async fn distrusts(work: &Issuing) {
    let key = format!("{}/keys/1", work.desk.path());
    let ask = [("doing", "ask"), ("distrust_why", "存钥匙的机器丢了")];
    assert_eq!(sends_to(&work.desk.shen, &key, &ask).await.status, 303);
    let form = work.desk.zheng.opens(&key).await;
    let doubt = form.input("doubt");
    let agreed = work.desk.zheng.sends(&form, &key, &[("doing", "agree"), ("doubt", &doubt)]).await;
    assert_eq!(agreed.status, 303, "{}", agreed.body);
}

/// A picture of fifty times fifty corner patterns and no code.
fn full_of_patterns() -> Vec<u8> {
    let picture = image::GrayImage::from_fn(1_000, 1_000, |x, y| {
        let (x, y) = (x / 2 % 10, y / 2 % 10);
        let is_in = |from: u32, to: u32| (from..=to).contains(&x) && (from..=to).contains(&y);
        image::Luma([if is_in(1, 7) && !is_in(2, 6) || is_in(3, 5) { 0 } else { 255 }])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

crate::on_both! {
    async fn what_is_suspended_while_a_list_is_made_is_in_the_next_one(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let path = issued(&work).await;
        let form = work.zhao.opens(&path).await;
        // Nothing is written for a while: somebody suspends, the list is made without that, and both wait, in this order.
        let (db, gate) = (work.bank().house.db.clone(), Arc::new(Notify::new()));
        let its = Arc::clone(&gate);
        let holds = actix_web::rt::spawn(async move {
            let hold = async move |_: &Tx| {
                its.notified().await;
                Ok::<_, DbFault>(())
            };
            db.write(hold).await.unwrap();
        });
        let later = async |ms: u64| tokio::time::sleep(Duration::from_millis(ms)).await;
        later(200).await;
        let suspends = work.zhao.sends(&form, &path, &SUSPEND);
        let makes = async {
            later(600).await;
            publishes(&work).await
        };
        let lets_go = async {
            later(1_800).await;
            gate.notify_one();
        };
        let (suspended, _, ()) = tokio::join!(suspends, makes, lets_go);
        assert_eq!(suspended.status, 303, "{}", suspended.body);
        holds.await.unwrap();
        publishes(&work).await;
        assert!(is_published(&work).await, "the list says so");
        assert_eq!(publishes(&work).await, 0);
        work.close().await;
    }

    async fn lists_that_nobody_can_sign_keep_no_other_from_being_published(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        issued(&work).await;
        opens_strange_lists(&work).await;
        assert_eq!((publishes(&work).await, publishes(&work).await), (2, 0));
        closes_strange_lists(&work).await;
        work.close().await;
    }

    async fn whoever_knows_number_and_name_is_not_given_the_long_code(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let person = issued.work.bank().visitor_at("10.6.0.1");
        let way = issued.asks(&person, &issued.number, "王桂英").await.location.unwrap();
        let page = person.opens(&way).await;
        assert!(page.status == 200 && page.body.contains("有效"), "{}", page.body);
        let said = page.body.replace('-', "").to_uppercase();
        assert!(!said.contains(&issued.code) && !page.body.contains("data-code"), "{}", page.body);
        issued.close().await;
    }

    async fn what_cites_somebody_elses_credit_by_now_does_not_go_on(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let (_, second) = work.bank().learner("王桂英", 2, Some(crate::agencies::TOWN)).await;
        passes(work.bank(), second, "T19").await;
        work.bank().seals().await;
        let first = work.wang_id;
        let work = work.joins(first, second).await;
        let id = certificates::issue(&work.bank().house.db, &work.at(), &work.order("T19"), None).await.unwrap();
        let path = format!("/staff/agency/{}/issued/{first}/{id}", work.desk.id);
        assert_eq!(sends_to(&work.zhao, &path, &SUSPEND).await.status, 303);
        let confirm = request_of(&work, &path, "confirm").await;
        assert_eq!(agrees(&work.sun, &confirm).await.status, 303);
        // It is suspended for something else while the accounts are parted: nobody looks at it then.
        let work = work.reads(AliasKind::End, (first, second)).await;
        let follow = certificates::follow(&work.bank().house, &work.at(), work.bank().clock.now()).await.unwrap();
        assert_eq!((follow, stands(&work).await.0.as_str()), (0, "suspended"));
        let (qian, _) = work.desk.works(identity::Role::Officer, Some(work.desk.organisation), None).await;
        let lift = sends_to(&qian, &path, &LIFT).await;
        assert!(lift.status == 409 && lift.body.contains("不能直接恢复"), "{} {}", lift.status, lift.body);
        assert_eq!(events(&work).await, ["issued", "suspended", "confirmed"]);
        work.close().await;
    }

    async fn no_owner_buries_a_suspension_under_requests(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let path = issued(&work).await;
        assert_eq!(sends_to(&work.zhao, &path, &SUSPEND).await.status, 303);
        buries(&work).await;
        let confirm = request_of(&work, &path, "confirm").await;
        let agreed = agrees(&work.sun, &confirm).await;
        assert_eq!(agreed.status, 303, "{}", agreed.body);
        assert_eq!(events(&work).await, ["issued", "suspended", "confirmed"]);
        work.close().await;
    }

    async fn what_waits_or_was_refused_is_found_however_much_was_asked_for_since(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        for unit in ["T19", "T01", "T20"] {
            work.passes(unit).await;
        }
        let refused = work.asks("T19").await;
        assert_eq!(does(&work.zhao, &refused, "refuse").await.status, 303);
        work.bank().clock.turn_ms(1_000);
        let first = work.asks("T01").await;
        work.bank().clock.turn_ms(1_000);
        let second = work.asks("T20").await;
        let id_of = |path: &str| path.rsplit('/').next().unwrap().parse::<uuid::Uuid>().unwrap();
        buries(&work).await;
        let own = |path: &str, act: &str| format!("/certificates/requests/{}/{act}", id_of(path));
        assert_eq!(work.wang.opens(&own(&refused, "appeal")).await.status, 200);
        assert_eq!(sends_to(&work.wang, &own(&refused, "appeal"), &[("appeal", "证件看过。")]).await.status, 303);
        assert!(work.sun.opens(&work.queue()).await.body.contains(&refused), "it waits for a reviewer");
        let taken_back = posts(&work.wang, &own(&first, "withdraw"), &[]).await;
        assert_eq!(taken_back.status, 303, "{}", taken_back.body);
        let acting = Acting { learner: work.wang_id, helper: None, identity_level: IdentityLevel::KNOWN };
        let (keys, db) = (work.bank().house.keys.clone(), work.bank().house.db.clone());
        credit_bank::me::end_account(&db, &keys, RequestId::fresh(work.bank().clock.now()), acting).await.unwrap();
        for path in [&first, &second] {
            let row = certificate_request::Entity::find_by_id((work.wang_id.uuid(), id_of(path))).one(db.read()).await.unwrap();
            assert_eq!(row.unwrap().state, "withdrawn", "{path}");
        }
        work.close().await;
    }

    async fn whoever_takes_back_twenty_requests_in_a_day_waits_until_the_next(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        work.passes("T19").await;
        for number in 0..20 {
            let request = work.asks("T19").await;
            let back = format!("/certificates/requests/{}/withdraw", request.rsplit('/').next().unwrap());
            let form = work.wang.opens("/help").await;
            let withdrawn = work.wang.sends(&form, &back, &[]).await;
            assert_eq!(withdrawn.status, 303, "{number}: {}", withdrawn.body);
            work.bank().clock.turn_ms(1_000);
        }
        assert_eq!(asks_for(&work.wang, "T19", &work.desk.id).await.status, 429);
        assert_eq!(certificate_request::Entity::find().count(work.bank().house.db.read()).await.unwrap(), 20);
        work.close().await;
    }

    async fn what_a_document_has_shown_its_owner_does_not_change(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let (db, keys, wang, staff) = (work.bank().house.db.clone(), work.bank().house.keys.clone(), work.wang_id, work.zhao_id);
        let its = keys.clone();
        let see = async move |tx: &Tx| identity::document_seen(tx, &its, (staff, &sender()), wang, None).await;
        db.write(see).await.unwrap();
        // As a form does that was opened before the document was seen.
        let acting = Acting { learner: wang, helper: None, identity_level: IdentityLevel::KNOWN };
        let (its, other) = (keys.clone(), PersonName::parse("李桂英").unwrap());
        let renamed = db.write(async move |tx: &Tx| identity::rename(tx, &its, &acting, &other).await).await;
        assert!(matches!(renamed, Err(identity::Error::Checked)), "{renamed:?}");
        let year = BirthYear::from_value(1950).unwrap();
        let its = keys.clone();
        let born = db.write(async move |tx: &Tx| identity::correct_birth_year(tx, &its, &acting, year).await).await;
        assert!(matches!(born, Err(identity::Error::Checked)), "{born:?}");
        assert_eq!(identity::profile(db.read(), &keys, wang).await.unwrap().name, "王桂英");
        work.close().await;
    }

    async fn a_picture_full_of_corner_patterns_is_put_away_at_once(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let person = issued.work.bank().visitor_at("10.6.0.2");
        let form = person.opens("/v").await;
        let begun = Instant::now();
        let answer = person.sends_file(&form, "/v/file", &[], "a.png", full_of_patterns()).await;
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
        issued.close().await;
    }

    async fn the_same_people_brought_again_have_the_same_sample_and_the_first_of_two_sees_none(fresh: Fresh) {
        let (work, people) = passed(fresh, 14).await;
        let (zhao, sun) = (work.zhao_id, work.sun_id);
        let (mut samples, mut back) = (Vec::new(), people.clone());
        back.reverse();
        // The second time on other lines, in a file that has another digest.
        for order in [&people, &back] {
            let page = brings(&work, &lines_of(order)).await;
            assert_eq!(posts(&work.zhao, &format!("{page}/ask"), &[]).await.status, 303);
            samples.push(sample_of(&work, &page).await);
            assert_eq!(posts(&work.zhao, &format!("{page}/withdraw"), &[]).await.status, 303);
        }
        let who = |order: &People, sample: &[i64]| -> BTreeSet<uuid::Uuid> {
            sample.iter().map(|line| order[usize::try_from(*line).unwrap() - 2].0.uuid()).collect()
        };
        assert_eq!((samples[0].len(), who(&people, &samples[0])), (10, who(&back, &samples[1])), "{samples:?}");
        // One that is not right is in every sample from then on, though the file is another one.
        let page = brings(&work, &lines_of(&people)).await;
        assert_eq!(posts(&work.zhao, &format!("{page}/ask"), &[]).await.status, 303);
        let path = format!("{page}/sample/{}", samples[0][0]);
        let shown = work.sun.opens(&path).await;
        assert_eq!(work.sun.sends(&shown, &path, &[("doing", "wrong"), ("words", "不是她")]).await.status, 303);
        let wrong = people[usize::try_from(samples[0][0]).unwrap() - 2].clone();
        let mut others: Vec<_> = people.iter().filter(|person| person.0 != wrong.0).take(12).cloned().collect();
        others.push(wrong);
        let page = brings(&work, &lines_of(&others)).await;
        assert_eq!(posts(&work.zhao, &format!("{page}/ask"), &[]).await.status, 303);
        let sample = sample_of(&work, &page).await;
        assert!(sample.contains(&14) && sample.len() >= 10, "the thirteenth person: {sample:?}");
        assert_eq!(certificate_batch::Entity::find().count(work.bank().house.db.read()).await.unwrap(), 4);
        let seen = format!("{page}/sample/{}", sample[0]);
        assert_eq!(work.sun.opens(&seen).await.status, 200);
        let work = work.joins(zhao, sun).await;
        let refused = work.sun.opens(&seen).await;
        assert!(refused.status != 200 && !refused.body.contains("name=\"shown\""), "{} {}", refused.status, refused.body);
        work.close().await;
    }

    async fn what_is_lifted_on_a_key_that_was_distrusted_meanwhile_is_signed_anew(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let path = issued(&work).await;
        assert_eq!(sends_to(&work.zhao, &path, &SUSPEND).await.status, 303);
        distrusts(&work).await;
        let follow = async || certificates::follow(&work.bank().house, &work.at(), work.bank().clock.now()).await.unwrap();
        let runner = Runner::new(work.bank().house.db.clone());
        let runner = certificates::with_following(runner, &work.bank().house, &Shelves::new(SHELF.clone()));
        assert_eq!(follow().await, 0);
        runner.run_due().await.unwrap();
        work.bank().clock.turn_ms(11 * DAY_MS);
        runner.run_due().await.unwrap();
        let versions = async || certificate_version::Entity::find().count(work.bank().house.db.read()).await.unwrap();
        assert_eq!((versions().await, stands(&work).await.0.as_str()), (1, "suspended"));
        assert_eq!(follow().await, 1, "nobody confirmed it");
        runner.run_due().await.unwrap();
        assert_eq!((versions().await, stands(&work).await), (2, ("active".to_owned(), 2)));
        assert_eq!(events(&work).await[..3], ["issued", "suspended", "lifted"]);
        work.close().await;
    }

    async fn what_is_lifted_behind_a_job_that_signs_anew_has_a_job_of_its_own(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let path = issued(&work).await;
        assert_eq!(sends_to(&work.zhao, &path, &SUSPEND).await.status, 303);
        distrusts(&work).await;
        let db = work.bank().house.db.clone();
        let follow = async || certificates::follow(&work.bank().house, &work.at(), work.bank().clock.now()).await.unwrap();
        assert_eq!(follow().await, 0);
        let jobs = || job::Entity::find().filter(job::Column::Kind.eq("certificates.rekey"));
        let first = jobs().one(db.read()).await.unwrap().unwrap();
        work.bank().clock.turn_ms(11 * DAY_MS);
        assert_eq!(follow().await, 1, "nobody confirmed it");
        // The job that was at it meanwhile, and past this one, is done.
        let done = async move |tx: &Tx| {
            job::Entity::delete_by_id(first.id).exec(tx).await.map_err(DbFault::from)?;
            Ok::<_, DbFault>(())
        };
        db.write(done).await.unwrap();
        assert_eq!(jobs().count(db.read()).await.unwrap(), 1, "one of its own");
        let runner = Runner::new(db.clone());
        let runner = certificates::with_following(runner, &work.bank().house, &Shelves::new(SHELF.clone()));
        runner.run_due().await.unwrap();
        assert_eq!(stands(&work).await, ("active".to_owned(), 2));
        work.close().await;
    }
}
