//! Tells the compiler where the browser's files are, so that a release carries them and is built again when they change.

use std::{env, fs, path::PathBuf};

fn main() {
    println!("cargo:rerun-if-env-changed=LAUREL_SITE");
    println!("cargo:rerun-if-changed=build.rs");
    let release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let site = env::var("LAUREL_SITE").map_or_else(|_| without_site(), PathBuf::from);
    // Other builds read the files when they are asked for.
    if release {
        println!("cargo:rerun-if-changed={}", site.display());
    }
    println!("cargo:rustc-env=LAUREL_SITE={}", site.display());
}

/// A folder with nothing in it: a server that is built without the browser's files serves none.
fn without_site() -> PathBuf {
    let site = PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR")).join("site");
    fs::create_dir_all(&site).expect("OUT_DIR can be written");
    site
}
