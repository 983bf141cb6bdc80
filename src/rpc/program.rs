//! The program as every page shows it, and who is looking.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Failure;

/// What stands around every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    pub program: String,
    pub address: String,
    pub is_demo: bool,
    pub who: Who,
}

/// Who is looking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Who {
    Visitor,
    /// `unread`: how much is new in the inbox.
    Member {
        name: String,
        unread: i64,
    },
    Staff {
        name: String,
    },
}

/// The frame of the page that is asked for.
#[server]
pub async fn load_frame() -> Result<Frame, Failure> {
    use crate::server::{
        http,
        identity::{self, Caller},
        members, moments, program,
    };
    let ctx = http::context()?;
    let program = program::show(&ctx).await?;
    let who = match identity::caller(&ctx).await? {
        None => Who::Visitor,
        Some(Caller::Staff(staff)) => Who::Staff { name: staff.name },
        Some(Caller::Member(member)) => Who::Member {
            name: members::display_name(&ctx, &member).await?,
            unread: moments::unread(&ctx, &member).await?,
        },
    };
    Ok(Frame { program: program.name, address: program.address, is_demo: program.is_demo, who })
}
