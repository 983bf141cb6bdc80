//! Where the programs of Postgres are: a setting, PATH, or the places that packages use.

use std::path::{Path, PathBuf};

use super::{launch, told};
use crate::server::error::Result;

/// A folder with `initdb` and `postgres` of one major version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    pub folder: PathBuf,
    pub major: u32,
}

/// The oldest major version that Laurel is tested with.
const OLDEST: u32 = 14;

const HOW_TO_INSTALL: &str = "Install Postgres (Debian and Ubuntu: apt-get install postgresql; Fedora: dnf \
     install postgresql-server; macOS: brew install postgresql@17), or set LAUREL_POSTGRES_BIN to the \
     folder of its programs, or set DATABASE_URL to a Postgres that runs already.";

/// Folders that hold one subfolder per version, and what to append to it.
const VERSIONED: [(&str, &str); 6] = [
    ("/usr/lib/postgresql", "bin"),
    ("/usr", "bin"),
    ("/opt/homebrew/opt", "bin"),
    ("/usr/local/opt", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "bin"),
];

/// Finds the programs for data of the major version `wanted`; for new data, the first of PATH, else the
/// newest.
pub async fn find(setting: Option<&Path>, wanted: Option<u32>) -> Result<Binaries> {
    let mut found = Vec::new();
    for folder in candidates(setting) {
        if let Some(major) = major_of(&folder).await {
            found.push(Binaries { folder, major });
        }
    }
    if let (Some(folder), true) = (setting, found.is_empty()) {
        return Err(told(format!(
            "LAUREL_POSTGRES_BIN is {}, but there is no working `initdb` and `postgres` in it.",
            folder.display()
        )));
    }
    choose(found, wanted)
}

fn choose(found: Vec<Binaries>, wanted: Option<u32>) -> Result<Binaries> {
    let Some(newest) = found.first().cloned() else {
        return Err(told(format!("No Postgres was found on this machine. {HOW_TO_INSTALL}")));
    };
    let Some(wanted) = wanted else {
        let usable = found.into_iter().find(|binaries| binaries.major >= OLDEST);
        return usable.ok_or_else(|| {
            told(format!(
                "Postgres {} is too old; Laurel needs {OLDEST} or newer. {HOW_TO_INSTALL}",
                newest.major
            ))
        });
    };
    found.into_iter().find(|binaries| binaries.major == wanted).ok_or_else(|| {
        told(format!(
            "The data were written by Postgres {wanted}, but {} holds Postgres {}. Install Postgres \
             {wanted} beside it, or move the data with pg_upgrade.",
            newest.folder.display(),
            newest.major
        ))
    })
}

fn candidates(setting: Option<&Path>) -> Vec<PathBuf> {
    if let Some(folder) = setting {
        return vec![folder.to_owned()];
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> =
        std::env::split_paths(&path).filter(|folder| folder.is_absolute()).collect();
    for (parent, below) in VERSIONED {
        folders.extend(newest_first(Path::new(parent)).into_iter().map(|folder| folder.join(below)));
    }
    folders.retain(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file());
    folders
}

/// Subfolders that are named by a version (`15`, `pgsql-15`, `postgresql@15`), the newest first.
fn newest_first(parent: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
    let mut versions: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            let version = name.trim_start_matches("pgsql-").trim_start_matches("postgresql@");
            Some((version.split('.').next()?.parse().ok()?, entry.path()))
        })
        .collect();
    versions.sort_by(|one, other| other.cmp(one));
    versions.into_iter().map(|(_, folder)| folder).collect()
}

/// The major version, asked of the program itself: `postgres (PostgreSQL) 15.14 (Debian …)`.
async fn major_of(folder: &Path) -> Option<u32> {
    let output = launch::bare(&folder.join("postgres")).arg("--version").output().await.ok()?;
    major_in(&String::from_utf8(output.stdout).ok()?)
}

fn major_in(version: &str) -> Option<u32> {
    let number = version.split_once("(PostgreSQL) ")?.1;
    number.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(folder: &str, major: u32) -> Binaries {
        Binaries { folder: folder.into(), major }
    }

    #[test]
    fn the_program_tells_its_major_version() {
        assert_eq!(major_in("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"), Some(15));
        assert_eq!(major_in("postgres (PostgreSQL) 18beta2\n"), Some(18));
        assert_eq!(major_in("something else 15"), None);
    }

    #[test]
    fn data_are_opened_by_the_version_that_wrote_them() {
        let found = vec![at("/17", 17), at("/15", 15)];
        assert_eq!(choose(found.clone(), Some(15)).expect("15 is there"), at("/15", 15));
        assert_eq!(choose(found.clone(), None).expect("the first"), at("/17", 17));
        let complaint = choose(found, Some(16)).expect_err("16 is not there").to_string();
        assert!(complaint.contains("written by Postgres 16") && complaint.contains("/17"), "{complaint}");
    }

    #[test]
    fn none_says_how_to_install() {
        let complaint = choose(Vec::new(), None).expect_err("none").to_string();
        assert!(complaint.contains("apt-get install postgresql"), "{complaint}");
        let complaint = choose(vec![at("/9", 9)], None).expect_err("too old").to_string();
        assert!(complaint.contains("too old"), "{complaint}");
    }
}
