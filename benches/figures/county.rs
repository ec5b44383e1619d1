//! The sample county in the program as an operator starts it, and people of it who go through its pages.

use std::io::{BufReader, Cursor};
use std::process::{ChildStderr, Command};
use std::sync::Arc;

use reqwest::cookie::{CookieStore, Jar};
use reqwest::multipart::{Form, Part};

use crate::process::Server;

/// An idempotency key: each reader has their own, and each form of these says something else.
pub const ONCE: &str = "0123456789abcdef";

/// A running bank with the sample county, on SQLite; gone when dropped.
pub struct County {
    pub server: Server,
    /// Held open, so that nothing that is written to it fails.
    _log: BufReader<ChildStderr>,
    _folder: tempfile::TempDir,
}

/// Somebody's browser.
pub struct Browser {
    client: reqwest::Client,
    jar: Arc<Jar>,
    bank: String,
}

impl County {
    /// Opens it.
    pub fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_credit-bank"));
        command.arg("--demo").env("CREDIT_BANK_DATA_DIR", folder.path()).env("CREDIT_BANK_LISTEN", "127.0.0.1:0");
        command.env("RUST_LOG", "error").current_dir(folder.path());
        let (server, log) = Server::with_log(command);
        Self { server, _log: log, _folder: folder }
    }

    /// Somebody of the staff, signed in, by their name.
    pub async fn staff(&self, name: &str) -> Browser {
        let people = self.people().await;
        let (who, _) = people.iter().find(|(_, row)| row.contains(name)).unwrap();
        self.signed_in(who).await
    }

    /// All learners, each signed in.
    pub async fn learners(&self) -> Vec<Browser> {
        let mut browsers = Vec::new();
        // Only theirs is a card, which the list shows with its number.
        for (who, _) in self.people().await.iter().filter(|(_, row)| row.contains("note num")) {
            browsers.push(self.signed_in(who).await);
        }
        browsers
    }

    /// The id of each, with what the list says of them.
    async fn people(&self) -> Vec<(String, String)> {
        let list = self.browser().opens("/dev/people").await;
        let rows = list.split("name=\"who\" value=\"").skip(1);
        rows.filter_map(|row| row.split_once('"')).map(|(who, row)| (who.to_owned(), row.to_owned())).collect()
    }

    async fn signed_in(&self, who: &str) -> Browser {
        let browser = self.browser();
        let list = browser.opens("/dev/people").await;
        browser.sends(&list, "/dev/people", &[("who", who)]).await;
        browser
    }

    fn browser(&self) -> Browser {
        let jar = Arc::new(Jar::default());
        let client = reqwest::Client::builder().cookie_provider(Arc::clone(&jar)).redirect(reqwest::redirect::Policy::none());
        Browser { client: client.build().unwrap(), jar, bank: format!("http://{}", self.server.address) }
    }
}

impl Browser {
    /// The page at `path`.
    pub async fn opens(&self, path: &str) -> String {
        let answer = self.client.get(format!("{}{path}", self.bank)).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        answer.text().await.unwrap()
    }

    /// Sends the form of the page `shown`; where it leads.
    pub async fn sends(&self, shown: &str, path: &str, fields: &[(&str, &str)]) -> String {
        let hidden = [("csrf", value_of(shown, "csrf")), ("once", value_of(shown, "once"))];
        let all = [&hidden[..], fields].concat();
        let form = self.client.post(format!("{}{path}", self.bank)).form(&all);
        led_to(form.send().await.unwrap(), path).await
    }

    /// Begins an application by the first rule that is offered; its address.
    pub async fn begins_application(&self) -> String {
        let offered = self.opens("/applications/begin").await;
        self.sends(&offered, "/applications/begin", &[("rule", value_of(&offered, "rule"))]).await
    }

    /// Begins one, proves it with a picture and sends it, with this number.
    pub async fn applies(&self, number: usize) {
        let path = self.begins_application().await;
        let draft = self.opens(&path).await;
        let form = Form::new().text("csrf", value_of(&draft, "csrf").to_owned()).text("once", ONCE).text("clean", "yes");
        let form = form.part("file", Part::bytes(picture(number)).file_name("a.png"));
        let sending = self.client.post(format!("{}{path}/files", self.bank)).multipart(form).send();
        led_to(sending.await.unwrap(), "a picture").await;
        let details = self.opens(&format!("{path}/details")).await;
        let (rule, number) = (value_of(&details, "rule"), format!("ZJ-{number:06}"));
        let agreed = value_of(&details, "agreed");
        let said = [("rule", rule), ("number", number.as_str()), ("value", "40"), ("passed", "2025-06-30"), ("elsewhere", "no")];
        self.sends(&details, &path, &[&said[..], &[("doing", "send"), ("agreed", agreed)]].concat()).await;
    }

    /// The cookies as this browser sends them.
    pub fn cookies(&self) -> String {
        let header = self.jar.cookies(&self.bank.parse().unwrap()).unwrap();
        header.to_str().unwrap().to_owned()
    }
}

async fn led_to(answer: reqwest::Response, what: &str) -> String {
    let location = answer.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
    let status = answer.status().as_u16();
    location.filter(|_| status == 303).unwrap_or_else(|| panic!("{what} is answered with {status}"))
}

/// What the first field of this name holds in a page.
pub fn value_of<'p>(page: &'p str, name: &str) -> &'p str {
    let needle = format!("name=\"{name}\"");
    let tag = page.split('<').find(|tag| tag.starts_with("input") && tag.contains(&needle)).unwrap();
    tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap()
}

/// A picture, another one for each number.
pub fn picture(number: usize) -> Vec<u8> {
    let [red, green, ..] = number.to_le_bytes();
    let picture = image::RgbImage::from_fn(320, 220, |x, y| image::Rgb([red, green, if (x + y) % 16 < 8 { 40 } else { 200 }]));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}
