//! Logs: structured, on standard error, never about a person.

use tracing_subscriber::EnvFilter;

use crate::config::Config;
use crate::terminal;
use crate::trouble::Trouble;

/// Begins to log.
///
/// # Errors
/// The filter is not understood.
pub fn begin(config: &Config) -> Result<(), Trouble> {
    let filter = EnvFilter::try_new(&config.log)
        .map_err(|error| Trouble::bad_input(format!("log by the filter `{}`", config.log), error))?;
    // What the library for passkeys logs repeats what browsers sent.
    let filter = ["webauthn_rs=off", "webauthn_rs_core=off"]
        .into_iter()
        .filter_map(|silent| silent.parse().ok())
        .fold(filter, EnvFilter::add_directive);
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if config.log_json {
        logs.json().init();
    } else {
        logs.with_ansi(terminal::of_stderr().is_on()).init();
    }
    Ok(())
}
