//! An address is told as verified when its holder confirmed it here, and never otherwise.

use std::path::Path;

use candor_tests::{FrontDoor, PASSWORD, Setup, text};
use serde_json::{Value, json};

use crate::world::{BACK, VERIFIER, agree, app_at, authorize, claims, post_to, said};

#[test]
fn an_address_is_verified_once_its_holder_confirmed_it() {
    let policies = vec![Path::new("tests/tests/clients.candor").to_owned()];
    let door = FrontDoor::open_as(Setup { policies, ..Setup::default() });
    let server = door.server.tenant("clients");
    let app = app_at(&server, json!({ "redirect_uris": [BACK], "token_endpoint_auth_method": "client_secret_post" }));
    let mut visitor = door.visitor();
    visitor.get("/clients/sign-up");
    let policy = visitor.hidden("policy").unwrap_or_default();
    let fields = [
        ("policy", policy.as_str()),
        ("account.email", "ada@example.org"),
        ("account.name", "Ada"),
        ("account.password", PASSWORD),
        ("consent.tips", "no"),
    ];
    assert_eq!(visitor.submit("/clients/sign-up", &fields).status, 200, "{}", visitor.page());
    visitor.get(&door.link(0));
    let code = visitor.hidden("code").expect("a code");
    assert_eq!(visitor.submit("/clients/sign-up/confirm", &[("code", &code)]).status, 303, "{}", visitor.page());

    let mut told = || {
        let back = agree(&mut visitor, &authorize(&app, &[("scope", "openid profile")]), true);
        let code = said(&back, "code").expect("a code");
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
            ("client_id", &app.id),
            ("client_secret", &app.secret),
        ];
        let tokens = post_to(&server, "/clients/token", &fields, &[]).json(200);
        let id = claims(text(&tokens["id_token"]));
        assert_eq!((id.get("email"), id.get("email_verified")), (None, None), "no field, and nothing of one: {id}");
        let bearer = format!("Bearer {}", text(&tokens["access_token"]));
        let headers = [("authorization", bearer.as_str())];
        server.anonymous().send_bytes("GET", "/clients/userinfo", b"", &headers).json(200)
    };
    let verified = |told: &Value| (told["email"].clone(), told["email_verified"].clone());
    assert_eq!(verified(&told()), (json!("ada@example.org"), json!(true)));

    // An address that somebody else wrote was confirmed by nobody.
    let find = json!({ "purpose": "sign_in", "field": "account.email", "value": "ada@example.org" });
    let subject = server.post("/v1/subjects/find", &find).json(200);
    let ada = server.known(text(&subject["subject"]));
    ada.change("account", &json!({ "email": "countess@example.org" })).json(200);
    assert_eq!(verified(&told()), (json!("countess@example.org"), json!(false)));
    // The one from before still was.
    ada.change("account", &json!({ "email": "Ada@example.org" })).json(200);
    assert_eq!(verified(&told()), (json!("Ada@example.org"), json!(true)));
}
