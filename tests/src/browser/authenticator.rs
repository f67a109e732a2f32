//! A security key or a phone that the browser believes to have: passkeys without a finger.

use serde_json::{Value, json};

use super::Page;

/// What kind of authenticator it is.
#[derive(Debug, Clone, Copy)]
pub struct Authenticator {
    /// It keeps passkeys itself, so that nobody has to type who they are.
    pub keeps_passkeys: bool,
    /// It can make sure who holds it, by a finger or a number.
    pub can_verify_user: bool,
    /// Built into the machine, or carried about.
    pub is_built_in: bool,
}

impl Default for Authenticator {
    fn default() -> Self {
        Self { keeps_passkeys: true, can_verify_user: true, is_built_in: true }
    }
}

/// An authenticator of one page. It always finds somebody present; see [`Passkeys::verifies_user`].
pub struct Passkeys<'a> {
    page: &'a Page,
    id: String,
}

impl Page {
    /// Gives the page an authenticator. Passkeys need a name as host, `localhost`: an address is none.
    #[track_caller]
    pub fn add_authenticator(&self, authenticator: Authenticator) -> Passkeys<'_> {
        let options = json!({
            "protocol": "ctap2",
            "transport": if authenticator.is_built_in { "internal" } else { "usb" },
            "hasResidentKey": authenticator.keeps_passkeys,
            "hasUserVerification": authenticator.can_verify_user,
            "isUserVerified": authenticator.can_verify_user,
            "automaticPresenceSimulation": true,
        });
        let id = self.act("addAuthenticator", json!({ "options": options }));
        Passkeys { page: self, id: id.as_str().expect("an id").to_owned() }
    }
}

impl Passkeys<'_> {
    /// The credentials it holds, private keys included, as the DevTools protocol tells them.
    #[track_caller]
    pub fn all(&self) -> Vec<Value> {
        let all = self.page.act("credentials", json!({ "authenticator": self.id }));
        all.as_array().expect("a list").clone()
    }

    /// Puts a credential into it, such as a copy of another's or one with an older counter.
    #[track_caller]
    pub fn add(&self, credential: &Value) {
        self.page.act("addCredential", json!({ "authenticator": self.id, "credential": credential }));
    }

    /// Takes a credential out of it, by its id.
    #[track_caller]
    pub fn remove(&self, credential: &str) {
        self.page.act("removeCredential", json!({ "authenticator": self.id, "credential": credential }));
    }

    /// From now on it makes sure who holds it, or fails to.
    #[track_caller]
    pub fn verifies_user(&self, is: bool) {
        self.page.act("verifiesUser", json!({ "authenticator": self.id, "is": is }));
    }

    /// Takes it from the page.
    #[track_caller]
    pub fn take_away(self) {
        self.page.act("removeAuthenticator", json!({ "authenticator": self.id }));
    }
}
