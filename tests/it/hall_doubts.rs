//! Whose word a claim is: whoever counts one that was doubtful has seen the claim, not what it tells of.

use credit_bank::db::{DbFault, Tx};
use credit_bank::hall::{Body, Entry, Kind, Pack, State, Why, Witnessed, genesis};
use credit_bank::identity::{Assurance, Role};
use credit_bank::kernel::{ClaimId, ClassId, DeviceId, LearnerId, PackId};
use entity::{claim_device, class_task};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};

use crate::classes::Hall;
use crate::classes_end::comes;
use crate::hall::{Laptop, answers, at, attended, came, credit, doubtful, gives_sheet, hands_over, id_of, states};
use crate::support::server::Person;

const LOOK: &str = "/staff/hall/look";

async fn decides(person: &Person, (device, seq): (DeviceId, i64), decision: &str) -> Option<String> {
    let form = person.opens(LOOK).await;
    person.sends(&form, &format!("{LOOK}/{device}/{seq}"), &[("decision", decision)]).await.location
}

fn counted() -> Option<String> {
    Some(format!("{LOOK}?said=counted"))
}

async fn task(hall: &Hall) -> class_task::Model {
    class_task::Entity::find().one(hall.bank.fresh.db.read()).await.unwrap().unwrap()
}

/// What a phone sends: one attendance.
fn pack(device: DeviceId, operator: LearnerId, body: &Body) -> String {
    let entry = Entry {
        seq: 1,
        id: ClaimId::fresh(at(48)),
        kind: Kind::Attendance,
        made_at: at(48),
        operator,
        prev: genesis(device),
        body: body.to_json(),
    };
    Pack::of(device, (PackId::fresh(at(50)), at(50)), vec![entry], None).unwrap().to_json()
}

/// A hall whose class of T04 is over since an hour, with somebody who came to it.
async fn after_class(fresh: crate::support::databases::Fresh) -> (Hall, ClassId, LearnerId) {
    let hall = Hall::over(fresh).await;
    let class = hall.plans(&[("seats", "20"), ("course", "T04")]).await;
    let (_, wang) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
    hall.turns_to(49).await;
    comes(&hall, &class, wang).await;
    hall.turns_to(51).await;
    (hall, id_of(&class), wang)
}

crate::on_both! {
    async fn a_test_of_somebody_who_did_not_come_waits_until_they_are_checked_in(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let bank = &hall.bank;
        let class = id_of(&hall.plans(&[("seats", "20")]).await);
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (mut one, mut two) = (Laptop::of(bank, hall.li_id).await, Laptop::of(bank, hall.li_id).await);
        hall.turns_to(51).await;
        let test = gives_sheet(bank, wang, one.id).await;
        one.writes(at(49), &answers(bank, wang, test, 8).await);
        let receipt = hands_over(bank, &one.whole()).await.unwrap();
        assert_eq!((receipt.lines[0].state, receipt.lines[0].why), (State::NeedsLook, Some(Why::NotThere)));
        let look = hall.li.opens(LOOK).await.body;
        assert!(look.contains("又是您自己记的") && !look.contains("value=\"count\""), "{look}");
        assert_eq!(decides(&hall.li, (one.id, 1), "count").await, Some(format!("{LOOK}?said=still&why=not_there")), "nobody vouches for their own word");
        assert_eq!(credit(bank, wang).await, 0);
        // Another box has seen them come.
        two.writes(at(48), &came(class, wang.uuid()));
        assert_eq!(states(&hands_over(bank, &two.whole()).await.unwrap()), [State::Accepted]);
        assert_eq!(credit(bank, wang).await, 250);
        hall.bank.close().await;
    }

    async fn another_than_whoever_wrote_a_test_down_may_say_that_they_were_there(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let bank = &hall.bank;
        let class = id_of(&hall.plans(&[("seats", "20"), ("course", "T04")]).await);
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let mut laptop = Laptop::of(bank, hall.li_id).await;
        hall.turns_to(51).await;
        let (zhou, _) = bank.staff("周兰", Role::Volunteer, "330182001").await;
        let test = gives_sheet(bank, wang, laptop.id).await;
        laptop.writes(at(49), &answers(bank, wang, test, 8).await);
        laptop.writes(at(49), &Body::Witnessed(Witnessed { class, person: wang.uuid() }));
        let receipt = hands_over(bank, &laptop.whole()).await.unwrap();
        assert!(receipt.lines.iter().all(|line| line.why == Some(Why::NotThere)), "{receipt:?}");
        let look = zhou.opens(LOOK).await.body;
        assert_eq!(look.matches("value=\"count\"").count(), 1, "a task is seen by who sees it: {look}");
        assert_eq!(decides(&zhou, (laptop.id, 2), "count").await, Some(format!("{LOOK}?said=still&why=not_there")));
        assert_eq!(credit(bank, wang).await, 0);
        for _ in 0..2 {
            assert_eq!(decides(&zhou, (laptop.id, 1), "count").await, counted());
        }
        assert_eq!(credit(bank, wang).await, 250);
        hall.bank.close().await;
    }

    async fn what_waits_on_a_box_of_a_hall_is_tried_again_where_a_device_of_the_area_has_seen_them_come(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let bank = &hall.bank;
        let class = id_of(&hall.plans(&[("seats", "20")]).await);
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, zhou_id) = bank.staff("周兰", Role::Volunteer, "330182").await;
        let mut of_hall = Laptop::of(bank, hall.li_id).await;
        let mut of_county = Laptop::of_place(bank, zhou_id, "330182").await;
        hall.turns_to(51).await;
        let test = gives_sheet(bank, wang, of_hall.id).await;
        of_hall.writes(at(49), &answers(bank, wang, test, 8).await);
        assert_eq!(states(&hands_over(bank, &of_hall.whole()).await.unwrap()), [State::NeedsLook]);
        of_county.writes(at(48), &came(class, wang.uuid()));
        assert_eq!(states(&hands_over(bank, &of_county.whole()).await.unwrap()), [State::Accepted]);
        assert_eq!(credit(bank, wang).await, 250);
        hall.bank.close().await;
    }

    async fn who_came_to_some_other_class_was_not_there_for_the_test(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let bank = &hall.bank;
        let class = hall.plans(&[("seats", "20")]).await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let mut laptop = Laptop::of(bank, hall.li_id).await;
        let test = gives_sheet(bank, wang, laptop.id).await;
        hall.turns_to(49).await;
        comes(&hall, &class, wang).await;
        hall.turns_to(24 * 8).await;
        for hours in [24 * 7, 0, 49] {
            laptop.writes(at(hours), &answers(bank, wang, test, 8).await);
        }
        let receipt = hands_over(bank, &laptop.whole()).await.unwrap();
        assert_eq!(states(&receipt), [State::NeedsLook, State::NeedsLook, State::Accepted], "{receipt:?}");
        assert_eq!(credit(bank, wang).await, 250);
        hall.bank.close().await;
    }

    async fn whoever_counts_a_task_that_another_has_seen_is_no_witness_of_it(fresh: Fresh) {
        let (hall, class, wang) = after_class(fresh).await;
        let bank = &hall.bank;
        let (zhou, zhou_id) = bank.staff("周兰", Role::Volunteer, "330182001").await;
        let mut laptop = Laptop::of(bank, hall.li_id).await;
        // The clock of a box was a year ahead: somebody looks.
        for _ in 0..2 {
            laptop.writes(at(24 * 365), &Body::Witnessed(Witnessed { class, person: wang.uuid() }));
        }
        assert_eq!(states(&hands_over(bank, &laptop.whole()).await.unwrap()), [State::NeedsLook; 2]);
        assert_eq!(decides(&zhou, (laptop.id, 1), "count").await, counted());
        let seen = task(&hall).await;
        assert_eq!((seen.witness_id, seen.second_id), (hall.li_id.uuid(), None), "who has seen it, and nobody else");
        assert_eq!(decides(&zhou, (laptop.id, 2), "count").await, counted());
        assert_eq!(task(&hall).await.second_id, None, "one who saw it is not two, whoever counts their word");
        // Her own word is another.
        let form = zhou.opens(&format!("/staff/classes/{class}/people/{wang}")).await;
        zhou.sends(&form, &format!("/staff/classes/{class}/people/{wang}"), &[("doing", "witness")]).await;
        assert_eq!(task(&hall).await.second_id, Some(zhou_id.uuid()));
        hall.bank.close().await;
    }

    async fn what_comes_from_a_phone_that_was_given_up_is_counted_by_another_than_its_volunteer(fresh: Fresh) {
        let (hall, class, _) = after_class(fresh).await;
        let bank = &hall.bank;
        let (zhou, _) = bank.staff("周兰", Role::Volunteer, "330182001").await;
        let (_, liu) = bank.learner("刘建国", 2, Some("330182001")).await;
        let phone = DeviceId::fresh(at(40));
        let upload = pack(phone, hall.li_id, &came(class, liu.uuid()));
        let form = hall.li.opens("/staff/hall/packs").await;
        // The phone is known, and nothing of it has come yet.
        let bring = [("class", class.to_string()), ("device", phone.to_string())];
        let bring: Vec<(&str, &str)> = bring.iter().map(|(name, value)| (*name, value.as_str())).collect();
        hall.li.sends(&form, "/staff/hall/phone/tests", &bring).await;
        let desk = zhou.opens("/staff/hall/packs").await;
        assert!(desk.body.contains("这位志愿者要重新登录"), "{}", desk.body);
        zhou.sends(&desk, &format!("/staff/hall/devices/{phone}/revoke"), &[]).await;
        // Whoever holds it is signed in no more, whatever the phone calls itself.
        let refused = hall.li.sends(&form, "/staff/hall/queue", &[("pack", &upload)]).await;
        assert!(refused.status != 200 && attended(bank).await == 1, "{} {}", refused.status, refused.body);
        let li = bank.signed_in(hall.li_id, Assurance::PasswordTotp).await;
        let form = li.opens("/staff/hall/packs").await;
        let uploaded = li.sends(&form, "/staff/hall/queue", &[("pack", &upload)]).await;
        assert!(uploaded.body.contains("\"why\":\"revoked\""), "{}", uploaded.body);
        let look = li.opens(LOOK).await;
        assert!(look.body.contains("请另一位志愿者来看") && !look.body.contains("value=\"count\""), "{}", look.body);
        assert_eq!(decides(&li, (phone, 1), "count").await, Some(format!("{LOOK}?said=still&why=revoked")));
        assert_eq!(attended(bank).await, 1);
        assert_eq!(decides(&zhou, (phone, 1), "count").await, counted());
        assert_eq!(attended(bank).await, 2);
        hall.bank.close().await;
    }

    async fn what_waits_is_seen_however_many_newer_devices_there_are(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let bank = &hall.bank;
        let (device, pack) = doubtful(bank, hall.li_id).await;
        bank.clock.turn_ms(70 * 24 * 3_600_000);
        let known = claim_device::Entity::find_by_id(device.id.uuid()).one(bank.fresh.db.read()).await.unwrap().unwrap();
        let adds = async move |tx: &Tx| {
            let newer = (0..201).map(|_| {
                let (id, now) = (DeviceId::fresh(tx.now).uuid(), tx.now.ms());
                let row = claim_device::Model { id, name: "又一台".to_owned(), prepared_at_ms: now, ..known.clone() };
                row.into_active_model().reset_all()
            });
            claim_device::Entity::insert_many(newer).exec_without_returning(tx).await.map_err(DbFault::from)
        };
        bank.fresh.db.write(adds).await.unwrap();
        let li = bank.signed_in(hall.li_id, Assurance::PasswordTotp).await;
        assert!(li.opens(LOOK).await.body.contains(&format!("{LOOK}/{}/1", device.id)));
        assert!(li.opens("/staff/hall/packs").await.body.contains("有 1 条要您看一看"));
        let of = format!("/staff/hall/devices/{}/revoke", device.id);
        for (page, is_there) in [(1, false), (4, false), (5, true), (99, true)] {
            let shown = li.opens(&format!("/staff/hall/packs?devices=all&page={page}")).await.body;
            assert!(shown.contains("共 5 页") && shown.contains(&of) == is_there, "{page}: {shown}");
        }
        assert_eq!(li.opens(&format!("/staff/hall/packs/{}/{pack}", device.id)).await.status, 200);
        assert_eq!(decides(&li, (device.id, 1), "drop").await, Some(format!("{LOOK}?said=dropped")));
        hall.bank.close().await;
    }

    async fn a_device_of_which_nothing_was_heard_for_two_months_stands_with_the_old_ones(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let bank = &hall.bank;
        let old = Laptop::of(bank, hall.li_id).await;
        let (waits, _) = doubtful(bank, hall.li_id).await;
        bank.clock.turn_ms(70 * 24 * 3_600_000);
        let fresh = Laptop::of(bank, hall.li_id).await;
        let li = bank.signed_in(hall.li_id, Assurance::PasswordTotp).await;
        for (path, is_old_there) in [("/staff/hall/packs", false), ("/staff/hall/packs?devices=all", true)] {
            let page = li.opens(path).await;
            let there = [old.id, waits.id, fresh.id].map(|id| page.body.contains(&format!("/staff/hall/devices/{id}/revoke")));
            assert_eq!(there, [is_old_there, true, true], "{path}: {}", page.body);
        }
        hall.bank.close().await;
    }
}
