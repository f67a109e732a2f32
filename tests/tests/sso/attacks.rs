//! What attackers try at the endpoints; each is refused, and what it was after is over.

use std::path::Path;

use candor_jose::{Algorithm, ProofOf, SigningKey, create_assertion, create_proof, sign};
use candor_tests::{Server, Setup, Visitor, text};
use candor_words::{Clock, SeededEntropy, SystemClock};
use serde_json::json;

use crate::world::{
    App, BACK, CHALLENGE, SLUG, VERIFIER, World, agree, app_at, authorize, claims, led_to, post_to, query, said, world,
};

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn key(seed: u64) -> SigningKey {
    SigningKey::generate(Algorithm::Es256, &SeededEntropy::new(seed)).unwrap()
}

fn invalid_grant(reply: &candor_tests::Reply) {
    assert_eq!(reply.json(400)["error"], "invalid_grant");
}

#[test]
fn nothing_is_sent_to_an_address_that_the_client_did_not_register() {
    let world = world();
    let app = world.calendar();
    let mut browser = world.browser();
    for elsewhere in [
        "https://evil.example/back",
        "https://calendar.example/back/",
        "https://calendar.example/back?x=1",
        "https://calendar.example.evil.example/back",
        "https://calendar.example@evil.example/back",
        "http://calendar.example/back",
        "//evil.example",
        "javascript:alert(1)",
    ] {
        let reply = browser.get(&authorize(&app, &[("redirect_uri", elsewhere)]));
        assert_eq!((reply.status, reply.header("location")), (400, None), "{elsewhere}");
        assert!(!browser.page().contains("evil.example"), "{}", browser.page());
        // Not for a refusal either.
        let reply = browser.get(&authorize(&app, &[("redirect_uri", elsewhere), ("scope", "nonsense")]));
        assert_eq!((reply.status, reply.header("location")), (400, None), "{elsewhere}");
    }
    let reply = browser.get(&authorize(&App { id: format!("cli_{}", "0".repeat(32)), ..app.clone() }, &[]));
    assert_eq!((reply.status, reply.header("location")), (400, None), "an unknown client");
    let fields = [
        ("client_id", app.id.as_str()),
        ("client_secret", &app.secret),
        ("response_type", "code"),
        ("redirect_uri", "https://evil.example/back"),
        ("scope", "openid"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    assert_eq!(world.post("par", &fields, &[]).status, 400, "nor by pushing it");
    // Signing out sends nobody there.
    let out = format!(
        "/{SLUG}/logout?{}",
        query(&[("client_id", &app.id), ("post_logout_redirect_uri", "https://evil.example")])
    );
    let reply = browser.follow(&out);
    assert_eq!(led_to(&reply), None);
    let request = browser.hidden("request").expect("the person is asked");
    let reply = browser.submit(&format!("/{SLUG}/leave"), &[("request", &request)]);
    assert_eq!((reply.status, led_to(&reply)), (200, None));
    assert!(!browser.page().contains("evil.example"));
}

#[test]
fn nobody_is_signed_out_by_a_link() {
    let world = world();
    let app = world.calendar();
    let mut browser = world.browser();
    let tokens = world.tokens(&mut browser, &app, "openid profile");
    let other = world.tokens(&mut world.browser(), &app, "openid profile");
    // Neither without a hint, nor with an access token, nor with the ID token of another session.
    for hint in ["", text(&tokens["access_token"]), text(&other["id_token"])] {
        browser.follow(&format!("/{SLUG}/logout?{}", query(&[("id_token_hint", hint)])));
        assert!(browser.hidden("request").is_some(), "the person is asked: {}", browser.page());
        assert_eq!(browser.get(&format!("/{SLUG}/account/prove")).status, 200, "still signed in");
    }
}

#[test]
fn a_code_that_comes_twice_ends_what_it_gave() {
    let world = world();
    let app = world.calendar();
    let code = world.code(&mut world.browser(), &app, "openid profile offline_access");
    let tokens = world.exchange(&app, &code).json(200);
    assert_eq!(world.userinfo(text(&tokens["access_token"])).status, 200);
    invalid_grant(&world.exchange(&app, &code));
    assert_eq!(world.userinfo(text(&tokens["access_token"])).status, 401);
    invalid_grant(&world.refresh(&app, text(&tokens["refresh_token"])));
}

#[test]
fn two_who_bring_a_code_at_once_get_at_most_one_set_of_tokens() {
    let world = world();
    let app = world.calendar();
    let code = world.code(&mut world.browser(), &app, "openid profile");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| world.exchange(&app, &code).status)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(statuses.iter().filter(|status| **status == 200).count() <= 1, "{statuses:?}");
}

#[test]
fn a_code_is_worth_nothing_without_its_verifier_client_and_address() {
    let world = world();
    let app = world.calendar();
    let other = world.calendar();
    let mut browser = world.browser();
    let code = world.code(&mut browser, &app, "openid profile");
    let exchange = |app: &App, redirect: &str, verifier: &str| {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", redirect),
            ("code_verifier", verifier),
            ("client_id", &app.id),
            ("client_secret", &app.secret),
        ];
        fields.retain(|(_, value)| !value.is_empty());
        world.token(&fields)
    };
    invalid_grant(&exchange(&app, BACK, &"x".repeat(43)));
    invalid_grant(&exchange(&app, BACK, CHALLENGE));
    assert_eq!(exchange(&app, BACK, "").json(400)["error"], "invalid_request", "no verifier");
    invalid_grant(&exchange(&app, "https://calendar.example/other", VERIFIER));
    invalid_grant(&exchange(&other, BACK, VERIFIER));
    assert_eq!(exchange(&App { secret: other.secret.clone(), ..app.clone() }, BACK, VERIFIER).status, 401);
    assert_eq!(exchange(&app, BACK, VERIFIER).status, 200, "and all the same it is still its client's");
}

#[test]
fn there_is_no_way_around_pkce() {
    let world = world();
    let app = world.calendar();
    let mut browser = world.browser();
    for changes in [
        vec![("code_challenge", ""), ("code_challenge_method", "")],
        vec![("code_challenge_method", "plain")],
        vec![("code_challenge_method", "")],
        vec![("code_challenge", "short")],
        vec![("response_type", "token")],
        vec![("response_type", "code id_token")],
        vec![("response_type", "id_token")],
    ] {
        let reply = browser.get(&authorize(&app, &changes));
        let back = reply.header("location").expect("a refusal for the client").to_owned();
        assert!(back.starts_with(BACK) && said(&back, "code").is_none(), "{back}");
        assert!(said(&back, "error").is_some());
        assert_eq!(said(&back, "state").as_deref(), Some("the-state"));
        assert_eq!(said(&back, "iss"), Some(world.issuer()), "who refuses is told too");
    }
}

#[test]
fn the_answer_says_who_answers_and_repeats_state_and_nonce() {
    let world = world();
    let app = world.calendar();
    let mut browser = world.browser();
    let odd = "a&b=c#d e%20\"'<>";
    let back = agree(&mut browser, &authorize(&app, &[("state", odd), ("nonce", "n&n")]), true);
    assert_eq!(said(&back, "state").as_deref(), Some(odd));
    assert_eq!(said(&back, "iss"), Some(world.issuer()));
    let tokens = world.exchange(&app, &said(&back, "code").unwrap()).json(200);
    assert_eq!(claims(text(&tokens["id_token"]))["nonce"], "n&n");
    // A parameter that stands twice could be read in two ways.
    let twice = format!("{}&state=other", authorize(&app, &[]));
    assert_eq!(browser.get(&twice).status, 400);
    let twice = format!("{}&redirect_uri={BACK}", authorize(&app, &[]));
    assert_eq!(browser.get(&twice).status, 400);
    // The consent page is in no frame.
    let reply = browser.follow(&authorize(&app, &[("prompt", "consent")]));
    assert_eq!(reply.header("x-frame-options"), Some("DENY"));
    assert!(reply.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
}

#[test]
fn a_refresh_token_that_comes_again_ends_its_family() {
    let world = world();
    let app = world.calendar();
    let first = world.tokens(&mut world.browser(), &app, "openid profile offline_access");
    let second = world.refresh(&app, text(&first["refresh_token"])).json(200);
    let other = world.calendar();
    invalid_grant(&world.refresh(&other, text(&second["refresh_token"])));
    assert_eq!(world.userinfo(text(&second["access_token"])).status, 200, "another client ends nothing");
    invalid_grant(&world.refresh(&app, text(&first["refresh_token"])));
    invalid_grant(&world.refresh(&app, text(&second["refresh_token"])));
    assert_eq!(world.userinfo(text(&second["access_token"])).status, 401);
    assert_eq!(world.introspect(&app, text(&first["access_token"]))["active"], false);
}

#[test]
fn a_token_cannot_choose_how_it_is_verified() {
    let world = world();
    let app = world.calendar();
    let tokens = world.tokens(&mut world.browser(), &app, "openid profile");
    let access = text(&tokens["access_token"]);
    let (head, rest) = access.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";
    let keyed = "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9";
    for forged in [
        format!("{none}.{payload}."),
        format!("{none}.{payload}.{signature}"),
        format!("{keyed}.{payload}.{signature}"),
        format!("{head}.{payload}.{}", "A".repeat(86)),
        format!("{head}.{}.{signature}", payload.replacen('a', "b", 1)),
        // By a key that the attacker has, of the same form and type.
        sign(&key(1), "at+jwt", &claims(access)).unwrap(),
        sign(&SigningKey::generate(Algorithm::EdDsa, &SeededEntropy::new(2)).unwrap(), "at+jwt", &claims(access))
            .unwrap(),
        // Of the server, and no access token.
        text(&tokens["id_token"]).to_owned(),
        text(&tokens["refresh_token"]).to_owned(),
        String::new(),
    ] {
        assert_eq!(world.userinfo(&forged).status, 401, "{forged}");
        if !forged.is_empty() && forged != text(&tokens["refresh_token"]) {
            assert_eq!(world.introspect(&app, &forged), json!({ "active": false }), "{forged}");
        }
    }
    assert_eq!(world.userinfo(access).status, 200);
}

fn assertion(world: &World, client: &str, key: &SigningKey, id: &str, audience: &str) -> candor_tests::Reply {
    let assertion = create_assertion(key, client, audience, id, SystemClock.now()).unwrap();
    world.token(&[
        ("grant_type", "client_credentials"),
        ("scope", "profile"),
        ("client_assertion", &assertion),
        ("client_assertion_type", ASSERTION),
        ("client_id", client),
    ])
}

#[test]
fn an_assertion_holds_for_its_client_this_server_and_once() {
    let world = world();
    let (own, foreign) = (key(1), key(2));
    let signed = |key: &SigningKey| {
        world.app(json!({
            "grant_types": ["client_credentials"],
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": { "keys": [key.public().to_json()] },
        }))
    };
    let (app, other) = (signed(&own), signed(&foreign));
    let issuer = world.issuer();
    assert_eq!(assertion(&world, &app.id, &own, "one", &issuer).status, 200);
    let refused = |reply: candor_tests::Reply| assert_eq!(reply.json(401)["error"], "invalid_client");
    refused(assertion(&world, &app.id, &own, "one", &issuer));
    refused(assertion(&world, &app.id, &foreign, "two", &issuer));
    refused(assertion(&world, &other.id, &own, "three", &issuer));
    refused(assertion(&world, &app.id, &own, "four", "https://other.example"));
    refused(assertion(&world, &app.id, &own, "five", &format!("{}/door", world.base())));
    // Another's assertion beside one's own name, and an assertion for a client that has a secret.
    let theirs = create_assertion(&foreign, &other.id, &issuer, "six", SystemClock.now()).unwrap();
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_assertion", theirs.as_str()),
        ("client_assertion_type", ASSERTION),
        ("client_id", &app.id),
    ];
    refused(world.token(&fields));
    let by_secret = world.app(json!({ "grant_types": ["client_credentials"] }));
    refused(assertion(&world, &by_secret.id, &own, "seven", &issuer));
    let posted =
        [("grant_type", "client_credentials"), ("client_id", &by_secret.id), ("client_secret", &by_secret.secret)];
    refused(world.token(&posted));
    assert_eq!(assertion(&world, &app.id, &own, "eight", &issuer).status, 200);
}

#[test]
fn a_proof_of_possession_holds_for_its_key_its_request_and_once() {
    let world = world();
    let app = world.app(json!({
        "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "client_secret_post",
        "dpop_bound_access_tokens": true,
    }));
    let target = format!("{}/token", world.issuer());
    let ask = |key: &SigningKey, method: &str, target: &str, id: &str| {
        let of = ProofOf { method, target, access_token: None, nonce: None };
        let proof = create_proof(key, &of, id, SystemClock.now()).unwrap();
        let fields =
            [("grant_type", "client_credentials"), ("client_id", app.id.as_str()), ("client_secret", &app.secret)];
        world.post("token", &fields, &[("dpop", &proof)])
    };
    let tokens = ask(&key(1), "POST", &target, "one").json(200);
    assert_eq!(tokens["token_type"], "DPoP");
    assert_eq!(claims(text(&tokens["access_token"]))["cnf"]["jkt"], json!(key(1).public().thumbprint()));
    let refused = |reply: candor_tests::Reply| assert_eq!(reply.json(400)["error"], "invalid_dpop_proof");
    refused(ask(&key(1), "POST", &target, "one"));
    refused(ask(&key(1), "GET", &target, "two"));
    refused(ask(&key(1), "POST", &format!("{}/userinfo", world.issuer()), "three"));
    refused(ask(&key(1), "POST", "https://evil.example/token", "four"));
    let fields = [("grant_type", "client_credentials"), ("client_id", app.id.as_str()), ("client_secret", &app.secret)];
    refused(world.post("token", &fields, &[]));
    assert_eq!(ask(&key(1), "POST", &target, "five").status, 200);

    // A bound token of a person opens nothing for another key, or as a bearer token.
    let site = world.app(json!({ "redirect_uris": [BACK], "token_endpoint_auth_method": "client_secret_post" }));
    let code = world.code(&mut world.browser(), &site, "openid profile");
    let of = ProofOf { method: "POST", target: &target, access_token: None, nonce: None };
    let proof = create_proof(&key(3), &of, "six", SystemClock.now()).unwrap();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
        ("client_id", &site.id),
        ("client_secret", &site.secret),
    ];
    let tokens = world.post("token", &fields, &[("dpop", &proof)]).json(200);
    let access = text(&tokens["access_token"]);
    let look = |key: &SigningKey, id: &str, for_token: &str| {
        let target = format!("{}/userinfo", world.issuer());
        let of = ProofOf { method: "GET", target: &target, access_token: Some(for_token), nonce: None };
        let proof = create_proof(key, &of, id, SystemClock.now()).unwrap();
        let headers = [("authorization", &*format!("DPoP {access}")), ("dpop", &proof)];
        world.server.anonymous().send_bytes("GET", &format!("/{SLUG}/userinfo"), b"", &headers).status
    };
    assert_eq!(look(&key(4), "a", access), 401, "another key");
    assert_eq!(look(&key(3), "b", "another token"), 401, "another token's proof");
    assert_eq!(look(&key(3), "c", access), 200);
    assert_eq!(look(&key(3), "c", access), 401, "a second time");
    assert_eq!(world.userinfo(access).status, 401, "as a bearer token");
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", text(&tokens["refresh_token"])),
        ("client_id", &site.id),
        ("client_secret", &site.secret),
    ];
    refused(world.post("token", &fields, &[]));
}

#[test]
fn nothing_of_one_tenant_is_worth_anything_at_another() {
    let policies = ["tests/tests/clients.candor", "tests/tests/neighbours.candor"].map(Path::new).map(Path::to_owned);
    let server = Server::start_as(Setup { policies: policies.to_vec(), ..Setup::default() });
    let (ours, theirs) = (server.tenant("clients"), server.tenant("neighbours"));
    let metadata = json!({
        "redirect_uris": [BACK],
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "token_endpoint_auth_method": "client_secret_post",
    });
    let app = app_at(&ours, metadata.clone());
    let other = app_at(&theirs, metadata);
    let own = |slug: &str, app: &App| {
        let fields =
            [("grant_type", "client_credentials"), ("client_id", app.id.as_str()), ("client_secret", &app.secret)];
        post_to(&server, &format!("/{slug}/token"), &fields, &[])
    };
    let token = text(&own("clients", &app).json(200)["access_token"]).to_owned();
    assert_eq!(own("neighbours", &app).status, 401, "a client of another tenant");
    let introspect = |slug: &str, app: &App| {
        let fields = [("client_id", app.id.as_str()), ("client_secret", &app.secret), ("token", &token)];
        post_to(&server, &format!("/{slug}/introspect"), &fields, &[]).json(200)["active"].clone()
    };
    assert_eq!((introspect("clients", &app), introspect("neighbours", &other)), (json!(true), json!(false)));
    let mut stranger = Visitor::of(&server);
    let crossed = authorize(&app, &[]).replacen("/clients/", "/neighbours/", 1);
    assert_eq!(stranger.get(&crossed).status, 400, "a client of another tenant");
    // Keys are the tenant's own.
    let keys = |slug: &str| server.anonymous().get(&format!("/{slug}/jwks.json")).json(200);
    assert_ne!(keys("clients"), keys("neighbours"));
    // A pushed request or a code of ours is none of theirs.
    let fields = [
        ("response_type", "code"),
        ("client_id", app.id.as_str()),
        ("client_secret", &app.secret),
        ("redirect_uri", BACK),
        ("scope", "openid"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let pushed = post_to(&server, "/clients/par", &fields, &[]).json(201);
    let uri = text(&pushed["request_uri"]).to_owned();
    let at = |slug: &str, app: &App| {
        format!("/{slug}/authorize?{}", query(&[("client_id", &app.id), ("request_uri", &uri)]))
    };
    assert_eq!(stranger.get(&at("neighbours", &other)).status, 400);
    assert_eq!(stranger.get(&at("clients", &app)).status, 303);
    assert_eq!(stranger.get(&at("clients", &app)).status, 400, "once");
    // Whatever a request calls the host, the issuer stays who it is.
    let headers = [("host", "evil.example"), ("x-forwarded-host", "evil.example")];
    let told = server.anonymous().send_bytes("GET", "/clients/.well-known/openid-configuration", b"", &headers);
    assert!(!told.text().contains("evil.example"), "{}", told.text());
}

#[test]
fn an_administrators_key_is_no_client_and_a_client_no_administrator() {
    let world = world();
    let app = world.calendar();
    let tokens = world.tokens(&mut world.browser(), &app, "openid profile");
    let with_token = world.server.with_key(text(&tokens["access_token"]));
    assert_eq!(with_token.get("/v1/clients").status, 401);
    assert_eq!(world.userinfo(world.server.presented()).status, 401);
    let reader = world.server.key(&json!({ "label": "reader", "scopes": ["read"] }));
    assert_eq!(reader.get("/v1/clients").problem(403, "key.scope_missing")["code"], "key.scope_missing");
    let listed = world.server.get("/v1/clients").json(200);
    assert!(!listed.to_string().contains(&app.secret), "no list shows a secret");
    let undeclared = json!({ "recipient": "nobody", "metadata": { "client_name": "X", "redirect_uris": [BACK] } });
    world.server.post("/v1/clients", &undeclared).problem(422, "recipient.undeclared");
    let unshared = json!({ "recipient": "portal", "purposes": ["tips"], "metadata": { "client_name": "X", "redirect_uris": [BACK] } });
    world.server.post("/v1/clients", &unshared).problem(422, "client.purpose_unshared");
}
