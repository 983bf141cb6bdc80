//! What people see. Pages and parts are rendered on the server; only islands react in the browser.

pub mod components;
pub mod emblems;
pub mod format;
pub mod href;
pub mod islands;
pub mod landing;
