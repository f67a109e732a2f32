//! Apache with mod_auth_openidc as a relying party: a site that lets in whoever signed in here.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use candor_tests::{Visitor, free_port};
use serde_json::json;

use crate::world::{App, World, agree, world};

const SERVER: &str = "/usr/sbin/apache2";
const MODULES: &str = "/usr/lib/apache2/modules";

/// A running Apache; it ends when dropped.
struct Apache {
    child: Child,
    base: String,
    folder: tempfile::TempDir,
}

impl Apache {
    /// Starts it as a client of the world's server, on a port that was free.
    fn start(world: &World, app: &App, port: u16) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        for below in ["run", "htdocs/protected"] {
            std::fs::create_dir_all(at.join(below)).expect("a folder");
        }
        std::fs::write(at.join("htdocs/protected/index.html"), "let in").expect("a page");
        open_to_all(at);
        let load: String =
            ["mpm_event", "authz_core", "authn_core", "authz_user", "dir", "mime", "headers", "auth_openidc"]
                .map(|name| format!("LoadModule {name}_module {MODULES}/mod_{name}.so\n"))
                .concat();
        let at = at.display();
        let (issuer, id, secret) = (world.issuer(), &app.id, &app.secret);
        let settings = format!(
            "ServerRoot {at}\nServerName 127.0.0.1\nListen 127.0.0.1:{port}\nPidFile {at}/run/pid\n\
             DefaultRuntimeDir {at}/run\nMutex file:{at}/run\nUser www-data\nGroup www-data\n{load}\
             TypesConfig /etc/mime.types\nErrorLog {at}/error.log\nDocumentRoot {at}/htdocs\n\
             OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration\nOIDCClientID {id}\nOIDCClientSecret {secret}\n\
             OIDCRedirectURI http://127.0.0.1:{port}/protected/back\nOIDCCryptoPassphrase for-this-test-alone\n\
             OIDCScope \"openid profile\"\nOIDCPKCEMethod S256\nOIDCSSLValidateServer Off\n\
             <Directory {at}/htdocs>\nRequire all granted\n</Directory>\n\
             <Location /protected>\nAuthType openid-connect\nRequire valid-user\n\
             Header set X-User expr=%{{REMOTE_USER}}\nHeader set X-Mail expr=%{{ENV:OIDC_CLAIM_email}}\n</Location>\n"
        );
        let file = folder.path().join("httpd.conf");
        std::fs::write(&file, settings).expect("settings");
        let mut command = Command::new(SERVER);
        command
            .arg("-DFOREGROUND")
            .arg("-f")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = command.spawn().expect("apache2 with mod_auth_openidc: run `cargo xtask setup`");
        let apache = Self { child, base: format!("http://127.0.0.1:{port}"), folder };
        let until = Instant::now() + Duration::from_secs(60);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "it does not listen: {}", apache.said());
            std::thread::sleep(Duration::from_millis(20));
        }
        apache
    }

    fn said(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default()
    }
}

impl Drop for Apache {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

/// Its workers run as somebody else.
fn open_to_all(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let open = std::fs::Permissions::from_mode(0o777);
    for at in [folder.to_owned(), folder.join("run")] {
        std::fs::set_permissions(at, open.clone()).expect("permissions");
    }
}

#[test]
fn mod_auth_openidc_lets_in_whoever_signed_in() {
    let world = world();
    let port = free_port();
    let back = format!("http://127.0.0.1:{port}/protected/back");
    let app = world.app(json!({ "redirect_uris": [back], "id_token_signed_response_alg": "RS256" }));
    let apache = Apache::start(&world, &app, port);
    let mut site = Visitor::of(&world.server.at(&apache.base));
    let reply = site.get("/protected/index.html");
    let sent = reply.header("location").unwrap_or_else(|| panic!("{}: {}", reply.status, apache.said())).to_owned();
    let asked = sent.strip_prefix(&world.base()).expect("to the server");
    let came_back = agree(&mut world.browser(), asked, true);
    let path = came_back.strip_prefix(&apache.base).expect("back to the site");
    let reply = site.get(path);
    let page = reply.header("location").unwrap_or_else(|| panic!("{}: {}", reply.status, apache.said())).to_owned();
    let reply = site.get(page.strip_prefix(&apache.base).unwrap_or(&page));
    assert_eq!((reply.status, site.page()), (200, "let in"), "{}", apache.said());
    let user = reply.header("x-user").expect("a name");
    assert!(user.ends_with(&format!("@{}", world.issuer())) || user.contains('@'), "{user}");
    assert_eq!(reply.header("x-mail"), Some(crate::world::EMAIL), "claims come from the userinfo endpoint");
}
