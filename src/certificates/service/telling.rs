//! What is told of what was done: the trail, others, the person.

use sea_orm::DbErr;
use serde_json::{Value, json};

use super::order::Reserved;
use crate::audit;
use crate::certificates::queries::{FORMAT, OPENNESS, RECORD_CLASS, RETENTION};
use crate::certificates::rules::states::appeal_until;
use crate::certificates::{Desk, Error};
use crate::db::Tx;
use crate::identity::Profile;
use crate::kernel::LearnerId;
use crate::outbox::{self, Channel, Event, Letter, Standing};
use crate::web::day_words;

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
    let title = title.unwrap_or_default();
    if reserved.version == 1 {
        return tell(tx, desk, profile, ("certificate-issued", &title, &order.help_phone)).await;
    }
    let why = profile.lang.t(&format!("certificates-why-told-{}", reserved.why.code()));
    let params = vec![("what", title), ("why", why), ("help_phone", order.help_phone.clone())];
    send(tx, desk, profile, ("certificate-version", params)).await
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
    send(tx, desk, profile, (template, vec![("what", what.to_owned()), ("help_phone", help_phone.to_owned())])).await
}

/// A text to somebody whose request was refused: that they find why on their page, and until when and where they may appeal.
pub(super) async fn tell_refused(tx: &Tx, desk: &Desk, profile: &Profile, (what, help_phone): (&str, &str)) -> Result<(), Error> {
    let link = desk.origin.as_ref().map(|origin| format!("{}/certificates", origin.url()));
    let params = vec![
        ("what", what.to_owned()),
        ("until", day_words(profile.lang, appeal_until(tx.now.day()))),
        ("help_phone", help_phone.to_owned()),
        ("link", link.unwrap_or_default()),
    ];
    send(tx, desk, profile, ("certificate-refused", params)).await
}

async fn send(
    tx: &Tx,
    desk: &Desk,
    profile: &Profile,
    (template, params): (&'static str, Vec<(&'static str, String)>),
) -> Result<(), Error> {
    let Some(phone) = &profile.phone else { return Ok(()) };
    let (learner, lang) = (Some(profile.learner), profile.lang);
    let letter = Letter { learner, channel: Channel::Sms, to: phone.as_str(), template, lang, params };
    Ok(outbox::send(tx, &desk.keys, &letter).await?)
}
