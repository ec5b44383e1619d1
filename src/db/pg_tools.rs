//! PostgreSQL's own tools: found on this machine, told the address without the password, which goes by the environment.

use std::path::{Path, PathBuf};
use std::process::Command;

use percent_encoding::percent_decode_str;

use super::CopyFault;

/// Where Debian and its kin keep the tools of each version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// Runs `tool` against the database at `url` and waits for it.
pub(super) fn run(tool: &'static str, url: &str, words: &[&str]) -> Result<(), CopyFault> {
    let path = find(tool).ok_or(CopyFault::NoTool(tool))?;
    let (address, password) = without_password(url);
    let mut command = Command::new(path);
    command.arg("--no-password").arg(format!("--dbname={address}")).args(words);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    let broken = |why: String| CopyFault::Tool { tool, why };
    let output = command.output().map_err(|error| broken(error.to_string()))?;
    if output.status.success() { Ok(()) } else { Err(broken(String::from_utf8_lossy(&output.stderr).trim().to_owned())) }
}

/// The tool in the search path, else that of the newest version installed.
fn find(tool: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path).map(|folder| folder.join(tool)).find(|file| file.is_file());
    in_path.or_else(|| newest_of(Path::new(VERSIONS), tool))
}

fn newest_of(versions: &Path, tool: &str) -> Option<PathBuf> {
    let folders = std::fs::read_dir(versions).ok()?.flatten();
    let version = |folder: &std::fs::DirEntry| folder.file_name().to_string_lossy().parse::<u32>().ok();
    let found = folders.filter_map(|folder| Some((version(&folder)?, folder.path().join("bin").join(tool))));
    found.filter(|(_, file)| file.is_file()).max_by_key(|(version, _)| *version).map(|(_, file)| file)
}

/// The address with the password taken out, and the password: a command line can be read by everybody on the machine.
fn without_password(url: &str) -> (String, Option<String>) {
    let Some((scheme, rest)) = url.split_once("://") else { return (url.to_owned(), None) };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let (name, mut password) = match user.and_then(|user| user.split_once(':')) {
        Some((name, password)) => (Some(name), Some(password.to_owned())),
        None => (user, None),
    };
    let path = match path.split_once('?') {
        Some((path, query)) => {
            let (secret, open): (Vec<&str>, Vec<&str>) = query.split('&').partition(|pair| pair.starts_with("password="));
            password = password.or_else(|| secret.first()?.split_once('=').map(|(_, value)| value.to_owned()));
            if open.is_empty() { path.to_owned() } else { format!("{path}?{}", open.join("&")) }
        }
        None => path.to_owned(),
    };
    let name = name.map(|name| format!("{name}@")).unwrap_or_default();
    let password = password.map(|password| percent_decode_str(&password).decode_utf8_lossy().into_owned());
    (format!("{scheme}://{name}{host}{path}"), password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_never_stands_in_the_address() {
        let cases = [
            ("postgres://bank:se%40cret@db.example.cn:5432/credit", "postgres://bank@db.example.cn:5432/credit", Some("se@cret")),
            ("postgres://bank@db/credit", "postgres://bank@db/credit", None),
            ("postgres://db/credit?sslmode=require", "postgres://db/credit?sslmode=require", None),
            ("postgres://b:p@db/c?sslmode=require", "postgres://b@db/c?sslmode=require", Some("p")),
            ("postgres://b@db/c?password=p%26q&sslmode=require", "postgres://b@db/c?sslmode=require", Some("p&q")),
            ("postgres://b@db/c?password=p", "postgres://b@db/c", Some("p")),
            ("postgres://b:@db", "postgres://b@db", Some("")),
            ("postgres://b:a@b:c@db/d", "postgres://b@db/d", Some("a@b:c")),
        ];
        for (url, address, password) in cases {
            assert_eq!(without_password(url), (address.to_owned(), password.map(str::to_owned)), "{url}");
        }
    }

    #[test]
    fn of_several_versions_the_newest_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        for version in ["9", "15", "16", "x"] {
            let bin = folder.path().join(version).join("bin");
            std::fs::create_dir_all(&bin).unwrap();
            std::fs::write(bin.join("pg_dump"), "").unwrap();
        }
        std::fs::remove_file(folder.path().join("16/bin/pg_dump")).unwrap();
        assert_eq!(newest_of(folder.path(), "pg_dump"), Some(folder.path().join("15/bin/pg_dump")));
        assert_eq!(newest_of(folder.path(), "pg_restore"), None);
    }
}
