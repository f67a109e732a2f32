//! What an auditor is handed: entries, notes, proofs, tiles, receipts, whole logs.

use candor_ledger::{
    Checkpoint, ConsentReceipt, ConsistencyProof, Digest, Entry, FetchError, InclusionProof, LogSource, Note, Receipt,
    VerifierKey, check_log, consistency_proof, inclusion_proof, root_at, split_bundle, verify_consistency,
    verify_inclusion,
};

/// What decodes encodes to the same bytes.
pub(crate) fn entry(bytes: &[u8]) {
    if let Ok(entry) = Entry::decode(bytes) {
        assert_eq!(entry.to_bytes(), bytes);
    }
}

/// Notes, checkpoints, keys and bundles of any bytes are read or refused.
pub(crate) fn note(bytes: &[u8]) {
    let _ = Note::parse(bytes);
    let _ = split_bundle(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Checkpoint::parse(text);
        let _ = VerifierKey::parse(text);
    }
}

/// Receipts of any bytes are read or refused, and none verifies under a key that signed nothing.
pub(crate) fn receipt(bytes: &[u8]) {
    if let Ok(receipt) = Receipt::parse(bytes) {
        assert!(receipt.verify(&nobody()).is_err());
    }
}

/// The same of consent receipts; what is read is written to the same receipt again.
pub(crate) fn consent_receipt(bytes: &[u8]) {
    if let Ok(receipt) = ConsentReceipt::parse(bytes) {
        assert!(receipt.verify(&nobody()).is_err());
        assert!(ConsentReceipt::parse(receipt.to_json().as_bytes()).is_ok());
    }
}

/// No proof leads to a root that nobody built.
pub(crate) fn proof(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first_chunk() else { return };
    let Some((second, rest)) = rest.split_first_chunk() else { return };
    let (first, second) = (u64::from_be_bytes(*first), u64::from_be_bytes(*second));
    let path: Vec<Digest> = rest.as_chunks().0.iter().copied().map(Digest).collect();
    let (leaf, root) = (Digest::of(b"a leaf"), Digest::of(b"a root that nobody built"));
    let inclusion = InclusionProof { index: first, size: second, path: path.clone() };
    assert!(verify_inclusion(&leaf, &inclusion, &root).is_err());
    let consistency = ConsistencyProof { old_size: first, size: second, path };
    assert!(verify_consistency(&consistency, &leaf, &root).is_err());
    if let Ok(read) = serde_json::from_slice::<InclusionProof>(rest) {
        assert!(verify_inclusion(&leaf, &read, &root).is_err());
    }
    if let Ok(read) = serde_json::from_slice::<ConsistencyProof>(rest) {
        assert!(verify_consistency(&read, &leaf, &root).is_err());
    }
}

/// Proofs are made of any tile or not at all, and one that is made verifies against the root of the same tile.
pub(crate) fn tile(bytes: &[u8]) {
    let Some((head, tile)) = bytes.split_first_chunk::<4>() else { return };
    let first = u64::from(u16::from_be_bytes([head[0], head[1]]));
    let size = u64::from(u16::from_be_bytes([head[2], head[3]]));
    let tiles = |level: u8, index: u64, _: u16| (level == 0 && index == 0).then(|| tile.to_vec());
    let Ok(root) = root_at(&tiles, size) else { return };
    if let Ok(proof) = inclusion_proof(&tiles, first, size) {
        let at = usize::try_from(first).expect("a small number") * 32;
        let leaf = Digest(tile[at..at + 32].try_into().expect("the tile was long enough for the root"));
        assert_eq!(verify_inclusion(&leaf, &proof, &root), Ok(()));
    }
    if let (Ok(proof), Ok(old_root)) = (consistency_proof(&tiles, first, size), root_at(&tiles, first)) {
        assert_eq!(verify_consistency(&proof, &old_root, &root), Ok(()));
    }
}

/// A log whose every file is a piece of the input is checked to an end, and never verified.
pub(crate) fn log(bytes: &[u8]) {
    let report = check_log(&Pieces(bytes), &nobody(), None);
    assert!(!report.is_verified());
    // The head is signed, so that what lies behind it is looked at.
    let report = check_log(&Signed(bytes), &signer().1, None);
    let _ = serde_json::to_string(&report).expect("a report can be written");
}

struct Pieces<'a>(&'a [u8]);

impl LogSource for Pieces<'_> {
    fn fetch(&self, path: &str, bytes_max: usize) -> Result<Option<Vec<u8>>, FetchError> {
        let at = usize::from(Digest::of(path.as_bytes()).0[0]) % 4;
        let piece = self.0.split(|byte| *byte == 0xff).nth(at);
        match piece {
            Some(piece) if piece.len() > bytes_max => Err(FetchError::new("too long")),
            piece => Ok(piece.map(<[u8]>::to_vec)),
        }
    }
}

/// A checkpoint that is signed over a size that the input names, and files of which each is the rest of it.
struct Signed<'a>(&'a [u8]);

impl LogSource for Signed<'_> {
    fn fetch(&self, path: &str, bytes_max: usize) -> Result<Option<Vec<u8>>, FetchError> {
        let (size, files) = self.0.split_at_checked(2).unwrap_or((&[0, 1], &[]));
        if path == candor_ledger::CHECKPOINT_PATH {
            let size = u64::from(u16::from_be_bytes([size[0], size[1]]));
            return Ok(Some(signer().0.sign(size, Digest::of(files)).into_bytes()));
        }
        Ok((files.len() <= bytes_max).then(|| files.to_vec()))
    }
}

fn nobody() -> VerifierKey {
    VerifierKey::new("nobody", [1; 32]).expect("a name")
}

fn signer() -> &'static (candor_ledger::CheckpointSigner, VerifierKey) {
    static SIGNER: std::sync::OnceLock<(candor_ledger::CheckpointSigner, VerifierKey)> = std::sync::OnceLock::new();
    SIGNER.get_or_init(|| {
        let signer = candor_ledger::CheckpointSigner::new("fuzz.example/log", &candor_words::Secret::new([9; 32]));
        let signer = signer.expect("a name and a seed");
        let key = signer.verifier_key().clone();
        (signer, key)
    })
}
