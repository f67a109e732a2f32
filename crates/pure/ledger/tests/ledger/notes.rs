//! Signed notes, verifier keys and checkpoints.

use candor_ledger::{
    Checkpoint, CheckpointError, CheckpointSigner, Digest, Note, NoteError, VerifierKey, VerifierKeyError,
};
use candor_words::Secret;
use proptest::prelude::*;

use crate::log::{ORIGIN, signer};

/// The example of Go's `sumdb/note`, which the C2SP format comes from.
const GO_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\n\
    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

#[test]
fn the_example_of_the_go_library_verifies() {
    let key = VerifierKey::parse(GO_KEY).unwrap();
    assert_eq!(key.to_string(), GO_KEY);
    let note = Note::parse(GO_NOTE.as_bytes()).unwrap();
    assert!(note.verify(&key).unwrap().ends_with("your problem is.\n"));
}

#[test]
fn a_checkpoint_reads_back_under_its_key() {
    let signer = signer();
    let note = signer.sign(12, Digest([9; 32]));
    let opened = Checkpoint::open(note.as_bytes(), signer.verifier_key()).unwrap();
    assert_eq!(opened, Checkpoint { origin: ORIGIN.to_owned(), size: 12, root: Digest([9; 32]) });
    assert_eq!(note, signer.sign(12, Digest([9; 32])), "the same head gives the same note");
}

#[test]
fn signatures_of_others_are_ignored() {
    let signer = signer();
    let other = CheckpointSigner::new("witness.example", &Secret::new([1; 32])).unwrap();
    let mut note = signer.sign(1, Digest::default());
    let foreign = other.sign(1, Digest::default());
    note.push_str(foreign.lines().last().unwrap());
    note.push('\n');
    assert!(Checkpoint::open(note.as_bytes(), signer.verifier_key()).is_ok());
    let stranger = CheckpointSigner::new(ORIGIN, &Secret::new([2; 32])).unwrap();
    let refused = Checkpoint::open(note.as_bytes(), stranger.verifier_key());
    assert_eq!(refused, Err(CheckpointError::Note(NoteError::NotSigned)));
}

#[test]
fn a_signature_in_our_name_that_is_wrong_is_no_stranger() {
    let signer = signer();
    let changed = signer.sign(12, Digest::default()).replace("\n12\n", "\n13\n");
    let refused = Checkpoint::open(changed.as_bytes(), signer.verifier_key());
    assert_eq!(refused, Err(CheckpointError::Note(NoteError::SignatureWrong)));
}

#[test]
fn notes_that_are_not_to_the_letter_are_refused() {
    let parse = |text: &str| Note::parse(text.as_bytes()).unwrap_err();
    let line = "— a AAAAAAAA\n";
    assert_eq!(parse(""), NoteError::NoSignatures);
    assert_eq!(parse("text\n"), NoteError::NoSignatures);
    assert_eq!(parse("text\n\n"), NoteError::NoSignatures);
    assert_eq!(parse(&format!("text\n\n{}", line.trim_end())), NoteError::NoSignatures);
    assert_eq!(parse(&format!("te\rxt\n\n{line}")), NoteError::NotText);
    assert_eq!(parse("text\n\n- a AAAAAAAA\n"), NoteError::SignatureMalformed);
    assert_eq!(parse("text\n\n— a+b AAAAAAAA\n"), NoteError::SignatureMalformed);
    assert_eq!(parse("text\n\n— a AAAAAA==\n"), NoteError::SignatureMalformed);
    assert_eq!(parse("text\n\n— a AAAAAAA\n"), NoteError::SignatureMalformed);
    assert_eq!(parse(&format!("text\n\n{}", line.repeat(65))), NoteError::TooManySignatures);
    assert_eq!(parse(&"x".repeat(70_000)), NoteError::TooLong);
    assert_eq!(Note::parse(b"\xff\n\n\xe2\x80\x94 a AAAAAAAA\n"), Err(NoteError::NotText));
}

#[test]
fn checkpoint_texts_that_are_not_to_the_letter_are_refused() {
    let root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    assert!(Checkpoint::parse(&format!("o\n0\n{root}\n")).is_ok());
    assert!(Checkpoint::parse(&format!("o\n0\n{root}\nextension\n")).is_ok());
    for text in [
        format!("o\n00\n{root}\n"),
        format!("o\n+1\n{root}\n"),
        format!("o\n-1\n{root}\n"),
        format!("o\n18446744073709551616\n{root}\n"),
        format!("o\n1\n{root}"),
        format!("\n1\n{root}\n"),
        format!("o\n1\n{}\n", &root[4..]),
        format!("o\n1\n{root}\n\n"),
        "o\n1\n".to_owned(),
    ] {
        assert_eq!(Checkpoint::parse(&text), Err(CheckpointError::Malformed), "{text:?}");
    }
}

#[test]
fn a_checkpoint_of_another_log_is_not_ours() {
    let signer = signer();
    // A key that signs a text with another origin: what a careless operator might do.
    let other = CheckpointSigner::new("other.example", &Secret::new([7; 32])).unwrap();
    let text = other.sign(1, Digest::default());
    assert_eq!(
        Checkpoint::open(text.as_bytes(), signer.verifier_key()),
        Err(CheckpointError::Note(NoteError::NotSigned))
    );
}

#[test]
fn verifier_keys_that_are_not_to_the_letter_are_refused() {
    let cases = [
        ("", VerifierKeyError::Malformed),
        ("a+b", VerifierKeyError::Malformed),
        ("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", VerifierKeyError::Malformed),
        ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T", VerifierKeyError::Malformed),
        ("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", VerifierKeyError::HashDiffers),
        ("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", VerifierKeyError::Name),
        ("PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", VerifierKeyError::TypeUnknown),
    ];
    for (text, expected) in cases {
        assert_eq!(VerifierKey::parse(text), Err(expected), "{text}");
    }
}

proptest! {
    #[test]
    fn a_checkpoint_with_one_flipped_bit_is_not_believed(bit in any::<prop::sample::Index>()) {
        let signer = signer();
        let mut note = signer.sign(1234, Digest([5; 32])).into_bytes();
        let bit = bit.index(note.len() * 8);
        note[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(Checkpoint::open(&note, signer.verifier_key()).is_err());
    }

    #[test]
    fn no_bytes_make_the_note_parser_fall(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Note::parse(&bytes);
    }
}
