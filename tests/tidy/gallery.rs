//! Every page can be looked at in the states it may be in: each view struct stands in its subject's list of samples.

use super::lexer::after_group;
use super::tree::{Finding, Source, hold, sources};

/// View structs that do not hang in the gallery; `hung` are subjects with the names of their views.
pub fn unhung(sources: &[Source], hung: &[(&str, &str)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        let Some(subject) = source.subject() else { continue };
        let tokens = &source.tokens;
        for at in 0..tokens.len().saturating_sub(1) {
            if !tokens[at].is("derive") || !tokens[at + 1].is("(") || tokens[at].in_test {
                continue;
            }
            let end = after_group(tokens, at + 1);
            if !tokens[at + 1..end].iter().any(|token| token.is("Template")) {
                continue;
            }
            let name = tokens[end..].iter().skip_while(|token| !token.is("struct")).nth(1);
            let name = name.map_or("", |name| name.text.as_str());
            if !hung.iter().any(|(wall, view)| *wall == subject && *view == name) {
                findings.push(Finding::new(
                    &source.path,
                    tokens[at].line,
                    format!("{name} has no samples in {subject}::SAMPLES"),
                ));
            }
        }
    }
    findings
}

#[test]
fn every_view_has_its_samples_in_the_gallery() {
    let hung: Vec<(&str, &str)> = credit_bank::app::hung().iter().map(|hung| (hung.subject, hung.view)).collect();
    assert!(hung.len() > 60, "{hung:?}");
    hold("each view struct stands with its samples in its subject's list", unhung(&sources("src"), &hung));
}

#[test]
fn a_view_without_samples_is_found() {
    let text = "#[derive(Template)]\n#[template(path = \"a/one.html\")]\npub struct OnePage { page: Page }\n\
        #[derive(Clone, Template)]\nstruct TwoPage;\n#[derive(Clone)]\nstruct Row;";
    let bad = [Source::new("src/a/views.rs", text), Source::new("src/b/views.rs", text)];
    let found: Vec<String> = unhung(&bad, &[("a", "OnePage"), ("a", "TwoPage"), ("b", "OnePage")])
        .into_iter()
        .map(|found| format!("{}:{} {}", found.path, found.line, found.what))
        .collect();
    assert_eq!(found, ["src/b/views.rs:4 TwoPage has no samples in b::SAMPLES"]);
}
