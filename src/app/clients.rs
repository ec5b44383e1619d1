//! `client add`, `client bind`, `client list`, `client end`: which programs are let in to the JSON API, and who answers for them.

use clap::{Args, Subcommand};

use super::cli::say;
use super::opening::open_house;
use crate::agencies;
use crate::clients::{self, Bound, NewClient, Scope, Secret};
use crate::config::Config;
use crate::db::DbFault;
use crate::identity::{self, Login, Role};
use crate::kernel::{AgencyId, ClientId, LearnerId};
use crate::web::{House, text};

#[derive(Clone, Debug, Subcommand)]
pub(super) enum ClientCommand {
    /// Lets a program in and prints its id and secret, the secret this once.
    Add(NewOne),
    /// Binds a program that has no agency yet to one, or to another officer of its agency, who answers for it from then on.
    Bind {
        /// Its id, as `client list` shows it.
        id: String,
        /// The agency whose program it is, by the id in the address of its page.
        #[arg(long)]
        agency: String,
        /// The officer (经办人) of the agency who answers for it, by the name they sign in with.
        #[arg(long)]
        officer: String,
    },
    /// Lists all programs, the newest first.
    List,
    /// Puts a program out: from the next request on its tokens are good for nothing.
    End {
        /// Its id, as `client list` shows it.
        id: String,
    },
}

#[derive(Args, Clone, Debug)]
pub(super) struct NewOne {
    /// Whose program it is.
    name: String,
    /// What it may do: `catalogue`, `places`, `verify`; for an agency also `certificates`, `recognise`, `statement`, `webhooks`; may stand several
    /// times.
    #[arg(long = "scope", required = true, value_parser = scope)]
    scopes: Vec<Scope>,
    /// The agency whose program it is, by the id in the address of its page.
    #[arg(long, requires = "officer")]
    agency: Option<String>,
    /// The officer (经办人) of the agency who answers for it, by the name they sign in with.
    #[arg(long, requires = "agency")]
    officer: Option<String>,
}

fn scope(code: &str) -> Result<Scope, String> {
    let known = Scope::ALL.map(Scope::code).join("、");
    Scope::from_code(code).ok_or_else(|| format!("没有这种范围，只有：{known}"))
}

pub(super) async fn run(config: Config, command: ClientCommand) -> Result<(), String> {
    let house = open_house(config).await?;
    match command {
        ClientCommand::Add(new) => add(&house, new).await,
        ClientCommand::Bind { id, agency, officer } => bind(&house, &id, (&agency, &officer)).await,
        ClientCommand::List => list(&house).await,
        ClientCommand::End { id } => {
            let id = id_of(&id)?;
            let ended = house.db.write::<_, DbFault, _>(async move |tx| Ok(clients::end(tx, id).await?)).await;
            if !ended.map_err(|error| error.to_string())? {
                return Err("没有这个编号，或者早已停用".to_owned());
            }
            say("停用了：下一次请求就进不来");
            Ok(())
        }
    }
}

fn id_of(text: &str) -> Result<ClientId, String> {
    text.parse().map_err(|_| "编号的写法不对：看看 client list".to_owned())
}

async fn add(house: &House, new: NewOne) -> Result<(), String> {
    let name = text::line(&new.name);
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(text::is_hidden_mark) {
        return Err("名称要有 1 到 100 个字".to_owned());
    }
    let agency = match new.agency.as_deref().zip(new.officer.as_deref()) {
        Some(to) => Some(bound(house, to).await?),
        None => None,
    };
    if let Some(scope) = new.scopes.iter().find(|scope| agency.is_none() && scope.needs_agency()) {
        return Err(format!("范围 {} 只给机构的程序：写明 --agency 和 --officer", scope.code()));
    }
    let (secret, new) = (Secret::fresh(), NewClient { name, scopes: new.scopes, agency });
    let kept = secret.clone();
    let id = house.db.write::<_, DbFault, _>(async move |tx| Ok(clients::add(tx, &new, &kept).await?)).await;
    say(&format!("编号：{}\n密钥（只显示这一次，请收好）：{}", id.map_err(|error| error.to_string())?, secret.to_text()));
    Ok(())
}

async fn bind(house: &House, id: &str, to: (&str, &str)) -> Result<(), String> {
    let (id, to) = (id_of(id)?, bound(house, to).await?);
    let done = house.db.write::<_, DbFault, _>(async move |tx| Ok(clients::bind(tx, id, to).await?)).await;
    match done.map_err(|error| error.to_string())? {
        Bound::Done => {
            say("记下了：下一次请求就按这家机构办");
            Ok(())
        }
        Bound::Unknown => Err("没有这个编号，或者早已停用".to_owned()),
        Bound::Elsewhere => Err("这个程序是另一家机构的，不能转。请用 client add 给这家机构另外接入一个".to_owned()),
    }
}

/// The agency, and the officer who works for it today.
async fn bound(house: &House, (agency, officer): (&str, &str)) -> Result<(AgencyId, LearnerId), String> {
    let db = house.db.read();
    let id: AgencyId = agency.parse().map_err(|_| "机构编号的写法不对：看看机构那一页的网址")?;
    let agency = agencies::find_agency(db, id).await.map_err(|error| error.to_string())?;
    let agency = agency.filter(|agency| !agency.is_closed).ok_or("没有这家机构，或者已经关闭")?;
    let login = Login::parse(officer).map_err(|wrong| wrong.to_string())?;
    let officer = identity::find_by_login(db, &login).await.map_err(|error| error.to_string())?.ok_or("没有人用这个账号登录")?;
    let scope = identity::load_scope(db, officer).await.map_err(|error| error.to_string())?;
    if !scope.within_organisation(agency.organisation, agency.line.as_deref()).has_any(Role::OFFICERS) {
        return Err("这个人不是这家机构的经办人".to_owned());
    }
    Ok((id, officer))
}

async fn list(house: &House) -> Result<(), String> {
    for client in clients::list(house.db.read()).await.map_err(|error| error.to_string())? {
        let scopes: Vec<&str> = client.scopes.iter().map(|scope| scope.code()).collect();
        let ended = client.ended_at.map(|at| format!("，{} 停用", at.to_minute_text())).unwrap_or_default();
        let made = client.made_at.to_minute_text();
        let agency = client.agency.map(|(agency, _)| format!("　机构 {agency}")).unwrap_or_default();
        say(&format!("{}　{}　{}　{made} 接入{ended}{agency}", client.id, client.name, scopes.join(" ")));
    }
    Ok(())
}
