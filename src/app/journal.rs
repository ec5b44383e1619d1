//! `ledger export`: the ledger as a journal in a file or on the screen.

use std::io::BufWriter;
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;

use super::cli::say;
use super::opening::open_house;
use super::whole_file::WholeFile;
use crate::config::Config;
use crate::db::Db;
use crate::ledger;
use crate::ledger::seal;

/// Writes the journal; progress is shown on standard error.
pub(super) async fn export(config: Config, output: Option<PathBuf>) -> Result<(), String> {
    let house = open_house(config).await?;
    let about = about(&house.db).await?;
    let Some(path) = output else {
        return write(&house.db, &about, &mut BufWriter::new(std::io::stdout().lock())).await.map(|_| ());
    };
    let mut file = WholeFile::begin(&path).map_err(|error| unwritable(&path, &error))?;
    let transfers = write(&house.db, &about, &mut file).await?;
    file.keep().map_err(|error| unwritable(&path, &error))?;
    let path = path.display();
    say(&format!("{transfers} 笔转账写进了 {path}。核对：hledger -f {path} check --strict"));
    Ok(())
}

fn unwritable(path: &Path, error: &std::io::Error) -> String {
    format!("{} 写不了：{error}", path.display())
}

async fn write(db: &Db, about: &[String], out: &mut impl std::io::Write) -> Result<u64, String> {
    let bar = ProgressBar::new(0);
    let written = ledger::write_journal(db, about, out, |progress| {
        bar.set_length(progress.of);
        bar.set_position(progress.transfers);
    })
    .await;
    bar.finish_and_clear();
    written.map_err(|error| error.to_string())
}

/// The remarks on top. The checkpoint is the newest one before the journal was begun: the journal may hold some transfers more.
async fn about(db: &Db) -> Result<Vec<String>, String> {
    let mut lines = vec![
        format!("Journal of a ledger, written by credit-bank {}.", env!("CARGO_PKG_VERSION")),
        "Each entry is one transfer; behind = stands the balance that the ledger says it left.".to_owned(),
        "Dates are days in Shanghai. Tag leaf: the number in the sealed log, from 1.".to_owned(),
    ];
    let note = seal::checkpoint(db.read()).await.map_err(|error| error.to_string())?;
    if let Some(note) = note {
        lines.push("Newest checkpoint before this was written (log, leaves, root):".to_owned());
        lines.extend(note.lines().take(3).map(|line| format!("  {line}")));
    }
    Ok(lines)
}
