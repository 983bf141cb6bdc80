//! Laurel: the customer loyalty programme that a business owns and runs itself.
//!
//! The crate compiles to two worlds: the server (`ssr`) and the browser (`hydrate`). What runs on the server
//! only lives under `server`, behind the one gate below. The preview of the badge editor (`preview`) is the
//! domain alone.

// A view's type says everything that is in it.
#![recursion_limit = "256"]

#[cfg(not(feature = "preview"))]
pub mod app;
pub mod domain;
#[cfg(not(feature = "preview"))]
pub mod rpc;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(not(feature = "preview"))]
pub mod ui;

/// Wakes the islands of a page that the server rendered.
#[cfg(all(feature = "hydrate", not(feature = "preview")))]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
