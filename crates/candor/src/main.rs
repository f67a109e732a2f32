//! The one executable: configuration, wiring, subcommands.
//!
//! `candor --help` lists the commands; each lives in a file of its own under `command/`. What a
//! command comes to is an [`Outcome`] or a [`Trouble`], and those decide the exit code.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod cli;
mod command;
mod config;
mod demo;
mod door;
mod drp;
mod durable;
mod import;
mod ledgers;
mod logs;
mod mail;
mod opendsr;
mod outside;
mod pages;
mod policy_text;
mod profile_image;
mod remote;
mod risk;
mod root_keys;
mod server;
mod small_file;
mod sms;
mod systems;
mod terminal;
mod transfer_key;
mod trouble;

use std::process::ExitCode;

use clap::Parser;

/// Many small values live for one request and are dropped on another thread.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(outcome) => outcome.into(),
        Err(trouble) => {
            trouble.print();
            trouble.exit()
        }
    }
}
