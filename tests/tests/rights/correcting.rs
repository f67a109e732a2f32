//! A correction that is made at once, by whoever makes it, reaches a PostgreSQL that holds the field, its copies there, and the
//! recipient; killed in between, it is still carried out, and the newest one holds.

use std::path::Path;
use std::time::{Duration, Instant};

use candor_tests::{Mail, MailSink, Person, PostgresServer, Server, Setup, Sluice, Visitor, text};
use serde_json::{Value, json};

use crate::support::{done, told};

const TABLES: &str = "
    CREATE TABLE customers (id int PRIMARY KEY, email text UNIQUE NOT NULL, name text NOT NULL, initials text);
    CREATE TABLE invoices (id int PRIMARY KEY, customer int REFERENCES customers, billed_to text NOT NULL, sent_to text NOT NULL);
    INSERT INTO customers VALUES (1, 'ada-q7391@people.example', 'Ada-q7391', 'A'), (2, 'bob@people.example', 'Bob', 'B');
    INSERT INTO invoices VALUES (1, 1, 'Ada-q7391', 'ada-q7391@people.example'), (2, 2, 'Bob', 'bob@people.example');";
const HERS: &str = "SELECT c.email, name, initials, billed_to, sent_to FROM customers c JOIN invoices i ON i.customer = c.id WHERE c.id = 1";
const PASSWORD: &str = "correct horse battery staple";
/// Longer than the lease of a job whose process was killed.
const WAIT: Duration = Duration::from_secs(150);

struct Shop {
    database: PostgresServer,
    way: Sluice,
    sink: MailSink,
    server: Server,
    ada: Person,
}

impl Shop {
    fn open() -> Self {
        let (database, sink) = (PostgresServer::start(), MailSink::start());
        database.ask("app", TABLES);
        let way = Sluice::before(database.port());
        let mut setup = Setup::of_policy(Path::new("tests/tests/rights/correcting.candor")).mailing_to(&sink);
        setup.environment.push(("CANDOR_SYSTEMS", "correcting:SHOP_DATABASE".to_owned()));
        setup.environment.push(("SHOP_DATABASE", database.address_by(way.port(), "app")));
        let server = Server::start_as(setup);
        let password = json!({ "plain": PASSWORD });
        let account = json!({ "email": "ada-q7391@people.example", "name": "Ada-q7391", "password": password });
        let ada = server.person(&[("account", account)]);
        Self { database, way, sink, server, ada }
    }

    fn correct(&self, name: &str) {
        let ada = self.ada.asked_by(&self.server);
        let record = ada.record_of("account");
        let correction =
            json!({ "group": "account", "record": record, "values": { "name": name }, "source": "subject" });
        ada.post("/rectify", &correction).json(200);
    }

    /// Waits until the shop knows her so, and every push is over; they are given newest first.
    #[track_caller]
    fn once(&self, hers: &str, n_pushes: usize) -> Vec<Value> {
        let until = Instant::now() + WAIT;
        loop {
            let pushes = self.ada.asked_by(&self.server).get("/pushes").json(200)["items"].as_array().unwrap().clone();
            let is_over = pushes.len() == n_pushes && pushes.iter().all(|push| push["state"] == "answered");
            let stands = self.database.ask("app", HERS);
            if is_over && stands == [hers] {
                let mut pushes = pushes;
                pushes.sort_by_key(|push| std::cmp::Reverse(text(&push["since"]).to_owned()));
                return pushes;
            }
            assert!(Instant::now() < until, "{stands:?}: {pushes:#?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until the newest push was planned, although the shop hangs, and let run.
    #[track_caller]
    fn until_planned(&self) {
        let until = Instant::now() + WAIT;
        loop {
            let pushes = self.ada.asked_by(&self.server).get("/pushes").json(200);
            if pushes["items"].as_array().unwrap().iter().any(|push| push["state"] == "running") {
                return;
            }
            assert!(Instant::now() < until, "{pushes:#}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What the recipient was told, once it was told so often.
    #[track_caller]
    fn notices(&self, n: usize) -> Vec<Mail> {
        let until = Instant::now() + WAIT;
        loop {
            let mails = self.sink.mails().into_iter();
            let notices: Vec<Mail> =
                mails.filter(|mail| mail.to.iter().any(|to| to.contains("privacy@lists.example"))).collect();
            if notices.len() >= n {
                assert_eq!(notices.len(), n, "each correction is told once");
                return notices;
            }
            assert!(Instant::now() < until, "{} notices", notices.len());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The path in the letter with a subject.
    #[track_caller]
    fn link(&self, subject: &str) -> String {
        let until = Instant::now() + WAIT;
        loop {
            let mails = self.sink.mails();
            let letter = mails.iter().find(|mail| mail.header("Subject").is_some_and(|it| it.contains(subject)));
            if let Some(letter) = letter {
                let body = letter.text();
                let (_, rest) = body.split_once("https://privacy.example").expect("a link");
                return rest.split_whitespace().next().unwrap().to_owned();
            }
            assert!(Instant::now() < until, "no letter `{subject}`");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn a_correction_reaches_the_shop_and_the_recipient_whoever_makes_it() {
    let shop = Shop::open();
    shop.correct("Ada Byron-q7391");
    let push =
        shop.once("ada-q7391@people.example|Ada Byron-q7391|AB|Ada Byron-q7391|ada-q7391@people.example", 1).remove(0);
    assert_eq!(push["corrected"], json!(["account.name"]));
    let receipt = told(&shop.server, text(&push["id"]));
    assert_eq!(done(&receipt, "shop"), ["customers corrected 2", "invoices corrected 1"], "{receipt:#}");
    assert!(!receipt.to_string().contains("q7391"), "{receipt:#}");

    // She does it herself.
    let mut visitor = Visitor::of(&shop.server);
    visitor.enter("correcting", "ada-q7391@people.example", PASSWORD);
    let record = format!("/correcting/account/data/account/{}", shop.ada.record_of("account"));
    assert_eq!(visitor.get(&record).status, 200, "{}", visitor.page());
    assert_eq!(visitor.submit(&record, &[("account.name", "Ada King-q7391")]).status, 303, "{}", visitor.page());
    shop.once("ada-q7391@people.example|Ada King-q7391|AK|Ada King-q7391|ada-q7391@people.example", 2);
    visitor.get("/correcting/account/accesses");
    assert!(visitor.page().contains("Connected systems were told of your correction"), "{}", visitor.page());

    // Another address: her rows are found by the one that the shop knows, and she is named to the recipient by that.
    visitor.get("/correcting/account/email");
    let asked = visitor.submit("/correcting/account/email", &[("address", "king-q7391@people.example")]);
    assert_eq!(asked.status, 200, "{}", visitor.page());
    let confirm = shop.link("Confirm your new address");
    visitor.get(&confirm);
    let code = visitor.hidden("code").expect("a code");
    visitor.submit("/correcting/account/email/confirm", &[("code", &code)]);
    shop.once("king-q7391@people.example|Ada King-q7391|AK|Ada King-q7391|king-q7391@people.example", 3);
    let notices = shop.notices(3);
    for notice in &notices {
        let said = notice.text();
        assert!(
            said.contains("ada-q7391@people.example") && !said.contains("king-q7391") && !said.contains("King"),
            "{said}"
        );
    }
    assert_eq!(shop.database.ask("app", "SELECT email, name FROM customers WHERE id = 2"), ["bob@people.example|Bob"]);
    shop.server.proves(&shop.ada.newest("correction_pushed")["entry"]);
    assert_eq!(shop.server.files_with("q7391"), [""; 0]);
}

#[test]
fn killed_before_the_shop_heard_of_it_a_correction_is_carried_out_and_the_newest_holds() {
    let mut shop = Shop::open();
    shop.way.hold();
    let began = Instant::now();
    shop.correct("Ada Byron-q7391");
    assert!(began.elapsed() < Duration::from_secs(5), "nobody waits for a shop that hangs");
    shop.server.kill();
    shop.way.open();
    shop.server.start_again();
    shop.once("ada-q7391@people.example|Ada Byron-q7391|AB|Ada Byron-q7391|ada-q7391@people.example", 1);

    shop.way.hold();
    shop.correct("Ada Noel-q7391");
    shop.until_planned();
    shop.correct("Ada King-q7391");
    shop.server.kill();
    shop.way.open();
    shop.server.start_again();
    shop.once("ada-q7391@people.example|Ada King-q7391|AK|Ada King-q7391|ada-q7391@people.example", 3);
    shop.notices(3);
}
