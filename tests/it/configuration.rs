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
