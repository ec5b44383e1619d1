//! Work for an agency: who is let in, by which keys it signs, how much of its quota is taken.

use credit_bank::agencies::{self, Error, NotDelegated, Wanted};
use credit_bank::audit;
use credit_bank::db::Tx;
use credit_bank::identity::{self, Role};
use credit_bank::kernel::{AgencyId, Credits, Day};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::agencies::{Desk, POWERS, TOWN, everything, seal, sends_seal};
use crate::classes::point;

fn agency_of(desk: &Desk) -> AgencyId {
    desk.id.parse().unwrap()
}

fn credits(milli: i64) -> Credits {
    Credits::from_milli(milli).unwrap()
}

/// Everybody takes `amount` at once; how many were given it.
async fn taken(desk: &Desk, takers: usize, amount: i64) -> usize {
    let (db, agency, year) = (&desk.bank.house.db, agency_of(desk), desk.bank.clock.now().day().year());
    let take = |_| async move {
        match db.write(async move |tx: &Tx| agencies::take_quota(tx, agency, year, credits(amount)).await).await {
            Ok(()) => true,
            Err(Error::OverQuota) => false,
            Err(error) => panic!("{error}"),
        }
    };
    futures_util::future::join_all((0..takers).map(take)).await.into_iter().filter(|given| *given).count()
}

async fn used(desk: &Desk) -> i64 {
    let year = desk.bank.clock.now().day().year();
    agencies::quota_used(desk.bank.house.db.read(), agency_of(desk), year).await.unwrap().milli()
}

/// The powers with some of them otherwise.
fn otherwise<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = POWERS.into_iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    kept.chain(changes.iter().copied()).collect()
}

crate::on_both! {
    async fn a_suspension_and_the_end_of_a_role_act_at_the_next_request(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let (zhao, zhao_id) = desk.works(Role::Officer, Some(desk.organisation), None).await;
        let own = format!("/staff/agency/{}", desk.id);
        assert!(zhao.opens("/staff/agency").await.body.contains(&own), "their agency is offered");
        assert_eq!(zhao.opens(&own).await.status, 200);
        let form = desk.shen.opens(&desk.path()).await;
        let path = |act: &str| format!("{}/{act}", desk.path());
        assert_eq!(desk.shen.sends(&form, &path("suspend"), &[("suspend_why", "")]).await.status, 422);
        for _ in 0..2 {
            assert_eq!(desk.shen.sends(&form, &path("suspend"), &[("suspend_why", "查账")]).await.status, 303);
        }
        let stopped = zhao.opens(&own).await;
        assert!(stopped.status == 409 && stopped.body.contains("暂停了"), "{}", stopped.body);
        assert!(desk.bank.visitor().opens(&format!("/agencies/{}", desk.id)).await.body.contains("现在不认定"));
        let same = desk.shen.sends(&form, &path("lift"), &[("lift_why", "查完了")]).await;
        assert!(same.status == 422 && same.body.contains("要另一个人来办") && same.body.contains("查完了"), "{}", same.body);
        let form = desk.zheng.opens(&desk.path()).await;
        for _ in 0..2 {
            assert_eq!(desk.zheng.sends(&form, &path("lift"), &[("lift_why", "查完了")]).await.status, 303);
        }
        assert_eq!((desk.count("agencies.suspend").await, desk.count("agencies.lift").await), (1, 1));
        assert_eq!(zhao.opens(&own).await.status, 200);
        let scope = identity::load_scope(desk.bank.house.db.read(), desk.zheng_id).await.unwrap();
        let role = desk.zheng.opens(&format!("/staff/people/{zhao_id}")).await;
        assert_eq!(role.status, 200);
        let role = role.body.split(&format!("/staff/people/{zhao_id}/roles/")).nth(1).unwrap().split('/').next().unwrap().parse().unwrap();
        desk.bank.house.db.write(async move |tx: &Tx| identity::end_role(tx, &scope, zhao_id, role).await).await.unwrap();
        assert_eq!(zhao.opens(&own).await.status, 303, "who has no role left signs in anew");
        let back = desk.bank.signed_in(zhao_id, identity::Assurance::PasswordTotp).await;
        assert_eq!(back.opens(&own).await.status, 403, "and is nobody of the staff");
        desk.bank.close().await;
    }

    async fn another_agency_another_line_of_work_and_a_place_alone_find_nothing_and_are_kept(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let women = point(&desk.bank, "青石镇妇女之家", TOWN).await;
        let chosen = women.to_string();
        let form = desk.shen.opens("/staff/agencies/add").await;
        let fields = [
            ("organisation", chosen.as_str()),
            ("credit_code", "52330182MJ9876543E"),
            ("line", "women"),
            ("contact_phone", "0571-64000003"),
        ];
        let entered = desk.shen.sends(&form, "/staff/agencies/add", &fields).await.location.unwrap();
        let theirs = format!("/staff/agency/{}", entered.split(['/', '?']).nth(3).unwrap());
        let cases = [
            ("of another agency", Some(desk.organisation), None, 404),
            ("of another line of work", Some(women), Some("elders"), 404),
            ("of the place alone", None, None, 404),
            ("of its line", Some(women), Some("women"), 200),
            ("of all lines", Some(women), None, 200),
        ];
        for (who, organisation, line, status) in cases {
            let (person, id) = desk.works(Role::Officer, organisation, line).await;
            assert_eq!(person.opens(&theirs).await.status, status, "{who}");
            let list = person.opens("/staff/agency").await.body;
            assert_eq!(list.contains(&theirs), status == 200, "{who}: what is offered can be opened: {list}");
            let kept = audit::list_entries(desk.bank.house.db.read(), &everything()).await.unwrap();
            let turned = |row: &&audit::AuditRow| row.action == "agencies.turned_away" && row.actor == Some(id);
            assert_eq!(kept.iter().filter(turned).count(), usize::from(status == 404), "{who}");
        }
        let (reviewer, _) = desk.works(Role::Reviewer, Some(women), Some("women")).await;
        assert_eq!(reviewer.opens(&theirs).await.status, 200);
        assert_eq!(desk.shen.opens(&theirs).await.status, 403, "an administrator does not work for it");
        desk.bank.close().await;
    }

    async fn a_person_of_another_line_of_work_is_not_shown_and_sees_that_somebody_looked(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let (_, zhao) = desk.works(Role::Officer, Some(desk.organisation), Some("women")).await;
        let (_, elder) = desk.bank.learner("王桂英", 1, Some(TOWN)).await;
        let db = &desk.bank.house.db;
        let agency = agencies::find_agency(db.read(), agency_of(&desk)).await.unwrap().unwrap();
        let all = identity::load_scope(db.read(), zhao).await.unwrap();
        let own = all.within_organisation(agency.organisation, agency.line.as_deref());
        let keys = desk.bank.house.keys.clone();
        let seen = async move |tx: &Tx| agencies::see(tx, &keys, (&agency, &own), elder, "profile").await;
        assert!(db.write(seen).await.unwrap().is_none(), "she has not chosen the group that this line serves");
        let read = audit::list_access(db.read(), elder, 10).await.unwrap();
        assert_eq!(read.iter().map(|row| (row.actor, row.what.as_str())).collect::<Vec<_>>(), [(zhao, "agency_tried")]);
        assert_eq!(desk.count("agencies.turned_away").await, 1);
        let (_, other) = desk.works(Role::Officer, Some(desk.organisation), Some("elders")).await;
        let scope = identity::load_scope(db.read(), other).await.unwrap();
        let agency = agencies::find_agency(db.read(), agency_of(&desk)).await.unwrap().unwrap();
        let keys = desk.bank.house.keys.clone();
        let seen = async move |tx: &Tx| {
            let own = scope.within_organisation(agency.organisation, agency.line.as_deref());
            agencies::see(tx, &keys, (&agency, &own), elder, "profile").await
        };
        assert!(db.write(seen).await.unwrap().is_some());
        desk.bank.close().await;
    }

    async fn a_new_key_takes_over_from_its_day_and_what_the_old_one_signed_is_still_verified(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let (db, keys, id) = (desk.bank.house.db.read(), &desk.bank.house.keys, agency_of(&desk));
        let today = || desk.bank.clock.now().day();
        let first = agencies::sign(db, keys, id, today(), b"certificate 1").await.unwrap();
        let signed_on = today();
        let form = desk.shen.opens(&desk.path()).await;
        let path = format!("{}/key", desk.path());
        let next = today().plus_days(3).to_string();
        let sends = async |day: &str| desk.shen.sends(&form, &path, &[("key_day", day)]).await;
        for day in ["", "昨天", "2025-01-01", "2027-01-01"] {
            let answer = sends(day).await;
            assert!(answer.status == 422 && answer.body.contains(&format!("value=\"{day}\"")), "{day}: {}", answer.body);
        }
        assert_eq!(sends("今天").await.status, 422, "the first key begins today");
        for _ in 0..2 {
            assert_eq!(sends(&next).await.status, 303);
        }
        assert_eq!(sends(&today().plus_days(9).to_string()).await.status, 422, "one that is yet to begin is not passed over");
        assert_eq!(desk.count("agencies.rotate_key").await, 1);
        assert_eq!(agencies::sign(db, keys, id, today(), b"x").await.unwrap().key, first.key, "not before its day");
        desk.bank.clock.turn_ms(3 * 86_400_000);
        let second = agencies::sign(db, keys, id, today(), b"certificate 2").await.unwrap();
        assert_ne!(second.key, first.key);
        let published = agencies::verifying_keys_of(db, id).await.unwrap();
        assert!(agencies::is_signed(&published, &first, signed_on, b"certificate 1"));
        assert!(agencies::is_signed(&published, &second, today(), b"certificate 2"));
        assert!(!agencies::is_signed(&published, &first, signed_on, b"certificate 2"), "other words");
        assert!(!agencies::is_signed(&published, &first, today().plus_days(1), b"certificate 1"), "its time was over");
        assert!(!agencies::is_signed(&published, &second, signed_on, b"certificate 2"), "its time had not come");
        let page = desk.bank.visitor().opens(&format!("/agencies/{}", desk.id)).await.body.replace(' ', "");
        for key in &published {
            assert!(page.contains(&hex::encode(key.public.as_bytes())) && page.contains(&key.fingerprint.to_string()));
        }
        // The next change takes out the secret of the key whose time is over; what it signed is verified all the same.
        let (shen, _) = desk.bank.staff("沈静", Role::Administrator, TOWN).await;
        let third = today().plus_days(1).to_string();
        assert_eq!(shen.sends(&shen.opens(&desk.path()).await, &path, &[("key_day", &third)]).await.status, 303);
        let secrets = entity::agency_key::Entity::find().all(db).await.unwrap();
        let mut kept: Vec<(i64, bool)> = secrets.iter().map(|row| (row.generation, row.secret_sealed.is_some())).collect();
        kept.sort_unstable();
        assert_eq!(kept, [(1, false), (2, true), (3, true)]);
        let published = agencies::verifying_keys_of(db, id).await.unwrap();
        assert!(agencies::is_signed(&published, &first, signed_on, b"certificate 1"));
        desk.bank.close().await;
    }

    async fn a_key_that_waits_is_passed_over_by_one_that_begins_before_it_and_never_signs(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let (db, keys, id) = (desk.bank.house.db.read(), &desk.bank.house.keys, agency_of(&desk));
        let today = desk.bank.clock.now().day();
        let path = format!("{}/key", desk.path());
        let form = desk.shen.opens(&desk.path()).await;
        let sends = async |days: u32| desk.shen.sends(&form, &path, &[("key_day", &today.plus_days(days).to_string())]).await.status;
        assert_eq!(sends(30).await, 303);
        let waiting = agencies::verifying_keys_of(db, id).await.unwrap()[1].fingerprint;
        assert_eq!(sends(2).await, 303, "the first key may be in wrong hands: nobody waits a month");
        assert_eq!(sends(2).await, 303, "the same once more is the first time");
        assert_eq!(desk.count("agencies.rotate_key").await, 2);
        let published = agencies::verifying_keys_of(db, id).await.unwrap();
        let spans: Vec<_> = published.iter().map(|key| (key.generation, key.from, key.until)).collect();
        assert_eq!(spans, [(1, today, Some(today.plus_days(2))), (3, today.plus_days(2), None)]);
        assert!(published.iter().all(|key| key.fingerprint != waiting));
        for (days, generation) in [(0, 0), (1, 0), (2, 1), (29, 1), (30, 1), (31, 1)] {
            let day = today.plus_days(days);
            let signed = agencies::sign(db, keys, id, day, b"certificate").await.unwrap();
            assert_eq!(signed.key, published[generation].fingerprint, "{days}");
            assert!(agencies::is_signed(&published, &signed, day, b"certificate"), "{days}");
        }
        let rows = entity::agency_key::Entity::find().all(db).await.unwrap();
        let mut kept: Vec<(i64, bool)> = rows.iter().map(|row| (row.generation, row.secret_sealed.is_some())).collect();
        kept.sort_unstable();
        assert_eq!(kept, [(1, true), (2, false), (3, true)], "the secret of what never signs is gone");
        desk.bank.close().await;
    }

    async fn a_suspended_agency_signs_nothing_and_another_bank_cannot_use_its_key(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let (db, id, today) = (desk.bank.house.db.read(), agency_of(&desk), desk.bank.clock.now().day());
        let strange = credit_bank::config::Keys::fresh();
        assert!(matches!(agencies::sign(db, &strange, id, today, b"x").await, Err(Error::Sealed(_))));
        let form = desk.shen.opens(&desk.path()).await;
        desk.shen.sends(&form, &format!("{}/suspend", desk.path()), &[("suspend_why", "查账")]).await;
        let keys = &desk.bank.house.keys;
        assert!(matches!(agencies::sign(db, keys, id, today, b"x").await, Err(Error::Suspended)));
        let wanted = Wanted { unit: "T01", credits: credits(250), already: credits(0) };
        assert!(matches!(agencies::must_be_allowed(db, id, wanted, today).await, Err(Error::Suspended)));
        desk.bank.close().await;
    }

    async fn what_is_recognised_stays_within_the_delegation(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let (db, id, today) = (desk.bank.house.db.read(), agency_of(&desk), desk.bank.clock.now().day());
        let allowed = async |unit: &str, amount: i64, already: i64, day: Day| {
            let wanted = Wanted { unit, credits: credits(amount), already: credits(already) };
            agencies::must_be_allowed(desk.bank.house.db.read(), id, wanted, day).await.map(|_| ())
        };
        assert!(matches!(allowed("T01", 250, 0, today).await, Err(Error::NoDelegation)));
        desk.delegates(&POWERS).await;
        assert!(allowed("T01", 250, 250, today).await.is_ok());
        assert!(matches!(allowed("T02", 250, 0, today).await, Err(Error::NotDelegated(NotDelegated::Unit))));
        let over = allowed("T01", 250, 500, today).await;
        assert!(matches!(over, Err(Error::NotDelegated(NotDelegated::OverPerLearner(left))) if left == Credits::ZERO));
        assert!(matches!(allowed("T01", 250, 0, Day::parse("2027-01-01").unwrap()).await, Err(Error::NoDelegation)));
        assert!(agencies::may_issue(db, id, "unit", today).await.is_ok());
        assert!(matches!(agencies::may_issue(db, id, "full", today).await, Err(Error::NotDelegated(NotDelegated::Kind))));
        desk.bank.close().await;
    }

    async fn of_a_hundred_who_take_at_once_exactly_the_quota_is_given(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        desk.delegates(&POWERS).await;
        assert_eq!(taken(&desk, 100, 1_000).await, 40);
        assert_eq!((used(&desk).await, taken(&desk, 8, 1).await), (40_000, 0));
        // A larger one from today on: what was used counts.
        desk.delegates(&otherwise(&[("per_year", "400")])).await;
        assert_eq!(taken(&desk, 100, 2_000).await, 100);
        assert_eq!(used(&desk).await, 240_000);
        // A smaller one: nothing that lies about in blocks is given any more.
        desk.delegates(&otherwise(&[("per_year", "250")])).await;
        assert_eq!(taken(&desk, 100, 250).await, 40);
        assert_eq!(used(&desk).await, 250_000);
        desk.bank.clock.turn_ms(366 * 86_400_000);
        let (db, agency) = (&desk.bank.house.db, agency_of(&desk));
        let late = async move |tx: &Tx| agencies::take_quota(tx, agency, 2027, credits(1)).await;
        assert!(matches!(db.write(late).await, Err(Error::NoDelegation)), "no delegation, no quota");
        desk.bank.close().await;
    }

    async fn pictures_of_the_seal_are_looked_at_by_their_content_and_old_ones_stay(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        let path = desk.path();
        for (bytes, says) in [
            (Vec::new(), "请先选一张图"),
            (b"<html><script>alert(1)</script></html>".to_vec(), "不是能用的图"),
            (seal(199, 160), "199 × 199"),
            (vec![0x89; 600 * 1024], "图太大了"),
        ] {
            let answer = sends_seal(&desk.shen, &path, bytes).await;
            assert!(answer.status == 422 && answer.body.contains(says), "{says}: {}", answer.body);
        }
        for red in [160, 160, 170] {
            assert_eq!(sends_seal(&desk.shen, &path, seal(300, red)).await.status, 303);
        }
        assert_eq!(desk.count("agencies.seal").await, 2, "the same once more is one");
        let page = desk.shen.opens(&path).await;
        assert!(page.body.contains("图样只是样子，防伪靠数字签名"), "{}", page.body);
        for version in [1, 2] {
            let picture = desk.shen.opens(&format!("{path}/seal/{version}")).await;
            assert_eq!((picture.status, picture.headers["content-type"].to_str().unwrap()), (200, "image/png"));
        }
        assert_eq!(desk.shen.opens(&format!("{path}/seal/3")).await.status, 404);
        assert_eq!(desk.bank.visitor().opens(&format!("{path}/seal/1")).await.status, 303, "no stranger sees it");
        desk.bank.close().await;
    }

    async fn the_database_refuses_to_change_what_was_agreed_signed_or_stopped(fresh: Fresh) {
        let desk = Desk::over(fresh).await;
        desk.delegates(&POWERS).await;
        sends_seal(&desk.shen, &desk.path(), seal(300, 160)).await;
        let form = desk.shen.opens(&desk.path()).await;
        desk.shen.sends(&form, &format!("{}/suspend", desk.path()), &[("suspend_why", "查账")]).await;
        for (sql, is_refused) in [
            ("UPDATE agency_delegation SET per_year_milli = 99000000", true),
            ("UPDATE agency_delegation SET until_day = '2099-01-01'", true),
            ("UPDATE agency_delegation SET state = 'open', decider_id = NULL, decided_at_ms = NULL", true),
            ("DELETE FROM agency_delegation", true),
            ("UPDATE agency_key SET from_day = '2020-01-01'", true),
            ("DELETE FROM agency_key", true),
            ("UPDATE agency_seal SET width = 1", true),
            ("DELETE FROM agency_seal", true),
            ("UPDATE agency_suspension SET since_ms = 1", true),
            ("UPDATE agency_suspension SET lifted_at_ms = 2, lifted_by = suspended_by, lifted_why = 'x'", true),
            ("DELETE FROM agency_suspension", true),
            ("UPDATE agency SET credit_code = '91350100M000100Y43'", true),
            ("DELETE FROM agency", true),
            ("UPDATE agency SET contact_phone = '12345'", false),
            ("UPDATE agency_key SET secret_sealed = NULL", false),
        ] {
            let run = async move |tx: &Tx| -> Result<(), Error> {
                tx.execute_unprepared(sql).await?;
                Ok(())
            };
            assert_eq!(desk.bank.house.db.write(run).await.is_err(), is_refused, "{sql}");
        }
        desk.bank.close().await;
    }
}
