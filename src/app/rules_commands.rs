//! `rules check`: whether conversion rules in files are sound, each and all together.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::cli::say;
use super::opening::source_of;
use crate::config::Config;
use crate::conversions;
use crate::curriculum::{Fault, Shelf};
use crate::i18n::Lang;

/// What is done about rule files.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// Holds rule files to the same check as the form; lists every fault.
    Check(Check),
}

/// What `rules check` looks at.
#[derive(Args, Clone, Debug)]
pub(super) struct Check {
    /// The files; all of them together gain nothing on any way round.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub(super) fn run(config: &Config, command: &RulesCommand) -> Result<(), String> {
    let RulesCommand::Check(what) = command;
    let shelf = Shelf::open(source_of(config).as_ref()).map_err(|faults| lines_of(&faults))?;
    let mut files = Vec::with_capacity(what.files.len());
    for path in &what.files {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        files.push((path.display().to_string(), text));
    }
    let faults = conversions::check_files(&files, &shelf, Lang::Chinese);
    if !faults.is_empty() {
        return Err(faults.join("\n"));
    }
    say("规则没有毛病");
    Ok(())
}

fn lines_of(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
