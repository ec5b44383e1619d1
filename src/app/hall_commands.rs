//! `hall …`: boxes of halls are made ready, hand over, and are given up.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::cli::say;
use super::hall_box_server::open_box;
use super::opening::{open_house, put_up_curriculum};
use crate::config::Config;
use crate::curriculum::CourseCode;
use crate::db::Tx;
use crate::hall::{self, Carrier, DeviceId, State, Wanted, Way, Why};
use crate::hall_box::{self, BoxRoom};
use crate::kernel::{Chance, Clock};
use crate::places::PlaceCode;

/// What is done with halls.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum HallCommand {
    /// Makes the kit of a box for a hall.
    Prepare(Prepare),
    /// On the laptop of a hall: hands over what was taken down, as files or by the network.
    HandOver(HandOver),
    /// Takes a file that a hall's device has written, at the bank's own keyboard.
    Receive(Receive),
    /// Gives a device up: it was stolen or lost. What it hands over from now on is looked at first.
    Revoke {
        /// The device, as `receive` and the desk name it.
        device: String,
    },
}

/// For which hall.
#[derive(Args, Clone, Debug)]
pub(super) struct Prepare {
    /// The place by its code.
    #[arg(long)]
    place: String,
    /// Where the kit is written.
    #[arg(long)]
    to: PathBuf,
    /// What people call the box.
    #[arg(long, default_value = "活动室的电脑")]
    name: String,
    /// The course of which everybody on the lists gets a test.
    #[arg(long)]
    course: Option<String>,
    /// Sheets of blank cards, eight numbers each.
    #[arg(long, default_value_t = 1)]
    cards: usize,
}

/// How a box hands over.
#[derive(Args, Clone, Debug)]
pub(super) struct HandOver {
    /// The kit of the box; its password is asked for.
    #[arg(long)]
    kit: PathBuf,
    /// Writes files into this folder.
    #[arg(long, conflicts_with = "to", required_unless_present = "to")]
    out: Option<PathBuf>,
    /// Sends to the bank at this address.
    #[arg(long)]
    to: Option<String>,
    /// Everything from the first row on, also what was handed over.
    #[arg(long)]
    all: bool,
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
        HallCommand::Prepare(what) => prepare(config, what).await,
        HallCommand::HandOver(what) => hand_over(config, what).await,
        HallCommand::Receive(what) => receive(config, &what).await,
        HallCommand::Revoke { device } => revoke(config, &device).await,
    }
}

async fn prepare(config: Config, what: Prepare) -> Result<(), String> {
    let place = PlaceCode::parse(&what.place).ok_or("地方代码只有数字")?;
    let course = match what.course.as_deref() {
        Some(code) => Some(CourseCode::parse(code).ok_or("没有这门课：写 T01 到 T23")?),
        None => None,
    };
    let house = open_house(config).await?;
    let shelf = put_up_curriculum(&house).await?.now();
    let wanted = Wanted { place, name: what.name, course, card_sheets: what.cards };
    let kit = hall::prepare(&house, &shelf, &wanted, None).await.map_err(|error| match error {
        hall::Error::NeedsLook(Why::Operator) => "这个地方还没有志愿者：先在网页上添一位".to_owned(),
        hall::Error::NeedsLook(Why::NotSo) => "没有这个代码的地方".to_owned(),
        error => error.to_string(),
    })?;
    let password = format!("{}{}", Chance::secret_digits(6), Chance::secret_digits(6));
    let file = kit.to_file(&password).ok_or("这个包封不上")?;
    std::fs::write(&what.to, file).map_err(|error| format!("{} 写不了：{error}", what.to.display()))?;
    let (classes, people, tests) = (kit.classes.len(), kit.people.len(), kit.tests.len());
    say(&format!("{}：{classes} 个班，{people} 个人，{tests} 份考卷，{} 张空白卡号", what.to.display(), kit.cards.len()));
    say(&format!("设备编号 {}（丢了就用它停用）", kit.device));
    let grouped: Vec<String> = password.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect();
    say(&format!("班的口令（只显示这一次，别和电脑放在一起）：{}", grouped.join(" ")));
    Ok(())
}

async fn hand_over(config: Config, what: HandOver) -> Result<(), String> {
    let file = std::fs::read_to_string(&what.kit).map_err(|error| format!("{} 读不了：{error}", what.kit.display()))?;
    let house = open_box(config, file, Clock::system()).await?;
    say("请输入班的口令：");
    let mut password = String::new();
    std::io::stdin().read_line(&mut password).map_err(|error| error.to_string())?;
    let open = house.rooms.get::<BoxRoom>().unlock(&password).ok_or("口令不对")?;
    let (mut from, mut count) = (what.all.then_some(1), 0);
    while let Some((pack, last)) = hall_box::pack_of(&house, &open, from).await.map_err(|error| error.to_string())? {
        match (&what.out, &what.to) {
            (Some(folder), _) => {
                let path = folder.join(format!("hall-{}-{last}.pack", open.kit.device));
                std::fs::write(&path, &pack).map_err(|error| format!("{} 写不了：{error}", path.display()))?;
                say(&format!("写好了 {}", path.display()));
            }
            (None, Some(bank)) => send(bank, pack).await?,
            (None, None) => return Err("写明 --out 或者 --to".to_owned()),
        }
        hall_box::mark_handed(&house, last).await.map_err(|error| error.to_string())?;
        from = from.map(|_| last + 1);
        count += 1;
    }
    say(&if count == 0 { "都交过了".to_owned() } else { format!("交了 {count} 份") });
    Ok(())
}

async fn send(bank: &str, pack: String) -> Result<(), String> {
    let url = format!("{}/api/v1/hall/packs", bank.trim_end_matches('/'));
    let sending = actix_web::rt::task::spawn_blocking(move || {
        let agent = ureq::Agent::new_with_config(ureq::Agent::config_builder().http_status_as_error(false).build());
        let answer = agent.post(&url).header("content-type", "application/json").send(pack);
        let mut answer = answer.map_err(|error| format!("{url} 没有答应：{error}"))?;
        let status = answer.status().as_u16();
        let words = answer.body_mut().read_to_string().unwrap_or_default();
        if status == 200 { Ok(()) } else { Err(format!("银行没有收（{status}）：{words}")) }
    });
    sending.await.map_err(|error| error.to_string())?
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
