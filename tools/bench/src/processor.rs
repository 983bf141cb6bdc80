//! Time of the processor, which does not depend on what else the machine does.

use std::fs;

use crate::Result;

/// What the kernel counts in: hundredths of a second, on every Linux there is.
const TICKS_PER_SECOND: f64 = 100.0;

/// Ticks of those who share the machine.
#[derive(Debug, Clone, Copy)]
pub struct Spent {
    pub server: u64,
    pub postgres: u64,
    pub load: u64,
}

impl Spent {
    pub fn since(self, before: Self) -> Self {
        Self {
            server: self.server - before.server,
            postgres: self.postgres.saturating_sub(before.postgres),
            load: self.load - before.load,
        }
    }

    /// Microseconds for each of so many.
    pub fn each(ticks: u64, done: u64) -> f64 {
        ticks as f64 / TICKS_PER_SECOND * 1e6 / done.max(1) as f64
    }
}

/// Ticks of a process, and of its children with those that have ended.
pub fn of(pid: u32, with_children: bool) -> Result<u64> {
    let (_, own, ended) = stat(&fs::read_to_string(format!("/proc/{pid}/stat"))?)?;
    if !with_children {
        return Ok(own);
    }
    let mut sum = own + ended;
    for entry in fs::read_dir("/proc")?.flatten() {
        // Others may end while this looks at them.
        if let Ok(text) = fs::read_to_string(entry.path().join("stat"))
            && let Ok((parent, own, _)) = stat(&text)
            && parent == pid
        {
            sum += own;
        }
    }
    Ok(sum)
}

/// The parent of a process, its ticks, and those of its children that have ended.
fn stat(text: &str) -> Result<(u32, u64, u64)> {
    let fields: Vec<&str> = text.rsplit_once(')').ok_or("no stat")?.1.split_whitespace().collect();
    let tick = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok()).ok_or("no stat");
    Ok((u32::try_from(tick(1)?)?, tick(11)? + tick(12)?, tick(13)? + tick(14)?))
}
