//! The message catalogue: nothing missing, nothing left over, the same in both languages.

use std::collections::{BTreeMap, BTreeSet};

use super::lexer::{Kind, Token, after_group};
use super::tree::{File, Finding, Source, all_sources, files, hold, short};

/// Keys that are put together while the program runs, by their beginnings; where that is done.
const FAMILIES: [(&str, &str); 82] = [
    ("certificates-state-", "src/certificates/changing_views.rs: by state"),
    (
        "certificates-why-",
        "src/certificates/service/notices.rs: by reason; src/certificates/changing_views.rs: by why a version was made",
    ),
    ("certificates-act-", "src/certificates/routes/changing.rs: by act"),
    ("certificates-agree-act-", "src/certificates/routes/change_requests.rs: by act"),
    ("certificates-change-", "src/certificates/routes/changing.rs: by state of a request"),
    ("conversions-direction-", "src/conversions/views.rs: by direction"),
    ("conversions-identity-", "src/conversions/views.rs: by level"),
    ("conversions-supervision-", "src/conversions/views.rs: by level"),
    ("conversions-standing-", "src/conversions/routes/desk.rs: by how rules stand"),
    ("certificate-batches-state-", "src/certificates/batches/views.rs: by state"),
    ("certificate-batches-trouble-", "src/certificates/batches/views.rs: by why it went back"),
    ("certificate-batches-source-", "src/certificates/batches/views.rs: by where its people stand"),
    ("certificate-batches-row-", "src/certificates/batches/views.rs: by why a line is left out"),
    ("certificate-batches-line-", "src/certificates/batches/views.rs: by what became of a line"),
    ("certificates-reason-", "src/certificates/views.rs: by reason"),
    ("certificates-event-", "src/certificates/routes/learner.rs: by what became of it"),
    ("certificates-request-", "src/certificates/routes/learner.rs: by state"),
    ("certificates-source-", "src/certificates/views.rs: by how a unit was passed"),
    ("certificates-identity-", "src/certificates/routes/learner.rs: by level"),
    ("certificates-supervision-", "src/certificates/routes/learner.rs: by level"),
    ("applications-state-", "src/applications/routes/learner.rs: by state"),
    ("applications-deed-", "src/applications/routes/mod.rs: by deed"),
    ("applications-why-", "src/applications/routes/mod.rs: by reason"),
    ("applications-elsewhere-", "src/applications/routes/learner.rs: by answer"),
    ("applications-identity-", "src/applications/routes/staff.rs: by level"),
    ("applications-supervision-", "src/applications/routes/staff.rs: by level"),
    ("exams-stage-", "src/exams/views.rs: by how far a session has come"),
    ("exams-form-", "src/exams/views.rs: by how somebody is tested"),
    ("exams-sight-", "src/exams/views.rs: by document"),
    ("exams-category-", "src/exams/views.rs: by what is noted"),
    ("exams-reason-", "src/exams/views.rs: by why it does not count"),
    ("exams-own-reason-", "src/exams/routes/learner.rs: by why it does not count"),
    ("exams-outcome-", "src/exams/views.rs: by what it came to"),
    ("exams-next-", "src/exams/views.rs: by what comes next"),
    ("exams-said-", "src/exams/routes/mod.rs: by what was done"),
    ("exams-level-", "src/exams/views.rs: by level"),
    ("enrolment-group-", "src/enrolment/views.rs: by reading list"),
    ("recordings-state-", "src/recordings/views.rs: by state"),
    ("recordings-who-", "src/recordings/routes.rs: by who speaks"),
    ("picture-", "src/identity/hall_views.rs: by picture"),
    ("enrolment-rest-", "src/enrolment/batch_views.rs: by what the other lines are to be"),
    ("enrolment-column-", "src/enrolment/batch_views.rs: by column"),
    ("problem-", "src/web/problem.rs: by status"),
    ("api-problem-what-", "src/api/problem_views.rs: by kind"),
    ("api-problem-mend-", "src/api/problem_views.rs: by kind"),
    ("size-", "src/web/page.rs: by text size"),
    ("identity-device-", "src/identity/views.rs: by kind of device"),
    ("identity-way-", "src/identity/views.rs: by how a session was opened"),
    ("role-", "src/identity/staff_views.rs: by role"),
    ("relation-", "src/identity/staff_views.rs: by what a guardian is to the child"),
    ("identity-consent-", "src/identity/staff_views.rs: by how consent was given"),
    ("organisation-", "src/admin/views.rs: by kind"),
    ("action-", "src/admin/views.rs: by action"),
    ("kept-word-", "src/me/kept.rs: by what is kept and its code"),
    ("admin-setting-", "src/admin/places.rs: by setting"),
    ("sample-group-", "src/identity/views.rs: by group"),
    ("line-", "src/identity/routes/people.rs: by line of work"),
    ("question-hint-", "src/assessment/question.rs: by kind of question and setting"),
    ("question-send-", "src/assessment/question.rs: by setting"),
    ("signal-kind-", "src/signals/views.rs: by kind"),
    ("signal-state-", "src/signals/views.rs: by state"),
    ("signal-pass-", "src/signals/views.rs: by how far a pass has come"),
    ("alias-kind-", "src/aliases/views.rs: by what is asked for"),
    ("alias-reason-", "src/aliases/views.rs: by reason"),
    ("correction-kind-", "src/corrections/impact_views.rs: by kind of correction"),
    ("correction-note-", "src/corrections/learner_routes.rs: by kind of correction"),
    ("correction-reason-", "src/corrections/impact_views.rs: by reason"),
    ("correction-request-", "src/corrections/views.rs: by state"),
    ("correction-use-", "src/corrections/impact_views.rs: by what builds on a credit"),
    ("correction-use-state-", "src/corrections/impact_views.rs: by state"),
    ("passbook-reason-", "src/passbook/views.rs: by reason"),
    ("errand-", "src/helping/service/acts.rs: by errand"),
    ("outcome-", "src/helping/views/acts.rs: by outcome"),
    ("agreed-", "src/helping/views/acts.rs: by how consent was given"),
    ("undone-", "src/helping/views/acts.rs: by how it came in"),
    ("rolls-state-", "src/rolls/views.rs: by state"),
    ("rolls-trouble-", "src/rolls/views.rs: by why it went back"),
    ("rolls-row-", "src/rolls/views.rs: by what is wrong with a line"),
    ("rolls-identity-", "src/rolls/views.rs: by level"),
    ("rolls-supervision-", "src/rolls/views.rs: by level"),
    ("transfers-state-", "src/transfers/views.rs: by state"),
    ("transfers-hint-", "src/transfers/views.rs: by state"),
];

/// One message.
#[derive(Clone, Debug)]
pub struct Entry {
    pub key: String,
    pub value: String,
    pub path: String,
    pub line: usize,
}

/// The messages of a Fluent file. Lines that are indented go on with the message above.
pub fn entries(file: &File) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    for (at, line) in file.text.lines().enumerate() {
        if line.starts_with(char::is_whitespace) {
            if let Some(last) = found.last_mut() {
                last.value = format!("{}\n{}", last.value, line.trim());
            }
        } else if let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            let (key, value) = (key.trim().to_owned(), value.trim().to_owned());
            found.push(Entry { key, value, path: file.path.clone(), line: at + 1 });
        }
    }
    found
}

fn blanks(value: &str) -> BTreeSet<String> {
    let ends = |c: char| !c.is_alphanumeric() && c != '_' && c != '-';
    value.split('$').skip(1).filter_map(|rest| rest.split(ends).next().map(str::to_owned)).collect()
}

pub fn unlike(zh: &[Entry], en: &[Entry]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (these, others, other) in [(zh, en, "en"), (en, zh, "zh-CN")] {
        let others: BTreeMap<&str, &Entry> = others.iter().map(|entry| (entry.key.as_str(), entry)).collect();
        let mut seen = BTreeSet::new();
        for entry in these {
            if !seen.insert(&entry.key) {
                findings.push(Finding::new(&entry.path, entry.line, format!("{} stands twice", entry.key)));
            }
            match others.get(entry.key.as_str()) {
                None => findings.push(Finding::new(&entry.path, entry.line, format!("{} is missing in {other}", entry.key))),
                Some(twin) if blanks(&twin.value) != blanks(&entry.value) => {
                    findings.push(Finding::new(&entry.path, entry.line, format!("{} has other blanks in {other}", entry.key)));
                }
                Some(_) => {}
            }
        }
    }
    findings
}

/// A use of a message: where, and the key.
struct Use {
    path: String,
    line: usize,
    key: String,
}

fn looks_like_a_key(text: &str) -> bool {
    !text.is_empty()
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// `t("…")`, `t1("…"`, `t2("…"` in a template.
fn uses_in_template(file: &File) -> Vec<Use> {
    let mut found = Vec::new();
    for (at, line) in file.text.lines().enumerate() {
        for call in ["t(\"", "t1(\"", "t2(\""] {
            for (start, _) in line.match_indices(call) {
                let whole_word = !line[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                let key = line[start + call.len()..].split('"').next().unwrap_or_default();
                if whole_word {
                    found.push(Use { path: file.path.clone(), line: at + 1, key: key.to_owned() });
                }
            }
        }
    }
    found
}

/// `.t("…")`, `.t1(…`, `.t2(…`, `.fill(…`, `Message::of("…")`, and the third argument of `.line(…)` and `.lines(…)`.
fn uses_in_source(source: &Source) -> Vec<Use> {
    let mut found = Vec::new();
    let tokens = &source.tokens;
    for at in 2..tokens.len().saturating_sub(1) {
        let method = tokens[at - 1].is(".");
        let argument = match tokens[at].text.as_str() {
            "t" | "t1" | "t2" | "fill" if method => 0,
            "of" if tokens[at - 1].is(":") && tokens.get(at.wrapping_sub(3)).is_some_and(|token| token.is("Message")) => 0,
            "line" | "lines" if method => 2,
            _ => continue,
        };
        if tokens[at].kind == Kind::Word && tokens[at + 1].is("(") && !tokens[at].in_test {
            let keys = argument_of(tokens, at + 1, argument)
                .iter()
                .filter(|token| token.kind == Kind::Text && looks_like_a_key(&token.text));
            found.extend(keys.map(|token| Use { path: source.path.clone(), line: token.line, key: token.text.clone() }));
        }
    }
    found
}

/// The tokens of the `wanted`th argument of the call whose bracket opens at `open`.
fn argument_of(tokens: &[Token], open: usize, wanted: usize) -> &[Token] {
    let end = after_group(tokens, open) - 1;
    let (mut at, mut start, mut count) = (open + 1, open + 1, 0);
    while at < end {
        if tokens[at].is(",") {
            if count == wanted {
                return &tokens[start..at];
            }
            (count, start) = (count + 1, at + 1);
        }
        let opens = tokens[at].is("(") || tokens[at].is("[") || tokens[at].is("{");
        at = if opens { after_group(tokens, at) } else { at + 1 };
    }
    if count == wanted { &tokens[start..end] } else { &[] }
}

pub fn missing(templates: &[File], sources: &[Source], entries: &[Entry]) -> Vec<Finding> {
    let keys: BTreeSet<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    let uses = templates.iter().flat_map(uses_in_template).chain(sources.iter().flat_map(uses_in_source));
    uses.filter(|one| !keys.contains(one.key.as_str()))
        .map(|one| Finding::new(&one.path, one.line, format!("{} is in no catalogue", one.key)))
        .collect()
}

pub fn left_over(templates: &[File], sources: &[Source], entries: &[Entry], families: &[&str]) -> Vec<Finding> {
    let in_sources = sources.iter().flat_map(|source| &source.tokens).filter(|token| token.kind == Kind::Text && !token.in_test);
    let mut used: BTreeSet<String> = in_sources.map(|token| token.text.clone()).collect();
    used.extend(templates.iter().flat_map(|file| file.text.split('"').map(str::to_owned)));
    let unused =
        entries.iter().filter(|entry| !used.contains(&entry.key) && !families.iter().any(|family| entry.key.starts_with(family)));
    unused.map(|entry| Finding::new(&entry.path, entry.line, format!("{} is used nowhere", entry.key))).collect()
}

pub fn catalogue(lang: &str) -> Vec<Entry> {
    files(&format!("locales/{lang}"), &[".ftl"]).iter().flat_map(entries).collect()
}

fn templates() -> Vec<File> {
    files("templates", &[".html", ".txt"])
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_blanks() {
    let (zh, en) = (catalogue("zh-CN"), catalogue("en"));
    assert!(!zh.is_empty() && !en.is_empty());
    hold("both languages have the same messages", unlike(&zh, &en));
}

#[test]
fn a_message_of_one_language_only_is_found() {
    let zh = entries(&File::new("zh.ftl", "# words\na = 一\nb = 有 { $count } 处\n  还有\nc = 三\nc = 三"));
    let en = entries(&File::new("en.ftl", "a = one\nb = { $number } places\nd = four"));
    let found: Vec<String> =
        unlike(&zh, &en).into_iter().map(|found| format!("{}:{} {}", found.path, found.line, found.what)).collect();
    let expected = [
        "zh.ftl:3 b has other blanks in en",
        "zh.ftl:5 c is missing in en",
        "zh.ftl:6 c stands twice",
        "zh.ftl:6 c is missing in en",
        "en.ftl:2 b has other blanks in zh-CN",
        "en.ftl:3 d is missing in zh-CN",
    ];
    assert_eq!(found, expected);
}

#[test]
fn every_message_that_is_said_stands_in_the_catalogue() {
    hold("no page shows a key instead of words", missing(&templates(), &all_sources(), &catalogue("zh-CN")));
}

#[test]
fn a_message_that_is_missing_is_found() {
    let entries = entries(&File::new("zh.ftl", "known = 一"));
    let page =
        File::new("templates/a.html", "{{ page.t(\"known\") }}\n{{ page.t1(\"gone\", \"count\", n) }}{{ x.set(\"other\") }}");
    let source = Source::new(
        "src/a/forms.rs",
        "fn f() { x.line(\"field\", 40, \"gone-line\"); Message::of(\"known\");\nMessage::of(if a { \"gone-a\" } else { \"known\" }); lang.t(&format!(\"size-{x}\")); }",
    );
    let found = short(&missing(&[page], &[source], &entries));
    let at = |path: &str, line| (path.to_owned(), line);
    assert_eq!(found, [at("templates/a.html", 2), at("src/a/forms.rs", 1), at("src/a/forms.rs", 2)]);
}

#[test]
fn no_message_is_left_over() {
    let families = FAMILIES.map(|(beginning, _)| beginning);
    hold(
        "the catalogue holds what is said, and no more",
        left_over(&templates(), &all_sources(), &catalogue("zh-CN"), &families),
    );
}

#[test]
fn a_message_that_is_left_over_is_found() {
    let entries = entries(&File::new("zh.ftl", "in-page = 一\nin-source = 二\nsize-large = 三\nin-test = 四"));
    let page = File::new("templates/a.html", "{{ page.t(\"in-page\") }}");
    let source = Source::new(
        "src/a/views.rs",
        "const NAV: &str = \"in-source\";\n#[cfg(test)]\nmod tests { const T: &str = \"in-test\"; }",
    );
    assert_eq!(short(&left_over(&[page], &[source], &entries, &["size-"])), [("zh.ftl".to_owned(), 4)]);
}
