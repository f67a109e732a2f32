//! Sites that are real: MariaDB, and WordPress and MediaWiki on it, each installed once below `target/` and copied for
//! every test. `cargo xtask setup` brings the programs.

mod kept;
mod mariadb;
mod mediawiki;
mod php;
mod wordpress;

pub use mariadb::MariaDb;
pub use mediawiki::MediaWiki;
pub use wordpress::{Planted, SitePerson, WordPress};
