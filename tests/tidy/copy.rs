//! The words themselves: where they stand, how they are written, which are never used.

use super::catalogue::{Entry, catalogue};
use super::lexer::{Kind, after_item};
use super::tree::{File, Finding, Source, all_sources, files, hold, short};

/// Sources that speak Chinese to the person who runs the site or writes its courses, not to those who use it.
const SPEAK_TO_THE_OPERATOR: [(&str, &str); 34] = [
    ("src/app/speak/mod.rs", "what the command says"),
    ("src/app/speak/engine.rs", "what the command says"),
    ("src/app/speak/lexicon.rs", "what a machine is given to say"),
    ("src/config/mod.rs", "errors of the configuration, and the names it starts with"),
    ("src/config/keys.rs", "errors of the key file"),
    ("src/app/cli.rs", "the command line"),
    ("src/app/backup.rs", "what the command says"),
    ("src/app/commands.rs", "what the commands say"),
    ("src/app/hall_commands.rs", "what the commands say"),
    ("src/app/hall_box_server.rs", "what the command says"),
    ("src/app/curriculum_commands.rs", "what the commands say"),
    ("src/app/clients.rs", "what the commands say"),
    ("src/app/journal.rs", "what the command says"),
    ("src/app/ledger_commands.rs", "what the commands say"),
    ("src/app/restore.rs", "what the command says"),
    ("src/app/witness.rs", "what the command says"),
    ("src/app/links.rs", "what the command says"),
    ("src/app/manifest.rs", "what is wrong with a backup"),
    ("src/app/preview/mod.rs", "what the command says"),
    ("src/app/opening.rs", "what is said at the start and at the end"),
    ("src/app/demo/mod.rs", "the sample people's names"),
    ("src/app/demo/agencies.rs", "the ground of a sample delegation"),
    ("src/app/demo/certificates.rs", "grounds and answers about sample certificates"),
    ("src/app/demo/conversions.rs", "the words of a sample rule"),
    ("src/app/rules_commands.rs", "what the command says"),
    ("src/app/demo/rolls.rs", "a sample rule and a sample roll"),
    ("src/curriculum/check/hour_sheets.rs", "words that notes are held to"),
    ("src/curriculum/check/items.rs", "words that items are held to"),
    ("src/curriculum/check/lessons.rs", "words that lessons are held to"),
    ("src/curriculum/check/manifest.rs", "words that the manifest is held to"),
    ("src/curriculum/check/resources.rs", "terms that may stand beside a resource"),
    ("src/curriculum/check/text.rs", "words that texts are held to"),
    ("src/curriculum/model/course.rs", "the words that head cards in the files"),
    ("src/curriculum/rules/draw.rs", "units of money that may follow what is typed"),
];

/// Files of this name hold Chinese that the program reads rather than says (`words.rs`), or what a gallery shows (`samples.rs`).
const HOLD_CHINESE: [&str; 2] = ["words", "samples"];

/// Words of offices and machines that no page of ours says.
const BANNED: [&str; 6] = ["提交", "认证", "异常", "终端", "勾选", "账户注销"];

/// Foreign words that everybody knows from their own telephone.
const KNOWN_LATIN: [&str; 5] = ["5G", "Wi-Fi", "App", "VR", "AI"];

pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Chinese in templates, outside of `{# comments #}`.
pub fn han_in_templates(templates: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in templates {
        let mut in_comment = false;
        for (at, line) in file.text.lines().enumerate() {
            let mut shown = String::new();
            for (n, piece) in line.split("{#").enumerate() {
                in_comment = in_comment || n > 0;
                let (comment, rest) = if in_comment { piece.split_once("#}").unwrap_or((piece, "")) } else { ("", piece) };
                in_comment = in_comment && !piece.contains("#}");
                debug_assert!(comment.len() + rest.len() <= piece.len());
                shown.push_str(rest);
            }
            if shown.chars().any(is_han) {
                findings.push(Finding::new(&file.path, at + 1, format!("words outside of the catalogue: {}", shown.trim())));
            }
        }
    }
    findings
}

/// Chinese in literals and names of the sources. Tests and the samples of a view are excepted.
pub fn han_in_sources(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let listed = |source: &Source| SPEAK_TO_THE_OPERATOR.iter().any(|(path, _)| *path == source.path);
    let holds = |source: &Source| source.module().last().is_some_and(|name| HOLD_CHINESE.contains(&name.as_str()));
    for source in sources.iter().filter(|source| !listed(source) && !holds(source)) {
        let mut samples_end = 0;
        for (at, token) in source.tokens.iter().enumerate() {
            if token.is("fn") && source.tokens.get(at + 1).is_some_and(|name| name.is("samples")) {
                samples_end = after_item(&source.tokens, at);
            }
            if at >= samples_end && !token.in_test && token.text.chars().any(is_han) {
                findings.push(Finding::new(&source.path, token.line, format!("words outside of the catalogue: {}", token.text)));
            }
        }
    }
    findings
}

/// Western punctuation that touches a Chinese character.
fn slips(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let touches = |at: usize| {
        let neighbours = [at.checked_sub(1).and_then(|before| chars.get(before)), chars.get(at + 1)];
        neighbours.into_iter().flatten().any(|c| is_han(*c))
    };
    let slip = |at: &usize| matches!(chars[*at], ',' | ':' | ';' | '!' | '?' | '(' | ')') && touches(*at);
    let around = |at: usize| chars[at.saturating_sub(4)..(at + 5).min(chars.len())].iter().collect();
    (0..chars.len()).filter(slip).map(around).collect()
}

pub fn slips_in_files(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        for (at, line) in file.text.lines().enumerate() {
            findings.extend(
                slips(line)
                    .into_iter()
                    .map(|around| Finding::new(&file.path, at + 1, format!("western punctuation in「{around}」"))),
            );
        }
    }
    findings
}

pub fn slips_in_sources(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        for token in source.tokens.iter().filter(|token| token.kind == Kind::Text && !token.in_test) {
            findings.extend(
                slips(&token.text)
                    .into_iter()
                    .map(|around| Finding::new(&source.path, token.line, format!("western punctuation in「{around}」"))),
            );
        }
    }
    findings
}

/// The value without what is quoted from a real screen and without its blanks.
fn own_words(value: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::new();
    for c in value.chars() {
        match c {
            '「' | '{' => depth += 1,
            '」' | '}' => (depth, kept) = (depth.saturating_sub(1), kept + " "),
            c if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

pub fn banned_words(entries: &[Entry]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for entry in entries {
        let words = own_words(&entry.value);
        for banned in BANNED.into_iter().filter(|banned| words.contains(banned)) {
            findings.push(Finding::new(&entry.path, entry.line, format!("{} says {banned}", entry.key)));
        }
        let latin = words
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .filter(|word| word.bytes().any(|b| b.is_ascii_alphabetic()));
        for word in latin.filter(|word| !KNOWN_LATIN.contains(word)) {
            findings.push(Finding::new(&entry.path, entry.line, format!("{} says {word}", entry.key)));
        }
    }
    findings
}

#[test]
fn all_words_of_the_pages_stand_in_the_catalogue() {
    hold("templates hold no Chinese", han_in_templates(&files("templates", &[".html"])));
}

#[test]
fn words_in_a_template_are_found() {
    let bad = [File::new("templates/a.html", "{# 说明 #}<p>{{ x }}</p>\n{#- 两行\n说明 -#}<b>\n{# 一 #}二{# 三 #}\n学习")];
    assert_eq!(short(&han_in_templates(&bad)), [("templates/a.html".to_owned(), 4), ("templates/a.html".to_owned(), 5)]);
}

#[test]
fn no_source_speaks_chinese_but_to_the_operator() {
    hold("words on pages stand in the catalogue", han_in_sources(&all_sources()));
}

#[test]
fn words_in_a_source_are_found() {
    let bad = [
        Source::new(
            "src/a/views.rs",
            "// 说明\nconst A: &str = \"学习\";\nfn samples() -> P { P { name: \"王桂英\" } }\nconst B: char = '学';",
        ),
        Source::new("src/app/cli.rs", "const A: &str = \"好了\";"),
        Source::new("src/a/words.rs", "const A: &str = \"年\";"),
        Source::new("src/a/forms.rs", "#[cfg(test)]\nmod tests { const A: &str = \"学习\"; }"),
    ];
    assert_eq!(short(&han_in_sources(&bad)), [("src/a/views.rs".to_owned(), 2), ("src/a/views.rs".to_owned(), 4)]);
}

#[test]
fn chinese_sentences_have_chinese_punctuation() {
    let mut written = files("locales/zh-CN", &[".ftl"]);
    written.extend(files("curriculum", &[".toml", ".md", ".svg"]));
    hold("no , : ; ! ? ( ) beside a Chinese character", slips_in_files(&written));
}

#[test]
fn western_punctuation_beside_a_chinese_character_is_found() {
    let bad = [File::new("a.ftl", "a = 好，（对）{ $n }: x\nb = 好,对\nc = 见(一)\nd = { $n }:三")];
    let lines: Vec<usize> = slips_in_files(&bad).iter().map(|found| found.line).collect();
    assert_eq!(lines, [2, 3, 3, 4]);
}

#[test]
fn chinese_sentences_to_the_operator_have_chinese_punctuation_too() {
    hold("no , : ; ! ? ( ) beside a Chinese character", slips_in_sources(&all_sources()));
}

#[test]
fn no_page_uses_the_words_of_offices_and_machines() {
    hold("plain words, and no English but what everybody knows", banned_words(&catalogue("zh-CN")));
}

#[test]
fn a_banned_word_is_found_and_one_quoted_from_a_screen_is_not() {
    let text = "a = 按「提交」这一下\nb = 请提交\nc = 用 App 连 Wi-Fi、5G\nd = 按 OK\ne = { $name } 好";
    let lines: Vec<usize> =
        banned_words(&super::catalogue::entries(&File::new("a.ftl", text))).iter().map(|found| found.line).collect();
    assert_eq!(lines, [2, 4]);
}
