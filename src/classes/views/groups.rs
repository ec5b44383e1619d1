//! 学习小组.

use askama::Template;

use crate::classes::rules::{FEWEST_IN_GROUP, MOST_IN_GROUP};
use crate::web::{Filled, Page};

/// A group as a row.
#[derive(Clone, Debug)]
pub(in crate::classes) struct GroupRow {
    pub href: String,
    pub name: String,
    pub place: String,
    pub timetable: String,
    pub people: i64,
}

/// The groups of one's places.
#[derive(Template)]
#[template(path = "classes/groups.html")]
pub(in crate::classes) struct GroupsPage {
    pub page: Page,
    pub rows: Vec<GroupRow>,
}

impl GroupsPage {
    fn people_words(&self, row: &GroupRow) -> String {
        self.page.t1("classes-group-people", "count", row.people)
    }
}

/// A group to be founded.
#[derive(Template)]
#[template(path = "classes/group_add.html")]
pub(in crate::classes) struct GroupAddPage {
    pub page: Page,
    pub form: Filled,
    pub points: Vec<(String, String)>,
}

/// A member.
#[derive(Clone, Debug)]
pub(in crate::classes) struct Member {
    pub learner: String,
    pub name: String,
    pub tail: String,
    pub convenes: bool,
}

/// One group.
#[derive(Template)]
#[template(path = "classes/group.html")]
pub(in crate::classes) struct GroupPage {
    pub page: Page,
    pub row: GroupRow,
    pub form: Filled,
    pub members: Vec<Member>,
    pub has_ended: bool,
    pub is_kept: bool,
    /// Who was taken out just now, and may come back.
    pub left: Option<String>,
}

impl GroupPage {
    fn people_words(&self) -> String {
        self.page.t1("classes-group-people", "count", self.members.len())
    }

    fn missing_words(&self) -> String {
        let missing = FEWEST_IN_GROUP.saturating_sub(self.members.len());
        if missing == 0 { String::new() } else { self.page.t1("classes-group-missing", "count", missing) }
    }

    fn most_words(&self) -> String {
        self.page.t1("classes-group-most", "count", MOST_IN_GROUP)
    }
}

/// The roster to print.
#[derive(Template)]
#[template(path = "classes/roster.html")]
pub(in crate::classes) struct RosterPage {
    pub page: Page,
    pub row: GroupRow,
    pub members: Vec<Member>,
}
