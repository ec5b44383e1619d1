//! Looking at sessions: the desk with its candidates, one of them, one's own.

use std::collections::BTreeMap;

use sea_orm::ConnectionTrait;

use super::after::score_of;
use super::appeals::may_appeal;
use super::confirming::{Whole, Yours};
use super::paper::marks_of;
use super::taking::{is_needed, may_take_back};
use super::{
    PLACE_ANSWER, PLACE_GROUND, PLACE_HAND, PLACE_LOG, PLACE_VERDICT, acts_for, answerers, deciders, invigilates, is_among,
    is_candidate, is_theirs, theirs,
};
use crate::assessment;
use crate::audit;
use crate::config::Keys;
use crate::curriculum::Shelf;
use crate::curriculum::model::Item;
use crate::db::Tx;
use crate::exams::queries::{boxes, exams, log, papers};
use crate::exams::rules::{Category, Form, Level, Marked, Next, Stage, Tally, needs, raises_a_hand};
use crate::exams::{Appeal, Error, Exam, Incident, OnBox, Paper, Stay};
use crate::identity::{self, Role, StaffScope};
use crate::kernel::{Digest, ExamId, LearnerId, Permille, SealKey, Timestamp};
use crate::places::{self, PlaceCode};

/// What somebody may do with a session as it stands now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct May {
    /// They are one of the two.
    pub invigilate: bool,
    /// They are one of the two, and their work is to see documents there.
    pub see: bool,
    /// Decide about papers, and publish.
    pub decide: bool,
    /// Take back what was published.
    pub unpublish: bool,
    /// Enter.
    pub enter: bool,
    /// Answer appeals.
    pub answer: bool,
    /// Cancel.
    pub cancel: bool,
    /// Take it back from a box.
    pub take_back: bool,
    /// Decide that the codes of the ends of its boxes are not asked for.
    pub waive_end: bool,
}

/// A candidate as the desk shows one.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Their paper.
    pub paper: Paper,
    /// Their name; empty where they have left.
    pub name: String,
    /// The last digits of their card.
    pub tail: String,
    /// Who of the two has said it.
    pub declared: Vec<LearnerId>,
    /// What comes next.
    pub next: Next,
    /// How many they have answered, of how many.
    pub answered: (usize, usize),
    /// Why a person has to decide, while nobody has.
    pub needs: Vec<&'static str>,
    /// What it would come to, once answers are no longer taken.
    pub score: Option<Permille>,
    /// Their appeal.
    pub appeal: Option<Appeal>,
}

/// A question of a session.
#[derive(Clone, Debug)]
pub struct Question {
    /// The item.
    pub item: Digest,
    /// Its words.
    pub stem: String,
    /// How it was answered.
    pub tally: Tally,
    /// Whether the numbers raise a hand.
    pub raises: bool,
    /// Whether it was taken out, and counts for nobody.
    pub is_out: bool,
}

/// A session with everything on it.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The session.
    pub exam: Exam,
    /// The box that it is on, while answers are taken.
    pub on_box: Option<OnBox>,
    /// The boxes that it is or was on.
    pub stays: Vec<Stay>,
    /// Who of the two has still to confirm what a box has handed over.
    pub unconfirmed: Vec<LearnerId>,
    /// What the one who looks has to confirm.
    pub yours: Option<Yours>,
    /// The candidates, in the order in which they were put down.
    pub candidates: Vec<Candidate>,
    /// The log. What was written about somebody is sealed; it stands on their page.
    pub log: Vec<Incident>,
    /// Its questions, those that raise a hand first; while answers are taken for its invigilators alone.
    pub questions: Vec<Question>,
    /// What the one who looks may do.
    pub may: May,
}

/// What is written about a candidate.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// What was heard and seen, the verdict, the appeal, its answer.
    pub texts: [String; 4],
    /// The lines of the log about them, each with its words.
    pub noted: Vec<(Incident, String)>,
}

/// The sessions that somebody invigilates, and those within the areas where they see documents; none for which they are put down, until it is
/// entered.
///
/// # Errors
/// What the database answers.
pub async fn list_exams(db: &impl ConnectionTrait, scope: &StaffScope) -> Result<Vec<(Exam, u64)>, Error> {
    let grants = scope.grants().iter().filter(|grant| Role::CHECKERS.contains(&grant.role));
    let areas: Vec<PlaceCode> = grants.map(|grant| grant.area.clone()).collect();
    let accounts = identity::accounts_of(db, scope.actor()).await?;
    let own: Vec<ExamId> = papers::list_of(db, &accounts).await?.iter().map(|paper| paper.exam).collect();
    let mut all = Vec::new();
    for exam in exams::list(db, &[scope.actor()], &areas).await? {
        if is_theirs(scope, &exam) && (exam.stage == Stage::Entered || !own.contains(&exam.id)) {
            let count = papers::count(db, exam.id).await?;
            all.push((exam, count));
        }
    }
    Ok(all)
}

/// Who may be asked to invigilate at a place, by name.
///
/// # Errors
/// What the database answers.
pub async fn staff_of(db: &impl ConnectionTrait, keys: &Keys, places: &[&str]) -> Result<Vec<(LearnerId, String)>, Error> {
    Ok(identity::list_staff_at(db, keys, (Role::FINDERS, places)).await?)
}

/// The names of the places of these sessions' organisations.
///
/// # Errors
/// What the database answers.
pub async fn places_of(db: &impl ConnectionTrait, exams: &[&Exam]) -> Result<Vec<(ExamId, String)>, Error> {
    let ids: Vec<_> = exams.iter().map(|exam| exam.organisation).collect();
    let all = places::list_organisations_by_ids(db, &ids).await?;
    let name = |exam: &&Exam| all.iter().find(|one| one.id == exam.organisation).map(|one| one.name.clone()).unwrap_or_default();
    Ok(exams.iter().map(|exam| (exam.id, name(exam))).collect())
}

/// What comes next with a candidate.
fn next_of(exam: &Exam, paper: &Paper, (declared, was_seen): (&[LearnerId], bool)) -> Next {
    let is_known = match exam.level {
        Level::Exam => paper.sight.is_some(),
        Level::Supervised => was_seen,
    };
    if paper.handed_in_at.is_some() {
        Next::Done
    } else if exam.stage == Stage::Cancelled {
        Next::Cancelled
    } else if exam.stage != Stage::Planned {
        stayed_out(paper)
    } else if paper.came_at.is_none() {
        Next::Come
    } else if !is_known {
        Next::See
    } else if !exam.invigilators.iter().all(|one| declared.contains(one)) {
        Next::Declare
    } else if paper.setting.form != Form::Screen {
        Next::Keep
    } else if paper.is_allowed {
        Next::Begin
    } else if paper.begun.is_none() {
        Next::Allow
    } else if paper.device.is_some() {
        Next::Answer
    } else {
        Next::Again
    }
}

/// How it stands with who had not handed in when answering ended.
const fn stayed_out(paper: &Paper) -> Next {
    match (&paper.begun, paper.came_at) {
        (Some(_), _) => Next::Over,
        (None, Some(_)) => Next::Left,
        (None, None) => Next::Absent,
    }
}

/// A session of theirs; with `learner`, one for which they are put down.
///
/// # Errors
/// [`Error::NoSuchExam`], [`Error::NoSuchPerson`]; what the database answers.
pub async fn get_exam(
    db: &impl ConnectionTrait,
    scope: &StaffScope,
    (id, learner): (ExamId, Option<LearnerId>),
) -> Result<Exam, Error> {
    let exam = theirs(db, scope, exams::find(db, id).await?).await?;
    if let Some(learner) = learner {
        papers::find(db, &[learner], id).await?.ok_or(Error::NoSuchPerson)?;
    }
    Ok(exam)
}

/// A session of theirs with everything on it.
///
/// # Errors
/// [`Error::NoSuchExam`]; what the database answers.
pub async fn desk_of(
    db: &impl ConnectionTrait,
    (shelf, keys): (&Shelf, &Keys),
    scope: &StaffScope,
    id: ExamId,
) -> Result<Desk, Error> {
    let exam = get_exam(db, scope, (id, None)).await?;
    let (all, answers) = (papers::list(db, id).await?, papers::list_answers(db, id).await?);
    let (out, noted) = (log::list_out(db, id).await?, log::list(db, id).await?);
    let (declared, appeals) = (papers::list_declared(db, id).await?, log::list_appeals(db, id).await?);
    let ids: Vec<LearnerId> = all.iter().map(|paper| paper.learner).collect();
    let people = identity::people_of(db, keys, &ids, i64::from(exam.starts_at.day().year())).await?;
    let pass = shelf.edition().manifest.assessment.pass_permille;
    let is_undecided =
        |paper: &Paper| matches!(exam.stage, Stage::Planned | Stage::Finished) && paper.is_taken() && paper.verdict.is_none();
    let stays = boxes::list_stays(db, id).await?;
    let whole = Whole { exam: &exam, papers: &all, declared: &declared, log: &noted, stays: &stays };
    let unconfirmed = whole.unconfirmed(&boxes::list_confirmed(db, id).await?);
    let yours = unconfirmed.contains(&scope.actor()).then(|| whole.of(scope.actor()));
    let may = may_of(db, scope, (&exam, &stays)).await?;
    let (mut candidates, mut tallies) = (Vec::new(), Tallies::default());
    for paper in all {
        let given = answers.get(&paper.learner);
        let marks = marks_of(db, shelf, &paper, (given, &out)).await?;
        tallies.count(&paper, &marks, |position| given.is_some_and(|given| given.contains_key(&position)));
        let person = people.get(&paper.learner);
        let own: Vec<LearnerId> = declared.iter().filter(|(of, _)| *of == paper.learner).map(|(_, by)| *by).collect();
        let was_seen = paper.sight.is_some() || identity::was_document_seen(db, paper.learner).await?;
        let is_noted = noted.iter().any(|one| one.is_about(paper.learner));
        candidates.push(Candidate {
            name: person.map(|person| person.name.clone()).unwrap_or_default(),
            tail: person.map(|person| person.card_tail.clone()).unwrap_or_default(),
            next: next_of(&exam, &paper, (&own, was_seen)),
            declared: own,
            answered: (given.map_or(0, BTreeMap::len), marks.len()),
            needs: if is_undecided(&paper) { needs(&marks, pass, (is_noted, paper.setting.form)) } else { Vec::new() },
            score: (exam.stage != Stage::Planned && paper.is_taken())
                .then(|| paper.score.unwrap_or_else(|| score_of(&paper, &marks))),
            appeal: appeals.iter().find(|one| one.learner == paper.learner).cloned(),
            paper,
        });
    }
    let is_shown = may.invigilate || exam.stage != Stage::Planned;
    let questions = if is_shown { tallies.questions(db, shelf, &out).await? } else { Vec::new() };
    let on_box = boxes::find(db, id).await?.filter(|on_box| is_needed(&exam, &stays, on_box.device));
    // Why a question was taken out says what is asked.
    let told = |one: Incident| if is_shown || one.category != Category::Out { one } else { Incident { words: None, ..one } };
    let log = noted.into_iter().map(told).collect();
    Ok(Desk { exam, on_box, stays, unconfirmed, yours, candidates, log, questions, may })
}

async fn may_of(db: &impl ConnectionTrait, scope: &StaffScope, (exam, stays): (&Exam, &[Stay])) -> Result<May, Error> {
    let actor = scope.actor();
    let checks = acts_for(scope, Role::CHECKERS, exam);
    // Who is put down has a part as well, and by that nothing to decide.
    let had_part = is_among(db, actor, &exam.invigilators).await? || is_candidate(db, actor, exam.id).await?;
    let has_decided = is_among(db, actor, &deciders(db, exam).await?).await?;
    let answerers = answerers(db, exam).await?;
    let has_answered = is_among(db, actor, &answerers).await?;
    let has_published = match exam.published {
        Some((by, _)) => is_among(db, actor, &[by]).await?,
        None => false,
    };
    let is_told = matches!(exam.stage, Stage::Published | Stage::Entered);
    let runs = matches!(exam.stage, Stage::Planned | Stage::Finished);
    Ok(May {
        invigilate: invigilates(scope, exam),
        see: checks && invigilates(scope, exam),
        decide: checks && !had_part && exam.stage == Stage::Finished,
        unpublish: checks && !had_part && !has_published && answerers.is_empty() && exam.stage == Stage::Published,
        enter: checks && !had_part && !has_decided && !has_answered && is_told,
        answer: checks && !had_part && !has_decided && is_told,
        cancel: runs && (invigilates(scope, exam) || acts_for(scope, Role::PLANNERS, exam)),
        take_back: exam.stage == Stage::Planned && !had_part && may_take_back(scope, exam),
        waive_end: exam.stage == Stage::Finished
            && !had_part
            && acts_for(scope, Role::ADMINISTRATORS, exam)
            && stays.iter().any(Stay::must_end),
    })
}

async fn key_of(db: &impl ConnectionTrait, keys: &Keys, learner: LearnerId) -> Result<Option<SealKey>, Error> {
    match identity::person_key(db, keys, learner).await {
        Ok(key) => Ok(Some(key)),
        Err(identity::Error::NoSuchPerson) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn open(key: &SealKey, place: &str, sealed: Option<&[u8]>) -> Result<String, Error> {
    Ok(sealed.filter(|sealed| !sealed.is_empty()).map(|sealed| key.open_text(place, sealed)).transpose()?.unwrap_or_default())
}

/// How the items of a session were answered, and beside each the rest of the same papers.
#[derive(Default)]
struct Tallies(BTreeMap<Digest, (Tally, Tally)>);

impl Tallies {
    fn count(&mut self, paper: &Paper, marks: &[Marked], is_answered: impl Fn(usize) -> bool) {
        let Some(begun) = &paper.begun else { return };
        let answered = || (1..).zip(begun.items.iter().zip(marks)).filter(|(position, _)| is_answered(*position));
        let mut whole = Tally::default();
        answered().for_each(|(_, (_, mark))| whole.count(mark.is_right));
        for (_, (item, mark)) in answered() {
            let (own, rest) = self.0.entry(*item).or_default();
            own.count(mark.is_right);
            rest.answered += whole.answered.saturating_sub(1);
            rest.right += whole.right.saturating_sub(usize::from(mark.is_right));
        }
    }

    async fn questions(self, db: &impl ConnectionTrait, shelf: &Shelf, out: &[Digest]) -> Result<Vec<Question>, Error> {
        let mut all = Vec::new();
        for (item, (tally, rest)) in self.0 {
            let asked = assessment::get_asked(db, shelf, &item, (crate::kernel::Seed([0; 16]), 1)).await?;
            let is_out = out.contains(&item);
            all.push(Question { item, stem: asked.stem, tally, raises: !is_out && raises_a_hand(tally, rest), is_out });
        }
        all.sort_by_key(|question| (!question.raises, !question.is_out));
        Ok(all)
    }
}

/// What is written about a candidate, for who decides: what was noted, heard and seen, the verdict, the appeal and its answer. That their matters
/// were looked at is kept. Of who has left, no words.
///
/// # Errors
/// [`Error::NoSuchExam`], [`Error::NoSuchPerson`]; what the database answers.
pub async fn seen_by(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    (exam, candidate, log): (&Exam, &Candidate, &[Incident]),
) -> Result<Seen, Error> {
    let learner = candidate.paper.learner;
    let role = scope.grants().iter().find(|grant| Role::FINDERS.contains(&grant.role));
    let access = audit::Access {
        learner,
        actor: scope.actor(),
        actor_role: role.map_or("", |grant| grant.role.code()),
        organisation: Some(exam.organisation),
        place_code: &exam.place_code,
        what: "exam",
    };
    audit::record_accesses(tx, &[access]).await?;
    let key = key_of(tx, keys, learner).await?;
    let mut noted = Vec::new();
    for one in log.iter().filter(|one| one.learner == Some(learner)) {
        let words = key.as_ref().map(|key| open(key, PLACE_LOG, one.sealed.as_deref())).transpose()?.unwrap_or_default();
        noted.push((one.clone(), words));
    }
    let Some(key) = key else { return Ok(Seen { noted, ..Seen::default() }) };
    let appeal = candidate.appeal.as_ref();
    let texts = [
        open(&key, PLACE_HAND, candidate.paper.by_hand_sealed.as_deref())?,
        open(&key, PLACE_VERDICT, candidate.paper.verdict.as_ref().and_then(|verdict| verdict.sealed.as_deref()))?,
        open(&key, PLACE_GROUND, appeal.map(|one| one.ground_sealed.as_slice()))?,
        open(&key, PLACE_ANSWER, appeal.and_then(|one| one.answer_sealed.as_deref()))?,
    ];
    Ok(Seen { texts, noted })
}

/// One's own part in a session.
#[derive(Clone, Debug)]
pub struct Own {
    /// The session.
    pub exam: Exam,
    /// One's paper.
    pub paper: Paper,
    /// Whether an answer is kept at each question, in their order.
    pub answered: Vec<bool>,
    /// Why it does not count, in words.
    pub verdict: String,
    /// One's appeal: its ground, and the answer.
    pub appeal: Option<(Appeal, String, String)>,
    /// Whether one may appeal now.
    pub may_appeal: bool,
}

impl Own {
    /// Whether one's answers are taken at `now`: the session has not ended, and neither has one's own time.
    #[must_use]
    pub fn is_on(&self, now: Timestamp) -> bool {
        self.exam.stage == Stage::Planned && !self.paper.is_over(&self.exam, now)
    }
}

/// The sessions for which one is put down.
///
/// # Errors
/// What the database answers.
pub async fn list_own(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Vec<(Exam, Paper)>, Error> {
    let own = papers::list_of(db, accounts).await?;
    let ids: Vec<ExamId> = own.iter().map(|paper| paper.exam).collect();
    let exams = exams::list_by_ids(db, &ids).await?;
    let with_paper = |exam: Exam| own.iter().find(|paper| paper.exam == exam.id).map(|paper| (exam, paper.clone()));
    Ok(exams.into_iter().filter_map(with_paper).collect())
}

/// One's own part in a session.
///
/// # Errors
/// [`Error::NoSuchExam`] where one is not put down; what the database answers.
pub async fn find_own(
    db: &impl ConnectionTrait,
    keys: &Keys,
    accounts: &[LearnerId],
    (id, now): (ExamId, Timestamp),
) -> Result<Own, Error> {
    let exam = exams::find(db, id).await?.ok_or(Error::NoSuchExam)?;
    let paper = papers::find(db, accounts, id).await?.ok_or(Error::NoSuchExam)?;
    let answers = papers::answers_of(db, &paper).await?;
    let count = paper.begun.as_ref().map_or(0, |begun| begun.items.len());
    let appeal = log::list_appeals(db, id).await?.into_iter().find(|one| one.learner == paper.learner);
    let is_told = paper.passed.is_some();
    let (mut verdict, mut words) = (String::new(), None);
    if is_told || appeal.is_some() {
        let key = identity::person_key(db, keys, paper.learner).await?;
        if is_told {
            verdict = open(&key, PLACE_VERDICT, paper.verdict.as_ref().and_then(|one| one.sealed.as_deref()))?;
        }
        if let Some(appeal) = appeal {
            let ground = open(&key, PLACE_GROUND, Some(&appeal.ground_sealed))?;
            let answer = open(&key, PLACE_ANSWER, appeal.answer_sealed.as_deref())?;
            words = Some((appeal, ground, answer));
        }
    }
    Ok(Own {
        may_appeal: words.is_none() && may_appeal(&exam, &paper, now),
        answered: (1..=count).map(|position| answers.contains_key(&position)).collect(),
        exam,
        paper,
        verdict,
        appeal: words,
    })
}

/// The question at a position of one's paper, with what was answered.
///
/// # Errors
/// [`Error::NoSuchQuestion`].
pub async fn question_at(
    db: &impl ConnectionTrait,
    shelf: &Shelf,
    (paper, position): (&Paper, usize),
) -> Result<(Item, Option<assessment::Given>), Error> {
    let begun = paper.begun.as_ref().ok_or(Error::NoSuchQuestion)?;
    let hash = position.checked_sub(1).and_then(|at| begun.items.get(at)).ok_or(Error::NoSuchQuestion)?;
    let item = assessment::get_asked(db, shelf, hash, (begun.seed, position)).await?;
    Ok((item, papers::answers_of(db, paper).await?.remove(&position)))
}
