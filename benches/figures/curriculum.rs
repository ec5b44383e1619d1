//! The curriculum: reading all of it at a start, what it takes of memory, taking up another edition, and search.

use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use credit_bank::curriculum::{Embedded, Folder, Shelf, Source, digest_of_source};

use crate::http::Client;
use crate::process::{Server, own_cpu, status_mib};
use crate::reading::{median, millis};
use crate::show;
use crate::stock::Stock;

/// How often it is read, and the references by turns.
const ROUNDS: usize = 11;
/// Editions that are put up one after the other.
const EDITIONS: usize = 20;
/// Queries at least.
const QUERIES: usize = 5_000;
/// As many hits as the page asks for.
const HITS: usize = 20;

pub async fn measure() {
    let folder = tempfile::tempdir().unwrap();
    write_to(folder.path());
    for (place, path) in [("from the program", None), ("from a folder", Some(folder.path()))] {
        load(place, path);
    }
    editions(folder.path()).await;
    search().await;
}

fn write_to(folder: &Path) {
    for path in Embedded.paths() {
        let file = folder.join(&path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, Embedded.bytes(&path).unwrap()).unwrap();
    }
}

fn load(place: &str, path: Option<&Path>) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg("load-curriculum").args(path);
    let said = command.stdout(Stdio::piped()).output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    let figures: Vec<f64> = said.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
    let [first, whole, cpu, reading, grown, most] = figures.try_into().unwrap();
    let details = format!(
        "{cpu:.0} ms of CPU; the first in a process {first:.0} ms; {:.0} times reading and hashing the same files ({reading:.1} ms)",
        whole / reading
    );
    show(&format!("the whole curriculum, {place}: read, checked, put up"), "≤ 300 ms", &format!("{whole:.0} ms"), &details);
    let details = format!("{most:.1} MiB while it is read");
    show(&format!("memory it takes, {place}"), "≤ 32 MiB", &format!("{grown:.1} MiB"), &details);
}

/// In a process of its own: times in ms of the first reading, of the one in the middle and its CPU, and of reading and hashing alone; MiB that are held
/// more when one edition is up, and that were held most.
pub fn load_alone(path: Option<&Path>) -> [f64; 6] {
    let source: Box<dyn Source> = match path {
        Some(path) => Box::new(Folder::new(path)),
        None => Box::new(Embedded),
    };
    let me = std::process::id();
    // The program's own pages with the files are not counted twice: they are touched before.
    black_box(digest_of_source(source.as_ref()));
    let before = status_mib(me, "VmRSS:").unwrap();
    let started = Instant::now();
    let shelf = Shelf::open(source.as_ref()).unwrap();
    let first = millis(started.elapsed());
    let grown = status_mib(me, "VmRSS:").unwrap() - before;
    let most = status_mib(me, "VmHWM:").unwrap() - before;
    let (mut whole, mut reading) = (Vec::new(), Vec::new());
    let spent = own_cpu();
    for _ in 0..ROUNDS {
        drop(black_box(Shelf::open(source.as_ref()).unwrap()));
    }
    let cpu = millis(own_cpu().saturating_sub(spent)) / f64::from(u32::try_from(ROUNDS).unwrap());
    for _ in 0..ROUNDS {
        let started = Instant::now();
        black_box(digest_of_source(source.as_ref()));
        reading.push(millis(started.elapsed()));
        let started = Instant::now();
        drop(black_box(Shelf::open(source.as_ref()).unwrap()));
        whole.push(millis(started.elapsed()));
    }
    drop(shelf);
    [first, median(whole), cpu, median(reading), grown, most]
}

/// A server that takes up one edition after the other: how long it takes, and whether the old ones go.
async fn editions(folder: &Path) {
    let stock = Stock::fresh(None).await;
    let mut command = Command::new(env!("CARGO_BIN_EXE_credit-bank"));
    command.env("CREDIT_BANK_DATA_DIR", stock.folder.path()).env("CREDIT_BANK_LISTEN", "127.0.0.1:0");
    command.env("CREDIT_BANK_CURRICULUM_DIR", folder).current_dir(stock.folder.path());
    let (server, mut log) = Server::with_log(command);
    let mut reader = Client::connect(server.address, "").await.unwrap();
    reader.get("/courses/T19/c1/1").await.unwrap();
    let mut taken = Vec::new();
    let (mut first, mut last) = (0.0, 0.0);
    for number in 1..=EDITIONS {
        let manifest = std::fs::read_to_string(folder.join("manifest.toml")).unwrap();
        let line =
            |line: &str| if line.starts_with("version = ") { format!("version = \"2099.{number}\"") } else { line.to_owned() };
        let manifest: Vec<String> = manifest.lines().map(line).collect();
        std::fs::write(folder.join("manifest.toml"), manifest.join("\n") + "\n").unwrap();
        let started = Instant::now();
        assert!(Command::new("kill").arg("-HUP").arg(server.id().to_string()).status().unwrap().success());
        wait_for(&mut log, "another edition is up");
        taken.push(millis(started.elapsed()));
        reader.get("/courses/T19/c1/1").await.unwrap();
        last = server.memory_mib().0;
        if number == 1 {
            first = last;
        }
    }
    let (_, most) = server.memory_mib();
    let details = format!("median of {EDITIONS}, kept in the database and beside it");
    show("another edition taken up, from the signal on", "", &format!("{:.0} ms", median(taken)), &details);
    let details = format!("{first:.0} MiB after the first, {last:.0} MiB after the last, most {most:.0} MiB");
    show(&format!("memory, {EDITIONS} editions one after the other"), "bounded", &format!("{:+.1} MiB", last - first), &details);
}

fn wait_for(log: &mut BufReader<std::process::ChildStderr>, words: &str) {
    let mut line = String::new();
    while !line.contains(words) {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0, "it ended");
    }
}

/// What people may look for: every explained word, every title, and three characters from all over the lessons.
fn queries(shelf: &Shelf) -> Vec<String> {
    let mut queries: Vec<String> = shelf.glossary().iter().map(|term| term.word.clone()).collect();
    queries.extend(shelf.courses().iter().map(|course| course.title.clone()));
    let lessons = || shelf.courses().iter().flat_map(|course| &course.lessons);
    queries.extend(lessons().map(|lesson| lesson.title.clone()));
    let windows: Vec<String> = lessons()
        .flat_map(|lesson| &lesson.cards)
        .flat_map(|card| {
            let letters: Vec<char> = card.plain.chars().filter(|c| c.is_alphanumeric()).collect();
            letters.windows(3).map(|window| window.iter().collect::<String>()).collect::<Vec<_>>()
        })
        .collect();
    let step = windows.len() / QUERIES;
    queries.extend(windows.into_iter().step_by(step.max(1)));
    queries
}

async fn search() {
    let shelf = Shelf::open(&Embedded).unwrap();
    let queries = queries(&shelf);
    assert!(queries.len() >= QUERIES);
    let texts: Vec<String> = shelf
        .courses()
        .iter()
        .flat_map(|course| &course.lessons)
        .map(|lesson| lesson.cards.iter().fold(lesson.title.clone(), |text, card| text + &card.title + &card.plain))
        .collect();
    let (mut ours, mut scan, mut found) = (Vec::new(), Vec::new(), 0);
    for query in &queries {
        let started = Instant::now();
        let hits = black_box(shelf.search(query, HITS));
        ours.push(started.elapsed());
        found += usize::from(!hits.is_empty());
        let started = Instant::now();
        black_box(texts.iter().filter(|text| text.contains(query.as_str())).take(HITS).count());
        scan.push(started.elapsed());
    }
    let (ours, scan) = (Waits::of(ours), Waits::of(scan));
    let details = format!(
        "p50 {:.2} ms, max {:.1} ms, {} queries, {found} find something; a plain scan of the lessons without ranking or snippets: p50 {:.2}, p99 {:.2} ms",
        millis(ours.at(500)),
        millis(ours.at(1000)),
        queries.len(),
        millis(scan.at(500)),
        millis(scan.at(990)),
    );
    show("search, in memory, p99", "≤ 20 ms", &format!("{:.2} ms", millis(ours.at(990))), &details);
    let stock = Stock::fresh(None).await;
    let server = Server::open(stock.folder.path(), None);
    let mut reader = Client::connect(server.address, "font=large").await.unwrap();
    let mut waits = Vec::new();
    for query in &queries {
        let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let started = Instant::now();
        assert_eq!(reader.get(&format!("/search?q={query}")).await.unwrap().status, 200);
        waits.push(started.elapsed());
    }
    let waits = Waits::of(waits);
    let details = format!("p50 {:.2} ms, max {:.1} ms, one reader", millis(waits.at(500)), millis(waits.at(1000)));
    show("search, the page, p99", "≤ 20 ms", &format!("{:.2} ms", millis(waits.at(990))), &details);
}

/// Times, the shortest first.
struct Waits(Vec<Duration>);

impl Waits {
    fn of(mut waits: Vec<Duration>) -> Self {
        waits.sort_unstable();
        Self(waits)
    }

    /// The time that so many thousandths do not exceed.
    fn at(&self, permille: usize) -> Duration {
        self.0[((self.0.len() - 1) * permille).div_ceil(1000)]
    }
}
