//! Whoever asks proves who they are first, also where an agent asks for them over the Data Rights Protocol.

use candor_tests::{AgentWorld, Browser, DRP_ASK, DRP_EMAIL, drp_page_of, letter, link, text};
use serde_json::json;

/// What letters about an agent's request are called.
const LETTER: &str = "in your name";

#[test]
fn promise_d20_what_an_agent_asks_over_drp_waits_until_the_person_answers_a_letter_or_signs_in() {
    let mut world = AgentWorld::open();
    world.door.sign_up(DRP_EMAIL);
    let token = world.token("door", "SLIP_01", "own");
    let more = json!({ "status_callback": world.callback(), "email_verified": true });
    let asked = world.exercise("door", &token, more).1;
    let (page, id) = (drp_page_of(&asked), text(&asked["request_id"]).to_owned());
    let results = json!({ "method": "GET", "path": format!("/drp/door{DRP_ASK}/{id}/results"), "token": token });
    assert_eq!(world.send(results.clone()).0, 404, "the agent's word alone gives nothing");

    // Whoever is not signed in has a letter sent; what the page says is the same for every address.
    let back = format!("https://localhost:{}/back", world.agent.ready()["port"]);
    let mut zoe = world.door.visitor();
    assert_eq!(zoe.follow(&format!("{page}?request_id={id}&redirect_to={back}")).status, 200);
    assert!(zoe.page().contains("Permission Slip") && !zoe.page().contains(DRP_EMAIL), "{}", zoe.page());
    let at = format!("/door/asked/{id}");
    let n_letters = world.door.sink.mails().len();
    let write = |visitor: &mut candor_tests::Visitor, address: &str| {
        visitor.get(&format!("{at}?redirect_to={back}"));
        visitor.submit(&at, &[("address", address), ("redirect_to", &back)])
    };
    assert_eq!(write(&mut zoe, "no address").status, 422);
    let mut other = world.door.visitor();
    assert_eq!((write(&mut other, "nobody@example.org").status, write(&mut zoe, DRP_EMAIL).status), (200, 200));
    let told = |page: &str| page.split_once("<main").expect("a page").1.to_owned();
    assert_eq!(told(zoe.page()), told(other.page()), "who is known is not told");
    let mail = letter(&world.door.sink, DRP_EMAIL, LETTER);
    assert_eq!(world.door.sink.mails().len(), n_letters + 1, "nobody else is written to");
    let confirm = link(&mail, "door");

    // Both pages are fit for everybody.
    let browser = Browser::start();
    let shown = browser.page();
    for (name, path) in [("asked", &at), ("asked-letter", &confirm)] {
        for (language, width) in [("en", 1280), ("de", 400)] {
            let mark = if path.contains('?') { '&' } else { '?' };
            assert_eq!(shown.goto(&world.door.url(&format!("{path}{mark}lang={language}"))).status, 200, "{path}");
            shown.set_viewport(width, 800);
            shown.assert_accessible();
            shown.screenshot(&format!("{name}-{language}"));
        }
    }

    // Opening the link does nothing; one of another request, or a made-up code, opens nothing.
    assert_eq!(zoe.get(&confirm).status, 200, "{}", zoe.page());
    assert!(zoe.page().contains("copy of everything"), "{}", zoe.page());
    assert_eq!(world.status("door", &token, &id)["reason"], "need_user_verification");
    assert_eq!(world.send(results.clone()).0, 404);
    let code = zoe.hidden("code").expect("a code");
    let second = world.exercise("door", &token, json!({ "exercise": "deletion" })).1;
    let elsewhere = format!("/door/asked/{}/confirm", text(&second["request_id"]));
    assert_eq!(other.get(&format!("{elsewhere}?code={code}")).status, 404, "{}", other.page());
    other.get(&at);
    assert_eq!(other.submit(&elsewhere, &[("code", &code), ("answer", "yes")]).status, 404);

    // The answer proves who asks: now the agent gets what it asked for, and the link is used up.
    zoe.get(&confirm);
    let said = zoe.submit(&format!("{at}/confirm"), &[("code", &code), ("answer", "yes")]);
    assert_eq!(said.status, 200, "{}", zoe.page());
    assert!(zoe.page().contains(&format!("href=\"{back}\"")), "a link back to the agent: {}", zoe.page());
    world.told("fulfilled");
    assert_eq!(world.send(results).0, 200);
    let requests = world.door.server.tenant("door").get("/v1/requests").json(200);
    let proved = requests["items"].as_array().expect("requests").iter();
    let by: Vec<_> = proved.filter(|one| one["right"] == "access").map(|one| &one["identity_proved_by"]).collect();
    assert_eq!(by, [&json!("mail")], "{requests}");
    assert_eq!(zoe.get(&confirm).status, 404, "it was used");

    // No by letter: nothing is done, and the agent is told why.
    let at = format!("/door/asked/{}", text(&second["request_id"]));
    zoe.get(&at);
    assert_eq!(zoe.submit(&at, &[("address", DRP_EMAIL)]).status, 200, "{}", zoe.page());
    let confirm = link(&letter(&world.door.sink, DRP_EMAIL, &format!("asked/{}", text(&second["request_id"]))), "door");
    zoe.get(&confirm);
    let code = zoe.hidden("code").expect("a code");
    assert_eq!(zoe.submit(&format!("{at}/confirm"), &[("code", &code), ("answer", "no")]).status, 200);
    assert_eq!(world.status("door", &token, text(&second["request_id"]))["reason"], "suspected_fraud");
    let mut again = world.door.visitor();
    assert_eq!(world.door.sign_in(&mut again, DRP_EMAIL, candor_tests::PASSWORD).status, 303, "nothing was erased");
    assert!(!world.door.server.log().contains(DRP_EMAIL));
}
