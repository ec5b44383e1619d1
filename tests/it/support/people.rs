//! People who have an account: set up through identity's services, signed in with the cookie that its pages set.

use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};

use credit_bank::clients::{self, NewClient, Scope};
use credit_bank::db::DbFault;
use credit_bank::i18n::Lang;
use credit_bank::identity::{
    self, Added, Assurance, BirthYear, ConsentWay, Error, Grant, Login, NewPerson, NewStaff, Opening, Origin, PersonName, Phone,
    Role, Secret, Sender, StaffPerson,
};
use credit_bank::kernel::{AgencyId, ClientId, Group, IdentityLevel, LearnerId, OrganisationId};
use credit_bank::places::{self, PlaceCode};

use super::server::{Bank, Person};

/// A small county: code, parent, name.
const PLACES: &str =
    "code,parent,name\n33,,浙江省\n3301,33,杭州市\n330182,3301,建德市\n330182001,330182,青石镇\n330182002,330182,柳湾镇\n";

/// Who signs letters in tests.
pub fn sender() -> Sender {
    Sender { site: "http://bank.test".to_owned(), help_phone: "12345".to_owned() }
}

impl Bank {
    /// Loads the places of a small county.
    pub async fn with_places(self) -> Self {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(PLACES.as_bytes()).unwrap();
        places::import(&self.fresh.db, "test", "1", &gzip.finish().unwrap()).await.unwrap();
        self
    }

    /// Somebody who has registered with the phone 138 and eight digits, living at `place`, signed in by a text.
    pub async fn learner(&self, name: &str, tail: u32, place: Option<&str>) -> (Person, LearnerId) {
        let new = NewPerson {
            name: PersonName::parse(name).unwrap(),
            birth_year: BirthYear::from_value(1951),
            phone: Some(Phone::parse(&format!("138{tail:08}")).unwrap()),
            place_code: place.map(str::to_owned),
            groups: vec![Group::Elder],
            font: "normal",
            lang: Lang::Chinese,
            identity_level: IdentityLevel::KNOWN,
            consent: Some(ConsentWay::Screen),
            by: None,
            is_sample: false,
        };
        let keys = self.house.keys.clone();
        let registered =
            self.fresh.db.write::<_, Error, _>(async move |tx| identity::register(tx, &keys, &new).await).await.unwrap();
        (self.signed_in(registered.learner(), Assurance::Sms).await, registered.learner())
    }

    /// Somebody of the staff, signed in with the second factor. An empty area is the whole bank.
    pub async fn staff(&self, name: &str, role: Role, area: &str) -> (Person, LearnerId) {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let login = format!("{}{}", role.code(), NEXT.fetch_add(1, Ordering::Relaxed));
        let staff = NewStaff {
            person: StaffPerson::Named(PersonName::parse(name).unwrap()),
            login: Login::parse(&login).unwrap(),
            grant: Grant { role, organisation: None, area: PlaceCode::parse(area).unwrap(), line: None },
            by: None,
            is_sample: false,
        };
        let learner = self.adds_staff(staff).await.learner;
        (self.signed_in(learner, Assurance::PasswordTotp).await, learner)
    }

    /// Makes somebody staff, as the command line does or an administrator.
    pub async fn adds_staff(&self, staff: NewStaff) -> Added {
        let (keys, sender) = (self.house.keys.clone(), sender());
        let added = async move |tx: &credit_bank::db::Tx| identity::add_staff(tx, &keys, &staff, &Secret::fresh(), &sender).await;
        self.fresh.db.write::<_, Error, _>(added).await.unwrap()
    }

    /// A program that is let in, with its id and secret.
    pub async fn client(&self, name: &str, scopes: &[Scope]) -> (ClientId, clients::Secret) {
        self.client_of(name, scopes, None).await
    }

    /// The same, of an agency, for which one of its officers answers.
    pub async fn client_of(
        &self,
        name: &str,
        scopes: &[Scope],
        agency: Option<(AgencyId, LearnerId)>,
    ) -> (ClientId, clients::Secret) {
        let (new, secret) = (NewClient { name: name.to_owned(), scopes: scopes.to_vec(), agency }, clients::Secret::fresh());
        let kept = secret.clone();
        let id = self.fresh.db.write::<_, DbFault, _>(async move |tx| Ok(clients::add(tx, &new, &kept).await?)).await;
        (id.unwrap(), secret)
    }

    /// A program that is let in, with its id and a token for all that it may.
    pub async fn client_token(&self, name: &str, scopes: &[Scope]) -> (ClientId, String) {
        let (id, secret) = self.client(name, scopes).await;
        (id, self.token(id, &secret).await)
    }

    /// A token for all that a program may.
    pub async fn token(&self, id: ClientId, secret: &clients::Secret) -> String {
        let form = [("grant_type", "client_credentials"), ("client_id", &id.to_string()), ("client_secret", &secret.to_text())];
        let answer = self.visitor().posts_raw("/api/v1/token", &form).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let token: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        token["access_token"].as_str().unwrap().to_owned()
    }

    /// An officer (经办人) of an organisation, who has a phone: 138 and eight digits. `admin` makes them one.
    pub async fn officer_of(&self, admin: LearnerId, organisation: OrganisationId, area: &str, tail: u32) -> LearnerId {
        self.learner("赵强", tail, Some(area)).await;
        let staff = NewStaff {
            person: StaffPerson::WithPhone(Phone::parse(&format!("138{tail:08}")).unwrap()),
            login: Login::parse(&format!("officer-{tail}")).unwrap(),
            grant: Grant {
                role: Role::Officer,
                organisation: Some(organisation),
                area: PlaceCode::parse(area).unwrap(),
                line: None,
            },
            by: Some(admin),
            is_sample: false,
        };
        self.adds_staff(staff).await.learner
    }

    /// Somebody who shows this token with every request.
    pub fn bearer(&self, token: &str) -> Person {
        let shown = [(reqwest::header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap())];
        Person::with(&self.url, shown.into_iter().collect())
    }

    /// A browser in which `learner` is signed in.
    pub async fn signed_in(&self, learner: LearnerId, assurance: Assurance) -> Person {
        self.signs_in(self.visitor(), learner, assurance).await
    }

    /// A browser in which `learner` is signed in by a text, and which kept this cookie from before.
    pub async fn signed_in_with(&self, learner: LearnerId, cookie: &str) -> Person {
        let browser = self.visitor();
        browser.jar.add_cookie_str(&format!("{cookie}; Path=/"), &self.url.parse().unwrap());
        self.signs_in(browser, learner, Assurance::Sms).await
    }

    /// The browser of `person`, in which `learner` has now signed in.
    pub async fn signs_in(&self, person: Person, learner: LearnerId, assurance: Assurance) -> Person {
        let token = Secret::fresh();
        let kept = token.clone();
        let open = async move |tx: &credit_bank::db::Tx| {
            let origin = Origin::default();
            let opening = Opening { learner, assurance, origin: &origin, token: &kept, replaces: None };
            Ok::<_, Error>(identity::open_session(tx, opening).await?)
        };
        self.fresh.db.write(open).await.unwrap();
        person.jar.add_cookie_str(&format!("session={}; Path=/", token.to_text()), &self.url.parse().unwrap());
        person
    }
}
