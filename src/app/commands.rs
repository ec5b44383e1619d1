//! What the command line does beside serving.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::cli::say;
use super::opening::{open_house, source_of};
use crate::config::Config;
use crate::curriculum::{self, Folder};
use crate::db::Tx;
use crate::identity::{self, Delivery, Grant, Login, NewStaff, PersonName, Role, Secret, Sender, SetupLink, StaffPerson};
use crate::kernel::Clock;
use crate::places::{self, PlaceCode, Setting};
use crate::web::House;

/// How long `healthcheck` waits for an answer.
const HEALTH_PATIENCE: Duration = Duration::from_secs(4);

/// Somebody to be added from the command line.
#[derive(Args, Clone, Debug)]
pub(super) struct StaffAdd {
    /// The name by which they sign in: 3 to 40 small letters, digits, dots, hyphens.
    login: String,
    /// Their name.
    name: String,
    /// volunteer, officer, reviewer, administrator, analyst, archivist or auditor.
    #[arg(long, default_value = "administrator")]
    role: String,
    /// The area by its code; nothing: the whole bank.
    #[arg(long, default_value = "")]
    place: String,
}

/// `curriculum check`: lists every fault and fails where there is one.
pub(super) fn check_curriculum(config: &Config, folder: Option<PathBuf>) -> Result<(), String> {
    let source = match folder {
        Some(folder) => Box::new(Folder::new(folder)),
        None => source_of(config),
    };
    let faults = curriculum::check_command(source.as_ref());
    for fault in &faults {
        say(&fault.to_string());
    }
    for warning in curriculum::warn_command(source.as_ref(), Clock::system().now().day()) {
        say(&format!("请留意：{warning}"));
    }
    if faults.is_empty() {
        say("课程没有毛病");
        Ok(())
    } else {
        Err(format!("课程有 {} 处毛病", faults.len()))
    }
}

/// `healthcheck`: asks the running bank, at the address it listens on, whether it is ready.
pub(super) fn ask_health(config: &Config) -> Result<(), String> {
    let ip = match config.listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    let url = format!("http://{}/readyz", SocketAddr::new(ip, config.listen.port()));
    let asked = ureq::get(&url).config().timeout_global(Some(HEALTH_PATIENCE)).build().call();
    asked.map(|_| say("网站好着")).map_err(|error| format!("{url} 没有答应：{error}"))
}

/// `staff add`: makes somebody staff and prints their one-time link.
pub(super) async fn add_staff(config: Config, who: StaffAdd) -> Result<(), String> {
    let role = Role::from_code(&who.role).ok_or("没有这种岗位：看看 --help")?;
    let area = PlaceCode::parse(&who.place).ok_or("地方代码只有数字")?;
    let login = Login::parse(&who.login).map_err(|wrong| wrong.to_string())?;
    let name = PersonName::parse(&who.name).map_err(|wrong| wrong.to_string())?;
    let house = open_house(config).await?;
    let (keys, sender) = (house.keys.clone(), sender_of(&house));
    let new = NewStaff {
        person: StaffPerson::Named(name),
        login,
        grant: Grant { role, organisation: None, area, line: None },
        by: None,
        is_sample: false,
    };
    let added = house.db.write(async move |tx| identity::add_staff(tx, &keys, &new, &Secret::fresh(), &sender).await).await;
    let Delivery::Shown(link) = added.map_err(|error| error.to_string())?.delivery else {
        return Err("这个人已经能登录了，不用再发网址".to_owned());
    };
    say_link(&house, &link);
    Ok(())
}

/// `staff link`: a fresh one-time link for whoever signs in by this name, printed for whoever has the machine's shell.
pub(super) async fn link_staff(config: Config, login: &str) -> Result<(), String> {
    let login = Login::parse(login).map_err(|wrong| wrong.to_string())?;
    let house = open_house(config).await?;
    let link = house.db.write(async move |tx| identity::link_for_login(tx, &login).await).await;
    let link = link.map_err(|error| error.to_string())?.ok_or("没有人用这个账号登录")?;
    say_link(&house, &link);
    Ok(())
}

fn say_link(house: &House, link: &SetupLink) {
    say(&format!("请把这个网址交给本人（7 天内有效，只能用一次）：{}{}", sender_of(house).site, link.path()));
}

fn sender_of(house: &House) -> Sender {
    let site = house.config.public_url.clone().unwrap_or_else(|| format!("http://{}", house.config.listen));
    Sender { site, help_phone: house.config.help_phone.clone() }
}

/// `place texts`: how many texts the people of a place may get in a day.
pub(super) async fn limit_texts(config: Config, code: String, most: u32) -> Result<(), String> {
    let house = open_house(config).await?;
    let kept =
        async move |tx: &Tx| places::keep_settings(tx, &code, &[(Setting::SmsPerDay, Some(most.to_string()))]).await.map(|_| ());
    house.db.write(kept).await.map_err(|error| match error {
        places::Error::UnknownPlace => "没有这个代码的地方".to_owned(),
        error => error.to_string(),
    })?;
    say("记下了");
    Ok(())
}
