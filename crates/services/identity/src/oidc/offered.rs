//! What a client may ask for at all: the purposes for which the policy in force shares something with its recipient.

use candor_manifest::model::{Basis, Field, Manifest, Purpose, Share};
use candor_vault::Ask;
use candor_words::SubjectId;

/// What a purpose shares with a recipient.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shared<'a> {
    pub manifest: &'a Manifest,
    pub purpose: &'a Purpose,
    pub share: &'a Share,
}

impl<'a> Shared<'a> {
    /// What a purpose shares with a recipient; `None` when that is nothing.
    pub(crate) fn of(manifest: &'a Manifest, purpose: &str, recipient: &str) -> Option<Self> {
        let with = manifest.recipient(recipient)?;
        let purpose = manifest.purposes.get(manifest.purpose(purpose)?.at())?;
        let share = purpose.shares.iter().find(|share| share.with == with)?;
        Some(Self { manifest, purpose, share })
    }

    /// Every purpose that shares something with a recipient.
    pub(crate) fn all(manifest: &'a Manifest, recipient: &str) -> Vec<Self> {
        manifest.purposes.iter().filter_map(|purpose| Self::of(manifest, &purpose.name, recipient)).collect()
    }

    /// The fields; what the recipient holds itself is not given out here.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &'a Field> {
        let manifest = self.manifest;
        self.share
            .fields
            .iter()
            .filter_map(move |ix| manifest.fields.get(ix.at()))
            .filter(|field| field.held_by.is_none())
    }

    /// True when it rests on consent.
    pub(crate) fn is_by_consent(&self) -> bool {
        matches!(self.purpose.basis, Basis::Consent { .. })
    }

    /// The question whether, and what, it shares of somebody.
    pub(crate) fn ask(&self, subject: SubjectId, recipient: &str) -> Ask {
        let fields = self.fields().map(|field| field.name.clone()).collect();
        Ask { recipient: Some(recipient.to_owned()), ..Ask::of(subject, &self.purpose.name, fields) }
    }
}
