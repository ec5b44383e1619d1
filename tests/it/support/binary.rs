//! The binary, as an operator starts it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use credit_bank::db::Target;

use super::databases::Fresh;

/// Where cargo has built it.
pub const BINARY: &str = env!("CARGO_BIN_EXE_credit-bank");

/// The binary in `folder`, with nothing of the tests' own settings.
pub fn bare(folder: &Path) -> Command {
    copied(Path::new(BINARY), folder)
}

/// The same by a copy of the binary.
pub fn copied(binary: &Path, folder: &Path) -> Command {
    let mut command = Command::new(binary);
    let others = std::env::vars().map(|(name, _)| name).filter(|name| name.starts_with("CREDIT_BANK_") || name == "DATABASE_URL");
    for name in others {
        command.env_remove(name);
    }
    command.env("CREDIT_BANK_LISTEN", "127.0.0.1:0").current_dir(folder);
    command
}

/// The binary over the database and the keys of a test.
pub fn over(fresh: &Fresh) -> Command {
    let mut command = bare(fresh.folder.path());
    command.env("CREDIT_BANK_DATA_DIR", fresh.folder.path());
    if let Target::Postgres(url) = &fresh.target {
        command.env("DATABASE_URL", url);
    }
    command
}

/// A server that answers.
pub struct Served {
    pub child: Child,
    pub url: String,
    /// What it goes on to say to the operator.
    pub screen: BufReader<ChildStdout>,
}

/// Starts to serve on a port of its own.
pub fn serve(mut command: Command) -> Served {
    command.stdout(Stdio::piped());
    let has_log = command.get_envs().any(|(name, _)| name == "CREDIT_BANK_LOG_FORMAT");
    command.stderr(if has_log { Stdio::piped() } else { Stdio::null() });
    let mut child = command.spawn().unwrap();
    let mut screen = BufReader::new(child.stdout.take().unwrap());
    let address = loop {
        let line = said(&mut screen);
        if let Some(address) = line.split("http://").nth(1) {
            break address.trim().trim_end_matches('/').to_owned();
        }
    };
    Served { child, url: format!("http://{address}"), screen }
}

/// The next line on the screen.
pub fn said(screen: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    assert!(screen.read_line(&mut line).unwrap() > 0, "it said nothing more");
    line
}
