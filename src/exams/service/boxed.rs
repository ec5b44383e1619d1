//! What a box of the hall hands over of a session that was taken along on it. On arrival the rules are those of the day at the desk; the times are
//! those of the box.

use std::collections::BTreeMap;

use serde_json::json;

use super::day::{keep_note, keep_points, must_be_ready, must_not_have_taught};
use super::{acts_for, invigilates, is_among, is_candidate, keep_part, lock_exam, lock_paper, record};
use crate::assessment::{self, Shown, read_answer};
use crate::config::Keys;
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::exams::queries::{boxes, exams, papers};
use crate::exams::rules::{Category, Deed, MOST_POINTS, MOST_WORDS, Sight, Stage, is_time};
use crate::exams::{DECLARED_TEXT, Error, Exam, Paper};
use crate::identity::{self, Role, StaffScope, Whose};
use crate::kernel::{DeviceId, Digest, ExamId, LearnerId, Timestamp, digest_of};
use crate::web::Fields;

/// What was answered on a box, by position from 1: the fields of each form.
type AnswerForms = BTreeMap<usize, Vec<(String, String)>>;

/// By whose word something comes from which box, when it was written down there, and whether a person has looked at it.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// Whoever wrote it, with the rights that they have now.
    pub scope: &'a StaffScope,
    /// The box.
    pub device: DeviceId,
    /// Its number there.
    pub seq: i64,
    /// By its clock.
    pub at: Timestamp,
    /// Who has looked and counts it whatever the box's clock said; none: nobody yet.
    pub waived_by: Option<LearnerId>,
}

/// Refuses who has a part in a session, where somebody without one decides.
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

/// What is doubtful is counted by who may decide there, and by none of those whose word it is, or whom it is about; it is a decision.
async fn must_count(tx: &Tx, exam: &Exam, (learner, by): (Option<LearnerId>, LearnerId)) -> Result<(), Error> {
    if !acts_for(&identity::load_scope(tx, by).await?, Role::CHECKERS, exam) {
        return Err(Error::HadPart);
    }
    has_no_part(tx, by, exam).await?;
    keep_part(tx, exam, (learner, Category::Counted, by)).await
}

/// A session that one of the two has written something of, while it may still arrive.
async fn arriving(tx: &Tx, arrival: Arrival<'_>, id: ExamId) -> Result<Exam, Error> {
    let exam = lock_exam(tx, arrival.scope, id).await?;
    if !invigilates(arrival.scope, &exam) {
        return Err(Error::NotInvigilator);
    }
    if matches!(exam.stage, Stage::Planned | Stage::Finished) { Ok(exam) } else { Err(Error::Stands) }
}

/// A session that this box may hand something over of, and by this does: what it wrote before it ended the session.
async fn on_box(tx: &Tx, arrival: Arrival<'_>, (id, learner): (ExamId, Option<LearnerId>)) -> Result<Exam, Error> {
    let exam = arriving(tx, arrival, id).await?;
    let stay = boxes::find_stay(tx, id, arrival.device).await?.ok_or(Error::OffBox)?;
    if stay.is_over && arrival.waived_by.is_none() {
        return Err(Error::OffBox);
    }
    if stay.end.is_some_and(|(end, _)| arrival.seq > end) {
        return Err(Error::Ended);
    }
    match arrival.waived_by {
        Some(by) => must_count(tx, &exam, (learner, by)).await?,
        None if exam.stage == Stage::Finished => return Err(Error::Late),
        None => {}
    }
    if exam.stage == Stage::Finished {
        boxes::counted_late(tx, id, &stay).await?;
    }
    boxes::has_come(tx, id, (&stay, arrival.seq)).await?;
    Ok(exam)
}

/// The box has ended the session: from here on its chain holds nothing more of it. It may come after the answering was ended, and though the session was
/// taken back: it changes nothing about anybody. `false` where the bank had it.
///
/// # Errors
/// [`Error::NoSuchExam`], [`Error::NotInvigilator`], [`Error::Stands`]; [`Error::OffBox`] where the session never was on this box; [`Error::Ended`] where
/// it has ended it otherwise, or the bank has made something of what it wrote behind; [`Error::HadPart`] where one of the two, or a candidate, counts it.
pub async fn arrive_end(tx: &Tx, arrival: Arrival<'_>, (id, hash): (ExamId, &Digest)) -> Result<bool, Error> {
    let exam = arriving(tx, arrival, id).await?;
    let stay = boxes::find_stay(tx, id, arrival.device).await?.ok_or(Error::OffBox)?;
    match stay.end {
        Some((_, known)) if known == *hash => return Ok(false),
        Some(_) => return Err(Error::Ended),
        None if stay.last_seq.is_some_and(|last| last >= arrival.seq) => return Err(Error::Ended),
        None => {}
    }
    if let Some(by) = arrival.waived_by {
        must_count(tx, &exam, (None, by)).await?;
    }
    boxes::end(tx, id, (&stay, arrival.seq), hash).await?;
    let detail = json!({ "device": arrival.device, "seq": arrival.seq });
    record(tx, ("exams.box_end", arrival.scope.actor()), (&exam, None), detail).await?;
    Ok(true)
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
/// As the day at the desk; [`Error::OffBox`] where the session is not on this box; [`Error::Ended`] where the box had ended it before;
/// [`Error::HadPart`] where one of the two, or a candidate, counts it.
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
        papers::came(tx, &paper, (by, at)).await?;
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
    papers::seen(tx, &paper, (by, kind, at)).await?;
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
    papers::allowed_by(tx, &paper, by).await?;
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
    (whom, answers): ((ExamId, LearnerId), &AnswerForms),
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
    papers::hand_in(tx, &paper, arrival.at).await?;
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
    let detail = json!({ "category": category.code(), "device": arrival.device });
    keep_note(tx, keys, (&exam, learner), (category, &words), (arrival.scope.actor(), arrival.at, detail)).await
}
