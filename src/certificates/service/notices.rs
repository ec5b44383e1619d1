//! What is told of a suspension, a revocation, a lifting: the trail, others, the archives, the owner.

use serde_json::json;

use super::keepers::Whom;
use crate::agencies::Agency;
use crate::audit;
use crate::certificates::queries::{FORMAT, OPENNESS, RECORD_CLASS, RETENTION, history};
use crate::certificates::rules::states::appeal_until;
use crate::certificates::{Certificate, Deciding, Desk, Error, Happened, Reason, Request};
use crate::db::{Once, Tx, what_was_done};
use crate::identity;
use crate::kernel::{ClientId, LearnerId};
use crate::outbox::{self, Channel, Event, Letter};
use crate::web::day_words;

/// What this very form came to before, where it was sent before.
///
/// # Errors
/// [`Error::SentBefore`] where it was sent with other words.
pub(super) async fn done_before(tx: &Tx, deciding: &Deciding<'_>) -> Result<Option<String>, Error> {
    match what_was_done(tx, deciding.by, deciding.once, &deciding.digest).await? {
        Once::New => Ok(None),
        Once::Done(effect) => Ok(Some(effect)),
        Once::Misused => Err(Error::SentBefore),
    }
}

/// Something that became of a certificate.
pub(super) struct Deed<'a> {
    /// Whose hand it was; none: the bank itself.
    pub actor: Option<LearnerId>,
    /// The program that asked for it; none where a person did, or the bank itself.
    pub client: Option<ClientId>,
    pub what: Happened,
    pub reason: Option<Reason>,
    /// Where somebody answers, for the letter.
    pub help_phone: &'a str,
}

impl Deed<'_> {
    const fn action(&self) -> &'static str {
        match self.what {
            Happened::Issued | Happened::Version => "certificates.issue",
            Happened::Suspended => "certificates.suspend",
            Happened::Confirmed => "certificates.confirm",
            Happened::Lifted => "certificates.lift",
            Happened::Revoked => "certificates.revoke",
            Happened::Reinstated => "certificates.reinstate",
        }
    }

    /// The event's kind and the letter's template; a confirmation changes nothing for others.
    const fn told(&self) -> Option<(&'static str, &'static str)> {
        match self.what {
            Happened::Suspended => Some(("certificate.suspended", "certificate-suspended")),
            Happened::Lifted => Some(("certificate.lifted", "certificate-lifted")),
            Happened::Revoked => Some(("certificate.revoked", "certificate-revoked")),
            Happened::Issued | Happened::Version | Happened::Confirmed | Happened::Reinstated => None,
        }
    }
}

/// Keeps and tells what became of a certificate just now.
///
/// # Errors
/// What the database answers.
pub(super) async fn told(
    tx: &Tx,
    desk: &Desk,
    (own, agency, whom): (&Certificate, &Agency, &Whom),
    deed: &Deed<'_>,
) -> Result<(), Error> {
    let reason = deed.reason.map(Reason::code);
    let entry = audit::Entry {
        actor: deed.actor,
        action: deed.action(),
        object_kind: "certificate",
        object_id: &own.id.to_string(),
        learner: Some(own.learner),
        place_code: Some(&agency.place_code),
        detail: json!({ "agency": own.agency, "version": own.version, "reason": reason, "client": deed.client }),
    };
    audit::record(tx, &entry).await?;
    let seq = history::last_seq(tx, (own.learner, own.id)).await?;
    let archive = json!({
        "table": "certificate_event", "id": [json!(own.id), json!(seq)], "record_class": RECORD_CLASS,
        "responsible_org": own.responsible_org, "formed_at_ms": tx.now.ms(), "retention": RETENTION, "openness": OPENNESS,
        "format_version": FORMAT,
    });
    let standing = whom.standing(own, tx.now);
    let event = |kind, body| Event { kind, learner: Some(own.learner), standing: &standing, body };
    let mut events = vec![event("archivable", archive)];
    if let Some((kind, _)) = deed.told() {
        let body = json!({
            "agency": own.agency, "certificate": own.id, "kind": own.kind, "number": own.number.as_str(), "version": own.version,
            "standing": deed.what.code(), "reason": reason, "since": tx.now.to_rfc3339(),
        });
        events.push(event(kind, body));
    }
    outbox::emit(tx, &events).await?;
    match deed.told() {
        Some((_, template)) => tell(tx, desk, (own, whom), (template, deed)).await,
        None => Ok(()),
    }
}

/// A text to the owner, where they have a telephone: what, since when, why, what it does not touch, and how to appeal.
async fn tell(
    tx: &Tx,
    desk: &Desk,
    (own, whom): (&Certificate, &Whom),
    (template, deed): (&'static str, &Deed<'_>),
) -> Result<(), Error> {
    let Some(profile) = &whom.profile else { return Ok(()) };
    let Some(phone) = &profile.phone else { return Ok(()) };
    let (lang, today) = (profile.lang, tx.now.day());
    let title = desk.shelf.certificates().iter().find(|rule| rule.id == own.kind).map(|rule| rule.title.clone());
    let mut params = vec![("what", title.unwrap_or_default()), ("help_phone", deed.help_phone.to_owned())];
    if let Some(reason) = deed.reason {
        let link = desk.origin.as_ref().map(|origin| format!("{}/certificates/{}", origin.url(), own.id));
        params.push(("since", day_words(lang, today)));
        params.push(("why", lang.t(&format!("certificates-why-{}", reason.code()))));
        params.push(("credit", lang.t(reason.credit_key())));
        params.push(("until", day_words(lang, appeal_until(today))));
        params.push(("link", link.unwrap_or_default()));
    }
    let learner = Some(profile.learner);
    let letter = Letter { learner, channel: Channel::Sms, to: phone.as_str(), template, lang, params };
    Ok(outbox::send(tx, &desk.keys, &letter).await?)
}

/// A text to the officer whose suspension nobody confirmed.
///
/// # Errors
/// What the database answers.
pub(super) async fn tell_officer(
    tx: &Tx,
    desk: &Desk,
    own: &Certificate,
    (officer, help_phone): (LearnerId, &str),
) -> Result<(), Error> {
    let people = identity::people_of(tx, &desk.keys, &[officer], i64::from(tx.now.day().year())).await?;
    let Some(person) = people.get(&officer) else { return Ok(()) };
    let Some(phone) = &person.phone else { return Ok(()) };
    let params = vec![("number", own.number.spaced()), ("help_phone", help_phone.to_owned())];
    let letter = Letter {
        learner: Some(officer),
        channel: Channel::Sms,
        to: phone.as_str(),
        template: "certificate-unconfirmed",
        lang: person.lang,
        params,
    };
    Ok(outbox::send(tx, &desk.keys, &letter).await?)
}

/// Keeps what was done with a request about a certificate; a new one is told to the archives.
///
/// # Errors
/// What the database answers.
pub(super) async fn request_told(
    tx: &Tx,
    (request, agency, whom): (&Request, &Agency, &Whom),
    (actor, action): (LearnerId, &'static str),
    responsible_org: &str,
) -> Result<(), Error> {
    let entry = audit::Entry {
        actor: Some(actor),
        action,
        object_kind: "certificate_request",
        object_id: &request.id.to_string(),
        learner: Some(request.learner),
        place_code: Some(&agency.place_code),
        detail: json!({
            "agency": request.agency, "certificate": request.certificate, "act": request.act.code(), "client": request.client,
        }),
    };
    audit::record(tx, &entry).await?;
    if request.asked_at != tx.now {
        return Ok(());
    }
    let body = json!({
        "table": "certificate_request", "id": request.id, "record_class": RECORD_CLASS, "responsible_org": responsible_org,
        "formed_at_ms": request.asked_at.ms(), "retention": RETENTION, "openness": OPENNESS, "format_version": FORMAT,
    });
    let year = i64::from(tx.now.day().year());
    let standing = whom.profile.as_ref().map(|profile| profile.standing(year)).unwrap_or_default();
    let event = Event { kind: "archivable", learner: Some(request.learner), standing: &standing, body };
    Ok(outbox::emit(tx, &[event]).await?)
}
