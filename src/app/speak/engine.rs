//! The programs of this machine that speak and pack. None of them is ours; each is asked by its name on the path.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::app::whole_file::ScratchFolder;
use crate::recordings::{decode, pack_wave};

/// Words a minute: slower than the engine's own pace, which is for the young.
const PACE: &str = "140";
/// Waves without a packer: as telephones speak, and light enough for the check.
const WAVE_RATE: u32 = 8_000;

/// Where a program lies, if it is installed.
fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

fn run<S: AsRef<OsStr>>(program: &Path, words: &[S]) -> Result<(), String> {
    let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let output = Command::new(program).args(words).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{name} 用不了：{error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{name} 没做成：{}", said.lines().next().unwrap_or("没有说原因")))
}

/// What speaks.
#[derive(Debug)]
pub(super) struct Engine {
    program: PathBuf,
    /// The voice it speaks with.
    pub voice: String,
    scratch: ScratchFolder,
}

impl Engine {
    /// The engine of this machine.
    pub(super) fn find(voice: &str) -> Result<Self, String> {
        let program = find("espeak-ng").ok_or(
            "这台机器上没有能念字的程序，什么也没做。请先装 espeak-ng（Debian：apt-get install espeak-ng），再来一次。\
             想要小一些的文件，再装 lame",
        )?;
        let scratch = ScratchFolder::new("speak").map_err(|error| format!("临时文件夹用不了：{error}"))?;
        Ok(Self { program, voice: voice.to_owned(), scratch })
    }

    /// Waves in which `text` is said.
    pub(super) fn speak(&self, text: &str) -> Result<Vec<u8>, String> {
        let (words, waves) = (self.scratch.path().join("text"), self.scratch.path().join("said.wav"));
        let broken = |error: std::io::Error| format!("临时文件夹用不了：{error}");
        fs::write(&words, text).map_err(broken)?;
        drop(fs::remove_file(&waves));
        let options = ["-v", &self.voice, "-s", PACE, "-b", "1", "-f"].map(OsStr::new);
        run(&self.program, &[&options[..], &[words.as_os_str(), OsStr::new("-w"), waves.as_os_str()]].concat())?;
        fs::read(&waves).map_err(|_| format!("espeak-ng 没有念出声音：看看有没有「{}」这个声音", self.voice))
    }
}

/// What makes a file small.
#[derive(Debug)]
pub(super) enum Packer {
    /// MP3 by lame.
    Lame(PathBuf),
    /// Waves by ourselves.
    Waves,
}

impl Packer {
    /// The best that is installed.
    pub(super) fn find() -> Self {
        find("lame").map_or(Self::Waves, Self::Lame)
    }

    /// How the names of its files end.
    pub(super) const fn ending(&self) -> &'static str {
        match self {
            Self::Lame(_) => "mp3",
            Self::Waves => "wav",
        }
    }

    /// The waves packed, and how many seconds they take; `None` where that is more than a recording may.
    pub(super) fn pack(&self, waves: &[u8]) -> Result<Option<(Vec<u8>, u32)>, String> {
        let heard = match decode(waves) {
            Ok(heard) => heard,
            Err(crate::recordings::Unsound::TooLong) => return Ok(None),
            Err(_) => return Err("espeak-ng 念出来的声音读不懂".to_owned()),
        };
        let seconds = u32::try_from(heard.frames / u64::from(heard.rate.max(1))).unwrap_or(u32::MAX).max(1);
        let bytes = match self {
            Self::Waves => pack_wave(&heard.mono.unwrap_or_default(), heard.rate, WAVE_RATE),
            Self::Lame(program) => through(program, waves, &["--quiet", "-m", "m", "-b", "32", "--resample", "22.05"])?,
        };
        Ok(Some((bytes, seconds)))
    }
}

/// What a program makes of the waves: `program options… in.wav out.mp3`.
fn through(program: &Path, waves: &[u8], options: &[&str]) -> Result<Vec<u8>, String> {
    let broken = |error: std::io::Error| format!("临时文件夹用不了：{error}");
    let scratch = ScratchFolder::new("pack").map_err(broken)?;
    let (from, to) = (scratch.path().join("in.wav"), scratch.path().join("out.mp3"));
    fs::write(&from, waves).map_err(broken)?;
    let words: Vec<&OsStr> = options.iter().map(OsStr::new).chain([from.as_os_str(), to.as_os_str()]).collect();
    run(program, &words)?;
    fs::read(&to).map_err(broken)
}
