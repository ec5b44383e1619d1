//! The account of somebody who has died: closed at once, undone within thirty days, brought to its end only by two people.

use credit_bank::closing;
use credit_bank::db::DbFault;
use credit_bank::identity::{self, Assurance, Role};
use credit_bank::kernel::LearnerId;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::passbook::passes;
use crate::support::server::{Bank, Person};

const DAY_MS: i64 = 86_400_000;

/// An administrator closes the account of somebody; the address of what came of it.
pub async fn closes(admin: &Person, id: LearnerId) -> String {
    let form = admin.opens(&format!("/staff/learners/{id}/close")).await;
    assert!(form.status == 200 && form.body.contains("先不办"), "{}", form.body);
    let path = format!("/staff/learners/{id}/close");
    let (a, b) = (admin.sends(&form, &path, &[]).await, admin.sends(&form, &path, &[]).await);
    assert_eq!(a.location, b.location, "twice is once: {}", b.body);
    a.location.unwrap().split('?').next().unwrap().to_owned()
}

async fn state(bank: &Bank, id: LearnerId) -> String {
    entity::person::Entity::find_by_id(id.uuid()).one(bank.house.db.read()).await.unwrap().unwrap().state
}

crate::on_both! {
    async fn sign_in_letters_and_calls_stop_at_once_and_what_was_earned_stays(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        passes(&bank, id, "T01").await;
        let form = wang.opens("/help").await;
        wang.sends(&form, "/help", &[("phone", "13800000001"), ("when", "morning")]).await;
        let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let page = li.opens(&format!("/staff/learners/{id}")).await;
        li.sends(&page, &format!("/staff/learners/{id}/pin"), &[("pin", "2580")]).await;
        let card = identity::profile(bank.house.db.read(), &bank.house.keys, id).await.unwrap().card.unwrap();
        assert_eq!(li.opens(&format!("/staff/learners/{id}/close")).await.status, 403, "volunteers do not close");
        let closing = closes(&admin, id).await;
        assert_eq!(state(&bank, id).await, "closed");
        // A letter waited; it does not go.
        assert!(bank.letter_to("13800000001").await.is_none());
        assert_eq!(wang.opens("/passbook").await.status, 303, "their session has ended");
        let door = bank.visitor();
        let shown = door.opens("/sign-in/card").await;
        assert_eq!(door.sends(&shown, "/sign-in/card", &[("card", card.as_str()), ("pin", "2580")]).await.status, 422);
        let waiting = entity::help_case::Entity::find().filter(entity::help_case::Column::State.is_in(["open", "in_hand"]));
        assert_eq!(waiting.count(bank.house.db.read()).await.unwrap(), 0, "nobody calls");
        assert_eq!(li.opens(&format!("/staff/learners/{id}")).await.status, 404);
        assert_eq!(entity::phone_index::Entity::find().count(bank.house.db.read()).await.unwrap(), 0);
        assert_eq!(entity::ledger_transfer::Entity::find().count(bank.house.db.read()).await.unwrap(), 1, "the credit stays");
        let word = admin.opens(&closing).await.body;
        for words in ["王桂英的家里人", "请您节哀", "第四十九条"] {
            assert!(word.contains(words), "{words}: {word}");
        }
        bank.close().await;
    }

    async fn an_error_is_undone_within_thirty_days_and_not_after(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, liu) = bank.learner("刘建国", 2, Some("330182001")).await;
        let (admin, admin_id) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let (far, _) = bank.staff("别人", Role::Administrator, "330182002").await;
        let closing = closes(&admin, id).await;
        assert_eq!(far.opens(&closing).await.status, 404);
        let shown = far.opens("/staff/closings").await;
        let form = far.opens("/staff/learners").await;
        for act in ["undo", "confirm"] {
            assert_eq!(far.sends(&form, &format!("{closing}/{act}"), &[]).await.status, 404, "{act} of another place");
        }
        assert!(!shown.body.contains("王桂英"));
        let page = admin.opens(&closing).await;
        for _ in 0..2 {
            assert_eq!(admin.sends(&page, &format!("{closing}/undo"), &[]).await.location.as_deref(), Some("/staff/closings?said=undone"));
        }
        let is = identity::profile(bank.house.db.read(), &bank.house.keys, id).await.unwrap();
        assert!(is.card.is_some() && !is.has_pin && is.phone.is_some(), "a new card, the phone as before");
        assert_eq!(entity::phone_index::Entity::find().count(bank.house.db.read()).await.unwrap(), 2);
        assert!(admin.opens(&closing).await.body.contains("已经恢复"));
        // It can be closed again: another closing.
        let again = closes(&admin, id).await;
        assert_ne!(again, closing);
        let late = closes(&admin, liu).await;
        bank.clock.turn_ms(30 * DAY_MS + 1);
        let admin = bank.signed_in(admin_id, Assurance::PasswordTotp).await;
        let page = admin.opens(&late).await;
        assert!(!page.body.contains("恢复存折"), "{}", page.body);
        let form = admin.opens("/staff/learners").await;
        assert_eq!(admin.sends(&form, &format!("{late}/undo"), &[]).await.status, 409);
        bank.close().await;
    }

    async fn who_works_for_more_than_the_area_is_not_closed_there_and_roles_outlast_an_error(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, chief) = bank.staff("周明", Role::Administrator, "").await;
        let (li, li_id) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let live_here = entity::person::Entity::update_many()
            .col_expr(entity::person::Column::PlaceCode, Expr::value("330182001"))
            .filter(entity::person::Column::LearnerId.is_in([chief.uuid(), li_id.uuid()]));
        bank.house.db.write::<_, DbFault, _>(async move |tx| Ok(live_here.clone().exec(tx).await.map(drop)?)).await.unwrap();
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let path = format!("/staff/learners/{chief}/close");
        let refused = admin.sends(&admin.opens(&path).await, &path, &[]).await;
        assert!(refused.status == 422 && refused.body.contains("还有工作身份"), "{} {}", refused.status, refused.body);
        assert_eq!(state(&bank, chief).await, "active");
        let closing = closes(&admin, li_id).await;
        assert_eq!(li.opens("/staff").await.status, 303, "nobody works with it");
        admin.sends(&admin.opens(&closing).await, &format!("{closing}/undo"), &[]).await;
        let held = entity::role::Entity::find().filter(entity::role::Column::LearnerId.eq(li_id.uuid()));
        assert_eq!(held.filter(entity::role::Column::EndedAtMs.is_null()).count(bank.house.db.read()).await.unwrap(), 1, "as before");
        bank.close().await;
    }

    async fn a_closing_without_a_place_is_seen_by_who_closed_it_and_the_whole_bank_s(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let (other, _) = bank.staff("周明", Role::Administrator, "330182").await;
        let (whole, _) = bank.staff("孙强", Role::Administrator, "").await;
        let closing = closes(&admin, id).await;
        let nowhere = entity::closing::Entity::update_many().col_expr(entity::closing::Column::PlaceCode, Expr::value(None::<String>));
        bank.house.db.write::<_, DbFault, _>(async move |tx| Ok(nowhere.clone().exec(tx).await.map(drop)?)).await.unwrap();
        for (person, status) in [(&admin, 200), (&other, 404), (&whole, 200)] {
            assert_eq!(person.opens(&closing).await.status, status);
        }
        bank.close().await;
    }

    async fn only_what_a_second_administrator_agreed_to_comes_to_its_end(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, alone) = bank.learner("刘建国", 2, Some("330182001")).await;
        passes(&bank, id, "T01").await;
        let (admin, admin_id) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let (second, second_id) = bank.staff("周明", Role::Administrator, "330182001").await;
        let (agreed, waits) = (closes(&admin, id).await, closes(&admin, alone).await);
        let own = admin.opens(&agreed).await;
        assert!(own.body.contains("请别人来看"));
        assert_eq!(admin.sends(&own, &format!("{agreed}/confirm"), &[]).await.status, 422, "nobody agrees to what they closed");
        let page = second.opens(&agreed).await;
        for _ in 0..2 {
            assert_eq!(second.sends(&page, &format!("{agreed}/confirm"), &[]).await.location, Some(format!("{agreed}?said=confirmed")));
        }
        let finish = async || closing::finish_due(&bank.house.db, &bank.house.keys).await.unwrap();
        finish().await;
        assert_eq!(state(&bank, id).await, "closed", "not before thirty days");
        bank.clock.turn_ms(30 * DAY_MS + 1);
        finish().await;
        finish().await;
        assert_eq!((state(&bank, id).await.as_str(), state(&bank, alone).await.as_str()), ("left", "closed"));
        let key = entity::person_key::Entity::find_by_id(id.uuid()).one(bank.house.db.read()).await.unwrap().unwrap();
        assert!(key.wrapped.is_none(), "what was sealed is forgotten");
        assert_eq!(entity::ledger_transfer::Entity::find().count(bank.house.db.read()).await.unwrap(), 1, "the book stays whole");
        let admin = bank.signed_in(admin_id, Assurance::PasswordTotp).await;
        assert!(admin.opens(&agreed).await.body.contains("已经删去"));
        let list = admin.opens("/staff/closings").await.body;
        assert!(list.contains("刘建国") && !list.contains("王桂英"), "{list}");
        // Nobody closes themselves, or agrees to their own.
        let form = admin.opens("/staff/learners").await;
        assert_eq!(admin.sends(&form, &format!("/staff/learners/{admin_id}/close"), &[]).await.status, 403);
        let second = bank.signed_in(second_id, Assurance::PasswordTotp).await;
        assert_eq!(second.opens(&waits).await.status, 200);
        bank.close().await;
    }
}
