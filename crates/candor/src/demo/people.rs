//! A made-up person.

use super::chance::Chance;
use super::names::{COMPANIES, FIRST, JOBS, LANGUAGES, LAST, PLACES};

/// What the records of one person agree on.
#[derive(Debug, Clone)]
pub struct Person {
    /// The given name.
    pub first: &'static str,
    /// The family name.
    pub last: &'static str,
    /// The organisation.
    pub company: &'static str,
    /// What the person does there.
    pub job: &'static str,
    /// Where the person is.
    pub place: &'static str,
    /// A language tag.
    pub language: &'static str,
    /// Unique in the tenant, in lower-case ASCII.
    pub handle: String,
    /// The organisation's domain.
    pub domain: String,
}

impl Person {
    /// Makes the `n`th person of a tenant.
    pub fn new(chance: &mut Chance, n: usize) -> Self {
        let (first, last) = (chance.one_of(&FIRST), chance.one_of(&LAST));
        let company = chance.one_of(&COMPANIES);
        let handle = format!("{}.{}{n}", ascii(first), ascii(last));
        let domain = format!("{}.example", ascii(company));
        let (job, place, language) = (chance.one_of(&JOBS), chance.one_of(&PLACES), chance.one_of(&LANGUAGES));
        Self { first, last, company, job, place, language, handle, domain }
    }

    /// An address at the organisation.
    pub fn email(&self) -> String {
        format!("{}@{}", self.handle, self.domain)
    }

    /// Both names.
    pub fn name(&self) -> String {
        format!("{} {}", self.first, self.last)
    }
}

/// Letters that an address may hold.
fn ascii(text: &str) -> String {
    let letters = text.to_lowercase();
    letters.chars().map(|letter| if letter == 'é' { 'e' } else { letter }).filter(char::is_ascii_alphanumeric).collect()
}
