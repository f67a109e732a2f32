//! Rules that recognise personal data: by what a column is called, and by what stands in it.
//!
//! They propose; a person decides. Values count more than names, where enough of them agree; numbers of accounts and cards must
//! pass their checksums (ISO 13616, ISO/IEC 7812-1).

use std::net::IpAddr;

/// What a column is likely to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Likely {
    /// The term of the W3C Data Privacy Vocabulary.
    pub term: &'static str,
    /// What such a field may be called.
    pub field: &'static str,
    /// A value of it is likely to name one person.
    pub identifies: bool,
    /// What made it likely.
    pub because: Because,
}

/// What made something likely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// The column's name.
    Name,
    /// Most of the values looked at.
    Values,
}

/// At most so many values are looked at.
const VALUES_MAX: usize = 1_000;
/// Longer values are no such thing.
const VALUE_BYTES_MAX: usize = 512;

type Rule = (&'static str, &'static str, bool, fn(&str) -> bool);

const BY_VALUE: [Rule; 8] = [
    ("EmailAddress", "email", true, is_email),
    ("Password", "password", false, is_password_hash),
    ("BankAccount", "iban", false, is_iban),
    ("PaymentCardNumber", "card", false, is_card),
    ("MACAddress", "mac", false, is_mac),
    ("IPAddress", "ip", false, is_ip),
    ("TelephoneNumber", "phone", false, is_phone),
    ("Authenticating", "token", false, is_token),
];

/// Words of a column's name; every word of a rule must stand in it.
const BY_NAME: [(&[&str], &str, &str, bool); 45] = [
    // An address of the network is many people's, whatever else the column's name says.
    (&["ip"], "IPAddress", "ip", false),
    (&["email"], "EmailAddress", "email", true),
    (&["emails"], "EmailAddress", "email", true),
    (&["mail"], "EmailAddress", "email", true),
    (&["password"], "Password", "password", false),
    (&["passwd"], "Password", "password", false),
    (&["pass"], "Password", "password", false),
    (&["pwd"], "Password", "password", false),
    (&["token"], "Authenticating", "token", false),
    (&["secret"], "Authenticating", "token", false),
    (&["session"], "Authenticating", "token", false),
    (&["login"], "Username", "login", true),
    (&["username"], "Username", "login", true),
    (&["user", "name"], "Username", "login", true),
    (&["nickname"], "Username", "nickname", false),
    (&["first", "name"], "Name", "name", false),
    (&["last", "name"], "Name", "name", false),
    (&["full", "name"], "Name", "name", false),
    (&["display", "name"], "Name", "name", false),
    (&["given", "name"], "Name", "name", false),
    (&["family", "name"], "Name", "name", false),
    (&["givenname"], "Name", "name", false),
    (&["surname"], "Name", "name", false),
    (&["firstname"], "Name", "name", false),
    (&["lastname"], "Name", "name", false),
    (&["phone"], "TelephoneNumber", "phone", false),
    (&["telephone"], "TelephoneNumber", "phone", false),
    (&["phones"], "TelephoneNumber", "phone", false),
    (&["mobile"], "TelephoneNumber", "phone", false),
    (&["fax"], "TelephoneNumber", "phone", false),
    (&["born"], "BirthDate", "birthday", false),
    (&["birthdate"], "BirthDate", "birthday", false),
    (&["birthday"], "BirthDate", "birthday", false),
    (&["birth"], "BirthDate", "birthday", false),
    (&["dob"], "BirthDate", "birthday", false),
    (&["street"], "PhysicalAddress", "address", false),
    (&["address"], "PhysicalAddress", "address", false),
    (&["postcode"], "PhysicalAddress", "address", false),
    (&["zip"], "PhysicalAddress", "address", false),
    (&["city"], "City", "city", false),
    (&["iban"], "BankAccount", "iban", false),
    (&["gender"], "Gender", "gender", false),
    (&["avatar"], "Picture", "picture", false),
    (&["user", "agent"], "DeviceSoftware", "agent", false),
    (&["passport"], "Passport", "passport", false),
];

/// What a column is likely to hold, if any personal data.
pub fn recognise<'a>(column: &str, values: impl Iterator<Item = &'a str>) -> Option<Likely> {
    let values = values.flat_map(each).map(str::trim).filter(|it| !it.is_empty());
    let values: Vec<&str> = values.take(VALUES_MAX).collect();
    let by_name = named(column);
    for (term, field, identifies, is_one) in BY_VALUE {
        let n = values.iter().filter(|value| value.len() <= VALUE_BYTES_MAX && is_one(value)).count();
        // A few values say something only together with the name.
        let agrees = by_name.is_some_and(|it| it.term == term);
        if n > 0 && n * 10 >= values.len() * 6 && (values.len() >= 3 || agrees) {
            return Some(Likely { term, field, identifies, because: Because::Values });
        }
    }
    // An address of the network or of mail shows in its values.
    let shows = |term| matches!(term, "EmailAddress" | "IPAddress" | "BankAccount");
    by_name.filter(|it| values.len() < 3 || !shows(it.term))
}

/// What stands in an array as PostgreSQL writes it, or the value itself.
fn each(value: &str) -> impl Iterator<Item = &str> {
    let within = value.strip_prefix('{').and_then(|it| it.strip_suffix('}')).filter(|it| !it.contains(':'));
    let (one, many) = within.map_or((Some(value), None), |within| (None, Some(within)));
    one.into_iter().chain(many.into_iter().flat_map(|it| it.split(',')).map(|it| it.trim_matches('"')))
}

/// Whether an address of mail stands anywhere in a value.
pub(crate) fn holds_address(value: &str) -> bool {
    let ends = |letter: char| letter.is_whitespace() || "<>()[]{}\"',;:=".contains(letter);
    value.split(ends).map(|word| word.trim_matches('.')).any(is_email)
}

fn named(column: &str) -> Option<Likely> {
    let words = words(column);
    let rule = BY_NAME.iter().find(|(all, ..)| all.iter().all(|word| words.iter().any(|it| it == word)));
    rule.map(|(_, term, field, identifies)| Likely { term, field, identifies: *identifies, because: Because::Name })
}

/// `userEmail` and `user_email` are of the words user and email.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for letter in name.chars().take(256) {
        if !letter.is_alphanumeric() || (letter.is_uppercase() && was_small) {
            words.push(String::new());
        }
        was_small = letter.is_lowercase();
        if let (true, Some(word)) = (letter.is_alphanumeric(), words.last_mut()) {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

fn is_email(value: &str) -> bool {
    let Some((local, domain)) = value.rsplit_once('@') else { return false };
    let is_domain = domain.contains('.') && domain.chars().all(|it| it.is_alphanumeric() || matches!(it, '.' | '-'));
    !local.is_empty() && is_domain && !value.chars().any(char::is_whitespace)
}

/// With the length of its network, as PostgreSQL writes it, or without.
fn is_ip(value: &str) -> bool {
    value.split_once('/').map_or(value, |(address, _)| address).parse::<IpAddr>().is_ok()
}

fn is_phone(value: &str) -> bool {
    let n = value.chars().filter(char::is_ascii_digit).count();
    let is_written =
        value.chars().all(|it| it.is_ascii_digit() || matches!(it, '+' | ' ' | '-' | '(' | ')' | '/' | '.'));
    is_written && (7..=15).contains(&n) && (value.starts_with('+') || value.starts_with("00") || value.starts_with('('))
}

fn is_mac(value: &str) -> bool {
    let parts: Vec<&str> = value.split([':', '-']).collect();
    parts.len() == 6 && parts.iter().all(|part| part.len() == 2 && part.chars().all(|it| it.is_ascii_hexdigit()))
}

fn is_password_hash(value: &str) -> bool {
    ["$2a$", "$2b$", "$2y$", "$argon2", "$P$", "$wp$", "$scrypt$", "$5$", "$6$", "pbkdf2_", "{SSHA", "{CRYPT}"]
        .iter()
        .any(|start| value.starts_with(start))
}

/// A JSON Web Token; other tokens look like anything.
fn is_token(value: &str) -> bool {
    value.starts_with("eyJ") && value.matches('.').count() >= 2
}

fn is_iban(value: &str) -> bool {
    let letters: Vec<char> = value.chars().filter(|it| *it != ' ').collect();
    let head = letters.get(..4).unwrap_or_default();
    let is_headed = matches!(head, [a, b, c, d] if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit());
    if !is_headed || !(15..=34).contains(&letters.len()) {
        return false;
    }
    let mut rest = 0_u32;
    for letter in letters.iter().cycle().skip(4).take(letters.len()) {
        let Some(digit) = letter.to_digit(36).filter(|_| !letter.is_ascii_lowercase()) else { return false };
        rest = (rest * if digit > 9 { 100 } else { 10 } + digit) % 97;
    }
    rest == 1
}

fn is_card(value: &str) -> bool {
    let digits: Option<Vec<u32>> =
        value.chars().filter(|it| !matches!(it, ' ' | '-')).map(|letter| letter.to_digit(10)).collect();
    let Some(digits) = digits.filter(|digits| (13..=19).contains(&digits.len())) else { return false };
    if !matches!(digits.first(), Some(3..=6)) {
        return false;
    }
    let doubled = |(n, digit): (usize, &u32)| if n % 2 == 0 { *digit } else { digit * 2 / 10 + digit * 2 % 10 };
    digits.iter().rev().enumerate().map(doubled).sum::<u32>().is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(column: &str, values: &[&str], expected: Option<&str>) {
        let found = recognise(column, values.iter().copied());
        assert_eq!(found.map(|it| it.term), expected, "{column} {values:?}");
    }

    #[test]
    fn values_are_recognised_whatever_the_column_is_called() {
        check("c1", &["ada@x.example", "bob@y.example", "", "c@z.example"], Some("EmailAddress"));
        check("c1", &["10.0.0.1", "::1", "192.168.1.1"], Some("IPAddress"));
        check("c1", &["+49 30 123456", "+43 1 58858", "(030) 1234567"], Some("TelephoneNumber"));
        check(
            "c1",
            &["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "DE89370400440532013000"],
            Some("BankAccount"),
        );
        check("c1", &["4111 1111 1111 1111", "5555555555554444", "378282246310005"], Some("PaymentCardNumber"));
        check("c1", &["$2y$10$abc", "$argon2id$v=19$", "$P$Babc"], Some("Password"));
    }

    #[test]
    fn arrays_and_networks_are_read_as_postgresql_writes_them() {
        check("c1", &["{a@x.example,b@x.example}", "{}", "{c@x.example}"], Some("EmailAddress"));
        check("login_ip", &["203.0.113.7/32", "203.0.113.8/32", "2001:db8::1/128"], Some("IPAddress"));
        assert!(holds_address("{\"to\": [\"ada@x.example\"]}") && holds_address("write to <ada@x.example>."));
        assert!(!holds_address("@ada, see a@b"));
    }

    #[test]
    fn checksums_keep_numbers_apart_that_only_look_alike() {
        check("c1", &["4111 1111 1111 1112", "5555555555554445", "378282246310006"], None);
        check("c1", &["DE88370400440532013000", "GB83WEST12345698765432", "DE88370400440532013000"], None);
        check("n", &["1", "2", "3"], None);
    }

    #[test]
    fn names_are_read_word_by_word() {
        check("user_email", &[], Some("EmailAddress"));
        check("billingFirstName", &[], Some("Name"));
        check("given_name", &[], Some("Name"));
        check("last_login_ip", &[], Some("IPAddress"));
        check("description", &[], None);
        check("zip", &[], Some("PhysicalAddress"));
        check("ship", &[], None);
        // What stands there says otherwise.
        check("mail", &["yes", "no", "yes"], None);
    }
}
