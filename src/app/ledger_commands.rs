//! Commands about the ledger.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use indicatif::ProgressBar;

use super::books::{Asked, Books, Step, audit_books};
use super::cli::say;
use super::journal;
use super::opening::open_house;
use super::witness;
use crate::config::{Config, keys_folder};
use crate::kernel::Timestamp;
use crate::ledger::seal;
use crate::ledger::seal::note::{Checkpoint, NoteError, Verifier};
use crate::ledger::seal::receipt::{NotVerified, Receipt};

#[derive(Clone, Debug, Subcommand)]
pub(super) enum LedgerCommand {
    /// Recomputes chains, balances, sums and the sealed log; ends with 1 on any difference.
    Audit {
        /// A checkpoint kept elsewhere, as published: the log must go on from it. May be given several times.
        #[arg(long)]
        checkpoint: Vec<PathBuf>,
        /// Only what was sealed after this number, and what waits: what an earlier audit went through before is taken from its tiles.
        #[arg(long, default_value_t = 0)]
        since: u64,
    },
    /// Writes the whole ledger as a plain-text accounting journal, for hledger and its kin to add up again.
    Export {
        /// The file to write; without it, the screen.
        #[arg(long)]
        output: Option<PathBuf>,
    },
    /// Prints the newest signed checkpoint of the sealed log, to be kept elsewhere.
    Checkpoint,
    /// Makes a new key for the sealed log; what the old one signed stays verifiable.
    RotateKey,
    /// Goes on sealing after a backup was put back: under a new name, since what was signed beyond it cannot be taken back.
    Reopen,
    /// Checks a receipt (凭证); needs neither the bank nor the network.
    VerifyReceipt {
        /// The file that was saved.
        file: PathBuf,
        /// A key of the bank as it was published; without it, compare the one that is shown. May be given several times.
        #[arg(long)]
        key: Vec<String>,
        /// A witness's key; its signature is looked for. May be given several times.
        #[arg(long)]
        witness: Vec<String>,
    },
    /// Follows another bank's sealed book and signs what goes on from what was seen last; ends with 1 where it does not.
    Witness(witness::Witness),
}

/// Does what the command says.
pub(super) async fn run(config: Config, command: LedgerCommand) -> Result<(), String> {
    match command {
        LedgerCommand::Audit { checkpoint, since } => audit(config, checkpoint, since).await,
        LedgerCommand::Export { output } => journal::export(config, output).await,
        LedgerCommand::Checkpoint => print_checkpoint(config).await,
        LedgerCommand::RotateKey => rotate_key(config).await,
        LedgerCommand::Reopen => reopen(config).await,
        LedgerCommand::VerifyReceipt { file, key, witness } => verify_receipt(&file, &key, &witness),
        LedgerCommand::Witness(who) => {
            let looking = tokio::task::spawn_blocking(move || witness::look(&who)).await;
            looking.map_err(|error| error.to_string())?
        }
    }
}

/// `ledger audit`: recomputes everything from the rows, shows how far it is, fails on any difference.
async fn audit(config: Config, kept: Vec<PathBuf>, since: u64) -> Result<(), String> {
    let asked = Asked { since, remembered: kept.iter().map(read_checkpoint).collect::<Result<_, _>>()? };
    let house = open_house(config).await?;
    let bar = ProgressBar::new(0);
    let books = audit_books(&house.db, &keys_folder(&house.config.data_dir), asked, |step| show(&bar, step)).await;
    bar.finish_and_clear();
    let books = books?;
    tell(&books);
    if books.difference_count() == 0 { Ok(()) } else { Err("账目有出入，见上面".to_owned()) }
}

/// How far the audit is, on the screen.
pub(super) fn show(bar: &ProgressBar, step: Step) {
    match step {
        Step::Transfers(progress) => {
            bar.set_length(progress.of.max(progress.transfers));
            bar.set_position(progress.transfers);
        }
        Step::Leaves(leaves) => {
            bar.set_length(bar.length().unwrap_or(0).max(leaves));
            bar.set_position(leaves);
        }
    }
}

/// The checkpoint in a file as it was published; its signature is the business of whoever kept it.
pub(super) fn read_checkpoint(path: &PathBuf) -> Result<Checkpoint, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}：{error}", path.display()))?;
    checkpoint_in(&text).ok_or_else(|| format!("{} 不是封存点", path.display()))
}

/// The checkpoint in a text as it was published.
pub(super) fn checkpoint_in(text: &str) -> Option<Checkpoint> {
    let body = text.split_once("\n\n").map_or(text, |(body, _)| body);
    Checkpoint::parse(&format!("{}\n", body.trim_end())).ok()
}

/// What the audit counted, and each difference.
pub(super) fn tell(books: &Books) {
    let Books { ledger, seal, awards, certificates, first_leaf } = books;
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
        "认定：{} 份对 {} 个成果，更正 {} 次对 {} 份记录，封存的成果 {} 个，出入 {} 处",
        awards.awards, awards.results, awards.corrections, awards.records, awards.sealed, awards.difference_count
    ));
    say(&format!(
        "转出：{} 笔对 {} 份记录，过期一天还没退的 {} 笔；转换：{} 笔对 {} 份记录",
        awards.transfers_out, awards.offers, awards.overdue, awards.conversions, awards.conversion_records
    ));
    say(&format!(
        "证书：{} 张，引用 {} 处，封存的版本和经过 {} 个，出入 {} 处",
        certificates.certificates, certificates.cites, certificates.sealed, certificates.difference_count
    ));
    if let Some((learner, record)) = certificates.first {
        say(&format!("第一处：学员 {learner}，记录 {record}"));
    }
    if let Some((learner, record)) = awards.first {
        say(&format!("第一处：学员 {learner}，记录 {record}"));
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

/// `ledger reopen`: says what the backup lacks, and under which name the book goes on.
async fn reopen(config: Config) -> Result<(), String> {
    let house = open_house(config).await?;
    let reopened = seal::reopen(&house.db, &keys_folder(&house.config.data_dir)).await.map_err(|error| error.to_string())?;
    match reopened.remembered.filter(|last| last.size > reopened.size) {
        Some(last) => say(&format!("原来签到第 {} 号，现在只有 {} 号：后面的丢了，请告诉大家", last.size, reopened.size)),
        None => say(&format!("现在有 {} 号，没有比签过的少", reopened.size)),
    }
    say(&format!("从下一笔起，账本改名 {}，公钥：{}", reopened.verifier.name(), reopened.verifier.to_text()));
    say("请重新启动网站，并把新名字和新公钥告诉见证人");
    Ok(())
}

/// `ledger verify-receipt`: says what the receipt shows, or why it shows nothing.
fn verify_receipt(file: &Path, keys: &[String], witnesses: &[String]) -> Result<(), String> {
    let parse = |texts: &[String]| texts.iter().map(|text| Verifier::parse(text)).collect::<Result<Vec<_>, _>>();
    let (trusted, known) = (parse(keys), parse(witnesses));
    let (trusted, known) = trusted.and_then(|trusted| Ok((trusted, known?))).map_err(|_| "公钥写得不对".to_owned())?;
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}：{error}", file.display()))?;
    let verified = Receipt::parse(&text).and_then(|receipt| receipt.verify(&trusted, &known)).map_err(why_not)?;
    let (transfer, checkpoint) = (&verified.transfer, &verified.checkpoint);
    let milli = transfer.amount.milli();
    say(&format!("凭证有效：第 {} 号，账本 {} 到那时共 {} 笔", verified.leaf + 1, checkpoint.origin, checkpoint.size));
    say(&format!(
        "{} {}.{:03} 学分，{}，{} 记下",
        transfer.code,
        milli / 1000,
        milli % 1000,
        transfer.award_key.as_ref().map(ToString::to_string).unwrap_or_default(),
        transfer.recorded_at.to_minute_text()
    ));
    for (who, seconds) in &verified.witnesses {
        let when = Timestamp::from_ms(i64::try_from(*seconds).unwrap_or(0).saturating_mul(1000));
        say(&format!("见证：{who}，{}", when.to_minute_text()));
    }
    if trusted.is_empty() {
        say(&format!("签名用的公钥：{}。请和银行公布的比一比", verified.key.to_text()));
    }
    Ok(())
}

fn why_not(why: NotVerified) -> String {
    let words = match why {
        NotVerified::NotAReceipt => "这不是凭证，或者文件坏了",
        NotVerified::NoTransfer => "里面封存的内容读不懂",
        NotVerified::WordsDiffer => "写的和封存的不一样：有人改过",
        NotVerified::NotIncluded => "这一笔不在这本账里",
        NotVerified::NotSigned(NoteError::NotAKey) => "里面的公钥读不懂",
        NotVerified::NotSigned(_) => "封存点的签名不对",
        NotVerified::OtherKey => "不是这把公钥签的",
    };
    format!("凭证无效：{words}")
}
