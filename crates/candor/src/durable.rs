//! Files that are there whole or not at all, for their owner alone, and durable before anybody is told.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use candor_ledger::Digest;
use candor_vault::FileDigest;

const BUFFER_BYTES: usize = 64 << 10;

/// Makes a folder and those above it; only its owner may enter it.
///
/// # Errors
/// What the system says.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Opens a new file for its owner alone.
///
/// # Errors
/// It is there already, or what the system says.
pub fn create_new(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

/// A file under way beside the place where it will stand.
pub struct Replacement {
    to: PathBuf,
    beside: PathBuf,
    file: Option<BufWriter<File>>,
}

impl Replacement {
    /// Begins the file that will stand at `to`.
    ///
    /// # Errors
    /// What the system says.
    pub fn begin(to: &Path) -> io::Result<Self> {
        if let Some(folder) = to.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            make_folder(folder)?;
        }
        let mut name = to.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let beside = to.with_file_name(name);
        // What an earlier run left half done.
        let _ = fs::remove_file(&beside);
        let file = Some(BufWriter::with_capacity(BUFFER_BYTES, create_new(&beside)?));
        Ok(Self { to: to.to_owned(), beside, file })
    }

    /// Where to write.
    pub fn writer(&mut self) -> impl Write + Send + '_ {
        Writing(self.file.as_mut())
    }

    /// Puts the file in its place; the one before it is gone.
    ///
    /// # Errors
    /// What the system says; the file before is then still there.
    pub fn finish(mut self) -> io::Result<()> {
        if let Some(mut file) = self.file.take() {
            file.flush()?;
            file.get_ref().sync_all()?;
        }
        fs::rename(&self.beside, &self.to)?;
        sync_folder_of(&self.to)
    }

    /// Puts the file in its place, and writes zeros over the bytes of the one before it: as far as the file system
    /// writes in place, what it held cannot be read again.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish_and_wipe(self) -> io::Result<()> {
        let before = OpenOptions::new().write(true).open(&self.to);
        self.finish()?;
        match before {
            Ok(before) => wipe(before),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if self.file.is_some() {
            let _ = fs::remove_file(&self.beside);
        }
    }
}

struct Writing<'f>(Option<&'f mut BufWriter<File>>);

impl Write for Writing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.as_mut().map_or(Ok(0), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.as_mut().map_or(Ok(()), |file| file.flush())
    }
}

/// Writes a small file whole.
///
/// # Errors
/// What the system says.
pub fn write(to: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = Replacement::begin(to)?;
    file.writer().write_all(bytes)?;
    file.finish()
}

/// Reads a file whose length has a bound; `None` when there is none.
///
/// # Errors
/// It is longer, or what the system says.
pub fn read(path: &Path, bytes_max: usize) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut bytes = Vec::new();
    file.take(bytes_max as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > bytes_max {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is longer than {bytes_max} bytes")));
    }
    Ok(Some(bytes))
}

/// Length and SHA-256 of a file of any length.
///
/// # Errors
/// What the system says.
pub fn digest(path: &Path) -> io::Result<FileDigest> {
    let mut file = File::open(path)?;
    let mut context = Context::new(&SHA256);
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut bytes = 0;
    loop {
        let n = file.read(&mut buffer)?;
        let Some(part) = buffer.get(..n).filter(|part| !part.is_empty()) else { break };
        context.update(part);
        bytes += n as u64;
    }
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(context.finish().as_ref());
    Ok(FileDigest { bytes, sha256: Digest(sha256) })
}

/// Makes the names in the folder of a path durable.
///
/// # Errors
/// What the system says.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

fn wipe(mut file: File) -> io::Result<()> {
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(0))?;
    io::copy(&mut io::repeat(0).take(length), &mut file)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_the_one_before_is_wiped() {
        let folder = tempfile::tempdir().unwrap();
        let (place, held) = (folder.path().join("keys"), folder.path().join("held"));
        write(&place, b"first").unwrap();
        // A second name shows what becomes of the bytes of the first file.
        fs::hard_link(&place, &held).unwrap();
        let mut next = Replacement::begin(&place).unwrap();
        next.writer().write_all(b"second").unwrap();
        next.finish_and_wipe().unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"second");
        assert_eq!(fs::read(&held).unwrap(), [0; 5]);
    }

    #[test]
    fn a_file_that_is_given_up_leaves_the_one_before_and_nothing_beside() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("keys");
        write(&place, b"first").unwrap();
        Replacement::begin(&place).unwrap().writer().write_all(b"half").unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"first");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
