//! What others did to the timing thread while a block ran, seen from inside: between two blocks the answer wakes the harness, which may
//! take this CPU for a moment, and that is not counted.

use serde_json::{json, Map, Value};
use std::fs;
use std::hint::black_box;
use std::time::Instant;

const REFERENCE_ROUNDS: u32 = 8_000;
const ACCUMULATORS: usize = 8;
const STEPS_PER_ROUND: usize = 4;

/// Runs `block`, and tells `runDelayNanoseconds`, `involuntarySwitches` and the reference loop's times, as far as the system does.
pub fn watched<T>(block: impl FnOnce() -> T) -> (T, Map<String, Value>) {
    let reference_before = reference_nanoseconds();
    let before = counters();
    let result = block();
    let after = counters();
    let reference_after = reference_nanoseconds();
    let mut seen = Map::new();
    if let (Some(before), Some(after)) = (before, after) {
        seen.insert("runDelayNanoseconds".into(), json!(after.0.saturating_sub(before.0)));
        seen.insert("involuntarySwitches".into(), json!(after.1.saturating_sub(before.1)));
    }
    seen.insert("referenceBeforeNanoseconds".into(), json!(reference_before));
    seen.insert("referenceAfterNanoseconds".into(), json!(reference_after));
    (result, seen)
}

/// Run delay in nanoseconds and involuntary switches of the main thread, which is the one that runs blocks.
fn counters() -> Option<(u64, u64)> {
    // schedstat: time on the CPU, time waiting for it, time slices (kernel documentation, sched-stats).
    let schedule = fs::read_to_string("/proc/self/schedstat").ok()?;
    let run_delay = schedule.split_whitespace().nth(1)?.parse().ok()?;
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let switches = status.lines().find_map(|line| line.strip_prefix("nonvoluntary_ctxt_switches:"))?;
    Some((run_delay, switches.trim().parse().ok()?))
}

/// A fixed piece of work that reads no memory and keeps all of a core's adders busy: whoever shares the core makes it slower.
fn reference_nanoseconds() -> u64 {
    let start = Instant::now();
    let mut accumulators = [0_u32; ACCUMULATORS];
    for round in 0..black_box(REFERENCE_ROUNDS) {
        for _ in 0..STEPS_PER_ROUND {
            for (x, accumulator) in (1_u32..).zip(accumulators.iter_mut()) {
                // Opaque per step, so that the steps are neither folded nor made into vectors.
                *accumulator = black_box_register((*accumulator ^ round).wrapping_add(7 + x));
            }
        }
    }
    black_box(accumulators);
    start.elapsed().as_nanos() as u64
}

/// An identity that the optimiser does not look through, without a round trip to memory where inline assembly allows it.
#[inline(always)]
fn black_box_register(value: u32) -> u32 {
    #[cfg(target_arch = "x86_64")]
    {
        let mut value = value;
        // SAFETY: empty; it only claims to change the register.
        unsafe { std::arch::asm!("/* {0:e} */", inout(reg) value, options(pure, nomem, nostack, preserves_flags)) };
        value
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        black_box(value)
    }
}
