//! What happened besides: corrections, questions and their answers, readings by the staff, sessions.

use super::samples::{SampleCase, SampleCorrection, SampleReading, SampleRequest, SampleSession, Samples};
use super::{County, Sample, words, year};
use crate::curriculum::CourseCode;
use crate::db::{OnceKey, Tx};
use crate::help::{self, Asked, Asker, CallPhone, CaseNumber, Doubt, Handler, Kind, Paper, PartOfDay, Request, Told};
use crate::identity::{self, Assurance, Opening, Origin, Role, Secret, Sender};
use crate::kernel::{Digest, LearnerId, SealKey, TransferId, digest_of};
use crate::ledger::{Code, Reason};
use crate::places::PlaceCode;
use crate::recognition::{self, CorrectionKind, Decision, EntryState, NewRequest};

/// Who decides on corrections, and who approves.
const OFFICER: &str = "sample-officer";
const REVIEWER: &str = "sample-reviewer";

pub(super) async fn tell(county: &County, samples: &Samples) -> Result<(), String> {
    for (number, case) in samples.cases.iter().enumerate() {
        ask(county, case, number).await?;
    }
    for (number, correction) in samples.corrections.iter().enumerate() {
        put_right(county, correction, number).await?;
    }
    for (number, request) in samples.requests.iter().enumerate() {
        ask_to_put_right(county, request, number).await?;
    }
    for (number, reading) in samples.readings.iter().enumerate() {
        read(county, reading, number).await?;
    }
    for (number, session) in samples.sessions.iter().enumerate() {
        sign_in(county, session, number).await?;
    }
    fill_long_passbook(county, samples).await
}

/// The award of `course` that stands, or is frozen.
async fn award_of(county: &County, sample: &Sample, course: &str) -> Result<TransferId, String> {
    let passbook = recognition::passbook_of(county.past.db.read(), sample.acting.learner).await.map_err(words)?;
    let is_it = |entry: &&recognition::PassbookEntry| {
        let is_open = matches!(entry.state, EntryState::Stands | EntryState::Frozen);
        entry.code == Code::Issue && is_open && entry.unit.as_deref() == Some(course)
    };
    let any = |entry: &&recognition::PassbookEntry| entry.code == Code::Issue && entry.unit.as_deref() == Some(course);
    let found = passbook.entries.iter().find(is_it).or_else(|| passbook.entries.iter().find(any));
    found.map(|entry| entry.transfer).ok_or_else(|| words(format!("{} {course}", sample.key)))
}

async fn put_right(county: &County, correction: &SampleCorrection, number: usize) -> Result<(), String> {
    let sample = county.sample(&correction.who)?;
    let award = award_of(county, sample, &correction.course).await?;
    county.turn_to(correction.days_ago, &format!("correction-{number}"));
    for (at, what) in correction.what.iter().enumerate() {
        county.clock.turn_ms(3_600_000 * i64::try_from(at).unwrap_or(0));
        correct(county, sample, (award, what), &correction.reason, &format!("correction-{number}-{at}")).await?;
    }
    Ok(())
}

async fn correct(
    county: &County,
    sample: &Sample,
    (award, what): (TransferId, &str),
    reason: &str,
    name: &str,
) -> Result<(), String> {
    let (officer, approver) = (county.staff(OFFICER)?, county.staff(REVIEWER)?);
    let (learner, standing, what) = (sample.acting.learner, sample.standing(county.clock.now()), what.to_owned());
    let reason = Reason::parse(reason).ok_or_else(|| words(reason))?;
    let once = OnceKey::parse(&format!("sample-form-{name}")).ok_or_else(|| words(name))?;
    let place = Some(sample.place.as_str());
    let responsible_org = crate::places::authority_of(&county.past, place).await.map_err(words)?.organisation_name;
    let (evidence, rule_version) = (digest_of(&[name.as_bytes()]), county.shelf.edition().manifest.version.clone());
    let work = async move |tx: &Tx| {
        let decision = Decision {
            learner,
            officer,
            reason: reason.clone(),
            evidence,
            rule_version: rule_version.clone(),
            responsible_org: responsible_org.clone(),
            once: once.clone(),
            standing: &standing,
        };
        match what.as_str() {
            "freeze" => recognition::freeze(tx, &decision, award).await?,
            "unfreeze" => recognition::unfreeze(tx, &decision, approver, award).await?,
            "revoke" => recognition::revoke(tx, &decision, approver, award).await?,
            _ => recognition::reverse(tx, &decision, approver, award).await?,
        };
        Ok(String::new())
    };
    county.step::<recognition::Error, _>(name, work).await.map(|_| ())
}

/// An officer asks for a correction; nobody has decided on it yet.
async fn ask_to_put_right(county: &County, request: &SampleRequest, number: usize) -> Result<(), String> {
    let sample = county.sample(&request.who)?;
    let name = format!("request-{number}");
    county.turn_to(request.days_ago, &name);
    let db = county.past.db.read();
    let place = Some(sample.place.as_str());
    let key = identity::person_key(db, &county.past.keys, sample.acting.learner).await.map_err(words)?;
    let new = NewRequest {
        learner: sample.acting.learner,
        asker: county.staff(OFFICER)?,
        kind: CorrectionKind::from_code(&request.kind).ok_or_else(|| words(&request.kind))?,
        about: award_of(county, sample, &request.course).await?,
        reason: Reason::parse(&request.reason).ok_or_else(|| words(&request.reason))?,
        ground_sealed: recognition::seal_ground(&key, &request.words),
        rule_version: county.shelf.edition().manifest.version.clone(),
        responsible_org: crate::places::authority_of(&county.past, place).await.map_err(words)?.organisation_name,
        place_code: sample.place.clone(),
    };
    let least = recognition::least_to_go_out(county.shelf.credit_rule()).map_err(words)?;
    let (standing, asked) = (sample.standing(county.clock.now()), asked_as(&name)?);
    let work = async move |tx: &Tx| {
        recognition::ask(tx, &new, (least, &standing), (&asked.once, &asked.digest)).await.map(|asked| asked.id.to_string())
    };
    county.step::<recognition::Error, _>(&name, work).await.map(|_| ())
}

/// Each course disputed, cleared, reversed and passed again, round after round: a passbook that is hard to show.
async fn fill_long_passbook(county: &County, samples: &Samples) -> Result<(), String> {
    let (long, sample) = (&samples.long, county.sample(&samples.long.who)?);
    let of_one = long.courses.len();
    for (number, course) in std::iter::repeat_n(&long.courses, long.rounds).flatten().enumerate() {
        let Some(code) = CourseCode::parse(course) else { continue };
        let days_ago = i64::try_from((long.rounds * of_one).saturating_sub(number)).unwrap_or(1);
        let award = award_of(county, sample, course).await?;
        county.turn_to(days_ago, &format!("long-{number}"));
        for what in ["freeze", "unfreeze", "reverse"] {
            county.clock.turn_ms(60_000);
            correct(county, sample, (award, what), "dispute", &format!("long-{number}-{what}")).await?;
        }
        county.clock.turn_ms(60_000);
        year::pass(county, sample, code, &format!("long-{number}-again")).await?;
    }
    Ok(())
}

async fn ask(county: &County, case: &SampleCase, number: usize) -> Result<(), String> {
    let name = format!("case-{number}");
    let sample = case.who.as_deref().map(|who| county.sample(who)).transpose()?;
    let kind = Kind::from_code(&case.kind).ok_or_else(|| words(&case.kind))?;
    let about = match (sample, &case.course) {
        (Some(sample), Some(course)) => Some(award_of(county, sample, course).await?),
        _ => None,
    };
    let place_code = match sample {
        Some(sample) if kind != Kind::DataComplaint => sample.place.clone(),
        _ => county.past.config.home_place.clone(),
    };
    let told = Told {
        when: PartOfDay::ALL.into_iter().filter(|part| case.when.iter().any(|code| code == part.code())).collect(),
        doubts: Doubt::ALL.into_iter().filter(|doubt| case.doubts.iter().any(|code| code == doubt.code())).collect(),
        paper: Paper::ALL.into_iter().find(|paper| case.paper.as_deref() == Some(paper.code())),
        words: case.words.clone(),
        ..Told::default()
    };
    let phone = case.phone.as_deref().map(CallPhone::parse).transpose().map_err(|wrong| words(wrong.key))?;
    let request = Request { kind, about, told, phone, place_code, concerns: None, source: None };
    let asker = match sample {
        Some(sample) => Asker::Learner(sample.acting),
        None => Asker::Browser(digest_of(&[name.as_bytes()])),
    };
    let key = help::key_of(county.past.db.read(), &county.past.keys, asker.learner()).await.map_err(words)?;
    let (asked, sealed) = (asked_as(&name)?, key.clone());
    county.turn_to(case.days_ago, &name);
    let work = async move |tx: &Tx| {
        let opened = help::open(tx, &asker, &sealed, &request, &asked).await?;
        Ok(opened.number.as_str().to_owned())
    };
    let number = county.step::<help::Error, _>(&name, work).await?;
    let number = CaseNumber::parse(&number).ok_or_else(|| words(&number))?;
    deal_with(county, case, (asker, key, number), &name).await
}

fn asked_as(name: &str) -> Result<Asked, String> {
    let once = OnceKey::parse(&format!("sample-form-{name}")).ok_or_else(|| words(name))?;
    let digest: Digest = digest_of(&[once.as_str().as_bytes()]);
    Ok(Asked { once, digest })
}

/// What became of a case: answered, taken in hand, taken back; or it waits.
async fn deal_with(
    county: &County,
    case: &SampleCase,
    (asker, key, number): (Asker, SealKey, CaseNumber),
    name: &str,
) -> Result<(), String> {
    let handler = |person: LearnerId| Handler { person, areas: vec![PlaceCode::default()], kinds: Kind::ALL.to_vec() };
    let person = case.by.as_deref().map(|by| county.staff(by)).transpose()?;
    county.clock.turn_ms(2 * 3_600_000);
    let (answer, end) = (case.answer.clone(), case.end.clone());
    if answer.is_none() && end.is_none() {
        return Ok(());
    }
    let asked = asked_as(&format!("{name}-answer"))?;
    let work = async move |tx: &Tx| {
        let found = help::find_by_number(tx, &asker, &number).await?;
        match (person, &answer) {
            (Some(person), Some(words)) => {
                help::answer(tx, &handler(person), &found, &key, words, &asked).await?;
            }
            (Some(person), None) => help::take_in_hand(tx, &handler(person), found.learner, found.id).await?,
            (None, _) => help::withdraw(tx, &asker, &number).await?,
        }
        Ok(String::new())
    };
    county.step::<help::Error, _>(&format!("{name}-end"), work).await.map(|_| ())
}

async fn read(county: &County, reading: &SampleReading, number: usize) -> Result<(), String> {
    let (sample, actor) = (county.sample(&reading.who)?, county.staff(&reading.by)?);
    let scope = identity::load_scope(county.past.db.read(), actor).await.map_err(words)?;
    let (keys, learner) = (county.past.keys.clone(), sample.acting.learner);
    let what = match reading.what.as_str() {
        "document" => "document",
        "find_by_phone" => "find_by_phone",
        _ => "profile",
    };
    let sender = Sender { site: String::new(), help_phone: county.past.config.help_phone.clone() };
    let name = format!("reading-{number}");
    county.turn_to(reading.days_ago, &name);
    let work = async move |tx: &Tx| {
        identity::show(tx, &keys, &scope, (learner, Role::FINDERS), what).await?.ok_or(identity::Error::NoSuchPerson)?;
        if what == "document" {
            identity::document_seen(tx, &keys, (actor, &sender), learner, None).await?;
        }
        Ok(String::new())
    };
    county.step::<identity::Error, _>(&name, work).await.map(|_| ())
}

async fn sign_in(county: &County, session: &SampleSession, number: usize) -> Result<(), String> {
    let learner = county.sample(&session.who)?.acting.learner;
    let assurance = Assurance::from_code(&session.way).ok_or_else(|| words(&session.way))?;
    let label = match session.device.as_str() {
        "wechat" => "wechat",
        "tablet" => "tablet",
        "computer" => "computer",
        _ => "phone",
    };
    let name = format!("session-{number}");
    county.turn_to(session.days_ago, &name);
    // Nobody holds the token: the session is only there to be seen and ended.
    let token = Secret::fresh();
    let work = async move |tx: &Tx| {
        let origin = Origin { label, ..Origin::default() };
        let opening = Opening { learner, assurance, origin: &origin, token: &token, replaces: None };
        Ok::<_, identity::Error>(identity::open_session(tx, opening).await?.to_string())
    };
    county.step(&name, work).await.map(|_| ())
}
