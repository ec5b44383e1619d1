//! `hall …`: boxes of halls are made ready, hand over, and are given up.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::cli::say;
use super::opening::{open_house, put_up_curriculum};
use crate::config::Config;
use crate::db::Tx;
use crate::hall::{self, Carrier, DeviceId, State, Way};

/// What is done with halls.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum HallCommand {
    /// Takes a file that a hall's device has written, at the bank's own keyboard.
    Receive(Receive),
    /// Gives a device up: it was stolen or lost. What it hands over from now on is looked at first.
    Revoke {
        /// The device, as `receive` and the desk name it.
        device: String,
    },
}

/// Which files.
#[derive(Args, Clone, Debug)]
pub(super) struct Receive {
    /// The files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub(super) async fn run(config: Config, command: HallCommand) -> Result<(), String> {
    match command {
        HallCommand::Receive(what) => receive(config, &what).await,
        HallCommand::Revoke { device } => revoke(config, &device).await,
    }
}

async fn receive(config: Config, what: &Receive) -> Result<(), String> {
    let house = open_house(config).await?;
    let shelf = put_up_curriculum(&house).await?.now();
    let mut failed = 0;
    for file in &what.files {
        let bytes = std::fs::read(file).map_err(|error| format!("{} 读不了：{error}", file.display()))?;
        match hall::receive(&house, &shelf, &bytes, Carrier { way: Way::Command, by: None }).await {
            Ok(receipt) => say_receipt(&file.display().to_string(), &receipt, &mut failed),
            Err(error) => {
                failed += 1;
                let why = error.words().map_or_else(|| error.to_string(), |words| words.say(crate::i18n::Lang::Chinese));
                say(&format!("{}：{why}", file.display()));
            }
        }
    }
    if failed > 0 { Err(format!("有 {failed} 份没有收")) } else { Ok(()) }
}

fn say_receipt(file: &str, receipt: &hall::Receipt, failed: &mut usize) {
    if let Some(row) = receipt.forked {
        *failed += 1;
        return say(&format!("{file}：第 {row} 条和 {} 以前交的不一样，这一份没有收", receipt.name));
    }
    let count = |state: State| receipt.lines.iter().filter(|line| line.state == state).count();
    say(&format!(
        "{file}：{}（{}），新的 {} 条；记上 {}，早就有 {}，要看一看 {}，还在等 {}",
        receipt.name,
        receipt.device,
        receipt.fresh,
        count(State::Accepted),
        count(State::Duplicate),
        count(State::NeedsLook),
        count(State::Waits),
    ));
    for (first, last) in &receipt.gaps {
        say(&format!("  缺第 {first} 到 {last} 条，后面的先等着"));
    }
}

async fn revoke(config: Config, device: &str) -> Result<(), String> {
    let id: DeviceId = device.parse().map_err(|_| "设备的编号不对：看看 receive 或者网页上写的".to_owned())?;
    let house = open_house(config).await?;
    house.db.write(async move |tx: &Tx| hall::revoke(tx, None, id).await).await.map_err(|error| match error {
        hall::Error::NoSuchDevice => "没有这台设备".to_owned(),
        error => error.to_string(),
    })?;
    say("停用了：它以后交来的，都要有人看过才算");
    Ok(())
}
