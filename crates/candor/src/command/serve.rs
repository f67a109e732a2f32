//! `candor serve`: policies in force, data behind them, faces before them.

use std::path::{Path, PathBuf};

use candor_manifest::Manifest;
use candor_vault::{CreatedTenant, NewTenant, PutAtStart, Vault};

use crate::config::{Config, ListenArgs, PlaceArgs};
use crate::door::Door;
use crate::mail::MailArgs;
use crate::outside::Outside;
use crate::server::{self, runtime};
use crate::sms::SmsArgs;
use crate::trouble::{Outcome, Trouble};
use crate::{logs, policy_text, root_keys, terminal};

/// Serve policies: each is a tenant, named after its folder or file.
///
/// On an empty data directory this makes the root key, the tenants and their administrator keys, which
/// are shown once. With a tenant that exists, its policy is put when its text was never put before: a start takes back
/// nothing that was put since.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Serve {
    /// Policies: each a `.candor` file or a folder of them.
    #[arg(value_name = "POLICY")]
    policies: Vec<PathBuf>,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    listen: ListenArgs,
    #[command(flatten)]
    mail: MailArgs,
    #[command(flatten)]
    sms: SmsArgs,
}

/// A policy that was read and checked.
struct Ready {
    slug: String,
    title: String,
    sources: Vec<(String, String)>,
}

impl Serve {
    pub fn run(self) -> Result<Outcome, Trouble> {
        let config = Config::with_carriers(self.place, self.listen, self.mail, self.sms)?;
        let named = if self.policies.is_empty() { &config.policies } else { &self.policies };
        // Everything that can be wrong with the input is found before anything is made.
        let policies: Vec<Ready> = named.iter().map(|policy| ready(policy)).collect::<Result<_, _>>()?;
        logs::begin(&config)?;
        runtime()?.block_on(serve(&config, policies))?;
        Ok(Outcome::Fine)
    }
}

async fn serve(config: &Config, policies: Vec<Ready>) -> Result<(), Trouble> {
    let outside = Outside::of(config)?;
    let door = Door::open(config).await?;
    let is_first_start = !config.data_dir.exists() && !config.key_file.exists();
    if is_first_start && !root_keys::are_in_environment() {
        root_keys::create(&config.key_file)?;
        println!("root key    {} (keep a copy elsewhere than your backups)", config.key_file.display());
    }
    let opened = server::open(config).await?;
    opened.vault.tell_by(config.mail.post(&door.shown())?);
    for policy in policies {
        put(&opened.vault, policy).await?;
    }
    refuse_without_tenants(&opened.vault).await?;
    println!("listening   {}", door.shown());
    server::run(opened, door, outside, config).await
}

/// Makes the tenant, or puts its policy when the text was never put before.
async fn put(vault: &Vault, policy: Ready) -> Result<(), Trouble> {
    let Ready { slug, title, sources } = policy;
    let attempted = format!("serve the policy of `{slug}`");
    let failed = |error: candor_vault::VaultError| match error.advice() {
        Some(next) => Trouble::failed(attempted.clone(), &error).next(next),
        None => Trouble::failed(attempted.clone(), &error),
    };
    if let Some(tenant) = vault.tenant_by_slug(&slug).await.map_err(failed)? {
        match vault.put_at_start(tenant.id, sources).await.map_err(failed)? {
            PutAtStart::Put(put) => {
                println!("tenant      {slug}: policy {} put, in force from {}", put.version, put.effective_at);
            }
            PutAtStart::Newest(put) => {
                println!("tenant      {slug}: policy {} unchanged, in force from {}", put.version, put.effective_at);
            }
            PutAtStart::Earlier { named, newest } => println!(
                "tenant      {slug}: policy {} was put before and is left as it is; the newest is {}, in force from {}",
                named.version, newest.version, newest.effective_at
            ),
        }
        return Ok(());
    }
    // Shown before the tenant is made: a machine that dies in between asks for another, and nobody is locked out.
    let show = |created: &CreatedTenant| {
        println!("tenant      {slug}");
        let key = terminal::of_stdout().bold(created.administrator.secret.expose());
        println!("  administrator key, shown this once: {key}");
        println!("  verifier key of its ledger:         {}", created.verifier_key);
    };
    let new = NewTenant { slug: slug.clone(), title, sources };
    vault.create_tenant_told(new, show).await.map_err(failed)?;
    Ok(())
}

async fn refuse_without_tenants(vault: &Vault) -> Result<(), Trouble> {
    let page = vault.tenants(None, 1).await.map_err(|error| Trouble::failed("list the tenants", error))?;
    if page.rows.is_empty() {
        return Err(Trouble::bad_input("serve", "there is no tenant yet and no policy was named")
            .next("name a policy: `candor serve POLICY`, or try `candor demo`"));
    }
    Ok(())
}

fn ready(policy: &Path) -> Result<Ready, Trouble> {
    let sources = policy_text::read(policy)?;
    let manifest = policy_text::check(policy, &sources)?;
    let slug = slug_of(policy).ok_or_else(|| {
        Trouble::bad_input(format!("name a tenant after `{}`", policy.display()), "it has no letter or digit")
            .next("give the folder or file a name of letters, digits and hyphens")
    })?;
    Ok(Ready { slug, title: title_of(&manifest), sources: sources.iter().map(policy_text::named).collect() })
}

fn title_of(manifest: &Manifest) -> String {
    manifest.name.clone()
}

/// The tenant's name in addresses: that of the folder, or of the file unless it is `policy.candor`.
fn slug_of(policy: &Path) -> Option<String> {
    let policy = policy.canonicalize().unwrap_or_else(|_| policy.to_path_buf());
    let stem = policy.file_stem()?.to_string_lossy().into_owned();
    let is_plain_name = policy.is_file() && stem == "policy";
    let name = if is_plain_name { policy.parent()?.file_name()?.to_string_lossy().into_owned() } else { stem };
    let slug: String = name
        .to_lowercase()
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' })
        .take(63)
        .collect();
    let slug = slug.trim_matches('-').to_owned();
    (!slug.is_empty()).then_some(slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_is_named_after_its_folder_or_file() {
        for (path, slug) in [("x/asign2", Some("asign2")), ("x/My Vendor.candor", Some("my-vendor")), ("x/---", None)] {
            assert_eq!(slug_of(Path::new(path)).as_deref(), slug, "{path}");
        }
    }
}
