//! `curriculum check` and `curriculum guess`: whether the courses are sound, what they consist of, what guessing comes to.

use std::path::PathBuf;

use clap::Args;

use super::cli::say;
use super::columns::lines;
use super::opening::source_of;
use crate::assessment::{Guesser, Guesses, guess};
use crate::config::Config;
use crate::curriculum::{self, Counts, Fault, Folder, Shelf, Source, Tally};
use crate::kernel::{Clock, Seed, digest_of};

/// What `curriculum check` looks at.
#[derive(Args, Clone, Debug)]
pub(super) struct Check {
    /// The folder to check instead of the configured one.
    folder: Option<PathBuf>,
    /// Without the table of what there is.
    #[arg(long)]
    quiet: bool,
}

/// What `curriculum guess` tries.
#[derive(Args, Clone, Debug)]
pub(super) struct Guess {
    /// The folder instead of the configured one.
    folder: Option<PathBuf>,
    /// How many tests of each course every guesser takes.
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    tries: u32,
    /// By which they are drawn: the same seed prints the same.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// `curriculum check`: lists every fault and fails where there is one; else prints what each course consists of.
pub(super) fn check(config: &Config, what: &Check) -> Result<(), String> {
    let source = source_at(config, what.folder.as_ref());
    let shelf = open(source.as_ref())?;
    for warning in curriculum::warn_command(source.as_ref(), Clock::system().now().day()) {
        say(&format!("请留意：{warning}"));
    }
    if !what.quiet {
        let tallies: Vec<Tally> = shelf.courses().iter().map(Tally::of).collect();
        lines(&table(&tallies)).iter().for_each(|line| say(line));
    }
    say("课程没有毛病");
    Ok(())
}

/// `curriculum guess`: lets four guessers take every test, and fails where one passes more often than chance allows.
pub(super) fn try_guessing(config: &Config, what: &Guess) -> Result<(), String> {
    let shelf = open(source_at(config, what.folder.as_ref()).as_ref())?;
    let seed = Seed::of(&digest_of(&[&what.seed.to_be_bytes()]));
    let rule = &shelf.edition().manifest.assessment;
    let courses = shelf.courses().iter().filter(|course| course.is_complete());
    let guesses: Vec<Guesses> = courses.map(|course| guess(course, rule, seed, what.tries)).collect();
    lines(&guess_table(&guesses)).iter().for_each(|line| say(line));
    let lucky: Vec<String> = guesses.iter().flat_map(lucky_words).collect();
    if lucky.is_empty() {
        say("光靠猜，哪门课都考不过");
        return Ok(());
    }
    lucky.iter().for_each(|words| say(words));
    Err(format!("有 {} 处，猜的人过得太多", lucky.len()))
}

fn source_at(config: &Config, folder: Option<&PathBuf>) -> Box<dyn Source> {
    match folder {
        Some(folder) => Box::new(Folder::new(folder)),
        None => source_of(config),
    }
}

fn open(source: &dyn Source) -> Result<Shelf, String> {
    Shelf::open(source).map_err(|faults: Vec<Fault>| {
        faults.iter().for_each(|fault| say(&fault.to_string()));
        format!("课程有 {} 处毛病", faults.len())
    })
}

const HEAD: [&str; 26] = [
    "课程",
    "公共课",
    "老",
    "农",
    "妇",
    "公",
    "退",
    "屏",
    "错法",
    "题",
    "单选",
    "多选",
    "判断",
    "排序",
    "配对",
    "看屏",
    "难1",
    "难2",
    "难3",
    "难4",
    "难5",
    "每个能力点",
    "情景",
    "变题",
    "图",
    "分钟",
];

fn table(tallies: &[Tally]) -> Vec<Vec<String>> {
    let head = HEAD.map(str::to_owned).to_vec();
    let mut rows: Vec<Vec<String>> = tallies.iter().map(row).collect();
    rows.insert(0, head);
    rows.push(total(tallies));
    rows
}

fn row(tally: &Tally) -> Vec<String> {
    let groups = tally.counts.groups.map(|many| if many > 0 { "✓" } else { "–" }.to_owned());
    cells(tally.code.to_string(), groups, &tally.counts)
}

fn cells(head: String, groups: [String; 5], counts: &Counts) -> Vec<String> {
    let mut cells = vec![head, counts.core.to_string()];
    cells.extend(groups);
    cells.extend([counts.screens, counts.ways_wrong, counts.items].map(|number| number.to_string()));
    cells.extend(counts.kinds.iter().chain(&counts.difficulties).map(usize::to_string));
    let share = (counts.situations * 100).checked_div(counts.items).unwrap_or(0);
    cells.extend([format!("{}–{}", counts.outcome_least, counts.outcome_most), format!("{share}%")]);
    cells.extend([counts.templates.to_string(), counts.pictures.to_string(), counts.minutes.to_string()]);
    cells
}

fn total(tallies: &[Tally]) -> Vec<String> {
    let all = Counts::sum(tallies);
    cells("一共".to_owned(), all.groups.map(|many| many.to_string()), &all)
}

fn guess_table(guesses: &[Guesses]) -> Vec<Vec<String>> {
    let head = ["课程", "考几回", "挑最长", "挑最短", "挑头一个", "随便挑", "瞎猜该有", "最多"];
    let row = |one: &Guesses| {
        let share = |passed: u32| percent(f64::from(passed) / f64::from(one.tries.max(1)));
        let mut cells = vec![one.unit.to_string(), one.tries.to_string()];
        cells.extend(one.passed.map(share));
        cells.extend([percent(one.chance), share(one.most())]);
        cells
    };
    std::iter::once(head.map(str::to_owned).to_vec()).chain(guesses.iter().map(row)).collect()
}

fn percent(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}

fn lucky_words(guesses: &Guesses) -> Vec<String> {
    let words = |guesser: Guesser| {
        let way = match guesser {
            Guesser::Longest => "总挑最长的",
            Guesser::Shortest => "总挑最短的",
            Guesser::First => "总挑头一个的",
            Guesser::Random => "随便挑的",
        };
        format!("{}：{way}，过得太多", guesses.unit)
    };
    guesses.lucky().into_iter().map(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curriculum::{CourseCode, Embedded};

    #[test]
    fn the_table_has_a_row_for_each_course_and_one_for_all() {
        let shelf = Shelf::open(&Embedded).unwrap();
        let tallies: Vec<Tally> = shelf.courses().iter().map(Tally::of).collect();
        let rows = table(&tallies);
        assert_eq!(rows.len(), 25);
        assert!(rows.iter().all(|row| row.len() == HEAD.len()), "{rows:?}");
        let items: usize = shelf.courses().iter().map(|course| course.items.len()).sum();
        assert_eq!(rows.last().unwrap()[9], items.to_string());
        assert_eq!(rows.last().unwrap()[2..7], ["23"; 5]);
    }

    #[test]
    fn whoever_is_too_lucky_is_named() {
        let unit = CourseCode::parse("T19").unwrap();
        let guesses = Guesses { unit, tries: 1000, passed: [40, 0, 0, 3], chance: 0.005 };
        assert_eq!(lucky_words(&guesses), ["T19：总挑最长的，过得太多"]);
        assert_eq!(guess_table(&[guesses])[1], ["T19", "1000", "4.00%", "0.00%", "0.00%", "0.30%", "0.50%", "1.30%"]);
    }
}
