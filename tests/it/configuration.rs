//! What the operator sets in the environment reaches the binary, and what cannot be is named.

use std::process::Command;

fn config_check(settings: &[(&str, &str)]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_credit-bank"));
    let others = std::env::vars().map(|(name, _)| name).filter(|name| name.starts_with("CREDIT_BANK_") || name == "DATABASE_URL");
    for name in others {
        command.env_remove(name);
    }
    let output = command.args(["config", "check"]).current_dir(folder.path()).envs(settings.iter().copied()).output().unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_text_that_looks_like_a_number_and_a_list_can_be_set_in_the_environment() {
    let settings = [
        ("CREDIT_BANK_HELP_PHONE", "057112345"),
        ("CREDIT_BANK_HOME_PLACE", "330106"),
        ("CREDIT_BANK_TRUSTED_PROXIES", "[127.0.0.1, \"::1\"]"),
        ("CREDIT_BANK_SMTP_URL", ""),
        ("CREDIT_BANK_TEST_POSTGRES", "postgres://elsewhere"),
    ];
    assert_eq!(config_check(&settings), (true, String::new()));
}

#[test]
fn a_setting_that_cannot_be_is_refused_by_its_name() {
    let cases = [
        (("CREDIT_BANK_LISTEM", "127.0.0.1:80"), "listem"),
        (("CREDIT_BANK_LISTEN", "here"), "listen"),
        (("CREDIT_BANK_PRODUCTION", "true"), "public_url"),
        (("DATABASE_URL", "mysql://x"), "database_url"),
    ];
    for (setting, key) in cases {
        let (fine, said) = config_check(&[setting]);
        assert!(!fine && said.to_lowercase().contains(key), "{setting:?}: {said}");
    }
}

#[test]
fn a_client_is_let_in_listed_and_put_out_at_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let run = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_credit-bank"));
        for name in
            std::env::vars().map(|(name, _)| name).filter(|name| name.starts_with("CREDIT_BANK_") || name == "DATABASE_URL")
        {
            command.env_remove(name);
        }
        let output = command.args(words).current_dir(folder.path()).output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap())
    };
    let (fine, said) = run(&["client", "add", "省平台", "--scope", "places", "--scope", "catalogue"]);
    let id = said.lines().find_map(|line| line.strip_prefix("编号：")).unwrap_or_else(|| panic!("{said}")).to_owned();
    assert!(fine && said.contains("密钥（只显示这一次，请收好）："), "{said}");
    let (_, listed) = run(&["client", "list"]);
    assert!(listed.contains(&format!("{id}　省平台　catalogue places")) && !listed.contains("停用"), "{listed}");
    assert!(run(&["client", "end", &id]).0);
    assert!(run(&["client", "list"]).1.contains("停用"));
    for bad in [
        &["client", "end", id.as_str()][..],
        &["client", "end", "1"],
        &["client", "add", " ", "--scope", "places"],
        &["client", "add", "x", "--scope", "passbook"],
        &["client", "add", "x"],
    ] {
        assert!(!run(bad).0, "{bad:?}");
    }
}
