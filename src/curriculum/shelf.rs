//! The shelf: one edition in memory, with every look-up that pages need.

use std::collections::HashMap;
use std::sync::Arc;

use super::check::{Fault, Trouble};
use super::html::{self, Lexicon};
use super::model::{
    Area, CertificateRule, Course, CourseCode, CreditRule, Edition, Hotline, Item, Lesson, Pathway, Practice, Recording,
    StartPage, Steering, Task, Term, Voice,
};
use super::read::{Draft, Drafts};
use super::rules::{self, Draw};
use super::scene::{Scene, SceneAction, shown};
use super::search::{Hit, Index};
use super::source::{Snapshot, Source, digest_of_source};
use super::tags::explained_in;
use super::{build, read_and_check};
use crate::kernel::{Cells, Credits, Digest, Group, digest_of};

/// One edition, checked; cloned freely.
#[derive(Clone, Debug)]
pub struct Shelf(Arc<Inner>);

struct Inner {
    edition: Edition,
    lexicon: Lexicon,
    index: Index,
    /// Places of courses, of lessons within them, of items within them.
    courses: HashMap<CourseCode, usize>,
    lessons: HashMap<String, (usize, usize)>,
    items: HashMap<Digest, (usize, usize)>,
    /// Places of the lessons that explain a word, in order.
    explained: HashMap<String, Vec<(usize, usize)>>,
    /// Places of recordings by the name they are served under: the course, and which of its own.
    audio: HashMap<String, (usize, usize)>,
    /// Where recordings are read from.
    source: Arc<dyn Source + Send + Sync>,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shelf").field("edition", &self.edition.digest).finish_non_exhaustive()
    }
}

impl Shelf {
    /// Reads, checks and puts up the edition in `source`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn open(source: &dyn Source) -> Result<Self, Vec<Fault>> {
        Self::of_snapshot(&Snapshot::of(source))
    }

    /// The same, of what a source held at one moment.
    pub(super) fn of_snapshot(snapshot: &Snapshot) -> Result<Self, Vec<Fault>> {
        let (draft, faults) = read_and_check(snapshot, Drafts::OutlineOnly);
        if !faults.is_empty() {
            return Err(faults);
        }
        Self::built(draft, snapshot).ok_or_else(|| vec![Fault::new("manifest.toml", 1, Trouble::FileMissing)])
    }

    /// The edition with its drafts shown as if they were whole, as far as they can be read; and what they still lack. For authors only:
    /// never kept, and nobody is tested on it.
    pub(super) fn with_drafts(snapshot: &Snapshot) -> Option<(Self, Vec<Fault>)> {
        let (draft, faults) = read_and_check(snapshot, Drafts::AsIfWhole);
        Some((Self::built(draft, snapshot)?, faults))
    }

    fn built(draft: Draft, snapshot: &Snapshot) -> Option<Self> {
        let (edition, lexicon) = build::build(draft, digest_of_source(snapshot))?;
        Some(Self::of(edition, lexicon, snapshot.share()))
    }

    fn of(edition: Edition, lexicon: Lexicon, source: Arc<dyn Source + Send + Sync>) -> Self {
        let index = Index::of(&edition);
        let mut inner = Inner {
            index,
            lexicon,
            courses: HashMap::new(),
            lessons: HashMap::new(),
            items: HashMap::new(),
            explained: explained_in(&edition),
            audio: audio_of(&edition),
            source,
            edition,
        };
        for (at, course) in inner.edition.courses.iter().enumerate() {
            inner.courses.insert(course.code, at);
            let lessons = course.lessons.iter().enumerate().map(|(n, lesson)| (lesson.id.clone(), (at, n)));
            inner.lessons.extend(lessons);
            inner.items.extend(course.items.iter().enumerate().map(|(n, item)| (item.hash, (at, n))));
        }
        Self(Arc::new(inner))
    }

    #[cfg(test)]
    pub(super) fn holders(&self) -> usize {
        Arc::strong_count(&self.0)
    }

    /// The whole edition.
    #[must_use]
    pub fn edition(&self) -> &Edition {
        &self.0.edition
    }

    /// The digest over all its files, as attempts name it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.0.edition.digest
    }

    /// The seven areas, in order.
    #[must_use]
    pub fn areas(&self) -> &[Area] {
        &self.0.edition.areas
    }

    /// The area named `id` (`A6`).
    #[must_use]
    pub fn area(&self, id: &str) -> Option<&Area> {
        self.areas().iter().find(|area| area.id == id)
    }

    /// The task that the course `code` serves.
    #[must_use]
    pub fn task(&self, code: CourseCode) -> Option<&Task> {
        self.0.edition.tasks.iter().find(|task| task.code == code)
    }

    /// All courses, in order.
    #[must_use]
    pub fn courses(&self) -> &[Course] {
        &self.0.edition.courses
    }

    /// The course `code`.
    #[must_use]
    pub fn course(&self, code: CourseCode) -> Option<&Course> {
        self.courses().get(*self.0.courses.get(&code)?)
    }

    /// The courses of the area named `id`, in order.
    pub fn courses_of<'s>(&'s self, area: &'s str) -> impl Iterator<Item = &'s Course> {
        self.courses().iter().filter(move |course| course.area == area)
    }

    /// The lesson named `id` (`T19-c1`).
    #[must_use]
    pub fn lesson(&self, id: &str) -> Option<&Lesson> {
        let (course, lesson) = self.0.lessons.get(id)?;
        self.courses().get(*course)?.lessons.get(*lesson)
    }

    /// The practice of the course `code`.
    #[must_use]
    pub fn practice(&self, code: CourseCode) -> Option<&Practice> {
        self.course(code)?.practice.as_ref()
    }

    /// The items of the course `code`; none while it is being written.
    #[must_use]
    pub fn items_of(&self, code: CourseCode) -> &[Item] {
        self.course(code).map(|course| course.items.as_slice()).unwrap_or_default()
    }

    /// The item named `id` (`T19-i01`) of this edition.
    #[must_use]
    pub fn item_by_id(&self, id: &str) -> Option<&Item> {
        self.course(CourseCode::of_id(id)?)?.item(id)
    }

    /// The item under `hash`, if this edition has it; older ones are in the database.
    #[must_use]
    pub fn item(&self, hash: &Digest) -> Option<&Item> {
        let (course, item) = self.0.items.get(hash)?;
        self.courses().get(*course)?.items.get(*item)
    }

    /// The pathway of `group`.
    #[must_use]
    pub fn pathway(&self, group: Group) -> Option<&Pathway> {
        self.0.edition.pathways.iter().find(|pathway| pathway.group == group)
    }

    /// Where somebody may begin.
    #[must_use]
    pub fn start_points(&self) -> &StartPage {
        &self.0.edition.start
    }

    /// The one optional question.
    #[must_use]
    pub fn steering(&self) -> &Steering {
        &self.0.edition.steering
    }

    /// All explained words.
    #[must_use]
    pub fn glossary(&self) -> &[Term] {
        &self.0.edition.glossary
    }

    /// The explanation of `word`.
    #[must_use]
    pub fn term(&self, word: &str) -> Option<&Term> {
        self.0.lexicon.terms.get(word)
    }

    /// The lessons that explain `word`, in order.
    pub fn lessons_that_explain(&self, word: &str) -> impl Iterator<Item = &Lesson> {
        let places = self.0.explained.get(word).into_iter().flatten();
        places.filter_map(|(course, lesson)| self.courses().get(*course)?.lessons.get(*lesson))
    }

    /// All numbers that may be named.
    #[must_use]
    pub fn hotlines(&self) -> &[Hotline] {
        &self.0.edition.hotlines
    }

    /// What each kind of certificate asks for.
    #[must_use]
    pub fn certificates(&self) -> &[CertificateRule] {
        &self.0.edition.certificates
    }

    /// How hours become credit.
    #[must_use]
    pub fn credit_rule(&self) -> &CreditRule {
        &self.0.edition.manifest.credit
    }

    /// The 格 in which pages count credit.
    #[must_use]
    pub fn cells(&self) -> Cells {
        rules::cells_of(self.credit_rule()).unwrap_or(Cells::WHOLE)
    }

    /// What the course `code` earns.
    #[must_use]
    pub fn credits_of(&self, code: CourseCode) -> Option<Credits> {
        rules::credits_of(self.credit_rule(), self.course(code)?.hours)
    }

    /// What the unit `unit` earns; nothing is said where the edition has it no longer.
    #[must_use]
    pub fn worth_of(&self, unit: &str) -> Option<Credits> {
        CourseCode::parse(unit).and_then(|code| self.credits_of(code))
    }

    /// The title of the course that stands for `unit`; the unit as it is written where the edition has it no longer.
    #[must_use]
    pub fn title_of(&self, unit: &str) -> String {
        let course = CourseCode::parse(unit).and_then(|code| self.course(code));
        course.map_or_else(|| unit.to_owned(), |course| course.title.clone())
    }

    /// The recordings of a card (`T19-c1/3`) or of a question (`T19-i01`): standard Chinese first, then as the list has them.
    #[must_use]
    pub fn voices_of(&self, of: &str) -> Vec<&Voice> {
        let course = CourseCode::of_id(of).and_then(|code| self.course(code));
        let voices = course.into_iter().flat_map(|course| &course.voices).filter(|voice| voice.recording.of == of);
        let mut voices: Vec<&Voice> = voices.collect();
        voices.sort_by_key(|voice| voice.recording.lang != Recording::MANDARIN);
        voices
    }

    /// The recording served under `name`, with its bytes, which are read now. `None` where there is none, or where its file is no longer
    /// what it was when the edition was put up.
    #[must_use]
    pub fn audio(&self, name: &str) -> Option<(&Voice, Vec<u8>)> {
        let (course, at) = self.0.audio.get(name)?;
        let voice = self.courses().get(*course)?.voices.get(*at)?;
        let bytes = self.0.source.bytes(&voice.path)?.into_owned();
        (digest_of(&[&bytes]) == voice.digest).then_some((voice, bytes))
    }

    /// The place that this edition was read from. What lies there may have changed since: see [`super::texts_of`].
    pub(super) fn source(&self) -> &dyn Source {
        self.0.source.as_ref()
    }

    /// What names this edition with just these recordings.
    #[must_use]
    pub fn mark(&self) -> Digest {
        let voices = self.courses().iter().flat_map(|course| &course.voices);
        let named = voices.map(|voice| format!("{} {}", rules::canonical_json(&voice.recording), voice.digest));
        let parts: Vec<String> = std::iter::once(self.digest().to_string()).chain(named).collect();
        digest_of(&parts.iter().map(String::as_bytes).collect::<Vec<_>>())
    }

    /// What tags may name.
    pub(super) fn lexicon(&self) -> &Lexicon {
        &self.0.lexicon
    }

    /// The best `limit` of what was found for `query`.
    #[must_use]
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit> {
        self.0.index.search(query, limit)
    }

    /// A text with tags (an explanation, what was said after an action) as paragraphs of HTML with its notes.
    /// `id` begins the ids in it and is unique on the page.
    #[must_use]
    pub fn text_html(&self, text: &str, id: &str) -> String {
        html::paragraphs_html(&[text], &self.0.lexicon, id)
    }

    /// One screen of the practice of `code`, as a run with this draw sees it.
    #[must_use]
    pub fn scene(&self, code: CourseCode, screen: &str, draw: &Draw) -> Option<Scene> {
        let course = self.course(code)?;
        let screen = course.practice.as_ref()?.screen(screen)?;
        let texts: Vec<String> = std::iter::once(screen.task.as_str())
            .chain(screen.elements.iter().flat_map(|element| element.texts()))
            .map(|text| draw.fill(text))
            .collect();
        let (html, notes) = html::inline_html(&texts, &self.0.lexicon, &format!("{code}-{}", screen.id));
        let mut html = html.into_iter();
        let task = html.next().unwrap_or_default();
        let elements = screen.elements.iter().map(|element| shown(element, course, &mut html)).collect();
        let choice = |action: &super::model::Action| SceneAction {
            label: draw.fill(&action.label),
            field: action.typed.as_ref().map(|typed| draw.fill(&typed.label)),
        };
        Some(Scene {
            app: screen.app.as_ref().map(|app| draw.fill(app)),
            title: draw.fill(&screen.title),
            task,
            elements,
            actions: screen.actions.iter().map(choice).collect(),
            is_end: screen.end,
            notes,
        })
    }
}

/// The places of recordings by the name they are served under.
fn audio_of(edition: &Edition) -> HashMap<String, (usize, usize)> {
    let courses = edition.courses.iter().enumerate();
    courses.flat_map(|(at, course)| course.voices.iter().enumerate().map(move |(n, voice)| (voice.name(), (at, n)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curriculum::Embedded;
    use crate::curriculum::model::CardKind;
    use crate::kernel::Seed;

    fn shelf() -> Shelf {
        Shelf::open(&Embedded).unwrap()
    }

    #[test]
    fn everything_is_found_where_it_is_looked_for() {
        let shelf = shelf();
        let code = CourseCode::parse("T19").unwrap();
        assert_eq!(shelf.areas().len(), 7);
        assert_eq!(shelf.courses().len(), 23);
        assert_eq!(shelf.task(code).map(|task| task.area.as_str()), Some("A6"));
        assert_eq!(shelf.credits_of(code).map(Credits::milli), Some(250));
        assert_eq!(shelf.courses_of("A6").count(), 2);
        for group in Group::LISTED {
            assert_eq!(shelf.pathway(group).map(|pathway| pathway.courses.len()), Some(23), "{group}");
        }
        for course in shelf.courses() {
            for lesson in &course.lessons {
                assert_eq!(shelf.lesson(&lesson.id), Some(lesson));
            }
            for item in shelf.items_of(course.code) {
                assert_eq!(shelf.item(&item.hash), Some(item));
                assert_eq!(shelf.item_by_id(&item.id), Some(item));
            }
        }
        assert_eq!(shelf.term("流量").map(|term| term.word.as_str()), Some("流量"));
        assert!(shelf.lesson("T19-c99").is_none() && shelf.course(CourseCode::parse("T77").unwrap()).is_none());
    }

    #[test]
    fn a_unit_that_the_edition_has_no_longer_keeps_its_code_and_is_worth_nothing_now() {
        let shelf = shelf();
        let code = CourseCode::parse("T19").unwrap();
        assert_eq!(Some(shelf.title_of("T19")), shelf.course(code).map(|course| course.title.clone()));
        assert_eq!(shelf.worth_of("T19"), shelf.credits_of(code));
        for gone in ["T77", "t19", ""] {
            assert_eq!((shelf.title_of(gone), shelf.worth_of(gone)), (gone.to_owned(), None), "{gone}");
        }
    }

    #[test]
    fn every_card_has_html_and_every_screen_can_be_drawn() {
        let shelf = shelf();
        for course in shelf.courses() {
            for card in course.lessons.iter().flat_map(|lesson| &lesson.cards) {
                assert!(card.html.starts_with('<') && !card.html.contains("[["), "{} {}", course.code, card.title);
                assert!(card.kind != CardKind::Remember || card.html.contains("<ul>"));
            }
            let Some(practice) = &course.practice else { continue };
            let draw = Draw::of(&practice.vars, &mut Seed([1; 16]).chance("run"));
            for screen in &practice.screens {
                let scene = shelf.scene(course.code, &screen.id, &draw).unwrap();
                assert_eq!(scene.elements.len(), screen.elements.len());
                assert!(!scene.title.contains('{') && !scene.task.contains('{'), "{}", screen.id);
            }
        }
    }

    #[test]
    fn a_word_leads_to_the_lessons_that_explain_it() {
        let shelf = shelf();
        let ids: Vec<&str> = shelf.lessons_that_explain("暗号").map(|lesson| lesson.id.as_str()).collect();
        assert!(ids.contains(&"T19-c1"), "{ids:?}");
        assert_eq!(shelf.lessons_that_explain("没有这个词").count(), 0);
        assert!(shelf.glossary().iter().all(|term| !term.topic.is_empty()));
    }

    #[test]
    fn a_word_of_two_characters_is_found_in_the_own_curriculum() {
        let shelf = shelf();
        for word in ["流量", "诈骗", "医保", "退货", "密码"] {
            assert!(shelf.search(word, 5).iter().any(|hit| hit.title.contains(word)), "{word}");
        }
    }
}
