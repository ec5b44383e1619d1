//! What the operator sets in the environment reaches the binary, and what cannot be is named.

use std::path::Path;

use crate::support::binary::bare;
use crate::support::databases::fresh_postgres;

fn config_check(settings: &[(&str, &str)]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = bare(folder.path()).args(["config", "check"]).envs(settings.iter().copied()).output().unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

/// Does what the words say, in `folder`; whether it went well, and everything it said.
fn run(folder: &Path, words: &[&str], settings: &[(&str, &str)]) -> (bool, String) {
    let output = bare(folder).args(words).envs(settings.iter().copied()).output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap())
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
        (("CREDIT_BANK_VC_API", "maybe"), "vc_api"),
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
    let run = |words: &[&str]| run(folder.path(), words, &[]);
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
        &["client", "add", "x", "--scope", "webhooks"],
        &["client", "add", "x", "--scope", "webhooks", "--officer", "li"],
        &["client", "add", "x", "--scope", "webhooks", "--agency", "01980000-0000-7000-8000-000000000000", "--officer", "li"],
        &["client", "bind", id.as_str(), "--agency", "1", "--officer", "li"],
    ] {
        assert!(!run(bad).0, "{bad:?}");
    }
}

#[test]
fn a_file_that_is_named_must_be_there_and_none_is_looked_for_in_folders_above() {
    let folder = tempfile::tempdir().unwrap();
    let (fine, said) = run(folder.path(), &["--config", "missing.toml", "config", "check"], &[]);
    assert!(!fine && said.contains("没有这个配置文件：missing.toml"), "{said}");
    let inner = folder.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    std::fs::write(folder.path().join("credit-bank.toml"), "nonsense = 1").unwrap();
    assert!(run(&inner, &["config", "check"], &[]).0, "the file above is somebody else's");
    let (fine, said) = run(folder.path(), &["config", "check"], &[]);
    assert!(!fine && said.contains("nonsense"), "{said}");
}

#[test]
fn a_real_bank_is_warned_of_missing_proxies_and_takes_no_sample_people_however_they_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let real = [
        ("CREDIT_BANK_PRODUCTION", "true"),
        ("CREDIT_BANK_PUBLIC_URL", "https://xuefen.example.cn"),
        ("CREDIT_BANK_SMS_URL", "http://127.0.0.1:1/"),
        ("CREDIT_BANK_SMTP_URL", "smtp://127.0.0.1:1"),
    ];
    let (fine, said) = run(folder.path(), &["config", "check"], &real);
    assert!(fine && said.contains("请留意：trusted_proxies"), "{said}");
    for words in [&["--demo"][..], &["serve", "--demo"], &["--demo", "serve"]] {
        let (fine, said) = run(folder.path(), words, &real);
        assert!(!fine && said.contains("正式运行时不能有示例人物"), "{words:?}: {said}");
    }
}

/// Opens the database under its own key, then under another, then with none; says what was said to each.
fn opened_with_keys(database: &[(&str, &str)], folder: &Path) {
    let key = folder.join("data/keys/bank.key");
    assert!(run(folder, &["migrate"], database).0);
    assert!(run(folder, &["migrate"], database).0, "its own key goes on opening it");
    let own = std::fs::read_to_string(&key).unwrap();
    std::fs::write(&key, "ab".repeat(32)).unwrap();
    let (fine, said) = run(folder, &["migrate"], database);
    assert!(!fine && said.contains("用另一把 bank.key 开的") && said.contains("改法"), "{said}");
    std::fs::remove_file(&key).unwrap();
    let (fine, said) = run(folder, &["migrate"], database);
    assert!(!fine && said.contains("这个数据目录里却没有") && said.contains("bank.key"), "{said}");
    assert!(!key.exists(), "no new key is made beside a database that has one");
    std::fs::write(&key, own).unwrap();
    assert!(run(folder, &["migrate"], database).0);
}

#[test]
fn a_database_is_never_opened_with_another_key_than_its_own_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    opened_with_keys(&[], folder.path());
}

#[actix_web::test]
async fn a_database_is_never_opened_with_another_key_than_its_own_on_postgresql() {
    let Some(scratch) = fresh_postgres().await else { return };
    let url = scratch.url();
    let folder = tempfile::tempdir().unwrap();
    opened_with_keys(&[("DATABASE_URL", &url)], folder.path());
    // A second machine that was given no key.
    let other = tempfile::tempdir().unwrap();
    let (fine, said) = run(other.path(), &["migrate"], &[("DATABASE_URL", &url)]);
    assert!(!fine && said.contains("这个数据目录里却没有"), "{said}");
    assert!(!other.path().join("data/keys/bank.key").exists());
}
