//! What a verifier needs to know of this bank: keys, kinds, units.

use sea_orm::{ConnectionTrait, DbErr};

use crate::agencies::{self, AgencyKey, Published};
use crate::credentials::{BookAgency, BookKind, BookUnit, KeyBook, KeyFacts, Origin};
use crate::curriculum::model::{CertificateRule, Task};
use crate::curriculum::{self, KeptKind, Shelf};
use crate::kernel::Timestamp;

/// The hour of a book is what it says of its own age: all processes make the same one in it.
const HOUR_MS: i64 = 3_600_000;

/// The keys of all agencies there ever were, those that are believed no more too; every kind of certificate that any edition had, in the words of
/// the newest; the units of the edition in force. Four statements.
///
/// # Errors
/// What the database answers.
pub async fn key_book(db: &impl ConnectionTrait, shelf: &Shelf, origin: &Origin, now: Timestamp) -> Result<KeyBook, DbErr> {
    let agencies = agencies::list_published(db).await?.into_iter().map(agency_of).collect();
    let made_at = Timestamp::from_ms(now.ms() - now.ms().rem_euclid(HOUR_MS));
    Ok(KeyBook { origin: origin.clone(), made_at, agencies, kinds: kinds_of(db, shelf).await?, units: units_of(shelf) })
}

fn agency_of(agency: Published) -> BookAgency {
    BookAgency {
        id: agency.id,
        name: agency.name,
        credit_code: agency.credit_code,
        is_closed: agency.is_closed,
        keys: agency.keys.into_iter().map(key_of).collect(),
    }
}

fn key_of(key: AgencyKey) -> KeyFacts {
    KeyFacts { public: key.public, from: key.from, until: key.until, distrusted_at: key.distrusted_at }
}

/// A number on paper is one kind's for good: an edition may say it in other words, or have it no more.
async fn kinds_of(db: &impl ConnectionTrait, shelf: &Shelf) -> Result<Vec<BookKind>, DbErr> {
    let mut kinds: Vec<BookKind> = shelf.certificates().iter().map(in_force).filter_map(kind_of).collect();
    for kind in curriculum::list_kinds(db).await?.into_iter().filter_map(kind_of) {
        if !kinds.iter().any(|known| known.paper_code == kind.paper_code) {
            kinds.push(kind);
        }
    }
    kinds.sort_by_key(|kind| kind.paper_code);
    Ok(kinds)
}

fn in_force(rule: &CertificateRule) -> KeptKind {
    KeptKind { id: rule.id.clone(), paper_code: rule.paper_code, title: rule.title.clone(), footer: rule.footer.clone() }
}

fn kind_of(kind: KeptKind) -> Option<BookKind> {
    let paper_code = u8::try_from(kind.paper_code).ok()?;
    Some(BookKind { paper_code, id: kind.id, title: kind.title, footer: kind.footer })
}

fn units_of(shelf: &Shelf) -> Vec<BookUnit> {
    let tasks = &shelf.edition().tasks;
    let title = |task: &Task| shelf.course(task.code).map_or_else(|| task.title.clone(), |course| course.title.clone());
    tasks.iter().map(|task| BookUnit { code: task.code.to_string(), title: title(task), area: task.area.clone() }).collect()
}
