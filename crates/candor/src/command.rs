//! The subcommands, one file each.

pub mod check;
pub mod demo;
pub mod diff;
pub mod explain;
pub mod fmt;
pub mod init;
pub mod render;
pub mod retention;
pub mod serve;
pub mod table;
