//! Where somebody wants to begin: points of the start page, a reading list by name, what they mainly do. A choice, not a declaration.
//! Pure: how the choice is written in cookies and in an account, and which courses and groups' lessons come of it.

use super::model::{CourseCode, StartPoint, Steering};
use crate::identity::{PATHWAY_COOKIE, START_COOKIE};
use crate::kernel::Group;

/// The cookie of what somebody mainly does. It stands in no account: nobody else has to know.
pub const STEERING_COOKIE: &str = "steering";
/// Between the ids of start points, in cookie and account.
const JOIN: char = '.';
/// No honest choice is longer.
const MOST_POINTS: usize = 12;

/// What an account keeps of a choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeptChoice<'a> {
    /// The start points, as [`Chosen::points_text`] writes them.
    pub points: Option<&'a str>,
    /// The code of the pathway.
    pub pathway: Option<&'a str>,
}

/// Where somebody wants to begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// The ids of the points chosen.
    pub points: Vec<String>,
    /// The pathway chosen by name.
    pub pathway: Option<Group>,
    /// The groups somebody belongs to by their own word: whose lessons are theirs.
    pub groups: Vec<Group>,
    /// What they mainly do: the id of an answer to the steering question.
    pub steering: Option<String>,
}

impl Chosen {
    /// What somebody of these `groups` chose: as their account keeps it, or, where it keeps nothing, as their browser does.
    #[must_use]
    pub fn read(account: KeptChoice<'_>, groups: &[Group], cookie: impl Fn(&str) -> Option<String>) -> Self {
        let (points, pathway) = match account {
            KeptChoice { points: None, pathway: None } => (cookie(START_COOKIE), cookie(PATHWAY_COOKIE)),
            KeptChoice { points, pathway } => (points.map(str::to_owned), pathway.map(str::to_owned)),
        };
        let points = points.unwrap_or_default();
        Self {
            points: points.split(JOIN).filter(|id| !id.is_empty()).take(MOST_POINTS).map(str::to_owned).collect(),
            pathway: pathway.and_then(|code| code.parse().ok()).filter(|group| Group::LISTED.contains(group)),
            groups: groups.to_vec(),
            steering: cookie(STEERING_COOKIE),
        }
    }

    /// The form in which the points are kept.
    #[must_use]
    pub fn points_text(&self) -> String {
        self.points.join(&JOIN.to_string())
    }

    /// Whether nothing was chosen yet.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        self.points.is_empty() && self.pathway.is_none() && self.groups.is_empty()
    }

    /// The group whose pathway is followed: the one chosen by name, else that of the first point, else one's own, else anybody's.
    #[must_use]
    pub fn pathway_group(&self, points: &[StartPoint]) -> Group {
        let of_point = self.points_of(points).next().map(|point| point.group);
        let own = || self.groups.iter().copied().find(|group| Group::LISTED.contains(group));
        self.pathway.or(of_point).or_else(own).unwrap_or(Group::Public)
    }

    /// The groups whose lessons and items are this person's: their own, then those of what they chose. The public has none.
    #[must_use]
    pub fn lesson_groups(&self, points: &[StartPoint]) -> Vec<Group> {
        let chosen = self.pathway.into_iter().chain(self.points_of(points).map(|point| point.group));
        let mut groups = Vec::new();
        for group in self.groups.iter().copied().chain(chosen) {
            if group != Group::Public && !groups.contains(&group) {
                groups.push(group);
            }
        }
        groups
    }

    /// The courses that come first: those of the points chosen, by turns. A pathway chosen by name has an order of its own.
    #[must_use]
    pub fn first(&self, points: &[StartPoint]) -> Vec<CourseCode> {
        if self.pathway.is_some() {
            return Vec::new();
        }
        let firsts: Vec<&[CourseCode]> = self.points_of(points).map(|point| point.first.as_slice()).collect();
        let longest = firsts.iter().map(|first| first.len()).max().unwrap_or(0);
        (0..longest).flat_map(|turn| firsts.iter().filter_map(move |first| first.get(turn).copied())).collect()
    }

    /// The courses that what somebody mainly does brings forward.
    #[must_use]
    pub fn prefer<'s>(&self, steering: &'s Steering) -> &'s [CourseCode] {
        let answer = steering.answers.iter().find(|answer| Some(&answer.id) == self.steering.as_ref());
        answer.map(|answer| answer.prefer.as_slice()).unwrap_or_default()
    }

    fn points_of<'p>(&self, points: &'p [StartPoint]) -> impl Iterator<Item = &'p StartPoint> {
        points.iter().filter(|point| self.points.contains(&point.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points() -> Vec<StartPoint> {
        let point = |id: &str, group, first: &[&str]| StartPoint {
            id: id.to_owned(),
            label: String::new(),
            note: String::new(),
            group,
            first: first.iter().filter_map(|code| CourseCode::parse(code)).collect(),
        };
        vec![point("daily", Group::Public, &["T01", "T19"]), point("farm", Group::Farmer, &["T10"])]
    }

    #[test]
    fn what_was_chosen_comes_back_from_an_account_else_from_the_browser() {
        let cookie = |name: &str| match name {
            START_COOKIE => Some("daily.farm".to_owned()),
            STEERING_COOKIE => Some("own".to_owned()),
            _ => None,
        };
        let of_browser = Chosen::read(KeptChoice::default(), &[], cookie);
        assert_eq!((of_browser.points_text().as_str(), of_browser.pathway), ("daily.farm", None));
        let account = KeptChoice { points: None, pathway: Some("veteran") };
        let of_account = Chosen::read(account, &[Group::Woman], cookie);
        assert_eq!((of_account.points.len(), of_account.pathway), (0, Some(Group::Veteran)));
        let unlisted = KeptChoice { points: None, pathway: Some("disabled") };
        assert_eq!(Chosen::read(unlisted, &[], cookie).pathway, None);
        assert_eq!(of_account.steering.as_deref(), Some("own"), "what one mainly does is the browser's alone");
        let long = "x.".repeat(100);
        assert_eq!(Chosen::read(KeptChoice { points: Some(&long), pathway: None }, &[], |_| None).points.len(), MOST_POINTS);
    }

    #[test]
    fn lessons_and_items_are_those_of_ones_own_groups_and_of_what_was_chosen() {
        let of = |points: &[&str], pathway, groups: &[Group]| Chosen {
            points: points.iter().map(|id| (*id).to_owned()).collect(),
            pathway,
            groups: groups.to_vec(),
            steering: None,
        };
        let cases = [
            (of(&[], None, &[]), vec![]),
            (of(&["daily"], None, &[]), vec![]),
            (of(&["farm"], None, &[]), vec![Group::Farmer]),
            (of(&["farm"], Some(Group::Elder), &[Group::Woman]), vec![Group::Woman, Group::Elder, Group::Farmer]),
            (of(&[], Some(Group::Public), &[Group::Woman]), vec![Group::Woman]),
        ];
        for (chosen, groups) in cases {
            assert_eq!(chosen.lesson_groups(&points()), groups, "{chosen:?}");
        }
        let both = of(&["daily", "farm"], None, &[]);
        assert_eq!(both.first(&points()).iter().map(ToString::to_string).collect::<Vec<_>>(), ["T01", "T10", "T19"]);
    }
}
