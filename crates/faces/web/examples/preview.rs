//! Serves the policies of this repository on loopback, to look at the pages:
//! `cargo run -p candor-web --example preview`.

use std::path::Path;
use std::sync::Arc;

use candor_manifest::{Manifest, Source, check};
use candor_web::{Policies, TenantLink, not_found, router};

const SLUGS: [&str; 5] = ["asign2", "miniorange-cloud", "assigntask", "miniorange-plugins", "plugin-vendor"];

struct Files(Vec<(&'static str, Arc<Manifest>)>);

#[async_trait::async_trait]
impl Policies for Files {
    async fn tenants(&self) -> Vec<TenantLink> {
        let link = |(slug, manifest): &(&str, Arc<Manifest>)| TenantLink {
            slug: (*slug).to_owned(),
            title: manifest.name.clone(),
        };
        self.0.iter().map(link).collect()
    }

    async fn policy(&self, tenant: &str) -> Option<Arc<Manifest>> {
        self.0.iter().find(|(slug, _)| *slug == tenant).map(|(_, manifest)| Arc::clone(manifest))
    }
}

fn read(slug: &str) -> Result<Arc<Manifest>, Box<dyn std::error::Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../policies").join(slug).join("policy.candor");
    let source = Source { path: format!("{slug}/policy.candor"), text: std::fs::read_to_string(path)? };
    match check(&[source]) {
        Ok(checked) => Ok(Arc::new(checked.manifest)),
        Err(findings) => Err(format!("{slug}: {} findings", findings.len()).into()),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut policies = Vec::new();
    for slug in SLUGS {
        policies.push((slug, read(slug)?));
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:7410").await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, router(Arc::new(Files(policies))).fallback(not_found)).await?;
    Ok(())
}
