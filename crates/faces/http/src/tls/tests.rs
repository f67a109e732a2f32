//! A server under TLS, as clients meet it.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use axum::Extension;
use axum::routing::get;
use rcgen::{CertificateParams, CertifiedIssuer, KeyPair, SerialNumber};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::*;
use crate::{Limits, Peer, Stopped, Wire, serve};

/// Whoever vouches for certificates here.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Puts a certificate with this serial number, and its key, into a folder.
    fn write(&self, folder: &Path, serial: u64) -> TlsFiles {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.serial_number = Some(SerialNumber::from(serial));
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let files = TlsFiles { certificate: folder.join("certificate.pem"), key: folder.join("key.pem") };
        fs::write(&files.certificate, certificate.pem()).unwrap();
        fs::write(&files.key, key.serialize_pem()).unwrap();
        fs::set_permissions(&files.key, fs::Permissions::from_mode(0o600)).unwrap();
        files
    }

    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        roots
    }

    fn client(&self, versions: &[&'static rustls::SupportedProtocolVersion]) -> ClientConfig {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_protocol_versions(versions).unwrap();
        config.with_root_certificates(self.roots()).with_no_client_auth()
    }
}

/// A server that says where each request came from.
struct Running {
    address: SocketAddr,
    stop: tokio::sync::oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<Stopped>,
}

async fn start(tls: &Arc<Tls>, limits: Limits) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let say = |Extension(Peer(from)): Extension<Peer>| async move { from.to_string() };
    let routes = strict_transport(Router::new().route("/", get(say)));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let wire = Wire::Tls(Arc::clone(tls));
    let ended = tokio::spawn(serve(listener, wire, routes, limits, async {
        let _ = stopped.await;
    }));
    Running { address, stop, ended }
}

async fn connect(config: ClientConfig, address: SocketAddr) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), stream).await
}

async fn ask<S: AsyncReadExt + AsyncWriteExt + Unpin>(stream: &mut S) -> String {
    stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut answer = vec![0; 4096];
    let length = stream.read(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

fn serial(stream: &TlsStream<TcpStream>) -> CertificateDer<'static> {
    stream.get_ref().1.peer_certificates().unwrap()[0].clone().into_owned()
}

const BOTH: &[&rustls::SupportedProtocolVersion] = &[&rustls::version::TLS13, &rustls::version::TLS12];

#[tokio::test]
async fn a_client_is_answered_under_both_versions_with_the_newest_key_exchange_first() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let tls = Arc::new(Tls::open(authority.write(folder.path(), 1)).unwrap());
    let server = start(&tls, Limits::default()).await;
    for version in BOTH {
        let mut config = authority.client(&[version]);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let mut stream = connect(config, server.address).await.unwrap();
        let here = stream.get_ref().0.local_addr().unwrap().to_string();
        let answer = ask(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with(&here), "{answer}");
        assert!(answer.contains("strict-transport-security: max-age=31536000"), "{answer}");
        let (_, session) = stream.get_ref();
        assert_eq!(session.alpn_protocol(), Some(&b"http/1.1"[..]));
        assert_eq!(session.protocol_version(), Some(version.version));
    }
    let groups = vec![aws_lc_rs::kx_group::X25519MLKEM768, aws_lc_rs::kx_group::X25519];
    let provider = CryptoProvider { kx_groups: groups, ..aws_lc_rs::default_provider() };
    let config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(BOTH)
        .unwrap()
        .with_root_certificates(authority.roots())
        .with_no_client_auth();
    let stream = connect(config, server.address).await.unwrap();
    let agreed = stream.get_ref().1.negotiated_key_exchange_group().unwrap();
    assert_eq!(agreed.name(), rustls::NamedGroup::X25519MLKEM768);
}

#[tokio::test]
async fn a_client_of_tls_1_1_is_refused_by_name() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let tls = Arc::new(Tls::open(authority.write(folder.path(), 1)).unwrap());
    let server = start(&tls, Limits::default()).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    // A greeting of TLS 1.1 (RFC 4346, 7.4.1.2): version, 32 random bytes, no session, one suite, no compression; and one
    // algorithm of signatures, so that it lacks nothing but the version.
    let mut hello = vec![3, 2];
    hello.extend([7; 32]);
    hello.extend([0, 0, 2, 0xc0, 0x13, 1, 0]);
    hello.extend([0, 8, 0, 13, 0, 4, 0, 2, 4, 3]);
    let mut message = vec![22, 3, 1, 0, u8::try_from(hello.len() + 4).unwrap(), 1, 0, 0];
    message.push(u8::try_from(hello.len()).unwrap());
    message.extend(hello);
    stream.write_all(&message).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    // A fatal alert: protocol_version.
    assert!(answer.starts_with(&[21, 3]) && answer.ends_with(&[2, 70]), "{answer:?}");
}

#[tokio::test]
async fn a_request_in_the_open_is_told_so_and_not_looked_at() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let tls = Arc::new(Tls::open(authority.write(folder.path(), 1)).unwrap());
    let server = start(&tls, Limits::default()).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(format!("POST / HTTP/1.1\r\nhost: x\r\n\r\n{}", "x".repeat(20_000)).as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("`https://`"), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
}

#[tokio::test]
async fn a_new_certificate_is_for_new_connections_and_a_bad_one_is_left_alone() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let files = authority.write(folder.path(), 1);
    let tls = Arc::new(Tls::open(files.clone()).unwrap());
    let server = start(&tls, Limits::default()).await;
    let mut open = connect(authority.client(BOTH), server.address).await.unwrap();
    let first = serial(&open);

    authority.write(folder.path(), 2);
    tls.reload().unwrap();
    let second = serial(&connect(authority.client(BOTH), server.address).await.unwrap());
    assert_ne!(first, second);
    assert!(ask(&mut open).await.starts_with("HTTP/1.1 200 "), "the open connection goes on");

    // A certificate that came without its key.
    let other = tempfile::tempdir().unwrap();
    fs::copy(authority.write(other.path(), 3).certificate, &files.certificate).unwrap();
    assert!(matches!(tls.reload(), Err(TlsError::NotAPair { .. })));
    fs::write(&files.certificate, "").unwrap();
    assert!(matches!(tls.reload(), Err(TlsError::NoCertificate { .. })));
    fs::remove_file(&files.certificate).unwrap();
    assert!(matches!(tls.reload(), Err(TlsError::Unreadable { .. })));
    assert_eq!(serial(&connect(authority.client(BOTH), server.address).await.unwrap()), second);
}

#[test]
fn a_key_that_everybody_may_read_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let files = Authority::new().write(folder.path(), 1);
    let refused = |mode| {
        fs::set_permissions(&files.key, fs::Permissions::from_mode(mode)).unwrap();
        Tls::open(files.clone()).err().map(|error| error.to_string())
    };
    assert_eq!(refused(0o640), None);
    assert!(refused(0o644).unwrap().ends_with("close it with `chmod o=`"));
    fs::copy(&files.certificate, &files.key).unwrap();
    assert!(refused(0o600).unwrap().ends_with("does not hold a private key in PEM, without a password"));
}

#[tokio::test]
async fn a_client_that_says_nothing_gives_its_place_back_and_holds_up_no_stop() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let tls = Arc::new(Tls::open(authority.write(folder.path(), 1)).unwrap());
    let limits = Limits { handshake_wait: Duration::from_secs(2), connections_max: 1, ..Limits::default() };
    let server = start(&tls, limits).await;
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    let mut stream = connect(authority.client(BOTH), server.address).await.unwrap();
    assert!(ask(&mut stream).await.starts_with("HTTP/1.1 200 "));
    assert_eq!(silent.read(&mut [0]).await.unwrap(), 0, "it was cut off");

    let patient = Limits { handshake_wait: Duration::from_secs(3600), stop_wait: Duration::from_secs(5), ..limits };
    let server = start(&tls, Limits { connections_max: 9, ..patient }).await;
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    // Accepted before this one is answered.
    let mut stream = connect(authority.client(BOTH), server.address).await.unwrap();
    assert!(ask(&mut stream).await.starts_with("HTTP/1.1 200 "));
    drop(stream);
    server.stop.send(()).unwrap();
    assert_eq!(server.ended.await.unwrap(), Stopped::Finished);
    assert_eq!(silent.read(&mut [0]).await.unwrap_or(0), 0);
}
