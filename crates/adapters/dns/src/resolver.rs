//! The resolver: one address, asked over UDP and, for answers that do not fit, over TCP.

use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;
use candor_identity_port::{DomainError, Domains, TEXT_BYTES_MAX, TEXTS_MAX, domain_of};
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::RData;

/// How long one attempt waits for its answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// How often the resolver is asked.
const ATTEMPTS: usize = 2;

/// The resolver could not be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the DNS resolver was not set up: its address does not fit")]
pub struct DnsUnfit;

/// Asks one resolver.
pub struct DnsResolver {
    resolver: TokioResolver,
}

impl DnsResolver {
    /// A resolver at an address; nothing is asked yet.
    ///
    /// # Errors
    /// The address does not fit.
    pub fn at(address: SocketAddr) -> Result<Self, DnsUnfit> {
        let over = |mut connection: ConnectionConfig| {
            connection.port = address.port();
            connection
        };
        let connections = vec![over(ConnectionConfig::udp()), over(ConnectionConfig::tcp())];
        let server = NameServerConfig::new(address.ip(), true, connections);
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
        let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        let options = builder.options_mut();
        options.timeout = ANSWER_WITHIN;
        options.attempts = ATTEMPTS;
        // What is proved is proved now: an answer of before is not asked for.
        options.cache_size = 0;
        options.use_hosts_file = ResolveHosts::Never;
        options.ndots = 0;
        Ok(Self { resolver: builder.build().map_err(|_| DnsUnfit)? })
    }
}

#[async_trait]
impl Domains for DnsResolver {
    async fn texts(&self, name: &str) -> Result<Vec<String>, DomainError> {
        // The final dot keeps it whole.
        let name = domain_of(name).ok_or(DomainError::Name)? + ".";
        match self.resolver.txt_lookup(name).await {
            Ok(found) => {
                Ok(found.answers().iter().filter_map(|record| text_of(&record.data)).take(TEXTS_MAX).collect())
            }
            Err(error) => none_or(&error),
        }
    }
}

/// A text put together from its parts, when it is short enough and UTF-8.
fn text_of(data: &RData) -> Option<String> {
    let RData::TXT(parts) = data else { return None };
    let n_bytes: usize = parts.txt_data.iter().map(|part| part.len()).sum();
    if n_bytes > TEXT_BYTES_MAX {
        return None;
    }
    String::from_utf8(parts.txt_data.concat()).ok()
}

/// No such name, or nothing under it, is an answer; all else says nothing of the domain.
fn none_or(error: &NetError) -> Result<Vec<String>, DomainError> {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(none))
            if matches!(none.response_code, ResponseCode::NoError | ResponseCode::NXDomain) =>
        {
            Ok(Vec::new())
        }
        NetError::Dns(_) => Err(DomainError::Failed),
        _ => Err(DomainError::Unanswered),
    }
}
