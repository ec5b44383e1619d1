//! Configuration: one file and the environment, checked at the start; and the bank's keys.
//!
//! Every key is explained in `docs/OPERATIONS.md`. An error names the key and how to mend it.

mod keys;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

pub use keys::{Keys, key_path, keys_folder};

use crate::kernel::IpNet;

/// How the settings are named in the environment. Names that go on with `TEST_` are for the tests and no settings.
const PREFIX: &str = "CREDIT_BANK_";

/// Settings that are text although they may look like a number: `CREDIT_BANK_HELP_PHONE=057112345` keeps its nought.
const TEXTS: [&str; 12] = [
    "database_url",
    "public_url",
    "smtp_url",
    "mail_from",
    "sms_url",
    "sms_token",
    "help_phone",
    "help_place",
    "data_officer",
    "organisation_name",
    "home_place",
    "curriculum_dir",
];

/// Characters of a host with which the code of a certificate is still a light one, and of one with which the longest name still fits (ADR 28).
const LONG_HOST: usize = 40;
const MOST_HOST: usize = 90;

/// Where Debian keeps the fonts of rare characters (package fonts-hanazono).
const FALLBACK_FONTS: [&str; 2] =
    ["/usr/share/fonts/truetype/hanazono/HanaMinB.ttf", "/usr/share/fonts/truetype/hanazono/HanaMinA.ttf"];

/// What can be set. In the file as written here; in the environment as `CREDIT_BANK_` and the name in capitals.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the site is served.
    pub listen: SocketAddr,
    /// Where metrics are served; none if empty.
    pub metrics_listen: Option<SocketAddr>,
    /// Database file, keys and files live here.
    pub data_dir: PathBuf,
    /// `postgres://…`, or nothing for the SQLite file in the data directory. Also read from `DATABASE_URL`.
    pub database_url: Option<String>,
    /// The address people type, without a slash at the end: `https://xuefen.example.cn`.
    pub public_url: Option<String>,
    /// In production sample people and the page `/dev/mailbox` cannot exist.
    pub production: bool,
    /// A folder that replaces the curriculum inside the binary.
    pub curriculum_dir: Option<PathBuf>,
    /// Addresses of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Keys of those who witness the sealed log and may say so here, as `name+id+key`.
    pub witnesses: Vec<String>,
    /// Networks into which webhooks may call although they are no public ones, and there without TLS too.
    pub webhooks_allow: Vec<IpNet>,
    /// Fonts for characters of names that the bank's own font has not, one after the other; those that are not there are passed over.
    pub fallback_fonts: Vec<PathBuf>,
    /// The SMTP server: `smtp://user:password@host:587`; none: mail stays on the page `/dev/mailbox`.
    pub smtp_url: Option<String>,
    /// Sender of mails.
    pub mail_from: String,
    /// The SMS gateway's address, to which template and parameters are posted as JSON.
    pub sms_url: Option<String>,
    /// The bearer token for the SMS gateway.
    pub sms_token: Option<String>,
    /// Texts that may be sent to phones in one day by the whole bank.
    pub sms_per_day: u32,
    /// Passes at one place that are credited in one hour before somebody is asked to look; 0: however many.
    pub passes_per_hour: u32,
    /// The local telephone number on every page.
    pub help_phone: String,
    /// The service point named on every page.
    pub help_place: String,
    /// Who answers complaints about personal data.
    pub data_officer: String,
    /// The organisation named as responsible in archived records.
    pub organisation_name: String,
    /// The place (code) that this bank serves.
    pub home_place: String,
    /// Seconds a client may take to send a request.
    pub request_seconds: u64,
    /// Requests that may be in hand at once in this process; whoever comes on top is asked to come again (503).
    pub requests_at_once: u64,
    /// Requests to the JSON API from one address in a minute; a client with a token has ten times as many.
    pub api_per_minute: u32,
    /// Whether the endpoints of the VC-API are there, for runs of conformance; never in production.
    pub vc_api: bool,
    /// How log lines are written.
    pub log_format: LogFormat,
    /// Worker threads of the web server; 0: as many as there are cores.
    pub workers: usize,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for machines.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            metrics_listen: None,
            data_dir: PathBuf::from("./data"),
            database_url: None,
            public_url: None,
            production: false,
            curriculum_dir: None,
            trusted_proxies: Vec::new(),
            witnesses: Vec::new(),
            webhooks_allow: Vec::new(),
            fallback_fonts: FALLBACK_FONTS.map(PathBuf::from).to_vec(),
            smtp_url: None,
            mail_from: "xuefen@localhost".to_owned(),
            sms_url: None,
            sms_token: None,
            sms_per_day: 5_000,
            passes_per_hour: 60,
            help_phone: "12345".to_owned(),
            help_place: "社区服务点".to_owned(),
            data_officer: "个人信息保护负责人".to_owned(),
            organisation_name: "数字素养学分银行".to_owned(),
            home_place: String::new(),
            request_seconds: 20,
            requests_at_once: 2_500,
            api_per_minute: 120,
            vc_api: false,
            log_format: LogFormat::Text,
            workers: 0,
        }
    }
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Unreadable, unknown or of the wrong form.
    #[error("配置读不懂：{0}")]
    Unreadable(Box<figment::Error>),
    /// Readable, but not possible.
    #[error("配置项 {key} 不能用：{why}。改法：{mend}")]
    Impossible {
        /// The setting.
        key: &'static str,
        /// What is wrong.
        why: String,
        /// What to write instead.
        mend: &'static str,
    },
    /// The file named does not exist.
    #[error("没有这个配置文件：{0}。改法：看看 --config 后面写的路径")]
    Missing(PathBuf),
    /// The data directory or a key file cannot be used.
    #[error("数据目录里的 {path} 不能用：{why}")]
    File {
        /// Which file.
        path: PathBuf,
        /// The system's answer.
        why: String,
    },
}

impl Config {
    /// Reads defaults, then the file (if given, or if `credit-bank.toml` stands in this very folder), then the environment.
    ///
    /// # Errors
    /// [`ConfigError`] naming the key and how to mend it.
    pub fn read(file: Option<&Path>) -> Result<Self, ConfigError> {
        if let Some(named) = file.filter(|named| !named.is_file()) {
            return Err(ConfigError::Missing(named.to_owned()));
        }
        let usual = Path::new("credit-bank.toml");
        let file = file.or_else(|| usual.is_file().then_some(usual));
        let others = Env::prefixed(PREFIX).ignore(&TEXTS).filter(|key| !key.starts_with("test_"));
        let figment = Figment::from(Serialized::defaults(Self::default()));
        let figment = file.into_iter().fold(figment, |figment, file| figment.merge(Toml::file_exact(file)));
        let figment = figment.merge(Env::raw().only(&["DATABASE_URL"])).merge(others);
        let texts = TEXTS.iter().filter_map(|key| {
            let text = std::env::var(format!("{PREFIX}{}", key.to_uppercase())).ok()?;
            (!text.is_empty()).then_some((*key, text))
        });
        let figment = texts.fold(figment, |figment, text| figment.merge(text));
        let config: Self = figment.extract().map_err(|error| ConfigError::Unreadable(Box::new(error)))?;
        config.check()?;
        Ok(config)
    }

    /// Checks what the types alone do not say.
    ///
    /// # Errors
    /// [`ConfigError::Impossible`].
    pub fn check(&self) -> Result<(), ConfigError> {
        let impossible = |key, why: &str, mend| Err(ConfigError::Impossible { key, why: why.to_owned(), mend });
        if let Some(url) = &self.database_url
            && !url.starts_with("postgres://")
            && !url.starts_with("postgresql://")
        {
            return impossible(
                "database_url",
                "只认 postgres:// 开头的地址",
                "写 postgres://user:password@host/name，或删去这一项用 SQLite",
            );
        }
        if let Some(url) = &self.public_url
            && (!(url.starts_with("https://") || url.starts_with("http://")) || url.ends_with('/'))
        {
            return impossible("public_url", "要以 https:// 开头，末尾不带斜杠", "例如 https://xuefen.example.cn");
        }
        if self.production && self.vc_api {
            return impossible(
                "vc_api",
                "互操作测试的接口不能开在正式运行的银行里",
                "删去 vc_api；要测试，另开一个不带 production 的银行",
            );
        }
        if self.production && self.public_url.as_deref().is_none_or(|url| !url.starts_with("https://")) {
            return impossible("public_url", "正式运行必须写明 https 的网址", "写 public_url = \"https://…\"，或去掉 production");
        }
        if self.host_length() > MOST_HOST {
            return impossible("public_url", "主机名超过 90 个字符，最长的姓名就印不进证书的二维码了", "用短一些的域名");
        }
        if self.production && (self.sms_url.is_none() || self.smtp_url.is_none()) {
            return impossible("sms_url", "正式运行要有短信网关和邮件服务器", "写明 sms_url 和 smtp_url");
        }
        if !(1..=300).contains(&self.request_seconds) {
            return impossible("request_seconds", "要在 1 到 300 之间", "例如 20");
        }
        if self.requests_at_once == 0 {
            return impossible("requests_at_once", "至少要 1", "例如 2500");
        }
        if self.api_per_minute == 0 {
            return impossible("api_per_minute", "至少要 1", "例如 120");
        }
        Ok(())
    }

    /// What can be used but is probably not meant: a sentence each, for the operator.
    #[must_use]
    pub fn warnings(&self) -> Vec<&'static str> {
        let mut warnings = Vec::new();
        if self.production && self.trusted_proxies.is_empty() {
            warnings.push("trusted_proxies 是空的：所有人在限次里会算成一个地址。前面有代理，就写上它的地址");
        }
        if self.host_length() > LONG_HOST {
            warnings.push("public_url 的主机名超过 40 个字符：证书的二维码会密，远一些的手机扫不出来。能短就短");
        }
        warnings
    }

    /// Characters of the host that people type, with its port.
    fn host_length(&self) -> usize {
        self.public_url.as_deref().and_then(|url| url.split_once("://")).map_or(0, |(_, host)| host.len())
    }

    /// Who gives out tokens: the address that people type, or a name where none is set.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.public_url.as_deref().unwrap_or("credit-bank")
    }

    /// The name under which a new sealed log is opened: the address people type, without its scheme (C2SP tlog-checkpoint, origin).
    #[must_use]
    pub fn log_origin(&self) -> String {
        let host =
            self.public_url.as_deref().and_then(|url| url.split_once("://")).map_or("credit-bank.invalid", |(_, host)| host);
        format!("{host}/ledger")
    }

    /// Whether the site is reached over TLS: cookies are then Secure and carry the `__Host-` name.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_can_be_used_as_they_are() {
        Config::default().check().unwrap();
    }

    #[test]
    fn a_real_bank_without_a_trusted_proxy_is_warned_and_a_trial_is_not() {
        let trial = Config::default();
        let real = Config { production: true, ..Config::default() };
        let behind = Config { trusted_proxies: vec![[127, 0, 0, 1].into()], ..real.clone() };
        assert_eq!((trial.warnings().len(), real.warnings().len(), behind.warnings().len()), (0, 1, 0));
    }

    #[test]
    fn a_long_host_is_warned_of() {
        let with = |length| Config { public_url: Some(format!("https://{}", "x".repeat(length))), ..Config::default() };
        assert_eq!([40, 41, 90].map(|length| with(length).warnings().len()), [0, 1, 1]);
        with(90).check().unwrap();
        assert!(with(91).check().is_err());
    }

    #[test]
    fn each_impossible_setting_is_named() {
        type Spoil = fn(&mut Config);
        let cases: [(&str, Spoil); 9] = [
            ("database_url", |c| c.database_url = Some("mysql://x".to_owned())),
            ("public_url", |c| c.public_url = Some("https://x.cn/".to_owned())),
            ("public_url", |c| c.production = true),
            ("public_url", |c| c.public_url = Some(format!("https://{}.cn", "x".repeat(88)))),
            ("vc_api", |c| (c.production, c.vc_api) = (true, true)),
            ("sms_url", |c| (c.production, c.public_url) = (true, Some("https://x.cn".to_owned()))),
            ("request_seconds", |c| c.request_seconds = 0),
            ("requests_at_once", |c| c.requests_at_once = 0),
            ("api_per_minute", |c| c.api_per_minute = 0),
        ];
        for (name, spoil) in cases {
            let mut config = Config::default();
            spoil(&mut config);
            match config.check() {
                Err(ConfigError::Impossible { key, .. }) => assert_eq!(key, name),
                other => panic!("{name}: {other:?}"),
            }
        }
    }
}
