//! Letters about sessions: the reminder, and that one changed or does not take place. To those who are signed up and have a phone.

use sea_orm::ConnectionTrait;

use super::queries::attendance;
use super::{ClassSession, Error, Kind};
use crate::config::Keys;
use crate::db::Tx;
use crate::i18n::Lang;
use crate::identity::{self, Acquaintance};
use crate::kernel::LearnerId;
use crate::outbox::{self, Channel, Letter};
use crate::places;

/// What the bank says in its own name that it is about: the course, or the kind; never words that somebody made up.
fn what(class: &ClassSession, lang: Lang) -> String {
    match (class.kind, &class.course) {
        (_, Some(_)) => class.title.clone(),
        (Kind::Lecture, None) => lang.t("classes-letter-lecture"),
        (Kind::Group, None) => lang.t("classes-letter-group"),
        (Kind::Class, None) => lang.t("classes-letter-class"),
    }
}

/// Writes one letter about a session; says whether they have a phone.
pub(super) async fn tell(
    tx: &Tx,
    keys: &Keys,
    (learner, person): (LearnerId, &Acquaintance),
    class: &ClassSession,
    (template, place): (&'static str, &str),
) -> Result<bool, Error> {
    let Some(phone) = &person.phone else { return Ok(false) };
    let params = vec![("what", what(class, person.lang)), ("when", class.time_words(person.lang)), ("where", place.to_owned())];
    let letter =
        Letter { learner: Some(learner), channel: Channel::Sms, to: phone.as_str(), template, lang: person.lang, params };
    outbox::send(tx, keys, &letter).await?;
    Ok(true)
}

/// Writes to everybody who is signed up for a session.
pub(super) async fn tell_all(tx: &Tx, keys: &Keys, class: &ClassSession, template: &'static str) -> Result<(), Error> {
    let all = attendance::list_of_class(tx, class.id).await?;
    let ids: Vec<LearnerId> = all.iter().filter(|one| one.is_signed_up).map(|one| one.learner).collect();
    let people = identity::people_of(tx, keys, &ids, i64::from(class.day.year())).await?;
    let place = place_words(tx, class).await?;
    for learner in ids {
        if let Some(person) = people.get(&learner) {
            tell(tx, keys, (learner, person), class, (template, &place)).await?;
        }
    }
    Ok(())
}

/// The name of the service point.
pub(super) async fn place_words(db: &impl ConnectionTrait, class: &ClassSession) -> Result<String, Error> {
    let point = places::find_organisation(db, class.organisation).await?;
    Ok(point.map_or_else(|| Lang::Chinese.t("classes-somewhere"), |point| point.name))
}
