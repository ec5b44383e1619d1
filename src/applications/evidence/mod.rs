//! What is sent as evidence, looked at before it is kept: pictures are written anew from their points; of pages every name that stands anywhere
//! in the file is held against a list. Slow, so never within a transaction, and one file at a time.

mod names;
mod pages;
mod picture;

use std::sync::Arc;

use tokio::sync::Semaphore;

/// Bytes that may be sent.
pub(super) const MOST_BYTES: usize = 8 * 1024 * 1024;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    /// A picture, written anew as JPEG.
    Picture,
    /// Pages (PDF), as they were sent.
    Pages,
}

impl FileKind {
    /// The code in tables.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Pages => "pages",
        }
    }

    pub(super) fn from_code(code: &str) -> Option<Self> {
        [Self::Picture, Self::Pages].into_iter().find(|kind| kind.code() == code)
    }

    /// The type under which it is given.
    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::Picture => "image/jpeg",
            Self::Pages => "application/pdf",
        }
    }
}

/// A file that may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clean {
    pub kind: FileKind,
    pub bytes: Vec<u8>,
}

/// Why a file is not taken as evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoEvidence {
    /// Nothing was chosen.
    Empty,
    /// It has too many bytes.
    TooHeavy,
    /// It is neither a picture nor pages, or cannot be read.
    Kind,
    /// The picture has too many points.
    TooLarge,
    /// Something in the pages runs, starts, sends, fetches or carries something.
    Acts,
    /// The pages are locked.
    Locked,
    /// The pages are packed in a way that cannot be looked into.
    Packed,
    /// There are too many pages.
    TooMany,
}

impl NoEvidence {
    /// The key of its words.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Empty => "applications-file-empty",
            Self::TooHeavy => "applications-file-heavy",
            Self::Kind => "applications-file-kind",
            Self::TooLarge => "applications-file-large",
            Self::Acts => "applications-file-acts",
            Self::Locked => "applications-file-locked",
            Self::Packed => "applications-file-packed",
            Self::TooMany => "applications-file-pages",
        }
    }
}

/// One file is looked at at a time: a second waits.
#[derive(Clone, Debug)]
pub(super) struct Table(Arc<Semaphore>);

impl Default for Table {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

impl Table {
    /// Looks at a file, on a thread that may take its time.
    pub(super) async fn look(&self, bytes: Vec<u8>) -> Result<Clean, NoEvidence> {
        let place = Arc::clone(&self.0).acquire_owned().await.map_err(|_| NoEvidence::Kind)?;
        let work = move || {
            let held = place;
            let clean = check(bytes);
            drop(held);
            clean
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(Err(NoEvidence::Kind))
    }
}

/// Told by its content alone: neither a name nor a declared type is asked.
fn check(bytes: Vec<u8>) -> Result<Clean, NoEvidence> {
    if bytes.is_empty() {
        return Err(NoEvidence::Empty);
    }
    if bytes.len() > MOST_BYTES {
        return Err(NoEvidence::TooHeavy);
    }
    if bytes.starts_with(b"%PDF-") {
        pages::check(&bytes)?;
        return Ok(Clean { kind: FileKind::Pages, bytes });
    }
    let bytes = picture::anew(&bytes)?;
    Ok(Clean { kind: FileKind::Picture, bytes })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn what_is_neither_picture_nor_pages_is_refused_by_its_content() {
        let cases: [(&str, Vec<u8>, NoEvidence); 7] = [
            ("nothing", Vec::new(), NoEvidence::Empty),
            ("a page named png", b"<html><script>alert(1)</script></html>".to_vec(), NoEvidence::Kind),
            ("svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".to_vec(), NoEvidence::Kind),
            ("a program", b"MZ\x90\0\x03".to_vec(), NoEvidence::Kind),
            ("spaces before the head", b" %PDF-1.4\n%%EOF".to_vec(), NoEvidence::Kind),
            ("a page before the head", b"<html>%PDF-1.4\n%%EOF".to_vec(), NoEvidence::Kind),
            ("too heavy", vec![0xFF; MOST_BYTES + 1], NoEvidence::TooHeavy),
        ];
        for (what, bytes, expected) in cases {
            assert_eq!(check(bytes), Err(expected), "{what}");
        }
    }

    #[actix_web::test]
    async fn files_that_come_at_once_are_looked_at_one_after_the_other_and_soon() {
        let (table, begun) = (Table::default(), Instant::now());
        let all = (0..20).map(|_| table.look(b"<html></html>".to_vec()));
        let looked = futures_util::future::join_all(all).await;
        assert!(looked.iter().all(|one| *one == Err(NoEvidence::Kind)) && begun.elapsed() < Duration::from_secs(2));
    }
}
