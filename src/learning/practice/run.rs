//! One run through a practice: where it stands, what an action makes of it.

use std::collections::{BTreeSet, HashMap};

use crate::curriculum::model::{Action, Practice, Screen, Verdict};
use crate::curriculum::rules::Draw;
use crate::kernel::{Chance, Seed};

/// One run. Screens and actions are named by their place in the file; `token` ties a run to the very file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// What draws names and amounts; also tells one run from another.
    pub seed: Seed,
    /// The screen it stands on.
    pub screen: u8,
    /// Actions taken.
    pub steps: u16,
    /// The unwise actions taken, each once: screen and action.
    pub wrong: BTreeSet<(u8, u8)>,
    /// The action that led here, while its effect is being told.
    pub after: Option<After>,
}

/// An action that was just taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct After {
    /// On which screen.
    pub screen: u8,
    /// Which of its actions.
    pub action: u8,
    /// Whether what was typed was right; true of every tap.
    pub done: Done,
}

/// Whether an action was carried out as meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It was tapped, or the right thing was typed.
    AsMeant,
    /// Something else was typed.
    Mistyped,
}

/// What is told of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// Whether it was wise.
    pub verdict: Verdict,
    /// What was done, in the words of the button.
    pub label: String,
    /// What happened and why.
    pub says: String,
    /// The id of the outcome it teaches.
    pub outcome: Option<String>,
    /// Whether one stands on the same screen again.
    pub is_same_screen: bool,
}

/// Why an action cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotYet {
    /// The screen has no such action.
    NoSuchAction,
    /// Nothing was typed.
    NothingTyped,
}

impl Run {
    /// A fresh run at the first screen.
    #[must_use]
    pub fn fresh(practice: &Practice) -> Self {
        Self::with_seed(practice, Chance::fresh_seed())
    }

    /// A run at the first screen that draws from `seed`.
    #[must_use]
    pub fn with_seed(practice: &Practice, seed: Seed) -> Self {
        let screen = place_of(practice, &practice.start).unwrap_or(0);
        Self { seed, screen, steps: 0, wrong: BTreeSet::new(), after: None }
    }

    /// A run from `seed` that goes the shortest way to the end, without a mistake where there is such a way.
    #[must_use]
    pub fn walked(practice: &Practice, seed: Seed) -> Option<Self> {
        let steps = steps_to_end(practice);
        let left = |run: &Self| steps.get(usize::from(run.screen)).copied().flatten();
        let mut run = Self::with_seed(practice, seed);
        while !run.is_over(practice) {
            let actions = run.screen(practice)?.actions.iter();
            let ways = (0..).zip(actions).filter_map(|(place, action)| {
                let typed = action.typed.as_ref().and_then(|field| field.expects.first());
                let typed = typed.map(|expected| run.drawn(practice).fill(expected)).unwrap_or_default();
                let next = run.act(practice, place, &typed).ok()?.told();
                (left(&next) < left(&run) && left(&next).is_some()).then_some((
                    action.verdict == Verdict::Wrong,
                    left(&next),
                    next,
                ))
            });
            run = ways.min_by_key(|(is_wrong, left, _)| (*is_wrong, *left)).map(|(_, _, next)| next)?;
        }
        Some(run)
    }

    /// The screen it stands on.
    #[must_use]
    pub fn screen<'p>(&self, practice: &'p Practice) -> Option<&'p Screen> {
        practice.screens.get(usize::from(self.screen))
    }

    /// Whether it has come to the end.
    #[must_use]
    pub fn is_over(&self, practice: &Practice) -> bool {
        self.screen(practice).is_some_and(|screen| screen.end)
    }

    /// The names and amounts it shows.
    #[must_use]
    pub fn drawn(&self, practice: &Practice) -> Draw {
        Draw::of(&practice.vars, &mut self.seed.chance("practice"))
    }

    /// The run after the action at `place` on its screen; `typed` counts where that asks for typing.
    ///
    /// # Errors
    /// [`NotYet`]; the run stays as it was.
    pub fn act(&self, practice: &Practice, place: u8, typed: &str) -> Result<Self, NotYet> {
        let actions = self.screen(practice).map(|screen| screen.actions.as_slice()).unwrap_or_default();
        let action = actions.get(usize::from(place)).ok_or(NotYet::NoSuchAction)?;
        let done = self.carried_out(practice, action, typed)?;
        let to = match done {
            Done::AsMeant => place_of(practice, &action.to),
            Done::Mistyped => action.wrong_to.as_deref().and_then(|to| place_of(practice, to)),
        };
        let mut next = self.clone();
        next.screen = to.unwrap_or(self.screen);
        next.steps = self.steps.saturating_add(1);
        next.after = Some(After { screen: self.screen, action: place, done });
        if done == Done::Mistyped || action.verdict == Verdict::Wrong {
            next.wrong.insert((self.screen, place));
        }
        Ok(next)
    }

    fn carried_out(&self, practice: &Practice, action: &Action, typed: &str) -> Result<Done, NotYet> {
        let Some(field) = &action.typed else { return Ok(Done::AsMeant) };
        if typed.trim().is_empty() {
            return Err(NotYet::NothingTyped);
        }
        let is_right = self.drawn(practice).is_expected(typed, &field.expects);
        Ok(if is_right { Done::AsMeant } else { Done::Mistyped })
    }

    /// What is told of the action that led here; nothing where there was none or it has nothing to tell.
    #[must_use]
    pub fn feedback(&self, practice: &Practice) -> Option<Feedback> {
        let after = self.after?;
        let action = practice.screens.get(usize::from(after.screen))?.actions.get(usize::from(after.action))?;
        let (verdict, says) = match after.done {
            Done::AsMeant => (action.verdict, action.says.as_deref()),
            Done::Mistyped => (Verdict::Wrong, action.wrong_says.as_deref()),
        };
        let drawn = self.drawn(practice);
        Some(Feedback {
            verdict,
            label: drawn.fill(&action.label),
            says: drawn.fill(says?),
            outcome: action.outcome.clone(),
            is_same_screen: after.screen == self.screen,
        })
    }

    /// The same run once the effect has been told.
    #[must_use]
    pub fn told(&self) -> Self {
        Self { after: None, ..self.clone() }
    }

    /// The run back on the screen of the action just told.
    #[must_use]
    pub fn back(&self) -> Self {
        Self { screen: self.after.map_or(self.screen, |after| after.screen), after: None, ..self.clone() }
    }
}

fn place_of(practice: &Practice, id: &str) -> Option<u8> {
    practice.screens.iter().position(|screen| screen.id == id).and_then(|place| u8::try_from(place).ok())
}

/// The fewest actions from each screen to the end, by the screen's place; screens from which there is no way have none.
#[must_use]
pub fn steps_to_end(practice: &Practice) -> Vec<Option<usize>> {
    let places: HashMap<&str, usize> =
        practice.screens.iter().enumerate().map(|(place, screen)| (screen.id.as_str(), place)).collect();
    let mut steps: Vec<Option<usize>> = practice.screens.iter().map(|screen| screen.end.then_some(0)).collect();
    for _ in &practice.screens {
        let better: Vec<Option<usize>> = practice
            .screens
            .iter()
            .zip(&steps)
            .map(|(screen, known)| {
                let ways =
                    screen.actions.iter().filter_map(|action| steps.get(*places.get(action.to.as_str())?).copied().flatten());
                known.or_else(|| ways.min().map(|rest| rest + 1))
            })
            .collect();
        if better == steps {
            break;
        }
        steps = better;
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
        id = "T19-p"
        title = "t"
        goal = "g"
        minutes = 1
        outcomes = []
        start = "a"
        [vars]
        sum = { min = 5, max = 5, step = 1 }
        [[screen]]
        id = "a"
        title = "A"
        task = ""
        elements = []
        [[screen.action]]
        label = "点链接"
        to = "a"
        verdict = "wrong"
        says = "那是假的，要您 {sum} 元。"
        outcome = "T19-o1"
        [[screen.action]]
        label = "写金额"
        type = { label = "多少", expects = ["{sum}"] }
        to = "b"
        verdict = "right"
        says = "对了。"
        wrong_to = "a"
        wrong_says = "再看看。"
        [[screen]]
        id = "b"
        title = "B"
        task = ""
        elements = []
        end = true
    "#;

    fn small() -> Practice {
        toml::from_str(SMALL).unwrap()
    }

    #[test]
    fn a_mistake_is_told_kindly_counted_once_and_leads_on() {
        let practice = small();
        let run = Run::with_seed(&practice, Seed([3; 16]));
        let once = run.act(&practice, 0, "").unwrap();
        let told = once.feedback(&practice).unwrap();
        assert_eq!((told.verdict, told.says.as_str(), told.is_same_screen), (Verdict::Wrong, "那是假的，要您 5 元。", true));
        let twice = once.told().act(&practice, 0, "").unwrap();
        assert_eq!((twice.wrong.len(), twice.steps), (1, 2));
        assert_eq!(twice.told().feedback(&practice), None);
    }

    #[test]
    fn typing_is_compared_with_what_the_run_shows() {
        let practice = small();
        let run = Run::with_seed(&practice, Seed([3; 16]));
        assert_eq!(run.act(&practice, 1, " "), Err(NotYet::NothingTyped));
        assert_eq!(run.act(&practice, 9, "5"), Err(NotYet::NoSuchAction));
        let mistyped = run.act(&practice, 1, "6").unwrap();
        assert_eq!(mistyped.feedback(&practice).map(|told| told.says), Some("再看看。".to_owned()));
        assert!(!mistyped.is_over(&practice) && mistyped.wrong.len() == 1);
        let right = mistyped.told().act(&practice, 1, "５元").unwrap();
        assert!(right.is_over(&practice));
        assert_eq!(right.act(&practice, 0, ""), Err(NotYet::NoSuchAction));
        assert_eq!(right.back().screen, 0);
    }

    #[test]
    fn the_way_to_the_end_is_counted_in_actions() {
        assert_eq!(steps_to_end(&small()), [Some(1), Some(0)]);
    }
}
