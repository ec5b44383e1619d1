//! A session that is taken along on a box of the hall, and what that box hands over. On arrival the rules are those of the day at the desk; the
//! times are those of the box.

use std::collections::BTreeMap;

use serde_json::json;

use super::after::keep_part;
use super::day::{keep_points, must_be_ready, must_not_have_taught};
use super::plan::purpose_of;
use super::taking::may_take_back;
use super::{PLACE_LOG, Setting, acts_for, invigilates, is_among, is_candidate, lock_exam, lock_paper, record, seal};
use crate::assessment::{self, Shown, read_answer};
use crate::config::Keys;
use crate::curriculum::{CourseCode, Shelf};
use crate::db::Tx;
use crate::exams::queries::{boxes, exams, log, papers};
use crate::exams::rules::{Category, Deed, Form, MOST_POINTS, MOST_WORDS, Sight, Stage, is_time};
use crate::exams::{Begun, DECLARED_TEXT, Error, Exam, Incident, Paper};
use crate::identity::{self, Role, StaffScope, Whose};
use crate::kernel::{DeviceId, ExamId, LearnerId, Seed, Timestamp, digest_of, mac_of};
use crate::places::PlaceCode;
use crate::web::Fields;

/// What was answered on a box, by position from 1: the fields of each form.
type Handed = BTreeMap<usize, Vec<(String, String)>>;

/// A session as it goes onto a box.
#[derive(Clone, Debug)]
pub struct Along {
    /// The session.
    pub exam: Exam,
    /// Who is put down, each with what was drawn for them; none for a test by word or hand.
    pub drawn: Vec<(LearnerId, Option<Begun>)>,
    /// How each of them is tested.
    pub settings: Vec<(LearnerId, Setting)>,
}

/// By whose word something comes from which box, when it was written down there, and whether a person has looked at it.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// Whoever wrote it, with the rights that they have now.
    pub scope: &'a StaffScope,
    /// The box.
    pub device: DeviceId,
    /// By its clock.
    pub at: Timestamp,
    /// Who has looked and counts it whatever the box's clock said; none: nobody yet.
    pub waived_by: Option<LearnerId>,
}

/// Draws every candidate's paper for a box, from the day before until the end; from then on the session is not run in the bank. For the same box
/// once more it gives the same papers. `name` is what people call the box.
///
/// # Errors
/// [`Error::NoSuchExam`], [`Error::NotTheirs`] outside of what they administer, [`Error::TooEarly`], [`Error::Stands`] where it is over or somebody
/// has begun, [`Error::OnBox`] where it is on another box, [`Error::OffBox`] where it was taken back from this one, [`Error::TooFewItems`].
pub async fn take_along(
    tx: &Tx,
    (shelf, keys): (&Shelf, &Keys),
    scope: &StaffScope,
    (id, device, name): (ExamId, DeviceId, &str),
) -> Result<Along, Error> {
    let exam = exams::lock(tx, id).await?.ok_or(Error::NoSuchExam)?;
    let place = PlaceCode::parse(&exam.place_code).ok_or(Error::NoSuchExam)?;
    if !scope.administers(&place) {
        return Err(Error::NotTheirs);
    }
    if is_candidate(tx, scope.actor(), id).await? {
        return Err(Error::NoSuchExam);
    }
    let all = papers::list(tx, id).await?;
    if exam.stage != Stage::Planned || tx.now > exam.ends_at || all.iter().any(Paper::is_taken) {
        return Err(Error::Stands);
    }
    if tx.now < exam.starts_at.plus_days(-1) {
        return Err(Error::TooEarly);
    }
    match boxes::holder(tx, id).await? {
        Some(holder) if holder == device => {}
        Some(_) => return Err(Error::OnBox),
        None if boxes::was_on(tx, id, device).await? => return Err(Error::OffBox),
        None => {
            boxes::take(tx, id, (device, name), scope.actor()).await?;
            record(tx, ("exams.take_along", scope.actor()), (&exam, None), json!({ "device": device })).await?;
        }
    }
    let mut drawn = Vec::new();
    for paper in &all {
        let begun = match paper.setting.form {
            Form::Screen => Some(draw(tx, (shelf, keys), (&exam, paper), device).await?),
            Form::Word | Form::Hand => None,
        };
        drawn.push((paper.learner, begun));
    }
    let settings = all.iter().map(|paper| (paper.learner, paper.setting)).collect();
    Ok(Along { exam, drawn, settings })
}

/// The paper of a candidate for a box: drawn as in the bank, once. Its seed follows from the bank's key.
async fn draw(tx: &Tx, (shelf, keys): (&Shelf, &Keys), (exam, paper): (&Exam, &Paper), device: DeviceId) -> Result<Begun, Error> {
    let (learner, key) = (paper.learner, (paper.learner, exam.id, device));
    if let Some(known) = boxes::find_drawn(tx, key, tx.now).await? {
        return Ok(known);
    }
    let people = identity::people_of(tx, keys, &[learner], i64::from(tx.now.day().year())).await?;
    let groups = people.get(&learner).map(|person| person.standing.groups.clone()).unwrap_or_default();
    let parts = [learner.uuid(), exam.id.uuid(), device.uuid()];
    let mac = mac_of(&keys.for_purpose("exam-box-papers"), &parts.each_ref().map(|part| part.as_bytes().as_slice()));
    let seed = Seed(mac.bytes().first_chunk::<16>().copied().unwrap_or_default());
    let code = CourseCode::parse(&exam.unit).ok_or(Error::TooFewItems)?;
    let items = assessment::draw_paper(shelf, code, purpose_of(exam.level), (&groups, seed));
    if items.is_empty() {
        return Err(Error::TooFewItems);
    }
    let drawn = Begun { at: tx.now, seed, edition: shelf.digest().to_string(), items };
    boxes::keep_drawn(tx, key, &drawn).await?;
    Ok(drawn)
}

/// 在银行里考: the session is run in the bank again, and the log says why. What the box hands over is looked at by a person. Twice is once.
///
/// # Errors
/// [`Error::NoSuchExam`]; [`Error::NotInvigilator`] for who neither plans sessions there nor administers the place; [`Error::HadPart`] for
/// one of the two, who could run it twice; [`Error::Stands`].
pub async fn take_back(tx: &Tx, scope: &StaffScope, (id, why): (ExamId, &str)) -> Result<(), Error> {
    let exam = lock_exam(tx, scope, id).await?;
    if !may_take_back(scope, &exam) {
        return Err(Error::NotInvigilator);
    }
    if is_among(tx, scope.actor(), &exam.invigilators).await? {
        return Err(Error::HadPart);
    }
    if exam.stage != Stage::Planned {
        return Err(Error::Stands);
    }
    if boxes::take_back(tx, id).await? {
        let (category, words) = (Category::TakenBack, Some(why.to_owned()));
        let incident = Incident { learner: None, category, words, sealed: None, by: scope.actor(), at: tx.now };
        log::note(tx, id, &incident).await?;
        record(tx, ("exams.take_back", scope.actor()), (&exam, None), json!({})).await?;
    }
    Ok(())
}

/// A session that this box may hand something over of.
async fn has_no_part(tx: &Tx, actor: LearnerId, exam: &Exam) -> Result<(), Error> {
    let had = is_among(tx, actor, &exam.invigilators).await? || is_candidate(tx, actor, exam.id).await?;
    if had { Err(Error::HadPart) } else { Ok(()) }
}

/// Refuses who would drop what a box hands over of a session in which they have a part: a note about a candidate would be gone for good.
///
/// # Errors
/// [`Error::HadPart`].
pub async fn must_have_no_part(tx: &Tx, actor: LearnerId, id: ExamId) -> Result<(), Error> {
    match exams::lock(tx, id).await? {
        Some(exam) => has_no_part(tx, actor, &exam).await,
        None => Ok(()),
    }
}

async fn on_box(tx: &Tx, arrival: Arrival<'_>, (id, learner): (ExamId, Option<LearnerId>)) -> Result<Exam, Error> {
    let exam = lock_exam(tx, arrival.scope, id).await?;
    if !invigilates(arrival.scope, &exam) {
        return Err(Error::NotInvigilator);
    }
    if !matches!(exam.stage, Stage::Planned | Stage::Finished) {
        return Err(Error::Stands);
    }
    let is_here = boxes::holder(tx, id).await? == Some(arrival.device);
    let counts = is_here || arrival.waived_by.is_some() && boxes::was_on(tx, id, arrival.device).await?;
    if !counts {
        return Err(Error::OffBox);
    }
    match arrival.waived_by {
        // What is doubtful is counted by who may decide there, and by none of those whose word it is, or whom it is about; it is a decision.
        Some(by) => {
            if !acts_for(&identity::load_scope(tx, by).await?, Role::CHECKERS, &exam) {
                return Err(Error::HadPart);
            }
            has_no_part(tx, by, &exam).await?;
            keep_part(tx, &exam, (learner, Category::Counted, by)).await?;
        }
        None if exam.stage == Stage::Finished => return Err(Error::Late),
        None => {}
    }
    Ok(exam)
}

async fn at_box(tx: &Tx, arrival: Arrival<'_>, (id, learner): (ExamId, LearnerId)) -> Result<(Exam, Paper), Error> {
    let exam = on_box(tx, arrival, (id, Some(learner))).await?;
    let paper = lock_paper(tx, &exam, learner).await?;
    if is_among(tx, arrival.scope.actor(), &[paper.learner]).await? {
        return Err(Error::Own);
    }
    if arrival.waived_by.is_none() && !is_time((exam.starts_at, exam.ends_at), paper.setting.extra_minutes, arrival.at) {
        return Err(Error::NotNow);
    }
    Ok((exam, paper))
}

/// Somebody came (`came`), was declared about (`declared`), or showed a document of the kind `what`. `false` where the bank had it.
///
/// # Errors
/// As the day at the desk; [`Error::OffBox`] where the session is not on this box; [`Error::HadPart`] where one of the two, or a candidate, counts it.
pub async fn arrive_seen(
    tx: &Tx,
    keys: &Keys,
    arrival: Arrival<'_>,
    (whom, what): ((ExamId, LearnerId), &str),
) -> Result<bool, Error> {
    let (exam, paper) = at_box(tx, arrival, whom).await?;
    let (by, at) = (arrival.scope.actor(), arrival.at);
    let about = (&exam, Some(paper.learner));
    if what == "came" {
        if paper.came_at.is_some() {
            return Ok(false);
        }
        boxes::came(tx, &paper, (by, at)).await?;
        record(tx, (Deed::Came.action(), by), about, json!({ "device": arrival.device })).await?;
        return Ok(true);
    }
    if what == "declared" {
        must_not_have_taught(tx, &exam, (by, paper.learner)).await?;
        if papers::list_declared(tx, exam.id).await?.contains(&(paper.learner, by)) {
            return Ok(false);
        }
        papers::declare(tx, &paper, (by, DECLARED_TEXT, at)).await?;
        let detail = json!({ "text": DECLARED_TEXT, "device": arrival.device });
        record(tx, (Deed::Declared.action(), by), about, detail).await?;
        return Ok(true);
    }
    let kind = Sight::from_code(what).ok_or(Error::NotReady("exams-first-see"))?;
    if paper.sight.is_some() {
        return Ok(false);
    }
    let profile = identity::profile(tx, keys, paper.learner).await?;
    let whose = Whose { place: profile.place_code.as_deref(), groups: &profile.groups };
    if arrival.scope.grant_for(Role::CHECKERS, whose).is_none() {
        return Err(Error::NotReady("exams-no-checker"));
    }
    boxes::seen(tx, &paper, (by, kind, at)).await?;
    record(tx, (Deed::Seen.action(), by), about, json!({ "kind": kind.code(), "device": arrival.device })).await?;
    Ok(true)
}

/// Somebody was let begin on the box, with the paper that was drawn for it. `false` where they have begun: a fresh allowance after a restart.
///
/// # Errors
/// As [`arrive_seen`]; [`Error::NotReady`] with what comes first; [`Error::NoSuchQuestion`] where nothing was drawn for them.
pub async fn arrive_begun(tx: &Tx, arrival: Arrival<'_>, whom: (ExamId, LearnerId)) -> Result<bool, Error> {
    let (exam, paper) = at_box(tx, arrival, whom).await?;
    let by = arrival.scope.actor();
    must_be_ready(tx, &exam, &paper).await?;
    if paper.is_taken() {
        return Ok(false);
    }
    let drawn = boxes::find_drawn(tx, (paper.learner, exam.id, arrival.device), arrival.at).await?;
    let drawn = drawn.ok_or(Error::NoSuchQuestion)?;
    let device = digest_of(&[arrival.device.uuid().as_bytes()]);
    papers::take_device(tx, &paper, &device, Some(&drawn)).await?;
    boxes::allowed_by(tx, &paper, by).await?;
    record(tx, ("exams.begin", by), (&exam, Some(paper.learner)), json!({ "device": arrival.device })).await?;
    Ok(true)
}

/// What somebody answered on the box, read against the very paper that was drawn for it, and handed in. `false` where it is in already.
///
/// # Errors
/// As [`arrive_seen`]; [`Error::NotReady`] where they have not begun; [`Error::Closed`] where they have begun with another paper.
pub async fn arrive_answers(
    tx: &Tx,
    shelf: &Shelf,
    arrival: Arrival<'_>,
    (whom, answers): ((ExamId, LearnerId), &Handed),
) -> Result<bool, Error> {
    let (exam, paper) = at_box(tx, arrival, whom).await?;
    if paper.handed_in_at.is_some() {
        return Ok(false);
    }
    let begun = paper.begun.as_ref().ok_or(Error::NotReady("exams-first-come"))?;
    let drawn = boxes::find_drawn(tx, (paper.learner, exam.id, arrival.device), begun.at).await?;
    if drawn.as_ref() != Some(begun) {
        return Err(Error::Closed);
    }
    for (position, hash) in (1_usize..).zip(&begun.items) {
        let Some(fields) = answers.get(&position) else { continue };
        let item = assessment::get_asked(tx, shelf, hash, (begun.seed, position)).await?;
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        // What is no answer is none given: there is nobody to be asked again.
        let given = read_answer(&Shown::of(&item, begun.seed, position), &Fields::from_pairs(&pairs)).ok();
        if let (Some(given), Ok(position)) = (given, i64::try_from(position)) {
            papers::keep_answer(tx, &paper, position, &given).await?;
        }
    }
    boxes::hand_in(tx, &paper, arrival.at).await?;
    let detail = json!({ "device": arrival.device });
    record(tx, ("exams.hand_in", paper.learner), (&exam, Some(paper.learner)), detail).await?;
    Ok(true)
}

/// Somebody was tested by word or by hand beside the box: right, of so many, and what was heard and seen. `false` where it is in with these points.
///
/// # Errors
/// As [`arrive_seen`]; [`Error::NotReady`] with what comes first, or where no form takes these points and words; [`Error::Closed`] where they are
/// tested on a device, or it is in with other points.
pub async fn arrive_by_hand(
    tx: &Tx,
    keys: &Keys,
    arrival: Arrival<'_>,
    (whom, (right, of), words): ((ExamId, LearnerId), (i64, i64), &str),
) -> Result<bool, Error> {
    let (exam, paper) = at_box(tx, arrival, whom).await?;
    if !(1..=MOST_POINTS).contains(&of) || !(0..=of).contains(&right) {
        return Err(Error::NotReady("exams-points-more"));
    }
    if words.is_empty() {
        return Err(Error::NotReady("exams-heard-empty"));
    }
    let words: String = words.chars().take(MOST_WORDS).collect();
    let detail = json!({ "form": paper.setting.form.code(), "device": arrival.device });
    keep_points(tx, keys, (&exam, &paper), ((right, of), &words), (arrival.scope.actor(), arrival.at, detail)).await
}

/// Something was noted on the box, about a candidate or about the session.
///
/// # Errors
/// As [`arrive_seen`]; [`Error::NotReady`] where no form offers the category.
pub async fn arrive_note(
    tx: &Tx,
    keys: &Keys,
    arrival: Arrival<'_>,
    (id, learner, category, words): (ExamId, Option<LearnerId>, &str, &str),
) -> Result<(), Error> {
    let exam = on_box(tx, arrival, (id, learner)).await?;
    let category = Category::from_code(category).filter(|one| Category::offered().contains(one));
    let category = category.ok_or(Error::NotReady("exams-stands"))?;
    let words: String = words.chars().take(MOST_WORDS).collect();
    let by = arrival.scope.actor();
    let about = match learner {
        Some(learner) => Some(lock_paper(tx, &exam, learner).await?.learner),
        None => None,
    };
    let sealed = match about {
        Some(learner) => seal(&identity::person_key(tx, keys, learner).await?, PLACE_LOG, &words),
        None => None,
    };
    let plain = (about.is_none() && !words.is_empty()).then_some(words);
    log::note(tx, id, &Incident { learner: about, category, words: plain, sealed, by, at: arrival.at }).await?;
    record(tx, ("exams.note", by), (&exam, about), json!({ "category": category.code(), "device": arrival.device })).await
}
