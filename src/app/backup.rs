//! `backup`: one whole state of the bank in a folder of its own, made while it serves.
//!
//! The folder is written under another name and renamed when everything in it is on the disk: what bears the name is whole. Nothing of the
//! database is changed for it, and its schema is left as it is. Keys stay out unless they are asked for: whoever has both can read
//! everybody's data. What the signer remembers never goes along: put back, it would hide that a database was put back.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use indicatif::ProgressBar;
use sea_orm::ConnectionTrait;

use super::cli::say;
use super::ledger_commands::checkpoint_in;
use super::manifest::{FORMAT, FileSum, Manifest, SealedAt, sum_of, write_whole};
use super::opening::target_of;
use super::whole_file::{WholeFile, folder_of, sync_folder};
use crate::config::{Config, keys_folder};
use crate::db::{self, CopyFault, Target};
use crate::files::{self, Files};
use crate::kernel::{Clock, Digest};
use crate::ledger::{self, seal};

/// How often the screen shows that it goes on.
const TICK: Duration = Duration::from_millis(120);

/// Where to, and what besides.
#[derive(Args, Clone, Debug)]
pub(super) struct Backup {
    /// The folder to make, for instance named after the day. It must not be there yet, or be empty.
    #[arg(long)]
    to: PathBuf,
    /// Puts the keys in too. Then whoever has the backup can read everybody's data: it belongs in the safe.
    #[arg(long)]
    with_keys: bool,
}

/// The folder while it is written; dropped before it is kept, nothing of it stays.
struct Begun {
    part: PathBuf,
    is_kept: bool,
}

impl Drop for Begun {
    fn drop(&mut self) {
        if !self.is_kept {
            drop(fs::remove_dir_all(&self.part));
        }
    }
}

impl Begun {
    /// Begins what shall stand at `to`.
    fn beside(to: &Path) -> Result<Self, String> {
        let name = to.file_name().ok_or_else(|| format!("{} 不是文件夹的名字", to.display()))?;
        if to.read_dir().is_ok_and(|mut inside| inside.next().is_some()) || to.is_file() {
            return Err(format!("{} 已经有东西了：请换一个名字", to.display()));
        }
        let broken = |error: std::io::Error| format!("{} 做不了：{error}", to.display());
        fs::create_dir_all(folder_of(to)).map_err(broken)?;
        let part = to.with_file_name(format!("{}.{}.part", name.to_string_lossy(), std::process::id()));
        DirBuilder::new().mode(0o700).create(&part).map_err(broken)?;
        Ok(Self { part, is_kept: false })
    }

    /// Gives it its name.
    fn keep(mut self, to: &Path) -> std::io::Result<()> {
        sync_folder(&self.part)?;
        fs::rename(&self.part, to)?;
        self.is_kept = true;
        sync_folder(folder_of(to))
    }
}

/// Makes the backup and says what is in it.
pub(super) async fn run(config: Config, what: Backup) -> Result<(), String> {
    let begun = Begun::beside(&what.to)?;
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(TICK);
    let made = make(&config, &what, &begun.part).await;
    bar.finish_and_clear();
    let (manifest, lost) = made?;
    begun.keep(&what.to).map_err(|error| format!("{} 做不了：{error}", what.to.display()))?;
    tell(&what, &manifest);
    tell_lost(&lost);
    Ok(())
}

/// Makes it; with the files that the database knows and that are not there, or damaged.
async fn make(config: &Config, what: &Backup, folder: &Path) -> Result<(Manifest, Vec<Digest>), String> {
    let broken = |error: std::io::Error| format!("{} 写不了：{error}", folder.display());
    let target = target_of(config);
    let engine = engine_of(&target);
    let name = Manifest::database_file(engine);
    let now = Clock::system().now();
    let view = db::copy_into(&target, &folder.join(name)).await.map_err(|fault| copy_words(&fault))?;
    fs::set_permissions(folder.join(name), Permissions::from_mode(0o600)).map_err(broken)?;
    let asked = facts(&view).await;
    let known = files::list(&view).await;
    view.rollback().await.map_err(|error| error.to_string())?;
    let (facts, note) = asked?;
    let known = known.map_err(|error| error.to_string())?;
    let mut names = vec![name.to_owned()];
    if let Some(note) = &note {
        write_whole(&folder.join("checkpoint.txt"), note).map_err(broken)?;
        names.push("checkpoint.txt".to_owned());
    }
    if what.with_keys {
        names.extend(copy_keys(&keys_folder(&config.data_dir), folder)?);
    }
    let (copied, lost) = copy_files(&Files::in_data_dir(&config.data_dir), &known, folder).map_err(broken)?;
    names.extend(copied);
    let files: Vec<FileSum> = names.iter().map(|name| sum_of(folder, name)).collect::<Result<_, _>>().map_err(broken)?;
    let (taken_at, taken_at_ms) = (now.to_rfc3339(), now.ms());
    let manifest = Manifest { engine: engine.to_owned(), taken_at, taken_at_ms, files, ..facts };
    manifest.write(folder).map_err(broken)?;
    Ok((manifest, lost))
}

pub(super) const fn engine_of(target: &Target) -> &'static str {
    match target {
        Target::Sqlite(_) => "sqlite",
        Target::Postgres(_) => "postgresql",
    }
}

/// What the copied state says of itself, with its newest checkpoint as published.
async fn facts(view: &impl ConnectionTrait) -> Result<(Manifest, Option<String>), String> {
    let steps = db::list_steps(view).await.map_err(|error| error.to_string())?;
    let key_check = db::find_key_check(view).await.map_err(|error| error.to_string())?.map(hex::encode);
    let (transfers, accounts) = ledger::count(view).await.map_err(|error| error.to_string())?;
    let note = seal::checkpoint(view).await.map_err(|error| error.to_string())?;
    let checkpoint = note.as_deref().and_then(checkpoint_in).map(|checkpoint| {
        let text = checkpoint.text();
        let root = text.lines().nth(2).unwrap_or_default().to_owned();
        SealedAt { origin: checkpoint.origin, size: checkpoint.size, root }
    });
    let program = env!("CARGO_PKG_VERSION").to_owned();
    let (engine, taken_at, taken_at_ms, files) = (String::new(), String::new(), 0, Vec::new());
    let manifest = Manifest {
        format: FORMAT,
        program,
        engine,
        taken_at,
        taken_at_ms,
        checkpoint,
        transfers,
        accounts,
        steps,
        key_check,
        files,
    };
    Ok((manifest, note))
}

/// Copies the keys, and only them: what the signer remembers is of here and now.
fn copy_keys(keys: &Path, folder: &Path) -> Result<Vec<String>, String> {
    let broken = |error: std::io::Error| format!("{}：{error}", keys.display());
    DirBuilder::new().mode(0o700).create(folder.join("keys")).map_err(broken)?;
    let mut names = Vec::new();
    for file in fs::read_dir(keys).map_err(broken)? {
        let file = file.map_err(broken)?;
        let name = file.file_name().to_string_lossy().into_owned();
        if Path::new(&name).extension().is_some_and(|end| end == "key") {
            let text = fs::read_to_string(file.path()).map_err(broken)?;
            write_whole(&folder.join("keys").join(&name), &text).map_err(broken)?;
            names.push(format!("keys/{name}"));
        }
    }
    if names.iter().any(|name| name == "keys/bank.key") {
        Ok(names)
    } else {
        Err(format!("{} 里没有 bank.key", keys.display()))
    }
}

/// Copies the files that the copied state knows. One that is lost does not keep the rest from being saved: it is named.
fn copy_files(files: &Files, known: &[Digest], folder: &Path) -> std::io::Result<(Vec<String>, Vec<Digest>)> {
    let (mut names, mut lost) = (Vec::new(), Vec::new());
    for digest in known {
        let Ok(Some(bytes)) = files.store().get(digest) else {
            lost.push(*digest);
            continue;
        };
        let name = format!("files/{}", files::path_of(digest));
        let path = folder.join(&name);
        DirBuilder::new().recursive(true).mode(0o700).create(folder_of(&path))?;
        WholeFile::put(&path, &bytes)?;
        names.push(name);
    }
    Ok((names, lost))
}

/// Says which files could not be saved.
fn tell_lost(lost: &[Digest]) {
    if let Some(first) = lost.first() {
        let count = lost.len();
        say(&format!(
            "有 {count} 个文件不在或坏了，没有备份到，第一个是 files/{}。有旧备份，就从那里拿回来",
            files::path_of(first)
        ));
    }
}

/// Why no copy was made or put back, with what to do.
pub(super) fn copy_words(fault: &CopyFault) -> String {
    match fault {
        CopyFault::Nothing(path) => format!("{} 不在：看看 data_dir 和 database_url", path.display()),
        CopyFault::NoTool(tool) => {
            format!("没有 {tool}：请装 PostgreSQL 的客户端程序（Debian：apt-get install postgresql-client）")
        }
        CopyFault::Tool { tool, why } => format!("{tool} 没做成：{why}"),
        CopyFault::Database(error) => format!("数据库没答应：{error}"),
        CopyFault::Disk(error) => format!("磁盘没答应：{error}"),
    }
}

fn tell(what: &Backup, manifest: &Manifest) {
    let megabytes = manifest.files.iter().map(|file| file.bytes).sum::<u64>().div_ceil(1 << 20);
    let sealed = manifest.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.size);
    say(&format!(
        "备份好了：{}（{} 笔转账，{} 个账户，封存到第 {sealed} 号，{megabytes} MB）",
        what.to.display(),
        manifest.transfers,
        manifest.accounts
    ));
    say(if what.with_keys {
        "钥匙也在里面：谁拿到它，就能读所有人的信息。请放进保险柜，和别的备份分开"
    } else {
        "钥匙没有放进去：谁同时拿到备份和 bank.key，就能读所有人的信息。请看看保险柜里有没有 keys/bank.key 和 keys/ledger-*.key，没有它们，备份打不开"
    });
    say("备份最多留 90 天，到期请删掉");
}
