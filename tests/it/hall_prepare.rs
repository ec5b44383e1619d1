//! A box is made ready on the desk: by whoever administers its place, once however often it is asked for, with a password that stands nowhere.

use credit_bank::db::{DbFault, Tx};
use credit_bank::hall::{self, Kit, State, Wanted};
use credit_bank::identity::Role;
use credit_bank::places::PlaceCode;
use entity::{audit_entry, card, claim_device, class_attendance};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::classes::{Hall, point, sends};
use crate::hall::{hands_over, id_of, states};
use crate::hall_box::{Laptop, class};
use crate::support::databases::{Engine, fresh};
use crate::support::server::{Answer, Bank, Person, SHELF};

const FORM: &str = "/staff/hall/prepare";
const FILE: &str = "/staff/hall/prepare/kit";

type Field = (&'static str, &'static str);
const WANTED: [Field; 4] = [("place", "330182001"), ("name", "青石活动室的电脑"), ("course", "T19"), ("cards", "1")];

fn but(name: &str, value: &'static str) -> Vec<Field> {
    WANTED.iter().map(|field| if field.0 == name { (field.0, value) } else { *field }).collect()
}

/// Asks for a box, up to the page with the password.
async fn asks(person: &Person, fields: &[Field]) -> Answer {
    person.sends(&person.opens(FORM).await, FORM, fields).await
}

fn password_on(page: &Answer) -> String {
    let shown = page.body.split("read-out num\">").nth(1).unwrap().split("</p>").next().unwrap();
    shown.chars().filter(char::is_ascii_digit).collect()
}

async fn devices(bank: &Bank) -> Vec<claim_device::Model> {
    claim_device::Entity::find().all(bank.fresh.db.read()).await.unwrap()
}

async fn blanks(bank: &Bank) -> u64 {
    card::Entity::find().filter(card::Column::BlockId.is_not_null()).count(bank.fresh.db.read()).await.unwrap()
}

crate::on_both! {
    async fn an_administrator_copies_the_password_and_saves_a_kit_that_serves_a_class(fresh: Fresh) {
        let names = ["王桂英".to_owned(), "刘建国".to_owned()];
        let (hall, session, ids, _) = class(fresh, &names).await;
        let bank = &hall.bank;
        let (admin, admin_id) = bank.staff("沈静", Role::Administrator, "330182001").await;
        let (before, blank_before) = (devices(bank).await.len(), blanks(bank).await);
        assert!(admin.opens("/staff/hall/packs").await.body.contains(FORM));
        let form = admin.opens(FORM).await;
        assert!(form.body.contains("青石镇"), "{}", form.body);
        let page = asks(&admin, &WANTED).await;
        let password = password_on(&page);
        assert!(page.status == 200 && password.len() == 12 && page.body.contains("请抄下来"), "{}", page.body);
        assert_eq!(page.headers["cache-control"], "no-store");
        assert_eq!(devices(bank).await.len(), before, "looking makes nothing");
        let (one, two) = futures_util::future::join(admin.sends(&page, FILE, &WANTED), admin.sends(&page, FILE, &WANTED)).await;
        let three = admin.sends(&page, FILE, &WANTED).await;
        let kits: Vec<Kit> = [&one, &two, &three].map(|answer| Kit::open(&answer.body, &password).unwrap()).into();
        assert!(one.headers["content-disposition"].to_str().unwrap().starts_with("attachment;"));
        assert_eq!((one.status, one.headers["cache-control"].to_str().unwrap()), (200, "no-store"));
        assert!(kits.iter().all(|kit| kit.device == kits[0].device && kit.cards == kits[0].cards && kit.tests == kits[0].tests));
        assert!(kits.iter().all(|kit| kit.key().unwrap().to_bytes() == kits[0].key().unwrap().to_bytes()));
        assert_eq!((kits[0].people.len(), kits[0].tests.len(), kits[0].cards.len(), kits[0].people[0].born), (2, 2, 8, Some(1951)));
        assert_eq!((devices(bank).await.len(), blanks(bank).await), (before + 1, blank_before + 8), "once however often");
        let noted = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("hall.prepare"));
        let noted = noted.filter(audit_entry::Column::ActorId.eq(admin_id.uuid())).all(bank.fresh.db.read()).await.unwrap();
        assert_eq!(noted.iter().map(|row| row.object_id.clone()).collect::<Vec<_>>(), [kits[0].device.to_string()]);
        // What the laptop signs with it, the bank takes.
        hall.begins().await;
        let laptop = Laptop::with(kits[2].clone(), bank.clock.clone()).await;
        let li = laptop.volunteer().await;
        let came = [("class", id_of(&session).to_string()), ("person", ids[0].to_string()), ("doing", "came".to_owned())];
        let came: Vec<(&str, &str)> = came.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(li.sends(&li.opens("/class").await, "/class", &came).await.status, 303);
        let pack = li.sends(&li.opens("/hand-over").await, "/hand-over", &[]).await;
        laptop.closes().await;
        assert_eq!(states(&hands_over(bank, &pack.body).await.unwrap()), [State::Accepted]);
        hall.bank.close().await;
    }

    async fn what_is_wrong_with_a_box_is_said_and_what_was_typed_stays(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let bank = &hall.bank;
        point(bank, "柳湾服务点", "330182002").await;
        let (admin, _) = bank.staff("沈静", Role::Administrator, "330182").await;
        for (fields, words) in [
            (but("name", ""), "请写这台电脑叫什么"),
            (but("course", "T99"), "请选一门课"),
            (but("cards", "5"), "请选 0 到 4 张"),
            (but("cards", "一"), "请选 0 到 4 张"),
            (but("place", "330182002"), "还没有志愿者"),
            (but("place", ""), "place-error"),
            (but("place", "330185"), "place-error"),
        ] {
            for path in [FORM, FILE] {
                let answer = admin.sends(&admin.opens(FORM).await, path, &fields).await;
                assert!(answer.status == 422 && answer.body.contains(words), "{fields:?}: {} {}", answer.status, answer.body);
                let name = fields.iter().find(|(name, _)| *name == "name").unwrap().1;
                assert_eq!(answer.input("name"), name, "{fields:?}");
            }
        }
        // A key that made one box makes no other.
        let page = asks(&admin, &WANTED).await;
        assert_eq!(admin.sends(&page, FILE, &WANTED).await.status, 200);
        let other = admin.sends(&page, FILE, &but("course", "")).await;
        assert!(other.status == 422 && other.body.contains("这一页用过了"), "{} {}", other.status, other.body);
        let again = asks(&admin, &but("course", "")).await;
        assert_ne!(password_on(&again), password_on(&page), "another box has another password");
        assert_eq!(devices(bank).await.len(), 1);
        hall.bank.close().await;
    }

    async fn only_who_administers_a_place_makes_a_box_for_it(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let bank = &hall.bank;
        let (far, _) = bank.staff("钱进", Role::Administrator, "330182002").await;
        let form = far.opens(FORM).await;
        for path in [FORM, FILE] {
            assert_eq!(far.sends(&form, path, &WANTED).await.status, 422, "{path} from afar");
            for role in Role::ALL.into_iter().filter(|role| *role != Role::Administrator) {
                let (other, _) = bank.staff("周宁", role, "330182001").await;
                assert_eq!(other.sends(&other.opens("/help").await, path, &WANTED).await.status, 403, "{path} as {role:?}");
            }
        }
        assert!(!hall.li.opens("/staff/hall/packs").await.body.contains(FORM), "nobody is led where they may not go");
        assert!(devices(bank).await.is_empty());
        hall.bank.close().await;
    }
}

#[actix_web::test]
async fn the_password_of_a_kit_stands_in_no_table_and_no_file() {
    let (hall, ..) = class(fresh(Engine::Sqlite).await.unwrap(), &["王桂英".to_owned()]).await;
    let (admin, _) = hall.bank.staff("沈静", Role::Administrator, "330182001").await;
    let page = asks(&admin, &WANTED).await;
    let password = password_on(&page);
    let kit = admin.sends(&page, FILE, &WANTED).await;
    assert!(!kit.body.contains(&password) && !page.input("once").contains(&password));
    for file in walkdir::WalkDir::new(hall.bank.fresh.folder.path()).into_iter().filter_map(Result::ok) {
        let bytes = std::fs::read(file.path()).unwrap_or_default();
        assert!(!bytes.windows(12).any(|part| part == password.as_bytes()), "{}", file.path().display());
    }
    hall.bank.close().await;
}

/// People on the lists of two towns, none of them too long for one box, both together for none.
#[actix_web::test]
async fn a_place_whose_lists_are_too_long_for_one_box_is_asked_to_be_smaller_before_anything_is_made() {
    let hall = Hall::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let bank = &hall.bank;
    let far = point(bank, "柳湾服务点", "330182002").await.to_string();
    let (zhou, zhou_id) = bank.staff("周兰", Role::Volunteer, "330182").await;
    let here = id_of(&hall.plans(&[]).await);
    let theirs = hall.fields(&[("point", &far), ("teacher", &zhou_id.to_string())]);
    let there = sends(&zhou, "/staff/classes/add", "/staff/classes/add", &theirs).await.location.unwrap();
    let there = id_of(there.split('?').next().unwrap());
    for n in 1..=301 {
        let (class, place) = if n % 2 == 0 { (here, "330182001") } else { (there, "330182002") };
        let (_, learner) = bank.learner("王桂英", n, Some(place)).await;
        let signs_up = async move |tx: &Tx| {
            let row = class_attendance::ActiveModel {
                learner_id: Set(learner.uuid()),
                class_id: Set(class.uuid()),
                signed_up_at_ms: Set(Some(tx.now.ms())),
                ..Default::default()
            };
            class_attendance::Entity::insert(row).exec_without_returning(tx).await.map_err(DbFault::from)
        };
        bank.fresh.db.write(signs_up).await.unwrap();
    }
    let (admin, _) = bank.staff("沈静", Role::Administrator, "330182").await;
    for path in [FORM, FILE] {
        let refused = admin.sends(&admin.opens(FORM).await, path, &but("place", "330182")).await;
        assert!(refused.status == 422 && refused.body.contains("一台电脑装不下"), "{} {}", refused.status, refused.body);
    }
    let wanted = Wanted { place: PlaceCode::parse("330182").unwrap(), name: "电脑".to_owned(), course: None, card_sheets: 1 };
    let refused = hall::prepare(&bank.house, &SHELF, &wanted, None).await;
    assert!(matches!(refused, Err(hall::Error::TooMany)), "{refused:?}");
    assert_eq!((devices(bank).await.len(), blanks(bank).await), (0, 0));
    let town = Wanted { place: PlaceCode::parse("330182001").unwrap(), ..wanted };
    assert_eq!(hall::prepare(&bank.house, &SHELF, &town, None).await.unwrap().people.len(), 150);
    hall.bank.close().await;
}
