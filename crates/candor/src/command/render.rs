//! `candor render`: the policy page, the records of processing, the DPV export, from one manifest.

use std::fs;
use std::path::PathBuf;

use candor_manifest::Manifest;
use candor_publish::{PageContext, dpv_jsonld, policy_page, records_of_processing, records_page};
use clap::ValueEnum;

use crate::policy_text;
use crate::trouble::{Outcome, Trouble};

/// Write what a policy says for readers.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Render {
    /// A `.candor` file or a folder of them.
    #[arg(value_name = "POLICY")]
    policy: PathBuf,
    /// For which readers.
    #[arg(long = "as", value_name = "FORM")]
    form: Form,
    /// Where to; standard output when not given.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    /// The public policy page, as HTML.
    Policy,
    /// The records of processing activities (GDPR Art. 30), as HTML.
    Records,
    /// The same records as JSON.
    RecordsJson,
    /// W3C Data Privacy Vocabulary 2.3, as JSON-LD.
    Dpv,
}

/// A page that stands by itself, among no others.
const ALONE: PageContext<'_> = PageContext { tenant_slug: "", base_path: "", versions: &[] };

impl Render {
    pub fn run(self) -> Result<Outcome, Trouble> {
        let manifest = policy_text::check(&self.policy, &policy_text::read(&self.policy)?)?;
        let text = written(&manifest, self.form);
        match self.out {
            None => println!("{text}"),
            Some(file) => {
                fs::write(&file, text).map_err(|error| Trouble::failed(format!("write `{}`", file.display()), error))?
            }
        }
        Ok(Outcome::Fine)
    }
}

fn written(manifest: &Manifest, form: Form) -> String {
    match form {
        Form::Policy => framed(manifest, &policy_page(manifest, &ALONE).into_string()),
        Form::Records => framed(manifest, &records_page(&records_of_processing(manifest), &ALONE).into_string()),
        Form::RecordsJson => serde_json::to_string_pretty(&records_of_processing(manifest)).unwrap_or_default(),
        Form::Dpv => serde_json::to_string_pretty(&dpv_jsonld(manifest)).unwrap_or_default(),
    }
}

/// A whole HTML page around a fragment.
fn framed(manifest: &Manifest, fragment: &str) -> String {
    let title = escaped(&manifest.name);
    let language = manifest.languages.first().map_or("en", String::as_str);
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         </head>\n<body>\n<main>\n{fragment}\n</main>\n</body>\n</html>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
