//! The write path: commits are whole, neighbours do not harm each other, nothing acknowledged is lost.

use credit_bank::db::DbFault;
use entity::place_setting;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::support::databases::Fresh;

fn row(name: &str) -> place_setting::ActiveModel {
    place_setting::ActiveModel {
        place_code: Set("33".to_owned()),
        name: Set(name.to_owned()),
        value: Set("1".to_owned()),
        set_at_ms: Set(1),
    }
}

async fn insert(fresh: &Fresh, name: String) -> Result<(), DbFault> {
    fresh
        .db
        .write(async move |tx| {
            place_setting::Entity::insert(row(&name)).exec_without_returning(tx).await?;
            Ok(())
        })
        .await
}

async fn count(fresh: &Fresh) -> u64 {
    place_setting::Entity::find().filter(place_setting::Column::PlaceCode.eq("33")).count(fresh.db.read()).await.unwrap()
}

crate::on_both! {
    async fn what_a_closure_wrote_is_there_when_it_is_answered(fresh: Fresh) {
        insert(&fresh, "a".to_owned()).await.unwrap();
        assert_eq!(count(&fresh).await, 1);
    }

    async fn a_refusing_closure_leaves_nothing_and_its_neighbours_stand(fresh: Fresh) {
        insert(&fresh, "taken".to_owned()).await.unwrap();
        let writes = (0..40).map(|n| {
            let name = if n % 4 == 0 { "taken".to_owned() } else { format!("n{n}") };
            insert(&fresh, name)
        });
        let outcomes = futures_util::future::join_all(writes).await;
        let refused = outcomes.iter().filter(|outcome| outcome.is_err()).count();
        assert_eq!(refused, 10);
        assert_eq!(count(&fresh).await, 31);
    }

    async fn rows_written_before_a_refusal_are_taken_back_with_it(fresh: Fresh) {
        let outcome: Result<(), DbFault> = fresh.db.write(async move |tx| {
            place_setting::Entity::insert(row("first")).exec_without_returning(tx).await?;
            place_setting::Entity::insert(row("first")).exec_without_returning(tx).await?;
            Ok(())
        }).await;
        assert!(outcome.is_err());
        assert_eq!(count(&fresh).await, 0);
    }

    async fn a_closure_that_panics_leaves_nothing_and_stops_nobody(fresh: Fresh) {
        let panics = fresh.db.write::<(), DbFault, _>(async move |tx| {
            place_setting::Entity::insert(row("half")).exec_without_returning(tx).await?;
            panic!("on purpose");
        });
        let (broken, neighbour) = futures_util::join!(panics, insert(&fresh, "beside".to_owned()));
        assert!(matches!(broken, Err(DbFault::Panicked)), "{broken:?}");
        neighbour.unwrap();
        insert(&fresh, "after".to_owned()).await.unwrap();
        assert_eq!(count(&fresh).await, 2);
    }

    async fn every_row_of_a_closure_carries_the_same_instant(fresh: Fresh) {
        let before = fresh.clock.now();
        let seen: Result<_, DbFault> = fresh.db.write(async move |tx| Ok(tx.now)).await;
        assert_eq!(seen.unwrap(), before);
    }

    async fn a_caller_who_hangs_up_does_not_stop_the_write(fresh: Fresh) {
        drop(futures_util::poll!(Box::pin(insert(&fresh, "left".to_owned()))));
        insert(&fresh, "after".to_owned()).await.unwrap();
        for _ in 0..200 {
            if count(&fresh).await == 2 { return }
            tokio::task::yield_now().await;
        }
        assert_eq!(count(&fresh).await, 2);
    }
}

#[actix_web::test]
async fn sqlite_readers_cannot_write_and_the_file_is_synced_at_every_commit() {
    use sea_orm::{ConnectionTrait, Statement};
    let fresh = crate::support::databases::fresh(crate::support::databases::Engine::Sqlite).await.unwrap();
    assert!(place_setting::Entity::insert(row("x")).exec_without_returning(fresh.db.read()).await.is_err());
    let pragma = async |name: &str| {
        let statement = Statement::from_string(fresh.db.backend(), format!("PRAGMA {name}"));
        fresh.db.read().query_one_raw(statement).await.unwrap().unwrap()
    };
    assert_eq!(pragma("journal_mode").await.try_get_by_index::<String>(0).unwrap(), "wal");
    assert_eq!(pragma("synchronous").await.try_get_by_index::<i32>(0).unwrap(), 2);
    assert_eq!(pragma("foreign_keys").await.try_get_by_index::<i32>(0).unwrap(), 1);
}
