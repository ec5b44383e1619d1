//! 还差什么: the certificates with how far one is from each, one of them with its list, and the list on paper.

use askama::Template;

use super::parts::{Crumb, Marks, Row, next_words};
use crate::curriculum::model::Course;
use crate::curriculum::{CourseCode, Shelf};
use crate::kernel::Day;
use crate::learning::certificate_plan::{Plan, step_of};
use crate::learning::planner::NextStep;
use crate::learning::urls;
use crate::web::{Page, day_words};

/// The certificates.
#[derive(Template)]
#[template(path = "learning/plans.html")]
pub struct PlansPage {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub rows: Vec<Row>,
}

impl PlansPage {
    /// The page of these plans.
    pub fn new(page: Page, plans: &[Plan<'_>]) -> Self {
        let row = |plan: &Plan<'_>| Row {
            href: urls::plan(&plan.rule.id),
            icon: "certificate",
            title: plan.rule.title.clone(),
            note: says(&page, plan),
            ..Row::default()
        };
        let rows = plans.iter().map(row).collect();
        Self { crumbs: vec![Crumb::home(&page)], rows, page }
    }
}

/// 还差 3 门课，约 6 小时. So many stand in the list; what waits for somebody else is told apart.
fn says(page: &Page, plan: &Plan<'_>) -> String {
    let Some(list) = &plan.list else { return page.t("learning-plan-none") };
    let (learn, blocked) = (list.learn.len().to_string(), list.blocked.len().to_string());
    let time = time_words(page, list.minutes);
    match (list.learn.len(), list.blocked.len(), plan.has_errand()) {
        (0, 0, true) => page.t("learning-plan-courses-done"),
        (0, 0, false) => page.t("learning-plan-all-done"),
        (0, _, true) => page.t1("learning-plan-missing-blocked-errand", "count", blocked),
        (0, _, false) => page.t1("learning-plan-missing-blocked", "count", blocked),
        (_, 0, _) => page.t2("learning-plan-missing", ("count", learn), ("time", time)),
        _ => page.lang().fill("learning-plan-missing-and-blocked", &[("count", &learn), ("time", &time), ("blocked", &blocked)]),
    }
}

/// 约 50 分钟, 约 3 小时: better a little too much than too little.
fn time_words(page: &Page, minutes: i64) -> String {
    if minutes < 60 {
        return page.t1("learning-plan-minutes", "minutes", minutes);
    }
    page.t1("learning-plan-hours", "hours", (minutes + 59) / 60)
}

/// What is missing for one certificate.
#[derive(Template)]
#[template(path = "learning/plan.html")]
pub struct PlanPage {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub title: String,
    pub says: String,
    /// By which reading list.
    pub by: String,
    pub go: Row,
    /// What is to be learnt.
    pub rows: Vec<Row>,
    /// What else is to be known: areas, courses from elsewhere, what is being looked into.
    pub notes: Vec<String>,
    /// What is to be done at a service point, and where that is.
    pub errands: Vec<String>,
    pub place: String,
    /// 建议复习.
    pub refresh: Vec<Row>,
    /// 已经学完, behind their number.
    pub counted: Vec<Row>,
    pub counted_words: String,
    pub print: String,
    pub footer: String,
}

impl PlanPage {
    /// The page of `plan`, for somebody with these marks; going over the courses of `refresh` again is suggested.
    pub fn new(page: Page, shelf: &Shelf, plan: &Plan<'_>, marks: &Marks, refresh: &[CourseCode]) -> Self {
        let counted: Vec<Row> = courses(shelf, &plan.counted).map(|course| counted_row(&page, shelf, course)).collect();
        let by = plan.pathway.filter(|_| !plan.has_courses());
        let step = step_of(shelf, plan, marks);
        let next = step.course().and_then(|code| shelf.course(code));
        Self {
            crumbs: vec![Crumb::home(&page), Crumb { href: urls::PLANS.to_owned(), words: page.t("learning-plans") }],
            title: page.t1("learning-plan-of", "title", &plan.rule.title),
            says: says(&page, plan),
            by: by.map(|pathway| page.t1("learning-plan-by", "name", &pathway.name)).unwrap_or_default(),
            go: go(&page, shelf, plan, (next, &step)),
            rows: plan.learn().filter_map(|(code, minutes)| learn_row(&page, shelf, plan, marks, (code, minutes))).collect(),
            notes: notes(&page, shelf, plan),
            errands: errands(&page, shelf, plan),
            place: place(&page),
            refresh: courses(shelf, refresh).map(|course| refresh_row(&page, shelf, course)).collect(),
            counted_words: page.t1("learning-plan-counted", "count", counted.len()),
            counted,
            print: urls::plan_sheet(&plan.rule.id),
            footer: plan.rule.footer.clone(),
            page,
        }
    }
}

fn courses<'s>(shelf: &'s Shelf, codes: &'s [CourseCode]) -> impl Iterator<Item = &'s Course> {
    codes.iter().filter_map(|code| shelf.course(*code))
}

/// 「防诈骗，守好钱袋子」「保护个人信息」.
fn titles(page: &Page, shelf: &Shelf, codes: &[CourseCode]) -> String {
    courses(shelf, codes).map(|course| page.t1("learning-plan-title", "title", &course.title)).collect()
}

/// The one button: the next course of the list; where nothing is missing, asking for it; else the people who help with the rest.
fn go(page: &Page, shelf: &Shelf, plan: &Plan<'_>, (next, step): (Option<&Course>, &NextStep)) -> Row {
    match next {
        Some(course) => {
            // Which course is what matters here; how long the step takes stands on its own page.
            let (title, _) = next_words(page, shelf.edition(), course, step);
            Row { href: urls::step(step), title, note: course.title.clone(), ..Row::default() }
        }
        None if plan.has_courses() && !plan.has_errand() => {
            Row { href: urls::ask_certificate(&plan.rule.id), title: page.t("learning-plan-go-ask"), ..Row::default() }
        }
        None => Row { href: "/help".to_owned(), title: page.t("learning-plan-go-help"), ..Row::default() },
    }
}

fn learn_row(page: &Page, shelf: &Shelf, plan: &Plan<'_>, marks: &Marks, (code, minutes): (CourseCode, i64)) -> Option<Row> {
    let course = shelf.course(code)?;
    let key = if plan.outside.contains(&code) {
        "learning-plan-row-outside"
    } else if marks.progress.has_begun(code) {
        "learning-plan-row-begun"
    } else {
        "learning-plan-row"
    };
    let note = page.t2(key, ("area", area(shelf, course)), ("time", time_words(page, minutes)));
    Some(Row {
        href: urls::course(code),
        mark: format!("{:02}", code.number()),
        title: course.title.clone(),
        note,
        ..Row::default()
    })
}

fn counted_row(page: &Page, shelf: &Shelf, course: &Course) -> Row {
    Row {
        href: urls::course(course.code),
        mark: format!("{:02}", course.code.number()),
        title: course.title.clone(),
        note: page.t1("learning-plan-row-done", "area", area(shelf, course)),
        is_done: true,
        ..Row::default()
    }
}

fn refresh_row(page: &Page, shelf: &Shelf, course: &Course) -> Row {
    let minutes = shelf.edition().manifest.refresh.minutes;
    Row {
        href: urls::test(course.code),
        icon: "learn",
        title: course.title.clone(),
        note: page.t1("learning-plan-refresh-row", "minutes", minutes),
        ..Row::default()
    }
}

fn area<'s>(shelf: &'s Shelf, course: &Course) -> &'s str {
    shelf.area(&course.area).map(|area| area.short.as_str()).unwrap_or_default()
}

fn notes(page: &Page, shelf: &Shelf, plan: &Plan<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if plan.rule.min_areas > 1 && plan.areas < plan.rule.min_areas {
        notes.push(page.t2("learning-plan-areas", ("areas", plan.areas), ("of", plan.rule.min_areas)));
    }
    let most = plan.rule.max_outside();
    if plan.outside.len() > most {
        notes.push(page.t2("learning-plan-outside", ("count", plan.outside.len()), ("most", most)));
    }
    if !plan.looked_into.is_empty() {
        notes.push(page.t1("learning-plan-looked-into", "courses", titles(page, shelf, &plan.looked_into)));
    }
    if !plan.out.is_empty() {
        notes.push(page.t1("learning-plan-out", "courses", titles(page, shelf, &plan.out)));
    }
    let blocked = plan.list.iter().flat_map(|list| list.blocked.iter().copied());
    let is_told = |code: &CourseCode| plan.looked_into.contains(code) || plan.out.contains(code);
    let unwritten: Vec<CourseCode> = blocked.filter(|code| !is_told(code)).collect();
    if !unwritten.is_empty() {
        notes.push(page.t1("learning-plan-unwritten", "courses", titles(page, shelf, &unwritten)));
    }
    notes
}

fn errands(page: &Page, shelf: &Shelf, plan: &Plan<'_>) -> Vec<String> {
    let document = plan.needs_document.then(|| page.t("learning-plan-document"));
    let is_any = !plan.supervised.is_empty();
    let session = is_any.then(|| page.t1("learning-plan-session", "courses", titles(page, shelf, &plan.supervised)));
    document.into_iter().chain(session).collect()
}

/// Where the service point is, as far as the place where somebody lives has said it.
fn place(page: &Page) -> String {
    let named = Some(page.help_place.clone()).filter(|place| !place.is_empty());
    page.t1("learning-plan-where", "place", named.unwrap_or_else(|| page.t("learning-plan-anywhere")))
}

/// The list on paper: one page, in large letters.
#[derive(Template)]
#[template(path = "learning/plan_sheet.html")]
pub struct PlanSheetPage {
    pub page: Page,
    pub back: String,
    pub title: String,
    pub says: String,
    /// Whose, as far as a paper that others see should say it; empty for a visitor.
    pub name: String,
    pub day: String,
    /// Course and minutes.
    pub lines: Vec<(String, String)>,
    pub errands: Vec<String>,
    /// What else is to be known, as on the screen.
    pub notes: Vec<String>,
    pub place: String,
}

/// What stands on the sheet beside the plan.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// Whose it is.
    pub name: Option<&'a str>,
    /// Of which day.
    pub today: Day,
}

impl PlanSheetPage {
    /// The sheet of `plan`.
    pub fn new(page: Page, shelf: &Shelf, plan: &Plan<'_>, sheet: Sheet<'_>) -> Self {
        let line = |(code, minutes): (CourseCode, i64)| {
            let course = shelf.course(code)?;
            Some((course.title.clone(), page.t1("learning-minutes", "minutes", minutes)))
        };
        Self {
            back: urls::plan(&plan.rule.id),
            title: page.t1("learning-plan-of", "title", &plan.rule.title),
            says: says(&page, plan),
            name: sheet.name.map(masked).unwrap_or_default(),
            day: day_words(page.lang(), sheet.today),
            lines: plan.learn().filter_map(line).collect(),
            errands: errands(&page, shelf, plan),
            notes: notes(&page, shelf, plan),
            place: place(&page),
            page,
        }
    }
}

/// The first character of a name: enough for its owner, little for whoever finds the paper.
fn masked(name: &str) -> String {
    let rest = name.chars().skip(1).take(2).map(|_| '\u{FF0A}');
    name.chars().take(1).chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paper_tells_the_first_character_of_a_name() {
        for (name, shown) in
            [("王桂英", "王\u{FF0A}\u{FF0A}"), ("何玉", "何\u{FF0A}"), ("阿依古丽", "阿\u{FF0A}\u{FF0A}"), ("", "")]
        {
            assert_eq!(masked(name), shown);
        }
    }
}
