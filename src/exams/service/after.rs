//! Afterwards: the end of answering, what a person decides, publishing, taking that back, entering.

use serde_json::json;

use super::confirming::unconfirmed;
use super::paper::marks_of;
use super::plan::tell;
use super::{
    PLACE_VERDICT, answerers, deciders, invigilates, is_among, keep_part, lock_exam, lock_paper, lock_to_decide, record, seal,
};
use crate::assessment::{self, Given};
use crate::config::Keys;
use crate::curriculum::Shelf;
use crate::db::{Db, Tx};
use crate::exams::queries::papers::Answers;
use crate::exams::queries::{boxes, exams, log, papers};
use crate::exams::rules::{Category, Handed, Level, Marked, Reason, Stage, needs, score};
use crate::exams::{Error, Exam, Incident, Paper, Verdict};
use crate::identity::{self, Acquaintance, StaffScope};
use crate::kernel::{Acting, AttemptId, Digest, ExamId, IdentityLevel, LearnerId, Permille, RequestId, digest_of};
use crate::outbox::{self, Event, Standing};
use crate::recognition::{self, Evidence, SupervisionLevel};

/// No answers are taken any more. While somebody still answers, only once time is over; while it is on a box, only by the word that everything
/// there was handed over. Twice is once.
///
/// # Errors
/// [`Error::NoSuchExam`], [`Error::NotInvigilator`], [`Error::NotReady`] without that word, [`Error::StillOpen`], [`Error::NotNow`] before it began,
/// [`Error::Stands`].
pub async fn finish(tx: &Tx, scope: &StaffScope, (id, handed): (ExamId, Handed)) -> Result<(), Error> {
    let exam = lock_exam(tx, scope, id).await?;
    if !invigilates(scope, &exam) {
        return Err(Error::NotInvigilator);
    }
    match exam.stage {
        Stage::Planned => {}
        Stage::Finished => return Ok(()),
        Stage::Published | Stage::Entered | Stage::Cancelled => return Err(Error::Stands),
    }
    if tx.now < exam.starts_at {
        return Err(Error::NotNow);
    }
    let holder = boxes::holder(tx, id).await?;
    if holder.is_some() && handed == Handed::NotSaid {
        return Err(Error::NotReady("exams-returned-first"));
    }
    let is_open = |paper: &Paper| paper.begun.is_some() && paper.handed_in_at.is_none() && !paper.is_over(&exam, tx.now);
    if papers::list(tx, id).await?.iter().any(is_open) {
        return Err(Error::StillOpen);
    }
    if !exams::finish(tx, id, scope.actor()).await? {
        return Err(Error::Stands);
    }
    let detail = holder.map_or_else(|| json!({}), |device| json!({ "device": device }));
    record(tx, ("exams.finish", scope.actor()), (&exam, None), detail).await
}

/// Whether a paper counts, or why not, with the ground. Until it is published this may be said anew.
///
/// # Errors
/// [`Error::NoSuchExam`], [`Error::HadPart`], [`Error::NoSuchPerson`], [`Error::Own`], [`Error::Stands`].
pub async fn decide(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    (id, learner): (ExamId, LearnerId),
    (void, words): (Option<Reason>, &str),
) -> Result<(), Error> {
    let exam = lock_to_decide(tx, scope, id).await?;
    if exam.stage != Stage::Finished {
        return Err(Error::Stands);
    }
    let paper = lock_paper(tx, &exam, learner).await?;
    let key = identity::person_key(tx, keys, paper.learner).await?;
    let verdict = Verdict { void, sealed: seal(&key, PLACE_VERDICT, words), by: scope.actor() };
    papers::decide(tx, &paper, &verdict).await?;
    keep_part(tx, &exam, (Some(paper.learner), Category::Decided, scope.actor())).await?;
    let detail = json!({ "void": void.map(Reason::code) });
    record(tx, ("exams.decide", scope.actor()), (&exam, Some(paper.learner)), detail).await
}

/// What a paper comes to by its marks or its points.
pub(super) fn score_of(paper: &Paper, marks: &[Marked]) -> Permille {
    match paper.by_hand {
        Some((right, of)) => Permille::of(right, of),
        None => score(marks, false),
    }
}

/// Tells everybody what came of it. Nothing is booked, and it can be taken back. Twice is once.
///
/// # Errors
/// [`Error::NoSuchExam`], [`Error::HadPart`] for one of the two by any account, [`Error::Own`] for a candidate, [`Error::Undecided`] while a paper
/// needs a person, [`Error::NotReady`] while one of the two has not confirmed what a box has handed over, [`Error::OneInvigilator`],
/// [`Error::Stands`].
pub async fn publish(tx: &Tx, (shelf, keys): (&Shelf, &Keys), scope: &StaffScope, id: ExamId) -> Result<(), Error> {
    let exam = lock_to_decide(tx, scope, id).await?;
    match exam.stage {
        Stage::Finished => {}
        Stage::Published => return Ok(()),
        Stage::Planned | Stage::Entered | Stage::Cancelled => return Err(Error::Stands),
    }
    if !unconfirmed(tx, &exam).await?.is_empty() {
        return Err(Error::NotReady("exams-confirm-first"));
    }
    // Two accounts that were found since to be one person's are one.
    let [one, other] = exam.invigilators;
    if is_among(tx, one, &[other]).await? {
        return Err(Error::OneInvigilator);
    }
    let pass = shelf.edition().manifest.assessment.pass_permille;
    let (papers, answers) = (papers::list(tx, id).await?, papers::list_answers(tx, id).await?);
    let (out, noted) = (log::list_out(tx, id).await?, log::list(tx, id).await?);
    let mut told = Vec::new();
    let mut passed = 0;
    for paper in papers.iter().filter(|paper| paper.is_taken()) {
        let marks = marks_of(tx, shelf, paper, (answers.get(&paper.learner), &out)).await?;
        let is_noted = noted.iter().any(|one| one.is_about(paper.learner));
        if paper.verdict.is_none() && !needs(&marks, pass, (is_noted, paper.setting.form)).is_empty() {
            return Err(Error::Undecided);
        }
        let is_void = paper.verdict.as_ref().is_some_and(|verdict| verdict.void.is_some());
        let share = score_of(paper, &marks);
        let is_passed = !is_void && share.value() >= pass;
        papers::score(tx, paper, (Some(share).filter(|_| !is_void), Some(is_passed))).await?;
        passed += usize::from(is_passed);
        told.push(paper.learner);
    }
    if !exams::publish(tx, id, scope.actor()).await? {
        return Err(Error::Stands);
    }
    keep_part(tx, &exam, (None, Category::Published, scope.actor())).await?;
    tell(tx, keys, (&exam, &told), "exam-published").await?;
    let standing = Standing { place_code: Some(exam.place_code.clone()), ..Standing::default() };
    let body = json!({ "exam": id, "unit": exam.unit, "level": exam.level.value(), "taken": told.len(), "passed": passed });
    outbox::emit(tx, &[Event { kind: "exam.published", learner: None, standing: &standing, body }]).await?;
    record(tx, ("exams.publish", scope.actor()), (&exam, None), json!({ "taken": told.len() })).await
}

/// Takes back what was published, before it is entered, by another than who published and none of the two; a line in the log says so. Twice is once.
///
/// # Errors
/// [`Error::NoSuchExam`], [`Error::HadPart`], [`Error::Own`], [`Error::Answered`] once an appeal is, [`Error::Stands`] once it is entered.
pub async fn unpublish(tx: &Tx, scope: &StaffScope, (id, why): (ExamId, &str)) -> Result<(), Error> {
    let exam = lock_to_decide(tx, scope, id).await?;
    match (exam.stage, exam.published) {
        (Stage::Finished, _) => return Ok(()),
        (Stage::Published, Some((by, _))) => {
            if is_among(tx, scope.actor(), &[by]).await? {
                return Err(Error::HadPart);
            }
        }
        _ => return Err(Error::Stands),
    }
    // What was answered would be lost, and nobody could ask for it anew.
    if !answerers(tx, &exam).await?.is_empty() {
        return Err(Error::Answered);
    }
    for paper in papers::list(tx, id).await? {
        papers::score(tx, &paper, (None, None)).await?;
    }
    if !exams::unpublish(tx, id).await? {
        return Err(Error::Stands);
    }
    let words = Some(why.to_owned());
    let incident =
        Incident { learner: None, category: Category::Unpublished, words, sealed: None, by: scope.actor(), at: tx.now };
    log::note(tx, id, &incident).await?;
    record(tx, ("exams.unpublish", scope.actor()), (&exam, None), json!({})).await
}

/// Sends each pass to recognition, one commit each; how many there were. It can be done again, by who had no part: what is entered is entered. With
/// the first of it nothing can be taken back any more but by corrections.
///
/// # Errors
/// [`Error::NoSuchExam`], [`Error::HadPart`] for who invigilated, decided, published or took anything back, by any account; [`Error::Own`];
/// [`Error::Stands`]; what recognition refuses.
pub async fn enter(
    (db, shelf, keys): (&Db, &Shelf, &Keys),
    scope: &StaffScope,
    (id, organisation): (ExamId, &str),
    request: RequestId,
) -> Result<usize, Error> {
    let by = scope.clone();
    let (exam, passed) = db.write_for(request, async move |tx| begin_to_enter(tx, &by, id).await).await?;
    let mut done = 0;
    for paper in passed {
        let (exam, paper, shelf, keys, by) = (exam.clone(), paper, shelf.clone(), keys.clone(), organisation.to_owned());
        let is_in = db.write_for(request, async move |tx| enter_one(tx, (&shelf, &keys, &by), (&exam, &paper)).await).await?;
        done += usize::from(is_in);
    }
    Ok(done)
}

async fn begin_to_enter(tx: &Tx, scope: &StaffScope, id: ExamId) -> Result<(Exam, Vec<Paper>), Error> {
    let exam = lock_to_decide(tx, scope, id).await?;
    let parts = [deciders(tx, &exam).await?, answerers(tx, &exam).await?].concat();
    if is_among(tx, scope.actor(), &parts).await? {
        return Err(Error::HadPart);
    }
    let is_first = exam.stage == Stage::Published;
    if !is_first && exam.stage != Stage::Entered || is_first && !exams::enter(tx, id, scope.actor()).await? {
        return Err(Error::Stands);
    }
    let mut passed = papers::list(tx, id).await?;
    passed.retain(|paper| paper.passed == Some(true) && paper.entered_at.is_none());
    if is_first || !passed.is_empty() {
        record(tx, ("exams.enter", scope.actor()), (&exam, None), json!({ "papers": passed.len() })).await?;
    }
    Ok((exam, passed))
}

/// One pass. The person's chain is held by recognition before anything is read that could change; a pass of a session that is being entered can
/// change no more. Who has left the bank is passed over.
async fn enter_one(
    tx: &Tx,
    (shelf, keys, organisation): (&Shelf, &Keys, &str),
    (exam, paper): (&Exam, &Paper),
) -> Result<bool, Error> {
    let learner = paper.learner;
    let people = identity::people_of(tx, keys, &[learner], i64::from(tx.now.day().year())).await?;
    let Some(person) = people.get(&learner) else { return Ok(false) };
    let acting = Acting {
        learner,
        helper: paper.allowed_by.filter(|_| paper.setting.is_assisted),
        identity_level: identity_of(tx, paper).await?,
    };
    let (evidence, standing) = (evidence_of(tx, shelf, (exam, paper)).await?, standing_of(person));
    let terms = assessment::terms_of(shelf, &exam.unit, (organisation, None))?;
    recognition::recognise(tx, &acting, &evidence, &terms, &standing, &[]).await?;
    papers::entered(tx, paper).await?;
    Ok(true)
}

fn standing_of(person: &Acquaintance) -> Standing {
    person.standing.clone()
}

/// What is known of who sat there.
async fn identity_of(tx: &Tx, paper: &Paper) -> Result<IdentityLevel, Error> {
    if paper.sight.is_some() {
        return Ok(IdentityLevel::ON_THE_DAY);
    }
    let was_seen = identity::was_document_seen(tx, paper.learner).await?;
    Ok(if was_seen { IdentityLevel::DOCUMENT } else { IdentityLevel::KNOWN })
}

/// The evidence: recognition knows a paper as it knows an attempt, by its id, and the id is nobody else's.
async fn evidence_of(tx: &Tx, shelf: &Shelf, (exam, paper): (&Exam, &Paper)) -> Result<Evidence, Error> {
    let (answers, out) = (papers::answers_of(tx, paper).await?, log::list_out(tx, exam.id).await?);
    let marks = marks_of(tx, shelf, paper, (Some(&answers), &out)).await?;
    Ok(Evidence::UnitTest {
        attempt: AttemptId::from_uuid(paper.id.uuid()),
        unit: exam.unit.clone(),
        edition: paper.begun.as_ref().map_or_else(|| shelf.digest().to_string(), |begun| begun.edition.clone()),
        score: score_of(paper, &marks),
        supervision_level: match exam.level {
            Level::Supervised => SupervisionLevel::SUPERVISED,
            Level::Exam => SupervisionLevel::EXAM,
        },
        evidence_hash: digest_over(paper, &answers, &marks),
    })
}

/// The digest over a paper: its id, edition and seed, then for each item its hash, what was given as JSON (empty for nothing), whether it was right
/// and whether it was taken out (`1` or `0`); for a test by word or hand the points in place of these.
fn digest_over(paper: &Paper, answers: &Answers, marks: &[Marked]) -> Digest {
    let mut parts: Vec<Vec<u8>> = vec![paper.id.uuid().as_bytes().to_vec()];
    if let Some(begun) = &paper.begun {
        parts.extend([begun.edition.clone().into_bytes(), begun.seed.0.to_vec()]);
        for (position, (item, mark)) in (1..).zip(begun.items.iter().zip(marks)) {
            let given = answers.get(&position).map(Given::to_json).unwrap_or_default();
            let marked = format!("{}{}", u8::from(mark.is_right), u8::from(mark.is_out));
            parts.extend([item.to_vec(), given.into_bytes(), marked.into_bytes()]);
        }
    }
    if let Some((right, of)) = paper.by_hand {
        parts.push(format!("{right}/{of}").into_bytes());
    }
    digest_of(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>())
}
