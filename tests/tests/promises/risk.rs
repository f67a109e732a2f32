//! Risk-based sign-in: which signals it looks at and for what, what follows of them, and what is not kept.

use std::net::Ipv4Addr;
use std::path::Path;

use candor_tests::{MailSink, PASSWORD, Server, Setup, Visitor, digits, letter};
use serde_json::{Value, json};

#[path = "../../../crates/adapters/geoip/tests/mmdb/mod.rs"]
mod mmdb;

const AT: &str = "miniorange-plugins";
const ADA: &str = "ada@people.example";
const HOME: &str = "192.0.2.7";
const FAR: &str = "198.51.100.99";
const DENIED: &str = "203.0.113.5";
/// Browsers that no other test has, so that their traces are this one's.
const AT_HOME: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:141.7) Gecko/20100101 Firefox/141.7";
const AWAY: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.7531.9 Safari/537.36";

/// The vendor's server behind a proxy on this machine, with files of places and one network shut out.
fn server(sink: &MailSink, folder: &Path) -> Server {
    let of = |address: [u8; 4], record| (Ipv4Addr::from(address), 24, record);
    let cities = [of([192, 0, 2, 0], mmdb::country("DE")), of([198, 51, 100, 0], mmdb::country("IN"))];
    let networks = [of([192, 0, 2, 0], mmdb::asn(64_500)), of([198, 51, 100, 0], mmdb::asn(64_501))];
    std::fs::write(folder.join("city.mmdb"), mmdb::file("Test-City", &cities)).unwrap();
    std::fs::write(folder.join("asn.mmdb"), mmdb::file("Test-ASN", &networks)).unwrap();
    let config = format!(
        "trusted_proxies = [\"127.0.0.1\"]\n[risk]\ngeoip_city = \"{0}/city.mmdb\"\ngeoip_asn = \"{0}/asn.mmdb\"\n\
         denied_networks = [\"203.0.113.0/24\"]\n",
        folder.display()
    );
    std::fs::write(folder.join("candor.toml"), config).unwrap();
    let mut setup = Setup::with_mail(AT, sink);
    setup.environment.push(("CANDOR_CONFIG", folder.join("candor.toml").display().to_string()));
    Server::start_as(setup)
}

fn visitor(server: &Server, address: &str, agent: &str, languages: &str) -> Visitor {
    let visitor = Visitor::of(server).with("x-forwarded-for", address);
    visitor.with("user-agent", agent).with("accept-language", languages)
}

fn ada(server: &Server, sink: &MailSink) -> Visitor {
    let mut ada = visitor(server, HOME, AT_HOME, "en-GB");
    ada.join(AT, sink, ADA, &[("account.company", "Engines"), ("account.password", PASSWORD)]);
    assert!(ada.is_signed_in(AT));
    ada
}

fn subject(server: &Server) -> String {
    server.get("/v1/subjects").json(200)["items"][0]["id"].as_str().unwrap().to_owned()
}

/// What the ledger says of how sign-ins were judged: purpose and fields of each.
fn judged(server: &Server, subject: &str) -> Vec<(Value, usize)> {
    let accesses = server.get(&format!("/v1/subjects/{subject}/accesses")).json(200);
    let rows = accesses["items"].as_array().unwrap().iter().filter(|row| row["kind"] == "risk_judged");
    rows.map(|row| (row["purpose"].clone(), row["fields"].as_array().unwrap().len())).collect()
}

#[test]
fn promise_d31_the_risk_of_a_sign_in_decides_whether_somebody_is_let_in() {
    let (sink, folder) = (MailSink::start(), tempfile::tempdir().unwrap());
    let server = server(&sink, folder.path());
    let mut ada = ada(&server, &sink);
    let factor = format!("/{AT}/sign-in/factor");

    // From her own browser the password is enough.
    ada.get(&format!("/{AT}/account"));
    ada.submit(&format!("/{AT}/sign-out"), &[]);
    assert!(!ada.is_signed_in(AT));
    assert_eq!(ada.enter(AT, ADA, PASSWORD), format!("/{AT}/account"));
    assert!(ada.is_signed_in(AT));

    // From elsewhere it is not: a code goes to her address, and only that lets anybody in.
    let mut elsewhere = visitor(&server, FAR, AWAY, "ru");
    assert_eq!(elsewhere.enter(AT, ADA, PASSWORD), factor);
    assert!(!elsewhere.is_signed_in(AT));
    elsewhere.get(&format!("{factor}?way=mail"));
    elsewhere.submit(&format!("{factor}/send"), &[("way", "mail")]);
    let code = digits(&letter(&sink, ADA, "Your code for"));
    elsewhere.get(&format!("{factor}?way=mail&sent=1"));
    let reply = elsewhere.submit(&factor, &[("way", "mail"), ("code", &code)]);
    assert_eq!(reply.status, 303, "{}", elsewhere.page());
    assert!(elsewhere.is_signed_in(AT));

    // From a network that the operator shut out, nothing lets anybody in, and no word says why.
    let mut denied = visitor(&server, DENIED, AT_HOME, "en-GB");
    denied.get(&format!("/{AT}/sign-in"));
    let wrong = denied.submit(&format!("/{AT}/sign-in"), &[("identifier", ADA), ("password", "no such password")]);
    let unsaid = denied.page().to_owned();
    denied.get(&format!("/{AT}/sign-in"));
    let right = denied.submit(&format!("/{AT}/sign-in"), &[("identifier", ADA), ("password", PASSWORD)]);
    assert_eq!((wrong.status, right.status), (422, 422));
    assert_eq!(unsaid.len(), denied.page().len());
    assert!(!denied.is_signed_in(AT));

    // What a client claims of itself in front of the proxy's word counts for nothing.
    let mut liar = visitor(&server, &format!("{HOME}, {DENIED}"), AT_HOME, "en-GB");
    liar.get(&format!("/{AT}/sign-in"));
    assert_eq!(liar.submit(&format!("/{AT}/sign-in"), &[("identifier", ADA), ("password", PASSWORD)]).status, 422);

    // Each is told, in words, with every weight.
    ada.get(&format!("/{AT}/account/sign-ins"));
    for said in
        ["This sign-in looked like you", "New device: raises the risk 4 ×", "you signed in from this country 0 of"]
    {
        assert!(ada.page().contains(said), "{said}: {}", ada.page());
    }
    assert!(ada.page().contains("an address that the operator has shut out"));
    ada.get(&format!("/{AT}/account/sign-ins?lang=de"));
    assert!(ada.page().contains("Neues Gerät: erhöht das Risiko auf das 4-Fache"), "{}", ada.page());
}

#[test]
fn promise_d02_exactly_the_declared_signals_are_used_and_for_the_risk_of_a_sign_in_only() {
    let (sink, folder) = (MailSink::start(), tempfile::tempdir().unwrap());
    let server = server(&sink, folder.path());
    let mut ada = ada(&server, &sink);
    visitor(&server, FAR, AWAY, "ru").enter(AT, ADA, PASSWORD);
    let subject = subject(&server);

    // Eight signals, for that purpose, each time.
    assert_eq!(judged(&server, &subject), [(json!("sign_in_risk"), 8), (json!("sign_in_risk"), 8)]);
    let ask = |purpose: &str| server.post(&format!("/v1/subjects/{subject}/sign-ins"), &json!({ "purpose": purpose }));
    let views = ask("sign_in_risk").json(200);
    let newest = &views["items"][0];
    assert_eq!((&newest["outcome"], &newest["is_completed"]), (&json!("step_up"), &json!(false)));
    let lines = newest["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 5, "{newest}");
    let n_weights: usize = lines.iter().map(|line| line["details"].as_array().unwrap().len()).sum();
    assert_eq!(n_weights, 10, "{newest}");

    // For any other purpose both they and what came of them are refused, and the refusal is logged.
    for purpose in ["support", "billing", "sign_in", "maintenance"] {
        ask(purpose).problem(403, "field.not_used");
        let question = json!({ "purpose": purpose, "fields": ["signal.ip"] });
        server.post(&format!("/v1/subjects/{subject}/read"), &question).problem(403, "field.not_used");
    }
    let accesses = server.get(&format!("/v1/subjects/{subject}/accesses")).json(200);
    let refused = accesses["items"].as_array().unwrap().iter().filter(|row| row["kind"] == "refusal").count();
    assert_eq!(refused, 8);

    // Nothing of them is kept: not in the store, not in the ledger, not in the log.
    for seen in [FAR, HOME, "141.7", "7531.9"] {
        assert_eq!(server.files_with(seen), [""; 0], "{seen}");
    }

    // Who objects is not looked at, and gives another factor instead.
    let objected = server.post(&format!("/v1/subjects/{subject}/objections"), &json!({ "purpose": "sign_in_risk" }));
    assert_eq!(objected.status, 201);
    ada.get(&format!("/{AT}/account"));
    ada.submit(&format!("/{AT}/sign-out"), &[]);
    assert_eq!(ada.enter(AT, ADA, PASSWORD), format!("/{AT}/sign-in/factor"));
    assert_eq!(judged(&server, &subject).len(), 2, "no signal was looked at");
}

#[test]
fn promise_d31_a_risky_sign_in_with_nothing_more_to_ask_for_is_refused_and_says_how_to_go_on() {
    for (setting, is_let_in) in [("", false), ("[risk]\nwithout_factor = \"allow\"\n", true)] {
        // No relay: no code can be sent to anybody.
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("candor.toml");
        std::fs::write(&config, setting).unwrap();
        let mut setup = Setup::of_vendors(&[AT]);
        setup.environment.push(("CANDOR_CONFIG", config.display().to_string()));
        let server = Server::start_as(setup);
        let values = json!({ "email": ADA, "company": "Engines", "password": { "plain": PASSWORD } });
        let person = server.person(&[("account", values)]);

        // Nothing is known of her, so that the password is not enough.
        let mut visitor = Visitor::of(&server);
        visitor.get(&format!("/{AT}/sign-in?lang=en"));
        let fields = [("identifier", ADA), ("password", PASSWORD)];
        let reply = visitor.submit(&format!("/{AT}/sign-in"), &fields);
        assert_eq!(reply.status, if is_let_in { 303 } else { 403 }, "{}", visitor.page());
        assert_eq!(visitor.page().contains("Sign in from where you did before, or ask the organisation"), !is_let_in);
        assert_eq!(visitor.is_signed_in(AT), is_let_in);
        // Who guesses is told nothing of it.
        visitor.get(&format!("/{AT}/sign-in"));
        if !is_let_in {
            let wrong = [("identifier", ADA), ("password", "not the password")];
            assert_eq!(visitor.submit(&format!("/{AT}/sign-in"), &wrong).status, 422);
        }
        assert_eq!(judged(&server, &person.id).len(), 1);
    }
}
