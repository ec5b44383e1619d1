//! Editions in the database: kept once, and yesterday's item readable after a newer edition.

use std::path::Path;

use credit_bank::curriculum::{self, CourseCode, Embedded, Folder, Kept, Shelf, find_item};
use entity::{content, edition, edition_content, event};
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::support::databases::Fresh;
use crate::support::editions::{rewritten, written_to};

async fn counts(fresh: &Fresh) -> [u64; 4] {
    let db = fresh.db.read();
    [
        edition::Entity::find().count(db).await.unwrap(),
        content::Entity::find().count(db).await.unwrap(),
        edition_content::Entity::find().count(db).await.unwrap(),
        event::Entity::find().count(db).await.unwrap(),
    ]
}

/// The own edition in a folder, with one item of T01 asked in other words.
fn newer_edition(folder: &Path, stem: &str) -> Shelf {
    written_to(folder);
    rewritten(folder, "courses/T01/items.toml", |text| text.replace(stem, "换一个问法问您。"));
    Shelf::open(&Folder::new(folder)).unwrap()
}

crate::on_both! {
    async fn an_edition_is_kept_once_however_often_it_is_stored(fresh: Fresh) {
        let shelf = Shelf::open(&Embedded).unwrap();
        assert_eq!(curriculum::keep(&fresh.db, shelf.edition(), "县学分银行").await.unwrap(), Kept::Now);
        let first = counts(&fresh).await;
        assert_eq!(curriculum::keep(&fresh.db, shelf.edition(), "县学分银行").await.unwrap(), Kept::Before);
        assert_eq!(counts(&fresh).await, first);
        assert_eq!((first[0], first[3]), (1, 1), "one edition, one event for the archive");
        assert_eq!(first[1], first[2]);
    }

    async fn two_servers_that_start_at_once_keep_it_once(fresh: Fresh) {
        let shelf = Shelf::open(&Embedded).unwrap();
        let keep = || curriculum::keep(&fresh.db, shelf.edition(), "县学分银行");
        let (one, other) = futures_util::future::join(keep(), keep()).await;
        assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
        let [editions, contents, parts, events] = counts(&fresh).await;
        assert_eq!((editions, events), (1, 1));
        assert_eq!(contents, parts);
    }

    async fn an_item_is_read_back_by_its_hash_after_a_newer_edition(fresh: Fresh) {
        let old = Shelf::open(&Embedded).unwrap();
        let item = old.items_of(CourseCode::parse("T01").unwrap()).first().unwrap();
        let newer = newer_edition(&fresh.folder.path().join("newer"), &item.stem);
        assert_ne!(newer.digest(), old.digest());
        assert!(newer.item(&item.hash).is_none(), "the newer edition asks otherwise");
        for shelf in [&old, &newer] {
            curriculum::keep(&fresh.db, shelf.edition(), "县学分银行").await.unwrap();
        }
        let read = find_item(fresh.db.read(), &item.hash).await.unwrap();
        assert_eq!(read.as_ref(), Some(item));
        let changed = newer.item_by_id(&item.id).unwrap();
        assert_eq!(find_item(fresh.db.read(), &changed.hash).await.unwrap().as_ref(), Some(changed));
        let [editions, contents, parts, _] = counts(&fresh).await;
        assert_eq!((editions, parts), (2, 2 * (contents - 1)), "only what changed is kept anew");
        let unknown = credit_bank::kernel::digest_of(&[b"nothing"]);
        assert_eq!(find_item(fresh.db.read(), &unknown).await.unwrap(), None);
    }
}
