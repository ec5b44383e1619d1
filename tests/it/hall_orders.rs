//! Three boxes of one hall, packs shuffled, repeated, cut anew: it comes to the same as in order.

use std::collections::BTreeMap;

use credit_bank::hall::{Body, Witnessed};
use credit_bank::kernel::{ClassId, LearnerId, Seed};
use credit_bank::recognition;
use entity::{claim, class_attendance, class_hour, class_task};
use sea_orm::EntityTrait;

use crate::classes::Hall;
use crate::hall::{Laptop, answers, at, came, enrolled, gives_sheet, hands_over, id_of};
use crate::support::databases::{Engine, Fresh, fresh};

const PEOPLE: usize = 6;
const NEW: [&str; 3] = ["欧阳秀兰", "仇玉梅", "龚德福"];

/// What the boxes took down, with a hall to hand it over to.
struct Day {
    hall: Hall,
    people: Vec<LearnerId>,
    classes: Vec<ClassId>,
    boxes: Vec<Laptop>,
}

/// The same day for the same seed, in whatever database.
async fn day(fresh: Fresh, seed: Seed) -> Day {
    let hall = Hall::over(fresh).await;
    let mut classes = Vec::new();
    for (from, to) in [("9点", "10:00"), ("10点", "12:00")] {
        classes.push(id_of(&hall.plans(&[("seats", "20"), ("from", from), ("to", to)]).await));
    }
    let mut people = Vec::new();
    for n in 0..PEOPLE {
        people.push(hall.bank.learner("王桂英", u32::try_from(n).unwrap() + 1, Some("330182001")).await.1);
    }
    let mut boxes = Vec::new();
    for _ in NEW {
        boxes.push(Laptop::of(&hall.bank, hall.li_id).await);
    }
    let mut chance = seed.chance("what was taken down");
    for (one, laptop) in boxes.iter_mut().enumerate() {
        let new = laptop.writes(at(48), &enrolled(NEW[one]));
        laptop.writes(at(49), &came(classes[0], new.uuid()));
        for _ in 0..10 {
            let (class, who) = (classes[chance.below(2)], people[chance.below(PEOPLE)]);
            match chance.below(3) {
                0 => laptop.writes(at(49), &Body::Witnessed(Witnessed { class, person: who.uuid() })),
                _ => laptop.writes(at(49), &came(class, who.uuid())),
            };
        }
    }
    for (n, who) in people.iter().enumerate() {
        let laptop = &mut boxes[n % NEW.len()];
        let test = gives_sheet(&hall.bank, *who, laptop.id).await;
        // Four pass, two do not.
        let body = answers(&hall.bank, *who, test, if n < 4 { 8 } else { 3 }).await;
        laptop.writes(at(50), &body);
        laptop.writes(at(50), &body);
    }
    hall.turns_to(60).await;
    Day { hall, people, classes, boxes }
}

impl Day {
    /// Everything that it came to, in words that are the same in every database.
    async fn came_to(&self) -> BTreeMap<String, String> {
        let db = self.hall.bank.fresh.db.read();
        let mut found = BTreeMap::new();
        let claims = claim::Entity::find().all(db).await.unwrap();
        let mut names: BTreeMap<uuid::Uuid, String> =
            self.people.iter().enumerate().map(|(n, who)| (who.uuid(), format!("person {n}"))).collect();
        for claim in claims.iter().filter(|claim| claim.kind == "enrolment") {
            let one = self.boxes.iter().position(|laptop| laptop.id.uuid() == claim.device_id).unwrap();
            names.insert(claim.learner_id.unwrap(), format!("new {one}"));
        }
        let class = |id: uuid::Uuid| self.classes.iter().position(|class| class.uuid() == id).unwrap();
        for row in class_attendance::Entity::find().all(db).await.unwrap() {
            found.insert(
                format!("{} came to {}", names[&row.learner_id], class(row.class_id)),
                format!("{:?} {:?}", row.minutes, row.came_at_ms),
            );
        }
        for row in class_task::Entity::find().all(db).await.unwrap() {
            found.insert(format!("{} did {}", names[&row.learner_id], class(row.class_id)), row.course);
        }
        for (who, name) in &names {
            let book = recognition::passbook_of(db, LearnerId::from_uuid(*who)).await.unwrap();
            found.insert(format!("{name} has"), format!("{} {}", book.total.milli(), book.results.len()));
        }
        for claim in &claims {
            let count = found.entry(format!("{} {} {:?}", claim.kind, claim.state, claim.why)).or_insert_with(|| "0".to_owned());
            *count = (count.parse::<u32>().unwrap() + 1).to_string();
        }
        found.insert("hours".to_owned(), class_hour::Entity::find().all(db).await.unwrap().len().to_string());
        found
    }
}

#[actix_web::test]
async fn shuffled_and_repeated_hand_overs_of_three_boxes_come_to_the_same_as_in_order() {
    let rounds: u8 = std::env::var("CREDIT_BANK_TEST_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    for engine in [Engine::Sqlite, Engine::Postgres] {
        for round in 0..rounds {
            let seed = Seed([round; 16]);
            let (Some(one), Some(other)) = (fresh(engine).await, fresh(engine).await) else { continue };
            let ordered = day(one, seed).await;
            for laptop in &ordered.boxes {
                hands_over(&ordered.hall.bank, &laptop.whole()).await.unwrap();
            }
            let expected = ordered.came_to().await;
            let count = |begin: &str| expected.keys().filter(|key| key.starts_with(begin)).count();
            assert!(count("person") > 6 && count("new") >= 6, "{expected:#?}");
            assert_eq!(expected["person 0 has"], "250 1", "{expected:#?}");

            let mixed = day(other, seed).await;
            let mut chance = Seed([round ^ 0x5A; 16]).chance("hand-overs");
            let mut packs = Vec::new();
            for laptop in &mixed.boxes {
                let last = laptop.entries.len();
                // Stretches that overlap and repeat, then the whole: so that nothing is missing in the end.
                for _ in 0..6 {
                    let from = 1 + chance.below(last);
                    packs.push(laptop.pack(from, from + chance.below(last - from + 1)));
                }
                packs.push(laptop.whole());
            }
            packs.extend(packs.clone());
            chance.shuffle(&mut packs);
            for pack in &packs {
                hands_over(&mixed.hall.bank, pack).await.unwrap();
            }
            assert_eq!(mixed.came_to().await, expected, "seed {round} on {engine:?}");
            ordered.hall.bank.close().await;
            mixed.hall.bank.close().await;
        }
    }
}
