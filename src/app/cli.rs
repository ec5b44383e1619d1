//! The command line. `serve` is what happens when nothing is said.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::{
    backup, clients, commands, curriculum_commands, hall_box_server, hall_commands, ledger_commands, links, logs, opening,
    preview, restore, rules_commands, speak, verify_command,
};
use crate::config::{Config, LogFormat};

/// 数字素养学分银行.
#[derive(Debug, Parser)]
#[command(name = "credit-bank", version, about)]
pub struct Cli {
    /// Configuration file (default: credit-bank.toml, if it stands here).
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    command: Option<Command>,
    /// With serving: adds a believable county of sample people; never in production.
    #[arg(long, global = true)]
    demo: bool,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// Migrates, loads the curriculum and serves the site.
    Serve(hall_box_server::Serve),
    /// Brings the database's schema up to date and ends.
    Migrate,
    /// Makes a whole backup, while the bank serves.
    Backup(backup::Backup),
    /// Puts a backup back into an empty place, and audits it.
    Restore(restore::Restore),
    /// About the curriculum.
    #[command(subcommand)]
    Curriculum(CurriculumCommand),
    /// About the ledger.
    #[command(subcommand)]
    Ledger(ledger_commands::LedgerCommand),
    /// About the people who work here.
    #[command(subcommand)]
    Staff(StaffCommand),
    /// About places.
    #[command(subcommand)]
    Place(PlaceCommand),
    /// About conversion rules in files.
    #[command(subcommand)]
    Rules(rules_commands::RulesCommand),
    /// About the programs that use the JSON API.
    #[command(subcommand)]
    Client(clients::ClientCommand),
    /// About the halls that work without the bank.
    #[command(subcommand)]
    Hall(hall_commands::HallCommand),
    /// Says whether a certificate is genuine; needs neither the bank nor the network. Ends with 2 where it was revoked or suspended.
    Verify(verify_command::Verify),
    /// About the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Asks the running bank whether it is ready; ends with 1 where it is not.
    Healthcheck,
}

#[derive(Clone, Debug, Subcommand)]
enum CurriculumCommand {
    /// Holds all files to the standard; lists every fault with file and line.
    Check(curriculum_commands::Check),
    /// Lets four guessers take every test; ends with 1 where one passes more often than chance allows.
    Guess(curriculum_commands::Guess),
    /// Asks for everything that courses link to; ends with 1 where something is not there.
    Links(links::Links),
    /// Shows the courses in a folder to their author, on this machine alone, and again whenever a file changes.
    Preview(preview::Preview),
    /// Lets a machine of this place read aloud what nobody has read yet, into a curriculum folder.
    Speak(speak::Speak),
}

#[derive(Clone, Debug, Subcommand)]
enum StaffCommand {
    /// Adds somebody and prints the link by which they set password and second factor.
    Add(commands::StaffAdd),
    /// Prints a fresh link for somebody who has lost password or second factor.
    Link {
        /// The name by which they sign in.
        login: String,
    },
}

#[derive(Clone, Debug, Subcommand)]
enum PlaceCommand {
    /// Limits the texts that the people of a place may get in a day.
    Texts {
        /// The place by its code.
        code: String,
        /// At most so many.
        most: u32,
    },
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum ConfigCommand {
    /// Reads the configuration and says whether it can be used.
    Check,
}

/// Does what the command line says, and how it ended; the error is printed by `main`.
///
/// # Errors
/// A sentence for the person at the keyboard.
pub async fn run(cli: Cli) -> Result<ExitCode, String> {
    let config = Config::read(cli.config.as_deref());
    logs::begin(config.as_ref().map_or(LogFormat::Text, |config| config.log_format));
    let config = config.map_err(|error| error.to_string())?;
    if cli.demo && config.production {
        return Err("正式运行时不能有示例人物：去掉 --demo".to_owned());
    }
    let done = match cli.command.unwrap_or_else(|| Command::Serve(hall_box_server::Serve::default())) {
        Command::Serve(what) => match what.kit() {
            Some(kit) => hall_box_server::run(config, kit).await,
            None => opening::serve_until_told(config, cli.demo).await,
        },
        Command::Migrate => opening::open_house(config).await.map(|_| say("数据库已是最新")),
        Command::Backup(what) => backup::run(config, what).await,
        Command::Restore(what) => restore::run(config, what).await,
        Command::Curriculum(CurriculumCommand::Check(what)) => curriculum_commands::check(&config, &what),
        Command::Curriculum(CurriculumCommand::Guess(what)) => curriculum_commands::try_guessing(&config, &what),
        Command::Curriculum(CurriculumCommand::Links(what)) => links::run(&config, what),
        Command::Curriculum(CurriculumCommand::Preview(what)) => preview::run(&config, what).await,
        Command::Curriculum(CurriculumCommand::Speak(what)) => speak::run(&config, &what),
        Command::Ledger(command) => ledger_commands::run(config, command).await,
        Command::Staff(StaffCommand::Add(who)) => commands::add_staff(config, who).await,
        Command::Staff(StaffCommand::Link { login }) => commands::link_staff(config, &login).await,
        Command::Place(PlaceCommand::Texts { code, most }) => commands::limit_texts(config, code, most).await,
        Command::Rules(command) => rules_commands::run(&config, &command),
        Command::Hall(command) => hall_commands::run(config, command).await,
        Command::Client(command) => clients::run(config, command).await,
        Command::Config(ConfigCommand::Check) => {
            for warning in config.warnings() {
                say(&format!("请留意：{warning}"));
            }
            say("配置没有问题");
            Ok(())
        }
        Command::Verify(what) => return verify_command::run(&what),
        Command::Healthcheck => commands::ask_health(&config),
    };
    done.map(|()| ExitCode::SUCCESS)
}

/// Tells the person at the keyboard. Where nobody listens any more (a closed pipe), the bank goes on all the same.
pub(super) fn say(words: &str) {
    let mut screen = std::io::stdout().lock();
    drop(writeln!(screen, "{words}").and_then(|()| screen.flush()));
}
