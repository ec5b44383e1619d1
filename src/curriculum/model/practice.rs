//! Practices: a harmless simulation as a state machine.

use serde::{Deserialize, Serialize};

use super::Variables;

/// One practice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Practice {
    /// `T19-p`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What one practises, in one sentence.
    pub goal: String,
    /// Minutes by design.
    pub minutes: i64,
    /// The outcomes it practises.
    pub outcomes: Vec<String>,
    /// The first screen.
    pub start: String,
    /// What each run picks by chance; stands as `{name}` in texts.
    #[serde(default)]
    pub vars: Variables,
    /// The screens.
    #[serde(rename = "screen", default)]
    pub screens: Vec<Screen>,
}

impl Practice {
    /// The screen named `id`.
    #[must_use]
    pub fn screen(&self, id: &str) -> Option<&Screen> {
        self.screens.iter().find(|screen| screen.id == id)
    }
}

/// One screen of the pretended phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Screen {
    /// Its id within the practice.
    pub id: String,
    /// The title bar; the last screen may have none.
    #[serde(default)]
    pub app: Option<String>,
    /// The page's heading.
    pub title: String,
    /// What is asked.
    pub task: String,
    /// What the phone shows, top to bottom.
    pub elements: Vec<Element>,
    /// What one can do.
    #[serde(rename = "action", default)]
    pub actions: Vec<Action>,
    /// Whether the run ends here.
    #[serde(default)]
    pub end: bool,
}

/// Something the pretended phone shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Element {
    /// A message bubble.
    Message {
        /// Who sent it.
        from: String,
        /// What it says.
        text: String,
    },
    /// Plain text.
    Text {
        /// The text.
        text: String,
    },
    /// A labelled row.
    Row {
        /// The label.
        label: String,
        /// The value.
        value: String,
    },
    /// An incoming call.
    Call {
        /// Who calls.
        from: String,
        /// What the voice says.
        text: String,
    },
    /// A notice of the system.
    Notice {
        /// The text.
        text: String,
    },
    /// A picture.
    Image {
        /// Its path (`img/x.svg`).
        src: String,
        /// What it shows, in words.
        alt: String,
    },
}

impl Element {
    /// All its texts.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Message { from, text } | Self::Call { from, text } => vec![from, text],
            Self::Text { text } | Self::Notice { text } => vec![text],
            Self::Row { label, value } => vec![label, value],
            Self::Image { alt, .. } => vec![alt],
        }
    }
}

/// Something one can do on a screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Says what one does.
    pub label: String,
    /// Where it leads.
    pub to: String,
    /// Whether it was wise.
    pub verdict: Verdict,
    /// What happened and why; shown on the next screen.
    #[serde(default)]
    pub says: Option<String>,
    /// What it teaches.
    #[serde(default)]
    pub outcome: Option<String>,
    /// Typing instead of tapping.
    #[serde(rename = "type", default)]
    pub typed: Option<Typed>,
    /// Where something else than expected leads.
    #[serde(default)]
    pub wrong_to: Option<String>,
    /// What is said then.
    #[serde(default)]
    pub wrong_says: Option<String>,
}

/// Typing instead of tapping.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    /// The field's label.
    pub label: String,
    /// What is right; any of these.
    pub expects: Vec<String>,
}

/// Whether an action was wise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It was.
    Right,
    /// It was not; nothing is lost.
    Wrong,
    /// Neither.
    Neutral,
}
