//! Sizes of this machine's caches, and the buffers that put a fill into one regime or another.

use std::fs;

/// Used where the operating system does not tell: common sizes of server cores.
const ASSUMED_PRIVATE_CACHE_BYTES: usize = 1 << 20;
const ASSUMED_LAST_LEVEL_CACHE_BYTES: usize = 32 << 20;

/// The largest cache a core has for itself, and the last-level cache.
#[derive(Debug, Clone, Copy)]
pub struct MemoryHierarchy {
    pub private_cache_bytes: usize,
    pub last_level_cache_bytes: usize,
}

impl MemoryHierarchy {
    /// What Linux lists for the first processor; assumed sizes elsewhere. The environment variable `WASM_DYNO_LLC_BYTES`
    /// overrules the last-level cache's size, for guests that share it with others.
    pub fn of_this_machine() -> Self {
        let mut caches: Vec<(u32, usize)> = (0..8).filter_map(cache_of_first_processor).collect();
        caches.sort_unstable();
        let last = caches.last().map_or(ASSUMED_LAST_LEVEL_CACHE_BYTES, |&(_, bytes)| bytes);
        let before = caches
            .iter()
            .rev()
            .find(|&&(level, _)| Some(level) < caches.last().map(|&(level, _)| level))
            .map_or(ASSUMED_PRIVATE_CACHE_BYTES.min(last / 2), |&(_, bytes)| bytes);
        let given = std::env::var("WASM_DYNO_LLC_BYTES").ok().and_then(|text| text.parse().ok());
        let last = given.filter(|&bytes: &usize| bytes > 0).unwrap_or(last);
        Self { private_cache_bytes: before, last_level_cache_bytes: last }
    }

    /// Half of the last-level cache, but at least twice the cache before it.
    pub fn llc_walk_bytes(&self) -> usize {
        (self.last_level_cache_bytes / 2).max(2 * self.private_cache_bytes)
    }

    /// Twice the last-level cache, and never under 64 MiB.
    pub fn memory_walk_bytes(&self) -> usize {
        (2 * self.last_level_cache_bytes).max(64 << 20)
    }
}

/// Level and bytes of one data cache: `/sys/devices/system/cpu/cpu0/cache/indexN`.
fn cache_of_first_processor(index: u32) -> Option<(u32, usize)> {
    let folder = format!("/sys/devices/system/cpu/cpu0/cache/index{index}");
    let field = |name: &str| fs::read_to_string(format!("{folder}/{name}")).ok();
    if field("type")?.trim() == "Instruction" {
        return None;
    }
    let size = field("size")?;
    let kibibytes: usize = size.trim().strip_suffix('K')?.parse().ok()?;
    Some((field("level")?.trim().parse().ok()?, kibibytes << 10))
}
