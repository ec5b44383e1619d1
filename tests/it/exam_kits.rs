//! What tests of supervised sessions on a box share: a kit as an administrator makes one, the end of its chain, what each of the two confirms.

use credit_bank::db::OnceKey;
use credit_bank::exams::end_code;
use credit_bank::hall::{self, Error, Kit, Maker, Wanted};
use credit_bank::identity::{self, Role, StaffScope};
use credit_bank::kernel::{ExamId, LearnerId};
use credit_bank::places::PlaceCode;

use crate::exams::{Day, TOWN};
use crate::hall::Laptop;
use crate::support::server::{Answer, Bank, Person, SHELF};

/// Whose work is to make boxes ready in the town.
pub async fn maker(bank: &Bank) -> StaffScope {
    let (_, admin) = bank.staff("沈静", Role::Administrator, TOWN).await;
    identity::load_scope(bank.fresh.db.read(), admin).await.unwrap()
}

/// The kit of a box that a session goes along on, by the form of this key.
pub async fn tries_kit(bank: &Bank, scope: &StaffScope, (exam, once): (ExamId, &str)) -> Result<Kit, Error> {
    let wanted = Wanted { place: PlaceCode::parse(TOWN).unwrap(), name: "电脑".to_owned(), course: None, card_sheets: 0 };
    let once = OnceKey::parse(once).unwrap();
    hall::prepare(&bank.house, &SHELF, &wanted, Some(Maker { scope, once: &once, exam: Some(exam) })).await
}

/// The kit with its box, as somebody of the two writes on it; the same form once more makes the same.
pub async fn takes_along(day: &Day, exam: ExamId, by: LearnerId) -> (Kit, Laptop) {
    let scope = maker(&day.bank).await;
    let mut kits = Vec::new();
    for _ in 0..2 {
        kits.push(tries_kit(&day.bank, &scope, (exam, "kit-of-a-session")).await.unwrap());
    }
    let kit = kits.pop().unwrap();
    assert_eq!(kits[0].device, kit.device);
    let laptop = Laptop::of_kit(&day.bank, &kit, by);
    (kit, laptop)
}

/// The code of the end that this box has written last.
pub fn code_of(laptop: &Laptop) -> String {
    end_code(&laptop.entries.last().unwrap().hash(laptop.id)).unwrap()
}

/// One of the two confirms the list on the page that they see, with this code.
pub async fn confirms_on(who: &Person, shown: &Answer, exam: &str, code: &str) -> Answer {
    let list = if shown.body.contains("name=\"list\"") { shown.input("list") } else { String::new() };
    let shown = if shown.body.contains("name=\"once\"") { shown } else { &who.opens("/help").await };
    who.sends(shown, exam, &[("doing", "confirm"), ("list", &list), ("end", code)]).await
}

/// The same on the page as it stands now.
pub async fn confirms(who: &Person, exam: &str, code: &str) -> Answer {
    confirms_on(who, &who.opens(exam).await, exam, code).await
}
