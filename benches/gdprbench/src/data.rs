//! The records of GDPRbench: for record N, the Nth value of every field, round and round.

use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Purposes (field PUR).
pub const PURPOSES: u64 = 25;
/// Values of TTL, ACL, SHR, SRC and CAT alike.
pub const TENS: u64 = 10;
/// Kinds of record: what purpose, lifetime, sharing and category have in common.
pub const KINDS: u64 = 50;
/// The bytes of the field Data in GDPRbench.
pub const TEXT_BYTES: usize = 100;
/// The bytes of the field Data now: space is looked at with longer texts too.
static TEXT_BYTES_NOW: AtomicUsize = AtomicUsize::new(TEXT_BYTES);
/// Records of a user that are loaded.
pub const RECORDS_A_USER: u64 = 10;

/// Makes the texts of all records drawn from now on as long as this.
pub fn set_text_bytes(text_bytes: usize) {
    TEXT_BYTES_NOW.store(text_bytes, Ordering::Relaxed);
}

/// How many users there are: a tenth of the records, and a multiple of what every field repeats after.
pub fn n_users(n_records: u64) -> u64 {
    (n_records / RECORDS_A_USER / 100 * 100).max(100)
}

/// What a person chose, as far as the benchmark changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Choices {
    /// Field OBJ: objected to being studied.
    pub objected: bool,
    /// Field DEC: agreed to being scored.
    pub scored: bool,
    /// Field SHR: told us to share with the partner.
    pub shared: bool,
}

impl Choices {
    /// What user N begins with: half of each kind objected, half agreed.
    pub fn at_first(user: u64) -> Self {
        Self { objected: user / 50 % 2 == 1, scored: user / 100 % 2 == 1, shared: false }
    }
}

/// The kind of a user's records.
pub fn kind(user: u64) -> u64 {
    user % KINDS
}

/// The text of record N, in its `edition`th edition: the number and its running hash, until it is full.
pub fn text(n: u64, edition: u64) -> String {
    let mut text = if edition == 0 { n.to_string() } else { format!("{n}.{edition}") };
    let text_bytes = TEXT_BYTES_NOW.load(Ordering::Relaxed);
    while text.len() < text_bytes {
        let hash = text.bytes().fold(0_i32, |hash, byte| hash.wrapping_mul(31).wrapping_add(i32::from(byte)));
        let _ = write!(text, ":{hash}");
    }
    text.truncate(text_bytes);
    text
}

/// The manifest that says of all records what GDPRbench says of each.
pub fn policy() -> String {
    let mut policy = String::from(
        "policy \"GDPRbench\", version 2026-01-01, in en\n\
         controller \"Bench Ltd\" in IN, contact privacy@bench.example\nlaw gdpr\n\n",
    );
    for kind in 0..KINDS {
        let _ = writeln!(
            policy,
            "data kind{kind} \"Kind {kind}\", many per subject {{\n    data: Communication, from subject, linked src{}\n}}",
            kind % TENS
        );
    }
    for purpose in 0..PURPOSES {
        let (one, other) = (purpose, purpose + PURPOSES);
        let _ = writeln!(
            policy,
            "purpose purpose{purpose} \"Purpose {purpose}\" is ServiceProvision {{\n    because contract\n    uses kind{one}, kind{other}\n    \
             share kind{one} with shr{}\n    share kind{other} with shr{}\n    share kind{one}, kind{other} with partner, on instruction\n}}",
            one % TENS,
            other % TENS
        );
    }
    for ten in 0..TENS {
        let kinds = (0..KINDS).filter(|kind| kind % TENS == ten).map(|kind| format!("kind{kind}"));
        let kinds = kinds.collect::<Vec<_>>().join(", ");
        let _ = writeln!(
            policy,
            "purpose study{ten} \"Study {ten}\" is ResearchAndDevelopment {{\n    because legitimate interest \"knowing what helps\"\n    uses {kinds}\n}}\n\
             purpose scoring{ten} \"Scoring {ten}\" is ServicePersonalisation {{\n    because consent\n    uses {kinds}\n    notice \"May a program score you?\"\n}}\n\
             recipient shr{ten} \"Recipient {ten}\" in IN, processor\n\
             keep {kinds} until {} days after created, then erase",
            30 + 30 * ten
        );
    }
    policy.push_str("recipient partner \"Partner\" in IN, controller\n");
    policy
}
