//! Keeping an edition in the database, so that attempts can point at items that later editions change or drop.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DbErr};

use super::model::{Edition, Item};
use super::queries::{self, Content};
use super::rules::{ContentKind, canonical_json, content_hash};
use crate::db::{Db, DbFault, Tx};
use crate::kernel::{Digest, Timestamp};
use crate::outbox::{self, Event, Standing};

/// Rows in one commit.
const CHUNK: usize = 200;

/// What keeping an edition came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It was not there, or not whole.
    Now,
    /// It was there already; nothing was written.
    Before,
}

/// An edition that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptEdition {
    /// The digest over all its files.
    pub digest: String,
    /// Its version.
    pub version: String,
    /// When it was put up first.
    pub kept_at: Timestamp,
}

/// The newest `most` editions that are kept, the newest first.
///
/// # Errors
/// What the database answers.
pub async fn list_editions(db: &impl ConnectionTrait, most: u64) -> Result<Vec<KeptEdition>, DbErr> {
    queries::list_newest(db, most).await
}

/// Keeps the edition: first what it consists of, then its own row with the event for the archive, then which part it has under
/// which code. Each step may be done twice. An edition counts as kept when all its parts are; until then the next start goes on.
///
/// # Errors
/// What the database answers.
pub async fn keep(db: &Db, edition: &Edition, responsible_org: &str) -> Result<Kept, DbFault> {
    let contents = Arc::new(contents_of(edition));
    let digest = edition.digest;
    let parts = u64::try_from(contents.len()).unwrap_or(u64::MAX);
    if queries::is_kept(db.read(), &digest).await? && queries::count_parts(db.read(), &digest).await? == parts {
        return Ok(Kept::Before);
    }
    for at in 0..contents.chunks(CHUNK).len() {
        let contents = Arc::clone(&contents);
        db.write(async move |tx| Ok::<_, DbFault>(queries::insert_contents(tx, chunk(&contents, at)).await?)).await?;
    }
    let (version, org) = (edition.manifest.version.clone(), responsible_org.to_owned());
    db.write(async move |tx| keep_head(tx, &digest, &version, &org).await).await?;
    for at in 0..contents.chunks(CHUNK).len() {
        let contents = Arc::clone(&contents);
        db.write(async move |tx| Ok::<_, DbFault>(queries::insert_parts(tx, &digest, chunk(&contents, at)).await?)).await?;
    }
    Ok(Kept::Now)
}

fn chunk(contents: &[Content], at: usize) -> &[Content] {
    contents.chunks(CHUNK).nth(at).unwrap_or_default()
}

/// The edition's row and its event; once, however often.
async fn keep_head(tx: &Tx, digest: &Digest, version: &str, responsible_org: &str) -> Result<(), DbFault> {
    if !queries::insert_edition(tx, digest, version, responsible_org).await? {
        return Ok(());
    }
    let body = serde_json::json!({ "class": "curriculum_edition", "id": digest.to_string(), "version": version });
    let event = Event { kind: "archivable", learner: None, standing: &Standing::default(), body };
    Ok(outbox::emit(tx, &[event]).await?)
}

/// Everything in the edition that is kept by hash.
fn contents_of(edition: &Edition) -> Vec<Content> {
    let content = |kind: ContentKind, code: String, body: String| Content { hash: content_hash(kind, &body), kind, code, body };
    let mut contents = Vec::new();
    for course in &edition.courses {
        contents.push(content(ContentKind::Course, course.code.to_string(), canonical_json(course)));
        contents.extend(course.lessons.iter().map(|one| content(ContentKind::Lesson, one.id.clone(), canonical_json(one))));
        contents.extend(course.practice.iter().map(|one| content(ContentKind::Practice, one.id.clone(), canonical_json(one))));
        contents.extend(course.items.iter().map(|one| content(ContentKind::Item, one.id.clone(), one.to_json())));
    }
    contents
}

/// The item kept under `hash`, of whatever edition.
///
/// # Errors
/// What the database answers; also where what is kept is no item (then somebody has altered it).
pub async fn find_item(db: &impl ConnectionTrait, hash: &Digest) -> Result<Option<Item>, DbErr> {
    let Some(body) = queries::find_body(db, ContentKind::Item, hash).await? else { return Ok(None) };
    match Item::from_json(&body) {
        Some(item) if item.hash == *hash => Ok(Some(item)),
        _ => Err(DbErr::Custom(format!("the content {hash} was altered"))),
    }
}
