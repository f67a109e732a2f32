//! A front door with people behind it, and how a browser signs in at it.

use std::path::Path;

use candor_vault::{NewContract, NewRecord, NewSubject};
use candor_words::SubjectId;

use crate::{Client, Opened};

/// A policy that lets people in.
const POLICY: &str = include_str!("../../../tests/tests/door.candor");
/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// Makes a data directory with so many people; the first `n_with_password` can sign in.
pub async fn people(folder: &Path, n_people: usize, n_with_password: usize) -> Vec<SubjectId> {
    let opened = Opened::create(folder, POLICY).await;
    let mut made = Vec::with_capacity(n_people);
    for n in 0..n_people {
        let mut values = vec![("email", address(n)), ("company", "Example Works".to_owned())];
        let password = if n < n_with_password { PASSWORD } else { "" };
        let hash = match password {
            "" => "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdA$bm9ib2R5J3MgaGFzaCwgdGhpcnR5LXR3byBieXRlcyE"
                .to_owned(),
            chosen => opened.vault.hash_password(candor_words::Secret::new(chosen.to_owned())).await.expect("a hash"),
        };
        values.push(("password", hash));
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        let record = NewRecord { group: "account".into(), values, source: "subject".into() };
        let new = NewSubject { records: vec![record], contract: Some(NewContract::default()) };
        made.push(opened.vault.create_subject(&opened.caller, new).await.expect("a subject").subject);
    }
    opened.store.close().await;
    made
}

/// The address that somebody signs in with.
pub fn address(n: usize) -> String {
    format!("person{n}@people.example")
}

/// A browser at the sign-in page.
pub struct Browser {
    client: Client,
    guest: String,
    form_token: String,
}

impl Browser {
    /// Opens the sign-in page.
    pub fn at_the_door(mut client: Client) -> Self {
        let page = client.browse("GET", "/bench/sign-in", "", "").expect("the page");
        let guest = page.cookie("__Host-candor-guest").expect("a cookie").to_owned();
        let text = String::from_utf8_lossy(&page.body);
        let (_, rest) = text.split_once("name=\"form_token\" value=\"").expect("a form");
        let form_token = rest.split('"').next().unwrap_or_default().to_owned();
        Self { client, guest, form_token }
    }

    /// Signs somebody in by their password, all the way: the cookie of the session.
    pub fn sign_in(&mut self, n: usize) -> String {
        let form = format!(
            "form_token={}&identifier={}&password={}",
            self.form_token,
            address(n).replace('@', "%40"),
            PASSWORD.replace(' ', "+")
        );
        let answer = self.client.browse("POST", "/bench/sign-in", &self.guest, &form).expect("an answer");
        let session = answer.cookie("__Host-candor-session");
        session.unwrap_or_else(|| panic!("{}\n{}", answer.head, String::from_utf8_lossy(&answer.body))).to_owned()
    }
}
