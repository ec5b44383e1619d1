//! Supervised sessions: put into a kit, and what a box hands over of them.

use super::Bank;
use crate::assessment::{self, Entry, Question, Setting, Shown};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::exams::{self, Along, Arrival, Begun, Exam, Form, Level};
use crate::hall::bodies::Body;
use crate::hall::kit::{Kit, KitPerson, KitQuestion};
use crate::hall::kit_exam::{KitExam, KitPaper, KitWay, opening_words};
use crate::hall::rules::{State, Why};
use crate::hall::{Claim, Device, Error, Settled};
use crate::i18n::Lang;
use crate::identity::{self, StaffScope};
use crate::kernel::LearnerId;
use crate::web::House;

/// Puts a session that was taken along for this kit's box into it.
pub(super) async fn put_along(
    house: &House,
    shelf: &Shelf,
    (kit, scope): (&mut Kit, &StaffScope),
    along: Along,
) -> Result<(), Error> {
    let (db, exam) = (house.db.read(), along.exam);
    let (id, device) = (exam.id, kit.device);
    let ids: Vec<LearnerId> = along.drawn.iter().map(|(learner, _)| *learner).collect();
    let people = identity::people_of(db, &house.keys, &ids, i64::from(exam.starts_at.day().year())).await?;
    let names = identity::names_of(db, &house.keys, &exam.invigilators).await?;
    let candidate = |id: &LearnerId| {
        let person = people.get(id)?;
        Some(KitPerson { id: *id, name: person.name.clone(), tail: person.card_tail.clone(), born: person.birth_year })
    };
    let candidates: Vec<KitPerson> = ids.iter().filter_map(candidate).collect();
    let invigilator =
        |id: LearnerId| KitPerson { id, name: names.get(&id).cloned().unwrap_or_default(), tail: String::new(), born: None };
    let mut papers = Vec::new();
    for (person, drawn) in &along.drawn {
        if let Some(drawn) = drawn {
            papers.push(KitPaper { person: *person, questions: questions_of(house, shelf, drawn).await? });
        }
    }
    let hours = (exam.starts_at.ms(), exam.ends_at.ms());
    let minutes = (hours.1 - hours.0) / 60_000;
    let words = opening_words(&house.keys, id, device);
    let of = (exam.invigilators.map(invigilator).to_vec(), candidates.clone());
    let made = KitExam::new((id, shelf.title_of(&exam.unit)), (minutes, hours), of, (&words, &papers));
    for person in candidates {
        // Whoever is put down gets digits like everybody of the kit.
        if kit.people.iter().all(|known| known.id != person.id) {
            kit.people.push(person);
        }
    }
    kit.exams.retain(|known| known.id != id);
    let mut made = made.ok_or_else(|| Error::Below("the papers cannot be sealed".to_owned()))?;
    for (person, setting) in &along.settings {
        made.ways.push(way_of(house, (scope, &exam), (*person, *setting)).await?);
    }
    kit.exams.push(made);
    Ok(())
}

/// How somebody is tested there, and who of the two may see a document of theirs.
async fn way_of(
    house: &House,
    (scope, exam): (&StaffScope, &Exam),
    (person, setting): (LearnerId, exams::Setting),
) -> Result<KitWay, Error> {
    let db = house.db.read();
    Ok(KitWay {
        person,
        extra_minutes: setting.extra_minutes,
        is_read_aloud: setting.is_read_aloud,
        is_assisted: setting.is_assisted,
        is_by_hand: setting.form != Form::Screen,
        seers: exams::who_sees(db, &house.keys, (scope, exam), person).await?,
        is_known: exam.level == Level::Supervised && identity::was_document_seen(db, person).await?,
    })
}

/// The questions of a paper as they are shown: never what is right.
async fn questions_of(house: &House, shelf: &Shelf, drawn: &Begun) -> Result<Vec<KitQuestion>, Error> {
    let mut questions = Vec::new();
    for (position, hash) in (1..).zip(&drawn.items) {
        let item = assessment::get_asked(house.db.read(), shelf, hash, (drawn.seed, position)).await?;
        let shown = Shown::of(&item, drawn.seed, position);
        questions.push(KitQuestion::of(&Question::new(&shown, Setting::Test, Lang::Chinese, "", Entry::Blank)));
    }
    Ok(questions)
}

/// What becomes of a claim of a supervised session: by the rights of whoever wrote it, also where another has looked (`waived_by`).
///
/// # Errors
/// [`Error::NeedsLook`]; faults.
pub(super) async fn apply(
    tx: &Tx,
    bank: &Bank,
    (device, claim): (&Device, &Claim),
    body: &Body,
    waived_by: Option<LearnerId>,
) -> Result<Settled, Error> {
    let scope = identity::load_scope(tx, claim.operator).await?;
    let arrival = Arrival { scope: &scope, device: device.id, seq: claim.seq, at: claim.made_at, waived_by };
    let (exam, learner, is_new) = match body {
        Body::ExamSeen(body) => {
            let person = LearnerId::from_uuid(body.person);
            let about = ((body.exam, person), body.what.as_str());
            (body.exam, Some(person), exams::arrive_seen(tx, &bank.keys, arrival, about).await?)
        }
        Body::ExamBegun(body) => {
            let person = LearnerId::from_uuid(body.person);
            (body.exam, Some(person), exams::arrive_begun(tx, arrival, (body.exam, person)).await?)
        }
        Body::ExamAnswers(body) => {
            let person = LearnerId::from_uuid(body.person);
            let about = ((body.exam, person), &body.answers);
            (body.exam, Some(person), exams::arrive_answers(tx, &bank.shelf, arrival, about).await?)
        }
        Body::ExamHand(body) => {
            let person = LearnerId::from_uuid(body.person);
            let about = ((body.exam, person), (body.right, body.of), body.words.as_str());
            (body.exam, Some(person), exams::arrive_by_hand(tx, &bank.keys, arrival, about).await?)
        }
        Body::ExamNote(body) => {
            let person = body.person.map(LearnerId::from_uuid);
            let about = (body.exam, person, body.category.as_str(), body.words.as_str());
            exams::arrive_note(tx, &bank.keys, arrival, about).await?;
            (body.exam, person, true)
        }
        Body::ExamEnd(body) => (body.exam, None, exams::arrive_end(tx, arrival, (body.exam, &claim.hash)).await?),
        Body::Came(_) | Body::Witnessed(_) | Body::Answers(_) | Body::Enrolled(_) => {
            return Err(Error::NeedsLook(Why::Unreadable));
        }
    };
    let state = if is_new { State::Accepted } else { State::Duplicate };
    Ok(Settled { state, why: None, learner, became: Some(exam.to_string()) })
}
