//! What boxes have handed over in somebody's name: each of the two confirms it on the desk, signed in as themselves, against the very list that they
//! saw, and against the ends of the boxes as both copied them in the hall.

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::{acts_for, invigilates, keep_part, lock_exam, lock_to_decide, record, theirs};
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

/// What one of the two says of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vouched {
    /// They saw a document.
    Seen,
    /// They are neither family nor teacher.
    Declared,
    /// They let them begin.
    Allowed,
    /// They heard them.
    Heard,
}

impl Vouched {
    /// The code in the digest of a list; confirmations rest on it.
    const fn code(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Declared => "declared",
            Self::Allowed => "allowed",
            Self::Heard => "heard",
        }
    }
}

/// What stands in the name of one of the two, and how the boxes have ended that it may have come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Yours {
    /// Whose document they saw, about whom they declared, whom they let begin, whom they heard.
    pub people: [(Vouched, Vec<About>); 4],
    /// What they noted.
    pub noted: Vec<Incident>,
    /// The boxes whose codes are asked for: what people call them, and their ends; none: the end did not come yet.
    pub ends: Vec<(String, Option<Digest>)>,
    /// The boxes of which somebody without a part has decided that the code is not asked for.
    pub waived: Vec<String>,
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
            (Vouched::Seen, about(&|paper| plain(paper.sight.is_some_and(|(seer, ..)| seer == by)))),
            (Vouched::Declared, about(&|paper| plain(self.declared.contains(&(paper.learner, by))))),
            (Vouched::Allowed, about(&|paper| plain(paper.allowed_by == Some(by)))),
            (Vouched::Heard, about(&|paper| points(paper).map(|(right, of)| format!("{right}/{of}")))),
        ];
        let noted: Vec<Incident> = self.log.iter().filter(|one| one.by == by && one.category.is_offered()).cloned().collect();
        let ended: Vec<&Stay> = self.stays.iter().filter(|stay| stay.must_end()).collect();
        let asked = ended.iter().filter(|stay| stay.is_asked());
        Yours {
            list: self.digest((by, &people), &noted, &ended),
            people,
            noted,
            ends: asked.map(|stay| (stay.name.clone(), stay.end.map(|(_, hash)| hash))).collect(),
            waived: ended.iter().filter(|stay| stay.is_waived).map(|stay| stay.name.clone()).collect(),
        }
    }

    /// The digest of a list: of which session and in whose name; of each candidate what was said of them; what was noted; the ends. No names, which
    /// may be mended.
    fn digest(&self, (by, people): (LearnerId, &[(Vouched, Vec<About>)]), noted: &[Incident], ended: &[&Stay]) -> Digest {
        let kind_of = |learner: LearnerId| {
            let paper = self.papers.iter().find(|paper| paper.learner == learner);
            paper.and_then(|paper| paper.sight).map_or("", |(_, kind, _)| kind.code())
        };
        let mut parts = vec![format!("{} {by}", self.exam.id)];
        for (what, about) in people {
            for (learner, points) in about {
                let kind = if *what == Vouched::Seen { kind_of(*learner) } else { "" };
                parts.push(format!("{} {learner} {points} {kind}", what.code()));
            }
        }
        for one in noted {
            let about = one.learner.map(|learner| learner.to_string()).unwrap_or_default();
            parts.push(format!("noted {} {about} {}", one.category.code(), one.at.ms()));
        }
        for stay in ended {
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
struct Rows {
    papers: Vec<Paper>,
    declared: Vec<(LearnerId, LearnerId)>,
    log: Vec<Incident>,
    stays: Vec<Stay>,
}

impl Rows {
    async fn list(db: &impl ConnectionTrait, id: ExamId) -> Result<Self, Error> {
        let (papers, declared) = (papers::list(db, id).await?, papers::list_declared(db, id).await?);
        let (log, stays) = (log::list(db, id).await?, boxes::list_stays(db, id).await?);
        Ok(Self { papers, declared, log, stays })
    }

    fn whole<'a>(&'a self, exam: &'a Exam) -> Whole<'a> {
        Whole { exam, papers: &self.papers, declared: &self.declared, log: &self.log, stays: &self.stays }
    }
}

async fn list_of(db: &impl ConnectionTrait, exam: &Exam, by: LearnerId) -> Result<Yours, Error> {
    let rows = Rows::list(db, exam.id).await?;
    Ok(rows.whole(exam).of(by))
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
pub(super) async fn keep_confirmed(tx: &Tx, exam: &Exam, by: LearnerId) -> Result<(), Error> {
    let list = list_of(tx, exam, by).await?.list;
    Ok(boxes::confirm(tx, exam.id, (by, &list)).await?)
}

/// Who of the two has still to confirm what a box has handed over.
pub(super) async fn unconfirmed(db: &impl ConnectionTrait, exam: &Exam) -> Result<Vec<LearnerId>, Error> {
    let rows = Rows::list(db, exam.id).await?;
    Ok(rows.whole(exam).unconfirmed(&boxes::list_confirmed(db, exam.id).await?))
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
    let ends = yours.known_ends().ok_or(Error::NotReady("exams-end-missing"))?;
    if !ends.is_empty() && !known.is_some_and(|known| known.are(&ends)) {
        return Err(Error::NotReady("exams-end-wrong"));
    }
    vouch(tx, mail, (&exam, by)).await?;
    boxes::confirm(tx, id, (by, &yours.list)).await?;
    record(tx, ("exams.confirm", by), (&exam, None), json!({ "list": yours.list.to_string(), "waived": yours.waived })).await
}

/// What a box has handed over in somebody's name is theirs, by their own word: only by this a document that was seen there counts at the desk as well.
async fn vouch(tx: &Tx, (keys, sender): (&Keys, &Sender), (exam, by): (&Exam, LearnerId)) -> Result<(), Error> {
    for paper in papers::list(tx, exam.id).await? {
        let is_seen = paper.sight.is_some_and(|(seer, ..)| seer == by);
        if is_seen && !identity::was_document_seen(tx, paper.learner).await? {
            identity::document_seen(tx, keys, (by, sender), paper.learner, None).await?;
        }
    }
    keep_part(tx, exam, (None, Category::Confirmed, by)).await
}

/// One of the two has typed codes that are of no end that came: whoever decides about a lost code reads it in the log. The log has the first time for each
/// of the two, whatever is typed after it; the trail has every time.
///
/// # Errors
/// [`Error::NoSuchExam`], [`Error::NotInvigilator`]; [`Error::Stands`] while it is not finished, and once it is published.
pub async fn keep_wrong_end(tx: &Tx, scope: &StaffScope, id: ExamId) -> Result<(), Error> {
    let exam = lock_exam(tx, scope, id).await?;
    if !invigilates(scope, &exam) {
        return Err(Error::NotInvigilator);
    }
    if exam.stage != Stage::Finished {
        return Err(Error::Stands);
    }
    let is_known = |one: &Incident| one.category == Category::EndWrong && one.by == scope.actor();
    if !log::list(tx, id).await?.iter().any(is_known) {
        let incident =
            Incident { learner: None, category: Category::EndWrong, words: None, sealed: None, by: scope.actor(), at: tx.now };
        log::note(tx, id, &incident).await?;
    }
    record(tx, ("exams.end_wrong", scope.actor()), (&exam, None), json!({})).await
}

/// The codes of the ends are lost, or a box never ended: an administrator without a part decides that they are not asked for, and why: those that did not
/// come, or else those that did. An end that comes later is asked for. It is a decision. Twice is once.
///
/// # Errors
/// [`Error::NoSuchExam`]; [`Error::NotInvigilator`] for who administers nothing there; [`Error::HadPart`], [`Error::Own`]; [`Error::Stands`] while it is
/// not finished, once it is published, or where no end is asked for.
pub async fn waive_end(tx: &Tx, scope: &StaffScope, (id, why): (ExamId, &str)) -> Result<(), Error> {
    let exam = lock_to_decide(tx, scope, id).await?;
    if !acts_for(scope, Role::ADMINISTRATORS, &exam) {
        return Err(Error::NotInvigilator);
    }
    let stays = boxes::list_stays(tx, id).await?;
    if exam.stage != Stage::Finished || !stays.iter().any(Stay::must_end) {
        return Err(Error::Stands);
    }
    // Where an end did not come, that is what is decided: the code of another box may still be known.
    let lacks_one = stays.iter().any(|stay| stay.is_asked() && stay.end.is_none());
    let asked: Vec<&Stay> = stays.iter().filter(|stay| stay.is_asked() && (!lacks_one || stay.end.is_none())).collect();
    if asked.is_empty() {
        return Ok(());
    }
    boxes::waive(tx, id, &asked).await?;
    let (category, words) = (Category::EndLost, Some(why.to_owned()));
    let incident = Incident { learner: None, category, words, sealed: None, by: scope.actor(), at: tx.now };
    log::note(tx, id, &incident).await?;
    record(tx, ("exams.waive_end", scope.actor()), (&exam, None), json!({})).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exams::rules::{Form, Level, Sight};
    use crate::exams::service::Setting;
    use crate::kernel::{DeviceId, Id, Timestamp};

    fn id<T>(number: u128) -> Id<T> {
        Id::from_uuid(uuid::Uuid::from_u128(number))
    }

    fn exam() -> Exam {
        Exam {
            id: id(1),
            organisation: id(9),
            place_code: "990101".to_owned(),
            line: None,
            unit: "T03".to_owned(),
            level: Level::Supervised,
            starts_at: Timestamp::from_ms(0),
            ends_at: Timestamp::from_ms(5_400_000),
            seats: 2,
            invigilators: [id(2), id(3)],
            stage: Stage::Finished,
            published: None,
            enterer: None,
            cancelled_why: None,
        }
    }

    fn paper(learner: LearnerId) -> Paper {
        Paper {
            learner,
            exam: id(1),
            id: id(6),
            came_at: None,
            sight: None,
            setting: Setting { form: Form::Screen, is_read_aloud: false, is_assisted: false, extra_minutes: 0 },
            is_allowed: false,
            allowed_by: None,
            device: None,
            begun: None,
            handed_in_at: None,
            by_hand: None,
            heard_by: None,
            by_hand_sealed: None,
            verdict: None,
            score: None,
            passed: None,
            entered_at: None,
        }
    }

    fn noted(learner: Option<LearnerId>, category: Category, (by, at): (LearnerId, i64)) -> Incident {
        Incident { learner, category, words: Some("x".to_owned()), sealed: None, by, at: Timestamp::from_ms(at) }
    }

    fn stay(device: DeviceId, end: Option<(i64, Digest)>) -> Stay {
        Stay { device, name: "x".to_owned(), is_over: false, last_seq: None, end, is_waived: false }
    }

    #[test]
    fn a_list_has_the_digest_that_confirmations_rest_on() {
        let (one, other, first, second) = (id(2), id(3), id(4), id(5));
        let sight = Some((one, Sight::IdCard, Timestamp::from_ms(0)));
        let papers = [
            Paper { sight, allowed_by: Some(one), by_hand: Some((1, 2)), heard_by: Some(other), ..paper(first) },
            Paper { allowed_by: Some(other), by_hand: Some((9, 10)), heard_by: Some(one), ..paper(second) },
        ];
        let log = [
            noted(Some(first), Category::Device, (one, 1000)),
            noted(None, Category::Other, (one, 2000)),
            noted(None, Category::Unwell, (other, 3000)),
            noted(None, Category::Confirmed, (one, 4000)),
        ];
        let stays = [stay(id(7), Some((5, Digest::from_array([9; 32])))), stay(id(8), None)];
        let declared = [(first, one), (second, one), (first, other)];
        let whole = Whole { exam: &exam(), papers: &papers, declared: &declared, log: &log, stays: &stays };
        // SHA-256 over these, each preceded by its length (8 bytes, big endian), where 1 is 00000000-0000-0000-0000-000000000001: `1 2`, `seen 4  id_card`,
        // `declared 4  `, `declared 5  `, `allowed 4  `, `heard 5 9/10 `, `noted device 4 1000`, `noted other  2000`, `end 7 0909…`, `end 8 `.
        let list = "0fc8c0b7f077d9d2e492da397ea69381db801f19502b9e4b72248d2dec478c28";
        assert_eq!(whole.of(one).list.to_string(), list);
        assert_ne!(whole.of(other).list.to_string(), list);
    }
}
