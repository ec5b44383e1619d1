//! The architecture as a test. The stack of subjects is written here, once; `docs/ARCHITECTURE.md` explains it.
//!
//! Each rule is a test whose name is the rule, and names every finding with its file and line. Beside it stands a test on a
//! small bad snippet, which shows that the rule can fail. A rule is not weakened to let something pass: an exception is written
//! down in a list with its reason.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says so by failing")]

#[path = "tidy/calls.rs"]
mod calls;
#[path = "tidy/catalogue.rs"]
mod catalogue;
#[path = "tidy/copy.rs"]
mod copy;
#[path = "tidy/gallery.rs"]
mod gallery;
#[path = "tidy/kept.rs"]
mod kept;
#[path = "tidy/layers.rs"]
mod layers;
#[path = "tidy/lexer.rs"]
mod lexer;
#[path = "tidy/pages.rs"]
mod pages;
#[path = "tidy/paths.rs"]
mod paths;
#[path = "tidy/size.rs"]
mod size;
#[path = "tidy/stack.rs"]
mod stack;
#[path = "tidy/tables.rs"]
mod tables;
#[path = "tidy/tree.rs"]
mod tree;

/// The stack, lowest first. A subject uses what stands on a lower step; never what stands beside it or above.
const STACK: &[(&str, &[&str])] = &[
    ("ids, clock, credits, digests: pure", &["kernel"]),
    ("what a certificate is when it leaves the bank: pure", &["credentials"]),
    ("what the operator sets, and the bank's keys", &["config"]),
    ("words; the write path", &["i18n", "db"]),
    ("what is kept beside the database, by its content", &["files"]),
    ("what goes wrong, as few kinds of answer", &["error"]),
    ("forms, CSRF, headers, paging", &["web"]),
    ("places, the audit trail, jobs, what is told to others", &["places", "audit", "jobs", "outbox"]),
    ("people, roles, sign-in, consent, acting for another; programs that are let in", &["identity", "clients"]),
    ("programs of agencies are told of what happens", &["webhooks"]),
    ("what is taught; what was earned; help", &["curriculum", "ledger", "help"]),
    ("what issuing needs: of which tasks is the curriculum's to say", &["agencies"]),
    ("help of two kinds, hours of volunteers: below what is worth anything", &["helping"]),
    ("what something done is worth", &["recognition"]),
    ("what results from elsewhere are worth, by rules", &["conversions"]),
    ("results from elsewhere that people decide on", &["applications"]),
    ("what comes in by the thousand, what goes out", &["rolls", "transfers"]),
    ("cards and questions read aloud", &["recordings"]),
    ("item choice, attempts, grading", &["assessment"]),
    ("lessons, practice, progress, pathways", &["learning"]),
    ("people enrolled by another's hand, one by one and by lists", &["enrolment"]),
    ("volunteers, class sessions, study groups", &["classes"]),
    ("what an organisation asks people to learn", &["plans"]),
    ("supervised sessions: two look, another decides, a third enters", &["exams"]),
    ("what somebody should look at", &["signals"]),
    ("what was taken down in the hall without the bank", &["hall"]),
    ("the box in the hall", &["hall_box"]),
    ("issue, sign, verify", &["certificates"]),
    ("reads downwards, writes only its own roll-ups", &["indicators"]),
    (
        "pages, and answers to programs, that gather from below",
        &["admin", "aliases", "api", "corrections", "home", "passbook", "me", "open", "transparency"],
    ),
    ("accounts that end by another's hand", &["closing"]),
    ("what test suites of others ask; believed by nothing else", &["conformance"]),
    ("routes, jobs, commands, the server", &["app"]),
];

/// The step a subject stands on.
fn step_of(subject: &str) -> Option<usize> {
    STACK.iter().position(|(_, subjects)| subjects.contains(&subject))
}

/// Whether a file has a part to play: `queries.rs`, everything in `queries/`, `case_queries.rs`.
fn plays(module: &[String], part: &str) -> bool {
    let inner = module.iter().skip(1);
    inner.into_iter().any(|step| step == part || step.strip_suffix(part).is_some_and(|rest| rest.ends_with('_')))
}
