//! Loading the tree of places: in chunks, made valid by one row in the end, the same however often it is done.

use std::io::Read;

use flate2::read::GzDecoder;
use sea_orm::{ConnectionTrait, DbErr};

use super::{Error, SourcePlace, queries};
use crate::db::{Db, Tx};
use crate::kernel::digest_of;

/// Rows in one commit.
const CHUNK: usize = 500;
/// The places that come with the binary; see `bundled/LICENSES.md`.
const BUNDLED: &[u8] = include_bytes!("bundled/places.csv.gz");
/// Their code sets and their edition, as kept in `place_import`.
const BUNDLED_SET: &str = "GB/T 2260 + NBS";
const BUNDLED_VERSION: &str = "2023";

/// Whether the places of the binary are all loaded.
///
/// # Errors
/// What the database answers.
pub async fn is_imported(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let digest = queries::find_import(db, BUNDLED_SET, BUNDLED_VERSION).await?;
    Ok(digest.is_some_and(|digest| digest == digest_of(&[BUNDLED]).to_string()))
}

/// The set and the version under which the sample county is kept.
const SAMPLE_SET: &str = "sample";
const SAMPLE_VERSION: &str = "1";

/// Whether the sample county has been settled, to its end.
///
/// # Errors
/// What the database answers.
pub async fn is_sample_imported(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(queries::find_import(db, SAMPLE_SET, SAMPLE_VERSION).await?.is_some())
}

/// Keeps that the sample county has been settled, to its end, out of this text; `places` are in it.
///
/// # Errors
/// What the database answers.
pub async fn import_sample(tx: &Tx, text: &str, places: usize) -> Result<(), Error> {
    let count = i64::try_from(places).unwrap_or(i64::MAX);
    Ok(queries::insert_import(tx, SAMPLE_SET, SAMPLE_VERSION, &digest_of(&[text.as_bytes()]), count).await?)
}

/// Loads the places of the binary, unless that has been done.
///
/// # Errors
/// [`Error::Unreadable`]; what the database answers.
pub async fn import_bundled(db: &Db) -> Result<(), Error> {
    import(db, BUNDLED_SET, BUNDLED_VERSION, BUNDLED).await
}

/// Loads the places of a gzip-compressed CSV with the columns `code,parent,name`, parents before their children.
/// Does nothing where the same bytes have been loaded as this version.
///
/// # Errors
/// [`Error::Unreadable`]; what the database answers.
pub async fn import(db: &Db, code_set: &'static str, version: &'static str, gzip: &[u8]) -> Result<(), Error> {
    let digest = digest_of(&[gzip]);
    if queries::find_import(db.read(), code_set, version).await?.is_some_and(|kept| kept == digest.to_string()) {
        return Ok(());
    }
    let rows = read_csv(gzip)?;
    for chunk in rows.chunks(CHUNK) {
        let chunk = chunk.to_vec();
        db.write::<(), Error, _>(async move |tx| Ok(queries::upsert_places(tx, &chunk, version).await?)).await?;
    }
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    db.write(async move |tx| Ok(queries::insert_import(tx, code_set, version, &digest, count).await?)).await
}

fn read_csv(gzip: &[u8]) -> Result<Vec<SourcePlace>, Error> {
    let mut text = String::new();
    GzDecoder::new(gzip).read_to_string(&mut text).map_err(|error| Error::Unreadable(error.to_string()))?;
    let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize().collect::<Result<Vec<SourcePlace>, _>>();
    rows.map_err(|error| Error::Unreadable(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_of_the_binary_are_whole_and_every_parent_comes_before_its_children() {
        let rows = read_csv(BUNDLED).unwrap();
        assert_eq!(rows.len(), 31 + 342 + 2_978 + 41_352);
        let mut seen = std::collections::HashSet::new();
        for row in &rows {
            assert!(row.parent.is_empty() || seen.contains(&row.parent), "{row:?}");
            assert!(row.code.starts_with(&row.parent) && super::super::PlaceCode::parse(&row.code).is_some(), "{row:?}");
            assert!(seen.insert(row.code.clone()), "{row:?}");
        }
    }

    #[test]
    fn what_is_no_table_of_places_is_refused() {
        assert!(matches!(read_csv(b"not gzip"), Err(Error::Unreadable(_))));
    }
}
