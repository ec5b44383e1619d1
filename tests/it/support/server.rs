//! A real server on port 0, and people who use it with a browser's manners: cookies, forms, redirects.

use std::net::TcpListener;
use std::sync::{Arc, LazyLock};

use credit_bank::app::{Running, serve};
use credit_bank::config::{Config, Keys};
use credit_bank::curriculum::{Embedded, Shelf, Shelves};
use credit_bank::files::Files;
use credit_bank::kernel::Clock;
use credit_bank::outbox::{Mailbox, Parcel, Postman};
use credit_bank::web::metrics::Metrics;
use credit_bank::web::{House, Rooms};

use super::databases::{Engine, Fresh, fresh};

/// The curriculum in the binary, read once for all tests.
pub static SHELF: LazyLock<Shelf> = LazyLock::new(|| Shelf::open(&Embedded).unwrap());

/// A bank that answers on a port of its own.
pub struct Bank {
    pub house: House,
    pub clock: Clock,
    pub fresh: Fresh,
    pub url: String,
    running: Running,
}

impl Bank {
    /// Opens a bank on a fresh database of `engine`; `None` where there is no PostgreSQL server.
    pub async fn open(engine: Engine) -> Option<Self> {
        let fresh = fresh(engine).await?;
        Some(Self::over(fresh).await)
    }

    /// Opens a bank over a database that is there already.
    pub async fn over(fresh: Fresh) -> Self {
        Self::teaching(fresh, &SHELF).await
    }

    /// Opens a bank over a database that is there already, with a curriculum of one's own.
    pub async fn teaching(fresh: Fresh, shelf: &Shelf) -> Self {
        Self::over_both(fresh, shelf, |_| ()).await
    }

    /// Opens a bank with other settings.
    pub async fn over_with(fresh: Fresh, change: impl FnOnce(&mut Config)) -> Self {
        Self::over_both(fresh, &SHELF, change).await
    }

    async fn over_both(fresh: Fresh, shelf: &Shelf, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config {
            data_dir: fresh.folder.path().to_owned(),
            workers: 2,
            request_seconds: 2,
            trusted_proxies: vec![[127, 0, 0, 1].into()],
            api_per_minute: 100_000,
            ..Config::default()
        };
        change(&mut config);
        let house = House {
            db: fresh.db.clone(),
            files: Files::in_data_dir(fresh.folder.path()),
            keys: Keys::open(fresh.folder.path()).unwrap(),
            config: Arc::new(config),
            metrics: Metrics::new().unwrap(),
            rooms: Rooms::default(),
        };
        let running = serve(&house, &Shelves::new(shelf.clone()), TcpListener::bind("127.0.0.1:0").unwrap()).unwrap();
        let url = format!("http://{}", running.address);
        Self { house, clock: fresh.clock.clone(), fresh, url, running }
    }

    /// Somebody with a fresh browser.
    pub fn visitor(&self) -> Person {
        Person::with(&self.url, reqwest::header::HeaderMap::new())
    }

    /// Stops it and opens it again over the same database.
    pub async fn restarted(self) -> Self {
        self.restarted_teaching(&SHELF).await
    }

    /// The same, with a curriculum of one's own.
    pub async fn restarted_teaching(self, shelf: &Shelf) -> Self {
        let Fresh { clock, target, folder, scratch, .. } = self.fresh;
        self.running.handle.stop(true).await;
        drop(self.house);
        let db = credit_bank::db::open(&target, clock.clone()).await.unwrap();
        Self::teaching(Fresh { db, clock, target, folder, scratch }, shelf).await
    }

    /// Somebody with a fresh browser behind another address.
    pub fn visitor_at(&self, address: &str) -> Person {
        self.visitor_with(address, &[])
    }

    /// Somebody behind another address, whose browser holds these cookies.
    pub fn visitor_with(&self, address: &str, cookies: &[(&str, &str)]) -> Person {
        let headers = [(reqwest::header::HeaderName::from_static("x-forwarded-for"), address.parse().unwrap())];
        let person = Person::with(&self.url, headers.into_iter().collect());
        for (name, value) in cookies {
            person.jar.add_cookie_str(&format!("{name}={value}; Path=/"), &self.url.parse().unwrap());
        }
        person
    }

    /// Sends all letters that are due and gives the newest to `phone`.
    pub async fn letter_to(&self, phone: &str) -> Option<Parcel> {
        let mailbox = self.house.rooms.get::<Mailbox>();
        let postman = Postman::new(self.house.db.clone(), self.house.keys.clone(), &self.house.config, &mailbox).unwrap();
        postman.deliver_due().await.unwrap();
        mailbox.newest_to(phone)
    }

    /// Stops it in good order and leaves its database.
    pub async fn ends(self) -> Fresh {
        self.running.handle.stop(true).await;
        self.fresh
    }

    /// Stops it in good order.
    pub async fn close(self) {
        self.running.handle.stop(true).await;
    }
}

/// Somebody with a browser: keeps cookies, follows no redirect unasked.
pub struct Person {
    pub client: reqwest::Client,
    pub jar: Arc<reqwest::cookie::Jar>,
    pub url: String,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

impl Answer {
    async fn of(response: reqwest::Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let location = headers.get("location").map(|value| value.to_str().unwrap().to_owned());
        Self { status, location, headers, body: response.text().await.unwrap() }
    }

    /// The value of the hidden or shown input `name` in the page.
    pub fn input(&self, name: &str) -> String {
        let needle = format!("name=\"{name}\"");
        let tag = self.body.split('<').find(|tag| tag.starts_with("input") && tag.contains(&needle));
        let tag = tag.unwrap_or_else(|| panic!("no input {name} in:\n{}", self.body));
        let value = tag.split("value=\"").nth(1).unwrap_or_default();
        value.split('"').next().unwrap_or_default().to_owned()
    }
}

impl Person {
    /// Somebody with a fresh browser that sends these headers along.
    pub fn with(url: &str, headers: reqwest::header::HeaderMap) -> Self {
        let jar = Arc::new(reqwest::cookie::Jar::default());
        let client = reqwest::Client::builder().cookie_provider(Arc::clone(&jar)).redirect(reqwest::redirect::Policy::none());
        Self { client: client.default_headers(headers).build().unwrap(), jar, url: url.to_owned() }
    }

    /// Opens a page.
    pub async fn opens(&self, path: &str) -> Answer {
        Answer::of(self.client.get(format!("{}{path}", self.url)).send().await.unwrap()).await
    }

    /// Asks that something be taken away, as programs do.
    pub async fn deletes(&self, path: &str) -> Answer {
        Answer::of(self.client.delete(format!("{}{path}", self.url)).send().await.unwrap()).await
    }

    /// Posts fields as they are, with nothing added.
    pub async fn posts_raw(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        Answer::of(self.client.post(format!("{}{path}", self.url)).form(fields).send().await.unwrap()).await
    }

    /// Posts fields with headers of one's own, as another page or another browser would.
    pub async fn posts_with(&self, path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Answer {
        let request = self.client.post(format!("{}{path}", self.url)).form(fields);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        Answer::of(request.send().await.unwrap()).await
    }

    /// Fills in the form of the page `shown` and sends it to `path` with a file, as a browser does.
    pub async fn sends_file(&self, shown: &Answer, path: &str, fields: &[(&str, &str)], name: &str, file: Vec<u8>) -> Answer {
        let mut form = reqwest::multipart::Form::new().text("csrf", shown.input("csrf")).text("once", shown.input("once"));
        for (name, value) in fields {
            form = form.text((*name).to_owned(), (*value).to_owned());
        }
        let part = reqwest::multipart::Part::bytes(file).file_name(name.to_owned());
        self.sends_parts(path, form.part("file", part)).await
    }

    /// Sends parts as they are.
    pub async fn sends_parts(&self, path: &str, form: reqwest::multipart::Form) -> Answer {
        Answer::of(self.client.post(format!("{}{path}", self.url)).multipart(form).send().await.unwrap()).await
    }

    /// Fills in the form of the page `shown` and sends it to `path`, with the hidden fields that the page carries.
    pub async fn sends(&self, shown: &Answer, path: &str, fields: &[(&str, &str)]) -> Answer {
        let (csrf, once) = (shown.input("csrf"), shown.input("once"));
        let mut all = vec![("csrf", csrf.as_str()), ("once", once.as_str())];
        all.extend_from_slice(fields);
        self.posts_raw(path, &all).await
    }
}
