//! The subcommands, one file each.

pub mod backup;
pub mod check;
pub mod demo;
pub mod diff;
pub mod disclosure;
pub mod explain;
pub mod export;
pub mod fmt;
pub mod import;
pub mod init;
pub mod key;
pub mod render;
pub mod request;
pub mod restore;
pub mod retention;
pub mod serve;
pub mod systems;
pub mod table;
