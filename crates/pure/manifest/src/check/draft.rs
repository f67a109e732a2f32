//! The manifest while it is being read, with where everything stands.

use candor_words::Instant;

use crate::model::*;
use crate::source::{Spanned, TextSpan};

use super::names::Names;

/// What has been read so far. What could not be read is `None`: its name is still known, so that one mistake
/// is one finding.
pub(crate) struct Draft {
    pub names: Names,
    pub policy: Option<PolicyLine>,
    pub controller: Option<Controller>,
    pub authorities: Vec<Authority>,
    pub laws: Vec<Spanned<Law>>,
    pub honours_gpc: bool,
    pub sells_data: Option<TextSpan>,
    pub groups: Vec<Option<Group>>,
    pub fields: Vec<Option<Field>>,
    pub purposes: Vec<Option<ReadPurpose>>,
    pub recipients: Vec<Option<ReadRecipient>>,
    pub keeps: Vec<ReadKeep>,
    pub rights: Vec<Spanned<Right>>,
    /// The laws for which a `rights` block stands, and where.
    pub rights_blocks: Vec<Spanned<Law>>,
    pub roles: Vec<StaffRole>,
    pub collections: Vec<Spanned<Collection>>,
    pub scrubs: Vec<Scrub>,
    pub age: Option<Spanned<AgeRule>>,
    pub notices: Vec<Spanned<NoticeRule>>,
    pub organisations: Option<Spanned<Organisations>>,
    pub systems: Vec<System>,
    /// Clauses that could not be read: rules about what is absent must not speak of what they may have held.
    pub unread: Unread,
}

/// What a `policy` line says.
pub(crate) struct PolicyLine {
    pub name: String,
    pub version: String,
    pub effective: Option<Instant>,
    pub languages: Vec<String>,
}

/// A purpose, and where its clauses stand.
pub(crate) struct ReadPurpose {
    pub purpose: Purpose,
    pub name: TextSpan,
    pub because: TextSpan,
    pub special: Option<TextSpan>,
    /// Each use and where it is written; a group stands for all its fields.
    pub uses: Vec<(FieldIx, TextSpan)>,
    /// Each field a recipient gets, and where it is written.
    pub shares: Vec<(FieldIx, RecipientIx, TextSpan)>,
}

/// A recipient, and where its clauses stand.
pub(crate) struct ReadRecipient {
    pub recipient: Recipient,
    pub country: TextSpan,
    pub safeguard: Option<TextSpan>,
}

/// A keep rule, and where its clauses stand.
pub(crate) struct ReadKeep {
    pub keep: Keep,
    /// The fields written one by one, which are taken out of the rules of their groups.
    pub single: Vec<FieldIx>,
    pub event: TextSpan,
}

/// Which kinds of clause had mistakes.
#[derive(Default)]
pub(crate) struct Unread {
    pub data: bool,
    pub purposes: bool,
    pub keeps: bool,
    pub rights: bool,
}

impl Draft {
    pub fn new(names: Names) -> Self {
        fn empty<T>(n: usize) -> Vec<Option<T>> {
            std::iter::repeat_with(|| None).take(n).collect()
        }
        Self {
            groups: empty(names.groups.len()),
            fields: empty(names.fields.len()),
            purposes: empty(names.purposes.len()),
            recipients: empty(names.recipients.len()),
            names,
            policy: None,
            controller: None,
            authorities: Vec::new(),
            laws: Vec::new(),
            honours_gpc: false,
            sells_data: None,
            keeps: Vec::new(),
            rights: Vec::new(),
            rights_blocks: Vec::new(),
            roles: Vec::new(),
            collections: Vec::new(),
            scrubs: Vec::new(),
            age: None,
            notices: Vec::new(),
            organisations: None,
            systems: Vec::new(),
            unread: Unread::default(),
        }
    }

    pub fn field(&self, at: FieldIx) -> Option<&Field> {
        self.fields.get(at.at())?.as_ref()
    }

    pub fn purposes(&self) -> impl Iterator<Item = &ReadPurpose> {
        self.purposes.iter().flatten()
    }

    /// Puts the manifest together; `None` when something of it could not be read.
    pub fn finish(self) -> Option<Manifest> {
        let policy = self.policy?;
        let controller = self.controller?;
        let mut keeps: Vec<Keep> = self.keeps.iter().map(|read| read.keep.clone()).collect();
        let single: Vec<FieldIx> = self.keeps.iter().flat_map(|read| read.single.iter().copied()).collect();
        for (keep, read) in keeps.iter_mut().zip(&self.keeps) {
            if keep.purpose.is_none() {
                keep.fields.retain(|field| read.single.contains(field) || !single.contains(field));
            }
        }
        let recipients: Vec<Recipient> =
            self.recipients.into_iter().map(|read| read.map(|read| read.recipient)).collect::<Option<_>>()?;
        Some(Manifest {
            name: policy.name,
            version: policy.version,
            effective: policy.effective,
            languages: policy.languages,
            recipients,
            controller,
            authorities: self.authorities,
            laws: self.laws.into_iter().map(|law| law.value).collect(),
            honours_gpc: self.honours_gpc,
            sells_data: self.sells_data.is_some(),
            groups: self.groups.into_iter().collect::<Option<_>>()?,
            fields: self.fields.into_iter().collect::<Option<_>>()?,
            purposes: self.purposes.into_iter().map(|read| read.map(|read| read.purpose)).collect::<Option<_>>()?,
            keeps,
            rights: self.rights.into_iter().map(|right| right.value).collect(),
            roles: self.roles,
            collections: self.collections.into_iter().map(|collection| collection.value).collect(),
            scrubs: self.scrubs,
            age: self.age.map(|age| age.value),
            notices: self.notices.into_iter().map(|notice| notice.value).collect(),
            organisations: self.organisations.map(|organisations| organisations.value),
            systems: self.systems,
        })
    }
}
