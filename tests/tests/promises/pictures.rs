//! A profile picture that somebody else keeps: off until the subject turns it on, and asked for by the server alone.

use std::path::Path;
use std::sync::{Arc, Mutex};

use candor_tests::{At, Browser, MailSink, PASSWORD, PICTURE, Person, PictureService, Server, Setup, Visitor};
use sha2::{Digest, Sha256};

const AT: &str = "plugin-vendor";
/// In capitals where addresses have them: what is hashed is in lower case.
const ADA: &str = "Ada.L@People.example";
/// A browser that no other test has, so that a trace of it is hers.
const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:141.3) Gecko/20100101 Firefox/141.3";

fn server(sink: &MailSink, service: &PictureService, folder: &Path) -> Server {
    let config = folder.join("candor.toml");
    let text = format!("trusted_proxies = [\"127.0.0.1\"]\n[profile_image]\nurl = \"{}\"\n", service.url());
    std::fs::write(&config, text).unwrap();
    let mut setup = Setup::with_mail(AT, sink);
    setup.environment.push(("CANDOR_CONFIG", config.display().to_string()));
    Server::start_as(setup)
}

/// Somebody who signed up, in their browser and as the vendor's applications know them.
fn ada(server: &Server, sink: &MailSink) -> (Visitor, Person) {
    let mut ada = Visitor::of(server).with("x-forwarded-for", "192.0.2.77").with("user-agent", AGENT);
    let names = [("account.username", "ada"), ("account.first_name", "Ada"), ("account.last_name", "Lovelace")];
    ada.join(AT, sink, ADA, &[&names[..], &[("account.password", PASSWORD)]].concat());
    assert!(ada.is_signed_in(AT));
    let subject = server.get("/v1/subjects").json(200)["items"][0]["id"].clone();
    (ada, server.known(subject.as_str().unwrap()))
}

fn disclosed(ada: &Person) -> usize {
    let rows = ada.accesses();
    rows.iter().filter(|row| row["kind"] == "disclosure" && row["recipient"] == "gravatar").count()
}

fn answer_consent(ada: &mut Visitor, answer: &str) {
    ada.get(&format!("/{AT}/account/consents"));
    let reply = ada.submit(&format!("/{AT}/account/consents/gravatar"), &[("answer", answer)]);
    assert_eq!(reply.status, 303, "{}", ada.page());
}

#[test]
fn promise_e06_a_picture_kept_elsewhere_is_off_until_asked_for_and_nobody_sees_who_looks() {
    let (sink, service, folder) = (MailSink::start(), PictureService::start(), tempfile::tempdir().unwrap());
    let server = server(&sink, &service, folder.path());
    let (mut browser, ada) = ada(&server, &sink);
    let (overview, image) = (format!("/{AT}/account"), format!("/{AT}/account/image"));

    // Off: she was not asked at the sign-up, the page shows none, and whoever asks for it all the same gets nothing.
    browser.get(&overview);
    assert!(!browser.page().contains("/account/image"), "{}", browser.page());
    assert_eq!(browser.get(&image).status, 404);
    browser.get(&format!("/{AT}/account/consents"));
    assert!(browser.page().contains("It then sees a hash of your email address."), "{}", browser.page());
    assert_eq!((service.heard().len(), disclosed(&ada)), (0, 0));

    // On: one request, with the hash and nothing else; the ledger has the disclosure before the service hears of it.
    let (asked, known) = (Arc::<Mutex<Vec<usize>>>::default(), ada.clone());
    let seen = Arc::clone(&asked);
    service.meanwhile(move || seen.lock().unwrap().push(disclosed(&known)));
    answer_consent(&mut browser, "yes");
    browser.get(&overview);
    assert!(browser.page().contains(&format!("src=\"{image}\"")), "{}", browser.page());
    assert_eq!(service.heard().len(), 0, "the page itself fetches nothing");
    let reply = browser.get(&image);
    assert_eq!((reply.status, reply.bytes.as_slice()), (200, PICTURE));
    assert_eq!(*asked.lock().unwrap(), [1], "logged before anybody was asked");
    assert_eq!(browser.get(&image).bytes, PICTURE);
    let [heard] = service.heard().try_into().unwrap();
    let hash: String = Sha256::digest(ADA.to_lowercase()).iter().map(|byte| format!("{byte:02x}")).collect();
    let mut lines = heard.trim_end().split("\r\n");
    assert_eq!(lines.next().unwrap(), format!("GET /avatar/{hash}?d=404 HTTP/1.1"));
    let names: Vec<_> = lines.map(|line| line.split(':').next().unwrap().to_ascii_lowercase()).collect();
    assert!(names.iter().all(|name| ["accept", "host"].contains(&name.as_str())), "{heard}");
    for hers in [AGENT, "192.0.2.77", "cookie", "Ada", "referer"] {
        assert!(!heard.contains(hers), "`{hers}` left the server: {heard}");
    }
    let told = ada.newest("disclosure");
    assert_eq!((&told["purpose"], &told["recipient"]), (&"gravatar".into(), &"gravatar".into()));
    assert_eq!(told["fields"].as_array().unwrap().len(), 1);
    server.proves(&told["entry"]);

    // From here, as a picture and nothing else, kept by nobody on the way, for nobody but her.
    let headers = [
        ("content-type", "image/gif"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "same-origin"),
    ];
    for (name, value) in headers {
        assert_eq!(reply.header(name), Some(value), "{name}");
    }
    assert_eq!(Visitor::of(&server).get(&image).status, 303);

    // Taken back, by whichever way: nothing leaves any more, and what was fetched is gone.
    ada.consent("withdrawn", "gravatar");
    assert_eq!(browser.get(&image).status, 404);
    browser.get(&overview);
    assert!(!browser.page().contains("/account/image"));
    assert_eq!((service.heard().len(), disclosed(&ada)), (1, 1));
    answer_consent(&mut browser, "yes");
    assert_eq!(browser.get(&image).bytes, PICTURE);
    assert_eq!((service.heard().len(), disclosed(&ada)), (2, 2), "it had to be fetched anew");
    // Taken back while the service is asked: what comes is shown to nobody.
    answer_consent(&mut browser, "withdrawn");
    answer_consent(&mut browser, "yes");
    let known = ada.clone();
    service.meanwhile(move || drop(known.consent("withdrawn", "gravatar")));
    assert_eq!(browser.get(&image).status, 404);
    assert_eq!(service.heard().len(), 3);
}

#[test]
fn promise_e06_the_browser_asks_this_server_alone() {
    let (sink, service, folder) = (MailSink::start(), PictureService::start(), tempfile::tempdir().unwrap());
    let server = server(&sink, &service, folder.path());
    let (_, ada) = ada(&server, &sink);
    ada.consent("given", "gravatar");
    let browser = Browser::start();
    let page = browser.page();
    let at = |path: &str| format!("http://{}/{AT}{path}", server.address());
    page.goto(&at("/sign-in"));
    page.fill(At::Css("[name=identifier]"), ADA);
    page.fill(At::Css("[name=password]"), PASSWORD);
    page.click(At::Button("Sign in"));
    for (path, name) in [("/account?lang=en", "account-picture"), ("/account?lang=de", "account-picture-de")] {
        page.goto(&at(path));
        assert_eq!(page.evaluate("document.querySelector('.portrait img').naturalWidth"), 1);
        page.assert_accessible();
        page.screenshot(name);
        let (requests, own) = (page.requests(), format!("http://{}/", server.address()));
        assert!(requests.iter().all(|url| url.starts_with(&own) || url.starts_with("data:")), "{requests:?}");
    }
    assert_eq!(service.heard().len(), 1);
}
