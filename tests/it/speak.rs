//! `curriculum speak`: with an engine that is a script of ours, and with the real one where it is installed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use credit_bank::curriculum::{Folder, Shelf};
use credit_bank::recordings::decode;

/// An engine that writes a second of a tone, and keeps what it was asked to say.
const ENGINE: &str = r#"#!/bin/sh
while [ $# -gt 0 ]; do
  case $1 in
    -v) [ "$2" = none ] && { echo "no such voice" >&2; exit 1; }; shift 2 ;;
    -f) cat "$2" >> "$SAID"; echo >> "$SAID"; shift 2 ;;
    -w) cp "$TONE" "$2"; shift 2 ;;
    *) shift ;;
  esac
done
"#;

struct Place {
    folder: tempfile::TempDir,
}

/// A second at 22,050 samples a second, 16 bits, as the real engine writes them.
fn tone() -> Vec<u8> {
    tone_of(1)
}

fn long_tone() -> Vec<u8> {
    tone_of(181)
}

fn tone_of(seconds: u32) -> Vec<u8> {
    let count = 22_050_u32 * seconds;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + count * 2).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(22_050_u32.to_le_bytes());
    bytes.extend(44_100_u32.to_le_bytes());
    bytes.extend(b"\x02\0\x10\0data");
    bytes.extend((count * 2).to_le_bytes());
    bytes.extend((0..count).flat_map(|at| (if at / 25 % 2 == 0 { 9_000_i16 } else { -9_000 }).to_le_bytes()));
    bytes
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(place.path("bin")).unwrap();
        fs::write(place.path("tone.wav"), tone()).unwrap();
        place
    }

    fn with_engine() -> Self {
        let place = Self::new();
        let engine = place.path("bin/espeak-ng");
        fs::write(&engine, ENGINE).unwrap();
        fs::set_permissions(&engine, fs::Permissions::from_mode(0o755)).unwrap();
        for tool in ["cat", "cp"] {
            let real =
                ["/bin", "/usr/bin"].into_iter().map(|folder| Path::new(folder).join(tool)).find(|tool| tool.exists()).unwrap();
            std::os::unix::fs::symlink(real, place.path("bin").join(tool)).unwrap();
        }
        place
    }

    fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    fn said(&self) -> String {
        fs::read_to_string(self.path("said")).unwrap_or_default()
    }

    /// Runs the command with nothing on the path but what this place has.
    fn speak(&self, path: &str, words: &[&str]) -> Output {
        let mut command: Command = crate::support::binary::bare(self.folder.path());
        command.env("PATH", path).env("TONE", self.path("tone.wav")).env("SAID", self.path("said"));
        command.env("CREDIT_BANK_DATA_DIR", self.path("data")).args(["curriculum", "speak"]).args(words);
        command.output().unwrap()
    }

    fn audio(&self) -> PathBuf {
        self.path("spoken/courses/T19/audio")
    }

    fn t19(&self, words: &[&str]) -> String {
        let to = self.path("spoken");
        let output =
            self.speak(self.path("bin").to_str().unwrap(), &[&["--course", "T19", "--to", to.to_str().unwrap()], words].concat());
        let said = words_of(&output);
        assert!(output.status.success(), "{said}");
        said
    }
}

fn words_of(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn files_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn where_no_engine_is_installed_it_says_which_to_install_and_does_nothing() {
    let place = Place::new();
    let output = place.speak(place.path("bin").to_str().unwrap(), &["--to", place.path("spoken").to_str().unwrap()]);
    let said = words_of(&output);
    assert!(!output.status.success() && said.contains("apt-get install espeak-ng"), "{said}");
    assert!(!place.path("spoken").exists() && !place.path("data").exists());
}

#[test]
fn it_fills_the_gaps_of_a_folder_that_passes_the_check_and_leaves_alone_what_is_unchanged() {
    let place = Place::with_engine();
    let words = place.t19(&[]);
    let shelf = Shelf::open(&Folder::new(place.path("spoken"))).unwrap();
    let code = credit_bank::curriculum::CourseCode::parse("T19").unwrap();
    let readings = shelf.readings_of(code);
    assert!(words.contains(&format!("新念了 {} 段", readings.len())), "{words}");
    for reading in &readings {
        let voices = shelf.voices_of(&reading.of);
        assert!(voices.len() == 1 && voices[0].recording.seconds == 1, "{}", reading.of);
    }
    let name = files_in(&place.audio()).into_iter().find(|name| name.starts_with("speak-c1-2-")).unwrap();
    let bytes = fs::read(place.audio().join(&name)).unwrap();
    assert!(name.ends_with(".wav") && bytes.len() < 9_000, "{name} {}", bytes.len());
    assert_eq!(decode(&bytes).unwrap().rate, 8_000);
    assert_eq!(
        fs::metadata(place.audio().join(&name)).unwrap().permissions().mode() & 0o444,
        0o444,
        "the bank runs as somebody else"
    );
    // Numbers are called digit by digit, words as the list says.
    let said = place.said();
    assert!(
        said.contains("九六幺幺零") && said.contains("银航") && !said.contains("银行") && !said.contains("96110"),
        "{}",
        &said[..3_000]
    );

    fs::remove_file(place.path("said")).unwrap();
    let again = place.t19(&[]);
    assert!(again.contains("新念了 0 段") && again.contains(&format!("原来就有 {} 段", readings.len())), "{again}");
    assert_eq!(place.said(), "", "nothing is said twice");
}

#[test]
fn a_changed_text_a_persons_recording_and_a_half_written_file_are_seen_to() {
    let place = Place::with_engine();
    place.t19(&[]);
    let audio = place.audio();
    let before = files_in(&audio).len();
    let ours = |begin: &str| files_in(&audio).into_iter().find(|name| name.starts_with(begin));
    let old = ours("speak-c1-2-").unwrap();
    // A person reads the first card; another one's words change; a run was broken off between a file and its line.
    fs::write(audio.join("wang.mp3"), [0xFF, 0xF3, 0x38, 0xC4]).unwrap();
    let list = fs::read_to_string(audio.join("recordings.toml")).unwrap();
    let own = "# 王老师念的\n[[recording]]\nfor = \"T19-c1/1\"\nfile = \"wang.mp3\"\nlang = \"zh-CN\"\nkind = \"recorded\"\nseconds = 1\n\n";
    let first = list.split("[[recording]]").find(|block| block.contains("\"T19-c1/1\"")).unwrap();
    fs::write(audio.join("recordings.toml"), format!("{own}{}", list.replace(&format!("[[recording]]{first}"), ""))).unwrap();
    fs::write(audio.join("speak-c9-9-000000000000.wav"), b"half").unwrap();
    let core = place.path("spoken/courses/T19/core");
    let file = core.join(&files_in(&core)[0]);
    let text = fs::read_to_string(&file).unwrap();
    let card = Shelf::open(&Folder::new(credit_root())).unwrap().lesson("T19-c1").unwrap().cards[1].title.clone();
    fs::write(&file, text.replacen(&card, &format!("{card}了"), 1)).unwrap();

    let words = place.t19(&[]);
    assert!(words.contains("新念了 1 段") && words.contains("人念过的 1 段"), "{words}");
    let new = ours("speak-c1-2-").unwrap();
    assert!(new != old && ours("speak-c9-9").is_none() && ours("speak-c1-1-").is_none(), "{old} {new}");
    let list = fs::read_to_string(audio.join("recordings.toml")).unwrap();
    assert!(list.starts_with(own), "{}", &list[..400]);
    assert_eq!(files_in(&audio).len(), before, "one of a person for one of the machine");
    // A card that is gone takes the machine's line along, and the command mends what it made itself.
    let list = fs::read_to_string(audio.join("recordings.toml")).unwrap();
    let gone = "\n[[recording]]\nfor = \"T19-c1/99\"\nfile = \"speak-c1-99-000000000000.wav\"\nlang = \"zh-CN\"\nkind = \"synthetic\"\nseconds = 1\n";
    fs::write(audio.join("recordings.toml"), format!("{list}{gone}")).unwrap();
    fs::copy(audio.join(&new), audio.join("speak-c1-99-000000000000.wav")).unwrap();
    assert!(Shelf::open(&Folder::new(place.path("spoken"))).is_err());
    place.t19(&[]);
    assert_eq!(fs::read_to_string(audio.join("recordings.toml")).unwrap(), list);
    // Words that take longer than a recording may: what was said before goes.
    fs::write(&file, fs::read_to_string(&file).unwrap().replacen(&card, &format!("新{card}"), 1)).unwrap();
    let short = fs::read(place.path("tone.wav")).unwrap();
    fs::write(place.path("tone.wav"), long_tone()).unwrap();
    let words = place.t19(&[]);
    assert!(words.contains("太长没念的 1 段") && ours("speak-c1-2-").is_none(), "{words}");
    fs::write(place.path("tone.wav"), short).unwrap();
    place.t19(&[]);
    // A voice that the engine has not is said, and nothing is lost.
    let to = place.path("spoken");
    let output =
        place.speak(place.path("bin").to_str().unwrap(), &["--voice", "none", "--to", to.to_str().unwrap(), "--course", "T19"]);
    assert!(!output.status.success() && words_of(&output).contains("no such voice"), "{}", words_of(&output));
    Shelf::open(&Folder::new(to)).unwrap();
    let output = place.speak(place.path("bin").to_str().unwrap(), &["--course", "T77"]);
    assert!(!output.status.success() && words_of(&output).contains("没有课程 T77"), "{}", words_of(&output));
}

fn credit_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("curriculum")
}

#[test]
fn the_real_engine_where_it_is_installed_speaks_a_course() {
    let real = ["/usr/bin/espeak-ng", "/usr/local/bin/espeak-ng"].into_iter().map(Path::new).find(|program| program.exists());
    let Some(real) = real else { return };
    let place = Place::new();
    std::os::unix::fs::symlink(real, place.path("bin/espeak-ng")).unwrap();
    let lame = Path::new("/usr/bin/lame");
    if lame.exists() {
        std::os::unix::fs::symlink(lame, place.path("bin/lame")).unwrap();
    }
    let words = place.t19(&[]);
    let shelf = Shelf::open(&Folder::new(place.path("spoken"))).unwrap();
    let voice = shelf.voices_of("T19-c1/2")[0].clone();
    assert!((3..=120).contains(&voice.recording.seconds), "{words} {voice:?}");
    let heard = decode(&fs::read(place.path("spoken").join(&voice.path)).unwrap()).unwrap();
    assert!(heard.mono.unwrap().iter().any(|sample| sample.abs() > 0.05), "it is to be heard");
}
