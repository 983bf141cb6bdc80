//! What people see. Pages and parts are rendered on the server; only islands react in the browser.

pub mod auth;
pub mod built;
pub mod components;
pub mod emblems;
pub mod escape;
pub mod failure;
pub mod format;
pub mod href;
pub mod islands;
pub mod landing;
pub mod layout;
pub mod member;
pub mod outcome;
pub mod staff;
pub mod style_guide;
pub mod visitor;
