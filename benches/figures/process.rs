//! The program as an operator starts it, and what the system says of it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

/// A running server of ours; stopped when dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Starts the bank over `folder` (and `postgres`, where given) on a free port.
    pub fn open(folder: &Path, postgres: Option<&str>) -> Self {
        Self::open_with(folder, postgres, &[])
    }

    /// The same, with settings of one's own.
    pub fn open_with(folder: &Path, postgres: Option<&str>, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_credit-bank"));
        command.env("CREDIT_BANK_DATA_DIR", folder).env("CREDIT_BANK_LISTEN", "127.0.0.1:0").current_dir(folder);
        if let Some(url) = postgres {
            command.env("DATABASE_URL", url);
        }
        command.envs(settings.iter().copied());
        Self::start(command)
    }

    /// Starts this very program as the reference server.
    pub fn reference(page: &Path, data: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg("serve-reference").arg(page).arg(data);
        Self::start(command)
    }

    /// The same, with what it writes to its log.
    pub fn with_log(mut command: Command) -> (Self, BufReader<ChildStderr>) {
        command.stderr(Stdio::piped());
        let mut server = Self::begin(command);
        let log = server.child.stderr.take().unwrap();
        (server, BufReader::new(log))
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn start(mut command: Command) -> Self {
        command.stderr(Stdio::null());
        Self::begin(command)
    }

    fn begin(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let said = lines.find_map(|line| line.unwrap().split("http://").nth(1).map(str::to_owned));
        let address = said.expect("the server has said where it answers").trim_end_matches('/').parse().unwrap();
        Self { child, address }
    }

    /// Processor time spent so far, by the server alone.
    pub fn cpu(&self) -> Duration {
        cpu_of(&self.child.id().to_string())
    }

    /// Resident memory now, and the most there was, in MiB.
    pub fn memory_mib(&self) -> (f64, f64) {
        (self.status_mib("VmRSS:"), self.status_mib("VmHWM:"))
    }

    /// What of it is the process's own, and what are pages of the program's file, in MiB.
    pub fn parts_mib(&self) -> (f64, f64) {
        (self.status_mib("RssAnon:"), self.status_mib("RssFile:"))
    }

    fn status_mib(&self, name: &str) -> f64 {
        status_mib(self.child.id(), name).unwrap()
    }
}

/// The most memory that a process of ours has had so far, in MiB; `None` where it has ended.
pub fn most_memory_mib(process: u32) -> Option<f64> {
    status_mib(process, "VmHWM:")
}

/// From here on, the most memory of this very process is counted anew: whatever was measured before is not in it.
pub fn forget_most_memory() {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}

/// A figure of `/proc/…/status`, in MiB.
pub fn status_mib(process: u32, name: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
}

/// Processor time that this very process has spent so far.
pub fn own_cpu() -> Duration {
    cpu_of("self")
}

fn cpu_of(process: &str) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    // Fields 14 and 15 of proc(5), of which the first two stand before the bracket; Linux counts in hundredths of a second.
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
