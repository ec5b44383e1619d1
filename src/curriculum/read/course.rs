//! The folder of one course.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::lists::{read_list, read_whole};
use super::toml_file::{At, TomlFile};
use super::{CourseDraft, Draft, Drafts, PracticeDraft, Reader, audio, lesson};
use crate::curriculum::check::{Fault, LEARNER_GROUPS, Trouble};
use crate::curriculum::model::{
    Audience, Choice, Course, CourseCode, Form, Item, LessonPlace, Pair, Practice, Screen, ShownScreen, Status, Use, Variables,
};
use crate::curriculum::picture;

pub(super) fn read_courses(reader: &mut Reader<'_>, draft: &mut Draft) {
    let folders: BTreeSet<CourseCode> = reader
        .paths
        .iter()
        .filter_map(|path| path.strip_prefix("courses/")?.split_once('/'))
        .filter_map(|(folder, _)| CourseCode::parse(folder))
        .collect();
    for folder in folders {
        draft.courses.extend(read_course(reader, folder));
    }
}

fn read_course(reader: &mut Reader<'_>, folder: CourseCode) -> Option<CourseDraft> {
    let root = format!("courses/{folder}");
    let mut course: Option<At<Course>> = read_whole(reader, &format!("{root}/course.toml"));
    if let Some(course) = course.as_mut().filter(|_| reader.drafts == Drafts::AsIfWhole) {
        course.value.status = Status::Complete;
    }
    let is_complete = course.as_ref().is_some_and(|course| course.value.is_complete());
    let mut draft = course.map(|course| CourseDraft {
        folder,
        course,
        lessons: Vec::new(),
        practice: None,
        items: Vec::new(),
        terms: Vec::new(),
        pictures: Default::default(),
        recordings: Vec::new(),
    });
    if let Some(draft) = draft.as_mut().filter(|_| is_complete) {
        read_lessons(reader, draft, &root);
        draft.items = read_items(reader, &format!("{root}/items.toml"));
        draft.practice = read_practice(reader, &format!("{root}/practice.toml"));
        let terms = format!("{root}/terms.toml");
        if reader.paths.contains(&terms) {
            draft.terms = read_list(reader, &terms, "term");
        }
        read_pictures(reader, draft, &root);
        draft.recordings = audio::read_recordings(reader, &root);
    } else {
        // Being written, or unreadable: its other files are nobody's business yet.
        reader.paths.retain(|path| !path.starts_with(&format!("{root}/")));
    }
    draft
}

fn read_lessons(reader: &mut Reader<'_>, draft: &mut CourseDraft, root: &str) {
    for path in reader.paths_between(&format!("{root}/core/"), ".md") {
        let name = path.rsplit('/').next().unwrap_or_default();
        let number = name.split_once('-').and_then(|(number, _)| number.parse().ok());
        let Some(number) = number else {
            reader.faults.push(Fault::new(&path, 1, Trouble::CoreFileName));
            continue;
        };
        draft.lessons.extend(lesson::read_lesson(reader, &path, LessonPlace::Core(number)));
    }
    for group in LEARNER_GROUPS {
        let path = format!("{root}/groups/{}.md", group.code().replace('_', "-"));
        draft.lessons.extend(lesson::read_lesson(reader, &path, LessonPlace::Group(group)));
    }
    draft.lessons.sort_by_key(|lesson| match lesson.place {
        LessonPlace::Core(number) => (0, number, None),
        LessonPlace::Group(group) => (1, 0, Some(group)),
    });
}

fn read_practice(reader: &mut Reader<'_>, path: &str) -> Option<PracticeDraft> {
    let text = reader.text(path)?;
    let mut file = TomlFile::parse(path, &text, 1, &mut reader.faults)?;
    let screens: Vec<At<Screen>> = file.take_list("screen", &mut reader.faults);
    let head: At<Practice> = file.rest(&mut reader.faults)?;
    Some(PracticeDraft { head, screens })
}

fn read_pictures(reader: &mut Reader<'_>, draft: &mut CourseDraft, root: &str) {
    for path in reader.paths_between(&format!("{root}/img/"), ".svg") {
        let Some(text) = reader.text(&path) else { continue };
        let name = path.strip_prefix(&format!("{root}/")).unwrap_or(&path).to_owned();
        match picture::parse(&text) {
            Ok(picture) => drop(draft.pictures.insert(name, picture)),
            Err((line, trouble)) => {
                reader.faults.push(Fault::new(&path, line, trouble));
                // Known all the same, so that its uses are not called broken as well.
                draft.pictures.insert(name, picture::Picture::default());
            }
        }
    }
}

fn read_items(reader: &mut Reader<'_>, path: &str) -> Vec<At<Item>> {
    let raw: Vec<At<RawItem>> = read_list(reader, path, "item");
    let mut items = Vec::new();
    for At { value, file, lines } in raw {
        match value.into_item() {
            Ok(item) => items.push(At { value: item, file, lines }),
            Err(trouble) => reader.faults.push(Fault::new(&file, lines.line(), trouble)),
        }
    }
    items
}

/// An item as it stands in the file: every kind's keys are possible.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawItem {
    id: String,
    kind: String,
    outcome: String,
    lesson: String,
    difficulty: u8,
    groups: Audience,
    #[serde(rename = "use")]
    purpose: Use,
    #[serde(default)]
    situation: bool,
    stem: String,
    explain: String,
    options: Option<Vec<Choice>>,
    answer: Option<bool>,
    sequence: Option<Vec<String>>,
    pairs: Option<Vec<Pair>>,
    screen: Option<ShownScreen>,
    #[serde(default)]
    vars: Variables,
}

impl RawItem {
    fn into_item(mut self) -> Result<Item, Trouble> {
        let form = self.form()?;
        let spare = [
            ("options", self.options.is_some()),
            ("answer", self.answer.is_some()),
            ("sequence", self.sequence.is_some()),
            ("pairs", self.pairs.is_some()),
            ("screen", self.screen.is_some()),
        ];
        if let Some((key, _)) = spare.into_iter().find(|(_, is_there)| *is_there) {
            return Err(Trouble::KeyOfAnotherKind { kind: self.kind, key });
        }
        let item = Item {
            hash: crate::kernel::digest_of(&[]),
            id: self.id,
            outcome: self.outcome,
            lesson: self.lesson,
            difficulty: self.difficulty,
            groups: self.groups,
            purpose: self.purpose,
            situation: self.situation,
            stem: self.stem,
            form,
            explain: self.explain,
            vars: self.vars,
        };
        let json = item.to_json();
        Ok(Item::from_json(&json).unwrap_or(item))
    }

    /// Takes what its kind needs.
    fn form(&mut self) -> Result<Form, Trouble> {
        let missing = |key: &str| Trouble::MissingKey(key.to_owned());
        Ok(match self.kind.as_str() {
            "single" => Form::Single { options: self.options.take().ok_or_else(|| missing("options"))? },
            "multiple" => Form::Multiple { options: self.options.take().ok_or_else(|| missing("options"))? },
            "truefalse" => Form::TrueFalse { answer: self.answer.take().ok_or_else(|| missing("answer"))? },
            "order" => Form::Order { sequence: self.sequence.take().ok_or_else(|| missing("sequence"))? },
            "match" => Form::Match { pairs: self.pairs.take().ok_or_else(|| missing("pairs"))? },
            "screen" => Form::Screen {
                screen: self.screen.take().ok_or_else(|| missing("screen"))?,
                options: self.options.take().ok_or_else(|| missing("options"))?,
            },
            other => return Err(Trouble::UnknownKind(other.to_owned())),
        })
    }
}
