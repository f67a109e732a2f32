//! The places where people of a tenant may sign in elsewhere, as its administrators name them.
//!
//! A place fetches for one purpose of the policy, and names for each claim the field that it is kept in. Both are held to
//! the policy: the purpose must use the field, and the field must be collected from there (`linked NAME` for a provider,
//! `organisation` for a directory). Passwords and secrets are sealed and never shown.

use std::collections::BTreeMap;

use candor_identity_port::{Company, Provider, Reader, Shape};
use candor_ledger::EntryBody;
use candor_manifest::model::{Field, FieldIx, Manifest, Purpose, Source};
use candor_vault::{Caller, ErrorKind, Expect, NewSlip, Scope, SlipChange, UPSTREAM_SLIPS, VaultError, factor_name};
use candor_words::{Instant, RecordId, Secret, TenantId};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::drawer::{Kept, Sort, read, written};
use crate::identity::Identity;

/// The most places of one tenant.
pub const UPSTREAMS_MAX: usize = 20;
const TEXT_BYTES_MAX: usize = 2_048;
const CERTIFICATES_BYTES_MAX: usize = 32_768;
const FIELDS_MAX: usize = 32;
const DIRECTORIES_MAX: usize = 64;

/// A place to be kept. One of the same name is replaced whole.
#[derive(Debug)]
pub struct NewUpstream {
    /// What it is called in addresses and sources: 1 to 32 of `a` to `z`, `0` to `9`, `_`.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The purpose that what is fetched is for.
    pub purpose: String,
    /// The fields by the claims (or attributes) that they are kept from.
    pub fields: BTreeMap<String, String>,
    /// Whether somebody who has no account gets one.
    pub opens_accounts: bool,
    /// What is asked.
    pub place: NewPlace,
}

/// What is asked.
#[derive(Debug)]
#[expect(missing_docs, reason = "the fields of candor_identity_port::{Provider, Company}")]
pub enum NewPlace {
    /// An upstream provider (OpenID Connect).
    Provider {
        issuer: String,
        shape: Shape,
        directories: Vec<String>,
        client_id: String,
        client_secret: Option<Secret<String>>,
    },
    /// A company's directory (LDAP).
    Company {
        address: String,
        start_tls: bool,
        trusted: Option<String>,
        base: String,
        filter: String,
        reader: Option<(String, Secret<String>)>,
        id_attribute: String,
    },
}

/// A place without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields of NewUpstream")]
pub struct UpstreamView {
    pub name: String,
    pub title: String,
    pub purpose: String,
    pub fields: BTreeMap<String, String>,
    pub opens_accounts: bool,
    /// Since when nobody signs in there, for it is switched off.
    pub off_at: Option<Instant>,
    pub place: PlaceView,
}

/// Whether people may sign in at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// They may.
    On,
    /// Nobody may for now; everything about the place is kept.
    Off,
}

/// What is asked, without secrets: one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlaceView {
    /// An upstream provider.
    pub provider: Option<ProviderView>,
    /// A company's directory.
    pub company: Option<CompanyView>,
}

/// A provider without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields of NewPlace")]
pub struct ProviderView {
    pub issuer: String,
    pub shape: &'static str,
    pub directories: Vec<String>,
    pub client_id: String,
    pub has_secret: bool,
}

/// A directory without its reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields of NewPlace")]
pub struct CompanyView {
    pub address: String,
    pub start_tls: bool,
    pub has_trusted: bool,
    pub base: String,
    pub filter: String,
    pub has_reader: bool,
    pub id_attribute: String,
}

/// Body of a place's slip.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Configured {
    pub id: RecordId,
    pub name: String,
    pub title: String,
    pub purpose: String,
    pub fields: BTreeMap<String, String>,
    pub opens_accounts: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off_at: Option<Instant>,
    pub place: Place,
}

impl Sort for Configured {
    const KIND: u16 = UPSTREAM_SLIPS;
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Place {
    Provider {
        issuer: String,
        shape: u8,
        directories: Vec<String>,
        client_id: String,
        client_secret: Option<Hidden>,
    },
    Company {
        address: String,
        start_tls: bool,
        trusted: Option<String>,
        base: String,
        filter: String,
        reader: Option<(String, Hidden)>,
        id_attribute: String,
    },
}

/// A secret within a slip: sealed with it, wiped, never printed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Hidden(String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hidden(…)")
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Hidden {
    fn of(secret: &Secret<String>) -> Self {
        Self(secret.expose().clone())
    }

    fn lent(&self) -> Secret<String> {
        Secret::new(self.0.clone())
    }
}

const SHAPES: [Shape; 3] = [Shape::Plain, Shape::Google, Shape::Microsoft];
/// What the shapes are called, in the same order.
const SHAPE_NAMES: [&str; 3] = ["plain", "google", "microsoft"];

impl Identity {
    /// Keeps a place, with the ledger entry that says so.
    ///
    /// # Errors
    /// The caller lacks the admin scope; `upstream.malformed` with what; a purpose or field that the policy does not
    /// declare, or not for this; `upstream.too_many`.
    pub async fn put_upstream(&self, caller: &Caller, new: NewUpstream) -> Result<UpstreamView, VaultError> {
        caller.needs(Scope::Admin)?;
        check_texts(&new)?;
        let plan = self.vault.plan(caller.tenant(), None).await?;
        check_fields(plan.manifest(), &new)?;
        let all = self.places(caller.tenant()).await?;
        let old = all.iter().find(|kept| kept.body.name == new.name);
        if old.is_none() && all.len() >= UPSTREAMS_MAX {
            return Err(VaultError::new(
                ErrorKind::Unprocessable,
                "upstream.too_many",
                "the place was not kept: there are 20 already",
            )
            .help("remove one that is not used any more"));
        }
        // One that asks somebody else from now on is another place: nobody is linked to it yet.
        let same = old.filter(|kept| is_same_place(&kept.body.place, &new.place));
        let id = same.map(|kept| kept.body.id).unwrap_or_else(|| RecordId::random(self.entropy.as_ref()));
        // What is switched off stays so, whatever else changes.
        let off_at = same.and_then(|kept| kept.body.off_at);
        let body = Configured { off_at, ..configured(id, new) };
        let slip = NewSlip {
            kind: Configured::KIND,
            name: factor_name(id),
            owner: None,
            expires_at: None,
            body: written(&body)?,
        };
        let mut changes = vec![SlipChange::Put(slip, Expect::Anything)];
        let mut told = vec![(None, EntryBody::UpstreamChanged { upstream: id, act: 1 })];
        if let Some(gone) = old.filter(|kept| kept.body.id != id) {
            changes.push(gone.taken());
            told.push((None, EntryBody::UpstreamChanged { upstream: gone.body.id, act: 2 }));
        }
        self.vault.change_slips(caller, changes, told).await?;
        Ok(view(&body))
    }

    /// The tenant's places by name, without their secrets.
    ///
    /// # Errors
    /// The caller lacks the admin scope.
    pub async fn upstreams(&self, caller: &Caller) -> Result<Vec<UpstreamView>, VaultError> {
        caller.needs(Scope::Admin)?;
        Ok(self.places(caller.tenant()).await?.iter().map(|kept| view(&kept.body)).collect())
    }

    /// The fields that the policy in force lets be kept from elsewhere: from a provider of a name, or from a directory.
    ///
    /// # Errors
    /// The caller lacks the admin scope.
    pub async fn kept_from_elsewhere(&self, caller: &Caller) -> Result<Vec<(String, Source)>, VaultError> {
        caller.needs(Scope::Admin)?;
        let plan = self.vault.plan(caller.tenant(), None).await?;
        let is_elsewhere = |source: &&Source| matches!(source, Source::Linked(_) | Source::Organisation);
        let of = |field: &Field| {
            let sources = field.sources.iter().filter(is_elsewhere).cloned();
            sources.map(|source| (field.name.clone(), source)).collect::<Vec<_>>()
        };
        let manifest = plan.manifest();
        Ok(manifest.fields.iter().filter(|field| is_kept_as_said(manifest, field)).flat_map(of).collect())
    }

    /// Removes a place: nobody signs in there any more.
    ///
    /// # Errors
    /// The caller lacks the admin scope; there is no such place.
    pub async fn remove_upstream(&self, caller: &Caller, name: &str) -> Result<(), VaultError> {
        caller.needs(Scope::Admin)?;
        let kept = self.known_place(caller.tenant(), name).await?;
        let told = EntryBody::UpstreamChanged { upstream: kept.body.id, act: 2 };
        self.vault.change_slips(caller, vec![kept.taken()], vec![(None, told)]).await.map(drop)
    }

    /// Switches a place off, or on again. While it is off nobody signs in there, nobody is asked anything, and links and secrets
    /// are kept; whoever is signed in stays so.
    ///
    /// # Errors
    /// The caller lacks the admin scope; there is no such place; somebody else changed it meanwhile.
    pub async fn switch_upstream(
        &self,
        caller: &Caller,
        name: &str,
        switch: Switch,
    ) -> Result<UpstreamView, VaultError> {
        caller.needs(Scope::Admin)?;
        let mut kept = self.known_place(caller.tenant(), name).await?;
        let (off_at, act) = match switch {
            Switch::Off => (Some(kept.body.off_at.unwrap_or_else(|| self.now())), 3),
            Switch::On => (None, 4),
        };
        if kept.body.off_at != off_at {
            kept.body.off_at = off_at;
            let told = EntryBody::UpstreamChanged { upstream: kept.body.id, act };
            self.vault.change_slips(caller, vec![kept.put_again()?], vec![(None, told)]).await?;
        }
        Ok(view(&kept.body))
    }

    pub(crate) async fn places(&self, tenant: TenantId) -> Result<Vec<Kept<Configured>>, VaultError> {
        let page = self.vault.slips(tenant, Configured::KIND, None, None, UPSTREAMS_MAX * 2).await?;
        let mut places = page.rows.into_iter().map(read).collect::<Result<Vec<Kept<Configured>>, _>>()?;
        places.sort_by(|one, other| one.body.name.cmp(&other.body.name));
        Ok(places)
    }

    /// A place where people may sign in now.
    pub(crate) async fn place(&self, tenant: TenantId, name: &str) -> Result<Kept<Configured>, VaultError> {
        let kept = self.known_place(tenant, name).await?;
        if kept.body.off_at.is_none() {
            return Ok(kept);
        }
        Err(VaultError::new(
            ErrorKind::Conflict,
            "upstream.off",
            "nobody was asked anything: signing in there is switched off for now",
        )
        .help("sign in another way, or ask the administrator when it is switched on again"))
    }

    async fn known_place(&self, tenant: TenantId, name: &str) -> Result<Kept<Configured>, VaultError> {
        let places = self.places(tenant).await?;
        places
            .into_iter()
            .find(|kept| kept.body.name == name)
            .ok_or_else(|| VaultError::new(ErrorKind::Missing, "upstream.unknown", "people do not sign in there"))
    }
}

impl Configured {
    /// Where values that come from there say that they come from.
    pub(crate) fn source(&self) -> Source {
        match self.place {
            Place::Provider { .. } => Source::Linked(self.name.clone()),
            Place::Company { .. } => Source::Organisation,
        }
    }

    /// The claims that may be fetched under a policy, each with its field: what the purpose does not use, or the field is
    /// not collected from there any more, is not asked for.
    pub(crate) fn wanted<'a>(&'a self, manifest: &'a Manifest) -> Vec<(&'a str, FieldIx)> {
        let Some(purpose) = purpose(manifest, &self.purpose) else { return Vec::new() };
        let permitted = |name: &str| permitted(manifest, purpose, name, &self.source());
        self.fields.iter().filter_map(|(claim, field)| Some((claim.as_str(), permitted(field)?))).collect()
    }

    pub(crate) fn provider(&self, redirect_uri: String) -> Option<Provider> {
        let Place::Provider { issuer, shape, directories, client_id, client_secret } = &self.place else { return None };
        Some(Provider {
            issuer: issuer.clone(),
            shape: SHAPES.get(usize::from(*shape)).copied().unwrap_or_default(),
            directories: directories.clone(),
            client_id: client_id.clone(),
            client_secret: client_secret.as_ref().map(Hidden::lent),
            redirect_uri,
        })
    }

    pub(crate) fn company(&self) -> Option<Company> {
        let Place::Company { address, start_tls, trusted, base, filter, reader, id_attribute } = &self.place else {
            return None;
        };
        Some(Company {
            address: address.clone(),
            start_tls: *start_tls,
            trusted: trusted.as_ref().map(|text| text.as_bytes().to_vec()),
            base: base.clone(),
            filter: filter.clone(),
            reader: reader.as_ref().map(|(name, password)| Reader { name: name.clone(), password: password.lent() }),
            id_attribute: id_attribute.clone(),
        })
    }
}

pub(crate) fn purpose<'a>(manifest: &'a Manifest, name: &str) -> Option<&'a Purpose> {
    manifest.purposes.iter().find(|purpose| purpose.name == name)
}

/// The field, if the purpose uses it and it is collected from there.
fn permitted(manifest: &Manifest, purpose: &Purpose, name: &str, source: &Source) -> Option<FieldIx> {
    let at = manifest.fields.iter().position(|field| field.name == name)?;
    let ix = FieldIx(u16::try_from(at).ok()?);
    let field = &manifest.fields[at];
    (is_kept_as_said(manifest, field) && field.sources.contains(source) && purpose.uses.contains(&ix)).then_some(ix)
}

/// True for a field that holds one value, as it came.
fn is_kept_as_said(manifest: &Manifest, field: &Field) -> bool {
    let is_plain = !field.hashed && field.held_by.is_none() && field.derived.is_none();
    is_plain && !manifest.groups[field.group.at()].many
}

fn is_same_place(old: &Place, new: &NewPlace) -> bool {
    match (old, new) {
        (Place::Provider { issuer, client_id, .. }, NewPlace::Provider { issuer: to, client_id: by, .. }) => {
            (issuer, client_id) == (to, by)
        }
        (Place::Company { address, base, .. }, NewPlace::Company { address: to, base: below, .. }) => {
            (address, base) == (to, below)
        }
        _ => false,
    }
}

fn configured(id: RecordId, new: NewUpstream) -> Configured {
    let place = match new.place {
        NewPlace::Provider { issuer, shape, directories, client_id, client_secret } => Place::Provider {
            issuer,
            shape: SHAPES.iter().position(|one| *one == shape).and_then(|at| u8::try_from(at).ok()).unwrap_or(0),
            directories,
            client_id,
            client_secret: client_secret.as_ref().map(Hidden::of),
        },
        NewPlace::Company { address, start_tls, trusted, base, filter, reader, id_attribute } => Place::Company {
            address,
            start_tls,
            trusted,
            base,
            filter,
            reader: reader.map(|(name, password)| (name, Hidden::of(&password))),
            id_attribute,
        },
    };
    let NewUpstream { name, title, purpose, fields, opens_accounts, .. } = new;
    Configured { id, name, title, purpose, fields, opens_accounts, off_at: None, place }
}

fn view(body: &Configured) -> UpstreamView {
    let provider = match &body.place {
        Place::Provider { issuer, shape, directories, client_id, client_secret } => Some(ProviderView {
            issuer: issuer.clone(),
            shape: SHAPE_NAMES.get(usize::from(*shape)).copied().unwrap_or_default(),
            directories: directories.clone(),
            client_id: client_id.clone(),
            has_secret: client_secret.is_some(),
        }),
        Place::Company { .. } => None,
    };
    let company = match &body.place {
        Place::Company { address, start_tls, trusted, base, filter, reader, id_attribute } => Some(CompanyView {
            address: address.clone(),
            start_tls: *start_tls,
            has_trusted: trusted.is_some(),
            base: base.clone(),
            filter: filter.clone(),
            has_reader: reader.is_some(),
            id_attribute: id_attribute.clone(),
        }),
        Place::Provider { .. } => None,
    };
    let place = PlaceView { provider, company };
    let Configured { name, title, purpose, fields, opens_accounts, off_at, .. } = body.clone();
    UpstreamView { name, title, purpose, fields, opens_accounts, off_at, place }
}

fn check_texts(new: &NewUpstream) -> Result<(), VaultError> {
    let is_name = |text: &str| {
        (1..=32).contains(&text.len()) && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
    };
    let is_text = |text: &str| (1..=TEXT_BYTES_MAX).contains(&text.len()) && !text.chars().any(char::is_control);
    let check = |holds: bool, what| if holds { Ok(()) } else { Err(malformed(what)) };
    check(is_name(&new.name), "name")?;
    check(is_text(&new.title) && new.title.len() <= 128, "title")?;
    check(new.fields.len() <= FIELDS_MAX && new.fields.keys().all(|claim| is_text(claim)), "fields")?;
    match &new.place {
        NewPlace::Provider { issuer, directories, client_id, client_secret, .. } => {
            check(is_text(issuer) && is_reached_safely(issuer), "issuer")?;
            check(directories.len() <= DIRECTORIES_MAX && directories.iter().all(|id| is_text(id)), "directories")?;
            check(is_text(client_id), "client_id")?;
            check(client_secret.as_ref().is_none_or(|secret| is_text(secret.expose())), "client_secret")
        }
        NewPlace::Company { address, base, filter, id_attribute, trusted, reader, .. } => {
            check(is_text(address) && (address.starts_with("ldaps://") || address.starts_with("ldap://")), "address")?;
            check(base.is_empty() || is_text(base), "base")?;
            check(is_text(filter) && filter.contains("{user}"), "filter")?;
            check(is_text(id_attribute), "id_attribute")?;
            check(trusted.as_ref().is_none_or(|pem| pem.len() <= CERTIFICATES_BYTES_MAX), "trusted")?;
            let is_reader = |(name, password): &(String, Secret<String>)| is_text(name) && is_text(password.expose());
            check(reader.as_ref().is_none_or(is_reader), "reader")
        }
    }
}

/// What the adapter refuses anyway is refused when it is configured.
fn is_reached_safely(issuer: &str) -> bool {
    let here = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    let is_here =
        |start: &&str| issuer.strip_prefix(*start).is_some_and(|rest| rest.starts_with([':', '/']) || rest.is_empty());
    issuer.starts_with("https://") || here.iter().any(is_here)
}

fn check_fields(manifest: &Manifest, new: &NewUpstream) -> Result<(), VaultError> {
    let refused = |code, message| VaultError::new(ErrorKind::Unprocessable, code, message);
    let known = purpose(manifest, &new.purpose).ok_or_else(|| {
        refused("purpose.unknown", "the place was not kept: the policy declares no such purpose")
            .detail("purpose", &new.purpose)
    })?;
    let source = match &new.place {
        NewPlace::Provider { .. } => Source::Linked(new.name.clone()),
        NewPlace::Company { .. } => Source::Organisation,
    };
    for field in new.fields.values() {
        if permitted(manifest, known, field, &source).is_none() {
            return Err(refused(
                "upstream.field_not_permitted",
                "the place was not kept: the policy does not let that purpose keep that field from there",
            )
            .detail("field", field)
            .help(
                "declare the field `from linked NAME` (a directory: `from organisation`) and let the purpose use it",
            ));
        }
    }
    Ok(())
}

fn malformed(what: &'static str) -> VaultError {
    VaultError::new(ErrorKind::BadInput, "upstream.malformed", "the place was not kept: a part of it is malformed")
        .detail("part", what)
}
