//! Commands about the ledger.

use std::path::PathBuf;

use clap::Subcommand;
use indicatif::ProgressBar;

use super::books::{Books, audit_books};
use super::cli::say;
use super::opening::open_house;
use crate::config::{Config, keys_folder};
use crate::ledger::seal;
use crate::ledger::seal::note::Checkpoint;

#[derive(Clone, Debug, Subcommand)]
pub(super) enum LedgerCommand {
    /// Recomputes chains, balances, sums and the sealed log; ends with 1 on any difference.
    Audit {
        /// A checkpoint kept elsewhere, as published: the log must go on from it. May be given several times.
        #[arg(long)]
        checkpoint: Vec<PathBuf>,
    },
    /// Prints the newest signed checkpoint of the sealed log, to be kept elsewhere.
    Checkpoint,
    /// Makes a new key for the sealed log; what the old one signed stays verifiable.
    RotateKey,
}

/// Does what the command says.
pub(super) async fn run(config: Config, command: LedgerCommand) -> Result<(), String> {
    match command {
        LedgerCommand::Audit { checkpoint } => audit(config, checkpoint).await,
        LedgerCommand::Checkpoint => print_checkpoint(config).await,
        LedgerCommand::RotateKey => rotate_key(config).await,
    }
}

/// `ledger audit`: recomputes everything from the rows, shows how far it is, fails on any difference.
async fn audit(config: Config, kept: Vec<PathBuf>) -> Result<(), String> {
    let remembered = kept.iter().map(read_checkpoint).collect::<Result<_, _>>()?;
    let house = open_house(config).await?;
    let bar = ProgressBar::new(0);
    let books = audit_books(&house.db, &keys_folder(&house.config.data_dir), remembered, |progress| {
        bar.set_length(progress.of);
        bar.set_position(progress.transfers);
    })
    .await;
    bar.finish_and_clear();
    let books = books?;
    tell(&books);
    if books.difference_count() == 0 { Ok(()) } else { Err("账目有出入，见上面".to_owned()) }
}

/// The checkpoint in a file as it was published; its signature is the business of whoever kept it.
fn read_checkpoint(path: &PathBuf) -> Result<Checkpoint, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}：{error}", path.display()))?;
    let body = text.split_once("\n\n").map_or(text.as_str(), |(body, _)| body);
    Checkpoint::parse(&format!("{}\n", body.trim_end())).map_err(|_| format!("{} 不是封存点", path.display()))
}

fn tell(books: &Books) {
    let Books { ledger, seal, awards, first_leaf } = books;
    say(&format!(
        "账目：{} 笔转账，{} 个账户，{} 份认定，每秒核 {} 笔，出入 {} 处",
        ledger.transfers, ledger.accounts, ledger.awards, ledger.per_second, ledger.difference_count
    ));
    for difference in &ledger.differences {
        say(&format!("出入：{difference}"));
    }
    if let Some(seq) = first_leaf {
        say(&format!("第一处在封存的第 {} 号", seq + 1));
    }
    say(&format!(
        "封存：{} 号，封存点 {} 个（最新的到第 {} 号），还有 {} 笔等着，出入 {} 处",
        seal.leaves, seal.checkpoints, seal.signed, seal.waiting, seal.difference_count
    ));
    for fault in &seal.differences {
        say(&format!("出入：{fault}"));
    }
    say(&format!(
        "认定：{} 份对 {} 个成果，更正 {} 次对 {} 份记录，出入 {} 处",
        awards.awards, awards.results, awards.corrections, awards.records, awards.difference_count
    ));
    if let Some((learner, transfer)) = awards.first {
        say(&format!("第一处：学员 {learner}，转账 {transfer}"));
    }
}

/// `ledger checkpoint`.
async fn print_checkpoint(config: Config) -> Result<(), String> {
    let house = open_house(config).await?;
    let note = seal::checkpoint(house.db.read()).await.map_err(|error| error.to_string())?;
    note.map(|note| say(note.trim_end())).ok_or_else(|| "账本还没有封存过：先让网站开着，几秒钟就有".to_owned())
}

/// `ledger rotate-key`.
async fn rotate_key(config: Config) -> Result<(), String> {
    let house = open_house(config).await?;
    let verifier = seal::rotate_key(&house.db, &keys_folder(&house.config.data_dir)).await.map_err(|error| error.to_string())?;
    say(&format!("新的封存密钥做好了，从下一个封存点起用它：{}", verifier.to_text()));
    Ok(())
}
