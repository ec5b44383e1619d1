//! Verifying: whoever holds the long code, number and name, or the signed document itself is told how it stands; nobody goes through the book.

use std::net::{IpAddr, Ipv6Addr};

use sea_orm::ConnectionTrait;

use super::evidence::{Evidence, evidence_of};
use super::order::index_of;
use super::reading::{bundle_of, plain, shown_of};
use crate::agencies::{self, Agency};
use crate::certificates::queries::{certificates, numbers, tallies};
use crate::certificates::rules::limits::{Span, WRONG_A_NUMBER, Way};
use crate::certificates::{Certificate, Desk, Error, PLACE_NAME, Shown, register_key};
use crate::config::Keys;
use crate::credentials::{Bundle, LongCode, Number, Verified};
use crate::db::{Db, Tx};
use crate::kernel::{CertificateId, ClientId, LearnerId, Mac, Timestamp, mac_of};

const SOURCE_PURPOSE: &str = "verify-source";
const NAME_PURPOSE: &str = "verify-name";
/// Rows deleted in one go are bounded by what two days leave.
const KEPT_DAYS: i64 = 1;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// Anybody, from this address.
    Address(Option<IpAddr>),
    /// A program.
    Client(ClientId),
}

/// By what a certificate is asked for.
#[derive(Clone, Debug)]
pub enum Asked {
    /// The long code.
    Code(LongCode),
    /// The number, with the name on it.
    NumberAndName(Number, String),
    /// The signed document, whose signature holds.
    Document(Box<Verified>),
}

/// A certificate that was found.
#[derive(Clone, Debug)]
pub struct Answered {
    /// As it stands now.
    pub shown: Shown,
    /// Who issued it.
    pub agency: Option<Agency>,
    /// What proves it; none where its owner has left.
    pub evidence: Option<Evidence>,
}

/// What verifying came to.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// There is one.
    Found(Box<Answered>),
    /// There is none, or not under this name.
    NotFound,
}

/// Whose a certificate is, and which.
pub(in crate::certificates) type Which = (LearnerId, CertificateId);

/// The keyed digest of who asks, for what and on which day: nothing stays of an address.
fn source_of(keys: &Keys, asker: &Asker, way: Way, now: Timestamp) -> Mac {
    let day = now.day().to_string();
    let who = match asker {
        Asker::Address(address) => network(*address).to_string(),
        Asker::Client(client) => client.to_string(),
    };
    mac_of(&keys.for_purpose(SOURCE_PURPOSE), &[way.word().as_bytes(), day.as_bytes(), who.as_bytes()])
}

/// The same for a number, whoever asks.
fn source_of_number(keys: &Keys, number: &Number, now: Timestamp) -> Mac {
    let day = now.day().to_string();
    mac_of(&keys.for_purpose(SOURCE_PURPOSE), &[b"of-number", day.as_bytes(), number.as_str().as_bytes()])
}

/// Of IPv6 the network's 64 bits count: one house has them all.
pub(in crate::certificates) fn network(address: Option<IpAddr>) -> IpAddr {
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V6(v6)) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        Some(v4) => v4,
        None => Ipv6Addr::UNSPECIFIED.into(),
    }
}

/// Counts `more` for who asks; [`Error::TooMany`] where it is more than may be.
async fn take(db: &Db, keys: &Keys, (asker, way): (&Asker, Way), more: i64) -> Result<(), Error> {
    let (keys, asker) = (keys.clone(), *asker);
    let work = async move |tx: &Tx| {
        let source = source_of(&keys, &asker, way, tx.now);
        let (in_ten, in_a_day) = way.most();
        for (most, span) in [(in_ten, Span::ten_minutes(tx.now)), (in_a_day, Span::day(tx.now))] {
            let Some(most) = most else { continue };
            if tallies::count(tx, &source, &span, more).await? > most {
                // What was counted stays so.
                return Ok(Some(span.wait(tx.now)));
            }
        }
        Ok::<_, Error>(None)
    };
    match db.write(work).await? {
        Some(seconds) => Err(Error::TooMany(seconds)),
        None => Ok(()),
    }
}

/// Takes one of the files that somebody may have read.
///
/// # Errors
/// [`Error::TooMany`].
pub async fn take_file(db: &Db, keys: &Keys, asker: &Asker) -> Result<(), Error> {
    take(db, keys, (asker, Way::File), 1).await
}

/// Which certificate has this number and this name on it. Right or wrong, there or not: the same statements in the same order. A number at which too
/// many wrong names were tried today is as none, whoever asks.
///
/// # Errors
/// [`Error::TooMany`].
pub(in crate::certificates) async fn match_number(
    db: &Db,
    keys: &Keys,
    (number, name): (&Number, &str),
    asker: &Asker,
) -> Result<Option<Which>, Error> {
    if let Asker::Address(_) = asker {
        take(db, keys, (asker, Way::Number), 1).await?;
    }
    let (keys, number, name, asker) = (keys.clone(), number.clone(), name.to_owned(), *asker);
    db.write(async move |tx: &Tx| match_counted(tx, &keys, (&number, &name), &asker).await).await
}

/// The same in one commit: it is counted as wrong before it is looked up, and taken back where it is right. Whoever asks at the same moment waits, so
/// that a burst gets no more answers than one asking after the other. What is refused is not counted.
async fn match_counted(tx: &Tx, keys: &Keys, (number, name): (&Number, &str), asker: &Asker) -> Result<Option<Which>, Error> {
    let (of_number, day) = (source_of_number(keys, number, tx.now), Span::day(tx.now));
    let of_client = match asker {
        Asker::Client(_) => Some(source_of(keys, asker, Way::Program, tx.now)),
        Asker::Address(_) => None,
    };
    if let Some(source) = &of_client {
        let counted = tallies::count(tx, source, &day, 1).await?;
        if Way::Program.most().1.is_some_and(|most| counted > most) {
            return Err(Error::TooMany(day.wait(tx.now)));
        }
    }
    let counted = tallies::count(tx, &of_number, &day, 1).await?;
    let which = numbers::find_by_number(tx, number).await?;
    let (learner, id) = which.unwrap_or((LearnerId::NOBODY, CertificateId::from_uuid(uuid::Uuid::nil())));
    let own = certificates::find(tx, learner, id).await?;
    let is_its = is_named(keys, own.as_ref(), name)?;
    let is_right = is_its && own.as_ref().is_some_and(|own| own.state.is_issued()) && counted <= WRONG_A_NUMBER;
    let back = i64::from(is_right);
    tallies::take_back(tx, &of_number, &day, back).await?;
    if let Some(source) = &of_client {
        tallies::take_back(tx, source, &day, back).await?;
    }
    Ok(Some((learner, id)).filter(|_| is_right))
}

/// Whether `name` is the one on it; of none it is compared with that of a seal made just for that. The time tells nothing of either.
fn is_named(keys: &Keys, own: Option<&Certificate>, name: &str) -> Result<bool, Error> {
    let key = register_key(keys);
    let nobodys = key.seal(PLACE_NAME, name.as_bytes());
    let sealed = own.map_or(nobodys.as_slice(), |own| own.name_sealed.as_slice());
    let known = key.open_text(PLACE_NAME, sealed)?;
    let own_key = keys.for_purpose(NAME_PURPOSE);
    let mac = |name: &str| mac_of(&own_key, &[plain(name).as_bytes()]);
    let is_same = mac(&known).is(mac(name).bytes());
    Ok(is_same && own.is_some())
}

/// Which certificate stands at this address. A code that is there is answered however often; those that are not are counted.
///
/// # Errors
/// [`Error::TooMany`].
pub(in crate::certificates) async fn match_code(
    db: &Db,
    keys: &Keys,
    code: &LongCode,
    asker: &Asker,
) -> Result<Option<Which>, Error> {
    let found = numbers::find_by_code(db.read(), &index_of(keys, code)).await?;
    let own = match found {
        Some((learner, id)) => certificates::find(db.read(), learner, id).await?,
        None => None,
    };
    match own.filter(|own| own.state.is_issued()) {
        Some(own) => Ok(Some((own.learner, own.id))),
        None => {
            let way = if let Asker::Client(_) = asker { Way::Program } else { Way::Code };
            take(db, keys, (asker, way), 1).await?;
            Ok(None)
        }
    }
}

/// A certificate as everybody may see it who may see it; none where it was never issued.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn answer_of(
    db: &impl ConnectionTrait,
    desk: &Desk,
    (learner, id): Which,
    now: Timestamp,
) -> Result<Option<Answered>, Error> {
    let Some(own) = certificates::find(db, learner, id).await? else { return Ok(None) };
    let Some(shown) = shown_of(db, desk, &own, (now, false)).await? else { return Ok(None) };
    let agency = agencies::find_agency(db, own.agency).await?;
    let evidence = if shown.facts.is_some() { Some(evidence_of(db, &own).await?) } else { None };
    Ok(Some(Answered { shown, agency, evidence }))
}

/// A certificate that was issued, with the four forms of its newest version; none where its owner has left.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn files_of(
    db: &impl ConnectionTrait,
    desk: &Desk,
    (learner, id): Which,
) -> Result<Option<(Certificate, Bundle)>, Error> {
    let Some(own) = certificates::find(db, learner, id).await?.filter(|own| own.state.is_issued()) else { return Ok(None) };
    let Some(version) = certificates::find_version(db, (learner, id), own.version).await? else { return Ok(None) };
    Ok(bundle_of(db, desk, (learner, &version)).await?.map(|bundle| (own, bundle)))
}

/// Verifies: how a certificate stands this very moment. Whoever asks by number and name lets the answer leave at a point of
/// [`crate::certificates::leaves_after`].
///
/// # Errors
/// [`Error::TooMany`]; what the database answers.
pub async fn verify(db: &Db, desk: &Desk, asked: &Asked, asker: &Asker) -> Result<Verdict, Error> {
    let which = match asked {
        Asked::Code(code) => match_code(db, &desk.keys, code, asker).await?,
        Asked::NumberAndName(number, name) => match_number(db, &desk.keys, (number, name), asker).await?,
        Asked::Document(verified) => match_code(db, &desk.keys, &verified.facts.code, asker).await?,
    };
    let Some(which) = which else { return Ok(Verdict::NotFound) };
    let answer = answer_of(db.read(), desk, which, db.clock().now()).await?;
    Ok(answer.map_or(Verdict::NotFound, |found| Verdict::Found(Box::new(found))))
}

/// Deletes what was counted on days that are over. Safe to run twice.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn forget_tallies(tx: &Tx) -> Result<u64, Error> {
    Ok(tallies::delete_before(tx, tx.now.plus_days(-KEPT_DAYS)).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_a_house_a_way_and_a_day_and_nothing_of_it_can_be_read() {
        let (keys, now) = (Keys::fresh(), Timestamp::from_ms(1_795_744_800_000));
        let of = |address: &str, way, now| source_of(&keys, &Asker::Address(address.parse().ok()), way, now).to_vec();
        let first = of("2001:db8:1:2::1", Way::Number, now);
        assert_eq!(first, of("2001:db8:1:2:ffff::9", Way::Number, now));
        for other in [
            of("2001:db8:1:3::1", Way::Number, now),
            of("2001:db8:1:2::1", Way::File, now),
            of("2001:db8:1:2::1", Way::Number, now.plus_days(1)),
        ] {
            assert_ne!(first, other);
        }
    }
}
