//! Items of the bank: six forms, one audience, one use.

use serde::{Deserialize, Serialize};

use super::{CourseCode, Variables};
use crate::curriculum::rules::{self, Draw};
use crate::kernel::{Digest, Group, Seed};

/// One item. Where it has variables it is a template, and is filled before anybody sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The digest of its canonical JSON: what attempts point at.
    #[serde(skip, default = "no_hash")]
    pub hash: Digest,
    /// `T19-i01`.
    pub id: String,
    /// The outcome it asks about.
    pub outcome: String,
    /// The lesson that teaches it.
    pub lesson: String,
    /// 1 (easy) to 5.
    pub difficulty: u8,
    /// Whom it suits.
    pub groups: Audience,
    /// In lessons or only in tests.
    #[serde(rename = "use")]
    pub purpose: Use,
    /// Whether it tells of a situation out of life.
    pub situation: bool,
    /// The question.
    pub stem: String,
    /// What is answered, and what is right.
    pub form: Form,
    /// Why, kindly.
    pub explain: String,
    /// What each asking picks by chance; stands as `{name}` in texts. A filled item has none.
    #[serde(default, skip_serializing_if = "Variables::is_empty")]
    pub vars: Variables,
}

fn no_hash() -> Digest {
    crate::kernel::digest_of(&[])
}

impl Item {
    /// The course it belongs to.
    #[must_use]
    pub fn course(&self) -> Option<CourseCode> {
        CourseCode::of_id(&self.id)
    }

    /// Whether its words change from asking to asking.
    #[must_use]
    pub fn is_template(&self) -> bool {
        !self.vars.is_empty()
    }

    /// The item as the question at `position` (from 1) of whatever `seed` belongs to: the same words whenever it is asked for, also
    /// where the template has been read from what an older edition kept.
    #[must_use]
    pub fn asked(&self, seed: Seed, position: usize) -> Self {
        if !self.is_template() {
            return self.clone();
        }
        self.filled(&Draw::of(&self.vars, &mut seed.chance(&format!("vars {position}"))))
    }

    /// The item with the words of `draw` in its texts, under the hash and the id of the template.
    #[must_use]
    pub fn filled(&self, draw: &Draw) -> Self {
        Self {
            stem: draw.fill(&self.stem),
            form: self.form.filled(draw),
            explain: draw.fill(&self.explain),
            vars: Variables::new(),
            ..self.clone()
        }
    }

    /// All its texts.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        let mut texts = vec![self.stem.as_str(), self.explain.as_str()];
        texts.extend(self.form.texts());
        texts
    }

    /// Its canonical JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        rules::canonical_json(self)
    }

    /// The item kept as `json`, with the hash of these very bytes.
    #[must_use]
    pub fn from_json(json: &str) -> Option<Self> {
        let item: Self = serde_json::from_str(json).ok()?;
        Some(Self { hash: rules::content_hash(rules::ContentKind::Item, json), ..item })
    }
}

/// What is answered, and what is right. The order in the file is not the order shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Form {
    /// Exactly one choice is right.
    Single {
        /// Three or four.
        options: Vec<Choice>,
    },
    /// At least two choices are right.
    Multiple {
        /// Four or five.
        options: Vec<Choice>,
    },
    /// Right or wrong.
    TrueFalse {
        /// Whether the stem is true.
        answer: bool,
    },
    /// To be put in order.
    Order {
        /// In the right order.
        sequence: Vec<String>,
    },
    /// To be paired.
    Match {
        /// Each left with its right.
        pairs: Vec<Pair>,
    },
    /// A screen to judge; exactly one choice is right.
    Screen {
        /// What the pretended phone shows.
        screen: ShownScreen,
        /// Three or four.
        options: Vec<Choice>,
    },
}

impl Form {
    /// The kind's word in files and JSON.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Single { .. } => "single",
            Self::Multiple { .. } => "multiple",
            Self::TrueFalse { .. } => "truefalse",
            Self::Order { .. } => "order",
            Self::Match { .. } => "match",
            Self::Screen { .. } => "screen",
        }
    }

    /// All its texts.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        let options = self.options().iter().map(|option| option.text.as_str());
        match self {
            Self::Single { .. } | Self::Multiple { .. } | Self::TrueFalse { .. } => options.collect(),
            Self::Order { sequence } => sequence.iter().map(String::as_str).collect(),
            Self::Match { pairs } => pairs.iter().flat_map(|pair| [pair.left.as_str(), pair.right.as_str()]).collect(),
            Self::Screen { screen, .. } => {
                let from = screen.from.as_deref();
                options.chain([screen.app.as_str(), screen.text.as_str()]).chain(from).collect()
            }
        }
    }

    /// The form with the words of `draw` in its texts.
    #[must_use]
    pub fn filled(&self, draw: &Draw) -> Self {
        let of = |options: &[Choice]| {
            options.iter().map(|option| Choice { text: draw.fill(&option.text), right: option.right }).collect()
        };
        match self {
            Self::Single { options } => Self::Single { options: of(options) },
            Self::Multiple { options } => Self::Multiple { options: of(options) },
            Self::TrueFalse { answer } => Self::TrueFalse { answer: *answer },
            Self::Order { sequence } => Self::Order { sequence: sequence.iter().map(|text| draw.fill(text)).collect() },
            Self::Match { pairs } => {
                let fill = |pair: &Pair| Pair { left: draw.fill(&pair.left), right: draw.fill(&pair.right) };
                Self::Match { pairs: pairs.iter().map(fill).collect() }
            }
            Self::Screen { screen, options } => {
                let from = screen.from.as_ref().map(|from| draw.fill(from));
                let screen = ShownScreen { app: draw.fill(&screen.app), from, text: draw.fill(&screen.text) };
                Self::Screen { screen, options: of(options) }
            }
        }
    }

    /// The choices, where there are any.
    #[must_use]
    pub fn options(&self) -> &[Choice] {
        match self {
            Self::Single { options } | Self::Multiple { options } | Self::Screen { options, .. } => options,
            Self::TrueFalse { .. } | Self::Order { .. } | Self::Match { .. } => &[],
        }
    }
}

/// One choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its text.
    pub text: String,
    /// Whether it is right.
    #[serde(default)]
    pub right: bool,
}

/// One pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// What is asked.
    pub left: String,
    /// What belongs to it.
    pub right: String,
}

/// What the pretended phone shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownScreen {
    /// The title bar.
    pub app: String,
    /// Who it is from, where somebody is.
    #[serde(default)]
    pub from: Option<String>,
    /// The text shown.
    pub text: String,
}

/// Whether an item may be shown in lessons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// In lessons.
    Learn,
    /// Only in tests.
    Test,
    /// Only in supervised sessions of level 3: nothing else asks it.
    Exam,
}

/// Whom an item suits: everybody, or some groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody.
    All,
    /// Only these.
    Groups(Vec<Group>),
}

impl Audience {
    /// The word for everybody in files.
    const ALL: &str = "all";

    /// Whether it suits somebody of these groups.
    #[must_use]
    pub fn suits(&self, groups: &[Group]) -> bool {
        match self {
            Self::All => true,
            Self::Groups(only) => groups.iter().any(|group| only.contains(group)),
        }
    }
}

impl Serialize for Audience {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => [Self::ALL].serialize(serializer),
            Self::Groups(groups) => groups.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = Vec::<String>::deserialize(deserializer)?;
        if matches!(words.as_slice(), [only] if only == Self::ALL) {
            return Ok(Self::All);
        }
        let groups: Option<Vec<Group>> = words.iter().map(|word| word.parse().ok()).collect();
        match groups {
            Some(groups)
                if !groups.is_empty() && !groups.iter().any(|group| matches!(group, Group::Disabled | Group::Public)) =>
            {
                Ok(Self::Groups(groups))
            }
            _ => Err(serde::de::Error::custom("groups are `all` alone or some of the five groups")),
        }
    }
}
