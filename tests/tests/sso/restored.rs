//! A backup brings no client back that was removed after it, nor a secret that was renewed.

use candor_tests::{Client, Reply, text};
use serde_json::json;

use crate::world::{App, post_to, world};

fn own_token(server: &Client, app: &App) -> Reply {
    let fields = [("grant_type", "client_credentials"), ("client_id", app.id.as_str()), ("client_secret", &app.secret)];
    post_to(server, "/clients/token", &fields, &[])
}

#[test]
fn a_client_that_was_removed_stays_removed_after_a_restore() {
    let mut world = world();
    let app = || {
        world.app(json!({
            "grant_types": ["client_credentials"], "token_endpoint_auth_method": "client_secret_post",
        }))
    };
    let (kept, removed, renewed) = (app(), app(), app());
    for app in [&kept, &removed, &renewed] {
        assert_eq!(own_token(&world.server, app).status, 200);
    }
    let backups = world.server.backups();
    let backup = backups.back_up();
    let client = |app: &App| format!("/v1/clients/{}", app.id);
    assert_eq!(world.server.send("DELETE", &client(&removed), &json!({}), &[]).status, 204);
    assert_eq!(own_token(&world.server, &removed).status, 401, "at once");
    let fresh = world.server.post(&format!("{}/secret", client(&renewed)), &json!({})).json(200);
    assert_eq!(own_token(&world.server, &renewed).status, 401, "the old secret, at once");
    let fresh = App { id: renewed.id.clone(), secret: text(&fresh["client_secret"]).to_owned() };
    assert_eq!(own_token(&world.server, &fresh).status, 200);

    let (data, into) = (world.server.folder().join("data"), world.server.folder().join("restored"));
    world.server.tell_to_stop();
    assert!(world.server.ends_well());
    backups.restore(&backup, &into, &["--ledger", &data.display().to_string()], 0);
    let restored = backups.serve(&into, &world.server);
    let listed = restored.get("/v1/clients").json(200);
    let ids: Vec<&str> = listed["items"].as_array().unwrap().iter().map(|one| text(&one["client_id"])).collect();
    assert_eq!(ids, [kept.id.as_str()], "{listed}");
    restored.get(&client(&removed)).problem(404, "client.unknown");
    for gone in [&removed, &renewed, &fresh] {
        assert_ne!(own_token(&restored, gone).status, 200);
    }
}
