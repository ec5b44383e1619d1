//! `restore`: a backup is put back into an empty place, and audited against all that is known of the sealed log.
//!
//! Looked at first, and nothing is touched where it does not fit: every file's digest, that the place is empty, that the schema is not newer
//! than this program, that the keys are those of this database. What the audit finds decides how it ends: 0 where everything is as it must
//! be or is only older than what was signed last (which is said), 1 on any other difference.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::ProgressBar;

use super::backup::{copy_words, engine_of};
use super::books::{Asked, Books, audit_books};
use super::cli::say;
use super::ledger_commands::{checkpoint_in, read_checkpoint, show, tell};
use super::manifest::{Manifest, write_whole};
use super::opening::{open_house, target_of};
use super::witness;
use crate::config::{Config, Keys, keys_folder};
use crate::db;
use crate::files::Files;
use crate::kernel::Timestamp;
use crate::ledger::seal::note::Checkpoint;
use crate::ledger::seal::{self, SealFault};

/// Where from, and what is known besides.
#[derive(Args, Clone, Debug)]
pub(super) struct Restore {
    /// The folder that `backup` made.
    #[arg(long)]
    from: PathBuf,
    /// A checkpoint kept elsewhere, as published: shows whether the backup is older. May be given several times.
    #[arg(long)]
    checkpoint: Vec<PathBuf>,
    /// A bank that still answers, or a mirror of it: its newest checkpoint is fetched, with the same end.
    #[arg(long)]
    bank: Option<String>,
}

/// Puts the backup back and audits it.
pub(super) async fn run(config: Config, what: Restore) -> Result<(), String> {
    let manifest = Manifest::check(&what.from)?;
    let mut kept = known_elsewhere(&what).await?;
    kept.extend(seal::remembered(&keys_folder(&config.data_dir)).map_err(|error| error.to_string())?);
    let target = target_of(&config);
    if manifest.engine != engine_of(&target) {
        let (theirs, ours) = (&manifest.engine, engine_of(&target));
        return Err(format!("这是 {theirs} 的备份，这里配的是 {ours}：看看 database_url"));
    }
    refuse_newer(&manifest)?;
    if !db::is_empty(&target).await.map_err(|fault| copy_words(&fault))? {
        return Err("这里已经有数据库了，不能盖在上面。请换一个空的数据目录或空的数据库；旧的先挪开，别删".to_owned());
    }
    let data_dir = config.data_dir.clone();
    put_keys(&manifest, &what.from, &data_dir)?;
    let file = what.from.join(Manifest::database_file(&manifest.engine));
    db::put_back(&target, &file).await.map_err(|fault| copy_words(&fault))?;
    put_files(&manifest, &what.from, &data_dir)?;
    let house = open_house(config).await?;
    tell_what_was_done(&manifest);
    let bar = ProgressBar::new(0);
    let remembered = kept.iter().cloned().chain(own_checkpoint(&manifest)).collect();
    let books = audit_books(&house.db, &keys_folder(&data_dir), Asked { since: 0, remembered }, |step| show(&bar, step)).await;
    bar.finish_and_clear();
    judge(&manifest, &books?, &kept, &data_dir)
}

/// What is known of the log from elsewhere; whose signature it bears is the business of whoever kept it.
async fn known_elsewhere(what: &Restore) -> Result<Vec<Checkpoint>, String> {
    let mut kept: Vec<Checkpoint> = what.checkpoint.iter().map(read_checkpoint).collect::<Result<_, _>>()?;
    if let Some(bank) = what.bank.clone() {
        let url = format!("{}/ledger/checkpoint", bank.trim_end_matches('/'));
        let asked = url.clone();
        let text = tokio::task::spawn_blocking(move || witness::get(&asked)).await.map_err(|error| error.to_string())??;
        kept.push(checkpoint_in(&text).ok_or_else(|| format!("{url} 给的不是封存点"))?);
    }
    Ok(kept)
}

fn refuse_newer(manifest: &Manifest) -> Result<(), String> {
    let known = db::known_steps();
    match manifest.steps.iter().find(|step| !known.contains(step)) {
        Some(_) => Err(format!("这份备份是更新的程序（{}）做的：请先换上那个版本", manifest.program)),
        None => Ok(()),
    }
}

/// Sees to it that the keys in the data directory are those of the backup: they are taken from it where it has them, else they must lie there.
fn put_keys(manifest: &Manifest, from: &Path, data_dir: &Path) -> Result<(), String> {
    let folder = keys_folder(data_dir);
    let broken = |error: std::io::Error| format!("{}：{error}", folder.display());
    DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(broken)?;
    for name in manifest.keys() {
        let (theirs, ours) = (from.join("keys").join(name), folder.join(name));
        let text = fs::read_to_string(&theirs).map_err(|error| format!("{}：{error}", theirs.display()))?;
        match fs::read_to_string(&ours) {
            Ok(own) if own == text => {}
            Ok(_) => return Err(format!("{} 和备份里的不是同一把：请先挪开", ours.display())),
            Err(_) => write_whole(&ours, &text).map_err(broken)?,
        }
    }
    let Some(check) = manifest.key_check.as_deref().and_then(|check| hex::decode(check).ok()) else { return Ok(()) };
    let path = folder.join("bank.key");
    match Keys::find(data_dir).map_err(|error| error.to_string())? {
        Some(keys) if keys.check().is(&check) => Ok(()),
        Some(_) => Err(format!("{} 不是这份备份的：请把原来的（在保险柜里）放到那里", path.display())),
        None => Err(format!("没有 {}：请先把原来的 bank.key 和 ledger-*.key（在保险柜里）放到那里", path.display())),
    }
}

/// Puts the files beside the database back. Their digests were held against the backup's sums before.
fn put_files(manifest: &Manifest, from: &Path, data_dir: &Path) -> Result<(), String> {
    let files = Files::in_data_dir(data_dir);
    for name in manifest.kept_files() {
        let path = from.join(name);
        let bytes = fs::read(&path).map_err(|error| format!("{}：{error}", path.display()))?;
        files.store().put(&bytes, Timestamp::from_ms(manifest.taken_at_ms)).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn tell_what_was_done(manifest: &Manifest) {
    let sealed = manifest.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.size);
    let made = Timestamp::from_ms(manifest.taken_at_ms).to_minute_text();
    say(&format!("放回来了：{made} 做的备份，{} 笔转账，{} 个账户，封存到第 {sealed} 号", manifest.transfers, manifest.accounts));
    if manifest.steps.len() < db::known_steps().len() {
        say("备份时的程序旧一些，数据库已经升到现在的版本");
    }
}

/// The checkpoint that the backup says is in it.
fn own_checkpoint(manifest: &Manifest) -> Option<Checkpoint> {
    let at = manifest.checkpoint.as_ref()?;
    Checkpoint::parse(&format!("{}\n{}\n{}\n", at.origin, at.size, at.root)).ok()
}

/// What the audit comes to.
fn judge(manifest: &Manifest, books: &Books, kept: &[Checkpoint], data_dir: &Path) -> Result<(), String> {
    tell(books);
    let folder = keys_folder(data_dir);
    let own_size = manifest.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.size);
    let is_age = |fault: &SealFault| matches!(fault, SealFault::Shorter { remembered, .. } if *remembered > own_size);
    let (ages, faults): (Vec<&SealFault>, Vec<&SealFault>) = books.seal.differences.iter().partition(|fault| is_age(fault));
    let is_whole = (books.ledger.transfers, books.ledger.accounts) == (manifest.transfers, manifest.accounts);
    let others = books.difference_count().saturating_sub(u64::try_from(ages.len()).unwrap_or(0));
    if others > 0 || !faults.is_empty() || !is_whole {
        return Err("放回来的账和备份说的、和别处记得的不一样，见上面。先别开网站，换一份备份再试，并请懂行的人来查".to_owned());
    }
    // Whatever signed more than this must not sign this again under the same name, also where its own memory was lost with the machine.
    for checkpoint in kept.iter().cloned().chain(own_checkpoint(manifest)) {
        seal::remember(&folder, &checkpoint).map_err(|error| error.to_string())?;
    }
    let newest = ages.iter().filter_map(|fault| match fault {
        SealFault::Shorter { remembered, .. } => Some(*remembered),
        _ => None,
    });
    match newest.max() {
        Some(signed) => tell_age(signed, books.seal.leaves),
        None if kept.is_empty() => {
            say("账对上了。没有拿别处的封存点比过：见证人或打印的那一份，可以用 ledger audit --checkpoint 再比")
        }
        None => say("账对上了，别处的封存点也接得上"),
    }
    let key = folder.join("ledger-1.key");
    if manifest.checkpoint.is_some() && !key.exists() {
        say(&format!("还缺封存的密钥：请把原来的 ledger-*.key（在保险柜里）放到 {}，再开网站", folder.display()));
    }
    Ok(())
}

/// The backup is older than what was signed: how much, and what to do.
fn tell_age(signed: u64, here: u64) {
    say(&format!("这份备份旧了：最后签到第 {signed} 号，这里只到第 {here} 号，少 {} 号", signed.saturating_sub(here)));
    say(
        "有更新的备份，就换更新的。没有，那些就找不回来了：先告诉大家，再运行 credit-bank ledger reopen，账本换个名字接着记，然后开网站",
    );
}
