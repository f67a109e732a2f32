//! Connections that break, locks that others hold, servers that start again, and ways that would show data.

use std::time::Duration;

use candor_connect::ConnectError;
use candor_places::Did;

use crate::deeds::{SHOP, SHOP_PLACES};
use crate::server::PostgresServer;
use crate::support::*;
use crate::{connector, connector_at};

/// Erasing somebody waits at this table until it is let go.
async fn held(server: &PostgresServer) -> tokio_postgres::Client {
    let holder = server.client().await;
    holder.batch_execute("BEGIN; LOCK TABLE messages IN EXCLUSIVE MODE").await.unwrap();
    holder
}

async fn waits(server: &PostgresServer) -> bool {
    let asked = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'candor' AND wait_event_type = 'Lock'";
    for _ in 0..6_000 {
        if server.rows(asked).await == ["1"] {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}

#[tokio::test]
async fn a_lock_that_others_hold_is_told_as_busy_and_nothing_is_done() {
    let server = PostgresServer::start();
    server.run(SHOP).await;
    let connector = connector(&server, SHOP_PLACES);
    let holder = held(&server).await;
    let error = connector.carry_out(&erasure(vec![by_email("ada@x.example")])).await.unwrap_err();
    assert_eq!(error, ConnectError::Busy { retry_after_seconds: None });
    assert!(error.is_passing());
    holder.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(server.rows("SELECT count(*) FROM users").await, ["2"]);
    assert_eq!(rows(&erase(connector.as_ref(), "ada@x.example").await, "users", Did::Deleted), 1);
}

#[tokio::test]
async fn a_connection_killed_in_the_middle_leaves_all_or_nothing() {
    for n_people in [1, 150] {
        let server = PostgresServer::start();
        server.run(SHOP).await;
        let connector = connector(&server, SHOP_PLACES);
        let holder = held(&server).await;
        let mut people = vec![by_email("ada@x.example")];
        people.extend((1..n_people).map(|n| by_email(&format!("nobody{n}@x.example"))));
        let working = connector.clone();
        let task = tokio::spawn(async move { working.carry_out(&erasure(people)).await });
        assert!(waits(&server).await);
        server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'candor'").await;
        let error = task.await.unwrap().unwrap_err();
        assert!(matches!(error, ConnectError::Unreachable { .. }), "{error}");
        holder.batch_execute("ROLLBACK").await.unwrap();
        let states = "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM orders WHERE ship_to IS NULL), (SELECT count(*) FROM messages)";
        assert_eq!(server.rows(states).await, ["2|0|3"]);
        erase(connector.as_ref(), "ada@x.example").await;
        assert_eq!(server.rows(states).await, ["1|1|2"]);
    }
}

#[tokio::test]
async fn a_server_that_went_and_came_back_is_used_again() {
    let mut server = PostgresServer::start();
    server.run(SHOP).await;
    let connector = connector(&server, SHOP_PLACES);
    assert!(!traces(connector.as_ref(), "ada@x.example").await.is_empty());
    server.stop();
    let error = connector.carry_out(&erasure(vec![by_email("ada@x.example")])).await.unwrap_err();
    assert!(matches!(error, ConnectError::Unreachable { .. }) && error.is_passing(), "{error}");
    server.resume();
    assert_eq!(rows(&erase(connector.as_ref(), "ada@x.example").await, "users", Did::Deleted), 1);
}

#[tokio::test]
async fn a_work_given_up_in_the_middle_is_undone() {
    let server = PostgresServer::start();
    server.run(SHOP).await;
    let connector = connector(&server, SHOP_PLACES);
    let holder = held(&server).await;
    let people = (0..150).map(|n| by_email(&format!("nobody{n}@x.example"))).chain([by_email("ada@x.example")]);
    let (working, task) = (connector.clone(), erasure(people.collect()));
    let given_up = tokio::spawn(async move { working.carry_out(&task).await });
    assert!(waits(&server).await);
    given_up.abort();
    let _ = given_up.await;
    holder.batch_execute("ROLLBACK").await.unwrap();
    let open = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'candor' AND state <> 'idle'";
    for _ in 0..6_000 {
        if server.rows(open).await == ["0"] {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(server.rows("SELECT count(*) FROM users").await, ["2"]);
    assert_eq!(rows(&erase(connector.as_ref(), "ada@x.example").await, "users", Did::Deleted), 1);
}

#[tokio::test]
async fn credentials_that_are_refused_are_told_without_them() {
    let server = PostgresServer::start();
    let connector = connector_at(&server.address_of("postgres", "planted"), SHOP_PLACES);
    let error = connector.catalogue().await.unwrap_err();
    assert!(
        matches!(error, ConnectError::PrivilegeMissing { .. }) && !error.to_string().contains("planted"),
        "{error}"
    );
}

#[tokio::test]
async fn over_tls_only_a_trusted_certificate_is_spoken_with() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let server = PostgresServer::start_with_tls(&made.cert.pem(), &made.signing_key.serialize_pem());
    server.run(SHOP).await;
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("ca.pem");
    std::fs::write(&trusted, made.cert.pem()).unwrap();
    let named = server.address().replace("127.0.0.1", "localhost");
    let address = format!("{named}?sslmode=require&sslrootcert={}", trusted.display());
    let connector = connector_at(&address, SHOP_PLACES);
    assert_eq!(rows(&erase(connector.as_ref(), "ada@x.example").await, "users", Did::Deleted), 1);
    let error = connector_at(&format!("{named}?sslmode=require"), SHOP_PLACES).catalogue().await.unwrap_err();
    assert!(matches!(error, ConnectError::Unreachable { .. }), "{error}");
}
