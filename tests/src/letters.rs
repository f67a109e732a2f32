//! What many visits of the front door have in common: signing up and in, and the codes that come by mail.

use std::time::{Duration, Instant};

use candor_factors::TotpSecret;

use crate::{MailSink, Visitor};

/// The text of the newest letter to somebody that holds a part; waits for it.
///
/// # Panics
/// None came in time.
#[track_caller]
pub fn letter(sink: &MailSink, to: &str, part: &str) -> String {
    letters(sink, to, part, 1).remove(0)
}

/// The texts of every letter to somebody that holds a part, the newest first; waits until there are `n`.
///
/// # Panics
/// Fewer came in time.
#[track_caller]
pub fn letters(sink: &MailSink, to: &str, part: &str, n: usize) -> Vec<String> {
    let began_at = Instant::now();
    loop {
        let mails = sink.mails();
        let of = |mail: &crate::Mail| (mail.to == [to]).then(|| unfolded(&mail.raw)).filter(|text| text.contains(part));
        let found: Vec<String> = mails.iter().rev().filter_map(of).collect();
        if found.len() >= n {
            return found;
        }
        assert!(began_at.elapsed() < Duration::from_secs(150), "{} of {n} letters `{part}` came to {to}", found.len());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Long lines are folded in transport.
fn unfolded(raw: &str) -> String {
    raw.replace("=\n", "").replace("=3D", "=")
}

/// The path and query of the address in a letter that leads to a page of the tenant.
#[track_caller]
pub fn link(letter: &str, slug: &str) -> String {
    let at = letter.find("://").expect("a link");
    let link = letter[at..].split_whitespace().next().unwrap_or_default();
    let path = link.find(&format!("/{slug}/")).expect("a page of the tenant");
    link[path..].to_owned()
}

/// The path and query of the address below `base` in a mail as it came.
#[track_caller]
pub fn link_below(raw: &str, base: &str) -> String {
    let text = unfolded(raw);
    let (_, rest) = text.split_once(base).expect("a link");
    rest.split_whitespace().next().unwrap_or_default().to_owned()
}

/// Six digits that a message carries.
#[track_caller]
pub fn digits(text: &str) -> String {
    let mut parts = text.split(|letter: char| !letter.is_ascii_digit());
    parts.find(|part| part.len() == 6).expect("six digits").to_owned()
}

/// The secret of an authenticator app as a page shows it, in groups of four.
#[track_caller]
pub fn app_secret(page: &str) -> TotpSecret {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let shown = page.split("<code>").skip(1).map(|rest| rest.split('<').next().unwrap_or_default());
    let text = shown.into_iter().find(|text| text.len() == 39).expect("a secret");
    let digits: Vec<u64> = text
        .chars()
        .filter(|letter| *letter != ' ')
        .map(|letter| ALPHABET.find(letter).expect("base32") as u64)
        .collect();
    let word = |chunk: &[u64]| chunk.iter().fold(0, |word, digit| (word << 5) | digit).to_be_bytes()[3..].to_vec();
    let bytes: Vec<u8> = digits.chunks(8).flat_map(word).collect();
    TotpSecret::from_bytes(&bytes).expect("twenty bytes")
}

impl Visitor {
    /// Signs somebody up with further fields, and confirms their address: signed in afterwards.
    #[track_caller]
    pub fn join(&mut self, slug: &str, sink: &MailSink, email: &str, fields: &[(&str, &str)]) {
        assert_eq!(self.get(&format!("/{slug}/sign-up")).status, 200, "{}", self.page());
        let policy = self.hidden("policy").unwrap_or_default();
        let own = [("policy", policy.as_str()), ("born", "1990-12-31"), ("account.email", email)];
        let fields: Vec<_> = own.iter().chain(fields).copied().collect();
        let reply = self.submit(&format!("/{slug}/sign-up"), &fields);
        assert_eq!(reply.status, 200, "{}", self.page());
        let confirm = link(&letter(sink, email, "/sign-up/confirm"), slug);
        assert_eq!(self.get(&confirm).status, 200, "{}", self.page());
        let code = self.hidden("code").expect("the code");
        let reply = self.submit(&format!("/{slug}/sign-up/confirm"), &[("code", &code)]);
        assert_eq!(reply.status, 303, "{}", self.page());
    }

    /// Enters name and password; where the answer leads.
    #[track_caller]
    pub fn enter(&mut self, slug: &str, name: &str, password: &str) -> String {
        self.get(&format!("/{slug}/sign-in"));
        let reply = self.submit(&format!("/{slug}/sign-in"), &[("identifier", name), ("password", password)]);
        match reply.status {
            303 => crate::visitor::location(&reply),
            status => panic!("{status}: {}", self.page()),
        }
    }

    /// True while a session is open that reaches the account.
    pub fn is_signed_in(&mut self, slug: &str) -> bool {
        self.get(&format!("/{slug}/account/prove")).status == 200
    }
}
