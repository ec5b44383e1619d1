//! The second step of an issue, outside of any transaction: the document is put together, signed four times, and verified as strangers verify it.

use std::time::Duration;

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::issuing::{enter, put_void, reserve};
use super::order::{Made, Order, Reserved};
use super::reading::{bundle_of, facts_in};
use crate::agencies;
use crate::certificates::queries::certificates;
use crate::certificates::{Desk, Error, Line, Why};
use crate::credentials::{self, Facts, IssuerFacts, KindFacts, LineFacts, receipts_of};
use crate::db::{Db, Tx};
use crate::identity;
use crate::kernel::{CertificateId, Digest, LearnerId, Timestamp};
use crate::ledger::seal::{self, Leaf};

/// Tries before whoever waits is told to come again, and milliseconds between two.
const TRIES: u32 = 5;
const PAUSE_MS: u64 = 400;

/// Makes and signs what was reserved. What it cites must stand in the sealed log, which takes about a second: whoever is told [`Error::NotSealed`]
/// comes again.
///
/// # Errors
/// [`Error::NoOrigin`], [`Error::NotSealed`], [`Error::Document`]; what the agency refuses.
pub async fn make(db: &Db, desk: &Desk, reserved: &Reserved) -> Result<Made, Error> {
    let gathered = gather(db, desk, reserved).await?;
    let today = db.clock().now().day();
    gathered.signed_by(&agencies::signer(db.read(), &desk.keys, reserved.order.agency, today).await?)
}

/// All that a version says, not signed yet.
pub(super) struct Gathered {
    facts: Facts,
    leaves: Vec<(u64, u64)>,
}

impl Gathered {
    /// Signs it, and verifies it as strangers do: some milliseconds of work, without a wait.
    ///
    /// # Errors
    /// [`Error::Document`].
    pub(super) fn signed_by(self, signer: &agencies::Signer) -> Result<Made, Error> {
        let Self { facts, leaves } = self;
        let bundle = credentials::bundle(&facts, &signer.key(), |bytes: &[u8]| signer.sign(bytes).signature)?;
        let document_hash = bundle.hash()?;
        Ok(Made { bundle, document_hash, key_hash: signer.fingerprint(), leaves, facts })
    }
}

/// The reading half of [`make`].
///
/// # Errors
/// [`Error::NoOrigin`], [`Error::NotSealed`].
pub(super) async fn gather(db: &Db, desk: &Desk, reserved: &Reserved) -> Result<Gathered, Error> {
    let now = db.clock().now();
    let origin = desk.origin.clone().ok_or(Error::NoOrigin)?;
    let accounts = identity::accounts_of(db.read(), reserved.order.learner).await?;
    let mut leaves = Vec::new();
    for line in &reserved.basis.lines {
        let result = leaf_of(db.read(), &accounts, line.result.uuid()).await?.ok_or(Error::NotSealed)?;
        let award = leaf_of(db.read(), &[line.account], line.award.uuid()).await?.ok_or(Error::NotSealed)?;
        leaves.push((result, award));
    }
    let facts = facts_of(desk, reserved, origin, (&leaves, now))?;
    let facts = match reserved.why {
        Why::Name | Why::Rekeyed => as_it_stood(db, desk, reserved, facts).await?,
        Why::First | Why::Recited | Why::Reinstated => facts,
    };
    Ok(Gathered { facts, leaves: leaves.iter().map(|(result, award)| (result.seq, award.seq)).collect() })
}

/// [`gather`], waiting a little for what is not sealed yet.
///
/// # Errors
/// As [`gather`].
pub(super) async fn gather_when_sealed(db: &Db, desk: &Desk, reserved: &Reserved) -> Result<Gathered, Error> {
    for _ in 1..TRIES {
        match gather(db, desk, reserved).await {
            Err(Error::NotSealed) => tokio::time::sleep(Duration::from_millis(PAUSE_MS)).await,
            other => return other,
        }
    }
    gather(db, desk, reserved).await
}

/// What a corrected name or another key leaves as it was: kind and lines, in the words of the version before.
async fn as_it_stood(db: &Db, desk: &Desk, reserved: &Reserved, facts: Facts) -> Result<Facts, Error> {
    let learner = reserved.order.learner;
    let before = certificates::find_version(db.read(), (learner, reserved.certificate), reserved.version - 1).await?;
    let bundle = bundle_of(db.read(), desk, (learner, &before.ok_or(Error::NoSuch)?)).await?;
    let before = bundle.as_ref().and_then(facts_in).ok_or(Error::NoSuch)?;
    Ok(Facts { kind: before.kind, lines: before.lines, ..facts })
}

/// The leaf of a record, in whichever of these accounts.
async fn leaf_of(db: &impl ConnectionTrait, accounts: &[LearnerId], record: Uuid) -> Result<Option<Leaf>, Error> {
    for account in accounts {
        if let Some(leaf) = seal::find_leaf(db, *account, record).await? {
            return Ok(Some(leaf));
        }
    }
    Ok(None)
}

fn facts_of(
    desk: &Desk,
    reserved: &Reserved,
    origin: credentials::Origin,
    (leaves, now): (&[(Leaf, Leaf)], Timestamp),
) -> Result<Facts, Error> {
    let (order, basis) = (&reserved.order, &reserved.basis);
    let rule = desk.shelf.certificates().iter().find(|rule| rule.id == order.kind).ok_or(Error::NoKind)?;
    let hashes: Vec<(Digest, Digest)> = leaves.iter().map(|(result, award)| (result.hash, award.hash)).collect();
    Ok(Facts {
        origin,
        agency: IssuerFacts {
            id: reserved.agency.id,
            name: reserved.agency.name.clone(),
            credit_code: reserved.agency.credit_code.clone(),
        },
        kind: KindFacts {
            id: rule.id.clone(),
            paper_code: u8::try_from(rule.paper_code).map_err(|_| Error::NoKind)?,
            edition: basis.rule_version.clone(),
            title: rule.title.clone(),
            footer: rule.footer.clone(),
            criteria: rule.criteria.clone(),
        },
        code: reserved.code,
        number: reserved.number.clone(),
        version: u8::try_from(reserved.version).map_err(|_| Error::TooManyVersions)?,
        name: basis.name.clone(),
        awarded: reserved.awarded,
        signed_at: Timestamp::from_ms(now.ms().div_euclid(1000) * 1000),
        identity: basis.identity.value(),
        supervision: basis.supervision.value(),
        credits: basis.credits,
        class_hours: basis.class_hours,
        lines: basis.lines.iter().map(|line| line_of(desk, line)).collect(),
        receipts: receipts_of(&hashes),
        place: reserved.place,
    })
}

fn line_of(desk: &Desk, line: &Line) -> LineFacts {
    LineFacts {
        title: desk.shelf.title_of(&line.unit),
        unit: line.unit.clone(),
        source: line.source,
        passed: line.passed,
        score: line.percent(),
        identity: line.identity.value(),
        supervision: line.supervision.value(),
        credits: line.credits,
        class_hours: line.class_hours,
        evidence: line.evidence,
    }
}

/// The three steps in one, for one certificate: reserved, made, entered. What is not issued is void.
///
/// # Errors
/// As [`reserve`], [`make`] and [`enter`].
pub async fn issue(db: &Db, desk: &Desk, order: &Order, approver: Option<LearnerId>) -> Result<CertificateId, Error> {
    let (ordered, its) = (order.clone(), desk.clone());
    let reserved = db.write(async move |tx: &Tx| reserve(tx, &its, &ordered).await).await?;
    let whose = (order.learner, reserved.certificate);
    let done = match make_when_sealed(db, desk, &reserved).await {
        Ok(made) => {
            let its = desk.clone();
            db.write(async move |tx: &Tx| enter(tx, &its, (&reserved, &made), approver).await).await
        }
        Err(error) => Err(error),
    };
    if done.is_err() {
        db.write(async move |tx: &Tx| put_void(tx, whose).await).await?;
    }
    done
}

/// [`make`], waiting a little for what is not sealed yet.
///
/// # Errors
/// As [`make`].
pub(super) async fn make_when_sealed(db: &Db, desk: &Desk, reserved: &Reserved) -> Result<Made, Error> {
    for _ in 1..TRIES {
        match make(db, desk, reserved).await {
            Err(Error::NotSealed) => tokio::time::sleep(Duration::from_millis(PAUSE_MS)).await,
            other => return other,
        }
    }
    make(db, desk, reserved).await
}
