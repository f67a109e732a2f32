//! An agent asks for people over the Data Rights Protocol 1.0: Node signs with its own cryptography, the person signs in and
//! says whether it is theirs, and the agent is told; and everything that somebody else might try.

use candor_tests::{
    AgentWorld as World, Client, DRP_ASK as ASK, DRP_EMAIL as EMAIL, PASSWORD, Visitor, drp_names as names,
    drp_page_of as page_of, text,
};
use serde_json::{Value, json};

fn sign_in(world: &World, email: &str) -> Visitor {
    let mut visitor = world.door.visitor();
    assert_eq!(world.door.sign_in(&mut visitor, email, PASSWORD).status, 303, "{}", visitor.page());
    visitor
}

#[test]
fn nothing_leaves_before_the_person_signed_in_and_said_yes() {
    let mut world = World::open();
    world.door.sign_up(EMAIL);
    let token = world.token("door", "SLIP_01", "own");
    let (_, business) = world.send(json!({ "method": "GET", "path": "/drp/door/.well-known/data-rights.json" }));
    assert_eq!((&business["id"], &business["supported_actions"]), (&json!("DOOR"), &json!(["deletion", "access"])));
    let known = json!({ "method": "GET", "path": "/drp/door/v1/agent/SLIP_01", "token": token });
    assert_eq!(world.send(known), (200, json!({})));

    let more = json!({ "status_callback": world.callback(), "agent-request-id": "mine-1", "email_verified": true });
    let (status, asked) = world.exercise("door", &token, more.clone());
    assert_eq!(status, 200, "{asked}");
    let (page, id) = (page_of(&asked), text(&asked["request_id"]).to_owned());
    assert_eq!(asked["agent_request_id"], "mine-1");
    assert_eq!(world.exercise("door", &token, more).1["request_id"], id.as_str(), "asked again, it is the same");
    assert_eq!(world.told("in_progress")["request_id"], id.as_str());
    let results = json!({ "method": "GET", "path": format!("/drp/door{ASK}/{id}/results"), "token": token });
    assert_eq!(world.send(results.clone()).0, 404, "the agent's word alone gives nothing");

    // Who is not signed in is shown how to answer; who is, sees who asks for what, and says yes.
    let mut stranger = world.door.visitor();
    let away = stranger.get(&page);
    assert_eq!((away.status, away.header("location").unwrap().contains("/door/asked/")), (303, true));
    assert_eq!(stranger.follow(&page).status, 200);
    assert!(stranger.page().contains("/door/sign-in?then="), "{}", stranger.page());
    let mut zoe = sign_in(&world, EMAIL);
    let back = format!("https://localhost:{}/back", world.agent.ready()["port"]);
    assert_eq!(zoe.get(&format!("{page}?request_id=req_00&redirect_to={back}")).status, 404, "of another request");
    assert_eq!(zoe.get(&format!("{page}?request_id={id}&redirect_to={back}")).status, 200);
    assert!(zoe.page().contains("Permission Slip") && zoe.page().contains("copy of everything"), "{}", zoe.page());
    let said = zoe.submit(&page, &[("answer", "yes"), ("redirect_to", &back)]);
    assert_eq!(said.status, 303, "{}", zoe.page());
    zoe.follow(said.header("location").unwrap());
    assert!(zoe.page().contains(&format!("href=\"{back}\"")), "a link back to the agent: {}", zoe.page());
    zoe.get(&format!("{page}?redirect_to=https://elsewhere.example/"));
    assert!(!zoe.page().contains("href=\"https://elsewhere.example"), "nobody else's address is a link here");

    let fulfilled = world.told("fulfilled");
    assert_eq!(world.status("door", &token, &id)["status"], "fulfilled");
    assert!(text(&fulfilled["results_url"]).ends_with(&format!("/drp/door{ASK}/{id}/results")));
    let came =
        world.agent.ask(json!({ "act": "send", "method": "GET", "path": results["path"], "token": token })).unwrap();
    assert_eq!((&came["status"], &came["type"]), (&json!(200), &json!("application/zip")));
    let again = world.send(json!({
        "method": "DELETE", "path": format!("/drp/door{ASK}/{id}"), "message": { "reason": "too late" }, "token": token,
    }));
    assert_eq!(again.0, 409, "what has ended is not taken back: {}", again.1);
    assert!(!world.door.server.log().contains(EMAIL));
}

#[test]
fn a_deletion_is_carried_out_for_whoever_signed_in_alone_and_a_disowned_one_never() {
    let mut world = World::open();
    world.door.sign_up(EMAIL);
    world.door.sign_up("ada.moss@example.org");
    let token = world.token("door", "SLIP_01", "own");
    let asked =
        world.exercise("door", &token, json!({ "exercise": "deletion", "status_callback": world.callback() })).1;
    let page = page_of(&asked);

    // Somebody else who is signed in reaches nothing.
    let mut ada = sign_in(&world, "ada.moss@example.org");
    ada.get(&page);
    assert!(ada.page().contains("another account"), "{}", ada.page());
    ada.get("/door/account/rights");
    assert_eq!(ada.submit(&page, &[("answer", "yes")]).status, 409);
    assert_eq!(ada.submit(&page, &[("answer", "no")]).status, 409);

    // Zoe says that this is not from her.
    let mut zoe = sign_in(&world, EMAIL);
    zoe.get(&page);
    assert_eq!(zoe.submit(&page, &[("answer", "no")]).status, 303);
    let denied = world.told("denied");
    assert_eq!(denied["reason"], "suspected_fraud");
    zoe.get("/door/account/rights");
    assert_eq!(zoe.submit(&page, &[("answer", "yes")]).status, 409, "it has ended");

    // The next one she takes for hers; somebody who is not known by what the agent said is asked in the very same way.
    let unknown = world.exercise("door", &token, json!({ "exercise": "deletion", "email": "nobody@example.org" })).1;
    let known = world.exercise("door", &token, json!({ "exercise": "deletion", "email": EMAIL })).1;
    for member in ["status", "reason", "processing_details", "expected_by"] {
        // They were asked one after the other: what is an instant differs by what lay between.
        let at = |value: &Value| value.as_str().and_then(|text| text.parse::<candor_words::Instant>().ok());
        match (at(&unknown[member]), at(&known[member])) {
            (Some(one), Some(other)) => {
                let apart_ms = other.as_millis() - one.as_millis();
                assert!((0..300_000).contains(&apart_ms), "{member} does not tell who is known: {apart_ms}");
            }
            _ => assert_eq!(unknown[member], known[member], "{member} does not tell who is known"),
        }
    }
    zoe.get(&page_of(&known));
    let gone = zoe.submit(&page_of(&known), &[("answer", "yes")]);
    assert_eq!(gone.status, 200, "{}", zoe.page());
    assert!(zoe.page().contains("is erased"), "{}", zoe.page());
    let id = text(&known["request_id"]);
    assert_eq!(world.status("door", &token, id)["status"], "fulfilled");
    let mut again = world.door.visitor();
    assert_eq!(world.door.sign_in(&mut again, EMAIL, PASSWORD).status, 422, "there is no account any more");
    let ledger = world.door.server.tenant("door").get("/v1/requests").json(200);
    assert!(ledger["items"].as_array().unwrap().iter().any(|request| request["state"] == "answered"), "{ledger}");
}

#[test]
fn a_sale_ends_at_once_and_a_verified_address_is_believed_where_the_tenant_relies_on_it() {
    let mut world = World::open();
    world.declare("agents", "SLIP_01", "own", &json!(["email"]));
    let token = world.token("agents", "SLIP_01", "own");
    let seller = world.door.server.tenant("agents");
    let records = json!({ "group": "account", "values": { "email": EMAIL, "company": "Quist" }, "source": "subject" });
    let zoe = text(&seller.post("/v1/subjects", &json!({ "records": [records] })).json(201)["subject"]).to_owned();
    let consent = json!({ "purpose": "sale", "act": "given" });
    seller.post(&format!("/v1/subjects/{zoe}/consents"), &consent).json(201);
    let sold = json!({ "purpose": "sale", "recipient": "broker", "fields": ["account.email"] });
    let reading = format!("/v1/subjects/{zoe}/read");
    assert_eq!(seller.post(&reading, &sold).json(200)["refused"], json!([]));

    // An opt-out needs no proof; nobody is told apart by it.
    for email in [EMAIL, "nobody@example.org"] {
        let (status, asked) = world.exercise("agents", &token, json!({ "exercise": "sale:opt-out", "email": email }));
        assert_eq!((status, &asked["status"]), (200, &json!("fulfilled")), "{asked}");
    }
    seller.post(&reading, &sold).problem(403, "basis.consent_missing");

    // What the agent says that it verified gives data at once; what it only says does not.
    let said = world.exercise("agents", &token, json!({})).1;
    assert_eq!(said["reason"], "need_user_verification", "{said}");
    let verified = world.exercise("agents", &token, json!({ "email_verified": true })).1;
    assert_eq!(verified["status"], "fulfilled", "{verified}");
    let unknown = world.exercise("agents", &token, json!({ "email": "nobody@example.org", "email_verified": true })).1;
    assert_eq!((&unknown["status"], &unknown["reason"]), (&json!("denied"), &json!("no_match")));
    // A verified address of one person lends no weight to a number of another.
    let mixed = json!({ "email": "nobody@example.org", "email_verified": true, "phone_number": "+12025550199" });
    assert_eq!(world.exercise("agents", &token, mixed).1["reason"], "no_match");

    let (status, refused) = world.exercise("agents", &token, json!({ "exercise": "sale:opt-in" }));
    assert_eq!((status, &refused["fatal"]), (400, &json!(true)), "consent is the person's own to give: {refused}");
    let taken = world.exercise("agents", &token, json!({ "exercise": "deletion" })).1;
    let path = format!("/drp/agents{ASK}/{}", text(&taken["request_id"]));
    let back = json!({ "method": "DELETE", "path": path, "message": { "reason": "I stay" }, "token": token });
    let (status, revoked) = world.send(back);
    assert_eq!((status, &revoked["status"]), (200, &json!("revoked")), "{revoked}");
    assert_eq!(seller.get(&format!("/v1/subjects/{zoe}")).status, 200);
}

#[test]
fn what_is_forged_replayed_or_meant_for_others_is_refused() {
    let mut world = World::open();
    world.declare("door", "OTHER_02", "other", &json!([]));
    world.declare("agents", "SLIP_01", "own", &json!([]));
    let pairing = "/drp/door/v1/agent/SLIP_01";
    let setup = |message: Value, signer: &str| json!({ "method": "POST", "path": pairing, "message": message, "signer": signer });
    // Agreements that fail say nothing.
    for (what, call) in [
        ("another key", setup(names("door", "SLIP_01"), "other")),
        ("another agent's name", setup(names("door", "OTHER_02"), "own")),
        ("another business", setup(names("agents", "SLIP_01"), "own")),
        (
            "an agent that nobody declared",
            json!({
                "method": "POST", "path": "/drp/door/v1/agent/NOBODY", "message": names("door", "NOBODY"),
            }),
        ),
        ("no message", json!({ "method": "POST", "path": pairing, "envelope": "bm90IHNpZ25lZA==" })),
    ] {
        assert_eq!(world.send(call), (403, json!("")), "{what}");
    }

    let token = world.token("door", "SLIP_01", "own");
    let others = world.token("door", "OTHER_02", "other");
    let code = |answer: &Value| text(&answer["message"]).rsplit('(').next().unwrap().trim_end_matches(')').to_owned();
    let at = |world: &mut World, seconds: i64| world.agent.ask(json!({ "act": "at", "seconds": seconds })).unwrap();
    let (past, later, far) = (at(&mut world, -1), at(&mut world, 600), at(&mut world, 100_000));
    for (more, status, expected) in [
        (json!({ "agent-id": "OTHER_02" }), 403, "drp.other_agent"),
        (json!({ "business-id": "AGENTS" }), 403, "drp.other_business"),
        (json!({ "expires-at": past }), 403, "drp.expired"),
        (json!({ "issued-at": later, "expires-at": far }), 403, "drp.issued_later"),
        (json!({ "expires-at": far }), 400, "drp.lives_too_long"),
        (json!({ "drp.version": "0.5" }), 400, "drp.member_wrong"),
        (json!({ "regime": "gdpr" }), 400, "drp.member_wrong"),
        (json!({ "exercise": "everything" }), 400, "drp.member_wrong"),
        (json!({ "status_callback": "https://elsewhere.example/told" }), 400, "drp.callback_unknown"),
        (json!({ "status_callback": "http://169.254.169.254/" }), 400, "drp.member_wrong"),
    ] {
        let (came, answer) = world.exercise("door", &token, more.clone());
        assert_eq!((came, code(&answer).as_str()), (status, expected), "{more}: {answer}");
        assert_eq!(answer["code"], status.to_string());
        assert!(!answer.to_string().contains(EMAIL), "nobody is named: {answer}");
    }
    let ask = format!("/drp/door{ASK}");
    let mut message = names("door", "SLIP_01");
    message["exercise"] = "access".into();
    message["email"] = EMAIL.into();
    let forged = json!({ "method": "POST", "path": ask, "message": message, "signer": "other", "token": token });
    assert_eq!(code(&world.send(forged).1), "drp.signature_wrong");
    let under_another = json!({ "method": "POST", "path": ask, "message": message, "token": others });
    assert_eq!(code(&world.send(under_another).1), "drp.signature_wrong", "the token says whose key it is");
    let at_another =
        json!({ "method": "POST", "path": format!("/drp/agents{ASK}"), "message": message, "token": token });
    assert_eq!(code(&world.send(at_another).1), "drp.unknown", "a token is one business's");
    let large = "A".repeat(70_000);
    assert_eq!(world.send(json!({ "method": "POST", "path": ask, "envelope": large, "token": token })).0, 413);
    assert_eq!(world.send(json!({ "method": "POST", "path": ask, "message": message })).0, 401, "without a token");
    assert_eq!(world.send(json!({ "method": "POST", "path": ask, "message": message, "token": "made-up" })).0, 403);

    // Once it was used, a message is good for nothing more, whatever its base64 looks like.
    let call = json!({ "act": "send", "method": "POST", "path": ask, "message": message, "token": token });
    let first = world.agent.ask(call).unwrap();
    assert_eq!(first["status"], 200, "{first}");
    let id = text(&first["answer"]["request_id"]).to_owned();
    for envelope in [text(&first["envelope"]).to_owned(), format!("  {}\n", text(&first["envelope"]))] {
        let again = json!({ "method": "POST", "path": ask, "envelope": envelope, "token": token });
        assert_eq!(code(&world.send(again).1), "drp.replayed");
    }

    // Another agent reaches nothing of it, and does not learn that it is there.
    let path = format!("{ask}/{id}");
    let none = format!("{ask}/req_{}", "0".repeat(32));
    for method in ["GET", "DELETE"] {
        let call = |path: &str, token: &str| {
            let message = if method == "DELETE" { json!({ "reason": "mine" }) } else { Value::Null };
            json!({ "method": method, "path": path, "message": message, "signer": "other", "token": token })
        };
        let (theirs, nobodys) = (world.send(call(&path, &others)), world.send(call(&none, &others)));
        assert_eq!((theirs.0, &theirs), (403, &nobodys), "{method}");
    }
    let results = world.send(json!({ "method": "GET", "path": format!("{path}/results"), "token": others }));
    assert_eq!(results.0, 403);
    let revoke =
        json!({ "method": "DELETE", "path": path, "message": { "reason": "x" }, "signer": "other", "token": token });
    assert_eq!(code(&world.send(revoke).1), "drp.signature_wrong");
    assert_eq!(world.status("door", &token, &id)["status"], "in_progress");

    // A new agreement ends the token before it; another key ends both, and a removed agent is heard no more.
    let second = world.token("door", "SLIP_01", "own");
    let known = |token: &str| json!({ "method": "GET", "path": "/drp/door/v1/agent/SLIP_01", "token": token });
    assert_eq!(world.send(known(&token)).0, 403);
    assert_eq!(world.send(known(&second)).0, 200);
    assert_eq!(world.send(json!({ "method": "GET", "path": "/drp/door/v1/agent/OTHER_02", "token": second })).0, 403);
    assert_eq!(world.declare("door", "SLIP_01", "other", &json!([]))["has_token"], false);
    assert_eq!(world.send(known(&second)).0, 403);
    let third = world.token("door", "SLIP_01", "other");
    assert_eq!(world.door.server.tenant("door").send("DELETE", "/v1/agents/SLIP_01", &json!({}), &[]).status, 204);
    assert_eq!(world.send(known(&third)).0, 403);
    assert!(!world.door.server.log().contains(EMAIL));
}

#[test]
fn an_agent_that_was_removed_stays_removed_after_a_restore_and_its_token_opens_nothing() {
    let mut world = World::open();
    world.declare("door", "OTHER_02", "other", &json!([]));
    world.declare("agents", "SLIP_01", "own", &json!([]));
    let removed = world.token("door", "SLIP_01", "own");
    let kept = world.token("door", "OTHER_02", "other");
    let rekeyed = world.token("agents", "SLIP_01", "own");
    let server = &world.door.server;
    let backups = server.backups();
    let backup = backups.back_up();
    assert_eq!(server.tenant("door").send("DELETE", "/v1/agents/SLIP_01", &json!({}), &[]).status, 204);
    world.declare("agents", "SLIP_01", "other", &json!([]));

    let (data, into) = (server.folder().join("data"), server.folder().join("restored"));
    let (door, seller) = (server.tenant("door"), server.tenant("agents"));
    server.tell_to_stop();
    assert!(world.door.server.ends_well());
    backups.restore(&backup, &into, &["--ledger", &data.display().to_string()], 0);
    let restored = backups.serve(&into, &door);
    let ids = |caller: &Client| -> Vec<String> {
        let listed = caller.get("/v1/agents").json(200);
        listed["items"].as_array().unwrap().iter().map(|agent| text(&agent["id"]).to_owned()).collect()
    };
    assert_eq!(ids(&restored), ["OTHER_02"]);
    // One that asks under another key has to be declared anew.
    assert_eq!(ids(&restored.with_key(seller.presented())), [""; 0]);
    let asks = |tenant: &str, agent: &str, token: &str| {
        restored.with_key(token).get(&format!("/drp/{tenant}/v1/agent/{agent}")).status
    };
    // No backup holds a token: whoever is still heard agrees on another.
    for (tenant, agent, token) in
        [("door", "SLIP_01", &removed), ("agents", "SLIP_01", &rekeyed), ("door", "OTHER_02", &kept)]
    {
        assert_eq!(asks(tenant, agent, token), 403, "{tenant} {agent}");
    }
}
