//! One screen of a practice, as it is shown.

use super::model::{Course, Element};

/// One screen of a practice as it is shown. `task`, the texts of `elements` and `notes` are HTML from the one filter;
/// the others are plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// The title bar.
    pub app: Option<String>,
    /// The page's heading.
    pub title: String,
    /// What is asked, as HTML.
    pub task: String,
    /// What the phone shows.
    pub elements: Vec<Shown>,
    /// What one can do, in the order of the file.
    pub actions: Vec<SceneAction>,
    /// Whether the run ends here.
    pub is_end: bool,
    /// Words explained and numbers named, as HTML; to stand under the elements.
    pub notes: String,
}

/// Something one can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SceneAction {
    /// Says what one does.
    pub label: String,
    /// The label of the field, where something is typed.
    pub field: Option<String>,
}

/// Something the pretended phone shows. All texts are HTML from the one filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
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
        /// The whole figure.
        figure: String,
    },
}

/// `element`, with its texts from `html`, which has them in the element's order.
pub(super) fn shown(element: &Element, course: &Course, html: &mut impl Iterator<Item = String>) -> Shown {
    let mut next = || html.next().unwrap_or_default();
    match element {
        Element::Message { .. } => Shown::Message { from: next(), text: next() },
        Element::Text { .. } => Shown::Text { text: next() },
        Element::Row { .. } => Shown::Row { label: next(), value: next() },
        Element::Call { .. } => Shown::Call { from: next(), text: next() },
        Element::Notice { .. } => Shown::Notice { text: next() },
        Element::Image { src, alt } => {
            next();
            Shown::Image { figure: course.pictures.get(src).map(|picture| picture.figure(alt)).unwrap_or_default() }
        }
    }
}
