//! What is kept of what was done, and what is told of it: events of a certificate, the trail, others, the person.

use entity::certificate_event;
use sea_orm::DbErr;
use serde_json::{Value, json};
use uuid::Uuid;

use super::issuing::Reserved;
use crate::audit;
use crate::certificates::queries::{FORMAT, OPENNESS, RECORD_CLASS, RETENTION, certificates, sealed};
use crate::certificates::{Certificate, Desk, Error, Happened, Reason};
use crate::db::Tx;
use crate::identity::Profile;
use crate::kernel::{Chance, Day, LearnerId, digest_of, new_id};
use crate::outbox::{self, Channel, Event, Letter, Standing};

/// An event about to be kept.
pub(in crate::certificates) struct NewEvent<'a> {
    pub what: Happened,
    pub version: i64,
    pub reason: Option<Reason>,
    pub ground_sealed: Option<Vec<u8>>,
    pub actor: Option<LearnerId>,
    pub approver: Option<LearnerId>,
    pub cause: Option<Uuid>,
    pub appeal_until: Option<Day>,
    pub responsible_org: &'a str,
}

impl<'a> NewEvent<'a> {
    /// That something became of this certificate's newest version; what is to be told apart stands in the fields.
    pub fn of(own: &'a Certificate) -> Self {
        Self {
            what: Happened::Issued,
            version: own.version,
            reason: None,
            ground_sealed: None,
            actor: None,
            approver: None,
            cause: None,
            appeal_until: None,
            responsible_org: &own.responsible_org,
        }
    }
}

/// Keeps an event: it waits for its leaf from now on.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn keep_event(tx: &Tx, own: &Certificate, new: NewEvent<'_>) -> Result<(), Error> {
    let seq = certificates::last_seq(tx, (own.learner, own.id)).await? + 1;
    let mut row = certificate_event::Model {
        learner_id: own.learner.uuid(),
        certificate_id: own.id.uuid(),
        seq,
        id: new_id(tx.now),
        what: new.what.code().to_owned(),
        version: new.version,
        reason_code: new.reason.map(|reason| reason.code().to_owned()),
        ground_hash: new.ground_sealed.as_deref().map(|sealed| digest_of(&[sealed]).to_vec()),
        ground_sealed: new.ground_sealed,
        actor_id: new.actor.map(LearnerId::uuid),
        approver_id: new.approver.map(LearnerId::uuid),
        cause_id: new.cause,
        appeal_until: new.appeal_until.map(|day| day.to_string()),
        at_ms: tx.now.ms(),
        day: tx.now.day().to_string(),
        salt: Chance::secret::<16>().to_vec(),
        leaf_hash: Vec::new(),
        record_class: RECORD_CLASS.to_owned(),
        responsible_org: new.responsible_org.to_owned(),
        formed_at_ms: tx.now.ms(),
        retention: RETENTION.to_owned(),
        openness: OPENNESS.to_owned(),
        format_version: FORMAT,
    };
    row.leaf_hash = sealed::event_leaf(&row).to_vec();
    Ok(certificates::insert_event(tx, row).await?)
}

/// The audit line, the events and the letter of an issue.
pub(super) async fn issued(tx: &Tx, desk: &Desk, reserved: &Reserved, profile: &Profile) -> Result<(), Error> {
    let (order, id) = (&reserved.order, reserved.certificate);
    let facts = json!({
        "certificate": id, "number": reserved.number.as_str(), "version": reserved.version, "why": reserved.why.code(), "kind": order.kind, "about": order.about,
        "agency": order.agency, "units": reserved.basis.units(), "milli": reserved.basis.credits.milli(),
    });
    let what = (order.learner, "certificate", id.to_string());
    note(tx, (order.officer, "certificates.issue"), (what.0, what.1, &what.2), (&reserved.agency.place_code, facts.clone()))
        .await?;
    let archive = json!({
        "table": "certificate_version", "id": [json!(id), json!(reserved.version)], "record_class": RECORD_CLASS,
        "responsible_org": reserved.agency.name, "formed_at_ms": tx.now.ms(), "retention": RETENTION, "openness": OPENNESS,
        "format_version": FORMAT,
    });
    let standing: Standing = profile.standing(i64::from(tx.now.day().year()));
    let event = |kind, body: Value| Event { kind, learner: Some(order.learner), standing: &standing, body };
    let told = if reserved.version == 1 { "certificate.issued" } else { "certificate.version" };
    outbox::emit(tx, &[event(told, facts), event("archivable", archive)]).await?;
    let title = desk.shelf.certificates().iter().find(|rule| rule.id == order.kind).map(|rule| rule.title.clone());
    let template = if reserved.version == 1 { "certificate-issued" } else { "certificate-version" };
    tell(tx, desk, profile, (template, &title.unwrap_or_default(), &order.help_phone)).await
}

/// The line of the trail.
pub(in crate::certificates) async fn note(
    tx: &Tx,
    (actor, action): (LearnerId, &'static str),
    (learner, object_kind, object_id): (LearnerId, &'static str, &str),
    (place, detail): (&str, Value),
) -> Result<(), DbErr> {
    let entry = audit::Entry {
        actor: Some(actor),
        action,
        object_kind,
        object_id,
        learner: Some(learner),
        place_code: Some(place),
        detail,
    };
    audit::record(tx, &entry).await
}

/// A text to the person, where they have a telephone. What it is about stands on their page.
pub(in crate::certificates) async fn tell(
    tx: &Tx,
    desk: &Desk,
    profile: &Profile,
    (template, what, help_phone): (&'static str, &str, &str),
) -> Result<(), Error> {
    let Some(phone) = &profile.phone else { return Ok(()) };
    let letter = Letter {
        learner: Some(profile.learner),
        channel: Channel::Sms,
        to: phone.as_str(),
        template,
        lang: profile.lang,
        params: vec![("what", what.to_owned()), ("help_phone", help_phone.to_owned())],
    };
    Ok(outbox::send(tx, &desk.keys, &letter).await?)
}
