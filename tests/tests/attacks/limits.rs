//! Guessing: many passwords at one account, one password at many accounts, many pairs from one place.

use candor_tests::{FrontDoor, PASSWORD, Visitor};

/// The most failures of one network, as `services/identity` has it.
const NETWORK_MAX: usize = 50;
/// The most failures of one account, as `services/vault` has it.
const ACCOUNT_MAX: usize = 10;

/// Tries these pairs side by side; how many were looked at, and how many were not.
fn tried(visitors: Vec<(Visitor, String)>, door: &FrontDoor) -> (usize, usize) {
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let attempt = |(mut visitor, identifier): (Visitor, String)| {
            scope.spawn(move || door.sign_in(&mut visitor, &identifier, "Winter2026!").status)
        };
        let attempts: Vec<_> = visitors.into_iter().map(attempt).collect();
        attempts.into_iter().map(|attempt| attempt.join().unwrap()).collect()
    });
    let n = |status| statuses.iter().filter(|known| **known == status).count();
    assert_eq!(n(422) + n(429), statuses.len(), "{statuses:?}");
    (n(422), n(429))
}

#[test]
fn many_passwords_at_one_account_are_stopped_from_wherever_they_come() {
    let door = FrontDoor::open();
    door.sign_up("ada@example.org");
    let everywhere = (0..ACCOUNT_MAX + 5).map(|_| (door.visitor(), "ada@example.org".to_owned())).collect();
    assert_eq!(tried(everywhere, &door), (ACCOUNT_MAX, 5));
    // Others sign in meanwhile.
    let mut bob = door.sign_up("bob@example.org");
    assert_eq!(bob.get("/door/account/prove").status, 200);
}

#[test]
fn one_password_at_many_accounts_from_one_network_is_stopped_and_other_networks_go_on() {
    let door = FrontDoor::open();
    door.sign_up("ada@example.org");
    // Neighbours are one network: changing the last part of the address does not help.
    let spray = |n: usize| (door.visitor_from(&format!("203.0.113.{}", n % 200 + 1)), format!("person{n}@example.org"));
    assert_eq!(tried((0..NETWORK_MAX + 10).map(spray).collect(), &door), (NETWORK_MAX, 10));
    let mut near = door.visitor_from("203.0.113.250");
    assert_eq!(door.sign_in(&mut near, "ada@example.org", PASSWORD).status, 429);
    let mut far = door.visitor_from("203.0.114.1");
    assert_eq!(door.sign_in(&mut far, "ada@example.org", PASSWORD).status, 303);
}

#[test]
fn nobody_escapes_the_limit_of_their_network_by_saying_that_they_come_from_elsewhere() {
    // No proxy is believed here.
    let setup = candor_tests::Setup {
        environment: vec![("CANDOR_TRUSTED_PROXIES", "192.0.2.1".to_owned())],
        ..Default::default()
    };
    let door = FrontDoor::open_believing(setup);
    let spray = |n: usize| (door.visitor(), format!("person{n}@example.org"));
    assert_eq!(tried((0..NETWORK_MAX + 10).map(spray).collect(), &door), (NETWORK_MAX, 10));
}
