//! An application is begun, and its evidence comes, file by file.

use serde_json::json;

use super::offers::offers;
use super::{CODE_FILE, PLACE_FILE, used_by};
use crate::applications::evidence::FileKind;
use crate::applications::queries::{applications, files};
use crate::applications::rules::{MOST_DRAFTS, MOST_FILES};
use crate::applications::{Application, Error, Piece, State};
use crate::config::Keys;
use crate::db::Tx;
use crate::files::{Stored, refer, release};
use crate::identity::{self, Whose};
use crate::kernel::{Acting, ApplicationId, Digest, LearnerId, RuleId, SealKey, mac_of, new_id};
use crate::outbox::{self, Event, Standing};

/// A file that lies in the store, sealed, and is to be evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// The sealed file.
    pub stored: Stored,
    pub(in crate::applications) kind: FileKind,
    pub(in crate::applications) code: Digest,
    pub(in crate::applications) bytes: i64,
}

/// The keyed code by which the same file is known again.
pub(in crate::applications) fn file_code(keys: &Keys, bytes: &[u8]) -> Digest {
    Digest::from_array(*mac_of(&keys.for_purpose(CODE_FILE), &[bytes]).bytes())
}

/// A file, sealed with its owner's key.
pub(in crate::applications) fn seal_file(key: &SealKey, bytes: &[u8]) -> Vec<u8> {
    key.seal(PLACE_FILE, bytes)
}

/// Opens a file.
pub(super) fn open_sealed(key: &SealKey, sealed: &[u8]) -> Result<Vec<u8>, Error> {
    Ok(key.open(PLACE_FILE, sealed)?)
}

/// Begins an application by a rule that is offered to this person; the one that is begun already, where there is one.
///
/// # Errors
/// [`Error::NoRule`] where it is not offered to them; [`Error::TooManyDrafts`].
pub async fn begin(tx: &Tx, acting: &Acting, standing: &Standing, rule: RuleId) -> Result<ApplicationId, Error> {
    let learner = acting.learner;
    identity::hold_person(tx, learner).await?;
    if let Some(begun) = applications::find_draft(tx, learner, rule).await? {
        return Ok(begun.id);
    }
    let whose = Whose { place: standing.place_code.as_deref(), groups: &standing.groups };
    let offered = offers(tx, whose, tx.now.day()).await?.into_iter().find(|offer| offer.rule.id == rule);
    let rule = offered.ok_or(Error::NoRule)?.rule;
    if applications::list_in(tx, learner, &[State::Draft]).await?.len() >= MOST_DRAFTS {
        return Err(Error::TooManyDrafts);
    }
    let id = ApplicationId::fresh(tx.now);
    applications::insert(tx, (learner, id), (rule.agency, rule.id, &rule.unit)).await?;
    let body = json!({ "application": id, "rule": rule.id, "unit": rule.unit });
    outbox::emit(tx, &[Event { kind: "application.begun", learner: Some(learner), standing, body }]).await?;
    Ok(id)
}

/// An application that is not sent yet, held until the commit.
async fn hold_draft(tx: &Tx, accounts: &[LearnerId], id: ApplicationId) -> Result<Application, Error> {
    let own = applications::find_of(tx, accounts, id).await?.ok_or(Error::NoSuch)?;
    let held = applications::lock(tx, own.learner, id).await?.ok_or(Error::NoSuch)?;
    if held.state == State::Draft { Ok(held) } else { Err(Error::SentAlready) }
}

/// Keeps a file with an application that is not sent. The same file again is there already, whatever form brings it.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::SentAlready`], [`Error::TooManyFiles`].
pub async fn add_file(tx: &Tx, accounts: &[LearnerId], id: ApplicationId, new: &NewFile) -> Result<(), Error> {
    let draft = hold_draft(tx, accounts, id).await?;
    let known = files::list(tx, draft.learner, id).await?;
    if known.iter().any(|piece| piece.code == new.code) {
        return Ok(());
    }
    if known.len() >= MOST_FILES {
        return Err(Error::TooManyFiles);
    }
    let piece = Piece {
        learner: draft.learner,
        application: id,
        id: new_id(tx.now),
        kind: new.kind,
        file: Some(new.stored.digest),
        code: new.code,
        bytes: new.bytes,
        added_at: tx.now,
    };
    if files::insert(tx, &piece).await? {
        refer(tx, &new.stored, used_by(&piece)).await?;
    }
    Ok(())
}

/// Takes a file away again. Twice is once.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::SentAlready`].
pub(in crate::applications) async fn drop_file(
    tx: &Tx,
    accounts: &[LearnerId],
    (id, file): (ApplicationId, uuid::Uuid),
) -> Result<(), Error> {
    let draft = hold_draft(tx, accounts, id).await?;
    let pieces = files::list(tx, draft.learner, id).await?;
    if let Some(piece) = pieces.into_iter().find(|piece| piece.id == file) {
        discard(tx, &draft, &piece).await?;
    }
    Ok(())
}

async fn discard(tx: &Tx, draft: &Application, piece: &Piece) -> Result<(), Error> {
    files::delete(tx, draft, piece.id).await?;
    if let Some(file) = &piece.file {
        release(tx, file, used_by(piece)).await?;
    }
    Ok(())
}

/// Forgets an application that was not sent, with its files.
pub(super) async fn forget_draft(tx: &Tx, draft: &Application) -> Result<(), Error> {
    for piece in files::list(tx, draft.learner, draft.id).await? {
        discard(tx, draft, &piece).await?;
    }
    Ok(applications::delete_draft(tx, draft.learner, draft.id).await?)
}

/// Its owner does not want to send it. Twice is once.
///
/// # Errors
/// [`Error::SentAlready`].
pub(in crate::applications) async fn drop_draft(tx: &Tx, accounts: &[LearnerId], id: ApplicationId) -> Result<(), Error> {
    match hold_draft(tx, accounts, id).await {
        Ok(draft) => forget_draft(tx, &draft).await,
        Err(Error::NoSuch) => Ok(()),
        Err(error) => Err(error),
    }
}
