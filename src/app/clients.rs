//! `client add`, `client list`, `client end`: which programs are let in to the JSON API.

use clap::{Args, Subcommand};

use super::cli::say;
use super::opening::open_house;
use crate::clients::{self, NewClient, Scope, Secret};
use crate::config::Config;
use crate::db::DbFault;
use crate::kernel::ClientId;
use crate::web::text;

#[derive(Clone, Debug, Subcommand)]
pub(super) enum ClientCommand {
    /// Lets a program in and prints its id and secret, the secret this once.
    Add(NewOne),
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
    /// What it may do: `catalogue`, `places`; may stand several times.
    #[arg(long = "scope", required = true, value_parser = scope)]
    scopes: Vec<Scope>,
}

fn scope(code: &str) -> Result<Scope, String> {
    let known = Scope::ALL.map(Scope::code).join("、");
    Scope::from_code(code).ok_or_else(|| format!("没有这种范围，只有：{known}"))
}

pub(super) async fn run(config: Config, command: ClientCommand) -> Result<(), String> {
    let house = open_house(config).await?;
    match command {
        ClientCommand::Add(new) => {
            let name = text::line(&new.name);
            if name.is_empty() || name.chars().count() > 100 || name.chars().any(text::is_hidden_mark) {
                return Err("名称要有 1 到 100 个字".to_owned());
            }
            let (secret, new) = (Secret::fresh(), NewClient { name, scopes: new.scopes });
            let kept = secret.clone();
            let id = house.db.write::<_, DbFault, _>(async move |tx| Ok(clients::add(tx, &new, &kept).await?)).await;
            say(&format!("编号：{}\n密钥（只显示这一次，请收好）：{}", id.map_err(|error| error.to_string())?, secret.to_text()));
        }
        ClientCommand::List => {
            for client in clients::list(house.db.read()).await.map_err(|error| error.to_string())? {
                let scopes: Vec<&str> = client.scopes.iter().map(|scope| scope.code()).collect();
                let ended = client.ended_at.map(|at| format!("，{} 停用", at.to_minute_text())).unwrap_or_default();
                let made = client.made_at.to_minute_text();
                say(&format!("{}　{}　{}　{made} 接入{ended}", client.id, client.name, scopes.join(" ")));
            }
        }
        ClientCommand::End { id } => {
            let id: ClientId = id.parse().map_err(|_| "编号的写法不对：看看 client list")?;
            let ended = house.db.write::<_, DbFault, _>(async move |tx| Ok(clients::end(tx, id).await?)).await;
            if !ended.map_err(|error| error.to_string())? {
                return Err("没有这个编号，或者早已停用".to_owned());
            }
            say("停用了：下一次请求就进不来");
        }
    }
    Ok(())
}
