//! What boxes have handed over in somebody's name: each of the two confirms it on the desk, signed in as themselves, against the very list that they
//! saw, and against the ends of the boxes as both copied them in the hall.

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::after::{keep_part, lock_to_decide};
use super::{acts_for, invigilates, lock_exam, record, theirs};
use crate::config::Keys;
use crate::db::Tx;
use crate::exams::end_code::KnownEnds;
use crate::exams::queries::{boxes, exams, log, papers};
use crate::exams::rules::{Category, Stage};
use crate::exams::{Error, Exam, Incident, Paper, Stay};
use crate::identity::{self, Role, Sender, StaffScope};
use crate::kernel::{Digest, ExamId, LearnerId, digest_of};

/// Somebody about whom something stands in the name of one of the two, and what goes with it: points; else nothing.
pub type About = (LearnerId, String);

/// What stands in the name of one of the two, and how the boxes have ended that it may have come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Yours {
    /// Whose document they saw, about whom they declared, whom they let begin, whom they heard: words' keys, with the candidates.
    pub people: [(&'static str, Vec<About>); 4],
    /// What they noted.
    pub noted: Vec<Incident>,
    /// The boxes whose codes are asked for: what people call them, and their ends; none: the end did not come yet.
    pub ends: Vec<(String, Option<Digest>)>,
    /// Whether somebody without a part has decided that the codes are not asked for.
    pub is_waived: bool,
    /// The digest of all that stands in their name, and of the ends.
    pub list: Digest,
}

impl Yours {
    /// The ends of which the codes are asked for; none where one of them did not come yet.
    #[must_use]
    pub fn known_ends(&self) -> Option<Vec<Digest>> {
        self.ends.iter().map(|(_, end)| *end).collect()
    }
}

/// Everything on a session that somebody's list is made of.
pub(super) struct Whole<'a> {
    pub exam: &'a Exam,
    pub papers: &'a [Paper],
    pub declared: &'a [(LearnerId, LearnerId)],
    pub log: &'a [Incident],
    pub stays: &'a [Stay],
}

impl Whole<'_> {
    /// What stands in the name of one of the two.
    pub(super) fn of(&self, by: LearnerId) -> Yours {
        let about = |is: &dyn Fn(&Paper) -> Option<String>| -> Vec<About> {
            self.papers.iter().filter_map(|paper| Some((paper.learner, is(paper)?))).collect()
        };
        let plain = |is: bool| is.then(String::new);
        let points = |paper: &Paper| paper.by_hand.filter(|_| paper.heard_by == Some(by));
        let people = [
            ("exams-yours-seen", about(&|paper| plain(paper.sight.is_some_and(|(seer, ..)| seer == by)))),
            ("exams-yours-declared", about(&|paper| plain(self.declared.contains(&(paper.learner, by))))),
            ("exams-yours-allowed", about(&|paper| plain(paper.allowed_by == Some(by)))),
            ("exams-yours-heard", about(&|paper| points(paper).map(|(right, of)| format!("{right}/{of}")))),
        ];
        let noted: Vec<Incident> = self.log.iter().filter(|one| one.by == by && one.category.is_offered()).cloned().collect();
        let asked: Vec<&Stay> = self.stays.iter().filter(|stay| stay.must_end()).collect();
        Yours {
            list: self.digest((by, &people), &noted, &asked),
            people,
            noted,
            ends: asked.iter().map(|stay| (stay.name.clone(), stay.end.map(|(_, hash)| hash))).collect(),
            is_waived: self.log.iter().any(|one| one.category == Category::EndLost),
        }
    }

    /// The digest of a list: of which session and in whose name; of each candidate what was said of them; what was noted; the ends. No names, which
    /// may be mended.
    fn digest(&self, (by, people): (LearnerId, &[(&'static str, Vec<About>)]), noted: &[Incident], asked: &[&Stay]) -> Digest {
        let kind_of = |learner: LearnerId| {
            let paper = self.papers.iter().find(|paper| paper.learner == learner);
            paper.and_then(|paper| paper.sight).map_or("", |(_, kind, _)| kind.code())
        };
        let mut parts = vec![format!("{} {by}", self.exam.id)];
        for (key, about) in people {
            for (learner, points) in about {
                let kind = if *key == "exams-yours-seen" { kind_of(*learner) } else { "" };
                parts.push(format!("{key} {learner} {points} {kind}"));
            }
        }
        for one in noted {
            let about = one.learner.map(|learner| learner.to_string()).unwrap_or_default();
            parts.push(format!("noted {} {about} {}", one.category.code(), one.at.ms()));
        }
        for stay in asked {
            parts.push(format!("end {} {}", stay.device, stay.end.map(|(_, hash)| hash.to_string()).unwrap_or_default()));
        }
        digest_of(&parts.iter().map(String::as_bytes).collect::<Vec<_>>())
    }

    /// Who of the two has still to confirm what stands in their name; `confirmed` are the lists that each has confirmed last.
    pub(super) fn unconfirmed(&self, confirmed: &[(LearnerId, Digest)]) -> Vec<LearnerId> {
        if self.exam.stage != Stage::Finished || self.stays.is_empty() {
            return Vec::new();
        }
        let lacks = |one: &LearnerId| !confirmed.contains(&(*one, self.of(*one).list));
        self.exam.invigilators.into_iter().filter(lacks).collect()
    }
}

/// What the database has of all this.
async fn list_of(db: &impl ConnectionTrait, exam: &Exam, by: LearnerId) -> Result<Yours, Error> {
    let (papers, declared) = (papers::list(db, exam.id).await?, papers::list_declared(db, exam.id).await?);
    let (log, stays) = (log::list(db, exam.id).await?, boxes::list_stays(db, exam.id).await?);
    Ok(Whole { exam, papers: &papers, declared: &declared, log: &log, stays: &stays }.of(by))
}

/// What stands in the name of one of the two, who looks.
///
/// # Errors
/// [`Error::NoSuchExam`], [`Error::NotInvigilator`]; what the database answers.
pub async fn find_yours(db: &impl ConnectionTrait, scope: &StaffScope, id: ExamId) -> Result<Yours, Error> {
    let exam = theirs(db, scope, exams::find(db, id).await?).await?;
    if invigilates(scope, &exam) { list_of(db, &exam, scope.actor()).await } else { Err(Error::NotInvigilator) }
}

/// Whether one of the two has confirmed what stands in their name now.
pub(super) async fn is_confirmed(db: &impl ConnectionTrait, exam: &Exam, by: LearnerId) -> Result<bool, Error> {
    let list = list_of(db, exam, by).await?.list;
    Ok(boxes::list_confirmed(db, exam.id).await?.contains(&(by, list)))
}

/// What one of the two has written on the desk since they confirmed is theirs as well.
pub(super) async fn stays_confirmed(tx: &Tx, exam: &Exam, by: LearnerId) -> Result<(), Error> {
    let list = list_of(tx, exam, by).await?.list;
    Ok(boxes::confirm(tx, exam.id, (by, &list)).await?)
}

/// Who of the two has still to confirm what a box has handed over.
pub(super) async fn unconfirmed(db: &impl ConnectionTrait, exam: &Exam) -> Result<Vec<LearnerId>, Error> {
    let (papers, declared) = (papers::list(db, exam.id).await?, papers::list_declared(db, exam.id).await?);
    let (log, stays) = (log::list(db, exam.id).await?, boxes::list_stays(db, exam.id).await?);
    let whole = Whole { exam, papers: &papers, declared: &declared, log: &log, stays: &stays };
    Ok(whole.unconfirmed(&boxes::list_confirmed(db, exam.id).await?))
}

/// One of the two confirms what boxes have handed over in their name: a box asks nobody who they are, so one could have been both there. `list` is what
/// they were shown, `known` the ends whose codes they typed. Twice is once; what comes to stand in their name later is confirmed anew.
///
/// # Errors
/// [`Error::NoSuchExam`], [`Error::NotInvigilator`]; [`Error::Stands`] while it is not finished, once it is published, or where it was on no box;
/// [`Error::Listed`] where the list is another by now; [`Error::NotReady`] where an end did not come, or the codes are of others, unless somebody has
/// decided that they are not asked for.
pub(in crate::exams) async fn confirm(
    tx: &Tx,
    mail: (&Keys, &Sender),
    scope: &StaffScope,
    (id, list, known): (ExamId, &Digest, Option<&KnownEnds>),
) -> Result<(), Error> {
    let exam = lock_exam(tx, scope, id).await?;
    if !invigilates(scope, &exam) {
        return Err(Error::NotInvigilator);
    }
    if exam.stage != Stage::Finished || boxes::list_stays(tx, id).await?.is_empty() {
        return Err(Error::Stands);
    }
    let by = scope.actor();
    let yours = list_of(tx, &exam, by).await?;
    if yours.list != *list {
        return Err(Error::Listed);
    }
    if boxes::list_confirmed(tx, id).await?.contains(&(by, yours.list)) {
        return Ok(());
    }
    if !yours.is_waived {
        let ends = yours.known_ends().ok_or(Error::NotReady("exams-end-missing"))?;
        if !known.is_some_and(|known| known.are(&ends)) {
            return Err(Error::NotReady("exams-end-wrong"));
        }
    }
    vouch(tx, mail, (&exam, by)).await?;
    boxes::confirm(tx, id, (by, &yours.list)).await?;
    record(tx, ("exams.confirm", by), (&exam, None), json!({ "list": yours.list.to_string(), "waived": yours.is_waived })).await
}

/// What a box has handed over in somebody's name is theirs, by their own word: only by this a document that was seen there counts at the desk as well.
async fn vouch(tx: &Tx, (keys, sender): (&Keys, &Sender), (exam, by): (&Exam, LearnerId)) -> Result<(), Error> {
    for paper in papers::list(tx, exam.id).await? {
        let is_seen = paper.sight.is_some_and(|(seer, ..)| seer == by);
        if is_seen && !identity::was_document_seen(tx, paper.learner).await? {
            identity::document_seen(tx, keys, (by, sender), paper.learner, None).await?;
        }
    }
    keep_part(tx, exam, (None, Category::Returned, by)).await
}

/// One of the two has typed codes that are of no end that came: whoever decides about a lost code reads it in the log. Once for each.
///
/// # Errors
/// [`Error::NoSuchExam`], [`Error::NotInvigilator`].
pub async fn keep_wrong_end(tx: &Tx, scope: &StaffScope, id: ExamId) -> Result<(), Error> {
    let exam = lock_exam(tx, scope, id).await?;
    if !invigilates(scope, &exam) {
        return Err(Error::NotInvigilator);
    }
    let is_known = |one: &Incident| one.category == Category::EndWrong && one.by == scope.actor();
    if !log::list(tx, id).await?.iter().any(is_known) {
        keep_part(tx, &exam, (None, Category::EndWrong, scope.actor())).await?;
    }
    record(tx, ("exams.end_wrong", scope.actor()), (&exam, None), json!({})).await
}

/// The codes of the ends are lost, or a box never ended: an administrator without a part decides that they are not asked for, and why. It is a
/// decision. Twice is once.
///
/// # Errors
/// [`Error::NoSuchExam`]; [`Error::NotInvigilator`] for who administers nothing there; [`Error::HadPart`], [`Error::Own`]; [`Error::Stands`] while it is
/// not finished, once it is published, or where no end is asked for.
pub async fn waive_end(tx: &Tx, scope: &StaffScope, (id, why): (ExamId, &str)) -> Result<(), Error> {
    let exam = lock_to_decide(tx, scope, id).await?;
    if !acts_for(scope, Role::ADMINISTRATORS, &exam) {
        return Err(Error::NotInvigilator);
    }
    if exam.stage != Stage::Finished || !boxes::list_stays(tx, id).await?.iter().any(Stay::must_end) {
        return Err(Error::Stands);
    }
    if log::list(tx, id).await?.iter().any(|one| one.category == Category::EndLost) {
        return Ok(());
    }
    let (category, words) = (Category::EndLost, Some(why.to_owned()));
    let incident = Incident { learner: None, category, words, sealed: None, by: scope.actor(), at: tx.now };
    log::note(tx, id, &incident).await?;
    record(tx, ("exams.waive_end", scope.actor()), (&exam, None), json!({})).await
}
