//! Keeping an edition in the database, so that attempts can point at items that later editions change or drop.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DbErr};
use serde::Deserialize;

use super::model::{Edition, Item};
use super::queries::{self, Content};
use super::rules::{ContentKind, canonical_json, content_hash};
use crate::db::{Db, DbFault, Tx};
use crate::kernel::{Digest, Timestamp};
use crate::outbox::{self, Event, Standing};

/// What the codes of kinds of certificates begin with, and what comes after all of them.
const KINDS_FROM: &str = "certificate:";
const KINDS_END: &str = "certificate;";

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
    let kinds = &edition.certificates;
    contents.extend(
        kinds.iter().map(|one| content(ContentKind::Certificate, format!("{KINDS_FROM}{}", one.id), canonical_json(one))),
    );
    contents
}

/// A kind of certificate, as an edition has it that was up once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct KeptKind {
    /// `unit`, `foundation`, …
    pub id: String,
    /// Its number on paper, 1 to 255.
    pub paper_code: i64,
    /// Its title.
    pub title: String,
    /// The sentence at its foot.
    pub footer: String,
}

/// A kind of certificate as an edition describes it to everybody.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DescribedKind {
    /// Its title.
    pub title: String,
    /// What it takes to earn it, in a sentence.
    pub criteria: String,
    /// The sentence at its foot.
    pub footer: String,
}

/// A kind of certificate in the words of the edition of this version that was up last; none where no such edition is kept, or it has no such kind.
///
/// # Errors
/// What the database answers; also where what is kept is none (then somebody has altered it).
pub async fn find_kind(db: &impl ConnectionTrait, (id, version): (&str, &str)) -> Result<Option<DescribedKind>, DbErr> {
    let body = queries::find_body_coded(db, &format!("{KINDS_FROM}{id}"), version).await?;
    let kind = body.map(|body| serde_json::from_str(&body).map_err(|_| DbErr::Custom("a kept kind was altered".to_owned())));
    kind.transpose()
}

/// Every kind of certificate of every edition that is kept, by its number on paper, in the words of the newest edition that has it.
///
/// # Errors
/// What the database answers; also where what is kept is none (then somebody has altered it).
pub async fn list_kinds(db: &impl ConnectionTrait) -> Result<Vec<KeptKind>, DbErr> {
    let mut kinds: Vec<KeptKind> = Vec::new();
    for body in queries::list_bodies_coded(db, (KINDS_FROM, KINDS_END)).await? {
        let kind: KeptKind = serde_json::from_str(&body).map_err(|_| DbErr::Custom("a kept kind was altered".to_owned()))?;
        if !kinds.iter().any(|known| known.paper_code == kind.paper_code) {
            kinds.push(kind);
        }
    }
    kinds.sort_by_key(|kind| kind.paper_code);
    Ok(kinds)
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
