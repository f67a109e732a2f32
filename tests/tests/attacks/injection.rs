//! What people type stays what they typed: no line of a log, no header of a letter, no recipient, no element of a page.

use candor_tests::{Browser, FrontDoor, PASSWORD};

const LINES: [&str; 4] = ["\r\n", "\n", "\r", "\u{2028}"];

#[test]
fn no_address_or_name_adds_a_recipient_or_a_header_to_a_letter() {
    let door = FrontDoor::open();
    for line in LINES {
        for email in [
            format!("ada@example.org{line}Bcc: eve@evil.example"),
            format!("ada@example.org>{line}RCPT TO:<eve@evil.example"),
            format!("ada{line}@example.org"),
            "ada@example.org, eve@evil.example".to_owned(),
            "ada@example.org;eve@evil.example".to_owned(),
            "<ada@example.org>,<eve@evil.example>".to_owned(),
        ] {
            let mut visitor = door.visitor();
            let reply = door.begin_sign_up(&mut visitor, &email, &[]);
            assert!([400, 422].contains(&reply.status), "{email:?}: {}", reply.status);
            visitor.get("/door/recover");
            let reply = visitor.submit("/door/recover", &[("address", &email)]);
            assert!([400, 422].contains(&reply.status), "{email:?}: {}", reply.status);
        }
        // A value that no letter holds may hold lines, or is refused; either way none of it gets into a letter's head.
        let company = format!("Acme{line}Bcc: eve@evil.example{line}{line}Click here");
        door.begin_sign_up(&mut door.visitor(), "ada@example.org", &[("account.company", &company)]);
    }
    let commands = door.sink.commands().join("\n");
    assert!(!commands.contains("evil.example"), "{commands}");
    for letter in door.sink.mails() {
        assert_eq!(letter.to, ["ada@example.org"]);
        assert!(!letter.raw.contains("evil.example"), "{}", letter.raw);
    }
}

#[test]
fn nothing_that_is_typed_gets_into_the_log() {
    let door = FrontDoor::open_as(candor_tests::Setup {
        environment: vec![("CANDOR_LOG", "debug".to_owned())],
        ..Default::default()
    });
    door.sign_up("ada-logged@example.org");
    for line in LINES {
        let planted = format!("planted-name{line}2026-11-26T00:00:00Z ERROR candor: planted-line\u{1b}[2J");
        let mut visitor =
            door.visitor().with("user-agent", "planted-agent/1.0").with("referer", "https://planted-site.example/");
        door.sign_in(&mut visitor, &planted, "planted-password");
        door.begin_sign_up(&mut visitor, &planted, &[("account.company", &planted), ("account.username", &planted)]);
        visitor.get("/door/sign-in?then=%2Fdoor%2Fplanted-then&planted-name=planted-value");
        visitor.get("/door/planted-path%0d%0aplanted-line");
        door.sign_in(&mut visitor, "ada-logged@example.org", "planted-password");
    }
    let log = door.server.log();
    assert!(log.lines().count() > 10, "it logs");
    for planted in ["planted-", "ada-logged", "198.18.", "\u{1b}[2J", PASSWORD] {
        assert!(!log.contains(planted), "`{planted}` in the log:\n{log}");
    }
}

#[test]
fn what_is_typed_is_shown_as_text_and_runs_nowhere() {
    let door = FrontDoor::open();
    let browser = Browser::start();
    let page = browser.page();
    page.goto(&door.url("/door/sign-in"));
    let typed = "\"><script>window.planted = 1</script><img src=x onerror=\"window.planted = 1\">";
    page.fill(candor_tests::At::Css("[name=identifier]"), typed);
    page.fill(candor_tests::At::Css("[name=password]"), "no such password");
    page.click(candor_tests::At::Button("Sign in"));
    assert_eq!(page.value(candor_tests::At::Css("[name=identifier]")), typed);
    assert_eq!(page.evaluate("typeof window.planted"), "undefined");
    // The page's own script comes from a file; none stands in the page.
    let planted = "document.images.length + [...document.scripts].filter(script => !script.src).length";
    assert_eq!(page.evaluate(planted), 0);
    // In an address too.
    page.goto(&door.url("/door/sign-in?lang=%22%3E%3Cscript%3Ewindow.planted=1%3C/script%3E&then=%22%3E%3Cb%3E"));
    assert_eq!(page.evaluate("typeof window.planted"), "undefined");
    page.goto(&door.url("/%3Cscript%3Ewindow.planted=1%3C%2Fscript%3E"));
    assert_eq!(page.evaluate("typeof window.planted"), "undefined");
}
