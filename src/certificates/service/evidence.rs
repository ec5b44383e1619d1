//! What proves a certificate: the key that signed it, its leaves in the sealed log, the checkpoints that cover them; and the receipts of its lines.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::agencies::{self, AgencyKey};
use crate::certificates::queries::{certificates, cites};
use crate::certificates::{Certificate, Error, Happened};
use crate::credentials::{Origin, receipts_of};
use crate::identity;
use crate::kernel::{Day, Digest, LearnerId};
use crate::ledger::seal::{self, Leaf, Proven, Witnessed};

/// The form of receipts.
const FORMAT: &str = "credit-bank/certificate-receipts/1";

/// What proves a version.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// SHA-256 of the document's canonical form without proof.
    pub document: Digest,
    /// Version of the certificate.
    pub version: i64,
    /// The day on which this version was made.
    pub made: Day,
    /// The key that signed it.
    pub key: Option<AgencyKey>,
    /// The version's leaf; none while it waits for a checkpoint.
    pub leaf: Option<Proven>,
    /// What became of it last, with its leaf; none while that waits.
    pub event: Option<(Happened, Option<Proven>)>,
    /// Of each line its unit, and the numbers of its result's and its award's leaf.
    pub lines: Vec<(String, i64, i64)>,
    /// The newest checkpoint that somebody else has witnessed, by one of them.
    pub witnessed: Option<Witnessed>,
}

impl Evidence {
    /// Whether somebody else has witnessed that this leaf stands in the log.
    #[must_use]
    pub fn is_witnessed(&self, leaf: i64) -> bool {
        let size = self.witnessed.as_ref().and_then(|witnessed| i64::try_from(witnessed.size).ok());
        size.is_some_and(|size| leaf < size)
    }
}

/// What proves the newest version of a certificate. Statements do not grow with its lines.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn evidence_of(db: &impl ConnectionTrait, own: &Certificate) -> Result<Evidence, Error> {
    let whose = (own.learner, own.id);
    let version = certificates::find_version(db, whose, own.version).await?.ok_or(Error::NoSuch)?;
    let keys = agencies::verifying_keys_of(db, own.agency).await?;
    let last = certificates::list_events(db, whose).await?.pop();
    let event = match last {
        Some(event) => Some((event.what, seal::prove(db, own.learner, event.id).await?)),
        None => None,
    };
    let cites = cites::list_of(db, whose, own.version).await?;
    Ok(Evidence {
        document: version.document_hash,
        version: version.version,
        made: version.made_at.day(),
        key: keys.into_iter().find(|key| key.fingerprint == version.key_hash),
        leaf: seal::prove(db, own.learner, version.id).await?,
        event,
        lines: cites.into_iter().map(|cite| (cite.line.unit, cite.leaves.0, cite.leaves.1)).collect(),
        witnessed: seal::latest_witnessed(db).await?,
    })
}

/// A line with both of its leaves.
struct Cited {
    unit: String,
    result: (LearnerId, Uuid, Leaf),
    award: (LearnerId, Uuid, Leaf),
}

async fn cited(db: &impl ConnectionTrait, own: &Certificate) -> Result<Vec<Cited>, Error> {
    let accounts = identity::accounts_of(db, own.learner).await?;
    let mut all = Vec::new();
    for cite in cites::list_of(db, (own.learner, own.id), own.version).await? {
        let (of_award, award_id, result_id) = (cite.line.account, cite.line.award.uuid(), cite.line.result.uuid());
        let award = seal::find_leaf(db, of_award, award_id).await?.ok_or(Error::NotSealed)?;
        // The pass may lie in another of the accounts than the award that it speaks for.
        let others = accounts.iter().copied().filter(|one| *one != of_award);
        let mut result = None;
        for account in std::iter::once(of_award).chain(others) {
            if let Some(leaf) = seal::find_leaf(db, account, result_id).await? {
                result = Some((account, result_id, leaf));
                break;
            }
        }
        let result = result.ok_or(Error::NotSealed)?;
        all.push(Cited { unit: cite.line.unit, result, award: (of_award, award_id, award) });
    }
    Ok(all)
}

fn digest_of(cited: &[Cited]) -> Digest {
    let leaves: Vec<(Digest, Digest)> = cited.iter().map(|line| (line.result.2.hash, line.award.2.hash)).collect();
    receipts_of(&leaves)
}

fn head(origin: &Origin, address: &str, digest: &Digest, lines: Vec<Value>) -> Value {
    json!({ "format": FORMAT, "certificate": format!("{origin}/v/{address}"), "digest": digest.to_string(), "lines": lines })
}

/// The leaves of all lines, as they go with a certificate on paper: they never change, and say where their proofs are.
///
/// # Errors
/// [`Error::NoOrigin`]; what the database answers.
pub(in crate::certificates) async fn leaves_of(
    db: &impl ConnectionTrait,
    own: &Certificate,
    (origin, address): (&Origin, &str),
) -> Result<Value, Error> {
    let cited = cited(db, own).await?;
    let leaf = |leaf: &Leaf| json!({ "leaf": leaf.seq, "hash": leaf.hash.to_string() });
    let line = |line: &Cited| json!({ "unit": line.unit, "result": leaf(&line.result.2), "award": leaf(&line.award.2) });
    let mut all = head(origin, address, &digest_of(&cited), cited.iter().map(line).collect());
    if let Some(members) = all.as_object_mut() {
        members.insert("proofs".to_owned(), json!(format!("{origin}/v/{address}/receipts")));
    }
    Ok(all)
}

/// The receipts of all lines: each leaf with its proof, and the signed checkpoints that cover them. The digest is that of the document's last evidence:
/// SHA-256 over the hashes of the leaves, result and award of each line in their order.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn receipts_json(
    db: &impl ConnectionTrait,
    own: &Certificate,
    (origin, address): (&Origin, &str),
) -> Result<Value, Error> {
    let cited = cited(db, own).await?;
    let mut checkpoints: Vec<Value> = Vec::new();
    let mut sizes = Vec::new();
    let mut lines = Vec::new();
    for line in &cited {
        let mut parts = Vec::new();
        for (account, record, leaf) in [&line.result, &line.award] {
            let proven = seal::prove(db, *account, *record).await?;
            parts.push(match &proven {
                Some(proven) => json!({
                    "leaf": leaf.seq, "hash": leaf.hash.to_string(), "size": proven.size,
                    "proof": proven.proof.iter().map(ToString::to_string).collect::<Vec<_>>(),
                }),
                None => json!({ "leaf": leaf.seq, "hash": leaf.hash.to_string() }),
            });
            if let Some(proven) = proven.filter(|proven| !sizes.contains(&proven.size)) {
                sizes.push(proven.size);
                checkpoints.push(json!({ "size": proven.size, "note": proven.note, "key": proven.key.to_text() }));
            }
        }
        let mut parts = parts.into_iter();
        lines.push(json!({ "unit": line.unit, "result": parts.next(), "award": parts.next() }));
    }
    let mut all = head(origin, address, &digest_of(&cited), lines);
    if let Some(members) = all.as_object_mut() {
        members.insert("checkpoints".to_owned(), Value::Array(checkpoints));
    }
    Ok(all)
}
