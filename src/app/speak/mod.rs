//! `curriculum speak`: what nobody has read aloud yet is read by a machine of this place, into a curriculum folder.
//!
//! Nothing is sent anywhere, and nothing happens unless somebody runs it. Each file is named by the digest of what is said and how: what
//! is unchanged is left alone, so the command may be broken off and run again. Lines of people's recordings stay as they are; once a
//! person has read a card, the machine's file of it goes.

mod engine;
mod lexicon;
mod list;

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use self::engine::{Engine, Packer};
use self::lexicon::{Lexicon, file_name, is_ours};
use self::list::{Line, List, put_whole};
use super::cli::say;
use super::opening::source_of;
use crate::config::Config;
use crate::curriculum::model::{Course, Recording};
use crate::curriculum::{self, CourseCode, Folder, Reading, Shelf, Source};

/// Which cards, in which voice, into which folder.
#[derive(Args, Clone, Debug)]
pub(super) struct Speak {
    /// The curriculum folder; by default the configured one, else `curriculum` in the data directory. Where there is none, it is made.
    #[arg(long)]
    to: Option<PathBuf>,
    /// Only this course, for instance T19. May be given several times.
    #[arg(long)]
    course: Vec<String>,
    /// The engine's voice.
    #[arg(long, default_value = "cmn-latn-pinyin")]
    voice: String,
}

/// What it came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Done {
    spoken: u32,
    kept: u32,
    by_people: u32,
    too_long: u32,
}

/// Speaks what is missing, and says what was done.
pub(super) fn run(config: &Config, what: &Speak) -> Result<(), String> {
    let codes: Vec<CourseCode> = what
        .course
        .iter()
        .map(|code| CourseCode::parse(code).ok_or_else(|| format!("没有课程 {code}：要写成 T19 这样")))
        .collect::<Result<_, _>>()?;
    let engine = Engine::find(&what.voice)?;
    let packer = Packer::find();
    let to = what.to.clone().or_else(|| config.curriculum_dir.clone()).unwrap_or_else(|| config.data_dir.join("curriculum"));
    prepare(config, &to)?;
    let shelf = Shelf::open(&Folder::new(&to)).map_err(|faults| {
        let list: Vec<String> = faults.iter().map(ToString::to_string).collect();
        format!("{} 里的课程有 {} 处毛病，改好再念：\n{}", to.display(), list.len(), list.join("\n"))
    })?;
    if let Some(code) = codes.iter().find(|code| shelf.course(**code).is_none()) {
        return Err(format!("没有课程 {code}"));
    }
    let is_wanted = |course: &&Course| course.is_complete() && (codes.is_empty() || codes.contains(&course.code));
    let courses: Vec<&Course> = shelf.courses().iter().filter(is_wanted).collect();
    let total: usize = courses.iter().map(|course| shelf.readings_of(course.code).len()).sum();
    let bar = ProgressBar::new(u64::try_from(total).unwrap_or(0)).with_style(style());
    let speaking = Speaking { shelf: &shelf, lexicon: Lexicon::of(shelf.edition()), engine, packer, bar };
    let mut done = Done::default();
    let spoken = courses.into_iter().try_for_each(|course| speaking.course(&to, course, &mut done));
    speaking.bar.finish_and_clear();
    spoken?;
    tell(&to, done)
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} {eta}").unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// Sees to it that `to` holds a whole curriculum, and that nothing lies there that an earlier run left half done.
fn prepare(config: &Config, to: &Path) -> Result<(), String> {
    let broken = |error: std::io::Error| format!("{} 写不了：{error}", to.display());
    if !to.join("manifest.toml").exists() {
        if to.read_dir().is_ok_and(|mut inside| inside.next().is_some()) {
            return Err(format!("{} 里有别的东西，没有 manifest.toml：请换一个空的文件夹", to.display()));
        }
        let source = source_of(config);
        for path in source.paths() {
            let target = to.join(&path);
            fs::create_dir_all(target.parent().unwrap_or(to)).map_err(broken)?;
            fs::write(target, source.bytes(&path).unwrap_or_default()).map_err(broken)?;
        }
    }
    // Whether a line's card is still there is seen without the lines, since one whose card is gone is a fault.
    let shelf = Shelf::open(&Silent(Folder::new(to))).ok();
    for audio in audio_folders(to) {
        let mut list = List::read(&audio).map_err(broken)?;
        let is_gone = |of: &str| shelf.as_ref().is_some_and(|shelf| shelf.reading(of).is_none());
        for (_, file) in list.machines().into_iter().filter(|(of, _)| is_gone(of)) {
            list.remove(&audio, &file).map_err(broken)?;
        }
        let files = fs::read_dir(&audio).into_iter().flatten().flatten();
        for file in files.filter_map(|file| file.file_name().into_string().ok()) {
            let is_half = Path::new(&file).extension().is_some_and(|end| end == "part");
            if is_half || (is_ours(&file) && !list.names(&file)) {
                fs::remove_file(audio.join(&file)).map_err(broken)?;
            }
        }
    }
    Ok(())
}

/// A curriculum folder as if nobody had read anything aloud.
#[derive(Clone)]
struct Silent(Folder);

impl Source for Silent {
    fn paths(&self) -> Vec<String> {
        self.0.paths().into_iter().filter(|path| !curriculum::is_of_recordings(path)).collect()
    }

    fn bytes(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        self.0.bytes(path)
    }

    fn share(&self) -> Arc<dyn Source + Send + Sync> {
        Arc::new(self.clone())
    }
}

fn audio_folders(to: &Path) -> Vec<PathBuf> {
    let courses = fs::read_dir(to.join("courses")).into_iter().flatten().flatten();
    courses.map(|course| course.path().join("audio")).filter(|audio| audio.is_dir()).collect()
}

struct Speaking<'s> {
    shelf: &'s Shelf,
    lexicon: Lexicon,
    engine: Engine,
    packer: Packer,
    bar: ProgressBar,
}

impl Speaking<'_> {
    /// Speaks what is missing of one course. The list is written after each file, so that a stop leaves at most one file behind.
    fn course(&self, to: &Path, course: &Course, done: &mut Done) -> Result<(), String> {
        let audio = to.join("courses").join(course.code.to_string()).join("audio");
        let broken = |error: std::io::Error| format!("{} 写不了：{error}", audio.display());
        let mut list = List::read(&audio).map_err(broken)?;
        self.bar.set_message(course.code.to_string());
        for reading in self.shelf.readings_of(course.code) {
            self.one(&audio, &mut list, &reading, done)?;
            self.bar.inc(1);
        }
        Ok(())
    }

    fn one(&self, audio: &Path, list: &mut List, reading: &Reading, done: &mut Done) -> Result<(), String> {
        let broken = |error: std::io::Error| format!("{} 写不了：{error}", audio.display());
        let voices = self.shelf.voices_of(&reading.of).into_iter().map(|voice| &voice.recording);
        let mandarin: Vec<&Recording> = voices.filter(|line| line.lang == Recording::MANDARIN).collect();
        let old = mandarin.iter().find(|line| is_ours(&line.file)).map(|line| line.file.clone());
        if mandarin.iter().any(|line| !is_ours(&line.file)) {
            done.by_people += 1;
            return old.map_or(Ok(()), |old| list.remove(audio, &old).map_err(broken));
        }
        let text = self.lexicon.spoken(reading);
        let name = file_name(&reading.of, &text, &self.engine.voice, self.packer.ending());
        if old.as_deref() == Some(name.as_str()) {
            done.kept += 1;
            return Ok(());
        }
        let Some((bytes, seconds)) = self.packer.pack(&self.engine.speak(&text)?)? else {
            done.too_long += 1;
            // What it said before says other words.
            if let Some(old) = old {
                list.remove(audio, &old).map_err(broken)?;
            }
            self.bar.suspend(|| say(&format!("{} 念出来超过 3 分钟，没有放进去", reading.of)));
            return Ok(());
        };
        fs::create_dir_all(audio).map_err(broken)?;
        put_whole(&audio.join(&name), &bytes).map_err(broken)?;
        let line = Line { of: reading.of.clone(), file: name, seconds };
        list.put(audio, line, old.as_deref()).map_err(broken)?;
        done.spoken += 1;
        Ok(())
    }
}

fn tell(to: &Path, done: Done) -> Result<(), String> {
    let faults = curriculum::check_command(&Folder::new(to));
    let Done { spoken, kept, by_people, too_long } = done;
    say(&format!("新念了 {spoken} 段，原来就有 {kept} 段，人念过的 {by_people} 段，太长没念的 {too_long} 段"));
    if let Some(fault) = faults.first() {
        return Err(format!("{} 里的课程有 {} 处毛病，第一处是 {fault}", to.display(), faults.len()));
    }
    say(&format!("请先挑几段听听。要用上：把 curriculum_dir 设成 {}，再重开网站。听的人会看到「合成的声音」", to.display()));
    Ok(())
}
