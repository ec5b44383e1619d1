//! `curriculum links`: whether what the courses link to is still there.

use std::path::PathBuf;
use std::time::Duration;

use super::cli::say;
use super::opening::source_of;
use crate::config::Config;
use crate::curriculum::{self, Asked, Folder, Health, Said, Silent};

/// What is asked of the command.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct Links {
    /// The folder to look through instead of the configured one.
    folder: Option<PathBuf>,
    /// Seconds to wait for each answer.
    #[arg(long, default_value_t = 15)]
    timeout: u64,
}

/// Asks for every resource and lists what came; fails where one is not there.
pub(super) fn run(config: &Config, links: Links) -> Result<(), String> {
    let source = match links.folder {
        Some(folder) => Box::new(Folder::new(folder)),
        None => source_of(config),
    };
    let resources = curriculum::resources_command(source.as_ref());
    let agent = agent(Duration::from_secs(links.timeout.max(1)));
    let found = curriculum::look_at_all(&resources, &|asked, url| ask(&agent, asked, url));
    for (resource, health) in &found {
        say(&line(&resource.url, &resource.title, health));
    }
    let bad = found.iter().filter(|(_, health)| !health.is_good()).count();
    let silent = found.iter().filter(|(_, health)| matches!(health, Health::Silent(_))).count();
    match bad {
        0 => {
            say(&format!("{} 个网址都打得开", found.len()));
            Ok(())
        }
        _ if silent == found.len() => Err("一个网址也连不上：先看看这台机器上没上网".to_owned()),
        _ => Err(format!("{} 个网址里，{bad} 个打不开", found.len())),
    }
}

fn line(url: &str, title: &str, health: &Health) -> String {
    let (mark, what) = match health {
        Health::Alive(status) => ("好", format!("{status}")),
        Health::Moved(to) => ("好", format!("转到 {to}")),
        Health::Dead(status) => ("坏", format!("{status}")),
        Health::Unsafe(to) => ("坏", format!("转到了不安全的 {to}")),
        Health::Astray => ("坏", "转来转去，没有尽头".to_owned()),
        Health::Silent(why) => ("坏", format!("没有回音（{why}）")),
    };
    format!("{mark}  {url}  {title}  {what}")
}

/// Somebody who asks, follows nothing by itself, and takes every status for an answer.
fn agent(patience: Duration) -> ureq::Agent {
    let config = ureq::Agent::config_builder().timeout_global(Some(patience)).max_redirects(0).max_redirects_will_error(false);
    let config = config.http_status_as_error(false).user_agent(concat!("credit-bank/", env!("CARGO_PKG_VERSION")));
    ureq::Agent::new_with_config(config.build())
}

fn ask(agent: &ureq::Agent, asked: Asked, url: &str) -> Result<Said, Silent> {
    let answer = match asked {
        Asked::Head => agent.head(url).call(),
        Asked::Get => agent.get(url).call(),
    };
    let answer = answer.map_err(|error| Silent(error.to_string()))?;
    let location = answer.headers().get("location").and_then(|value| value.to_str().ok()).map(str::to_owned);
    Ok(Said { status: answer.status().as_u16(), location })
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    use super::*;

    /// A server that answers each request with the next of `answers` and gives the first lines that it was asked.
    fn server(answers: Vec<&'static str>) -> (String, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = move |answer: &str| {
            let (stream, _) = listener.accept().unwrap();
            let mut lines = BufReader::new(&stream).lines().map(Result::unwrap);
            let first = lines.next().unwrap();
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            write!(&stream, "HTTP/1.1 {answer}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n").unwrap();
            first
        };
        (address, std::thread::spawn(move || answers.into_iter().map(asked).collect()))
    }

    #[test]
    fn every_status_is_an_answer_and_no_turn_is_taken_by_itself() {
        let (address, served) = server(vec!["405 No", "200 OK", "301 Moved\r\nlocation: /there", "503 Busy"]);
        let agent = agent(Duration::from_secs(5));
        let said = |asked| ask(&agent, asked, &format!("{address}/page")).unwrap();
        assert_eq!(said(Asked::Head), Said { status: 405, location: None });
        assert_eq!(said(Asked::Get), Said { status: 200, location: None });
        assert_eq!(said(Asked::Get), Said { status: 301, location: Some("/there".to_owned()) });
        assert_eq!(said(Asked::Get).status, 503);
        let asked = served.join().unwrap();
        assert!(asked[0].starts_with("HEAD /page ") && asked[1..].iter().all(|line| line.starts_with("GET /page ")), "{asked:?}");
    }

    #[test]
    fn nobody_there_is_no_answer() {
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let answer = ask(&agent(Duration::from_secs(5)), Asked::Get, &format!("http://{closed}/"));
        assert!(answer.is_err(), "{answer:?}");
    }
}
