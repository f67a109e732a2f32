//! A ledger followed from outside, as an auditor would who comes by after each change.
//!
//! Every entry ever seen is kept, and the signed root must be that of these entries and the new ones:
//! whatever was removed or rewritten between two visits is found at the second.

use candor_ledger::{
    Appender, BUNDLE_ENTRIES_MAX, Checkpoint, ConsistencyProof, Digest, Entry, VerifierKey, bundle_path, split_bundle,
    verify_consistency,
};

use crate::Client;

/// All that was ever seen of one ledger.
pub struct Mirror {
    ledger: String,
    key: VerifierKey,
    log: Appender,
    root: Digest,
    entries: Vec<Entry>,
}

impl Mirror {
    /// Begins to follow the ledger of a tenant; its key is fetched once.
    #[track_caller]
    pub fn of(client: &Client, slug: &str) -> Self {
        let ledger = format!("/ledger/{slug}");
        let key = client.anonymous().get(&format!("{ledger}/key")).text();
        let key = VerifierKey::parse(key.trim()).expect("a verifier key");
        Self { ledger, key, log: Appender::new(), root: Digest::of(b""), entries: Vec::new() }
    }

    /// Reads what was added since, and checks that it continues what was seen and is what was signed.
    #[track_caller]
    pub fn catch_up(&mut self, client: &Client) {
        let client = client.anonymous();
        let note = client.get(&format!("{}/checkpoint", self.ledger)).bytes;
        let head = Checkpoint::open(&note, &self.key).expect("a checkpoint that verifies");
        let (old_root, old_size) = (self.root, self.size());
        assert!(head.size >= old_size, "the ledger has shrunk from {old_size} to {} entries", head.size);
        let width = BUNDLE_ENTRIES_MAX as u64;
        while self.size() < head.size {
            let index = self.size() / width;
            let end = head.size.min((index + 1) * width);
            let path = bundle_path(index, (end - index * width) as u16);
            let reply = client.get(&format!("{}/{path}", self.ledger));
            assert_eq!(reply.status, 200, "{path}: {}", reply.text());
            let bundle = split_bundle(&reply.bytes).expect("a bundle");
            let new = &bundle[(self.size() - index * width) as usize..];
            self.entries.extend(new.iter().map(|entry| Entry::decode(entry).expect("an entry")));
            self.root = self.log.append(new).expect("entries that fit").root;
        }
        assert_eq!(self.root, head.root, "the signed root is not that of all entries seen");
        let asked = format!("{}/consistency?from={old_size}&to={}", self.ledger, head.size);
        let proof: ConsistencyProof = serde_json::from_value(client.get(&asked).json(200)).expect("a proof");
        assert_eq!((proof.old_size, proof.size), (old_size, head.size));
        verify_consistency(&proof, &old_root, &head.root).expect("a proof that verifies");
    }

    /// Every entry that was seen.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How many entries were seen.
    pub fn size(&self) -> u64 {
        self.entries.len() as u64
    }

    /// An entry that an answer named.
    #[track_caller]
    pub fn entry(&self, index: u64) -> &Entry {
        let found = usize::try_from(index).ok().and_then(|index| self.entries.get(index));
        found.unwrap_or_else(|| panic!("entry {index} was answered, and the ledger has {} entries", self.size()))
    }
}
