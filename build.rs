//! Names the folder of browser assets that the server carries: `LAUREL_SITE`, as the Makefile lays it out;
//! without it the files of `public/` alone, so that `cargo run` and `cargo test` need no other build first.

use std::{env, fs, path::PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // The browser's half carries nothing, and must not be built again when the server's assets change.
    if env::var_os("CARGO_FEATURE_SSR").is_none() {
        return;
    }
    println!("cargo:rerun-if-env-changed=LAUREL_SITE");
    println!("cargo:rerun-if-changed=migrations");
    let site = site();
    // Without optimisation the files are read from the folder when they are asked for.
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed={}", site.display());
    }
    println!("cargo:rustc-env=LAUREL_SITE={}", site.display());
}

fn site() -> PathBuf {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    if let Some(site) = env::var_os("LAUREL_SITE").filter(|site| !site.is_empty()) {
        let site = root.join(site);
        assert!(site.is_dir(), "LAUREL_SITE is {}, which is not a folder", site.display());
        return site;
    }
    let public = root.join("public");
    if public.is_dir() {
        return public;
    }
    let empty = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("empty-site");
    fs::create_dir_all(&empty).expect("an empty folder for no assets");
    empty
}
