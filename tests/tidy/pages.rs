//! What a template may hold, and the table of routes.

use super::tree::{File, Finding, files, hold, short};

/// Places where text becomes markup unescaped. The one filter for lessons cleans it first.
const UNESCAPED: [&str; 0] = [];

/// Markup that no page of ours has, and why.
const NEVER: [(&str, &str); 10] = [
    (" style=", "the content policy allows no style in the page; sizes are tokens in the stylesheet"),
    (" onclick=", "the content policy allows no script in the page"),
    (" onsubmit=", "the content policy allows no script in the page"),
    ("<script>", "the content policy allows no script in the page"),
    ("javascript:", "the content policy allows no script in the page"),
    (" target=", "no new tabs"),
    (" autofocus", "the page is read from its beginning"),
    ("type=\"number\"", "digits are type=tel inputmode=numeric"),
    (" disabled", "a button is never greyed out: let it be pressed and explain"),
    ("user-scalable", "everybody may zoom"),
];

fn lines<'a>(file: &'a File, needle: &'a str) -> impl Iterator<Item = usize> + 'a {
    file.text.lines().enumerate().filter(move |(_, line)| line.contains(needle)).map(|(at, _)| at + 1)
}

pub fn unescaped(templates: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in templates.iter().filter(|file| !UNESCAPED.contains(&file.path.as_str())) {
        for (at, line) in file.text.lines().enumerate() {
            if line.split('|').skip(1).any(|filter| filter.trim_start().starts_with("safe")) {
                findings.push(Finding::new(&file.path, at + 1, "|safe lets text through as markup"));
            }
            if line.contains("escape none") || line.contains("escape=\"none\"") {
                findings.push(Finding::new(&file.path, at + 1, "escaping is never switched off"));
            }
        }
    }
    findings
}

pub fn raw_inputs(templates: &[File]) -> Vec<Finding> {
    let pages = templates.iter().filter(|file| !file.path.starts_with("templates/components/"));
    let of_page = |file: &File| -> Vec<Finding> {
        let tags = ["<input", "<select", "<textarea"];
        tags.iter()
            .flat_map(|tag| {
                lines(file, tag).map(move |line| Finding::new(&file.path, line, format!("{tag}> outside of a component")))
            })
            .collect()
    };
    pages.flat_map(of_page).collect()
}

/// A form that posts carries the token and the key by which repeats are one act.
pub fn bare_forms(templates: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in templates {
        for (at, _) in file.text.match_indices("<form") {
            let form = file.text[at..].split("</form>").next().unwrap_or_default();
            let tag = form.split('>').next().unwrap_or_default().to_lowercase();
            if tag.contains("method=\"post\"") && !form.contains("hidden(") {
                let line = file.text[..at].matches('\n').count() + 1;
                findings.push(Finding::new(&file.path, line, "this form does not call the macro `hidden`"));
            }
        }
    }
    findings
}

pub fn refused_markup(templates: &[File]) -> Vec<Finding> {
    let of_needle = |file: &File, (needle, why): (&str, &str)| -> Vec<Finding> {
        lines(file, needle).map(|line| Finding::new(&file.path, line, format!("{}: {why}", needle.trim()))).collect()
    };
    templates.iter().flat_map(|file| NEVER.into_iter().flat_map(move |never| of_needle(file, never))).collect()
}

/// Two routes that one request would fit.
pub fn twice_routed(routes: &[(&str, &str)]) -> Vec<Finding> {
    let plain = |path: &str| {
        let parts = path.split('/').map(|part| if part.starts_with('{') && part.ends_with('}') { "{}" } else { part });
        parts.collect::<Vec<_>>().join("/")
    };
    let mut findings = Vec::new();
    for (at, (method, path)) in routes.iter().enumerate() {
        if routes.iter().take(at).any(|(other, earlier)| other == method && plain(earlier) == plain(path)) {
            findings.push(Finding::new("src/app/routes", at + 1, format!("{method} {path} stands twice (entry {})", at + 1)));
        }
    }
    findings
}

fn templates() -> Vec<File> {
    files("templates", &[".html"])
}

#[test]
fn no_template_lets_text_through_unescaped() {
    hold("|safe is for the one lesson filter", unescaped(&templates()));
}

#[test]
fn text_let_through_is_found() {
    let bad = [File::new("templates/a.html", "{{ a|lower }}\n{{ body | safe }}"), File::new("templates/b.html", "{{ b|safe }}")];
    assert_eq!(short(&unescaped(&bad)), [("templates/a.html".to_owned(), 2), ("templates/b.html".to_owned(), 1)]);
}

#[test]
fn raw_inputs_stand_in_components_only() {
    hold("pages are made of components", raw_inputs(&templates()));
}

#[test]
fn a_raw_input_in_a_page_is_found() {
    let bad =
        [File::new("templates/components/form.html", "<input>"), File::new("templates/a/page.html", "<p>\n<select name=\"x\">")];
    assert_eq!(short(&raw_inputs(&bad)), [("templates/a/page.html".to_owned(), 2)]);
}

#[test]
fn every_form_that_posts_carries_its_token() {
    hold("a form that posts calls the macro `hidden`", bare_forms(&templates()));
}

#[test]
fn a_form_without_its_token_is_found() {
    let bad = [File::new(
        "templates/a/page.html",
        "<form action=\"/search\"></form>\n<form method=\"post\">{{ f::hidden(page) }}</form>\n<form method=\"post\"></form>",
    )];
    assert_eq!(short(&bare_forms(&bad)), [("templates/a/page.html".to_owned(), 3)]);
}

#[test]
fn no_page_holds_what_traps_or_scripts() {
    hold("no inline style or script, no new tabs, no greyed-out buttons", refused_markup(&templates()));
}

#[test]
fn refused_markup_is_found() {
    let bad = [File::new("templates/a/page.html", "<p>\n<p style=\"x\">\n<a target=\"_blank\">")];
    assert_eq!(short(&refused_markup(&bad)), [("templates/a/page.html".to_owned(), 2), ("templates/a/page.html".to_owned(), 3)]);
}

#[test]
fn every_route_stands_once() {
    let routes: Vec<(&str, &str)> = credit_bank::app::ROUTES.iter().map(|route| (route.method, route.path)).collect();
    assert!(!routes.is_empty());
    hold("one request fits one route", twice_routed(&routes));
}

#[test]
fn a_route_that_stands_twice_is_found() {
    let bad = [("GET", "/a/{id}"), ("POST", "/a/{id}"), ("GET", "/a/b"), ("GET", "/a/{name}")];
    assert_eq!(twice_routed(&bad).len(), 1);
}
