//! Many sessions in a store, copied from one that a sign-in made.

use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bench_bed::door::{Browser, people};
use bench_bed::{Executable, open};
use candor_vault::{Expect, NewSlip, Slip, SlipChange, Vault};
use candor_words::{SubjectId, TenantId};

/// How many sessions a person has.
const EACH: usize = 10;
/// The kind of slips that are sessions, as `services/identity` numbers it.
const KIND: u16 = 1;
/// How many people are written to side by side.
const AT_ONCE: usize = 64;

/// Makes them; the cookies that open them.
pub fn make(data: &Path, n_sessions: usize) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let began_at = std::time::Instant::now();
    let subjects = runtime.block_on(people(data, n_sessions.div_ceil(EACH), 1));
    let server = Executable::start(data);
    let cookie = Browser::at_the_door(server.connect("")).sign_in(0);
    drop(server);
    let (name, _) = cookie.split_once('=').expect("a cookie");
    let tokens = runtime.block_on(copy(data, &subjects, n_sessions));
    println!("{n_sessions} sessions of {} people, made in {:.0} s", subjects.len(), began_at.elapsed().as_secs_f64());
    tokens.into_iter().map(|token| format!("{name}={token}")).collect()
}

async fn copy(data: &Path, subjects: &[SubjectId], n_sessions: usize) -> Vec<String> {
    let (vault, store) = open(data);
    let tenant = vault.tenant_by_slug("bench").await.expect("the store").expect("the tenant").id;
    let found = vault.slips(tenant, KIND, Some(subjects[0]), None, 10).await.expect("sessions");
    let model = found.rows.into_iter().next().expect("the session of the sign-in");
    let tokens: Vec<String> = (0..n_sessions).map(token).collect();
    let of_people: Vec<_> = subjects.iter().copied().zip(tokens.chunks(EACH)).collect();
    for some in of_people.chunks(AT_ONCE) {
        let writers: Vec<_> = some
            .iter()
            .map(|(subject, tokens)| {
                tokio::spawn(put(Arc::clone(&vault), tenant, *subject, tokens.to_vec(), model.clone()))
            })
            .collect();
        for writer in writers {
            writer.await.expect("a writer that ends");
        }
    }
    store.close().await;
    tokens
}

/// Puts one person's sessions.
async fn put(vault: Arc<Vault>, tenant: TenantId, owner: SubjectId, tokens: Vec<String>, model: Slip) {
    let mut changes = Vec::with_capacity(tokens.len());
    for token in &tokens {
        let name = vault.slip_name(tenant, KIND, token.as_bytes()).await.expect("a name");
        let slip =
            NewSlip { kind: KIND, name, owner: Some(owner), expires_at: model.expires_at, body: model.body.clone() };
        changes.push(SlipChange::Put(slip, Expect::Absent));
    }
    vault.change_slips(&vault.door(tenant), changes, Vec::new()).await.expect("sessions are put");
}

/// A token like those that are drawn: 32 bytes.
fn token(n: usize) -> String {
    let mut bytes = [0xa5; 32];
    bytes[..8].copy_from_slice(&(n as u64).to_le_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}
