//! The question component: what the template `components/question.html` draws, the same for quizzes, 我试过了 and unit tests.

use std::fmt;

use askama::filters::HtmlSafe;

use super::Shown;
use super::forms::{CHOICE, LINES, UNKNOWN};
use super::rules::Given;
use super::shown::{entry, key_of, right};
use crate::curriculum::Shelf;
use crate::curriculum::model::{Form, Item, ShownScreen};
use crate::i18n::Lang;
use crate::recordings::Listen;
use crate::web::{FieldErrors, Fields, Filled, phrases};

/// Where a question is asked. It decides the words around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The quiz at the end of a lesson: said at once whether it is right.
    Quiz,
    /// 我试过了: about what is seen on one's own phone.
    Tried,
    /// A unit test: kept at once, graded when it is handed in.
    Test,
}

/// What is known of the answer when the question is shown.
#[derive(Clone, Debug, Default)]
pub enum Entry {
    /// Nothing yet.
    #[default]
    Blank,
    /// This was answered and kept.
    Kept(Given),
    /// This was sent and is to be mended.
    Wrong(Fields, FieldErrors),
}

/// A link of a page: address and words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub words: String,
}

impl Link {
    /// A link.
    #[must_use]
    pub fn new(href: impl Into<String>, words: impl Into<String>) -> Self {
        Self { href: href.into(), words: words.into() }
    }
}

/// Something to tap, to tick or to pick.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The field's value.
    pub value: String,
    /// Its words, in phrases.
    pub words: Vec<String>,
    /// Whether it is chosen.
    pub is_chosen: bool,
}

/// A thing with a list to pick from: a step, or what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The field's name.
    pub name: &'static str,
    /// Its words, in phrases.
    pub words: Vec<String>,
    /// What may be picked; the first is 请选.
    pub choices: Vec<Choice>,
    /// What is wrong with it, in words; empty where nothing is.
    pub wrong: String,
}

/// A question to be drawn by `components/question.html`.
#[derive(Clone, Debug)]
pub struct Question {
    /// Where its form is sent.
    pub action: String,
    /// The question, in phrases.
    pub stem: Vec<String>,
    /// How to answer.
    pub hint: String,
    /// The pretended phone, where there is one.
    pub screen: Option<ShownScreen>,
    /// Choices of which one tap answers.
    pub taps: Vec<Choice>,
    /// Choices of which several are ticked, then sent.
    pub ticks: Vec<Choice>,
    /// Things each with a list, then sent.
    pub lines: Vec<Line>,
    /// 不知道, where it is a button beside the lists.
    pub unknown: Choice,
    /// The words of the button that sends ticks and lists.
    pub send: String,
    /// Whether the answer shown is kept.
    pub is_kept: bool,
    /// The form as it was sent, where it is to be mended.
    pub form: Filled,
    /// What is wrong with the choice, in words; empty where nothing is.
    pub wrong: String,
    /// The way on, where there is one already.
    pub go: Option<Link>,
    /// The way back.
    pub back: Option<Link>,
    /// The question read aloud.
    pub voices: Vec<Listen>,
}

impl Question {
    /// The question `shown` in its setting; its form is sent to `action`.
    #[must_use]
    pub fn new(shown: &Shown<'_>, setting: Setting, lang: Lang, action: impl Into<String>, known: Entry) -> Self {
        let item = shown.item();
        let is_kept = matches!(known, Entry::Kept(_)) && setting == Setting::Test;
        let (form, wrong) = match &known {
            Entry::Wrong(fields, errors) => {
                let form = Filled::wrong(fields.clone(), errors.clone());
                let wrong = form.error(CHOICE, lang);
                (form, wrong)
            }
            Entry::Blank | Entry::Kept(_) => (Filled::default(), String::new()),
        };
        let draft = Draft { shown, setting, lang, known };
        Self {
            action: action.into(),
            stem: phrases(&item.stem),
            hint: draft.hint(),
            screen: screen_of(item),
            taps: draft.taps(),
            ticks: draft.ticks(),
            lines: draft.lines(&form),
            unknown: draft.unknown(),
            send: lang.t(match setting {
                Setting::Quiz | Setting::Tried => "question-send",
                Setting::Test if is_kept => "question-send-test-again",
                Setting::Test => "question-send-test",
            }),
            is_kept,
            form,
            wrong,
            go: None,
            back: None,
            voices: Vec::new(),
        }
    }

    /// With a way on.
    #[must_use]
    pub fn go(mut self, link: Option<Link>) -> Self {
        self.go = link;
        self
    }

    /// With a way back.
    #[must_use]
    pub fn back(mut self, link: Option<Link>) -> Self {
        self.back = link;
        self
    }

    /// With its recordings.
    #[must_use]
    pub fn voices(mut self, voices: Vec<Listen>) -> Self {
        self.voices = voices;
        self
    }

    /// Whether something is to be mended.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        !self.form.errors().is_empty()
    }

    /// Whether something is put together before it is sent.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        !self.ticks.is_empty() || !self.lines.is_empty()
    }
}

fn screen_of(item: &Item) -> Option<ShownScreen> {
    let Form::Screen { screen, .. } = &item.form else { return None };
    Some(screen.clone())
}

/// A question on its way to being drawn.
struct Draft<'a> {
    shown: &'a Shown<'a>,
    setting: Setting,
    lang: Lang,
    known: Entry,
}

impl Draft<'_> {
    const fn form(&self) -> &Form {
        &self.shown.item().form
    }

    fn hint(&self) -> String {
        let is_test = self.setting == Setting::Test;
        self.lang.t(match (self.form(), self.setting) {
            (Form::Single { .. } | Form::Screen { .. } | Form::TrueFalse { .. }, Setting::Quiz) => "question-tap-quiz",
            (Form::Single { .. } | Form::Screen { .. } | Form::TrueFalse { .. }, Setting::Tried) => "question-tap-tried",
            (Form::Single { .. } | Form::Screen { .. } | Form::TrueFalse { .. }, Setting::Test) => "question-tap-test",
            (Form::Multiple { .. }, _) if is_test => "question-tick-test",
            (Form::Multiple { .. }, _) => "question-tick",
            (Form::Order { .. }, _) if is_test => "question-order-test",
            (Form::Order { .. }, _) => "question-order",
            (Form::Match { .. }, _) if is_test => "question-match-test",
            (Form::Match { .. }, _) => "question-match",
        })
    }

    fn taps(&self) -> Vec<Choice> {
        match self.form() {
            Form::Single { .. } | Form::Screen { .. } => self.choices(),
            Form::TrueFalse { .. } => {
                let truth = |(value, key, answer): (&str, &str, bool)| {
                    let is_chosen = matches!(&self.known, Entry::Kept(Given::Truth(given)) if *given == answer);
                    Choice { value: value.to_owned(), words: phrases(&self.lang.t(key)), is_chosen }
                };
                let mut taps = [("1", "answer-true", true), ("2", "answer-false", false)].map(truth).to_vec();
                taps.push(self.unknown());
                taps
            }
            Form::Multiple { .. } | Form::Order { .. } | Form::Match { .. } => Vec::new(),
        }
    }

    fn ticks(&self) -> Vec<Choice> {
        if matches!(self.form(), Form::Multiple { .. }) { self.choices() } else { Vec::new() }
    }

    /// The choices in the order shown, 不知道 last.
    fn choices(&self) -> Vec<Choice> {
        let choice = |(at, (place, text)): (usize, (usize, &str))| {
            let value = (at + 1).to_string();
            let is_chosen = match &self.known {
                Entry::Blank => false,
                Entry::Kept(given) => matches!(given, Given::Chosen(chosen) if chosen.contains(&place)),
                Entry::Wrong(fields, _) => fields.all(CHOICE).any(|sent| sent == value),
            };
            Choice { value, words: phrases(text), is_chosen }
        };
        let mut choices: Vec<Choice> = self.shown.entries().enumerate().map(choice).collect();
        choices.push(self.unknown());
        choices
    }

    fn unknown(&self) -> Choice {
        let is_chosen = match &self.known {
            Entry::Blank => false,
            Entry::Kept(given) => *given == Given::Unknown,
            Entry::Wrong(fields, _) => fields.all(CHOICE).any(|sent| sent == UNKNOWN),
        };
        let key = if self.setting == Setting::Tried { "answer-unknown-tried" } else { "answer-unknown" };
        Choice { value: UNKNOWN.to_owned(), words: phrases(&self.lang.t(key)), is_chosen }
    }

    fn lines(&self, form: &Filled) -> Vec<Line> {
        if !matches!(self.form(), Form::Order { .. } | Form::Match { .. }) {
            return Vec::new();
        }
        let line = |(name, (place, text)): (&&'static str, (usize, &str))| {
            let picked = match &self.known {
                Entry::Blank => UNKNOWN.to_owned(),
                Entry::Kept(given) => self.picked(given, place).to_string(),
                Entry::Wrong(fields, _) => fields.get(name).to_owned(),
            };
            Line { name, words: phrases(text), choices: self.picks(&picked), wrong: form.error(name, self.lang) }
        };
        LINES.iter().zip(self.shown.entries()).map(line).collect()
    }

    /// The number that stands in the list of the thing at `place`, 0 for none.
    fn picked(&self, given: &Given, place: usize) -> usize {
        let at = match given {
            Given::Order(order) => order.iter().position(|thing| *thing == place),
            Given::Pairs(pairs) => pairs.get(place).and_then(|right| self.shown.rights().position(|(other, _)| other == *right)),
            Given::Chosen(_) | Given::Truth(_) | Given::Unknown => None,
        };
        at.map_or(0, |at| at + 1)
    }

    /// What may be picked in a list.
    fn picks(&self, picked: &str) -> Vec<Choice> {
        let pick = |value: usize, words: String| {
            let value = value.to_string();
            Choice { is_chosen: value == picked, value, words: vec![words] }
        };
        let mut picks = vec![pick(0, self.lang.t("answer-pick"))];
        if matches!(self.form(), Form::Order { .. }) {
            let step = |step: usize| self.lang.fill("answer-step", &[("step", &step.to_string())]);
            picks.extend(self.shown.entries().enumerate().map(|(at, _)| pick(at + 1, step(at + 1))));
        } else {
            picks.extend(self.shown.rights().enumerate().map(|(at, (_, text))| pick(at + 1, text.to_owned())));
        }
        picks
    }
}

/// What is said when an answer is known: in a quiz at once, after a passed test for what was not right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it was right.
    pub is_right: bool,
    /// The question.
    pub stem: String,
    /// What was answered, as a sentence.
    pub said: String,
    /// What is right, in words.
    pub better: String,
    /// Why.
    pub why: Explained,
}

impl Verdict {
    /// The verdict on `given`.
    #[must_use]
    pub fn of(shelf: &Shelf, item: &Item, given: Option<&Given>, lang: Lang) -> Self {
        let key = key_of(item);
        Self {
            is_right: super::grade(&key, given).right,
            stem: item.stem.clone(),
            said: match given {
                Some(given) => lang.fill("verdict-said", &[("words", &answer_words(item, given, lang))]),
                None => lang.t("answer-none"),
            },
            better: answer_words(item, &key.right_answer(), lang),
            why: Explained(shelf.text_html(&item.explain, &format!("why-{}", item.id))),
        }
    }
}

/// An explanation as HTML. Only the curriculum's one filter makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained(String);

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Explained {}

/// An answer in words.
#[must_use]
pub fn answer_words(item: &Item, given: &Given, lang: Lang) -> String {
    let form = &item.form;
    let words: Vec<String> = match given {
        Given::Unknown => vec![lang.t("answer-unknown")],
        Given::Truth(true) => vec![lang.t("answer-true")],
        Given::Truth(false) => vec![lang.t("answer-false")],
        Given::Chosen(chosen) => chosen.iter().filter_map(|place| entry(form, *place)).map(str::to_owned).collect(),
        Given::Order(order) => {
            let things = order.iter().filter_map(|place| entry(form, *place)).enumerate();
            things
                .map(|(at, thing)| lang.fill("answer-step-words", &[("step", &(at + 1).to_string()), ("words", thing)]))
                .collect()
        }
        Given::Pairs(pairs) => {
            let pairs = pairs.iter().enumerate().filter_map(|(left, other)| Some((entry(form, left)?, right(form, *other)?)));
            pairs.map(|(left, right)| lang.fill("answer-pair-words", &[("left", left), ("right", right)])).collect()
        }
    };
    words.join(&lang.t("answer-join"))
}
