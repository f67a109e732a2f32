//! Profile pictures that somebody else keeps: asked for by this server, for whoever said yes to that, and shown from here.
//!
//! The policy says it all: a purpose on consent that uses a picture `from linked` a recipient and shares a digest with it.
//! Each time a picture is shown, the vault is asked first whether that still holds; without a yes nothing leaves, and what was
//! fetched before is forgotten, as it is after whatever changes of the person. The recipient is told a digest, and never who looks, from where, or with what. Source: ADR 24.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use candor_identity_port::{ProfileImage, ProfileImages};
use candor_manifest::model::{Basis, Field, FieldIx, Manifest, Purpose, Share, Source};
use candor_vault::{DigestAsk, VaultError};
use candor_words::{Instant, SubjectId, TenantId};
use parking_lot::Mutex;
use tokio::sync::Mutex as Turn;

use crate::door::FrontDoor;
use crate::identity::Identity;

/// How long a picture, or that there is none, is remembered: ten minutes.
const KEPT_MS: i64 = 10 * 60 * 1000;
/// How long it is remembered that the service did not answer: a minute.
const FAILED_MS: i64 = 60 * 1000;
/// The most people whose picture is remembered, of at most 256 kB each.
const KEPT_MAX: usize = 128;
/// How many pictures are fetched at once; of one person, one.
const TURNS: usize = 16;

/// The term of the field that a picture stands in.
const PICTURE: &str = "Picture";

/// Where pictures are fetched, and who that is in policies.
pub struct ProfileImageParts {
    /// What fetches them.
    pub images: Arc<dyn ProfileImages>,
    /// What policies call the recipient that keeps them.
    pub recipient: String,
}

/// What there is to show of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfilePicture {
    /// Nobody may be asked: the person did not say yes, or took it back.
    Off,
    /// Somebody was asked, and has none.
    None,
    /// The picture.
    Image(Arc<ProfileImage>),
}

/// A picture that somebody lets us fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedPicture {
    /// The purpose that they said yes to.
    pub purpose: String,
    /// Who keeps it, as people call it.
    pub keeper: String,
}

/// What of the service this is about.
pub(crate) struct Pictures {
    outside: OnceLock<ProfileImageParts>,
    kept: Mutex<BTreeMap<(TenantId, SubjectId), Kept>>,
    turns: [Turn<()>; TURNS],
}

#[derive(Clone)]
struct Kept {
    image: Option<Arc<ProfileImage>>,
    /// The version of the person for whom it was fetched.
    version: u64,
    until: Instant,
}

impl Default for Pictures {
    fn default() -> Self {
        Self { outside: OnceLock::new(), kept: Mutex::default(), turns: std::array::from_fn(|_| Turn::default()) }
    }
}

impl Pictures {
    fn kept(&self, whose: (TenantId, SubjectId), version: u64, now: Instant) -> Option<ProfilePicture> {
        let kept = self.kept.lock().get(&whose).filter(|kept| now < kept.until && kept.version == version)?.clone();
        Some(kept.image.map_or(ProfilePicture::None, ProfilePicture::Image))
    }

    fn keep(&self, whose: (TenantId, SubjectId), kept: Kept) {
        let mut all = self.kept.lock();
        if all.len() >= KEPT_MAX && !all.contains_key(&whose) {
            let oldest = all.iter().min_by_key(|(_, kept)| kept.until).map(|(whose, _)| *whose);
            oldest.and_then(|oldest| all.remove(&oldest));
        }
        all.insert(whose, kept);
    }

    fn forget(&self, whose: (TenantId, SubjectId)) {
        self.kept.lock().remove(&whose);
    }
}

/// What a policy says of pictures that a recipient keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Declared {
    purpose: String,
    keeper: String,
    digest: String,
    email: String,
}

/// The same, of somebody who lets it be done now.
struct Permitted<'a> {
    outside: &'a ProfileImageParts,
    declared: Declared,
    version: u64,
}

impl Declared {
    /// Reads it from a policy, for a recipient; `None` when the policy has no such purpose.
    fn of(manifest: &Manifest, recipient: &str) -> Option<Self> {
        let email = FrontDoor::of(manifest).ok()?.email?;
        let field = |ix: &FieldIx| &manifest.fields[ix.at()];
        let is_picture = |field: &Field| {
            field.term == PICTURE && field.sources.iter().any(|source| *source == Source::Linked(recipient.to_owned()))
        };
        let is_digest = |field: &&Field| field.sources == [Source::Derived] && field.derived.is_none();
        let shown = |purpose: &Purpose| {
            matches!(purpose.basis, Basis::Consent { .. }) && purpose.uses.iter().map(field).any(is_picture)
        };
        let with = |share: &Share| &manifest.recipients[share.with.at()];
        manifest.purposes.iter().filter(|purpose| shown(purpose)).find_map(|purpose| {
            let share = purpose.shares.iter().find(|share| with(share).name == recipient)?;
            // Nothing but the digest: a purpose that shares more is not this one.
            let [digest] = share.fields.as_slice() else { return None };
            let digest = Some(field(digest)).filter(is_digest)?;
            Some(Self {
                purpose: purpose.name.clone(),
                keeper: with(share).title.clone(),
                digest: digest.name.clone(),
                email: email.clone(),
            })
        })
    }

    fn ask<'a>(&'a self, subject: SubjectId, outside: &'a ProfileImageParts) -> DigestAsk<'a> {
        let (purpose, recipient) = (&self.purpose, &outside.recipient);
        DigestAsk { subject, purpose, recipient, field: &self.digest, of: &self.email }
    }
}

impl Identity {
    /// Says where profile pictures are fetched; until then none are. Asks nobody anything.
    pub fn picture_by(&self, outside: ProfileImageParts) {
        let _ = self.pictures.outside.set(outside);
    }

    /// The picture that somebody lets us fetch, if they do; fetches nothing.
    ///
    /// # Errors
    /// No such subject; the store does not answer.
    pub async fn linked_picture(
        &self,
        tenant: TenantId,
        subject: SubjectId,
    ) -> Result<Option<LinkedPicture>, VaultError> {
        let permitted = self.permitted_picture(tenant, subject).await?;
        Ok(permitted
            .map(|Permitted { declared: Declared { purpose, keeper, .. }, .. }| LinkedPicture { purpose, keeper }))
    }

    /// Somebody's picture, fetched when it is not at hand. Who looks at it is told to nobody.
    ///
    /// # Errors
    /// No such subject; the store does not answer. That the service does not is no error: there is no picture then.
    pub async fn profile_picture(&self, tenant: TenantId, subject: SubjectId) -> Result<ProfilePicture, VaultError> {
        let whose = (tenant, subject);
        if self.permitted_picture(tenant, subject).await?.is_none() {
            return Ok(self.no_picture(whose));
        }
        // One at a time of each person: whoever waits finds what the first one fetched.
        let turn = usize::from(subject.as_bytes()[0]) % TURNS;
        let _turn = self.pictures.turns[turn].lock().await;
        let Some(Permitted { outside, declared, version }) = self.permitted_picture(tenant, subject).await? else {
            return Ok(self.no_picture(whose));
        };
        if let Some(picture) = self.pictures.kept(whose, version, self.now()) {
            return Ok(picture);
        }
        let ask = declared.ask(subject, outside);
        // INVARIANT: what comes back is durable in the ledger as a disclosure before anybody is asked with it.
        let Some(digest) = self.vault.share_digest(&self.door(tenant), ask).await? else {
            return Ok(self.no_picture(whose));
        };
        let (image, ms) = match outside.images.image(&digest).await {
            Ok(image) => (image.map(Arc::new), KEPT_MS),
            Err(error) => {
                tracing::warn!(%error, "a profile picture was not fetched");
                (None, FAILED_MS)
            }
        };
        // Taken back while the service was asked: what came is not shown, and not kept.
        if self.permitted_picture(tenant, subject).await?.is_none_or(|now| now.version != version) {
            return Ok(self.no_picture(whose));
        }
        self.pictures.keep(whose, Kept { image: image.clone(), version, until: self.in_ms(ms) });
        Ok(image.map_or(ProfilePicture::None, ProfilePicture::Image))
    }

    /// Forgets pictures whose time is over, or that may not be fetched any more.
    pub async fn tend_pictures(&self) {
        let now = self.now();
        let held: Vec<_> = self.pictures.kept.lock().iter().map(|(whose, kept)| (*whose, kept.clone())).collect();
        for (whose, kept) in held {
            let permitted = self.permitted_picture(whose.0, whose.1).await;
            let stands = matches!(permitted, Ok(Some(permitted)) if permitted.version == kept.version);
            if kept.until <= now || !stands {
                self.pictures.forget(whose);
            }
        }
    }

    fn no_picture(&self, whose: (TenantId, SubjectId)) -> ProfilePicture {
        self.pictures.forget(whose);
        ProfilePicture::Off
    }

    /// What the policy in force says, when this person lets it be done now.
    async fn permitted_picture(
        &self,
        tenant: TenantId,
        subject: SubjectId,
    ) -> Result<Option<Permitted<'_>>, VaultError> {
        let Some(outside) = self.pictures.outside.get() else { return Ok(None) };
        let plan = self.vault.plan(tenant, None).await?;
        let Some(declared) = Declared::of(plan.manifest(), &outside.recipient) else { return Ok(None) };
        let ask = declared.ask(subject, outside);
        let foreseen = self.vault.foresee(&self.door(tenant), &ask.question()).await?;
        Ok(foreseen.grants.then_some(Permitted { outside, declared, version: foreseen.version }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(vendor: &str, change: impl Fn(String) -> String) -> Manifest {
        let file = format!("{}/../../../policies/{vendor}/policy.candor", env!("CARGO_MANIFEST_DIR"));
        let text = change(std::fs::read_to_string(file).unwrap());
        candor_manifest::check(&[candor_manifest::Source { path: "policy.candor".into(), text }]).unwrap().manifest
    }

    #[test]
    fn the_policy_says_what_is_shared_with_whom() {
        let as_it_is = manifest("plugin-vendor", |text| text);
        let declared = Declared::of(&as_it_is, "gravatar").unwrap();
        assert_eq!((declared.purpose.as_str(), declared.keeper.as_str()), ("gravatar", "Gravatar"));
        assert_eq!((declared.digest.as_str(), declared.email.as_str()), ("picture.gravatar_hash", "account.email"));
        assert_eq!(Declared::of(&as_it_is, "assistant"), None);
        assert_eq!(Declared::of(&manifest("asign2", |text| text), "gravatar"), None);
    }

    #[test]
    fn a_purpose_that_needs_no_yes_or_shares_more_is_not_it() {
        let changed = |changes: &[(&str, &str)]| {
            let manifest = manifest("plugin-vendor", |text| {
                changes.iter().fold(text, |text, (from, to)| {
                    assert!(text.contains(from), "{from}");
                    text.replace(from, to)
                })
            });
            Declared::of(&manifest, "gravatar")
        };
        let shared = "share picture.gravatar_hash with gravatar";
        assert!(changed(&[(shared, shared)]).is_some());
        assert_eq!(changed(&[(shared, "share picture.gravatar_hash, picture.shown with gravatar")]), None);
        assert_eq!(changed(&[(shared, "share account.username with gravatar")]), None);
        let without_a_yes = [
            ("because consent\n    uses picture", "because contract\n    uses picture"),
            ("    keep until consent withdrawn, then erase within 1 day\n", ""),
            ("    withdrawal     within 1 day\n", ""),
            ("safeguard consent", "safeguard SCC"),
        ];
        assert_eq!(changed(&without_a_yes), None);
    }

    #[test]
    fn what_is_remembered_is_bounded_and_ends() {
        let (pictures, tenant) = (Pictures::default(), TenantId::from_bytes([1; 16]));
        let whose = |n: u8| (tenant, SubjectId::from_bytes([n; 16]));
        let at = Instant::from_millis;
        for n in 0..=u8::try_from(KEPT_MAX).unwrap() {
            pictures.keep(whose(n), Kept { image: None, version: 7, until: at(1_000 + i64::from(n)) });
        }
        assert_eq!(pictures.kept.lock().len(), KEPT_MAX);
        assert_eq!(pictures.kept(whose(0), 7, at(0)), None, "the oldest made room");
        assert_eq!(pictures.kept(whose(1), 7, at(1_000)), Some(ProfilePicture::None));
        assert_eq!(pictures.kept(whose(1), 8, at(1_000)), None, "something changed of them");
        assert_eq!(pictures.kept(whose(1), 7, at(1_001)), None, "its time is over");
        pictures.forget(whose(2));
        assert_eq!(pictures.kept(whose(2), 7, at(0)), None);
    }
}
